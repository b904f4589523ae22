/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report that is being read: the event so far, and the state of reading it. */
#ifndef VMT_OOPS_BUILD_H
#define VMT_OOPS_BUILD_H

#include "oops/event.h"
#include "oops/frame.h"
#include "oops/header.h"

/* What the next line is expected to hold, because the last one announced it. */
enum oops_want {
	OOPS_WANT_NOTHING,
	OOPS_WANT_LOCK_SITE, /* "..., at: f": where the reported lock is taken */
	OOPS_WANT_IP,	     /* where it happened: x86_64 to 2.6.24 */
	OOPS_WANT_PLACE,     /* a frame whose place is the function that the report is about */
	OOPS_WANT_STACK_TOP, /* the words of the stack */
	OOPS_WANT_IGNORED,   /* a frame that is not the report's */
};

struct oops_build {
	struct oops_event *ev; /* all that it refers to is allocated from it */
	unsigned flags;	       /* of the headers that made it */
	uint32_t caller;
	bool has_caller;
	bool has_last_ts;
	bool counted;	     /* its number among the oopses was checked */
	uint64_t last_ts_ns; /* of its last line */
	bool has_die, has_cpu_line, has_regs;
	bool old_cpu_line; /* the form up to 3.8, which ends in the hardware's name */
	bool stopped;	 /* another CPU prints where the panic stopped it: not part of the report */
	bool ending;	 /* its last line was seen: what follows is another report */
	bool cited;	 /* only spoken of, unless a line of its body follows: see cited.h */
	bool unproven;	 /* only its first line says that it is a report: not kept yet */
	bool fault_line; /* "CR2: ..." by itself: a page fault's last words */
	bool modules_last; /* the modules came after the trace: an oops of x86 */
	bool task_marker;  /* the end of a trace was marked */
	bool kasan_map;	   /* what KASAN prints last was seen */
	bool interrupted;  /* by a stall: only its die line goes on with it */
	bool in_modules;
	bool in_code;	   /* the instructions continue in lines of words */
	unsigned next_gpr; /* of registers that continue in lines of words; 0: none do */
	bool other_regs; /* the registers that follow are of what was interrupted, not of the fault
			  */
	bool section;	 /* a trace was announced, and no frame of it was seen yet */
	enum oops_want want;
	enum oops_context context;
	struct oops_trace *trace; /* being read; NULL: none. Into ev->traces */
	size_t trace_room, frame_room, module_room, reg_room;
	size_t n_frames;  /* of all traces */
	unsigned foreign; /* lines since the last one that belonged to it */
};

/* Copies text; NULL if out of memory (the event then lacks it). */
const char *oops_build_text(struct oops_build *b, const char *p, size_t len);
const char *oops_build_span(struct oops_build *b, struct oops_span s);

/* Sets *field where it has no value yet. */
void oops_build_set(struct oops_build *b, const char **field, struct oops_span s);
void oops_build_set_number(struct vmt_u64 *field, struct vmt_u64 v);

/* Begins a trace. title may be empty. */
struct oops_trace *oops_build_trace(
	struct oops_build *b, enum oops_trace_role role, struct oops_span title);

/* Adds a frame to the trace being read. Begins a trace if there is none. */
void oops_build_frame(struct oops_build *b, const struct oops_frame_text *f);

/* The same for a place that registers show, in an exception's frame. */
void oops_build_frame_of_registers(struct oops_build *b, const struct oops_frame_text *f);

/* Fills a frame that is not part of a trace. */
void oops_build_place(struct oops_build *b, const struct oops_frame_text *f, struct oops_frame *to);

/* Adds a register; its name is put in lower case. */
void oops_build_register(struct oops_build *b, struct oops_span name, uint64_t value);

/* Adds a module of the list. taints: its letters; state: '+', '-' or 0. */
void oops_build_module(
	struct oops_build *b, struct oops_span name, struct oops_span taints, char state);

/* Whether the trace of the report itself has a frame. */
bool oops_build_has_main(const struct oops_build *b);

/* Reads one line of a report. Returns whether it is part of it. */
bool oops_body_line(struct oops_build *b, const char *p, size_t len);

/* "name: value" pairs. Returns whether the line begins with a register. */
bool oops_registers_line(struct oops_build *b, const char *p, const char *end);

/* "CPU: 0 PID: 1 Comm: x Not tainted 6.1.0 #1" and older forms. */
bool oops_cpu_line(struct oops_build *b, const char *p, const char *end);

/* "Not tainted 6.1.0 #1", "Tainted: G        W 6.1.0 #1" by itself. */
void oops_kernel_line(struct oops_build *b, const char *p, const char *end);

/* The same of i386 to 2.6.24: the taint and the release are in two lines. */
void oops_kernel_old_line(struct oops_build *b, const char *p, const char *end);

/* The end of a WARN's first line to 3.10: "() (Not tainted)", "() (Tainted: G        W)". */
void oops_warning_taint(struct oops_build *b, const char *p, const char *end);

/* Something in its lines shows that characters of them were lost or changed. */
void oops_build_garbled(struct oops_build *b);

#endif
