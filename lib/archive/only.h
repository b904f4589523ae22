/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the crashes of a group have in common and others do not: a kernel, a driver, a BIOS. */
#ifndef VMT_ARCHIVE_ONLY_H
#define VMT_ARCHIVE_ONLY_H

#include "archive/list_group.h"

#define ONLY_UNITS_LEAST 3 /* hosts of a group: of fewer, nothing is said */

/*
 * All crashes of the group whose value is known have this one. They are counted by host (each only
 * once with a value), because a host that crashes often says no more than once what is installed on
 * it. What has no host's name counts by crash.
 */
struct only {
	const char *what;	    /* "kernel", "driver", "hardware", "BIOS" */
	const char *value;	    /* of the driver: "vhba 7.3.1" */
	size_t n;		    /* of the group */
	size_t others_with, others; /* not of the group: with the value, and in all */
	double p; /* that chance does this: Fisher's exact test, one-sided, before correction */
};

/* The findings for the groups, in their order; of group g, those from first[g] to first[g + 1]. */
struct onlies {
	struct only *items;
	size_t *first;
};

/*
 * Only findings that hold after correction for the number of tests (Benjamini and Hochberg 1995, a
 * false discovery rate of 1 %) are returned, as talloc children of ctx.
 */
int only_find(TALLOC_CTX *ctx, const struct vmt_list *list, const struct list_groups *groups,
	struct onlies *ret, struct vmt_err *err);

/* What only_find() does after it has counted. */
struct only_test {
	struct only only;
	size_t group;
};

struct only_tests {
	struct only_test *items;
	size_t n;
};

/* Appends a copy of the test; the array is a talloc child of ctx. */
int only_add(TALLOC_CTX *ctx, struct only_tests *tests, const struct only_test *test,
	struct vmt_err *err);

/* That n hosts drawn from all of them have a value that so many have. */
double only_chance(size_t n, size_t with, size_t all);

/* Corrects for the number of tests, and keeps the findings. */
int only_keep(TALLOC_CTX *ctx, struct only_tests *tests, size_t n_groups, struct onlies *ret,
	struct vmt_err *err);

#endif
