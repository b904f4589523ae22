# SPDX-License-Identifier: GPL-3.0-or-later
# about: virtio_scsi loses its private data: the first completion of a read finds NULL
# kernel: cloud generic
# modules: virtio_scsi sd_mod
# qemu: -device virtio-scsi-pci -blockdev null-co,node-name=d1,size=67108864,read-zeroes=on -device scsi-hd,drive=d1,vendor=VMTRIAGE,product=LABDISK,ver=9.1
# expect: kind=null-deref function=virtscsi_vq_done|virtscsi_req_done module=virtio_scsi origin=in-tree path=interrupt|block-completion address_class=null-offset context=hardirq
# expect-dump: devices=virtio1+sda+host0 firmware=9.1
while [ ! -e /dev/sda ]; do sleep 1; done
dd if=/dev/sda of=/dev/null bs=4k count=16
host=$(offset_of sd_mod scsi_disk device),$(offset_of scsi_mod scsi_device host)
x_break disk=/dev/sda path=$host,$(($(offset_of scsi_mod Scsi_Host hostdata) + $(offset_of virtio_scsi virtio_scsi vdev))),$(offset_of virtio_scsi virtio_device priv)
dd if=/dev/sda of=/dev/null bs=4k count=16 skip=1024
