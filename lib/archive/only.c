// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/list_counts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/vmlinux.h"

#define RATE 0.01 /* of findings that chance made */

/* ---- units: hosts with a value ----------------------------------------------------------- */

struct unit {
	const char *scope; /* of a driver's version: its module */
	const char *value;
	const char *host;
	size_t crash; /* which, if the host is not known */
};

struct units {
	struct unit *items;
	size_t n;
};

static int compare_value(const struct unit *x, const struct unit *y)
{
	int c = strcmp(x->scope, y->scope);

	return c ? c : strcmp(x->value, y->value);
}

static int compare(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;
	int c = compare_value(x, y);

	if (c)
		return c;
	if (!x->host != !y->host)
		return x->host ? 1 : -1;
	c = x->host ? strcmp(x->host, y->host) : 0;
	return c ? c : (x->crash > y->crash) - (x->crash < y->crash);
}

/* Sorts the units and leaves each once. */
static void sort(struct units *u)
{
	size_t n = 0;

	qsort(u->items, u->n, sizeof(*u->items), compare);
	for (size_t i = 0; i < u->n; i++)
		if (!n || compare(&u->items[n - 1], &u->items[i]) != 0)
			u->items[n++] = u->items[i];
	u->n = n;
}

static int add(TALLOC_CTX *ctx, struct units *u, struct unit unit, struct vmt_err *err)
{
	struct unit *room;

	if (!unit.value)
		return 0;
	room = ARRAY_ROOM(ctx, u->items, u->n);
	if (!room)
		return err_nomem(err);
	u->items = room;
	u->items[u->n++] = unit;
	return 0;
}

static int compare_scope(const struct unit *x, const struct unit *y)
{
	return strcmp(x->scope, y->scope);
}

typedef int (*compare_fn)(const struct unit *x, const struct unit *y);

enum side { BEFORE, BEHIND };

/* How many of the sorted units come before those that are like this one; BEHIND: with these. */
static size_t find(const struct units *u, const struct unit *unit, compare_fn by, enum side side)
{
	size_t low = 0, high = u->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int c = by(&u->items[middle], unit);

		if (c < 0 || (side == BEHIND && c == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Those that are alike. */
static size_t count_units(const struct units *u, const struct unit *unit, compare_fn by)
{
	return find(u, unit, by, BEHIND) - find(u, unit, by, BEFORE);
}

/* ---- what crashes can have in common ----------------------------------------------------- */

enum what { KERNEL, DRIVER, HARDWARE, BIOS, WHATS };

static const char *const names[WHATS] = {"kernel", "driver", "hardware", "BIOS"};

/* The machine of a crash whose host is not known may be that of another crash. */
static const char *of_machine(const struct vmt_report *r, const char *value)
{
	return r->machine.hostname ? value : NULL;
}

/*
 * Adds what is known of a crash. only: the module to look at; NULL: all of them. It need not be the
 * culprit: that others run the same version and do not crash so is what counts.
 */
static int add_crash(TALLOC_CTX *ctx, struct units u[WHATS], const struct vmt_report *r,
	size_t crash, const char *only, struct vmt_err *err)
{
	const char *host = r->machine.hostname;
	size_t id = host ? 0 : crash;
	const struct unit units[WHATS] = {
		[KERNEL] = {"", r->kernel.release, host, id},
		[HARDWARE] = {"", of_machine(r, r->machine.hardware), host, id},
		[BIOS] = {"", of_machine(r, r->machine.bios), host, id},
	};
	int rc = 0;

	for (size_t i = 0; i < WHATS && !rc; i++)
		rc = add(ctx, &u[i], units[i], err);
	for (size_t i = 0; i < r->n_modules && !rc; i++) {
		const struct vmt_module *m = &r->modules[i];
		const char *version = m->version ? m->version : m->srcversion;

		if (m->name && (!only || !strcmp(m->name, only)))
			rc = add(ctx, &u[DRIVER], (struct unit){m->name, version, host, id}, err);
	}
	return rc;
}

static int read_list(
	TALLOC_CTX *ctx, const struct vmt_list *list, struct units u[WHATS], struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < list->n && !rc; i++) {
		const struct vmt_report *r = list->entries[i].report;

		if (r && vmt_report_outcome(r) == VMT_CRASH)
			rc = add_crash(ctx, u, r, i, NULL, err);
	}
	for (size_t i = 0; i < WHATS; i++)
		if (u[i].n)
			sort(&u[i]);
	return rc;
}

static int read_group(TALLOC_CTX *ctx, const struct vmt_list *list, const struct list_group *g,
	struct units u[WHATS], struct vmt_err *err)
{
	const char *module = g->newest->report->verdict.module;
	int rc = 0;

	for (size_t i = 0; i < g->n && !rc; i++)
		rc = add_crash(ctx, u, g->entries[i]->report,
			(size_t)(g->entries[i] - list->entries), is_vmlinux(module) ? "" : module,
			err);
	for (size_t i = 0; i < WHATS; i++)
		if (u[i].n)
			sort(&u[i]);
	return rc;
}

/* ---- the test ---------------------------------------------------------------------------- */

/* A history may say that there are as many as it likes. */
#define MOST_FACTORS 100000

/* The logarithm of x (x - 1) ... (x - n + 1). */
static double log_falling(size_t x, size_t n)
{
	int sign;

	return lgamma_r((double)x + 1, &sign) - lgamma_r((double)(x - n) + 1, &sign);
}

/*
 * The chance that n units drawn from all of them have the value that with of these have. All n have
 * it, which leaves one term of the hypergeometric distribution's tail.
 */
double only_chance(size_t n, size_t with, size_t all)
{
	double p = 1;

	if (with >= all)
		return 1;
	if (n > MOST_FACTORS)
		return exp(log_falling(with, n) - log_falling(all, n));
	for (size_t i = 0; i < n && p > 0; i++)
		p *= (double)(with - i) / (double)(all - i);
	return p;
}

int only_add(
	TALLOC_CTX *ctx, struct only_tests *tests, const struct only_test *t, struct vmt_err *err)
{
	struct only_test *room = ARRAY_ROOM(ctx, tests->items, tests->n);

	if (!room)
		return err_nomem(err);
	tests->items = room;
	tests->items[tests->n++] = *t;
	return 0;
}

static int test_group(TALLOC_CTX *ctx, const struct units all[WHATS],
	const struct units mine[WHATS], size_t group, struct only_tests *tests, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < WHATS && !rc; i++) {
		const struct units *u = &mine[i];
		const struct unit *first = u->items;
		char *value;
		size_t with, of;

		if (u->n < ONLY_UNITS_LEAST || compare_value(first, &u->items[u->n - 1]) != 0)
			continue;
		with = count_units(&all[i], first, compare_value);
		of = count_units(&all[i], first, compare_scope);
		value = talloc_asprintf(
			ctx, "%s%s%s", first->scope, *first->scope ? " " : "", first->value);
		if (!value)
			return err_nomem(err);
		rc = only_add(ctx, tests,
			&(struct only_test){{names[i], value, u->n, with - u->n, of - u->n,
						    only_chance(u->n, with, of)},
				group},
			err);
	}
	return rc;
}

static int by_chance(const void *a, const void *b)
{
	const struct only_test *x = a, *y = b;

	if (x->only.p != y->only.p)
		return x->only.p < y->only.p ? -1 : 1;
	return (x->group > y->group) - (x->group < y->group);
}

static int by_group(const void *a, const void *b)
{
	const struct only_test *x = a, *y = b;

	return x->group != y->group ? (x->group > y->group) - (x->group < y->group)
				    : by_chance(a, b);
}

/* Keeps what Benjamini and Hochberg's procedure keeps. */
static void correct(struct only_tests *tests)
{
	size_t kept = 0;

	if (tests->n)
		qsort(tests->items, tests->n, sizeof(*tests->items), by_chance);
	for (size_t i = 0; i < tests->n; i++)
		if (tests->items[i].only.p <= RATE * (double)(i + 1) / (double)tests->n)
			kept = i + 1;
	tests->n = kept;
	if (kept)
		qsort(tests->items, kept, sizeof(*tests->items), by_group);
}

int only_keep(TALLOC_CTX *ctx, struct only_tests *tests, size_t n_groups, struct onlies *ret,
	struct vmt_err *err)
{
	size_t at = 0;

	correct(tests);
	ret->items = talloc_zero_array(ctx, struct only, tests->n + 1);
	ret->first = talloc_zero_array(ctx, size_t, n_groups + 1);
	if (!ret->items || !ret->first)
		return err_nomem(err);
	for (size_t g = 0; g <= n_groups; g++) {
		ret->first[g] = at;
		for (; g < n_groups && at < tests->n && tests->items[at].group == g; at++) {
			ret->items[at] = tests->items[at].only;
			ret->items[at].value = talloc_strdup(ctx, ret->items[at].value);
			if (!ret->items[at].value)
				return err_nomem(err);
		}
	}
	return 0;
}

int list_counts_groups(TALLOC_CTX *ctx, const struct vmt_list *list, struct list_groups *groups,
	struct onlies *onlies, struct vmt_err *err)
{
	const struct list_summary *all = list_summary_of(list);
	int rc;

	if (all) {
		*groups = all->groups;
		*onlies = all->onlies;
		return 0;
	}
	rc = list_group_make(ctx, list, groups, err);
	return rc ? rc : only_find(ctx, list, groups, onlies, err);
}

int only_find(TALLOC_CTX *ctx, const struct vmt_list *list, const struct list_groups *groups,
	struct onlies *ret, struct vmt_err *err)
{
	TALLOC_CTX *tmp = talloc_new(ctx);
	struct units all[WHATS] = {0};
	struct only_tests tests = {0};
	int rc = tmp ? read_list(tmp, list, all, err) : err_nomem(err);

	for (size_t g = 0; g < groups->n && !rc; g++) {
		TALLOC_CTX *own = talloc_new(tmp);
		struct units mine[WHATS] = {0};

		if (groups->groups[g].n >= ONLY_UNITS_LEAST)
			rc = own ? read_group(own, list, &groups->groups[g], mine, err)
				 : err_nomem(err);
		if (!rc)
			rc = test_group(tmp, all, mine, g, &tests, err);
		talloc_free(own);
	}
	if (!rc)
		rc = only_keep(ctx, &tests, groups->n, ret, err);
	talloc_free(tmp);
	return rc;
}
