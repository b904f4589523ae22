/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types and strings of one BTF, only for btf*.c. */
#ifndef VMT_IMAGE_BTF_TYPES_H
#define VMT_IMAGE_BTF_TYPES_H

#include "image/btf.h"

#define BTF_MAGIC 0xeb9fu
#define BTF_RECORD 12 /* bytes of each type, without what its kind adds */
#define BTF_WINDOW 4096

/* The page of a section that was read last. */
struct btf_window {
	uint64_t at;
	size_t len;
	uint8_t bytes[BTF_WINDOW];
};

struct btf {
	struct mem_space *space;
	struct btf *base;
	uint64_t types, strings;
	uint32_t types_len, strings_len;
	uint32_t first_id, first_name;
	/* Where reading continues: the next type's id and offset. */
	uint32_t next_id, next_off;
	bool ended, any_named;
	bool capped;	       /* a name had more types than CAP_BTF_SAME_NAME */
	struct vmt_err broken; /* why reading stopped early; code 0: it did not */
	struct vmt_err lost;   /* why a name could not be read; code 0: all could */
	uint32_t *marks;
	uint32_t n_marks, room_marks;
	struct name_index *names; /* type ids by the hash of the name */
	uint64_t section;
	const struct kernel_image *image; /* to find the index; NULL: there is none */
	bool index_tried;
	uint32_t allowed; /* members to examine: see btf_allow() */
	/* The kernel's own index: pointers to the records of types 0 to n_indexed - 1. */
	uint64_t index;
	uint32_t n_indexed;
	bool sorted; /* by name; needs the index */
	struct btf_window types_window, strings_window;
};

enum btf_kind {
	BTF_VOID,
	BTF_INT,
	BTF_PTR,
	BTF_ARRAY,
	BTF_STRUCT,
	BTF_UNION,
	BTF_ENUM,
	BTF_FWD,
	BTF_TYPEDEF,
	BTF_VOLATILE,
	BTF_CONST,
	BTF_RESTRICT,
	BTF_FUNC,
	BTF_FUNC_PROTO,
	BTF_VAR,
	BTF_DATASEC,
	BTF_FLOAT,
	BTF_DECL_TAG,
	BTF_TYPE_TAG,
	BTF_ENUM64,
	BTF_KINDS
};

struct btf_type {
	struct btf *btf; /* the one with this type: base or split */
	uint32_t id, name;
	enum btf_kind kind;
	uint16_t vlen;
	bool kind_flag;
	uint32_t size_or_type;
	uint32_t detail; /* offset, in the types, of the bytes after the record */
	uint32_t end;
};

struct btf_member {
	uint32_t name, type;
	uint32_t offset;   /* in bits */
	unsigned bit_size; /* of a bit field; otherwise 0 */
};

struct btf_array {
	uint32_t type, count;
};

/* Reads n (1 to 3) words at off of the types. */
int btf_read_types(struct btf *btf, uint32_t off, uint32_t *words, unsigned n, struct vmt_err *err);

/* Hashes a name. False: it cannot be read, or is empty. */
bool btf_name_hash(struct btf *btf, uint32_t name, uint32_t *hash);

/*
 * Whether the strings contain this name at all, and where. Also true, with 0, if not all of them
 * can be read.
 */
bool btf_string_exists(struct btf *btf, const char *name, uint32_t *ret);

/* The offset of this name in the BTF's own strings, most likely around near. False: not found. */
bool btf_string_find(struct btf *btf, const char *name, uint32_t near, uint32_t *ret);

/* Reads the record at off of the types, which has type id `id`. */
int btf_read_record(
	struct btf *btf, uint32_t off, uint32_t id, struct btf_type *t, struct vmt_err *err);

/* Whether the type can be looked up by its name. A struct without members is of no use. */
bool btf_is_named_type(const struct btf_type *t);

/* Copies the name into buf. False: it cannot be read, or is longer. */
bool btf_name_text(struct btf *btf, uint32_t name, char *buf, size_t size);

/* Looks, once, for the kernel's own index. For code that needs types far apart. */
void btf_want_index(struct btf *btf);

/* Looks for the kernel's own index of its BTF. Without the index, everything is read forward. */
void btf_find_index(struct btf *btf, const struct kernel_image *k);

/* Reads type id by that index. VMT_ERR_NOTFOUND: the index does not contain it. */
int btf_indexed_type(struct btf *btf, uint32_t id, struct btf_type *ret, struct vmt_err *err);

/* The first type whose name is not below, if the types are sorted. n_indexed: there is none. */
int btf_sorted_bound(struct btf *btf, const char *name, uint32_t *ret, struct vmt_err *err);

/* As btf_find_types(), for types that are sorted. */
int btf_sorted_types(struct btf *btf, const char *name, uint32_t *ids, unsigned max, unsigned *n,
	struct vmt_err *err);

/* Reads type id. Reads forward to it if necessary. */
int btf_get_type(struct btf *btf, uint32_t id, struct btf_type *ret, struct vmt_err *err);

/* Reads member i, from 0, of a struct or union with at least that many. */
int btf_get_member(
	const struct btf_type *t, unsigned i, struct btf_member *ret, struct vmt_err *err);

/* Reads the element and the count of an array. */
int btf_get_array(const struct btf_type *t, struct btf_array *ret, struct vmt_err *err);
/* A parameter of a FUNC_PROTO: its name and type. Both 0: "...". */
int btf_get_param(
	const struct btf_type *t, unsigned i, uint32_t *name, uint32_t *type, struct vmt_err *err);
/* The u32 after an INT: bits 0-7 are how many bits it has. */
int btf_get_int(const struct btf_type *t, uint32_t *ret, struct vmt_err *err);

/* Also false if the name cannot be read: see btf_lost_names(). */
bool btf_name_equals(struct btf *btf, uint32_t name, const char *s, size_t len);

/*
 * Finds the types of that name (struct, union, enum, typedef, integer), the first ones up to max.
 * VMT_ERR_NOTFOUND: none in this BTF. The caller asks the base of a split BTF.
 */
int btf_find_types(struct btf *btf, const char *name, uint32_t *ids, unsigned max, unsigned *n,
	struct vmt_err *err);

/*
 * Finds the first type with the name at that offset in the strings, where the kernel's index has
 * the first use of the name. False: not that way.
 */
bool btf_near_type(struct btf *btf, uint32_t name, uint32_t *ret);

/* Makes a type that was reached by its number known by its name. */
void btf_learn(struct btf *btf, uint32_t id);

/* Not 0 if a name could not be read: then anything not found may exist all the same. */
int btf_lost_names(const struct btf *btf, struct vmt_err *err);

/* Reads type id without its typedefs and qualifiers. VMT_ERR_NOTFOUND: void. */
int btf_strip(struct btf *btf, uint32_t id, struct btf_type *t, struct vmt_err *err);

/* The size of a type, and of an array the number of elements. VMT_ERR_NOTFOUND: it has none. */
int btf_size_of(struct btf *btf, uint32_t id, uint64_t *size, uint64_t *count, struct vmt_err *err);

/* The kernel's BTF, of that of a module; the kernel's has none: NULL. */
struct btf *btf_base(const struct btf *btf);

/* Bytes of a pointer. */
unsigned btf_ptr_size(const struct btf *btf);

#endif
