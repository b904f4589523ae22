// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The forms of reports on the architectures that are not x86_64: a text in, and what it says of the
 * kind, the place, the frames and the registers out.
 */
#include "base/test.h"
#include <elf.h>
#include <string.h>

#include "base/array.h"
#include "base/machine.h"
#include "oops/parse_text.h"

struct form {
	const char *name, *text;
	const char *kind, *arch; /* arch NULL: the text does not tell */
	const char *function;	 /* of the place; NULL: none */
	const char *frames;	 /* of the report's own trace, innermost first, a blank between */
	const char *reg;	 /* NULL: none is looked at */
	uint64_t value;
};

/* The names of the report's own trace; an address where a frame has none. */
static char *names_of(TALLOC_CTX *ctx, const struct oops_event *ev)
{
	char *s = talloc_strdup(ctx, "");

	for (size_t i = 0; i < ev->n_traces; i++) {
		const struct oops_trace *t = &ev->traces[i];

		for (size_t k = 0; t->role == OOPS_TRACE_MAIN && k < t->n_frames; k++) {
			const struct oops_frame *f = &t->frames[k];

			s = f->function ? talloc_asprintf_append_buffer(
						  s, "%s%s", *s ? " " : "", f->function)
					: talloc_asprintf_append_buffer(s, "%s%llx", *s ? " " : "",
						  (unsigned long long)f->address);
		}
	}
	return s;
}

static void check_text(const char *name, const char *what, const char *is, const char *must)
{
	if (!is != !must || (is && strcmp(is, must) != 0))
		fail_msg(
			"%s: %s is %s, not %s", name, what, is ? is : "none", must ? must : "none");
}

static void check_form(const struct form *f)
{
	struct oops_log *log = parse_text(f->text);
	const struct oops_event *ev;
	bool found = !f->reg;

	if (log->n_events != 1)
		fail_msg("%s: %zu reports", f->name, log->n_events);
	ev = log->events[0];
	check_text(f->name, "kind", ev->kind->slug, f->kind);
	check_text(f->name, "arch", log->arch, f->arch);
	if (log->arch && machine_find(log->arch)->elf_machine == EM_NONE)
		fail_msg("%s: no machine %s", f->name, log->arch);
	check_text(f->name, "place", ev->ip.function, f->function);
	check_text(f->name, "trace", names_of(log, ev), f->frames);
	for (size_t i = 0; f->reg && i < ev->n_regs; i++)
		if (strcmp(ev->regs[i].name, f->reg) == 0) {
			found = true;
			assert_int_equal(ev->regs[i].value, f->value);
		}
	if (!found)
		fail_msg("%s: no register %s", f->name, f->reg);
	talloc_free(log);
}

static void powerpc(void **state)
{
	static const struct form forms[] = {
		{"null, and user mode's registers behind the trace",
			"Kernel attempted to read user page (28) - exploit attempt? (uid: 0)\n"
			"BUG: Kernel NULL pointer dereference on read at 0x00000028\n"
			"Oops: Kernel access of bad area, sig: 11 [#1]\n"
			"LE PAGE_SIZE=64K MMU=Radix SMP NR_CPUS=2048 NUMA pSeries\n"
			"MSR:  800000000280b033 <SF,VEC,EE,DR,LE>  CR: 24044284  XER: 00000000\n"
			"CFAR: c0080000053a00a8 DAR: 0000000000000028 DSISR: 40000000 IRQMASK: 0 \n"
			"GPR00: c0000000005c1a90 c00000000d9b7c60 c000000001a40000 "
			"0000000000000003 \n"
			"NIP [c0080000053a00bc] gizmo_read+0x3c/0xf0 [gizmo]\n"
			"LR [c0000000005c1a90] vfs_read+0xd0/0x390\n"
			"Call Trace:\n"
			"[c00000000d9b7c60] [c0000000005c19f8] vfs_read+0x38/0x390 (unreliable)\n"
			"[c00000000d9b7e50] [c00000000000c0d4] system_call_common+0xf4/0x258\n"
			"--- interrupt: c00 at 0x7fffa2b4a2d4\n"
			"NIP:  00007fffa2b4a2d4 LR: 0000000000000000 CTR: 0000000000000000\n"
			"NIP [00007fffa2b4a2d4] 0x7fffa2b4a2d4\n"
			"LR [0000000000000000] 0x0\n"
			"--- interrupt: c00\n",
			"null-deref", "ppc64le", "gizmo_read", "vfs_read system_call_common",
			"gpr03", 3},
		{"an access to user memory is none to NULL",
			"Kernel attempted to write user page (7fffa2b4a2d4) - exploit attempt? "
			"(uid: "
			"0)\nBUG: Unable to handle kernel data access on write at 0x7fffa2b4a2d4\n"
			"Oops: Kernel access of bad area, sig: 11 [#1]\n",
			"user-access", NULL, NULL, "", NULL, 0},
		{"an interrupt, to 5.10",
			"Unable to handle kernel paging request for data at address 0x00000018\n"
			"Oops: Kernel access of bad area, sig: 11 [#1]\n"
			"NIP [d000000006200020] .gizmo_irq+0x20/0x40 [gizmo]\n"
			"Call Trace:\n"
			"[c0000007e2f83bf0] [c000000000012a34] .do_IRQ+0x90/0x130\n"
			"--- Exception: 501 at .plpar_hcall+0x5c/0x90\n"
			"    LR = .shared_cede+0x40/0x90\n"
			"[c0000007e2f83e30] [c00000000070a188] .cpuidle_idle+0x110/0x398\n",
			"null-deref", "ppc64", "gizmo_irq",
			"do_IRQ plpar_hcall shared_cede cpuidle_idle", NULL, 0},
		{"an interrupt, from 5.11: its registers say its place again",
			"watchdog: CPU 12 self-detected hard LOCKUP @ gizmo_spin+0x10/0x40 "
			"[gizmo]\n"
			"NIP [c0080000053a0010] gizmo_spin+0x10/0x40 [gizmo]\n"
			"Call Trace:\n"
			"[c00000000d9b7e50] [c00000000000c0d4] timer_interrupt+0xf4/0x258\n"
			"--- interrupt: 900 at idle_loop+0x10/0x40\n"
			"NIP:  c0080000053a0010 LR: c0080000053a0110 CTR: c0080000053a0000\n"
			"NIP [c0080000053a0010] idle_loop+0x10/0x40\n"
			"LR [c0080000053a0110] idle_enter+0x30/0x90\n"
			"--- interrupt: 900\n"
			"[c00000000d9b7e90] [c00000000000c0d8] start_idle+0xf4/0x258\n",
			"hard-lockup", "ppc64", "gizmo_spin",
			"timer_interrupt idle_loop start_idle", NULL, 0},
		{"a lockup seen by another CPU is one report",
			"watchdog: CPU 2 detected hard LOCKUP on other CPUs 5\n"
			"watchdog: CPU 2 TB:1031437393417, last SMP heartbeat TB:1 (15999ms ago)\n"
			"watchdog: CPU 5 Hard LOCKUP\n"
			"CPU: 5 PID: 890 Comm: stress Not tainted 6.1.0 #3\n"
			"NIP [c0080000053a0010] gizmo_spin+0x10/0x40 [gizmo]\n",
			"hard-lockup", "ppc64", "gizmo_spin", "", NULL, 0},
		{"32 bits",
			"Machine check in kernel mode.\n"
			"Caused by (from SRR1=149030): Transfer error ack signal\n"
			"Oops: Machine check, sig: 7 [#1]\n"
			"GPR00: bf1e0054 c5b79d50 c1b2a000 00000000 \n"
			"NIP [bf1e0010] gizmo_peek+0x10/0x40 [gizmo]\n",
			"machine-check", "ppc", "gizmo_peek", "", "gpr01", 0xc5b79d50},
		{"system reset",
			"Oops: System Reset, sig: 6 [#1]\n"
			"NIP [c0000000000d5f1c] plpar_hcall+0x18/0x2c\n"
			"Kernel panic - not syncing: System Reset\n",
			"nmi-panic", "ppc64", "plpar_hcall", "", NULL, 0},
		{"the debugger, which tells of the kernel in the midst of it",
			"cpu 0x3: Vector: 300 (Data Access) at [c00000000d9b79c0]\n"
			"    pc: c0080000053a00bc: gizmo_read+0x3c/0xf0 [gizmo]\n"
			"    lr: c0000000005c1a90: vfs_read+0xd0/0x390\n"
			"    sp: c00000000d9b7c60\n"
			"   dar: 28\n"
			" dsisr: 40000000\n"
			"    pid   = 912, comm = cat\n"
			"Linux version 6.1.0 (x@y) (gcc-12) #1 SMP\n"
			"[c00000000d9b7c60] c0000000005c1a90 vfs_read+0xd0/0x390\n"
			"[c00000000d9b7d10] c0000000005c2a2c ksys_read+0x8c/0x170\n",
			"null-deref", NULL, "gizmo_read", "vfs_read ksys_read", "dsisr",
			0x40000000},
		{"no access, but an alignment",
			"BUG: Unable to handle kernel unaligned access at 0xc00000000d9b79c1\n"
			"Oops: Kernel access of bad area, sig: 7 [#1]\n",
			"alignment-fault", NULL, NULL, "", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		check_form(&forms[i]);
}

/* "Code:" of powerpc goes on in the next line, and the marked word stands there. */
static void powerpc_code(void **state)
{
	static const char *const heads[] = {"Code: 38210060 e8010010 \n", "Instruction dump:\n"
									  "38210060 e8010010 \n"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *text = talloc_asprintf(NULL,
			"Oops: Kernel access of bad area, sig: 11 [#1]\n"
			"LE PAGE_SIZE=64K MMU=Radix SMP NR_CPUS=2048 NUMA pSeries\n"
			"%sf8010010 <e9290028> 2c290000 \n"
			"---[ end trace 0000000000000000 ]---\n",
			heads[i]);
		struct oops_log *log = parse_text(text);

		assert_int_equal(log->events[0]->n_code, 20);
		assert_int_equal(log->events[0]->code_ip, 12);
		assert_int_equal(log->events[0]->code[12], 0xe9);
		talloc_free(log);
		talloc_free(text);
	}
}

static void s390(void **state)
{
	static const struct form forms[] = {
		{"page fault",
			"Unable to handle kernel pointer dereference in virtual kernel address "
			"space\n"
			"Failing address: 000003ff80100000 TEID: 000003ff80100407\n"
			"Oops: 0004 ilc:3 [#1] PREEMPT SMP \n"
			"Krnl PSW : 0404e00180000000 000003ff8010a034 (gizmo_write+0x34/0x98 "
			"[gizmo])\n"
			"           R:0 T:1 IO:0 EX:0 Key:0 M:1 W:0 P:0 AS:3 CC:2 PM:0 RI:0 EA:3\n"
			"Krnl GPRS: 0000000000000000 0000000000000001 0000000000000002 "
			"0000000000000003\n"
			"           0000000000000004 0000000000000005 0000000000000006 "
			"0000000000000007\n"
			"Call Trace:\n"
			" [<00000000bb1a9a10>] vfs_write+0x90/0x1d0 \n"
			"Last Breaking-Event-Address:\n"
			" [<00000000bb1a9a0a>] vfs_read+0x8a/0x1d0\n",
			"page-fault", "s390x", "gizmo_write", "vfs_write", "r06", 6},
		{"null",
			"Unable to handle kernel pointer dereference in virtual kernel address "
			"space\n"
			"Failing address: 0000000000000000 TEID: 0000000000000483\n"
			"Oops: 0004 ilc:2 [#1] SMP \n"
			"Krnl PSW : 0404e00180000000 000003ff8010a034 (gizmo_write+0x34/0x98)\n",
			"null-deref", "s390x", "gizmo_write", "", NULL, 0},
		{"any other program exception",
			"operand exception: 0015 ilc:2 [#1] SMP \n"
			"Krnl PSW : 0704c00180000000 000003ff8010a034 (gizmo_set+0x34/0x98)\n",
			"oops", "s390x", "gizmo_set", "", NULL, 0},
		{"the stack's end",
			"Kernel stack overflow.\n"
			"Krnl PSW : 0704c00180000000 000003ff8010a034 (gizmo_set+0x34/0x98)\n"
			"Call Trace:\n"
			" [<000003ff8010a034>] gizmo_set+0x34/0x98 [gizmo] \n"
			"Kernel panic - not syncing: Corrupt kernel stack, can't continue.\n",
			"stack-overflow", "s390x", "gizmo_set", "gizmo_set", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		check_form(&forms[i]);
	struct oops_log *log = parse_text(forms[0].text);
	assert_string_equal(log->events[0]->access, "write");
	talloc_free(log);
}

static void riscv(void **state)
{
	static const struct form forms[] = {
		{"places, then the same names with values",
			"Unable to handle kernel NULL pointer dereference at virtual address "
			"0000000000000028\nOops [#1]\n"
			"epc : foo+0x1a/0x30 [gizmo]\n ra : vfs_read+0x90/0x1d0\n"
			"epc : ffffffff0131401a ra : ffffffff801a9a10 sp : ff2000000066bd90\n"
			"status: 0000000200000120 badaddr: 0000000000000028 cause: "
			"000000000000000d\n"
			"[<ffffffff801a9a10>] vfs_read+0x90/0x1d0\n",
			"null-deref", "riscv64", "foo", "vfs_read", "epc", 0xffffffff0131401a},
		{"to 5.5",
			"Unable to handle kernel paging request at virtual address "
			"ffffffe000cf1d18\nOops [#1]\n"
			"sepc: ffffffe00004b01a ra : ffffffe0001a9a10 sp : ffffffe077a6bd90\n"
			"sstatus: 0000000200000120 sbadaddr: ffffffe000cf1d18 scause: "
			"000000000000000f\n",
			"page-fault", "riscv64", NULL, "", "scause", 15},
		{"misaligned",
			"Oops - store (or AMO) address misaligned [#1]\nepc : foo+0x1a/0x30\n",
			"alignment-fault", NULL, "foo", "", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		check_form(&forms[i]);
}

static void arm(void **state)
{
	static const struct form forms[] = {
		{"callers, the first line's callee being the place",
			"Unable to handle kernel NULL pointer dereference at virtual address "
			"00000014 when read\n"
			"Internal error: Oops: 5 [#1] SMP ARM\n"
			"PC is at gizmo_read+0x14/0x48 [gizmo]\n"
			"LR is at vfs_read+0xa0/0x1d8\n"
			"pc : [<bf000014>]    lr : [<c02f45d0>]    psr: 60000013\n"
			"Backtrace: \n"
			" gizmo_read [gizmo] from vfs_read+0xa0/0x1d8\n"
			" r5:b6d5d000 r4:00000000\n"
			" vfs_read from ksys_read+0x6c/0xec\n",
			"null-deref", "arm", "gizmo_read", "vfs_read ksys_read", "lr", 0xc02f45d0},
		{"without symbols",
			"Unable to handle kernel NULL pointer dereference at virtual address "
			"00000014\n"
			"Internal error: Oops: 5 [#1] SMP ARM\n"
			"PC is at 0xc0200014\n"
			"pc : [<c0200014>]    lr : [<c02f45d0>]    psr: 60000013\n"
			"Backtrace: \n"
			"Function entered at [<c0200000>] from [<c02f45d0>]\n"
			"Function entered at [<c02f4530>] from [<c02f4f5c>]\n",
			"null-deref", "arm", NULL, "c02f45d0 c02f4f5c", "psr", 0x60000013},
		{"two lines announce one fault",
			"Alignment trap: not handling instruction e1923f9f at [<bf000014>]\n"
			"Unhandled fault: alignment exception (0x001) at 0xbf000013\n"
			"Internal error: : 1 [#1] SMP ARM\n"
			"PC is at gizmo_read+0x14/0x48 [gizmo]\n",
			"alignment-fault", "arm", "gizmo_read", "", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		check_form(&forms[i]);
}

static void arm64(void **state)
{
	static const struct form forms[] = {
		{"an exception without a handler, and the panic that it ends in",
			"Unhandled 64-bit el1h sync exception on CPU4, ESR 0x7e000000 -- TRFD/SME\n"
			"pc : gizmo_call+0x18/0x40 [gizmo]\n"
			"x29: ffff80000a0b3d00 x28: ffff000003b60000 x27: 0000000000000000\n"
			"Kernel panic - not syncing: Unhandled exception\n",
			"unhandled-fault", "aarch64", "gizmo_call", "", "x28", 0xffff000003b60000},
		{"an error interrupt, to 4.14",
			"Bad mode in Error handler detected on CPU4, code 0xbf000002 -- SError\n"
			"Internal error: Oops - bad mode: 0 [#1] PREEMPT SMP\n"
			"PC is at gizmo_readl+0x18/0x40 [gizmo]\n"
			"pc : [<ffffff8000a00018>] lr : [<ffffff80081c8a18>] pstate: 60000145\n",
			"external-abort", "aarch64", "gizmo_readl", "", "lr", 0xffffff80081c8a18},
		{"a fault of another name",
			"Unable to handle kernel level 1 address size fault at virtual address "
			"ffff80000a0b3d01\n"
			"Internal error: Oops: 0000000096000001 [#1] SMP\n"
			"pc : gizmo_call+0x18/0x40 [gizmo]\n",
			"unhandled-fault", "aarch64", "gizmo_call", "", NULL, 0},
		{"a log that begins behind the head",
			"pc : gizmo_call+0x18/0x40 [gizmo]\n"
			"Call trace:\n gizmo_call+0x18/0x40 [gizmo]\n vfs_read+0xd0/0x390\n",
			"oops", NULL, "gizmo_call", "gizmo_call vfs_read", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		check_form(&forms[i]);
}

static void others(void **state)
{
	static const struct form forms[] = {
		{"sparc",
			"Unable to handle kernel NULL pointer dereference\n"
			"cat(123): Oops [#1]\n"
			"TPC: <gizmo_read+0x14/0x30 [gizmo]>\n"
			"RPC: <vfs_read+0x90/0x1d0>\n"
			"Call Trace:\n[<00000000006a9a10>] vfs_read+0x90/0x1d0\n"
			"Caller[00000000006a9a10]: vfs_read+0x90/0x1d0\n",
			"null-deref", "sparc64", "gizmo_read", "vfs_read", NULL, 0},
		{"parisc",
			"Kernel Fault: Code=15 (Data TLB miss fault) at addr 00000000deadbee0\n"
			" IAOQ[0]: gizmo_read+0x14/0x30 [gizmo]\n"
			" IAOQ[1]: gizmo_read+0x18/0x30 [gizmo]\n"
			" RP(r2): vfs_read+0x90/0x1d0\n"
			"Backtrace:\n [<000000004019a8b4>] vfs_read+0x90/0x1d0\n",
			"page-fault", "parisc", "gizmo_read", "vfs_read", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		check_form(&forms[i]);
}

static void i386(void **state)
{
	static const struct form forms[] = {
		{"the place is said again behind the trace, to 4.18",
			"BUG: unable to handle kernel paging request at deadbeef\n"
			"Oops: 0000 [#1] SMP\n"
			"EIP: gizmo_read+0x14/0x30 [gizmo]\n"
			"EAX: 00000000 EBX: c2b51000 ECX: 00020000 EDX: b7d5d000\n"
			"Call Trace:\n vfs_read+0x90/0x1d0\n"
			"EIP: gizmo_read+0x14/0x30 [gizmo] SS:ESP: 0068:c2b5bf2c\n",
			"page-fault", "i386", "gizmo_read", "vfs_read", "ebx", 0xc2b51000},
		{"user mode's registers behind the trace",
			"BUG: kernel NULL pointer dereference, address: 00000014\n"
			"Oops: 0000 [#1] PREEMPT SMP\n"
			"EIP: gizmo_read+0x14/0x30 [gizmo]\n"
			"EAX: 00000000 EBX: c2b51000 ECX: 00020000 EDX: b7d5d000\n"
			"Call Trace:\n vfs_read+0x90/0x1d0\n"
			"EIP: 0xb7f3b549\n"
			"EAX: ffffffda EBX: 00000003 ECX: b7d5d000 EDX: 00020000\n",
			"null-deref", "i386", "gizmo_read", "vfs_read", "ebx", 0xc2b51000},
		{"a log that begins behind the trace",
			"EIP: [<b82d7c15>] gizmo_stop+0xa3/0xb5 [gizmo] SS:ESP 0068:7951febc\n",
			"oops", "i386", "gizmo_stop", "", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		check_form(&forms[i]);
}

static void mips_and_loongarch(void **state)
{
	static const struct form forms[] = {
		{"mips",
			"CPU 0 Unable to handle kernel paging request at virtual address 00000014, "
			"epc == c0a80014, ra == 801a9a10\nOops[#1]:\n"
			"$ 0   : 00000000 00000001 00000000 801a9a10\n"
			"$28   : 83f5a000 83f5bdc8 00000003 801a9a10\n"
			"epc   : c0a80014 gizmo_read+0x14/0x30 [gizmo]\n"
			"ra    : 801a9a10 vfs_read+0x90/0x1d0\n"
			"BadVA : 00000014\n",
			"null-deref", "mips", "gizmo_read", "", "r29", 0x83f5bdc8},
		{"mips: two lines announce one fault",
			"Data bus error, epc == c0a80014, ra == 801a9a10\nOops[#1]:\n"
			"epc   : c0a80014 gizmo_read+0x14/0x30 [gizmo]\n",
			"external-abort", "mips", "gizmo_read", "", NULL, 0},
		{"loongarch to 6.1",
			"CPU 0 Unable to handle kernel paging request at virtual address "
			"ffff800002010ff0, era == ffff800002010014, ra == 90000000002a9a10\n"
			"Oops[#1]:\n"
			"$ 0   : 0000000000000000 90000000002a9a10 9000000104b28000 "
			"9000000104b2bd90\n"
			"era   : ffff800002010014 gizmo_read+0x14/0x30 [gizmo]\n"
			"ra    : 90000000002a9a10 vfs_read+0x90/0x1d0\n",
			"page-fault", "loongarch64", "gizmo_read", "", "r01", 0x90000000002a9a10},
		{"loongarch from 6.2",
			"Kernel ale access[#1]:\n"
			"   ra: 90000000002a9a10 vfs_read+0x90/0x1d0\n"
			"  ERA: ffff800002010014 gizmo_read+0x14/0x30 [gizmo]\n"
			" BADV: ffff800002010ff1\n",
			"alignment-fault", "loongarch64", "gizmo_read", "", "badv",
			0xffff800002010ff1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		check_form(&forms[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(powerpc),
		cmocka_unit_test(powerpc_code),
		cmocka_unit_test(s390),
		cmocka_unit_test(riscv),
		cmocka_unit_test(arm),
		cmocka_unit_test(arm64),
		cmocka_unit_test(others),
		cmocka_unit_test(i386),
		cmocka_unit_test(mips_and_loongarch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
