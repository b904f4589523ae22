/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far we follow what a dump says. Each cap stands well above what real machines have; a dump
 * that reaches one is lying or damaged, and the report says which cap it was. What a cap promises
 * can be had: where one sizes memory, CAP_FITS() (base/big.h) stands beside the element's type.
 */
#ifndef VMT_BASE_CAPS_H
#define VMT_BASE_CAPS_H

/* VMCOREINFO is one page in every kernel to 7.0, a few pages after. */
#define CAP_VMCOREINFO (1u << 20)

/* Notes: about 500 bytes a CPU and 4 KiB of VMCOREINFO; NR_CPUS is 8192 at most. */
#define CAP_NOTES (64u << 20)

/* Dumps of devices that drivers saved before the reboot (VMCOREDD): one a network adapter, of which
 * large hosts have a few dozen. */
#define CAP_DEVICE_DUMPS 4096

/* Program headers: QEMU with paging wrote some hundreds of thousands on large guests. */
#define CAP_PHDRS (1u << 24)

/* Blocks of a flattened stream: 64 KiB each, so 1 TiB. */
#define CAP_FLAT_BLOCKS (1u << 24)

/* One page bitmap: 32 MiB for each TiB at 4 KiB a page, so 128 TiB. */
#define CAP_BITMAP (4ull << 30)

/* Parts of a split dump: makedumpfile writes one a CPU. */
#define CAP_SPLIT_PARTS 1024

/* CONFIG_LOG_BUF_SHIFT allows 32 MiB; log_buf_len= up to 2 GiB is refused as too much to hold. */
#define CAP_LOG_BYTES (256u << 20)

/* Records of a log: one descriptor every 32 bytes of the text ring. */
#define CAP_LOG_RECORDS (CAP_LOG_BYTES / 32)

/* Bytes that a compressed file may unpack to on disk: the largest hosts have a few TiB. */
#define CAP_UNPACKED (16ull << 40)

/* And for each byte of it, above the first GiB: deflate packs 1032 to 1 at most, and memory that is
 * half zeros does not come near it with any other. More is a bomb. */
#define CAP_UNPACK_RATIO 4096
#define CAP_UNPACK_FREE (1ull << 30)

/* A text that is searched for a panic screen's link: a bug report, not a log of weeks. */
#define CAP_LINK_TEXT (4u << 20)

/* Digits of such a link: the largest QR code has 7089. And what they unpack to: the kernel puts in
 * 8868 bytes at most. */
#define CAP_LINK_DIGITS (64u << 10)
#define CAP_LINK_LOG (256u << 10)

/* One line of a text log: printk's are 1 KiB at most, a journal's JSON line some KiB. */
#define CAP_TEXT_LINE 16384

/* Files of one pstore folder: EFI variables hold a few dumps of ten to twenty parts each. And bytes
 * of one: 10 KiB (kmsg_bytes) in most, a RAM zone of ramoops can have a MiB. */
#define CAP_PSTORE_PARTS 512
#define CAP_PSTORE_PART (16u << 20)

/* Machines whose lines one text log holds: a syslog server of a rack or a few has hundreds. */
#define CAP_TEXT_HOSTS 1024

/* Crash reports kept of one log: the first ones, since the cause comes first, and the last ones. */
#define CAP_EVENTS 256

/* Reports that are being printed at the same time: one a CPU that is in trouble. */
#define CAP_OPEN_EVENTS 8

/* Traces of one report (every task's, where all are dumped), and their frames in all. */
#define CAP_EVENT_TRACES 128
#define CAP_EVENT_FRAMES 4096

/* Modules of one "Modules linked in" list: large hosts have some 300. */
#define CAP_EVENT_MODULES 2048

/* Registers of one report, all architectures. */
#define CAP_EVENT_REGISTERS 128

/* A C string in the dump that we care about (release, version, command line). */
#define CAP_STRING 4096

/* A file's name (NAME_MAX), and the names in one path: the kernel's source has eight levels. */
#define CAP_FILE_NAME 255
#define CAP_PATH_PARTS 64

/* Symbols of the kernel: 87000 (Debian, cloud) to 250000 (all built in). */
#define CAP_KALLSYMS (1u << 22)

/* Symbols at one address: section starts and aliases, a few dozen at most. */
#define CAP_KALLSYMS_ALIASES 4096

/* Bytes of a kernel image that are searched for its tables: Debian's is 40 MiB. */
#define CAP_KALLSYMS_SCAN (128u << 20)

/* BTF of one kernel: 4 MB (Debian, cloud), some 10 with everything built in. */
#define CAP_BTF (128u << 20)

/* Types of one name: a few, where two parts of the kernel chose the same. */
#define CAP_BTF_SAME_NAME 16

/* Members looked at for one path: task_struct has 270, net_device with what it embeds 500. */
#define CAP_BTF_MEMBERS 65536

/* Structs and unions of one kernel by name: some 20000 (Debian). */
#define CAP_DWARF_TYPES (1u << 20)

/* Modules in memory: large hosts have some 300. */
#define CAP_MODULES 8192

/* Modules that were unloaded: the kernel keeps one entry a name. */
#define CAP_UNLOADED_MODULES 1024

/* A module's version or srcversion: 24 hexadecimal digits, or what the vendor wrote. */
#define CAP_MODULE_VERSION 256

/* Sections of one module: 50 (xfs); thousands where each function has its own. */
#define CAP_MODULE_SECTIONS 16384

/* Symbols of one module: 18000 (amdgpu), more in vendors' graphics drivers. */
#define CAP_MODULE_SYMBOLS (1u << 20)

/* Bytes of a build-id: 20 (SHA-1), 16 (MD5, UUID), 32 where someone chose SHA-256. */
#define CAP_BUILD_ID 64

/* Folders within folders: RHEL, Debian and SUSE use one level, a collection by host and month
 * three. */
#define CAP_WALK_DEPTH 8

/* Files of one list: an hourly crash for a year, with its log and a status file each. */
#define CAP_WALK_FILES 32768

/* Entries of one folder that are looked at for the parts of a log or of a split dump. */
#define CAP_FOLDER_ENTRIES 8192

/* Entries at the first level of /proc/iomem: some hundreds on machines with much hardware. */
#define CAP_RESOURCES 65536

/* Nodes of /sys looked at for one driver: an HBA with 1000 disks has 100 attributes for each. And
 * how many of them wait while a directory's tree is walked: a red-black tree is no deeper than
 * 2 log n. */
#define CAP_SYSFS_NODES (1u << 18)
#define CAP_SYSFS_DEPTH 64

/* Devices bound to one driver, and what each of them is for the user (interfaces, disks): an HBA
 * of a large array has thousands of disks; the first ones tell which it is. */
#define CAP_DEVICES 256
#define CAP_DEVICE_NODES 16

/* Directories between a device and what hangs on it: host, target, LUN, "block", disk is five. */
#define CAP_DEVICE_DEPTH 8

/* CPUs: the largest NR_CPUS of any architecture's configuration. */
#define CAP_CPUS 8192

/* Threads: PID_MAX_LIMIT, which no kernel exceeds. */
#define CAP_TASKS (4u << 20)

/* Frames of one stack: a function that calls itself until 16 KiB are full has some 700. */
#define CAP_STACK_FRAMES 1024

/* ORC entries of one table: the largest kernels have a million. */
#define CAP_ORC_ENTRIES (1u << 25)

/* Tracers of functions (ftrace_ops) on one list: a few in use, some hundreds with many probes. */
#define CAP_FTRACE_OPS 4096

/* Return addresses of one task that are replaced at once, by one tracer. */
#define CAP_RETHOOKS 1024

/* Ranges of code that debuginfo lists: 5921 (Debian, cloud), one a function at most. */
#define CAP_DWARF_RANGES (1u << 22)

/* Calls inlined into each other: ten are seen; and levels of blocks and namespaces around code. */
#define CAP_INLINE_DEPTH 64
#define CAP_DIE_DEPTH 256

/* Symbols of the names in one trace: some names are had by dozens of functions ("init_module"). And
 * how often the neighbours of those are looked at: each time one more is settled. */
#define CAP_TEXT_CANDIDATES 65536
#define CAP_TEXT_ROUNDS 64

/* A compressed module once unpacked: amdgpu with its debuginfo has 360 MB. */
#define CAP_DEBUGINFO_UNPACKED (1ull << 30)

/* Files of modules below one folder: a distribution's kernel has 6000, a folder of several more. */
#define CAP_DEBUGINFO_MODULES (1u << 17)

/* Entries looked at to find those: a kernel's own build, with source and objects, has 200000. And
 * levels of folders: Debian's of an installed kernel have 13. */
#define CAP_DEBUGINFO_ENTRIES (1u << 19)
#define CAP_DEBUGINFO_DEPTH 16

/* A file of source: the kernel's longest (a table of registers) has 15 MiB, all others under 1. */
#define CAP_SOURCE_FILE (16u << 20)

#endif
