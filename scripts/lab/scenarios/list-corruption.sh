# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver takes a request off its list twice
# kernel: cloud generic arm64
# sets: ci
# modules: sd_mod
# boot: pti=on
# expect: kind=list-corruption function=vhba_dequeue module=vhba origin=out-of-tree path=timer context=softirq|task
insmod /vhba.ko
echo list >/proc/vhba
dd if=/dev/sda of=/dev/null bs=4k count=4
