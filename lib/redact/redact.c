// SPDX-License-Identifier: GPL-3.0-or-later
#include "redact/redact.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "redact/personal.h"
#include "redact/redact_bytes.h"

#define BUCKETS 1024
#define LONGEST 256 /* of a name, before and after that other rows may find something */

struct name {
	struct name *next;
	char *text;
	size_t len;
	enum redact_kind kind;
	uint64_t number; /* from 1 on, of its kind */
};

struct host {
	char *name;
	size_t len;
};

struct vmt_redaction {
	struct name *names[BUCKETS];
	uint64_t n_names[REDACT_KINDS], replaced[REDACT_KINDS];
	struct host *hosts;
	size_t n_hosts;
	struct address_set *addresses; /* that a memory may have in binary form */
	uint32_t at[256]; /* the patterns to ask at a character, a bit each; the last: hosts */
};

struct spans {
	struct span *items;
	size_t n;
};

static const struct {
	const char *name, *word; /* word: of pseudonyms */
} kinds[REDACT_KINDS] = {
	[REDACT_HOST] = {"host", "host-"},
	[REDACT_USER] = {"user", "user-"},
	[REDACT_EMAIL] = {"e-mail", "mail-"},
	[REDACT_IPV4] = {"ipv4", NULL},
	[REDACT_IPV6] = {"ipv6", NULL},
	[REDACT_MAC] = {"mac", NULL},
	[REDACT_UUID] = {"uuid", NULL},
	[REDACT_SERIAL] = {"serial", "serial-"},
	[REDACT_SECRET] = {"secret", "secret-"},
	[REDACT_ARGUMENTS] = {"arguments", "arguments-"},
};

#define HOSTS_BIT 0x80000000u

/* See struct pattern. */
static bool is_class(const char *at, char c)
{
	if ((*at == '0' && ascii_is_digit(c)) || (*at == '#' && ascii_hex(c) >= 0) ||
		(*at == '*' && ascii_is_alnum(c)))
		return true;
	return c && strchr(at, c);
}

int vmt_redaction_new(struct vmt_redaction **ret, struct vmt_err *err)
{
	struct vmt_redaction *r = talloc_zero(NULL, struct vmt_redaction);

	if (!r || address_set_new(r, &r->addresses, err)) {
		talloc_free(r);
		return err_nomem(err);
	}
	for (unsigned c = 0; c < 256; c++)
		for (size_t i = 0; i < n_patterns; i++)
			if (is_class(patterns[i].at, (char)c))
				r->at[c] |= 1u << i;
	*ret = r;
	return 0;
}

void vmt_redaction_free(struct vmt_redaction *r)
{
	talloc_free(r);
}

const char *vmt_redaction_count(const struct vmt_redaction *r, size_t i, uint64_t *count)
{
	if (i >= REDACT_KINDS)
		return NULL;
	*count = r->replaced[i];
	return kinds[i].name;
}

/* ---- hosts ------------------------------------------------------------------------------- */

/* Names that say nothing, and that also stand for something else. */
static bool is_common_host(const char *name, size_t len)
{
	static const char *const common[] = {"localhost", "(none)", "none", "linux", "debian",
		"ubuntu", "fedora", "kernel", "vmlinux", "localhost.localdomain", "unknown"};

	for (size_t i = 0; i < ARRAY_SIZE(common); i++)
		if (strlen(common[i]) == len && memcmp(common[i], name, len) == 0)
			return true;
	return len < 2;
}

static int add_host(struct vmt_redaction *r, const char *name, size_t len, struct vmt_err *err)
{
	struct host *hosts;

	if (is_common_host(name, len) || len > LONGEST)
		return 0;
	for (size_t i = 0; i < r->n_hosts; i++)
		if (r->hosts[i].len == len && memcmp(r->hosts[i].name, name, len) == 0)
			return 0;
	hosts = ARRAY_ROOM(r, r->hosts, r->n_hosts);
	if (!hosts)
		return err_nomem(err);
	r->hosts = hosts;
	hosts[r->n_hosts] = (struct host){alloc_text(r, name, len), len};
	if (!hosts[r->n_hosts].name)
		return err_nomem(err);
	r->n_hosts++;
	r->at[(unsigned char)name[0]] |= HOSTS_BIT;
	return 0;
}

/* With its domain and without. */
int redact_know_host(struct vmt_redaction *r, const char *name, size_t len, struct vmt_err *err)
{
	const char *dot = memchr(name, '.', len);
	int rc = add_host(r, name, len, err);

	return rc || !dot ? rc : add_host(r, name, (size_t)(dot - name), err);
}

/* The longest known host that begins there, as a word; 0: none. */
static size_t host_at(const struct vmt_redaction *r, const struct text *t, size_t at)
{
	size_t best = 0;

	if (text_is_word(t, at - 1))
		return 0;
	for (size_t i = 0; i < r->n_hosts; i++) {
		const struct host *h = &r->hosts[i];

		if (h->len > best && h->len <= t->len - at &&
			memcmp(t->p + at, h->name, h->len) == 0 && !text_is_word(t, at + h->len))
			best = h->len;
	}
	return best;
}

/*
 * A string in a table of strings, one after another without gaps, is an identifier of the kernel's:
 * a host may have the same name.
 */
static bool is_identifier(const struct text *t, const struct span *s)
{
	return s->from >= 2 && !t->p[s->from - 1] && text_is_word(t, s->from - 2) &&
	       s->to + 1 < t->len && !t->p[s->to] && text_is_word(t, s->to + 1);
}

/* ---- what is in a text ------------------------------------------------------------------- */

static int add_span(TALLOC_CTX *ctx, struct spans *spans, const struct span *s, struct vmt_err *err)
{
	struct span *last = spans->n ? &spans->items[spans->n - 1] : NULL, *more;

	/* What begins inside of another, or before it, is a part of it. */
	while (last && s->from < last->from && spans->n > 1 && s->from < last[-1].to) {
		last[-1].to = last->to;
		spans->n--;
		last--;
	}
	if (last && s->from < last->to) {
		last->from = s->from < last->from ? s->from : last->from;
		last->to = s->to > last->to ? s->to : last->to;
		return 0;
	}
	more = ARRAY_ROOM(ctx, spans->items, spans->n);
	if (!more)
		return err_nomem(err);
	spans->items = more;
	more[spans->n++] = *s;
	return 0;
}

static int ask(const struct text *t, size_t at, uint32_t which, TALLOC_CTX *ctx,
	struct spans *spans, struct vmt_err *err)
{
	for (size_t i = 0; which && i < n_patterns; i++) {
		struct span s = {.kind = patterns[i].kind};
		int rc = 0;

		if (which & 1u << i && patterns[i].find(t, at, &s))
			rc = add_span(ctx, spans, &s, err);
		which &= ~(1u << i);
		if (rc)
			return rc;
	}
	return 0;
}

static int find(struct vmt_redaction *r, const struct text *t, bool memory, TALLOC_CTX *ctx,
	struct spans *spans, struct vmt_err *err)
{
	int rc = 0;

	for (size_t at = 0; !rc && at < t->len; at++) {
		uint32_t which = r->at[(unsigned char)t->p[at]];
		size_t host = which & HOSTS_BIT ? host_at(r, t, at) : 0;
		struct span s = {at, at + host, REDACT_HOST, false};

		if (host && !(memory && is_identifier(t, &s)))
			rc = add_span(ctx, spans, &s, err);
		if (!rc)
			rc = ask(t, at, which & ~HOSTS_BIT, ctx, spans, err);
	}
	return rc;
}

static int learn_span(struct vmt_redaction *r, const struct span *s, const char *text, bool memory,
	struct vmt_err *err)
{
	if (s->host)
		return redact_know_host(r, text + s->from, s->to - s->from, err);
	if (memory)
		return address_set_add_text(
			r->addresses, s->kind, text + s->from, s->to - s->from, err);
	return 0;
}

static int learn(
	struct vmt_redaction *r, const char *text, size_t len, bool memory, struct vmt_err *err)
{
	struct text t = {text, len};
	struct spans spans = {0};
	TALLOC_CTX *tmp = talloc_new(r);
	int rc = tmp ? find(r, &t, false, tmp, &spans, err) : err_nomem(err);

	for (size_t i = 0; !rc && i < spans.n; i++)
		rc = learn_span(r, &spans.items[i], text, memory, err);
	talloc_free(tmp);
	return rc;
}

int redact_learn(struct vmt_redaction *r, const char *text, size_t len, struct vmt_err *err)
{
	return learn(r, text, len, false, err);
}

int redact_learn_memory(
	struct vmt_redaction *r, const char *memory, size_t len, struct vmt_err *err)
{
	return learn(r, memory, len, true, err);
}

int redact_know_address(struct vmt_redaction *r, enum redact_kind kind, const uint8_t *bytes,
	size_t len, struct vmt_err *err)
{
	return address_set_add(r->addresses, kind, bytes, len, err);
}

/* ---- pseudonyms -------------------------------------------------------------------------- */

static struct name **bucket_of(struct vmt_redaction *r, const char *text, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	return &r->names[hash % BUCKETS];
}

/* The number of a name; 0: no memory. */
static uint64_t number_of(
	struct vmt_redaction *r, enum redact_kind kind, const char *text, size_t len)
{
	struct name **bucket = bucket_of(r, text, len), *n;

	for (n = *bucket; n; n = n->next)
		if (n->kind == kind && n->len == len && memcmp(n->text, text, len) == 0)
			return n->number;
	n = talloc(r, struct name);
	if (!n)
		return 0;
	*n = (struct name){*bucket, talloc_memdup(n, text, len), len, kind, r->n_names[kind] + 1};
	if (!n->text) {
		talloc_free(n);
		return 0;
	}
	*bucket = n;
	return ++r->n_names[kind];
}

/* Networks for documentation and benchmarks, which are nobody's. */
static char *ipv4_of(TALLOC_CTX *ctx, uint64_t n)
{
	static const char *const nets[] = {"192.0.2", "198.51.100", "203.0.113"};

	n--;
	if (n < 3 * 254)
		return talloc_asprintf(ctx, "%s.%u", nets[n / 254], (unsigned)(n % 254) + 1);
	n -= 3 * 254;
	return talloc_asprintf(ctx, "198.%u.%u.%u", 18 + (unsigned)(n >> 16 & 1),
		(unsigned)(n >> 8 & 255), (unsigned)(n & 255));
}

static bool is_number(char c, bool hex)
{
	return hex ? ascii_hex(c) >= 0 : ascii_is_digit(c);
}

/* Keeps the shape of an address: only its digits become 0, and the last ones the number. */
static void number_in_place(char *p, size_t len, uint64_t number, bool hex)
{
	static const char digits[] = "0123456789abcdef";
	unsigned base = hex ? 16 : 10;

	for (size_t i = len; i-- > 0;) {
		if (!is_number(p[i], hex))
			continue;
		p[i] = digits[number % base];
		number /= base;
	}
}

static void word_in_place(char *p, size_t len, uint64_t number, const char *word)
{
	size_t n = strlen(word);

	if (n + 3 > len)
		n = len > 1;
	memset(p, '0', len);
	number_in_place(p + n, len - n, number, false);
	for (size_t i = 0; i < n; i++)
		p[i] = word[i];
}

static void pseudonym_in_place(char *p, size_t len, enum redact_kind kind, uint64_t number)
{
	if (kinds[kind].word)
		word_in_place(p, len, number, kinds[kind].word);
	else
		number_in_place(p, len, number, kind != REDACT_IPV4);
	if (kind == REDACT_MAC)
		p[1] = '2'; /* an address that its owner has chosen */
}

static char *pseudonym(
	TALLOC_CTX *ctx, enum redact_kind kind, const char *text, size_t len, uint64_t number)
{
	unsigned long long n = number;
	char *copy;

	if (kind == REDACT_EMAIL)
		return talloc_asprintf(ctx, "mail-%llu@example.com", n);
	if (kinds[kind].word)
		return talloc_asprintf(ctx, "%s%llu", kinds[kind].word, n);
	if (kind == REDACT_IPV4)
		return ipv4_of(ctx, number);
	if (kind == REDACT_IPV6)
		return talloc_asprintf(ctx, "2001:db8::%llx", n);
	copy = talloc_strndup(ctx, text, len);
	if (copy)
		pseudonym_in_place(copy, len, kind, number);
	return copy;
}

/* ---- replacing --------------------------------------------------------------------------- */

struct result {
	TALLOC_CTX *ctx; /* owns the text */
	char *text;
	size_t len, room;
};

static int put(struct result *out, const char *text, size_t len, struct vmt_err *err)
{
	if (len >= out->room - out->len) {
		size_t room = (out->len + len + 1) * 2;
		char *more = talloc_realloc(out->ctx, out->text, char, room);

		if (!more)
			return err_nomem(err);
		out->text = more;
		out->room = room;
	}
	for (size_t i = 0; i < len; i++)
		out->text[out->len++] = text[i];
	out->text[out->len] = '\0';
	return 0;
}

static int put_pseudonym(struct vmt_redaction *r, enum redact_kind kind, const struct text *t,
	struct result *out, struct vmt_err *err)
{
	uint64_t number = number_of(r, kind, t->p, t->len);
	char *name = number ? pseudonym(NULL, kind, t->p, t->len, number) : NULL;
	int rc = name ? put(out, name, strlen(name), err) : err_nomem(err);

	talloc_free(name);
	r->replaced[kind]++;
	return rc;
}

static int put_all(struct vmt_redaction *r, const struct text *t, const struct spans *spans,
	struct result *out, struct vmt_err *err)
{
	size_t at = 0;
	int rc = 0;

	for (size_t i = 0; !rc && i < spans->n; i++) {
		const struct span *s = &spans->items[i];
		struct text original = {t->p + s->from, s->to - s->from};

		rc = put(out, t->p + at, s->from - at, err);
		if (!rc)
			rc = put_pseudonym(r, s->kind, &original, out, err);
		at = s->to;
	}
	return rc ? rc : put(out, t->p + at, t->len - at, err);
}

int redact_text(struct vmt_redaction *r, TALLOC_CTX *ctx, const char *text, size_t len,
	struct redacted *ret, struct vmt_err *err)
{
	struct text t = {text, len};
	struct spans spans = {0};
	struct result out = {.ctx = ctx};
	TALLOC_CTX *tmp = talloc_new(r);
	int rc = tmp ? find(r, &t, false, tmp, &spans, err) : err_nomem(err);

	if (!rc)
		rc = put_all(r, &t, &spans, &out, err);
	talloc_free(tmp);
	*ret = (struct redacted){out.text, out.len};
	return rc;
}

int redact_in_place(
	struct vmt_redaction *r, enum redact_kind kind, char *text, size_t len, struct vmt_err *err)
{
	uint64_t number = number_of(r, kind, text, len);

	if (!number)
		return err_nomem(err);
	pseudonym_in_place(text, len, kind, number);
	r->replaced[kind]++;
	return 0;
}

int redact_memory(struct vmt_redaction *r, char *memory, size_t len, struct vmt_err *err)
{
	struct text t = {memory, len};
	struct spans spans = {0};
	TALLOC_CTX *tmp = talloc_new(r);
	int rc = tmp ? find(r, &t, true, tmp, &spans, err) : err_nomem(err);

	for (size_t i = 0; !rc && i < spans.n; i++) {
		const struct span *s = &spans.items[i];

		rc = redact_in_place(r, s->kind, memory + s->from, s->to - s->from, err);
	}
	talloc_free(tmp);
	return rc;
}

int redact_binary(struct vmt_redaction *r, const struct redact_words *words, char *memory,
	size_t len, struct vmt_err *err)
{
	return address_set_replace(r->addresses, r, words, memory, len, err);
}

int redact_whole(struct vmt_redaction *r, TALLOC_CTX *ctx, enum redact_kind kind, const char *text,
	char **ret, struct vmt_err *err)
{
	struct result out = {.ctx = ctx};
	struct text t = {text, strlen(text)};
	int rc;

	if (kind == REDACT_HOST && is_common_host(text, t.len))
		rc = put(&out, text, t.len, err);
	else
		rc = put_pseudonym(r, kind, &t, &out, err);
	*ret = out.text;
	return rc;
}
