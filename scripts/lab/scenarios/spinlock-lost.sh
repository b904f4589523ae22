# SPDX-License-Identifier: GPL-3.0-or-later
# about: a spinlock that an error path did not release is taken again
# kernel: cloud generic arm64
# modules: sd_mod
# boot: softlockup_panic=1 watchdog_thresh=5
# wait: 60
# expect: kind=soft-lockup function=vhba_port_up module=vhba origin=out-of-tree path=syscall
# expect-dump: lock=vhba_port_lock
# expect-arm64: lock=None
# expect-6.12: lock=vhba_port_lock
insmod /vhba.ko
echo lost-spinlock >/proc/vhba
