# SPDX-License-Identifier: GPL-3.0-or-later
# about: a vendor driver divides by zero while it is loaded
# kernel: cloud generic
# sets: ci
# modules: sd_mod
# expect: kind=divide-error function=vhba_set_geometry module=vhba origin=out-of-tree path=module-load context=task
insmod /vhba.ko fault=geometry
