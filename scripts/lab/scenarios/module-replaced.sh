# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver crashes, and is another build on disk when the dump is read
# kernel: cloud generic arm64
# modules: sd_mod
# files: yes
# replaced: vhba
# expect: kind=null-deref function=vhba_complete module=vhba origin=out-of-tree
# expect-dump: on_disk=vhba damage=
insmod /vhba.ko
echo null >/proc/vhba
dd if=/dev/sda of=/dev/null bs=4k count=4
