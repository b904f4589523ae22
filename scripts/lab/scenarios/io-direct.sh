# SPDX-License-Identifier: GPL-3.0-or-later
# about: a task waits for a file's lock, whose holder writes directly to a disk whose controller does not complete requests
# kernel: cloud generic arm64
# modules: sd_mod
# boot: sysctl.kernel.hung_task_timeout_secs=5 sysctl.kernel.hung_task_panic=1
# wait: 60
# expect: kind=hung-task
# expect-dump: holder=dd disk=sda deadlock=false
# expect-arm64: holder=dd|None disk=sda|None deadlock=false
insmod /vhba.ko
until [ -b /dev/sda ]; do sleep 1; done
sleep 2
mke2fs /dev/sda
mount -t ext4 -o noinit_itable,no_prefetch_block_bitmaps /dev/sda /mnt
dd if=/dev/zero of=/mnt/file bs=4k count=4 conv=fsync
echo stuck >/proc/vhba
dd if=/dev/zero of=/mnt/file oflag=direct conv=notrunc bs=4k seek=4 count=1 &
sleep 2
echo >/mnt/file
