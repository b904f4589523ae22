# SPDX-License-Identifier: GPL-3.0-or-later
# about: BUG() in a vendor driver while the block layer submits a read
# kernel: cloud generic
# sets: ci
# modules: sd_mod
# qemu: -cpu max,-cx16,la57=off
# expect: kind=kernel-bug function=vhba_queuecommand module=vhba origin=out-of-tree path=block-submit context=task
insmod /vhba.ko
echo bug >/proc/vhba
dd if=/dev/sda of=/dev/null bs=4k count=4
