// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A text with the link of a panic screen (drm_panic, CONFIG_DRM_PANIC_SCREEN_QR_CODE, since 6.12):
 * "BASE?a=ARCH&v=RELEASE&z=DIGITS". The digits are the end of the kernel log, compressed with zlib.
 * People paste the link as is, broken into lines, quoted, or with "&amp;". The log replaces the
 * link in the text. Mirrors drivers/gpu/drm/drm_panic.c and drm_panic_qr.rs.
 */
#include "io/qr_link.h"

#include <string.h>
#include <zlib.h>

#include "base/caps.h"
#include "io/qr_digits.h"

/* No log is shorter. Links of other sites also contain numbers. */
#define MIN_DIGITS 20

/* Where only blanks separate the digits, a shorter piece belongs to the surrounding text. */
#define MIN_PIECE 17

/* A link begins at most this far before its digits. */
#define MAX_LEAD 512

/* A release is a word of at most 64 bytes. */
#define MAX_VALUE 80

struct link {
	const char *start, *end; /* of the complete link */
	const char *query;	 /* after the '?' */
	const char *key;	 /* "z=", "zl=" */
	const char *digits;	 /* the first one */
	enum qr_coding coding;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What a mail program or a terminal puts between the lines of a link. */
static bool is_filler(char c)
{
	return is_blank(c) || c == '>' || c == '|';
}

static const char *skip_digits(const char *p, const char *end)
{
	while (p < end && is_digit(*p))
		p++;
	return p;
}

/* ---- finding ----------------------------------------------------------------------------- */

/* Skips a line break of a broken link, backwards from p. Returns p itself if there is none. */
static const char *skip_break_back(const char *low, const char *p)
{
	const char *q = p;
	bool line = false;

	for (; q > low && is_filler(q[-1]); q--)
		line |= q[-1] == '\n';
	return line ? q : p;
}

/* "z" or "zl" right before the '=', and nothing else in the name. */
static bool find_key(const char *text, const char *equals, struct link *l)
{
	const char *p = equals;

	l->coding = p > text && p[-1] == 'l' ? QR_BITS : QR_BYTES;
	p -= l->coding == QR_BITS;
	if (p == text || p[-1] != 'z')
		return false;
	l->key = p - 1;
	p = skip_break_back(text, l->key);
	return p > text && (p[-1] == '?' || p[-1] == '&' || p[-1] == ';');
}

/* Finds the '?' before the link's parameters, and the start of its address. */
static bool find_start(const char *text, struct link *l)
{
	const char *low = l->key - text > MAX_LEAD ? l->key - MAX_LEAD : text, *p = l->key;

	for (p = skip_break_back(low, p); p > low && p[-1] != '?'; p = skip_break_back(low, p))
		if ((unsigned char)*--p <= ' ')
			return false;
	if (p == low)
		return false;
	l->query = p--;
	while (p > low && (unsigned char)p[-1] > ' ' && !strchr("\"'`<>()[]|", p[-1]))
		p--;
	l->start = p;
	return true;
}

/* Characters of a release or an architecture. */
static bool is_plain(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
	       (c && strchr("+-._~:", c));
}

/* The value of a parameter of the link, without line breaks. False: missing or not valid. */
static bool find_value(const struct link *l, char name, char value[MAX_VALUE])
{
	const char *p = l->query;
	size_t n = 0;

	while (p + 2 < l->key &&
		(*p != name || p[1] != '=' || (p > l->query && !strchr("&;", p[-1]))))
		p++;
	for (p += 2; p < l->key && *p != '&' && n < MAX_VALUE - 1; p++) {
		if (is_plain(*p))
			value[n++] = *p;
		else if (!is_filler(*p))
			return false;
	}
	value[n] = '\0';
	return n && p < l->key && *p == '&';
}

static bool says_kernel(const struct link *l)
{
	char value[MAX_VALUE];

	return find_value(l, 'a', value) || find_value(l, 'v', value);
}

/* The next piece of a link that is broken into lines. NULL: there is none. */
static const char *next_piece(const char *p, const char *end, const char **stop)
{
	bool line = false;
	const char *q;

	/* quoted-printable: a '=' at the end of a line continues it */
	if (end - p > 1 && p[0] == '=' && is_blank(p[1]))
		p++;
	for (; p < end && is_filler(*p); p++)
		line |= *p == '\n';
	q = skip_digits(p, end);
	if (q == p || (q < end && !is_filler(*q) && !strchr("=&\"'`<>()[]#", *q)))
		return NULL;
	if (!line && q - p < MIN_PIECE)
		return NULL;
	*stop = q;
	return p;
}

/* Whether enough digits follow, broken into lines or not. */
static bool has_digits(const struct link *l, const char *end)
{
	const char *p = l->digits, *stop = skip_digits(p, end);
	ptrdiff_t n = 0;

	for (; p && n < MIN_DIGITS && stop > p; p = next_piece(stop, end, &stop))
		n += stop - p;
	return n >= MIN_DIGITS;
}

static bool find_link(const char *text, const char *from, const char *end, struct link *l)
{
	const char *p = from;

	while ((p = memchr(p, '=', (size_t)(end - p)))) {
		if (!find_key(text, p++, l))
			continue;
		for (l->digits = p; l->digits < end && is_filler(*l->digits);)
			l->digits++;
		if (has_digits(l, end) && find_start(text, l) && l->start >= from && says_kernel(l))
			return true;
	}
	return false;
}

/* Collects all digits of the link into one string, and sets the end of the link. */
static char *gather_digits(TALLOC_CTX *ctx, struct link *l, const char *end, size_t *n)
{
	const char *p = l->digits, *stop = skip_digits(p, end);
	char *digits = talloc_array(ctx, char, CAP_LINK_DIGITS);

	*n = 0;
	for (; digits && p && *n < CAP_LINK_DIGITS; p = next_piece(stop, end, &stop)) {
		size_t room = CAP_LINK_DIGITS - *n;
		size_t len = (size_t)(stop - p) < room ? (size_t)(stop - p) : room;

		memcpy(digits + *n, p, len);
		*n += len;
		l->end = stop;
	}
	return digits;
}

/* ---- unpacking --------------------------------------------------------------------------- */

/* Inflates into CAP_LINK_LOG bytes; *status is zlib's. */
static size_t inflate_all(const uint8_t *packed, size_t len, uint8_t *out, int *status)
{
	z_stream z = {.next_in = (Bytef *)(uintptr_t)packed,
		.avail_in = (uInt)len,
		.next_out = out,
		.avail_out = CAP_LINK_LOG};

	*status = inflateInit(&z);
	if (*status != Z_OK)
		return 0;
	*status = inflate(&z, Z_SYNC_FLUSH);
	inflateEnd(&z);
	return CAP_LINK_LOG - z.avail_out;
}

/* The inside: the text, with logs in place of the links. */
struct inside {
	TALLOC_CTX *ctx;
	char *text;
	size_t len;
	const char *missing; /* which part of a log is missing, a sentence */
};

static int append(struct inside *in, const void *p, size_t n, struct vmt_err *err)
{
	char *more = talloc_realloc(in->ctx, in->text, char, in->len + n + 1);

	if (!more)
		return err_nomem(err);
	memcpy(more + in->len, p, n);
	in->len += n;
	in->text = more;
	return 0;
}

static const char *loss_of(size_t len, bool bad, int status)
{
	if (status == Z_STREAM_END)
		return NULL;
	if (!len)
		return "the panic screen's link could not be decoded";
	if (bad || status == Z_DATA_ERROR)
		return "the panic screen's link is damaged: its log is wrong or missing from there "
		       "on";
	return "the panic screen's link is cut off, or damaged at its end: the end of its log is "
	       "missing";
}

/* Adds the log of a link, and sets where the link ends. */
static int unpack(struct inside *in, struct link *l, const char *end, struct vmt_err *err)
{
	uint8_t *log = talloc_size(in->ctx, CAP_LINK_LOG), *packed = NULL;
	size_t n, n_packed, whole, len;
	char *digits = log ? gather_digits(log, l, end, &n) : NULL;
	int status, rc;
	bool bad;

	if (digits)
		packed = talloc_size(log, QR_DIGITS_ROOM(n));
	if (!packed) {
		talloc_free(log);
		return err_nomem(err);
	}
	n_packed = qr_digits_decode(l->coding, digits, n, packed, &whole, &bad);
	len = inflate_all(packed, n_packed, log, &status);
	/* A truncated link may end in half a group, which decodes to noise. */
	if (status != Z_STREAM_END && whole < n_packed)
		len = inflate_all(packed, whole, log, &status);
	if (!in->missing)
		in->missing = loss_of(len, bad, status);
	rc = append(in, log, len, err);
	talloc_free(log);
	return rc;
}

/* ---- the layer --------------------------------------------------------------------------- */

/* Reads all of the text and adds a NUL. *ret NULL: it cannot contain a link. */
static int read_text(TALLOC_CTX *ctx, struct source *src, char **ret, struct vmt_err *err)
{
	char *text;
	int rc;

	*ret = NULL;
	if (!src->size || src->size > CAP_LINK_TEXT)
		return 0;
	text = talloc_size(ctx, src->size + 1);
	if (!text)
		return err_nomem(err);
	text[src->size] = '\0';
	rc = source_read_exact(src, 0, text, src->size, err);
	if (rc)
		talloc_free(text);
	else
		*ret = text;
	return rc;
}

/* A dump has NULs among its first bytes. */
static bool is_text(struct source *src)
{
	char head[512];
	int64_t got = source_read(src, 0, head, sizeof(head), NULL);

	return got > MIN_DIGITS && !memchr(head, '\0', (size_t)got);
}

bool qr_link_probe(struct source *src)
{
	struct link l;
	char *text = NULL;
	bool found = is_text(src) && read_text(NULL, src, &text, NULL) == 0 && text &&
		     find_link(text, text, text + src->size, &l);

	talloc_free(text);
	return found;
}

bool qr_link_is_url(const char *text)
{
	struct link l;

	return (strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0) &&
	       find_link(text, text, text + strlen(text), &l) && l.start == text;
}

char *qr_link_short(TALLOC_CTX *ctx, const char *url)
{
	struct link l;

	if (!find_link(url, url, url + strlen(url), &l))
		return talloc_strdup(ctx, url);
	return talloc_asprintf(ctx, "%.*sz=...", (int)(l.key - url), url);
}

static void note_kernel(TALLOC_CTX *ctx, const struct link *l, struct layers *layers)
{
	char value[MAX_VALUE];

	if (layers && !layers->arch && find_value(l, 'a', value))
		layers->arch = talloc_strdup(ctx, value);
	if (layers && !layers->release && find_value(l, 'v', value))
		layers->release = talloc_strdup(ctx, value);
}

/* Handles one link: adds the text before it, and its log on lines of its own. */
static int take_link(
	struct inside *in, const char *from, struct link *l, const char *end, struct vmt_err *err)
{
	int rc = append(in, from, (size_t)(l->start - from), err);

	if (!rc)
		rc = append(in, "\n", 1, err);
	if (!rc)
		rc = unpack(in, l, end, err);
	return rc ? rc : append(in, "\n", 1, err);
}

int qr_link_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err)
{
	struct inside in = {.ctx = ctx};
	const char *from, *end;
	struct link l;
	char *text;
	int rc = read_text(ctx, job->src, &text, err);

	if (!rc && !text)
		rc = err_set(err, VMT_ERR_FORMAT, "no text with a panic screen's link");
	if (rc)
		return rc;
	end = text + job->src->size;
	for (from = text; !rc && in.len < CAP_LINK_TEXT && find_link(text, from, end, &l);
		from = l.end) {
		rc = take_link(&in, from, &l, end, err);
		note_kernel(ctx, &l, job->layers);
	}
	if (!rc)
		rc = append(&in, from, (size_t)(end - from), err);
	*missing = in.missing;
	talloc_free(text);
	return rc ? rc : source_open_memory(ctx, job->src->name, in.text, in.len, ret, err);
}
