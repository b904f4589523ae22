// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The kernel's own index of its types: an array of pointers to their records, which it builds when
 * it first uses its BTF (struct btf.types of kernel/bpf/btf.c). With it, a type is found by its id
 * at once. If the records are sorted by name (7.0 and later), it is also found by its name in a few
 * steps. A sample shows whether they are: if not, the first few names of the sample are out of
 * order.
 */
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "base/cur.h"
#include "image/btf_types.h"

#define HEADER 24	/* of the section; the kernel's copy may have more room */
#define HEADER_LONG 32	/* since 7.1 */
#define STRUCT_SEEN 160 /* of struct btf: the header and the count are in this part */
#define SAMPLES 16
#define NAME_MAX_LEN 256

/* Reads type id by the index, and checks the location of its record. */
static int by_number(struct btf *btf, uint32_t id, struct btf_type *ret, struct vmt_err *err)
{
	uint64_t record;
	int rc = mem_read_ptr(btf->space,
		btf->index + (uint64_t)id * mem_space_ptr_size(btf->space), &record, err);

	if (rc)
		return rc;
	if (record < btf->types || record - btf->types >= btf->types_len)
		return err_set_at(err, VMT_ERR_CORRUPT, btf->index,
			"the kernel's index of BTF types points elsewhere");
	return btf_read_record(btf, (uint32_t)(record - btf->types), id, ret, err);
}

int btf_indexed_type(struct btf *btf, uint32_t id, struct btf_type *ret, struct vmt_err *err)
{
	if (id >= btf->n_indexed)
		return err_set(err, VMT_ERR_NOTFOUND, "the index has no BTF type %u", id);
	return by_number(btf, id, ret, err);
}

/* ---- by name ----------------------------------------------------------------------------- */

static int name_at(struct btf *btf, uint32_t id, char *name, struct vmt_err *err)
{
	struct btf_type t = {0};
	int rc = by_number(btf, id, &t, err);

	if (!rc && !btf_name_text(btf, t.name, name, NAME_MAX_LEN))
		rc = err_set(err, VMT_ERR_NODATA, "the name of BTF type %u", id);
	return rc;
}

/* In what the compiler's tools make, the first types are those of the first unit, in any order. */
static bool begins_unsorted(struct btf *btf)
{
	char last[NAME_MAX_LEN] = "", name[NAME_MAX_LEN];
	struct btf_type t = {0};

	for (uint32_t id = 1; id <= SAMPLES; id++) {
		if (btf_read_record(btf, t.end, id, &t, NULL) ||
			!btf_name_text(btf, t.name, name, NAME_MAX_LEN))
			return false;
		if (strcmp(last, name) > 0)
			return true;
		memcpy(last, name, sizeof(last));
	}
	return false;
}

static bool is_sorted(struct btf *btf)
{
	char last[NAME_MAX_LEN] = "", name[NAME_MAX_LEN];

	for (uint64_t i = 1; i <= SAMPLES; i++) {
		if (name_at(btf, (uint32_t)((btf->n_indexed - 1) * i / SAMPLES), name, NULL) ||
			strcmp(last, name) > 0)
			return false;
		memcpy(last, name, sizeof(last));
	}
	return last[0] != 0;
}

/* The first type whose name is not below. n_indexed: there is none. */
int btf_sorted_bound(struct btf *btf, const char *name, uint32_t *ret, struct vmt_err *err)
{
	uint32_t low = 1, high = btf->n_indexed;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		char there[NAME_MAX_LEN];
		int rc = name_at(btf, middle, there, err);

		if (rc)
			return rc;
		if (strcmp(there, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret = low;
	return 0;
}

int btf_sorted_types(struct btf *btf, const char *name, uint32_t *ids, unsigned max, unsigned *n,
	struct vmt_err *err)
{
	uint32_t id;
	int rc = btf_sorted_bound(btf, name, &id, err);

	*n = 0;
	for (; !rc && id < btf->n_indexed && *n < max; id++) {
		struct btf_type t = {0};

		rc = by_number(btf, id, &t, err);
		if (!rc && !btf_name_equals(btf, t.name, name, strlen(name)))
			break;
		if (!rc && btf_is_named_type(&t))
			ids[(*n)++] = id;
	}
	if (!rc && !*n)
		return err_set(err, VMT_ERR_NOTFOUND, "BTF has no type %s", name);
	return rc;
}

/* ---- finding it -------------------------------------------------------------------------- */

/* The last of n types ends where the types end. */
static bool is_count(struct btf *btf, uint64_t n)
{
	struct btf_type t = {0};

	return n > SAMPLES && n <= btf->types_len / BTF_RECORD + 1 &&
	       by_number(btf, (uint32_t)(n - 1), &t, NULL) == 0 && t.end == btf->types_len;
}

/* The count follows the kernel's copy of the section's header. */
static void find_count(struct btf *btf, const uint8_t *kernel, const uint8_t *header, bool be)
{
	const uint8_t *copy = memmem(kernel, STRUCT_SEEN - HEADER_LONG - 4, header, HEADER);
	static const unsigned sizes[] = {HEADER, HEADER_LONG};

	for (size_t i = 0; copy && !btf->n_indexed && i < ARRAY_SIZE(sizes); i++) {
		uint64_t n = cur_load(copy + sizes[i], 4, be);

		if (is_count(btf, n))
			btf->n_indexed = (uint32_t)n;
	}
}

void btf_find_index(struct btf *btf, const struct kernel_image *k)
{
	uint8_t kernel[STRUCT_SEEN], header[HEADER];
	bool be = mem_space_big_endian(k->space);
	unsigned ptr = mem_space_ptr_size(k->space);
	uint64_t at;

	if (kernel_symbol(k, "btf_vmlinux", &at, NULL) || mem_read_ptr(k->space, at, &at, NULL) ||
		!at || mem_read(k->space, at, kernel, sizeof(kernel), NULL) ||
		mem_read(k->space, btf->section, header, sizeof(header), NULL) ||
		cur_load(kernel, ptr, be) != btf->section)
		return;
	btf->index = cur_load(kernel + ptr, ptr, be);
	find_count(btf, kernel, header, be);
	btf->sorted = btf->n_indexed && !begins_unsorted(btf) && is_sorted(btf);
}
