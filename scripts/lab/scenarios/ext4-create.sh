# SPDX-License-Identifier: GPL-3.0-or-later
# about: ext4 loses its private data; a program then makes a file
# kernel: generic
# modules: sd_mod
# expect: kind=null-deref function=__ext4_find_entry module=ext4 origin=in-tree path=filesystem access=read address_class=null-offset context=task
insmod /vhba.ko
mke2fs /dev/sda
mount -t ext4 -o noinit_itable,no_prefetch_block_bitmaps /dev/sda /mnt
x_break mount=/mnt path=$(offset_of ext4 super_block s_fs_info)
mkdir /mnt/new
