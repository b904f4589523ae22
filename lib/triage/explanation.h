/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why the verdict is what it is: the rules that applied, and the facts that they applied to. */
#ifndef VMT_TRIAGE_EXPLANATION_H
#define VMT_TRIAGE_EXPLANATION_H

#include "triage/suspect.h"

/* What was judged, and how. */
struct explanation_facts {
	const struct oops_event *ev;
	const struct culprit *culprit;
	const struct suspects *suspects;
	const struct where *where; /* may be NULL */
	bool lacks_first;	   /* as trust_confidence */
};

/* NULL: no memory. All of it is a talloc child of ctx, and needs nothing of the log. */
const struct vmt_explanation *explanation_make(
	TALLOC_CTX *ctx, const struct explanation_facts *facts);

#endif
