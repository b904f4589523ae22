// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where in the order of all names a name most likely is. This is only where a search begins:
 * kernels differ, and a wrong guess costs a few more pages.
 */
#include <string.h>

#include "base/array.h"
#include "image/kallsyms_table.h"

/* clang-format off */
/* The beginnings of names at even distances in the sorted table of a distribution's kernel. */
static const char names[][15] = {
	"", "__BTF_ID__func", "__SCK__tp_func", "__SCT__tp_func", "__TRACE_SYSTEM", "__UNIQUE_ID_dd",
	"__UNIQUE_ID_dd", "___tp_str.78", "__already_done", "__bpf_trace_ne", "__bpf_trace_tp",
	"__debugfs_crea", "__event_enter_", "__event_ext4_e", "__flags.3", "__func__.1", "__func__.3",
	"__func__.9", "__ia32_sys_sti", "__initcall__km", "__key.9", "__ksymtab___sg",
	"__ksymtab_admi", "__ksymtab_cook", "__ksymtab_devl", "__ksymtab_fb_p", "__ksymtab_huge",
	"__ksymtab_irq_", "__ksymtab_mems", "__ksymtab_pat_", "__ksymtab_put_", "__ksymtab_seri",
	"__ksymtab_tcf_", "__ksymtab_vfs_", "__msg.0", "__msg.8", "__param_dumbkb", "__raw_callee_s",
	"__setup_str_io", "__syscall_meta", "__tpstrtab_jbd", "__traceiter_io", "__tracepoint_i",
	"__x64_sys_fsta", "_kbl_addr_kpro", "acpi_data_fwno", "acpi_hed_add", "acpi_rs_conver",
	"aerdriver", "apparmor_socke", "arp_generic_op", "backend_change", "blk_mq_sched_d",
	"bpf_get_stack_", "bpf_percpu_cgr", "brl_timeout", "centaur_cpu_de", "clear_status_i",
	"copy_tree", "cpumask_weight", "current_kprobe", "decode_irq_fla", "dev_attr_link_",
	"dev_set_promis", "devm_request_p", "dmi_sysfs_attr", "dst_output", "em_cpu_get",
	"event_block_rq", "event_enter__f", "event_exit__se", "event_vector_t", "ext4_handle_er",
	"fbcon_switch", "flow_indir_dev", "free_swap_and_", "func_ptr_is_ke", "ghes_estatus_p",
	"hpet_msi_domai", "i8042_platform", "inet6_fill_lin", "input_dev_show", "io_bitmap_sequ",
	"iommu_iova_to_", "ipmr_seq_read", "jbd2_journal_f", "kfifo_copy_out", "kvm_sev_es_hca",
	"lru_cache_disa", "mem_init_print", "mode1_syscalls", "msi_domain_act", "netdev_rss_key",
	"noop_dirty_fol", "offdevs_inited", "paravirt_write", "pci_link_handl", "pciirq_dmi_tab",
	"perf_trace_ioc", "pkcs7_action_t", "power_supply_g", "print_fmt_xdp_", "profile_open",
	"qdisc_watchdog", "rcec_assoc_rci", "register_trigg", "root_device_id", "sched_core_sys",
	"sel_handle_unk", "serial_mutex", "share_irqs", "sk_stream_writ", "software_node_",
	"struct_ops", "sysctl_vm_numa", "tcp4_seq_ops", "thermal_notify", "tomoyo_socket_",
	"trace_event_fi", "trace_event_ra", "trace_probe_lo", "tracing_map_cm", "types__futimes",
	"univ8250_conso", "vcs_fops", "wake_up_and_wa", "xas_create_ran", "xenbus_otheren",
};
/* clang-format on */

#define STEP (KALLSYMS_ORDER_MAX / ARRAY_SIZE(names))

/*
 * The share of names like __pfx_vfs_read in a kernel that has them (CONFIG_PREFIX_SYMBOLS, 6.2 and
 * later, x86): one for each function, and few functions begin with an underscore.
 */
#define PREFIX_SHARE 0.32

/* Eight characters as a number, after those that the others share. */
static uint64_t number_of(const char *name, size_t from)
{
	uint64_t n = 0;

	for (size_t i = 0; i < 8; i++) {
		n = n << 8 | (uint8_t)name[from];
		from += name[from] != 0;
	}
	return n;
}

/* The last of the names that is not above this one. */
static size_t last_not_above(const char *name)
{
	size_t low = 0, high = ARRAY_SIZE(names);

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(names[mid], name) <= 0)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* Among the names of a kernel without such names. */
static uint32_t order_plain(const char *name)
{
	size_t i = last_not_above(name), same = 0;
	const char *before = names[i], *after = i + 1 < ARRAY_SIZE(names) ? names[i + 1] : "\x7f";
	uint64_t from, to, at;
	const uint32_t step = STEP;
	double part = 0;

	while (before[same] && before[same] == after[same])
		same++;
	if (strncmp(name, before, same) == 0) {
		from = number_of(before, same);
		to = number_of(after, same);
		at = number_of(name, same);
		if (at > from && at < to)
			part = (double)(at - from) / (double)(to - from);
	}
	return (uint32_t)(step * i) + (uint32_t)(step * part);
}

uint32_t kallsyms_order(const char *name, bool prefixes)
{
	const size_t len = sizeof(KALLSYMS_PREFIX) - 1;
	const double scale = 1 - PREFIX_SHARE, all = KALLSYMS_ORDER_MAX;
	double before = order_plain(name), first, rest;

	if (!prefixes)
		return order_plain(name);
	if (strncmp(name, KALLSYMS_PREFIX, len) != 0)
		return (uint32_t)(scale * before +
				  (strcmp(name, KALLSYMS_PREFIX) < 0 ? 0 : PREFIX_SHARE * all));
	first = order_plain("a");
	rest = order_plain(name + len);
	rest = rest > first ? (rest - first) / (all - first) : 0;
	return (uint32_t)(scale * before + PREFIX_SHARE * all * rest);
}
