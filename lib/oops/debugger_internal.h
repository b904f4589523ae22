/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of the debugger's reader, and what its files use of each other. */
#ifndef VMT_OOPS_DEBUGGER_INTERNAL_H
#define VMT_OOPS_DEBUGGER_INTERNAL_H

#include "base/array.h"
#include "oops/debugger.h"

struct debugger_stack {
	struct oops_build *b;
	uint64_t rip;	     /* of the exception; 0: none */
	size_t context_from; /* frames from here on belong to the stack (task, IRQ, NMI) being
				printed */
	bool stopped;	     /* the kernel was stopped through it */
	bool bystander;	     /* its CPU was only told to stop */
	bool entered;	     /* drgn: the next frame is where the exception happened */
};

struct oops_debugger {
	bool in_sys, in_panic;
	bool crashed_thread;	 /* the user asked drgn for the crashed thread: its stack is next */
	unsigned between;	 /* lines since the last one of its own */
	struct debugger_stack s; /* being read; b NULL: none */
	struct oops_build *crash;
	const char *panic;
	uint64_t panic_seq;
	/* of "sys" */
	const char *release, *version, *nodename, *arch, *comm;
	struct vmt_u64 cpus, cpu, pid, uptime_s;
	bool has_unix;
	int64_t unix_ns;
};

/* debugger_text.c */
bool debugger_is_dec(char c);
const char *debugger_skip_blanks(const char *p, const char *end);
const char *debugger_skip_quotes(const char *p, const char *end);
bool debugger_starts(const char *p, const char *end, const char *text);
bool debugger_is_text(struct oops_span s, const char *text);
struct oops_span debugger_hex_at(const char *p, const char *end);
const char *debugger_take_symbol(const char *p, const char *end, struct oops_frame_text *f);
bool debugger_is_one_of(struct oops_span name, const char *const *names, size_t n);

#define IS_ONE_OF(name, list) debugger_is_one_of(name, list, ARRAY_SIZE(list))

/* debugger_stack.c */
struct debugger_stack *debugger_begin_stack(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end);
void debugger_end_stack(struct oops_debugger *d);
struct oops_frame *debugger_frame_at(struct oops_build *b, size_t i);
void debugger_take_exception(struct debugger_stack *s, const struct oops_frame_text *f);
bool debugger_has_ip(const struct oops_event *ev);
void debugger_take_frame(struct debugger_stack *s, const struct oops_frame_text *f);

/* debugger_crash.c */
bool debugger_parse_crash_frame(const char *p, const char *end, struct oops_frame_text *f);
bool debugger_parse_exception(const char *p, const char *end, struct oops_frame_text *f);
void debugger_take_exception_line(struct debugger_stack *s, const struct oops_frame_text *f);
bool debugger_take_registers(struct debugger_stack *s, const char *p, const char *end);
bool debugger_take_stack_end(struct debugger_stack *s, const char *p, const char *end);
bool debugger_take_source(struct debugger_stack *s, const char *p, const char *end);
bool debugger_take_task(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end);
void debugger_take_panic(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end);
bool debugger_take_sys(
	struct oops_debugger *d, const struct log_record *rec, const char *p, const char *end);

/* debugger_drgn.c */
bool debugger_parse_drgn_frame(const char *p, const char *end, struct oops_frame_text *f);
void debugger_take_drgn_frame(struct debugger_stack *s, const struct oops_frame_text *f);

#endif
