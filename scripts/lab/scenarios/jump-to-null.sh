# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver calls an operation that its table leaves NULL, in an ioctl
# kernel: cloud generic arm64
# sets: ci
# modules: sd_mod
# expect: kind=null-deref function=vhba_bios_param module=vhba origin=out-of-tree path=ioctl access=exec address_class=null context=task
insmod /vhba.ko
echo null-call >/proc/vhba
fdisk -l /dev/sda
