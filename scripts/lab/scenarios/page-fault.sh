# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver writes to a mapping that it has already given back
# kernel: cloud generic arm64
# modules: sd_mod
# boot: nokaslr
# expect: kind=page-fault function=vhba_map_bar module=vhba origin=out-of-tree path=syscall access=write context=task
insmod /vhba.ko
echo unmapped >/proc/vhba
