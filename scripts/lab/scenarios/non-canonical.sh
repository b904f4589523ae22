# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver reads through a pointer that no page table can hold
# kernel: cloud generic arm64
# modules: sd_mod
# expect: kind=gpf function=vhba_read_stats module=vhba origin=out-of-tree path=syscall access=read address_class=non-canonical context=task
# expect-arm64: kind=page-fault address_class=None
# expect-6.12: type=struct_vhba_stats member=reads expression=host->stats
insmod /vhba.ko
echo wild >/proc/vhba
