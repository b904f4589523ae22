# SPDX-License-Identifier: GPL-3.0-or-later
# about: virtio_blk loses its private data before the machine is suspended
# kernel: cloud generic
# qemu: -blockdev null-co,node-name=d1,size=67108864,read-zeroes=on -device virtio-blk-pci,drive=d1
# console: silent
# expect: kind=null-deref function=virtblk_freeze module=virtio_blk origin=in-tree path=suspend access=read address_class=null-offset context=task
x_break disk=/dev/vdb path=$(offset_of virtio_blk virtio_blk vdev),$(offset_of virtio_blk virtio_device priv)
echo freeze >/sys/power/state
