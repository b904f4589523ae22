# SPDX-License-Identifier: GPL-3.0-or-later
# about: one bit of a pointer of a vendor driver is wrong
# kernel: cloud generic arm64
# modules: sd_mod
# files: yes
# expect: kind=gpf|page-fault function=vhba_read_stats module=vhba origin=out-of-tree access=read address_class=non-canonical|one-bit-off|None
# expect-dump: damage=
insmod /vhba.ko
echo flip >/proc/vhba
