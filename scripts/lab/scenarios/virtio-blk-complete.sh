# SPDX-License-Identifier: GPL-3.0-or-later
# about: virtio_blk loses its private data: the first completion of a read finds NULL
# kernel: cloud generic
# sets: ci
# qemu: -blockdev null-co,node-name=d1,size=67108864,read-zeroes=on -device virtio-blk-pci,drive=d1
# expect: kind=null-deref function=virtblk_done module=virtio_blk origin=in-tree path=block-completion access=read address_class=null-offset context=hardirq
# expect-dump: devices=virtio0+vda,virtio1+vdb
dd if=/dev/vdb of=/dev/null bs=4k count=16
x_break disk=/dev/vdb path=$(offset_of virtio_blk virtio_blk vdev),$(offset_of virtio_blk virtio_device priv)
dd if=/dev/vdb of=/dev/null bs=4k count=16 skip=1024
