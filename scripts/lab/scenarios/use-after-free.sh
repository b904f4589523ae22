# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver's reset work follows a pointer in a request that was freed
# kernel: cloud generic arm64
# sets: ci
# modules: sd_mod
# boot: slub_debug=FZP
# expect: kind=gpf function=vhba_reset_work module=vhba origin=out-of-tree path=workqueue access=write address_class=slab-poison context=task poison=0x6b6b6b6b6b6b6b6b,_the_poison_of_freed_slab_memory
# expect-dump: object=vhba_request:free member=None
# expect-arm64: kind=page-fault object=None
# expect-6.12: object=vhba_request:free type=struct_scsi_cmnd member=result
insmod /vhba.ko
echo uaf >/proc/vhba
