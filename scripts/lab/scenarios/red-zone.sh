# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver copies a name beyond the end of its object, which slub_debug notices when it is freed
# kernel: cloud generic arm64
# modules: sd_mod
# boot: slub_debug=FZU panic_on_taint=0x20
# expect: kind=heap-corruption function=vhba_rename_lun module=vhba origin=out-of-tree path=syscall object=vhba_lun
insmod /vhba.ko
echo red-zone >/proc/vhba
