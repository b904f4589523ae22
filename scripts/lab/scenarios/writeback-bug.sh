# about: BUG() in a vendor driver while the kernel writes dirty pages back by itself
# kernel: cloud generic
# modules: sd_mod
# boot: sysctl.vm.dirty_writeback_centisecs=100 sysctl.vm.dirty_expire_centisecs=100
# expect: kind=kernel-bug function=vhba_queuecommand module=vhba origin=out-of-tree path=writeback context=task
insmod /vhba.ko
echo none >/sys/block/sda/queue/scheduler
exec 3>/dev/sda
dd if=/dev/zero bs=4k count=64 >&3
echo bug >/proc/vhba
