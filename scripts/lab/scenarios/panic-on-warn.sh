# SPDX-License-Identifier: GPL-3.0-or-later
# about: a warning in a vendor driver's completion, on a system that panics on warnings
# kernel: cloud generic arm64
# modules: sd_mod
# expect: kind=warning function=vhba_complete module=vhba origin=out-of-tree path=timer context=softirq|task
insmod /vhba.ko
echo 1 >/proc/sys/kernel/panic_on_warn
echo warn >/proc/vhba
dd if=/dev/sda of=/dev/null bs=4k count=4
