// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See hint.h. Options as in Documentation/admin-guide/kernel-parameters.txt, and settings as in
 * admin-guide/sysctl/kernel.rst. A row without a detector that is named is for all but a kernel
 * that had the check already: what that one printed says more than the hint.
 */
#include "triage/hint.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/name_gate.h"
#include "triage/sentence.h"

/* ---- what would show more ---------------------------------------------------------------- */

/* A dump shows by itself what the other CPUs do, and who holds a lock. */
enum when {
	ALWAYS,
	OF_TEXT,
	OF_DEADLOCK, /* of a text, or of a dump that shows a deadlock */
};

static const struct {
	enum oops_kind_id kind;
	enum when when;
	const char *had; /* the detectors that make the hint useless, each with blanks around it */
	const char *text;
} debugs[] = {
	{KIND_OUT_OF_BOUNDS, ALWAYS, " kasan kfence ",
		"A KASAN kernel (CONFIG_KASAN) stops at the first access beyond an object, and "
		"says where the object was allocated."},
	{KIND_STACK_CORRUPTION, ALWAYS, " kasan ",
		"A KASAN kernel (CONFIG_KASAN, CONFIG_KASAN_STACK) stops at the write itself: the "
		"stack protector only sees the damage when the function returns."},
	{KIND_STACK_OVERFLOW, ALWAYS, "",
		"\"sysctl kernel.stack_tracer_enabled=1\" (CONFIG_STACK_TRACER) records the "
		"deepest "
		"stack with the size of each frame, in /sys/kernel/tracing/stack_trace: run the "
		"same work with less of it."},
	{KIND_BAD_PAGE_STATE, ALWAYS, "",
		"With page_owner=on on the kernel command line (CONFIG_PAGE_OWNER) the next report "
		"says who allocated and who freed the page."},
	{KIND_BAD_PAGE_TABLE, ALWAYS, "",
		"Test the memory, since one wrong bit is enough for this: Memtest86+, or memtest=4 "
		"on the kernel command line (CONFIG_MEMTEST)."},
	{KIND_HUNG_TASK, OF_DEADLOCK, "",
		"If it is a deadlock, a kernel with lockdep (CONFIG_PROVE_LOCKING) reports the "
		"wrong "
		"order of the locks as soon as both orders were used, without any hang."},
	{KIND_SOFT_LOCKUP, OF_TEXT, "",
		"\"sysctl kernel.softlockup_all_cpu_backtrace=1\" prints the stacks of the other "
		"CPUs, too: one of them may hold what this one waits for."},
	{KIND_HARD_LOCKUP, OF_TEXT, "",
		"\"sysctl kernel.hardlockup_all_cpu_backtrace=1\" prints the stacks of the other "
		"CPUs, too: one of them may hold what this one waits for."},
	{KIND_ATOMIC_SLEEP, ALWAYS, "",
		"A kernel with CONFIG_DEBUG_PREEMPT also prints where preemption was disabled, "
		"which "
		"is what is wrong if the sleep is not."},
	{KIND_SCHED_WHILE_ATOMIC, ALWAYS, "",
		"A kernel with CONFIG_DEBUG_PREEMPT also prints where preemption was disabled, "
		"which "
		"is what is wrong if the sleep is not."},
	{KIND_REF_LEAK, ALWAYS, "",
		"A kernel with CONFIG_NET_DEV_REFCNT_TRACKER lists who took the references that "
		"were "
		"never dropped."},
	{KIND_DMA_API, ALWAYS, "",
		"The DMA checks print only the first fault that they find: with "
		"dma_debug_driver=NAME on the kernel command line that is one of this driver."},
};

static const char memory_test[] = "Test the memory, since one wrong bit is enough for such a "
				  "pointer: Memtest86+, or memtest=4 "
				  "on the kernel command line (CONFIG_MEMTEST).";

static bool had(const char *detectors, const char *detector)
{
	size_t n = detector ? strlen(detector) : 0;
	const char *at = n ? strstr(detectors, detector) : NULL;

	return at && at[-1] == ' ' && at[n] == ' ';
}

/*
 * Whether the register may have been what was accessed, or is a copy of it. Other registers hold
 * what earlier calls left in them.
 */
static bool is_followed(const struct vmt_report *r, const struct vmt_explained *e)
{
	const struct vmt_fault *f = &r->fault;

	return !f->base_register || strcmp(f->base_register, e->name) == 0 ||
	       (f->pointer.known && f->pointer.v == e->value);
}

/* The only register that points into a freed object of a slab cache; NULL: none or several. */
static const struct vmt_explained *freed_object(const struct vmt_report *r)
{
	const struct vmt_explained *found = NULL;

	for (size_t i = 0; i < r->n_explained; i++) {
		const struct vmt_explained *e = &r->explained[i];

		if (!e->state || strcmp(e->state, "free") != 0 || !name_is_word(e->object, "_-") ||
			!is_followed(r, e))
			continue;
		if (found && strcmp(found->object, e->object) != 0)
			return NULL;
		found = found ? found : e;
	}
	return found;
}

/* A cache or a tool that the words for the kind name already needs no second hint. */
static bool is_said(const struct vmt_report *r, const char *name)
{
	for (size_t i = 0; i < r->verdict.n_next; i++)
		if (strstr(r->verdict.next[i], name))
			return true;
	return false;
}

static int cache_text(TALLOC_CTX *ctx, const struct vmt_report *r, const char **ret)
{
	const struct vmt_explained *e = freed_object(r);

	if (!e || is_said(r, e->object))
		return 0;
	*ret = talloc_asprintf(ctx,
		"%s points into a freed object of the slab cache %s: after a boot with "
		"slub_debug=FZPU,%s the next report shows who allocated and who freed it.",
		e->name, e->object, e->object);
	return *ret ? 0 : VMT_ERR_NOMEM;
}

static bool is_innocent(const struct oops_kind *kind)
{
	return kind->traits & (TRAIT_INNOCENT | TRAIT_HARDWARE | TRAIT_OWN_STOP);
}

static bool is_text(const struct vmt_report *r)
{
	return r->input.format && strcmp(r->input.format, VMT_INPUT_TEXT) == 0;
}

static bool applies(enum when when, const struct vmt_report *r)
{
	return when == ALWAYS || is_text(r) || (when == OF_DEADLOCK && r->deadlock);
}

int hint_debug(TALLOC_CTX *ctx, const struct vmt_report *r, const struct oops_kind *kind,
	const char **ret, struct vmt_err *err)
{
	const char *class = r->verdict.address_class;

	*ret = NULL;
	if (is_innocent(kind))
		return 0;
	if (class && strcmp(class, "one-bit-off") == 0)
		*ret = is_said(r, "memtest86+") ? NULL : memory_test;
	else if (kind->traits & (TRAIT_POINTER | TRAIT_FREED) && cache_text(ctx, r, ret))
		return err_nomem(err);
	for (size_t i = 0; !*ret && i < ARRAY_SIZE(debugs); i++)
		if (debugs[i].kind == kind->id && applies(debugs[i].when, r) &&
			!had(debugs[i].had, r->verdict.detector))
			*ret = debugs[i].text;
	return 0;
}

/* ---- what is missing --------------------------------------------------------------------- */

static bool is_cut_at_column(const struct vmt_report *r)
{
	return r->lines_broken_at.known;
}

static bool is_incomplete(const struct vmt_report *r)
{
	return r->verdict.corrupted;
}

static bool lacks_first(const struct vmt_report *r)
{
	return r->verdict.caution;
}

static bool is_fatal(const struct vmt_report *r)
{
	const struct vmt_u64 *i = &r->verdict.event;

	return i->known && i->v < r->n_events && r->events[i->v].fatal;
}

static bool is_warning(const struct vmt_report *r)
{
	const struct oops_kind *kind = oops_kind_of_slug(r->verdict.kind);

	return kind && kind->outcome == OOPS_WARNING && kind->weight == WEIGHT_WARNING &&
	       !r->verdict.no_crash && !is_fatal(r);
}

/* Of a text. The first row that applies is the hint. */
static const struct {
	bool (*applies)(const struct vmt_report *r);
	const char *text;
} missing[] = {
	{lacks_first,
		"Look for the first oops, which is the likelier cause, in what was logged before: "
		"\"journalctl -k -b -1\", /var/log/kern.log, or /sys/fs/pstore."},
	{is_cut_at_column,
		"Save the log to a file (\"dmesg > FILE\") instead of copying it from a terminal: "
		"the ends of its lines are missing here."},
	{is_incomplete,
		"The crash report is not whole: look for the same one in /sys/fs/pstore or "
		"/var/lib/systemd/pstore, or set up a serial console or netconsole for the next "
		"one."},
	{is_warning,
		"A warning leaves no dump. With kdump and \"sysctl kernel.panic_on_warn=1\" on a "
		"test machine the next one does, and a dump shows arguments and objects."},
};

const char *hint_missing(const struct vmt_report *r, const struct oops_kind *kind)
{
	if (!is_text(r) || is_innocent(kind))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(missing); i++)
		if (missing[i].applies(r))
			return missing[i].text;
	return NULL;
}

/* ---- the fix ----------------------------------------------------------------------------- */

int hint_fixes(TALLOC_CTX *ctx, const struct vmt_report *r, const struct oops_kind *kind,
	const char **ret, struct vmt_err *err)
{
	const char *path = r->input.path;

	*ret = NULL;
	if (is_innocent(kind) || kind->blames == BLAMES_NOBODY || !r->verdict.module || !path)
		return 0;
	/* A URL is shown without all of its parts. */
	path = !strcmp(path, "-") || strstr(path, "://") ? "FILE" : sentence_quote(ctx, path);
	if (path)
		*ret = talloc_asprintf(ctx, HINT_FIXES "vmtriage fixes %s", path);
	return *ret ? 0 : err_nomem(err);
}

/* ---- whom to tell ------------------------------------------------------------------------ */

#define MOST_LISTS 3

/* "a, b and c" of the most specific sections; NULL: no memory; "": there are none. */
static char *lists_of(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	const char *lists[MOST_LISTS];
	size_t n = 0;
	char *s = talloc_strdup(ctx, "");

	for (size_t i = 0; i < r->n_maintainers; i++)
		for (size_t k = 0; k < r->maintainers[i].n_lists; k++) {
			const char *list = r->maintainers[i].lists[k];
			bool known = false;

			for (size_t j = 0; j < n; j++)
				known |= strcmp(lists[j], list) == 0;
			if (!known && n < MOST_LISTS)
				lists[n++] = list;
		}
	for (size_t i = 0; s && i < n; i++)
		s = talloc_asprintf_append_buffer(s, "%s%s",
			i == 0	     ? ""
			: i + 1 == n ? " and "
				     : ", ",
			lists[i]);
	return s;
}

static const char *tracker_of(const struct vmt_report *r)
{
	for (size_t i = 0; i < r->n_maintainers; i++)
		if (r->maintainers[i].n_bugs)
			return r->maintainers[i].bugs[0];
	return NULL;
}

int hint_tracker(TALLOC_CTX *ctx, const struct vmt_report *r, const struct oops_kind *kind,
	const char **ret, struct vmt_err *err)
{
	const struct vmt_maintainer *first = r->maintainers;
	const char *tracker = tracker_of(r);
	char *lists, *s;

	*ret = NULL;
	if (!r->n_maintainers || is_innocent(kind))
		return 0;
	lists = lists_of(ctx, r);
	if (!lists)
		return err_nomem(err);
	if (!*lists && !tracker)
		return 0;
	s = *lists ? talloc_asprintf(ctx, "Report it to the mailing list%s %s",
			     strchr(lists, ' ') ? "s" : "", lists)
		   : talloc_strdup(ctx, "Report it");
	if (s && tracker)
		s = talloc_asprintf_append_buffer(
			s, "%s in the bug tracker %s", *lists ? ", or" : "", tracker);
	if (s)
		s = talloc_asprintf_append_buffer(s,
			": MAINTAINERS has the culprit's file in the section \"%s\"%s%s.",
			first->section, first->status ? ", status " : "",
			first->status ? first->status : "");
	*ret = s;
	return s ? 0 : err_nomem(err);
}
