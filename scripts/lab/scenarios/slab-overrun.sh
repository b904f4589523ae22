# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver copies a name beyond the end of its object, over a pointer in the next one
# kernel: cloud generic arm64
# modules: sd_mod
# boot: slab_nomerge
# expect: kind=gpf function=vhba_reset_lun module=vhba origin=out-of-tree path=syscall access=write context=task poison=text:_"-of-the-"
# expect-dump: object=vhba_lun:in-use member=None
# expect-arm64: kind=page-fault object=None
# expect-6.12: object=vhba_lun:in-use type=struct_vhba_stats member=last_tag expression=lun->stats
insmod /vhba.ko
echo overrun >/proc/vhba
