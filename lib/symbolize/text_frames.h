/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses for the frames of a text log: "function+0x12/0x34" is looked up in a file's symbol
 * table, by name and by the size that the kernel printed.
 */
#ifndef VMT_SYMBOLIZE_TEXT_FRAMES_H
#define VMT_SYMBOLIZE_TEXT_FRAMES_H

#include "symbolize/lines.h"

/* In: a frame as in the log, in the order of its trace. Out: its address. */
struct text_frame {
	const char *function;
	struct vmt_u64 offset, size; /* into the function, and of it */
	bool found;
	bool several;	/* not found, since several functions fit */
	bool differs;	/* not found, since no function by that name has that size */
	uint64_t start; /* of the function, as lines_at() takes it; valid if found */
};

/*
 * Finds functions in one file. The size is the distance to the next symbol, as the kernel prints
 * it; if it is not known, the offset must be within the function. If several fit, the one in the
 * unit of a neighbouring frame is taken.
 */
int text_frames_find(
	struct lines *l, Elf *elf, struct text_frame *frames, size_t n, struct vmt_err *err);

/* The address of a symbol whose name is unique; false: it is missing or ambiguous. */
bool text_frames_symbol(struct lines *l, Elf *elf, const char *name, uint64_t *ret);

#endif
