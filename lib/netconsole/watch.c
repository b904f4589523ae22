// SPDX-License-Identifier: GPL-3.0-or-later
/* See watch.h. */
#include "netconsole/watch.h"

#include <string.h>

#define SECOND 1000000000

/* After a report's end mark, a panic may follow; after the last words, what was delayed. */
#define AFTER_END (2 * (int64_t)SECOND)
#define AFTER_LAST (SECOND / 2)

/* A host that goes on talking is not waited for: reports are printed in seconds. */
#define LONGEST (60 * (int64_t)SECOND)

static bool has(const char *line, size_t len, const char *what)
{
	return memmem(line, len, what, strlen(what)) != NULL;
}

static void take_fact(struct netconsole_watch *w, const struct oops_header *h)
{
	if (h->row->fact == OOPS_FACT_SHUTDOWN)
		w->shut_down = true;
}

static void take_header(struct netconsole_watch *w, const struct oops_header *h, int64_t now)
{
	if (!w->open) {
		w->began = now;
		w->ended = w->final = w->ends = false;
	}
	w->open = true;
	if (h->kind->weight == WEIGHT_DEATH || (h->flags & (OOPS_H_DIE | OOPS_H_PANIC)))
		w->ends = true;
	if (h->kind->weight >= WEIGHT_STALL || (h->flags & OOPS_H_PANIC))
		w->explained = true;
	if (h->flags & (OOPS_H_DIE | OOPS_H_PANIC))
		w->ended = false;
}

void netconsole_watch_line(struct netconsole_watch *w, const struct oops_headers *headers,
	const char *line, size_t len, int64_t now)
{
	struct oops_header h;

	w->heard = now;
	if (w->open && has(line, len, "---[ end trace "))
		w->ended = true;
	if (w->open && (has(line, len, "---[ end Kernel panic") || has(line, len, "Rebooting in ")))
		w->final = true;
	if (!oops_headers_find(headers, line, len, &h) || !h.row ||
		oops_header_is_quoted(line, h.start))
		return;
	if (h.row->fact)
		take_fact(w, &h);
	else if (h.kind && !(h.flags & (OOPS_H_NO_CRASH | OOPS_H_UNPROVEN)))
		take_header(w, &h, now);
}

bool netconsole_watch_is_due(const struct netconsole_watch *w, int64_t silence, int64_t now)
{
	int64_t quiet = now - w->heard;

	if (!w->open)
		return false;
	if (quiet < 0 || now - w->began >= LONGEST + silence)
		return true;
	if (w->final)
		return quiet >= AFTER_LAST;
	return quiet >= (w->ended && silence > AFTER_END ? AFTER_END : silence);
}

void netconsole_watch_boot(struct netconsole_watch *w)
{
	*w = (struct netconsole_watch){0};
}
