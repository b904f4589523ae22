/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A crash report found in a kernel log: what the lines state, and nothing that they do not. The
 * judgement (whose fault, which path) is triage's. Text members are NUL-terminated copies owned by
 * the oops_log; NULL where the log does not say.
 */
#ifndef VMT_OOPS_EVENT_H
#define VMT_OOPS_EVENT_H

#include <talloc.h>

#include "log/log.h"
#include "oops/kind.h"

enum oops_context {
	OOPS_CTX_UNKNOWN,
	OOPS_CTX_TASK,
	OOPS_CTX_SOFTIRQ,
	OOPS_CTX_IRQ, /* <IRQ> marker: hard or soft interrupt, the frames tell */
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
	bool from_regs;	     /* not of the trace but of a register block printed inside it */
	bool module_unknown; /* module NULL does not mean the kernel itself */
	enum oops_context context;
};

/* What the frames of a trace are. */
enum oops_trace_role {
	OOPS_TRACE_MAIN,  /* of the report itself */
	OOPS_TRACE_ALLOC, /* where the object was allocated */
	OOPS_TRACE_FREE,  /* where it was freed */
	OOPS_TRACE_PEER, /* another CPU's or task's; of a stall, one of them may be the culprit's */
	OOPS_TRACE_OTHER, /* a lock's history, the last queued work, a panic's after the report */
};

struct oops_trace {
	enum oops_trace_role role;
	const char *title;	 /* the line before it that says whose it is; NULL: none */
	struct vmt_u64 cpu, pid; /* that it belongs to, where the log says so */
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
	struct oops_boot *boot; /* that it happened in; the log's */
	const struct oops_kind *kind;
	const char *detector;
	const char *headline;		/* the line that announced it, without its prefix */
	uint64_t first_line, last_line; /* log_record.seq */
	uint64_t text_line;		/* of its first one: log_record.line */
	uint64_t ts_ns;
	int64_t unix_ns;
	bool has_ts, has_unix;
	const char *wall; /* as log_record.wall; NULL: none */
	bool has_year;	  /* unix_ns is wall's, as if that were UTC's */
	bool has_printer;
	uint32_t printer; /* log_record.caller_id of its first line */
	bool fatal;	  /* the machine stopped on this one */
	bool stack_only;  /* its kind is not told: the functions on the stack must */
	bool recursive;	  /* its task was exiting already */

	struct vmt_u64 address; /* that the access went to */
	const char *access;	/* "read", "write", "exec" */
	struct vmt_u64 error_code;
	struct vmt_u64 trap_count;  /* the N of [#N] */
	const char *named_function; /* that the headline names (WARNING, KASAN, BUG in f) */
	const char *named_module;
	const char *named_driver; /* of the device that the report is about */
	const char *file;	  /* "kernel BUG at FILE:LINE", "WARNING: ... at FILE:LINE" */
	struct vmt_u64 line;
	const char *object;  /* slab cache, lock or task that the report is about */
	const char *reason;  /* text after "Kernel panic - not syncing: " */
	const char *message; /* what a WARN or BUG prints beside its header */
	const char *trouble; /* what a device's driver said in the minutes before */

	struct vmt_u64 cpu, pid;
	const char *comm;
	struct vmt_u64 subject_pid; /* hung task, stalled task: not the one that reports */
	const char *subject_comm;
	struct vmt_u64 subject_cpu;    /* the CPU that is stuck: not the one that reports */
	struct vmt_u64 duration_s;     /* blocked or stuck for */
	const char *release, *version; /* of the CPU line */
	const char *build_id;	       /* of the kernel, likewise; NULL: none was printed */
	const char *tainted;	       /* letters without blanks; "" when "Not tainted" */
	const char *hardware;	       /* the line's text; BIOS included */
	const char *arch; /* that the report's form is of; NULL: its registers tell, or nothing */
	const char *arch_hint; /* that a line is of; x86 of either width: "x86" */
	bool wide_address;     /* the address was printed with 16 digits */
	const char *workqueue;
	const char *work_function, *work_module; /* of the work item, as that line says */
	struct vmt_u64 stack_top;		 /* the word that the stack pointer points to */
	struct oops_frame ip;	  /* function NULL and has_address false: none printed */
	struct oops_frame caller; /* the return address register (lr, ra) likewise */
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
	 * Whose stack in memory tells of it, where the log does not ("CPU 1"), and by which
	 * function on it; NULL: it is an event of the log.
	 */
	const char *witness, *named_by;

	const char *holder;  /* task that likely holds what the report's waits for: "x:12" */
	const char *cache;   /* slab cache that the object is of */
	bool bad_ram;	     /* the kernel says that memory is probably bad */
	struct vmt_u64 bank; /* of a machine check: error_code is its status */
	bool left_over;	     /* a record of a boot before, as the hardware kept it */
	bool headless;	     /* its first lines are not in the log */
	const char *kind_by; /* what told its kind where they are not; NULL: they did */

	bool capped;	       /* it has more traces, frames, registers or modules than kept */
	const char *corrupted; /* why the text cannot be trusted; NULL: it can */
};

/* What a log tells of one boot, outside of its reports; NULL or unknown where it does not. */
struct oops_boot {
	bool seen;     /* a "Linux version" line was */
	bool capture;  /* it only takes a dump: CPUs, memory and command line are its own */
	bool kept;     /* needed, though no event is of it yet */
	size_t number; /* 0: the first that the log shows of this host */
	uint64_t first_line;
	const char *hostname, *arch;   /* as the log's, of the machine whose boot it is */
	const char *release, *version; /* of that line */
	const char *command_line, *hardware, *bios;
	struct vmt_u64 cpus, memory_bytes;
	/* the first module that was not built with the kernel, as it says */
	const char *out_of_tree;
	const char *proprietary; /* the last one whose license tainted the kernel */
};

/* What a whole log tells. */
struct oops_log {
	struct oops_event **events; /* in order of appearance; talloc children of the log */
	size_t n_events;
	size_t n_dropped;	  /* events over CAP_EVENTS: of the middle, and not kept */
	uint64_t n_long;	  /* records that are capped */
	size_t n_crowded;	  /* reports cut short since CAP_OPEN_EVENTS others were open */
	struct oops_boot *boot;	  /* the last that the log shows; never NULL */
	struct oops_boot *before; /* the one before it; NULL: the log begins with it */
	const char *hostname;
	const char *arch;	  /* "x86_64", from the texts themselves */
	const char *other_system; /* that is not Linux, and whose panic the log holds */
	size_t n_boots;
	uint64_t n_records;
	uint64_t last_ts_ns; /* of the last record that has one */
	bool has_last_ts;
	int64_t last_unix_ns;
	bool has_last_unix;
};

struct oops_parser;

/* One parser a log. */
int oops_parser_new(TALLOC_CTX *ctx, struct oops_parser **ret, struct vmt_err *err);

/* Another one, cheaper: it shares the tables of the first, which must live as long. */
int oops_parser_new_beside(TALLOC_CTX *ctx, const struct oops_parser *first,
	struct oops_parser **ret, struct vmt_err *err);

/* Takes the next record. A record with newlines is several lines. A log_sink; arg: the parser. */
int oops_parser_feed(void *parser, const struct log_record *rec);

/* A line of another program than the kernel; parser as above. */
void oops_parser_program(void *parser, const struct log_record *rec);

/*
 * A log is mostly lines that say nothing. Where the parser is idle, lines may be kept from it that
 * lie within the first oops_parser_ahead() bytes of what follows in the log, but for the last one
 * that has a time. For struct log_skim; parser as above.
 */
bool oops_parser_idle(const void *parser);
size_t oops_parser_ahead(const void *parser, const char *text, size_t len);

/* Whether a header row matches the line; *at: where in it the report's text begins. */
bool oops_parser_is_header(const struct oops_parser *ps, const char *p, size_t len, size_t *at);

/* Ends the log; *ret is a talloc child of ctx and independent of the parser. */
int oops_parser_finish(
	struct oops_parser *parser, TALLOC_CTX *ctx, struct oops_log **ret, struct vmt_err *err);

#endif
