/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internals of the unwinder, for this folder and its tests only. */
#ifndef VMT_STACK_STACK_INTERNAL_H
#define VMT_STACK_STACK_INTERNAL_H

#include "stack/orc_entry.h"
#include "stack/unwind.h"

/* A range of code, and its ORC table; n 0: it has none. */
struct orc_table {
	uint64_t start, end;   /* the code */
	uint64_t module;       /* whose struct module leads to the rest, not yet read; 0: none */
	uint64_t ips, entries; /* addresses of the two tables, n elements each */
	uint64_t n;
	uint64_t lookup; /* address of the index by blocks of code, from start; 0: none */
	uint64_t n_lookup;
};

struct orc {
	const struct kernel_image *k;
	struct orc_table *tables; /* sorted by start */
	size_t n_tables;
	struct orc_table kernel; /* the same as in tables; end 0: not known */
	struct orc_table init;	 /* the kernel's init code, above all its other code */
	bool init_tried;
	uint64_t end_at; /* code whose entry says that the stack ends; 0: not known */
	const struct orc_format *format; /* NULL: not known (yet) */
	bool format_tried;
	bool indirect_adds_last; /* SP_INDIRECT: the offset is added to what was read */
	bool indirect_tried;
	struct orc_alias *aliases; /* of copied code */
	size_t n_aliases;
	bool aliases_tried;
	bool capped; /* a table has more entries, or there are more tracers, than caps.h allows */
};

/* Code that is a copy of the kernel's own, whose entries it shares. */
struct orc_alias {
	uint64_t start, end;
	uint64_t original;
};

/* Adds a table, unless it is empty. The array is a talloc child of ctx. */
int orc_table_add(
	TALLOC_CTX *ctx, struct orc *orc, const struct orc_table *table, struct vmt_err *err);
/* To be called after the last table was added. */
void orc_tables_settle(struct orc *orc);
/*
 * Adds the tables that the kernel's symbols and its modules lead to. One that is missing is no
 * error.
 */
int orc_tables_find(
	TALLOC_CTX *ctx, struct orc *orc, const struct module_list *modules, struct vmt_err *err);

/*
 * The table whose code contains ip; NULL: none. What leads to the tables of modules and of init
 * code is read when it is asked for: most of them are not.
 */
const struct orc_table *orc_table_of(struct orc *orc, uint64_t ip);

/* The bytes of the last entry that is not above ip; NOTFOUND: ip is below all entries. */
int orc_table_entry(struct mem_space *space, const struct orc_table *table, uint64_t ip,
	uint8_t *raw, struct vmt_err *err);

/* Finds the code that ftrace copied; later calls do nothing. */
void orc_aliases_find(TALLOC_CTX *ctx, struct orc *orc);

/* A stack_stepper's step; priv is the unwinder, as for the next two. */
int orc_step(void *priv, struct stack_step *step, struct vmt_err *err);
int call_step(void *priv, struct stack_step *step, struct vmt_err *err);
int frame_pointer_step(void *priv, struct stack_step *step, struct vmt_err *err);

#define STACK_STEPPERS_MAX 8
#define STACK_HOOKS_MAX 4

/* Code of a tracer whose address replaces return addresses. */
struct stack_hook {
	uint64_t address;
	const struct stack_hook_row *row;
};

struct stack_unwinder {
	const struct kernel_image *k;
	const struct module_list *modules; /* NULL: not known */
	const struct arch_unwind *arch;
	struct stack_stepper steppers[STACK_STEPPERS_MAX];
	size_t n_steppers;
	struct orc orc;
	struct stack_hook hooks[STACK_HOOKS_MAX];
	size_t n_hooks;
	bool hooks_tried;
	bool frames_tried, keeps_frames; /* whether the kernel keeps frame pointers */
	uint64_t begin;			 /* where a task that never ran begins; 0: not known */
};

/* The same without kernel and modules: for tests that bring their own tables. */
int stack_unwinder_init(TALLOC_CTX *ctx, const struct kernel_image *k, struct stack_unwinder **ret,
	struct vmt_err *err);

/* Returns NOTFOUND: the caller of the code at ip is not known. */
int stack_not_called(uint64_t ip, struct vmt_err *err);

/* The start of the function that contains ip; false: not known. */
bool stack_function_start(const struct stack_unwinder *u, uint64_t ip, uint64_t *ret);

/* Whether addr can be a return address: there is code before it that ends in a call. */
bool stack_is_return(const struct stack_unwinder *u, uint64_t addr);

/* A task's stack, given an address on it: stacks are aligned to their size. */
struct cpu_stack stack_around(const struct stack_unwinder *u, uint64_t sp);

/* Whether a word on the stack looks like a return address into code. */
bool stack_may_return_to(struct stack_unwinder *u, uint64_t ret);

/*
 * When *ip, read from the stack at slot, is a tracer's code, sets it to the return address that the
 * tracer replaced. NOTFOUND: that one was not found (err names the tracer).
 */
int stack_hook_recover(
	struct stack_unwinder *u, uint64_t task, uint64_t slot, uint64_t *ip, struct vmt_err *err);

#endif
