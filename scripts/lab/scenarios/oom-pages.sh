# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver does not free pages, on a system that panics when memory runs out
# kernel: cloud generic arm64
# modules: sd_mod
# boot: sysctl.vm.panic_on_oom=1
# wait: 60
# expect: kind=oom-panic module=vmlinux memory=drivers_or_other_parts_of_the_kernel,_which_no_counter_shows
insmod /vhba.ko
echo leak-pages >/proc/vhba
