/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of crash that a verdict can name: rows, in order of severity. */
#ifndef VMT_OOPS_KIND_H
#define VMT_OOPS_KIND_H

#include "base/err.h"

enum oops_outcome {
	OOPS_PANIC,
	OOPS_OOPS,
	OOPS_REPORT,
	OOPS_WARNING,
	OOPS_STALL,
	OOPS_REBOOT,
	OOPS_HANG,
};

struct oops_kind {
	const char *slug;
	const char *label; /* for people */
	enum oops_outcome outcome;
	int order; /* where two fit one line, the lower is the kind */
};

extern const struct oops_kind oops_kinds[];
extern const size_t oops_n_kinds;

const struct oops_kind *oops_kind_find(const char *slug);

#endif
