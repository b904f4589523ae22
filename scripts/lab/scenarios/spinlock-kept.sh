# SPDX-License-Identifier: GPL-3.0-or-later
# about: a CPU spins on a lock that another one keeps while it polls a device
# kernel: cloud generic arm64
# modules: sd_mod
# boot: softlockup_panic=1 watchdog_thresh=5
# wait: 60
# expect: kind=soft-lockup function=vhba_port_up module=vhba origin=out-of-tree path=syscall
# expect-dump: lock=vhba_port_lock holder=None
# expect-arm64: lock=vhba_port_lock|None
insmod /vhba.ko
echo kept-spinlock >/proc/vhba
