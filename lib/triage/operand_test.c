// SPDX-License-Identifier: GPL-3.0-or-later
/* What the marked instruction says of an "invalid opcode". */
#include "base/test.h"

#include "base/array.h"
#include "triage/fake_judge.h"

static bool has(const char *const *texts, size_t n, const char *part)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(texts[i], part))
			return true;
	return false;
}

/* The judged report of an invalid opcode with this text for its code, in the kernel or a module. */
static TALLOC_CTX *judge_code(const char *code, const char *module, struct vmt_report *r)
{
	struct triage_facts facts = {0};
	char text[512];

	snprintf(text, sizeof(text),
		"invalid opcode: 0000 [#1] PREEMPT SMP\n"
		"CPU: 0 PID: 1 Comm: init Tainted: G OE 6.12.95 #1\n"
		"RIP: 0010:gizmo_show+0x18/0xa70%s\nCode: %s\n"
		"Call Trace:\n seq_read_iter+0x123/0x470\n",
		module, code);
	return judge_text(text, &facts, r);
}

static void code_that_nobody_wrote(void **state)
{
	static const struct {
		const char *code;
		bool foreign;
	} cases[] = {
		{"41 54 55 53 <48> 8d fb 48 81 ec", true}, /* was 89 fb: one bit */
		{"41 54 55 53 <67> 8d fb 48 81 ec", true},
		{"41 54 55 53 <0f> 0b 48 81 ec", false},    /* ud2 */
		{"41 54 55 53 <0f> ff c0 81 ec", false},    /* ud0 */
		{"41 54 55 53 <0f> b9 40 02 ec", false},    /* ud1 */
		{"41 54 55 53 <67> 0f b9 40 02 ec", false}, /* of clang's checks */
		{"41 54 55 53 <48>", false},		    /* cut off */
		{"41 54 55 53 48 8d fb 48 81 ec", false},   /* nothing is marked */
		{"Unable to access opcode bytes at 0xffffffffffffffd6.", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vmt_report r;
		TALLOC_CTX *ctx = judge_code(cases[i].code, "", &r);
		const struct vmt_verdict *v = &r.verdict;

		assert_int_equal(
			has(v->evidence, v->n_evidence, "code is damaged"), cases[i].foreign);
		assert_int_equal(has(v->next, v->n_next, "Test the memory"), cases[i].foreign);
		talloc_free(ctx);
	}
}

static void a_module_may_be_of_another_kernel(void **state)
{
	struct vmt_report r;
	TALLOC_CTX *ctx = judge_code("53 <48> 8d fb 48", " [gizmo]", &r);

	(void)state;
	assert_true(has(r.verdict.next, r.verdict.n_next, "was the module built for this"));
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code_that_nobody_wrote),
		cmocka_unit_test(a_module_may_be_of_another_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
