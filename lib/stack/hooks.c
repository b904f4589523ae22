// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Return addresses that tracers replaced. When the return of a function is traced, its return
 * address is that of the tracer's code, and the real one is in a list of the task. Mirrors
 * kernel/trace/{rethook,fgraph}.c, kernel/kprobes.c and unwind_recover_ret_addr() of
 * arch/x86/include/asm/unwind.h.
 */
#include <string.h>

#include "base/caps.h"
#include "base/cur.h"
#include "stack/stack_internal.h"

typedef bool (*hook_find)(const struct stack_unwinder *u, const struct stack_hook_row *row,
	uint64_t task, uint64_t slot, uint64_t *ret);

struct stack_hook_row {
	const char *symbol;
	const char *what;
	hook_find find;
	/*
	 * For a list: its head in task_struct, the type of its nodes, and their member with the
	 * slot's address.
	 */
	const char *head, *type, *slot;
};

/* A list of nodes {llist, ret_addr, the slot's address}. */
static bool find_in_list(const struct stack_unwinder *u, const struct stack_hook_row *row,
	uint64_t task, uint64_t slot, uint64_t *ret)
{
	struct layout_member link;
	uint64_t node;

	if (kernel_read_member(u->k, task, "task_struct", row->head, &node, NULL) ||
		layout_member(u->k->layout, row->type, "llist", &link, NULL))
		return false;
	for (unsigned i = 0; i < CAP_RETHOOKS && node; i++) {
		uint64_t at = node - link.offset, frame;

		if (kernel_read_member(u->k, at, row->type, row->slot, &frame, NULL))
			return false;
		if (frame == slot)
			return !kernel_read_member(u->k, at, row->type, "ret_addr", ret, NULL);
		if (mem_read_ptr(u->k->space, node, &node, NULL))
			return false;
	}
	return false;
}

/*
 * The function graph tracer's own stack, one page. Up to 6.10 its entries were an array; since then
 * they are mixed with other words. In both, an entry has the slot's address at the same distance
 * from the real return address, so a search for the slot's address finds it.
 */
static bool find_in_shadow(const struct stack_unwinder *u, const struct stack_hook_row *row,
	uint64_t task, uint64_t slot, uint64_t *ret)
{
	struct layout_member real, place;
	uint8_t page[4096];
	uint64_t stack;
	size_t missing;

	(void)row;
	if (kernel_read_member(u->k, task, "task_struct", "ret_stack", &stack, NULL) || !stack ||
		layout_member(u->k->layout, "ftrace_ret_stack", "ret", &real, NULL) ||
		layout_member(u->k->layout, "ftrace_ret_stack", "retp", &place, NULL) ||
		place.offset < real.offset || place.offset - real.offset >= sizeof(page))
		return false;
	missing = mem_read_some(u->k->space, stack, page, sizeof(page));
	for (size_t i = place.offset - real.offset; missing < sizeof(page) && i < sizeof(page);
		i += 8) {
		if (cur_load_little(page + i, 8) != slot)
			continue;
		*ret = cur_load_little(page + i - (place.offset - real.offset), 8);
		return true;
	}
	return false;
}

static const struct stack_hook_row rows[STACK_HOOKS_MAX] = {
	/* 5.18 and later */
	{"arch_rethook_trampoline", "a return probe", find_in_list, "rethooks.first",
		"rethook_node", "frame"},
	/* 5.15 to 5.17, and without rethook; before 5.11 the list was not in the task */
	{"__kretprobe_trampoline", "a return probe", find_in_list, "kretprobe_instances.first",
		"kretprobe_instance", "fp"},
	{"kretprobe_trampoline", "a return probe", find_in_list, "kretprobe_instances.first",
		"kretprobe_instance", "fp"},
	{"return_to_handler", "the function graph tracer", find_in_shadow, NULL, NULL, NULL},
};

static void find_hooks(struct stack_unwinder *u)
{
	u->hooks_tried = true;
	for (size_t i = 0; i < STACK_HOOKS_MAX; i++)
		if (!kernel_symbol(u->k, rows[i].symbol, &u->hooks[u->n_hooks].address, NULL))
			u->hooks[u->n_hooks++].row = &rows[i];
}

/* No call returns to where a function begins, so mostly the names need not be looked up. */
static bool may_be_hook(const struct stack_unwinder *u, uint64_t ip)
{
	return u->k->symbols && !(u->modules && modules_at(u->modules, ip)) &&
	       kallsyms_may_begin(u->k->symbols, ip);
}

int stack_hook_recover(
	struct stack_unwinder *u, uint64_t task, uint64_t slot, uint64_t *ip, struct vmt_err *err)
{
	if (!u->hooks_tried && may_be_hook(u, *ip))
		find_hooks(u);
	for (size_t i = 0; i < u->n_hooks; i++) {
		const struct stack_hook_row *row = u->hooks[i].row;

		if (u->hooks[i].address != *ip)
			continue;
		if (task && u->k->layout && row->find(u, row, task, slot, ip))
			return 0;
		return err_set_at(err, VMT_ERR_NOTFOUND, slot,
			"%s (%s) replaced the return address at 0x%llx, and the real one was not "
			"found",
			row->what, row->symbol, (unsigned long long)slot);
	}
	return 0;
}
