/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses for the places that a text log names: "function+0x12/0x34" is looked up in a file's
 * symbol table, by name and by the size that the kernel printed.
 */
#ifndef VMT_SYMBOLIZE_TEXT_FRAMES_H
#define VMT_SYMBOLIZE_TEXT_FRAMES_H

#include "symbolize/lines.h"

/* In: a place as the log has it, one after the other as in its trace. Out: where it is. */
struct text_frame {
	const char *function;
	struct vmt_u64 offset, size; /* into the function, and of it */
	bool found;
	bool several;	/* not found, since several functions fit */
	bool differs;	/* not found, since no function by that name has that size */
	uint64_t start; /* of the function, as lines_at() takes it; with found */
};

/*
 * Finds the functions of one file. The size is to the next symbol, as the kernel counts it; where
 * it is not known, the offset must lie within the function. Of several that fit, that one is taken
 * whose unit is that of a neighbour in the trace.
 */
int text_frames_find(
	struct lines *l, Elf *elf, struct text_frame *frames, size_t n, struct vmt_err *err);

/* The address of a symbol that is there once; false: it is not. */
bool text_frames_symbol(struct lines *l, Elf *elf, const char *name, uint64_t *ret);

#endif
