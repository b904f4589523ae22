// SPDX-License-Identifier: GPL-3.0-or-later
/* What to do next: rows by kind, address class and origin; the first that fit, most useful first.
 */
#include <string.h>

#include "triage/sentence.h"

enum about {
	ABOUT_KIND,
	ABOUT_ORIGIN,
	ABOUT_CORE, /* always */
};

/* A '%' in a text stands for the culprit's module, or "the kernel". */
static const struct {
	enum about about;
	const char *values; /* separated by blanks */
	const char *text;
} rows[] = {
	{ABOUT_KIND, "machine-check hardware-error",
		"Read the firmware's event log (ipmitool sel, rasdaemon) and test the part that is "
		"named: processor, memory or card."},
	{ABOUT_KIND, "external-abort nmi-panic",
		"Check the hardware: read the firmware's event log, and update the firmware of the "
		"device that was accessed."},
	{ABOUT_KIND, "oom-panic oom-kill",
		"See which process or cache holds the memory: the table of tasks and the slab "
		"totals are in the log above the kill."},
	{ABOUT_KIND, "alloc-failure",
		"See whether memory was short or only fragmented (order in the message); nothing "
		"may need doing."},
	{ABOUT_KIND, "sysrq-crash",
		"Somebody asked for this crash: look for who wrote to /proc/sysrq-trigger or sent "
		"the key, and why."},
	{ABOUT_KIND, "root-mount-failed",
		"Check root= on the kernel command line, and that the initramfs holds the driver "
		"of the root disk."},
	{ABOUT_KIND, "init-killed",
		"Find out why process 1 ended: the messages just before, and the exit code in the "
		"panic (low byte: signal)."},
	{ABOUT_KIND, "fs-panic bad-page-table bad-page-state",
		"Check the file system and test the memory: both may only have met damage done "
		"elsewhere."},
	{ABOUT_KIND, "soft-lockup hard-lockup rcu-stall csd-stall",
		"Compare the stacks of all CPUs at that time: who holds what the stuck one waits "
		"for?"},
	{ABOUT_KIND, "hung-task workqueue-lockup",
		"Find who holds the lock or owes the I/O that the task waits for; look for errors "
		"of the storage or the network before it."},
	{ABOUT_KIND, "use-after-free invalid-free heap-corruption refcount-bug list-corruption",
		"Look at who freed or last changed the object; boot with slub_debug=FZPU or a "
		"KASAN kernel to catch it in the act."},
	{ABOUT_KIND, "null-deref page-fault gpf",
		"Look at the source line of the culprit: which pointer is it, and who should have "
		"set it?"},
	{ABOUT_KIND,
		"deadlock inconsistent-lock-state lock-imbalance lock-misuse rcu-usage "
		"atomic-sleep sched-while-atomic",
		"Read the lock checker's chain: it names both orders and where each lock is "
		"taken."},
	{ABOUT_KIND, "stack-overflow",
		"Look for the functions that repeat on the stack, or for one with a large frame."},
	{ABOUT_KIND, "unexpected-reboot",
		"Nothing was printed: set up kdump and a serial or network console, and read the "
		"firmware's event log for a reset."},
	{ABOUT_ORIGIN, "out-of-tree proprietary",
		"Report it to the vendor of %, with this report; try a newer version of it, or the "
		"machine without it."},
	{ABOUT_ORIGIN, "in-tree",
		"Search the kernel's log and list archives for the culprit's function in %; try a "
		"newer stable kernel."},
	{ABOUT_CORE, "",
		"Keep the dump and the debuginfo of its kernel: a debugger shows arguments and the "
		"objects involved."},
};

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = strstr(words, word); p; p = strstr(p + 1, word))
		if ((p == words || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
			return true;
	return false;
}

static const char *fill(TALLOC_CTX *ctx, const char *text, const char *module)
{
	const char *hole = strchr(text, '%');

	if (!hole)
		return text;
	return talloc_asprintf(ctx, "%.*s%s%s", (int)(hole - text), text,
		module ? module : "the kernel", hole + 1);
}

struct sentence_list sentence_next(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	struct sentence_list l = {0};
	size_t n = sizeof(rows) / sizeof(*rows);

	l.items = talloc_zero_array(ctx, const char *, n);
	for (size_t i = 0; l.items && i < n; i++) {
		const char *key = rows[i].about == ABOUT_KIND	  ? f->ev->kind->slug
				  : rows[i].about == ABOUT_ORIGIN ? f->origin
								  : "";
		const char *text;

		if (!key || (*rows[i].values && !has_word(rows[i].values, key)))
			continue;
		text = fill(ctx, rows[i].text, f->culprit->module);
		if (text)
			l.items[l.n++] = text;
	}
	return l;
}
