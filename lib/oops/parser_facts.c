// SPDX-License-Identifier: GPL-3.0-or-later
/* Facts about the machine, and where one boot ends and the next begins. */
#include <string.h>

#include "base/boot_id.h"

#include "oops/facts.h"
#include "oops/parser_internal.h"

/* A clock that falls below this has restarted. */
#define NEW_CLOCK_NS 10000000000u

/* Begins a boot whose first line is not in the log. */
bool oops_parser_begin_boot(struct oops_parser *ps)
{
	if (!oops_facts_begin(ps->log))
		return false;
	ps->log->n_boots++;
	ps->boot_events = 0;
	oops_boots_next(&ps->boots);
	ps->has_first_ts = false;
	return true;
}

/* A device's complaint is evidence for why a boot ended, not the reason. */
static bool is_cause(const struct oops_event *ev)
{
	return ev->fatal ||
	       (ev->kind->weight >= WEIGHT_WARNING && !(ev->kind->traits & TRAIT_ONE_LINE));
}

/* Whether a report of this boot explains why it ended. */
static bool has_cause(const struct oops_parser *ps)
{
	const struct oops_log *log = ps->log;

	for (size_t i = ps->boot_events ? log->n_events : 0; i--;)
		if (log->events[i]->boot == log->boot && is_cause(log->events[i]))
			return true;
	return false;
}

static void note_boot(struct oops_parser *ps)
{
	oops_parser_close_all(ps);
	ps->boots.explained = has_cause(ps);
	if (ps->boots.crashed && !ps->boots.capture_end)
		ps->boots.capture_end = ps->rec->seq;
	if (!ps->boots.explained && !ps->log->boot->capture &&
		oops_boots_is_reset(&ps->boots, ps->log, ps->rec)) {
		struct oops_header h = {.kind = oops_kind_row(KIND_UNEXPECTED_REBOOT)};
		struct oops_build *b =
			oops_parser_open_report(ps, &h, "unexpected kernel reboot", 24);

		if (b)
			b->ev->fatal = true;
		oops_parser_close_all(ps);
	}
	ps->boot_events = 0;
	oops_boots_next(&ps->boots);
	ps->new_boot = false;
}

/* If another boot began before this line without its first lines being in the log, begins it. */
void oops_parser_take_new_boot(struct oops_parser *ps)
{
	if (!ps->new_boot)
		return;
	ps->new_boot = false;
	oops_parser_close_all(ps);
	oops_parser_begin_boot(ps);
}

/*
 * Notices another boot's id, and a clock that restarted: it is near zero, or before the first line
 * of this boot. Lines of several CPUs may be a little out of order.
 */
void oops_parser_watch_clock(struct oops_parser *ps)
{
	const struct log_record *rec = ps->rec;
	const struct oops_log *log = ps->log;

	if (boot_id_is_known(rec->boot_id)) {
		ps->new_boot |= boot_id_is_known(ps->boot_id) &&
				memcmp(ps->boot_id, rec->boot_id, sizeof(ps->boot_id)) != 0;
		memcpy(ps->boot_id, rec->boot_id, sizeof(ps->boot_id));
	}
	if (!rec->has_ts)
		return;
	if (!ps->has_first_ts) {
		ps->first_ts_ns = rec->ts_ns;
		ps->has_first_ts = true;
	}
	if (log->has_last_ts && log->last_ts_ns > rec->ts_ns + NEW_CLOCK_NS &&
		(rec->ts_ns < NEW_CLOCK_NS || rec->ts_ns + NEW_CLOCK_NS < ps->first_ts_ns)) {
		ps->new_boot = true;
		ps->first_ts_ns = rec->ts_ns;
	}
}

/* The task of the last report was already exiting when it oopsed. */
static void note_recursion(const struct oops_parser *ps)
{
	struct oops_event *ev = ps->rec->has_caller ? oops_parser_own_event(ps) : NULL;

	if (!ev)
		ev = oops_parser_last_event(ps);
	if (ev)
		ev->recursive = true;
}

/*
 * The kernel that boots here takes a dump: the one before it crashed and was not reset. That is so
 * even if the log does not show the one before it.
 */
static void note_capture(struct oops_parser *ps, const char *line, size_t len)
{
	struct oops_log *log = ps->log;
	struct oops_event *last = log->n_events ? log->events[log->n_events - 1] : NULL;
	struct oops_boots *boots = &ps->boots;

	if (log->boot->capture)
		return;
	oops_facts_capture(log);
	if (boots->explained || boots->crashed)
		return;
	boots->crashed = log->before ? log->before : log->boot;
	boots->crashed->kept = true;
	if (last && last->kind->id == KIND_UNEXPECTED_REBOOT && last->boot != log->boot &&
		last->last_line >= log->boot->first_line) {
		talloc_free(last);
		log->n_events--;
	}
	boots->capture = talloc_strndup(ps, line, len < 200 ? len : 200);
	boots->capture_seq = ps->rec->seq;
}

void oops_parser_take_fact(
	struct oops_parser *ps, const struct oops_header *h, const char *line, size_t len)
{
	enum oops_fact fact = h->row->fact;
	struct oops_build *b = oops_parser_current(ps);

	if (b && (b->flags & OOPS_H_BANNER) && !b->n_frames && fact == OOPS_FACT_BOOT) {
		b->flags &= ~(unsigned)OOPS_H_BANNER;
		return;
	}
	if (fact == OOPS_FACT_BOOT)
		note_boot(ps);
	/* If the hypervisor stopped, that explains the next boot. */
	if (fact == OOPS_FACT_SHUTDOWN || fact == OOPS_FACT_OTHER_SYSTEM)
		ps->boots.clean_end = true;
	if (fact == OOPS_FACT_BOOT_MARK)
		ps->boots.marked = ps->new_boot = true;
	if (fact == OOPS_FACT_RECURSIVE)
		note_recursion(ps);
	oops_facts_take(ps->log, h);
	if (fact == OOPS_FACT_BOOT)
		ps->log->boot->first_line = ps->rec->seq;
	if (fact == OOPS_FACT_CAPTURE ||
		(fact == OOPS_FACT_COMMAND_LINE && oops_find(line, line + len, "elfcorehdr=")))
		note_capture(ps, line, len);
}

/* A crash that the log shows only by the start of the kernel that takes the dump. */
void oops_parser_take_capture(struct oops_parser *ps)
{
	struct oops_header h = {.kind = oops_kind_row(KIND_REASON_LOST)};
	struct oops_boots *boots = &ps->boots;
	struct log_record rec = {.seq = boots->capture_seq};
	struct oops_log *log = ps->log;
	struct oops_build *b;

	if (!boots->crashed)
		return;
	for (size_t i = 0; i < log->n_events; i++)
		if (log->events[i]->first_line > boots->capture_seq &&
			(!boots->capture_end || log->events[i]->first_line < boots->capture_end) &&
			(log->events[i]->fatal || log->events[i]->kind->weight >= WEIGHT_REPORT))
			return;
	ps->rec = &rec;
	b = oops_parser_open_report(ps, &h, boots->capture, strlen(boots->capture));
	if (b) {
		b->ev->boot = boots->crashed;
		b->ev->fatal = true;
	}
	oops_parser_close_all(ps);
	ps->rec = NULL;
}
