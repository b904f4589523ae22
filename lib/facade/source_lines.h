/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What debuginfo adds to stacks: source lines, and the calls that the compiler inlined. */
#ifndef VMT_FACADE_SOURCE_LINES_H
#define VMT_FACADE_SOURCE_LINES_H

#include "base/diag.h"
#include "explain/function.h"
#include "facade/kernel_view.h"

struct source_lines;

/* What is known of the machine whose stacks these are; all borrowed. */
struct source_lines_facts {
	struct kernel_view *view; /* NULL: a text log, whose frames are found by name */
	const struct vmt_kernel *kernel;
	const struct vmt_module *modules; /* with their build-ids; else these are read from view */
	size_t n_modules;
	bool thorough; /* also read the parts of the dump that only debuginfo needs */
};

/* A stack of a result. Its frames will be replaced by a longer array. */
struct source_lines_stack {
	const struct vmt_frame **frames;
	size_t *n;
};

/* A talloc child of ctx. What facts point to must outlive it. No file is opened yet. */
int source_lines_new(TALLOC_CTX *ctx, const struct vmt_options *opts,
	const struct source_lines_facts *facts, struct source_lines **ret, struct vmt_err *err);

/*
 * Finds debuginfo for these stacks, and gives their frames file and line, with an additional frame
 * for each inlined call. What is new is a talloc child of ctx. Stacks without debuginfo stay as
 * they are.
 */
int source_lines_expand(struct source_lines *sl, TALLOC_CTX *ctx,
	const struct source_lines_stack *stacks, size_t n, struct vmt_err *err);

/* The same for all stacks of a report. Also fills verdict.file, verdict.line and debuginfo. */
int source_lines_report(
	struct source_lines *sl, TALLOC_CTX *ctx, struct vmt_report *report, struct vmt_err *err);

/* What is newly known of the same machine. */
void source_lines_know(struct source_lines *sl, const struct source_lines_facts *facts);

/*
 * The types of a module (NULL: of the kernel), for addresses in memory, or of the file if sl has no
 * view. What they refer to belongs to sl. False: there is no debuginfo of it.
 */
bool source_lines_types(
	struct source_lines *sl, const char *module, const char *build_id, struct types *ret);

/*
 * A function of a text's frame, in its file, with its code if the file has it. *ip is where the
 * frame was in it. All of it belongs to sl. False: it is not known.
 */
bool source_lines_code(struct source_lines *sl, const struct vmt_frame *frame, const char *arch,
	struct explain_code *ret, uint64_t *ip);

/* Whether any debuginfo was found. */
bool source_lines_found(const struct source_lines *sl);

/* Adds diagnostics about debuginfo that was refused, failed, or may not match. */
void source_lines_diagnose(const struct source_lines *sl, TALLOC_CTX *ctx, struct diag_list *diags);

#endif
