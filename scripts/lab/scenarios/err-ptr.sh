# SPDX-License-Identifier: GPL-3.0-or-later
# about: a proprietary module uses an error number as a pointer while it is loaded
# kernel: cloud generic arm64
# expect: kind=page-fault function=vlic_read_serial module=vlic origin=proprietary path=module-load access=read address_class=err-ptr context=task poison=the_error_pointer_-ENODEV
# expect-log: poison=the_error_pointer_-ENODEV|None
# expect-6.12: type=struct_vlic_key member=serial expression=vlic_find_key()
insmod /vlic.ko
