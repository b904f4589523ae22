/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unwinding by the call frame information of a file (.debug_frame, .eh_frame), for kernels that
 * have no unwind tables in memory.
 */
#ifndef VMT_SYMBOLIZE_CFI_H
#define VMT_SYMBOLIZE_CFI_H

#include <elfutils/libdw.h>

#include "base/alloc.h"
#include "symbolize/sections.h"

#define CFI_REGS 64

/* Registers by their DWARF numbers. */
struct cfi_regs {
	uint64_t v[CFI_REGS];
	uint64_t known; /* bit i: v[i] is known */
};

/* Reads a word of the machine's size at a run-time address; returns 0 or an error code. */
typedef int (*cfi_read)(void *arg, uint64_t addr, uint64_t *ret, struct vmt_err *err);

/* The machine whose stack is unwound. */
struct cfi_machine {
	unsigned sp; /* DWARF's number of the stack pointer */
	cfi_read read;
	void *read_arg;
};

struct cfi;

/*
 * dwarf (NULL: none) was opened from elf. Both are borrowed, and must outlive *ret (a child of
 * ctx), which relocates a module's tables. To be opened once for a file, since libdw caches what it
 * reads. NOTFOUND: the file has no call frame information.
 */
int cfi_open(TALLOC_CTX *ctx, Elf *elf, Dwarf *dwarf, struct cfi **ret, struct vmt_err *err);

/*
 * The sections of a module, with the addresses that they get here; NULL: the file is linked and has
 * its own.
 */
const struct sections *cfi_sections(const struct cfi *cfi);

/*
 * Turns the registers of a frame into its caller's; *ret is the caller's program counter. pc is the
 * frame's, one less if it is a return address, in the addresses of the file or of cfi_sections().
 * NOTFOUND: no information for this code, or none about its caller; UNSUPPORTED: an operation that
 * is not known here; other codes: memory could not be read.
 */
int cfi_step(struct cfi *cfi, const struct cfi_machine *machine, uint64_t pc, struct cfi_regs *regs,
	uint64_t *ret, struct vmt_err *err);

#endif
