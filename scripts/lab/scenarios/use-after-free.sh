# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver's reset work follows a pointer in a request that was freed
# kernel: cloud generic arm64
# sets: ci
# modules: sd_mod
# boot: slub_debug=FZP
# expect: kind=gpf function=vhba_reset_work module=vhba origin=out-of-tree path=workqueue access=write address_class=slab-poison context=task
# expect-arm64: kind=page-fault
insmod /vhba.ko
echo uaf >/proc/vhba
