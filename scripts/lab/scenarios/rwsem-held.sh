# SPDX-License-Identifier: GPL-3.0-or-later
# about: a reader waits for a rw-semaphore whose writer sleeps until a device answers
# kernel: cloud generic arm64
# modules: sd_mod
# boot: sysctl.kernel.hung_task_timeout_secs=5 sysctl.kernel.hung_task_panic=1
# wait: 60
# expect: kind=hung-task function=vhba_list_luns module=vhba origin=out-of-tree path=syscall
# expect-dump: lock=vhba_luns holder=vhba_eh deadlock=false
# expect-arm64: lock=None holder=None deadlock=false
# expect-6.12: lock=vhba_luns holder=vhba_eh deadlock=false
insmod /vhba.ko
echo held-rwsem >/proc/vhba
