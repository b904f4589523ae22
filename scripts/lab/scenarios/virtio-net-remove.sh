# SPDX-License-Identifier: GPL-3.0-or-later
# about: virtio_net loses its send queues before it is unbound from its device
# kernel: cloud generic
# modules: virtio_net
# qemu: -netdev user,id=n0 -device virtio-net-pci,netdev=n0
# expect: kind=null-deref function=virtnet_close module=virtio_net origin=in-tree path=remove access=read address_class=null-offset context=task
# Nothing may be sent before the removal: that would run into the queues first.
echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
net_up
queues=$(offset_of virtio_net virtnet_info sq)
device=$(readlink /sys/class/net/eth0/device)
x_break netdev=eth0 path=$queues
echo "${device##*/}" >/sys/bus/virtio/drivers/virtio_net/unbind
