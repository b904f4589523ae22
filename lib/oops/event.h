/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A crash report found in a kernel log: what its lines state, and nothing else. Judging it (which
 * code is at fault, by which path) is up to lib/triage. Text members are NUL-terminated copies
 * owned by the oops_log. They are NULL where the log does not say.
 */
#ifndef VMT_OOPS_EVENT_H
#define VMT_OOPS_EVENT_H

#include "base/alloc.h"
#include "log/log.h"
#include "oops/kind.h"

/* No object is below the end of the first page. */
#define OOPS_MIN_ADDRESS 4096

enum oops_context {
	OOPS_CTX_UNKNOWN,
	OOPS_CTX_TASK,
	OOPS_CTX_SOFTIRQ,
	OOPS_CTX_IRQ, /* <IRQ> marker: a hard or soft interrupt; the frames show which */
	OOPS_CTX_NMI,
	OOPS_CTX_EXCEPTION, /* <#DF>, <#DB>, ... */
	OOPS_CTX_ENTRY,
};

struct oops_frame {
	const char *function; /* without offset; NULL: only an address was printed */
	const char *module;   /* NULL: none was printed (the kernel itself) */
	const char *build_id; /* of the module: printed with CONFIG_STACKTRACE_BUILD_ID */
	uint64_t offset, size;
	uint64_t address;
	bool has_offset, has_address;
	const char *file; /* of a symbolized log (decode_stacktrace.sh); line 0: none */
	uint32_t line;
	bool unreliable; /* '?' or an equivalent mark */
	bool inlined;
	bool from_regs;	     /* not from the trace, but from a register block printed inside it */
	bool module_unknown; /* module NULL does not mean the kernel itself */
	enum oops_context context;
};

/* What a trace shows. */
enum oops_trace_role {
	OOPS_TRACE_MAIN,  /* of the report itself */
	OOPS_TRACE_ALLOC, /* where the object was allocated */
	OOPS_TRACE_FREE,  /* where it was freed */
	OOPS_TRACE_PEER, /* another CPU's or task's; in a stall, one of them may be the culprit's */
	OOPS_TRACE_HANDLERS, /* no calls: the handlers of an interrupt that none of them claimed */
	OOPS_TRACE_OTHER, /* a lock's history, the last queued work, a panic's after the report */
};

struct oops_trace {
	enum oops_trace_role role;
	const char *title;	 /* the line before it that introduces it; NULL: none */
	struct vmt_u64 cpu, pid; /* of the task that the trace shows, where the log says so */
	const char *comm;
	struct oops_frame *frames; /* innermost first */
	size_t n_frames;
	bool cut; /* the log ends or is torn inside it */
};

struct oops_register {
	const char *name; /* lower case */
	uint64_t value;
};

struct oops_module {
	const char *name;
	const char *taints; /* letters; NULL: none */
	char state;	    /* '+' coming, '-' going, 0 live */
};

struct oops_boot;

struct oops_event {
	struct oops_boot *boot; /* the boot that it happened in; owned by the log */
	const struct oops_kind *kind;
	const char *detector;
	const char *headline;		/* the line that announced it, without its prefix */
	uint64_t first_line, last_line; /* log_record.seq */
	uint64_t end_line;		/* of what is joined to that line or to its head */
	uint64_t text_line;		/* log_record.line of its first line */
	uint64_t ts_ns;
	int64_t unix_ns;
	bool has_ts, has_unix;
	const char *wall;    /* as log_record.wall; NULL: none */
	const char *boot_id; /* as vmt_crash.boot_id */
	bool has_year;	     /* unix_ns was taken from wall, as if that were UTC */
	bool has_printer;
	uint32_t printer; /* log_record.caller_id of its first line */
	bool fatal;	  /* the machine stopped because of this event */
	bool stack_only; /* nothing states its kind: it must come from the functions on the stack */
	bool recursive;	 /* its task was already exiting */

	struct vmt_u64 address; /* the address that was accessed */
	const char *access;	/* "read", "write", "exec" */
	struct vmt_u64 error_code;
	struct vmt_u64 trap_count;  /* the N of [#N] */
	const char *named_function; /* the function that the headline names (WARNING, KASAN, BUG in
				       f) */
	const char *named_module;
	const char *named_driver; /* of the device that the report is about */
	const char *file;	  /* "kernel BUG at FILE:LINE", "WARNING: ... at FILE:LINE" */
	struct vmt_u64 line;
	const char *object;  /* slab cache, lock or task that the report is about */
	const char *reason;  /* text after "Kernel panic - not syncing: " */
	const char *message; /* what a WARN or BUG prints besides its header */
	const char *trouble; /* what a device's driver said in the minutes before */

	struct vmt_u64 cpu, pid;
	const char *comm;
	struct vmt_u64 subject_pid; /* the hung or stalled task, not the one that reports it */
	const char *subject_comm;
	struct vmt_u64 subject_cpu;    /* the stuck CPU, not the one that reports it */
	struct vmt_u64 duration_s;     /* how long it was blocked or stuck */
	const char *release, *version; /* from the CPU line */
	const char *build_id;  /* of the kernel, from the same line; NULL: none was printed */
	const char *tainted;   /* letters without blanks; "" when "Not tainted" */
	const char *hardware;  /* the text of the "Hardware name" line, including the BIOS */
	const char *arch;      /* from the report's form; NULL: only its registers may show it */
	const char *arch_hint; /* from the form of one line; "x86" for x86 of either width */
	bool wide_address;     /* the address was printed with 16 digits */
	const char *workqueue;
	const char *work_function, *work_module; /* of the work item, from that line */
	struct vmt_u64 stack_top;		 /* the word that the stack pointer points to */
	struct oops_frame ip;	  /* function NULL and has_address false: none printed */
	struct oops_frame caller; /* the return address register (lr, ra), in the same way */
	const struct oops_register *regs;
	size_t n_regs;
	const uint8_t *code;	/* of the Code: line */
	size_t n_code, code_ip; /* index of the faulting byte */
	struct oops_trace *traces;
	size_t n_traces;
	const struct oops_module *modules;
	size_t n_modules;
	const char *last_unloaded;

	/*
	 * For an event that is not in the log but was found on a stack in memory: whose stack it
	 * is ("CPU 1"), and the function on it that shows the event. NULL: it is from the log.
	 */
	const char *witness, *named_by;

	const struct oops_memory *memory; /* where it ran out (oom.h); NULL: it did not */
	const char *holder; /* the task that likely holds what the reported one waits for: "x:12" */
	const char *cache;  /* the slab cache that the object belongs to */
	bool bad_ram;	    /* the kernel says that memory is probably bad */
	struct vmt_u64 bank; /* of a machine check; error_code is the bank's status */
	bool left_over;	     /* a record of an earlier boot that the hardware kept */
	bool headless;	     /* its first lines are not in the log */
	bool in_sentence;    /* words precede its headline: somebody may only speak of it */
	const char *kind_by; /* what showed its kind without them; NULL: they state it */

	bool capped;	       /* it has more traces, frames, registers or modules than were kept */
	const char *corrupted; /* why the text cannot be trusted; NULL: it can */
};

/* Which firmware a driver said that a device has. */
struct oops_firmware {
	const char *driver;  /* "iwlwifi" */
	const char *device;  /* "0000:00:14.3"; NULL: not said, like the part and the file */
	const char *part;    /* of the device: "WM" */
	const char *file;    /* "so-a0-gf-a0-77.ucode", "i915/adlp_guc_70.bin" */
	const char *version; /* "77.2df8986f.0" */
};

/* What a log says about one boot outside of its reports. NULL or unknown where it does not say. */
struct oops_boot {
	bool seen;     /* a "Linux version" line was seen */
	bool capture;  /* a kdump kernel: CPUs, memory and command line are its own, not the
			  machine's */
	bool kept;     /* needed, though no event belongs to it yet */
	size_t number; /* 0: this host's first boot in the log */
	uint64_t first_line;
	const char *hostname, *arch;   /* as in struct oops_log, for the machine that booted */
	const char *release, *version; /* from the "Linux version" line */
	const char *command_line, *hardware, *bios;
	const char *signature; /* of Ubuntu's kernel, as in /proc/version_signature */
	struct vmt_u64 cpus, memory_bytes;
	/* the first module that the kernel reports as built outside of its tree */
	const char *out_of_tree;
	const char *proprietary; /* the last one whose license tainted the kernel */
	struct oops_firmware *firmware;
	size_t n_firmware;
};

/* What a complete log says. */
struct oops_log {
	struct oops_event **events; /* in order of appearance; talloc children of the log */
	size_t n_events;
	size_t n_dropped;	  /* events beyond CAP_EVENTS: taken from the middle and not kept */
	uint64_t n_long;	  /* records that were cut at the cap */
	size_t n_crowded;	  /* reports cut short because CAP_OPEN_EVENTS others were open */
	struct oops_event *bare;  /* the first trace without a report, as one; NULL: none */
	struct oops_boot *boot;	  /* the last that the log shows; never NULL */
	struct oops_boot *before; /* the one before it; NULL: the log begins with it */
	const char *hostname;
	const char *arch;	  /* "x86_64", from the texts themselves */
	const char *arch_beside;  /* what lines that belong to no report say of it */
	const char *other_system; /* a system other than Linux whose panic is in the log */
	size_t n_boots;
	uint64_t n_records;
	uint64_t last_ts_ns; /* of the last record that has one */
	bool has_last_ts;
	bool has_last_unix;
};

struct oops_parser;

/* Makes the parser of one log. *ret is a talloc child of ctx. */
int oops_parser_new(TALLOC_CTX *ctx, struct oops_parser **ret, struct vmt_err *err);

/* A cheaper way to make another one: it shares the tables of first, which must outlive it. */
int oops_parser_new_beside(TALLOC_CTX *ctx, const struct oops_parser *first,
	struct oops_parser **ret, struct vmt_err *err);

/* Takes the next record. A record with newlines is several lines. A log_sink whose arg is the
 * parser.
 */
int oops_parser_feed(void *parser, const struct log_record *rec);

/* Takes a line that some program, not the kernel, printed. */
void oops_parser_program(void *parser, const struct log_record *rec);

/*
 * Most lines of a log do not matter. While the parser is idle, the lines within the first
 * oops_parser_ahead() bytes of the text that follows need not be fed to it, except for the last
 * one that has a time. For struct log_skim.
 */
bool oops_parser_idle(const void *parser);
size_t oops_parser_ahead(const void *parser, const char *text, size_t len);

/* Whether a header row matches the line. *at is the offset in it where the report's text begins. */
bool oops_parser_is_header(const struct oops_parser *ps, const char *p, size_t len, size_t *at);

/* header.h */
struct oops_claim;
struct oops_claim oops_parser_claim(const struct oops_parser *ps, const char *p, size_t len);

/* Ends the log; *ret is a talloc child of ctx and independent of the parser. */
int oops_parser_finish(
	struct oops_parser *parser, TALLOC_CTX *ctx, struct oops_log **ret, struct vmt_err *err);

#endif
