// SPDX-License-Identifier: GPL-3.0-or-later
/* See packet.h. */
#include "netconsole/packet.h"

#include <string.h>

#include "base/ascii.h"
#include "base/caps.h"

/* Kernels send 1000 bytes (MAX_PRINT_CHUNK); no frame of an Ethernet has more than this. */
#define MOST 1500

/* The longest header: a release of 64 bytes, three numbers, the fields. */
#define MOST_HEADER 256

struct text {
	const char *p, *end;
};

static bool eat_number(struct text *t, uint64_t *ret)
{
	const char *start = t->p;
	uint64_t n = 0;

	while (t->p < t->end && ascii_is_digit(*t->p)) {
		if (__builtin_mul_overflow(n, 10u, &n) ||
			__builtin_add_overflow(n, (uint64_t)(*t->p - '0'), &n))
			return false;
		t->p++;
	}
	*ret = n;
	return t->p > start;
}

static bool eat_char(struct text *t, char c)
{
	if (t->p == t->end || *t->p != c)
		return false;
	t->p++;
	return true;
}

/* "6.1.0-56-amd64,": the first field of a record without it is digits alone. */
static void eat_release(struct text *t, struct netconsole_packet *p)
{
	const char *comma = memchr(t->p, ',', (size_t)(t->end - t->p));
	size_t len = comma ? (size_t)(comma - t->p) : 0;

	if (!len || !memchr(t->p, '.', len) || !ascii_is_digit(*t->p))
		return;
	p->release = t->p;
	p->release_len = len;
	t->p = comma + 1;
}

/* ",ncfrag=960/1200". False: it is wrong. Sets where the other fields end. */
static bool eat_fragment(struct netconsole_packet *p, const char *fields, const char *semicolon)
{
	static const char key[] = ",ncfrag=";
	const char *at = memmem(fields, (size_t)(semicolon - fields), key, sizeof(key) - 1);
	struct text t = {NULL, semicolon};
	uint64_t offset, total;

	p->head_len = (size_t)((at ? at : semicolon) - p->head);
	if (!at)
		return true;
	t.p = at + sizeof(key) - 1;
	if (!eat_number(&t, &offset) || !eat_char(&t, '/') || !eat_number(&t, &total) ||
		total > CAP_NETCONSOLE_RECORD || !p->len || p->len > total ||
		offset > total - p->len)
		return false;
	p->offset = (size_t)offset;
	p->total = (size_t)total;
	return true;
}

/* Whether a header begins here; *good: and the record is one that a kernel can send. */
static bool is_extended(struct netconsole_packet *p, const char *data, size_t len, bool *good)
{
	size_t most = len < MOST_HEADER ? len : MOST_HEADER;
	const char *semicolon = memchr(data, ';', most);
	struct text t = {data, semicolon};
	uint64_t priority;

	if (!semicolon)
		return false;
	eat_release(&t, p);
	p->head = t.p;
	if (!eat_number(&t, &priority) || !eat_char(&t, ',') || !eat_number(&t, &p->number) ||
		!eat_char(&t, ',') || !eat_number(&t, &p->usec) || !eat_char(&t, ',') ||
		t.p == t.end || (*t.p != '-' && *t.p != 'c' && *t.p != '+'))
		return false;
	t.p++;
	if (t.p < t.end && *t.p != ',')
		return false;
	p->body = semicolon + 1;
	p->len = len - (size_t)(p->body - data);
	*good = eat_fragment(p, t.p, semicolon);
	return true;
}

/* Text: hardly any control characters, and no NULs. */
static bool is_text(const char *data, size_t len)
{
	size_t odd = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)data[i];

		if (!c)
			return false;
		odd += (c < ' ' && c != '\n' && c != '\t' && c != '\r') || c >= 0x7f;
	}
	return odd <= len / 2;
}

bool netconsole_packet_parse(struct netconsole_packet *p, const void *data, size_t len)
{
	static const char replay[] = "** replaying previous printk message **\n";
	const char *text = data;
	bool good = true;

	*p = (struct netconsole_packet){0};
	if (!len || len > MOST || !is_text(text, len))
		return false;
	/* A console that takes over in a panic says so before the record that it repeats. */
	if (len > sizeof(replay) - 1 && !memcmp(text, replay, sizeof(replay) - 1)) {
		text += sizeof(replay) - 1;
		len -= sizeof(replay) - 1;
	}
	p->extended = is_extended(p, text, len, &good);
	if (p->extended)
		return good;
	*p = (struct netconsole_packet){.body = text, .len = len};
	return true;
}

size_t netconsole_packet_stamp(const char *line, size_t len, uint64_t *usec, bool *found)
{
	struct text t = {line, line + len}, caller;
	uint64_t sec, frac, id;

	*found = false;
	if (!eat_char(&t, '['))
		return 0;
	while (eat_char(&t, ' '))
		;
	if (!eat_number(&t, &sec) || sec > UINT64_MAX / 2000000 || !eat_char(&t, '.') ||
		!eat_number(&t, &frac) || frac > 999999 || !eat_char(&t, ']'))
		return 0;
	*found = true;
	*usec = sec * 1000000 + frac;
	caller = t;
	if (eat_char(&caller, '[')) {
		while (eat_char(&caller, ' '))
			;
		if ((eat_char(&caller, 'T') || eat_char(&caller, 'C')) &&
			eat_number(&caller, &id) && eat_char(&caller, ']'))
			t = caller;
	}
	eat_char(&t, ' ');
	return (size_t)(t.p - line);
}

size_t netconsole_packet_unescape(const char *text, size_t len, char *to, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < size; i++) {
		int high, low;

		if (text[i] == '\\' && len - i > 3 && text[i + 1] == 'x' &&
			(high = ascii_hex(text[i + 2])) >= 0 &&
			(low = ascii_hex(text[i + 3])) >= 0) {
			to[n++] = (char)(high << 4 | low);
			i += 3;
		} else {
			to[n++] = text[i];
		}
	}
	return n;
}
