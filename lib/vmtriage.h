/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libvmtriage: why a Linux machine died, from its crash dump or its kernel log.
 *
 * vmt_triage() reads an input and makes a report: one struct that mirrors the JSON report key by
 * key. The other calls write a report, and do what else one does with a dump.
 *
 * Strings are NUL-terminated and hold the bytes of the dump as they were, control characters
 * included: escape them before you show them (the writers and vmt_escape() do). A NULL string means
 * "not known", and so does a struct vmt_u64 or vmt_time whose known is false.
 *
 * Errors. A call returns 0 or a negative enum vmt_code, and fills *err when it fails; err may be
 * NULL everywhere, any other pointer only where that is said. What a call returns through a pointer
 * (*ret) is set on success alone. What goes wrong without ending a triage is a diagnostic inside
 * the report. The library never prints, never exits, and installs no signal handler.
 *
 * Ownership. What a call reads (options, paths, data, descriptors) is borrowed until it returns,
 * and must not change meanwhile. What it returns is the caller's; the function that frees it takes
 * NULL too. Everything reached from a result belongs to the result.
 *
 * Threads. Calls may run in several threads at once. Several threads may read a result and write it
 * out at the same time; free it when the last one is done. The library reads the environment
 * (TMPDIR; libdebuginfod its own variables): do not call setenv() meanwhile.
 *
 * Stability. Before version 1.0 no binary interface is promised: a release that breaks it has a new
 * soname, and members of results may move then. An options struct begins with its own size, and new
 * members come at its end, so that a program built with an older header goes on working. Set the
 * size with VMT_..._INIT or sizeof. A size of 0 is VMT_ERR_USAGE, and so is an option that the
 * library is too old to know.
 *
 * Input may be hostile. Reading it is bounded; for more certainty, triage in a process of its own
 * with resource limits.
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

/* The version of this header; vmt_version() is the library's. */
#define VMT_VERSION_MAJOR 0
#define VMT_VERSION_MINOR 1
#define VMT_VERSION_PATCH 0

#define VMT_SCHEMA 1 /* of the JSON report */

/* ---- errors ------------------------------------------------------------------------------ */

/* One code for each thing that a caller may want to do about it. */
enum vmt_code {
	VMT_ERR_NOMEM = -1,	  /* out of memory */
	VMT_ERR_IO = -2,	  /* the system refused; os_errno says why */
	VMT_ERR_NODATA = -3,	  /* left out of the dump on purpose (filtered page, hole) */
	VMT_ERR_TRUNCATED = -4,	  /* the file ends before the data that it promises */
	VMT_ERR_CORRUPT = -5,	  /* the bytes contradict themselves */
	VMT_ERR_UNSUPPORTED = -6, /* recognized, but not readable by this build */
	VMT_ERR_FORMAT = -7,	  /* not a dump and not a log; the message says what it is */
	VMT_ERR_LIMIT = -8,	  /* larger than any real machine's: refused */
	VMT_ERR_USAGE = -9,	  /* the caller's arguments do not make sense */
	VMT_ERR_NOTFOUND = -10,	  /* nothing by that name; only where asked for by name */
};

/* The caller's storage; need not be initialized, and means nothing after a call that succeeds. */
struct vmt_err {
	int code;	   /* enum vmt_code */
	int os_errno;	   /* of VMT_ERR_IO where it is known, else 0 */
	uint64_t where;	   /* file offset or address that the message is about, else 0 */
	char message[320]; /* one line, no newline; may quote bytes of the input */
};

/* ---- words in results and options -------------------------------------------------------- */

/* The same as in JSON; compare with strcmp(). New ones may come: accept what you do not know. */

#define VMT_LEVEL_LOG "log"   /* the text of the log alone */
#define VMT_LEVEL_CORE "core" /* memory too, without debuginfo */
#define VMT_LEVEL_FULL "full" /* debuginfo too */

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

#define VMT_SOURCE_LOG "log"   /* a frame that the log printed; the others were unwound */
#define VMT_SOURCE_REGS "regs" /* from saved registers */
#define VMT_SOURCE_CALL "call" /* what was called, and makes no frame */
#define VMT_SOURCE_ORC "orc"
#define VMT_SOURCE_FRAME_POINTER "frame-pointer"
#define VMT_SOURCE_CFI "cfi"
#define VMT_SOURCE_SCAN "scan" /* a return address on the stack: may be left from before */

#define VMT_SEVERITY_NOTE "note"
#define VMT_SEVERITY_WARNING "warning"
#define VMT_SEVERITY_ERROR "error" /* a crash may have been missed */

#define VMT_MODULE_KERNEL "vmlinux" /* as a module: the kernel itself */
#define VMT_INPUT_TEXT "text"	    /* as vmt_input.format: a log, not a dump */

#define VMT_FORMAT_TEXT "text"
#define VMT_FORMAT_MARKDOWN "markdown"
#define VMT_FORMAT_JSON "json"
#define VMT_FORMAT_JSON_LINES "json-lines" /* the same object on one line */

/* ---- result types ------------------------------------------------------------------------ */

struct vmt_u64 {
	bool known;
	uint64_t v;
};

struct vmt_time {
	bool known;
	int64_t ns; /* nanoseconds; since boot, or since 1970 UTC: the member's comment says */
};

struct vmt_input {
	const char *path;	   /* as given, or the name that was given with it */
	const char *format;	   /* "kdump", "elf", VMT_INPUT_TEXT, ... */
	struct vmt_u64 size;	   /* bytes on disk */
	bool complete;		   /* false: truncated, or the kernel could not write it all */
	const char *missing;	   /* what an incomplete input lacks, a sentence */
	const char *const *layers; /* outermost first: "gzip", "flattened", "split" */
	size_t n_layers;
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
	struct vmt_u64 tainted; /* the bit mask; unknown where only letters were seen */
	const struct vmt_taint *taints;
	size_t n_taints;
	bool taint_known; /* true with no taints: "Not tainted" was seen */
	const char *command_line;
};

/* A setting that decides what the kernel does when something goes wrong. */
struct vmt_sysctl {
	const char *name; /* as sysctl(8) has it: "kernel.panic_on_oops" */
	uint64_t value;
};

struct vmt_unloaded {
	const char *name;
	const char *taints; /* letters; NULL: not known */
};

/* What a driver saved of its device into the dump: firmware's log and registers, as a rule. */
struct vmt_device_dump {
	const char *name;
	uint64_t size; /* bytes */
};

/* What a device is to the user. */
struct vmt_device_use {
	const char *subsystem;	      /* "net", "block" */
	const char *name;	      /* "eth0", "sda" */
	const char *model, *firmware; /* where the kernel keeps them */
};

/* A device that the culprit's module drives. */
struct vmt_device {
	const char *bus, *driver; /* "pci", "e1000" */
	const char *name;	  /* on the bus: "0000:00:03.0", "virtio1" */
	const char *pci_address;  /* of the hardware that it is, or is behind */
	const char *pci_id;	  /* its vendor and device: "8086:100e" */
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
};

struct vmt_verdict {
	const char *kind;     /* "null-deref", "hung-task", ...; NULL: no crash was found */
	bool no_crash;	      /* the kernel went on as it should: the kind names what it reported */
	const char *detector; /* what found it: "mmu", "kasan", "lockdep", ... */
	const char *headline; /* one sentence: who, where, what */
	const char *function, *module; /* the culprit */
	const char *file;	       /* of the culprit */
	struct vmt_u64 line;
	const char *origin;	   /* VMT_ORIGIN_... of the module */
	const char *path;	   /* what the kernel was doing: "receive", "writeback", ... */
	const char *access;	   /* VMT_ACCESS_... */
	const char *address_class; /* of the faulting address: "null-offset", "user", ... */
	bool victim;		   /* the stack is the victim's, not the culprit's */
	bool corrupted;		   /* the crash report is cut off or mixed with others */
	const char *corrupted_why;
	const char *confidence;	     /* VMT_CONFIDENCE_... */
	struct vmt_u64 event;	     /* index into events of the one that is judged */
	const char *const *evidence; /* sentences */
	size_t n_evidence;
	const char *const *next; /* what to do next, most useful first: sentences */
	size_t n_next;
};

struct vmt_event {
	const char *kind;
	const char *headline;
	struct vmt_time time; /* since boot */
	bool fatal;
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
	const char *context;  /* as vmt_crash.context; NULL: not known */
	const char *source;   /* VMT_SOURCE_... */
	const char *plain;    /* the function without the compiler's suffix (".isra.0") */
	const char *build_id; /* of the module, where the log prints it at the frame */
	bool exact; /* where the CPU was; else the call returns there, which is past the call */
};

struct vmt_register {
	const char *name; /* lower case: "rip", "rax", "cr2" */
	uint64_t value;
};

struct vmt_fault {
	struct vmt_u64 address;
	const char *access;
	const char *klass;	 /* as vmt_verdict.address_class; "class" in JSON */
	const char *instruction; /* in the assembler's words */
	const char *operand;	 /* of it, the one that is in memory */
	const char *base_register;
	const char *type, *member; /* what the pointer was to */
};

struct vmt_module {
	const char *name;
	const char *version, *srcversion, *build_id;
	struct vmt_u64 size, base;
	const char *taints; /* letters */
	const char *origin;
};

struct vmt_cpu {
	uint64_t number;
	struct vmt_u64 pid;
	const char *comm;
	const char *context;
	const struct vmt_register *registers; /* when the crash stopped it; none: not known */
	size_t n_registers;
	const struct vmt_frame *frames;
	size_t n_frames;
	const char *stopped; /* why the stack ends early, a sentence; NULL: it does not */
};

/* Equal for crashes with one cause, on whatever machine or build; compare those of one algorithm.
 */
struct vmt_signature {
	const char *algorithm;
	const char *coarse; /* hash: kind and culprit */
	const char *fine;   /* hash: the functions of the stack too */
	const char *text;   /* the coarse one in words */
};

/* Debuginfo that was not found. */
struct vmt_missing {
	const char *what; /* VMT_MODULE_KERNEL or the module's name */
	const char *build_id;
	const char *package; /* of the distribution, that has it */
};

/* The files that were used, and those that were not there. */
struct vmt_debuginfo {
	const char *vmlinux;
	const char *const *modules;
	size_t n_modules;
	const struct vmt_missing *missing;
	size_t n_missing;
};

/* The lines around the culprit's, where the source is at hand. */
struct vmt_source {
	const char *path;	  /* of the file they were read from; NULL: none */
	uint64_t first;		  /* number of lines[0] */
	const char *const *lines; /* without newlines */
	size_t n;
};

struct vmt_diag {
	const char *id;	      /* "log-cut", ...: an id keeps its meaning for ever */
	const char *severity; /* VMT_SEVERITY_... */
	const char *message;  /* what happened this time */
};

/* What the triage cost. */
struct vmt_stats {
	uint64_t pages_read; /* distinct pages taken out of the dump */
	uint64_t bytes_read; /* bytes read from files */
	uint64_t log_records;
	uint64_t elapsed_us;
};

struct vmt_report {
	struct vmt_input input;
	const char *level; /* VMT_LEVEL_...: what the report rests on */
	struct vmt_kernel kernel;
	struct vmt_machine machine;
	struct vmt_crash crash;
	struct vmt_verdict verdict;
	/* That is not Linux, and whose panic the text holds; NULL: none, or Linux crashed too. */
	const char *other_system;
	const struct vmt_event *events;
	size_t n_events;
	const struct vmt_frame *frames; /* of the judged event, innermost first */
	size_t n_frames;
	const struct vmt_register *registers;
	size_t n_registers;
	struct vmt_fault fault;
	const struct vmt_module *modules;
	size_t n_modules;
	const struct vmt_unloaded *unloaded; /* modules that were unloaded, where known */
	size_t n_unloaded;
	const struct vmt_device *devices; /* of the culprit's module */
	size_t n_devices;
	const struct vmt_device_dump *device_dumps;
	size_t n_device_dumps;
	const struct vmt_cpu *cpus;
	size_t n_cpus;
	struct vmt_signature signature;
	struct vmt_debuginfo debuginfo;
	struct vmt_source source;
	const struct vmt_diag *diagnostics;
	size_t n_diagnostics;
	struct vmt_stats stats;
};

/* ---- what to read ------------------------------------------------------------------------ */

enum vmt_file_kind {
	VMT_FILE_PATH,	 /* name is a path; "-" is standard input */
	VMT_FILE_FD,	 /* fd is open for reading, and stays open */
	VMT_FILE_MEMORY, /* size bytes at data */
};

/*
 * A file to read. All of a regular file is read, whatever the offset of its descriptor is, and the
 * offset is the same afterwards. Anything else (a pipe) is read to its end, into a temporary file.
 */
struct vmt_file {
	enum vmt_file_kind kind;
	int fd;
	const char *name; /* the path; else for messages and vmt_input.path alone, or NULL */
	const void *data;
	size_t size;
};

static inline struct vmt_file vmt_file_path(const char *path)
{
	struct vmt_file file = {VMT_FILE_PATH, -1, path, NULL, 0};

	return file;
}

static inline struct vmt_file vmt_file_fd(int fd, const char *name)
{
	struct vmt_file file = {VMT_FILE_FD, fd, name, NULL, 0};

	return file;
}

static inline struct vmt_file vmt_file_memory(const void *data, size_t size, const char *name)
{
	struct vmt_file file = {VMT_FILE_MEMORY, -1, name, data, size};

	return file;
}

/* ---- making a report --------------------------------------------------------------------- */

struct vmt_options {
	size_t struct_size; /* sizeof(struct vmt_options) */
	const char *level;  /* VMT_LEVEL_...: how deep to look at most; NULL: VMT_LEVEL_FULL */
	/* Files with debuginfo, and folders with such files: looked at before the system's own. */
	const char *const *debuginfo;
	size_t n_debuginfo;
	const char *const *sources; /* source trees, to quote the culprit's lines from */
	size_t n_sources;
	const char *sysroot; /* goes before the system's own places (/usr/lib/debug); or NULL */
	/*
	 * Not NULL: debuginfo is asked for from the servers that libdebuginfod finds in the
	 * environment (DEBUGINFOD_URLS). This text is for messages.
	 */
	const char *debuginfod_urls;
	/*
	 * To save time: no source lines and inlined calls for vmt_report.cpus. The frames of the
	 * crash, vmt_report.frames, still have them.
	 */
	bool without_cpu_lines;
};

/*
 * Triages one crash: a dump, a log, or all parts (n > 1, in any order) of one split dump or of one
 * log that pstore kept. The path of a folder stands for the files of one crash in it; that of one
 * part of a split dump for all parts in its folder. opts may be NULL. Succeeds also when no crash
 * was found (verdict.kind is NULL) and when only a part could be read (input.complete is false,
 * diagnostics); fails when nothing could be read.
 */
VMT_API int vmt_triage(const struct vmt_options *opts, const char *const *paths, size_t n,
	struct vmt_report **ret, struct vmt_err *err);

/* The same from any files, which need not be of one sort. */
VMT_API int vmt_triage_files(const struct vmt_options *opts, const struct vmt_file *files, size_t n,
	struct vmt_report **ret, struct vmt_err *err);

VMT_API void vmt_report_free(struct vmt_report *report);

/*
 * Sorts paths into inputs: the parts of one split dump, or of one log that pstore kept, together;
 * anything else alone. group[i] (n of them, the caller's) gets the number of the input that
 * paths[i] belongs to; inputs are numbered from 0 in order of first appearance, and *n_groups gets
 * their count. What cannot be read is an input of its own.
 */
VMT_API int vmt_group_inputs(
	const char *const *paths, size_t n, size_t *group, size_t *n_groups, struct vmt_err *err);

/* What a triage came to; the exit status of the command line. */
enum vmt_outcome {
	VMT_CRASH = 0,	  /* the verdict names a crash */
	VMT_NO_CRASH = 1, /* all was read, and no crash is in it; at most a verdict.no_crash */
	VMT_UNREAD = 2,	  /* no verdict, since a part that may hold it could not be read */
};

VMT_API enum vmt_outcome vmt_report_outcome(const struct vmt_report *report);

/* ---- writing it -------------------------------------------------------------------------- */

/*
 * Takes len bytes of output, in order. Returns 0, or an errno to stop: the call that writes then
 * fails with VMT_ERR_IO and that os_errno.
 */
typedef int (*vmt_write_fn)(void *arg, const void *data, size_t len);

struct vmt_write_options {
	size_t struct_size; /* sizeof(struct vmt_write_options) */
	bool colour;	    /* text: escape sequences for a terminal */
	unsigned width;	    /* text: columns; 0: 100 */
	bool stats;	    /* text: what the triage cost */
};

/*
 * Writes a report to a stream, which is flushed and stays open, or to a function. format is a
 * VMT_FORMAT_...; opts may be NULL. VMT_ERR_USAGE: there is no such format. VMT_ERR_IO: not all
 * of it was taken.
 */
VMT_API int vmt_report_write(const struct vmt_report *report, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err);
VMT_API int vmt_report_write_to(const struct vmt_report *report, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err);

/* The formats of a report, in order; NULL past the last. */
VMT_API const char *vmt_report_format(size_t i);

/*
 * Several reports in one output: writes what goes before each of them (text names the input, as
 * head and tail do), and returns the format to write it in: a series of JSON is one object a line.
 * Whether out took it is told by vmt_report_write().
 */
VMT_API const char *vmt_report_series(const char *format, const char *input, bool first, FILE *out);

/* ---- other uses of a dump ---------------------------------------------------------------- */

/*
 * Writes the kernel log of a dump, as `makedumpfile --dump-dmesg` does; control characters as \xNN.
 * The input is as of vmt_triage(); a text is VMT_ERR_FORMAT. Succeeds also for a log of which
 * records are missing; *incomplete (may be NULL) says whether some are,
 * and is false after a failure.
 */
VMT_API int vmt_log_write(
	const char *const *paths, size_t n, FILE *out, bool *incomplete, struct vmt_err *err);
VMT_API int vmt_log_write_to(const struct vmt_file *files, size_t n, vmt_write_fn write, void *arg,
	bool *incomplete, struct vmt_err *err);

/* A task that was on no CPU. */
struct vmt_task {
	uint64_t pid;
	const char *comm;
	bool blocked;		   /* in uninterruptible sleep: state D */
	struct vmt_u64 blocked_ms; /* since it last ran */
	const struct vmt_frame *frames;
	size_t n_frames;
	const char *stopped; /* as vmt_cpu.stopped */
};

struct vmt_stacks {
	const struct vmt_cpu *cpus; /* the one that crashed first, then by number */
	size_t n_cpus;
	struct vmt_u64 crashing;      /* number of the CPU that crashed */
	const struct vmt_task *tasks; /* blocked ones first, longest first; then by pid */
	size_t n_tasks;
	uint64_t n_lost; /* tasks that are known of, but could not be read */
	const struct vmt_diag *diagnostics;
	size_t n_diagnostics;
};

/*
 * The stacks in a dump's memory: of every CPU and of blocked tasks, or with all of every task.
 * Input and options are as of vmt_triage(). Fails when no stack can be read at all; a text, which
 * has none, is VMT_ERR_FORMAT.
 */
VMT_API int vmt_stacks_read(const struct vmt_options *opts, const char *const *paths, size_t n,
	bool all, struct vmt_stacks **ret, struct vmt_err *err);
VMT_API int vmt_stacks_read_files(const struct vmt_options *opts, const struct vmt_file *files,
	size_t n, bool all, struct vmt_stacks **ret, struct vmt_err *err);
VMT_API void vmt_stacks_free(struct vmt_stacks *stacks);

/* As vmt_report_write(); format is VMT_FORMAT_TEXT or VMT_FORMAT_JSON. */
VMT_API int vmt_stacks_write(const struct vmt_stacks *stacks, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err);
VMT_API int vmt_stacks_write_to(const struct vmt_stacks *stacks, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err);

struct vmt_shrink_result {
	size_t struct_size; /* sizeof(struct vmt_shrink_result), set by the caller */
	uint64_t pages;
	uint64_t bytes; /* of the file written */
};

/*
 * Triages a dump and writes just the pages that this touched to the new file out, as
 * kdump-compressed with zstd pages. The small dump gives the same report. The file appears only
 * when it is complete, readable by its owner alone. VMT_ERR_USAGE where out exists or is an input.
 * A device or a pipe is written to directly. ret may be NULL.
 */
VMT_API int vmt_shrink(const struct vmt_options *opts, const char *const *paths, size_t n,
	const char *out, struct vmt_shrink_result *ret, struct vmt_err *err);

/* The same to a stream. It need not be seekable: the dump is then made in a temporary file. */
VMT_API int vmt_shrink_write(const struct vmt_options *opts, const char *const *paths, size_t n,
	FILE *out, struct vmt_shrink_result *ret, struct vmt_err *err);

/* ---- files to write to ------------------------------------------------------------------- */

/*
 * Call it before anything is written. VMT_ERR_USAGE where the file out is one that a triage of
 * paths with opts (NULL: none) reads: one of paths under any name, a file of a crash in a folder, a
 * part of the same split dump, debuginfo or source. 0 also where out does not exist.
 */
VMT_API int vmt_check_output(const struct vmt_options *opts, const char *const *paths, size_t n,
	const char *out, struct vmt_err *err);

/*
 * A file that appears only when it is complete. It is written under a temporary name in the same
 * folder and renamed by vmt_outfile_commit(); until then, an older file stays as it is. The new
 * file keeps the mode, and where permitted the owner, of the one that it replaces. If the path is a
 * symbolic link, the file that it points to is replaced. A device, a pipe, or an open file
 * (/dev/stdout) is written to directly.
 */
struct vmt_outfile;

enum vmt_outfile_flags {
	VMT_OUTFILE_NEW = 1,	 /* a file that exists is refused: VMT_ERR_USAGE */
	VMT_OUTFILE_PRIVATE = 2, /* for its owner alone, if it is new */
};

VMT_API int vmt_outfile_open(
	const char *path, unsigned flags, struct vmt_outfile **ret, struct vmt_err *err);

/* Where to write to; do not close it. */
VMT_API FILE *vmt_outfile_stream(const struct vmt_outfile *file);

/* The temporary name: a program that a signal ends should unlink it. NULL: written to directly. */
VMT_API const char *vmt_outfile_temporary(const struct vmt_outfile *file);

/* Both free the file. When a commit fails, the temporary is removed and the older file is kept. */
VMT_API int vmt_outfile_commit(struct vmt_outfile *file, struct vmt_err *err);
VMT_API void vmt_outfile_discard(struct vmt_outfile *file);

/* ---- many crashes ------------------------------------------------------------------------ */

/* One crash of a list; exactly one of report and error is set. */
struct vmt_list_entry {
	const char *path;
	const struct vmt_report *report;
	const struct vmt_err *error;
	struct vmt_time time; /* since 1970, UTC: of the crash, else of the file */
};

struct vmt_list {
	struct vmt_list_entry *entries; /* newest first, then by path */
	size_t n;
};

/*
 * Triages all dumps and logs in paths. A directory stands for the crash files in it and in its
 * folders; other files there are passed over. A file named by the caller that cannot be read is an
 * entry with an error. Without opts->level it looks no deeper than VMT_LEVEL_CORE. Fails only where
 * nothing at all can be said (no memory, wrong options).
 */
VMT_API int vmt_list_crashes(const struct vmt_options *opts, const char *const *paths, size_t n,
	struct vmt_list **ret, struct vmt_err *err);
VMT_API void vmt_list_free(struct vmt_list *list);

struct vmt_list_options {
	size_t struct_size; /* sizeof(struct vmt_list_options) */
	const char *format; /* VMT_FORMAT_TEXT (NULL too) or VMT_FORMAT_JSON: an object a line */
	bool group;	    /* one block a signature */
	bool colour;
	unsigned width; /* text: columns; 0: nothing is wrapped */
};

/* As vmt_report_write(). */
VMT_API int vmt_list_write(const struct vmt_list *list, const struct vmt_list_options *opts,
	FILE *out, struct vmt_err *err);
VMT_API int vmt_list_write_to(const struct vmt_list *list, const struct vmt_list_options *opts,
	vmt_write_fn write, void *arg, struct vmt_err *err);

/*
 * A path or a text of a dump as a terminal may show it, on one line: control characters, invalid
 * UTF-8 and characters that hide or turn text as \xNN. Writes at most size bytes with the NUL (buf
 * may be NULL for a size of 0); returns the length that all of it takes, as snprintf() does.
 */
VMT_API size_t vmt_escape(const char *text, char *buf, size_t size);

VMT_API const char *vmt_version(void); /* "0.1.0"; never NULL */

/* ---- initializers ------------------------------------------------------------------------- */

/* struct vmt_options opts = VMT_OPTIONS_INIT; sets the size, and every option to its default. */

/* clang-format off */
#define VMT_OPTIONS_INIT {sizeof(struct vmt_options), NULL, NULL, 0, NULL, 0, NULL, NULL, false}
#define VMT_WRITE_OPTIONS_INIT {sizeof(struct vmt_write_options), false, 0, false}
#define VMT_SHRINK_RESULT_INIT {sizeof(struct vmt_shrink_result), 0, 0}
#define VMT_LIST_OPTIONS_INIT {sizeof(struct vmt_list_options), NULL, false, false, 0}
/* clang-format on */

#ifdef __cplusplus
}
#endif

#endif
