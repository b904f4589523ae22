# SPDX-License-Identifier: GPL-3.0-or-later
# about: a task waits forever for a vendor driver's queue to drain
# kernel: cloud generic arm64
# modules: sd_mod
# boot: sysctl.kernel.hung_task_timeout_secs=5 sysctl.kernel.hung_task_panic=1
# wait: 60
# expect: kind=hung-task function=vhba_drain module=vhba origin=out-of-tree path=syscall
# expect-6.12: waits=the_completion_vhba_host.drained
insmod /vhba.ko
echo wait >/proc/vhba
