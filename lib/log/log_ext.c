// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See log_ext.h. Mirrors kernel/printk/printk.c (info_print_ext_header; msg_print_ext_header before
 * 5.10) and drivers/net/netconsole.c (send_ext_msg_udp, send_msg_fragmented).
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "base/name_index.h"
#include "log/log_eat.h"
#include "log/log_ext.h"

/* A late record is waited for until this many others have arrived. */
#define WINDOW 32

/* A number that falls this far, or a clock that falls this long, belongs to another boot. */
#define MAX_BACK 1024
#define MAX_BACK_NS 5000000000u

struct record {
	struct log_record rec; /* text and host are not used */
	uint64_t seq;
	char cont; /* '-': complete, '+' and 'c': a part, see take_in_order() */
	char *text;
	size_t len, total; /* total not 0: in fragments, this many bytes with keys */
	size_t got;
	char *header; /* the header that all its fragments have */
	size_t header_len;
	bool hole;	 /* a fragment came before the one that it follows */
	bool text_ended; /* the rest belongs to its keys */
};

/* The records of one machine. */
struct stream {
	char *host; /* NULL: not recorded */
	size_t host_len;
	size_t number;	 /* in order of appearance */
	bool grown;	 /* its keys may have completed a record */
	uint64_t next;	 /* the next number expected */
	uint64_t before; /* bit n: number next - 1 - n has arrived */
	uint64_t last_ns;
	bool started, gap;
	struct record *held[WINDOW]; /* sorted by number */
	size_t n_held;
	struct record *line; /* may still be continued */
	struct record *part; /* flagged 'c': continues a line, or begins another one */
};

struct log_ext {
	log_sink sink;
	void *arg;
	struct stream **streams;
	size_t n, last;
	bool mixed;		  /* hosts over the cap share the last stream */
	struct name_index *hosts; /* numbers of streams */
	struct stream **grown;
	size_t n_grown;
	struct record *dict_of;	  /* the record that a key=value line would belong to */
	struct stream *dict_from; /* and its stream */
	char scratch[CAP_TEXT_LINE];
};

int log_ext_new(
	TALLOC_CTX *ctx, log_sink sink, void *arg, struct log_ext **ret, struct vmt_err *err)
{
	struct log_ext *ext = talloc(ctx, struct log_ext);

	if (!ext)
		return err_nomem(err);
	memset(ext, 0, offsetof(struct log_ext, scratch));
	ext->sink = sink;
	ext->arg = arg;
	if (name_index_new(ext, 0, &ext->hosts, err)) {
		talloc_free(ext);
		return VMT_ERR_NOMEM;
	}
	*ret = ext;
	return 0;
}

static bool is_of(const struct stream *s, const struct log_record *rec)
{
	if (!s->host || !rec->host)
		return !s->host && !rec->host;
	return s->host_len == rec->host_len && memcmp(s->host, rec->host, rec->host_len) == 0;
}

static struct stream *add_stream(struct log_ext *ext, const struct log_record *rec, uint32_t hash)
{
	struct stream **streams = ARRAY_ROOM(ext, ext->streams, ext->n), *s;

	if (!streams)
		return NULL;
	ext->streams = streams;
	s = talloc_zero(ext, struct stream);
	if (!s || name_index_add(ext->hosts, hash, (uint32_t)ext->n, NULL))
		return NULL;
	if (rec->host) {
		s->host = alloc_text(s, rec->host, rec->host_len);
		s->host_len = s->host ? rec->host_len : 0;
	}
	s->number = ext->last = ext->n;
	ext->streams[ext->n++] = s;
	return s;
}

static struct stream *stream_of(struct log_ext *ext, const struct log_record *rec)
{
	uint32_t hash, cursor = 0, i;

	if (ext->n && is_of(ext->streams[ext->last], rec))
		return ext->streams[ext->last];
	hash = name_index_hash(name_index_more(
		name_index_start(ext->hosts), rec->host, rec->host ? rec->host_len : 0));
	while (name_index_next(ext->hosts, hash, &cursor, &i))
		if (is_of(ext->streams[i], rec)) {
			ext->last = i;
			return ext->streams[i];
		}
	if (ext->n == CAP_TEXT_HOSTS) {
		ext->mixed = true;
		return ext->streams[ext->n - 1];
	}
	return add_stream(ext, rec, hash);
}

static int push(struct log_ext *ext, struct stream *s, struct record *r)
{
	struct log_wrap w = {.rec = r->rec};
	int rc;

	w.rec.text = r->text ? r->text : "";
	w.rec.len = r->len;
	w.rec.host = s->host;
	w.rec.host_len = s->host_len;
	w.rec.truncated |= r->hole || (r->total && r->got + 1 < r->total);
	log_wrap_unescape(&w, ext->scratch, sizeof(ext->scratch));
	rc = ext->sink(ext->arg, &w.rec);
	talloc_free(r);
	return rc;
}

static void append(struct record *to, const char *text, size_t len)
{
	size_t room = CAP_TEXT_LINE - to->len;
	char *more;

	if (len > room) {
		len = room;
		to->rec.truncated = to->rec.capped = true;
	}
	if (!len)
		return;
	more = talloc_realloc(to, to->text, char, to->len + len + 1);
	if (!more)
		return;
	memcpy(more + to->len, text, len);
	to->text = more;
	to->len += len;
}

static bool same_caller(const struct record *a, const struct record *b)
{
	return !a->rec.has_caller || !b->rec.has_caller || a->rec.caller_id == b->rec.caller_id;
}

/*
 * Decides what a record flagged 'c' was if no '+' followed: a continuation of the line before it.
 */
static int settle_part(struct log_ext *ext, struct stream *s)
{
	struct record *part = s->part, *line = s->line;

	s->part = NULL;
	if (!part)
		return 0;
	if (line && same_caller(line, part)) {
		append(line, part->text, part->len);
		talloc_free(part);
		return 0;
	}
	s->line = part;
	return line ? push(ext, s, line) : 0;
}

static int settle(struct log_ext *ext, struct stream *s)
{
	int rc = settle_part(ext, s);
	struct record *line = s->line;

	s->line = NULL;
	return rc || !line ? rc : push(ext, s, line);
}

/*
 * Before 4.9, 'c' flags the first part of a line and '+' the others. Since then, 'c' flags each
 * part except the first.
 */
static int take_in_order(struct log_ext *ext, struct stream *s, struct record *r)
{
	int rc = 0;

	if (r->cont == '+' && s->part) {
		if (s->line)
			rc = push(ext, s, s->line);
		s->line = s->part;
		s->part = NULL;
	}
	if (!rc && r->cont == 'c') {
		rc = settle_part(ext, s);
		s->part = r;
		return rc;
	}
	if (r->cont == '+' && s->line && same_caller(s->line, r)) {
		append(s->line, r->text, r->len);
		talloc_free(r);
		return rc;
	}
	if (!rc)
		rc = settle(ext, s);
	s->line = r;
	return rc;
}

/* Takes the first held record, and reports if numbers before it are missing. */
static int release(struct log_ext *ext, struct stream *s)
{
	struct record *r = s->held[0];
	uint64_t lost = r->seq - s->next;

	s->n_held--;
	memmove(s->held, s->held + 1, s->n_held * sizeof(*s->held));
	if (lost)
		r->rec.lost = lost;
	r->rec.gap |= lost != 0;
	s->before = lost < 63 ? s->before << (lost + 1) | 1 : 1;
	s->next = r->seq + 1;
	s->last_ns = r->rec.ts_ns;
	if (ext->dict_of == r)
		ext->dict_of = NULL;
	return take_in_order(ext, s, r);
}

static bool is_whole(const struct record *r)
{
	return !r->total || r->got + 1 >= r->total;
}

static int drain(struct log_ext *ext, struct stream *s)
{
	int rc = 0;

	while (!rc && s->n_held &&
		(s->n_held == WINDOW || (s->held[0]->seq == s->next && is_whole(s->held[0]))))
		rc = release(ext, s);
	return rc;
}

static int flush(struct log_ext *ext, struct stream *s)
{
	int rc = 0;

	while (!rc && s->n_held)
		rc = release(ext, s);
	return rc ? rc : settle(ext, s);
}

/* The held record with that number, or where to insert it. */
static struct record *find_held(struct stream *s, uint64_t seq, size_t *at)
{
	size_t i = s->n_held;

	while (i && s->held[i - 1]->seq > seq)
		i--;
	*at = i;
	return i && s->held[i - 1]->seq == seq ? s->held[i - 1] : NULL;
}

static struct record *new_record(struct stream *s, const struct log_wrap *w)
{
	struct record *r = talloc_zero(s, struct record);

	if (!r)
		return NULL;
	r->rec = w->rec;
	r->rec.text = r->rec.host = NULL;
	r->seq = w->ext_seq;
	r->cont = w->cont;
	r->total = w->frag_total;
	if (r->total) {
		r->header = alloc_text(r, w->header, w->header_len);
		r->header_len = r->header ? w->header_len : 0;
	}
	return r;
}

/* Fragments come in any order. Missing bytes in between stay blanks. */
static void add_text(struct record *r, const struct log_wrap *w)
{
	size_t at = r->total ? w->frag_offset : r->len, end;
	char *text;

	r->got += w->rec.len + w->ends_line;
	if (r->text_ended)
		return;
	if (at > CAP_TEXT_LINE || w->rec.len > CAP_TEXT_LINE - at) {
		r->rec.truncated = r->rec.capped = true;
		return;
	}
	end = at + w->rec.len;
	text = talloc_realloc(r, r->text, char, (end > r->len ? end : r->len) + 1);
	if (!text)
		return;
	if (at > r->len)
		memset(text + r->len, ' ', at - r->len);
	memcpy(text + at, w->rec.text, w->rec.len);
	r->text = text;
	if (end > r->len)
		r->len = end;
	r->hole = r->got < r->len;
}

/* A number that was passed already: late, a duplicate, or from another boot. *done: handled. */
static int take_old(struct log_ext *ext, struct stream *s, const struct log_wrap *w, bool *done)
{
	uint64_t back = s->next - 1 - w->ext_seq;
	struct record *r;
	int rc;

	*done = false;
	if (back > MAX_BACK || w->rec.ts_ns + MAX_BACK_NS < s->last_ns) {
		rc = flush(ext, s);
		s->next = w->ext_seq;
		s->before = 0;
		return rc;
	}
	*done = true;
	if (back < 64 && s->before >> back & 1)
		return 0;
	if (back < 64)
		s->before |= 1ull << back;
	r = new_record(s, w);
	if (!r)
		return VMT_ERR_NOMEM;
	add_text(r, w);
	rc = settle(ext, s);
	return rc ? rc : push(ext, s, r);
}

int log_ext_take(struct log_ext *ext, const struct log_wrap *w)
{
	struct stream *s = stream_of(ext, &w->rec);
	bool done = false;
	struct record *r;
	size_t at;
	int rc = 0;

	ext->dict_of = NULL;
	if (!s)
		return VMT_ERR_NOMEM;
	if (!s->started)
		s->next = w->ext_seq;
	s->started = true;
	if (w->ext_seq < s->next)
		rc = take_old(ext, s, w, &done);
	if (rc || done)
		return rc;
	r = find_held(s, w->ext_seq, &at);
	if (r && !r->total)
		return 0;
	if (!r) {
		r = new_record(s, w);
		if (!r)
			return VMT_ERR_NOMEM;
		memmove(s->held + at + 1, s->held + at, (s->n_held - at) * sizeof(*s->held));
		s->held[at] = r;
		s->n_held++;
	}
	add_text(r, w);
	ext->dict_of = r->total ? r : NULL;
	ext->dict_from = s;
	return drain(ext, s);
}

bool log_ext_is_dict(const char *p, size_t len)
{
	size_t i = 1;

	while (i < len && ((p[i] >= 'A' && p[i] <= 'Z') || (p[i] >= 'a' && p[i] <= 'z') ||
				  (p[i] >= '0' && p[i] <= '9') || (p[i] && strchr("_-.", p[i]))))
		i++;
	return len > 2 && p[0] == ' ' && i > 1 && i < len && p[i] == '=';
}

/* "6,1234,5678,-;", and not of a fragment: that record continues none and needs no other. */
static bool eat_header(struct log_eat *s, uint64_t *seq, uint64_t *usec)
{
	static const char caller[] = "caller=";
	uint64_t prio, id;

	if (!log_eat_number(s, &prio) || !log_eat_char(s, ',') || !log_eat_number(s, seq) ||
		!log_eat_char(s, ',') || !log_eat_number(s, usec) || !log_eat_text(s, ",-") ||
		*usec > UINT64_MAX / 2000)
		return false;
	if (log_eat_char(s, ';'))
		return true;
	if (!log_eat_char(s, ',') || !log_eat_text(s, caller) || s->p == s->end)
		return false;
	s->p++;
	return log_eat_number(s, &id) && log_eat_char(s, ';');
}

/* The stream of all records, if nothing of it is waited for; else NULL. */
static struct stream *only_stream(const struct log_ext *ext)
{
	struct stream *s = ext->n == 1 && !ext->n_grown ? ext->streams[0] : NULL;

	return s && !s->host && !s->n_held && !s->part ? s : NULL;
}

/* Whether the line at p is the next record, and that is whole by itself. */
static bool is_next(const struct stream *s, const char *p, const char *nl, uint64_t *usec)
{
	struct log_eat at = {p, nl};
	uint64_t seq;

	return eat_header(&at, &seq, usec) && seq == s->next && *usec * 1000 >= s->last_ns;
}

int log_ext_look(struct log_ext *ext, const char *p, const char *end)
{
	struct stream *s = only_stream(ext);
	const char *nl = memchr(p, '\n', (size_t)(end - p));
	uint64_t usec;

	return s && nl && is_next(s, p, nl, &usec) ? settle(ext, s) : 0;
}

const char *log_ext_skip(struct log_ext *ext, const char *p, const char *end, uint64_t *n)
{
	struct stream *s = only_stream(ext);
	const char *nl;
	uint64_t usec;

	if (!s || s->line)
		return p;
	for (; p < end && (nl = memchr(p, '\n', (size_t)(end - p))); p = nl + 1) {
		if (*p == ' ' && log_ext_is_dict(p, (size_t)(nl - p)))
			continue;
		if (!is_next(s, p, nl, &usec))
			break;
		s->next++;
		s->before = s->before << 1 | 1;
		s->last_ns = usec * 1000;
		++*n;
	}
	return p;
}

/* If memory runs out, the next record tries again. */
static void note_grown(struct log_ext *ext, struct stream *s)
{
	struct stream **grown = s->grown ? NULL : ARRAY_ROOM(ext, ext->grown, ext->n_grown);

	if (!grown)
		return;
	ext->grown = grown;
	grown[ext->n_grown++] = s;
	s->grown = true;
}

void log_ext_add_dict(struct log_ext *ext, size_t len)
{
	if (!ext->dict_of)
		return;
	ext->dict_of->got += len;
	ext->dict_of->text_ended = true;
	note_grown(ext, ext->dict_from);
}

const char *log_ext_find_sibling(const struct log_ext *ext, const char *p, size_t len)
{
	const struct record *r = ext->dict_of;

	return r && r->header ? memmem(p, len, r->header, r->header_len) : NULL;
}

static int by_number(const void *a, const void *b)
{
	const struct stream *x = *(struct stream *const *)a, *y = *(struct stream *const *)b;

	return (x->number > y->number) - (x->number < y->number);
}

int log_ext_settle(struct log_ext *ext)
{
	int rc = 0;

	if (ext->n_grown > 1)
		qsort(ext->grown, ext->n_grown, sizeof(*ext->grown), by_number);
	for (size_t i = 0; i < ext->n_grown; i++) {
		ext->grown[i]->grown = false;
		if (!rc)
			rc = drain(ext, ext->grown[i]);
	}
	ext->n_grown = 0;
	return rc || !ext->n ? rc : settle(ext, ext->streams[ext->last]);
}

bool log_ext_is_mixed(const struct log_ext *ext)
{
	return ext->mixed;
}

int log_ext_finish(struct log_ext *ext)
{
	int rc = 0;

	for (size_t i = 0; i < ext->n && !rc; i++)
		rc = flush(ext, ext->streams[i]);
	return rc;
}
