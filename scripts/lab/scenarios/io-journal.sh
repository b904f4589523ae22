# SPDX-License-Identifier: GPL-3.0-or-later
# about: a task waits for the journal of a disk whose controller does not complete requests
# kernel: cloud generic
# modules: sd_mod
# boot: sysctl.kernel.hung_task_timeout_secs=5 sysctl.kernel.hung_task_panic=1
# wait: 60
# expect: kind=hung-task
# expect-dump: disk=sda deadlock=false
insmod /vhba.ko
until [ -b /dev/sda ]; do sleep 1; done
sleep 2
/bin/mke2fs -q -t ext4 /dev/sda
mount -t ext4 /dev/sda /mnt
mkdir /mnt/folder
echo stuck >/proc/vhba
sync -f /mnt
