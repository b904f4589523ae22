// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/array.h"
#include "symbolize/sample_elf.h"
#include "symbolize/types_dwarf.h"

#define ELSEWHERE 0x10 /* no address of the file */

/* Addresses of the test are those of the file. */
static bool to_file(void *arg, uint64_t addr, uint64_t *ret)
{
	(void)arg;
	*ret = addr;
	return addr != ELSEWHERE;
}

struct fixture {
	struct sample_elf sample;
	struct types types;
};

static void setup(struct fixture *f)
{
	const struct types_dwarf_place place = {NULL, to_file};
	struct types_dwarf *td;

	f->sample = sample_open("pointers.ko");
	assert_int_equal(types_dwarf_new(f->sample.lines, f->sample.lines, &place, &td, NULL), 0);
	f->types = types_of_dwarf(td);
	assert_true(f->types.by_address);
}

static uint64_t at(const struct fixture *f, const char *section, uint64_t offset)
{
	const struct section *s = sections_by_name(lines_sections(f->sample.lines), section);

	assert_non_null(s);
	return s->base + offset;
}

/* "u32 (struct host * host 0, u32 tag 2)" */
static void say(const struct fixture *f, const struct types_function *fn, char *ret, size_t size)
{
	const struct types *t = &f->types;
	char text[BTF_TEXT_MAX];

	t->text(t->priv, fn->result, text, sizeof(text));
	snprintf(ret, size, "%s(", text);
	for (unsigned i = 0; i < fn->n_params; i++) {
		const struct types_param *p = &fn->params[i];

		t->text(t->priv, p->type, text, sizeof(text));
		snprintf(ret + strlen(ret), size - strlen(ret), "%s%s %s %d", i ? ", " : "", text,
			p->name, p->reg == TYPES_NO_REG ? -1 : p->reg);
	}
	snprintf(ret + strlen(ret), size - strlen(ret), ")");
}

static void functions(void **state)
{
	static const struct {
		const char *section;
		uint64_t offset;
		const char *said; /* NULL: not known */
	} rows[] = {
		{".text", 0x30, "u32(struct host * host 0, struct cmd * cmd 1, u32 tag 2)"},
		{".text", 0x31, NULL},
		/* The compiler removed the first parameter. */
		{".text", 0, "u32(struct host * host 0, struct stats * stats 1, u32 step -1)"},
		{".text", 0x80, "u32(struct host * host 0, u32 tag 1)"},
		{".text.unlikely", 0, NULL},
	};
	struct fixture f;

	(void)state;
	setup(&f);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct types_function fn;
		char said[300];
		bool known = f.types.function(
			f.types.priv, NULL, at(&f, rows[i].section, rows[i].offset), &fn);

		assert_int_equal(known, rows[i].said != NULL);
		if (!known)
			continue;
		say(&f, &fn, said, sizeof(said));
		assert_string_equal(said, rows[i].said);
	}
	sample_close(&f.sample);
}

/* What another file defines is only declared here, in the unit of the last function. */
static void declarations(void **state)
{
	struct types_function fn;
	struct fixture f;
	char said[300];

	(void)state;
	setup(&f);
	assert_false(f.types.function(f.types.priv, "find", ELSEWHERE, &fn));
	assert_true(f.types.function(f.types.priv, "complete", at(&f, ".text", 0x30), &fn));
	assert_true(f.types.function(f.types.priv, "find", ELSEWHERE, &fn));
	say(&f, &fn, said, sizeof(said));
	assert_int_equal(strncmp(said, "struct stats *(", 15), 0);
	assert_false(f.types.function(f.types.priv, "lost", ELSEWHERE, &fn));
	assert_false(f.types.function(f.types.priv, "part", ELSEWHERE, &fn));
	sample_close(&f.sample);
}

static void members(void **state)
{
	static const struct {
		uint64_t offset;
		unsigned size;
		const char *path; /* NULL: none, or several */
		const char *type;
		uint64_t at;
		bool exact;
	} rows[] = {
		{0, 8, "id", "long unsigned int", 0, true},
		{4, 4, "id", "long unsigned int", 0, false},
		{8, 8, "stats", "struct stats *", 8, true},
		{0x10, 4, "first", "int", 0x10, true},
		{0x14, 4, "second", "int", 0x14, true},
		{0x10, 8, NULL, NULL, 0, false},
		/* Two alternatives have this size, and one that. */
		{0x18, 8, NULL, NULL, 0, false},
		{0x18, 4, "half", "u32", 0x18, true},
		{0x20, 8, "next", "struct host *", 0x20, true},
		{0x28, 2, "grid[0][0]", "short int", 0x28, true},
		{0x30, 2, "grid[1][1]", "short int", 0x30, true},
		{0x34, 2, NULL, NULL, 0, false},
		{0x50, 4, "inside[1].last", "u32", 0x50, true},
		/* Two bit fields have this byte. */
		{0x54, 1, NULL, NULL, 0, false},
		{0x58, 8, "cmd", "struct cmd *", 0x58, true},
		{0x60, 8, NULL, NULL, 0, false},
	};
	struct types_function fn;
	struct fixture f;
	uint64_t host, size, cmd;

	(void)state;
	setup(&f);
	assert_true(f.types.function(f.types.priv, NULL, at(&f, ".text", 0x30), &fn));
	assert_true(f.types.pointee(f.types.priv, fn.params[0].type, &host));
	assert_false(f.types.pointee(f.types.priv, host, &cmd));
	assert_false(f.types.pointee(f.types.priv, fn.params[2].type, &cmd));
	assert_true(f.types.size(f.types.priv, host, &size));
	assert_int_equal(size, 0x60);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct types_member m;
		char text[BTF_TEXT_MAX];

		assert_int_equal(
			f.types.member(f.types.priv, host, rows[i].offset, rows[i].size, &m),
			rows[i].path != NULL);
		if (!rows[i].path)
			continue;
		assert_string_equal(m.path, rows[i].path);
		f.types.text(f.types.priv, m.type, text, sizeof(text));
		assert_string_equal(text, rows[i].type);
		assert_int_equal(m.offset, rows[i].at);
		assert_int_equal(m.exact, rows[i].exact);
	}
	/* It is only declared here. */
	assert_true(f.types.pointee(f.types.priv, fn.params[1].type, &cmd));
	assert_false(f.types.size(f.types.priv, cmd, &size));
	assert_false(f.types.member(f.types.priv, cmd, 0, 8, &(struct types_member){.offset = 0}));
	sample_close(&f.sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions),
		cmocka_unit_test(declarations),
		cmocka_unit_test(members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
