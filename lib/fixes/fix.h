/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fix: one change of a kernel or a module, as a changelog, a git history or a CVE record tells
 * it. */
#ifndef VMT_FIXES_FIX_H
#define VMT_FIXES_FIX_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct fix_release {
	const char *version; /* "6.1.150", "6.1.192-2", "5.14.0-611.el9" */
	const char *branch;  /* what the version counts in: "6.1", a distribution's suite; NULL:
				unknown */
};

/* Strings are UTF-8 or NULL if the source does not say. Whoever hands out a fix owns all of it, and
 * only until the call that it is handed to returns. */
struct fix {
	const char *subject; /* first line, without arch list, CVEs and bug numbers; never NULL */
	const char *body;    /* the rest of the message, without quoted crash texts; may be NULL */
	const char *trace; /* the crash texts that the message quotes, lines joined by '\n'; may be
			      NULL */
	const char *
		commit; /* 40 hexadecimal digits: upstream's, if it differs from the branch's own */
	const char *reverts; /* the subject that it takes back, of 'Revert "..."' */
	const char *const *files;
	size_t files_n;
	const char *const *fixes; /* commits of its "Fixes:" lines, at least 8 digits each */
	size_t fixes_n;
	const char *const *arches; /* "arm64", of a list in front of the subject; none: all */
	size_t arches_n;
	const char *const *cves;
	size_t cves_n;
	const struct fix_release *releases; /* those that have it first, one for each branch */
	size_t releases_n;
	int64_t time; /* seconds since 1970, of the commit or of its release; 0: unknown */
	/* Place in its source: the newer, the smaller. Sources without an order give 0 to all. */
	uint32_t order;
};

/* Takes one fix. Other than 0 ends the reading, and is what the reader returns. */
typedef int (*fix_taker)(const struct fix *fix, void *arg, struct vmt_err *err);

#endif
