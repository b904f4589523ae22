# SPDX-License-Identifier: GPL-3.0-or-later
# about: a task reads a file from a disk whose controller does not complete requests
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
echo stuck >/proc/vhba
for skip in 64 128 192; do dd if=/dev/sda of=/dev/null bs=4k count=1 skip=$skip & done
sleep 1
read line </dev/sda
