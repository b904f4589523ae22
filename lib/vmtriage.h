/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vmtriage: why a Linux machine died, from its crash dump or its log.
 *
 * The public interface: the result types (they mirror the JSON report key by key), and the calls
 * that make, write and free a report. The library never prints and never exits; all that went
 * wrong is either an error returned in a struct vmt_err or, where the report could go on without,
 * a diagnostic inside the report.
 *
 * Strings are NUL-terminated and hold the bytes of the dump as they were, control characters
 * included: escape them for where they go (the writers do). NULL means "not known". Numbers that
 * may be unknown are struct vmt_u64. Everything reached from a report is owned by it.
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
#define VMT_SCHEMA 1

/* ---- errors ------------------------------------------------------------------------------ */

/* One code for each different thing a caller may do about it. Functions return 0 or one of these.
 */
enum vmt_code {
	VMT_ERR_NOMEM = -1,	  /* out of memory, or over the limit given to the triage */
	VMT_ERR_IO = -2,	  /* the system refused; os_errno says why */
	VMT_ERR_NODATA = -3,	  /* left out of the dump on purpose (filtered page, hole) */
	VMT_ERR_TRUNCATED = -4,	  /* the file ends before the data that it promises */
	VMT_ERR_CORRUPT = -5,	  /* the bytes contradict themselves */
	VMT_ERR_UNSUPPORTED = -6, /* recognized, but not readable by this build */
	VMT_ERR_FORMAT = -7,	  /* not a dump and not a log; the message says what it is */
	VMT_ERR_LIMIT = -8,	  /* a cap of base/caps.h was reached */
	VMT_ERR_USAGE = -9,	  /* the caller's arguments do not make sense */
	VMT_ERR_NOTFOUND = -10,	  /* nothing by that name; only where asked for by name */
};

/*
 * Caller's storage. The cause sets it; each level on the way up prepends what the reader lacks.
 * Every function of this interface that takes one takes NULL too: the code is returned in any case.
 */
struct vmt_err {
	int code;	   /* enum vmt_code, 0: none */
	int os_errno;	   /* of VMT_ERR_IO, else 0 */
	uint64_t where;	   /* file offset or address the message speaks of, else 0 */
	char message[320]; /* one line, no newline, UTF-8 */
};

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
	const char *path;
	const char *format;  /* "kdump", "elf", "text", ...; NULL where nothing was recognized */
	struct vmt_u64 size; /* bytes on disk */
	bool complete;	     /* false: truncated, or the kernel could not write it all */
	const char *missing; /* what an incomplete input lacks, a sentence */
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
	const char *context; /* "task", "softirq", "hardirq", "nmi", "idle" */
};

struct vmt_verdict {
	const char *kind; /* slug; NULL: no crash was found */
	bool no_crash;	  /* the kernel went on as it should: the kind names what it reported */
	const char *detector;
	const char *headline;
	const char *function, *module; /* module "vmlinux": the kernel itself */
	const char *file;
	struct vmt_u64 line;
	const char *origin; /* "in-tree", "out-of-tree", "proprietary" */
	const char *path;
	const char *access; /* "read", "write", "exec" */
	const char *address_class;
	bool victim;
	bool corrupted;
	const char *corrupted_why;
	const char *confidence; /* "high", "medium", "low" */
	struct vmt_u64 event;	/* index into events of the one that is judged */
	const char *const *evidence;
	size_t n_evidence;
	const char *const *next;
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
	const char *module;    /* "vmlinux" or the module's name */
	struct vmt_u64 address;
	const char *file;
	struct vmt_u64 line, column;
	bool inlined;
	bool reliable;
	const char *context; /* as vmt_crash.context; NULL: not known */
	/*
	 * How it was found: "log"; or in memory "regs" (saved registers), "call" (what a CPU was
	 * called to that makes no frame), "orc", "frame-pointer", "cfi", "scan".
	 */
	const char *source;
	const char *plain;    /* the function without what the compiler put behind its name */
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
	const char *klass; /* "class" in JSON */
	const char *instruction;
	const char *operand;
	const char *base_register;
	const char *type, *member;
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

struct vmt_signature {
	const char *algorithm;
	const char *coarse, *fine, *text;
};

struct vmt_missing {
	const char *what, *build_id, *package;
};

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
	const char *id;	      /* stable: base/diag.def */
	const char *severity; /* "note", "warning", "error" */
	const char *message;
};

/* What the triage cost, for --stats. */
struct vmt_stats {
	uint64_t pages_read; /* distinct pages taken out of the dump */
	uint64_t bytes_read; /* bytes read from files */
	uint64_t log_records;
	uint64_t elapsed_us;
};

struct vmt_report {
	struct vmt_input input;
	const char *level; /* "log", "core", "full" */
	struct vmt_kernel kernel;
	struct vmt_machine machine;
	struct vmt_crash crash;
	struct vmt_verdict verdict;
	const struct vmt_event *events;
	size_t n_events;
	const struct vmt_frame *frames; /* of the judged event, innermost first */
	size_t n_frames;
	const struct vmt_register *registers;
	size_t n_registers;
	struct vmt_fault fault;
	const struct vmt_module *modules;
	size_t n_modules;
	const struct vmt_unloaded *unloaded; /* modules that were there once, as far as is known */
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

/* ---- making a report --------------------------------------------------------------------- */

/* Wishes; all zero is a good default. */
struct vmt_options {
	/*
	 * How deep to look at most: "log" (the text alone), "core" (memory too), "full" (debuginfo
	 * too); NULL: all.
	 */
	const char *level;
	/* Files with debuginfo, and folders with such files: looked at before the system's own. */
	const char *const *debuginfo;
	size_t n_debuginfo;
	const char *const *sources; /* source trees, to quote the culprit's lines from */
	size_t n_sources;
	const char *sysroot; /* what stands before the system's own places; NULL: nothing */
	/*
	 * DEBUGINFOD_URLS, where servers may be asked for debuginfo; NULL: none is. libdebuginfod
	 * itself reads their names from the environment.
	 */
	const char *debuginfod_urls;
	/* No source lines for the stacks of the CPUs: just the JSON report shows these. */
	bool without_cpu_lines;
};

/*
 * Triages one crash: a dump, a log, or the parts of one split dump or of one log that pstore kept
 * (n > 1, in any order). A folder stands for the files of one crash in it. A path of "-" is
 * standard input. Returns 0 and *ret, also when no crash was found in it (verdict.kind is NULL) or
 * when only a part of it could be read (input.complete, diagnostics); an error where the input
 * cannot be read at all. *ret is the caller's: free it with vmt_report_free().
 */
VMT_API int vmt_triage(const struct vmt_options *opts, const char *const *paths, size_t n,
	struct vmt_report **ret, struct vmt_err *err);

VMT_API void vmt_report_free(struct vmt_report *report);

/*
 * Sorts paths into inputs: the parts of one split dump, or of one log that pstore kept, together;
 * anything else alone. group[i] gets
 * the number of the input that paths[i] belongs to; inputs are numbered from 0 in order of first
 * appearance and *n_groups gets their count. What cannot be read is an input of its own.
 */
VMT_API int vmt_group_inputs(
	const char *const *paths, size_t n, size_t *group, size_t *n_groups, struct vmt_err *err);

/* What a triage came to; the exit status of the command line. */
enum vmt_outcome {
	VMT_CRASH = 0, /* the verdict names a crash */
	VMT_NO_CRASH =
		1,	/* the log was read, and there is none in it; at most a verdict.no_crash */
	VMT_UNREAD = 2, /* no verdict, since a part that may hold it could not be read */
};

VMT_API enum vmt_outcome vmt_report_outcome(const struct vmt_report *report);

/* ---- writing it -------------------------------------------------------------------------- */

struct vmt_write_options {
	bool colour;	/* text: escape sequences for a terminal */
	unsigned width; /* text: columns; 0: 100 */
	bool stats;	/* text: what the triage cost */
};

/*
 * Writes a report: format is "text", "markdown", "json" or "json-lines" (the same object on one
 * line). Returns VMT_ERR_USAGE for another format and VMT_ERR_IO when out did not take it all.
 */
VMT_API int vmt_report_write(const struct vmt_report *report, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err);

/* The formats vmt_report_write() knows, in order; NULL past the last. */
VMT_API const char *vmt_report_format(size_t i);

/*
 * Several reports in one output: writes what goes before each of them (text names the input, as
 * head and tail do), and returns the format to write it in: a series of JSON is one object a line.
 * Whether out took it is told by vmt_report_write().
 */
VMT_API const char *vmt_report_series(const char *format, const char *input, bool first, FILE *out);

/* ---- other uses of a dump ---------------------------------------------------------------- */

/*
 * Writes the kernel log of a dump to out, as `makedumpfile --dump-dmesg` does. Control characters
 * are written as \xNN. Returns 0 also for a log that is cut off; then *incomplete says so. It is
 * set in any case.
 */
VMT_API int vmt_log_write(
	const char *const *paths, size_t n, FILE *out, bool *incomplete, struct vmt_err *err);

/* A task that was on no CPU. */
struct vmt_task {
	uint64_t pid;
	const char *comm;
	bool blocked;		   /* in uninterruptible sleep: state D */
	struct vmt_u64 blocked_ms; /* for how long it had not run, where that can be told */
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
	uint64_t n_lost; /* tasks known of, but not readable */
	const struct vmt_diag *diagnostics;
	size_t n_diagnostics;
};

/*
 * The stacks in a dump's memory: of every CPU, and of blocked tasks, or with all of every task.
 * Fails where no stack can be read at all. Freed with vmt_stacks_free().
 */
VMT_API int vmt_stacks_read(const struct vmt_options *opts, const char *const *paths, size_t n,
	bool all, struct vmt_stacks **ret, struct vmt_err *err);
VMT_API void vmt_stacks_free(struct vmt_stacks *stacks);

/* Writes them: format is "text" or "json". */
VMT_API int vmt_stacks_write(const struct vmt_stacks *stacks, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err);

struct vmt_shrink_result {
	uint64_t pages;
	uint64_t bytes; /* of the file written */
};

/*
 * Triages a dump and writes just the pages that this touched to the new file out, as
 * kdump-compressed with zstd pages. The small dump gives the same report. The file appears only
 * when it is complete, readable by its owner alone. VMT_ERR_USAGE where out exists or is an input.
 * A device or a pipe is written to directly.
 */
VMT_API int vmt_shrink(const struct vmt_options *opts, const char *const *paths, size_t n,
	const char *out, struct vmt_shrink_result *ret, struct vmt_err *err);

/* The same to a stream. It need not be seekable: the dump is then made in a temporary file. */
VMT_API int vmt_shrink_write(const struct vmt_options *opts, const char *const *paths, size_t n,
	FILE *out, struct vmt_shrink_result *ret, struct vmt_err *err);

/* ---- files to write to ------------------------------------------------------------------- */

/*
 * Call it before anything is written. VMT_ERR_USAGE where the file out is one that a triage of paths
 * with opts (NULL: none) reads: one of paths under any name, a file of a crash in a folder, a part of
 * the same split dump, debuginfo or source. 0 also where out does not exist.
 */
VMT_API int vmt_check_output(const struct vmt_options *opts, const char *const *paths, size_t n,
	const char *out, struct vmt_err *err);

/*
 * A file that appears only when it is complete. It is written under a temporary name in the same
 * folder and renamed by vmt_outfile_commit(); until then, an older file stays as it is. The new file
 * keeps the mode, and where permitted the owner, of the one that it replaces. If the path is a
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
 * folders; what else lies there is passed over. A file named by the caller that cannot be read is
 * an entry with an error. Without a level in opts debuginfo is left out: "core". Fails only where
 * nothing at all can be said (no memory).
 */
VMT_API int vmt_list_crashes(const struct vmt_options *opts, const char *const *paths, size_t n,
	struct vmt_list **ret, struct vmt_err *err);
VMT_API void vmt_list_free(struct vmt_list *list);

struct vmt_list_options {
	const char *format; /* "text" or "json" (JSON Lines) */
	bool group;	    /* one block a signature */
	bool colour;
	unsigned width;
};

VMT_API int vmt_list_write(const struct vmt_list *list, const struct vmt_list_options *opts,
	FILE *out, struct vmt_err *err);

/*
 * A path or a text of a dump as a terminal may show it, on one line: control characters, invalid
 * UTF-8 and characters that hide or turn text as \xNN. Writes at most size bytes with the NUL;
 * returns the length that all of it takes, as snprintf() does.
 */
VMT_API size_t vmt_escape(const char *text, char *buf, size_t size);

VMT_API const char *vmt_version(void);

#ifdef __cplusplus
}
#endif

#endif
