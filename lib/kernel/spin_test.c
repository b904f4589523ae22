// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/array.h"
#include "kernel/fake_tasks.h"
#include "kernel/spin.h"

#define LOCK 0x50000u

static int find(uint32_t word, size_t n, uint64_t *addr)
{
	const struct vmt_register regs[] = {{"rax", 7}, {"rbx", fake_va(LOCK)},
		{"rcx", fake_va(LOCK + 1)}, {"rdx", UINT64_MAX}, {"rsi", fake_va(LOCK)},
		{"r08", fake_va(LOCK + 64)}, {"rdi", fake_va(LOCK)}};
	struct kernel_image k = {0};
	struct spin s;
	void *ctx = talloc_new(NULL);
	int rc;

	fake_put(LOCK, 4, word);
	k.space = fake_space(ctx);
	assert_true(n <= ARRAY_SIZE(regs));
	rc = spin_find(&k, regs, n, 4, &s, NULL);
	*addr = s.addr;
	talloc_free(ctx);
	return rc;
}

static void locks_that_are_waited_for(void **state)
{
	uint64_t addr;

	(void)state;
	fake_reset();
	assert_int_equal(find(0x101, 6, &addr), 0); /* one waits */
	assert_int_equal(addr, fake_va(LOCK));
	assert_int_equal(find(4u << 18 | 1, 6, &addr), 0); /* CPU 3 is last in the queue */
	assert_int_equal(find(1u << 18 | 0x10000 | 3, 6, &addr), 0);
	assert_int_equal(find(1, 6, &addr), VMT_ERR_NOTFOUND);		  /* nobody waits */
	assert_int_equal(find(0x100, 6, &addr), VMT_ERR_NOTFOUND);	  /* nobody has it */
	assert_int_equal(find(0x301, 6, &addr), VMT_ERR_NOTFOUND);	  /* no such bit */
	assert_int_equal(find(5u << 18 | 1, 6, &addr), VMT_ERR_NOTFOUND); /* no such CPU */
	assert_int_equal(find(0x102, 6, &addr), VMT_ERR_NOTFOUND);
}

static void a_lock_in_a_guest(void **state)
{
	uint64_t addr;

	(void)state;
	fake_reset();
	assert_int_equal(find(1, 7, &addr), 0);
	assert_int_equal(addr, fake_va(LOCK));
	assert_int_equal(find(2, 7, &addr), VMT_ERR_NOTFOUND);
	assert_int_equal(find(0, 7, &addr), VMT_ERR_NOTFOUND);
}

static void more_than_one(void **state)
{
	uint64_t addr;

	(void)state;
	fake_reset();
	fake_put(LOCK + 64, 4, 0x101);
	assert_int_equal(find(0x101, 5, &addr), 0);
	assert_int_equal(find(0x101, 6, &addr), VMT_ERR_NOTFOUND);
}

static void functions(void **state)
{
	(void)state;
	assert_true(spin_is_slow_path("native_queued_spin_lock_slowpath"));
	assert_true(spin_is_slow_path("__pv_queued_spin_lock_slowpath"));
	assert_true(spin_is_slow_path("queued_spin_lock_slowpath"));
	assert_false(spin_is_slow_path("queued_read_lock_slowpath"));
	assert_false(spin_is_slow_path("_raw_spin_lock"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(locks_that_are_waited_for),
		cmocka_unit_test(a_lock_in_a_guest),
		cmocka_unit_test(more_than_one),
		cmocka_unit_test(functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
