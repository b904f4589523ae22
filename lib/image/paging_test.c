// SPDX-License-Identifier: GPL-3.0-or-later
/* From VMCOREINFO and the container to memory: page tables of each size, built by hand. */
#include "base/test.h"

#include <elf.h>
#include <string.h>

#include "base/array.h"
#include "dump/format.h"
#include "dump/page_cache.h"
#include "image/paging.h"

#define RAM (1u << 20)
#define ROOT 0x20000u /* the tables, each in a page of 64 KiB */
#define TABLE 0x10000u
#define DATA 0x90000u /* the page that the tables map */
#define VALUE 0x1122334455667788u

static uint8_t ram[RAM];

static int read_page(struct dump *dump, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	uint64_t at = pfn * dump->page_size;

	if (at >= RAM)
		return err_set_at(err, VMT_ERR_NODATA, at, "no such page");
	memcpy(buf, ram + at, dump->page_size);
	return 0;
}

static const struct dump_format format = {.name = "test", .read_page = read_page};

static void put_word(uint64_t at, uint64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		ram[at + i] = (uint8_t)(value >> 8 * i);
}

/*
 * One mapping of va: tables for each level, the first at ROOT, with 2^shift bytes each, and the
 * page.
 */
struct tables {
	uint64_t va;
	unsigned shift, levels, va_bits;
	uint64_t flags; /* set in every entry */
};

static void put_tables(const struct tables *t)
{
	unsigned bits = t->shift - 3;

	memset(ram, 0, sizeof(ram));
	for (unsigned i = 0; i < t->levels; i++) {
		unsigned low = t->shift + bits * (t->levels - 1 - i);
		uint64_t index = t->va >> low & ((1u << bits) - 1);
		uint64_t next = i + 1 < t->levels ? ROOT + (i + 1) * TABLE : DATA;

		if (i == 0 && t->va_bits)
			index &= (1u << (t->va_bits - low)) - 1;
		put_word(ROOT + i * TABLE + index * 8, next | t->flags);
	}
	put_word(DATA + (t->va & ((1u << t->shift) - 1)), VALUE);
}

static struct dump *new_dump(uint16_t machine, uint32_t page_size)
{
	struct dump *d = talloc_zero(NULL, struct dump);

	*d = (struct dump){
		.format = &format, .machine = machine, .is_64 = true, .page_size = page_size};
	assert_int_equal(page_cache_open(d, page_size, &d->cache, NULL), 0);
	return d;
}

static struct mem_space *open_space(struct dump *d, const char *text)
{
	struct vmcoreinfo *info;
	struct mem_space *space;
	struct vmt_err err;

	assert_int_equal(vmcoreinfo_parse(d, text, strlen(text), &info, &err), 0);
	if (kernel_space_open(d, d, info, &space, &err))
		fail_msg("%s", err.message);
	return space;
}

static uint64_t value_at(struct mem_space *space, uint64_t va)
{
	struct vmt_err err;
	uint64_t value;

	if (mem_read_uint(space, va, 8, &value, &err))
		fail_msg("0x%llx: %s", (unsigned long long)va, err.message);
	return value;
}

/* Each line: the text of VMCOREINFO next to the tables that the kernel then has. */
struct layout_case {
	const char *name;
	uint16_t machine;
	uint32_t page_size; /* in the container */
	struct tables tables;
	const char *info;
};

#define X86_ROOT "SYMBOL(swapper_pg_dir)=ffffffff81020000\nNUMBER(phys_base)=-16777216\n"
/* _stext is at 0xffffffc010080000, which is 0x80000 in physical memory. */
#define ARM64_ROOT                                                                                 \
	"SYMBOL(_stext)=ffffffc010080000\nNUMBER(kimage_voffset)=0xffffffc010000000\n"             \
	"SYMBOL(swapper_pg_dir)=ffffffc010020000\n"

static const struct layout_case cases[] = {
	{"x86_64, 4 levels", EM_X86_64, 4096, {0xffffc90012345678u, 12, 4, 0, 0x63}, X86_ROOT},
	{"x86_64, 5 levels", EM_X86_64, 4096, {0xff11000812345678u, 12, 5, 0, 0x63},
		X86_ROOT "NUMBER(pgtable_l5_enabled)=1\n"},
	{"x86_64, 4 levels though it could have 5", EM_X86_64, 4096,
		{0xffffc90012345678u, 12, 4, 0, 0x63}, X86_ROOT "NUMBER(pgtable_l5_enabled)=0\n"},
	{"x86_64, memory encrypted (SME)", EM_X86_64, 4096,
		{0xffffc90012345678u, 12, 4, 0, 0x800000000063u},
		X86_ROOT "NUMBER(sme_mask)=140737488355328\n"},
	{"aarch64, 4 KiB, 48 bits", EM_AARCH64, 4096, {0xffff800812345678u, 12, 4, 48, 0x703},
		ARM64_ROOT "PAGESIZE=4096\nNUMBER(VA_BITS)=48\n"},
	{"aarch64, 4 KiB, 39 bits", EM_AARCH64, 4096, {0xffffffc812345678u, 12, 3, 39, 0x703},
		ARM64_ROOT "PAGESIZE=4096\nNUMBER(VA_BITS)=39\n"},
	{"aarch64, what the hardware was set to goes before", EM_AARCH64, 4096,
		{0xffffffc812345678u, 12, 3, 39, 0x703},
		ARM64_ROOT "PAGESIZE=4096\nNUMBER(VA_BITS)=48\nNUMBER(TCR_EL1_T1SZ)=0x19\n"},
	{"aarch64, a size of no kernel is not believed", EM_AARCH64, 4096,
		{0xffff800812345678u, 12, 4, 48, 0x703},
		ARM64_ROOT "PAGESIZE=4096\nNUMBER(VA_BITS)=48\nNUMBER(TCR_EL1_T1SZ)=0x3f\n"},
	{"aarch64, 16 KiB, 47 bits", EM_AARCH64, 16384, {0xffffc00812345678u, 14, 3, 47, 0x703},
		ARM64_ROOT "PAGESIZE=16384\nNUMBER(VA_BITS)=47\n"},
	{"aarch64, 64 KiB, 42 bits", EM_AARCH64, 65536, {0xfffffe0012345678u, 16, 2, 42, 0x703},
		ARM64_ROOT "PAGESIZE=65536\nNUMBER(VA_BITS)=42\n"},
	{"aarch64, 64 KiB in a container of 4 KiB", EM_AARCH64, 4096,
		{0xfffffe0012345678u, 16, 2, 42, 0x703},
		ARM64_ROOT "PAGESIZE=65536\nNUMBER(VA_BITS)=42\n"},
	{"aarch64, 64 KiB: tables are of what the kernel was built for", EM_AARCH64, 65536,
		{0xffffff8012345678u, 16, 2, 42, 0x703},
		ARM64_ROOT "PAGESIZE=65536\nNUMBER(VA_BITS)=42\nNUMBER(TCR_EL1_T1SZ)=0xc\n"},
};

static void page_tables(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct layout_case *c = &cases[i];
		struct dump *d = new_dump(c->machine, c->page_size);
		struct mem_space *space;
		uint64_t value;

		put_tables(&c->tables);
		space = open_space(d, c->info);
		if (mem_read_uint(space, c->tables.va, 8, &value, NULL) || value != VALUE)
			fail_msg("%s", c->name);
		/* Nothing maps the next gigabyte. */
		assert_int_not_equal(
			mem_read_uint(space, c->tables.va + (1u << 30), 8, &value, NULL), 0);
		talloc_free(d);
	}
}

/* An impossible page size in VMCOREINFO is ignored, and the container's is used. */
static void odd_page_sizes(void **state)
{
	static const char *const sizes[] = {"0", "12288", "2048", "131072", "x"};
	struct tables t = {0xffff800812345678u, 12, 4, 48, 0x703};

	(void)state;
	put_tables(&t);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct dump *d = new_dump(EM_AARCH64, 4096);
		char text[512];

		snprintf(text, sizeof(text), ARM64_ROOT "NUMBER(VA_BITS)=48\nPAGESIZE=%s\n",
			sizes[i]);
		assert_int_equal(value_at(open_space(d, text), t.va), VALUE);
		talloc_free(d);
	}
}

/* Where the image is: from VMCOREINFO, the container's ranges, or the header's hint. */
static void phys_base(void **state)
{
	static const struct dump_vrange ranges[] = {
		{0xffff888000000000u, 0, RAM},
		{0xffffffff81000000u, DATA - 0x1000, 0x2000},
	};
	struct dump *d = new_dump(EM_X86_64, 4096);
	struct mem_space *space;
	struct vmt_err err;

	(void)state;
	memset(ram, 0, sizeof(ram));
	put_word(DATA, VALUE);
	d->phys_base_hint = (struct vmt_u64){true, (uint64_t)-0x1000000 + DATA};
	assert_int_equal(kernel_space_open(d, d, NULL, &space, NULL), 0);
	assert_int_equal(value_at(space, 0xffffffff81000000u), VALUE);
	d->vranges = ranges;
	d->n_vranges = 2;
	assert_int_equal(kernel_space_open(d, d, NULL, &space, NULL), 0);
	assert_int_equal(value_at(space, 0xffffffff81001000u), VALUE);
	space = open_space(d, "NUMBER(phys_base)=589824\n"); /* DATA */
	assert_int_equal(value_at(space, 0xffffffff80000000u), VALUE);
	d->n_vranges = 1;
	d->phys_base_hint.known = false;
	assert_int_equal(kernel_space_open(d, d, NULL, &space, &err), VMT_ERR_NODATA);
	talloc_free(d);
}

/* KASLR moves x86's image in a window whose size is in VMCOREINFO. */
static void image_size(void **state)
{
	const uint64_t va = 0xffffffff80000000u + (600u << 20);
	struct dump *d = new_dump(EM_X86_64, 4096);
	char text[128];
	uint64_t value;

	(void)state;
	memset(ram, 0, sizeof(ram));
	put_word(DATA, VALUE);
	snprintf(text, sizeof(text),
		"NUMBER(phys_base)=%lld\nNUMBER(KERNEL_IMAGE_SIZE)=1073741824\n",
		(long long)DATA - (600ll << 20));
	assert_int_equal(value_at(open_space(d, text), va), VALUE);
	*strchr(text, '\n') = '\0'; /* without it: 512 MiB */
	assert_int_not_equal(mem_read_uint(open_space(d, text), va, 8, &value, NULL), 0);
	talloc_free(d);
}

static void aarch64_needs_its_offset(void **state)
{
	static const char text[] = "SYMBOL(_stext)=ffffffc010080000\n";
	struct dump *d = new_dump(EM_AARCH64, 4096);
	struct vmcoreinfo *info;
	struct mem_space *space;
	struct vmt_err err;

	(void)state;
	assert_int_equal(kernel_space_open(d, d, NULL, &space, &err), VMT_ERR_NODATA);
	assert_int_equal(vmcoreinfo_parse(d, text, strlen(text), &info, &err), 0);
	assert_int_equal(kernel_space_open(d, d, info, &space, &err), VMT_ERR_NODATA);
	talloc_free(d);
}

/* ---- which machine it is ----------------------------------------------------------------- */

static const char *machine_of(struct dump *d)
{
	const struct arch *arch;
	struct vmt_err err;

	return kernel_arch_find(d, &arch, &err) ? NULL : arch->name;
}

static void machines(void **state)
{
	struct dump d = {.format = &format, .is_64 = true, .machine = EM_AARCH64};
	const struct arch *arch;
	struct vmt_err err;

	(void)state;
	assert_string_equal(machine_of(&d), "aarch64");
	d.machine = 0;
	assert_string_equal(machine_of(&d), "x86_64"); /* the usual one, if none is named */
	d.machine_name = "aarch64";
	assert_string_equal(machine_of(&d), "aarch64");
	d.machine_name = NULL;
	d.big_endian = true;
	assert_null(machine_of(&d));
	d.machine = EM_RISCV;
	assert_int_equal(kernel_arch_find(&d, &arch, &err), VMT_ERR_UNSUPPORTED);
	assert_non_null(strstr(err.message, "a test dump of a 64-bit riscv"));
}

/* A note with a CPU's registers and a descriptor of that many bytes. */
static size_t put_prstatus(uint8_t *note, uint8_t size_high, uint8_t size_low)
{
	memset(note, 0, 512);
	note[0] = 5;
	note[4] = size_low;
	note[5] = size_high;
	note[8] = NT_PRSTATUS;
	memcpy(note + 12, "CORE", 4);
	return 20 + (size_t)(size_high << 8 | size_low);
}

static void machine_by_the_registers(void **state)
{
	uint8_t note[512];
	struct dump d = {
		.format = &format, .is_64 = true, .machine_name = "Unknown", .notes = note};

	(void)state;
	d.notes_len = put_prstatus(note, 392 >> 8, 392 & 255);
	assert_string_equal(machine_of(&d), "aarch64");
	d.notes_len = put_prstatus(note, 336 >> 8, 336 & 255);
	assert_string_equal(machine_of(&d), "x86_64");
	d.is_64 = false;
	assert_null(machine_of(&d));
	d.is_64 = true;
	d.notes_len = put_prstatus(note, 0, 144); /* of i386 */
	assert_null(machine_of(&d));
	d.notes_len = 0;
	assert_null(machine_of(&d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_tables),
		cmocka_unit_test(odd_page_sizes),
		cmocka_unit_test(phys_base),
		cmocka_unit_test(image_size),
		cmocka_unit_test(aarch64_needs_its_offset),
		cmocka_unit_test(machines),
		cmocka_unit_test(machine_by_the_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
