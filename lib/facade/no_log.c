// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/no_log.h"

#include <string.h>

#include "base/ascii.h"

/* What people type from a screen is shorter. */
#define SHORT_TEXT (16u << 10)

#define CHUNK (64u << 10)
#define LINE_MAX_SEEN 512 /* of a line: its headline begins before that, or it is none */

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

/* Reads the start of a line of the text. Returns its length; 0: it could not be found. */
static size_t read_line(struct triage *t, uint64_t number, char *chunk, char *line)
{
	uint64_t off = 0, at = 1;
	size_t len = 0;
	int64_t got;

	while ((got = source_read(t->s->text, off, chunk, CHUNK, NULL)) > 0) {
		const char *p = chunk, *end = chunk + got, *nl;

		for (; p < end; p = nl + 1) {
			nl = memchr(p, '\n', (size_t)(end - p));
			if (at == number) {
				size_t n = (size_t)((nl ? nl : end) - p);

				n = n < LINE_MAX_SEEN - len ? n : LINE_MAX_SEEN - len;
				memcpy(line + len, p, n);
				len += n;
				if (nl || len == LINE_MAX_SEEN)
					return len;
			}
			if (!nl)
				break;
			if (++at > number)
				return len;
		}
		off += (uint64_t)got;
	}
	return len;
}

static bool has_colon(const char *line, const char *at)
{
	while (at > line && at[-1] == ' ')
		at--;
	return at > line && at[-1] == ':';
}

/* Whether the line that announces the report looks like a line of the kernel's. */
static bool is_own_line(struct triage *t, const struct oops_event *ev, char *chunk)
{
	char line[LINE_MAX_SEEN];
	size_t len = read_line(t, ev->text_line, chunk, line), n;
	const char *at;

	n = strlen(ev->headline);
	n = n < 16 ? n : 16;
	at = len && n ? memmem(line, len, ev->headline, n) : NULL;
	if (!at || has_bytes(line, len))
		return !at && len < LINE_MAX_SEEN && !has_bytes(line, len);
	return is_log_prefix(line, (size_t)(at - line)) &&
	       (t->s->text->size <= SHORT_TEXT || ev->reason || has_colon(line, at));
}

void no_log_drop(struct triage *t)
{
	struct oops_log *log = t->log;
	char *chunk;
	bool found = false;

	if (!log->n_events || has_signs(log) || t->s->n > 1)
		return;
	for (size_t i = 0; i < log->n_events; i++)
		if (has_body(log->events[i]))
			return;
	chunk = talloc_size(t->s, CHUNK);
	for (size_t i = 0; chunk && i < log->n_events && !found; i++)
		found = !log->events[i]->headline || is_own_line(t, log->events[i], chunk);
	if (!chunk || found)
		return;
	log->n_events = 0;
	diag_add(&t->s->diags, t->report, DIAG_NO_LOG,
		"line %llu has words of a crash report, but the text is no log: no line around it "
		"is one of a report",
		(unsigned long long)log->events[0]->text_line);
}
