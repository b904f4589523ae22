// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See area.h. Most folders hold code of one driver, protocol or file system: only the others need a
 * row for their kind.
 */
#include "where/area.h"

#include <string.h>

#include "base/array.h"

/* clang-format off */
const struct area areas[] = {
	{"", AREA_SPECIFIC, NULL},
	{"arch/", AREA_CORE, NULL},
	{"arch/arm64/", AREA_CORE, "arm64 code"},
	{"arch/arm64/crypto/", AREA_SPECIFIC, "crypto code"},
	{"arch/arm64/kvm/", AREA_SPECIFIC, "KVM"},
	{"arch/arm64/kvm/hyp/", AREA_CORE, NULL},
	{"arch/arm64/mm/", AREA_CORE, "memory management"},
	{"arch/arm64/net/", AREA_SHARED, "BPF"},
	{"arch/x86/", AREA_CORE, "x86 code"},
	{"arch/x86/crypto/", AREA_SPECIFIC, "crypto code"},
	{"arch/x86/entry/", AREA_CORE, "entry code"},
	{"arch/x86/events/", AREA_SPECIFIC, "perf events"},
	{"arch/x86/hyperv/", AREA_SPECIFIC, "Hyper-V support"},
	{"arch/x86/kernel/cpu/", AREA_SHARED, NULL},
	{"arch/x86/kernel/cpu/mce/", AREA_SHARED, "machine check handler"},
	{"arch/x86/kvm/", AREA_SPECIFIC, "KVM"},
	{"arch/x86/mm/", AREA_CORE, "memory management"},
	{"arch/x86/net/", AREA_SHARED, "BPF"},
	{"arch/x86/pci/", AREA_SHARED, "PCI core"},
	{"arch/x86/platform/", AREA_SPECIFIC, NULL},
	{"arch/x86/xen/", AREA_SHARED, "Xen support"},
	{"block/", AREA_SHARED, "block layer"},
	{"block/bfq", AREA_SHARED, "BFQ I/O scheduler"},
	{"block/blk-cgroup", AREA_SHARED, "I/O controller"},
	{"block/blk-iocost.c", AREA_SHARED, "I/O controller"},
	{"crypto/", AREA_SPECIFIC, "crypto code"},
	{"crypto/algapi.c", AREA_CORE, NULL},
	{"crypto/api.c", AREA_CORE, NULL},
	{"drivers/", AREA_SPECIFIC, "drivers"},
	{"drivers/acpi/", AREA_SHARED, "ACPI"},
	{"drivers/acpi/acpica/", AREA_CORE, NULL},
	{"drivers/ata/", AREA_SPECIFIC, "ATA"},
	{"drivers/ata/libata", AREA_SHARED, NULL},
	{"drivers/base/", AREA_CORE, "driver core"},
	{"drivers/base/firmware_loader/", AREA_CORE, "firmware loader"},
	{"drivers/base/power/", AREA_CORE, "power management"},
	{"drivers/base/regmap/", AREA_SHARED, "regmap"},
	{"drivers/block/", AREA_SPECIFIC, "block drivers"},
	{"drivers/bluetooth/", AREA_SPECIFIC, "Bluetooth drivers"},
	{"drivers/char/mem.c", AREA_CORE, NULL},
	{"drivers/char/misc.c", AREA_CORE, NULL},
	{"drivers/clk/", AREA_SPECIFIC, "clocks"},
	{"drivers/clk/clk", AREA_SHARED, NULL},
	{"drivers/cpufreq/", AREA_SPECIFIC, "CPU frequency scaling"},
	{"drivers/cpuidle/", AREA_SPECIFIC, "CPU idling"},
	{"drivers/cxl/", AREA_SPECIFIC, "CXL"},
	{"drivers/dma-buf/", AREA_SHARED, "DMA buffers"},
	{"drivers/dma/", AREA_SPECIFIC, "DMA engines"},
	{"drivers/edac/", AREA_SPECIFIC, "EDAC"},
	{"drivers/firmware/", AREA_SPECIFIC, "firmware drivers"},
	{"drivers/gpio/", AREA_SPECIFIC, "GPIO"},
	{"drivers/gpio/gpiolib", AREA_SHARED, NULL},
	{"drivers/gpu/drm/", AREA_SPECIFIC, "graphics"},
	{"drivers/gpu/drm/drm_", AREA_SHARED, NULL},
	{"drivers/hid/", AREA_SPECIFIC, "HID"},
	{"drivers/hid/hid-core.c", AREA_SHARED, NULL},
	{"drivers/hv/", AREA_SPECIFIC, "Hyper-V support"},
	{"drivers/hwmon/", AREA_SPECIFIC, "hardware monitoring"},
	{"drivers/i2c/", AREA_SPECIFIC, "I2C"},
	{"drivers/i2c/i2c-core", AREA_SHARED, NULL},
	{"drivers/iio/", AREA_SPECIFIC, "industrial I/O"},
	{"drivers/infiniband/", AREA_SPECIFIC, "RDMA"},
	{"drivers/input/", AREA_SPECIFIC, "input layer"},
	{"drivers/input/input.c", AREA_SHARED, NULL},
	{"drivers/iommu/", AREA_SPECIFIC, "IOMMU code"},
	{"drivers/iommu/dma-iommu.c", AREA_CORE, NULL},
	{"drivers/iommu/iommu.c", AREA_SHARED, NULL},
	{"drivers/iommu/iova.c", AREA_CORE, NULL},
	{"drivers/irqchip/", AREA_CORE, "interrupt controllers"},
	{"drivers/leds/", AREA_SPECIFIC, "LEDs"},
	{"drivers/md/", AREA_SPECIFIC, "device mapper and MD"},
	{"drivers/media/", AREA_SPECIFIC, "media drivers"},
	{"drivers/media/v4l2-core/", AREA_SHARED, NULL},
	{"drivers/memory/", AREA_SPECIFIC, "memory controllers"},
	{"drivers/mfd/", AREA_SPECIFIC, "multi-function drivers"},
	{"drivers/misc/", AREA_SPECIFIC, "miscellaneous drivers"},
	{"drivers/mmc/", AREA_SPECIFIC, "MMC"},
	{"drivers/mtd/", AREA_SPECIFIC, "MTD"},
	{"drivers/mtd/ubi/", AREA_SPECIFIC, "UBI"},
	{"drivers/net/", AREA_SPECIFIC, "network drivers"},
	{"drivers/net/bonding/", AREA_SPECIFIC, "bonding"},
	{"drivers/net/phy/", AREA_SPECIFIC, "Ethernet PHYs"},
	{"drivers/net/phy/mdio", AREA_SHARED, NULL},
	{"drivers/net/phy/phy", AREA_SHARED, NULL},
	{"drivers/net/ppp/", AREA_SPECIFIC, "PPP"},
	{"drivers/net/tun.c", AREA_SPECIFIC, "TUN/TAP"},
	{"drivers/net/usb/", AREA_SPECIFIC, "USB network drivers"},
	{"drivers/net/wireless/", AREA_SPECIFIC, "Wi-Fi drivers"},
	{"drivers/nvdimm/", AREA_SPECIFIC, "NVDIMM"},
	{"drivers/nvme/", AREA_SPECIFIC, "NVMe"},
	{"drivers/nvme/host/core.c", AREA_SHARED, NULL},
	{"drivers/nvmem/", AREA_SPECIFIC, "NVMEM"},
	{"drivers/nvmem/core.c", AREA_SHARED, NULL},
	{"drivers/of/", AREA_SHARED, "device tree"},
	{"drivers/pci/", AREA_SHARED, "PCI core"},
	{"drivers/pci/controller/", AREA_SPECIFIC, NULL},
	{"drivers/pci/endpoint/", AREA_SPECIFIC, NULL},
	{"drivers/pci/hotplug/", AREA_SPECIFIC, NULL},
	{"drivers/pci/pcie/", AREA_SHARED, NULL},
	{"drivers/pci/switch/", AREA_SPECIFIC, NULL},
	{"drivers/perf/", AREA_SPECIFIC, "perf events"},
	{"drivers/phy/", AREA_SPECIFIC, "PHYs"},
	{"drivers/pinctrl/", AREA_SPECIFIC, "pin control"},
	{"drivers/pinctrl/core.c", AREA_SHARED, NULL},
	{"drivers/platform/", AREA_SPECIFIC, "platform drivers"},
	{"drivers/pmdomain/", AREA_SPECIFIC, "power domains"},
	{"drivers/power/", AREA_SPECIFIC, "power supplies"},
	{"drivers/ptp/", AREA_SPECIFIC, "PTP"},
	{"drivers/pwm/", AREA_SPECIFIC, "PWM"},
	{"drivers/regulator/", AREA_SPECIFIC, "regulators"},
	{"drivers/regulator/core.c", AREA_SHARED, NULL},
	{"drivers/rtc/", AREA_SPECIFIC, "RTC"},
	{"drivers/scsi/", AREA_SPECIFIC, "SCSI"},
	{"drivers/scsi/scsi", AREA_SHARED, NULL},
	{"drivers/soc/", AREA_SPECIFIC, "SoC drivers"},
	{"drivers/spi/", AREA_SPECIFIC, "SPI"},
	{"drivers/spi/spi.c", AREA_SHARED, NULL},
	{"drivers/staging/", AREA_SPECIFIC, "staging drivers"},
	{"drivers/target/", AREA_SPECIFIC, "SCSI target"},
	{"drivers/target/target_core", AREA_SHARED, NULL},
	{"drivers/thermal/", AREA_SPECIFIC, "thermal management"},
	{"drivers/tty/", AREA_SPECIFIC, "TTY layer"},
	{"drivers/tty/n_tty.c", AREA_SHARED, NULL},
	{"drivers/tty/pty.c", AREA_SHARED, NULL},
	{"drivers/tty/serial/", AREA_SPECIFIC, "serial drivers"},
	{"drivers/tty/serial/serial_core.c", AREA_SHARED, NULL},
	{"drivers/tty/tty", AREA_SHARED, NULL},
	{"drivers/tty/vt/", AREA_SHARED, "virtual terminals"},
	{"drivers/ufs/", AREA_SPECIFIC, "UFS"},
	{"drivers/usb/", AREA_SPECIFIC, "USB"},
	{"drivers/usb/core/", AREA_SHARED, "USB core"},
	{"drivers/usb/gadget/", AREA_SPECIFIC, "USB gadgets"},
	{"drivers/usb/host/", AREA_SPECIFIC, "USB host controllers"},
	{"drivers/usb/storage/", AREA_SPECIFIC, "USB storage"},
	{"drivers/vdpa/", AREA_SPECIFIC, "vDPA"},
	{"drivers/vfio/", AREA_SPECIFIC, "VFIO"},
	{"drivers/vhost/", AREA_SPECIFIC, "vhost"},
	{"drivers/video/", AREA_SPECIFIC, "frame buffers"},
	{"drivers/virtio/", AREA_SPECIFIC, "virtio"},
	{"drivers/virtio/virtio", AREA_SHARED, NULL},
	{"drivers/watchdog/", AREA_SPECIFIC, "watchdogs"},
	{"drivers/xen/", AREA_SPECIFIC, "Xen support"},
	{"fs/", AREA_SHARED, "virtual file system"},
	{"fs/*.c", AREA_SHARED, NULL},
	{"fs/9p/", AREA_SPECIFIC, "9P"},
	{"fs/afs/", AREA_SPECIFIC, "AFS"},
	{"fs/aio.c", AREA_SHARED, "asynchronous I/O"},
	{"fs/autofs/", AREA_SPECIFIC, "autofs"},
	{"fs/bcachefs/", AREA_SPECIFIC, "bcachefs"},
	{"fs/befs/", AREA_SPECIFIC, "BeFS"},
	{"fs/btrfs/", AREA_SPECIFIC, "Btrfs"},
	{"fs/buffer.c", AREA_SHARED, "buffer cache"},
	{"fs/cachefiles/", AREA_SPECIFIC, "cachefiles"},
	{"fs/ceph/", AREA_SPECIFIC, "Ceph"},
	{"fs/cifs/", AREA_SPECIFIC, "SMB client"},
	{"fs/configfs/", AREA_SPECIFIC, "configfs"},
	{"fs/crypto/", AREA_SPECIFIC, "file encryption"},
	{"fs/debugfs/", AREA_SHARED, "debugfs"},
	{"fs/dlm/", AREA_SPECIFIC, "DLM"},
	{"fs/ecryptfs/", AREA_SPECIFIC, "eCryptfs"},
	{"fs/erofs/", AREA_SPECIFIC, "EROFS"},
	{"fs/eventpoll.c", AREA_SHARED, "epoll"},
	{"fs/exfat/", AREA_SPECIFIC, "exFAT"},
	{"fs/ext2/", AREA_SPECIFIC, "ext2"},
	{"fs/ext4/", AREA_SPECIFIC, "ext4"},
	{"fs/f2fs/", AREA_SPECIFIC, "F2FS"},
	{"fs/fat/", AREA_SPECIFIC, "FAT"},
	{"fs/fs-writeback.c", AREA_SHARED, "writeback"},
	{"fs/fscache/", AREA_SPECIFIC, "FS-Cache"},
	{"fs/fuse/", AREA_SPECIFIC, "FUSE"},
	{"fs/gfs2/", AREA_SPECIFIC, "GFS2"},
	{"fs/hfs/", AREA_SPECIFIC, "HFS"},
	{"fs/hfsplus/", AREA_SPECIFIC, "HFS+"},
	{"fs/hugetlbfs/", AREA_SPECIFIC, "hugetlbfs"},
	{"fs/iomap/", AREA_SHARED, "iomap"},
	{"fs/isofs/", AREA_SPECIFIC, "ISO 9660"},
	{"fs/jbd2/", AREA_SPECIFIC, "journal (jbd2)"},
	{"fs/jffs2/", AREA_SPECIFIC, "JFFS2"},
	{"fs/jfs/", AREA_SPECIFIC, "JFS"},
	{"fs/kernfs/", AREA_CORE, "kernfs"},
	{"fs/ksmbd/", AREA_SPECIFIC, "SMB server"},
	{"fs/lockd/", AREA_SPECIFIC, "NFS locking"},
	{"fs/minix/", AREA_SPECIFIC, "Minix file system"},
	{"fs/netfs/", AREA_SPECIFIC, "netfs"},
	{"fs/nfs/", AREA_SPECIFIC, "NFS"},
	{"fs/nfs_common/", AREA_SPECIFIC, "NFS"},
	{"fs/nfsd/", AREA_SPECIFIC, "NFS server"},
	{"fs/nilfs2/", AREA_SPECIFIC, "NILFS2"},
	{"fs/notify/", AREA_SHARED, "fsnotify"},
	{"fs/ntfs/", AREA_SPECIFIC, "NTFS"},
	{"fs/ntfs3/", AREA_SPECIFIC, "NTFS"},
	{"fs/ocfs2/", AREA_SPECIFIC, "OCFS2"},
	{"fs/omfs/", AREA_SPECIFIC, "OMFS"},
	{"fs/orangefs/", AREA_SPECIFIC, "OrangeFS"},
	{"fs/overlayfs/", AREA_SPECIFIC, "overlayfs"},
	{"fs/proc/", AREA_SHARED, "procfs"},
	{"fs/pstore/", AREA_SPECIFIC, "pstore"},
	{"fs/quota/", AREA_SPECIFIC, "quotas"},
	{"fs/ramfs/", AREA_SPECIFIC, "ramfs"},
	{"fs/reiserfs/", AREA_SPECIFIC, "ReiserFS"},
	{"fs/smb/client/", AREA_SPECIFIC, "SMB client"},
	{"fs/smb/server/", AREA_SPECIFIC, "SMB server"},
	{"fs/squashfs/", AREA_SPECIFIC, "SquashFS"},
	{"fs/sysfs/", AREA_CORE, "sysfs"},
	{"fs/tracefs/", AREA_SPECIFIC, "tracefs"},
	{"fs/ubifs/", AREA_SPECIFIC, "UBIFS"},
	{"fs/udf/", AREA_SPECIFIC, "UDF"},
	{"fs/ufs/", AREA_SPECIFIC, "UFS"},
	{"fs/verity/", AREA_SPECIFIC, "fs-verity"},
	{"fs/xfs/", AREA_SPECIFIC, "XFS"},
	{"fs/zonefs/", AREA_SPECIFIC, "zonefs"},
	{"include/", AREA_CORE, NULL},
	{"init/", AREA_CORE, "start-up code"},
	{"io_uring/", AREA_SPECIFIC, "io_uring"},
	{"io_uring/io_uring.c", AREA_SHARED, NULL},
	{"ipc/", AREA_SPECIFIC, "System V IPC"},
	{"kernel/", AREA_CORE, "core code"},
	{"kernel/audit", AREA_SHARED, "audit"},
	{"kernel/bpf/", AREA_SHARED, "BPF"},
	{"kernel/cgroup/", AREA_SHARED, "cgroups"},
	{"kernel/debug/", AREA_CORE, "debugger"},
	{"kernel/dma/", AREA_CORE, "DMA mapping"},
	{"kernel/entry/", AREA_CORE, "entry code"},
	{"kernel/events/", AREA_SHARED, "perf events"},
	{"kernel/exit.c", AREA_CORE, "task exit"},
	{"kernel/fork.c", AREA_CORE, "task creation"},
	{"kernel/futex", AREA_CORE, "futexes"},
	{"kernel/futex/", AREA_SHARED, NULL},
	{"kernel/hung_task.c", AREA_CORE, "hung task detector"},
	{"kernel/irq/", AREA_CORE, "interrupt handling"},
	{"kernel/kcsan/", AREA_CORE, "KCSAN"},
	{"kernel/kexec", AREA_CORE, "kexec"},
	{"kernel/kthread.c", AREA_CORE, "kernel threads"},
	{"kernel/livepatch/", AREA_CORE, "live patching"},
	{"kernel/locking/", AREA_CORE, "locking"},
	{"kernel/module", AREA_SHARED, "module loader"},
	{"kernel/notifier.c", AREA_CORE, "notifier chains"},
	{"kernel/power/", AREA_SHARED, "power management"},
	{"kernel/printk/", AREA_CORE, "printk"},
	{"kernel/rcu/", AREA_CORE, "RCU"},
	{"kernel/resource.c", AREA_CORE, "resource tree"},
	{"kernel/sched/", AREA_CORE, "scheduler"},
	{"kernel/signal.c", AREA_CORE, "signals"},
	{"kernel/softirq.c", AREA_CORE, "softirqs"},
	{"kernel/time/", AREA_CORE, "timers"},
	{"kernel/trace/", AREA_SHARED, "tracing"},
	{"kernel/watchdog", AREA_CORE, "lockup detector"},
	{"kernel/workqueue.c", AREA_CORE, "workqueues"},
	{"lib/", AREA_CORE, "library functions"},
	{"mm/", AREA_SHARED, "memory management"},
	{"mm/compaction.c", AREA_SHARED, "memory compaction"},
	{"mm/debug", AREA_CORE, NULL},
	{"mm/dmapool", AREA_CORE, NULL},
	{"mm/filemap.c", AREA_SHARED, "page cache"},
	{"mm/huge_memory.c", AREA_SHARED, "huge pages"},
	{"mm/hugetlb", AREA_SHARED, "huge pages"},
	{"mm/kasan/", AREA_CORE, "KASAN"},
	{"mm/kfence/", AREA_CORE, "KFENCE"},
	{"mm/khugepaged.c", AREA_SHARED, "huge pages"},
	{"mm/kmemleak.c", AREA_CORE, "leak detector"},
	{"mm/kmsan/", AREA_CORE, "KMSAN"},
	{"mm/ksm.c", AREA_SHARED, "KSM"},
	{"mm/list_lru.c", AREA_CORE, NULL},
	{"mm/maccess.c", AREA_CORE, NULL},
	{"mm/memcontrol", AREA_SHARED, "memory cgroups"},
	{"mm/mempool.c", AREA_CORE, NULL},
	{"mm/oom_kill.c", AREA_SHARED, "OOM killer"},
	{"mm/page-writeback.c", AREA_SHARED, "writeback"},
	{"mm/page_alloc", AREA_CORE, "page allocator"},
	{"mm/page_owner", AREA_CORE, NULL},
	{"mm/percpu", AREA_CORE, "per-CPU allocator"},
	{"mm/readahead.c", AREA_SHARED, "page cache"},
	{"mm/shmem.c", AREA_SHARED, "tmpfs"},
	{"mm/slab", AREA_CORE, "slab allocator"},
	{"mm/slob", AREA_CORE, NULL},
	{"mm/slub", AREA_CORE, NULL},
	{"mm/slub.c", AREA_CORE, "slab allocator"},
	{"mm/swap", AREA_SHARED, "swapping"},
	{"mm/swap.c", AREA_CORE, NULL},
	{"mm/truncate.c", AREA_SHARED, "page cache"},
	{"mm/usercopy.c", AREA_CORE, NULL},
	{"mm/userfaultfd.c", AREA_SHARED, "userfaultfd"},
	{"mm/util.c", AREA_CORE, NULL},
	{"mm/vmalloc", AREA_CORE, "vmalloc"},
	{"mm/vmscan.c", AREA_SHARED, "memory reclaim"},
	{"mm/zswap.c", AREA_SHARED, "swapping"},
	{"net/", AREA_SPECIFIC, "network stack"},
	{"net/8021q/", AREA_SPECIFIC, "VLAN code"},
	{"net/9p/", AREA_SPECIFIC, "9P"},
	{"net/appletalk/", AREA_SPECIFIC, "AppleTalk"},
	{"net/atm/", AREA_SPECIFIC, "ATM"},
	{"net/ax25/", AREA_SPECIFIC, "AX.25"},
	{"net/batman-adv/", AREA_SPECIFIC, "batman-adv"},
	{"net/bluetooth/", AREA_SPECIFIC, "Bluetooth"},
	{"net/bpf/", AREA_SPECIFIC, "BPF"},
	{"net/bridge/", AREA_SPECIFIC, "bridge"},
	{"net/can/", AREA_SPECIFIC, "CAN"},
	{"net/ceph/", AREA_SPECIFIC, "Ceph"},
	{"net/core/", AREA_SHARED, "network core"},
	{"net/core/dev.c", AREA_CORE, NULL},
	{"net/core/filter.c", AREA_SHARED, "BPF"},
	{"net/core/rtnetlink.c", AREA_SHARED, NULL},
	{"net/core/skbuff.c", AREA_CORE, NULL},
	{"net/dccp/", AREA_SPECIFIC, "DCCP"},
	{"net/devlink/", AREA_SPECIFIC, "devlink"},
	{"net/dsa/", AREA_SPECIFIC, "DSA"},
	{"net/ethernet/", AREA_SHARED, "Ethernet code"},
	{"net/ethtool/", AREA_SHARED, "ethtool"},
	{"net/hsr/", AREA_SPECIFIC, "HSR"},
	{"net/ieee802154/", AREA_SPECIFIC, "IEEE 802.15.4"},
	{"net/ipv4/", AREA_SPECIFIC, "TCP/IP"},
	{"net/ipv4/af_inet.c", AREA_SHARED, NULL},
	{"net/ipv4/netfilter/", AREA_SPECIFIC, "netfilter"},
	{"net/ipv4/tcp", AREA_SPECIFIC, "TCP"},
	{"net/ipv4/udp", AREA_SPECIFIC, "UDP"},
	{"net/ipv6/", AREA_SPECIFIC, "IPv6"},
	{"net/ipv6/af_inet6.c", AREA_SHARED, NULL},
	{"net/ipv6/netfilter/", AREA_SPECIFIC, "netfilter"},
	{"net/ipv6/tcp", AREA_SPECIFIC, "TCP"},
	{"net/ipv6/udp", AREA_SPECIFIC, "UDP"},
	{"net/key/", AREA_SPECIFIC, "IPsec"},
	{"net/l2tp/", AREA_SPECIFIC, "L2TP"},
	{"net/llc/", AREA_SPECIFIC, "LLC"},
	{"net/mac80211/", AREA_SPECIFIC, "mac80211"},
	{"net/mac80211/driver-ops.c", AREA_SHARED, NULL},
	{"net/mac802154/", AREA_SPECIFIC, "IEEE 802.15.4"},
	{"net/mpls/", AREA_SPECIFIC, "MPLS"},
	{"net/mptcp/", AREA_SPECIFIC, "MPTCP"},
	{"net/netfilter/", AREA_SPECIFIC, "netfilter"},
	{"net/netfilter/core.c", AREA_SHARED, NULL},
	{"net/netfilter/ipvs/", AREA_SPECIFIC, "IPVS"},
	{"net/netlink/", AREA_CORE, "netlink"},
	{"net/nfc/", AREA_SPECIFIC, "NFC"},
	{"net/openvswitch/", AREA_SPECIFIC, "Open vSwitch"},
	{"net/packet/", AREA_SPECIFIC, "packet sockets"},
	{"net/phonet/", AREA_SPECIFIC, "Phonet"},
	{"net/qrtr/", AREA_SPECIFIC, "QRTR"},
	{"net/rds/", AREA_SPECIFIC, "RDS"},
	{"net/rxrpc/", AREA_SPECIFIC, "RxRPC"},
	{"net/sched/", AREA_SPECIFIC, "traffic control"},
	{"net/sched/act_api.c", AREA_SHARED, NULL},
	{"net/sched/cls_api.c", AREA_SHARED, NULL},
	{"net/sched/sch_generic.c", AREA_SHARED, NULL},
	{"net/sctp/", AREA_SPECIFIC, "SCTP"},
	{"net/smc/", AREA_SPECIFIC, "SMC"},
	{"net/socket.c", AREA_CORE, "sockets"},
	{"net/sunrpc/", AREA_SPECIFIC, "SunRPC"},
	{"net/sunrpc/sched.c", AREA_SHARED, NULL},
	{"net/tipc/", AREA_SPECIFIC, "TIPC"},
	{"net/tls/", AREA_SPECIFIC, "TLS"},
	{"net/unix/", AREA_SPECIFIC, "Unix sockets"},
	{"net/vmw_vsock/", AREA_SPECIFIC, "vsock"},
	{"net/wireless/", AREA_SPECIFIC, "cfg80211"},
	{"net/x25/", AREA_SPECIFIC, "X.25"},
	{"net/xdp/", AREA_SPECIFIC, "XDP"},
	{"net/xfrm/", AREA_SPECIFIC, "IPsec"},
	{"rust/", AREA_CORE, "Rust code"},
	{"security/", AREA_SHARED, "security modules"},
	{"security/apparmor/", AREA_SPECIFIC, "AppArmor"},
	{"security/commoncap.c", AREA_CORE, NULL},
	{"security/integrity/", AREA_SPECIFIC, "integrity checks"},
	{"security/keys/", AREA_SPECIFIC, "keys"},
	{"security/landlock/", AREA_SHARED, "Landlock"},
	{"security/security.c", AREA_CORE, NULL},
	{"security/selinux/", AREA_SPECIFIC, "SELinux"},
	{"security/smack/", AREA_SPECIFIC, "Smack"},
	{"security/tomoyo/", AREA_SPECIFIC, "TOMOYO"},
	{"sound/", AREA_SPECIFIC, "sound"},
	{"sound/core/", AREA_SHARED, NULL},
	{"virt/kvm/", AREA_SHARED, "KVM"},
};
/* clang-format on */

const size_t areas_n = ARRAY_SIZE(areas);

/* How much of the path the row covers; 0: it does not fit. */
static size_t fits(const struct area *a, const char *path)
{
	static const char files[] = "*.c";
	size_t n = strlen(a->path), tail = sizeof(files) - 1;

	if (n <= tail || memcmp(a->path + n - tail, files, tail) != 0)
		return strncmp(path, a->path, n) == 0 ? n : 0;
	n -= tail;
	return strncmp(path, a->path, n) == 0 && !strchr(path + n, '/') ? n + 1 : 0;
}

static const struct area *longest(const char *path, bool with_words)
{
	const struct area *found = areas;
	size_t best = 0;

	for (size_t i = 1; i < areas_n; i++) {
		size_t n = areas[i].path[0] == path[0] ? fits(&areas[i], path) : 0;

		if (n > best && (!with_words || areas[i].words)) {
			best = n;
			found = &areas[i];
		}
	}
	return found;
}

const struct area *area_of_path(const char *path)
{
	return longest(path, false);
}

const char *area_words(const char *path)
{
	return longest(path, true)->words;
}

static bool is_better(const struct area *a, const struct area *than, bool in_module)
{
	return !than || (in_module ? a->kind < than->kind : a->kind > than->kind);
}

static bool is_of_header(const struct where *w, uint16_t file)
{
	char buf[WHERE_PATH_SIZE];
	const char *path = where_path(w, file, buf);

	return path && strncmp(path, "include/", 8) == 0;
}

struct where_places area_places(const struct where *w, const char *name, size_t len, bool *has_stub)
{
	struct where_places p = where_find(w, name, len);
	size_t n = 0;

	for (size_t i = 0; i < p.n; i++)
		if (!is_of_header(w, p.file[i]))
			p.file[n++] = p.file[i];
	if (has_stub)
		*has_stub = n && n < p.n;
	if (n)
		p.n = n;
	return p;
}

const struct area *area_of(
	const struct where *w, const struct where_places *places, bool in_module, uint16_t *file)
{
	const struct area *found = NULL;
	char buf[WHERE_PATH_SIZE];

	for (size_t i = 0; i < places->n; i++) {
		const char *path = where_path(w, places->file[i], buf);
		const struct area *a = path ? area_of_path(path) : NULL;

		if (a && is_better(a, found, in_module)) {
			found = a;
			if (file)
				*file = places->file[i];
		}
	}
	return found;
}
