/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libvmtriage: why a Linux machine died, from its crash dump or its kernel log.
 *
 * vmt_triage() reads an input and makes a report: a struct that mirrors the JSON report key by key.
 * Other functions write reports, or get something else out of a dump: its log, its stacks, a
 * smaller dump.
 *
 * Strings are NUL-terminated and have the bytes of the input unchanged, even control characters:
 * escape them before you show them, as the writers and vmt_escape() do. NULL means "not known", as
 * does a struct vmt_u64 or vmt_time whose known is false.
 *
 * Errors. A function that can fail returns 0 or a negative enum vmt_code, and fills *err when it
 * fails. err may always be NULL, other pointers only where a comment says so. *ret is set only on
 * success. Problems that do not end a triage are diagnostics in the report. The library never
 * prints, never exits, and installs no signal handler.
 *
 * Ownership. Arguments (options, paths, data, descriptors) are borrowed until the function returns,
 * and must not change meanwhile. A result belongs to the caller, and everything reached through it
 * belongs to the result. Functions that free accept NULL.
 *
 * Threads. Functions may run in several threads at once. Threads may share a result, to read it or
 * to write it out, until one of them frees it. The library reads the environment (TMPDIR, and
 * libdebuginfod's variables), so do not call setenv() meanwhile. A text of 8 MiB or more is read
 * with up to three threads more, as many as there are other processors that the caller may run on
 * (sched_setaffinity(2)). They block all signals, and end before the function returns. A worker
 * process has none.
 *
 * Stability. Before version 1.0 no binary interface is promised: a release that breaks it has a new
 * soname, and may move members of results. A struct with a struct_size only grows at its end, so
 * that a program built with an older header keeps working. Set struct_size with VMT_..._INIT or
 * sizeof. VMT_ERR_USAGE: the size is 0, or an option is set that this library is too old to know.
 *
 * Input may be hostile. Work on it is bounded; for more safety, have it read in a worker process
 * (vmt_options.contain).
 */
#ifndef VMTRIAGE_H
#define VMTRIAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VMT_API __attribute__((visibility("default")))

/* The version of this header; vmt_version() returns the library's. */
#define VMT_VERSION_MAJOR 0
#define VMT_VERSION_MINOR 1
#define VMT_VERSION_PATCH 0

#define VMT_SCHEMA 1 /* of the JSON report */

/* ---- errors ------------------------------------------------------------------------------ */

/* One code for each way that a caller may want to react. */
enum vmt_code {
	VMT_ERR_NOMEM = -1,	  /* out of memory */
	VMT_ERR_IO = -2,	  /* a system call failed; os_errno says why. Or a server did. */
	VMT_ERR_NODATA = -3,	  /* intentionally not in the dump (filtered page, hole) */
	VMT_ERR_TRUNCATED = -4,	  /* the file ends before data that it should have */
	VMT_ERR_CORRUPT = -5,	  /* the bytes contradict themselves */
	VMT_ERR_UNSUPPORTED = -6, /* recognized, but not readable by this build */
	VMT_ERR_FORMAT = -7,	  /* not a dump and not a log; the message says what it is */
	VMT_ERR_LIMIT = -8,	  /* refused: larger than on any real machine */
	VMT_ERR_USAGE = -9,	  /* the caller's arguments do not make sense */
	VMT_ERR_NOTFOUND = -10,	  /* nothing by that name, where one was given */
	VMT_ERR_SEVERAL = -11,	  /* a folder or an archive that is no single input: list it */
	VMT_ERR_INCOMPLETE = -12, /* an empty dump, or an archive read in part */
	VMT_ERR_WORKER = -13,	  /* the worker process that read it died, or reached a bound */
};

/* Need not be initialized, and means nothing after success. */
struct vmt_err {
	int code;	   /* enum vmt_code */
	int os_errno;	   /* for VMT_ERR_IO, if known; else 0 */
	uint64_t where;	   /* the file offset or address of the problem, or 0 */
	char message[320]; /* one line, no newline; may quote bytes of the input */
};

/* ---- words in results and options -------------------------------------------------------- */

/* The same as in JSON; compare with strcmp(). New ones may be added: accept unknown words. */

#define VMT_LEVEL_LOG "log"   /* only the text of the log */
#define VMT_LEVEL_CORE "core" /* also memory, without debuginfo */
#define VMT_LEVEL_FULL "full" /* also debuginfo */

#define VMT_CONTEXT_TASK "task"
#define VMT_CONTEXT_SOFTIRQ "softirq"
#define VMT_CONTEXT_HARDIRQ "hardirq"
#define VMT_CONTEXT_NMI "nmi"
#define VMT_CONTEXT_IDLE "idle"

#define VMT_ACCESS_READ "read"
#define VMT_ACCESS_WRITE "write"
#define VMT_ACCESS_EXEC "exec"

#define VMT_ORIGIN_IN_TREE "in-tree" /* a module that came with the kernel */
#define VMT_ORIGIN_OUT_OF_TREE "out-of-tree"
#define VMT_ORIGIN_PROPRIETARY "proprietary"

#define VMT_CONFIDENCE_HIGH "high"
#define VMT_CONFIDENCE_MEDIUM "medium"
#define VMT_CONFIDENCE_LOW "low"

#define VMT_SOURCE_LOG "log"   /* printed in the log; all others were unwound */
#define VMT_SOURCE_REGS "regs" /* from saved registers */
#define VMT_SOURCE_CALL "call" /* found by its call to code without unwind information */
#define VMT_SOURCE_ORC "orc"
#define VMT_SOURCE_FRAME_POINTER "frame-pointer"
#define VMT_SOURCE_CFI "cfi"
#define VMT_SOURCE_SCAN "scan" /* a guess: a return address on the stack, maybe a leftover */

#define VMT_REGION_TEXT "text" /* code of the kernel or of a module */
#define VMT_REGION_DATA "data" /* a variable of the kernel or of a module */
#define VMT_REGION_MODULE "module"
#define VMT_REGION_STACK "stack"
#define VMT_REGION_PERCPU "per-cpu"
#define VMT_REGION_SLAB "slab"
#define VMT_REGION_PAGE "page" /* mapped, and not known what for */
#define VMT_REGION_VMALLOC "vmalloc"
#define VMT_REGION_IOREMAP "ioremap" /* memory or registers of a device */

#define VMT_STATE_IN_USE "in-use"
#define VMT_STATE_FREE "free"
#define VMT_STATE_ANON "anon" /* of a page: of processes */
#define VMT_STATE_FILE "file" /* of a page: of a file */

#define VMT_WAIT_MUTEX "mutex"
#define VMT_WAIT_RWSEM "rw-semaphore"
#define VMT_WAIT_SEMAPHORE "semaphore"
#define VMT_WAIT_RT_MUTEX "rt-mutex"
#define VMT_WAIT_COMPLETION "completion"
#define VMT_WAIT_WORK "work" /* that a work item ends */
#define VMT_WAIT_QUEUE "wait-queue"
#define VMT_WAIT_SPINLOCK "spinlock"
#define VMT_WAIT_JOURNAL "journal" /* that jbd2 commits a transaction */
#define VMT_WAIT_IO "io"	   /* that a disk completes a request */

#define VMT_TASK_RUNNING "running" /* on a CPU */
#define VMT_TASK_BLOCKED "blocked" /* signals cannot wake it: state D in ps */
#define VMT_TASK_SLEEPING "sleeping"

#define VMT_TIME_DUMP "dump" /* where a time is from */
#define VMT_TIME_LOG "log"
#define VMT_TIME_FOLDER "folder" /* the name of a folder or file, as services give them */
#define VMT_TIME_ABRT "abrt"	 /* ABRT's: when it noticed the crash */
/* A hint: when the file was changed, or when the boot of the next death in the log began. */
#define VMT_TIME_FILE "file"
#define VMT_SEVERITY_NOTE "note"
#define VMT_SEVERITY_WARNING "warning"
#define VMT_SEVERITY_ERROR "error" /* a crash may have been missed */

#define VMT_MODULE_KERNEL "vmlinux" /* as a module: the kernel itself */
#define VMT_INPUT_TEXT "text"	    /* vmt_input.format of a log, not a dump */

#define VMT_RELATION_SAME_CRASH "same-crash" /* one event, as two files have it */
#define VMT_RELATION_SAME_BUG "same-bug"     /* likely: kind and culprit agree */
#define VMT_RELATION_RELATED "related"	     /* something agrees, but less */
#define VMT_RELATION_DIFFERENT "different"
#define VMT_RELATION_UNKNOWN "unknown" /* one of them has no crash, or does not say why */

#define VMT_FORMAT_TEXT "text"
#define VMT_FORMAT_MARKDOWN "markdown"
#define VMT_FORMAT_HTML "html" /* a page for a browser; also of a list */
#define VMT_FORMAT_JSON "json"
#define VMT_FORMAT_JSON_LINES "json-lines" /* the same object on one line */
#define VMT_FORMAT_CSV "csv"		   /* of a list */

/* ---- result types ------------------------------------------------------------------------ */

struct vmt_u64 {
	bool known;
	uint64_t v;
};

struct vmt_time {
	bool known;
	int64_t ns; /* nanoseconds since boot or since 1970 UTC, see each member */
};

struct vmt_input {
	const char *path;	   /* as given, or the name given with the file */
	const char *format;	   /* "kdump", "elf", VMT_INPUT_TEXT, ... */
	struct vmt_u64 size;	   /* bytes on disk */
	bool complete;		   /* false: truncated, or the kernel could not write it all */
	const char *missing;	   /* a sentence: what an incomplete input lacks */
	const char *const *layers; /* outermost first: "gzip", "flattened", "split" */
	size_t n_layers;
	struct vmt_u64 percent; /* of its bytes that an input that is cut off has */
};

struct vmt_taint {
	char letter;
	const char *meaning;
};

struct vmt_kernel {
	const char *release; /* "6.1.0-56-amd64" */
	const char *version; /* "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (...)" */
	const char *arch;    /* "x86_64" */
	const char *build_id;
	const char *distribution;
	struct vmt_u64 tainted; /* bit mask; not known if only letters were seen */
	const struct vmt_taint *taints;
	size_t n_taints;
	bool taint_known; /* true and no taints: "Not tainted" was seen */
	const char *command_line;
	/* "Ubuntu 5.15.0-91.101-generic 5.15.131": what Ubuntu's kernel says of itself. */
	const char *signature;
};

/* A setting for what the kernel does about errors. */
struct vmt_sysctl {
	const char *name; /* as in sysctl(8): "kernel.panic_on_oops" */
	uint64_t value;
};

struct vmt_unloaded {
	const char *name;
	const char *taints; /* letters; NULL: not known */
};

/* Data that a driver added to the dump: usually its device's firmware log and registers. */
struct vmt_device_dump {
	const char *name;
	uint64_t size; /* bytes */
};

/* Which firmware a device has, by what its driver said in the log. */
struct vmt_firmware {
	const char *driver;  /* "iwlwifi" */
	const char *device;  /* "0000:00:14.3", "hci0"; NULL: not said, like the next two */
	const char *part;    /* of the device: "WM" */
	const char *file;    /* "i915/adlp_guc_70.bin" */
	const char *version; /* "77.2df8986f.0"; never NULL, like the driver */
};

/* An interface or disk that a device provides. */
struct vmt_device_use {
	const char *subsystem;	      /* "net", "block" */
	const char *name;	      /* "eth0", "sda" */
	const char *model, *firmware; /* if the kernel records them */
};

/* A device that the culprit's module drives. */
struct vmt_device {
	const char *bus, *driver; /* "pci", "e1000" */
	const char *name;	  /* on the bus: "0000:00:03.0", "virtio1" */
	const char *pci_address;  /* of the device, or of the PCI device that provides it */
	const char *pci_id;	  /* vendor and device: "8086:100e" */
	const struct vmt_device_use *uses;
	size_t n_uses;
};

struct vmt_machine {
	const char *hostname;
	const char *hardware;
	const char *bios;
	struct vmt_u64 cpus;
	struct vmt_u64 memory_bytes;
	const struct vmt_sysctl *sysctls;
	size_t n_sysctls;
};

struct vmt_crash {
	struct vmt_time time;	/* since 1970, UTC */
	struct vmt_time uptime; /* since boot */
	struct vmt_u64 cpu;
	struct vmt_u64 pid;
	const char *comm;
	const char *context; /* VMT_CONTEXT_... */
	/*
	 * When, as it stands where no zone is given: time is unknown then. local is the same as if
	 * the zone were UTC; unknown where the year is not given, either.
	 */
	const char *time_text;
	struct vmt_time local;
	const char *time_source; /* VMT_TIME_..., of time or time_text; NULL: neither is known */
	/* Of the boot that ended, as /proc/sys/kernel/random/boot_id has it; NULL: not known. */
	const char *boot_id;
};

/* A function that may have the bug. */
struct vmt_suspect {
	const char *function, *module; /* as vmt_verdict.module; NULL: not known */
	const char *subsystem;	       /* as vmt_verdict.subsystem */
	const char *role;   /* how it took part: "stack", "named", "freed", "holder", ... */
	const char *reason; /* a clause: "called napi_enable" */
};

struct vmt_verdict {
	const char *kind;     /* "null-deref", "hung-task", ...; NULL: no crash was found */
	bool no_crash;	      /* the kernel went on as intended; kind is what it reported */
	const char *detector; /* what detected it: "mmu", "kasan", "lockdep", ... */
	const char *headline; /* a sentence: who, where, what */
	const char *function, *module; /* the culprit */
	const char *file;	       /* of the culprit */
	struct vmt_u64 line;
	const char *origin;	   /* VMT_ORIGIN_... of the module */
	const char *path;	   /* what the kernel was doing: "receive", "writeback", ... */
	const char *access;	   /* VMT_ACCESS_... */
	const char *address_class; /* of the faulting address: "null-offset", "user", ... */
	bool victim;		   /* the stack is the victim's, not the culprit's */
	bool corrupted;		   /* the crash report in the log is cut off or mixed up */
	const char *corrupted_why;
	const char *confidence;	     /* VMT_CONFIDENCE_... */
	struct vmt_u64 event;	     /* index into events: the judged one */
	const char *const *evidence; /* sentences */
	size_t n_evidence;
	const char *const *next; /* sentences: what to do next, most useful first */
	size_t n_next;
	const char *caution; /* why the cause may not be in what was read; NULL: nothing says so */
	/*
	 * Up to three, best first; the first is function. None if no code is to blame, but the
	 * handlers of an interrupt that none of them claimed. If there is no crash but a stack,
	 * those of the stack.
	 */
	const struct vmt_suspect *suspects;
	size_t n_suspects;
	const char *subsystem; /* where the culprit's code is: "TCP", "ext4", "block layer" */
	/* VMT_CONFIDENCE_...: that it happened there. confidence: that the bug is there. */
	const char *frame_certainty;
	const char *kind_text; /* kind in words: "NULL pointer dereference" */
	/* Index into next of the command that searches newer releases for the fix. */
	struct vmt_u64 next_fixes;
};

/* The role of a function on the stack that was judged. */
struct vmt_role {
	const char *function, *module; /* module as vmt_verdict.module */
	const char *role; /* the rule that gives it: "kasan", "memory-copies"; NULL: it has none */
	const char *reason; /* a clause: "copies memory that its caller chose" */
	bool culprit;
};

/* A fact about a suspect, and what it is worth. */
struct vmt_fact {
	const char *id;
	int points;
	const char *reason; /* a clause: "is code of one driver, protocol or file system" */
};

/* A suspect and its rank. */
struct vmt_ranked {
	const char *function, *module; /* module as vmt_verdict.module */
	const char *file;	       /* of the kernel's source that defines it, by its name */
	const char *role;	       /* as vmt_suspect.role */
	int points;		       /* the sum of its facts */
	const struct vmt_fact *facts;
	size_t n_facts;
};

/* Why the verdict is what it is. */
struct vmt_explanation {
	const char *kind_reason;       /* the line, or what else, that shows the kind */
	const char *search;	       /* whom a report of this kind blames */
	const char *basis;	       /* why it is the culprit: a clause */
	const struct vmt_role *frames; /* innermost first */
	size_t n_frames;
	const struct vmt_ranked *suspects; /* best first, but the culprit before all */
	size_t n_suspects;
	const char *frame_reason, *bug_reason; /* of the two certainties */
};

struct vmt_event {
	const char *kind;
	const char *headline;
	struct vmt_time time; /* since boot */
	bool fatal;
	uint64_t boot;	       /* of the machine, in this log: 0 the oldest */
	const char *host;      /* that it happened on, where the log says so */
	struct vmt_time clock; /* since 1970, UTC */
	const char *time_text; /* as vmt_crash.time_text */
};

struct vmt_frame {
	const char *function;
	struct vmt_u64 offset; /* into the function, as the kernel prints it */
	struct vmt_u64 size;   /* of the function */
	const char *module;
	struct vmt_u64 address;
	const char *file;
	struct vmt_u64 line, column;
	bool inlined;
	bool reliable;
	const char *context;  /* VMT_CONTEXT_... */
	const char *source;   /* VMT_SOURCE_... */
	const char *plain;    /* function without the compiler's suffix (".isra.0") */
	const char *build_id; /* the module's, if the log prints it in the frame */
	bool exact; /* address is where the CPU was; else a return address, after the call */
};

struct vmt_register {
	const char *name; /* lower case: "rip", "rax", "cr2" */
	uint64_t value;
};

/* What a register points to, by the kernel's own records in memory. */
struct vmt_explained {
	const char *name; /* of the register */
	uint64_t value;
	const char *region; /* VMT_REGION_... */
	/* The symbol, slab cache, task or kind of stack; of an area, the function that made it. */
	const char *object;
	const char *module;    /* of the symbol */
	struct vmt_u64 offset; /* into it */
	struct vmt_u64 size;   /* of the symbol, object or stack */
	const char *state;     /* of a slab object or a page: VMT_STATE_... */
	bool shared;	       /* the slab cache also has the objects of other caches */
	struct vmt_u64 cpu;    /* whose stack or variable it is */
};

struct vmt_instruction {
	uint64_t address;
	const char *text; /* disassembled; NULL: it could not be */
	bool current;	  /* the one that faulted, or the call through a bad pointer */
};

/* An argument or local variable of the frame that the report is about, by debuginfo. */
struct vmt_variable {
	const char *function; /* the function, or the call inlined into it */
	const char *name, *type;
	const char *value; /* NULL: optimized out, or a struct */
	bool argument;
	struct vmt_u64 address; /* if it is in memory */
	struct vmt_u64 frame;	/* its index in vmt_report.frames */
};

struct vmt_fault {
	struct vmt_u64 address;
	const char *access;
	const char *klass;	 /* as vmt_verdict.address_class; "class" in JSON */
	const char *instruction; /* disassembled */
	const char *operand;	 /* the memory operand */
	const char *base_register;
	const char *type, *member; /* that the pointer should point to: "struct foo", "a.b[2]" */
	struct vmt_u64 member_offset;
	const char *expression;	 /* the pointer in C: "host->stats" */
	struct vmt_u64 argument; /* it is an argument of the function: which, 1 the first */
	struct vmt_u64 pointer;	 /* its value */
	const char *pointer_is;	 /* the value in words: "NULL", "the error pointer -EINVAL" */
};

struct vmt_module {
	const char *name;
	const char *version, *srcversion, *build_id;
	struct vmt_u64 size, base;
	const char *taints; /* letters */
	const char *origin;
	/* If the module that this machine has now is another one; NULL: not known, or the same. */
	const char *disk_path, *disk_build_id, *disk_srcversion;
};

/* A function on the stack of the crash whose code is not that of its file. */
struct vmt_code_difference {
	const char *function, *module;
	uint64_t offset, last;	/* of the first and last byte that differ, into the function */
	struct vmt_u64 address; /* of the first; not known: the code is a text's */
	unsigned memory, file;	/* the first, in memory and in the file */
	struct vmt_u64 bit;	/* the only one that differs, 0 the lowest; not known: several */
	uint64_t n_bytes;	/* that differ */
	const char *path;	/* of the file */
};

struct vmt_cpu {
	uint64_t number;
	struct vmt_u64 pid;
	const char *comm;
	const char *context;
	const struct vmt_register *registers; /* when the crash stopped it */
	size_t n_registers;
	const struct vmt_frame *frames;
	size_t n_frames;
	const char *stopped; /* a sentence: why the stack ends early; NULL: it is complete */
};

/* What a sleeping task waits for, proved by the waiter on its stack. */
struct vmt_wait {
	const char *type; /* VMT_WAIT_...; NULL: not known, and the rest says nothing */
	const char *text; /* all of it in words: "the mutex m [vhba], held by udevd (pid 311)" */
	const char *mode; /* VMT_ACCESS_...: how an rw-semaphore is to be taken */
	struct vmt_u64 address;	   /* of the lock or completion; of a work item: of its function */
	const char *name, *module; /* the variable or function at or before the address */
	struct vmt_u64 offset;	   /* from its start */
	const char *object;	   /* without a name: the slab cache that the address belongs to */
	/* The struct that it is a member of: "vhba_host", "scan_mutex"; NULL: not known. */
	const char *container, *member;
	struct vmt_u64 readers;	   /* that hold the rw-semaphore; one of them was the holder */
	struct vmt_u64 holder_pid; /* who holds the lock, runs the work item, or commits */
	const char *holder_comm;
	const char *device;	  /* the disk that it waits for, without a partition: "sda" */
	struct vmt_u64 in_flight; /* the disk's requests that are not complete */
	struct vmt_u64 oldest_ms; /* since the driver got the oldest of them, at least */
	/* That wants to write, and is queued before this reader: no reader may pass it. */
	struct vmt_u64 writer_pid;
	const char *writer_comm;
};

/* A task of a chain in which each waits for something that the next one holds. */
struct vmt_waiter {
	uint64_t pid;
	const char *comm;
	const char *state;	       /* VMT_TASK_... */
	struct vmt_u64 cpu;	       /* that it runs on */
	const char *function, *module; /* the first on its stack that does more than wait */
	struct vmt_wait waits_for;
	const struct vmt_frame *frames;
	size_t n_frames;
};

/* Equal for crashes with the same cause, on any machine or build, if algorithm is equal. */
struct vmt_signature {
	const char *algorithm;
	const char *coarse; /* hash: kind and culprit */
	const char *fine;   /* hash: also the functions of the stack */
	const char *text;   /* coarse in words */
};

/* Debuginfo that was not found. */
struct vmt_missing {
	const char *what; /* VMT_MODULE_KERNEL or the module's name */
	const char *build_id;
	const char *package; /* the distribution's package that has it */
};

/* The files that were used, and those that are missing. */
struct vmt_debuginfo {
	const char *vmlinux;
	const char *const *modules;
	size_t n_modules;
	const struct vmt_missing *missing;
	size_t n_missing;
};

/* The lines around the culprit's, if the source was found. */
struct vmt_source {
	const char *path;	  /* the file that they are from; NULL: no lines */
	uint64_t first;		  /* number of lines[0] */
	const char *const *lines; /* without newlines */
	size_t n;
};

/* A section of the MAINTAINERS file of a source tree: who maintains the culprit's file. */
struct vmt_maintainer {
	const char *section, *status; /* "VIRTIO NET DRIVER", "Maintained" */
	const char *const *lists;     /* addresses of mailing lists */
	size_t n_lists;
	const char *const *bugs; /* where bugs are filed: URLs */
	size_t n_bugs;
	const char *const *trees; /* "git git://..." */
	size_t n_trees;
	const char *const *persons; /* "Name <address>" */
	size_t n_persons;
};

/* The lines of the judged crash report as the log has them, without the prefixes of loggers. */
struct vmt_excerpt {
	const char *const *lines; /* "[   12.345678] BUG: ..." */
	size_t n;
	uint64_t left_out; /* lines after these */
};

struct vmt_diag {
	const char *id;	      /* "log-cut", ...: the meaning of an id never changes */
	const char *severity; /* VMT_SEVERITY_... */
	const char *message;  /* what happened this time */
};

/* The cost of the triage. */
struct vmt_stats {
	uint64_t pages_read; /* distinct pages of the dump */
	uint64_t bytes_read; /* from files */
	uint64_t log_records;
	uint64_t elapsed_us;
};

/* Crashes with one kernel, or one version of the culprit's module. */
struct vmt_seen_value {
	const char *name;
	uint64_t count;
	struct vmt_time first, last; /* since 1970, UTC; those that nothing dates are not in them */
};

/* What a history holds of crashes with the same coarse signature, this one included. */
struct vmt_seen {
	uint64_t count;
	struct vmt_time first, last;			 /* as in vmt_seen_value */
	uint64_t hosts;					 /* that are known by name */
	const struct vmt_seen_value *kernels, *versions; /* the latest first */
	size_t n_kernels, n_versions;
	/* Kernels that crashed since, but never so: with the counts of those other crashes. */
	const struct vmt_seen_value *others;
	size_t n_others;
};

/* What was replaced in a report. */
struct vmt_redacted {
	const char *kind; /* "host", "ipv4", "secret", ... */
	uint64_t count;
};

struct vmt_report {
	struct vmt_input input;
	const char *level; /* VMT_LEVEL_...: what the report is based on */
	struct vmt_kernel kernel;
	struct vmt_machine machine;
	struct vmt_crash crash;
	struct vmt_verdict verdict;
	/* Another system, whose panic is in the text; NULL: none, or Linux crashed too. */
	const char *other_system;
	const struct vmt_event *events;
	size_t n_events;
	const struct vmt_frame *frames; /* of the judged event, innermost first */
	size_t n_frames;
	const struct vmt_register *registers;
	size_t n_registers;
	const struct vmt_explained *explained; /* those of the registers that point to something */
	size_t n_explained;
	const struct vmt_variable *variables; /* at the fault, then of callers */
	size_t n_variables;
	const struct vmt_instruction *instructions; /* around the fault, as memory has them */
	size_t n_instructions;
	struct vmt_fault fault;
	const struct vmt_module *modules;
	size_t n_modules;
	const struct vmt_unloaded *unloaded; /* modules that were unloaded */
	size_t n_unloaded;
	const struct vmt_device *devices; /* of the culprit's module */
	size_t n_devices;
	const struct vmt_device_dump *device_dumps;
	size_t n_device_dumps;
	const struct vmt_firmware *firmware; /* of all devices, as far as the log tells */
	size_t n_firmware;
	const struct vmt_cpu *cpus;
	size_t n_cpus;
	struct vmt_signature signature;
	struct vmt_debuginfo debuginfo;
	struct vmt_source source;
	const struct vmt_diag *diagnostics;
	size_t n_diagnostics;
	struct vmt_stats stats;
	/* A log may hold several deaths, one for each boot of each host: which this is, 1 the
	 * oldest.
	 */
	struct vmt_u64 death;
	uint64_t n_deaths;
	struct vmt_u64
		lines_broken_at; /* column at which a text's lines were cut; not known: none */
	struct vmt_excerpt excerpt;
	/*
	 * The hung task or stuck CPU, then who holds what it waits for, and so on. In a deadlock,
	 * the last one waits for one of these.
	 */
	const struct vmt_waiter *waits;
	size_t n_waits;
	bool deadlock;
	bool others_idle; /* it spins, and no other CPU runs anything that could hold the lock */
	/* It spins, and only this CPU runs anything that could hold the lock. */
	struct vmt_u64 only_cpu;
	struct vmt_u64 n_spinning;   /* CPUs that spin on the lock, this one too */
	const struct vmt_seen *seen; /* see vmt_history_look_up(); NULL: no history was asked */
	/* The most specific one first; none if no source tree is at hand. */
	const struct vmt_maintainer *maintainers;
	size_t n_maintainers;
	const struct vmt_code_difference *code_differences; /* innermost first */
	size_t n_code_differences;
	const struct vmt_explanation *explanation; /* NULL: not asked for, or no crash */
	/* In a list with opts->brief: stands for the frames and registers, which are left out. */
	const char *digest;
	const struct vmt_redacted *redacted; /* see vmt_report_redact() */
	size_t n_redacted;
	bool is_redacted;
};

/* ---- taking out what is personal --------------------------------------------------------- */

/*
 * Replaces host and user names, network addresses, serial numbers, UUIDs and what looks like a
 * secret by pseudonyms: the same for the same original in all that one redaction is used for. Use
 * it in one thread at a time.
 */
struct vmt_redaction;

VMT_API int vmt_redaction_new(struct vmt_redaction **ret, struct vmt_err *err);
VMT_API void vmt_redaction_free(struct vmt_redaction *redaction);

/*
 * How often something of the i-th kind was replaced. Returns the name of the kind ("host"); NULL
 * after the last.
 */
VMT_API const char *vmt_redaction_count(
	const struct vmt_redaction *redaction, size_t i, uint64_t *count);

/* Makes a redacted copy of a report, which must outlive it. Free it with vmt_report_free(). */
VMT_API int vmt_report_redact(struct vmt_redaction *redaction, const struct vmt_report *report,
	struct vmt_report **ret, struct vmt_err *err);

/* ---- what to read ------------------------------------------------------------------------ */

enum vmt_file_kind {
	VMT_FILE_PATH,	 /* name is a path; "-" is standard input */
	VMT_FILE_FD,	 /* fd is open for reading, and stays open */
	VMT_FILE_MEMORY, /* size bytes at data */
	VMT_FILE_SLICE,	 /* size bytes of fd, a regular file, from offset on */
	VMT_FILE_URL,	 /* data is a struct vmt_url: see vmt_url_file() */
};

/*
 * A file to read. A regular file is read from its start, and the offset of its descriptor does not
 * change. Anything else (a pipe) is copied to a temporary file until its end.
 */
struct vmt_file {
	enum vmt_file_kind kind;
	int fd;
	const char *name; /* the path; for other kinds a name for messages, or NULL */
	const void *data;
	size_t size;
	uint64_t offset;
};

static inline struct vmt_file vmt_file_path(const char *path)
{
	struct vmt_file file = {VMT_FILE_PATH, -1, path, NULL, 0, 0};

	return file;
}

static inline struct vmt_file vmt_file_fd(int fd, const char *name)
{
	struct vmt_file file = {VMT_FILE_FD, fd, name, NULL, 0, 0};

	return file;
}

static inline struct vmt_file vmt_file_memory(const void *data, size_t size, const char *name)
{
	struct vmt_file file = {VMT_FILE_MEMORY, -1, name, data, size, 0};

	return file;
}

static inline struct vmt_file vmt_file_slice(int fd, uint64_t offset, size_t size, const char *name)
{
	struct vmt_file file = {VMT_FILE_SLICE, fd, name, NULL, size, offset};

	return file;
}

/* ---- files on a server ------------------------------------------------------------------- */

/*
 * Whether text begins as a URL does ("https://", "s3://"). Then buf receives, cut to size bytes,
 * how to show it: without user and password, query and fragment, since these are secrets. The link
 * of a panic screen is none: it is a log, and nothing is fetched.
 */
VMT_API bool vmt_url_name(const char *text, char *buf, size_t size);

struct vmt_url_options {
	size_t struct_size; /* sizeof(struct vmt_url_options) */
	bool download;	    /* fetch all of it, into a temporary file, as VMT_ERR_LIMIT allows */
	uint64_t most;	    /* bytes to fetch at most; 0: 1 GiB in parts, any number as a whole */
	unsigned seconds;   /* for all requests; 0: 600 in parts, a day as a whole */
	uint64_t memory;    /* bytes of parts that are kept; 0: 64 MiB */
	const char *ca;	    /* a file with certificates to trust; NULL: the system's */
};

struct vmt_url_cost {
	size_t struct_size; /* sizeof(struct vmt_url_cost), set by the caller */
	uint64_t requests;  /* also those that were repeated, and redirections */
	uint64_t bytes;	    /* that were received, without headers */
	uint64_t size;	    /* of the file */
};

struct vmt_url;

/*
 * Opens a file of a web server or an object store: http:// or https://, which may be presigned.
 * Only the parts that are needed are read, by HTTP range requests through libcurl. What is not in
 * the memory's limit is read again. Redirects to another scheme are refused. The proxy variables of
 * the environment have their usual effect. opts may be NULL. VMT_ERR_UNSUPPORTED: no libcurl, or
 * the server, or a compressed file, allows no reading in parts (download does). VMT_ERR_NOTFOUND:
 * there is no such file. VMT_ERR_LIMIT: a bound was reached. VMT_ERR_USAGE: no such URL. No message
 * has the secrets of the URL. Use it in one thread at a time, and, with libcurl before 7.84, open
 * the first one while no other thread does.
 */
VMT_API int vmt_url_open(const struct vmt_url_options *opts, const char *url, struct vmt_url **ret,
	struct vmt_err *err);

/* The file, to be read as long as url is open. A worker (vmt_contain) can only read a download. */
VMT_API struct vmt_file vmt_url_file(const struct vmt_url *url);

VMT_API void vmt_url_cost(const struct vmt_url *url, struct vmt_url_cost *ret);
VMT_API void vmt_url_close(struct vmt_url *url);

/* ---- making a report --------------------------------------------------------------------- */

/* Bounds on a worker process; 0: the default. */
struct vmt_contain {
	size_t struct_size; /* sizeof(struct vmt_contain) */
	uint64_t memory;    /* bytes that it may map; default 4 GiB */
	unsigned seconds;   /* that one input may take; default 600 */
};

struct vmt_options {
	size_t struct_size; /* sizeof(struct vmt_options) */
	const char *level;  /* VMT_LEVEL_..., at most; NULL: VMT_LEVEL_FULL */
	/* Files with debuginfo and folders of such files, searched before the system's own. */
	const char *const *debuginfo;
	size_t n_debuginfo;
	const char *const *sources; /* source trees, for the culprit's lines and maintainers */
	size_t n_sources;
	const char *sysroot; /* prefix of the system's own folders (/usr/lib/debug); or NULL */
	/*
	 * If not NULL, debuginfo is also requested from the servers that libdebuginfod finds in the
	 * environment (DEBUGINFOD_URLS). This text is only for messages.
	 */
	const char *debuginfod_urls;
	/* Saves time: source lines and inlined calls in vmt_report.frames, not in .cpus. */
	bool without_cpu_lines;
	/* Which death of a log, as vmt_report.death; 0, or one that is not there: the newest. */
	uint64_t death;
	bool without_excerpt; /* saves time: no vmt_report.excerpt */
	/*
	 * vmt_list_crashes(): of a log with several deaths, only the newest. Of an archive with
	 * more than 2048 crashes, only the newest files are read, and an entry's error says so.
	 */
	bool one_death;
	/*
	 * vmt_list_crashes(): called before each file is read, with the number of files that were
	 * read, and of all files; 0: not known yet. NULL: not wanted. vmt_triage(): called now and
	 * then while every page of a dump is searched for its log, with the number of pages that
	 * were looked at, and of all that will be; not if contain is set.
	 */
	void (*progress)(void *arg, uint64_t done, uint64_t all, const char *path);
	void *progress_arg;
	/* The table of where functions are defined; NULL: the installed one. It may be missing. */
	const char *functions;
	bool explain; /* vmt_report.explanation is wanted */
	/*
	 * If not NULL, each input is read in a worker process, a fork of this one that has no
	 * network, no other process, no files but those of the input, and these bounds. If it dies,
	 * or reaches one, that is VMT_ERR_WORKER. No debuginfo server is asked then. For
	 * vmt_triage(), vmt_triage_files() and vmt_list_crashes().
	 */
	const struct vmt_contain *contain;
	/*
	 * vmt_list_crashes(): an entry for each file with a crash, though several are of one event.
	 */
	bool no_join;
	/*
	 * vmt_list_crashes(): saves memory: of a crash only what lists show and a history keeps,
	 * which is input, kernel, machine, crash, verdict without its lists, signature, death, and
	 * modules whose version is known.
	 */
	bool brief;
	/*
	 * Finds the file of a name in the input's folder, such as kdump's own log; NULL: there is
	 * none. Without the function, the folder of a path is looked into.
	 */
	const struct vmt_file *(*beside)(void *arg, const char *name);
	void *beside_arg;
	struct vmt_workers *workers; /* with contain: see vmt_workers_new(); or NULL */
	/*
	 * vmt_shrink(): what is personal is replaced in the small dump, and memory that was not
	 * read is zeros there. NULL: nothing is.
	 */
	struct vmt_redaction *redaction;
	/*
	 * Reads every page of a dump, and says in vmt_report.diagnostics ("dump-verified") how many
	 * are whole, damaged, or past the end of the file, and what the reason may be.
	 */
	bool verify;
	/* What dumps that were read before left, and this one leaves: see vmt_keep_new(); or NULL
	 */
	struct vmt_keep *keep;
	/*
	 * vmt_list_crashes(): as progress is for vmt_triage(), for each dump of the list, with
	 * progress_arg. NULL: not wanted.
	 */
	void (*searching)(void *arg, uint64_t done, uint64_t all, const char *path);
	/*
	 * Bytes of temporary files, at most, for one input or archive: what is compressed, comes
	 * through a pipe, or is a member of an archive may have to be unpacked. VMT_ERR_LIMIT: it
	 * needs more. 0: nine tenths of what is free there ($TMPDIR, else /var/tmp).
	 */
	uint64_t tmp_limit;
	/*
	 * Called now and then while a file is unpacked, with progress_arg, the number of its bytes
	 * that were read, and its size. NULL: not wanted. Not called in a worker.
	 */
	void (*unpacking)(void *arg, uint64_t done, uint64_t all, const char *path);
	/*
	 * Saves time: what only a verbose text has is left out, which is vmt_report.unloaded,
	 * vmt_machine.sysctls and vmt_module.build_id; and of CPUs that the verdict does not need,
	 * vmt_report.cpus has only the number.
	 */
	bool without_details;
};

/*
 * Triages one crash: a dump, a log, or all parts (n > 1, in any order) of one split dump or of one
 * log that pstore kept. One part of a split dump means all parts in its folder. A folder means the
 * crash in it: its dump, or its log if the dump tells nothing. A path that does not exist may name
 * a member of a tar or zip file: "a.tar:folder/vmcore". VMT_ERR_SEVERAL: an archive, or a folder
 * without the files of one crash; vmt_list_crashes() reads it. opts may be NULL. Success includes
 * that no crash was found (verdict.kind is NULL), and that only a part could be read
 * (input.complete is false, and diagnostics say why). Fails if nothing could be read.
 */
VMT_API int vmt_triage(const struct vmt_options *opts, const char *const *paths, size_t n,
	struct vmt_report **ret, struct vmt_err *err);

/* The same for any files, even of different kinds. */
VMT_API int vmt_triage_files(const struct vmt_options *opts, const struct vmt_file *files, size_t n,
	struct vmt_report **ret, struct vmt_err *err);

VMT_API void vmt_report_free(struct vmt_report *report);

/* Reports that are freed together. */
struct vmt_reports {
	struct vmt_report **reports;
	size_t n;
};

/*
 * Triages the death of a log that opts asks for, and those before it, newest first: up to most
 * reports. The log is read once. Any other input, and a folder, has one report.
 */
VMT_API int vmt_triage_deaths(const struct vmt_options *opts, const struct vmt_file *files,
	size_t n, size_t most, struct vmt_reports **ret, struct vmt_err *err);
VMT_API void vmt_reports_free(struct vmt_reports *reports);

/*
 * What is kept of the dumps that were read, up to so many bytes (0: 64 MiB; never more than 255
 * MiB): it saves much of the time for the next dump of the same kernel, and changes no result. For
 * vmt_options.keep of one triage, or other reading, at a time.
 */
struct vmt_keep;

VMT_API int vmt_keep_new(size_t bytes, struct vmt_keep **ret, struct vmt_err *err);
VMT_API void vmt_keep_free(struct vmt_keep *keep);

/*
 * Workers that read one input after the other, which saves the time to fork for each: for
 * vmt_triage_deaths() with the same most, of paths. opts, whose contain is set, are theirs, and
 * must stay valid. Use them in one thread at a time.
 */
struct vmt_workers;

VMT_API int vmt_workers_new(
	const struct vmt_options *opts, size_t most, struct vmt_workers **ret, struct vmt_err *err);
VMT_API void vmt_workers_free(struct vmt_workers *workers);

/*
 * Groups paths into inputs: the parts of one split dump, or of one log that pstore kept, are one
 * input, and so is any other path. group has room for n numbers: group[i] becomes the input that
 * paths[i] belongs to, counted from 0 in order of appearance, and *n_groups the number of inputs. A
 * file that cannot be read is an input of its own.
 */
VMT_API int vmt_group_inputs(
	const char *const *paths, size_t n, size_t *group, size_t *n_groups, struct vmt_err *err);
VMT_API int vmt_group_files(const struct vmt_file *files, size_t n, size_t *group, size_t *n_groups,
	struct vmt_err *err);

/* The outcome of a triage, and the exit status of the command line. */
enum vmt_outcome {
	VMT_CRASH = 0,	  /* the verdict names a crash */
	VMT_NO_CRASH = 1, /* all was read, without a crash, or with verdict.no_crash */
	VMT_UNREAD = 2,	  /* no verdict, but a part that may have a crash is unreadable */
};

VMT_API enum vmt_outcome vmt_report_outcome(const struct vmt_report *report);

/*
 * Whether the verdict is of a kind that fits the pattern, as of fnmatch(3). What the kernel
 * reported as another kind is "use-after-free", too, if its headline says that memory was used
 * after it had been freed.
 */
VMT_API bool vmt_verdict_is_kind(const struct vmt_verdict *verdict, const char *pattern);

/* ---- writing it -------------------------------------------------------------------------- */

/*
 * Takes the next len bytes of output. Returns 0, or an errno to stop: the writing function then
 * fails with VMT_ERR_IO and that os_errno.
 */
typedef int (*vmt_write_fn)(void *arg, const void *data, size_t len);

struct vmt_write_options {
	size_t struct_size; /* sizeof(struct vmt_write_options) */
	bool colour;	    /* text: escape sequences for a terminal */
	unsigned width;	    /* text: columns; 0: 100 */
	bool stats;	    /* text: the cost of the triage */
	size_t height;	    /* text: rows of the screen that it should fit on; 0: 25 */
	bool verbose;	    /* text: all details, on as many lines as they take */
};

/*
 * Writes a report to a stream, which is flushed and stays open, or to a function. format is a
 * VMT_FORMAT_...; opts may be NULL. VMT_ERR_USAGE: unknown format. VMT_ERR_IO: not all was written.
 */
VMT_API int vmt_report_write(const struct vmt_report *report, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err);
VMT_API int vmt_report_write_to(const struct vmt_report *report, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err);

/* The formats of a report, by number from 0; NULL after the last. */
VMT_API const char *vmt_report_format(size_t i);

/*
 * For several reports in one output: writes what precedes the next report (in text the name of the
 * input, as head and tail do), and returns the format for vmt_report_write(): JSON becomes one
 * object per line, and HTML one page with a part for each report. vmt_report_write() also returns
 * the errors of this output.
 */
VMT_API const char *vmt_report_series(const char *format, const char *input, bool first, FILE *out);

/* ---- other uses of a dump ---------------------------------------------------------------- */

/* What became of since and until. */
struct vmt_log_range {
	size_t struct_size; /* sizeof(struct vmt_log_range) */
	uint64_t written;   /* records of that time, and those that have no time */
	uint64_t undated;   /* of them, those that have no time */
	/* Of all records, since 1970, UTC; not known: none has a time. */
	struct vmt_time first, last;
};

struct vmt_log_options {
	size_t struct_size; /* sizeof(struct vmt_log_options) */
	const char *format; /* VMT_FORMAT_TEXT (or NULL), or VMT_FORMAT_JSON: an object per line */
	uint64_t last;	    /* only so many of the last records; 0: all */
	/*
	 * Only records of this time, since 1970, UTC. VMT_ERR_NODATA: the dump does not say when
	 * the kernel wrote them.
	 */
	struct vmt_time since, until;
	bool verbose; /* text: facility and level before each record, as dmesg -x has them */
	/* Set to whether records are missing, which is no error; false after a failure. Or NULL. */
	bool *incomplete;
	struct vmt_redaction *redaction; /* replaces what is personal; NULL: nothing is replaced */
	uint64_t tmp_limit;		 /* as vmt_options.tmp_limit */
	/* As vmt_options.unpacking, with unpacking_arg. */
	void (*unpacking)(void *arg, uint64_t done, uint64_t all, const char *path);
	void *unpacking_arg;
	/* Filled after a success, if since or until is known. Or NULL. */
	struct vmt_log_range *range;
};

/*
 * Writes the kernel log of a dump. Text is like that of `makedumpfile --dump-dmesg`, with control
 * characters as \xNN. opts may be NULL. Input as for vmt_triage(), but VMT_ERR_FORMAT for a text.
 */
VMT_API int vmt_log_write(const struct vmt_log_options *opts, const char *const *paths, size_t n,
	FILE *out, struct vmt_err *err);
VMT_API int vmt_log_write_to(const struct vmt_log_options *opts, const struct vmt_file *files,
	size_t n, vmt_write_fn write, void *arg, struct vmt_err *err);

/* A task that was not on a CPU. */
struct vmt_task {
	uint64_t pid;
	const char *comm;
	bool blocked;		   /* in uninterruptible sleep: state D */
	struct vmt_u64 blocked_ms; /* since it last ran */
	const struct vmt_frame *frames;
	size_t n_frames;
	const char *stopped; /* see vmt_cpu.stopped */
	struct vmt_wait waits_for;
};

struct vmt_stacks {
	const struct vmt_cpu *cpus; /* the crashed one first, then by number */
	size_t n_cpus;
	struct vmt_u64 crashing;      /* number of the crashed CPU */
	const struct vmt_task *tasks; /* blocked ones first, by time; then by pid */
	size_t n_tasks;
	uint64_t n_lost; /* tasks that could not be read */
	const struct vmt_diag *diagnostics;
	size_t n_diagnostics;
	const char *hostname; /* NULL: not known */
};

/*
 * The stacks in a dump's memory: of every CPU, and of blocked tasks or of all tasks. Input and
 * options as for vmt_triage(), but VMT_ERR_FORMAT for a text. Fails if no stack can be read.
 */
VMT_API int vmt_stacks_read(const struct vmt_options *opts, const char *const *paths, size_t n,
	bool all, struct vmt_stacks **ret, struct vmt_err *err);
VMT_API int vmt_stacks_read_files(const struct vmt_options *opts, const struct vmt_file *files,
	size_t n, bool all, struct vmt_stacks **ret, struct vmt_err *err);
VMT_API void vmt_stacks_free(struct vmt_stacks *stacks);

/*
 * Makes a redacted copy of stacks, which must outlive it: names of tasks and paths. Free it with
 * vmt_stacks_free().
 */
VMT_API int vmt_stacks_redact(struct vmt_redaction *redaction, const struct vmt_stacks *stacks,
	struct vmt_stacks **ret, struct vmt_err *err);

/* Like vmt_report_write(); format is VMT_FORMAT_TEXT or VMT_FORMAT_JSON. */
VMT_API int vmt_stacks_write(const struct vmt_stacks *stacks, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err);
VMT_API int vmt_stacks_write_to(const struct vmt_stacks *stacks, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err);

struct vmt_shrink_result {
	size_t struct_size; /* sizeof(struct vmt_shrink_result), set by the caller */
	uint64_t pages;
	uint64_t bytes;	  /* of the new file */
	uint64_t damaged; /* reads of pages that failed: those pages are not in the new file */
};

/*
 * Triages a dump, reads its stacks, and writes only the pages that were read to the new file out,
 * as kdump-compressed with zstd. The small dump gives the same report, stacks and log. Only the
 * owner can read the file, which appears when it is complete; a device or a pipe is written to
 * directly. VMT_ERR_USAGE: out exists or is an input. ret may be NULL.
 */
VMT_API int vmt_shrink(const struct vmt_options *opts, const char *const *paths, size_t n,
	const char *out, struct vmt_shrink_result *ret, struct vmt_err *err);

/* The same to a stream. If that is not seekable, the dump is made in a temporary file first. */
VMT_API int vmt_shrink_write(const struct vmt_options *opts, const char *const *paths, size_t n,
	FILE *out, struct vmt_shrink_result *ret, struct vmt_err *err);

/* ---- files to write to ------------------------------------------------------------------- */

/*
 * Checks that writing to the file out destroys no input; call it before writing. VMT_ERR_USAGE: a
 * triage of paths with opts (may be NULL) would read the file: it is one of paths under any name, a
 * crash file in a folder, a part of the same split dump, debuginfo or source. Returns 0 if out does
 * not exist.
 */
VMT_API int vmt_check_output(const struct vmt_options *opts, const char *const *paths, size_t n,
	const char *out, struct vmt_err *err);

/*
 * A file that appears only when it is complete. It is written under a temporary name in the same
 * folder and renamed by vmt_outfile_commit(); until then, an older file stays unchanged. The new
 * file gets the mode and, if permitted, the owner of the old one. If the path is a symbolic link,
 * its target is replaced. A device, a pipe, or an open file (/dev/stdout) is written to directly.
 */
struct vmt_outfile;

enum vmt_outfile_flags {
	VMT_OUTFILE_NEW = 1,	 /* VMT_ERR_USAGE if the file exists */
	VMT_OUTFILE_PRIVATE = 2, /* if it is new, only for its owner */
};

VMT_API int vmt_outfile_open(
	const char *path, unsigned flags, struct vmt_outfile **ret, struct vmt_err *err);

/* Where to write to; do not close it. */
VMT_API FILE *vmt_outfile_stream(const struct vmt_outfile *file);

/* The temporary name, to unlink it when a signal ends the program. NULL: written to directly. */
VMT_API const char *vmt_outfile_temporary(const struct vmt_outfile *file);

/* Both free the file. If a commit fails, the older file stays and the temporary is removed. */
VMT_API int vmt_outfile_commit(struct vmt_outfile *file, struct vmt_err *err);
VMT_API void vmt_outfile_discard(struct vmt_outfile *file);

/* ---- comparing crashes ------------------------------------------------------------------- */

/* How the crash of a report relates to that of the first one. */
struct vmt_comparison {
	const struct vmt_report *report;
	const char *relation; /* VMT_RELATION_... */
	const char *reason;   /* why, in a few words */
	/*
	 * The first difference, and what is there in both: "kind", "module", "function", "caller",
	 * "code path", "access", "address", "kernel", "machine" or "host". NULL: all of these
	 * agree, as far as both are known. A value is NULL if the report names none.
	 */
	const char *difference, *in_first, *in_report;
};

struct vmt_comparisons {
	const struct vmt_report *first;
	const struct vmt_comparison *items; /* of the other reports, in their order */
	size_t n;
};

/*
 * Compares the first of n reports with each of the others. They may be of dumps and texts, and of
 * different kernels and machines; they must outlive the result. VMT_ERR_USAGE: n is less than 2.
 */
VMT_API int vmt_compare(const struct vmt_report *const *reports, size_t n,
	struct vmt_comparisons **ret, struct vmt_err *err);
VMT_API void vmt_comparisons_free(struct vmt_comparisons *comparisons);

/* Like vmt_report_write(); format is VMT_FORMAT_TEXT or VMT_FORMAT_JSON. */
VMT_API int vmt_comparisons_write(const struct vmt_comparisons *comparisons, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err);
VMT_API int vmt_comparisons_write_to(const struct vmt_comparisons *comparisons, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err);

/* ---- many crashes ------------------------------------------------------------------------ */

/* Another file that tells of the crash of an entry. */
struct vmt_list_source {
	const char *path;
	const char *kind; /* "dump", "incomplete dump", "log of the dump", "pstore", "log" */
};

/* One crash of a list; exactly one of report and error is set. */
struct vmt_list_entry {
	const char *path; /* a log with several deaths (report->n_deaths) has an entry for each */
	struct vmt_report *report;
	const struct vmt_err *error;
	/*
	 * What the list is sorted by: since 1970. Where utc is false, no zone was given, or it is
	 * the file's.
	 */
	struct vmt_time time;
	const char *time_source; /* VMT_TIME_...; NULL: nothing is known */
	/* All files of this crash that were read: path and the other parts of a split dump or log.
	 */
	const char *const *paths;
	size_t n_paths;
	bool utc; /* time is the crash's own, and in UTC */
	/* As the report says, another source of the crash, or a file with the machine's name. */
	const char *host;
	const struct vmt_list_source *sources;
	size_t n_sources;
};

/* A file, folder or archive that no entry tells of. */
struct vmt_list_left {
	const char *path;
	const char *reason;
};

/* Before it is written, its entries may be put in another order, or removed. */
struct vmt_list {
	struct vmt_list_entry *entries; /* newest first, then by path */
	size_t n;
	uint64_t n_files;   /* that were read, in archives too */
	uint64_t n_others;  /* of these: no crash, or the same crash as another one's */
	uint64_t n_skipped; /* files and folders of /proc and the like, which were not read */
	uint64_t n_same;    /* of n_others: the same crash as another one's */
	/* What was left out and why, in the order of reading; the sources of entries are not. */
	const struct vmt_list_left *left;
	size_t n_left;
	/* Of vmt_history_find() with by or summary: what vmt_list_write() with the same writes;
	 * else NULL. */
	const void *counts;
	uint64_t n_counted; /* crashes in counts, which are not among the entries */
};

/*
 * Triages all dumps and logs in paths. A folder means all crash files below it, and a tar or zip
 * file those in it, whose paths are "a.tar:folder/vmcore"; other files there are skipped. A file in
 * paths that cannot be read becomes an entry with an error. opts->level
 * defaults to VMT_LEVEL_CORE here. Fails only for lack of memory or wrong options.
 */
VMT_API int vmt_list_crashes(const struct vmt_options *opts, const char *const *paths, size_t n,
	struct vmt_list **ret, struct vmt_err *err);
VMT_API void vmt_list_free(struct vmt_list *list);

/* Where this machine keeps its crashes. */
struct vmt_places {
	const char *const *paths; /* those that exist */
	size_t n;
	/* Those that do not, or are not mounted; another machine's, or a device's, as "NAME:PATH".
	 */
	const char *const *missing;
	size_t n_missing;
	/* No capture kernel is loaded, although the kernel can do that: the next crash leaves no
	 * dump. */
	bool no_capture_kernel;
};

/*
 * kdump's folder (as configured, else /var/crash), systemd-pstore's, pstore itself, and ABRT's; all
 * below opts->sysroot, if that is given.
 */
VMT_API int vmt_find_places(
	const struct vmt_options *opts, struct vmt_places **ret, struct vmt_err *err);
VMT_API void vmt_places_free(struct vmt_places *places);

struct vmt_list_options {
	size_t struct_size; /* sizeof(struct vmt_list_options) */
	/*
	 * VMT_FORMAT_TEXT (or NULL), VMT_FORMAT_HTML, VMT_FORMAT_CSV, or VMT_FORMAT_JSON: an
	 * object per line.
	 */
	const char *format;
	bool group; /* one block per signature; html: without the table of crashes */
	bool colour;
	unsigned width; /* text: columns; 0: no wrapping */
	/* Only counts: how many crashes have each value of this property, see vmt_list_property().
	 */
	const char *by;
	/* text: the other sources of the crashes follow (not with group), and what was left out */
	bool verbose;
	/* text: the table's columns, "time,host,file"; see vmt_list_column(). NULL: the usual ones.
	 */
	const char *columns;
};

/* The columns that a table can have, from 0 on; NULL after the last. */
VMT_API const char *vmt_list_column(size_t i);

/* The properties that crashes can be counted by, from 0 on; NULL after the last. */
VMT_API const char *vmt_list_property(size_t i);

/* Like vmt_report_write(). */
VMT_API int vmt_list_write(const struct vmt_list *list, const struct vmt_list_options *opts,
	FILE *out, struct vmt_err *err);
VMT_API int vmt_list_write_to(const struct vmt_list *list, const struct vmt_list_options *opts,
	vmt_write_fn write, void *arg, struct vmt_err *err);

struct vmt_batch_result {
	size_t struct_size; /* sizeof(struct vmt_batch_result), set by the caller */
	uint64_t records;
	uint64_t crashes; /* of these */
	uint64_t failed;  /* that could not be read, or only in part */
	uint64_t others;  /* that are neither a dump nor a log */
	uint64_t skipped; /* that are no files */
	uint64_t kept;	  /* inputs that were not read again */
	/* Its code is not 0: from there on, no crash was added to the history. */
	struct vmt_err forgot;
	uint64_t elsewhere; /* files of other shards, which were not read */
};

struct vmt_history;

struct vmt_batch_options {
	size_t struct_size; /* sizeof(struct vmt_batch_options) */
	const char
		*format; /* VMT_FORMAT_JSON (or NULL): an object per line; VMT_FORMAT_TEXT, "csv" */
	unsigned jobs;	 /* workers; 0: one for each core */
	/*
	 * A file that takes the records as JSON Lines while they are made, so that an interrupted
	 * batch can go on; NULL: none. It is made if it does not exist. VMT_ERR_USAGE: it is not
	 * empty, and resume is false, or another batch writes to it. The caller removes it when the
	 * output is safe.
	 */
	const char *journal;
	/*
	 * With resume, files that have a record in the journal, or in the complete JSON output of
	 * an earlier batch, are not read again if their size, their time and the rules are the
	 * same.
	 */
	bool resume;
	const char *earlier;		 /* that output, which may be missing; or NULL */
	struct vmt_batch_result *result; /* filled on success; NULL: not wanted */
	/*
	 * The crashes that are read are added to it, but not those of records that are taken from
	 * an earlier batch; NULL: no history. It is written before the journal: what an end at any
	 * moment loses is read again.
	 */
	struct vmt_history *history;
	/*
	 * Only a part of the files: number shard (1 to shards) of so many; 0: all of them. Which
	 * part a file is in depends on its path alone, and is the same on every machine and in
	 * every version; the parts of a split dump are in one if only the last two digits of a
	 * number in their names differ. See vmtriage-batch(1).
	 */
	unsigned shard, shards;
};

/*
 * Reads all files in paths, and in the folders among them, in worker processes (opts->contain or
 * the default bounds), and writes a record of each: of each crash in it, and of each member of an
 * archive; or why there is none. The parts of a split dump are one input. Records come in the order
 * of the paths: first the files among them, then folder by folder, by name. out and the journal are
 * no input. opts as for vmt_list_crashes(). What is wrong with an input is in its
 * record: fails for lack of memory or of workers, for wrong options, and where writing fails.
 */
VMT_API int vmt_batch(const struct vmt_options *opts, const struct vmt_batch_options *bo,
	const char *const *paths, size_t n, FILE *out, struct vmt_err *err);

struct vmt_merge_result {
	size_t struct_size; /* sizeof(struct vmt_merge_result), set by the caller */
	uint64_t lines;	    /* that were read */
	uint64_t records;   /* that remain, with those that stand in for what is lost */
	uint64_t crashes;   /* of these */
	uint64_t failed, others, skipped; /* likewise, as of a batch */
	uint64_t damaged;		  /* records that stand in for lines that are none */
	uint64_t missing; /* records that are lost of files of which others are there */
	uint64_t foreign; /* records that other rules judged */
};

struct vmt_merge_options {
	size_t struct_size;	     /* sizeof(struct vmt_merge_options) */
	const char *format;	     /* of the records, as of a batch; NULL: JSON */
	struct vmt_history *history; /* takes the crashes; NULL: none */
	uint64_t memory; /* bytes to sort in, the rest is in a temporary file; 0: 64 MiB */
	struct vmt_merge_result *result; /* filled on success; NULL: not wanted */
	/* Told of each line that is no record; NULL: nobody is. */
	void (*damaged)(void *arg, const char *path, uint64_t line, const char *why);
	void *arg;
};

/*
 * Makes one batch of many: reads the JSON Lines of batches from files ("-": standard input), and
 * writes the records of each input once, in the order of one batch over all of them; out NULL:
 * writes nothing. The result is the same in whatever order and however often the lines are given,
 * in one file or in many, and merging it with others is the same as merging all at once. Of an
 * input that was read several times the newest state counts; of the same state, what this
 * version's rules judged, then what no worker failed in. What is no record, a line or a part of it
 * (the end of an output that was cut off, before another one), becomes one that says so, and a
 * record that is missing has one in its place. Lines may end as those of MS-DOS. Files that are
 * compressed (gzip, xz, zstd, lz4, bzip2) are unpacked into a temporary file; if their end is
 * missing, damaged is told. Memory does not grow with the records. Fails where a file cannot be
 * read, or the result not be written.
 */
VMT_API int vmt_merge(const struct vmt_merge_options *mo, const char *const *paths, size_t n,
	FILE *out, struct vmt_err *err);

/* ---- the history ------------------------------------------------------------------------- */

/*
 * The crashes that were seen before, in a file of SQLite or in a database of PostgreSQL. Several
 * processes may use it at once. A crash is in it once, however many of its files (dump, dmesg,
 * console) were added, and however often. Use a history in one thread at a time.
 */
struct vmt_history;

enum vmt_history_flags {
	VMT_HISTORY_READ = 1, /* it must exist, and is not changed */
};

/*
 * Opens or makes the file, which only its owner can read, and the folders above it. What an older
 * version made is brought up to date. VMT_ERR_CORRUPT: it is damaged. VMT_ERR_FORMAT: it is a
 * database of another program. VMT_ERR_UNSUPPORTED: a newer version made it. Such a file stays as
 * it is. VMT_ERR_NOTFOUND: SQLite is not installed.
 *
 * "postgresql://USER@HOST/DATABASE", or postgres://, is the address of a database, as of libpq,
 * whose environment and password file count too. The tables are in its schema "vmtriage". Messages
 * name the address without password and parameters. VMT_ERR_IO: the server does not answer, within
 * 10 seconds if the address says nothing else, or refuses. VMT_ERR_USAGE: it is no valid address.
 * VMT_ERR_UNSUPPORTED: the program was built without libpq. VMT_ERR_NOTFOUND: it is not installed.
 */
VMT_API int vmt_history_open(
	const char *path, unsigned flags, struct vmt_history **ret, struct vmt_err *err);
VMT_API void vmt_history_close(struct vmt_history *history);

/* Adds the crashes of reports, all or none. Reports without a crash are skipped. */
VMT_API int vmt_history_add(struct vmt_history *history, const struct vmt_report *const *reports,
	size_t n, struct vmt_err *err);

/* Sets report->seen; it stays NULL if the history has no such crash. */
VMT_API int vmt_history_look_up(
	struct vmt_history *history, struct vmt_report *report, struct vmt_err *err);

/*
 * All crashes of a history as a list. Their reports have what the history holds: machine, kernel,
 * verdict, signature, times, and of the modules only the culprit.
 */
VMT_API int vmt_history_list(
	struct vmt_history *history, struct vmt_list **ret, struct vmt_err *err);

/* Which crashes are wanted. Texts are patterns of a shell, as of fnmatch(3); NULL: any. */
struct vmt_history_query {
	size_t struct_size; /* sizeof(struct vmt_history_query) */
	/* A crash whose time is not known is in every range. */
	struct vmt_time since, until;
	const char *host, *kernel, *module, *kind;
	const char *signature; /* or how one of its hashes begins */
	uint64_t newest;       /* only so many, the newest ones; 0: all */
	/*
	 * The crashes will only be counted by this property, see vmt_list_property(): the list may
	 * have counts instead of entries, which is much quicker. NULL: they will not.
	 */
	const char *by;
	/*
	 * How the list will be written, unsorted, if not as JSON: it may have counts of all
	 * crashes, and only the newest entries, which is much quicker. 0: in any way.
	 */
	unsigned summary; /* enum vmt_history_summary */
};

enum vmt_history_summary {
	VMT_SUMMARY_GROUPS = 1, /* in groups, as text or CSV */
	VMT_SUMMARY_PAGE = 2,	/* as a page: VMT_FORMAT_HTML */
};

/* The crashes of a history that are wanted, as vmt_history_list(). */
VMT_API int vmt_history_find(struct vmt_history *history, const struct vmt_history_query *query,
	struct vmt_list **ret, struct vmt_err *err);

enum vmt_done_flags {
	VMT_DONE_NOTE = 1, /* from now on it counts as done; the crash of a report is added */
};

/*
 * Whether something that is to be done once was done: deed names it ("mail"), subject what it is
 * done for. Of several processes that ask with VMT_DONE_NOTE, one finds *done false.
 */
VMT_API int vmt_history_done(struct vmt_history *history, const char *deed, const char *subject,
	unsigned flags, bool *done, struct vmt_err *err);

/* The same for the crash of a report, whichever of its files that was made of. */
VMT_API int vmt_history_done_for(struct vmt_history *history, const char *deed,
	const struct vmt_report *report, unsigned flags, bool *done, struct vmt_err *err);

/* ---- when crashes happen ----------------------------------------------------------------- */

struct vmt_timeline_options {
	size_t struct_size; /* sizeof(struct vmt_timeline_options) */
	/* The files of the machine: a mounted disk, or a sosreport; NULL: this machine's. */
	const char *root;
	/* "Europe/Berlin", or a rule as in TZ; NULL: the machine's own. */
	const char *zone;
	/* The output of `journalctl -o json`, or its text; NULL: only what root holds as text. */
	const struct vmt_file *journal;
	/* What `sadf -j` printed of sysstat's files, one after another; NULL: none. */
	const struct vmt_file *sysstat;
	/* Without root: the caller says that the journal is of the machine that crashed. */
	bool claimed;
};

/* An event that crashes come after more often than by chance. That does not make it the cause. */
struct vmt_timeline_finding {
	const char *event;  /* "backup.service started" */
	const char *source; /* VMT_EVENT_... */
	/* Events that do not tell anything else: at the same time, or so often that they come with
	 * it. */
	const char *const *others;
	size_t n_others;
	uint64_t window;	  /* seconds that count as after it; 0: all that follows */
	uint64_t after, crashes;  /* how many came in it, and of how many */
	uint64_t runs, without;	  /* how often it happened, and without a crash in the window */
	uint64_t soonest, latest; /* seconds from the event to a crash */
	double share;		  /* of the machine's up time that is in a window */
	double p;		  /* that chance does this: binomial, one-sided */
	double corrected;	  /* for all tests (Benjamini and Hochberg) */
	const char *reproduce;	  /* a command that does it again; NULL: none is known */
};

#define VMT_EVENT_UNIT "unit"	     /* systemd started a unit, by the journal or syslog */
#define VMT_EVENT_CRON "cron"	     /* cron or anacron ran a job, by their messages */
#define VMT_EVENT_KERNEL "kernel"    /* lines of the kernel's log about devices in trouble */
#define VMT_EVENT_TIMER "timer"	     /* a timer was due */
#define VMT_EVENT_CRONTAB "crontab"  /* a line of a crontab was due */
#define VMT_EVENT_LOGIN "login"	     /* of a user */
#define VMT_EVENT_PACKAGE "package"  /* packages were installed or upgraded */
#define VMT_EVENT_AT "at"	     /* a job of at(1) was due, and had not ended */
#define VMT_EVENT_SYSSTAT "sysstat"  /* not an event: how busy the machine was */
#define VMT_EVENT_REPORT "crash-log" /* an earlier event of the crash's own log */

/* An event shortly before a crash. */
struct vmt_timeline_near {
	const char *event, *source;
	uint64_t seconds; /* from the event to the crash */
};

struct vmt_timeline_crash {
	const char *path, *headline;
	struct vmt_time time;	/* since 1970, UTC */
	struct vmt_time uptime; /* since boot */
	const char *local;	/* time by the clocks of the machine: "2026-11-20 02:03:12" */
	/* Not counted: the same again soon after a crash, or another one within seconds. */
	bool repeated;
	const struct vmt_timeline_near *near; /* the latest first */
	size_t n_near;
	/*
	 * How it is known to be of the machine: "host name", "folder", "hardware and kernel". NULL:
	 * only the caller says so.
	 */
	const char *known_by;
};

/* What was read about the machine. */
struct vmt_timeline_source {
	const char *source; /* VMT_EVENT_... */
	uint64_t events;
	struct vmt_time first, last; /* of the time that it covers, since 1970, UTC */
};

struct vmt_timeline {
	const char *zone; /* of local times; NULL: none was found, and UTC is used */
	const struct vmt_timeline_finding *findings; /* the least likely first */
	size_t n_findings;
	uint64_t n_tests;			  /* events times windows */
	const struct vmt_timeline_crash *crashes; /* the oldest first */
	size_t n_crashes;
	const struct vmt_timeline_source *sources;
	size_t n_sources;
	uint64_t n_undated;		 /* crashes without a time */
	uint64_t n_other_hosts;		 /* crashes of other machines */
	uint64_t n_repeated;		 /* of crashes */
	uint64_t up_seconds;		 /* that the machine was up */
	bool up_known;			 /* else boots are not known, and it counts as always up */
	uint64_t hours[24], weekdays[7]; /* crashes by the local clock; weekdays from Monday */
	bool cut;			 /* there were more events than are looked at */
	uint64_t n_unproven; /* crashes that nothing shows to be of this machine: left out */
};

/*
 * Compares the times of the crashes of a list with what happened on their machine: units of
 * systemd, timers, cron, logins, packages, and lines of the kernel about devices. Reads logs and
 * configuration below root. Crashes of other hosts than root's are left out; without root and a
 * journal also those that nothing shows to be of this machine. The library runs no program: give it
 * the journal. opts may be NULL.
 */
VMT_API int vmt_timeline_make(const struct vmt_list *list, const struct vmt_timeline_options *opts,
	struct vmt_timeline **ret, struct vmt_err *err);
VMT_API void vmt_timeline_free(struct vmt_timeline *timeline);

/* Like vmt_report_write(); format is VMT_FORMAT_TEXT or VMT_FORMAT_JSON. */
VMT_API int vmt_timeline_write(const struct vmt_timeline *timeline, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err);
VMT_API int vmt_timeline_write_to(const struct vmt_timeline *timeline, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err);

/* ---- netconsole -------------------------------------------------------------------------- */

/*
 * What hosts send with netconsole, basic or extended, put in order: datagrams go in, and lines come
 * out that vmt_triage() can read. It does no input or output of its own, and has no thread. What
 * arrives may be forged: work and memory are bounded, also for all hosts together.
 */
struct vmt_netconsole;

/* A host is an address. Kept until it is forgotten. */
struct vmt_netconsole_host {
	const char *address; /* "192.0.2.7", "2001:db8::7", "fe80::7%2" (the interface's number) */
	const char *release; /* of its kernel, if it sends that; not checked */
	void *own;	     /* the caller's; NULL at first */
	struct vmt_time heard; /* the last datagram */
	uint64_t datagrams;
	uint64_t records;    /* or lines, of basic targets */
	uint64_t duplicates; /* of either */
	uint64_t missing; /* records that were lost, or that the host's console level suppressed */
	uint64_t incomplete; /* records without some of their fragments */
};

enum vmt_heard {
	VMT_HEARD_REPORT = 1,  /* a crash report is complete, as far as can be told */
	VMT_HEARD_SILENCE = 2, /* a report of a death began, and no end of it came */
	/* The host starts anew: in the middle of a report (log is not NULL), or without one that
	 * says why, and without a shutdown. */
	VMT_HEARD_RESTART = 3,
	VMT_HEARD_BOOT = 4,	 /* the host starts anew, for known reasons */
	VMT_HEARD_FORGOTTEN = 5, /* the host was forgotten, to make room for another: free own */
};

struct vmt_netconsole_options {
	size_t struct_size; /* sizeof(struct vmt_netconsole_options) */
	unsigned hosts;	    /* at most so many at once; 0: 4096 */
	uint64_t memory;    /* bytes of recent lines of all hosts; 0: 128 MiB */
	unsigned silence;   /* seconds without a line that end a report; 0: 10 */
	/*
	 * Takes one or more complete lines of a host. Each begins with the time at which it was
	 * received (UTC) and the address. Control characters are \xNN.
	 */
	void (*lines)(void *arg, struct vmt_netconsole_host *host, const char *text, size_t len);
	/*
	 * Takes an event. log: the latest lines of the host, with the report; or NULL. It is valid
	 * until the function returns. now: as given.
	 */
	void (*heard)(void *arg, struct vmt_netconsole_host *host, enum vmt_heard what,
		const char *log, size_t len, int64_t now);
	void *arg;
};

/* Options without functions are VMT_ERR_USAGE. */
VMT_API int vmt_netconsole_new(const struct vmt_netconsole_options *opts,
	struct vmt_netconsole **ret, struct vmt_err *err);
/* Each host is forgotten first. */
VMT_API void vmt_netconsole_free(struct vmt_netconsole *netconsole);

/*
 * Takes a datagram from an IPv6 address, or an IPv4 address in its mapped form (::ffff:192.0.2.7).
 * scope: the number of the interface, for a link-local one. now: nanoseconds since 1970. False: it
 * is nothing that netconsole sends.
 */
VMT_API bool vmt_netconsole_take(struct vmt_netconsole *netconsole, const uint8_t address[16],
	uint32_t scope, const void *data, size_t len, int64_t now);

/*
 * Time has passed. Call it several times a second while vmt_netconsole_waits(). end: no more
 * datagrams come: what waits for others is put out, and open reports are complete.
 */
VMT_API void vmt_netconsole_tick(struct vmt_netconsole *netconsole, int64_t now, bool end);
VMT_API bool vmt_netconsole_waits(const struct vmt_netconsole *netconsole);

/* How many hosts are known. */
VMT_API size_t vmt_netconsole_hosts(const struct vmt_netconsole *netconsole);
/* ---- will the next crash leave a trace? --------------------------------------------------- */

struct vmt_check_options {
	size_t struct_size; /* sizeof(struct vmt_check_options) */
	/* The files of a machine: a sosreport, or a mounted disk; NULL: this machine. */
	const char *root;
	struct vmt_time now; /* since 1970, UTC; not known: the clock, for this machine */
};

/* As monitoring plugins have them. */
#define VMT_CHECK_OK "ok"
#define VMT_CHECK_WARNING "warning"
#define VMT_CHECK_CRITICAL "critical"
#define VMT_CHECK_UNKNOWN "unknown" /* could not be seen */

struct vmt_check_finding {
	const char *id;	      /* "kdump-loaded"; lasts: vmtriage-check(1) lists them */
	const char *group;    /* "kdump", "panic", "pstore", "netconsole", "console", ... */
	const char *status;   /* VMT_CHECK_... */
	const char *value;    /* what was seen */
	const char *expected; /* what should be, or that it is a choice */
	const char *why;      /* what happens otherwise */
	const char *fix; /* a command, in the words of the distribution; NULL: none is needed */
};

/* Whether one kind of death leaves a trace in one place. */
struct vmt_check_evidence {
	const char *death;   /* "oops", "panic", "soft-lockup", "hard-lockup", "hung-task", ... */
	const char *channel; /* "kdump", "pstore", "netconsole", "serial", "journal", "watchdog" */
	const char *outcome; /* "yes": has worked before; "likely", "no", "unknown" */
	const char *reason;
};

struct vmt_check {
	const char *status;   /* the worst that is known */
	unsigned exit_status; /* of a monitoring plugin: 0 ok, 1 warning, 2 critical, 3 unknown */
	const char *summary;  /* one line */
	const char *host, *system, *release; /* the distribution; the kernel's release */
	const char *service;		     /* what loads the capture kernel */
	const struct vmt_check_finding *findings;
	size_t n_findings;
	const struct vmt_check_evidence *evidence; /* by death, then by channel */
	size_t n_evidence;
	struct vmt_u64 reserved, needed; /* bytes for the capture kernel */
	struct vmt_u64 space, dump_size; /* bytes that are free for a dump, and that it takes now */
	struct vmt_time last_crash;	 /* the newest dump, since 1970, UTC */
};

/*
 * Looks whether the machine will catch its next crash: the reservation, the capture kernel and
 * where it writes to, the switches that make a hang a panic, pstore, netconsole, consoles, the
 * journal and watchdogs. Reads files only, and changes nothing. What the user may not read is a
 * finding that says so. opts may be NULL.
 */
VMT_API int vmt_check_make(
	const struct vmt_check_options *opts, struct vmt_check **ret, struct vmt_err *err);
VMT_API void vmt_check_free(struct vmt_check *check);

#define VMT_FORMAT_PROMETHEUS "prometheus" /* for the textfile collector of node_exporter */
#define VMT_FORMAT_NAGIOS "nagios"	   /* a monitoring plugin's: a line, and details after it */

/* format: VMT_FORMAT_TEXT, _JSON, _PROMETHEUS or _NAGIOS. */
VMT_API int vmt_check_write(const struct vmt_check *check, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err);
VMT_API int vmt_check_write_to(const struct vmt_check *check, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err);

/* ---- which release has the fix ------------------------------------------------------------ */

struct vmt_fixes_options {
	size_t struct_size; /* sizeof(struct vmt_fixes_options) */
	/* The files of the machine: a mounted disk, or a sosreport; NULL: this machine's. */
	const char *root;
	/*
	 * Where changes are told: changelogs of packages, packages, ChangeLog-X.Y.Z, clones of git
	 * repositories or of the CVE records, sources of a driver. None: what the machine has.
	 */
	const char *const *changes;
	size_t n_changes;
	size_t most; /* candidates; 0: 10 */
	/* The table of where functions are defined; NULL: the installed one. It may be missing. */
	const char *functions;
	const char *cache; /* the folder for indexes; NULL: the user's own; "": none is kept */
	/*
	 * Called now and then while a file is read that has no index yet: how much of it (all 0:
	 * not known) was read. NULL: not wanted.
	 */
	void (*progress)(void *arg, uint64_t done, uint64_t all, const char *path);
	void *progress_arg;
};

/* What a fix has in common with the crash. */
struct vmt_fix_reason {
	const char *what; /* VMT_MATCH_... */
	const char *text; /* a function, module, file or folder; or a word, in lower case */
	double share;	  /* of all that speaks for the fix: 0 to 1 */
};

#define VMT_MATCH_TRACE "trace"	      /* two frames that its message quotes: "callee caller" */
#define VMT_MATCH_FUNCTION "function" /* the name of a function on the stack */
#define VMT_MATCH_WORD "word"	      /* a part of such a name, or of where it is defined */
#define VMT_MATCH_MODULE "module"
#define VMT_MATCH_KIND "kind"	      /* what went wrong: "use after free" */
#define VMT_MATCH_HEADLINE "headline" /* a word of the crash's first line */
#define VMT_MATCH_FILE "file"	      /* it changes one that defines functions of the stack */
#define VMT_MATCH_FOLDER "folder"     /* it changes files beside those */

/* A change that may be the fix. */
struct vmt_fix {
	const char *subject;
	const char *const *marks; /* the words of the subject that match, as they stand there */
	size_t n_marks;
	const char *why;		      /* a clause: "names e1000_clean of the stack" */
	const struct vmt_fix_reason *reasons; /* the strongest first */
	size_t n_reasons;
	const char *confidence;	     /* VMT_CONFIDENCE_... */
	double chance;		     /* the same as a number, 0 to 1, for comparing */
	bool quotes;		     /* its message quotes this very stack */
	const char *status;	     /* VMT_FIX_... */
	const char *release;	     /* the first that has it, of what the crashed machine runs */
	const char *const *releases; /* all that are known to have it first: "6.1.150" */
	size_t n_releases;
	const char *commit; /* 40 hexadecimal digits */
	const char *const *cves;
	size_t n_cves;
	const char *const *files; /* that it changes, if that is told */
	size_t n_files;
	struct vmt_time time; /* since 1970, UTC */
	uint64_t source;      /* index into vmt_fixes.sources */
};

#define VMT_FIX_NEWER "newer"	  /* a newer release has it: upgrade */
#define VMT_FIX_PRESENT "present" /* the kernel that crashed had it already: it is not the fix */
#define VMT_FIX_BRANCH "branch"	  /* only releases of other branches have it */
#define VMT_FIX_UNKNOWN "unknown" /* the releases cannot be compared */

struct vmt_fix_source {
	const char *path;
	const char *kind;    /* in words: "changelog of a Debian package" */
	const char *package; /* "linux-image-6.1.0-57-amd64"; or the name of a driver */
	const char *version; /* the newest that it tells of */
	uint64_t entries;    /* that were searched */
	uint64_t newer;	     /* of these, that came after the kernel, or driver, that crashed */
	bool driver;	     /* of the driver that crashed, not of the kernel */
	bool compared;	     /* its releases can be compared with what crashed; else newer is 0 */
	const struct vmt_err *error; /* why it could not be read; NULL: it was */
};

/* A driver that is not of the kernel's sources, and what this machine has of it now. */
struct vmt_fix_driver {
	const char *name;
	const char *version;	  /* that crashed */
	const char *path;	  /* what is newer, or at least another one; NULL: nothing is */
	const char *path_version; /* its version, if that is known */
};

/* Firmware that the log names, and what this machine's linux-firmware has of it. */
struct vmt_fix_firmware {
	const char *driver, *version; /* as in struct vmt_firmware */
	const char *path;	      /* the list of what linux-firmware has: WHENCE */
	const char *file;	      /* of it, the newest for the same device */
	const char *file_version;     /* newer than version */
};

struct vmt_fixes {
	const char *input; /* vmt_report's: input.path, verdict.headline, kernel.release */
	const char *headline;
	const char *kernel;
	const char *release; /* what releases of fixes are compared with: "6.1.187-1"; NULL: none */
	const char *distribution;
	const struct vmt_fix *fixes; /* the likeliest first; none: nothing matches */
	size_t n_fixes;
	/* Those that would be among them, but that the kernel had already. */
	const struct vmt_fix *present;
	size_t n_present;
	const struct vmt_fix_source *sources;
	size_t n_sources;
	uint64_t entries, newer;      /* of all sources */
	struct vmt_fix_driver driver; /* name NULL: the crash is not of such a driver */
	/*
	 * Of the fixes those that come first and whose confidence is not low. Of the others, each
	 * is more likely wrong than right.
	 */
	size_t n_likely;
	/* The newer firmware of a driver that the crash is about; driver NULL: none. */
	struct vmt_fix_firmware firmware;
};

/*
 * Searches what tells of changes for those that may be the fix of a crash, and says which release
 * has them. Nothing leaves the machine. A source that is read for the first time gets an index in
 * the cache folder (~/.cache/vmtriage/fixes; root: /var/cache/vmtriage/fixes), and is read again
 * when it changes. Runs git for clones, and rpm for packages. A source that cannot be read is
 * in the result with its error. VMT_ERR_NODATA: the report has no crash, or one that no code is to
 * blame for. VMT_ERR_NOTFOUND: no source was given, and the machine has none. opts may be NULL.
 */
VMT_API int vmt_fixes_find(const struct vmt_report *report, const struct vmt_fixes_options *opts,
	struct vmt_fixes **ret, struct vmt_err *err);
VMT_API void vmt_fixes_free(struct vmt_fixes *fixes);

/*
 * Says in verdict.next of a report which release is likely to have the fix, if the cache folder has
 * an index of a changelog of the machine as it is now; and if linux-firmware has a newer firmware
 * of a driver that the crash is about. Else the report stays as it is. Makes no index, and reads no
 * changelog: vmt_fixes_find() does. Of the options, root, functions and cache count. opts may be
 * NULL.
 */
VMT_API int vmt_report_add_fix(
	struct vmt_report *report, const struct vmt_fixes_options *opts, struct vmt_err *err);

/* Like vmt_report_write(); format is VMT_FORMAT_TEXT, _MARKDOWN or _JSON. */
VMT_API int vmt_fixes_write(const struct vmt_fixes *fixes, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err);
VMT_API int vmt_fixes_write_to(const struct vmt_fixes *fixes, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err);

/*
 * Makes a path or a text of an input safe for a terminal, on one line: control characters, invalid
 * UTF-8, and characters that hide or reverse text become \xNN. Writes at most size bytes with the
 * NUL (buf may be NULL if size is 0). Returns the length of the complete text, like snprintf().
 */
VMT_API size_t vmt_escape(const char *text, char *buf, size_t size);

/* The kinds of crash that a verdict can have ("null-deref"), from 0 on; NULL after the last. */
VMT_API const char *vmt_kind(size_t i);

VMT_API const char *vmt_version(void); /* "0.1.0"; never NULL */

/* ---- initializers ------------------------------------------------------------------------- */

/* struct vmt_options opts = VMT_OPTIONS_INIT; sets struct_size, and defaults for the rest. */

/* clang-format off */
#define VMT_OPTIONS_INIT {sizeof(struct vmt_options), NULL, NULL, 0, NULL, 0, NULL, NULL, false, 0, false, \
	false, NULL, NULL, NULL, false, NULL, false, false, NULL, NULL, NULL, NULL, false, NULL, NULL, 0, NULL, false}
#define VMT_URL_OPTIONS_INIT {sizeof(struct vmt_url_options), false, 0, 0, 0, NULL}
#define VMT_URL_COST_INIT {sizeof(struct vmt_url_cost), 0, 0, 0}
#define VMT_CONTAIN_INIT {sizeof(struct vmt_contain), 0, 0}
#define VMT_WRITE_OPTIONS_INIT {sizeof(struct vmt_write_options), false, 0, false, 0, false}
#define VMT_SHRINK_RESULT_INIT {sizeof(struct vmt_shrink_result), 0, 0, 0}
#define VMT_LIST_OPTIONS_INIT {sizeof(struct vmt_list_options), NULL, false, false, 0, NULL, false, NULL}
#define VMT_BATCH_OPTIONS_INIT {sizeof(struct vmt_batch_options), NULL, 0, NULL, false, NULL, NULL, NULL, 0, 0}
#define VMT_BATCH_RESULT_INIT {sizeof(struct vmt_batch_result), 0, 0, 0, 0, 0, 0, {0, 0, 0, {0}}, 0}
#define VMT_MERGE_OPTIONS_INIT {sizeof(struct vmt_merge_options), NULL, NULL, 0, NULL, NULL, NULL}
#define VMT_MERGE_RESULT_INIT {sizeof(struct vmt_merge_result), 0, 0, 0, 0, 0, 0, 0, 0, 0}
#define VMT_TIMELINE_OPTIONS_INIT {sizeof(struct vmt_timeline_options), NULL, NULL, NULL, NULL, false}
#define VMT_NETCONSOLE_OPTIONS_INIT {sizeof(struct vmt_netconsole_options), 0, 0, 0, NULL, NULL, NULL}
#define VMT_CHECK_OPTIONS_INIT {sizeof(struct vmt_check_options), NULL, {false, 0}}
#define VMT_FIXES_OPTIONS_INIT {sizeof(struct vmt_fixes_options), NULL, NULL, 0, 0, NULL, NULL, NULL, NULL}
#define VMT_LOG_OPTIONS_INIT {sizeof(struct vmt_log_options), NULL, 0, {false, 0}, {false, 0}, false, NULL, NULL, 0, NULL, NULL, NULL}
#define VMT_LOG_RANGE_INIT {sizeof(struct vmt_log_range), 0, 0, {false, 0}, {false, 0}}
/* clang-format on */

#ifdef __cplusplus
}
#endif

#endif
