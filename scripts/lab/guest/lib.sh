# SPDX-License-Identifier: GPL-3.0-or-later
# What scenarios share.

# net_up: a network card with the addresses that QEMU's user network expects.
net_up() {
	ifconfig eth0 10.0.2.15 up
}

# offset_of MODULE STRUCT MEMBER: bytes, from the running kernel's BTF.
offset_of() {
	pahole -F btf --btf_base /sys/kernel/btf/vmlinux -C "$2" "/sys/kernel/btf/$1" |
		sed -nE "s,.*[ *]$3(\[.*)?; */\* *([0-9]+) .*,\2,p" | head -n 1
}

# size_of MODULE STRUCT
size_of() {
	pahole -F btf --btf_base /sys/kernel/btf/vmlinux -C "$2" "/sys/kernel/btf/$1" |
		sed -nE 's,.*/\* size: ([0-9]+).*,\1,p' | head -n 1
}

# x_break ARGUMENTS: a module that does its damage and never loads.
x_break() {
	insmod /x_break.ko "$@" 2>/dev/null
}
