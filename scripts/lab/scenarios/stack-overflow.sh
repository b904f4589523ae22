# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver recurses until its stack's guard page
# kernel: cloud generic arm64
# sets: ci
# modules: sd_mod
# console: silent
# expect: kind=stack-overflow function=vhba_walk_luns module=vhba origin=out-of-tree path=syscall address_class=stack-guard context=task
# expect-arm64: access=write
insmod /vhba.ko
echo recursion >/proc/vhba
