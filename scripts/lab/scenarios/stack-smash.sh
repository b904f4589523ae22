# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver writes past an array on its stack; the return addresses above are gone
# kernel: cloud generic arm64
# modules: sd_mod
# expect: kind=stack-corruption function=vhba_parse_label module=vhba origin=out-of-tree context=task
insmod /vhba.ko
echo smash >/proc/vhba
