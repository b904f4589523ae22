// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "archive/told.h"
#include "base/caps.h"

#define SECOND 1000000000ll
#define MANY 35040

static struct vmt_report report(
	const char *release, const char *host, const char *crash, int64_t ms)
{
	struct vmt_report r = {0};

	r.kernel.release = release;
	r.machine.hostname = host;
	r.signature.coarse = crash;
	r.verdict.kind = "oops";
	r.crash.uptime.known = ms != 0;
	r.crash.uptime.ns = ms * (SECOND / 1000);
	return r;
}

/* ---- the long way ------------------------------------------------------------------------ */

static bool differ(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
}

static bool near(const struct vmt_report *a, const struct vmt_report *b, int64_t most)
{
	int64_t apart = a->crash.uptime.ns - b->crash.uptime.ns;

	if (differ(a->kernel.release, b->kernel.release) ||
		differ(a->machine.hostname, b->machine.hostname))
		return false;
	if (!a->crash.uptime.known || !b->crash.uptime.known)
		return true;
	return apart <= most && apart >= -most;
}

static bool same_log(const struct vmt_report *a, const struct vmt_report *b)
{
	return a->crash.uptime.known && b->crash.uptime.known && near(a, b, SECOND / 10) &&
	       a->signature.coarse && b->signature.coarse &&
	       strcmp(a->signature.coarse, b->signature.coarse) == 0;
}

static struct vmt_report any_report(unsigned *seed)
{
	static const char *const words[] = {NULL, "a", "b", "c"};
	unsigned x[4];

	for (unsigned i = 0; i < 4; i++) {
		*seed = *seed * 1103515245 + 12345;
		x[i] = *seed >> 16;
	}
	return report(words[x[0] % 4], words[x[1] % 4], words[x[2] % 3],
		x[3] % 5 ? ((int64_t)(x[3] % 97) - 40) * (x[0] / 8 % 2 ? 1000 : 20) : 0);
}

static void as_the_long_way_does(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		struct vmt_report dumps[4], logs[4], asked;
		unsigned seed = round, n_dumps = round % 4, n_logs = round / 4 % 4;
		bool want = false;
		struct told *told;
		size_t id;

		assert_int_equal(told_new(NULL, &told), 0);
		for (unsigned i = 0; i < 4; i++) {
			dumps[i] = any_report(&seed);
			logs[i] = any_report(&seed);
		}
		asked = any_report(&seed);
		if (round % 7 == 0)
			asked.verdict.kind = NULL;
		for (unsigned i = 0; i < n_dumps; i++) {
			assert_int_equal(told_add_dump(told, &dumps[i], i), 0);
			want |= near(&asked, &dumps[i], 10 * SECOND);
		}
		for (unsigned i = 0; i < n_logs; i++) {
			assert_int_equal(told_add_log(told, &logs[i], 10 + i), 0);
			want |= asked.verdict.kind && same_log(&asked, &logs[i]);
		}
		assert_int_equal(told_has(told, &asked, &id), want);
		talloc_free(told);
	}
}

/* A year of crashes, one every quarter of an hour. */
static void many(void **state)
{
	struct told *told;
	size_t id;

	(void)state;
	assert_int_equal(told_new(NULL, &told), 0);
	for (int i = 1; i < MANY; i++) {
		struct vmt_report r =
			report("6.1.0", "web", i % 2 ? "oops f" : "oops g", 100000ll * i);

		assert_false(told_has(told, &r, &id));
		assert_int_equal(told_add_log(told, &r, (size_t)i), 0);
		assert_true(told_has(told, &r, &id));
		assert_int_equal(id, i);
	}
	talloc_free(told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_long_way_does),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
