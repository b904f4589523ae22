// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/no_log.h"

#include <string.h>

#include "base/ascii.h"
#include "log/log_clean.h"

/* What people type from a screen is shorter. */
#define SHORT_TEXT (16u << 10)

#define CHUNK (64u << 10)
#define CHUNK_PAIRS (CHUNK / 2 + 1) /* of UTF-16 bytes, with half a pair of the chunk before */
#define LINE_MAX_SEEN 512	    /* of a line: its headline begins before that, or it is none */

/* Time stamps, a booting kernel, a syslog's host: what only a log has. */
static bool has_signs(const struct oops_log *log)
{
	return log->has_last_ts || log->has_last_unix || log->n_boots > 1 ||
	       (log->boot && (log->boot->seen || log->boot->release));
}

static bool has_place(const struct oops_frame *f)
{
	return f->has_offset || f->has_address;
}

/* Whether the report has more than the line that announces it. */
static bool has_body(const struct oops_event *ev)
{
	if (has_place(&ev->ip) || ev->n_regs > 3 || ev->n_code || ev->n_modules > 1 ||
		(ev->cpu.known && ev->pid.known) || ev->release || ev->tainted || ev->hardware ||
		ev->subject_pid.known || (ev->subject_cpu.known && ev->duration_s.known) ||
		ev->has_ts || ev->has_unix || ev->wall || ev->headless || ev->stack_only)
		return true;
	for (size_t i = 0; i < ev->n_traces; i++)
		for (size_t k = 0; k < ev->traces[i].n_frames; k++)
			if (has_place(&ev->traces[i].frames[k]))
				return true;
	return false;
}

/*
 * What may be before a report's first words on its line: quoting, a level, or the names of a driver
 * and its device, which end in a colon. But no other words, and no bullet of a list.
 */
static bool is_log_prefix(const char *p, size_t len)
{
	bool letters = false;

	while (len && (*p == ' ' || *p == '\t' || *p == '>' || *p == '|'))
		p++, len--;
	while (len && (p[len - 1] == ' ' || p[len - 1] == '\t'))
		len--;
	if (len && (*p == '-' || *p == '*' || *p == '+' || *p == '#'))
		return false;
	for (size_t i = 0; i < len; i++) {
		if ((uint8_t)p[i] >= 0x80 || strchr("\"'`=(", p[i]))
			return false;
		letters |= ascii_is_alpha(p[i]);
	}
	return !letters || p[len - 1] == ':';
}

static bool has_bytes(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((uint8_t)line[i] < 0x20 && line[i] != '\t' && line[i] != '\r' &&
			line[i] != 0x1b)
			return true;
	return false;
}

/* The lines of the text, one after the other. */
struct lines {
	struct source *text;
	struct log_utf16 utf16;
	char *raw, *decoded;
	uint64_t off;	     /* of the next chunk */
	const char *p, *end; /* what is left of this one */
	uint64_t number;     /* of the line that was read last */
	char line[LINE_MAX_SEEN];
	size_t len;
};

static bool next_chunk(struct lines *l)
{
	static const char mark[] = "\xef\xbb\xbf";
	bool first = !l->off;
	int64_t got = source_read(l->text, l->off, l->raw, CHUNK, NULL);
	size_t used;

	if (got <= 0)
		return false;
	l->off += (uint64_t)got;
	l->p = l->raw;
	l->end = l->p + got;
	if (log_utf16_probe(&l->utf16, l->raw, (size_t)got)) {
		l->p = l->decoded;
		l->end = l->p + log_utf16_decode(&l->utf16, l->raw, (size_t)got, CHUNK_PAIRS,
					l->decoded, &used);
	}
	if (first && l->end - l->p >= 3 && memcmp(l->p, mark, 3) == 0)
		l->p += 3;
	return true;
}

/* Reads the start of the next line. Returns false at the end. */
static bool next_line(struct lines *l)
{
	const char *nl = NULL;

	l->number++;
	l->len = 0;
	while (!nl && (l->p < l->end || next_chunk(l))) {
		const char *stop;
		size_t n;

		nl = memchr(l->p, '\n', (size_t)(l->end - l->p));
		stop = nl ? nl : l->end;
		n = (size_t)(stop - l->p);
		n = n < LINE_MAX_SEEN - l->len ? n : LINE_MAX_SEEN - l->len;
		memcpy(l->line + l->len, l->p, n);
		l->len += n;
		l->p = nl ? nl + 1 : stop;
	}
	return nl;
}

/* Reads the start of a line. Reports follow each other, so the text is read once. */
static void read_line(struct lines *l, uint64_t number)
{
	if (number < l->number) {
		l->off = l->number = 0;
		l->p = l->end = NULL;
		l->utf16 = (struct log_utf16){0};
	}
	while (l->number < number && next_line(l))
		;
}

static struct lines *new_lines(struct session *s)
{
	struct lines *l = talloc_zero(s, struct lines);

	if (!l)
		return NULL;
	l->text = s->text;
	l->raw = talloc_size(l, CHUNK);
	l->decoded = talloc_size(l, 3 * (CHUNK_PAIRS + 1));
	if (l->raw && l->decoded)
		return l;
	talloc_free(l);
	return NULL;
}

static bool has_colon(const char *line, const char *at)
{
	while (at > line && at[-1] == ' ')
		at--;
	return at > line && at[-1] == ':';
}

/* Whether the line that announces the report looks like a line of the kernel's. */
static bool is_own_line(struct lines *lines, const struct oops_event *ev)
{
	const char *line = lines->line, *at;
	size_t n = strlen(ev->headline), len;

	read_line(lines, ev->text_line);
	len = lines->len;
	n = n < 16 ? n : 16;
	at = len && n ? memmem(line, len, ev->headline, n) : NULL;
	if (!at || has_bytes(line, len))
		return !at && len < LINE_MAX_SEEN && !has_bytes(line, len);
	return is_log_prefix(line, (size_t)(at - line)) &&
	       (lines->text->size <= SHORT_TEXT || ev->reason || has_colon(line, at));
}

void no_log_drop(struct triage *t)
{
	struct oops_log *log = t->log;
	struct lines *lines;
	bool found = false;

	if (!log->n_events || has_signs(log) || t->s->n > 1)
		return;
	for (size_t i = 0; i < log->n_events; i++)
		if (has_body(log->events[i]))
			return;
	lines = new_lines(t->s);
	for (size_t i = 0; lines && i < log->n_events && !found; i++)
		found = !log->events[i]->headline || is_own_line(lines, log->events[i]);
	found |= !lines;
	talloc_free(lines);
	if (found)
		return;
	log->n_events = 0;
	diag_add(&t->s->diags, t->report, DIAG_NO_LOG,
		"line %llu has words of a crash report, but the text is no log: no line around it "
		"is one of a report",
		(unsigned long long)log->events[0]->text_line);
}
