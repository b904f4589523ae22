// SPDX-License-Identifier: GPL-3.0-or-later
/* See stream.h. Reading a file of such records (log_ext.c) follows the same rules. */
#include "netconsole/stream.h"

#include <string.h>

#include "base/caps.h"
#include "base/name_index.h"

/* A number that falls this far, or a clock that falls this long, belongs to another boot. */
#define MAX_BACK 1024
#define MAX_BACK_USEC 5000000u

/* A basic line; printk's records have at most 1 KiB of text. */
#define MAX_LINE 4096

/* Bytes of a line's text that tell it from others of the same microsecond. */
#define KEY_TEXT 32

struct netconsole_held {
	int64_t arrived;
	uint64_t number, usec;
	char *head;
	size_t head_len, release_len; /* the release follows the head */
	char *body;
	size_t len, got;
	uint8_t *have; /* of a fragmented record: a bit for each byte; NULL: it is complete */
};

/* ---- what both kinds of target sent ------------------------------------------------------- */

static uint64_t key_of(uint64_t usec, const char *text, size_t len)
{
	uint64_t sum = name_index_more(0xcbf29ce484222325u, &usec, sizeof(usec));

	return name_index_more(sum, text, len < KEY_TEXT ? len : KEY_TEXT);
}

static bool was_seen(const struct netconsole_seen *seen, uint64_t key)
{
	unsigned n = seen->n < NETCONSOLE_SEEN ? seen->n : NETCONSOLE_SEEN;

	for (unsigned i = 0; i < n; i++)
		if (seen->keys[i] == key)
			return true;
	return false;
}

static void note_seen(struct netconsole_seen *seen, uint64_t key)
{
	seen->keys[seen->n % NETCONSOLE_SEEN] = key;
	seen->n = seen->n + 1 == 0 ? NETCONSOLE_SEEN : seen->n + 1;
}

/* Whether a basic target sent the record already. A console prints each of its lines. */
static bool came_as_basic(struct netconsole_stream *s, uint64_t usec, const char *body, size_t len)
{
	char text[CAP_TEXT_LINE];
	const char *end = memchr(body, '\n', len), *p = text, *stop;
	bool first = true, seen = false;

	stop = text + netconsole_packet_unescape(
			      body, end ? (size_t)(end - body) : len, text, sizeof(text));
	do {
		const char *nl = memchr(p, '\n', (size_t)(stop - p)), *to = nl ? nl : stop;
		uint64_t key = key_of(usec, p, (size_t)(to - p));

		if (first)
			seen = was_seen(&s->basic, key);
		first = false;
		note_seen(&s->extended, key);
		p = nl ? nl + 1 : stop;
	} while (p < stop);
	return seen;
}

static bool falls_back(const struct netconsole_seen *seen, uint64_t usec)
{
	return seen->has_usec && usec < seen->usec && seen->usec - usec > MAX_BACK_USEC;
}

static void note_time(struct netconsole_seen *seen, uint64_t usec)
{
	seen->usec = usec;
	seen->has_usec = true;
}

/* One kind of target saw a new boot. The other kind, if there is one, will see it, too. */
static void note_boot(struct netconsole_stream *s, struct netconsole_seen *seen)
{
	struct netconsole_seen *other = seen == &s->basic ? &s->extended : &s->basic;

	if (other->booted) {
		other->booted = false;
		return;
	}
	seen->n = other->n = 0;
	seen->booted = other->has_usec;
	s->fresh = true;
}

/* ---- extended records --------------------------------------------------------------------- */

/* Emits one record; body has all that followed the header. */
static void emit(struct netconsole_stream *s, struct netconsole_record *rec, const char *body,
	size_t len, netconsole_sink sink, void *arg)
{
	const char *nl = len ? memchr(body, '\n', len) : NULL;

	rec->text = body;
	rec->len = nl ? (size_t)(nl - body) : len;
	rec->keys = nl ? nl + 1 : body + len;
	rec->keys_len = nl ? len - rec->len - 1 : 0;
	rec->has_usec = true;
	rec->boot = s->fresh;
	if (came_as_basic(s, rec->usec, body, len)) {
		s->counts.duplicates++;
		return;
	}
	s->fresh = false;
	s->counts.records++;
	sink(arg, rec);
}

/* Accounts for a number that is about to be emitted in order. */
static void pass(struct netconsole_stream *s, uint64_t number, uint64_t usec)
{
	uint64_t lost = number - s->next;

	s->counts.missing += lost;
	s->before = lost < 63 ? s->before << (lost + 1) | 1 : 1;
	s->next = number + 1;
	note_time(&s->extended, usec);
}

static void free_held(struct netconsole_stream *s, struct netconsole_held *h)
{
	*s->held_bytes -= talloc_get_size(h->body) + talloc_get_size(h->have);
	talloc_free(h);
}

static bool has(const struct netconsole_held *h, size_t at)
{
	return h->have[at / 8] >> at % 8 & 1;
}

/* What has arrived of an incomplete record, as the fragments that are left. */
static void emit_parts(struct netconsole_stream *s, const struct netconsole_held *h,
	const struct netconsole_record *rec, netconsole_sink sink, void *arg)
{
	for (size_t at = 0, to; at < h->len; at = to) {
		struct netconsole_record part = *rec;

		to = at + 1;
		if (!has(h, at))
			continue;
		while (to < h->len && has(h, to))
			to++;
		part.offset = at;
		part.total = h->len;
		emit(s, &part, h->body + at, to - at, sink, arg);
		if (memchr(h->body + at, '\n', to - at))
			break; /* the rest are keys */
	}
	s->counts.incomplete++;
}

static void release(struct netconsole_stream *s, netconsole_sink sink, void *arg)
{
	struct netconsole_held *h = s->held[0];
	struct netconsole_record rec = {
		.arrived = h->arrived, .head = h->head, .head_len = h->head_len, .usec = h->usec};

	s->n_held--;
	memmove(s->held, s->held + 1, s->n_held * sizeof(*s->held));
	if (h->release_len) {
		rec.release = h->head + h->head_len;
		rec.release_len = h->release_len;
	}
	pass(s, h->number, h->usec);
	if (h->have && h->got < h->len)
		emit_parts(s, h, &rec, sink, arg);
	else
		emit(s, &rec, h->body, h->len, sink, arg);
	free_held(s, h);
}

static bool is_whole(const struct netconsole_held *h)
{
	return !h->have || h->got == h->len;
}

static void drain(struct netconsole_stream *s, netconsole_sink sink, void *arg)
{
	while (s->n_held && ((s->held[0]->number == s->next && is_whole(s->held[0])) ||
				    s->n_held == NETCONSOLE_WINDOW))
		release(s, sink, arg);
}

/* The held record with that number, or where it belongs. */
static struct netconsole_held *find_held(struct netconsole_stream *s, uint64_t number, size_t *at)
{
	size_t i = s->n_held;

	while (i && s->held[i - 1]->number > number)
		i--;
	*at = i;
	return i && s->held[i - 1]->number == number ? s->held[i - 1] : NULL;
}

/* NULL: no memory, or enough is held already. */
static struct netconsole_held *hold(
	struct netconsole_stream *s, const struct netconsole_packet *p, int64_t now)
{
	struct netconsole_held *h = talloc_zero(s->ctx, struct netconsole_held);
	size_t size = p->total ? p->total : p->len;

	if (!h || *s->held_bytes + size + size / 8 > CAP_NETCONSOLE_HELD)
		goto none;
	h->head = talloc_size(h, p->head_len + p->release_len + 1);
	h->body = talloc_size(h, size + 1);
	h->have = p->total ? talloc_zero_size(h, size / 8 + 1) : NULL;
	if (!h->head || !h->body || (p->total && !h->have))
		goto none;
	memcpy(h->head, p->head, p->head_len);
	if (p->release_len)
		memcpy(h->head + p->head_len, p->release, p->release_len);
	h->head_len = p->head_len;
	h->release_len = p->release_len;
	h->arrived = now;
	h->number = p->number;
	h->usec = p->usec;
	h->len = size;
	*s->held_bytes += talloc_get_size(h->body) + talloc_get_size(h->have);
	return h;
none:
	talloc_free(h);
	return NULL;
}

/* False: it brings nothing new. */
static bool add_part(struct netconsole_held *h, const struct netconsole_packet *p)
{
	bool news = false;

	if (!h->have) {
		if (p->total || h->got || p->len != h->len)
			return false; /* another record by the same number, of any length */
		memcpy(h->body, p->body, p->len);
		h->got = h->len;
		return true;
	}
	if (p->total != h->len)
		return false;
	for (size_t i = 0; i < p->len; i++) {
		size_t at = p->offset + i;

		if (has(h, at))
			continue;
		h->have[at / 8] |= (uint8_t)(1u << at % 8);
		h->body[at] = p->body[i];
		h->got++;
		news = true;
	}
	return news;
}

static void emit_at_once(struct netconsole_stream *s, const struct netconsole_packet *p,
	int64_t now, netconsole_sink sink, void *arg)
{
	struct netconsole_record rec = {.arrived = now,
		.head = p->head,
		.head_len = p->head_len,
		.release = p->release,
		.release_len = p->release_len,
		.usec = p->usec,
		.offset = p->offset,
		.total = p->total};

	emit(s, &rec, p->body, p->len, sink, arg);
}

/* "Linux version 6.1.0": the first record of a kernel, which is number 0 or not far from it. */
static bool is_first_line(const char *text, size_t len)
{
	static const char first[] = "Linux version ";

	return len >= sizeof(first) - 1 && !memcmp(text, first, sizeof(first) - 1);
}

/* Whether the record is of a later boot than those before it. */
static bool is_new_boot(const struct netconsole_stream *s, const struct netconsole_packet *p)
{
	struct netconsole_seen latest = s->extended;

	if (s->n_held)
		note_time(&latest, s->held[s->n_held - 1]->usec);
	if (falls_back(&latest, p->usec))
		return true;
	return s->started && p->number < s->next &&
	       (s->next - 1 - p->number > MAX_BACK ||
		       (s->extended.usec > p->usec && is_first_line(p->body, p->len)));
}

static void flush(struct netconsole_stream *s, netconsole_sink sink, void *arg);

static void start_boot(struct netconsole_stream *s, const struct netconsole_packet *p,
	netconsole_sink sink, void *arg)
{
	flush(s, sink, arg);
	s->next = p->number;
	s->before = 0;
	note_time(&s->extended, p->usec);
	note_boot(s, &s->extended);
}

/* A number that was passed already: late, or a duplicate. */
static void take_late(struct netconsole_stream *s, const struct netconsole_packet *p, int64_t now,
	netconsole_sink sink, void *arg)
{
	uint64_t back = s->next - 1 - p->number;

	if (back >= 64 || s->before >> back & 1) {
		s->counts.duplicates++;
		return;
	}
	if (!p->total)
		s->before |= 1ull << back;
	if (s->counts.missing)
		s->counts.missing--;
	emit_at_once(s, p, now, sink, arg);
}

static void take_extended(struct netconsole_stream *s, const struct netconsole_packet *p,
	int64_t now, netconsole_sink sink, void *arg)
{
	struct netconsole_held *h;
	size_t at;

	if (is_new_boot(s, p))
		start_boot(s, p, sink, arg);
	else if (!s->started)
		s->next = p->number;
	s->started = true;
	if (p->number < s->next) {
		take_late(s, p, now, sink, arg);
		return;
	}
	if (p->number == s->next && !p->total && (!s->n_held || s->held[0]->number != p->number)) {
		pass(s, p->number, p->usec);
		emit_at_once(s, p, now, sink, arg);
		drain(s, sink, arg);
		return;
	}
	h = find_held(s, p->number, &at);
	if (!h) {
		h = hold(s, p, now);
		if (!h) {
			s->counts.incomplete++;
			return;
		}
		memmove(s->held + at + 1, s->held + at, (s->n_held - at) * sizeof(*s->held));
		s->held[at] = h;
		s->n_held++;
	}
	if (!add_part(h, p))
		s->counts.duplicates++;
	drain(s, sink, arg);
}

/* ---- basic lines -------------------------------------------------------------------------- */

static void emit_line(struct netconsole_stream *s, const char *p, size_t len, int64_t now,
	netconsole_sink sink, void *arg)
{
	struct netconsole_record rec = {.arrived = now, .text = p, .len = len};
	size_t at;

	while (rec.len && p[rec.len - 1] == '\r')
		rec.len--;
	if (!rec.len)
		return;
	at = netconsole_packet_stamp(p, rec.len, &rec.usec, &rec.has_usec);
	if (rec.has_usec) {
		uint64_t key = key_of(rec.usec, p + at, rec.len - at);

		if (falls_back(&s->basic, rec.usec))
			note_boot(s, &s->basic);
		note_time(&s->basic, rec.usec);
		note_seen(&s->basic, key);
		if (was_seen(&s->extended, key)) {
			s->counts.duplicates++;
			return;
		}
	}
	rec.boot = s->fresh;
	s->fresh = false;
	s->counts.records++;
	sink(arg, &rec);
}

static void end_line(struct netconsole_stream *s, netconsole_sink sink, void *arg)
{
	if (s->line_len)
		emit_line(s, s->line, s->line_len, s->line_arrived, sink, arg);
	s->line_len = 0;
	TALLOC_FREE(s->line);
}

/* The beginning of a line whose end comes in the next datagram. */
static void keep_line(struct netconsole_stream *s, const char *p, size_t len, int64_t now)
{
	char *line;

	if (len > MAX_LINE - s->line_len)
		len = MAX_LINE - s->line_len;
	line = talloc_realloc_size(s->ctx, s->line, s->line_len + len + 1);
	if (!line)
		return;
	if (!s->line_len)
		s->line_arrived = now;
	memcpy(line + s->line_len, p, len);
	s->line = line;
	s->line_len += len;
}

/* Whether text begins with a time stamp: no line of a kernel goes on like that. */
static bool is_stamped(const char *p, size_t len)
{
	uint64_t usec;
	bool found;

	netconsole_packet_stamp(p, len, &usec, &found);
	return found;
}

static void take_basic(struct netconsole_stream *s, const struct netconsole_packet *p, int64_t now,
	netconsole_sink sink, void *arg)
{
	const char *at = p->body, *end = at + p->len;

	if (s->line_len && is_stamped(at, p->len))
		end_line(s, sink, arg);
	while (at < end) {
		const char *nl = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((nl ? nl : end) - at);

		if (s->line_len || !nl)
			keep_line(s, at, len, now);
		else
			emit_line(s, at, len, now, sink, arg);
		if (nl && s->line_len)
			end_line(s, sink, arg);
		at = nl ? nl + 1 : end;
	}
	if (s->line_len == MAX_LINE)
		end_line(s, sink, arg);
}

/* ---- both --------------------------------------------------------------------------------- */

static void flush(struct netconsole_stream *s, netconsole_sink sink, void *arg)
{
	while (s->n_held)
		release(s, sink, arg);
	end_line(s, sink, arg);
}

void netconsole_stream_take(struct netconsole_stream *s, const struct netconsole_packet *p,
	int64_t now, netconsole_sink sink, void *arg)
{
	s->counts.datagrams++;
	if (p->extended)
		take_extended(s, p, now, sink, arg);
	else
		take_basic(s, p, now, sink, arg);
}

static bool is_due(int64_t arrived, int64_t now)
{
	return now < arrived || now - arrived >= NETCONSOLE_WAIT_NS;
}

/* All records up to the last one that waited long enough. */
static size_t count_due(const struct netconsole_stream *s, int64_t now)
{
	size_t n = s->n_held;

	while (n && !is_due(s->held[n - 1]->arrived, now))
		n--;
	return n;
}

void netconsole_stream_tick(
	struct netconsole_stream *s, int64_t now, bool all, netconsole_sink sink, void *arg)
{
	size_t n;

	if (all) {
		flush(s, sink, arg);
		return;
	}
	for (n = count_due(s, now); n && s->n_held; n--)
		release(s, sink, arg);
	drain(s, sink, arg);
	if (s->line_len && is_due(s->line_arrived, now))
		end_line(s, sink, arg);
}

void netconsole_stream_done(struct netconsole_stream *s)
{
	while (s->n_held)
		free_held(s, s->held[--s->n_held]);
	TALLOC_FREE(s->line);
	s->line_len = 0;
}
