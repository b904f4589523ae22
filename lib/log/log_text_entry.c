// SPDX-License-Identifier: GPL-3.0-or-later
/* The entries of JSON and of the journal: a text each, which may be console output of its own. */
#include <string.h>

#include "log/log_text_internal.h"
#include "log/log_wrap.h"

/* What the text itself says takes precedence over the fields of the entry. */
static int push_line(struct log_text *lt, const struct log_record *rec, const char *p, size_t len)
{
	struct log_wrap w;

	log_wrap_init(&w, p, len);
	log_look_unwrap(lt->look, &w, NULL, 0);
	if (w.is_ext)
		log_wrap_init(&w, p, len);
	if (!w.rec.has_ts) {
		w.rec.ts_ns = rec->ts_ns;
		w.rec.has_ts = rec->has_ts;
	}
	if (!w.rec.has_unix) {
		w.rec.unix_ns = rec->unix_ns;
		w.rec.has_unix = rec->has_unix;
	}
	if (!w.rec.host) {
		w.rec.host = rec->host;
		w.rec.host_len = rec->host_len;
	}
	if (!w.rec.has_level) {
		w.rec.level = rec->level;
		w.rec.facility = rec->facility;
		w.rec.has_level = rec->has_level;
	}
	w.rec.truncated = rec->truncated;
	w.rec.capped = rec->capped;
	w.rec.wraps |= LOG_WRAPS_FIELD;
	return w.foreign ? 0 : log_text_push(lt, &w.rec);
}

/* Keeps an entry while the look decides whether the entries begin with a prefix. */
static int hold_entry(struct log_text *lt, const struct log_record *rec, size_t len)
{
	struct log_look_line line = {.text = rec->text, .len = len, .number = lt->line};
	struct log_waiting *to = &lt->waiting[lt->n_waiting++];

	*to = (struct log_waiting){.rec = *rec, .line = lt->line};
	to->host = rec->host ? alloc_text(lt, rec->host, rec->host_len) : NULL;
	to->rec.host = to->host;
	to->rec.host_len = to->host ? rec->host_len : 0;
	return log_look_hold(lt->look, &line) ? log_text_settle_entries(lt) : 0;
}

/*
 * An entry's text may be console output: lines that each have the kernel's own wrapping. look: it
 * may begin after an unknown prefix.
 */
static int read_entry(struct log_text *lt, const struct log_record *rec, bool look)
{
	const char *p = rec->text, *end = p + rec->len;
	struct log_record copy = *rec;
	struct log_wrap w;
	int rc = 0;

	while (p < end && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	copy.len = (size_t)(end - p);
	copy.wraps = LOG_WRAPS_FIELD;
	if (lt->n_waiting)
		return hold_entry(lt, rec, copy.len);
	log_wrap_init(&w, p, copy.len);
	log_look_unwrap(lt->look, &w, NULL, 0);
	if (look && lt->look && !w.foreign && !memchr(p, '\n', copy.len) &&
		log_look_begin(lt->look, &w))
		return hold_entry(lt, rec, copy.len);
	if (!w.unwrapped && !memmem(p, copy.len, "\r\n", 2))
		return log_text_push(lt, &copy);
	while (p < end && !rc) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;

		while (stop > p && stop[-1] == '\r')
			stop--;
		rc = push_line(lt, rec, p, (size_t)(stop - p));
		p = nl ? nl + 1 : end;
	}
	return rc;
}

int log_text_take_entry(void *arg, const struct log_record *rec)
{
	return read_entry(arg, rec, true);
}

int log_text_settle_entries(struct log_text *lt)
{
	struct log_waiting waiting[LOG_LOOK_LINES];
	uint64_t now = lt->line;
	size_t n;
	struct log_look_line *lines = log_look_settle(lt->look, lt, &n);
	int rc = 0;

	memcpy(waiting, lt->waiting, sizeof(waiting));
	lt->n_waiting = 0;
	for (size_t i = 0; i < n && !rc; i++) {
		struct log_record rec = waiting[i].rec;

		rec.text = lines[i].text ? lines[i].text : "";
		rec.len = lines[i].len;
		lt->line = waiting[i].line;
		rc = read_entry(lt, &rec, i > 0);
		talloc_free(waiting[i].host);
	}
	lt->line = now;
	talloc_free(lines);
	return rc;
}
