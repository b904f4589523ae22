/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * BTF from the other side than layout.h: not the place of a member by its name, but the functions
 * by their names, and the member at a place. Types are ids; 0 is void.
 */
#ifndef VMT_IMAGE_BTF_WALK_H
#define VMT_IMAGE_BTF_WALK_H

#include "image/btf.h"

#define BTF_TEXT_MAX 160
#define BTF_PARAMS_MAX 12

struct btf_function {
	struct btf_argument {
		char name[64];
		uint32_t type;
	} params[BTF_PARAMS_MAX];
	unsigned n_params; /* without "..." */
	uint32_t result;
};

/*
 * Finds a function in this BTF (not in its base). Functions of the same name are not told apart:
 * the caller knows whether there are several. addr is the function's, only to find it sooner; 0:
 * not known. VMT_ERR_NOTFOUND: it has none, or more parameters than BTF_PARAMS_MAX.
 */
int btf_find_function(struct btf *btf, const char *name, uint64_t addr, struct btf_function *ret,
	struct vmt_err *err);

/*
 * A type that is far away may be easy to reach: a member of a known type points to it, or
 * is an array of it. From then on it is known by its name. Failures show when the type is asked
 * for.
 */
void btf_learn_member(struct btf *btf, const char *type, const char *member);

/*
 * Types that refer to each other can be made so that each question takes long. So the members that
 * btf_member_at() and btf_next_holder() examine are limited, to CAP_BTF_WALK from here on. Beyond
 * that they find nothing.
 */
void btf_allow(struct btf *btf);

/* The struct of that name, in this BTF or else in its base. False: there is none, or several. */
bool btf_find_struct(struct btf *btf, const char *name, uint32_t *ret);

/*
 * The value of an enumerator, by the names of the enum and of the enumerator. False: not known, or
 * an enum of 64 bits.
 */
bool btf_enumerator(struct btf *btf, const char *type, const char *name, uint32_t *ret);

/* What a pointer points to. False: not a pointer. */
bool btf_pointee(struct btf *btf, uint32_t type, uint32_t *ret);

/* The type without typedefs and qualifiers; 0: void, or it cannot be read. */
uint32_t btf_plain(struct btf *btf, uint32_t type);

/* False: the type has no size. */
bool btf_type_size(struct btf *btf, uint32_t type, uint64_t *ret);

/* "struct foo", "u32", "struct foo *"; "" if it has no name. */
void btf_type_text(struct btf *btf, uint32_t type, char *buf, size_t size);

struct btf_spot {
	char path[BTF_TEXT_MAX]; /* "a.b[2].c"; "": the type itself, a scalar */
	uint32_t type;
	uint64_t offset; /* of the member */
	bool exact;	 /* all of the member is accessed; else a part of it */
};

/*
 * The scalar that an access of size bytes at offset of a type is to. False: none, or several, as
 * in a union or with bit fields.
 */
bool btf_member_at(
	struct btf *btf, uint32_t type, uint64_t offset, unsigned size, struct btf_spot *ret);

/*
 * Finds the structs of a module (of a split BTF, not of its base) that have a member of this type
 * at this offset, possibly nested. Begins with *id 0; false: no more. path is the member's.
 */
bool btf_next_holder(
	struct btf *btf, uint32_t *id, uint32_t type, uint64_t offset, char path[BTF_TEXT_MAX]);

/* The same question about one type of any BTF: whether it has such a member there. */
bool btf_holds(
	struct btf *btf, uint32_t id, uint32_t type, uint64_t offset, char path[BTF_TEXT_MAX]);

#endif
