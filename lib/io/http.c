// SPDX-License-Identifier: GPL-3.0-or-later
/* Through libcurl, one request after the other on one connection. */
#include "io/http.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/clock.h"
#include "io/curl_api.h"
#include "io/http_answer.h"
#include "io/spool.h"
#include "io/url.h"

#define MOST_REDIRECTS 3
#define MOST_HEADERS (128u << 10) /* bytes of one answer's headers */
#define MOST_EXCUSES (64u << 10)  /* bytes of the text that explains an error, which is not read */
#define MOST_TRIES 5		  /* of one request */
#define MOST_REPEATS 50		  /* of all requests */
#define FIRST_PAUSE_MS 200	  /* doubled with each try */
#define LONGEST_PAUSE_MS 30000	  /* that a server may ask for */
#define CONNECT_MS 20000
#define SLOW_BYTES 1024 /* a second; less than that for SLOW_SECONDS is no answer */
#define SLOW_SECONDS 20

struct http {
	struct curl_api api;
	CURL *curl;
	const char *url, *name;
	struct http_options opts;
	int64_t spent_ms;
	unsigned repeats;
	struct http_cost cost;
	struct http_answer is; /* the first answer that was good: which file it is */
	uint64_t size;
	bool begun;
	struct vmt_err failure; /* code 0: none */
};

/* A request, and what became of it. */
struct transfer {
	struct http *http;
	uint64_t off, want; /* the part that is asked for */
	uint64_t kept;	    /* bytes of it that tries before brought */
	uint8_t *buf;	    /* of want bytes; NULL: into the spool */
	struct source *spool;
	bool whole; /* no part is asked for */
	struct http_answer answer;
	size_t headers;
	uint64_t expected, got, excuses;
	bool judged, passing; /* passing: what failed may work in a moment */
	int rc;
	struct vmt_err err;
};

/* ---- the answer -------------------------------------------------------------------------- */

/* As of a bucket in another region. */
#define NOWHERE "the server redirects, but does not say where to"

/* By the status of the answer. */
static const struct {
	unsigned status;
	int code;
	bool passing;
	const char *what;
} refusals[] = {
	{301, VMT_ERR_IO, false, NOWHERE},
	{302, VMT_ERR_IO, false, NOWHERE},
	{307, VMT_ERR_IO, false, NOWHERE},
	{308, VMT_ERR_IO, false, NOWHERE},
	{400, VMT_ERR_IO, false,
		"the server does not understand the URL, or does not know who signed it"},
	{401, VMT_ERR_IO, false, "the server wants a user and a password, or others"},
	{403, VMT_ERR_IO, false,
		"the server allows no access: is the URL signed, and for a time that is not over?"},
	{404, VMT_ERR_NOTFOUND, false, "the server has no such file"},
	{408, VMT_ERR_IO, true, "the server waited too long"},
	{410, VMT_ERR_NOTFOUND, false, "the server no longer has this file"},
	{412, VMT_ERR_IO, false, "the file changed on the server while it was read"},
	{416, VMT_ERR_IO, false, "the file changed on the server while it was read"},
	{429, VMT_ERR_IO, true, "the server has too many requests"},
	{500, VMT_ERR_IO, true, "the server failed"},
	{502, VMT_ERR_IO, true, "the server failed"},
	{503, VMT_ERR_IO, true, "the server is not available"},
	{504, VMT_ERR_IO, true, "the server failed"},
};

/* What the URL itself says about a refusal is more exact than the status. */
static const char *url_words(const struct transfer *t)
{
	if (t->answer.status != 400 && t->answer.status != 401 && t->answer.status != 403)
		return NULL;
	switch (url_signature(t->http->url, (int64_t)time(NULL))) {
	case URL_CUT:
		return "the signature of the URL is cut off: put the URL in quotes, because of its "
		       "'&'";
	case URL_EXPIRED:
		return "the time for which the URL was signed is over: sign it anew";
	default:
		return NULL;
	}
}

static int refuse(struct transfer *t, int code, const char *what)
{
	t->rc = err_set(&t->err, code, "%s: %s", t->http->name, what);
	return t->rc;
}

static int refuse_status(struct transfer *t)
{
	unsigned status = t->answer.status;
	const char *why = url_words(t);

	if (why) {
		t->rc = err_set(
			&t->err, VMT_ERR_IO, "%s: %s (status %u)", t->http->name, why, status);
		return t->rc;
	}
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
		if (refusals[i].status == status) {
			t->passing = refusals[i].passing;
			t->rc = err_set(&t->err, refusals[i].code, "%s: %s (status %u)",
				t->http->name, refusals[i].what, status);
			return t->rc;
		}
	t->rc = err_set(&t->err, VMT_ERR_IO, "%s: the server answers with status %u", t->http->name,
		status);
	return t->rc;
}

static int refuse_change(struct transfer *t)
{
	return refuse(t, VMT_ERR_IO, "the file changed on the server while it was read");
}

/* Status 200: all of the file. */
static int judge_whole(struct transfer *t)
{
	const struct http_answer *a = &t->answer;
	int rc;

	if (!t->spool && t->http->begun)
		return refuse(t, VMT_ERR_IO, "the server no longer sends parts of the file");
	if (!t->spool)
		return refuse(t, VMT_ERR_UNSUPPORTED,
			"the server sends no parts of a file, only all of it (--download does)");
	if (a->has_length && a->length > t->http->opts.most)
		return refuse(t, VMT_ERR_LIMIT, "the file is larger than was allowed");
	/* Not the rest of what a try before brought, but all of it again. */
	rc = t->spool->size ? spool_resize(t->spool, 0, &t->err) : 0;
	t->off = 0;
	t->expected = a->has_length ? a->length : UINT64_MAX;
	t->rc = rc;
	return rc;
}

/* Status 206: a part. */
static int judge_part(struct transfer *t)
{
	const struct http_answer *a = &t->answer;
	uint64_t end = t->off + t->want;

	if (a->multipart)
		return refuse(
			t, VMT_ERR_IO, "the server sends several parts, not the one asked for");
	if (!a->has_range)
		return refuse(
			t, VMT_ERR_IO, "the server does not say which part of how much it sends");
	if (t->http->begun && a->total != t->http->size)
		return refuse_change(t);
	end = end < a->total ? end : a->total;
	if (a->first != t->off || a->last + 1 != end)
		return refuse(t, VMT_ERR_IO, "the server sends another part than was asked for");
	t->expected = end - t->off;
	if (a->has_length && a->length != t->expected)
		return refuse(t, VMT_ERR_IO, "the server sends another part than was asked for");
	return 0;
}

/* The first good answer: which file it is. */
static void know(struct http *h, const struct http_answer *a)
{
	if (h->begun)
		return;
	h->is = *a;
	h->size = a->status == 206 ? a->total : a->has_length ? a->length : 0;
	h->begun = true;
}

/* What servers answer if there is nothing of which a part could be sent. */
static bool is_empty(const struct http_answer *a)
{
	return (a->status == 416 && a->empty) ||
	       (a->status == 200 && a->has_length && !a->length && !a->encoded);
}

static int judge(struct transfer *t)
{
	const struct http_answer *a = &t->answer;
	int rc;

	t->judged = true;
	if (!t->http->begun && is_empty(a))
		return 0;
	if (a->status != 200 && a->status != 206)
		return refuse_status(t);
	if (a->encoded)
		return refuse(t, VMT_ERR_UNSUPPORTED,
			"the server compresses what it sends (Content-Encoding): no part can be "
			"read");
	if (t->http->begun && http_answer_differs(&t->http->is, a))
		return refuse_change(t);
	rc = a->status == 200 ? judge_whole(t) : judge_part(t);
	if (!rc)
		know(t->http, a);
	return rc;
}

static size_t take_header(char *line, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	t->headers += size * n;
	if (t->headers > MOST_HEADERS) {
		refuse(t, VMT_ERR_IO, "the server sends too many headers");
		return 0;
	}
	http_answer_line(&t->answer, line, size * n);
	return size * n;
}

static int put(struct transfer *t, const char *data, size_t n)
{
	if (t->buf) {
		memcpy(t->buf + t->got, data, n);
		return 0;
	}
	t->rc = spool_write(t->spool, t->off + t->got, data, n, &t->err);
	return t->rc;
}

/* Returning less than was passed ends the transfer. */
static size_t take_body(char *data, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	struct http *h = t->http;

	n *= size;
	h->cost.bytes += n;
	if (!t->judged)
		judge(t);
	if (t->answer.status != 200 && t->answer.status != 206) {
		t->excuses += n;
		return t->excuses > MOST_EXCUSES ? 0 : n;
	}
	if (t->rc)
		return 0;
	if (h->cost.bytes > h->opts.most) {
		t->rc = err_set(&t->err, VMT_ERR_LIMIT,
			"%s: more than %llu bytes would have to be fetched%s", h->name,
			(unsigned long long)h->opts.most,
			t->spool ? "" : " (--download fetches all of it)");
		return 0;
	}
	if (n > t->expected - t->got) {
		refuse(t, VMT_ERR_IO, "the server sends more than was asked for");
		return 0;
	}
	if (put(t, data, n))
		return 0;
	t->got += n;
	return n;
}

/* ---- one request ------------------------------------------------------------------------- */

/* What fails for a moment on any network. */
static bool is_passing(CURLcode code)
{
	static const CURLcode codes[] = {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
		CURLE_OPERATION_TIMEDOUT, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING,
		CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_SSL_CONNECT_ERROR};

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i] == code)
			return true;
	return false;
}

static int64_t left_ms(const struct http *h)
{
	return (int64_t)h->opts.seconds * 1000 - h->spent_ms;
}

static int refuse_time(struct transfer *t)
{
	t->passing = false;
	t->rc = err_set(&t->err, VMT_ERR_LIMIT, "%s: the server took more than %u s", t->http->name,
		t->http->opts.seconds);
	return t->rc;
}

/* Also curl's reason to refuse an answer without a status line, as of HTTP/0.9. */
static const char *unsupported_words(const struct http *h)
{
	const char *last = NULL;

	h->api.curl_easy_getinfo(h->curl, CURLINFO_EFFECTIVE_URL, &last);
	return last && url_scheme_of(last) == url_scheme_of(h->url)
		       ? "what the server sends is not HTTP"
		       : "the server redirects to another scheme: that is not followed";
}

/* curl's own words for the failures that a user can do something about would be too general. */
static const char *words(const struct http *h, CURLcode code)
{
	switch (code) {
	case CURLE_UNSUPPORTED_PROTOCOL:
		return unsupported_words(h);
	case CURLE_TOO_MANY_REDIRECTS:
		return "the server redirects again and again";
	case CURLE_PARTIAL_FILE:
		return "the server closes the connection in the middle of its answer";
	case CURLE_PEER_FAILED_VERIFICATION:
		return "the server's certificate is not trusted";
	case CURLE_SSL_CACERT_BADFILE:
		return "the certificates to trust cannot be read";
	case CURLE_OPERATION_TIMEDOUT:
		return "the server sends too little for too long";
	default:
		return h->api.curl_easy_strerror(code);
	}
}

/* Judges what the callbacks did not: an answer without a body, and the end of one. */
static int conclude(struct transfer *t, CURLcode code)
{
	struct http *h = t->http;

	if (!t->rc && !code && !t->judged)
		judge(t);
	if (t->rc)
		return t->rc;
	if (code == CURLE_OPERATION_TIMEDOUT && left_ms(h) <= 0)
		return refuse_time(t);
	if (code) {
		t->passing = is_passing(code);
		return refuse(t, VMT_ERR_IO, words(h, code));
	}
	if (t->expected != UINT64_MAX && t->got < t->expected) {
		t->passing = true;
		return refuse(t, VMT_ERR_IO, "the server sends less than it announced");
	}
	return 0;
}

/*
 * Libraries for TLS write to a socket that the server may have closed, and no signal of the program
 * may be touched.
 */
struct quiet {
	sigset_t pipe, before;
	bool pending;
};

static struct quiet quiet_begin(void)
{
	struct quiet q;
	sigset_t pending;

	sigemptyset(&q.pipe);
	sigaddset(&q.pipe, SIGPIPE);
	sigemptyset(&pending);
	sigpending(&pending);
	q.pending = sigismember(&pending, SIGPIPE) == 1;
	pthread_sigmask(SIG_BLOCK, &q.pipe, &q.before);
	return q;
}

static void quiet_end(const struct quiet *q)
{
	const struct timespec now = {0};

	if (!q->pending)
		sigtimedwait(&q->pipe, NULL, &now);
	pthread_sigmask(SIG_SETMASK, &q->before, NULL);
}

/* The headers of the request; NULL: out of memory. */
static struct curl_slist *make_headers(const struct transfer *t)
{
	const struct http *h = t->http;
	struct curl_slist *list = h->api.curl_slist_append(NULL, "Accept-Encoding: identity"),
			  *more;
	char line[HTTP_TAG + 32];

	if (!list || !h->begun || t->whole)
		return list;
	if (http_answer_is_strong(&h->is))
		snprintf(line, sizeof(line), "If-Match: %s", h->is.etag);
	else if (h->is.modified[0])
		snprintf(line, sizeof(line), "If-Unmodified-Since: %s", h->is.modified);
	else
		return list;
	more = h->api.curl_slist_append(list, line);
	if (!more)
		h->api.curl_slist_free_all(list);
	return more;
}

static bool set_request(struct transfer *t, struct curl_slist *headers)
{
	struct http *h = t->http;
	CURL *c = h->curl;
	char range[64];

	snprintf(range, sizeof(range), "%llu-%llu", (unsigned long long)t->off,
		(unsigned long long)(t->off + t->want - 1));
	return !h->api.curl_easy_setopt(c, CURLOPT_RANGE, t->whole ? NULL : range) &&
	       !h->api.curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers) &&
	       !h->api.curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)left_ms(h)) &&
	       !h->api.curl_easy_setopt(c, CURLOPT_HEADERDATA, t) &&
	       !h->api.curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
}

static int try_once(struct transfer *t)
{
	struct http *h = t->http;
	struct curl_slist *headers = make_headers(t);
	int64_t begun = clock_ms();
	long redirects = 0;
	struct quiet quiet;
	CURLcode code;

	if (!headers || left_ms(h) <= 0 || !set_request(t, headers)) {
		h->api.curl_slist_free_all(headers);
		t->rc = headers && left_ms(h) <= 0 ? refuse_time(t) : err_nomem(&t->err);
		return t->rc;
	}
	quiet = quiet_begin();
	code = h->api.curl_easy_perform(h->curl);
	quiet_end(&quiet);
	h->api.curl_easy_getinfo(h->curl, CURLINFO_REDIRECT_COUNT, &redirects);
	h->api.curl_slist_free_all(headers);
	h->cost.requests += 1 + (redirects > 0 ? (uint64_t)redirects : 0);
	h->spent_ms += clock_ms() - begun;
	return conclude(t, code);
}

/* ---- repeated ---------------------------------------------------------------------------- */

/* How long to wait before the next try; as the server says, if it does. */
static int64_t pause_ms(const struct http *h, unsigned tries)
{
	int64_t own = (int64_t)FIRST_PAUSE_MS << tries;
	curl_off_t after = 0;

	if (h->api.curl_easy_getinfo(h->curl, CURLINFO_RETRY_AFTER, &after) || after <= 0)
		return own;
	after = after < LONGEST_PAUSE_MS / 1000 ? after * 1000 : LONGEST_PAUSE_MS;
	return after > own ? after : own;
}

static void pause_for(struct http *h, int64_t ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	while (nanosleep(&t, &t))
		;
	h->spent_ms += ms;
}

static int keep_failure(struct http *h, const struct transfer *t, struct vmt_err *err)
{
	h->failure = t->err;
	if (err)
		*err = t->err;
	return t->rc;
}

/* Whether an answer would tell that it is of another file. */
static bool knows_change(const struct http *h)
{
	return http_answer_is_strong(&h->is) || h->is.modified[0];
}

/* What a try before has brought of a part: the rest is another part. true: it was all. */
static bool keep(struct transfer *t)
{
	if (t->spool || !t->got)
		return false;
	t->kept += t->got;
	t->buf += t->got;
	t->off += t->got;
	t->want = t->expected - t->got;
	return !t->want;
}

/* What a try before has brought to the spool is not fetched again, if it is of the same file. */
static void renew(struct transfer *t)
{
	uint64_t have = t->spool ? t->spool->size : 0;

	t->answer = (struct http_answer){0};
	t->headers = 0;
	t->got = t->expected = t->excuses = 0;
	t->judged = t->passing = false;
	t->rc = 0;
	t->whole = t->spool && (!have || have >= t->http->size || !knows_change(t->http));
	if (t->spool && !t->whole) {
		t->off = have;
		t->want = t->http->size - have;
	}
}

static int request(struct transfer *t, struct vmt_err *err)
{
	struct http *h = t->http;

	if (h->failure.code) {
		if (err)
			*err = h->failure;
		return h->failure.code;
	}
	for (unsigned tries = 0;; tries++) {
		int64_t ms;

		renew(t);
		if (!try_once(t))
			break;
		if (t->passing && t->got)
			tries = 0; /* a server that cuts each answer comes to its end, too */
		ms = pause_ms(h, tries);
		if (!t->passing || tries + 1 == MOST_TRIES || h->repeats == MOST_REPEATS ||
			ms >= left_ms(h))
			return keep_failure(h, t, err);
		if (keep(t)) {
			t->got = 0;
			break;
		}
		h->repeats++;
		pause_for(h, ms);
	}
	return 0;
}

int64_t http_begin(struct http *http, void *buf, size_t len, struct vmt_err *err)
{
	struct transfer t = {.http = http, .want = len, .buf = buf};
	int rc = request(&t, err);

	return rc ? rc : (int64_t)(t.kept + t.got);
}

int http_read(struct http *http, uint64_t off, void *buf, size_t len, struct vmt_err *err)
{
	struct transfer t = {.http = http, .off = off, .want = len, .buf = buf};

	return request(&t, err);
}

int http_fetch(struct http *http, struct source *spool, struct vmt_err *err)
{
	struct transfer t = {.http = http, .spool = spool};
	int rc = request(&t, err);

	if (!rc)
		http->size = spool->size;
	return rc;
}

uint64_t http_size(const struct http *http)
{
	return http->size;
}

struct http_cost http_cost(const struct http *http)
{
	return http->cost;
}

int http_failed(const struct http *http, struct vmt_err *err)
{
	if (http->failure.code && err)
		*err = http->failure;
	return http->failure.code;
}

/* ---- opening ----------------------------------------------------------------------------- */

static int http_close(struct http *h)
{
	struct quiet quiet = quiet_begin();

	if (h->curl)
		h->api.curl_easy_cleanup(h->curl);
	quiet_end(&quiet);
	return 0;
}

/* Only the scheme of the URL, also after a redirect. */
static bool set_scheme(struct http *h)
{
	bool tls = url_scheme_of(h->url) == URL_HTTPS;
#if LIBCURL_VERSION_NUM >= 0x075500
	const char *only = tls ? "https" : "http";

	if (!h->api.curl_easy_setopt(h->curl, CURLOPT_PROTOCOLS_STR, only) &&
		!h->api.curl_easy_setopt(h->curl, CURLOPT_REDIR_PROTOCOLS_STR, only))
		return true;
#endif
	/* An older library than the header: 181 and 182 are CURLOPT_PROTOCOLS and its twin. */
	return !h->api.curl_easy_setopt(h->curl, (CURLoption)(CURLOPTTYPE_LONG + 181),
		       (long)(tls ? CURLPROTO_HTTPS : CURLPROTO_HTTP)) &&
	       !h->api.curl_easy_setopt(h->curl, (CURLoption)(CURLOPTTYPE_LONG + 182),
		       (long)(tls ? CURLPROTO_HTTPS : CURLPROTO_HTTP));
}

static bool set_numbers(struct http *h)
{
	static const struct {
		CURLoption option;
		long value;
	} rows[] = {
		{CURLOPT_NOSIGNAL, 1},
		{CURLOPT_FOLLOWLOCATION, 1},
		{CURLOPT_MAXREDIRS, MOST_REDIRECTS},
		{CURLOPT_PATH_AS_IS, 1},
		{CURLOPT_NETRC, CURL_NETRC_IGNORED},
		{CURLOPT_HTTP_CONTENT_DECODING, 0},
		{CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
		{CURLOPT_HTTP09_ALLOWED, 0},
		{CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
		{CURLOPT_SSL_VERIFYPEER, 1},
		{CURLOPT_SSL_VERIFYHOST, 2},
		{CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS},
		{CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES},
		{CURLOPT_LOW_SPEED_TIME, SLOW_SECONDS},
		{CURLOPT_BUFFERSIZE, 256l << 10},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (h->api.curl_easy_setopt(h->curl, rows[i].option, rows[i].value))
			return false;
	return true;
}

/* An option that the installed libcurl does not know would leave a door open. */
static bool set_all(struct http *h)
{
	CURL *c = h->curl;

	return set_scheme(h) && set_numbers(h) &&
	       !h->api.curl_easy_setopt(c, CURLOPT_URL, h->url) &&
	       !h->api.curl_easy_setopt(c, CURLOPT_USERAGENT, "vmtriage/" VMT_VERSION) &&
	       !h->api.curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header) &&
	       !h->api.curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body) &&
	       (!h->opts.ca || !h->api.curl_easy_setopt(c, CURLOPT_CAINFO, h->opts.ca));
}

static int start(struct http *h, struct vmt_err *err)
{
	int rc = curl_api_load(&h->api, err);

	if (rc)
		return err_prepend(err, rc, "%s", h->name);
	if (h->api.curl_global_init(CURL_GLOBAL_DEFAULT) || !(h->curl = h->api.curl_easy_init()))
		return err_nomem(err);
	if (!set_all(h))
		return err_set(err, VMT_ERR_UNSUPPORTED,
			"%s: the installed libcurl is too old, or cannot read such URLs", h->name);
	return 0;
}

int http_open(TALLOC_CTX *ctx, const char *url, const char *name, const struct http_options *opts,
	struct http **ret, struct vmt_err *err)
{
	int rc = url_check(url, err);
	struct http *h = rc ? NULL : talloc_zero(ctx, struct http);

	if (rc)
		return rc;
	if (!h)
		return err_nomem(err);
	h->opts = *opts;
	h->url = talloc_strdup(h, url);
	h->name = talloc_strdup(h, name);
	h->opts.ca = opts->ca ? talloc_strdup(h, opts->ca) : NULL;
	talloc_set_destructor(h, http_close);
	rc = h->url && h->name && (h->opts.ca || !opts->ca) ? start(h, err) : err_nomem(err);
	if (rc)
		talloc_free(h);
	else
		*ret = h;
	return rc;
}
