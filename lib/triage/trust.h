/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a verdict can be relied on: rules, first that fits. */
#ifndef VMT_TRIAGE_TRUST_H
#define VMT_TRIAGE_TRUST_H

#include "triage/culprit.h"

/* Why the text is cut off or mixed up beyond trust, a sentence; NULL: it is sound. */
const char *trust_corrupted(const struct oops_event *ev, const struct culprit *c);

/* "high", "medium" or "low". lacks_first: an earlier oops of this boot is not in the log. */
const char *trust_confidence(
	const struct oops_event *ev, const struct culprit *c, bool lacks_first);

/* Whether the stack is the victim's: the mistake was made elsewhere, or earlier. */
bool trust_is_victim(const struct oops_event *ev, const struct culprit *c, bool lacks_first);

/* Whether it is the panic that ends an oops, and the oops itself is not in the log. */
bool trust_is_aftermath(const struct oops_event *ev);

/* Whether the kernel stopped by its own decision, with no function to blame. */
bool trust_is_own_stop(const struct oops_event *ev);

#endif
