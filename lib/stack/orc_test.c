// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/array.h"
#include "stack/fake_stack.h"

static const uint8_t second[4] = {0xdb, 0x84, 0xae, 0xd4}, third[4] = {0xfe, 0x5d, 0x32, 0xbf},
		     fourth[4] = {0x13, 0x7c, 0x36, 0xad};

/* Entries as an assembler would write them; "call" is relative to the stack pointer. */
static void put_entry(uint8_t *raw, int sp_offset, int bp_offset, unsigned flags)
{
	raw[0] = (uint8_t)sp_offset;
	raw[1] = (uint8_t)(sp_offset >> 8);
	raw[2] = (uint8_t)bp_offset;
	raw[3] = (uint8_t)(bp_offset >> 8);
	raw[4] = (uint8_t)flags;
	raw[5] = (uint8_t)(flags >> 8);
}

/* A table of calls, some of them interrupted, without a header that names its format. */
static const struct orc_format *guess(unsigned call, unsigned regs, unsigned end)
{
	uint8_t table[60], last[6];

	for (unsigned i = 0; i < 10; i++)
		put_entry(table + 6 * i, 8, 0, i % 4 == 3 ? regs : call);
	put_entry(last, 0, 0, end);
	return orc_format_of_entries(table, sizeof(table), last);
}

static void formats(void **state)
{
	const struct {
		const uint8_t *hash; /* of the same format; NULL: older than the hashes */
		unsigned call, regs, end;
	} cases[] = {
		{NULL, 5, 5 | 1 << 8, 1 << 10},
		{second, 5, 5 | 1 << 8 | 1 << 10, 1 << 11},
		{third, 5 | 2 << 8, 5 | 3 << 8 | 1 << 11, 1 << 8},
		{fourth, 3 | 2 << 8, 3 | 3 << 8 | 1 << 11, 1 << 8},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct orc_format *f = guess(cases[i].call, cases[i].regs, cases[i].end);
		struct orc_entry e;
		uint8_t raw[6];

		assert_non_null(f);
		if (cases[i].hash)
			assert_ptr_equal(f, orc_format_of_hash(cases[i].hash, 4));
		put_entry(raw, -24, -16, cases[i].call);
		orc_entry_decode(f, raw, &e);
		assert_int_equal(e.kind, ORC_CALL);
		assert_int_equal(e.sp_reg, ORC_SP);
		assert_int_equal(e.bp_reg, ORC_UNDEFINED);
		assert_int_equal(e.sp_offset, -24);
		assert_int_equal(e.bp_offset, -16);
		assert_false(e.signal);
		put_entry(raw, 0, 0, cases[i].regs);
		orc_entry_decode(f, raw, &e);
		assert_int_equal(e.kind, ORC_REGS);
		assert_true(e.signal);
		put_entry(raw, 0, 0, cases[i].end);
		orc_entry_decode(f, raw, &e);
		assert_int_equal(e.kind, ORC_END);
		put_entry(raw, 0, 0, 0);
		orc_entry_decode(f, raw, &e);
		assert_int_equal(e.kind, ORC_NO_INFO);
		put_entry(raw, 0, 0, 0xffff);
		orc_entry_decode(f, raw, &e);
		assert_int_equal(e.sp_reg, ORC_BAD_REG);
		assert_int_equal(e.kind, ORC_BAD_KIND);
	}
	assert_null(guess(0xffff, 0xffff, 0xffff));
	assert_null(orc_format_of_entries(second, 0, NULL));
}

static void hashes(void **state)
{
	(void)state;
	assert_ptr_not_equal(orc_format_of_hash(second, 4), orc_format_of_hash(third, 4));
	assert_ptr_not_equal(orc_format_of_hash(third, 4), orc_format_of_hash(fourth, 4));
	assert_null(orc_format_of_hash(third, 3));
	assert_null(orc_format_of_hash((const uint8_t[4]){0}, 4)); /* not a header */
}

static void registers_by_number(void **state)
{
	struct orc_entry a, b;
	uint8_t raw[6];

	(void)state;
	put_entry(raw, 0, 0, 9 | 8 << 4 | 2 << 8);
	orc_entry_decode(orc_format_of_hash(third, 4), raw, &a);
	orc_entry_decode(orc_format_of_hash(fourth, 4), raw, &b);
	assert_int_equal(a.sp_reg, ORC_SP_INDIRECT);
	assert_int_equal(b.sp_reg, ORC_SP_INDIRECT);
	assert_int_equal(a.bp_reg, ORC_BP_INDIRECT);
	assert_int_equal(b.bp_reg, ORC_PREV_SP);
}

/* ---- tables ------------------------------------------------------------------------------ */

static struct orc_table table(void)
{
	return (struct orc_table){
		.start = fake_code(0),
		.end = fake_code(0x4000),
		.ips = fake_va(FAKE_IPS),
		.entries = fake_va(FAKE_ENTRIES),
		.n = fake_entries,
		.lookup = fake_va(FAKE_LOOKUP),
		.n_lookup = 0x41,
	};
}

/* An entry every 16 bytes, whose offset is its number, and two at 0x800. */
static void put_tables(void)
{
	fake_reset();
	fake_entries = 0;
	for (unsigned at = 0x10; at < 0x4000; at += 16) {
		fake_orc(at, 0, (int)at, 0);
		if (at == 0x800)
			fake_orc(at, 0, 1, 0);
	}
	/* As the kernel makes it: the entry for the first byte of each block. */
	for (unsigned block = 0; block <= 0x40; block++) {
		unsigned at = block * 256, i = at / 16 + (at >= 0x800);

		fake_put(FAKE_LOOKUP + 4 * block, 4, i ? i - 1 : 0);
	}
}

static int look(const struct orc_table *t, unsigned offset, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	uint8_t raw[6];
	int rc = orc_table_entry(fake_space(ctx), t, fake_code(offset), raw, err);

	talloc_free(ctx);
	return rc ? rc : raw[0] | raw[1] << 8;
}

static void looks_up(void **state)
{
	struct orc_table t;
	struct vmt_err err;

	(void)state;
	put_tables();
	t = table();
	for (int with = 1; with >= 0; with--) {
		if (!with)
			t.lookup = 0;
		assert_int_equal(look(&t, 0x10, &err), 0x10);
		assert_int_equal(look(&t, 0x1234, &err), 0x1230);
		assert_int_equal(look(&t, 0x3fff, &err), 0x3ff0);
		assert_int_equal(look(&t, 0x7ff, &err), 0x7f0);
		assert_int_equal(look(&t, 0x800, &err), 1); /* the last of two */
		assert_int_equal(look(&t, 0x100, &err), 0x100);
		assert_int_equal(look(&t, 8, &err), VMT_ERR_NOTFOUND);
	}
}

/* A wrong index makes the search slower, never wrong. */
static void index_that_lies(void **state)
{
	struct orc_table t;
	struct vmt_err err;

	(void)state;
	put_tables();
	t = table();
	for (unsigned block = 0; block <= 0x40; block++)
		fake_put(FAKE_LOOKUP + 4 * block, 4, 3 + (block > 0x20));
	assert_int_equal(look(&t, 0x1234, &err), 0x1230);
	assert_int_equal(look(&t, 0x3210, &err), 0x3210);
	for (unsigned block = 0; block <= 0x40; block++)
		fake_put(FAKE_LOOKUP + 4 * block, 4, 0xfffffff0 + block);
	assert_int_equal(look(&t, 0x1234, &err), 0x1230);
	fake_hole = FAKE_LOOKUP;
	assert_int_equal(look(&t, 0x1234, &err), 0x1230);
	fake_hole = FAKE_ENTRIES;
	assert_int_equal(look(&t, 0x20, &err), VMT_ERR_NODATA);
	assert_non_null(strstr(err.message, "ORC entry"));
}

/* Few reads: each may have to decompress a page. */
static void index_saves_reads(void **state)
{
	struct orc_table t;
	struct vmt_err err;
	uint64_t with;

	(void)state;
	put_tables();
	t = table();
	fake_reads = 0;
	look(&t, 0x1234, &err);
	with = fake_reads;
	t.lookup = 0;
	fake_reads = 0;
	look(&t, 0x1234, &err);
	assert_true(with < fake_reads);
	assert_true(with <= 8);
}

static void ranges(void **state)
{
	struct orc orc = {0};
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct orc_table rows[] = {
		{.start = 0x3000, .end = 0x4000, .n = 3},
		{.start = 0x1000, .end = 0x2000, .n = 1},
		{.start = 0x5000, .end = 0x5000, .n = 9}, /* empty: left out */
		{.start = 0x2000, .end = 0x2800, .n = 1ull << 40},
	};

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(orc_table_add(ctx, &orc, &rows[i], NULL), 0);
	orc_tables_settle(&orc);
	assert_int_equal(orc.n_tables, 3);
	assert_int_equal(orc_table_of(&orc, 0x1fff)->start, 0x1000);
	assert_int_equal(orc_table_of(&orc, 0x2000)->start, 0x2000);
	assert_int_equal(orc_table_of(&orc, 0x2000)->n, 0); /* no such table is that large */
	assert_null(orc_table_of(&orc, 0x2800));
	assert_null(orc_table_of(&orc, 0xfff));
	assert_null(orc_table_of(&orc, 0x4000));
	assert_int_equal(orc_table_of(&orc, 0x3fff)->n, 3);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats),
		cmocka_unit_test(hashes),
		cmocka_unit_test(registers_by_number),
		cmocka_unit_test(looks_up),
		cmocka_unit_test(index_that_lies),
		cmocka_unit_test(index_saves_reads),
		cmocka_unit_test(ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
