// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The path: the innermost function of the stack that matches a row. Rows of the first kind name
 * what is being done. The general rows (a system call, a work item) count only if none of the
 * others matches.
 */
#include <string.h>

#include "triage/path.h"

#include "base/array.h"

struct path_row {
	const char *id, *path, *words;
	bool general;
	const char *names; /* as in blame.c */
};

/* clang-format off */
static const struct path_row rows[] = {
	{"receive", "receive", "receive path", false, "net_rx_action __napi_poll* napi_poll netif_receive_skb* __netif_receive_skb* process_backlog napi_gro_* ip_rcv* ipv6_rcv* tcp_v4_rcv* tcp_v6_rcv* udp_rcv udpv6_rcv *_clean_rx_* *_clean_rx *_rx_poll* *_poll_rx* ip_local_deliver* ip6_input* dev_gro_receive*"},
	{"transmit", "transmit", "transmit path", false, "dev_hard_start_xmit* dev_queue_xmit* __dev_queue_xmit* sch_direct_xmit __qdisc_run qdisc_run* net_tx_action netdev_start_xmit ip_output* ip_finish_output* ip6_output* ip6_finish_output* ip_queue_xmit __ip_queue_xmit *_start_xmit *_xmit_frame *_clean_tx_* *_clean_tx dev_watchdog"},
	{"block-completion", "block-completion", "block I/O completion", false, "blk_mq_complete_request* blk_mq_end_request* __blk_mq_end_request* blk_done_softirq blk_complete_reqs blk_update_request bio_endio scsi_complete* scsi_io_completion* scsi_end_request scsi_finish_command scsi_softirq_done scsi_done* nvme_irq* nvme_process_cq nvme_poll_cq* nvme_complete_* virtblk_done* blk_end_* __blk_mq_complete_request* ata_qc_complete* mmc_blk_*complete*"},
	{"block-submit", "block-submit", "block I/O submission", false, "blk_mq_submit_bio* submit_bio* __submit_bio* generic_make_request* blk_mq_dispatch_rq_list* blk_mq_run_hw_queue* __blk_mq_run_hw_queue* __blk_mq_sched_dispatch_requests* blk_mq_request_issue_directly* __blk_mq_try_issue_directly* scsi_queue_rq* scsi_dispatch_cmd* nvme_queue_rq* virtio_queue_rq* blk_flush_plug* __blk_flush_plug blk_finish_plug blk_execute_rq* __blk_run_queue* scsi_request_fn"},
	{"reclaim", "reclaim", "memory reclaim", false, "shrink_node* shrink_lruvec* shrink_slab* do_shrink_slab try_to_free_pages* __alloc_pages_direct_reclaim kswapd balance_pgdat shrink_list* shrink_inactive_list shrink_folio_list shrink_page_list try_to_free_mem_cgroup_pages drop_slab* node_reclaim* __node_reclaim shrink_zone"},
	{"writeback", "writeback", "writeback", false, "wb_workfn wb_do_writeback wb_writeback writeback_sb_inodes __writeback_* do_writepages bdi_writeback_workfn balance_dirty_pages* sync_filesystem __filemap_fdatawrite*"},
	{"probe", "probe", "device probe", false, "really_probe* driver_probe_device* __driver_probe_device* __driver_attach* driver_attach bus_probe_device device_attach __device_attach* pci_device_probe local_pci_probe platform_probe platform_drv_probe usb_probe_interface usb_probe_device virtio_dev_probe i2c_device_probe spi_probe amba_probe hid_device_probe really_probe_debug"},
	{"remove", "remove", "device removal", false, "device_release_driver* __device_release_driver driver_detach bus_remove_device pci_device_remove platform_remove platform_drv_remove usb_unbind_interface usb_disconnect virtio_dev_remove pci_stop_* device_del unregister_netdevice_many* hid_device_remove"},
	{"module-unload", "module-unload", "module unloading", false, "free_module *_sys_delete_module* SyS_delete_module sys_delete_module"},
	{"suspend", "suspend", "suspend and resume", false, "pm_suspend suspend_devices_and_enter suspend_enter dpm_* device_suspend* __device_suspend* device_resume* hibernate hibernation_* enter_state pci_pm_suspend* pci_pm_resume* pci_pm_runtime_* rpm_suspend rpm_resume __rpm_callback pm_runtime_work syscore_suspend"},
	{"ioctl", "ioctl", "ioctl", false, "vfs_ioctl do_vfs_ioctl ksys_ioctl *_sys_ioctl SyS_ioctl sys_ioctl *_sys_ioctl* compat_SyS_ioctl sock_ioctl sock_do_ioctl blkdev_ioctl* drm_ioctl*"},
	{"mount", "mount", "mounting", false, "do_mount* path_mount mount_bdev get_tree_bdev* vfs_get_tree mount_fs legacy_get_tree deactivate_super deactivate_locked_super generic_shutdown_super do_umount* cleanup_mnt __cleanup_mnt"},
	{"filesystem", "filesystem", "file system", false, "vfs_open do_filp_open* path_openat do_sys_open* do_sys_openat2 vfs_unlink* do_unlinkat vfs_rename* do_renameat2 vfs_mkdir* vfs_rmdir* do_rmdir vfs_create* vfs_fsync* vfs_statx* vfs_getattr* iterate_dir vfs_truncate* do_truncate notify_change evict iput* vfs_setxattr* vfs_getxattr* vfs_fallocate generic_file_* generic_perform_write kjournald2 ksys_sync* iterate_bdevs"},
	{"page-fault", "page-fault", "page fault handling", false, "handle_mm_fault __handle_mm_fault do_user_addr_fault do_fault do_anonymous_page do_swap_page do_wp_page"},
	{"exec", "exec", "program start", false, "do_execve* __do_execve* do_execveat* bprm_execve* load_elf_binary search_binary_handler exec_binprm"},
	{"exit", "exit", "process exit", false, "do_exit do_group_exit exit_mmap mmput exit_files"},
	{"fork", "fork", "process creation", false, "copy_process* _do_fork kernel_clone do_fork"},
	{"socket", "socket", "socket call", false, "sock_sendmsg* __sock_sendmsg* ____sys_sendmsg* ___sys_sendmsg* __sys_sendmsg* __sys_sendto* sock_recvmsg* __sys_recvfrom* ____sys_recvmsg* ___sys_recvmsg* __sys_recvmsg* inet_sendmsg* inet_recvmsg* __sys_setsockopt* do_sock_setsockopt __sys_getsockopt* __sys_connect* __sys_bind* __sys_accept4* __sock_release sock_close* __sys_socket* __sys_listen sock_write_iter sock_read_iter *_sys_setsockopt SyS_setsockopt SyS_sendmsg"},
	{"module-load", "module-load", "module loading", false, "do_init_module load_module *_sys_init_module* *_sys_finit_module* sys_init_module SyS_init_module SyS_finit_module"},
	{"filesystem-general", "filesystem", "file system", true, "ext4_* __ext4_* xfs_* btrfs_* f2fs_* nfs_* nfs4_* cifs_* jbd2_* gfs2_* ocfs2_* ceph_* fuse_* ovl_* filemap_*"},
	{"boot", "boot", "boot", true, "do_one_initcall do_initcalls kernel_init_freeable* kernel_init start_kernel do_basic_setup"},
	{"timer", "timer", "timer", false, "call_timer_fn __run_timers* run_timer_softirq __run_hrtimer __hrtimer_run_queues* hrtimer_run_softirq expire_timers"},
	{"rcu-callback", "rcu-callback", "RCU callback", false, "rcu_do_batch rcu_core rcu_process_callbacks __rcu_process_callbacks rcu_nocb_kthread srcu_invoke_callbacks"},
	{"tasklet", "tasklet", "tasklet", false, "tasklet_action* tasklet_hi_action"},
	{"interrupt", "interrupt", "interrupt", false, "__handle_irq_event_percpu handle_irq_event* handle_irq_event_percpu irq_thread* irq_thread_fn"},
	{"workqueue", "workqueue", "work queue", false, "process_one_work worker_thread"},
	{"scheduler", "scheduler", "scheduler", true, "__schedule schedule pick_next_task* try_to_wake_up load_balance* rebalance_domains* run_rebalance_domains scheduler_tick sched_tick update_process_times"},
	{"interrupt-general", "interrupt", "interrupt", true, "do_IRQ common_interrupt gic_handle_irq el1_irq el1h_64_irq* __irq_svc handle_irq asm_common_interrupt"},
	{"softirq", "softirq", "software interrupt", true, "__do_softirq handle_softirqs run_ksoftirqd do_softirq"},
	{"idle", "idle", "idle loop", true, "do_idle cpu_idle cpu_idle_loop cpu_startup_entry cpuidle_enter* cpuidle_idle_call"},
	{"syscall", "syscall", "system call", true, "do_syscall_* x64_sys_call do_fast_syscall_* __do_fast_syscall_* entry_SYSCALL* system_call* el0_svc* do_el0_svc ret_fast_syscall* invoke_syscall* system_call_exception do_int80* sysenter_* ia32_* tracesys*"},
	{"kthread", "kthread", "kernel thread", true, "kthread kthread_worker_fn ret_from_fork*"},
};
/* clang-format on */

#define N_ROWS ARRAY_SIZE(rows)

static const struct path_row *row_of(const char *function, bool general)
{
	size_t len = blame_base_length(function);

	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].general == general && blame_name_in(function, len, rows[i].names))
			return &rows[i];
	return NULL;
}

/* The culprit's frame. The functions that it called do not show how it was reached. */
static size_t first_frame(const struct culprit *c)
{
	const struct oops_trace *t = c->trace;

	if (c->frame && t && t->n_frames && c->frame >= t->frames &&
		c->frame < t->frames + t->n_frames)
		return (size_t)(c->frame - t->frames);
	return 0;
}

static bool is_syscall(const char *function)
{
	const struct path_row *r = row_of(function, true);

	return r && strcmp(r->path, "syscall") == 0;
}

/* What runs initcalls at boot also runs the first function of a module that is loaded. */
static bool is_initcall(const struct path_row *r)
{
	return strcmp(r->id, "boot") == 0;
}

/* The frames before it ran in an interrupt or exception. Those after it were interrupted. */
static bool is_interrupt_entry(const struct oops_frame *f)
{
	return f->function && !f->module && blame_find(f->function, BLAME_ENTRY) &&
	       !blame_find(f->function, BLAME_REPORT);
}

static bool has_reliable(const struct oops_trace *t)
{
	for (size_t i = 0; i < t->n_frames; i++)
		if (t->frames[i].function && !t->frames[i].unreliable)
			return true;
	return false;
}

/* by: the function of the last frame it looked at. */
static const struct path_row *row_in_trace(const struct culprit *c, bool general, const char **by)
{
	const struct oops_trace *t = c->trace;
	/* If all frames are guesses, only the base of the stack is likely to be right. */
	bool guesses = general && !has_reliable(t);

	for (size_t i = first_frame(c); i < t->n_frames; i++) {
		const struct oops_frame *f = &t->frames[i];
		const struct path_row *r;

		*by = f->function;
		if (!*by || (f->unreliable && !guesses))
			continue;
		r = row_of(*by, general);
		if (r)
			return r;
		/* After the frame of a system call there are only leftovers on the stack. */
		if (is_syscall(*by) || (c->frame && is_interrupt_entry(f)))
			break;
	}
	return NULL;
}

const char *path_find(const struct oops_event *ev, const struct culprit *c, const char **by)
{
	/*
	 * If the kernel noticed that a driver's device misbehaves, the function that noticed knows
	 * the device's task.
	 */
	const char *own = c->basis == CULPRIT_DRIVER ? ev->ip.function : c->function;

	*by = NULL;
	for (int general = 0; general < 2; general++) {
		const struct path_row *r = own ? row_of(own, general) : NULL;

		if (c->trace && !r)
			r = row_in_trace(c, general, by);
		if (!r)
			continue;
		if (!*by)
			*by = own;
		return is_initcall(r) && c->module ? "module-load" : r->path;
	}
	*by = NULL;
	return ev->workqueue ? "workqueue" : NULL;
}

const char *path_rule(size_t i)
{
	return i < N_ROWS ? rows[i].id : NULL;
}

const char *path_words(const char *path)
{
	for (size_t i = 0; path && i < N_ROWS; i++)
		if (strcmp(rows[i].path, path) == 0)
			return rows[i].words;
	return path;
}

/* ---- context ----------------------------------------------------------------------------- */

/*
 * Functions that run soft interrupts: what they called runs in one, although the trace says <IRQ>.
 */
static const char softirqs[] =
	"__do_softirq ___do_softirq ____do_softirq handle_softirqs do_softirq run_ksoftirqd";

static bool runs_softirqs(const char *function)
{
	return function && blame_name_in(function, blame_base_length(function), softirqs);
}

static bool is_softirq(const struct oops_frame *f)
{
	return !f->module && runs_softirqs(f->function);
}

static bool is_hardirq(const struct vmt_frame *f)
{
	return f->context && strcmp(f->context, "hardirq") == 0;
}

static bool enters_interrupt(const struct vmt_frame *f)
{
	struct oops_frame frame = {.function = f->function};

	return f->function && is_interrupt_entry(&frame);
}

void path_mark_softirqs(struct vmt_frame *frames, size_t n)
{
	size_t first = 0; /* first frame that a softirq's dispatcher may turn out to have called */

	for (size_t i = 0; i < n; i++) {
		if (!is_hardirq(&frames[i]) || enters_interrupt(&frames[i])) {
			first = i + 1;
			continue;
		}
		if (!runs_softirqs(frames[i].function))
			continue;
		for (; first <= i; first++)
			frames[first].context = "softirq";
	}
}

/*
 * The context of a frame on the hard interrupts' stack. A hard interrupt may interrupt a soft one.
 */
static const char *irq_context(struct path_walk *w, size_t i)
{
	const struct oops_trace *t = w->trace;

	/* The first frame that shows it settles it for all frames before it. */
	if (i < w->upto)
		return w->irq;
	w->irq = "hardirq";
	for (w->upto = i; w->upto < t->n_frames && t->frames[w->upto].context == OOPS_CTX_IRQ;) {
		const struct oops_frame *f = &t->frames[w->upto++];
		bool soft = is_softirq(f);

		if (soft)
			w->irq = "softirq";
		if (soft || is_interrupt_entry(f))
			break;
	}
	return w->irq;
}

const char *path_frame_context(struct path_walk *w, size_t i)
{
	switch (w->trace->frames[i].context) {
	case OOPS_CTX_NMI:
		return "nmi";
	case OOPS_CTX_SOFTIRQ:
		return "softirq";
	case OOPS_CTX_IRQ:
		return irq_context(w, i);
	case OOPS_CTX_TASK:
		return "task";
	case OOPS_CTX_UNKNOWN:
	case OOPS_CTX_EXCEPTION:
	case OOPS_CTX_ENTRY:
		break;
	}
	return NULL;
}

const char *path_context(const struct oops_event *ev, const struct oops_trace *t)
{
	bool idle = ev->pid.known && ev->pid.v == 0;
	struct path_walk walk = {.trace = t};

	for (size_t i = 0; t && i < t->n_frames; i++) {
		const char *c = path_frame_context(&walk, i);

		if (c && strcmp(c, "task") != 0)
			return c;
		if (is_softirq(&t->frames[i]))
			return "softirq";
		if (!idle && t->frames[i].function && !t->frames[i].unreliable &&
			blame_find(t->frames[i].function, BLAME_IDLE))
			idle = true;
		if (c)
			break;
	}
	if (!t && !ev->comm)
		return NULL;
	return idle ? "idle" : "task";
}
