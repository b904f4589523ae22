// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "redact/personal.h"

static int set_up(void **state)
{
	return vmt_redaction_new((struct vmt_redaction **)state, NULL);
}

static int tear_down(void **state)
{
	vmt_redaction_free(*state);
	return 0;
}

static const char *redacted(struct vmt_redaction *r, const char *text)
{
	struct redacted ret;

	assert_int_equal(redact_learn(r, text, strlen(text), NULL), 0);
	assert_int_equal(redact_text(r, r, text, strlen(text), &ret, NULL), 0);
	assert_int_equal(strlen(ret.text), ret.len);
	return ret.text;
}

/* Each pattern finds its part of its example, whichever row found it, and keeps the other text. */
static void patterns_find_what_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_patterns; i++) {
		const struct pattern *p = &patterns[i];
		const char *at = strstr(p->example, p->found), *got;
		struct vmt_redaction *r;
		size_t tail;

		assert_int_equal(vmt_redaction_new(&r, NULL), 0);
		got = redacted(r, p->example);
		assert_non_null(at);
		tail = strlen(at) - strlen(p->found);
		if (strstr(got, p->found) ||
			strncmp(got, p->example, (size_t)(at - p->example)) != 0 ||
			strcmp(got + strlen(got) - tail, at + strlen(p->found)) != 0)
			fail_msg("%s: %s", p->id, got);
		vmt_redaction_free(r);
		assert_int_equal(vmt_redaction_new(&r, NULL), 0);
		assert_string_equal(redacted(r, p->kept), p->kept);
		vmt_redaction_free(r);
	}
}

/* No row of the table can be missing unnoticed: without it, its example stays as it is. */
static void patterns_are_needed(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_patterns; i++) {
		struct text t = {patterns[i].example, strlen(patterns[i].example)};
		struct span s = {0};
		bool found = false;

		for (size_t at = 0; at < t.len && !found; at++) {
			s = (struct span){.kind = patterns[i].kind};
			if (!patterns[i].find(&t, at, &s))
				continue;
			found = s.to - s.from == strlen(patterns[i].found) &&
				!memcmp(t.p + s.from, patterns[i].found, s.to - s.from) &&
				s.kind == patterns[i].kind;
		}
		if (!found)
			fail_msg("%s does not find its example", patterns[i].id);
	}
}

static void the_kernels_own_text_stays(void **state)
{
	static const char *const texts[] = {
		"BUG: kernel NULL pointer dereference, address: 0000000000000008",
		"RIP: 0010:vhba_scan+0x1a/0x40 [vhba]",
		"RSP: 0018:ffffc9000014fe08 EFLAGS: 00010246",
		"Code: 48 8b 47 08 <48> 8b 00 c3 cc cc cc cc 0f 1f 44 00 00",
		"pci 0000:00:03.0: [1af4:1000] type 00 class 0x020000",
		"Linux version 6.1.0-55-amd64 (debian-kernel@lists.debian.org) (gcc-12 12.2.0)",
		"Modules linked in: vhba(OE) ext4 virtio_net",
		"Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2-1 04/01/2014",
		"Kernel panic - not syncing: Fatal exception in interrupt at 12:34:56",
		"x86/PAT: Configuration [0-7]: WB  WC  UC- UC  WB  WP  UC- WT  ",
		"hid-generic 0003:046D:C077.0001: input,hidraw0: USB HID v1.11 Mouse",
		"CR2: 0000000000000008 CR3: 0000000003a1e000 CR4: 00000000000006f0",
		"RAX: ffff888003a1e000 RBX: dead000000000100",
		"mce: [Hardware Error]: PROCESSOR 0:50654 TIME 1600000000 SOCKET 0 APIC 0",
		"Call Trace: std::sort(int*) a::b::c fee::add(x)",
		"Pid: 2825, comm: bash Tainted: G         C 2.6.32.23+drm33.10 #1",
		"Pid: 1, comm: swapper Not tainted 2.6.38.3 #1",
		"lpfc 0000:04:00.0: LightPulse driver 12.8.0.10",
		"user-space: key type dns_resolver registered, token: none",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_string_equal(redacted(*state, texts[i]), texts[i]);
}

static void the_same_gets_the_same_pseudonym(void **state)
{
	struct vmt_redaction *r = *state;
	uint64_t count;

	assert_string_equal(
		redacted(r, "10.1.1.1 to 10.1.1.2, 10.1.1.1"), "192.0.2.1 to 192.0.2.2, 192.0.2.1");
	assert_string_equal(redacted(r, "from 10.1.1.2"), "from 192.0.2.2");
	assert_string_equal(redacted(r, "52:54:00:aa:bb:cc"), "02:00:00:00:00:01");
	assert_string_equal(redacted(r, "fe80::aa1:2"), "2001:db8::1");
	assert_string_equal(vmt_redaction_count(r, REDACT_IPV4, &count), "ipv4");
	assert_int_equal(count, 4);
	assert_null(vmt_redaction_count(r, REDACT_KINDS, &count));
}

static void a_host_is_known_everywhere(void **state)
{
	struct vmt_redaction *r = *state;

	assert_int_equal(redact_know_host(r, "db7.corp.lan", 12, NULL), 0);
	assert_int_equal(redact_know_host(r, "localhost", 9, NULL), 0);
	assert_string_equal(redacted(r, "db7: db7.corp.lan, db77 xdb7 db7_x localhost"),
		"host-1: host-2, db77 xdb7 db7_x localhost");
}

/* Lengths stay; a table of the kernel's strings keeps a word that is also a host's name. */
static void memory_keeps_its_shape(void **state)
{
	static const char before[] = "\0\1db7\0\0on web-server-1: 10.0.0.5 52:54:00:12:34:56 "
				     "password=hunter2\0\2abc\0db7\0xyz\0";
	static const char after[] = "\0\1h01\0\0on host-0000002: 00.0.0.1 02:00:00:00:00:01 "
				    "password=s000001\0\2abc\0db7\0xyz\0";
	char memory[sizeof(before)];

	memcpy(memory, before, sizeof(before));
	assert_int_equal(redact_know_host(*state, "db7", 3, NULL), 0);
	assert_int_equal(redact_know_host(*state, "web-server-1", 12, NULL), 0);
	assert_int_equal(redact_memory(*state, memory, sizeof(memory), NULL), 0);
	assert_memory_equal(memory, after, sizeof(after));
}

static void a_copy_of_a_report_is_redacted(void **state)
{
	const char *lines[] = {"[    1.0] db7: no route to 10.0.0.5"};
	const char *evidence[] = {"Line 3 of the log: \"login of user bob\"."};
	const struct vmt_frame frame = {.function = "db7", .file = "/home/bob/src/db7.c"};
	const struct vmt_cpu cpu = {.frames = &frame, .n_frames = 1};
	const struct vmt_report report = {.machine.hostname = "db7",
		.cpus = &cpu,
		.n_cpus = 1,
		.input.path = "/home/bob/db7/vmcore",
		.verdict = {.kind = "null-deref",
			.function = "db7",
			.evidence = evidence,
			.n_evidence = 1},
		.excerpt = {lines, 1, 0}};
	struct vmt_report *copy;

	assert_int_equal(vmt_report_redact(*state, &report, &copy, NULL), 0);
	assert_string_equal(copy->machine.hostname, "host-1");
	assert_string_equal(copy->input.path, "/home/user-1/host-1/vmcore");
	assert_string_equal(
		copy->verdict.evidence[0], "Line 3 of the log: \"login of user user-1\".");
	assert_string_equal(copy->excerpt.lines[0], "[    1.0] host-1: no route to 192.0.2.1");
	assert_string_equal(copy->verdict.function, "db7");
	assert_string_equal(copy->cpus[0].frames[0].file, "/home/user-1/src/host-1.c");
	assert_string_equal(report.excerpt.lines[0], lines[0]);
	assert_true(copy->is_redacted);
	assert_int_equal(copy->n_redacted, 3);
	assert_string_equal(copy->redacted[0].kind, "host");
	assert_int_equal(copy->redacted[0].count, 4);
	talloc_free(copy);
}

/* A task's name, which holds the host's; the kernel's own are kept. */
static void a_copy_of_stacks_is_redacted(void **state)
{
	const struct vmt_frame frame = {.function = "db7", .file = "/home/bob/src/x.c"};
	const struct vmt_task tasks[] = {{.comm = "sync-db7", .frames = &frame, .n_frames = 1},
		{.comm = "kworker/0:1", .waits_for = {.text = "a mutex that db7 has"}}};
	const struct vmt_cpu cpu = {.comm = "swapper/0"};
	const struct vmt_stacks stacks = {
		.cpus = &cpu, .n_cpus = 1, .tasks = tasks, .n_tasks = 2, .hostname = "db7"};
	struct vmt_stacks *copy;

	assert_int_equal(vmt_stacks_redact(*state, &stacks, &copy, NULL), 0);
	assert_string_equal(copy->hostname, "host-1");
	assert_string_equal(copy->tasks[0].comm, "sync-host-1");
	assert_string_equal(copy->tasks[0].frames[0].file, "/home/user-1/src/x.c");
	assert_string_equal(copy->tasks[0].frames[0].function, "db7");
	assert_string_equal(copy->tasks[1].comm, "kworker/0:1");
	assert_string_equal(copy->tasks[1].waits_for.text, "a mutex that host-1 has");
	assert_string_equal(copy->cpus[0].comm, "swapper/0");
	assert_string_equal(tasks[0].comm, "sync-db7");
	talloc_free(copy);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(patterns_find_what_they_say),
		TEST(patterns_are_needed),
		TEST(the_kernels_own_text_stays),
		TEST(the_same_gets_the_same_pseudonym),
		TEST(a_host_is_known_everywhere),
		TEST(memory_keeps_its_shape),
		TEST(a_copy_of_a_report_is_redacted),
		TEST(a_copy_of_stacks_is_redacted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
