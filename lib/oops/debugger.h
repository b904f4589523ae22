/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a debugger printed of a dump, pasted into a text: crash(8)'s "sys" and "bt", and drgn's
 * stack traces. It tells of one crash, and where the text has the kernel's own report of that, it
 * only adds to it.
 */
#ifndef VMT_OOPS_DEBUGGER_H
#define VMT_OOPS_DEBUGGER_H

#include "oops/build.h"

struct oops_debugger;

struct oops_debugger *oops_debugger_new(TALLOC_CTX *ctx);

/* Whether the line was printed by a debugger; then it is nothing of the log. */
bool oops_debugger_line(
	struct oops_debugger *d, const struct log_record *rec, const char *line, size_t len);

/* Whether more of its output is expected. */
bool oops_debugger_busy(const struct oops_debugger *d);

/*
 * At the end. The line of the log that the debugger took for the panic, and the number of the
 * text's line where it stands; NULL: it named none.
 */
const char *oops_debugger_panic(struct oops_debugger *d, uint64_t *seq);

/* Adds what it says of the crash to the report of the same; and of the machine to the log. */
void oops_debugger_join(struct oops_debugger *d, struct oops_event *ev);
void oops_debugger_facts(struct oops_debugger *d, struct oops_log *log);

/* The crash that its stack alone shows; NULL: none. It is the caller's. */
struct oops_event *oops_debugger_event(struct oops_debugger *d);

#endif
