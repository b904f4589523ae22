// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The bytes of BTF: a header, type records in sequence without an index, strings. Records are read
 * forward, and the offset of every 8th one is kept. Names are added to an index as they are read.
 *
 * Measured on Debian 6.1 (cloud; 2.4 MB of types, 1.7 MB of strings): 30 members of 8 core structs
 * take 17 pages. A type that does not exist would take all 1000 pages. So past PATIENCE, its name
 * is first searched for in the strings. This takes at most 410 pages, and is always right, since
 * every name is there exactly once. With the kernel's index of types, a type is found near where
 * its name is in the strings.
 */
#include "image/btf.h"

#include <string.h>

#include "base/big.h"
#include "base/caps.h"
#include "base/cur.h"
#include "base/name_index.h"
#include "image/btf_types.h"
#include "image/btf_walk.h"

#define HEADER_MIN 24 /* 32 since 7.1; type_off counts from hdr_len in any case */
#define HEADER_MAX 4096
#define MARK_EVERY 8
#define PATIENCE (512u << 10)
#define PATIENCE_INDEXED (24u << 10) /* with the kernel's index, in one search */
/* Types ahead from which on the kernel's index is cheaper than to read all that are between. */
#define FAR 64
/* If no type up to here has a name, the types are sorted by name: nameless ones come first. */
#define NAMELESS (32u << 10)

/* A type has at least 12 bytes. */
static_assert(CAP_BTF / 12 <= NAME_INDEX_MOST, "the names of all types can be indexed");
CAP_FITS(CAP_BTF / 12, sizeof(uint32_t));

/* ---- records ----------------------------------------------------------------------------- */

static int add_mark(struct btf *btf, struct vmt_err *err)
{
	if (btf->n_marks == btf->room_marks) {
		uint32_t room = btf->room_marks ? btf->room_marks * 2 : 256;
		uint32_t *marks = talloc_realloc(btf, btf->marks, uint32_t, room);

		if (!marks)
			return err_nomem(err);
		btf->marks = marks;
		btf->room_marks = room;
	}
	btf->marks[btf->n_marks++] = btf->next_off;
	return 0;
}

/* The error that stopped the reading, if it was not the end. */
static int why_ended(const struct btf *btf, struct vmt_err *err)
{
	if (btf->broken.code && err)
		*err = btf->broken;
	return btf->broken.code;
}

/* Reads the next record and indexes its name. *hash is 0 if it has none. */
static int step(struct btf *btf, struct btf_type *t, uint32_t *hash, struct vmt_err *err)
{
	struct vmt_err why;
	int rc = 0;

	memset(t, 0, sizeof(*t));
	*hash = 0;
	if ((btf->next_id - btf->first_id) % MARK_EVERY == 0)
		rc = add_mark(btf, &why);
	if (!rc)
		rc = btf_read_record(btf, btf->next_off, btf->next_id, t, &why);
	btf->any_named |= !rc && t->name;
	if (!rc && btf_is_named_type(t) && btf_name_hash(btf, t->name, hash))
		rc = name_index_add(btf->names, *hash, t->id, &why);
	if (rc) {
		btf->ended = true;
		btf->broken = why;
		btf->broken.code = rc;
		return why_ended(btf, err);
	}
	btf->next_id++;
	btf->next_off = t->end;
	btf->ended = btf->next_off >= btf->types_len;
	return 0;
}

static int from_mark(struct btf *btf, uint32_t id, struct btf_type *ret, struct vmt_err *err)
{
	uint32_t mark = (id - btf->first_id) / MARK_EVERY, off;

	if (mark >= btf->n_marks)
		return err_set(err, VMT_ERR_CORRUPT, "BTF has no type %u", id);
	off = btf->marks[mark];
	for (uint32_t i = btf->first_id + mark * MARK_EVERY;; i++) {
		int rc = btf_read_record(btf, off, i, ret, err);

		if (rc || i == id)
			return rc;
		off = ret->end;
	}
}

void btf_want_index(struct btf *btf)
{
	if (!btf->image || btf->index_tried)
		return;
	btf->index_tried = true;
	btf_find_index(btf, btf->image);
}

/* Only where it is useful: it costs about 30 pages. */
static void find_index(struct btf *btf)
{
	if (!btf->any_named && btf->next_off >= NAMELESS)
		btf_want_index(btf);
}

int btf_get_type(struct btf *btf, uint32_t id, struct btf_type *ret, struct vmt_err *err)
{
	uint32_t hash;

	while (btf->base && id < btf->first_id)
		btf = btf->base;
	if (id == 0)
		return err_set(err, VMT_ERR_NOTFOUND, "void has no layout");
	if (id < btf->next_id)
		return from_mark(btf, id, ret, err);
	while (!btf->ended) {
		int rc;

		find_index(btf);
		if (id - btf->next_id >= FAR)
			btf_want_index(btf);
		if (btf_indexed_type(btf, id, ret, NULL) == 0)
			return 0;
		rc = step(btf, ret, &hash, err);
		if (rc || ret->id == id)
			return rc;
	}
	return why_ended(btf, err) ? btf->broken.code
				   : err_set(err, VMT_ERR_CORRUPT, "BTF has no type %u", id);
}

void btf_learn(struct btf *btf, uint32_t id)
{
	struct btf_type t = {0};
	uint32_t hash;

	while (btf->base && id < btf->first_id)
		btf = btf->base;
	/* What was read on the way is known already. */
	if (id < btf->next_id || btf_get_type(btf, id, &t, NULL) || !btf_is_named_type(&t) ||
		!btf_name_hash(btf, t.name, &hash))
		return;
	name_index_add(btf->names, hash, id, NULL);
}

/* ---- types by name ----------------------------------------------------------------------- */

static bool is_listed(const uint32_t *ids, unsigned n, uint32_t id)
{
	while (n && ids[n - 1] != id)
		n--;
	return n;
}

static unsigned indexed_types(
	struct btf *btf, uint32_t hash, const char *name, uint32_t *ids, unsigned max)
{
	uint32_t cursor = 0, id;
	unsigned n = 0;

	for (unsigned tries = 0; n < max && name_index_next(btf->names, hash, &cursor, &id);
		tries++) {
		struct btf_type t = {0};

		if (tries == CAP_BTF_SAME_NAME) {
			btf->capped = true;
			break;
		}
		/* One that was learned is met again by reading on. */
		if (!is_listed(ids, n, id) && btf_get_type(btf, id, &t, NULL) == 0 &&
			btf_name_equals(btf, t.name, name, strlen(name)))
			ids[n++] = id;
	}
	return n;
}

/* Whether to search for the name itself, after reading on from there. */
static bool is_time_to_search(struct btf *btf, uint32_t from)
{
	if (btf->next_off >= PATIENCE)
		return true;
	if (btf->next_off - from < PATIENCE_INDEXED)
		return false;
	btf_want_index(btf);
	return btf->n_indexed != 0;
}

/*
 * By the place of the name in the strings. VMT_ERR_NOTFOUND: there is no such name; VMT_ERR_NODATA:
 * nothing is known.
 */
static int search_name(struct btf *btf, const char *name, uint32_t *id)
{
	struct vmt_u64 lost = mem_lost(btf->space);
	uint32_t at, unused;

	if (!btf_string_exists(btf, name, &at) &&
		!(btf->base && btf_string_exists(btf->base, name, &unused)))
		return VMT_ERR_NOTFOUND;
	if (at && btf_near_type(btf, at, id)) {
		btf_learn(btf, *id);
		return 0;
	}
	mem_set_lost(btf->space, lost);
	return VMT_ERR_NODATA;
}

/* Reads on until a type of that name is found, or a cheaper way is available. */
static int read_on(
	struct btf *btf, uint32_t wanted, const char *name, uint32_t *id, struct vmt_err *err)
{
	bool searched = false, sorted = btf->sorted;
	uint32_t from = btf->next_off;

	while (!btf->ended) {
		struct btf_type t;
		uint32_t hash;
		int rc;

		find_index(btf);
		if (btf->sorted && !sorted)
			return 0;
		if (!searched && is_time_to_search(btf, from)) {
			searched = true;
			rc = search_name(btf, name, id);
			if (rc != VMT_ERR_NODATA)
				return rc;
		}
		rc = step(btf, &t, &hash, err);
		if (rc)
			return rc;
		if (hash == wanted && btf_name_equals(btf, t.name, name, strlen(name))) {
			*id = t.id;
			return 0;
		}
	}
	return why_ended(btf, err) ? btf->broken.code : VMT_ERR_NOTFOUND;
}

int btf_find_types(struct btf *btf, const char *name, uint32_t *ids, unsigned max, unsigned *n,
	struct vmt_err *err)
{
	uint32_t hash = name_hash_of_sum(name_hash_sum(0, name, strlen(name)));
	bool sorted = btf->sorted;
	int rc = VMT_ERR_NODATA;

	*n = indexed_types(btf, hash, name, ids, max);
	if (*n)
		return 0;
	if (sorted)
		rc = btf_sorted_types(btf, name, ids, max, n, err);
	if (!rc || rc == VMT_ERR_NOTFOUND)
		return rc;
	/* Not sorted, or the pages are missing. */
	rc = read_on(btf, hash, name, ids, err);
	if (!rc && btf->sorted && !sorted)
		return btf_find_types(btf, name, ids, max, n, err);
	if (rc == VMT_ERR_NOTFOUND)
		return err_set(err, rc, "BTF has no type %s", name);
	if (!rc)
		*n = 1;
	return rc;
}

bool btf_is_capped(const struct btf *btf)
{
	return btf->capped;
}

struct vmt_u64 btf_lost(const struct btf *btf)
{
	const struct vmt_err *why = btf->broken.code ? &btf->broken : &btf->lost;
	bool damaged = why->code == VMT_ERR_CORRUPT || why->code == VMT_ERR_NOMEM;

	return (struct vmt_u64){why->code && !damaged, why->where};
}

struct btf *btf_base(const struct btf *btf)
{
	return btf->base;
}

unsigned btf_ptr_size(const struct btf *btf)
{
	return mem_space_ptr_size(btf->space);
}

/* ---- opening ----------------------------------------------------------------------------- */

static int check_section(uint64_t addr, uint64_t room, uint32_t off, uint32_t len, const char *what,
	struct vmt_err *err)
{
	if (off > room || len > room - off)
		return err_set_at(err, VMT_ERR_CORRUPT, addr,
			"BTF header: the %s go past the end of its section", what);
	return 0;
}

static int read_header(struct btf *btf, uint64_t addr, uint64_t len, struct vmt_err *err)
{
	uint8_t raw[HEADER_MIN];
	struct cur c = cur_init(raw, sizeof(raw), mem_space_big_endian(btf->space));
	uint32_t hdr_len, types_off, strings_off;
	int rc;

	if (len < HEADER_MIN || len > CAP_BTF)
		return err_set_at(err, VMT_ERR_CORRUPT, addr, "impossible size of BTF: %llu bytes",
			(unsigned long long)len);
	rc = mem_read(btf->space, addr, raw, sizeof(raw), err);
	if (rc)
		return err_prepend(err, rc, "BTF header");
	if (cur_u16(&c) != BTF_MAGIC || cur_u8(&c) != 1)
		return err_set_at(
			err, VMT_ERR_CORRUPT, addr, "no BTF at 0x%llx", (unsigned long long)addr);
	cur_skip(&c, 1);
	hdr_len = cur_u32(&c);
	types_off = cur_u32(&c);
	btf->types_len = cur_u32(&c);
	strings_off = cur_u32(&c);
	btf->strings_len = cur_u32(&c);
	if (hdr_len < HEADER_MIN || hdr_len > HEADER_MAX || hdr_len > len)
		return err_set_at(err, VMT_ERR_CORRUPT, addr,
			"impossible size of the BTF header: %u bytes", hdr_len);
	rc = check_section(addr, len - hdr_len, types_off, btf->types_len, "types", err);
	if (!rc)
		rc = check_section(
			addr, len - hdr_len, strings_off, btf->strings_len, "strings", err);
	btf->types = addr + hdr_len + types_off;
	btf->strings = addr + hdr_len + strings_off;
	return rc;
}

/*
 * Determines where a split BTF's own ids begin. If the kernel does not say, the base's types are
 * counted.
 */
static int set_split(struct btf *btf, const struct btf_split *split, struct vmt_err *err)
{
	struct btf *base = split->base;

	btf->base = base;
	btf->first_id = split->first_id;
	btf->first_name =
		split->first_name ? split->first_name : base->first_name + base->strings_len;
	while (!btf->first_id && !base->ended) {
		struct btf_type t;
		uint32_t hash;
		int rc = step(base, &t, &hash, err);

		if (rc)
			return rc;
	}
	if (!btf->first_id)
		btf->first_id = base->next_id;
	return 0;
}

int btf_open(TALLOC_CTX *ctx, struct btf_place place, const struct btf_split *split,
	struct btf **ret, struct vmt_err *err)
{
	struct btf *btf = talloc_zero(ctx, struct btf);
	int rc;

	if (!btf)
		return err_nomem(err);
	btf->space = place.space;
	btf->first_id = 1;
	rc = read_header(btf, place.addr, place.len, err);
	if (!rc && split)
		rc = set_split(btf, split, err);
	if (!rc)
		rc = name_index_new(btf, 0, &btf->names, err);
	if (rc) {
		talloc_free(btf);
		return rc;
	}
	btf->next_id = btf->first_id;
	btf_allow(btf);
	btf->ended = btf->types_len == 0;
	*ret = btf;
	return 0;
}
