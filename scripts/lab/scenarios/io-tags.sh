# SPDX-License-Identifier: GPL-3.0-or-later
# about: a task waits for a free request of a disk whose controller does not complete any
# kernel: cloud generic arm64
# modules: sd_mod
# boot: sysctl.kernel.hung_task_timeout_secs=5 sysctl.kernel.hung_task_panic=1
# wait: 60
# expect: kind=hung-task
# expect-dump: disk=sda deadlock=false
# expect-arm64: disk=sda|None deadlock=false
insmod /vhba.ko
until [ -b /dev/sda ]; do sleep 1; done
sleep 2
echo none >/sys/block/sda/queue/scheduler
echo 0 >/sys/block/sda/queue/read_ahead_kb
echo stuck >/proc/vhba
for skip in $(seq 100 100 1900); do dd if=/dev/sda of=/dev/null iflag=direct bs=4k count=1 skip=$((skip / 10)) & done
sleep 2
read line </dev/sda
