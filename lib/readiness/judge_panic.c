// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Does a fault or a hang become a panic, which is what the capture kernel waits for? Most of these
 * switches are a choice and no mistake: what a choice costs is in the table of evidence.
 */
#include <string.h>

#include "base/array.h"
#include "readiness/opinion.h"
#include "readiness/kernel_words.h"

static struct fact_number now(const struct facts *f, const struct opinion *o)
{
	return f->sysctls[o->row->sysctl].now;
}

static const char *name(const struct opinion *o)
{
	return facts_sysctl_name(o->row->sysctl);
}

static void mend(struct opinion *o, long long v)
{
	o->fix = judge_words(o, "sysctl %s=%lld; echo %s=%lld >> /etc/sysctl.d/90-crash.conf",
		name(o), v, name(o), v);
}

/* Says the value; a switch that is not built in, or not in the tree, is no finding. */
static bool value(const struct facts *f, struct opinion *o)
{
	struct fact_number n = now(f, o);

	if (n.seen == SEEN_YES)
		judge_say(o, OPINION_OK, "%s = %lld", name(o), (long long)n.v);
	else if (n.seen == SEEN_DENIED)
		judge_unseen(o, SEEN_DENIED, name(o));
	return n.seen == SEEN_YES;
}

static void note(const struct facts *f, struct opinion *o)
{
	value(f, o);
}

static void wants_on(const struct facts *f, struct opinion *o)
{
	if (value(f, o) && !now(f, o).v) {
		o->status = OPINION_WARNING;
		mend(o, 1);
	}
}

/* Without a capture kernel, a machine that goes on can write the oops to its journal. */
static void oopses(const struct facts *f, struct opinion *o)
{
	if (judge_kdump_wanted(f))
		wants_on(f, o);
	else
		value(f, o);
}

/* With a capture kernel it does not matter, unless that fails. */
static void reboot(const struct facts *f, struct opinion *o)
{
	if (!value(f, o) || now(f, o).v || judge_kdump_loaded(f))
		return;
	judge_say(o, OPINION_WARNING, "kernel.panic = 0: after a panic the machine waits for ever");
	mend(o, 10);
}

static void oops_limit(const struct facts *f, struct opinion *o)
{
	if (value(f, o) && !now(f, o).v) {
		o->status = OPINION_WARNING;
		mend(o, 10000);
	}
}

/* A guest often has no counters for the detector of hard lockups. */
static void hard_lockups(const struct facts *f, struct opinion *o)
{
	if (!value(f, o) || now(f, o).v)
		return;
	if (f->hypervisor)
		judge_say(o, OPINION_OK, "kernel.nmi_watchdog = 0, as often in virtual machines");
	else
		o->status = OPINION_WARNING;
	mend(o, 1);
}

static void hung_tasks(const struct facts *f, struct opinion *o)
{
	struct fact_number left = f->sysctls[SYSCTL_HUNG_TASK_WARNINGS].now;

	if (!value(f, o))
		return;
	if (!now(f, o).v) {
		judge_say(o, OPINION_WARNING, "%s = 0: hung tasks are not looked for", name(o));
		mend(o, 120);
	} else if (judge_is(left, 0)) {
		judge_say(o, OPINION_WARNING,
			"kernel.hung_task_warnings = 0: further hung tasks are not reported");
		o->fix = "sysctl kernel.hung_task_warnings=10";
	}
}

static void sysrq(const struct facts *f, struct opinion *o)
{
	struct fact_number n = now(f, o);

	if (!value(f, o))
		return;
	if (n.v == 1 || n.v & 8)
		judge_say(o, OPINION_OK, "kernel.sysrq = %lld: a key may cause a crash dump",
			(long long)n.v);
	else
		judge_say(o, OPINION_OK,
			"kernel.sysrq = %lld: no key causes a crash dump (/proc/sysrq-trigger "
			"does)",
			(long long)n.v);
}

/* ---- the command line ---------------------------------------------------------------------- */

static void parameters(const struct facts *f, struct opinion *o)
{
	static const char *const off[] = {"nowatchdog", "nosoftlockup"};
	char *nmi;

	if (!f->cmdline)
		return;
	nmi = kernel_words_value(o->ctx, f->cmdline, "nmi_watchdog");
	for (size_t i = 0; i < ARRAY_SIZE(off); i++)
		if (kernel_words_has(f->cmdline, off[i]))
			judge_say(o, OPINION_WARNING, "%s is on the kernel's command line", off[i]);
	if (o->status == OPINION_NONE && nmi && !strcmp(nmi, "0") && !f->hypervisor)
		judge_say(o, OPINION_WARNING, "nmi_watchdog=0 is on the kernel's command line");
	if (o->status == OPINION_NONE)
		judge_say(o, OPINION_OK, "the command line turns no detector off%s",
			kernel_words_has(f->cmdline, "panic_on_taint") ? "; panic_on_taint= is set"
								       : "");
}

/* ---- after a reboot ------------------------------------------------------------------------ */

/* Those that decide whether a crash leaves a trace. */
static const enum sysctl kept[] = {SYSCTL_PANIC, SYSCTL_PANIC_ON_OOPS, SYSCTL_PANIC_ON_WARN,
	SYSCTL_OOPS_LIMIT, SYSCTL_WARN_LIMIT, SYSCTL_SOFTLOCKUP_PANIC, SYSCTL_HARDLOCKUP_PANIC,
	SYSCTL_HUNG_TASK_PANIC, SYSCTL_HUNG_TASK_TIMEOUT, SYSCTL_UNKNOWN_NMI_PANIC,
	SYSCTL_PANIC_ON_UNRECOVERED_NMI, SYSCTL_PANIC_ON_IO_NMI, SYSCTL_PANIC_ON_RCU_STALL,
	SYSCTL_MAX_RCU_STALL, SYSCTL_PANIC_ON_OOM, SYSCTL_SYSRQ, SYSCTL_PRINTK};

/* kdump-config sets it when it loads the image. */
static bool is_set_by_service(const struct facts *f, enum sysctl s)
{
	return s == SYSCTL_PANIC_ON_OOPS && f->service == SERVICE_KDUMP_TOOLS &&
	       judge_kdump_loaded(f);
}

static void persistence(const struct facts *f, struct opinion *o)
{
	char *list = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		const struct fact_sysctl *s = &f->sysctls[kept[i]];
		struct fact_number later = facts_sysctl_later(s);

		if (s->now.seen != SEEN_YES || later.seen != SEEN_YES || later.v == s->now.v ||
			is_set_by_service(f, kept[i]))
			continue;
		list = judge_words(o, "%s%s%s is %lld now, and will be %lld after a reboot (%s)",
			list ? list : "", list ? "; " : "", facts_sysctl_name(kept[i]),
			(long long)s->now.v, (long long)later.v,
			s->file	       ? s->file->file
			: s->parameter ? "by the command line"
				       : "the kernel's default");
	}
	if (list)
		judge_say(o, OPINION_WARNING, "%s", list);
	else if (f->sysctl_denied)
		judge_unseen(o, SEEN_DENIED, "some files of sysctl.d");
	else if (f->sysctls[SYSCTL_PANIC].now.seen == SEEN_YES)
		judge_say(o, OPINION_OK,
			"as far as is seen, a reboot does not change these settings");
}

#define SWITCH(id, which, judge, expected, why)                                                    \
	{                                                                                          \
		id, "panic", false, expected, why, {NULL}, judge, which                            \
	}

const struct judge_row judge_panic_rows[] = {
	SWITCH("panic-reboot", SYSCTL_PANIC, reboot, "kernel.panic = 10, or a capture kernel",
		"The machine is down until someone comes."),
	SWITCH("panic-on-oops", SYSCTL_PANIC_ON_OOPS, oopses, "kernel.panic_on_oops = 1 with kdump",
		"After an oops the machine goes on with a dead task and maybe a held lock, and "
		"there "
		"is no dump of what happened."),
	SWITCH("panic-on-warn", SYSCTL_PANIC_ON_WARN, note, "a choice",
		"1: each warning of the kernel ends the machine."),
	SWITCH("oops-limit", SYSCTL_OOPS_LIMIT, oops_limit, "kernel.oops_limit > 0",
		"A bug that causes one oops after the other can be exploited."),
	SWITCH("warn-limit", SYSCTL_WARN_LIMIT, note, "a choice",
		"After so many warnings the kernel panics; 0: never."),
	SWITCH("lockup-detector", SYSCTL_WATCHDOG, wants_on, "kernel.watchdog = 1",
		"A CPU that hangs is not noticed, and there is no trace of it."),
	SWITCH("soft-lockup-detector", SYSCTL_SOFT_WATCHDOG, wants_on, "kernel.soft_watchdog = 1",
		"A CPU that loops in the kernel is not noticed."),
	SWITCH("hard-lockup-detector", SYSCTL_NMI_WATCHDOG, hard_lockups, "kernel.nmi_watchdog = 1",
		"A CPU that hangs with interrupts off is not noticed."),
	SWITCH("soft-lockup-panic", SYSCTL_SOFTLOCKUP_PANIC, note, "a choice",
		"1: a soft lockup is a panic, with a dump; 0: lines in the log."),
	SWITCH("hard-lockup-panic", SYSCTL_HARDLOCKUP_PANIC, note, "a choice",
		"1: a hard lockup is a panic, with a dump; 0: lines in the log."),
	SWITCH("hung-task", SYSCTL_HUNG_TASK_TIMEOUT, hung_tasks,
		"kernel.hung_task_timeout_secs > 0, and warnings left",
		"A task that waits for ever is not reported."),
	SWITCH("hung-task-panic", SYSCTL_HUNG_TASK_PANIC, note, "a choice",
		"1: a hung task is a panic, with a dump; 0: lines in the log."),
	SWITCH("rcu-stall-panic", SYSCTL_PANIC_ON_RCU_STALL, note, "a choice",
		"1: a stall of RCU is a panic, with a dump; 0: lines in the log."),
	SWITCH("rcu-stall-limit", SYSCTL_MAX_RCU_STALL, note, "a choice",
		"With rcu-stall-panic: the stalls before it."),
	SWITCH("oom-panic", SYSCTL_PANIC_ON_OOM, note, "a choice",
		"1 or 2: a lack of memory is a panic, with a dump; 0: tasks are killed."),
	SWITCH("nmi-panic", SYSCTL_UNKNOWN_NMI_PANIC, note, "a choice",
		"1: the NMI button of a machine that hangs (ipmitool power diag, virsh inject-nmi) "
		"gives a dump."),
	SWITCH("nmi-unrecovered-panic", SYSCTL_PANIC_ON_UNRECOVERED_NMI, note, "a choice",
		"1: an NMI for an error of the hardware is a panic."),
	SWITCH("nmi-io-panic", SYSCTL_PANIC_ON_IO_NMI, note, "a choice",
		"1: an NMI for an error of I/O is a panic."),
	SWITCH("stack-overflow-panic", SYSCTL_PANIC_ON_STACKOVERFLOW, note, "a choice",
		"1: a stack that is nearly full is a panic."),
	SWITCH("panic-print", SYSCTL_PANIC_PRINT, note, "a choice",
		"A mask of what a panic prints besides: tasks, memory, timers, locks."),
	SWITCH("sysrq", SYSCTL_SYSRQ, sysrq, "a choice",
		"On a machine that hangs, the key is a way to a dump."),
	{"boot-parameters", "panic", false, "no parameter that turns a detector off",
		"A CPU that hangs is not noticed.",
		{"remove it from the boot loader's configuration, and reboot"}, parameters, 0},
	{"sysctl-persistence", "panic", false, "the same settings after a reboot",
		"After the next crash the machine behaves in another way.",
		{"put what is meant into /etc/sysctl.d/90-crash.conf"}, persistence, 0},
	{0},
};
