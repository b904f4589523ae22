# SPDX-License-Identifier: GPL-3.0-or-later
# about: BUG() in a vendor driver while the block layer's worker submits a delayed write
# kernel: cloud generic arm64
# modules: sd_mod
# boot: sysctl.vm.dirty_writeback_centisecs=100 sysctl.vm.dirty_expire_centisecs=100
# expect: kind=kernel-bug function=vhba_queuecommand module=vhba origin=out-of-tree path=block-submit context=task
insmod /vhba.ko
exec 3>/dev/sda
dd if=/dev/zero bs=4k count=64 >&3
echo bug >/proc/vhba
