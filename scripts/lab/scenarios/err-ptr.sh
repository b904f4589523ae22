# SPDX-License-Identifier: GPL-3.0-or-later
# about: a proprietary module uses an error number as a pointer while it is loaded
# kernel: cloud generic arm64
# expect: kind=page-fault function=vlic_read_serial module=vlic origin=proprietary path=module-load access=read address_class=err-ptr context=task
insmod /vlic.ko
