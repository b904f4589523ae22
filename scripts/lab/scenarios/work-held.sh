# SPDX-License-Identifier: GPL-3.0-or-later
# about: a task waits for a work item that sleeps until a device answers
# kernel: cloud generic arm64
# modules: sd_mod
# boot: sysctl.kernel.hung_task_timeout_secs=5 sysctl.kernel.hung_task_panic=1
# wait: 60
# expect: kind=hung-task function=vhba_finish_rescan module=vhba origin=out-of-tree path=syscall
# expect-dump: lock=vhba_rescan_work deadlock=false
# expect-arm64: lock=None deadlock=false
# expect-6.12: lock=vhba_rescan_work deadlock=false
insmod /vhba.ko
echo held-work >/proc/vhba
