// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/array.h"
#include "base/test.h"
#include "oops/parse_text.h"
#include "triage/triage.h"
#include "where/fake_where.h"

static const char *const files[] = {"net/core/dev.c", "drivers/net/ethernet/intel/igb/igb_main.c"};
static const struct fake_function functions[] = {{"netif_frob", 0}, {"igb_up", 1}};

static const char text[] = "WARNING: CPU: 0 PID: 7 at net/core/dev.c:6000 netif_frob+0x3c/0x40\n"
			   "CPU: 0 PID: 7 Comm: kworker/0:1 Not tainted 6.1.0 #1\n"
			   "RIP: 0010:netif_frob+0x3c/0x40\n"
			   "Call Trace:\n"
			   " ? memcpy+0x3c/0x40\n"
			   " igb_up+0x2e/0x150 [igb]\n"
			   " process_one_work+0x1c7/0x380\n";

static void judge(TALLOC_CTX *ctx, bool explain, struct vmt_report *r)
{
	static uint8_t table[8192];
	size_t size = fake_where(table, functions, ARRAY_SIZE(functions), files, ARRAY_SIZE(files));
	struct oops_log *log = parse_text(text);
	struct triage_facts facts = {.log = log, .explain = explain};
	struct where *w;

	assert_int_equal(where_from(ctx, table, size, &w, NULL), 0);
	facts.where = w;
	assert_int_equal(triage_judge(ctx, &facts, r, NULL), 0);
	/* Nothing of the explanation may be the log's. */
	talloc_free(log);
}

static const struct vmt_fact *fact_of(const struct vmt_ranked *s, const char *id)
{
	for (size_t i = 0; i < s->n_facts; i++)
		if (!strcmp(s->facts[i].id, id))
			return &s->facts[i];
	fail_msg("%s is no fact of %s", id, s->function);
	return NULL;
}

static void test_frames(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct vmt_explanation *x;
	struct vmt_report r = {0};

	(void)state;
	judge(ctx, true, &r);
	x = r.explanation;
	assert_int_equal(x->n_frames, 4);
	assert_string_equal(x->frames[0].function, "netif_frob");
	assert_string_equal(x->frames[0].role, "core-area");
	assert_false(x->frames[0].culprit);
	assert_string_equal(x->frames[1].role, "doubtful");
	assert_string_equal(x->frames[2].module, "igb");
	assert_null(x->frames[2].role);
	assert_true(x->frames[2].culprit);
	assert_non_null(x->frames[3].role);
	talloc_free(ctx);
}

/* The points of a suspect are the sum of those of its facts. */
static void test_suspects(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct vmt_explanation *x;
	struct vmt_report r = {0};

	(void)state;
	judge(ctx, true, &r);
	x = r.explanation;
	assert_int_equal(x->n_suspects, 2);
	assert_string_equal(x->suspects[0].function, "igb_up");
	assert_string_equal(x->suspects[0].file, files[1]);
	assert_int_equal(fact_of(&x->suspects[0], "specific")->points, 8);
	assert_int_equal(fact_of(&x->suspects[0], "distance")->points, -1);
	assert_int_equal(fact_of(&x->suspects[1], "culprit")->points, 5);
	for (size_t i = 0; i < x->n_suspects; i++) {
		int sum = 0;

		for (size_t k = 0; k < x->suspects[i].n_facts; k++)
			sum += x->suspects[i].facts[k].points;
		assert_int_equal(sum, x->suspects[i].points);
	}
	talloc_free(ctx);
}

static void test_words(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report r = {0};

	(void)state;
	judge(ctx, true, &r);
	assert_non_null(strstr(r.explanation->kind_reason, "WARNING: CPU: 0"));
	assert_non_null(strstr(r.explanation->search, "check failed"));
	assert_string_equal(r.explanation->basis, "it is the first caller that serves no one else");
	assert_string_equal(
		r.explanation->frame_reason, "the report is complete and names the place");
	assert_non_null(strstr(r.explanation->bug_reason, "far ahead"));
	talloc_free(ctx);
}

static void test_not_asked(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report r = {0};

	(void)state;
	judge(ctx, false, &r);
	assert_null(r.explanation);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_suspects),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
