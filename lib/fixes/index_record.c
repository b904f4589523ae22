// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The record of a fix: subject, commit and the subject that it takes back (a text is a LEB128
 * length + 1, or 0 for NULL, and its bytes); files, commits that it fixes, architectures, CVEs (a
 * list is a LEB128 number, and texts); u64 time; u32 order.
 */
#include <string.h>

#include "fixes/index_internal.h"

#include "base/array.h"
#include "base/caps.h"
#include "base/err.h"

CAP_FITS(CAP_FIX_LIST, sizeof(char *));

static void make_room(const void *ctx, struct index_bytes *b, size_t size)
{
	size_t room = b->room ? b->room : 4096;
	uint8_t *p = NULL;

	while (room < size)
		room *= 2;
	if (!b->big)
		b->big = big_new(ctx);
	if (b->big)
		p = big_resize(b->big, room);
	if (p) {
		b->p = p;
		b->room = room;
	}
	b->failed = !p;
}

void index_put(const void *ctx, struct index_bytes *b, const void *bytes, size_t n)
{
	if (!b->failed && b->n + n > b->room)
		make_room(ctx, b, b->n + n);
	if (b->failed || !n)
		return;
	memcpy(b->p + b->n, bytes, n);
	b->n += n;
}

void index_put_number(const void *ctx, struct index_bytes *b, uint64_t v, unsigned bytes)
{
	uint8_t p[8];

	cur_store_little(p, bytes, v);
	index_put(ctx, b, p, bytes);
}

void index_put_leb(const void *ctx, struct index_bytes *b, uint64_t v)
{
	uint8_t p[10];
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		p[n++] = (uint8_t)(v | 0x80);
	p[n++] = (uint8_t)v;
	index_put(ctx, b, p, n);
}

static void put_text(const void *ctx, struct index_bytes *b, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	index_put_leb(ctx, b, text ? len + 1 : 0);
	index_put(ctx, b, text, len);
}

static void put_list(const void *ctx, struct index_bytes *b, const char *const *texts, size_t n)
{
	index_put_leb(ctx, b, n);
	for (size_t i = 0; i < n; i++)
		put_text(ctx, b, texts[i]);
}

void index_record_put(const void *ctx, struct index_bytes *b, const struct fix *fix)
{
	put_text(ctx, b, fix->subject);
	put_text(ctx, b, fix->commit);
	put_text(ctx, b, fix->reverts);
	put_list(ctx, b, fix->files, fix->files_n);
	put_list(ctx, b, fix->fixes, fix->fixes_n);
	put_list(ctx, b, fix->arches, fix->arches_n);
	put_list(ctx, b, fix->cves, fix->cves_n);
	index_put_number(ctx, b, (uint64_t)fix->time, 8);
	index_put_number(ctx, b, fix->order, 4);
}

/* ---- reading ----------------------------------------------------------------------------- */

static const char *read_text(TALLOC_CTX *ctx, struct cur *c, bool *failed)
{
	uint64_t len = index_leb(c);
	const char *p, *ret;

	if (!len)
		return NULL;
	p = (const char *)cur_bytes(c, len - 1 > cur_left(c) ? SIZE_MAX : (size_t)(len - 1));
	if (!p)
		return NULL;
	ret = talloc_strndup(ctx, p, (size_t)(len - 1));
	*failed |= !ret;
	return ret;
}

static const char *const *read_list(TALLOC_CTX *ctx, struct cur *c, size_t *ret_n, bool *failed)
{
	uint64_t n = index_leb(c);
	const char **ret;

	*ret_n = 0;
	if (n > cur_left(c)) { /* each has a byte at least */
		c->failed = true;
		return NULL;
	}
	if (!n)
		return NULL;
	ret = n <= CAP_FIX_LIST ? talloc_array(ctx, const char *, (unsigned)n) : NULL;
	if (!ret) {
		*failed = true;
		return NULL;
	}
	for (uint64_t i = 0; i < n; i++) {
		ret[*ret_n] = read_text(ret, c, failed);
		*ret_n += ret[*ret_n] != NULL;
	}
	return ret;
}

int index_record_read(TALLOC_CTX *ctx, struct cur *c, struct fix *ret, struct vmt_err *err)
{
	bool failed = false;

	*ret = (struct fix){.subject = read_text(ctx, c, &failed)};
	ret->commit = read_text(ctx, c, &failed);
	ret->reverts = read_text(ctx, c, &failed);
	ret->files = read_list(ctx, c, &ret->files_n, &failed);
	ret->fixes = read_list(ctx, c, &ret->fixes_n, &failed);
	ret->arches = read_list(ctx, c, &ret->arches_n, &failed);
	ret->cves = read_list(ctx, c, &ret->cves_n, &failed);
	ret->time = (int64_t)cur_u64(c);
	ret->order = cur_u32(c);
	if (failed)
		return err_nomem(err);
	if (!cur_ok(c) || !ret->subject)
		return err_set(err, VMT_ERR_CORRUPT, "the index of fixes is damaged");
	return 0;
}

/* ---- copying ----------------------------------------------------------------------------- */

static const char *const *copy_list(
	const void *ctx, const char *const *texts, size_t n, size_t *ret_n)
{
	const char **ret;

	*ret_n = 0;
	if (n > CAP_FIX_LIST)
		n = CAP_FIX_LIST;
	ret = n ? talloc_array(ctx, const char *, (unsigned)n) : NULL;
	for (size_t i = 0; ret && i < n; i++) {
		ret[*ret_n] = talloc_strdup(ret, texts[i]);
		*ret_n += ret[*ret_n] != NULL;
	}
	return ret;
}

int index_entry_copy(
	const void *ctx, struct index_entry *entry, const struct fix *fix, struct vmt_err *err)
{
	unsigned since = alloc_failures();
	struct fix *to = &entry->fix;

	*entry = (struct index_entry){.reverted_by = INDEX_NONE, .introduced_by = INDEX_NONE};
	to->subject = talloc_strdup(ctx, fix->subject);
	to->commit = fix->commit ? talloc_strdup(ctx, fix->commit) : NULL;
	to->reverts = fix->reverts ? talloc_strdup(ctx, fix->reverts) : NULL;
	to->files = copy_list(ctx, fix->files, fix->files_n, &to->files_n);
	to->fixes = copy_list(ctx, fix->fixes, fix->fixes_n, &to->fixes_n);
	to->arches = copy_list(ctx, fix->arches, fix->arches_n, &to->arches_n);
	to->cves = copy_list(ctx, fix->cves, fix->cves_n, &to->cves_n);
	to->time = fix->time;
	to->order = fix->order;
	entry->has_more = fix->body || fix->files_n;
	return alloc_check(since, err);
}
