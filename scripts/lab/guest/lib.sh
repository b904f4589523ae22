# SPDX-License-Identifier: GPL-3.0-or-later
# Functions that scenarios share.

# net_up: sets up a network card with the address that QEMU's user network expects.
net_up() {
	ifconfig eth0 10.0.2.15 up
}

# netconsole_on TARGET...: sends the kernel's log to ports of QEMU's host: "7000", or "+7000" in the
# extended form. Its router has this MAC.
netconsole_on() {
	net_up
	dmesg -n 8
	targets=
	from=6665
	for target; do
		targets="$targets;${target%%[0-9]*}$from@10.0.2.15/eth0,${target#+}@10.0.2.2/52:55:0a:00:02:02"
		from=$((from + 1))
	done
	modprobe netconsole netconsole="${targets#;}"
}

# offset_of MODULE STRUCT MEMBER: the offset in bytes, from the running kernel's BTF.
offset_of() {
	pahole -F btf --btf_base /sys/kernel/btf/vmlinux -C "$2" "/sys/kernel/btf/$1" |
		sed -nE "s,.*[ *]$3(\[.*)?; */\* *([0-9]+) .*,\2,p" | head -n 1
}

# size_of MODULE STRUCT: the size in bytes.
size_of() {
	pahole -F btf --btf_base /sys/kernel/btf/vmlinux -C "$2" "/sys/kernel/btf/$1" |
		sed -nE 's,.*/\* size: ([0-9]+).*,\1,p' | head -n 1
}

# address_of FUNCTION: in the running kernel or in a module.
address_of() {
	sed -nE "s,^([0-9a-f]+) [tT] $1(\t.*)?$,0x\1,p" /proc/kallsyms | head -n 1
}

# x_break ARGUMENTS: inserts the module that does its damage and then refuses to load.
x_break() {
	insmod /x_break.ko "$@" 2>/dev/null
}
