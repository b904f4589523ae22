// SPDX-License-Identifier: GPL-3.0-or-later
/* See hosts.h. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/name_index.h"
#include "oops/header.h"
#include "oops/hosts.h"

struct host {
	struct oops_parser *parser;
	char *name; /* NULL: no line of it named one yet */
	bool busy;  /* its parser expects more of a report */
};

CAP_FITS(CAP_TEXT_HOSTS, sizeof(struct host));
CAP_FITS(2 * CAP_TEXT_HOSTS * CAP_EVENTS, 2 * sizeof(struct oops_event *)); /* struct placed */

struct oops_hosts {
	struct host *hosts;		 /* the first is whoever wrote the first line */
	const struct oops_parser *first; /* its parser: the array moves while threads look ahead */
	size_t n, last;
	size_t n_busy;
	struct name_index
		*names; /* hosts by their names and by what shorter ones of them there are */
	bool more;
};

static int add_host(struct oops_hosts *h, char *name, struct vmt_err *err)
{
	struct host *hosts = ARRAY_ROOM(h, h->hosts, h->n);
	int rc;

	if (!hosts)
		return err_nomem(err);
	h->hosts = hosts;
	rc = h->n ? oops_parser_new_beside(h, hosts[0].parser, &hosts[h->n].parser, err)
		  : oops_parser_new(h, &hosts[0].parser, err);
	if (rc)
		return rc;
	hosts[h->n].name = talloc_steal(h, name);
	hosts[h->n].busy = false;
	h->last = h->n++;
	return 0;
}

int oops_hosts_new(TALLOC_CTX *ctx, struct oops_hosts **ret, struct vmt_err *err)
{
	struct oops_hosts *h = talloc_zero(ctx, struct oops_hosts);
	int rc = h ? add_host(h, NULL, err) : err_nomem(err);

	if (!rc)
		rc = name_index_new(h, 0, &h->names, err);

	if (rc) {
		talloc_free(h);
		return rc;
	}
	h->first = h->hosts[0].parser;
	*ret = h;
	return 0;
}

/* ---- names ------------------------------------------------------------------------------- */

/* "web7" and "web7.example.org" are one; addresses have no short form. */
static bool same_host(const char *name, const char *p, size_t len)
{
	size_t n = strlen(name), shorter = n < len ? n : len;

	if (memcmp(name, p, shorter) != 0)
		return false;
	if (n == len)
		return true;
	return (n < len ? p[n] : name[len]) == '.' && (*p < '0' || *p > '9');
}

/* What a machine calls itself before it is given its name. */
static bool is_nameless(const char *p, size_t len)
{
	static const char *const names[] = {"localhost", "localhost.localdomain", "(none)"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == len && memcmp(names[i], p, len) == 0)
			return true;
	return false;
}

static bool has_name(const struct log_record *rec)
{
	return rec->host && rec->host_len && !is_nameless(rec->host, rec->host_len);
}

bool oops_hosts_is_other(const char *name, const struct log_record *rec)
{
	return has_name(rec) && !same_host(name, rec->host, rec->host_len);
}

/*
 * Each host is found in the index by its whole name, and by the forms that are short for it where
 * no other host had them first: "web7" of "web7.example.org". So a look-up meets one host a form.
 */
static uint32_t whole_hash(uint64_t sum)
{
	return name_index_hash(name_index_more(sum, "", 1));
}

/* Where the form after that of from bytes ends. */
static size_t next_form(const char *p, size_t len, size_t from)
{
	const char *dot = memchr(p + from, '.', len - from);

	return dot && (*p < '0' || *p > '9') ? (size_t)(dot - p) : len;
}

/* The first host under that hash that the name is one of; h->n: none. */
static size_t find_hash(const struct oops_hosts *h, uint32_t hash, const char *p, size_t len)
{
	uint32_t cursor = 0, i;

	while (name_index_next(h->names, hash, &cursor, &i))
		if (same_host(h->hosts[i].name, p, len))
			return i;
	return h->n;
}

/* The first host that the name is one of; h->n: none. */
static size_t find_name(const struct oops_hosts *h, const char *p, size_t len)
{
	uint64_t sum = name_index_start(h->names);
	size_t best = h->n;

	for (size_t from = 0, end; from < len; from = end + 1) {
		size_t i, at = from ? from - 1 : 0; /* its dot */

		end = next_form(p, len, from);
		sum = name_index_more(sum, p + at, end - at);
		i = find_hash(h, end < len ? whole_hash(sum) : name_index_hash(sum), p, end);
		if (i < best)
			best = i;
	}
	return best;
}

/* Host i has got its name. */
static int index_name(struct oops_hosts *h, uint32_t i)
{
	const char *p = h->hosts[i].name;
	uint64_t sum = name_index_start(h->names);
	size_t len = strlen(p);
	int rc = 0;

	for (size_t from = 0, end; from < len && !rc; from = end + 1) {
		size_t at = from ? from - 1 : 0;

		end = next_form(p, len, from);
		sum = name_index_more(sum, p + at, end - at);
		if (find_hash(h, name_index_hash(sum), p, end) == h->n)
			rc = name_index_add(h->names, name_index_hash(sum), i, NULL);
	}
	return rc ? rc : name_index_add(h->names, whole_hash(sum), i, NULL);
}

/* ---- records ----------------------------------------------------------------------------- */

/* Makes the host of a record the last one. */
static int find_host(struct oops_hosts *h, const struct log_record *rec)
{
	struct host *last = &h->hosts[h->last];
	char *name;
	size_t i;
	int rc;

	/* A line without a name that is whole by itself is the first one's; else it goes on. */
	if (!has_name(rec)) {
		if (rec->has_ts || rec->has_unix || rec->wall[0])
			h->last = 0;
		return 0;
	}
	if (last->name && same_host(last->name, rec->host, rec->host_len))
		return 0;
	i = find_name(h, rec->host, rec->host_len);
	if (i < h->n) {
		h->last = i;
		return 0;
	}
	name = talloc_strndup(h, rec->host, rec->host_len);
	if (!name)
		return VMT_ERR_NOMEM;
	if (!h->hosts[0].name) {
		h->hosts[0].name = name;
		return index_name(h, 0);
	}
	if (h->n >= CAP_TEXT_HOSTS) {
		h->more = true;
		talloc_free(name);
		return 0;
	}
	rc = add_host(h, name, NULL);
	if (rc)
		talloc_free(name);
	return rc ? rc : index_name(h, (uint32_t)h->last);
}

int oops_hosts_feed(void *hosts, const struct log_record *rec)
{
	struct oops_hosts *h = hosts;
	int rc = find_host(h, rec);
	struct host *host = &h->hosts[h->last];

	if (!rc)
		rc = oops_parser_feed(host->parser, rec);
	h->n_busy -= host->busy;
	host->busy = !oops_parser_idle(host->parser);
	h->n_busy += host->busy;
	return rc;
}

void oops_hosts_program(void *hosts, const struct log_record *rec)
{
	struct oops_hosts *h = hosts;

	/* It makes no host by itself: most of a server's never crash. */
	for (size_t i = 0; i < h->n; i++)
		if (!rec->host || !h->hosts[i].name ||
			same_host(h->hosts[i].name, rec->host, rec->host_len)) {
			oops_parser_program(h->hosts[i].parser, rec);
			return;
		}
}

bool oops_hosts_idle(const void *hosts)
{
	const struct oops_hosts *h = hosts;

	return !h->n_busy;
}

size_t oops_hosts_ahead(const void *hosts, const char *text, size_t len)
{
	const struct oops_hosts *h = hosts;

	return oops_parser_ahead(h->first, text, len);
}

bool oops_hosts_is_header(const struct oops_hosts *h, const char *p, size_t len, size_t *at)
{
	return oops_parser_is_header(h->hosts[0].parser, p, len, at);
}

struct oops_claim oops_hosts_claim(const struct oops_hosts *h, const char *p, size_t len)
{
	return oops_parser_claim(h->hosts[0].parser, p, len);
}

struct place {
	struct oops_event *ev;
	size_t i; /* in the list that is sorted */
};

static int by_first_line(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->ev->first_line != y->ev->first_line)
		return x->ev->first_line < y->ev->first_line ? -1 : 1;
	return (x->i > y->i) - (x->i < y->i);
}

/* Events of the same line keep their order. */
static int sort_events(struct oops_log *log, struct vmt_err *err)
{
	struct place *places = talloc_array(log, struct place, log->n_events + 1);

	if (!places)
		return err_nomem(err);
	for (size_t i = 0; i < log->n_events; i++)
		places[i] = (struct place){log->events[i], i};
	qsort(places, log->n_events, sizeof(*places), by_first_line);
	for (size_t i = 0; i < log->n_events; i++)
		log->events[i] = places[i].ev;
	talloc_free(places);
	return 0;
}

static void name_boots(struct oops_log *log, const char *name)
{
	if (name)
		log->hostname = talloc_strdup(log, name);
	for (size_t i = 0; i < log->n_events; i++) {
		log->events[i]->boot->hostname = log->hostname;
		log->events[i]->boot->arch = log->arch;
	}
	log->boot->hostname = log->hostname;
	log->boot->arch = log->arch;
}

/* Adds what log tells to the log of all. It stays, since events refer to what it owns. */
static int join_log(struct oops_log *all, struct oops_log *log, struct vmt_err *err)
{
	for (size_t i = 0; i < log->n_events; i++) {
		struct oops_event **events = ARRAY_ROOM(all, all->events, all->n_events);

		if (!events)
			return err_nomem(err);
		all->events = events;
		events[all->n_events++] = log->events[i];
	}
	all->n_dropped += log->n_dropped;
	all->n_crowded += log->n_crowded;
	all->n_long += log->n_long;
	all->n_boots += log->n_boots;
	if (!all->other_system)
		all->other_system = log->other_system;
	if (!all->bare)
		all->bare = log->bare;
	all->n_records += log->n_records;
	talloc_steal(all, log);
	return 0;
}

int oops_hosts_finish(struct oops_hosts *h, TALLOC_CTX *ctx, struct oops_log **ret, bool *more,
	struct vmt_err *err)
{
	struct oops_log *all = NULL, *log;
	int rc = 0;

	for (size_t i = 0; i < h->n && !rc; i++) {
		rc = oops_parser_finish(h->hosts[i].parser, i ? h : ctx, &log, err);
		if (rc)
			break;
		name_boots(log, h->hosts[i].name);
		if (i)
			rc = join_log(all, log, err);
		else
			all = log;
	}
	if (!rc && h->n > 1)
		rc = sort_events(all, err);
	if (rc)
		return rc;
	*more = h->more;
	*ret = all;
	return 0;
}
