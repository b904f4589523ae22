/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of source_lines share. */
#ifndef VMT_FACADE_SOURCE_LINES_INTERNAL_H
#define VMT_FACADE_SOURCE_LINES_INTERNAL_H

#include "facade/source_lines.h"
#include "symbolize/debuginfo.h"
#include "symbolize/lines.h"

/* The kernel or a module, as far as a frame lies in it. */
struct source_lines_object {
	size_t number;	    /* in order of appearance */
	const char *module; /* NULL: the kernel itself */
	const char *build_id;
	const char *origin;
	struct debuginfo_file *file; /* NULL: there is none */
	struct lines *lines;	     /* NULL: not usable */
	struct vmt_err failure;	     /* why it is not */
	uint64_t bias;		     /* the kernel: run-time address less that it was linked to */
	bool has_bias;
	struct module_section *sections; /* a module: where they were loaded */
	size_t n_sections;
	bool capped;	    /* it has more sections than CAP_MODULE_SECTIONS */
	size_t n_differing; /* functions of a log that have another size in the file */
};

struct source_lines {
	struct source_lines_facts facts;
	bool without_cpus; /* a report's CPUs are left as they are */
	struct debuginfo_search *search;
	struct source_lines_object **objects; /* in order of appearance */
	size_t n_objects;
	struct name_index *names; /* of objects */
};

/* A frame and its place in the source. */
struct source_lines_spot {
	const struct vmt_frame *frame;
	struct source_lines_object *object; /* NULL: nothing is to be found */
	bool found;
	uint64_t addr; /* in the object's own addresses */
	struct lines_place *places;
	size_t n_places;
};

/* Of the stacks' frames, in order. They are talloc children of sl; what is to last is on ctx. */
int source_lines_find(struct source_lines *sl, TALLOC_CTX *ctx,
	const struct source_lines_stack *stacks, size_t n, struct source_lines_spot **ret,
	struct vmt_err *err);

/* Puts what was found into the stacks. */
int source_lines_expand_all(TALLOC_CTX *ctx, const struct source_lines_spot *spots,
	const struct source_lines_stack *stacks, size_t n, struct vmt_err *err);

#endif
