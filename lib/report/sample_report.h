/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report with something in every part. Tests only. */
#ifndef VMT_REPORT_SAMPLE_REPORT_H
#define VMT_REPORT_SAMPLE_REPORT_H

#include "base/array.h"
#include "base/err.h"

#define KNOWN(x)                                                                                   \
	{                                                                                          \
		true, x                                                                            \
	}
static const char *const layers[] = {"gzip", "flattened"};
static const struct vmt_taint taints[] = {{'O', "out-of-tree module"}, {'E', "unsigned module"}};
static const char *const evidence[] = {
	"\"BUG: kernel NULL pointer dereference, address: 0000000000000008\" at line 367",
	"the instruction pointer is in vhba_complete+0x1f/0x50 [vhba]",
	"a task named \033[31mred",
};
static const char *const next[] = {
	"Report this to the vendor of vhba: the module is not part of the kernel",
	"Look at what vhba_complete takes from the command's private data",
};
static const struct vmt_event events[] = {
	{"warning", "WARNING: CPU: 0 PID: 12 at net/core/dev.c:10 f+0x1/0x2", KNOWN(1500000000)},
	{"null-deref", "BUG: kernel NULL pointer dereference", KNOWN(2534606000), true},
	{NULL, NULL, {false}},
};
static const struct vmt_frame frames[] = {
	{"vhba_complete", KNOWN(0x1f), KNOWN(0x50), "vhba", KNOWN(0xffffffffc054d01f), "vhba.c",
		KNOWN(120), KNOWN(4), false, true, "softirq", "orc"},
	{"vhba_dequeue", KNOWN(0x90), KNOWN(0x90), "vhba", .reliable = false, .context = "softirq",
		.source = "scan"},
	{"a_function_whose_name_is_far_longer_than_any_that_a_sane_person_would_think_of_"
	 "but_compilers_do.constprop.0.isra.0",
		KNOWN(1), KNOWN(2), "vmlinux", .file = "kernel/time/timer.c", .line = KNOWN(1476),
		.inlined = true, .reliable = true, .context = "softirq", .source = "orc"},
	{NULL, .address = KNOWN(0xffffffffc0000000), .reliable = true, .context = "task"},
	{NULL},
};
static const struct vmt_register registers[] = {
	{"rip", 0xffffffffc054d01f},
	{"rsp", 0xff7a16eb80003e68},
	{"rax", 0},
	{"rbx", 0xff47fc0c1fc19480},
	{"r8", 0x20},
	{"cr2", 8},
};
static const struct vmt_explained explained[] = {
	{"rip", 0xffffffffc054d01f, VMT_REGION_TEXT, "vhba_complete", "vhba", KNOWN(0x1f),
		KNOWN(0x50)},
	{"rsp", 0xff7a16eb80003e68, VMT_REGION_STACK, "softirq", .cpu = KNOWN(1)},
	{"rbx", 0xff47fc0c1fc19480, VMT_REGION_SLAB, "kmalloc-96", NULL, KNOWN(32), KNOWN(96),
		VMT_STATE_FREE, true},
	{"r8", 0x20, VMT_REGION_PAGE},
};
static const struct vmt_instruction instructions[] = {
	{0xffffffffc054d01c, "mov edx, dword ptr [rbx + 0x18]"},
	{0xffffffffc054d01f, "mov dword ptr [rax + 8], edx", true},
};
static const struct vmt_variable variables[] = {
	{"vhba_complete", "host", "struct vhba_host *", "0xff47fc0c1fc19480", .argument = true},
	{"vhba_complete", "data", "u8 []", NULL, false, KNOWN(0xff7a16eb80003e70)},
};
static const struct vmt_module modules[] = {
	{"vhba", "1.2.3", "0123456789ABCDEF01234567", NULL, KNOWN(16384), KNOWN(0xffffffffc054d000),
		"OE", "out-of-tree"},
	{"sd_mod"},
};
static const struct vmt_device_use uses[] = {
	{"block", "sda", "LABDISK", "9.1"},
	{"scsi_host", "host0", NULL, NULL},
};
static const struct vmt_device devices[] = {
	{"virtio", "vhba", "virtio1", "0000:00:03.0", "1af4:1004", uses, 2},
};
static const struct vmt_cpu cpus[] = {
	{0, KNOWN(0), "swapper/0", "softirq", .frames = frames, .n_frames = 1}};
static const struct vmt_missing missing[] = {{"vmlinux", "abcd", "linux-image-6.1.0-56-dbg"}};
static const char *const source_lines[] = {"static void f(void)", "{", "\tg(1,\t2);", "}"};
static const char *const lists[] = {"linux-scsi@vger.kernel.org"};
static const char *const bugs[] = {"https://bugs.example.org"};
static const char *const trees[] = {"git git://example.org/scsi.git"};
static const char *const persons[] = {"A Person <a@example.org>"};
static const struct vmt_firmware firmware[] = {
	{"iwlwifi", "0000:00:14.3", NULL, "so-a0-gf-a0-77.ucode", "77.2df8986f.0"}};
static const struct vmt_maintainer maintainers[] = {
	{"SCSI SUBSYSTEM", "Maintained", lists, 1, bugs, 1, trees, 1, persons, 1}};

static const char *const excerpt[] = {"[    2.534606] BUG: kernel NULL pointer dereference",
	"[    2.534700] ``` \033[31m</details>"};
static const struct vmt_waiter waits[] = {{1, "init", "blocked", {0}, "f", "vmlinux",
	{"mutex", "the mutex m", .name = "m", .device = "sda"}, frames, 1}};
static const struct vmt_diag diagnostics[] = {
	{"log-cut", "warning", "A part of the log is missing: the ring had wrapped."},
};

static inline struct vmt_report sample_report(void)
{
	static const struct vmt_seen_value kernel = {
		"6.1.0-56-cloud-amd64", 4, KNOWN(1791763200000000000), KNOWN(1795217112345678000)};
	static const struct vmt_seen seen = {4, KNOWN(1791763200000000000),
		KNOWN(1795217112345678000), 3, &kernel, &kernel, 1, 1, &kernel, 1};

	return (struct vmt_report){
		.input = {"/var/crash/202611202325/dump.202611202325", "kdump", KNOWN(16540117),
			false, "the last 12 pages", layers, ARRAY_SIZE(layers)},
		.level = "core",
		.kernel = {"6.1.0-56-cloud-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2",
			"x86_64", "abcdef", "Debian 12", KNOWN(0x3000), taints, ARRAY_SIZE(taints),
			true, "root=/dev/vda ro"},
		.machine = {"lab1", "QEMU Standard PC (Q35 + ICH9, 2009)", "1.16.2 04/01/2014",
			KNOWN(2), KNOWN(512 << 20)},
		.crash = {KNOWN(1795217112345678000), KNOWN(2534606000), KNOWN(0), KNOWN(0),
			"swapper/0", "softirq"},
		.verdict = {.kind = "null-deref",
			.kind_text = "NULL pointer dereference",
			.detector = "mmu",
			.headline = "vhba (out-of-tree driver), timer: NULL pointer dereference, "
				    "write at 0x8 in vhba_complete+0x1f",
			.function = "vhba_complete",
			.module = "vhba",
			.file = "vhba.c",
			.line = KNOWN(120),
			.origin = "out-of-tree",
			.path = "timer",
			.access = "write",
			.address_class = "null-offset",
			.victim = true,
			.corrupted = true,
			.corrupted_why = "two CPUs wrote at once",
			.confidence = "high",
			.event = KNOWN(1),
			.evidence = evidence,
			.n_evidence = ARRAY_SIZE(evidence),
			.next = next,
			.n_next = ARRAY_SIZE(next)},
		.events = events,
		.n_events = ARRAY_SIZE(events),
		.frames = frames,
		.n_frames = ARRAY_SIZE(frames),
		.registers = registers,
		.n_registers = ARRAY_SIZE(registers),
		.explained = explained,
		.n_explained = ARRAY_SIZE(explained),
		.instructions = instructions,
		.n_instructions = ARRAY_SIZE(instructions),
		.variables = variables,
		.n_variables = ARRAY_SIZE(variables),
		.fault = {KNOWN(8), "write", "null-offset", "mov %edx,0x8(%rax)", "0x8(%rax)",
			"rax", "struct scsi_cmnd", "result", KNOWN(8), "cmd", KNOWN(2), KNOWN(0),
			"NULL"},
		.modules = modules,
		.n_modules = ARRAY_SIZE(modules),
		.devices = devices,
		.n_devices = ARRAY_SIZE(devices),
		.firmware = firmware,
		.n_firmware = ARRAY_SIZE(firmware),
		.cpus = cpus,
		.n_cpus = ARRAY_SIZE(cpus),
		.signature = {"v1", "c0ffee", "c0ffee01", "null-deref vhba_complete"},
		.debuginfo = {NULL, NULL, 0, missing, ARRAY_SIZE(missing)},
		.source = {"/usr/src/vhba/vhba.c", 118, source_lines, ARRAY_SIZE(source_lines)},
		.excerpt = {excerpt, ARRAY_SIZE(excerpt), 12},
		.waits = waits,
		.n_waits = ARRAY_SIZE(waits),
		.seen = &seen,
		.maintainers = maintainers,
		.n_maintainers = ARRAY_SIZE(maintainers),
		.diagnostics = diagnostics,
		.n_diagnostics = ARRAY_SIZE(diagnostics),
		.stats = {120, 500000, 400, 12345},
	};
}

/* With --explain: one is passed over for another. */
static inline const struct vmt_explanation *sample_explanation(void)
{
	static const struct vmt_role roles[] = {
		{"memcpy", "vmlinux", "memory-copies", "copies memory that its caller chose",
			false},
		{"foo_rx", "foo", NULL, NULL, true}};
	static const struct vmt_fact points[] = {
		{"specific", 8, "is code of one driver, protocol or file system"}};
	static const struct vmt_ranked ranked[] = {
		{"foo_rx", "foo", "drivers/net/foo.c", "stack", 8, points, ARRAY_SIZE(points)}};
	static const struct vmt_explanation explained_verdict = {
		"BUG: kernel NULL pointer dereference", "the function that ran", "it was running",
		roles, ARRAY_SIZE(roles), ranked, ARRAY_SIZE(ranked),
		"the report is complete and names the place", "there is no other suspect"};

	return &explained_verdict;
}

#endif
