# SPDX-License-Identifier: GPL-3.0-or-later
# about: one bit of a vendor driver's code is wrong
# kernel: cloud generic arm64
# modules: sd_mod
# files: yes
# expect: kind=invalid-opcode function=vhba_drain module=vhba origin=out-of-tree victim=true damage=vhba_drain:2
# expect-arm64: damage=vhba_drain:4
insmod /vhba.ko
x_break of_module=1 code="$(address_of vhba_drain)"
echo wait >/proc/vhba
