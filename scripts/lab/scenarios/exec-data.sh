# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver calls into memory that holds data
# kernel: cloud generic arm64
# modules: sd_mod
# expect: kind=exec-fault function=vhba_kick module=vhba origin=out-of-tree path=syscall access=exec context=task
# expect-6.12: type=struct_vhba_host member=media expression=host->media
insmod /vhba.ko
echo exec-data >/proc/vhba
