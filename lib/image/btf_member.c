// SPDX-License-Identifier: GPL-3.0-or-later
/* Members by path and sizes, over the types of BTF. */
#include <string.h>

#include "base/caps.h"
#include "image/btf_types.h"

#define MAX_HOPS 32   /* const volatile typedef typedef ...: real chains have five */
#define MAX_NESTING 8 /* nested anonymous structs: real ones have up to four levels */

int btf_strip(struct btf *btf, uint32_t id, struct btf_type *t, struct vmt_err *err)
{
	for (unsigned hops = 0; hops < MAX_HOPS; hops++) {
		int rc = btf_get_type(btf, id, t, err);

		if (rc)
			return rc;
		switch (t->kind) {
		case BTF_TYPEDEF:
		case BTF_VOLATILE:
		case BTF_CONST:
		case BTF_RESTRICT:
		case BTF_TYPE_TAG:
			id = t->size_or_type;
			break;
		default:
			return 0;
		}
	}
	return err_set(err, VMT_ERR_CORRUPT, "BTF type %u is part of an endless chain", id);
}

int btf_size_of(struct btf *btf, uint32_t id, uint64_t *size, uint64_t *count, struct vmt_err *err)
{
	uint64_t product = 1;

	*count = 1;
	for (unsigned depth = 0; depth < MAX_HOPS; depth++) {
		struct btf_type t;
		struct btf_array array;
		int rc = btf_strip(btf, id, &t, err);

		if (rc)
			return rc;
		if (t.kind != BTF_ARRAY) {
			uint64_t one = t.kind == BTF_PTR ? btf_ptr_size(btf) : t.size_or_type;

			if (t.kind == BTF_FWD || t.kind == BTF_FUNC || t.kind == BTF_FUNC_PROTO)
				return err_set(err, VMT_ERR_NOTFOUND, "the type has no size");
			if (__builtin_mul_overflow(product, one, size))
				return err_set(err, VMT_ERR_CORRUPT, "a BTF array is too large");
			return 0;
		}
		rc = btf_get_array(&t, &array, err);
		if (rc)
			return rc;
		if (__builtin_mul_overflow(product, (uint64_t)array.count, &product))
			return err_set(err, VMT_ERR_CORRUPT, "a BTF array is too large");
		if (depth == 0)
			*count = array.count;
		id = array.type;
	}
	return err_set(err, VMT_ERR_CORRUPT, "BTF type %u is part of an endless chain", id);
}

/* ---- paths ------------------------------------------------------------------------------- */

/* The current position in a path. */
struct place {
	struct btf *btf;
	uint32_t type;
	uint64_t bits; /* from the start of the outermost struct */
	unsigned bit_size;
	unsigned budget;  /* how many more members may be examined */
	const char *name; /* the wanted member and its length */
	size_t len;
};

static int find_member(struct place *at, uint32_t type, unsigned nesting, struct vmt_err *err);

/*
 * Member i: the wanted one, or an anonymous struct that may contain it. VMT_ERR_NOTFOUND: neither.
 */
static int try_member(struct place *at, const struct btf_type *t, unsigned i, unsigned nesting,
	struct vmt_err *err)
{
	struct btf_member m;
	uint64_t bits = at->bits;
	int rc = btf_get_member(t, i, &m, err);

	if (rc)
		return rc;
	if (m.name && !btf_name_equals(at->btf, m.name, at->name, at->len))
		return VMT_ERR_NOTFOUND;
	if (m.name) {
		at->bits += m.offset;
		at->type = m.type;
		at->bit_size = m.bit_size;
		return 0;
	}
	if (m.bit_size || nesting >= MAX_NESTING)
		return VMT_ERR_NOTFOUND;
	at->bits += m.offset;
	rc = find_member(at, m.type, nesting + 1, err);
	if (rc)
		at->bits = bits;
	return rc;
}

static int find_member(struct place *at, uint32_t type, unsigned nesting, struct vmt_err *err)
{
	struct btf_type t;
	int rc = btf_strip(at->btf, type, &t, err);

	if (rc)
		return rc;
	if (t.kind != BTF_STRUCT && t.kind != BTF_UNION)
		return VMT_ERR_NOTFOUND;
	for (unsigned i = 0; i < t.vlen; i++) {
		if (at->budget-- == 0) {
			at->budget = 0;
			return err_set(err, VMT_ERR_LIMIT, "BTF type %u nests too deeply", t.id);
		}
		rc = try_member(at, &t, i, nesting, err);
		if (rc != VMT_ERR_NOTFOUND)
			return rc;
	}
	return VMT_ERR_NOTFOUND;
}

/* "[N]" at *path: moves to that element. */
static int take_index(struct place *at, const char **path, struct vmt_err *err)
{
	const char *p = *path + 1;
	uint64_t index = 0, size, count;
	struct btf_type t;
	struct btf_array array;
	int rc;

	for (; *p >= '0' && *p <= '9' && index <= UINT32_MAX; p++)
		index = index * 10 + (uint64_t)(*p - '0');
	if (*p != ']' || index > UINT32_MAX)
		return err_set(err, VMT_ERR_USAGE, "bad index in %s", *path);
	*path = p + 1;
	rc = btf_strip(at->btf, at->type, &t, err);
	if (rc)
		return rc;
	if (t.kind != BTF_ARRAY)
		return VMT_ERR_NOTFOUND;
	rc = btf_get_array(&t, &array, err);
	/* An array of 0 elements is a flexible array. */
	if (!rc && array.count && index >= array.count)
		return VMT_ERR_NOTFOUND;
	if (!rc)
		rc = btf_size_of(at->btf, array.type, &size, &count, err);
	if (rc)
		return rc;
	if (__builtin_mul_overflow(size, index * 8, &size) ||
		__builtin_add_overflow(at->bits, size, &at->bits))
		return err_set(err, VMT_ERR_CORRUPT, "a BTF array is too large");
	at->type = array.type;
	return 0;
}

static int follow_path(struct place *at, const char *path, struct vmt_err *err)
{
	while (*path) {
		size_t len = strcspn(path, ".[");
		int rc;

		at->name = path;
		at->len = len;
		rc = find_member(at, at->type, 0, err);

		path += len;
		while (!rc && *path == '[')
			rc = take_index(at, &path, err);
		if (rc)
			return rc;
		if (*path == '.')
			path++;
	}
	return 0;
}

/* In the old encoding the size of a bit field is in its integer type, not in the member. */
static int old_bit_field(struct place *at, uint64_t size, struct vmt_err *err)
{
	struct btf_type t;
	uint32_t coding;
	int rc = btf_strip(at->btf, at->type, &t, err);

	if (rc || t.kind != BTF_INT || at->bit_size)
		return rc;
	rc = btf_get_int(&t, &coding, err);
	if (!rc && (coding & 0xff) < size * 8) {
		at->bit_size = coding & 0xff;
		at->bits += coding >> 16 & 0xff;
	}
	return rc;
}

static int member_of(struct btf *btf, uint32_t type, const char *path, struct layout_member *ret,
	struct vmt_err *err)
{
	struct place at = {.btf = btf, .type = type, .budget = CAP_BTF_MEMBERS};
	int rc = follow_path(&at, path, err);

	if (!rc)
		rc = btf_size_of(btf, at.type, &ret->size, &ret->count, err);
	if (!rc)
		rc = old_bit_field(&at, ret->size, err);
	if (rc)
		return rc;
	ret->offset = at.bits / 8;
	ret->bit_size = at.bit_size;
	ret->bit_offset = at.bits % 8;
	return 0;
}

/* ---- the provider ------------------------------------------------------------------------ */

/* Several types may have the name: use the first that has the member. */
static int find_member_of(struct btf *btf, struct btf *in, const char *type, const char *path,
	struct layout_member *ret, struct vmt_err *err)
{
	uint32_t ids[CAP_BTF_SAME_NAME];
	unsigned n;
	int rc = btf_find_types(in, type, ids, CAP_BTF_SAME_NAME, &n, err);

	if (rc)
		return rc;
	for (unsigned i = 0; i < n; i++) {
		rc = member_of(btf, ids[i], path, ret, err);
		if (rc != VMT_ERR_NOTFOUND)
			return rc ? err_prepend(err, rc, "%s.%s", type, path) : 0;
	}
	return err_set(err, VMT_ERR_NOTFOUND, "%s has no member %s", type, path);
}

/* If names were lost, not finding one does not prove that there is none. */
static int not_found(const struct btf *btf, int rc, struct vmt_err *err)
{
	int lost = rc == VMT_ERR_NOTFOUND ? btf_lost_names(btf, err) : 0;

	return lost ? lost : rc;
}

static int provide_member(void *priv, const char *type, const char *path, struct layout_member *ret,
	struct vmt_err *err)
{
	int rc = VMT_ERR_NOTFOUND;

	for (struct btf *in = priv; in && rc == VMT_ERR_NOTFOUND; in = btf_base(in))
		rc = find_member_of(priv, in, type, path, ret, err);
	return not_found(priv, rc, err);
}

static int provide_size(void *priv, const char *type, uint64_t *ret, struct vmt_err *err)
{
	int rc = VMT_ERR_NOTFOUND;

	for (struct btf *in = priv; in && rc == VMT_ERR_NOTFOUND; in = btf_base(in)) {
		uint64_t count;
		uint32_t id;
		unsigned n;

		rc = btf_find_types(in, type, &id, 1, &n, err);
		if (!rc)
			rc = btf_size_of(priv, id, ret, &count, err);
	}
	return not_found(priv, rc, err);
}

struct layout_provider btf_provider(struct btf *btf)
{
	return (struct layout_provider){
		.name = "btf", .member = provide_member, .size = provide_size, .priv = btf};
}
