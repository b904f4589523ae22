/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of source_lines share. */
#ifndef VMT_FACADE_SOURCE_LINES_INTERNAL_H
#define VMT_FACADE_SOURCE_LINES_INTERNAL_H

#include "facade/source_lines.h"
#include "symbolize/cfi.h"
#include "symbolize/debuginfo.h"
#include "symbolize/lines.h"
#include "symbolize/types_dwarf.h"

/* The kernel or a module that contains a frame. */
struct source_lines_object {
	size_t number;	    /* in order of appearance */
	const char *module; /* NULL: the kernel itself */
	const char *build_id;
	const char *origin;
	struct debuginfo_file *file; /* NULL: there is none */
	struct lines *lines;	     /* NULL: not usable */
	struct vmt_err failure;	     /* why it is not usable */
	uint64_t bias;		     /* the kernel: run-time address minus link-time address */
	bool has_bias;
	struct module_section *sections; /* a module: where they were loaded */
	size_t n_sections;
	bool capped;		   /* it has more sections than CAP_MODULE_SECTIONS */
	struct cfi *cfi;	   /* NULL: not opened */
	struct types_dwarf *types; /* NULL: not asked for */
	size_t n_differing;	   /* the number of functions that have another size in the log */
};

struct source_lines {
	struct source_lines_facts facts;
	bool without_cpus; /* leave the CPUs of a report as they are */
	struct debuginfo_search *search;
	struct source_lines_object **objects; /* in order of appearance */
	size_t n_objects;
	struct name_index *names; /* of objects */
};

/* A frame and its place in the source. */
struct source_lines_spot {
	const struct vmt_frame *frame;
	struct source_lines_object *object; /* NULL: there is nothing to find */
	bool found;
	uint64_t addr; /* in the object's own addresses */
	struct lines_place *places;
	size_t n_places;
};

/*
 * One spot for each frame of the stacks, in order. The spots are talloc children of sl, and what
 * goes into the result is a talloc child of ctx.
 */
int source_lines_find(struct source_lines *sl, TALLOC_CTX *ctx,
	const struct source_lines_stack *stacks, size_t n, struct source_lines_spot **ret,
	struct vmt_err *err);

/*
 * Fills the variables of the report's innermost frame, if the CPU was there with the report's
 * registers, and the arguments of its callers up to the culprit. spots are those of the report's
 * frames, which are not expanded yet.
 */
int source_lines_variables(struct source_lines *sl, TALLOC_CTX *ctx,
	const struct source_lines_spot *spots, struct vmt_report *report, struct vmt_err *err);

/* The kernel (module NULL) or a module; it is opened when first asked for. */
int source_lines_object(struct source_lines *sl, const char *module, const char *build_id,
	struct source_lines_object **ret, struct vmt_err *err);

/* Adds to the stacks what was found. */
int source_lines_expand_all(TALLOC_CTX *ctx, const struct source_lines_spot *spots,
	const struct source_lines_stack *stacks, size_t n, struct vmt_err *err);

#endif
