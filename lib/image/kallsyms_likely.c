// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where in the order of all addresses a symbol most likely is. Linkers keep the order of the
 * kernel's makefiles, so that it differs little between kernels. This only decides which of several
 * names are looked at first: a wrong guess costs a few more pages.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "image/kallsyms_table.h"

/* Numbers of symbols in 65536ths of all, in Debian's 6.1 for x86; what it lacks, as in 6.12. */
#define WHOLE 65536

struct likely {
	const char *name;
	uint32_t at;
};

/* clang-format off */
static const struct likely rows[] = {
	{"__cpu_present_mask", 57566},
	{"__end_init_stack", 46757},
	{"__end_init_task", 46754},
	{"__per_cpu_end", 269},
	{"__per_cpu_offset", 38489},
	{"__per_cpu_start", 1},
	{"__start_BTF", 46355},
	{"__start_init_stack", 46756},
	{"__start_init_task", 46752},
	{"__start_notes", 46352},
	{"__start_orc_header", 57975},
	{"__start_orc_unwind", 57978},
	{"__start_orc_unwind_ip", 57976},
	{"__stop_BTF", 46356},
	{"__stop_orc_unwind", 57980},
	{"__stop_orc_unwind_ip", 57978},
	{"_einittext", 59696},
	{"_etext", 33481},
	{"_sinittext", 57986},
	{"_totalram_pages", 57713},
	{"arch_rethook_trampoline", 2117},
	{"blockdev_superblock", 57774},
	{"btf_modules", 49172},
	{"btf_vmlinux", 63988},
	{"cea_exception_stacks", 70},
	{"clocksource_jiffies", 48518},
	{"cpu_tss_rw", 3},
	{"crash_notes", 63822},
	{"crashing_cpu", 47471},
	{"current_task", 55},
	{"ftrace_list_end", 57657},
	{"ftrace_ops_list", 57654},
	{"hardirq_stack_inuse", 53},
	{"hardirq_stack_ptr", 53},
	{"hardlockup_panic", 57645},
	{"hstates", 64135},
	{"hugetlb_max_hstate", 57720},
	{"idle_threads", 80},
	{"init_task", 46806},
	{"jiffies", 46761},
	{"last_unloaded_module", 63751},
	{"modules", 48393},
	{"nr_cpu_ids", 57627},
	{"nr_node_ids", 57708},
	{"nr_vmap_nodes", 57706},
	{"orc_lookup", 57979},
	{"orc_lookup_end", 57981},
	{"panic_on_oops", 63508},
	{"panic_on_warn", 57562},
	{"panic_timeout", 63505},
	{"pcpu_hot", 254},
	{"ret_from_fork", 313},
	{"ret_from_fork_asm", 363},
	{"return_to_handler", 2116},
	{"runqueues", 257},
	{"slab_caches", 49430},
	{"softlockup_panic", 57643},
	{"sysctl_bootid", 64979},
	{"sysctl_hung_task_panic", 57636},
	{"sysctl_panic_on_oom", 64047},
	{"sysctl_panic_on_rcu_stall", 57610},
	{"tainted_mask", 63515},
	{"unknown_nmi_panic", 63245},
	{"vm_node_stat", 46768},
	{"vm_zone_stat", 46769},
	{"vmalloc_base", 38422},
	{"vmap_area_root", 64094},
	{"vmap_nodes", 49541},
	{"vmap_zone_size", 57706},
	{"vmemmap_base", 38420},
};
/* clang-format on */

static int compare(const void *name, const void *row)
{
	return strcmp(name, ((const struct likely *)row)->name);
}

static const struct likely *row_of(const char *name)
{
	return bsearch(name, rows, ARRAY_SIZE(rows), sizeof(rows[0]), compare);
}

static uint32_t scaled(const struct kallsyms *ks, const struct likely *row)
{
	return (uint32_t)((uint64_t)row->at * ks->n / WHOLE);
}

/* All that are near moved by the same in this kernel. */
bool kallsyms_likely(const struct kallsyms *ks, const char *name, uint32_t *ret)
{
	const struct likely *row = row_of(name);
	const struct kallsyms_moved *best = NULL;
	int64_t at;

	if (!row)
		return false;
	at = scaled(ks, row);
	for (size_t i = 0; i < ks->n_moved; i++) {
		const struct kallsyms_moved *m = &ks->moved[i];

		if (!best || llabs((int64_t)m->from - at) < llabs((int64_t)best->from - at))
			best = m;
	}
	if (best)
		at += (int64_t)best->to - best->from;
	*ret = at < 0 ? 0 : at >= ks->n ? ks->n - 1 : (uint32_t)at;
	return true;
}

void kallsyms_likely_found(struct kallsyms *ks, const char *name, uint32_t i)
{
	const struct likely *row = row_of(name);

	if (row && ks->n_moved < ARRAY_SIZE(ks->moved))
		ks->moved[ks->n_moved++] = (struct kallsyms_moved){scaled(ks, row), i};
}
