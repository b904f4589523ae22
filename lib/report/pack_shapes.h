/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The structs of a report, as tables of their members. */
#ifndef VMT_REPORT_PACK_SHAPES_H
#define VMT_REPORT_PACK_SHAPES_H

#include <stddef.h>

enum pack_type {
	PACK_BYTES, /* a number, a bool, a struct of such: size bytes, without padding */
	PACK_BOOL,
	PACK_U64,   /* struct vmt_u64 */
	PACK_TIME,  /* struct vmt_time */
	PACK_TEXT,  /* const char *, or NULL */
	PACK_NAME,  /* const char *, which is never NULL */
	PACK_PART,  /* a struct of this shape */
	PACK_ROWS,  /* a pointer to structs of this shape, whose count is at offset n */
	PACK_TEXTS, /* a pointer to names, whose count is at offset n */
	PACK_ONE,   /* a pointer to a struct of this shape, or NULL */
	PACK_NONE   /* is not packed: NULL afterwards */
};

struct pack_shape;

struct pack_field {
	enum pack_type type;
	size_t offset, size; /* of the member */
	size_t n;
	const struct pack_shape *shape;
};

struct pack_shape {
	const char *name; /* of the struct */
	size_t size;
	const struct pack_field *fields;
	size_t n_fields;
};

extern const struct pack_shape pack_report;

#endif
