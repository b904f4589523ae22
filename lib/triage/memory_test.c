// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "triage/memory.h"

#define F(name, off)                                                                               \
	{                                                                                          \
		.function = name, .offset = {true, off}, .reliable = true                          \
	}
#define STALE(name, off)                                                                           \
	{                                                                                          \
		.function = name, .offset = { true, off }                                          \
	}
static const struct vmt_frame stack[] = {
	F("__crash_kexec", 9), F("panic", 7), F("driver_irq", 1), F("handle_irq", 2), F("idle", 3)};

static void the_same_frames(void **state)
{
	const struct vmt_frame log[] = {
		F("driver_irq", 1), STALE("old", 5), F("handle_irq", 2), F("idle", 3)};
	size_t from, at;

	(void)state;
	assert_int_equal(memory_compare(log, ARRAY_SIZE(log), stack, ARRAY_SIZE(stack), &from, &at),
		MEMORY_SAME);
	assert_int_equal(from, 2);
}

static void a_log_that_was_cut(void **state)
{
	const struct vmt_frame log[] = {F("driver_irq", 1)};
	size_t from, at;

	(void)state;
	assert_int_equal(memory_compare(log, ARRAY_SIZE(log), stack, ARRAY_SIZE(stack), &from, &at),
		MEMORY_LONGER);
	assert_int_equal(from, 2);
}

static void printing_had_returned(void **state)
{
	const struct vmt_frame log[] = {
		F("dump_stack_lvl", 4), F("panic", 7), F("driver_irq", 1), F("handle_irq", 2)};
	size_t from, at;

	(void)state;
	assert_int_equal(memory_compare(log, ARRAY_SIZE(log), stack, ARRAY_SIZE(stack), &from, &at),
		MEMORY_LONGER);
	assert_int_equal(from, 1);
}

static void they_part(void **state)
{
	const struct vmt_frame log[] = {F("driver_irq", 1), F("other", 2), F("idle", 3)};
	size_t from, at;

	(void)state;
	assert_int_equal(memory_compare(log, ARRAY_SIZE(log), stack, ARRAY_SIZE(stack), &from, &at),
		MEMORY_DIFFERS);
	assert_int_equal(at, 1);
}

static void another_stack(void **state)
{
	const struct vmt_frame log[] = {F("driver_irq", 99), STALE("idle", 3)};
	size_t from, at;

	(void)state;
	assert_int_equal(memory_compare(log, ARRAY_SIZE(log), stack, ARRAY_SIZE(stack), &from, &at),
		MEMORY_OTHER);
	assert_int_equal(
		memory_compare(NULL, 0, stack, ARRAY_SIZE(stack), &from, &at), MEMORY_OTHER);
}

static void who_jumped(void **state)
{
	const struct vmt_frame nowhere = {.address = {true, 0}, .exact = true, .reliable = true};
	const struct vmt_frame log[] = {
		nowhere, STALE("driver_kick", 1), F("driver_irq", 1), F("handle_irq", 2)};
	const struct vmt_frame memory_frames[] = {
		nowhere, F("driver_kick", 1), F("driver_irq", 1), F("handle_irq", 2)};
	struct vmt_report report = {.frames = log, .n_frames = ARRAY_SIZE(log)};
	struct vmt_frame *copy = talloc_memdup(NULL, memory_frames, sizeof(memory_frames));
	struct memory_stack memory = {copy, ARRAY_SIZE(memory_frames), true, "CPU 0"};
	enum memory_match match;

	(void)state;
	assert_int_equal(memory_join(copy, &memory, &report, &match, NULL), 0);
	assert_int_equal(match, MEMORY_BETTER);
	assert_true(report.frames[1].reliable);
	talloc_free(copy);
}

/* A kernel that records nothing about its modules: their code has no names in memory. */
static void the_log_names_modules(void **state)
{
	const struct vmt_frame log[] = {
		{.function = "gizmo_irq", .offset = {true, 1}, .module = "gizmo", .reliable = true},
		STALE("old", 5), F("handle_irq", 2), F("idle", 3)};
	const struct vmt_frame unnamed[] = {F("__crash_kexec", 9), {.reliable = true},
		F("handle_irq", 2), {.reliable = true}, F("idle", 3)};
	struct vmt_report report = {.frames = log, .n_frames = ARRAY_SIZE(log)};
	struct vmt_frame *copy = talloc_memdup(NULL, unnamed, sizeof(unnamed));
	struct memory_stack memory = {copy, ARRAY_SIZE(unnamed), true, "CPU 0"};
	enum memory_match match;

	(void)state;
	assert_int_equal(memory_join(copy, &memory, &report, &match, NULL), 0);
	assert_int_equal(match, MEMORY_SAME);
	assert_int_equal(report.n_frames, 4);
	assert_string_equal(report.frames[0].function, "gizmo_irq");
	assert_string_equal(report.frames[0].module, "gizmo");
	/* The log's handle_irq belongs to the kernel, so memory's frame gets no name from it. */
	assert_null(report.frames[2].function);
	talloc_free(copy);
}

static void guesses_give_way(void **state)
{
	const struct vmt_frame log[] = {
		F("driver_irq", 1), STALE("old", 5), STALE("handle_irq", 2), STALE("idle", 3)};
	struct vmt_report report = {.frames = log, .n_frames = ARRAY_SIZE(log)};
	struct vmt_frame *copy = talloc_memdup(NULL, stack, sizeof(stack));
	struct memory_stack memory = {copy, ARRAY_SIZE(stack), true, "CPU 0"};
	enum memory_match match;

	(void)state;
	assert_int_equal(memory_join(copy, &memory, &report, &match, NULL), 0);
	assert_int_equal(match, MEMORY_BETTER);
	assert_int_equal(report.n_frames, 3);
	assert_string_equal(report.frames[0].function, "driver_irq");
	assert_int_equal(report.verdict.n_evidence, 1);
	talloc_free(copy);
}

static void contexts_come_from_the_log(void **state)
{
	struct vmt_frame log[] = {F("driver_irq", 1), F("idle", 3)};
	struct vmt_frame mine[] = {F("driver_irq", 1), F("handle_irq", 2), F("idle", 3)};

	(void)state;
	log[0].context = "softirq";
	mine[0].context = mine[1].context = "hardirq";
	memory_take_contexts(mine, ARRAY_SIZE(mine), log, ARRAY_SIZE(log));
	assert_string_equal(mine[0].context, "softirq");
	assert_string_equal(mine[1].context, "hardirq");
	assert_null(mine[2].context);
}

/* A call that never returns may end its function: the kernel may then name the next function. */
static void behind_the_end(void **state)
{
	static const struct vmt_frame whole[] = {F("driver_irq", 1),
		{.function = "rest_init", .offset = {true, 8}, .size = {true, 8}, .reliable = true},
		F("idle", 3)};
	const struct vmt_frame log[] = {F("driver_irq", 1), F("next", 0), F("idle", 3)};
	const struct vmt_frame other[] = {F("driver_irq", 1), F("next", 4), F("idle", 3)};
	size_t from, at;

	(void)state;
	assert_int_equal(memory_compare(log, ARRAY_SIZE(log), whole, ARRAY_SIZE(whole), &from, &at),
		MEMORY_SAME);
	assert_int_equal(
		memory_compare(other, ARRAY_SIZE(other), whole, ARRAY_SIZE(whole), &from, &at),
		MEMORY_DIFFERS);
}

static void a_recursion_keeps_its_name(void **state)
{
	struct vmt_frame frames[] = {
		{.address = {true, 0x100}, .reliable = true},
		{.address = {true, 0x140}, .reliable = true},
		{.address = {true, 0x140}, .reliable = true},
		{.address = {true, 0x140}, .reliable = true},
		F("outer", 2),
	};
	struct vmt_frame log[] = {
		{.function = "walk", .module = "nic", .offset = {true, 1}, .reliable = true},
		{.function = "walk", .module = "nic", .offset = {true, 5}, .reliable = true},
		{.function = "walk", .module = "nic", .offset = {true, 5}, .reliable = true},
		{.function = "walk", .module = "nic", .offset = {true, 5}, .reliable = true},
		F("outer", 2),
	};
	const struct memory_stack own = {.frames = frames, .n = ARRAY_SIZE(frames), .whole = true};
	struct vmt_report report = {.frames = log, .n_frames = ARRAY_SIZE(log)};
	enum memory_match match;
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	assert_int_equal(memory_join(ctx, &own, &report, &match, NULL), 0);
	assert_int_equal(match, MEMORY_SAME);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(frames[i].function, "walk");
		assert_int_equal(frames[i].offset.v, i ? 5 : 1);
	}
	talloc_free(ctx);
}

/* The log ends before its trace: use memory's instead, without the frames that made the report. */
static void the_log_has_none(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_frame frames[ARRAY_SIZE(stack)];
	struct memory_stack m = {
		.frames = frames, .n = ARRAY_SIZE(frames), .whole = true, .who = "CPU 0"};
	struct vmt_report report = {0};
	enum memory_match match;
	struct vmt_err err;

	(void)state;
	memcpy(frames, stack, sizeof(stack));
	assert_int_equal(memory_join(ctx, &m, &report, &match, &err), 0);
	assert_int_equal(match, MEMORY_ONLY);
	assert_int_equal(report.n_frames, 3);
	assert_string_equal(report.frames[0].function, "driver_irq");
	assert_non_null(strstr(report.verdict.evidence[0], "replaces the call trace"));
	/*
	 * Judged by memory, the result is the same. The evidence still says what the stack
	 * replaced.
	 */
	m.before = match;
	report.verdict.n_evidence = 0;
	assert_int_equal(memory_join(ctx, &m, &report, &match, &err), 0);
	assert_int_equal(match, MEMORY_SAME);
	assert_non_null(strstr(report.verdict.evidence[0], "replaces the call trace"));
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_frames),
		cmocka_unit_test(a_log_that_was_cut),
		cmocka_unit_test(printing_had_returned),
		cmocka_unit_test(they_part),
		cmocka_unit_test(behind_the_end),
		cmocka_unit_test(a_recursion_keeps_its_name),
		cmocka_unit_test(the_log_has_none),
		cmocka_unit_test(another_stack),
		cmocka_unit_test(the_log_names_modules),
		cmocka_unit_test(who_jumped),
		cmocka_unit_test(guesses_give_way),
		cmocka_unit_test(contexts_come_from_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
