// SPDX-License-Identifier: GPL-3.0-or-later
/* See hosts.h. */
#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "oops/hosts.h"

struct host {
	struct oops_parser *parser;
	char *name; /* NULL: no line of it named one yet */
};

struct oops_hosts {
	struct host *hosts; /* the first is whoever wrote the first line */
	size_t n, last;
	bool more;
};

static int add_host(struct oops_hosts *h, char *name, struct vmt_err *err)
{
	struct host *hosts = talloc_realloc(h, h->hosts, struct host, h->n + 1);
	int r;

	if (!hosts)
		return err_nomem(err);
	h->hosts = hosts;
	r = h->n ? oops_parser_new_beside(h, hosts[0].parser, &hosts[h->n].parser, err)
		 : oops_parser_new(h, &hosts[0].parser, err);
	if (r)
		return r;
	hosts[h->n].name = talloc_steal(h, name);
	h->last = h->n++;
	return 0;
}

int oops_hosts_new(TALLOC_CTX *ctx, struct oops_hosts **ret, struct vmt_err *err)
{
	struct oops_hosts *h = talloc_zero(ctx, struct oops_hosts);
	int r = h ? add_host(h, NULL, err) : err_nomem(err);

	if (r) {
		talloc_free(h);
		return r;
	}
	*ret = h;
	return 0;
}

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

/* What a machine calls itself before it is told its name. */
static bool is_nameless(const char *p, size_t len)
{
	static const char *const names[] = {"localhost", "localhost.localdomain", "(none)"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == len && memcmp(names[i], p, len) == 0)
			return true;
	return false;
}

/* Makes the host of a record the last one. */
static int find_host(struct oops_hosts *h, const struct log_record *rec)
{
	struct host *last = &h->hosts[h->last];
	char *name;
	int r;

	/* A line without a name that is whole by itself is the first one's; else it goes on. */
	if (!rec->host || is_nameless(rec->host, rec->host_len)) {
		if (rec->has_ts || rec->has_unix)
			h->last = 0;
		return 0;
	}
	if (last->name && same_host(last->name, rec->host, rec->host_len))
		return 0;
	for (size_t i = 0; i < h->n; i++)
		if (h->hosts[i].name && same_host(h->hosts[i].name, rec->host, rec->host_len)) {
			h->last = i;
			return 0;
		}
	name = talloc_strndup(h, rec->host, rec->host_len);
	if (!name)
		return VMT_ERR_NOMEM;
	if (!h->hosts[0].name) {
		h->hosts[0].name = name;
		return 0;
	}
	if (h->n >= CAP_TEXT_HOSTS) {
		h->more = true;
		talloc_free(name);
		return 0;
	}
	r = add_host(h, name, NULL);
	if (r)
		talloc_free(name);
	return r;
}

int oops_hosts_feed(void *hosts, const struct log_record *rec)
{
	struct oops_hosts *h = hosts;
	int r = find_host(h, rec);

	return r ? r : oops_parser_feed(h->hosts[h->last].parser, rec);
}

bool oops_hosts_idle(const void *hosts)
{
	const struct oops_hosts *h = hosts;

	for (size_t i = h->n; i--;)
		if (!oops_parser_idle(h->hosts[i].parser))
			return false;
	return true;
}

size_t oops_hosts_ahead(const void *hosts, const char *text, size_t len)
{
	const struct oops_hosts *h = hosts;

	return oops_parser_ahead(h->hosts[0].parser, text, len);
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

/* Events of one line keep their order. */
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
	struct oops_event **events = talloc_realloc(
		all, all->events, struct oops_event *, all->n_events + log->n_events + 1);

	if (!events)
		return err_nomem(err);
	for (size_t i = 0; i < log->n_events; i++)
		events[all->n_events++] = log->events[i];
	all->events = events;
	all->n_dropped += log->n_dropped;
	all->n_crowded += log->n_crowded;
	all->n_long += log->n_long;
	all->n_boots += log->n_boots;
	all->n_records += log->n_records;
	talloc_steal(all, log);
	return 0;
}

int oops_hosts_finish(struct oops_hosts *h, TALLOC_CTX *ctx, struct oops_log **ret, bool *more,
	struct vmt_err *err)
{
	struct oops_log *all = NULL, *log;
	int r = 0;

	for (size_t i = 0; i < h->n && !r; i++) {
		r = oops_parser_finish(h->hosts[i].parser, i ? h : ctx, &log, err);
		if (r)
			break;
		name_boots(log, h->hosts[i].name);
		if (i)
			r = join_log(all, log, err);
		else
			all = log;
	}
	if (!r && h->n > 1)
		r = sort_events(all, err);
	if (r)
		return r;
	*more = h->more;
	*ret = all;
	return 0;
}
