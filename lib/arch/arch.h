/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A machine whose dumps can be read is one row. To add one: arch_NAME.c with a `const struct arch`,
 * its name in arch_rows.h. Code above asks the row, never which architecture it is; what texts and
 * containers need to know of a machine is in base/machine.h.
 */
#ifndef VMT_ARCH_ARCH_H
#define VMT_ARCH_ARCH_H

#include "base/err.h"

/* Reads physical memory; 0 or a code. */
typedef int (*arch_read_phys)(
	void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err);

/* What a page-table walk needs to know, in plain numbers. */
struct arch_paging {
	uint64_t root;	    /* physical address of the kernel's top table */
	unsigned levels;    /* 0: the architecture's usual */
	unsigned va_bits;   /* likewise, where these say how many levels there are */
	uint64_t addr_mask; /* bits to clear from every entry (SME) */
	uint32_t page_size;
	arch_read_phys read;
	void *read_arg;
};

struct arch_reg {
	const char *name;
	uint16_t offset; /* into the register block of NT_PRSTATUS */
	uint8_t size;
};

/* A register that the scheduler saves where it switches a task out. */
struct arch_saved {
	const char *member; /* of the frame's type */
	uint8_t reg;	    /* index into the row's regs */
	uint8_t offset;	    /* where no layout is to be had */
};

/* How a switched-out task keeps its registers. */
struct arch_switch {
	bool in_task;		/* in task_struct itself: members of saved are its own */
	const char *sp_member;	/* of task_struct: where its stack pointer is */
	const char *frame_type; /* of what lies there */
	uint8_t frame_size;
	const struct arch_saved *saved;
	size_t n_saved;
};

/* How much of its frame a function had made where it was interrupted. */
enum arch_frame {
	ARCH_FRAME_UNKNOWN,
	ARCH_FRAME_NONE,  /* the return address is on top of the stack */
	ARCH_FRAME_HALF,  /* the caller's frame pointer was saved on top of it */
	ARCH_FRAME_WHOLE, /* the frame pointer is its own */
	ARCH_FRAME_NEVER, /* it makes none; if it pushes nothing, as NONE */
};

/* Bytes of a function's start that frame_at() wants to see. */
#define ARCH_PROLOGUE_MAX 32

/* What unwinders need to know. Registers are indexes into the row's regs. */
struct arch_unwind {
	uint8_t pc, sp, fp;
	uint8_t lr; /* where has_lr: a call puts the return address there, not on the stack */
	bool has_lr;
	/* struct pt_regs holds the row's first registers, each at the row's offset. */
	uint8_t n_pt_regs;
	const uint8_t *dwarf; /* the row's register of each of DWARF's numbers */
	uint8_t n_dwarf;
	bool links_irq_stack; /* its last word is the stack pointer from before */
	/* Where in pt_regs there may be a frame record, of what was interrupted; 0 ends. NULL:
	 * none. */
	const uint16_t *records_in_regs;
	uint16_t pt_regs_size;
	uint16_t pt_regs_hw;	   /* offset of the part that the CPU itself pushes */
	uint64_t thread_size;	   /* where the kernel does not tell */
	const char *const *begins; /* symbols where a task that never ran begins; NULL ends */
	struct arch_switch switched;

	/* Whether these registers (in the row's order) ran user code. */
	bool (*is_user)(const uint64_t *regs);
	/* Whether the code that ends before end (n bytes can be seen) ends in a call. */
	bool (*is_call)(const uint8_t *end, size_t n);
	/* Where that call goes, if the code alone tells; at is the address of end. */
	bool (*call_target)(const uint8_t *end, size_t n, uint64_t at, uint64_t *ret);
	/* A return address without the signature that its upper bits may hold; NULL: none do. */
	uint64_t (*plain_return)(uint64_t addr);
	/* Where the registers are that a marked frame pointer names; 0: it is an ordinary one. */
	uint64_t (*regs_of_fp)(uint64_t fp);
	/*
	 * Of a function that starts with the n bytes of code, and was interrupted at bytes into it.
	 * around: the byte before that, 0 at the start, and the one there.
	 */
	enum arch_frame (*frame_at)(
		const uint8_t *code, size_t n, uint64_t at, const uint8_t around[2]);
};

/* Bytes before a return address that is_call() wants to see. */
#define ARCH_CALL_MAX 8

struct arch {
	const char *name; /* as uname -m */
	uint16_t elf_machine;
	bool is_64;
	/* PRSTATUS */
	uint16_t prstatus_regs; /* offset of the register block */
	uint16_t prstatus_pid;
	const struct arch_reg *regs;
	size_t n_regs;
	const char *pc, *sp; /* names of the row's registers */
	/*
	 * Kernel image: virtual to physical is va - image_base + phys_base. Where the image has no
	 * place of its own, image_offset is VMCOREINFO's key of the difference, and image_base 0.
	 */
	uint64_t image_base;
	const char *image_offset;
	uint64_t image_size; /* of the window it lies in, where the kernel does not say */
	const struct arch_unwind *unwind; /* NULL: stacks of this machine cannot be unwound */

	/*
	 * Translates one virtual address: *paddr, and *len bytes that follow are contiguous.
	 * VMT_ERR_NOTFOUND: not mapped; other codes: a table could not be read.
	 */
	int (*translate)(const struct arch_paging *pg, uint64_t va, uint64_t *paddr, uint64_t *len,
		struct vmt_err *err);
};

/* All rows, from 0; NULL ends. */
const struct arch *arch_row(size_t i);

const struct arch *arch_find(uint16_t elf_machine, bool is_64);
const struct arch *arch_find_name(const char *name, size_t len);

/* What to try where nothing says which machine it was. */
const struct arch *arch_usual(void);

/* Index of a register by its name; -1: the row has none. */
int arch_reg_find(const struct arch *arch, const char *name);

#endif
