// SPDX-License-Identifier: GPL-3.0-or-later
/* What to do next, most useful first: for the kind, for the culprit's origin, and always. */
#include <string.h>

#include "base/array.h"
#include "triage/sentence.h"

/* By kind. */
static const char *const by_kind[ADVICE_COUNT] = {
	[ADVICE_HARDWARE] =
		"Read the firmware's event log (ipmitool sel, rasdaemon) and test the part that is "
		"named: processor, memory or card.",
	[ADVICE_DEVICE] =
		"Check the hardware: read the firmware's event log, and update the firmware of the "
		"device that was accessed.",
	[ADVICE_MEMORY] =
		"See which process or cache holds the memory: the table of tasks and the slab "
		"totals are in the log above the kill.",
	[ADVICE_FRAGMENTS] =
		"See whether memory was short or only fragmented (order in the message); nothing "
		"may need doing.",
	[ADVICE_SYSRQ] =
		"Somebody asked for this crash: look for who wrote to /proc/sysrq-trigger or sent "
		"the key, and why.",
	[ADVICE_ROOT] =
		"Check root= on the kernel command line, and that the initramfs holds the driver "
		"of the root disk.",
	[ADVICE_INIT] =
		"Find out why process 1 ended: the messages just before, and the exit code in the "
		"panic (low byte: signal).",
	[ADVICE_DAMAGE] =
		"Check the file system and test the memory: both may only have met damage done "
		"elsewhere.",
	[ADVICE_CPUS] =
		"Compare the stacks of all CPUs at that time: who holds what the stuck one waits "
		"for?",
	[ADVICE_WAIT] =
		"Find who holds the lock or owes the I/O that the task waits for; look for errors "
		"of the storage or the network before it.",
	[ADVICE_LIFETIME] =
		"Look at who freed or last changed the object; boot with slub_debug=FZPU or a "
		"KASAN kernel to catch it in the act.",
	[ADVICE_POINTER] =
		"Look at the source line of the culprit: which pointer is it, and who should have "
		"set it?",
	[ADVICE_LOCKS] =
		"Read the lock checker's chain: it names both orders and where each lock is "
		"taken.",
	[ADVICE_STACK] =
		"Look for the functions that repeat on the stack, or for one with a large frame.",
	[ADVICE_RESET] =
		"Nothing was printed: set up kdump and a serial or network console, and read the "
		"firmware's event log for a reset.",
	[ADVICE_CAPTURE] =
		"A capture kernel started: look for the dump and its log in the crash directory "
		"(/var/crash), and give that.",
};

static const char vendor[] =
	"Report it to the vendor of %, with this report; try a newer version of it, or the "
	"machine without it.";

/* By where the culprit's module came from. A '%' stands for its name, or "the kernel". */
static const struct {
	const char *origin, *text;
} by_origin[] = {
	{"out-of-tree", vendor},
	{"proprietary", vendor},
	{"in-tree",
		"Search the kernel's log and list archives for the culprit's function in %; try a "
		"newer stable kernel."},
};

static const char always[] =
	"Keep the dump and the debuginfo of its kernel: a debugger shows arguments and the "
	"objects involved.";

static const char *fill(TALLOC_CTX *ctx, const char *text, const char *module)
{
	const char *hole = strchr(text, '%');

	if (!hole)
		return text;
	return talloc_asprintf(ctx, "%.*s%s%s", (int)(hole - text), text,
		module ? module : "the kernel", hole + 1);
}

const char *advice_text(enum oops_advice advice)
{
	return by_kind[advice];
}

static const char *origin_text(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	for (size_t i = 0; f->origin && i < ARRAY_SIZE(by_origin); i++)
		if (strcmp(by_origin[i].origin, f->origin) == 0)
			return fill(ctx, by_origin[i].text, f->culprit->module);
	return NULL;
}

struct sentence_list sentence_next(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	const char *texts[] = {advice_text(f->ev->kind->advice), origin_text(ctx, f), always};
	struct sentence_list l = {0};

	l.items = talloc_zero_array(ctx, const char *, ARRAY_SIZE(texts));
	for (size_t i = 0; l.items && i < ARRAY_SIZE(texts); i++)
		if (texts[i])
			l.items[l.n++] = texts[i];
	return l;
}
