// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Expressions, each the location of a variable in DWARF that is made here: a unit with a function,
 * whose frame base is an expression too, and in it the variable.
 */
#include "base/test.h"

#include <dwarf.h>
#include <elf.h>
#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "symbolize/location.h"

#define MOST 255 /* bytes of an expression */

/* A variable that has a location, and one that is a constant. */
enum { ABBREV_UNIT = 1, ABBREV_FUNCTION, ABBREV_VARIABLE, ABBREV_CONSTANT };

/* clang-format off */
static const uint8_t abbrevs[] = {
	ABBREV_UNIT, DW_TAG_compile_unit, DW_CHILDREN_yes, 0, 0,
	ABBREV_FUNCTION, DW_TAG_subprogram, DW_CHILDREN_yes, DW_AT_frame_base, DW_FORM_exprloc, 0, 0,
	ABBREV_VARIABLE, DW_TAG_variable, DW_CHILDREN_no, DW_AT_location, DW_FORM_exprloc, 0, 0,
	ABBREV_CONSTANT, DW_TAG_variable, DW_CHILDREN_no, DW_AT_const_value, DW_FORM_sdata, 0, 0,
	0,
};
/* clang-format on */

static const char names[] = "\0.debug_abbrev\0.debug_info\0.shstrtab";

struct file {
	Elf64_Ehdr head;
	Elf64_Shdr sections[4];
	uint8_t abbrevs[sizeof(abbrevs)];
	char names[sizeof(names)];
	uint8_t info[3 * MOST];
};

struct expression {
	uint8_t ops[MOST];
	uint8_t len;
};

#define OPS(...)                                                                                   \
	(&(struct expression){{__VA_ARGS__}, (uint8_t)sizeof((const uint8_t[]){__VA_ARGS__})})

static size_t put_expression(uint8_t *p, uint8_t abbrev, const struct expression *x)
{
	p[0] = abbrev;
	p[1] = x->len | 0x80; /* LEB128, of two bytes */
	p[2] = x->len >> 7;
	memcpy(p + 3, x->ops, x->len);
	return 3u + x->len;
}

static size_t put_info(uint8_t *p, const struct expression *base, const struct expression *location)
{
	static const uint8_t unit[] = {4, 0, 0, 0, 0, 0, 8, ABBREV_UNIT}; /* DWARF 4 */
	size_t n = 4;

	memcpy(p + n, unit, sizeof(unit));
	n += sizeof(unit);
	n += put_expression(p + n, ABBREV_FUNCTION, base);
	if (location)
		n += put_expression(p + n, ABBREV_VARIABLE, location);
	else {
		p[n++] = ABBREV_CONSTANT;
		p[n++] = 0x7b; /* -5 */
	}
	p[n++] = 0; /* ends the function */
	p[n++] = 0; /* and the unit */
	memcpy(p, &(uint32_t){(uint32_t)(n - 4)}, 4);
	return n;
}

static Elf64_Shdr section(const char *name, uint32_t type, size_t off, size_t size)
{
	const char *at = names + 1;

	while (strcmp(at, name) != 0)
		at += strlen(at) + 1;
	return (Elf64_Shdr){.sh_name = (uint32_t)(at - names),
		.sh_type = type,
		.sh_offset = off,
		.sh_size = size,
		.sh_addralign = 1};
}

static void make_file(
	struct file *f, const struct expression *base, const struct expression *location)
{
	size_t n = put_info(f->info, base, location);

	memcpy(f->head.e_ident, ELFMAG, SELFMAG);
	f->head.e_ident[EI_CLASS] = ELFCLASS64;
	f->head.e_ident[EI_DATA] = ELFDATA2LSB;
	f->head.e_ident[EI_VERSION] = EV_CURRENT;
	f->head.e_type = ET_EXEC;
	f->head.e_machine = EM_X86_64;
	f->head.e_version = EV_CURRENT;
	f->head.e_ehsize = sizeof(f->head);
	f->head.e_shoff = offsetof(struct file, sections);
	f->head.e_shentsize = sizeof(f->sections[0]);
	f->head.e_shnum = ARRAY_SIZE(f->sections);
	f->head.e_shstrndx = 3;
	f->sections[1] = section(
		".debug_abbrev", SHT_PROGBITS, offsetof(struct file, abbrevs), sizeof(abbrevs));
	f->sections[2] = section(".debug_info", SHT_PROGBITS, offsetof(struct file, info), n);
	f->sections[3] =
		section(".shstrtab", SHT_STRTAB, offsetof(struct file, names), sizeof(names));
	memcpy(f->abbrevs, abbrevs, sizeof(abbrevs));
	memcpy(f->names, names, sizeof(names));
}

/* Register n holds 0x100 * n, and memory at a the number a + 1, of so many bytes. */
static bool read_reg(void *arg, unsigned number, uint64_t *ret)
{
	(void)arg;
	*ret = number * 0x100;
	return number < 16;
}

static bool read_memory(void *arg, uint64_t addr, unsigned size, uint64_t *ret)
{
	(void)arg;
	*ret = (addr + 1) & (size < 8 ? (1ull << 8 * size) - 1 : UINT64_MAX);
	return addr != 0;
}

static const struct variables_machine machine = {
	NULL, read_reg, read_memory, {true, 0x7000}, {true, 0x40000}, 0};

static struct location evaluate(const struct variables_machine *m, const struct expression *base,
	const struct expression *location)
{
	struct file f = {0};
	struct location_frame frame;
	struct location ret;
	Dwarf_Die unit, function, variable;
	Elf *elf;
	Dwarf *dwarf;

	make_file(&f, base, location);
	elf_version(EV_CURRENT);
	elf = elf_memory((char *)&f, sizeof(f));
	dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	assert_non_null(dwarf);
	assert_non_null(dwarf_offdie(dwarf, 11, &unit)); /* after the unit's header */
	assert_int_equal(dwarf_child(&unit, &function), 0);
	assert_int_equal(dwarf_child(&function, &variable), 0);
	frame.function = &function;
	ret = location_of(&variable, 0, m, &frame);
	dwarf_end(dwarf);
	elf_end(elf);
	return ret;
}

#define CFA OPS(DW_OP_call_frame_cfa)

static void check(enum location_kind kind, uint64_t value, const struct expression *x)
{
	struct location got = evaluate(&machine, CFA, x);

	assert_int_equal(got.kind, kind);
	if (kind)
		assert_int_equal(got.value, value);
}

static void in_memory_and_in_registers(void **state)
{
	(void)state;
	check(LOCATION_MEMORY, 0x308, OPS(DW_OP_breg3, 8));
	check(LOCATION_MEMORY, 0x2f8, OPS(DW_OP_breg3, 0x78)); /* -8 */
	check(LOCATION_VALUE, 0x500, OPS(DW_OP_reg5));
	check(LOCATION_MEMORY, 0x6ff0, OPS(DW_OP_fbreg, 0x70)); /* -16 */
	check(LOCATION_MEMORY, 0x7000, CFA);
	check(LOCATION_MEMORY, 0x41234, OPS(DW_OP_addr, 0x34, 0x12, 0, 0, 0, 0, 0, 0));
	check(LOCATION_VALUE, (uint64_t)-5, NULL); /* DW_AT_const_value */
}

static void arithmetic(void **state)
{
	static const struct {
		uint8_t op;
		uint64_t value;
	} rows[] = {{DW_OP_plus, 0x30f}, {DW_OP_minus, 0x2f1}, {DW_OP_mul, 0x2d00}, {DW_OP_and, 0},
		{DW_OP_or, 0x30f}, {DW_OP_xor, 0x30f}, {DW_OP_shl, 0x300 << 15}, {DW_OP_shr, 0}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(LOCATION_VALUE, rows[i].value,
			OPS(DW_OP_breg3, 0, DW_OP_lit15, rows[i].op, DW_OP_stack_value));
	check(LOCATION_VALUE, 0,
		OPS(DW_OP_breg3, 0, DW_OP_const1u, 64, DW_OP_shl, DW_OP_stack_value));
	check(LOCATION_VALUE, 0,
		OPS(DW_OP_breg3, 0, DW_OP_const1u, 64, DW_OP_shr, DW_OP_stack_value));
	check(LOCATION_VALUE, (uint64_t)-2, OPS(DW_OP_const1s, 0xfe, DW_OP_stack_value));
	check(LOCATION_VALUE, 2, OPS(DW_OP_const1s, 0xfe, DW_OP_neg, DW_OP_stack_value));
	check(LOCATION_VALUE, ~15ull, OPS(DW_OP_lit15, DW_OP_not, DW_OP_stack_value));
	check(LOCATION_VALUE, 30, OPS(DW_OP_lit15, DW_OP_dup, DW_OP_plus, DW_OP_stack_value));
	check(LOCATION_VALUE, 0x12c,
		OPS(DW_OP_lit0, DW_OP_plus_uconst, 0xac, 2, DW_OP_nop, DW_OP_stack_value));
}

static void memory_on_the_way(void **state)
{
	(void)state;
	check(LOCATION_MEMORY, 0x301, OPS(DW_OP_breg3, 0, DW_OP_deref));
	check(LOCATION_MEMORY, 1, OPS(DW_OP_breg3, 0, DW_OP_deref_size, 1));
	check(LOCATION_UNKNOWN, 0, OPS(DW_OP_breg3, 0, DW_OP_deref_size, 3));
	check(LOCATION_UNKNOWN, 0, OPS(DW_OP_lit0, DW_OP_deref)); /* nothing to read there */
}

/* What is not known makes no value of it. */
static void failures(void **state)
{
	struct variables_machine lacking = machine;
	struct expression long_one = {.len = 65};

	(void)state;
	check(LOCATION_UNKNOWN, 0, OPS(DW_OP_breg20, 0));		    /* no such register */
	check(LOCATION_UNKNOWN, 0, OPS(DW_OP_plus));			    /* an empty stack */
	check(LOCATION_UNKNOWN, 0, OPS(DW_OP_lit1, DW_OP_lit2));	    /* two results */
	check(LOCATION_UNKNOWN, 0, OPS(DW_OP_lit1, DW_OP_lit2, DW_OP_div)); /* an operation */
	check(LOCATION_UNKNOWN, 0, OPS(DW_OP_reg5, DW_OP_piece, 4));
	check(LOCATION_UNKNOWN, 0, &(struct expression){.len = 0});
	memset(long_one.ops, DW_OP_nop, long_one.len);
	long_one.ops[0] = DW_OP_lit1;
	check(LOCATION_UNKNOWN, 0, &long_one);
	long_one.len = 64;
	check(LOCATION_MEMORY, 1, &long_one);
	memset(long_one.ops, DW_OP_lit1, 17); /* one more than the stack has room for */
	memset(long_one.ops + 17, DW_OP_plus, 16);
	check(LOCATION_UNKNOWN, 0, &long_one);
	lacking.cfa.known = false;
	assert_int_equal(evaluate(&lacking, CFA, CFA).kind, LOCATION_UNKNOWN);
	lacking.bias.known = false;
	assert_int_equal(evaluate(&lacking, CFA, OPS(DW_OP_addr, 1, 0, 0, 0, 0, 0, 0, 0)).kind,
		LOCATION_UNKNOWN);
}

/* clang's is a register. One that refers to itself has no end. */
static void frame_bases(void **state)
{
	(void)state;
	assert_int_equal(evaluate(&machine, OPS(DW_OP_reg6), OPS(DW_OP_fbreg, 8)).value, 0x608);
	assert_int_equal(
		evaluate(&machine, OPS(DW_OP_reg6), OPS(DW_OP_fbreg, 8)).kind, LOCATION_MEMORY);
	assert_int_equal(evaluate(&machine, OPS(DW_OP_fbreg, 0), OPS(DW_OP_fbreg, 8)).kind,
		LOCATION_UNKNOWN);
	assert_int_equal(evaluate(&machine, OPS(DW_OP_lit1, DW_OP_lit2), OPS(DW_OP_fbreg, 8)).kind,
		LOCATION_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_memory_and_in_registers),
		cmocka_unit_test(arithmetic),
		cmocka_unit_test(memory_on_the_way),
		cmocka_unit_test(failures),
		cmocka_unit_test(frame_bases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
