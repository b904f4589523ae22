/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A machine whose dumps can be read is one row. To add one, write arch_NAME.c with a `const struct
 * arch` and add its name to arch_rows.h. Code in upper layers uses the row and never checks which
 * architecture it is. What texts and containers need to know about a machine is in base/machine.h.
 */
#ifndef VMT_ARCH_ARCH_H
#define VMT_ARCH_ARCH_H

#include "base/err.h"

/* Reads physical memory. Returns 0 or a negative code. */
typedef int (*arch_read_phys)(
	void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err);

/* What a page-table walk needs, in plain numbers. */
struct arch_paging {
	uint64_t root;	    /* physical address of the kernel's top-level table */
	unsigned levels;    /* 0: the usual number for the architecture */
	unsigned va_bits;   /* likewise, where they determine the number of levels */
	uint64_t addr_mask; /* bits to clear from every entry (SME) */
	uint32_t page_size;
	arch_read_phys read;
	void *read_arg;
};

struct arch_reg {
	const char *name;
	uint16_t offset; /* in the register block of NT_PRSTATUS */
	uint8_t size;
};

/* A register that the scheduler saves when it switches a task out. */
struct arch_saved {
	const char *member; /* of the frame's type */
	uint8_t reg;	    /* index into the row's regs */
	uint8_t offset;	    /* used where no layout is available */
};

/* How the registers of a switched-out task are kept. */
struct arch_switch {
	bool in_task;		/* in task_struct itself: saved lists members of it */
	const char *sp_member;	/* member of task_struct with the stack pointer */
	const char *frame_type; /* type of what that points to */
	uint8_t frame_size;
	const struct arch_saved *saved;
	size_t n_saved;
};

/* How much of its frame a function had set up when it was interrupted. */
enum arch_frame {
	ARCH_FRAME_UNKNOWN,
	ARCH_FRAME_NONE,  /* the return address is on top of the stack */
	ARCH_FRAME_HALF,  /* the caller's frame pointer is pushed below the return address */
	ARCH_FRAME_WHOLE, /* the frame pointer is the function's own */
	ARCH_FRAME_NEVER, /* the function makes none; as NONE if it pushes nothing */
};

/* How many bytes of the start of a function frame_at() needs. */
#define ARCH_PROLOGUE_MAX 32

/* What unwinders need. Registers are indexes into the row's regs. */
struct arch_unwind {
	uint8_t pc, sp, fp;
	uint8_t lr; /* if has_lr: a call puts the return address there, not on the stack */
	bool has_lr;
	/* struct pt_regs holds the row's first registers, each at the row's offset. */
	uint8_t n_pt_regs;
	const uint8_t *dwarf; /* the row's register for each DWARF register number */
	uint8_t n_dwarf;
	bool has_tss; /* a task state segment names the stacks for exceptions and entry code */
	bool has_orc; /* kernels may have ORC tables */
	bool links_irq_stack; /* the last word of the IRQ stack is the previous stack pointer */
	/*
	 * Offsets in pt_regs where a frame record of the interrupted code may be. Ends with 0.
	 * NULL: none.
	 */
	const uint16_t *records_in_regs;
	uint16_t pt_regs_size;
	uint16_t pt_regs_hw;	   /* offset of the part that the CPU itself pushes */
	uint64_t thread_size;	   /* bytes; used if the kernel does not record it */
	const char *const *begins; /* symbols where a task that never ran begins; ends with NULL */
	struct arch_switch switched;

	/* Whether these registers (in the order of the row) are of user code. */
	bool (*is_user)(const uint64_t *regs);
	/* Whether the code before end, of which n bytes are available, ends in a call. */
	bool (*is_call)(const uint8_t *end, size_t n);
	/* The target of that call, if the code alone determines it. `at` is the address of end. */
	bool (*call_target)(const uint8_t *end, size_t n, uint64_t at, uint64_t *ret);
	/* Removes the signature from the upper bits of a return address. NULL: there are none. */
	uint64_t (*plain_return)(uint64_t addr);
	/*
	 * The address of the registers that a marked frame pointer refers to. 0: an ordinary frame
	 * pointer.
	 */
	uint64_t (*regs_of_fp)(uint64_t fp);
	/*
	 * The state of a function's frame. `code` is the first n bytes of the function, `at` the
	 * offset where it was interrupted. around[0] is the byte before that offset (0 at the start
	 * of the function), around[1] the byte there.
	 */
	enum arch_frame (*frame_at)(
		const uint8_t *code, size_t n, uint64_t at, const uint8_t around[2]);
};

/* How many bytes before a return address is_call() needs. */
#define ARCH_CALL_MAX 8

struct arch {
	const char *name; /* as printed by uname -m */
	uint16_t elf_machine;
	bool is_64;
	/* Offsets in struct elf_prstatus. */
	uint16_t prstatus_regs; /* of the register block */
	uint16_t prstatus_pid;
	const struct arch_reg *regs;
	size_t n_regs;
	const char *pc, *sp; /* names of rows in regs */
	/*
	 * Kernel image: the physical address is va - image_base + phys_base. If the image has no
	 * fixed window, image_offset is the VMCOREINFO key of va minus physical address, and
	 * image_base is 0.
	 */
	uint64_t image_base;
	const char *image_offset;
	uint64_t image_size; /* bytes of the image's window, if the kernel does not record it */
	const struct arch_unwind *unwind; /* NULL: stacks of this machine cannot be unwound */

	/*
	 * Translates one virtual address to *paddr. The next *len bytes are contiguous.
	 * VMT_ERR_NOTFOUND: not mapped. Other codes: a table could not be read.
	 */
	int (*translate)(const struct arch_paging *pg, uint64_t va, uint64_t *paddr, uint64_t *len,
		struct vmt_err *err);
};

/* Row i, NULL past the last. */
const struct arch *arch_row(size_t i);

/*
 * The row of a machine: by e_machine and class of its ELF files, or by its name as in uname -m, of
 * len bytes. NULL: there is none.
 */
const struct arch *arch_find(uint16_t elf_machine, bool is_64);
const struct arch *arch_find_name(const char *name, size_t len);

/* The architecture to try if nothing says which machine it was. */
const struct arch *arch_usual(void);

/* The index of a register by its name. -1: the row has none. */
int arch_reg_find(const struct arch *arch, const char *name);

#endif
