// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/array.h"
#include "symbolize/sample_elf.h"
#include "symbolize/variables.h"

/* Register n holds n * 100 + 7, and memory at a the number a + 1. */
static bool read_reg(void *arg, unsigned number, uint64_t *ret)
{
	(void)arg;
	*ret = number * 100 + 7;
	return number < 16;
}

static bool read_memory(void *arg, uint64_t addr, unsigned size, uint64_t *ret)
{
	(void)arg, (void)size;
	*ret = addr + 1;
	return true;
}

static struct variables_machine stopped_at(uint64_t addr)
{
	return (struct variables_machine){
		NULL, read_reg, read_memory, {true, 0x1000}, {true, 0}, addr};
}

struct expected {
	const char *function, *name, *type, *value;
};

static void check(const char *file, uint64_t addr, const struct expected *e, size_t n)
{
	struct sample_elf s = sample_open(file);
	struct variables_machine machine = stopped_at(addr);
	struct variable *v;
	size_t got;

	assert_int_equal(variables_at(s.lines, s.lines, &machine, &v, &got, NULL), 0);
	assert_int_equal(got, n);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(v[i].function, e[i].function);
		assert_string_equal(v[i].name, e[i].name);
		assert_string_equal(v[i].type, e[i].type);
		assert_true(v[i].argument);
		if (e[i].value)
			assert_string_equal(v[i].value, e[i].value);
		else
			assert_null(v[i].value);
	}
	sample_close(&s);
}

/* A module's lists of locations are relocated too. */
static void modules_are_relocated(void **state)
{
	struct sample_elf s = sample_open("sample.ko");
	uint64_t text = sections_by_name(lines_sections(s.lines), ".text")->base;
	struct variables_machine machine = stopped_at(text + 0x20);
	struct variable *v;
	size_t n;

	(void)state;
	assert_int_equal(variables_at(s.lines, s.lines, &machine, &v, &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_string_equal(v->function, "outer");
	assert_string_equal(v->value, "507");
	sample_close(&s);
}

/* testdata/elf/first.c: outer() is inlined into _start(), middle() into it, inner() into that. */
static void inlined_calls_come_first(void **state)
{
	static const struct expected inlined[] = {
		{"inner", "a", "int", "207"},
		{"middle", "a", "int", "207"},
		{"outer", "a", "int", "207"},
	};
	static const struct expected alone[] = {{"outer", "a", "int", "507"}};

	(void)state;
	check("sample", 0xffffffff81000060, inlined, 3);
	check("sample", 0xffffffff81000020, alone, 1);
	check("sample", 0xffffffff81000200, NULL, 0);
	check("sample", 0, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(inlined_calls_come_first),
		cmocka_unit_test(modules_are_relocated)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
