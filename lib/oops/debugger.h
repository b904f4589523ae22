/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Output of a debugger, pasted into a text: crash(8)'s "sys" and "bt", and drgn's stack traces. It
 * is about one crash. If the text also has the kernel's own report of that crash, the output only
 * adds to it.
 */
#ifndef VMT_OOPS_DEBUGGER_H
#define VMT_OOPS_DEBUGGER_H

#include "oops/build.h"

struct oops_debugger;

/* A talloc child of ctx; NULL: no memory. */
struct oops_debugger *oops_debugger_new(TALLOC_CTX *ctx);

/* Takes a line. Returns whether a debugger printed it; then it is not part of the log. */
bool oops_debugger_line(
	struct oops_debugger *d, const struct log_record *rec, const char *line, size_t len);

/* Whether more of its output is expected. */
bool oops_debugger_busy(const struct oops_debugger *d);

/*
 * To be called at the end. The log line that the debugger took for the panic, and in *seq the
 * record that quotes it. NULL: it named none.
 */
const char *oops_debugger_panic(struct oops_debugger *d, uint64_t *seq);

/* Adds what it says about the crash to the kernel's report, and about the machine to the log. */
void oops_debugger_join(struct oops_debugger *d, struct oops_event *ev);
void oops_debugger_facts(struct oops_debugger *d, struct oops_log *log);

/* The crash, if only its stack shows it; NULL: none. The caller takes it with talloc_steal(). */
struct oops_event *oops_debugger_event(struct oops_debugger *d);

#endif
