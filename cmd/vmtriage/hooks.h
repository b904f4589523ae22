/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a site does with a crash (mail, a ticket): programs in a folder, as run-parts(8) runs them.
 * Each gets the report as JSON on standard input, and the most of it in its environment:
 * VMTRIAGE_PATH, VMTRIAGE_KIND, VMTRIAGE_HEADLINE, VMTRIAGE_SIGNATURE, VMTRIAGE_HOST and
 * VMTRIAGE_SOURCE; what is not known is empty. What a hook prints goes to standard error.
 */
#ifndef VMTRIAGE_HOOKS_H
#define VMTRIAGE_HOOKS_H

#include <stdbool.h>
#include <stddef.h>

#include "vmtriage.h"

#define HOOKS_SOURCE_BOOT "boot"
#define HOOKS_SOURCE_LISTEN "listen"

struct hooks {
	/* The first that has a name masks those after it, even if the file there does not run. */
	const char *const *folders;
	size_t n;
	unsigned seconds; /* that a hook may take; then it is terminated */
};

/* /etc/vmtriage/crash.d, then /usr/lib/vmtriage/crash.d. */
extern const struct hooks hooks_of_site;

/* Strings of a dump or of a sender, with any bytes; NULL: not known. */
struct hooks_crash {
	const char *path; /* the dump or the log */
	const char *kind, *headline, *signature, *host;
	const char *source; /* HOOKS_SOURCE_... */
	const char *json;   /* the report, on standard input */
	size_t json_size;
};

/*
 * Runs the hooks one after the other, ordered by name, and waits for each. Only files that root or
 * this user owns, that nobody else may write, and whose folder is so too, are run; others are
 * complained about. Everything that goes wrong is complained about, and does not stop the next one.
 * Returns how many failed.
 */
size_t hooks_run(const struct hooks *hooks, const struct hooks_crash *crash);

/*
 * The same for a report. host: who it is, if the report does not say; may be NULL. The report is
 * written as JSON only if there are hooks.
 */
size_t hooks_run_report(const struct hooks *hooks, const char *source, const char *path,
	const char *host, const struct vmt_report *report);

#endif
