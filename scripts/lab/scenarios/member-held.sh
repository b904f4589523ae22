# SPDX-License-Identifier: GPL-3.0-or-later
# about: a task waits for a mutex in a vendor driver's struct, whose holder sleeps
# kernel: cloud generic arm64
# modules: sd_mod
# boot: sysctl.kernel.hung_task_timeout_secs=5 sysctl.kernel.hung_task_panic=1
# wait: 60
# expect: kind=hung-task function=vhba_lock_scan module=vhba origin=out-of-tree path=syscall
# expect-dump: holder=vhba_scan deadlock=false
# expect-arm64: holder=vhba_scan|None deadlock=false
# expect-6.12: holder=vhba_scan waits=the_mutex_vhba_host.scan_mutex
insmod /vhba.ko
echo held-member >/proc/vhba
