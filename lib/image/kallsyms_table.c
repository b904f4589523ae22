// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Names of kallsyms: each is a length and that many token numbers. The first decoded character is
 * the type. The offset of every 256th name is in kallsyms_markers. No VMCOREINFO key has the
 * address of that table: it is derived from its neighbours, and proven by walking the first 256
 * names. Mirrors write_src() of scripts/kallsyms.c and kallsyms_expand_symbol() of
 * kernel/kallsyms.c.
 */
#include "image/kallsyms_table.h"

#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/cur.h"
#include "base/name_index.h"

#define TABLE_ALIGN 8u /* of each label, at most */
#define TOKEN_COUNT 256

/*
 * Labels are aligned to a word up to 6.x, and to 4 bytes since. The count of symbols is 4 bytes,
 * and names follow.
 */
static uint64_t align_label(const struct kallsyms *ks, uint64_t va)
{
	uint64_t align = ks->at.names - ks->at.num_syms == 4 ? 4 : TABLE_ALIGN;

	return (va + align - 1) & ~(align - 1);
}

uint32_t kallsyms_blocks(const struct kallsyms *ks)
{
	return (ks->n + KALLSYMS_BLOCK - 1) / KALLSYMS_BLOCK;
}

static_assert(CAP_KALLSYMS <= NAME_INDEX_MOST, "the names of all symbols can be indexed");
CAP_FITS(CAP_KALLSYMS, sizeof(uint32_t));

int kallsyms_read_count(struct kallsyms *ks, struct vmt_err *err)
{
	uint64_t n;
	int rc = mem_read_uint(ks->space, ks->at.num_syms, 4, &n, err);

	/* An unsigned long up to 4.19: on big-endian machines the upper half comes first. */
	if (!rc && n == 0 && mem_space_big_endian(ks->space))
		rc = mem_read_uint(ks->space, ks->at.num_syms, ks->ptr_size, &n, err);
	if (rc)
		return err_prepend(err, rc, "kallsyms_num_syms");
	if (n == 0 || n > CAP_KALLSYMS)
		return err_set_at(err, VMT_ERR_CORRUPT, ks->at.num_syms,
			"impossible kallsyms_num_syms: %llu", (unsigned long long)n);
	ks->n = (uint32_t)n;
	return 0;
}

int kallsyms_read_tokens(struct kallsyms *ks, struct vmt_err *err)
{
	uint8_t raw[TOKEN_COUNT * 2];
	char last[KALLSYMS_NAME_MAX];
	struct cur c = cur_init(raw, sizeof(raw), mem_space_big_endian(ks->space));
	size_t size;
	int rc = mem_read(ks->space, ks->at.token_index, raw, sizeof(raw), err);

	if (rc)
		return err_prepend(err, rc, "kallsyms_token_index");
	for (unsigned i = 0; i < TOKEN_COUNT; i++) {
		ks->token_at[i] = cur_u16(&c);
		if (i ? ks->token_at[i] <= ks->token_at[i - 1] : ks->token_at[0] != 0)
			return err_set_at(err, VMT_ERR_CORRUPT, ks->at.token_index + 2 * i,
				"kallsyms_token_index does not increase at %u", i);
	}
	rc = mem_read_string(ks->space, ks->at.token_table + ks->token_at[TOKEN_COUNT - 1], last,
		sizeof(last), err);
	if (rc)
		return err_prepend(err, rc, "kallsyms_token_table");
	size = ks->token_at[TOKEN_COUNT - 1] + strlen(last) + 1;
	talloc_free(ks->tokens);
	ks->tokens = talloc_array(ks, char, size);
	if (!ks->tokens)
		return err_nomem(err);
	rc = mem_read(ks->space, ks->at.token_table, ks->tokens, size, err);
	if (rc)
		return err_prepend(err, rc, "kallsyms_token_table");
	ks->tokens[size - 1] = 0;
	for (unsigned i = 0; i < TOKEN_COUNT; i++) {
		size_t next = i + 1 < TOKEN_COUNT ? ks->token_at[i + 1] : size;

		ks->token_len[i] = (uint16_t)(next - ks->token_at[i] - 1);
		if (strlen(ks->tokens + ks->token_at[i]) != ks->token_len[i])
			return err_set_at(err, VMT_ERR_CORRUPT,
				ks->at.token_table + ks->token_at[i],
				"kallsyms_token_table and _index disagree at %u", i);
	}
	return 0;
}

/* ---- walking over names ------------------------------------------------------------------ */

int kallsyms_chunk(
	struct kallsyms *ks, uint64_t va, const uint8_t **p, size_t *len, struct vmt_err *err)
{
	if (va - ks->chunk_at >= ks->chunk_len) {
		size_t n = KALLSYMS_CHUNK - va % KALLSYMS_CHUNK;
		int rc;

		ks->chunk_len = 0;
		rc = mem_read(ks->space, va, ks->chunk, n, err);
		if (rc)
			return err_prepend(err, rc, "kallsyms_names");
		kallsyms_near_note(ks, va);
		ks->chunk_at = va;
		ks->chunk_len = n;
	}
	*p = ks->chunk + (va - ks->chunk_at);
	*len = ks->chunk_len - (size_t)(va - ks->chunk_at);
	return 0;
}

static int names_byte(struct kallsyms *ks, uint64_t va, uint8_t *ret, struct vmt_err *err)
{
	const uint8_t *p = NULL;
	size_t len = 0;
	int rc = kallsyms_chunk(ks, va, &p, &len, err);

	if (!rc)
		*ret = *p;
	return rc;
}

/* Reads a length and moves to the first token. */
static int name_length(struct kallsyms *ks, struct name_cursor *c, size_t *len, struct vmt_err *err)
{
	uint64_t start = c->va;
	uint8_t first, second;
	int rc = names_byte(ks, c->va++, &first, err);

	*len = 0;
	if (rc)
		return rc;
	*len = first;
	if (first & 0x80) {
		c->big = true;
		if (c->form == LENGTH_TWO_BYTES) {
			rc = names_byte(ks, c->va++, &second, err);
			if (rc)
				return rc;
			*len = (first & 0x7fu) | (size_t)second << 7;
		}
	}
	if (*len == 0 || *len > KALLSYMS_NAME_MAX)
		return err_set_at(err, VMT_ERR_CORRUPT, start,
			"impossible name in kallsyms: %zu tokens", *len);
	return 0;
}

int kallsyms_raw_name(
	struct kallsyms *ks, struct name_cursor *c, uint8_t *raw, size_t *len, struct vmt_err *err)
{
	size_t done = 0;
	int rc = name_length(ks, c, len, err);

	while (!rc && done < *len) {
		const uint8_t *p = NULL;
		size_t n = 0;

		rc = kallsyms_chunk(ks, c->va + done, &p, &n, err);
		if (rc)
			break;
		if (n > *len - done)
			n = *len - done;
		memcpy(raw + done, p, n);
		done += n;
	}
	c->va += *len;
	return rc;
}

/* Skips up to n names that begin in a part of the names and have short lengths. */
static uint32_t skip_short(const uint8_t *p, size_t size, uint32_t n, uint64_t *va)
{
	uint32_t done = 0;
	size_t at = 0;

	for (; done < n && at < size && p[at] && !(p[at] & 0x80); done++)
		at += 1u + p[at];
	*va += at;
	return done;
}

static int skip_names(struct kallsyms *ks, struct name_cursor *c, uint32_t n, struct vmt_err *err)
{
	while (n) {
		const uint8_t *p = NULL;
		size_t size = 0, len;
		int rc = kallsyms_chunk(ks, c->va, &p, &size, err);
		uint32_t done = rc ? 0 : skip_short(p, size, n, &c->va);

		n -= done;
		if (!rc && !done) {
			rc = name_length(ks, c, &len, err);
			c->va += len;
			n--;
		}
		if (rc)
			return rc;
	}
	return 0;
}

/* ---- markers ----------------------------------------------------------------------------- */

static int marker_value(struct kallsyms *ks, uint32_t block, uint64_t *ret, struct vmt_err *err)
{
	int rc;

	if (ks->own_markers) {
		*ret = ks->own_markers[block];
		return 0;
	}
	rc = mem_read_uint(ks->space, ks->at.markers + (uint64_t)block * ks->marker_size,
		ks->marker_size, ret, err);
	if (rc)
		return err_prepend(err, rc, "kallsyms_markers");
	if (*ret > (uint64_t)ks->n * (KALLSYMS_NAME_MAX + 2))
		return err_set_at(
			err, VMT_ERR_CORRUPT, ks->at.markers, "marker %u of kallsyms", block);
	return 0;
}

/*
 * Chooses the form of lengths with which n names end where a marker says, or at most slack bytes
 * before it. Tries the known form, or both.
 */
static bool settle_form(struct kallsyms *ks, uint64_t from, uint32_t n, uint64_t to, uint64_t slack)
{
	static const enum length_form forms[] = {LENGTH_TWO_BYTES, LENGTH_BYTE};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct name_cursor c = {.form = forms[i], .va = from};

		if (ks->form != LENGTH_UNKNOWN && ks->form != forms[i])
			continue;
		if (skip_names(ks, &c, n, NULL) != 0 || c.va > to || to - c.va > slack)
			continue;
		if (c.big)
			ks->form = forms[i];
		return true;
	}
	return false;
}

/* Whether the table with the candidate markers agrees with the names. */
static bool markers_agree(struct kallsyms *ks)
{
	uint64_t first, second;

	if (marker_value(ks, 0, &first, NULL) || first != 0)
		return false;
	if (ks->n <= KALLSYMS_BLOCK)
		return settle_form(ks, ks->at.names, ks->n, ks->at.markers, TABLE_ALIGN - 1);
	return marker_value(ks, 1, &second, NULL) == 0 &&
	       settle_form(ks, ks->at.names, KALLSYMS_BLOCK, ks->at.names + second, 0);
}

/*
 * Where markers may end: at kallsyms_token_table, or at kallsyms_seqs_of_names before it (6.2 and
 * 6.3, and kernels with the backport).
 */
static const struct {
	bool seqs_between;
	bool long_markers; /* unsigned long, up to 4.19 */
} marker_places[] = {
	{.seqs_between = false},
	{.seqs_between = true},
	{.long_markers = true},
};

static uint64_t seqs_behind_addresses(const struct kallsyms *ks)
{
	if (ks->at.offsets && ks->at.relative_base > ks->at.offsets)
		return align_label(ks, ks->at.relative_base + ks->ptr_size);
	if (ks->at.offsets)
		return align_label(ks, ks->at.offsets + 4ull * ks->n);
	return ks->at.addresses + (uint64_t)ks->ptr_size * ks->n;
}

int kallsyms_find_markers(struct kallsyms *ks, struct vmt_err *err)
{
	uint64_t seqs = align_label(ks, 3ull * ks->n), ignored;

	for (size_t i = 0; i < ARRAY_SIZE(marker_places); i++) {
		uint64_t end = ks->at.token_table;

		if (marker_places[i].seqs_between)
			end -= seqs;
		ks->marker_size = marker_places[i].long_markers ? ks->ptr_size : 4;
		ks->at.markers =
			end - align_label(ks, (uint64_t)kallsyms_blocks(ks) * ks->marker_size);
		if (ks->at.markers <= ks->at.names || !markers_agree(ks))
			continue;
		ks->at.seqs = marker_places[i].seqs_between ? end : seqs_behind_addresses(ks);
		return 0;
	}
	ks->at.markers = 0;
	return kallsyms_make_markers(ks, &ignored, err);
}

static int walk_all(
	struct kallsyms *ks, struct name_cursor *c, uint32_t *markers, struct vmt_err *err)
{
	c->va = ks->at.names;
	for (uint32_t i = 0; i < ks->n; i += KALLSYMS_BLOCK) {
		uint32_t n = ks->n - i < KALLSYMS_BLOCK ? ks->n - i : KALLSYMS_BLOCK;
		int rc;

		markers[i / KALLSYMS_BLOCK] = (uint32_t)(c->va - ks->at.names);
		rc = skip_names(ks, c, n, err);
		if (rc)
			return rc;
	}
	return 0;
}

int kallsyms_make_markers(struct kallsyms *ks, uint64_t *end, struct vmt_err *err)
{
	uint32_t *markers = talloc_array(ks, uint32_t, kallsyms_blocks(ks));
	struct name_cursor c = {.form = ks->form == LENGTH_UNKNOWN ? LENGTH_TWO_BYTES : ks->form};
	int rc;

	if (!markers)
		return err_nomem(err);
	rc = walk_all(ks, &c, markers, err);
	if (rc == VMT_ERR_CORRUPT && ks->form == LENGTH_UNKNOWN) {
		c.form = LENGTH_BYTE;
		rc = walk_all(ks, &c, markers, err);
	}
	if (rc) {
		talloc_free(markers);
		return rc;
	}
	if (c.big)
		ks->form = c.form;
	*end = c.va;
	ks->own_markers = markers;
	return 0;
}

/* ---- one name ---------------------------------------------------------------------------- */

/*
 * A length of 0x80 or more was read, and its meaning is not known yet: the end of the block
 * decides. After the last block there is no further marker, only the marker table itself, aligned.
 */
static void settle_block(struct kallsyms *ks, uint32_t block, uint64_t start)
{
	uint32_t n = ks->n - block * KALLSYMS_BLOCK;
	uint64_t end, slack = 0;

	if (ks->own_markers) /* the walk that made them also determined the form */
		return;
	if (n > KALLSYMS_BLOCK) {
		n = KALLSYMS_BLOCK;
		if (marker_value(ks, block + 1, &end, NULL))
			return;
		end += ks->at.names;
	} else {
		end = ks->at.markers;
		slack = TABLE_ALIGN - 1;
	}
	settle_form(ks, start, n, end, slack);
}

/* The type is the first character of the first token. The rest is the name, truncated to fit. */
static void expand(const struct kallsyms *ks, const uint8_t *raw, size_t len, struct kallsym *ret)
{
	size_t done = 0;
	bool typed = false;

	for (size_t i = 0; i < len; i++) {
		const char *s = ks->tokens + ks->token_at[raw[i]];
		size_t n = ks->token_len[raw[i]], room = sizeof(ret->name) - 1 - done;

		if (!typed && n) {
			ret->type = *s++;
			n--;
			typed = true;
		}
		n = n < room ? n : room;
		memcpy(ret->name + done, s, n);
		done += n;
	}
	ret->name[done] = 0;
}

int kallsyms_block_start(struct kallsyms *ks, uint32_t block, uint64_t *ret, struct vmt_err *err)
{
	int rc = marker_value(ks, block, ret, err);

	if (!rc)
		*ret += ks->at.names;
	return rc;
}

void kallsyms_settle_block(struct kallsyms *ks, uint32_t block)
{
	uint32_t n = ks->n - block * KALLSYMS_BLOCK;
	struct name_cursor c = {.form = LENGTH_BYTE};
	uint64_t start;

	if (ks->form != LENGTH_UNKNOWN || kallsyms_block_start(ks, block, &start, NULL))
		return;
	c.va = start;
	skip_names(ks, &c, n < KALLSYMS_BLOCK ? n : KALLSYMS_BLOCK, NULL);
	if (c.big)
		settle_block(ks, block, start);
}

static int raw_name_in_block(struct kallsyms *ks, struct name_cursor *c, uint32_t skip,
	uint8_t *raw, size_t *len, struct vmt_err *err)
{
	int rc = skip_names(ks, c, skip, err);

	return rc ? rc : kallsyms_raw_name(ks, c, raw, len, err);
}

int kallsyms_name(struct kallsyms *ks, uint32_t i, struct kallsym *ret, struct vmt_err *err)
{
	uint8_t raw[KALLSYMS_NAME_MAX];
	uint32_t block = i / KALLSYMS_BLOCK, skip = i % KALLSYMS_BLOCK;
	struct name_cursor c;
	uint64_t start;
	size_t len;
	int rc = kallsyms_block_start(ks, block, &start, err);

	if (rc)
		return rc;
	c = (struct name_cursor){.form = ks->form, .va = start};
	rc = raw_name_in_block(ks, &c, skip, raw, &len, err);
	if (c.big && ks->form == LENGTH_UNKNOWN) {
		settle_block(ks, block, start);
		c = (struct name_cursor){.form = ks->form, .va = start};
		if (ks->form != LENGTH_UNKNOWN)
			rc = raw_name_in_block(ks, &c, skip, raw, &len, err);
	}
	if (rc)
		return rc;
	expand(ks, raw, len, ret);
	if (ks->near)
		kallsyms_near_learn(ks, block);
	return 0;
}
