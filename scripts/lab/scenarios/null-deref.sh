# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver's completion writes through a NULL pointer, in a timer
# kernel: cloud generic arm64
# sets: ci
# modules: sd_mod
# expect: kind=null-deref function=vhba_complete module=vhba origin=out-of-tree path=timer access=write address_class=null-offset context=softirq|task poison=NULL
# expect-6.12: type=struct_vhba_stats member=last_tag expression=host->stats
insmod /vhba.ko
echo null >/proc/vhba
dd if=/dev/sda of=/dev/null bs=4k count=4
