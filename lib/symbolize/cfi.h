/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unwinding by the call frame information of a file (.debug_frame, .eh_frame): for kernels that
 * carry no unwind tables of their own in memory.
 */
#ifndef VMT_SYMBOLIZE_CFI_H
#define VMT_SYMBOLIZE_CFI_H

#include <elfutils/libdw.h>
#include <talloc.h>

#include "symbolize/sections.h"

#define CFI_REGS 64

/* By DWARF's numbers. */
struct cfi_regs {
	uint64_t v[CFI_REGS];
	uint64_t known; /* bit i: v[i] is known */
};

/* Reads a word of the machine's size at a run-time address; 0 or a code. */
typedef int (*cfi_read)(void *arg, uint64_t addr, uint64_t *ret, struct vmt_err *err);

/* The machine that the steps are of. */
struct cfi_machine {
	unsigned sp; /* DWARF's number of the stack pointer */
	cfi_read read;
	void *read_arg;
};

struct cfi;

/*
 * elf is the file that dwarf (NULL: none) was made of; both are borrowed, and must outlive *ret (a
 * child of ctx): a module's tables are relocated meanwhile. Once for a file, since libdw keeps what
 * it read of them. NOTFOUND: the file has no call frame information.
 */
int cfi_open(TALLOC_CTX *ctx, Elf *elf, Dwarf *dwarf, struct cfi **ret, struct vmt_err *err);

/* Of a module, whose sections have no addresses of their own; NULL: a file that is linked. */
const struct sections *cfi_sections(const struct cfi *cfi);

/*
 * From the registers of a frame to its caller's. pc is where to look, in the file's own addresses
 * or those of cfi_sections(): of a return address, one less.
 * *ret is the caller's program counter. NOTFOUND: nothing speaks of this code, or not of its
 * caller; UNSUPPORTED: in words that are not known here; other codes: memory could not be read.
 */
int cfi_step(struct cfi *cfi, const struct cfi_machine *machine, uint64_t pc, struct cfi_regs *regs,
	uint64_t *ret, struct vmt_err *err);

#endif
