// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/array.h"
#include "base/cur.h"
#include "symbolize/line_table.h"
#include "symbolize/lines_internal.h"
#include "symbolize/sample_elf.h"

struct expected {
	const char *function, *file;
	uint32_t line, column;
};

/* testdata/elf/inline.h: the second inner() of middle(), which is in outer() of first.c. */
static const struct expected nested[] = {
	{"inner", "inline.h", 7, 33},
	{"middle", "inline.h", 13, 9},
	{"outer", "first.c", 20, 10},
};

static void check(struct lines *l, uint64_t addr, const struct expected *e, size_t n)
{
	struct lines_place *places;
	struct vmt_err err;
	size_t got;

	assert_int_equal(lines_at(l, l, addr, &places, &got, &err), 0);
	assert_int_equal(got, n);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(places[i].function, e[i].function);
		assert_string_equal(places[i].file, e[i].file);
		assert_int_equal(places[i].line, e[i].line);
		assert_int_equal(places[i].column, e[i].column);
		assert_int_equal(places[i].inlined, i + 1 < n);
	}
}

static void inlined_calls_are_expanded(void **state)
{
	struct sample_elf s = sample_open("sample");
	struct expected first[3] = {nested[0], nested[1], nested[2]};

	(void)state;
	check(s.lines, 0xffffffff81000032, nested, 3);
	first[1].line = 12;
	check(s.lines, 0xffffffff8100003d, first, 3);
	check(s.lines, 0xffffffff81000048, &(struct expected){"outer", "first.c", 21, 2}, 1);
	check(s.lines, 0xffffffff81000200, NULL, 0);
	check(s.lines, 0, NULL, 0);
	check(s.lines, UINT64_MAX, NULL, 0);
	assert_null(lines_sections(s.lines));
	sample_close(&s);
}

static void paths_begin_at_the_top_of_the_tree(void **state)
{
#define BUILT "/build/linux-6.1/debian/build/amd64"
	static const struct {
		const char *path, *top, *tidy;
	} rows[] = {
		{"/src/linux/kernel/./a/../b.c", "/src/linux", "kernel/b.c"},
		{"kernel/b.c", "/src/linux", "kernel/b.c"},
		{"kernel/b.c", NULL, "kernel/b.c"},
		{"debian/build/x/include/a.h", "debian/build/x", "include/a.h"},
		/* Compiled inside the tree, as Debian does. */
		{"/build/linux-6.1/arch/x86/entry/entry_64.S", BUILT, "arch/x86/entry/entry_64.S"},
		{"/build/linux-6.1/include/linux/a.h", BUILT, "include/linux/a.h"},
		{BUILT "/include/generated/a.h", BUILT, "include/generated/a.h"},
		/* Elsewhere. */
		{"/build/vhba/vhba.c", BUILT, "/build/vhba/vhba.c"},
		{"/build/linux-6.10/arch/x86/a.S", BUILT, "/build/linux-6.10/arch/x86/a.S"},
		{"/arch/x86/a.S", BUILT, "/arch/x86/a.S"},
		{"/src/linux2/a.c", "/src/linux", "/src/linux2/a.c"},
	};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(lines_tidy_path(ctx, rows[i].path, rows[i].top), rows[i].tidy);
	talloc_free(ctx);
}

static void units_without_aranges_are_found(void **state)
{
	static const struct expected inner[] = {
		{"inner", "inline.h", 7, 33},
		{"middle", "inline.h", 13, 9},
		{"outer", "first.c", 20, 15},
	};
	struct sample_elf s = sample_open("sample-clang");
	uint64_t one, two;

	(void)state;
	assert_int_equal(s.lines->listed.n, 0);
	check(s.lines, 0xffffffff8100001a, inner, 3);
	assert_true(lines_unit(s.lines, 0xffffffff81000030, &one));
	assert_true(lines_unit(s.lines, 0xffffffff810000c0, &two));
	assert_true(one != two);
	sample_close(&s);
}

static void modules_are_relocated(void **state)
{
	struct sample_elf s = sample_open("sample.ko");
	const struct section *text = sections_by_name(lines_sections(s.lines), ".text");

	(void)state;
	assert_non_null(lines_sections(s.lines));
	assert_non_null(text);
	assert_int_equal(text->size, 0xc2);
	check(s.lines, text->base + 0x32, nested, 3);
	check(s.lines, text->base + 0xa6, &(struct expected){"twin", "second.c", 7, 11}, 1);
	assert_null(sections_by_name(lines_sections(s.lines), ".debug_info"));
	assert_null(sections_by_name(lines_sections(s.lines), ".exit.text"));
	sample_close(&s);
}

/* clang's relocations; riscv64 has lengths that are differences. */
static void other_machines_are_relocated(void **state)
{
	static const struct {
		const char *name;
		uint64_t offset;
		uint32_t inner_column, middle_line;
	} samples[] = {
		{"sample-aarch64.ko", 0x18, 9, 12},
		{"sample-riscv64.ko", 0x18, 33, 13},
		{"sample-powerpc64le.ko", 0x20, 9, 12},
		{"sample-s390x.ko", 0x1c, 33, 12},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		struct sample_elf s = sample_open(samples[i].name);
		const struct expected chain[] = {
			{"inner", "inline.h", 7, samples[i].inner_column},
			{"middle", "inline.h", samples[i].middle_line, 9},
			{"outer", "first.c", 20, 15},
		};

		check(s.lines,
			sections_by_name(lines_sections(s.lines), ".text")->base +
				samples[i].offset,
			chain, 3);
		sample_close(&s);
	}
}

/* Freeing the lines restores the file's own bytes. */
static void relocation_is_undone(void **state)
{
	struct sample_elf s = sample_open("sample.ko");
	Elf_Data *data = sections_data(s.elf, ".debug_info", NULL);
	const void *changed = data->d_buf;

	(void)state;
	talloc_free(s.lines);
	s.lines = NULL;
	assert_true(data->d_buf != changed);
	assert_int_equal(cur_load_little((const uint8_t *)data->d_buf + 8, 4), 0);
	sample_close(&s);
}

/* A set of .debug_aranges for the unit at 0x40, with two ranges. */
static const uint8_t aranges[] = {
	60,
	0,
	0,
	0,
	2,
	0,
	0x40,
	0,
	0,
	0,
	8,
	0,
	0,
	0,
	0,
	0, /* header, and 4 bytes to a multiple of 16 */
	0,
	0x10,
	0,
	0,
	0,
	0,
	0,
	0,
	0x20,
	0,
	0,
	0,
	0,
	0,
	0,
	0, /* 0x1000, 0x20 bytes */
	0,
	0x20,
	0,
	0,
	0,
	0,
	0,
	0,
	8,
	0,
	0,
	0,
	0,
	0,
	0,
	0, /* 0x2000, 8 bytes */
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
};

static size_t parse(const uint8_t *bytes, size_t len, struct lines_ranges *ret)
{
	struct cur c = cur_init_little(bytes, len);
	struct vmt_err err;

	*ret = (struct lines_ranges){0};
	assert_int_equal(lines_parse_aranges(NULL, &c, ret, &err), 0);
	talloc_free(ret->items);
	return ret->n;
}

static void aranges_may_lie(void **state)
{
	uint8_t copy[sizeof(aranges)];
	struct lines_ranges ranges;
	struct cur c = cur_init_little(aranges, sizeof(aranges));
	struct vmt_err err;

	(void)state;
	ranges = (struct lines_ranges){0};
	assert_int_equal(lines_parse_aranges(NULL, &c, &ranges, &err), 0);
	assert_int_equal(ranges.n, 2);
	assert_int_equal(ranges.items[0].start, 0x1000);
	assert_int_equal(ranges.items[0].end, 0x1020);
	assert_int_equal(ranges.items[0].unit, 0x40);
	talloc_free(ranges.items);
	for (size_t len = 0; len < sizeof(aranges); len++)
		assert_int_equal(parse(aranges, len, &ranges), 0);
	memcpy(copy, aranges, sizeof(copy));
	copy[4] = 9; /* version */
	assert_int_equal(parse(copy, sizeof(copy), &ranges), 0);
	copy[4] = 2;
	memset(copy + 24, 0xff, 8); /* a range that wraps around is ignored */
	assert_int_equal(parse(copy, sizeof(copy), &ranges), 1);
}

/* The file and line of an address in a unit, by libdw. */
static const char *by_libdw(Dwarf_Die *unit, uint64_t addr, int *line, int *column)
{
	Dwarf_Line *row = dwarf_getsrc_die(unit, addr);

	*line = *column = 0;
	if (!row)
		return NULL;
	assert_int_equal(dwarf_lineno(row, line), 0);
	assert_int_equal(dwarf_linecol(row, column), 0);
	return dwarf_linesrc(row, NULL, NULL);
}

static void rows_are_those_of_libdw(void **state)
{
	static const char *const names[] = {"sample", "sample-clang", "shared"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct sample_elf s = sample_open(names[i]);
		Dwarf_Off unit = 0, next;
		size_t header, rows = 0;

		for (; dwarf_nextcu(s.dwarf, unit, &next, &header, NULL, NULL, NULL) == 0;
			unit = next) {
			Dwarf_Lines *lines;
			Dwarf_Die die;
			size_t n;

			assert_non_null(dwarf_offdie(s.dwarf, unit + header, &die));
			if (dwarf_getsrclines(&die, &lines, &n))
				continue;
			for (size_t k = 0; k < n; k++, rows++) {
				struct line_row row = {0};
				struct line_table *t;
				Dwarf_Addr addr;
				const char *file;
				int line, column;

				assert_int_equal(
					dwarf_lineaddr(dwarf_onesrcline(lines, k), &addr), 0);
				addr -= k % 2;
				file = by_libdw(&die, addr, &line, &column);
				t = line_table_read(s.lines, s.elf, &die, addr, &row);
				assert_non_null(t);
				assert_int_equal(row.line, line);
				assert_int_equal(row.column, column);
				if (file)
					assert_string_equal(line_table_file(t, t, row.file), file);
				assert_null(line_table_file(t, t, 1000));
			}
		}
		assert_true(rows > 0);
		sample_close(&s);
	}
}

#define NAMES_END 22 /* of the unit: "/src", "first.c", "inline.h" */

/* A name without an end is none: libdw is asked then. */
static void strings_end_in_their_section(void **state)
{
	struct sample_elf s = sample_open("sample");
	Elf_Data *strings = sections_data(s.elf, ".debug_line_str", NULL);
	size_t size = strings ? strings->d_size : 0;
	struct line_row row;
	struct line_table *t;
	Dwarf_Die unit;

	(void)state;
	assert_true(size > 1);
	assert_true(lines_unit_die(s.lines, 0xffffffff81000032, &unit));
	for (size_t cut = 0; cut <= size; cut++) {
		strings->d_size = size - cut;
		t = line_table_read(s.lines, s.elf, &unit, 0xffffffff81000032, &row);
		strings->d_size = size;
		assert_int_equal(t != NULL, size - cut >= NAMES_END);
	}
	sample_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inlined_calls_are_expanded),
		cmocka_unit_test(paths_begin_at_the_top_of_the_tree),
		cmocka_unit_test(units_without_aranges_are_found),
		cmocka_unit_test(modules_are_relocated),
		cmocka_unit_test(other_machines_are_relocated),
		cmocka_unit_test(relocation_is_undone),
		cmocka_unit_test(aranges_may_lie),
		cmocka_unit_test(rows_are_those_of_libdw),
		cmocka_unit_test(strings_end_in_their_section),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
