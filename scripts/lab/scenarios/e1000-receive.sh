# SPDX-License-Identifier: GPL-3.0-or-later
# about: e1000's receive ring loses its buffers: the next packet finds NULL
# kernel: generic
# modules: e1000
# qemu: -netdev user,id=n0 -device e1000,netdev=n0
# expect: kind=null-deref function=e1000_clean_rx_irq module=e1000 origin=in-tree path=receive access=read address_class=null-offset context=softirq|task
# expect-dump: devices=0000:00:03.0+eth0
net_up
sleep 3
ping -c 2 10.0.2.2
x_break netdev=eth0 path=$(offset_of e1000 e1000_adapter rx_ring),$(offset_of e1000 e1000_rx_ring buffer_info)
ping -c 2 10.0.2.2
