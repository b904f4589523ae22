/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How reliable a verdict is: a list of rules, the first match counts. */
#ifndef VMT_TRIAGE_TRUST_H
#define VMT_TRIAGE_TRUST_H

#include "triage/culprit.h"

/*
 * A sentence saying why the text is too damaged to be trusted (cut off or mixed up); NULL: it is
 * sound.
 */
const char *trust_corrupted(const struct oops_event *ev, const struct culprit *c);

/* "high", "medium" or "low". lacks_first: an earlier oops of this boot is not in the log. */
const char *trust_confidence(
	const struct oops_event *ev, const struct culprit *c, bool lacks_first);

/* Why it is that. */
const char *trust_reason(const struct oops_event *ev, const struct culprit *c, bool lacks_first);

/* The lower one of two confidences. */
const char *trust_lower(const char *a, const char *b);

/* Whether the stack is that of a victim: the mistake was made elsewhere, or earlier. */
bool trust_is_victim(const struct oops_event *ev, const struct culprit *c, bool lacks_first);

/* Whether the event is the panic that ends an oops, and the oops itself is not in the log. */
bool trust_is_aftermath(const struct oops_event *ev);

/* Whether the kernel stopped by its own decision, with no function to blame. */
bool trust_is_own_stop(const struct oops_event *ev);

#endif
