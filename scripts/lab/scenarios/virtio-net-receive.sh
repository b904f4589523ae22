# SPDX-License-Identifier: GPL-3.0-or-later
# about: virtio_net's receive path runs an XDP program that was freed
# kernel: cloud generic
# sets: ci
# modules: virtio_net
# qemu: -netdev user,id=n0 -device virtio-net-pci,netdev=n0
# expect: kind=gpf function=receive_buf|receive_mergeable module=virtio_net origin=in-tree path=receive access=read address_class=slab-poison context=softirq|task
# expect-dump: devices=virtio1+eth0 member=bpf_func|aux
net_up
ping -c 1 10.0.2.2
queue=$(offset_of virtio_net virtnet_info rq)
x_break netdev=eth0 path=$queue,$(offset_of virtio_net receive_queue xdp_prog) value=0x6b6b6b6b6b6b6b6b
x_break netdev=eth0 path=$(offset_of virtio_net virtnet_info xdp_enabled) value=1 size=1
ping -c 1 10.0.2.2
