/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The code of the kernel or of a module as its file has it, to be compared with memory. */
#ifndef VMT_SYMBOLIZE_CODE_FILE_H
#define VMT_SYMBOLIZE_CODE_FILE_H

#include "symbolize/code_sites.h"

struct code_file;

/*
 * elf is borrowed, and so is what symbols refers to. UNSUPPORTED: not x86-64 or arm64, whose tables
 * of changed code are known.
 */
int code_file_open(TALLOC_CTX *ctx, Elf *elf, const struct code_symbols *symbols,
	struct code_file **ret, struct vmt_err *err);

/* The made-up addresses of a module's sections; NULL: the file is a kernel. */
const struct sections *code_file_sections(const struct code_file *f);

/*
 * Fills bytes and free of the window, for which the caller has room. It is cut off at the end of
 * its section. NOTFOUND: it is not in code that stays in memory.
 */
int code_file_read(struct code_file *f, struct code_window *w, struct vmt_err *err);

/*
 * The same for any code of the file, also that of init. Only what relocations fill in is free, not
 * what the kernel changes.
 */
int code_file_read_any(struct code_file *f, struct code_window *w, struct vmt_err *err);

/* Whether exactly one function of a module's file has this name, and where it starts. */
bool code_file_function(const struct code_file *f, const char *name, uint64_t *ret);

/* The number of bytes without the padding at the end, which is not the function's own. */
size_t code_file_trim(const struct code_window *w);

/* How memory differs from a window of its file. */
struct code_difference {
	size_t first, last;   /* the bytes that differ, by their index in the window */
	size_t n_bytes;	      /* that differ */
	unsigned n_bits;      /* that differ in them */
	uint8_t memory, file; /* the first of these bytes */
};

/*
 * Compares bytes of memory with the window. slide: how far the kernel was moved when it booted,
 * which its fields with addresses show (0: a module). Breakpoints of the kernel's probes are not
 * counted. False: nothing differs.
 */
bool code_file_differs(const struct code_file *f, const struct code_window *w,
	const uint8_t *memory, uint64_t slide, struct code_difference *ret);

#endif
