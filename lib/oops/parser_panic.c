// SPDX-License-Identifier: GPL-3.0-or-later
/* Finds the report that a panic ends. */
#include "oops/parser_internal.h"

/* Whether the panic can follow from the report. */
static bool follows_from(const struct oops_header *h, const struct oops_event *ev, bool has_die)
{
	enum oops_outcome o = ev->kind->outcome;

	if (ev->kind == h->kind || (h->row->flags & OOPS_H_AFTER_ANY))
		return true;
	/* If an oops killed init or the idle task, the oops is the cause. */
	return has_die || o == OOPS_OOPS || (o == OOPS_PANIC && ev->kind->id != KIND_PANIC);
}

enum printers { BY_ALL, BY_THIS };

/* One-line reports of other callers may be inside it, so it need not be the last of the list. */
static struct oops_event *last_event(const struct oops_parser *ps, enum printers by)
{
	const struct oops_log *log = ps->log;
	const struct log_record *rec = ps->rec;
	struct oops_event *last = NULL;

	for (size_t i = ps->boot_events ? log->n_events : 0; i--;) {
		struct oops_event *ev = log->events[i];

		if (ev->boot != log->boot || rec->seq - ev->last_line >= PANIC_WITHIN_LINES ||
			(by == BY_THIS && (!ev->has_printer || ev->printer != rec->caller_id)))
			continue;
		if (!last || ev->last_line > last->last_line)
			last = ev;
	}
	return last;
}

struct oops_event *oops_parser_last_event(const struct oops_parser *ps)
{
	return last_event(ps, BY_ALL);
}

struct oops_event *oops_parser_own_event(const struct oops_parser *ps)
{
	return last_event(ps, BY_THIS);
}

/* The last report of that kind in this boot. NULL: none that the panic can belong to. */
static struct oops_event *last_of_kind(const struct oops_parser *ps, const struct oops_kind *kind)
{
	const struct oops_log *log = ps->log;

	for (size_t i = ps->boot_events ? log->n_events : 0; i--;) {
		struct oops_event *ev = log->events[i];

		if (ev->boot == log->boot && ev->kind == kind &&
			ps->rec->seq - ev->last_line < PANIC_WITHIN_LINES)
			return ev;
	}
	return NULL;
}

/*
 * The report that the panic may end: the last one of the caller that prints now, else one of the
 * kind that the panic names, else the one that is being printed or was printed last.
 */
static struct oops_event *ended_by_panic(
	const struct oops_parser *ps, const struct oops_header *h, const struct oops_build *b)
{
	bool open = b && b->ev->kind;
	struct oops_event *ev = NULL;

	if (ps->rec->has_caller && !(open && b->caller == ps->rec->caller_id))
		ev = oops_parser_own_event(ps);
	if (!ev && h->kind->outcome == OOPS_STALL)
		ev = last_of_kind(ps, h->kind);
	if (!ev && open)
		ev = b->ev;
	return ev ? ev : oops_parser_last_event(ps);
}

/* Returns whether the panic line was taken as the end of an earlier report. */
bool oops_parser_take_panic(
	struct oops_parser *ps, const struct oops_header *h, const char *line, size_t len)
{
	struct oops_build *b = oops_parser_current(ps);
	struct oops_event *ev = ended_by_panic(ps, h, b);
	bool die = b && b->has_die;

	if (!ev)
		return false;
	if (h->flags & OOPS_H_CONSEQUENCE
			? !follows_from(h, ev, die)
			: !(die && h->kind->id == KIND_PANIC) && ev->kind != h->kind)
		return false;
	ev->fatal = true;
	if (!ev->reason)
		ev->reason = talloc_strndup(
			ev, line + h->start, oops_parser_trimmed(line + h->start, len - h->start));
	return true;
}

/* A panic that names a stall or the hardware says what the report before it was about. */
void oops_parser_take_end_kind(struct oops_build *b, const struct oops_header *h)
{
	const struct oops_kind *kind = h->kind;

	if (!(h->flags & OOPS_H_PANIC) || !kind || kind->id == KIND_INIT_KILLED ||
		(kind->outcome != OOPS_STALL && kind->outcome != OOPS_PANIC) ||
		kind->id == KIND_PANIC)
		return;
	b->ev->kind = kind;
	b->ev->detector = h->detector;
	b->ev->kind_by = "the panic that it ended in";
}
