// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdlib.h>

#include "base/array.h"
#include "timeline/statistics.h"

#define NEAR(a, b) assert_true((a) > (b)*0.99 && (a) < (b)*1.01)

/* 4 of 5 crashes within 6 minutes after a job. */
static void the_binomial_tail(void **state)
{
	double p = 6.0 / 1440;

	(void)state;
	NEAR(statistics_tail(4, 5, p), 1.5e-9);	  /* daily */
	NEAR(statistics_tail(4, 5, 0.1), 4.6e-4); /* hourly */
	NEAR(statistics_tail(4, 5, 0.6), 0.337);  /* every 10 minutes */
	assert_true(statistics_tail(0, 5, p) >= 1);
	assert_true(statistics_tail(1, 5, 1) >= 1);
	assert_true(statistics_tail(1, 5, 0) <= 0);
	NEAR(statistics_tail(1, 3, 0.5), 0.875);
	NEAR(statistics_tail(50, 100, 0.5), 0.5398);
	NEAR(statistics_tail(16000, 32768, 0.9), 1.0);
	NEAR(statistics_tail(5100, 10000, 0.5), 0.02327);
	assert_true(statistics_tail(32768, 32768, 0.01) <= 0);
}

#define HOUR 3600
#define DAYS 60
#define ALL ((int64_t)DAYS * 24 * HOUR)

struct machine {
	int64_t times[3][8640];
	int64_t crashes[64];
	struct moments up;
	struct statistics_event events[8];
	struct statistics_input in;
};

static void every(struct machine *m, size_t event, int64_t period, int64_t first)
{
	struct statistics_event *e = &m->events[event];
	int64_t *t = m->times[event];

	*e = (struct statistics_event){.times = t, .seen = {0, ALL}};
	for (int64_t at = first; at < ALL; at += period)
		t[e->n++] = at;
}

static struct machine *machine(void)
{
	struct machine *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	m->up = (struct moments){0, ALL};
	every(m, 0, 24 * HOUR, 2 * HOUR);
	every(m, 1, HOUR, 17 * 60);
	every(m, 2, 600, 0);
	m->in = (struct statistics_input){
		.up = &m->up, .n_up = 1, .crashes = m->crashes, .events = m->events, .n_events = 3};
	return m;
}

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void find(TALLOC_CTX *ctx, struct machine *m, struct statistics_result *r)
{
	qsort(m->crashes, m->in.n_crashes, sizeof(*m->crashes), by_time);
	assert_int_equal(statistics_find(ctx, &m->in, r, NULL), 0);
}

static uint32_t chance(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static int64_t moment(uint64_t *seed)
{
	return (int64_t)((((uint64_t)chance(seed) << 31) | chance(seed)) % (uint64_t)ALL);
}

static void shares_count_the_up_time_alone(void **state)
{
	struct machine *m = machine();
	struct moments halves[2] = {{0, ALL / 4}, {ALL / 2, ALL * 3 / 4}};
	static const int64_t close[] = {100, 130, 1000};
	struct statistics_event e = {.times = close, .n = 3, .seen = {0, 2000}};

	(void)state;
	NEAR(statistics_share(&m->in, &m->events[0], 360), 6.0 / 1440);
	NEAR(statistics_share(&m->in, &m->events[1], 360), 0.1);
	NEAR(statistics_share(&m->in, &m->events[2], 360), 0.6);
	NEAR(statistics_share(&m->in, &m->events[2], 3600), 1.0);
	/* Windows that overlap count once. */
	NEAR(statistics_share(&m->in, &e, 60), 150.0 / 2000);
	m->in.up = halves;
	m->in.n_up = 2;
	NEAR(statistics_share(&m->in, &m->events[1], 360), 0.1);
	/* Off in each night: the job of 02:00 is after no up time. */
	m->up = (struct moments){3 * HOUR, 25 * HOUR};
	m->in.up = &m->up;
	m->in.n_up = 1;
	assert_true(statistics_share(&m->in, &m->events[0], 60) <= 0);
	free(m);
}

static void a_planted_correlation_is_found(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct machine *m = machine();
	struct statistics_result r;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		m->crashes[i] = m->times[0][5 + 9 * i] + 20 + 10 * (int64_t)i;
	m->crashes[4] = 20 * 24 * HOUR + 15 * HOUR;
	m->in.n_crashes = 5;
	find(ctx, m, &r);
	/* The jobs of every ten minutes ran, too. */
	assert_int_equal(r.n, 2);
	assert_int_equal(r.items[1].event, 2);
	assert_int_equal(r.items[0].leader, 0);
	assert_int_equal(r.items[1].leader, 0);
	assert_int_equal(r.n_tests, 12);
	assert_int_equal(r.items[0].event, 0);
	assert_int_equal(r.items[0].window, 60);
	assert_int_equal(r.items[0].after, 4);
	assert_int_equal(r.items[0].crashes, 5);
	assert_int_equal(r.items[0].runs, 60);
	assert_int_equal(r.items[0].runs_without, 56);
	assert_int_equal(r.items[0].soonest, 20);
	assert_int_equal(r.items[0].latest, 50);
	assert_true(r.items[0].p < 1e-10 && r.items[0].corrected > r.items[0].p);
	talloc_free(ctx);
	free(m);
}

static void of_two_crashes_nothing_is_said(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct machine *m = machine();
	struct statistics_result r;

	(void)state;
	m->crashes[0] = m->times[0][3] + 1;
	m->crashes[1] = m->times[0][9] + 1;
	m->in.n_crashes = 2;
	find(ctx, m, &r);
	assert_int_equal(r.n, 0);
	/* A third one that comes at another time changes nothing. */
	m->crashes[2] = m->times[0][9] + 9 * HOUR + 333;
	m->in.n_crashes = 3;
	find(ctx, m, &r);
	assert_int_equal(r.n, 0);
	m->crashes[2] = m->times[0][11] + 1;
	find(ctx, m, &r);
	assert_true(r.n > 0);
	assert_int_equal(r.items[0].event, 0);
	talloc_free(ctx);
	free(m);
}

static void what_was_not_seen_does_not_count(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct machine *m = machine();
	struct statistics_result r;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		m->crashes[i] = m->times[0][5 + 9 * i] + 30;
	m->in.n_crashes = 5;
	m->in.n_events = 1;
	m->events[0].seen.from = 30 * (int64_t)24 * HOUR;
	m->events[0].seen.to = ALL;
	find(ctx, m, &r);
	/* Only two of the crashes are in the time that its source covers. */
	assert_int_equal(r.n, 0);
	talloc_free(ctx);
	free(m);
}

static void a_change_counts_for_all_that_follows(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct machine *m = machine();
	struct statistics_result r;

	(void)state;
	m->times[0][0] = ALL - 5 * (int64_t)24 * HOUR;
	m->events[0].n = 1;
	m->events[0].lasting = true;
	for (size_t i = 0; i < 5; i++)
		m->crashes[i] = ALL - (int64_t)(i + 1) * 20 * HOUR + 333;
	m->in.n_crashes = 5;
	find(ctx, m, &r);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.items[0].window, 0);
	assert_int_equal(r.items[0].after, 5);
	NEAR(r.items[0].share, 5.0 / 60);
	talloc_free(ctx);
	free(m);
}

/* Random crashes on a machine with jobs, and with events at random: at most 1 % have a finding. */
static void chance_makes_few_findings(void **state)
{
	uint64_t seed = 20261129;
	size_t runs_with = 0;

	(void)state;
	for (size_t run = 0; run < 1000; run++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct machine *m = machine();
		struct statistics_result r;

		for (size_t e = 3; e < ARRAY_SIZE(m->events); e++) {
			size_t n = 5 + chance(&seed) % 60;
			int64_t *t = talloc_array(ctx, int64_t, (unsigned)n);

			for (size_t i = 0; i < n; i++)
				t[i] = moment(&seed);
			qsort(t, n, sizeof(*t), by_time);
			m->events[e] = (struct statistics_event){t, n, {0, ALL}, e == 7};
		}
		m->in.n_events = ARRAY_SIZE(m->events);
		m->in.n_crashes = 3 + chance(&seed) % 30;
		for (size_t i = 0; i < m->in.n_crashes; i++)
			m->crashes[i] = moment(&seed);
		find(ctx, m, &r);
		runs_with += r.n > 0;
		talloc_free(ctx);
		free(m);
	}
	assert_true(runs_with <= 10);
	/* Too few would say that the test cannot fail. */
	print_message("%zu of 1000 runs\n", runs_with);
}

/* Crashes that follow a job nearly always are found nearly always. */
static void planted_in_random_crashes(void **state)
{
	uint64_t seed = 7;
	size_t found = 0;

	(void)state;
	for (size_t run = 0; run < 200; run++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct machine *m = machine();
		struct statistics_result r;

		m->in.n_crashes = 8;
		for (size_t i = 0; i < 8; i++)
			m->crashes[i] =
				i < 5 ? m->times[0][chance(&seed) % DAYS] + chance(&seed) % 360
				      : moment(&seed);
		find(ctx, m, &r);
		found += r.n && r.items[0].event == 0;
		talloc_free(ctx);
		free(m);
	}
	assert_true(found >= 198);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_binomial_tail),
		cmocka_unit_test(shares_count_the_up_time_alone),
		cmocka_unit_test(a_planted_correlation_is_found),
		cmocka_unit_test(of_two_crashes_nothing_is_said),
		cmocka_unit_test(what_was_not_seen_does_not_count),
		cmocka_unit_test(a_change_counts_for_all_that_follows),
		cmocka_unit_test(chance_makes_few_findings),
		cmocka_unit_test(planted_in_random_crashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
