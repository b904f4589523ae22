# SPDX-License-Identifier: GPL-3.0-or-later
# about: one bit of the kernel's own code is wrong, and a program runs into it
# kernel: cloud generic
# files: yes
# expect: kind=invalid-opcode function=meminfo_proc_show module=vmlinux victim=false
# expect-dump: victim=true damage=meminfo_proc_show:2
x_break code="$(address_of meminfo_proc_show)"
cat /proc/meminfo
