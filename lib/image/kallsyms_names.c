// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * From name to symbol, for kernels without a table of names that can be used: an index of all names
 * is built in one pass over them.
 */
#include <string.h>

#include "base/name_index.h"
#include "image/kallsyms_table.h"

struct token_hash {
	uint64_t sum, power;
};

static struct token_hash hash_of(const char *s, size_t len)
{
	struct token_hash h = {name_hash_sum(0, s, len), 1};

	while (len--)
		h.power *= NAME_HASH_FACTOR;
	return h;
}

struct token_hashes {
	struct token_hash whole[256], typed[256]; /* typed: without the first character */
};

struct token_hashes *kallsyms_hash_tokens(TALLOC_CTX *ctx, const struct kallsyms *ks)
{
	struct token_hashes *h = talloc(ctx, struct token_hashes);

	for (unsigned i = 0; h && i < 256; i++) {
		const char *s = ks->tokens + ks->token_at[i];
		size_t len = ks->token_len[i];

		h->whole[i] = hash_of(s, len);
		h->typed[i] = len ? hash_of(s + 1, len - 1) : h->whole[i];
	}
	return h;
}

uint32_t kallsyms_hash_raw(const struct kallsyms *ks, const uint8_t *raw, size_t len)
{
	const struct token_hashes *h = ks->hashes;
	uint64_t sum = 0;
	bool typed = false;

	for (size_t i = 0; i < len; i++) {
		const struct token_hash *t = typed ? &h->whole[raw[i]] : &h->typed[raw[i]];

		sum = sum * t->power + t->sum;
		typed |= ks->token_len[raw[i]] != 0;
	}
	return name_hash_of_sum(sum);
}

static int index_block(
	struct kallsyms *ks, uint32_t block, struct name_index *index, struct vmt_err *err)
{
	uint8_t raw[KALLSYMS_NAME_MAX];
	uint32_t first = block * KALLSYMS_BLOCK;
	struct name_cursor c = {0};
	int rc = kallsyms_block_start(ks, block, &c.va, err);

	kallsyms_settle_block(ks, block);
	c.form = ks->form;
	for (uint32_t i = first; !rc && i < ks->n && i < first + KALLSYMS_BLOCK; i++) {
		size_t len;

		rc = kallsyms_raw_name(ks, &c, raw, &len, err);
		if (!rc)
			rc = name_index_add(index, kallsyms_hash_raw(ks, raw, len), i, err);
	}
	return rc;
}

static int make_index(struct kallsyms *ks, struct vmt_err *err)
{
	struct name_index *index;
	int rc = name_index_new(ks, ks->n, &index, err);

	if (rc)
		return rc;
	if (!ks->hashes && !(ks->hashes = kallsyms_hash_tokens(ks, ks)))
		rc = err_nomem(err);
	for (uint32_t b = 0; !rc && b < kallsyms_blocks(ks); b++)
		rc = index_block(ks, b, index, err);
	if (rc) {
		talloc_free(index);
		return rc;
	}
	ks->index = index;
	return 0;
}

/* The symbols of that name: how many (up to most), and the number of the first. */
static int find_all(struct kallsyms *ks, const char *name, unsigned most, unsigned *n,
	uint32_t *first, struct vmt_err *err)
{
	uint32_t hash = name_hash_of_sum(name_hash_sum(0, name, strlen(name))), cursor = 0, i;
	int rc = ks->index ? 0 : make_index(ks, err);

	*n = 0;
	for (unsigned tries = 0; !rc && *n < most && tries < KALLSYMS_COLLISIONS &&
				 name_index_next(ks->index, hash, &cursor, &i);
		tries++) {
		struct kallsym sym;

		rc = kallsyms_name(ks, i, &sym, err);
		if (!rc && strcmp(sym.name, name) == 0 && !(*n)++)
			*first = i;
	}
	return rc;
}

int kallsyms_find_indexed(struct kallsyms *ks, const char *name, uint32_t *ret, struct vmt_err *err)
{
	unsigned n;
	int rc = find_all(ks, name, 1, &n, ret, err);

	if (!rc && !n)
		rc = err_set(err, VMT_ERR_NOTFOUND, "the kernel has no symbol %s", name);
	return rc;
}

bool kallsyms_is_only_indexed(struct kallsyms *ks, const char *name)
{
	uint32_t first;
	unsigned n;

	return find_all(ks, name, 2, &n, &first, NULL) == 0 && n == 1;
}
