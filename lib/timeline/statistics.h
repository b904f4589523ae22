/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether crashes come after an event more often than by chance. If they do not, a crash is as
 * likely at any moment at which the machine is up: the number of crashes that come within w of an
 * event is binomial, with the share of the up time that is within w of one.
 */
#ifndef VMT_TIMELINE_STATISTICS_H
#define VMT_TIMELINE_STATISTICS_H

#include <talloc.h>

#include "base/err.h"

/* Of findings that chance made, after Benjamini and Hochberg's correction. */
#define STATISTICS_RATE 0.01
#define STATISTICS_LEAST 3 /* crashes after an event: of fewer, nothing is said */

struct moments {
	int64_t from, to; /* to: the last one */
};

/* Times are sorted, and in seconds. */
struct statistics_event {
	const int64_t *times;
	size_t n;
	struct moments seen; /* crashes outside say nothing about it */
	int64_t slack;	     /* that it may come later than its times: windows are so much longer */
	bool lasting;	     /* a change: all that follows the first time counts as after it */
};

struct statistics_input {
	const struct moments *up; /* in order, apart from each other */
	size_t n_up;
	const int64_t *crashes;
	size_t n_crashes;
	const struct statistics_event *events;
	size_t n_events;
};

struct statistics_finding {
	size_t event;		 /* its number */
	int64_t window;		 /* seconds; 0: lasting */
	size_t after, crashes;	 /* how many come after the event, and of how many */
	size_t runs;		 /* of the event while the machine was up */
	size_t runs_without;	 /* of these, that no crash came after */
	int64_t soonest, latest; /* seconds from the event to a crash */
	double share;		 /* of the up time that is after the event */
	double p;		 /* by chance, one-sided */
	double corrected;	 /* for all that was looked at */
	/*
	 * A better finding that explains this one: without its crashes, nothing is left to find.
	 * Its own number, if there is none. Of jobs at the same time, nothing says which it is; a
	 * job that runs every ten minutes also ran when the one of 02:00 did.
	 */
	size_t leader;
};

struct statistics_result {
	struct statistics_finding *items; /* the least likely first */
	size_t n;
	size_t n_tests;
};

/* For each event at most the best of its windows. */
int statistics_find(TALLOC_CTX *ctx, const struct statistics_input *in,
	struct statistics_result *ret, struct vmt_err *err);

/* The chance of k or more of n, each with chance p. */
double statistics_tail(size_t k, size_t n, double p);

/* The share of the up time, in what was seen, that is at most window after one of the times. */
double statistics_share(
	const struct statistics_input *in, const struct statistics_event *e, int64_t window);

#endif
