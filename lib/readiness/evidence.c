// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A channel is first judged by itself, for a panic: does it work? Then each death is: is it
 * noticed, and does it become a panic? The order in a panic is that of kernel/panic.c: the capture
 * kernel starts before pstore is written, unless crash_kexec_post_notifiers says otherwise.
 */
#include "readiness/evidence.h"

#include <string.h>

#include "base/array.h"

static const char *const deaths[DEATHS] = {
	"oops", "panic", "soft-lockup", "hard-lockup", "hung-task", "power-loss"};
static const char *const channels[CHANNELS] = {
	"kdump", "pstore", "netconsole", "serial", "journal", "watchdog"};
static const char *const outcomes[OUTCOMES] = {"no", "likely", "yes", "unknown"};

const char *evidence_death(enum death d)
{
	return deaths[d];
}

const char *evidence_channel(enum channel c)
{
	return channels[c];
}

const char *evidence_outcome(enum outcome o)
{
	return outcomes[o];
}

struct judging {
	const struct facts *f;
	const struct vmt_check_finding *findings;
	size_t n;
	struct evidence base[CHANNELS];
};

static struct evidence cell(enum outcome outcome, const char *reason)
{
	return (struct evidence){outcome, reason};
}

/* ---- the channels, for a panic -------------------------------------------------------------- */

static const struct vmt_check_finding *finding(const struct judging *j, const char *id)
{
	for (size_t i = 0; i < j->n; i++)
		if (!strcmp(j->findings[i].id, id))
			return &j->findings[i];
	return NULL;
}

static bool has_status(const struct judging *j, const char *id, const char *status)
{
	const struct vmt_check_finding *f = finding(j, id);

	return f && !strcmp(f->status, status);
}

/* Findings of a kdump that is loaded and will not work, or may not. */
static const struct {
	const char *id, *status;
	enum outcome outcome;
	const char *reason;
} doubts[] = {
	{"kdump-space", VMT_CHECK_CRITICAL, OUTCOME_NO, "there is no room for the dump"},
	{"reservation-size", VMT_CHECK_CRITICAL, OUTCOME_NO, "the reserved memory is too small"},
	{"kdump-collector", VMT_CHECK_CRITICAL, OUTCOME_NO,
		"core_collector does not fit the target"},
	{"kdump-kernel", VMT_CHECK_WARNING, OUTCOME_LIKELY, "the image is for another kernel"},
	{"kdump-image-age", VMT_CHECK_WARNING, OUTCOME_LIKELY,
		"the image is older than its configuration"},
	{"reservation-size", VMT_CHECK_WARNING, OUTCOME_LIKELY,
		"the reserved memory may be too small"},
	{"kdump-test", VMT_CHECK_WARNING, OUTCOME_LIKELY, "its test failed or is out of date"},
};

static struct evidence base_kdump(const struct judging *j)
{
	const struct facts *f = j->f;

	if (!judge_kdump_loaded(f))
		return f->crash_loaded.seen == SEEN_UNKNOWN || f->crash_loaded.seen == SEEN_DENIED
			       ? cell(OUTCOME_UNKNOWN, "whether it is loaded is not seen")
			       : cell(OUTCOME_NO, "no capture kernel is loaded");
	for (size_t i = 0; i < ARRAY_SIZE(doubts); i++)
		if (has_status(j, doubts[i].id, doubts[i].status))
			return cell(doubts[i].outcome, doubts[i].reason);
	if (f->last_dump.v || f->test_status)
		return cell(OUTCOME_YES, "it is loaded, and has worked before");
	return cell(OUTCOME_LIKELY, "it is loaded, but never was tested, as far as is seen");
}

static struct evidence base_pstore(const struct judging *j)
{
	const struct facts *f = j->f;

	if (!f->pstore_backend.text)
		return f->pstore_backend.seen == SEEN_YES || f->pstore_backend.seen == SEEN_ABSENT
			       ? cell(OUTCOME_NO, "it has no backend")
			       : cell(OUTCOME_UNKNOWN, "its backend is not seen");
	if (has_status(j, "pstore-records", VMT_CHECK_WARNING))
		return cell(OUTCOME_LIKELY, "records of an earlier crash take room");
	if (!strcmp(f->pstore_backend.text, "ramoops"))
		return cell(OUTCOME_LIKELY, "the end of the log, if memory survives the reset");
	return cell(OUTCOME_YES, "the end of the log");
}

static struct evidence base_netconsole(const struct judging *j)
{
	const struct facts *f = j->f;
	const char *why;

	if (has_status(j, "netconsole", VMT_CHECK_UNKNOWN))
		return cell(OUTCOME_UNKNOWN, "its targets are not seen");
	if (!f->n_netconsoles)
		return f->netconsole_loaded.seen == SEEN_YES
			       ? cell(OUTCOME_NO, "it is not set up")
			       : cell(OUTCOME_UNKNOWN, "it is not seen whether it is set up");
	if (judge_netconsole_sends(f, &why))
		return cell(OUTCOME_LIKELY, "if someone listens");
	return cell(OUTCOME_NO, why);
}

static struct evidence base_serial(const struct judging *j)
{
	if (!j->f->n_consoles)
		return cell(OUTCOME_UNKNOWN, "the consoles are not seen");
	return judge_serial(j->f) ? cell(OUTCOME_LIKELY, "if someone records it")
				  : cell(OUTCOME_NO, "the kernel prints to no serial line");
}

static struct evidence base_journal(const struct judging *j)
{
	const struct vmt_check_finding *f = finding(j, "journal");

	if (!f || !strcmp(f->status, VMT_CHECK_UNKNOWN))
		return cell(OUTCOME_UNKNOWN, "it is not seen where it is kept");
	return !strcmp(f->status, VMT_CHECK_OK)
		       ? cell(OUTCOME_LIKELY, "if its disk can still be written")
		       : cell(OUTCOME_NO, "it is not kept on disk");
}

static struct evidence base_watchdog(const struct judging *j)
{
	const struct facts *f = j->f;

	if (judge_watchdog(f))
		return cell(
			OUTCOME_LIKELY, "it resets the machine, and may say so after (bootstatus)");
	if (f->watchdogs_seen.seen != SEEN_YES)
		return cell(OUTCOME_UNKNOWN, "watchdogs are not seen");
	return cell(OUTCOME_NO, f->n_watchdogs ? "no hardware watchdog runs" : "there is none");
}

/* ---- the deaths ----------------------------------------------------------------------------- */

/* The switches that must be on for a death to be noticed, and to be a panic; SYSCTLS: none. */
static const struct {
	enum sysctl detectors[2], panic;
	const char *off[2];  /* why it is not noticed */
	const char *goes_on; /* why it is no panic */
	int line, stack;     /* the levels of the kernel's message and of the stack below it */
} rows[DEATHS] = {
	[DEATH_OOPS] = {{SYSCTLS, SYSCTLS}, SYSCTL_PANIC_ON_OOPS, {NULL},
		"it is no panic: kernel.panic_on_oops = 0", -1, -1},
	[DEATH_PANIC] = {{SYSCTLS, SYSCTLS}, SYSCTLS, {NULL}, NULL, -1, -1},
	[DEATH_SOFT_LOCKUP] = {{SYSCTL_WATCHDOG, SYSCTL_SOFT_WATCHDOG}, SYSCTL_SOFTLOCKUP_PANIC,
		{"it is not noticed: kernel.watchdog = 0",
			"it is not noticed: kernel.soft_watchdog = 0"},
		"it is no panic: kernel.softlockup_panic = 0", 0, 4},
	[DEATH_HARD_LOCKUP] = {{SYSCTL_WATCHDOG, SYSCTL_NMI_WATCHDOG}, SYSCTL_HARDLOCKUP_PANIC,
		{"it is not noticed: kernel.watchdog = 0",
			"it is not noticed: kernel.nmi_watchdog = 0"},
		"it is no panic: kernel.hardlockup_panic = 0", 0, 4},
	[DEATH_HUNG_TASK] = {{SYSCTL_HUNG_TASK_TIMEOUT, SYSCTL_HUNG_TASK_WARNINGS},
		SYSCTL_HUNG_TASK_PANIC,
		{"it is not noticed: kernel.hung_task_timeout_secs = 0",
			"it is not reported: kernel.hung_task_warnings = 0"},
		"it is no panic: kernel.hung_task_panic = 0", 3, 6},
};

/* What keeps a death from being noticed; NO: nothing does. */
static struct evidence unnoticed(const struct facts *f, enum death d)
{
	struct evidence unknown = cell(OUTCOME_NO, NULL);

	for (size_t i = 0; i < 2; i++) {
		enum sysctl s = rows[d].detectors[i];

		if (s == SYSCTLS)
			continue;
		if (f->sysctls[s].now.seen == SEEN_ABSENT)
			return cell(OUTCOME_YES, "the kernel cannot notice it");
		if (judge_is(f->sysctls[s].now, 0))
			return cell(OUTCOME_YES, rows[d].off[i]);
		if (f->sysctls[s].now.seen != SEEN_YES)
			unknown = cell(OUTCOME_UNKNOWN, "it is not seen whether it is noticed");
	}
	return unknown;
}

/* Whether it becomes a panic. */
static enum outcome panics(const struct facts *f, enum death d)
{
	enum sysctl s = rows[d].panic;

	if (s == SYSCTLS)
		return OUTCOME_YES;
	if (f->sysctls[s].now.seen == SEEN_YES)
		return f->sysctls[s].now.v ? OUTCOME_YES : OUTCOME_NO;
	return f->sysctls[s].now.seen == SEEN_ABSENT ? OUTCOME_NO : OUTCOME_UNKNOWN;
}

/* A watchdog that makes a hang a panic before it resets the machine. */
static bool has_pretimeout_panic(const struct facts *f)
{
	const struct fact_watchdog *w = judge_watchdog(f);

	return w && w->governor && !strcmp(w->governor, "panic") && w->pretimeout.v > 0;
}

static struct evidence in_kdump(const struct judging *j, enum death d)
{
	struct evidence e = unnoticed(j->f, d);

	if (d == DEATH_HARD_LOCKUP && has_pretimeout_panic(j->f))
		return j->base[CHANNEL_KDUMP];
	if (j->base[CHANNEL_KDUMP].outcome == OUTCOME_NO)
		return j->base[CHANNEL_KDUMP];
	if (e.outcome != OUTCOME_NO)
		return cell(e.outcome == OUTCOME_YES ? OUTCOME_NO : OUTCOME_UNKNOWN, e.reason);
	switch (panics(j->f, d)) {
	case OUTCOME_YES:
		return j->base[CHANNEL_KDUMP];
	case OUTCOME_UNKNOWN:
		return cell(OUTCOME_UNKNOWN, "it is not seen whether it becomes a panic");
	default:
		return cell(OUTCOME_NO, rows[d].goes_on);
	}
}

/* pstore keeps panics and oopses. */
static struct evidence in_pstore(const struct judging *j, enum death d)
{
	enum outcome panic = panics(j->f, d);
	struct evidence e = unnoticed(j->f, d);

	if (j->base[CHANNEL_PSTORE].outcome == OUTCOME_NO)
		return j->base[CHANNEL_PSTORE];
	if (e.outcome == OUTCOME_YES)
		return cell(OUTCOME_NO, e.reason);
	if (panic == OUTCOME_UNKNOWN || e.outcome == OUTCOME_UNKNOWN)
		return cell(OUTCOME_UNKNOWN, "it is not seen whether it becomes a panic");
	if (panic == OUTCOME_NO)
		return d == DEATH_OOPS ? j->base[CHANNEL_PSTORE]
				       : cell(OUTCOME_NO, rows[d].goes_on);
	if (judge_kdump_loaded(j->f) && j->f->post_notifiers.seen != SEEN_YES)
		return cell(
			OUTCOME_UNKNOWN, "it is not seen whether the capture kernel starts first");
	if (judge_kdump_loaded(j->f) && !judge_is_post(j->f))
		return cell(OUTCOME_NO, "the capture kernel starts first");
	return j->base[CHANNEL_PSTORE];
}

/*
 * An oops and a panic make consoles verbose. A lockup is an emergency, and its stack has the
 * default level; a hung task is an error, and its stack is information.
 */
static struct evidence printed(const struct judging *j, enum death d, enum channel c)
{
	struct fact_number level = j->f->sysctls[SYSCTL_PRINTK].now;
	struct evidence e = unnoticed(j->f, d);

	if (j->base[c].outcome == OUTCOME_NO)
		return j->base[c];
	if (e.outcome != OUTCOME_NO)
		return cell(e.outcome == OUTCOME_YES ? OUTCOME_NO : OUTCOME_UNKNOWN, e.reason);
	if (j->base[c].outcome == OUTCOME_UNKNOWN || level.seen != SEEN_YES)
		return j->base[c];
	if (level.v <= rows[d].line)
		return cell(OUTCOME_NO, "consoles show nothing of it: kernel.printk");
	if (level.v <= rows[d].stack && panics(j->f, d) != OUTCOME_YES)
		return cell(OUTCOME_LIKELY, "without its stack: kernel.printk");
	return j->base[c];
}

static struct evidence in_journal(const struct judging *j, enum death d)
{
	struct evidence e = unnoticed(j->f, d);

	if (panics(j->f, d) == OUTCOME_YES)
		return cell(OUTCOME_NO, "a panic stops the machine before its disk is written");
	if (j->base[CHANNEL_JOURNAL].outcome == OUTCOME_NO || e.outcome == OUTCOME_NO)
		return j->base[CHANNEL_JOURNAL];
	return cell(e.outcome == OUTCOME_YES ? OUTCOME_NO : OUTCOME_UNKNOWN, e.reason);
}

static struct evidence in_watchdog(const struct judging *j, enum death d)
{
	if (j->base[CHANNEL_WATCHDOG].outcome == OUTCOME_NO)
		return j->base[CHANNEL_WATCHDOG];
	if (d == DEATH_PANIC || d == DEATH_HARD_LOCKUP)
		return j->base[CHANNEL_WATCHDOG];
	return cell(OUTCOME_NO, "what feeds it may go on");
}

static struct evidence judge_cell(const struct judging *j, enum death d, enum channel c)
{
	if (d == DEATH_POWER_LOSS)
		return cell(OUTCOME_NO, "what was there just ends");
	switch (c) {
	case CHANNEL_KDUMP:
		return in_kdump(j, d);
	case CHANNEL_PSTORE:
		return in_pstore(j, d);
	case CHANNEL_NETCONSOLE:
	case CHANNEL_SERIAL:
		return printed(j, d, c);
	case CHANNEL_JOURNAL:
		return in_journal(j, d);
	default:
		return in_watchdog(j, d);
	}
}

void evidence_judge(const struct facts *f, const struct vmt_check_finding *findings, size_t n,
	struct evidence_table *ret)
{
	struct judging j = {f, findings, n, {{0}}};

	j.base[CHANNEL_KDUMP] = base_kdump(&j);
	j.base[CHANNEL_PSTORE] = base_pstore(&j);
	j.base[CHANNEL_NETCONSOLE] = base_netconsole(&j);
	j.base[CHANNEL_SERIAL] = base_serial(&j);
	j.base[CHANNEL_JOURNAL] = base_journal(&j);
	j.base[CHANNEL_WATCHDOG] = base_watchdog(&j);
	for (unsigned d = 0; d < DEATHS; d++)
		for (unsigned c = 0; c < CHANNELS; c++)
			ret->cells[d][c] = judge_cell(&j, d, c);
}
