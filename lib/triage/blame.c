// SPDX-License-Identifier: GPL-3.0-or-later
/* Functions by role. All names of a row share one reason. */
#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "triage/blame.h"

#include "base/array.h"
#include "triage/blame_names.h"

#define DISPATCHES                                                                                 \
	(BLAME_PLUMBING | BLAME_ANCHOR | BLAME_TICK | BLAME_ENTRY | BLAME_REMOTE | BLAME_IDLE)

/* clang-format off */
const struct blame_row blame_rows[] = {
	{"stack-printing", BLAME_REPORT,
	 "dump_stack* __dump_stack* show_stack* dump_backtrace* unwind_backtrace show_trace* "
	 "show_regs* print_worker_info sched_show_task dump_cpu_task show_state_filter c_backtrace "
	 "arch_stack_walk stack_trace_save* save_stack* __save_stack* save_trace "
	 "stack_trace_consume_entry* stack_trace_print stack_trace_snprint stack_depot_* "
	 "__stack_depot_* depot_alloc_stack depot_init_pool filter_irq_stacks printk_stack_address "
	 "print_trace_address print_stack_trace show_backtrace walk_stackframe arch_dump_stack "
	 "__show_regs show_registers",
	 "prints the stack that the report shows"},
	{"panic-path", BLAME_REPORT,
	 "panic vpanic nmi_panic __panic panic_* oops_begin oops_end oops_enter oops_exit die "
	 "die_addr die_nmi die_if_kernel __die* do_exit_panic bust_spinlocks crash_kexec "
	 "__crash_kexec kmsg_dump* add_taint check_panic_on_warn make_task_dead "
	 "rewind_stack_do_exit rewind_stack_and_make_dead emergency_restart machine_restart "
	 "native_machine_* arm_notify_die oops_may_print print_oops_end_marker mce_panic "
	 "ghes_panic __ghes_panic ghes_in_nmi_queue_one_entry",
	 "ends the kernel after the fault"},
	{"warn-path", BLAME_REPORT,
	 "__warn warn_slowpath_* __warn_printk report_bug fixup_bug* handle_bug* __report_bug "
	 "bug_handler kgdb_brk_fn call_break_hook brk_handler debug_fault_handler "
	 "do_debug_exception __bug __BUG rust_helper_BUG __wrap_* bug_at warn_bogus_irq_restore "
	 "report_cfi* bug_brk_handler ubsan_brk_handler kasan_brk_handler cfi_brk_handler "
	 "early_brk64 do_el1_brk64 __div0 Ldiv0 Ldiv0_64",
	 "prints the warning or assertion"},
	{"irq-report", BLAME_REPORT,
	 "__report_bad_irq report_bad_irq note_interrupt",
	 "reports that no handler claimed the interrupt"},
	{"rust-panic-path", BLAME_REPORT,
	 "_RNv*rust_begin_unwind _RNv*panicking* _RNv*panic_fmt _RNv*panic_const*",
	 "is Rust's panic code, called by the code that panicked"},
	{"trap-entry", BLAME_REPORT | BLAME_ENTRY | BLAME_ROOT,
	 "do_trap* do_error_trap do_invalid_op invalid_op exc_* asm_exc_* do_general_protection "
	 "general_protection page_fault async_page_fault do_page_fault __do_page_fault "
	 "do_kernel_cp_fault do_user_cp_fault do_user_addr_fault do_kern_addr_fault do_async_page_fault no_context bad_area* "
	 "__bad_area* spurious_* error_entry error_code page_fault_oops do_int3 int3 "
	 "do_divide_error divide_error do_double_fault double_fault df_debug do_stack_segment "
	 "stack_segment fault_in_kernel_space do_alignment_check coprocessor_error "
	 "trace_do_page_fault trace_page_fault do_translation_fault do_bad_area do_mem_abort "
	 "do_undefinstr do_sea do_serror do_kernel_fault __do_kernel_fault do_DataAbort "
	 "do_PrefetchAbort __dabt_svc __pabt_svc __und_svc __und_svc_finish el1_sync* el1_abort "
	 "vectors el1_da el1_ia el1_dbg el1_undef el1_error el1_inv el1_bti el1h_64_sync* el1h_64_error* "
	 "el0t_64_error* el0t_32_error* el0_error* el1t_64* el1_pc el0_inv arm64_notify_die arm64_serror_panic ret_from_exception "
	 "handle_exception bad_page_fault __bad_page_fault data_access_common* program_check_* "
	 "do_bad data_access_exception do_ade do_bp do_ri do_tlbl resume_userspace_check el1_brk64 "
	 "el1_mops el1_gcs el1_fpac el1_watchpt el1_breakpt el1_softstp __el1_pc el1t_32* "
	 "__bad_stack __panic_unhandled handle_bad_stack bad_el0_sync do_undef do_el1_undef "
	 "do_el1_bti do_el1_fpac do_el1_mops do_sp_pc_abort do_tag_check_fault do_tag_recovery "
	 "do_alignment do_sect_fault do_bad_IRQ __do_user_fault baddataabort __irq_invalid "
	 "__und_invalid arm_undefinstr handle_break bad_trap die_kernel_fault bad_kernel_* "
	 "machine_check_exception alignment_exception alignment_common* hash__do_page_fault "
	 "do_hash_fault data_access_slb_common* instruction_access_common* emulation_assist_* "
	 "handle_page_fault* unrecoverable_exception kernel_bad_stack interrupt_exit_kernel_* "
	 "_exception _exception_pkey do_dat_exception do_protection_exception do_asce_exception "
	 "pgm_check_handler* __do_pgm_check do_illegal_op illegal_op data_exception do_report_trap "
	 "pgm_check_ext do_fault_error* do_no_context do_low_address monitor_event_exception do_be "
	 "do_tr do_tr_bp do_cpu do_ov do_fpe do_mt do_mdmx do_watch do_mcheck do_reserved do_ftlb "
	 "tlb_do_page_fault_* handle_ade_int handle_bp_int handle_ri_int handle_tr_int "
	 "handle_sys_int handle_reserved_int do_ale do_fpu do_lsx do_lasx do_bce handle_bp "
	 "handle_bce xen_asm_exc_* paranoid_entry paranoid_exit error_exit error_return error_sti "
	 "do_debug do_coprocessor_error do_simd_coprocessor_error simd_coprocessor_error "
	 "device_not_available do_device_not_available do_bounds do_overflow segment_not_present "
	 "do_segment_not_present do_invalid_TSS invalid_TSS alignment_check machine_check "
	 "do_machine_check handle_stack_overflow math_error gp_try_fixup_and_notify fred_* "
	 "asm_fred_* kernelmode_fixup_or_oops* access_error pgtable_bad*",
	 "is where the CPU entered the kernel with the fault"},
	{"printk", BLAME_REPORT,
	 "printk _printk vprintk* printk_deferred* printk_emit printk_sprint printk_stack_address "
	 "printk_once* printk_legacy* console_unlock console_flush_all console_emit_next_record "
	 "console_trylock_spinning __call_console_drivers call_console_drivers* wake_up_klogd* "
	 "__printk_safe_* printk_safe_* devkmsg_* dev_printk* dev_vprintk* _dev_printk _dev_emerg "
	 "_dev_alert _dev_crit _dev_err _dev_warn _dev_notice _dev_info __dev_printk netdev_printk "
	 "__netdev_printk netdev_warn netdev_err pr_cont* __warn_printk nbcon_* console_cont_flush "
	 "__wake_up_klogd __pr_flush pr_flush printk_kthread_*",
	 "prints a message for its caller"},
	{"kasan", BLAME_REPORT,
	 "__kasan_* __asan_* asan_* __hwasan_* print_address_description* print_report* "
	 "check_memory_region* memory_is_* describe_object* describe_address describe_heap_address "
	 "describe_frame* end_report start_report object_err print_trailer qlist_* quarantine_* "
	 "complete_report_info addr_has_metadata report_enabled report_suppressed* report_tag_* "
	 "report_invalid_free kasan* check_region_inline instrument_* __sanitizer_cov_* "
	 "write_comp_data check_kcov_mode save_stack_info __kcov_* kcov_*",
	 "is the address sanitizer, called by the access that it checks"},
	{"kmsan", BLAME_REPORT,
	 "kmsan_* __msan_* __kmsan_* msan_*",
	 "is the memory sanitizer, called by the use that it checks"},
	{"kcsan", BLAME_REPORT,
	 "kcsan_* __tsan_* __kcsan_* check_access set_reorder_access find_reorder_access",
	 "is the race detector, called by the access that it watches"},
	{"kfence", BLAME_REPORT | BLAME_ALLOC,
	 "kfence_* __kfence_*",
	 "is the memory error detector's part of the allocator"},
	{"ubsan", BLAME_REPORT,
	 "ubsan_* __ubsan_* handle_overflow val_to_string",
	 "belongs to the undefined-behaviour checks, called by the operation that they check"},
	{"fortify", BLAME_REPORT | BLAME_COPY,
	 "__fortify_panic __fortify_report __read_overflow* __write_overflow* usercopy_abort "
	 "usercopy_warn __check_object_size check_heap_object __check_heap_object "
	 "check_stack_object check_kernel_text_object check_page_span report_usercopy "
	 "check_object_size fortify_* __bad_copy_from __bad_copy_to copy_overflow __copy_overflow",
	 "checks the size of a copy for its caller"},
	{"stack-protector", BLAME_REPORT,
	 "__stack_chk_fail* stack_chk_fail*",
	 "notices the overwritten stack of its caller"},
	{"cfi", BLAME_REPORT,
	 "__cfi_slowpath* __cfi_check* handle_cfi_failure report_cfi_failure* cfi_check_fail* "
	 "cfi_slowpath* cfi_handler* cfi_failure*",
	 "checks an indirect call for its caller"},
	{"lockdep", BLAME_REPORT | BLAME_LOCK,
	 "lock_acquire* __lock_acquire* lock_release* __lock_release* lock_contended* "
	 "lock_is_held* lockdep_* __lockdep_* print_*_bug* print_circular* print_deadlock* "
	 "print_usage* print_irqtrace_events print_irq_lock_scenario print_unlock* print_bad_* "
	 "print_lock_* print_freed* print_held* check_prev_add* check_prevs_add check_noncircular* "
	 "check_deadlock check_irq_usage* check_usage* validate_chain* mark_lock* mark_held_locks "
	 "mark_irqflags mark_usage register_lock_class* look_up_lock_class* assign_lock_key "
	 "lock_set_class* __lock_set_class lock_downgrade trace_hardirqs_* trace_softirqs_* "
	 "debug_check_no_locks_* debug_locks_* rcu_lockdep_* rcu_read_lock_held* "
	 "rcu_read_lock_*held rcu_is_watching debug_lockdep_rcu_enabled reacquire_held_locks "
	 "find_held_lock match_held_lock hlock_class __lock_is_held add_lock_to_list* save_trace "
	 "__bfs* noop_count reg_lock_class static_obj lock_unpin_lock lock_pin_lock "
	 "lock_repin_lock __lock_pin* __lock_unpin* sys_exit_lock* warn_bogus_irq_restore "
	 "check_wait_context check_flags* __print_lock_name print_collision print_lockdep_off "
	 "print_shortest_lock_dependencies* print_noncircular* inc_chains lookup_chain_cache* "
	 "add_chain_cache* hlock_conflict check_lock_* lock_sync __debug_check_no_locks* "
	 "count_matching_names graph_lock __graph_lock graph_unlock "
	 "touch_wq_lockdep_map touch_work_lockdep_map",
	 "is the lock checker, called by the lock operation that it checks"},
	{"debug-objects", BLAME_REPORT,
	 "debug_object_* debug_print_object* __debug_object_* debug_check_no_obj_freed "
	 "__debug_check_no_obj_freed* debug_timer_* debug_hrtimer_* debug_rcu_head_* "
	 "debug_activate debug_deactivate debug_init debug_assert_init hrtimer_debug_* "
	 "debug_work_* lookup_object_or_alloc* assert_init* timer_fixup_* debug_percpu_counter_* "
	 "percpu_counter_fixup_* rcuhead_* work_fixup_* hrtimer_fixup_* fill_pool alloc_object "
	 "stub_timer",
	 "is the object checker, called by the operation that it checks"},
	{"context-checks", BLAME_REPORT,
	 "___might_sleep __might_sleep* __might_resched* __might_fault might_fault might_sleep* "
	 "__cant_sleep __cant_migrate debug_smp_processor_id check_preemption_disabled "
	 "__this_cpu_preempt_check __schedule_bug* schedule_debug* rcu_sleep_check "
	 "rcu_preempt_sleep_check preempt_latency_*",
	 "checks the context for its caller"},
	{"page-checks", BLAME_REPORT,
	 "bad_page dump_page dump_page_owner __dump_page* bad_page_reason free_pages_check* "
	 "check_free_page* free_page_is_bad* page_expected_state check_new_page* check_pcp_refill "
	 "check_pages* check_page_bad* bulkfree_pcp_prepare free_pcp_prepare* free_pages_prepare* "
	 "prep_new_page print_bad_pte vm_normal_page* vm_normal_folio* __free_pages_prepare* "
	 "free_unref_page_prepare*",
	 "notices a page that other code damaged"},
	{"memory-copies", BLAME_COPY,
	 "memcpy* __memcpy* memmove* __memmove* memset* __memset* memcmp* __memcmp memchr* memscan "
	 "copy_from_user *_copy_from_user copy_from_user_nmi copy_from_user_nofault "
	 "copy_from_user_overflow copy_from_user_iter* copy_from_user_page copy_from_user_toio "
	 "copy_to_user *_copy_to_user copy_to_user_nofault copy_to_user_overflow "
	 "copy_to_user_iter* copy_to_user_page copy_to_user_fromio _copy_from_user* _copy_to_user* "
	 "__copy_from_user* __copy_to_user* copy_user_enhanced* copy_user_short* "
	 "copy_user_handle_tail copy_user_highpage* copy_user_page* copy_user_large* "
	 "copy_user_huge* copy_user_gigantic* copy_user_nocache* copy_user_generic* __copy_user "
	 "__copy_user_nocache __copy_user_flushcache __copy_user_zeroing __copy_user_inatomic "
	 "raw_copy_* rep_movs* rep_stos* __arch_copy_* arm_copy_* __clear_user* clear_user* "
	 "strncpy_from_user* do_strncpy_from_user strnlen_user* __get_user __get_user_1 "
	 "__get_user_2 __get_user_4 __get_user_8 __get_user_nocheck_* __get_user_asm* "
	 "__get_user_64t_* __get_user_32t_* __get_user_bad __get_user_size* __get_user_err* "
	 "__put_user __put_user_1 __put_user_2 __put_user_4 __put_user_8 __put_user_nocheck_* "
	 "__put_user_asm* __put_user_bad __put_user_size* __put_user_err* get_user get_user_1 "
	 "get_user_2 get_user_4 get_user_8 put_user put_user_1 put_user_2 put_user_4 put_user_8 "
	 "csum_partial* csum_and_copy* __csum_partial* _copy_from_iter* _copy_to_iter* "
	 "copy_from_iter* copy_to_iter* copyin copyin_nofault copyout copyout_nofault copyout_mc "
	 "copy_page_to_iter* copy_page_from_iter* simple_copy_to_iter iterate_and_advance* "
	 "copy_to_kernel_nofault* copy_from_kernel_nofault* probe_kernel_* __probe_kernel* "
	 "memdup_user* kmemdup* vmemdup_user* strndup_user copy_struct_from_user __crc32* "
	 "crc_t10dif* crc_ccitt* crc_itu_t* crc_kermit* crc4* crc7* crc8* crc64* crc16* crc32* "
	 "_memcpy_* instrument_copy_* check_copy_size __uaccess* fault_in_readable "
	 "fault_in_writeable fault_in_safe_writeable fault_in_subpage_* fault_in_pages_* "
	 "fault_in_iov_iter_* iov_iter_fault_in_* csum_and_memcpy* copy_from_sockptr* "
	 "copy_to_sockptr* memdup_sockptr* cmp_ex_search cmp_ex_sort fallback_scalar_usercopy* "
	 "enter_vector_usercopy __copy_tofrom_user* __bzero __bzero_* copy_mc_* copy_highpage "
	 "clear_highpage* memzero_page zero_user_segments zero_user_segment bcmp memweight "
	 "memcat_p memparse mmioset mmiocpy ip_fast_csum do_csum ip_compute_csum __skb_checksum* "
	 "csum_tcpudp_* csum_ipv6_magic xor_blocks crypto_xor __crypto_xor __crypto_memneq",
	 "copies memory that its caller chose"},
	{"strings", BLAME_COPY,
	 "strlen* strnlen* strcpy* strncpy* strlcpy* strscpy* strcmp* strncmp* strcasecmp "
	 "strncasecmp strchr* strrchr* strstr* strnstr strcat strncat strlcat strsep* strspn "
	 "strcspn strpbrk skip_spaces strim strreplace* sized_strscpy* __strscpy* vsnprintf* "
	 "snprintf* vscnprintf sprintf vsprintf string string_nocheck number pointer va_format "
	 "va_format.* symbol_string* ip4_addr_string* ip6_addr_string* mac_address_string* "
	 "resource_string* uuid_string* dentry_name* put_dec* special_hex_number "
	 "restricted_pointer* ptr_to_id device_node_string* fwnode_string* address_val hex_string "
	 "escaped_string bitmap_string* netdev_bits format_decode kstrdup* kstrndup kasprintf "
	 "kvasprintf* kstrto* simple_strto* sscanf vsscanf hex_dump_to_buffer print_hex_dump* "
	 "bin2hex hex2bin seq_printf seq_vprintf seq_puts seq_write full_name_hash __pi_str* "
	 "__pi_mem* strnchr strnchrnul strtomem* match_string __sysfs_match_string sysfs_streq "
	 "match_token match_one match_int match_uint match_strdup match_strlcpy string_get_size "
	 "string_escape_* string_unescape* string_upper string_lower _kstrto* _parse_integer* "
	 "parse_option_str get_option get_options next_arg argv_split hex_to_bin bstr_printf "
	 "vbin_printf bprintf kmemdup_nul devm_kasprintf devm_kvasprintf devm_kstrdup* "
	 "devm_kmemdup* seq_putc seq_put_* seq_escape* seq_hex_dump seq_bprintf seq_pad seq_path "
	 "seq_path_root seq_file_path seq_dentry sysfs_emit* scnprintf* num_to_str",
	 "reads or writes text that its caller chose"},
	{"lists", BLAME_CONTAINER,
	 "__list_add* list_add* __list_del* list_del* list_move* list_splice* __list_valid* "
	 "__list_splice* __list_cut* __list_lru_* list_empty* hlist_* __hlist_* list_lru_add* "
	 "list_lru_del* llist_add* llist_del_* llist_reverse_order plist_* list_sort* merge_final "
	 "list_replace* list_cut_* list_rotate_* list_bulk_* list_swap lwq_* __kfifo_* kfifo_*",
	 "links or unlinks what its caller passed"},
	{"trees", BLAME_CONTAINER,
	 "rb_add* rb_find rb_find_* rb_first* rb_last* rb_link_node* rb_replace_node* rb_prev "
	 "rb_left_deepest_node rb_set_parent* __rb_* rb_erase* rb_insert_color* rb_next* "
	 "radix_tree_* __radix_tree_* xas_* xa_* __xa_* idr_* ida_* mas_* mtree_* mt_find* mt_next "
	 "mt_prev mt_free_* mt_alloc_* mt_destroy_* mt_validate* mt_slot* interval_tree_* "
	 "assoc_array_* memory_is_nonzero* rht_bucket* rht_key_* rht_deferred_worker rhashtable_* "
	 "__rhashtable_* rhltable_* btree_*_generic sbitmap_* bitmap_set bitmap_clear bitmap_zero "
	 "bitmap_fill bitmap_and bitmap_or bitmap_xor bitmap_andnot bitmap_weight bitmap_equal "
	 "bitmap_empty bitmap_full bitmap_subset bitmap_intersects bitmap_copy bitmap_parse* "
	 "bitmap_print_* bitmap_list_* bitmap_find_next_zero_area* bitmap_find_free_region "
	 "bitmap_release_region bitmap_cut bitmap_zalloc* bitmap_alloc* bitmap_free bitmap_remap "
	 "bitmap_to_arr* bitmap_from_arr* __bitmap_* find_next_bit* find_next_zero_bit* "
	 "find_next_and_bit* find_next_andnot_bit* find_next_or_bit* find_next_clump8 find_nth_* "
	 "__find_nth_* find_first_bit* find_first_zero_bit* find_first_and_bit* _find_next_* "
	 "_find_first_* find_last_bit _find_last_bit __set_bit __change_bit change_bit "
	 "__test_and_set_bit __test_and_clear_bit arch_set_bit arch_clear_bit arch___set_bit "
	 "arch___clear_bit arch_test_and_* set_bit clear_bit __clear_bit test_and_set_bit "
	 "test_and_clear_bit test_bit arch_test_bit constant_test_bit variable_test_bit mab_* "
	 "mast_* mte_* __genradix_* flex_array_* sort sort_r bsearch __inline_bsearch prio_tree_* "
	 "min_heap_* __min_heap_* sg_next sg_last sg_nents* sg_init_table sg_init_one sg_miter_* "
	 "sg_copy_buffer sg_copy_from_buffer sg_copy_to_buffer sg_pcopy_* sg_zero_buffer sbq_* "
	 "gen_pool_* clear_bit_unlock __clear_bit_unlock test_and_change_bit cpumask_next* "
	 "cpumask_any* cpumask_local_spread __sw_hweight* hweight* __ffs __fls",
	 "walks a container that its caller owns"},
	{"locks", BLAME_LOCK,
	 "_raw_spin_* __raw_spin_* _raw_read_* _raw_write_* __raw_read_* __raw_write_* _spin_* "
	 "spin_lock* spin_unlock* spin_bug* spin_dump do_raw_spin_* do_raw_read_* do_raw_write_* "
	 "debug_spin_* debug_write_* debug_read_lock* debug_read_unlock* rwlock_bug* queued_spin_* "
	 "native_queued_* pv_queued_* __pv_queued_* pv_wait* pv_kick* kvm_wait arch_spin_* "
	 "ticket_spin_* __ticket_spin_* queued_read_* queued_write_* queue_read_lock* "
	 "queue_read_unlock* queue_write_lock* queue_write_unlock* mutex_lock* mutex_unlock* "
	 "mutex_trylock* __mutex_* mutex_optimistic_* mutex_spin_* mutex_remove* __ww_mutex_* "
	 "ww_mutex_* atomic_dec_and_mutex_lock* down down_interruptible down_killable down_trylock "
	 "down_timeout down_read* down_write* down_common __down __down_common "
	 "__down_interruptible __down_killable __down_timeout __down_read* __down_write* "
	 "__down_trylock* up up_read* up_write* __up __up.* __up_read* __up_write* "
	 "__up_console_sem rwsem_* __rwsem_* call_rwsem_* percpu_down_* percpu_up_* "
	 "__percpu_down_* __percpu_up* rt_mutex_* __rt_mutex_* rt_spin_* rtlock_* rt_read_* "
	 "rt_write_* osq_* debug_mutex_* debug_rwlock* rcu_read_lock* __rcu_read_lock* "
	 "rcu_read_unlock* __rcu_read_unlock* lock_sock_nested __lock_sock lock_sock_fast* "
	 "lock_sock release_sock local_bh_enable* __local_bh_enable* local_bh_disable* "
	 "__local_bh_disable* _local_bh_enable* spin_trylock* seqcount_* read_seqcount* "
	 "read_seqbegin* raw_seqcount* write_seqlock* write_sequnlock* lockref_* bit_spin_* "
	 "preempt_count_* preempt_schedule* __raw_callee_save* atomic_dec_and_lock* "
	 "_atomic_dec_and_lock* refcount_dec_and_*lock* inode_lock* inode_unlock* i_mmap_lock* "
	 "mmap_read_lock* mmap_write_lock* mmap_read_unlock* mmap_write_unlock* local_lock_* "
	 "lock_mm_* spin_release bit_lock hlist_bl_lock hlist_bl_unlock native_save_fl "
	 "native_restore_fl arch_local_* raw_local_irq_* irqs_disabled* arch_irqs_* "
	 "_paravirt_ident* task_rq_lock __task_rq_lock lock_task_sighand* __lock_task_sighand "
	 "double_rq_lock raw_spin_rq_lock* __init_rwsem __rwlock_init mutex_destroy sema_init "
	 "virt_spin_lock cpus_read_lock* cpus_read_unlock cpus_read_trylock cpus_write_* "
	 "get_online_cpus put_online_cpus get_online_mems put_online_mems srcu_read_lock* "
	 "srcu_read_unlock* __srcu_read_* read_seqretry do_write_seq* lg_local_* lg_global_* "
	 "mmap_lock_* __mmap_lock_* _atomic_dec_and_raw_lock* percpu_free_rwsem percpu_init_rwsem "
	 "__percpu_init_rwsem rcu_sync_* migrate_disable migrate_enable __local_lock_*",
	 "takes or releases a lock for its caller"},
	{"allocators", BLAME_ALLOC,
	 "kmalloc* __kmalloc* kzalloc* kcalloc* krealloc* __do_krealloc __krealloc kvmalloc* "
	 "kvzalloc* kvcalloc* __kvmalloc* kmem_cache_* __kmem_cache_* kfree kfree_skb* consume_skb "
	 "consume_stateless_skb dev_kfree_skb* __dev_kfree_skb* kfree_const kfree_sensitive "
	 "kfree_debugcheck kfree_bulk kfree_rcu* __kfree* kvfree* kzfree* ___cache_free "
	 "__cache_free cache_alloc_refill* cache_grow* cache_flusharray* cache_reap* "
	 "cache_from_obj cache_free_debugcheck* cache_alloc_debugcheck_* cache_free_pfmemalloc* "
	 "cache_init_objs* cache_free_alien* slab_* ___slab_* __slab_* alloc_debug_* free_debug_* "
	 "new_slab allocate_slab init_object* check_object check_slab check_bytes* on_freelist "
	 "alloc_consistency* free_consistency* free_to_partial* do_slab_free __do_slab_* slob_* "
	 "get_partial* unfreeze_partials* put_cpu_partial* __alloc_pages* alloc_pages* "
	 "get_page_from_freelist* __alloc_frozen* alloc_frozen* rmqueue* __rmqueue* "
	 "__get_free_page* get_zeroed_page* alloc_page alloc_page_interleave alloc_page_vma* "
	 "__free_page* free_page free_page_and_swap_cache free_pages* free_unref_* free_the_page "
	 "free_pcppages_* free_frozen* free_one_page free_hot_cold* __put_page put_page "
	 "__folio_put* folio_put* release_pages vmalloc vmalloc_node* vmalloc_user* vmalloc_32* "
	 "vmalloc_huge* vmalloc_noprof vmalloc_array* __vmalloc* vzalloc* vfree* __vunmap __vfree* "
	 "vunmap* vmap* __get_vm_area* get_vm_area* alloc_vmap_area* free_vmap* map_vm_area "
	 "remove_vm_area* percpu_alloc* pcpu_* __alloc_percpu* free_percpu* mempool_* dma_pool_* "
	 "kmemleak_* create_object __create_object* __link_object delete_object* devm_kmalloc* "
	 "devm_kzalloc* devm_kfree* do_kmalloc* __do_kmalloc* ksize __ksize poison_obj "
	 "poison_slab* poison_page* poison_element setup_object* prep_compound_* page_frag_* "
	 "__page_frag_* __napi_alloc_frag* fail_dump should_fail* __should_fail* setup_fault_attr "
	 "mempolicy_* policy_node policy_nodemask policy_zonelist alloc_slab_page* kmem_getpages "
	 "fallback_alloc ____cache_alloc* __do_cache_alloc __do_kmem* build_detached_freelist "
	 "free_block drain_array* reap_alien* free_large_kmalloc* ___kmalloc_large* "
	 "post_alloc_hook __set_page_owner* set_page_owner* __reset_page_owner* reset_page_owner* "
	 "folio_alloc* __folio_alloc* vma_alloc_folio* alloc_zeroed_user* warn_alloc* "
	 "kmem_freepages kvrealloc* free_nonslab_page alloc_slab_obj_exts* __alloc_tagging_slab_* "
	 "alloc_tag_* __memcg_slab_* memcg_slab_* vrealloc* __vrealloc* __dma_direct_* "
	 "dma_direct_alloc dma_direct_free __alloc_reserved_percpu alloc_percpu* "
	 "free_compound_page free_transhuge_page __free_frozen* free_tail_page* free_contig_range "
	 "alloc_contig_* __split_free_page expand steal_suitable_fallback memblock_* "
	 "early_memremap kmemdup_array",
	 "allocates or frees memory for its caller"},
	{"oom", BLAME_ALLOC | BLAME_REPORT,
	 "out_of_memory oom_kill_process dump_header* dump_tasks __alloc_pages_may_oom "
	 "pagefault_out_of_memory mem_cgroup_out_of_memory mem_cgroup_oom* oom_badness",
	 "ends a process when memory is short"},
	{"counts", BLAME_COUNT,
	 "refcount_* __refcount_* kref_get* kref_put* kref_init kref_sub atomic_inc* atomic_dec* "
	 "atomic_add* atomic_sub* atomic_set* atomic_read* atomic_cmpxchg* atomic_xchg* "
	 "atomic_try_cmpxchg* atomic_fetch* atomic_and* atomic_or* atomic_xor* atomic_long_* "
	 "atomic_cond_read* arch_atomic* atomic64_* raw_atomic* percpu_ref_* percpu_counter_* "
	 "__percpu_counter_* kobject_get* kobject_put kobject_release kobject_cleanup get_device "
	 "put_device of_node_get of_node_put rcuref_* cmpxchg* xchg* __cmpxchg* kobject_namespace "
	 "static_key_* __static_key_* jump_label_* arch_jump_label* static_branch* this_cpu_* "
	 "__this_cpu_* obj_cgroup_get obj_cgroup_put css_get css_put __percpu_ref_* "
	 "fwnode_handle_get fwnode_handle_put module_put try_module_get __module_get get_cred",
	 "counts references for its caller"},
	{"access", BLAME_ACCESS,
	 "__raw_read* __raw_write* readb readb_relaxed readw readw_relaxed readl readl_relaxed "
	 "readq readq_relaxed writeb writeb_relaxed writew writew_relaxed writel writel_relaxed "
	 "writeq writeq_relaxed ioread* iowrite* inb inb_p inw inw_p inl inl_p outb outb_p outw "
	 "outw_p outl outl_p logic_in* logic_out* native_read_msr* native_write_msr* rdmsr* wrmsr* "
	 "__iowrite* __ioread* _inb _inw _inl _outb _outw _outl insb insl outsb outsl __read_once* "
	 "read_word_at_a_time __READ_ONCE* load_unaligned_zeropad",
	 "accesses the register or word that its caller chose"},
	{"delays", BLAME_SERVICE,
	 "delay_tsc delay_tpause delay_halt* delay_loop __loop_delay __timer_delay __delay "
	 "__udelay __ndelay __const_udelay __const_delay udelay ndelay mdelay __mdelay "
	 "udelay_instr __udelay_disabled __udelay_enabled",
	 "spins for as long as its caller asked"},
	{"scheduler", BLAME_WAIT,
	 "schedule schedule_timeout* schedule_hrtimeout* schedule_preempt_disabled schedule_user "
	 "schedule_idle schedule_tail schedule_debug schedule_rtlock __schedule __schedule_loop "
	 "io_schedule* preempt_schedule* _cond_resched __cond_resched* cond_resched* "
	 "dynamic_cond_resched context_switch __switch_to* switch_to do_nanosleep "
	 "hrtimer_nanosleep* msleep* usleep_range* yield* wait_for_common* do_wait_for_common* "
	 "__wait_for_common wait_for_completion* __wait_for_completion* __wait_on_bit* "
	 "wait_on_bit* out_of_line_wait_on_bit* bit_wait* __wait_on_buffer wait_on_buffer "
	 "sleep_on_* sync_page* wait_on_page* __wait_on_page* folio_wait_* __folio_lock* folio_lock* "
	 "__lock_page* lock_page lock_page_killable lock_page_or_retry lock_page_maybe_drop_mmap "
	 "__lock_buffer rt_mutex_slow* rt_mutex_schedule prepare_to_wait* finish_wait io_wq_wait "
	 "freezable_schedule* mutex_lock* __mutex_lock* down_read* down_write* __down "
	 "__down_common __down_interruptible __down_killable __down_timeout __down_read* "
	 "__down_write* rwsem_* __rwsem_* percpu_down_* percpu_rwsem_* wait_event* do_wait_intr* "
	 "wait_woken put_prev_task* pick_next_task* call_rwsem_* blk_mq_freeze_queue_wait swake_* "
	 "simple_wait* ww_mutex_lock* __ww_mutex_lock* wait_rcu_* __wait_rcu_gp rcu_gp_wait "
	 "rtmutex_* rtlock_slow* ___down_common",
	 "waits for something that its caller needs"},
	{"flush-work", BLAME_WAIT,
	 "flush_work __flush_work* flush_delayed_work cancel_work_sync __cancel_work_sync* "
	 "__cancel_work_timer* cancel_delayed_work_sync kthread_stop kthread_park "
	 "kthread_flush_work start_flush_work* kthread_flush_worker",
	 "waits for a work item or another thread"},
	{"cpu-calls", BLAME_REMOTE,
	 "smp_call_function smp_call_function_single smp_call_function_many "
	 "smp_call_function_many_cond smp_call_function_any csd_lock_wait* __csd_lock_wait* "
	 "generic_exec_single csd_lock on_each_cpu* smp_call_on_cpu smp_call_function_single_async "
	 "kick_all_cpus_sync stop_machine* stop_one_cpu* stop_cpus* multi_cpu_stop "
	 "arch_send_call_*",
	 "waits for another CPU to answer"},
	{"idle", BLAME_IDLE | BLAME_PLUMBING | BLAME_ROOT,
	 "cpu_idle* do_idle default_idle* native_safe_halt native_halt mwait_idle* intel_idle* "
	 "acpi_idle_* acpi_safe_halt acpi_processor_ffh_cstate_enter acpi_processor_idle "
	 "cpuidle_enter* cpuidle_idle_call cpuidle_select cpuidle_reflect cpuidle_play_dead "
	 "cpuidle_poll_time cpu_startup_entry arch_cpu_idle* cpu_do_idle amd_e400_idle poll_idle "
	 "pv_native_safe_halt default_enter_idle call_cpuidle rest_init start_secondary "
	 "secondary_start_kernel __secondary_switched secondary_startup_64* arch_call_rest_init "
	 "x86_64_start_* cpu_bringup_and_idle psci_cpu_suspend* psci_enter_idle_state "
	 "psci_enter_domain_idle_state __psci_enter_domain_idle_state psci_suspend_finisher "
	 "psci_0_2_cpu_suspend __psci_cpu_suspend arch_safe_halt haltpoll_enter_idle "
	 "haltpoll_select haltpoll_reflect tick_nohz_idle_* tdx_safe_halt __tdx_hypercall tdx_halt "
	 "xen_safe_halt mwait_play_dead snooze_loop shared_cede_loop nap_loop fastsleep_loop "
	 "dedicated_cede_loop power_save r4k_wait r4k_wait_irqoff wait_irqoff enabled_wait "
	 "psw_idle psw_idle_exit smp_start_secondary smp_callin secondary_start arm_cpuidle_* "
	 "start_cpu cpu_v7_do_idle cpu_v6_do_idle cpu_arm*_do_idle native_play_dead",
	 "is the idle loop"},
	{"tick", BLAME_TICK | BLAME_ROOT,
	 "update_process_times tick_sched_* tick_nohz_handler tick_nohz_highres* tick_periodic "
	 "tick_handle_periodic __hrtimer_run_queues hrtimer_run_queues hrtimer_interrupt "
	 "local_apic_timer_interrupt __sysvec_apic_timer_interrupt rcu_check_callbacks "
	 "rcu_sched_clock_irq print_cpu_stall* print_other_cpu_stall* check_cpu_stall* rcu_pending "
	 "__rcu_pending rcu_dump_cpu_stacks rcu_stall_kick* arch_timer_handler_* "
	 "nmi_cpu_backtrace* nmi_trigger_cpumask_backtrace* arch_trigger_cpumask_backtrace* "
	 "arch_trigger_all_cpu_backtrace* trigger_all_cpu_backtrace* trigger_allbutself* "
	 "trigger_allbutcpu* trigger_cpumask_backtrace* trigger_single_cpu_backtrace* nmi_handle* "
	 "default_do_nmi do_nmi nmi end_repeat_nmi watchdog_timer_fn watchdog_overflow_callback* "
	 "watchdog_hardlockup* __perf_event_overflow perf_event_overflow handle_pmi* "
	 "intel_pmu_handle_irq perf_event_nmi_handler ipi_cpu_backtrace handle_IPI ipi_handler "
	 "timer_interrupt __timer_interrupt riscv_timer_interrupt twd_handler mct_tick_isr "
	 "generic_handle_domain_irq* handle_irq_desc generic_handle_irq generic_handle_arch_irq "
	 "sp804_timer* handle_irq_event* __handle_irq_event_percpu raise_nmi cpu_backtrace* "
	 "tick_nohz_lowres_handler tick_nohz_irq_exit scheduler_tick sched_tick run_local_timers "
	 "account_process_tick profile_tick watchdog_check_* is_softlockup nmi_watchdog* exc_nmi "
	 "asm_exc_nmi nmi_restore repeat_nmi first_nmi ghes_notify_nmi nmi_panic_self_stop "
	 "smp_handle_nmi_ipi smp_ipi_demux* soft_nmi_* watchdog_smp_panic watchdog_timer_interrupt "
	 "do_handle_IPI handle_percpu_* rcu_exp_handler panic_on_rcu_stall",
	 "belongs to the interrupt that notices a stall"},
	{"irq-entry", BLAME_ENTRY | BLAME_PLUMBING | BLAME_ROOT,
	 "apic_timer_interrupt smp_apic_timer_interrupt sysvec_* asm_sysvec_* "
	 "smp_trace_apic_timer_interrupt trace_apic_timer_interrupt reschedule_interrupt "
	 "smp_reschedule_interrupt call_function_interrupt call_function_single_interrupt "
	 "smp_call_function_interrupt smp_call_function_single_interrupt irq_work_interrupt "
	 "common_interrupt asm_common_interrupt do_IRQ ret_from_intr handle_irq __handle_irq "
	 "handle_domain_irq __handle_domain_irq gic_handle_irq __gic_handle_irq* __gic_handle_nmi* "
	 "el1_irq el0_irq el1h_64_irq* el0t_64_irq* el1_interrupt* __el1_irq do_interrupt_handler "
	 "call_on_irq_stack* __irq_svc __irq_usr handle_arch_irq asm_do_IRQ handle_IRQ "
	 "handle_fasteoi_irq handle_edge_irq handle_level_irq irq_exit* __irq_exit_rcu* irq_enter* "
	 "invoke_softirq asm_call_* do_softirq_own_stack run_on_irqstack* do_irq handle_riscv_irq "
	 "do_asm_* plat_irq_dispatch call_do_irq __do_irq hardware_interrupt_common* "
	 "xen_hvm_callback* xen_evtchn_do_upcall generic_handle_arch_irq do_interrupt "
	 "spurious_interrupt fiq_* el0_interrupt* __do_IRQ arch_do_IRQ xen_pv_evtchn_do_upcall "
	 "xen_hypervisor_callback* asm_xen_pv_evtchn* __common_interrupt do_ext_irq "
	 "ext_int_handler do_irq_async io_int_handler do_io_irq call_on_stack handle_loongarch_irq "
	 "do_vint except_vec_vi* ret_from_irq rollback_except_vec_vi handle_int "
	 "fast_interrupt_return* decrementer_common* ret_from_interrupt handle_simple_irq "
	 "handle_nested_irq handle_bad_irq generic_handle_irq_safe generic_handle_domain_nmi "
	 "handle_fasteoi_nmi",
	 "is where an interrupt entered the kernel"},
	{"softirq", BLAME_ANCHOR | BLAME_PLUMBING | BLAME_ROOT,
	 "__do_softirq call_softirq do_softirq* handle_softirqs ___do_softirq run_ksoftirqd smpboot_thread_fn "
	 "tasklet_action* tasklet_hi_action run_timer_softirq __run_timers* __run_timer_base* "
	 "run_timer_base* call_timer_fn expire_timers hrtimer_run_softirq __run_hrtimer rcu_core "
	 "rcu_core_si rcu_do_batch rcu_process_callbacks __rcu_process_callbacks rcu_cpu_kthread "
	 "invoke_rcu_callbacks rcu_nocb_kthread irq_work_run* irq_work_single irq_work_tick "
	 "__tasklet* rcu_nocb_cb_kthread kfree_rcu_work srcu_invoke_callbacks net_tx_action "
	 "blk_done_softirq blk_complete_reqs irq_poll_softirq",
	 "runs deferred work: what it called is the work"},
	{"net-dispatch", BLAME_ANCHOR | BLAME_PLUMBING,
	 "net_rx_action __napi_poll* napi_poll process_backlog __netif_receive_skb* "
	 "netif_receive_skb* napi_gro_* gro_normal_list* napi_schedule* gro_complete* netif_rx* "
	 "__netif_rx* napi_busy_loop* napi_threaded_poll* napi_complete* dev_gro_receive",
	 "hands packets to the protocol or driver that takes them"},
	{"netlink-dispatch", BLAME_ANCHOR,
	 "rtnetlink_rcv_msg netlink_rcv_skb genl_rcv_msg genl_family_rcv_msg* nfnetlink_rcv_msg "
	 "rtnetlink_rcv genl_rcv",
	 "hands a message to the handler that takes it"},
	{"work-dispatch", BLAME_ANCHOR | BLAME_PLUMBING | BLAME_ROOT,
	 "process_one_work process_scheduled_works worker_thread kthread kthread_worker_fn "
	 "ret_from_fork* kernel_thread_helper kernel_thread_starter ret_from_kernel_thread* "
	 "task_work_run exit_to_usermode_loop exit_to_user_mode_loop do_notify_resume* "
	 "prepare_exit_to_usermode kthreadd async_run_entry_fn irq_thread irq_thread_fn "
	 "irq_forced_thread_fn cpuhp_thread_fun cpuhp_invoke_callback* kernel_thread_exit "
	 "vhost_task_fn bh_worker workqueue_softirq_action resume_user_mode_work work_for_cpu_fn",
	 "runs a thread or work item: what it called is the work"},
	{"syscall-entry", BLAME_ANCHOR | BLAME_PLUMBING | BLAME_ROOT,
	 "do_syscall_* x64_sys_call ia32_sys_call entry_SYSCALL* entry_SYSENTER* entry_INT80* "
	 "entry_FRED* do_fast_syscall_* __do_fast_syscall_* do_int80_* do_SYSENTER* system_call* "
	 "sysenter_* syscall_call syscall_return* ia32_sysret ia32_sysenter* cstar_* tracesys* "
	 "stub_execve stub_execveat stub_clone stub_fork stub_vfork stub_rt_sigreturn stub_x32_* "
	 "stub32_* stub_iopl stub_sigaltstack sysret_* int_ret_from_sys_call* el0_svc* el0_sync* "
	 "el0t_* do_el0_svc invoke_syscall* __invoke_syscall ret_fast_syscall* __sys_trace_return "
	 "ret_from_syscall __do_syscall sysnr_is* handle_syscall syscall_trace* "
	 "do_ret_from_syscall compat_sys_call ret_to_user* work_pending entry_64 "
	 "syscall_exit_to_user_mode* __syscall_exit_to_user* int80_emulation handle_sys "
	 "syscall_common do_trap_ecall_* vector_swi __sys_trace syscall_fastpath do_syscall",
	 "is where a system call entered the kernel"},
	{"socket-dispatch", BLAME_ANCHOR | BLAME_PLUMBING,
	 "sock_sendmsg* __sock_sendmsg* sock_recvmsg* sock_release __sock_release sock_close "
	 "sock_common_* sock_ioctl sock_do_ioctl compat_sock_ioctl* sock_mmap sock_poll "
	 "sock_write_iter sock_read_iter sock_splice_* __sys_setsockopt* __sys_getsockopt* "
	 "do_sock_setsockopt do_sock_getsockopt kernel_setsockopt kernel_getsockopt __sys_listen* "
	 "kernel_listen __sys_accept* do_accept kernel_accept kernel_sendmsg* kernel_recvmsg* "
	 "kernel_connect __sys_connect* sk_common_release netlink_dump",
	 "hands a socket's operation to the protocol that it is for"},
	{"file-dispatch", BLAME_ANCHOR | BLAME_PLUMBING,
	 "vfs_ioctl do_vfs_ioctl ksys_ioctl __se_sys_ioctl __do_sys_ioctl __x64_sys_ioctl "
	 "__arm64_sys_ioctl SyS_ioctl sys_ioctl compat_sys_ioctl __ia32_sys_ioctl "
	 "__do_compat_sys_ioctl __se_compat_sys_ioctl __ia32_compat_sys_ioctl compat_SyS_ioctl "
	 "C_SYSC_ioctl SYSC_ioctl compat_ptr_ioctl *_compat_ioctl compat_blkdev_ioctl vfs_write "
	 "__vfs_write ksys_write vfs_read __vfs_read ksys_read new_sync_write new_sync_read "
	 "call_write_iter call_read_iter do_iter_readv_writev* do_iter_write do_iter_read "
	 "vfs_writev vfs_readv do_sync_write do_sync_read __kernel_write* kernel_write "
	 "kernel_read* do_readv do_writev do_preadv* do_pwritev* do_loop_readv_writev vfs_iter_* "
	 "__fput ____fput delayed_fput vfs_fsync* do_fsync call_mmap full_proxy_read "
	 "full_proxy_write full_proxy_unlocked_ioctl direct_entry lkdtm_do_action "
	 "lkdtm_debugfs_entry vm_mmap_pgoff do_mmap do_mmap_pgoff mmap_region __mmap_region "
	 "do_sys_open* do_filp_open do_file_open path_openat do_open do_dentry_open vfs_open "
	 "blkdev_open blkdev_get blkdev_get_by_* __blkdev_get blkdev_get_whole blkdev_get_part "
	 "chrdev_open misc_open",
	 "hands a file operation to the file that it is for"},
	{"initcalls", BLAME_ANCHOR | BLAME_PLUMBING,
	 "do_one_initcall do_initcalls do_initcall_level do_basic_setup kernel_init_freeable* "
	 "kernel_init start_kernel do_init_module",
	 "runs an initialization function"},
	{"trampolines", BLAME_PLUMBING,
	 "bpf_trampoline_*",
	 "is generated code around a function, which programs are attached to"},
	{"device-core", BLAME_SERVICE,
	 "kobject_* __kobject_* kset_* sysfs_* __sysfs_* internal_create_group* create_files "
	 "device_add device_add_groups device_del device_create_file device_create_sys_dev_entry "
	 "device_remove_file device_remove_groups* device_remove_attrs device_register "
	 "device_unregister device_destroy get_device_parent cleanup_glue_dir klist_* "
	 "bus_add_device bus_remove_device driver_sysfs_* dpm_sysfs_* device_links_* "
	 "device_pm_remove kobj_kset_leave kobj_child_ns_ops device_release i2c_del_adapter "
	 "i2c_del_driver platform_device_del platform_device_unregister release_nodes cdev_del "
	 "cdev_device_del device_for_each_child* device_initialize device_create "
	 "device_create_vargs device_create_groups_vargs device_create_with_groups class_destroy "
	 "device_move device_rename device_shutdown class_register class_unregister add_uevent_var "
	 "devres_* devm_* tty_unregister_device "
	 "hwrng_unregister __unregister_client cdev_add cdev_device_add",
	 "keeps an object of the device model for its owner"},
	{"timer-api", BLAME_SERVICE,
	 "lock_timer_base mod_timer* __mod_timer* del_timer* timer_delete* __timer_delete* "
	 "try_to_del_timer* __try_to_del_timer* detach_timer* detach_if_pending "
	 "timer_is_static_object get_timer_base timer_shutdown* hrtimer_start* hrtimer_cancel "
	 "hrtimer_try_to_cancel* hrtimer_active hrtimer_init* do_init_timer add_timer_on "
	 "add_timer_local add_timer_global timer_reduce sk_stop_timer* sk_reset_timer* "
	 "init_timer_* hrtimer_setup* hrtimer_forward __hrtimer_start* remove_hrtimer "
	 "__remove_hrtimer enqueue_hrtimer hrtimer_sleeper_* __hrtimer_init* hrtimer_reprogram "
	 "hrtimer_force_reprogram internal_add_timer del_singleshot_timer_sync",
	 "sets or stops a timer that its caller owns"},
	{"work-api", BLAME_SERVICE,
	 "flush_work* __flush_work* start_flush_work* drain_workqueue destroy_workqueue "
	 "cancel_work* cancel_delayed_work* __cancel_work* __queue_work* queue_work_on* "
	 "queue_delayed_work_on* mod_delayed_work_on* __queue_delayed_work* work_is_static_object "
	 "work_fixup_* delayed_work_timer_fn insert_work* __init_work get_work_pool "
	 "try_to_grab_pending* queue_rcu_work kthread_stop* kthread_queue_work kthread_insert_work "
	 "tasklet_kill* __tasklet_schedule* call_rcu* __call_rcu* kfree_call_rcu* kvfree_call_rcu* "
	 "init_srcu_struct* irq_work_queue* task_work_add queue_delayed_work queue_work "
	 "flush_rcu_work flush_scheduled_work disable_work* enable_work* disable_delayed_work* "
	 "__kthread_queue_* kthread_cancel_* __kthread_cancel_* kthread_create_* "
	 "__kthread_create_* kthread_destroy_worker kthread_park kthread_unpark "
	 "kthread_delayed_work_timer_fn kthread_bind* tasklet_init tasklet_setup tasklet_schedule "
	 "tasklet_disable* tasklet_enable tasklet_unlock* task_work_cancel* irq_work_sync "
	 "call_srcu __call_srcu cleanup_srcu_* queue_work_node put_pwq* get_pwq "
	 "check_flush_dependency",
	 "queues or stops work that its caller owns"},
	{"wait-queues", BLAME_SERVICE,
	 "finish_wait prepare_to_wait* wait_for_completion* wait_for_common do_wait_for_common "
	 "__wait_for_common complete complete_all complete_with_flags __wake_up* wake_up* "
	 "autoremove_wake_function default_wake_function try_to_wake_up* ttwu_* swake_up* "
	 "add_wait_queue __add_wait_queue* init_waitqueue* __init_waitqueue_head wake_q_* pollwake "
	 "kill_fasync kill_pid* wait_woken woken_wake_function try_wait_for_completion "
	 "completion_done __init_swait_queue_head swait_* __swait_* prepare_to_swait* "
	 "finish_swait* remove_wait_queue __remove_wait_queue* add_wait_queue_* wake_bit_function "
	 "rcuwait_wake_up __pollwait poll_freewait poll_initwait",
	 "waits on or wakes an object for its caller"},
	{"skb-bounds", BLAME_SERVICE,
	 "skb_push skb_pull skb_put skb_put_data "
	 "__skb_pull __skb_put pskb_put pskb_may_pull* __pskb_pull_tail pskb_expand_head "
	 "skb_pull_data skb_trim skb_pull_rcsum skb_push_rcsum __skb_push __skb_pad skb_pad "
	 "skb_put_padto skb_ensure_writable* ___pskb_trim pskb_trim* __pskb_trim* skb_reserve "
	 "skb_pull_inline",
	 "checks the bounds of its caller's packet"},
	{"inode-counts", BLAME_SERVICE,
	 "iput iput_final iput.part* drop_nlink clear_nlink inc_nlink set_nlink dput fast_dput "
	 "__dput lockref_* mark_buffer_dirty __brelse brelse __bforget ihold",
	 "counts or marks an object for its caller"},
	{"page-cache", BLAME_SERVICE,
	 "find_lock_entries find_get_entries truncate_inode_pages* truncate_pagecache "
	 "truncate_setsize truncate_inode_partial_folio invalidate_mapping_pages* find_lock_page* "
	 "find_get_page* truncate_inode_folio truncate_folio_batch_exceptionals pagevec_lookup* "
	 "filemap_get_folios* invalidate_inode_pages2* truncate_pagecache_range",
	 "drops the cached pages of its caller's file"},
	{"procfs-api", BLAME_SERVICE,
	 "proc_register proc_create* proc_mkdir* proc_symlink __proc_create remove_proc_entry "
	 "remove_proc_subtree proc_remove _proc_mkdir",
	 "registers an entry for its caller"},
	{"usb-api", BLAME_SERVICE | BLAME_SLOW,
	 "usb_submit_urb usb_kill_urb usb_kill_anchored_urbs usb_poison_urb "
	 "usb_poison_anchored_urbs usb_start_wait_urb usb_bulk_msg usb_control_msg* "
	 "usb_interrupt_msg usb_internal_control_msg usb_free_urb usb_unlink_urb usb_anchor_urb "
	 "usb_unanchor_urb usb_hcd_submit_urb usb_hcd_map_urb* usb_alloc_urb usb_init_urb "
	 "usb_free_coherent usb_hcd_unlink_urb usb_get_urb usb_block_urb usb_unpoison_urb "
	 "usb_unlink_anchored_urbs usb_get_from_anchor usb_alloc_coherent usb_hcd_unmap_urb*",
	 "handles a transfer for its caller"},
	{"netdev-unregister", BLAME_SERVICE,
	 "rollback_registered* unregister_netdevice_many* unregister_netdevice_queue "
	 "unregister_netdev unregister_netdevice",
	 "takes down an interface for its caller"},
	{"tracing", BLAME_REPORT,
	 "trace_event_raw_event_* trace_event_raw_init trace_event_buffer_* "
	 "trace_event_get_offsets_* perf_trace_* trace_raw_output_* __traceiter_* ftrace_caller "
	 "ftrace_call ftrace_regs_* ftrace_graph_call* ftrace_stub* ftrace_ops_* "
	 "arch_ftrace_ops_list_func function_trace_call* mcount __fentry__ _mcount "
	 "return_to_handler prepare_ftrace_return* arch_rethook_* kretprobe_trampoline* "
	 "__kretprobe_trampoline* trampoline_handler __trampoline_handler kprobe_ftrace_handler* "
	 "optimized_callback* trace_preempt_* trace_irq_*",
	 "is called by a trace point or probe of its caller"},
	{"assertions", BLAME_REPORT,
	 "assertfail* btrfs_assertfail* assfail asswarn xfs_assert* __reiserfs_panic* "
	 "reiserfs_panic __reiserfs_error jbd2_assert* ext4_handle_error_panic __seqprop_assert* "
	 "ref_tracker_* dql_completed_bug bug_on_fail ocfs2_panic gfs2_assert_* btrfs_panic "
	 "__btrfs_panic skb_panic skb_over_panic skb_under_panic dump_mm dump_vma dump_vmg dump_mapping",
	 "reports an assertion for its caller"},
	{"fs-errors", BLAME_REPORT,
	 "ext2_error __ext2_error ext3_error ext3_error_inode ext3_handle_error ext3_abort "
	 "ext4_error ext4_handle_error* __ext4_error* ext4_abort __ext4_abort __ext4_std_error "
	 "__ext4_grp_locked_error __ext4_journal_abort_handle ext4_journal_abort_handle "
	 "xfs_error_report xfs_corruption_error xfs_buf_corruption_error xfs_do_force_shutdown "
	 "xfs_buf_verifier_error xfs_inode_verifier_error xfs_verifier_error "
	 "__btrfs_handle_fs_error __btrfs_std_error btrfs_handle_error __btrfs_abort_transaction "
	 "gfs2_lm_withdraw gfs2_withdraw gfs2_consist_*_i gfs2_io_error_*_i gfs2_meta_check_ii "
	 "gfs2_metatype_check_ii __ocfs2_error ocfs2_handle_error __ocfs2_abort ocfs2_abort "
	 "__fat_fs_error __exfat_fs_error __nilfs_error __nilfs_panic jfs_error jfs_handle_error "
	 "ubifs_assert_failed ubifs_ro_mode __udf_err __ntfs_error reiserfs_error "
	 "reiserfs_abort hpfs_error hfsplus_error affs_error befs_error "
	 "ufs_error ufs_panic",
	 "reports damage of the file system that its caller found"},
	{"indirect-calls", BLAME_REPORT,
	 "__x86_indirect_* __x86_return_* __indirect_thunk* __llvm_retpoline* __x86_retpoline* "
	 "srso_* __x86_call_thunk* its_return_thunk retbleed_* __SCT__*",
	 "makes an indirect call for its caller"},
	{"dma", BLAME_SERVICE,
	 "debug_dma_* check_unmap check_sync check_for_stack check_for_illegal_area add_dma_entry "
	 "err_printk active_cacheline_* dma_map_page_attrs dma_map_sg_attrs dma_map_sgtable "
	 "dma_map_resource dma_unmap_page_attrs dma_unmap_sg_attrs dma_unmap_resource "
	 "dma_alloc_attrs dma_free_attrs dma_alloc_coherent dma_free_coherent "
	 "dma_sync_single_for_* dma_sync_sg_for_* dmam_alloc_* dmam_free_* swiotlb_* "
"r4k_dma_cache_* r4k_blast_* dma_cache_* arch_sync_dma_* arch_dma_prep_coherent v7_dma_* v6_dma_* "
"__dma_map_area __dma_unmap_area __dma_inv_area __dma_clean_area __dma_flush_area "
"dcache_clean_* dcache_inval_* caches_clean_*",
	 "maps a buffer of its caller for a device, or checks its use"},
	{"makers", BLAME_MAKER,
	 "__alloc_skb alloc_skb* __netdev_alloc_skb netdev_alloc_skb* dev_alloc_skb "
	 "__dev_alloc_skb napi_alloc_skb __napi_alloc_skb sock_alloc_send_* sock_kmalloc "
	 "sock_wmalloc sk_alloc sk_prot_alloc kobject_set_name* kobject_init_and_add kobject_add* "
	 "kvasprintf* kasprintf alloc_netdev* alloc_inode* new_inode* sget_userns alloc_super "
	 "list_lru_init* __list_lru_init* memcg_* filemap_alloc_folio* __filemap_get_folio* "
	 "filemap_get_folio* pagecache_get_page* grab_cache_page* page_pool_alloc* "
	 "__page_pool_alloc* bpf_map_area_alloc* bpf_prog_alloc* alloc_workqueue* dup_task_struct "
	 "audit_alloc security_*_alloc lsm_* debug_objects_mem_init alloc_file* __alloc_file "
	 "alloc_empty_file* kmem_alloc* __build_skb build_skb* napi_build_skb slab_build_skb "
	 "__skb_ext_alloc skb_clone skb_copy pskb_copy* __pskb_copy* skb_copy_expand seq_open "
	 "single_open* __seq_open_* find_or_create_page bio_alloc* bio_kmalloc blk_mq_alloc_* "
	 "alloc_percpu* alloc_buffer_head alloc_page_buffers vm_area_alloc vm_area_dup",
	 "creates an object for its caller"},
	{"slow-waits", BLAME_SLOW,
	 "console_lock ldsem_* tty_ldisc_lock* __tty_ldisc_lock* tty_lock* "
	 "__filemap_fdatawait_range filemap_fdatawait* filemap_write_and_wait* "
	 "__filemap_write_and_wait* fdatawait_one_bdev do_read_cache_folio do_read_cache_page* "
	 "wait_on_page_writeback folio_wait_writeback __get_request blk_queue_enter* "
	 "__bio_queue_enter* blk_mq_get_tag blk_mq_freeze_queue* jbd2_log_wait_commit "
	 "io_schedule_timeout wait_consider_task sync_inodes_sb_wait __synchronize_srcu_wait "
	 "blk_execute_rq*_wait submit_bio_wait __lock_sock lock_sock_nested pipe_lock __pipe_lock "
	 "wait_current_trans wait_on_commit lock_mount lock_rename lock_two_nondirectories "
	 "lock_two_inodes tty_ldisc_ref_wait nfnl_lock genl_lock cfg80211_lock wait_on_inode "
	 "__wait_on_freeing_inode inode_dio_wait* wait_sb_inodes wait_for_commit rq_qos_wait "
	 "wbt_wait* blk_execute_rq blk_io_schedule submit_bh_wait __sync_dirty_buffer "
	 "sync_dirty_buffer __bread* mmc_wait_for_* nfs_wait_* rpc_wait_bit_killable __rpc_execute "
	 "fscache_wait* netfs_wait* folio_wait_stable wait_for_stable_page folio_lock* "
	 "scsi_execute* __scsi_execute* __nvme_submit_sync_cmd nvme_submit_sync_cmd",
	 "waits for a device, the disk or a lock on behalf of its caller"},
	{.id = "core-service", .role = BLAME_CORE, .core = CORE_SERVICE,
	 .reason = "serves the whole kernel: what goes wrong in it is mostly its caller's"},
	{.id = "core-check", .role = BLAME_CHECK, .core = CORE_CHECK,
	 .reason = "checks how its caller uses it"},
};
/* clang-format on */

const size_t blame_n_rows = ARRAY_SIZE(blame_rows);

static const char *const suffixes[] = {".isra.", ".constprop.", ".part.", ".cold", ".llvm.",
	".localalias", ".lto_priv.", ".clone."};

size_t blame_base_length(const char *function)
{
	size_t len = strlen(function);

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		const char *s = strstr(function, suffixes[i]);

		if (s && s > function && (size_t)(s - function) < len)
			len = (size_t)(s - function);
	}
	return len;
}

const char *blame_plain(TALLOC_CTX *ctx, const char *function)
{
	size_t len = function ? blame_base_length(function) : 0;

	return function && function[len] ? talloc_strndup(ctx, function, len) : function;
}

/* Whether a name matches a pattern. */
static bool fits(const char *name, size_t len, const char *pattern, size_t n)
{
	const char *star = memchr(pattern, '*', n);
	size_t head, tail;

	if (!star)
		return len == n && memcmp(name, pattern, n) == 0;
	head = (size_t)(star - pattern);
	if (len < head || memcmp(name, pattern, head) != 0)
		return false;
	if (n && pattern[n - 1] == '*') {
		/* "head*", or "head*middle*" */
		if (star == pattern + n - 1)
			return true;
		return memmem(name + head, len - head, star + 1, n - head - 2) != NULL;
	}
	tail = n - head - 1;
	return len >= head + tail && memcmp(name + len - tail, star + 1, tail) == 0;
}

bool blame_name_in(const char *name, size_t len, const char *patterns)
{
	const char *p = patterns, *end;

	for (; p; p = end ? end + 1 : NULL) {
		end = strchr(p, ' ');
		/* The first character rules out nearly all patterns. */
		if (*p != *name && *p != '*')
			continue;
		if (*p && *p != ' ' && fits(name, len, p, end ? (size_t)(end - p) : strlen(p)))
			return true;
	}
	return false;
}

static_assert(BLAME_INDEXED_ROWS == ARRAY_SIZE(blame_rows), "the index is of all rows");

/* The rows that name a function. */
struct row_set {
	bool has[ARRAY_SIZE(blame_rows)];
};

static void add_rows_with(char first, const char *function, size_t len, struct row_set *rows)
{
	unsigned char c = (unsigned char)first;

	if (c >= ARRAY_SIZE(blame_first) - 1)
		return;
	for (size_t i = blame_first[c]; i < blame_first[c + 1]; i++) {
		/* The second character rules out nearly all of them. */
		if (blame_names[i].second && blame_names[i].second != function[1])
			continue;
		if (fits(function, len, blame_rows[blame_names[i].row].names + blame_names[i].at,
			    blame_names[i].len))
			rows->has[blame_names[i].row] = true;
	}
}

static struct row_set rows_of(const char *function, size_t len)
{
	struct row_set rows = {0};

	add_rows_with(*function, function, len, &rows);
	add_rows_with('*', function, len, &rows);
	return rows;
}

static bool row_has(const struct row_set *rows, size_t i, const char *function, size_t len)
{
	if (blame_rows[i].core != CORE_NONE)
		return core_group_of(function, len) == blame_rows[i].core;
	return rows->has[i];
}

const struct blame_row *blame_find(const char *function, unsigned roles)
{
	size_t len = blame_base_length(function);
	struct row_set rows = rows_of(function, len);

	for (size_t i = 0; i < blame_n_rows; i++)
		if ((blame_rows[i].role & roles) && row_has(&rows, i, function, len))
			return &blame_rows[i];
	return NULL;
}

unsigned blame_roles(const char *function)
{
	size_t len = blame_base_length(function);
	struct row_set rows = rows_of(function, len);
	unsigned roles = 0;

	for (size_t i = 0; i < blame_n_rows; i++)
		/*
		 * The table only knows which file a function is in. The rows above are more
		 * precise.
		 */
		if (!(blame_rows[i].core && (roles & DISPATCHES)) &&
			row_has(&rows, i, function, len))
			roles |= blame_rows[i].role;
	return roles;
}
