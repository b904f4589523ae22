# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver's reset work uses a request that was freed, on a machine without any debug option
# kernel: cloud generic arm64
# modules: sd_mod
# boot: slab_nomerge
# expect: kind=gpf function=vhba_reset_work module=vhba origin=out-of-tree path=workqueue access=write context=task
# expect-dump: object=vhba_request:free member=None
# expect-arm64: kind=page-fault object=None
# expect-6.12: object=vhba_request:free type=struct_scsi_cmnd member=result
insmod /vhba.ko
echo uaf >/proc/vhba
