/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One machine instruction: its text, and the memory that it reads or writes. */
#ifndef VMT_ARCH_INSN_H
#define VMT_ARCH_INSN_H

#include <stdbool.h>

#include "base/alloc.h"
#include "base/err.h"

struct insn {
	char text[200];	  /* Intel syntax, lower case: "mov rax, qword ptr [rdi + 0x40]" */
	char operand[64]; /* the memory operand, as in text; "": none */
	char base[8];	  /* registers in the operand's address; "": none */
	char index[8];
	unsigned scale;
	int64_t disp;
	unsigned size;	    /* bytes accessed */
	bool reads, writes; /* whether it accesses that operand */
	bool jumps;	    /* a call or jump; an operand is where the target is read from */
	unsigned length;
};

struct insn_decoder;

/*
 * For many instructions: making a decoder takes as long as decoding fifty of them. arch is as
 * printed by uname -m. VMT_ERR_UNSUPPORTED: there is none for it. *ret is a talloc child of ctx.
 */
int insn_decoder_new(
	TALLOC_CTX *ctx, const char *arch, struct insn_decoder **ret, struct vmt_err *err);

/*
 * Whether the library that decodes is missing though arch has a decoder: *why says what to install.
 */
bool insn_lacks_library(const char *arch, struct vmt_err *why);

/* As insn_decode(). */
int insn_decoder_read(struct insn_decoder *decoder, const uint8_t *bytes, size_t n, uint64_t addr,
	struct insn *ret, struct vmt_err *err);

/*
 * Decodes the first instruction in n bytes. arch is as printed by uname -m. addr is the address of
 * the bytes, for branch targets in text. Returns 0, VMT_ERR_UNSUPPORTED for an architecture without
 * a decoder, or VMT_ERR_CORRUPT if the bytes are not an instruction.
 */
int insn_decode(const char *arch, const uint8_t *bytes, size_t n, uint64_t addr, struct insn *ret,
	struct vmt_err *err);

#endif
