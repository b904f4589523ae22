# SPDX-License-Identifier: GPL-3.0-or-later
# about: two tasks take two mutexes in opposite order
# kernel: cloud generic arm64
# modules: sd_mod
# boot: sysctl.kernel.hung_task_timeout_secs=5 sysctl.kernel.hung_task_panic=1
# wait: 60
# expect: kind=hung-task function=vhba_take_both module=vhba origin=out-of-tree path=syscall
# expect-dump: lock=vhba_scan_lock holder=vhba_scan deadlock=true
# expect-arm64: lock=None holder=None deadlock=false
# expect-6.12: lock=vhba_scan_lock holder=vhba_scan deadlock=true
insmod /vhba.ko
echo abba >/proc/vhba
