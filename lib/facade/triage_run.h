/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state of one triage while its steps run (lib/vmtriage.c), and the steps in files of their
 * own.
 */
#ifndef VMT_FACADE_TRIAGE_RUN_H
#define VMT_FACADE_TRIAGE_RUN_H

#include "explain/access.h"
#include "facade/kernel_view.h"
#include "facade/session.h"
#include "facade/source_lines.h"
#include "kernel/ring/log_salvage.h"
#include "log/log_text.h"
#include "oops/event.h"
#include "oops/rejoin.h"
#include "triage/triage.h"
#include "where/where.h"

struct triage {
	struct vmt_report *report; /* everything in it is its talloc child */
	struct session *s;
	struct oops_log *log;
	const struct log_text *lines; /* the reader of a text, which knows its prefixes */
	bool log_cut;
	bool log_torn;		     /* records that are in the dump contradict each other */
	struct log_blocks *salvaged; /* the log, found page by page; NULL: it was not needed */
	/* The triage of another death of the same text, which is not read again; NULL: none. */
	const struct triage *before;
	size_t first_read, n_read; /* the diagnostics that are about reading the log */
	struct kernel_view view;
	const struct vmt_options *opts; /* NULL: none */
	bool has_pointer;
	struct triage_pointer pointer;	 /* that the fault went through */
	struct source_lines *debuglines; /* from debuginfo; NULL: not asked for yet */
	struct judge *judged;		 /* the log's judgement; NULL: it has no crash */
	const char *one_bit;		 /* how memory shows a wrong bit in it; NULL: none */
	struct oops_memory *memory;	 /* who holds it; NULL: it did not run out */
	struct where *where;		 /* of the session; NULL: there is none */
	bool where_opened;
	struct {
		const char *what, *advice; /* NULL: none failed */
	} failed_dump;
};

/* Copies a text that the session owns for the report; NULL for NULL and for "". */
const char *triage_keep(struct triage *t, const char *text);

/* Sets the time of the crash, in seconds since 1970; 0 and implausible times are ignored. */
void triage_take_time(struct triage *t, uint64_t seconds);

/* Fills report->input, and what the container itself records about the kernel. */
int triage_describe_input(struct triage *t, const char *path, struct vmt_err *err);

/* The steps "log": from the ring buffer in memory, and from a text. Fill t->log. */
int triage_read_ring(struct triage *t, struct vmt_err *err);

/* Where that gave no log, or only a part without a crash: looks for the log in every page. */
int triage_salvage_log(struct triage *t, struct vmt_err *err);
int triage_read_text(struct triage *t, struct vmt_err *err);

/* Whether all is wanted that a report can have; see vmt_options.without_details. */
bool triage_has_details(const struct triage *t);

/* The step "stacks": of the CPUs that are wanted. */
int triage_unwind_stacks(struct triage *t, struct vmt_err *err);

/* Looks for the pointer that the judged fault went through. False: nothing new is known of it. */
bool triage_explain(struct triage *t);

/*
 * The lines from debuginfo, for all steps that look for it, with what is known now. The session
 * owns them.
 */
int triage_lines(struct triage *t, struct source_lines **ret, struct vmt_err *err);

/* Takes what was found; the report's code is that around the fault. */
void triage_take_pointer(struct triage *t, const struct explained_pointer *p);
void triage_take_code(struct vmt_report *r, const struct explained_pointer *p);

/* The step "pointer": the same for a text, by the code in a file. */
int triage_explain_text(struct triage *t, struct vmt_err *err);

/* Says so if no instruction could be decoded since a library is missing. */
void triage_tell_disassembler(struct triage *t);

/* Judges again, with the pointer that was found. */
int triage_judge_explained(struct triage *t, struct vmt_err *err);

/* The step "registers": what those of a fault point to. */
int triage_explain_registers(struct triage *t, struct vmt_err *err);

/* A small text is read again if it has prefixes that were learned on the way. */
bool triage_is_small(const struct source *text);
int triage_feed_text(struct session *s, struct log_text *lines, struct vmt_err *err);

/* Copies the lines of the judged crash report into the report. */
void triage_quote_log(struct triage *t);

/* The steps of judgement: by the log, then with the stack in memory, then by memory alone. */
int triage_judge_log(struct triage *t, struct vmt_err *err);
int triage_join_stack(struct triage *t, struct vmt_err *err);
int triage_judge_by_memory(struct triage *t, struct vmt_err *err);

/* Where nothing could be judged because of what could not be read: what to do about that. */
void triage_advise_unread(struct triage *t);

/* Whether a page that could not be read was left out by mistake. */
void triage_tell_dropped_slabs(struct triage *t);

/* The step "every page": reads all of them, if that is asked for. */
int triage_verify(struct triage *t, struct vmt_err *err);

/* Says so if the dump itself is damaged, and lowers the confidence. */
void triage_weigh_damage(struct triage *t);

/* The step "code": whether it is that of its file. */
int triage_check_code(struct triage *t, struct vmt_err *err);
int triage_check_code_line(struct triage *t, struct vmt_err *err);

/* The step "waits": who holds what the hung task waits for. */
int triage_find_holder(struct triage *t, struct vmt_err *err);

/* The step "maintainers": those of the culprit's file. Fills report->maintainers. */
int triage_find_maintainers(struct triage *t, struct vmt_err *err);

#endif
