// SPDX-License-Identifier: GPL-3.0-or-later
/* Watchdogs, counters of what went wrong already, and what a triage will need. */
#include <string.h>

#include "base/array.h"
#include "base/distribution.h"
#include "readiness/opinion.h"

/* include/uapi/linux/watchdog.h */
enum { OVERHEAT = 1, FAN_FAULT = 4, POWER_UNDER = 0x10, CARD_RESET = 0x20 };

/* ---- watchdogs ----------------------------------------------------------------------------- */

static const struct fact_watchdog *hardware(const struct facts *f)
{
	for (size_t i = 0; i < f->n_watchdogs; i++)
		if (!f->watchdogs[i].software)
			return &f->watchdogs[i];
	return NULL;
}

static const char *called(const struct fact_watchdog *w)
{
	return w->identity ? w->identity : w->name;
}

static void watchdog(const struct facts *f, struct opinion *o)
{
	const struct fact_watchdog *active = judge_watchdog(f), *any = hardware(f);

	if (active)
		judge_say(o, OPINION_OK, "%s runs, with %lld s%s%s", called(active),
			(long long)active->timeout.v,
			f->runtime_watchdog ? "; RuntimeWatchdogSec=" : "",
			f->runtime_watchdog ? f->runtime_watchdog : "");
	else if (any)
		judge_say(o, OPINION_WARNING, "%s does not run", called(any));
	else if (f->n_watchdogs)
		judge_say(o, OPINION_OK,
			"only one of software, which a hang of the kernel stops too");
	else if (f->watchdogs_seen.seen == SEEN_YES)
		judge_say(o, OPINION_OK, "none is there");
}

static void pretimeout(const struct facts *f, struct opinion *o)
{
	const struct fact_watchdog *w = judge_watchdog(f);

	if (!w || !w->governor || !*w->governor)
		return;
	judge_say(o, OPINION_OK, "governor %s, %lld s before the reset%s", w->governor,
		(long long)w->pretimeout.v,
		!strcmp(w->governor, "panic") && w->pretimeout.v > 0
			? ": a hang becomes a panic first, with a dump"
			: "");
}

static void last_reset(const struct facts *f, struct opinion *o)
{
	for (size_t i = 0; i < f->n_watchdogs; i++) {
		const struct fact_watchdog *w = &f->watchdogs[i];
		int64_t b = w->bootstatus.seen == SEEN_YES ? w->bootstatus.v : 0;

		if (b & (OVERHEAT | FAN_FAULT | POWER_UNDER | CARD_RESET))
			judge_say(o, OPINION_WARNING, "%s says of the last reset:%s%s%s%s",
				called(w), b & CARD_RESET ? " by the watchdog" : "",
				b & OVERHEAT ? " too hot" : "",
				b & FAN_FAULT ? " a fan failed" : "",
				b & POWER_UNDER ? " too little power" : "");
	}
}

/* ---- the machine is ill already ------------------------------------------------------------ */

static void counters(const struct facts *f, struct opinion *o)
{
	static const char *const names[COUNTERS] = {
		"oopses", "warnings", "soft lockups", "hard lockups", "RCU stalls"};
	char *list = NULL;
	bool bad = false, seen = false;

	for (size_t i = 0; i < COUNTERS; i++) {
		seen |= f->counters[i].seen == SEEN_YES;
		if (f->counters[i].seen != SEEN_YES || !f->counters[i].v)
			continue;
		bad |= i != COUNTER_WARN;
		list = judge_words(o, "%s%s%s: %lld", list ? list : "", list ? ", " : "", names[i],
			(long long)f->counters[i].v);
	}
	if (list)
		judge_say(o, bad ? OPINION_WARNING : OPINION_OK, "since boot: %s", list);
	else if (seen)
		judge_say(o, OPINION_OK, "no oops and no warning since boot");
}

static void taint(const struct facts *f, struct opinion *o)
{
	static const struct {
		unsigned bit;
		const char *what;
	} bits[] = {
		{4, "a machine check"}, {5, "a bad page"}, {7, "an oops"}, {14, "a soft lockup"}};
	struct fact_number n = f->sysctls[SYSCTL_TAINTED].now;
	char *list = NULL;

	if (n.seen != SEEN_YES)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(bits); i++)
		if ((uint64_t)n.v >> bits[i].bit & 1)
			list = judge_words(
				o, "%s%s%s", list ? list : "", list ? ", " : "", bits[i].what);
	if (list)
		judge_say(o, OPINION_WARNING, "kernel.tainted = %lld: there was %s since boot",
			(long long)n.v, list);
	else
		judge_say(o, OPINION_OK, "kernel.tainted = %lld", (long long)n.v);
}

static void memory_errors(const struct facts *f, struct opinion *o)
{
	if (f->edac_ue.seen != SEEN_YES && f->edac_ce.seen != SEEN_YES)
		return;
	judge_say(o, f->edac_ue.v > 0 ? OPINION_WARNING : OPINION_OK,
		"%lld errors of memory were corrected, %lld were not", (long long)f->edac_ce.v,
		(long long)f->edac_ue.v);
}

/* ---- firmware and hypervisor --------------------------------------------------------------- */

static void bmc(const struct facts *f, struct opinion *o)
{
	if (f->ipmi_panic.text)
		judge_say(o, OPINION_OK, "ipmi_msghandler.panic_op = %s", f->ipmi_panic.text);
}

static void firmware(const struct facts *f, struct opinion *o)
{
	if (f->bert || f->erst)
		judge_say(o, OPINION_OK, "the firmware has%s%s", f->bert ? " BERT" : "",
			f->erst ? " ERST" : "");
}

static void hypervisor(const struct facts *f, struct opinion *o)
{
	if (!f->hypervisor)
		return;
	judge_say(o, OPINION_OK, "%s%s", f->hypervisor,
		f->pvpanic ? "; pvpanic tells it of a panic" : "");
}

/* ---- for the triage ------------------------------------------------------------------------- */

static void types(const struct facts *f, struct opinion *o)
{
	if (f->btf)
		judge_say(o, OPINION_OK, "the kernel has its types with it (BTF)");
	else if (!f->tree)
		judge_say(o, OPINION_WARNING, "the kernel has no types with it (BTF)");
}

static void debuginfo(const struct facts *f, struct opinion *o)
{
	const char *format = f->release ? distribution_debuginfo(f->release, f->os_name) : NULL;
	const char *at = format ? strstr(format, "%s") : NULL;

	if (f->debuginfo.text)
		judge_say(o, OPINION_OK, "%s", f->debuginfo.text);
	else if (!f->tree && at)
		judge_say(o, OPINION_OK, "not installed (%.*s%s%s)", (int)(at - format), format,
			f->release, at + 2);
	else if (!f->tree)
		judge_say(o, OPINION_OK, "not installed%s%s%s", format ? " (" : "",
			format ? format : "", format ? ")" : "");
}

const struct judge_row judge_machine_rows[] = {
	{"watchdog", "watchdog", false, "a hardware watchdog that systemd feeds",
		"A machine that hangs stays down until someone comes.",
		{"set RuntimeWatchdogSec=30s in /etc/systemd/system.conf; systemctl "
		 "daemon-reexec"},
		watchdog, 0},
	{"watchdog-pretimeout", "watchdog", false, "a choice",
		"With the governor panic, a hang becomes a panic before the reset.", {NULL},
		pretimeout, 0},
	{"watchdog-reset", "watchdog", false, "no reset by the watchdog",
		"The boot before ended in a hang: look for its messages.",
		{"journalctl -k -b -1 | vmtriage"}, last_reset, 0},
	{"counters", "machine", false, "no oops since boot",
		"The machine is ill already: a dead task may hold a lock.",
		{"journalctl -k | vmtriage; reboot when it can be spared"}, counters, 0},
	{"taint", "machine", false, "a kernel without a fault since boot",
		"The machine is ill already.", {"journalctl -k | vmtriage"}, taint, 0},
	{"memory-errors", "machine", false, "no uncorrected errors of memory",
		"Memory that fails makes kernels crash anywhere.",
		{"replace it: ras-mc-ctl --errors"}, memory_errors, 0},
	{"bmc", "machine", false, "a choice",
		"With panic_op = string the text of a panic goes to the event log of the service "
		"processor.",
		{NULL}, bmc, 0},
	{"firmware", "machine", false, "a choice",
		"BERT keeps errors of the hardware over a reset, ERST may be a backend of pstore.",
		{NULL}, firmware, 0},
	{"hypervisor", "machine", false, "a choice", "The host may take the dump, too.", {NULL},
		hypervisor, 0},
	{"types", "machine", false, "a kernel with CONFIG_DEBUG_INFO_BTF",
		"A dump says less about it without debuginfo.",
		{"install the debuginfo of the kernel"}, types, 0},
	{"debuginfo", "machine", false, "a choice",
		"With it a report has source lines; it can be installed later.", {NULL}, debuginfo,
		0},
	{0},
};
