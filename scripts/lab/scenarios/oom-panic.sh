# SPDX-License-Identifier: GPL-3.0-or-later
# about: a file in memory eats all of it, on a system that panics rather than kills
# kernel: cloud generic arm64
# boot: sysctl.vm.panic_on_oom=1
# wait: 60
# expect: kind=oom-panic module=vmlinux memory=tmpfs_and_shared_memory
mount -t tmpfs -o size=1g full /mnt
dd if=/dev/zero of=/mnt/fill bs=1M
