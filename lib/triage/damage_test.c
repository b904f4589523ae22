// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "triage/damage.h"

static const char *const said[] = {"What was said before."};

static struct vmt_report *sample(void)
{
	struct vmt_report *r = talloc_zero(NULL, struct vmt_report);

	r->verdict = (struct vmt_verdict){.kind = "invalid-opcode",
		.module = "x",
		.confidence = VMT_CONFIDENCE_HIGH,
		.evidence = said,
		.n_evidence = 1,
		.next = said,
		.n_next = 1};
	return r;
}

static const struct vmt_code_difference one_bit = {.function = "x_read",
	.module = "x",
	.offset = 0x12,
	.last = 0x12,
	.memory = 0x8d,
	.file = 0x89,
	.bit = {true, 2},
	.n_bytes = 1,
	.path = "/lib/modules/6.1/x.ko"};

static void without_damage_nothing_changes(void **state)
{
	struct vmt_report *r = sample();

	(void)state;
	assert_int_equal(damage_tell(r, r, NULL), 0);
	assert_int_equal(r->verdict.n_evidence, 1);
	assert_int_equal(r->verdict.n_next, 1);
	assert_string_equal(r->verdict.confidence, VMT_CONFIDENCE_HIGH);
	assert_null(r->verdict.caution);
	assert_false(r->verdict.victim);
	talloc_free(r);
}

static void one_bit_is_memory(void **state)
{
	struct vmt_report *r = sample();

	(void)state;
	r->code_differences = &one_bit;
	r->n_code_differences = 1;
	assert_int_equal(damage_tell(r, r, NULL), 0);
	assert_int_equal(r->verdict.n_evidence, 2);
	assert_string_equal(r->verdict.evidence[0],
		"Bit 2 of the byte at x_read+0x12 [x] differs from the file: 0x8d in memory, 0x89 "
		"in x.ko. Faulty memory, or a wild write.");
	assert_string_equal(r->verdict.evidence[1], said[0]);
	assert_non_null(strstr(r->verdict.next[0], "memtest86+"));
	assert_string_equal(r->verdict.caution,
		"the code of x_read in memory is not that of its file: the cause may not be in its "
		"source");
	assert_string_equal(r->verdict.confidence, VMT_CONFIDENCE_LOW);
	assert_true(r->verdict.victim);
	talloc_free(r);
}

static void several_bytes_are_a_write(void **state)
{
	struct vmt_code_difference all[] = {one_bit, one_bit};
	struct vmt_report *r = sample();

	(void)state;
	all[0].bit.known = false;
	all[0].n_bytes = 5;
	all[0].last = 0x19;
	all[0].module = "vmlinux";
	all[0].path = "vmlinux-6.1";
	r->verdict.caution = "an older one";
	all[1].bit.known = false;
	r->code_differences = all;
	r->n_code_differences = 2;
	assert_int_equal(damage_tell(r, r, NULL), 0);
	assert_string_equal(r->verdict.evidence[0],
		"5 bytes of x_read differ from the file, from +0x12 to +0x19 (the first is 0x8d in "
		"memory, 0x89 in vmlinux-6.1). The code was overwritten.");
	assert_string_equal(r->verdict.evidence[1],
		"The byte at x_read+0x12 [x] differs from the file: 0x8d in memory, 0x89 in x.ko. "
		"The code was overwritten.");
	assert_non_null(strstr(r->verdict.next[0], "wrote over the code"));
	assert_string_equal(r->verdict.caution, "an older one");
	talloc_free(r);
}

static void a_module_that_was_replaced(void **state)
{
	struct vmt_module modules[] = {{.name = "y", .disk_path = "/y.ko", .disk_build_id = "1"},
		{.name = "x", .build_id = "aa", .srcversion = "S1"}};
	struct vmt_report *r = sample();

	(void)state;
	r->modules = modules;
	r->n_modules = ARRAY_SIZE(modules);
	r->machine.hostname = "web1";
	assert_int_equal(damage_tell(r, r, NULL), 0);
	assert_int_equal(r->verdict.n_evidence, 1);
	modules[1].disk_path = "/lib/modules/6.1/x.ko";
	modules[1].disk_build_id = "bb";
	assert_int_equal(damage_tell(r, r, NULL), 0);
	assert_int_equal(r->verdict.n_evidence, 2);
	assert_string_equal(r->verdict.evidence[1],
		"The module x that is on disk now (/lib/modules/6.1/x.ko) is another build: its "
		"build ID is bb, and was aa when it crashed.");
	assert_string_equal(r->verdict.confidence, VMT_CONFIDENCE_HIGH);
	modules[1].disk_build_id = NULL;
	modules[1].disk_srcversion = "S2";
	r->machine.hostname = NULL;
	assert_int_equal(damage_tell(r, r, NULL), 0);
	assert_non_null(strstr(r->verdict.evidence[2], "its srcversion is S2, and was S1"));
	assert_non_null(strstr(r->verdict.evidence[2], "The dump does not name its machine"));
	talloc_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_damage_nothing_changes),
		cmocka_unit_test(one_bit_is_memory),
		cmocka_unit_test(several_bytes_are_a_write),
		cmocka_unit_test(a_module_that_was_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
