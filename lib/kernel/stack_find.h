/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stacks that no page table leads to. The registers that a crash saved of a CPU are on its stack,
 * word for word: a page that has them in the right place is a page of that stack.
 */
#ifndef VMT_KERNEL_STACK_FIND_H
#define VMT_KERNEL_STACK_FIND_H

#include "kernel/cpu.h"

/*
 * Looks for the stack of each CPU whose registers are known and whose stack pointer leads nowhere.
 * Reads every page, so this is a last resort. A page that is found can be read at its address in
 * k->space from then on. If the registers are those that an exception saved on that stack,
 * cpu->fault_regs is set. Returns the number of pages found, also if not all of the dump can be
 * read, or VMT_ERR_NOMEM. Sets set->find_capped if the dump has more than CAP_SALVAGE_BYTES: only
 * those were looked at.
 */
int stack_find(
	const struct kernel_image *k, struct dump *dump, struct cpu_set *set, struct vmt_err *err);

#endif
