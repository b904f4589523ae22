# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver does not free the objects of its slab cache, on a system that panics when memory runs out
# kernel: cloud generic arm64
# modules: sd_mod
# boot: sysctl.vm.panic_on_oom=1
# wait: 60
# expect: kind=oom-panic module=vmlinux memory=the_slab_cache_vhba_sense
insmod /vhba.ko
echo leak-slab >/proc/vhba
