# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver polls forever for a flag that its hardware should set
# kernel: cloud generic arm64
# modules: sd_mod
# boot: softlockup_panic=1 watchdog_thresh=5
# wait: 60
# expect: kind=soft-lockup function=vhba_wait_ready module=vhba origin=out-of-tree path=syscall
insmod /vhba.ko
echo spin >/proc/vhba
