/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the suspects share. */
#ifndef VMT_TRIAGE_SUSPECT_INTERNAL_H
#define VMT_TRIAGE_SUSPECT_INTERNAL_H

#include <string.h>

#include "triage/suspect.h"

/* The bits of struct suspect.facts. */
enum fact {
	FACT_CULPRIT,
	FACT_SPECIFIC,
	FACT_SHARED,
	FACT_CORE,
	FACT_UNKNOWN,
	FACT_RENAMED,
	FACT_INTERFACE,
	FACT_HELPER,
	FACT_DISPATCHER,
	FACT_SERVICE,
	FACT_WAIT,
	FACT_REPORT,
	FACT_USES_CORE,
	FACT_CHECKS,
	FACT_ALLOCATED,
	FACT_FREED,
	FACT_OWNER,
	FACT_OTHER_REPORT,
	FACT_INTERRUPTED,
	FACT_MODULE,
	FACT_BESIDE,
	FACT_COUNT
};

static inline unsigned bit(enum fact f)
{
	return 1u << f;
}

#define SERVES_OTHERS (bit(FACT_CORE) | bit(FACT_SHARED) | bit(FACT_INTERFACE))

static inline bool is_header(const struct area *a)
{
	return strcmp(a->path, "include/") == 0;
}

/* As many as matter: a stack's innermost functions, and those of the traces beside it. */
#define SUSPECTS_COLLECTED 64

/* Functions that only hand work to others. */
#define DISPATCHERS                                                                                \
	(BLAME_PLUMBING | BLAME_ANCHOR | BLAME_ENTRY | BLAME_ROOT | BLAME_TICK | BLAME_IDLE)

struct ranking {
	const struct oops_event *ev;
	const struct where *where;
	const struct culprit *culprit;
	size_t culprit_len; /* of its function, without the compiler's suffixes */
	struct suspect *items;
	size_t n;
	const char *inner; /* the last function of another file on this stack */
	bool interrupted;  /* the rest of this stack only ran when an interrupt came */
};

static inline bool suspect_same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Whether the function is the one that the report is judged by. */
static inline bool suspects_is_judged(
	const struct ranking *r, const char *function, size_t len, const char *module)
{
	const struct culprit *c = r->culprit;

	return c->function && r->culprit_len == len && memcmp(c->function, function, len) == 0 &&
	       suspect_same_text(c->module, module);
}

/* The file that a symbolized log prints with the frame, without "./"; NULL: none. */
static inline const char *suspect_printed_file(const struct oops_frame *frame)
{
	const char *file = frame ? frame->file : NULL;

	return file && strncmp(file, "./", 2) == 0 ? file + 2 : file;
}

/* suspect_collect.c: all suspects of a report, the innermost first. */
void suspects_collect(struct ranking *r, TALLOC_CTX *ctx, const struct oops_log *log);

/* Those of a trace. */
void suspects_add_trace(struct ranking *r, const struct oops_trace *t, enum suspect_part part);

/*
 * The suspect that a function would be; NULL: none yet. A suspect stands for its file: a second
 * function of it adds nothing. frame may be NULL.
 */
struct suspect *suspects_find_same(struct ranking *r, const char *function, size_t len,
	const char *module, const struct where_places *p, const struct oops_frame *frame);

/* suspect_judge.c: sets what is known of each, and its points. */
void suspects_judge(struct ranking *r);

/*
 * The length of the path of a function's only file up to its name; 0: it has several, or none. buf
 * has WHERE_PATH_SIZE bytes.
 */
size_t suspect_folder(const struct ranking *r, const struct suspect *s, char *buf);

/* Reports that complain about a caller: the innermost code found its mistake. */
bool suspects_complains(const struct oops_event *ev);

/*
 * Settles who the culprit is: *c gives way to the first of the list, or becomes the first. The
 * list is sorted, best first.
 */
void suspects_settle(const struct oops_event *ev, struct suspects *l, struct culprit *c);

#endif
