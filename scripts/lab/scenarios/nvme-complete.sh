# SPDX-License-Identifier: GPL-3.0-or-later
# about: nvme's queues lose their completion entries: the interrupt of the next read finds NULL
# kernel: generic
# modules: nvme
# qemu: -blockdev null-co,node-name=d1,size=67108864,read-zeroes=on -device nvme,serial=lab,drive=d1
# expect: kind=null-deref function=nvme_poll_cq|nvme_cqe_pending module=nvme origin=in-tree path=block-completion access=read address_class=null-offset context=hardirq
# expect-dump: devices=0000:00:03.0+nvme0n1+nvme0
while [ ! -e /dev/nvme0n1 ]; do sleep 1; done
dd if=/dev/nvme0n1 of=/dev/null bs=4k count=16
controller=$(($(offset_of nvme nvme_dev queues) - $(offset_of nvme nvme_dev ctrl)))
for queue in 1 2; do
	x_break disk=/dev/nvme0n1 path=$(offset_of nvme nvme_ns ctrl),$controller,$(($(size_of nvme nvme_queue) * queue + $(offset_of nvme nvme_queue cqes)))
done
dd if=/dev/nvme0n1 of=/dev/null bs=4k count=16 skip=1024
