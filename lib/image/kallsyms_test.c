// SPDX-License-Identifier: GPL-3.0-or-later
/* Tables of every layout that kernels have had, each queried for every symbol, and then damaged. */
#include "base/test.h"

#include "base/array.h"
#include "base/caps.h"

#include "image/fake_kernel.h"
#include "image/kallsyms_table.h"

static const struct fake_layout layouts[] = {
	{.name = "4.6 to 4.19", .mode = FAKE_PERCPU, .long_numbers = true},
	{.name = "5.4 to 6.0", .mode = FAKE_PERCPU},
	{.name = "5.4, not x86", .mode = FAKE_RELATIVE},
	{.name = "3.x", .mode = FAKE_ABSOLUTE, .long_numbers = true},
	{.name = "6.1", .mode = FAKE_PERCPU, .two_bytes = true},
	{.name = "6.2", .mode = FAKE_PERCPU, .two_bytes = true, .seqs = true},
	{.name = "6.4", .mode = FAKE_PERCPU, .two_bytes = true, .seqs = true, .new_order = true},
	{.name = "6.4, absolute",
		.mode = FAKE_ABSOLUTE,
		.two_bytes = true,
		.seqs = true,
		.new_order = true},
	{.name = "6.15", .mode = FAKE_RELATIVE, .two_bytes = true, .seqs = true, .new_order = true},
	{.name = "7.0", .mode = FAKE_PLACE, .two_bytes = true, .seqs = true, .new_order = true},
	{.name = "markers not where we think",
		.mode = FAKE_RELATIVE,
		.two_bytes = true,
		.bad_markers = true},
	{.name = "no keys, 5.4", .mode = FAKE_PERCPU, .no_keys = true},
	{.name = "no keys, not x86", .mode = FAKE_RELATIVE, .no_keys = true},
	{.name = "no keys, 4.6", .mode = FAKE_PERCPU, .no_keys = true, .long_numbers = true},
	{.name = "no keys, 3.x", .mode = FAKE_ABSOLUTE, .no_keys = true, .long_numbers = true},
	{.name = "no keys, long names",
		.mode = FAKE_PERCPU,
		.no_keys = true,
		.two_bytes = true,
		.seqs = true},
	{.name = "big endian", .mode = FAKE_ABSOLUTE, .long_numbers = true, .be = true},
	{.name = "big endian, 6.4",
		.mode = FAKE_RELATIVE,
		.two_bytes = true,
		.seqs = true,
		.new_order = true,
		.be = true},
	{.name = "7.2",
		.mode = FAKE_PLACE,
		.two_bytes = true,
		.seqs = true,
		.new_order = true,
		.tight = true},
};

static void make(const struct fake_layout *l, struct fake_tables *t, uint32_t n)
{
	char longest[301];

	fake_reset();
	fake_be = l->be;
	memset(t, 0, sizeof(*t));
	if (l->mode == FAKE_PERCPU) {
		fake_symbol_add(t, 0, "Afixed_percpu_data");
		fake_symbol_add(t, 0x1fb80, "Dcurrent_task");
		fake_symbols[1].addr = 0xfb80;
	}
	fake_symbol_add(t, FAKE_STEXT, "T_text");
	fake_symbol_add(t, FAKE_STEXT, "T_stext");
	memset(longest, 'x', 300);
	longest[300] = 0;
	while (t->n < n) {
		uint64_t addr = FAKE_STEXT + 16ull * t->n;

		if (t->n == 700 && l->two_bytes)
			fake_symbol_add(t, addr, "t%s", longest);
		else if (t->n == 700)
			fake_symbol_add(t, addr, "t%.150s", longest);
		else if (t->n % 100 == 0)
			fake_symbol_add(t, addr - 16, "Walias_%u", t->n);
		else if (t->n % 1000 == 7)
			fake_symbol_add(t, addr, "ttwice");
		else
			fake_symbol_add(t, addr, "tsym_%u", t->n * 7919 % n);
	}
	fake_put_tables(l, t);
}

static uint32_t first_at(const struct fake_tables *t, uint64_t addr)
{
	uint32_t i = 0;

	while (i < t->n && fake_symbols[i].addr != addr)
		i++;
	return i;
}

static uint64_t first_named(const struct fake_tables *t, const char *name)
{
	uint32_t i = 0;

	while (i < t->n && strcmp(fake_symbols[i].type_name + 1, name) != 0)
		i++;
	return fake_symbols[i].addr;
}

static void check_symbol(struct kallsyms *ks, const struct fake_tables *t, uint32_t i)
{
	const struct fake_symbol *s = &fake_symbols[i];
	struct kallsym got;
	uint64_t addr;

	assert_int_equal(kallsyms_find(ks, s->type_name + 1, &addr, NULL), 0);
	assert_int_equal(addr, first_named(t, s->type_name + 1));
	if (s->addr < FAKE_STEXT) {
		assert_int_equal(kallsyms_at(ks, s->addr, &got, NULL), VMT_ERR_NOTFOUND);
		return;
	}
	assert_int_equal(kallsyms_at(ks, s->addr, &got, NULL), 0);
	assert_string_equal(got.name, fake_symbols[first_at(t, s->addr)].type_name + 1);
	assert_int_equal(got.type, fake_symbols[first_at(t, s->addr)].type_name[0]);
	assert_int_equal(got.addr, s->addr);
	if (s->addr < fake_symbols[t->n - 1].addr) {
		assert_int_equal(kallsyms_at(ks, s->addr + got.size - 1, &got, NULL), 0);
		assert_int_equal(got.addr, s->addr);
		assert_true(first_at(t, got.addr + got.size) < t->n);
	}
}

static void check_layout(const struct fake_layout *l, uint32_t n)
{
	struct fake_tables t;
	struct kallsyms *ks;
	struct kallsym sym;
	struct vmt_err err = {0};
	uint64_t addr;
	TALLOC_CTX *ctx = talloc_new(NULL);

	make(l, &t, n);
	if (fake_open(ctx, t.info, &ks, &err))
		fail_msg("%s: %s", l->name, err.message);
	assert_int_equal(ks->n, n);
	assert_int_equal(ks->own_markers != NULL, l->bad_markers || l->no_keys);
	for (uint32_t i = 0; i < n; i += i < 800 ? 1 : 13)
		check_symbol(ks, &t, i);
	assert_int_equal(kallsyms_at(ks, FAKE_STEXT - 1, &sym, &err), VMT_ERR_NOTFOUND);
	assert_int_equal(kallsyms_at(ks, FAKE_STEXT + (1u << 29), &sym, &err), VMT_ERR_NOTFOUND);
	assert_int_equal(kallsyms_at(ks, 0, &sym, &err), VMT_ERR_NOTFOUND);
	assert_int_equal(kallsyms_at(ks, UINT64_MAX, &sym, &err), VMT_ERR_NOTFOUND);
	assert_int_equal(kallsyms_find(ks, "nosuch", &addr, &err), VMT_ERR_NOTFOUND);
	assert_int_equal(kallsyms_find(ks, "", &addr, &err), VMT_ERR_NOTFOUND);
	talloc_free(ctx);
}

static void every_layout(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++)
		check_layout(&layouts[i], 5003);
}

static void few_symbols(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		if (layouts[i].no_keys)
			continue;
		check_layout(&layouts[i], 8);
		check_layout(&layouts[i], 256);
		check_layout(&layouts[i], 257);
	}
}

/* One address reads a few chunks, not whole tables. */
static void one_address_is_cheap(void **state)
{
	struct fake_tables t;
	struct kallsyms *ks;
	struct kallsym sym;
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	make(&layouts[6], &t, 5003);
	assert_int_equal(fake_open(ctx, t.info, &ks, NULL), 0);
	fake_reads = 0;
	assert_int_equal(kallsyms_at(ks, FAKE_STEXT + 16 * 3333, &sym, NULL), 0);
	assert_true(fake_reads < 30);
	talloc_free(ctx);
}

/* Names as long as this fill a page with a few dozen symbols. */
#define LONG_NAME "tan_example_of_a_name_that_is_longer_than_most_in_the_kernel_are_%u"

static struct kallsyms *make_long(TALLOC_CTX *ctx, struct fake_tables *t)
{
	struct kallsyms *ks;

	fake_reset();
	memset(t, 0, sizeof(*t));
	fake_symbol_add(t, FAKE_STEXT, "T_stext");
	while (t->n < 5003)
		fake_symbol_add(t, FAKE_STEXT + 16ull * t->n, LONG_NAME, t->n * 7919 % 5003);
	fake_put_tables(&layouts[6], t);
	assert_int_equal(fake_open(ctx, t->info, &ks, NULL), 0);
	return ks;
}

static void find_some(struct kallsyms *ks, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i != to; i += from < to ? 1 : -1u) {
		const struct fake_symbol *s = &fake_symbols[1 + 83 * i];
		uint64_t addr = 0;

		assert_int_equal(kallsyms_find(ks, s->type_name + 1, &addr, NULL), 0);
		assert_int_equal(addr, s->addr);
	}
}

static size_t n_touched(void)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(fake_touched); i++)
		n += fake_touched[i];
	return n;
}

/* Names are looked for in pages that were read before. */
static void many_names_read_few_pages(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fake_tables t;
	struct kallsyms *ks;
	size_t plain, near;

	(void)state;
	ks = make_long(ctx, &t);
	kallsyms_search_plainly(ks);
	find_some(ks, 0, 20);
	plain = n_touched();
	find_some(make_long(ctx, &t), 0, 20);
	near = n_touched();
	talloc_free(ctx);
	if (3 * near > 2 * plain)
		fail_msg("%zu pages instead of %zu", near, plain);
}

/* Of several symbols with a name, the first is found, whatever was looked up before. */
static void finds_the_first_of_a_name(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fake_tables t = {0};
	struct kallsyms *ks;
	uint64_t addr;

	(void)state;
	fake_reset();
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	while (t.n < 3001)
		fake_symbol_add(&t, FAKE_STEXT + 16ull * t.n, "tdup_%u", t.n * 17 % 500);
	fake_put_tables(&layouts[6], &t);
	assert_int_equal(fake_open(ctx, t.info, &ks, NULL), 0);
	for (uint32_t i = 1; i <= 500; i++) {
		assert_int_equal(kallsyms_find(ks, fake_symbols[i].type_name + 1, &addr, NULL), 0);
		assert_int_equal(addr, fake_symbols[i].addr);
	}
	talloc_free(ctx);
}

/* Global symbols beside one that was found are found without another page. */
static void neighbours_cost_nothing(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fake_tables t = {0};
	struct kallsyms *ks;
	size_t before;
	uint64_t addr;

	(void)state;
	fake_reset();
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	while (t.n < 5003)
		fake_symbol_add(&t, FAKE_STEXT + 16ull * t.n,
			"D"
			"an_example_of_a_name_that_is_longer_than_most_in_the_kernel_are_%u",
			t.n * 7919 % 5003);
	fake_put_tables(&layouts[6], &t);
	assert_int_equal(fake_open(ctx, t.info, &ks, NULL), 0);
	assert_int_equal(kallsyms_find(ks, fake_symbols[2565].type_name + 1, &addr, NULL), 0);
	before = n_touched();
	for (uint32_t i = 2561; i < 2566; i++) {
		assert_int_equal(kallsyms_find(ks, fake_symbols[i].type_name + 1, &addr, NULL), 0);
		assert_int_equal(addr, fake_symbols[i].addr);
	}
	assert_int_equal(n_touched(), before);
	talloc_free(ctx);
}

/* Whatever was looked up before, an address has the same symbol as in a search by halves. */
static void every_address_as_plainly(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct kallsyms *near, *plain;
	struct fake_tables t;

	(void)state;
	make(&layouts[6], &t, 5003);
	assert_int_equal(fake_open(ctx, t.info, &near, NULL), 0);
	assert_int_equal(fake_open(ctx, t.info, &plain, NULL), 0);
	kallsyms_search_plainly(plain);
	for (uint64_t i = 0; i < 3000; i++) {
		uint64_t addr = FAKE_STEXT + i * 7919 % (16 * 5100) - 160;
		struct kallsym a = {0}, b = {0};

		assert_int_equal(
			kallsyms_at(near, addr, &a, NULL), kallsyms_at(plain, addr, &b, NULL));
		assert_int_equal(a.addr, b.addr);
		assert_string_equal(a.name, b.name);
		assert_int_equal(kallsyms_may_begin(near, addr), *a.name && a.addr == addr);
	}
	talloc_free(ctx);
}

/* A dump with only the pages of plain searches has all names, in whatever order they are asked. */
static void cut_dump_answers_again(void **state)
{
	struct fake_tables t;
	struct kallsyms *ks;

	(void)state;
	for (uint32_t n = 1; n < 60; n++) {
		TALLOC_CTX *ctx = talloc_new(NULL);

		ks = make_long(ctx, &t);
		kallsyms_search_plainly(ks);
		find_some(ks, 0, n);
		fake_cut = true;
		assert_int_equal(fake_open(ctx, t.info, &ks, NULL), 0);
		find_some(ks, n - 1, 0);
		talloc_free(ctx);
	}
}

/* ---- lies -------------------------------------------------------------------------------- */

static int open_changed(const struct fake_tables *t)
{
	struct kallsyms *ks;
	struct vmt_err err = {0};
	TALLOC_CTX *ctx = talloc_new(NULL);
	int rc = fake_open(ctx, t->info, &ks, &err);

	if (rc)
		assert_int_equal(rc, err.code);
	talloc_free(ctx);
	return rc;
}

static void lies_about_counts_and_tokens(void **state)
{
	const struct fake_layout *l = &layouts[6];
	struct fake_tables t;

	(void)state;
	make(l, &t, 1000);
	fake_put(t.num_syms, 4, 0);
	assert_int_equal(open_changed(&t), VMT_ERR_CORRUPT);
	fake_put(t.num_syms, 4, UINT32_MAX);
	assert_int_equal(open_changed(&t), VMT_ERR_CORRUPT);
	make(l, &t, 1000);
	fake_put(t.token_index + 2 * 200, 2, 0xffff);
	assert_int_equal(open_changed(&t), VMT_ERR_CORRUPT);
	make(l, &t, 1000);
	fake_put(t.token_index + 2 * 255, 2, 0xfff0); /* far past its string */
	assert_int_equal(open_changed(&t), VMT_ERR_CORRUPT);
	make(l, &t, 1000);
	fake_hole = t.token_index;
	assert_int_equal(open_changed(&t), VMT_ERR_NODATA);
	strcpy(t.info, "OSRELEASE=6.4\n");
	assert_int_equal(open_changed(&t), VMT_ERR_NODATA);
}

static void lies_about_addresses(void **state)
{
	const struct fake_layout *l = &layouts[6];
	struct fake_tables t;

	(void)state;
	make(l, &t, 1000);
	fake_put(t.base, 8, FAKE_STEXT + 4096);
	assert_int_equal(open_changed(&t), VMT_ERR_CORRUPT);
	make(l, &t, 1000);
	memset(fake_ram + t.addresses, 0x55, 4000);
	assert_int_equal(open_changed(&t), VMT_ERR_CORRUPT);
	make(l, &t, 1000);
	memset(fake_ram + t.addresses, 0xa5, 4000);
	assert_int_equal(open_changed(&t), VMT_ERR_CORRUPT);
}

static void lies_about_names(void **state)
{
	const struct fake_layout *l = &layouts[6];
	struct fake_tables t;
	struct kallsyms *ks;
	struct kallsym sym;
	uint64_t addr;
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	make(l, &t, 1000);
	fake_put(t.names, 1, 0); /* a name without tokens: the markers cannot match */
	assert_int_equal(open_changed(&t), VMT_ERR_CORRUPT);
	make(l, &t, 1000);
	assert_int_equal(fake_open(ctx, t.info, &ks, NULL), 0);
	fake_put(t.markers + 8, 4, 0x7fffffff);
	assert_int_equal(kallsyms_at(ks, FAKE_STEXT + 16 * 600, &sym, NULL), VMT_ERR_CORRUPT);
	fake_put(t.markers + 8, 4, t.end - t.names);
	assert_int_not_equal(kallsyms_at(ks, FAKE_STEXT + 16 * 600, &sym, NULL), 0);
	/* A sorted table with impossible numbers is not used, and names are found without it. */
	memset(fake_ram + t.seqs, 0xff, 3000);
	make(l, &t, 1000);
	memset(fake_ram + t.seqs, 0xff, 3000);
	assert_int_equal(fake_open(ctx, t.info, &ks, NULL), 0);
	assert_int_equal(kallsyms_find(ks, "_stext", &addr, NULL), 0);
	assert_int_equal(addr, FAKE_STEXT);
	talloc_free(ctx);
}

/* A hole in the addresses, as a disk or a copy leaves it, misleads no other lookup. */
static void zeroed_addresses(void **state)
{
	struct fake_tables t;
	struct kallsyms *ks;
	struct kallsym sym;
	struct vmt_err err = {0};
	uint64_t addr;
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	make(&layouts[6], &t, 5003);
	assert_int_equal(fake_open(ctx, t.info, &ks, NULL), 0);
	memset(fake_ram + t.addresses + 4ull * 3010, 0, 4ull * 80);
	assert_int_equal(
		kallsyms_find(ks, fake_symbols[3050].type_name + 1, &addr, &err), VMT_ERR_CORRUPT);
	assert_non_null(strstr(err.message, "out of order"));
	for (uint32_t i = 3310; i < 5000; i += 500) {
		assert_int_equal(kallsyms_at(ks, fake_symbols[i].addr + 4, &sym, NULL), 0);
		assert_string_equal(sym.name, fake_symbols[i].type_name + 1);
	}
	talloc_free(ctx);
}

/* Numbers that are not those of different symbols: the names are found without that table. */
static void repeated_numbers(void **state)
{
	struct fake_tables t;
	struct kallsyms *ks;
	uint64_t addr;
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	make(&layouts[6], &t, 1000);
	memcpy(fake_ram + t.seqs + 3 * 500, fake_ram + t.seqs + 3 * 501, 3);
	assert_int_equal(fake_open(ctx, t.info, &ks, NULL), 0);
	assert_false(kallsyms_has_sorted(ks));
	assert_int_equal(kallsyms_find(ks, fake_symbols[900].type_name + 1, &addr, NULL), 0);
	assert_int_equal(addr, first_named(&t, fake_symbols[900].type_name + 1));
	talloc_free(ctx);
}

/* What a plain search finds in a table with so many wrong entries is found, whatever was met. */
static void check_damaged(uint32_t n, uint32_t wrong)
{
	struct fake_tables t;
	struct kallsyms *ks, *plain;
	TALLOC_CTX *ctx = talloc_new(NULL);
	uint64_t addr;

	make(&layouts[6], &t, n);
	for (uint32_t i = 1; i <= wrong; i++)
		memcpy(fake_ram + t.seqs + 3 * (i * 7919 % n),
			fake_ram + t.seqs + 3 * (i * 4801 % n), 3);
	assert_int_equal(fake_open(ctx, t.info, &ks, NULL), 0);
	assert_int_equal(fake_open(ctx, t.info, &plain, NULL), 0);
	kallsyms_search_plainly(plain);
	for (uint32_t i = 0; i < n; i++) {
		const char *name = fake_symbols[i * 1237 % n].type_name + 1;

		if (kallsyms_find(plain, name, &addr, NULL) == 0)
			assert_int_equal(kallsyms_find(ks, name, &addr, NULL), 0);
	}
	talloc_free(ctx);
}

static void damage_of_the_sorted_table(void **state)
{
	(void)state;
	for (uint32_t wrong = 1; wrong < 1000; wrong *= 3)
		check_damaged(4000, wrong);
}

/* A static symbol before and after a global one of the same name. */
static void global_among_static(void **state)
{
	static const unsigned places[] = {300, 600, 900};
	struct fake_tables t;
	struct kallsyms *ks;
	uint64_t addr;
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	make(&layouts[6], &t, 1000);
	for (unsigned i = 0; i < 3; i++)
		snprintf(fake_symbols[places[i] + 1].type_name, 8, i == 1 ? "Dsame" : "dsame");
	fake_put_tables(&layouts[6], &t);
	assert_int_equal(fake_open(ctx, t.info, &ks, NULL), 0);
	assert_int_equal(kallsyms_find(ks, "same", &addr, NULL), 0);
	assert_true(addr == fake_symbols[601].addr || addr == fake_symbols[301].addr);
	assert_false(kallsyms_is_only(ks, "same"));
	assert_true(kallsyms_is_only(ks, fake_symbols[602].type_name + 1));
	talloc_free(ctx);
}

/* The number of the symbol whose name comes next in order. */
static uint32_t next_by_name(const struct fake_tables *t, uint32_t i)
{
	uint32_t best = t->n;

	for (uint32_t k = 0; k < t->n; k++)
		if (strcmp(fake_symbols[k].type_name + 1, fake_symbols[i].type_name + 1) > 0 &&
			(best == t->n || strcmp(fake_symbols[k].type_name + 1,
						 fake_symbols[best].type_name + 1) < 0))
			best = k;
	return best;
}

/* Where the next name cannot be read, it may be the same. */
static void not_known_to_be_the_only_one(void **state)
{
	struct fake_tables t;
	struct kallsyms *ks;
	uint64_t addr;
	uint32_t i = 700;
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	make(&layouts[6], &t, 1000);
	while (next_by_name(&t, i) > 100)
		i++;
	assert_true(i < t.n);
	assert_int_equal(fake_open(ctx, t.info, &ks, NULL), 0);
	assert_int_equal(kallsyms_find(ks, fake_symbols[i].type_name + 1, &addr, NULL), 0);
	assert_true(kallsyms_is_only(ks, fake_symbols[i].type_name + 1));
	ks->chunk_len = 0;
	fake_hole = t.names & ~0xfffull;
	assert_false(kallsyms_is_only(ks, fake_symbols[i].type_name + 1));
	talloc_free(ctx);
}

/* What is known of another kernel moves with what was found in this one. */
static void likely_places(void **state)
{
	struct kallsyms ks = {.n = 65536};
	uint32_t btf, modules, again, last;

	(void)state;
	assert_false(kallsyms_likely(&ks, "no_such_name", &btf));
	assert_true(kallsyms_likely(&ks, "__start_BTF", &btf));
	assert_true(kallsyms_likely(&ks, "modules", &modules));
	assert_true(btf < modules && modules < ks.n);
	kallsyms_likely_found(&ks, "no_such_name", 5);
	kallsyms_likely_found(&ks, "__start_BTF", btf + 700);
	assert_true(kallsyms_likely(&ks, "modules", &again));
	assert_int_equal(again, modules + 700);
	kallsyms_likely_found(&ks, "modules", modules + 100);
	assert_true(kallsyms_likely(&ks, "__stop_BTF", &again));
	assert_int_equal(again, btf + 700 + 1);
	assert_true(kallsyms_likely(&ks, "btf_modules", &again));
	kallsyms_likely_found(&ks, "sysctl_bootid", 65535);
	assert_true(kallsyms_likely(&ks, "sysctl_bootid", &last));
	assert_int_equal(last, 65535);
	ks.n_moved = 0;
	for (unsigned i = 0; i < 100; i++)
		kallsyms_likely_found(&ks, "modules", 0);
	assert_true(kallsyms_likely(&ks, "__per_cpu_start", &last));
	assert_int_equal(last, 0);
}

/* More symbols at one address than any real kernel has: the search for the first one ends. */
static void too_many_at_one_address(void **state)
{
	const struct fake_layout *l = &layouts[6];
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fake_tables t;
	struct kallsyms *ks;
	struct kallsym sym;

	(void)state;
	make(l, &t, 5003);
	assert_int_equal(fake_open(ctx, t.info, &ks, NULL), 0);
	for (unsigned i = 100; i < 100 + CAP_KALLSYMS_ALIASES; i++)
		memcpy(fake_ram + t.addresses + 4 * i, fake_ram + t.addresses + 400, 4);
	assert_int_equal(kallsyms_at(ks, FAKE_STEXT + 16 * 100, &sym, NULL), 0);
	assert_false(kallsyms_is_capped(ks));
	for (unsigned i = 100; i < 110 + CAP_KALLSYMS_ALIASES; i++)
		memcpy(fake_ram + t.addresses + 4 * i, fake_ram + t.addresses + 400, 4);
	assert_int_equal(fake_open(ctx, t.info, &ks, NULL), 0); /* what was met is remembered */
	assert_int_equal(kallsyms_at(ks, FAKE_STEXT + 16 * 100, &sym, NULL), 0);
	assert_true(kallsyms_is_capped(ks));
	talloc_free(ctx);
}

static void nothing_to_find(void **state)
{
	struct fake_tables t;

	(void)state;
	make(&layouts[11], &t, 5003);
	memset(fake_ram + t.token_table, 'x', 600);
	assert_int_equal(open_changed(&t), VMT_ERR_NODATA);
	make(&layouts[11], &t, 5003);
	memset(fake_ram + t.num_syms, 0xff, 4);
	assert_int_equal(open_changed(&t), VMT_ERR_NODATA);
	fake_reset();
	assert_int_equal(open_changed(&t), VMT_ERR_NODATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_layout),
		cmocka_unit_test(few_symbols),
		cmocka_unit_test(one_address_is_cheap),
		cmocka_unit_test(many_names_read_few_pages),
		cmocka_unit_test(finds_the_first_of_a_name),
		cmocka_unit_test(neighbours_cost_nothing),
		cmocka_unit_test(every_address_as_plainly),
		cmocka_unit_test(cut_dump_answers_again),
		cmocka_unit_test(lies_about_counts_and_tokens),
		cmocka_unit_test(lies_about_addresses),
		cmocka_unit_test(lies_about_names),
		cmocka_unit_test(zeroed_addresses),
		cmocka_unit_test(repeated_numbers),
		cmocka_unit_test(damage_of_the_sorted_table),
		cmocka_unit_test(global_among_static),
		cmocka_unit_test(not_known_to_be_the_only_one),
		cmocka_unit_test(likely_places),
		cmocka_unit_test(too_many_at_one_address),
		cmocka_unit_test(nothing_to_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
