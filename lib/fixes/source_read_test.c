// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "fixes/source_firmware.h"
#include "fixes/source_read.h"
#include "fixes/source_vulns.h"

/* What was handed out: a line for each, with the parts that there are. */
struct taken {
	char text[16384];
	size_t used, n, stop_at;
};

static void put(struct taken *t, const char *before, const char *text)
{
	if (text)
		t->used += (size_t)snprintf(
			t->text + t->used, sizeof(t->text) - t->used, "%s%s", before, text);
	assert_true(t->used < sizeof(t->text));
}

static int take(const struct fix *f, void *arg, struct vmt_err *err)
{
	struct taken *t = arg;

	(void)err;
	put(t, "", f->subject);
	put(t, "|body=", f->body);
	put(t, "|trace=", f->trace);
	put(t, "|reverts=", f->reverts);
	put(t, "|commit=", f->commit);
	for (size_t i = 0; i < f->files_n; i++)
		put(t, "|file=", f->files[i]);
	for (size_t i = 0; i < f->fixes_n; i++)
		put(t, "|fixes=", f->fixes[i]);
	for (size_t i = 0; i < f->arches_n; i++)
		put(t, "|arch=", f->arches[i]);
	for (size_t i = 0; i < f->cves_n; i++)
		put(t, "|", f->cves[i]);
	for (size_t i = 0; i < f->releases_n; i++) {
		put(t, "|", f->releases[i].version);
		put(t, "@", f->releases[i].branch);
	}
	put(t, "\n", "");
	return ++t->n == t->stop_at ? 7 : 0;
}

static int run(
	fix_reader read, const void *text, size_t len, struct taken *t, struct fix_counts *counts)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fix_reading r = {.take = take, .arg = t};
	struct source *src;
	struct fix_input *in;
	int rc;

	assert_int_equal(source_open_memory(ctx, "text", text, len, &src, NULL), 0);
	assert_int_equal(fix_input_open(ctx, src, &in, NULL), 0);
	rc = read(in, &r, NULL);
	if (counts)
		*counts = r.counts;
	talloc_free(ctx);
	return rc;
}

static char *sample(const char *name, size_t *len)
{
	const char *folder = getenv("VMT_TESTDATA");
	char path[512], *text = calloc(1, 65536);
	FILE *f;

	snprintf(path, sizeof(path), "%s/fixes/%s", folder ? folder : "testdata", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	*len = fread(text, 1, 65535, f);
	fclose(f);
	return text;
}

static struct fix_counts check(fix_reader read, const char *name, const char *wanted)
{
	struct fix_counts counts;
	struct taken t = {0};
	size_t len;
	char *text = sample(name, &len);

	assert_int_equal(run(read, text, len, &t, &counts), 0);
	assert_string_equal(t.text, wanted);
	assert_int_equal(counts.fixes, t.n);
	assert_int_equal(
		counts.items, counts.fixes + counts.groups + counts.marks + counts.skipped);
	free(text);
	return counts;
}

static void debian(void **state)
{
	struct fix_counts c = check(source_debian_read, "debian.changelog",
		"nfsd: check the slot before it is "
		"used|CVE-2026-99362|6.1.192-3@bookworm-security\n"
		"e1000: Fix a NULL pointer dereference in e1000_clean_rx_irq()|arch=arm64|arch=x86"
		"|CVE-2026-99001|CVE-2026-99002|6.1.192-1@bookworm-security|6.1.191@6.1\n"
		"Revert \"net: foo: keep the buffer\"|reverts=net: foo: keep the buffer"
		"|6.1.192-1@bookworm-security|6.1.191@6.1\n"
		"usb: storage: fix use-after-free on disconnect|arch=armel"
		"|6.1.192-1@bookworm-security|6.1.192@6.1\n"
		"ext4: take the lock earlier|body=ext4: fix a race at unmount|arch=amd64"
		"|6.1.192-1@bookworm-security\n"
		"jbd2: wait for the commit|body=ext4: fix a race at unmount|arch=i386"
		"|6.1.192-1@bookworm-security\n"
		"[rt] Update to 6.1.192-rt58|6.1.192-1@bookworm-security\n"
		"Bump ABI to 57|6.1.192-1@bookworm-security\n"
		"Fix a build failure|6.1.4-1@unstable\n");

	(void)state;
	assert_int_equal(c.stanzas, 3);
	assert_int_equal(c.items, 13);
}

static void ubuntu(void **state)
{
	(void)state;
	check(source_debian_read, "ubuntu.changelog",
		"jammy/linux: 5.15.0-92.102 -proposed tracker|5.15.0-92.102@jammy\n"
		"USB: core: Fix oversight in SuperSpeed initialization|body=USB bus error after "
		"upgrading to proposed kernel on lunar and jammy|5.15.0-92.102@jammy\n"
		"ubi: Refuse attaching if mtd's erasesize is 0|body=CVE-2023-31085|CVE-2023-31085"
		"|5.15.0-92.102@jammy\n"
		"tcp: fix a wrong length|5.15.0-92.102@jammy|5.15.132@5.15\n");
}

static void rpm(void **state)
{
	(void)state;
	check(source_rpm_read, "rhel.changelog",
		"x86/mce: Cleanup mce_usable_address()|5.14.0-611.el9@el9\n"
		"Bluetooth: Fix atomicity violation in {min,max}_key_size_set|CVE-2024-24860"
		"|5.14.0-611.el9@el9\n"
		"redhat: Fix a typo|5.14.0-611.el9@el9\n"
		"mm: don't fail (in a way that users see)|CVE-2023-22222|5.14.0-610.el9@el9\n");
	check(source_rpm_read, "suse.changelog",
		"ALSA: usb-audio: Fix a missing lock in snd_usb_endpoint_open()|8ebb1f4@commit\n"
		"nvme: avoid a double free|CVE-2026-90001|8ebb1f4@commit\n"
		"tcp: fix a leak|2d9f4ea0@commit|6.11.8@6.11\n");
}

static void gitlog(void **state)
{
	(void)state;
	check(source_gitlog_read, "ChangeLog-6.1.150",
		"e1000: fix a NULL pointer dereference|body=The ring may be gone when the "
		"interrupt comes:\n\nCheck it first.|trace= BUG: kernel NULL pointer dereference, "
		"address: 0000000000000008\n RIP: 0010:e1000_clean_rx_irq+0x1a/0x4d0 [e1000]\n "
		"Call Trace:\n  <IRQ>\n  e1000_clean+0x5d/0x9f0 [e1000]\n  "
		"__napi_poll+0x28/0x160\n  </IRQ>|commit=abcdefabcdefabcdefabcdefabcdefabcdefabcd"
		"|fixes=1da177e4c3f4|6.1.150@6.1\n"
		"Revert \"usb: foo: wait longer\"|body=This reverts commit "
		"bcdefabcdefabcdefabcdefabcdefabcdefabcde which is\ncommit "
		"cdefabcdefabcdefabcdefabcdefabcdefabcdef upstream.\n\nIt made the machine hang."
		"|reverts=usb: foo: wait longer|commit=3333333333333333333333333333333333333333"
		"|6.1.150@6.1\n");
}

static void vendor(void **state)
{
	(void)state;
	check(source_vendor_read, "vendor.changelog",
		"Fixed a crash on unload while the queue was not empty|3.4.2\n"
		"Fixed a leak|3.4.2\n"
		"Fixed a hang in foo_reset()|3.4.1\n"
		"Support for kernel 6.12|3.4.1\n"
		"The link is taken down before the reset.|3.3\n"
		"A second paragraph of two lines.|3.3\n");
}

static void records(void **state)
{
	static const char text[] =
		"{\"id\": \"CVE-2026-1234\", \"subject\": \"net: fix it\", \"body\": \"Why.\", "
		"\"files\": [\"net/core/dev.c\"], \"fix\": "
		"\"0123456789012345678901234567890123456789\", \"fixes\": [\"1da177e4c3f4\"], "
		"\"branches\": [{\"from\": \"5.6\", \"fixed\": \"5.10.36\"}, {\"fixed\": null}], "
		"\"mainline\": \"5.13\"}\n\n[1]\n{\"subject\": 3}\nno JSON\n";
	struct fix_counts c;
	struct taken t = {0};

	(void)state;
	assert_int_equal(run(source_records_read, text, strlen(text), &t, &c), 0);
	assert_string_equal(t.text,
		"net: fix it|body=Why.|commit=0123456789012345678901234567890123456789"
		"|file=net/core/dev.c|fixes=1da177e4c3f4|CVE-2026-1234|5.10.36@5.10|5.13@5.13\n");
	assert_int_equal(c.items, 4);
	assert_int_equal(c.skipped, 3);
}

static void vulns(void **state)
{
	const char *folder = getenv("VMT_TESTDATA");
	struct taken t = {0};
	struct fix_reading r = {.take = take, .arg = &t};
	char path[512];

	(void)state;
	snprintf(path, sizeof(path), "%s/fixes/vulns", folder ? folder : "testdata");
	assert_int_equal(source_vulns_read(path, &r, NULL), 0);
	assert_string_equal(t.text,
		"e1000: fix a NULL pointer dereference|body=The ring may be gone:\n\nCheck it "
		"first.|trace= BUG: kernel NULL pointer dereference, address: 0000000000000008\n "
		"e1000_clean+0x5d/0x9f0 [e1000]|commit=abcdefabcdefabcdefabcdefabcdefabcdefabcd"
		"|file=drivers/net/ethernet/intel/e1000/e1000_main.c|CVE-2026-99001"
		"|5.15.190@5.15|6.1.150@6.1|6.17@6.17\n"
		"e1000: Fix another NULL pointer dereference|body=The ring may be gone:\n\nCheck "
		"it "
		"first.|trace= BUG: kernel NULL pointer dereference, address: 0000000000000008\n "
		"e1000_clean+0x5d/0x9f0 [e1000]|commit=1234567890abcdef1234567890abcdef12345678"
		"|file=drivers/net/ethernet/intel/e1000/e1000_main.c"
		"|CVE-2026-99003|6.1.150@6.1|6.17@6.17\n");
	assert_int_equal(r.counts.items, 3);
	assert_int_equal(r.counts.skipped, 1);
	assert_int_equal(source_vulns_read("/proc/nonexistent", &r, NULL), VMT_ERR_IO);
}

/* ---- firmware ---------------------------------------------------------------------------- */

static int take_firmware(const struct firmware *f, void *arg, struct vmt_err *err)
{
	struct taken *t = arg;

	(void)err;
	put(t, "", f->driver);
	put(t, "|", f->file);
	put(t, "|", f->version);
	put(t, "\n", "");
	return 0;
}

static void firmware(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct taken t = {0};
	struct source *src;
	struct fix_input *in;
	size_t len;
	char *text = sample("WHENCE", &len);

	(void)state;
	assert_int_equal(source_open_memory(ctx, "WHENCE", text, len, &src, NULL), 0);
	assert_int_equal(fix_input_open(ctx, src, &in, NULL), 0);
	assert_int_equal(source_firmware_read(in, take_firmware, &t, NULL), 0);
	assert_string_equal(t.text, "iwlwifi|iwlwifi-8265-34.ucode|34.0.1\n"
				    "iwlwifi|iwlwifi-8265-36.ucode|36.ca7b901d.0\n"
				    "iwlwifi|iwlwifi-8265-37.ucode|36.ca7b901d.0\n"
				    "bnx2x|bnx2x/bnx2x e1.fw|7.13\n"
				    "bnx2x|bnx2x/e2.fw|7.13\n");
	free(text);
	talloc_free(ctx);
}

/* ---- anything ---------------------------------------------------------------------------- */

/* A taker's answer ends the reading at once, and is what the reader returns. */
static void stopped(void **state)
{
	struct taken t = {.stop_at = 2};
	size_t len;
	char *text = sample("debian.changelog", &len);

	(void)state;
	assert_int_equal(run(source_debian_read, text, len, &t, NULL), 7);
	assert_int_equal(t.n, 2);
	free(text);
}

/* Every beginning of every sample is read by every reader: what is whole in it is found. */
static void cut_off(void **state)
{
	static const fix_reader readers[] = {source_debian_read, source_rpm_read,
		source_gitlog_read, source_records_read, source_vendor_read};
	static const char *const names[] = {"debian.changelog", "ubuntu.changelog",
		"rhel.changelog", "suse.changelog", "ChangeLog-6.1.150", "vendor.changelog"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t len;
		char *text = sample(names[i], &len);

		for (size_t n = 0; n < len; n += 7)
			for (size_t k = 0; k < ARRAY_SIZE(readers); k++) {
				struct taken *t = calloc(1, sizeof(*t));

				assert_int_equal(run(readers[k], text, n, t, NULL), 0);
				free(t);
			}
		free(text);
	}
}

static void odd_bytes(void **state)
{
	static const char text[] =
		"linux (1.0-1) x; urgency=low\r\n\r\n  * a\xff\xc0\x80 \xe2\x82\xac "
		"\xed\xa0\x80 \x1b[31m \xe2\x82\r\n  * b\0c";
	struct taken t = {0};

	(void)state;
	assert_int_equal(run(source_debian_read, text, sizeof(text) - 1, &t, NULL), 0);
	assert_string_equal(t.text, "a??? \xe2\x82\xac ??? ?[31m ??|1.0-1@x\nb?c|1.0-1@x\n");
}

static void long_line(void **state)
{
	size_t len = 3 * FIX_LINE_MOST;
	char *text = malloc(len);
	struct taken t = {0};

	(void)state;
	memset(text, 'x', len);
	memcpy(text, "linux (1.0-1) x; urgency=low\n  * ", 33);
	assert_int_equal(run(source_debian_read, text, 33 + 2000, &t, NULL), 0);
	assert_int_equal(t.n, 1);
	/* What is too long is cut off, and what comes after it is read. */
	memcpy(text + len - 6, "\n  * y", 6);
	memcpy(text + 33 + 4000, "\n  ", 3);
	t = (struct taken){0};
	assert_int_equal(run(source_debian_read, text, len, &t, NULL), 0);
	assert_int_equal(t.n, 2);
	assert_string_equal(t.text + t.used - 10, "y|1.0-1@x\n");
	free(text);
}

static void dates(void **state)
{
	static const struct {
		const char *text;
		int64_t wanted;
	} rows[] = {
		{"Thu, 26 Nov 2026 18:12:56 +0100", 1795713176},
		{"Mon Nov 16 11:17:40 2026 +0100", 1794824260},
		{"1794824260 +0100", 1794824260},
		{"Tue Nov 24 2026", 1795478400},
		{"Wed Nov 18 17:03:53 CET 2026", 1795017833},
		{"2026-11-16", 1794787200},
		{"2026-11-16T11:17:40Z", 1794827860},
		{"Mon Nov 31 2026", 0},
		{"", 0},
		{"soon", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(fix_time_read(rows[i].text, strlen(rows[i].text)), rows[i].wanted);
}

static void trace_lines(void **state)
{
	static const char *const crash[] = {"[   12.345678] anything", "<4>[   12.3] anything",
		"[   12.345678][ T1234] anything", " e1000_clean+0x5d/0x9f0 [e1000]",
		" ? e1000_clean+0x5d/0x9f0", "RIP: 0010:f+0x1/0x2", "  <TASK>",
		" __dump_stack lib/dump_stack.c:88 [inline]", "==================================",
		"Unable to handle kernel NULL pointer dereference",
		"> [<ffffffff81234567>] f+0x1/0x2"};
	static const char *const prose[] = {"The ring may be gone when the interrupt comes:",
		"e1000_clean() calls it", "Check it first.", "[1] https://example.org/", "a",
		"  foo(bar);", "==", "CPU hotplug is broken", "Fix the CPU: it spins"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(crash); i++)
		if (!fix_trace_is_line(crash[i], strlen(crash[i])))
			fail_msg("%s", crash[i]);
	for (size_t i = 0; i < ARRAY_SIZE(prose); i++)
		if (fix_trace_is_line(prose[i], strlen(prose[i])))
			fail_msg("%s", prose[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(debian),
		cmocka_unit_test(ubuntu),
		cmocka_unit_test(rpm),
		cmocka_unit_test(gitlog),
		cmocka_unit_test(vendor),
		cmocka_unit_test(records),
		cmocka_unit_test(vulns),
		cmocka_unit_test(firmware),
		cmocka_unit_test(stopped),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(odd_bytes),
		cmocka_unit_test(long_line),
		cmocka_unit_test(dates),
		cmocka_unit_test(trace_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
