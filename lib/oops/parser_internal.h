/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parser's state, and what its files use of each other. */
#ifndef VMT_OOPS_PARSER_INTERNAL_H
#define VMT_OOPS_PARSER_INTERNAL_H

#include "base/caps.h"
#include "oops/boots.h"
#include "oops/build.h"
#include "oops/debugger.h"
#include "oops/oom.h"

/*
 * A panic this many lines after a report still follows from it: other CPUs' stacks, the list of
 * tasks and the state of memory may be printed between the two.
 */
#define PANIC_WITHIN_LINES 4000

/* The report of memory that is being read. */
struct oops_parser_memory {
	struct oops_memory *m; /* NULL: none */
	const struct oops_boot *boot;
	uint64_t last; /* number of its last line */
	bool in_info, in_slabs;
	char *task_name, *slab_name;	/* of the largest ones so far */
	unsigned rss_column, n_columns; /* of the table of tasks; 0: it has not begun */
	struct vmt_u64 node_bytes[OOPS_MEM_USES];
};

struct oops_parser {
	struct oops_log *log;
	const struct oops_headers *headers;
	struct oops_debugger *debugger;
	struct oops_build *open[CAP_OPEN_EVENTS]; /* in the order of opening */
	size_t n_open;
	char message[512]; /* the line after "cut here": what the WARN or BUG says */
	size_t message_len;
	bool after_cut;
	struct oops_boots boots;
	uint8_t boot_id[16];  /* as the last record that has one */
	bool new_boot;	      /* another boot has begun, and no report of it was seen yet */
	uint64_t first_ts_ns; /* of this boot */
	bool has_first_ts;
	bool guessed;	      /* blanks of the line's name were taken for underscores */
	uint64_t after_irq;   /* number of the line after the last end of an interrupt's frames */
	size_t boot_events;   /* events of this boot */
	uint64_t last_report; /* number of the last line that belonged to a report */
	bool has_report;
	struct oops_parser_memory memory;
	uint64_t seq;		      /* of the last record */
	const struct log_record *rec; /* being fed */
};

/* parser_open.c */
void oops_parser_keep_event(struct oops_parser *ps, struct oops_event *ev);
void oops_parser_keep_build(struct oops_parser *ps, struct oops_build *b);
void oops_parser_close_at(struct oops_parser *ps, size_t i);
void oops_parser_close_all(struct oops_parser *ps);
struct oops_build *oops_parser_current(struct oops_parser *ps);
size_t oops_parser_index_of(const struct oops_parser *ps, const struct oops_build *b);
void oops_parser_note_clock(struct oops_build *b, const struct log_record *rec);
size_t oops_parser_word_start(const char *line, size_t at);
size_t oops_parser_trimmed(const char *text, size_t len);
struct oops_build *oops_parser_open_report(
	struct oops_parser *ps, const struct oops_header *h, const char *line, size_t len);
bool oops_parser_in_head(const struct oops_build *b);
bool oops_parser_may_die(const struct oops_build *b);
bool oops_parser_may_join(
	const struct oops_build *b, const struct oops_header *h, const struct log_record *rec);
void oops_parser_join_report(struct oops_build *b, const struct oops_header *h);
void oops_parser_split_by_count(struct oops_parser *ps, struct oops_build *b);

/* parser_panic.c */
/* The report of this boot that was printed last; own: by the caller that prints now. */
struct oops_event *oops_parser_last_event(const struct oops_parser *ps);
struct oops_event *oops_parser_own_event(const struct oops_parser *ps);
bool oops_parser_take_panic(
	struct oops_parser *ps, const struct oops_header *h, const char *line, size_t len);
void oops_parser_take_end_kind(struct oops_build *b, const struct oops_header *h);

/* parser_facts.c */
bool oops_parser_begin_boot(struct oops_parser *ps);
void oops_parser_take_new_boot(struct oops_parser *ps);
void oops_parser_watch_clock(struct oops_parser *ps);
void oops_parser_take_fact(
	struct oops_parser *ps, const struct oops_header *h, const char *line, size_t len);
void oops_parser_take_capture(struct oops_parser *ps);

#endif
