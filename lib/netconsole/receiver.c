// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The hosts that send, least recently heard last, and what is done with each record: it becomes
 * lines with the time at which it was received and the address, as log_wrap_host.c reads them.
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/caps.h"
#include "base/err.h"
#include "base/name_index.h"
#include "base/sized.h"
#include "netconsole/recent.h"
#include "netconsole/stream.h"
#include "netconsole/watch.h"

#define DEFAULT_HOSTS 4096
#define DEFAULT_MEMORY (128u << 20)
#define DEFAULT_SILENCE 10
#define SECOND 1000000000

/* No machine starts faster than this again and again. */
#define RESTART (10 * (int64_t)SECOND)

/* Hosts at the end of the list that are looked at for one without an open report. */
#define LOOK_BACK 16

/* The lines of one record: each byte may become \xNN, and lines of keys get a prefix. */
#define MOST_PREFIX 96
#define MOST_KEYS 512
#define MOST_LINES (4 * CAP_NETCONSOLE_RECORD + (MOST_KEYS + 2) * MOST_PREFIX + 1024)

struct host {
	struct vmt_netconsole_host seen;
	uint8_t key[16];
	uint32_t scope;
	char address[INET6_ADDRSTRLEN + 12];
	size_t shown; /* bytes of address without the interface */
	char release[72];
	struct host *next;	    /* of the same bucket */
	struct host *newer, *older; /* by the time of the latest datagram */
	struct netconsole_stream stream;
	struct netconsole_watch watch;
	struct netconsole_recent recent;
	int64_t restarted; /* when that was told */
};

struct vmt_netconsole {
	struct vmt_netconsole_options opts;
	int64_t silence;
	struct oops_headers *headers;
	struct host **buckets;
	size_t n_buckets; /* a power of two */
	uint64_t seed;
	struct host *newest, *oldest;
	size_t n;
	size_t held, recent; /* bytes of all hosts */
	bool waits;
	int64_t now;
	/* The second that is written out below. */
	int64_t second;
	char date[24];
	char line[CAP_TEXT_LINE]; /* decoded */
	char out[MOST_LINES];
};

/* A record is being taken. */
struct taking {
	struct vmt_netconsole *nc;
	struct host *host;
};

/* ---- the table of hosts ------------------------------------------------------------------- */

static size_t bucket_of(const struct vmt_netconsole *nc, const uint8_t key[16], uint32_t scope)
{
	uint64_t sum = name_index_more(nc->seed, key, 16);

	return name_index_hash(name_index_more(sum, &scope, sizeof(scope))) & (nc->n_buckets - 1);
}

static void unlink_age(struct vmt_netconsole *nc, struct host *h)
{
	*(h->newer ? &h->newer->older : &nc->newest) = h->older;
	*(h->older ? &h->older->newer : &nc->oldest) = h->newer;
	h->newer = h->older = NULL;
}

static void link_newest(struct vmt_netconsole *nc, struct host *h)
{
	h->older = nc->newest;
	*(nc->newest ? &nc->newest->newer : &nc->oldest) = h;
	nc->newest = h;
}

static void update(struct host *h)
{
	const struct netconsole_counts *c = &h->stream.counts;

	h->seen.datagrams = c->datagrams;
	h->seen.records = c->records;
	h->seen.duplicates = c->duplicates;
	h->seen.missing = c->missing;
	h->seen.incomplete = c->incomplete;
}

static void tell(struct vmt_netconsole *nc, struct host *h, enum vmt_heard what)
{
	update(h);
	nc->opts.heard(nc->opts.arg, &h->seen, what, NULL, 0, nc->now);
}

static void tell_with_log(struct vmt_netconsole *nc, struct host *h, enum vmt_heard what)
{
	const struct netconsole_recent *log = &h->recent;

	update(h);
	nc->opts.heard(nc->opts.arg, &h->seen, what, log->text ? log->text : "", log->len, nc->now);
}

static void forget(struct vmt_netconsole *nc, struct host *h)
{
	struct host **at = &nc->buckets[bucket_of(nc, h->key, h->scope)];

	while (*at != h)
		at = &(*at)->next;
	*at = h->next;
	unlink_age(nc, h);
	nc->n--;
	netconsole_stream_done(&h->stream);
	tell(nc, h, VMT_HEARD_FORGOTTEN);
	netconsole_recent_clear(&h->recent, &nc->recent);
	talloc_free(h);
}

static void name_host(struct host *h)
{
	static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	bool ipv4 = !memcmp(h->key, mapped, sizeof(mapped));

	inet_ntop(ipv4 ? AF_INET : AF_INET6, h->key + (ipv4 ? 12 : 0), h->address,
		sizeof(h->address));
	h->shown = strlen(h->address);
	if (h->scope)
		snprintf(h->address + h->shown, sizeof(h->address) - h->shown, "%%%u", h->scope);
	h->seen.address = h->address;
}

static void settle(struct vmt_netconsole *nc, struct host *h);

/* The host to forget: the oldest, but better one without an open report. */
static void make_room(struct vmt_netconsole *nc)
{
	struct host *h = nc->oldest;

	for (unsigned i = 0; h && h->watch.open && i < LOOK_BACK; i++)
		h = h->newer;
	h = h && !h->watch.open ? h : nc->oldest;
	if (!h)
		return;
	settle(nc, h);
	forget(nc, h);
}

static struct host *add_host(struct vmt_netconsole *nc, const uint8_t key[16], uint32_t scope)
{
	struct host *h;
	size_t at = bucket_of(nc, key, scope);

	if (nc->n >= nc->opts.hosts)
		make_room(nc);
	h = talloc_zero(nc, struct host);
	if (!h)
		return NULL;
	memcpy(h->key, key, 16);
	h->scope = scope;
	name_host(h);
	h->stream.ctx = h;
	h->stream.held_bytes = &nc->held;
	h->next = nc->buckets[at];
	nc->buckets[at] = h;
	link_newest(nc, h);
	nc->n++;
	return h;
}

static struct host *find_host(struct vmt_netconsole *nc, const uint8_t key[16], uint32_t scope)
{
	struct host *h = nc->newest;

	if (h && h->scope == scope && !memcmp(h->key, key, 16))
		return h;
	for (h = nc->buckets[bucket_of(nc, key, scope)]; h; h = h->next)
		if (h->scope == scope && !memcmp(h->key, key, 16))
			break;
	if (h) {
		unlink_age(nc, h);
		link_newest(nc, h);
		return h;
	}
	return add_host(nc, key, scope);
}

/* Forgets lines of hosts that were not heard for long; those of open reports last. */
static void bound_recent(struct vmt_netconsole *nc, const struct host *except)
{
	for (int open = 0; open < 2 && nc->recent > nc->opts.memory; open++)
		for (struct host *h = nc->oldest; h && nc->recent > nc->opts.memory / 4 * 3;
			h = h->newer)
			if (h != except && (open || !h->watch.open))
				netconsole_recent_clear(&h->recent, &nc->recent);
}

/* ---- lines -------------------------------------------------------------------------------- */

static char *put(char *to, const char *text, size_t len)
{
	memcpy(to, text, len);
	return to + len;
}

static bool is_plain(char c)
{
	return ((unsigned char)c >= ' ' && (unsigned char)c < 0x7f) || c == '\t';
}

static char *put_escaped(char *to, const char *text, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (is_plain(text[i])) {
			*to++ = text[i];
			continue;
		}
		*to++ = '\\';
		*to++ = 'x';
		*to++ = digits[c >> 4];
		*to++ = digits[c & 15];
	}
	return to;
}

/* "2026-11-29T01:23:45.678901Z 192.0.2.7 " */
static size_t make_prefix(
	struct vmt_netconsole *nc, const struct host *h, int64_t arrived, char prefix[MOST_PREFIX])
{
	int64_t second = arrived / SECOND, frac = arrived % SECOND;
	time_t t;
	struct tm tm;
	int n;

	if (frac < 0) {
		frac += SECOND;
		second--;
	}
	t = (time_t)second;
	if ((second != nc->second || !nc->date[0]) && gmtime_r(&t, &tm)) {
		nc->second = second;
		strftime(nc->date, sizeof(nc->date), "%Y-%m-%dT%H:%M:%S", &tm);
	}
	n = snprintf(prefix, MOST_PREFIX, "%s.%06uZ %.*s ", nc->date, (unsigned)(frac / 1000),
		(int)h->shown, h->address);
	return n < MOST_PREFIX ? (size_t)n : MOST_PREFIX - 1;
}

static char *put_head(char *to, const struct netconsole_record *rec)
{
	if (rec->release) {
		to = put_escaped(to, rec->release, rec->release_len);
		*to++ = ',';
	}
	to = put_escaped(to, rec->head, rec->head_len);
	if (rec->total)
		to += sprintf(to, ",ncfrag=%zu/%zu", rec->offset, rec->total);
	*to++ = ';';
	return to;
}

static char *put_keys(char *to, const struct netconsole_record *rec, const char *prefix, size_t n)
{
	const char *p = rec->keys, *end = p ? p + rec->keys_len : NULL;

	for (unsigned i = 0; p != end && i < MOST_KEYS; i++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;

		if (*p == ' ') {
			to = put(to, prefix, n);
			to = put_escaped(to, p, (size_t)(stop - p));
			*to++ = '\n';
		}
		p = nl ? nl + 1 : end;
	}
	return to;
}

static size_t make_lines(
	struct vmt_netconsole *nc, const struct host *h, const struct netconsole_record *rec)
{
	char prefix[MOST_PREFIX], *to = nc->out;
	size_t n = make_prefix(nc, h, rec->arrived, prefix);

	to = put(to, prefix, n);
	if (rec->head)
		to = put_head(to, rec);
	to = put_escaped(to, rec->text, rec->len);
	*to++ = '\n';
	to = put_keys(to, rec, prefix, n);
	return (size_t)(to - nc->out);
}

/* ---- what they say ------------------------------------------------------------------------ */

/* Whether nothing says why the host started anew. One that does so all the time is forged. */
static bool is_unexplained(struct host *h, int64_t now)
{
	if (h->watch.explained || h->watch.shut_down)
		return false;
	if (h->restarted && now >= h->restarted && now - h->restarted < RESTART)
		return false;
	h->restarted = now;
	return true;
}

static void take_boot(struct vmt_netconsole *nc, struct host *h)
{
	if (h->watch.open)
		tell_with_log(nc, h, VMT_HEARD_RESTART);
	else
		tell(nc, h, is_unexplained(h, nc->now) ? VMT_HEARD_RESTART : VMT_HEARD_BOOT);
	netconsole_watch_boot(&h->watch);
	netconsole_recent_clear(&h->recent, &nc->recent);
}

/* The words of the record, without what surrounds them. */
static void watch_text(struct vmt_netconsole *nc, struct host *h, const struct netconsole_record *r)
{
	const char *p = r->text, *end = p + r->len;
	uint64_t usec;
	bool found;

	if (!r->head) {
		p += netconsole_packet_stamp(p, r->len, &usec, &found);
	} else if (r->len && memchr(p, '\\', r->len)) {
		end = nc->line + netconsole_packet_unescape(p, r->len, nc->line, sizeof(nc->line));
		p = nc->line;
	}
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;

		netconsole_watch_line(&h->watch, nc->headers, p, (size_t)(stop - p), r->arrived);
		p = nl ? nl + 1 : end;
	}
}

static void take_release(struct host *h, const struct netconsole_record *rec)
{
	size_t len =
		rec->release_len < sizeof(h->release) ? rec->release_len : sizeof(h->release) - 1;

	if (!rec->release ||
		(h->seen.release && !memcmp(h->release, rec->release, len) && !h->release[len]))
		return;
	memcpy(h->release, rec->release, len);
	h->release[len] = '\0';
	h->seen.release = h->release;
}

static void take_record(void *arg, const struct netconsole_record *rec)
{
	struct taking *t = arg;
	struct vmt_netconsole *nc = t->nc;
	struct host *h = t->host;
	size_t len;

	if (rec->boot)
		take_boot(nc, h);
	take_release(h, rec);
	watch_text(nc, h, rec);
	len = make_lines(nc, h, rec);
	netconsole_recent_add(&h->recent, h, nc->out, len, h->watch.open, &nc->recent);
	nc->opts.lines(nc->opts.arg, &h->seen, nc->out, len);
}

/* Hands out the open report. */
static void hand_out(struct vmt_netconsole *nc, struct host *h)
{
	bool complete = h->watch.ended || h->watch.final || !h->watch.ends;

	h->watch.open = false;
	tell_with_log(nc, h, complete ? VMT_HEARD_REPORT : VMT_HEARD_SILENCE);
	h->recent.cut = false;
}

/* The end of a host, as far as we are concerned. */
static void settle(struct vmt_netconsole *nc, struct host *h)
{
	struct taking t = {nc, h};

	netconsole_stream_tick(&h->stream, nc->now, true, take_record, &t);
	if (h->watch.open)
		hand_out(nc, h);
}

/* ---- the interface ------------------------------------------------------------------------ */

static int make_table(struct vmt_netconsole *nc, struct vmt_err *err)
{
	nc->n_buckets = 16;
	while (nc->n_buckets < nc->opts.hosts)
		nc->n_buckets *= 2;
	nc->buckets = talloc_zero_array(nc, struct host *, nc->n_buckets);
	return nc->buckets ? 0 : err_nomem(err);
}

int vmt_netconsole_new(
	const struct vmt_netconsole_options *opts, struct vmt_netconsole **ret, struct vmt_err *err)
{
	struct vmt_netconsole *nc = talloc(NULL, struct vmt_netconsole);
	int rc;

	if (!nc)
		return err_nomem(err);
	memset(nc, 0, offsetof(struct vmt_netconsole, line));
	rc = sized_read(&nc->opts, sizeof(nc->opts), opts, err);
	if (!rc && (!nc->opts.lines || !nc->opts.heard))
		rc = err_set(
			err, VMT_ERR_USAGE, "the functions that take lines and events are not set");
	nc->opts.hosts = nc->opts.hosts ? nc->opts.hosts : DEFAULT_HOSTS;
	if (nc->opts.hosts > CAP_NETCONSOLE_HOSTS)
		nc->opts.hosts = CAP_NETCONSOLE_HOSTS;
	nc->opts.memory = nc->opts.memory ? nc->opts.memory : DEFAULT_MEMORY;
	nc->silence = (nc->opts.silence ? nc->opts.silence : DEFAULT_SILENCE) * (int64_t)SECOND;
	if (!rc)
		rc = oops_headers_new(nc, &nc->headers, err);
	if (!rc)
		rc = make_table(nc, err);
	/* Without a seed, hosts that collide could be prepared: no more than slow. */
	if (getrandom(&nc->seed, sizeof(nc->seed), GRND_NONBLOCK) < 0)
		nc->seed = (uint64_t)(uintptr_t)nc;
	if (rc)
		talloc_free(nc);
	else
		*ret = nc;
	return rc;
}

void vmt_netconsole_free(struct vmt_netconsole *nc)
{
	if (!nc)
		return;
	while (nc->oldest)
		forget(nc, nc->oldest);
	talloc_free(nc);
}

bool vmt_netconsole_take(struct vmt_netconsole *nc, const uint8_t address[16], uint32_t scope,
	const void *data, size_t len, int64_t now)
{
	struct netconsole_packet p;
	struct taking t = {.nc = nc};

	nc->now = now;
	if (!netconsole_packet_parse(&p, data, len))
		return false;
	t.host = find_host(nc, address, scope);
	if (!t.host)
		return true;
	t.host->seen.heard = (struct vmt_time){true, now};
	netconsole_stream_take(&t.host->stream, &p, now, take_record, &t);
	update(t.host);
	nc->waits |= t.host->watch.open || netconsole_stream_waits(&t.host->stream);
	if (nc->recent > nc->opts.memory)
		bound_recent(nc, t.host);
	return true;
}

void vmt_netconsole_tick(struct vmt_netconsole *nc, int64_t now, bool end)
{
	nc->now = now;
	if (!nc->waits && !end)
		return;
	nc->waits = false;
	for (struct host *h = nc->newest; h; h = h->older) {
		struct taking t = {nc, h};

		if (end) {
			settle(nc, h);
			continue;
		}
		if (netconsole_stream_waits(&h->stream))
			netconsole_stream_tick(&h->stream, now, false, take_record, &t);
		if (netconsole_watch_is_due(&h->watch, nc->silence, now))
			hand_out(nc, h);
		nc->waits |= h->watch.open || netconsole_stream_waits(&h->stream);
	}
}

bool vmt_netconsole_waits(const struct vmt_netconsole *nc)
{
	return nc->waits;
}

size_t vmt_netconsole_hosts(const struct vmt_netconsole *nc)
{
	return nc->n;
}
