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

/*
 * The same in a kernel that has names like __pfx_vfs_read (CONFIG_PREFIX_SYMBOLS, 6.2 and later,
 * x86): one for each function.
 */
static const char names_prefixed[][15] = {
	"", "TRACE_SYSTEM__", "__BTF_ID__func", "__SCK__lsm_sta", "__SCK__lsm_sta", "__SCK__lsm_sta",
	"__SCK__tp_func", "__SCT__lsm_sta", "__SCT__lsm_sta", "__SCT__lsm_sta", "__SCT__tp_func",
	"__TRACE_SYSTEM", "__UNIQUE_ID_dd", "___tp_str.132", "__already_done", "__bpf_trace_tp",
	"__compound_lit", "__event_enter_", "__event_handsh", "__func__.0", "__func__.22",
	"__ia32_compat_", "__initcall__km", "__kfifo_from_u", "__ksymtab___wa", "__ksymtab_bpf_",
	"__ksymtab_devl", "__ksymtab_fpu_", "__ksymtab_iomm", "__ksymtab_memf", "__ksymtab_pci_",
	"__ksymtab_rtnl", "__ksymtab_tcf_", "__ksymtab_x86_", "__msg.25", "__p_syscall_me",
	"__pfx_NF_HOOK.", "__pfx___bpf_tr", "__pfx___folio_", "__pfx___kernel", "__pfx___probes",
	"__pfx___tracei", "__pfx___x64_sy", "__pfx_acpi_dev", "__pfx_acpi_pro", "__pfx_amd_pmu_",
	"__pfx_bad_inod", "__pfx_bpf_dynp", "__pfx_bpf_sk_a", "__pfx_cg_socko", "__pfx_console_",
	"__pfx_crypto_e", "__pfx_default_", "__pfx_devm_iop", "__pfx_do_tty_h", "__pfx_eprobe_t",
	"__pfx_ext4_mb_", "__pfx_fixed_si", "__pfx_ftrace_p", "__pfx_get_tree", "__pfx_i8042_au",
	"__pfx_inode_st", "__pfx_io_waiti", "__pfx_ipv6_get", "__pfx_keyctl_g", "__pfx_log_buf_",
	"__pfx_mfn_to_p", "__pfx_mul_n", "__pfx_node_map", "__pfx_param_se", "__pfx_pcie_aer",
	"__pfx_perf_tra", "__pfx_pps_cdev", "__pfx_push_dl_", "__pfx_read_ban", "__pfx_rt6_unca",
	"__pfx_seg6_get", "__pfx_set_trac", "__pfx_skb_pp_c", "__pfx_super_s_", "__pfx_tcp_pace",
	"__pfx_tomoyo_s", "__pfx_trace_la", "__pfx_try_char", "__pfx_uprobe_e", "__pfx_wait_por",
	"__pfx_xen_writ", "__probestub_ex", "__setup_dyndbg", "__syscall_meta", "__tpstrtab_mem",
	"__traceiter_pe", "__tracepoint_t", "_acpi_module_n", "acpi_dev_state", "acpi_os_wait_e",
	"advisor_max_pa", "arch_kimage_fi", "audit_cb", "blk_mq_map_swq", "bpf_iter_unreg",
	"bpf_skb_get_xf", "calipso_cache_", "clock_was_set_", "cpu_emergency_", "crypto_scomp_i",
	"dax_mapping_at", "dev_attr_k_d", "devkmsg_log_st", "dma_atomic_poo", "driver_attr_bi",
	"end_show", "event_class_io", "event_exit__fu", "event_tmigr_gr", "ext4_quota_ope",
	"find_acceptabl", "free_reserved_", "fuse_read_args", "grab_requested", "hv_cpu_init",
	"inat_avx_table", "int340x_therma", "ioam6_genl_dum", "ipi_mb", "k_i_store", "kretprobe_trac",
	"lps0_dsm_func_", "memcg_memory_e", "mptcp_getsocko", "netdev_alert", "np", "packet_getname",
	"pci_iomap_wc", "perf_event_mma", "pids_cgrp_subs", "prctl_set_mm", "proc_init_fs_c",
	"pvh_level3_ide", "rcuwait_wake_u", "reuseport_arra", "sched_domains_", "security_hook_",
	"security_hook_", "security_hook_", "selinux_kernel", "setup_secondar", "skb_copy_and_h",
	"stack_trace_ma", "synth_event_tr", "tcp_conn_reque", "timens_for_chi", "trace_event_fi",
	"trace_event_ra", "trace_raw_outp", "tty_dev_attr_g", "umwait_cpu_off", "vga_update_dev",
	"watchdog_hardl", "xen_pv_post_su",
};
/* clang-format on */

struct sample {
	const char (*names)[15];
	size_t n;
};

static const struct sample plain = {names, ARRAY_SIZE(names)};
static const struct sample prefixed = {names_prefixed, ARRAY_SIZE(names_prefixed)};

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
static size_t last_not_above(const struct sample *in, const char *name)
{
	size_t low = 0, high = in->n;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(in->names[mid], name) <= 0)
			low = mid;
		else
			high = mid;
	}
	return low;
}

uint32_t kallsyms_order(const char *name, bool prefixes)
{
	const struct sample *in = prefixes ? &prefixed : &plain;
	size_t i = last_not_above(in, name), same = 0;
	const char *before = in->names[i], *after = i + 1 < in->n ? in->names[i + 1] : "\x7f";
	uint64_t from, to, at;
	const uint32_t step = KALLSYMS_ORDER_MAX / (uint32_t)in->n;
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
