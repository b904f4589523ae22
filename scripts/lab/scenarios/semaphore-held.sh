# SPDX-License-Identifier: GPL-3.0-or-later
# about: a task waits for a semaphore whose holder sleeps
# kernel: cloud generic arm64
# modules: sd_mod
# boot: sysctl.kernel.hung_task_timeout_secs=5 sysctl.kernel.hung_task_panic=1
# wait: 60
# expect: kind=hung-task function=vhba_take_slot module=vhba origin=out-of-tree path=syscall
# expect-dump: deadlock=false
# expect-6.12: waits=the_semaphore_vhba_host.slots
insmod /vhba.ko
echo held-semaphore >/proc/vhba
