# SPDX-License-Identifier: GPL-3.0-or-later
# about: e1000's transmit ring loses its buffers: the next packet to send finds NULL
# kernel: generic
# modules: e1000
# qemu: -netdev user,id=n0 -device e1000,netdev=n0
# expect: kind=null-deref function=e1000_xmit_frame|e1000_tx_map module=e1000 origin=in-tree path=transmit access=write address_class=null-offset context=task|softirq
net_up
sleep 3
ping -c 2 10.0.2.2
x_break netdev=eth0 path=$(offset_of e1000 e1000_adapter tx_ring),$(offset_of e1000 e1000_tx_ring buffer_info)
ping -c 2 10.0.2.2
