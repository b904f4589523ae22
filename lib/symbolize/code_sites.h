/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of code that a running kernel changes itself: alternatives, static keys, ftrace,
 * retpolines. The file lists them, in sections of their own.
 */
#ifndef VMT_SYMBOLIZE_CODE_SITES_H
#define VMT_SYMBOLIZE_CODE_SITES_H

#include <stdbool.h>

#include "symbolize/reloc.h"

/* A part of a file's code, in the file's own addresses. */
struct code_window {
	uint64_t start;
	size_t n;
	uint8_t *bytes; /* as in the file */
	bool *free;	/* which of them may differ in memory */
};

/* Finds a symbol of the kernel, at the address that it was linked for. False: there is none. */
struct code_symbols {
	void *arg;
	bool (*find)(void *arg, const char *name, uint64_t *ret);
};

/* Looks up all symbols that code_sites_mark() may need. */
void code_sites_look_up(const struct code_symbols *symbols);

/* What is kept of the tables of one file while it is open; NULL: no memory. */
struct code_sites *code_sites_new(TALLOC_CTX *ctx);

/*
 * Marks what the kernel may change. reloc: of a relocatable file, else NULL; symbols are needed for
 * a linked one. sites NULL: nothing is kept. UNSUPPORTED: a table is missing, or its form is not
 * known.
 */
int code_sites_mark(Elf *elf, struct reloc_file *reloc, const struct code_symbols *symbols,
	struct code_sites *sites, struct code_window *w, struct vmt_err *err);

#endif
