/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limits on how far we follow what a dump says. Each cap is well above what real machines have. A
 * dump that reaches one is lying or damaged, and the report names the cap. Memory can be allocated
 * up to every cap: where one sizes an array, CAP_FITS() (base/big.h) is next to the element's type.
 */
#ifndef VMT_BASE_CAPS_H
#define VMT_BASE_CAPS_H

/* VMCOREINFO is one page in every kernel up to 7.0, and a few pages since. */
#define CAP_VMCOREINFO (1u << 20)

/* Notes: about 500 bytes per CPU and 4 KiB of VMCOREINFO. NR_CPUS is at most 8192. */
#define CAP_NOTES (64u << 20)

/*
 * Device dumps that drivers saved before the reboot (VMCOREDD): one per network adapter. Large
 * hosts have a few dozen.
 */
#define CAP_DEVICE_DUMPS 4096

/* Program headers: QEMU with paging wrote some hundreds of thousands for large guests. */
#define CAP_PHDRS (1u << 24)

/* Blocks of a flattened stream: 64 KiB each, so 1 TiB. */
#define CAP_FLAT_BLOCKS (1u << 24)

/* One page bitmap: 32 MiB per TiB with 4 KiB pages, so 128 TiB. */
#define CAP_BITMAP (4ull << 30)

/*
 * A page bitmap that is checked, and mended if it is damaged: of a machine with 128
 * GiB. To check one costs as much as to count all of it, some 0.2 ms for each MiB.
 */
#define CAP_CHECKED_BITMAP (4u << 20)

/* Pages with damaged descriptors that could not be found: then no others are looked for. */
#define CAP_UNMENDED_PAGES 256

/* Parts of a split dump: makedumpfile writes one per CPU. */
#define CAP_SPLIT_PARTS 1024

/* CONFIG_LOG_BUF_SHIFT allows up to 32 MiB. log_buf_len= allows up to 2 GiB, too much to hold. */
#define CAP_LOG_BYTES (256u << 20)

/* A text ring that is searched for records whose descriptors are lost. Most have 256 KiB. */
#define CAP_LOG_LOOK (64u << 20)

/* How much of a dump is searched for a log that nothing points to. A file may be mostly holes. */
#define CAP_SALVAGE_BYTES (4ull << 30)

/* Records of a log: one descriptor every 32 bytes of the text ring. */
#define CAP_LOG_RECORDS (CAP_LOG_BYTES / 32)

/*
 * Bytes on disk that a compressed file may unpack to: the largest hosts have a few TiB of memory.
 */
#define CAP_UNPACKED (16ull << 40)

/*
 * Unpacked bytes per compressed byte, once past the first 512 MiB. Deflate reaches at most 1032 to
 * 1, and no other format comes near this limit on memory that is half zeros. More is a bomb.
 */
#define CAP_UNPACK_RATIO 3072
#define CAP_UNPACK_FREE (512ull << 20)

/* Parts of a compressed file that are unpacked one by one: 16 TiB in parts of 16 MiB. */
#define CAP_PACKED_PARTS (1u << 20)

/* Bytes of an .xz file's index, and of memory for it or for a block: xz -9 needs 65 MiB. */
#define CAP_XZ_INDEX (16u << 20)
#define CAP_XZ_MEMORY (256u << 20)

/* A text that is searched for a panic screen's link: a bug report, not a log of several weeks. */
#define CAP_LINK_TEXT (4u << 20)

/*
 * Digits of such a link: the largest QR code has 7089. And bytes that they unpack to: the kernel
 * puts at most 8868 bytes in.
 */
#define CAP_LINK_DIGITS (64u << 10)
#define CAP_LINK_LOG (256u << 10)

/* One line of a text log: printk's are at most 1 KiB, a journal's JSON line a few KiB. */
#define CAP_TEXT_LINE 16384

/* A line of JSON that comes in pieces, or without its end: a complete log, or several. */
#define CAP_TEXT_JSON (64u << 20)

/*
 * A record of netconsole in fragments: 8 KiB of text, and 256 lines of user data of 256 bytes each.
 * And bytes of all records that wait for theirs: a few for each host of a large site.
 */
#define CAP_NETCONSOLE_RECORD (80u << 10)
#define CAP_NETCONSOLE_HELD (64u << 20)

/* Hosts that send to one receiver: one data centre has some ten thousand. */
#define CAP_NETCONSOLE_HOSTS (1u << 20)

/*
 * Files of one pstore folder: EFI variables hold a few dumps of ten to twenty parts each. Bytes of
 * one file: mostly 10 KiB (kmsg_bytes), but a RAM zone of ramoops can have a MiB.
 */
#define CAP_PSTORE_PARTS 512
#define CAP_PSTORE_PART (16u << 20)

/* Machines with lines in one text log: the syslog server of a few racks has hundreds. */
#define CAP_TEXT_HOSTS 1024

/* Crash reports kept per log: the first ones, since the cause comes first, and the last ones. */
#define CAP_EVENTS 256

/* Reports that are being printed at the same time: one per CPU in trouble. */
#define CAP_OPEN_EVENTS 8

/* Traces in one report (of every task, if all are dumped), and the frames of all of them. */
#define CAP_EVENT_TRACES 128
#define CAP_EVENT_FRAMES 4096

/* Devices whose firmware one boot tells of. Hosts with many disks and ports have some dozens. */
#define CAP_FIRMWARE 128

/* Modules in one "Modules linked in" list: large hosts have some 300. */
#define CAP_EVENT_MODULES 2048

/* Registers in one report, on any architecture. */
#define CAP_EVENT_REGISTERS 128

/* A C string in the dump that we need (release, version, command line). */
#define CAP_STRING 4096

/* A file name (NAME_MAX), and the names in one path: the kernel source has eight levels. */
#define CAP_FILE_NAME 255
#define CAP_PATH_PARTS 64

/* Symbols of the kernel: 87000 (Debian, cloud) to 250000 (everything built in). */
#define CAP_KALLSYMS (1u << 22)

/* Symbols at one address: section starts and aliases, a few dozen at most. */
#define CAP_KALLSYMS_ALIASES 4096

/* Bytes of System.map. The largest one of a distribution has 10 MiB. */
#define CAP_SYSTEM_MAP (64 << 20)

/* Bytes of a kernel image to search for its tables: Debian's image is 40 MiB. */
#define CAP_KALLSYMS_SCAN (128u << 20)

/* BTF of one kernel: 4 MB (Debian, cloud), about 10 MB with everything built in. */
#define CAP_BTF (128u << 20)

/* Types of the same name: a few, where two parts of the kernel chose the same name. */
#define CAP_BTF_SAME_NAME 16

/* Members examined for one path: task_struct has 270, net_device with embedded structs 500. */
#define CAP_BTF_MEMBERS 65536

/* Members examined to follow one function's types: 100000 in one of 8 KB. */
#define CAP_BTF_WALK (1u << 21)

/* Named structs and unions of one kernel: about 20000 (Debian). */
#define CAP_DWARF_TYPES (1u << 20)

/*
 * Members examined for one name of a path, with those of unnamed structs within: as
 * CAP_BTF_MEMBERS.
 */
#define CAP_DWARF_MEMBERS 65536

/* Modules in memory: large hosts have some 300. */
#define CAP_MODULES 8192

/* Unloaded modules: the kernel keeps one entry per name. */
#define CAP_UNLOADED_MODULES 1024

/* A module's version or srcversion: 24 hexadecimal digits, or whatever the vendor wrote. */
#define CAP_MODULE_VERSION 256

/* Sections of one module: 50 (xfs), or thousands where each function has its own. */
#define CAP_MODULE_SECTIONS 16384

/* Symbols of one module: 18000 (amdgpu), more in vendors' graphics drivers. */
#define CAP_MODULE_SYMBOLS (1u << 20)

/* Bytes of a build-id: 20 (SHA-1), 16 (MD5, UUID), 32 where someone chose SHA-256. */
#define CAP_BUILD_ID 64

/*
 * Depth of nested folders: RHEL, Debian and SUSE use one level, a collection by host and month
 * three.
 */
#define CAP_WALK_DEPTH 8

/*
 * Files of one list: a crash every minute for a year, each with its log; and rows of it. All that a
 * list keeps of a text is some 2 KiB.
 */
#define CAP_WALK_FILES (1u << 20)
#define CAP_LIST_ROWS (1u << 20)

/*
 * Files in one archive: an sosreport of a large host has 50000. And archives inside each other: an
 * sosreport in the archive of a support case, and one more.
 */
#define CAP_BUNDLE_MEMBERS (1u << 17)
#define CAP_BUNDLE_DEPTH 3

/* Crashes that are read of an archive of which only the newest is wanted. */
#define CAP_NEWEST_CRASHES 2048

/* Deaths of one log that a list shows, the newest ones. */
#define CAP_LIST_DEATHS 32

/* Entries of one folder that are examined for the parts of a log or of a split dump. */
#define CAP_FOLDER_ENTRIES 8192

/* Network namespaces, interfaces and their addresses: a host of containers has thousands. */
#define CAP_NETDEVS 65536

/* Entries at the first level of /proc/iomem: some hundreds on machines with much hardware. */
#define CAP_RESOURCES 65536

/*
 * Nodes of /sys examined for one driver: an HBA with 1000 disks has 100 attributes for each. And
 * the nodes pending during the walk of a directory's tree: a red-black tree is at most 2 log n
 * deep.
 */
#define CAP_SYSFS_NODES (1u << 18)
#define CAP_SYSFS_DEPTH 64

/*
 * Devices bound to one driver, and the interfaces or disks of each. The HBA of a large array has
 * thousands of disks, but the first ones are enough to identify it.
 */
#define CAP_DEVICES 256
#define CAP_DEVICE_NODES 16

/* Directories between a device and its disk: host, target, LUN, "block" and disk are five. */
#define CAP_DEVICE_DEPTH 8

/* CPUs: the largest NR_CPUS in any architecture's configuration. */
#define CAP_CPUS 8192

/* Threads: PID_MAX_LIMIT, which no kernel exceeds. */
#define CAP_TASKS (4u << 20)

/*
 * Steps along lists of waiters, for all tasks of a dump: 5000 tasks that wait for one lock need 12
 * million. And tasks of one chain of holders: people order at most a few dozen locks.
 */
#define CAP_WAIT_STEPS (1u << 24)
#define CAP_WAIT_CHAIN 64

/* Entries in a disk's tables of requests: 1024 for each of 128 queues, twice over. */
#define CAP_REQUESTS (1u << 18)

/* Sizes of huge pages (HUGE_MAX_HSTATE is at most 4), NUMA nodes, and slab caches (some 200) times
 * nodes.
 */
#define CAP_HSTATES 16
#define CAP_NODES 1024
#define CAP_SLAB_NODES (1u << 18)

/* Frames of one stack: a function that recurses until 16 KiB are full has about 700. */
#define CAP_STACK_FRAMES 1024

/* ORC entries of one table: the largest kernels have a million. */
#define CAP_ORC_ENTRIES (1u << 25)

/* Function tracers (ftrace_ops) on one list: normally a few, some hundreds with many probes. */
#define CAP_FTRACE_OPS 4096

/* Return addresses of one task that one tracer replaces at the same time. */
#define CAP_RETHOOKS 1024

/* Code ranges in debuginfo: 5921 (Debian, cloud), at most one per function. */
#define CAP_DWARF_RANGES (1u << 22)

/*
 * Calls inlined into each other: ten occur in practice. And nested blocks and namespaces around
 * code.
 */
#define CAP_INLINE_DEPTH 64
#define CAP_DIE_DEPTH 256

/*
 * Candidate symbols for the names in one trace: dozens of functions share some names
 * ("init_module"). And rounds of comparing neighbours: each round settles at least one more name.
 */
#define CAP_TEXT_CANDIDATES 65536
#define CAP_TEXT_ROUNDS 64

/*
 * Bytes of a function whose values are followed: 99.9 % of Debian's are shorter. And instructions
 * executed for it: loops settle after a few rounds.
 */
#define CAP_FLOW_BYTES (16u << 10)
#define CAP_FLOW_STEPS (1u << 18)

/* Different values in one function, and stack slots that hold them. */
#define CAP_FLOW_VALUES 16384
#define CAP_FLOW_SLOTS 64

/* Different accesses beside what a function's parameters point to: a few. */
#define CAP_FLOW_OUTSIDE 64

/* Objects of one slab: 32767 by the width of their count, in practice a few dozen. */
#define CAP_SLAB_OBJECTS 32768

/* Arguments and variables of one frame with its inlined calls. */
#define CAP_VARIABLES 1024

/* Functions of the stack whose code is compared with its file, and bytes of one. */
#define CAP_CODE_FUNCTIONS 8
#define CAP_CODE_BYTES (64u << 10)

/* A compressed module once unpacked: amdgpu with debuginfo is 360 MB. */
#define CAP_DEBUGINFO_UNPACKED (1ull << 30)

/*
 * Module files below one folder: a distribution's kernel has 6000, and a folder may hold several.
 */
#define CAP_DEBUGINFO_MODULES (1u << 17)

/*
 * Entries examined to find them: a kernel build tree, with source and objects, has 200000. And
 * levels of folders: an installed Debian kernel has 13.
 */
#define CAP_DEBUGINFO_ENTRIES (1u << 19)
#define CAP_DEBUGINFO_DEPTH 16

/*
 * A source file: the kernel's longest (a table of registers) is 15 MiB, all others are below 1 MiB.
 */
#define CAP_SOURCE_FILE (16u << 20)

/* What the answers of a server may cost where only parts of a file are read: a dump needs MiB. */
#define CAP_URL_BYTES (1ull << 30)
#define CAP_URL_SECONDS 600
#define CAP_URL_MEMORY (64u << 20)

/* A file that is fetched as a whole: a day, however large it is. */
#define CAP_URL_WHOLE_SECONDS 86400

/* A presigned URL has about 2000 bytes with the token of its session; servers accept 8000. */
#define CAP_URL_LENGTH 16384

/*
 * Fixes of one index: a stable branch has 60000 at its end, two years of the complete kernel
 * 200000. Where they have their terms: 16 bytes for each fix and term while an index is made. Words
 * of one fix, the first ones: the longest messages have 3000. Files, releases and the like of one
 * fix: a change of the whole tree has hundreds.
 */
#define CAP_FIXES (1u << 20)
#define CAP_FIX_POSTINGS (1u << 24)
#define CAP_FIX_TERMS 8192
#define CAP_FIX_LIST 4096

#endif
