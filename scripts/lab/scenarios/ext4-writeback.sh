# SPDX-License-Identifier: GPL-3.0-or-later
# about: ext4 loses its private data while a file waits to be written back
# kernel: generic
# modules: sd_mod
# boot: sysctl.vm.dirty_writeback_centisecs=200 sysctl.vm.dirty_expire_centisecs=200
# expect: kind=null-deref function=ext4_writepages module=ext4 origin=in-tree path=writeback access=read address_class=null-offset context=task
insmod /vhba.ko
mke2fs /dev/sda
mount -t ext4 -o noinit_itable,no_prefetch_block_bitmaps /dev/sda /mnt
super=$(offset_of ext4 super_block s_fs_info)
dd if=/dev/zero of=/mnt/file bs=4k count=16
x_break mount=/mnt path=$super
