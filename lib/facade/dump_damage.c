// SPDX-License-Identifier: GPL-3.0-or-later
/* What is wrong with a dump itself, and how far a report can be trusted that was read from it. */
#include <string.h>

#include "base/vmlinux.h"
#include "dump/page_cache.h"
#include "facade/triage_run.h"
#include "oops/kind.h"
#include "triage/trust.h"
#include "triage/witness.h"

/*
 * Damage to one page may mean damage to others that cannot be told: where pages have no checksum,
 * or where the log was put together from what was left.
 */
static bool is_doubtful(const struct triage *t)
{
	const struct dump *dump = t->s->dump;

	return dump->unchecked || t->log_cut || t->salvaged || !t->log;
}

/* What became of the pages that a dump claims to have. */
struct census {
	struct dump *dump;
	uint64_t all, whole, damaged, beyond, other;
};

static int count_pages(void *arg, uint64_t pfn, uint64_t n)
{
	struct census *c = arg;

	for (uint64_t i = 0; i < n; i++) {
		struct vmt_err err = {0};
		bool whole = dump_page(c->dump, pfn + i, &err) != NULL;

		c->all++;
		c->whole += whole;
		c->damaged += !whole && err.code == VMT_ERR_CORRUPT;
		c->beyond += !whole && err.code == VMT_ERR_TRUNCATED;
		c->other += !whole && err.code != VMT_ERR_CORRUPT && err.code != VMT_ERR_TRUNCATED;
	}
	return 0;
}

/* What the user can do something about. The first that fits. */
static const char *reason(const struct triage *t, const struct census *c)
{
	const struct dump *dump = t->s->dump;

	if (dump->written_short)
		return "the target had no room for the whole dump";
	if (dump->files_missing)
		return "files of the split dump are missing";
	if (c->beyond)
		return "the file was copied or written only in part: compare its size with the "
		       "original's";
	if (c->damaged || dump->mended)
		return "the file was damaged after it was written: compare its checksum with the "
		       "original's, and check the disk";
	if (!t->report->verdict.kind && t->s->space && mem_lost(t->s->space).known)
		return "pages that the report needs were left out: makedumpfile is older than the "
		       "kernel, or its dump level is too high";
	return NULL;
}

int triage_verify(struct triage *t, struct vmt_err *err)
{
	struct census c = {.dump = t->s->dump};
	const char *why;
	int rc;

	if (!t->opts || !t->opts->verify)
		return 0;
	rc = dump_each_range(c.dump, count_pages, &c, err);
	page_cache_forget(c.dump->cache);
	if (rc < 0)
		return rc;
	why = reason(t, &c);
	diag_add(&t->s->diags, t->report, DIAG_DUMP_VERIFIED,
		"%llu pages: %llu whole, %llu damaged, %llu past the end of the file, %llu not "
		"readable for other reasons%s%s",
		(unsigned long long)c.all, (unsigned long long)c.whole,
		(unsigned long long)c.damaged, (unsigned long long)c.beyond,
		(unsigned long long)c.other, why ? ": " : "", why ? why : "");
	return 0;
}

/* A fault whose report has lost the line with its place: whoever is on the stack need not be it. */
static bool lacks_place(const struct triage *t)
{
	const struct vmt_verdict *v = &t->report->verdict;
	const struct oops_event *ev;

	if (!t->log || !v->event.known || v->event.v >= t->log->n_events)
		return false;
	ev = t->log->events[v->event.v];
	return ev->kind->outcome == OOPS_OOPS && !ev->ip.function && !ev->ip.has_address;
}

/* The function that found a hung task, instead of one of that task's stack. */
static bool blames_finder(const struct vmt_verdict *v)
{
	const char *detector;
	const struct oops_kind *kind = v->function ? witness_stop(v->function, &detector) : NULL;

	return kind && kind->blames == BLAMES_WAITER;
}

/* Not from the log, and nobody is named: a damaged table is enough to make that up. */
static bool is_from_memory_alone(const struct vmt_verdict *v)
{
	return !v->event.known && !v->function;
}

/* Whether the kernel has the function that its log names: 1 yes, 0 no, -1 not known. */
static int is_symbol(const struct triage *t, const char *function)
{
	struct kallsyms *symbols = t->view.image.symbols;
	uint64_t address;
	int rc = symbols ? kallsyms_find(symbols, function, &address, NULL) : VMT_ERR_NODATA;

	return rc == 0 ? 1 : rc == VMT_ERR_NOTFOUND ? 0 : -1;
}

/*
 * The blamed function was printed without its size, which the kernel always prints: the rest of the
 * line, with the module, is lost, too.
 */
static bool is_frame_cut(const struct vmt_report *r)
{
	for (size_t i = 0; i < r->n_frames; i++) {
		const struct vmt_frame *f = &r->frames[i];

		if (f->function && strcmp(f->function, r->verdict.function) == 0)
			return f->offset.known && !f->size.known;
	}
	return false;
}

/*
 * The kernel has no such function: the name is damaged. Where that cannot be looked up, a panic
 * that says nothing else may blame the code that prints it, which is known by its name alone.
 */
static bool is_name_torn(const struct triage *t)
{
	const struct vmt_verdict *v = &t->report->verdict;
	const struct oops_kind *kind = oops_kind_of_slug(v->kind);
	int known;

	if (!v->function || !v->module || !is_vmlinux(v->module))
		return false;
	known = is_symbol(t, v->function);
	return known == 0 ||
	       (known < 0 && ((kind && kind->id == KIND_PANIC) || is_frame_cut(t->report)));
}

/* Not from the log, and code whose name is lost ran inside the function that is blamed. */
static bool is_caller_of_lost(const struct vmt_report *r)
{
	const struct vmt_verdict *v = &r->verdict;

	if (v->event.known || !v->function)
		return false;
	for (size_t i = 0; i < r->n_frames; i++) {
		const struct vmt_frame *f = &r->frames[i];

		if (!f->function)
			return true;
		if (strcmp(f->function, v->function) == 0)
			return false;
	}
	return false;
}

static void withdraw(struct triage *t)
{
	t->report->verdict = (struct vmt_verdict){0};
	diag_add(&t->s->diags, t->report, DIAG_CRASH_LOST,
		"the part of the crash report that says where it happened could not be read");
}

void triage_weigh_damage(struct triage *t)
{
	const struct dump *dump = t->s->dump;
	struct vmt_verdict *v = &t->report->verdict;

	if (!dump || (!dump->damaged && !dump->mended && !t->salvaged && !t->log_torn))
		return;
	if (v->kind && v->confidence && is_doubtful(t)) {
		v->confidence = v->frame_certainty = VMT_CONFIDENCE_LOW;
		if (lacks_place(t) || blames_finder(v) || is_from_memory_alone(v) ||
			is_name_torn(t) || is_caller_of_lost(t->report))
			withdraw(t);
	}
	if (dump->damaged)
		diag_add(&t->s->diags, t->report, DIAG_DUMP_DAMAGED, "%s",
			dump->first_damage.message);
	else if (dump->mended)
		diag_add(&t->s->diags, t->report, DIAG_DUMP_DAMAGED,
			"the table of its pages was damaged, and was mended");
}
