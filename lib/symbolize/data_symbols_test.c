// SPDX-License-Identifier: GPL-3.0-or-later
/* The variables of a fake kernel by made-up files: an ELF file and a System.map. */
#include "base/test.h"

#include <gelf.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "image/fake_kernel.h"
#include "symbolize/system_map.h"

#define RELEASE "6.1.0-56-arm64"
#define BANNER_AT 0x8000

/* The files say that the kernel is elsewhere. */
static const struct row {
	uint64_t addr, size;
	char type;
	const char *name;
} rows[] = {
	{0x40, 8, 'D', "per_cpu_thing"},
	{0xffff800008000000, 0, 'T', "_text"},
	{0xffff800008001000, 0, 'T', "_stext"},
	{0xffff800008001200, 0x40, 'T', "frob"},
	{0xffff800008001220, 0, 't', "label_in_frob"},
	{0xffff800008001400, 0, 'D', "_etext"},
	{0xffff800008008000, 64, 'D', "linux_banner"},
	{0xffff800008009000, 0, 'D', "__start_hosts"},
	{0xffff800008009000, 64, 'D', "hosts"},
	{0xffff800008009100, 32, 'd', "scan_lock"},
	{0xffff800008009120, 32, 'd', "scan_lock"},
	{0xffff800008009140, 8, 'B', "$d"},
	{0xffff800008009140, 8, 'B', "last"},
};

struct fixture {
	TALLOC_CTX *ctx;
	struct kernel_image image;
};

static void set_up(struct fixture *f)
{
	static const struct fake_layout layout = {.mode = FAKE_RELATIVE, .seqs = true};
	struct fake_tables t = {0};

	fake_reset();
	f->ctx = talloc_new(NULL);
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, FAKE_STEXT + 0x200, "Tfrob");
	fake_symbol_add(&t, FAKE_STEXT + 0x400, "T_etext");
	/* As many as make a table believable. */
	for (unsigned i = 0; i < 600; i++)
		fake_symbol_add(&t, FAKE_STEXT + 0x80000 + 16 * i, "tsym_%u", i);
	fake_put_tables(&layout, &t);
	fake_text(BANNER_AT, "Linux version " RELEASE " (debian)");
	f->image = (struct kernel_image){.space = fake_space(f->ctx)};
	assert_int_equal(fake_open(f->ctx, t.info, &f->image.symbols, NULL), 0);
}

static char *make_map(TALLOC_CTX *ctx)
{
	char *s = talloc_strdup(ctx, "");

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		s = talloc_asprintf_append(s, "%016llx %c %s\n", (unsigned long long)rows[i].addr,
			rows[i].type, rows[i].name);
	return s;
}

static void check_symbols(struct fixture *f, struct data_symbols *ds)
{
	struct kallsyms_more more;
	struct kallsym sym;
	uint64_t addr;

	assert_int_equal(kernel_symbol(&f->image, "hosts", &addr, NULL), VMT_ERR_NOTFOUND);
	assert_int_equal(data_symbols_place(ds, &f->image, RELEASE, NULL), 0);
	more = data_symbols_more(ds);
	kallsyms_add(f->image.symbols, &more);
	assert_int_equal(kernel_symbol(&f->image, "hosts", &addr, NULL), 0);
	assert_int_equal(addr, FAKE_IMAGE + 0x9000);
	assert_int_equal(kernel_symbol(&f->image, "scan_lock", &addr, NULL), 0);
	assert_int_equal(addr, FAKE_IMAGE + 0x9100);
	assert_int_equal(kernel_symbol(&f->image, "per_cpu_thing", &addr, NULL), 0);
	assert_int_equal(addr, 0x40);
	assert_int_equal(kernel_symbol(&f->image, "none", &addr, NULL), VMT_ERR_NOTFOUND);
	assert_int_equal(kernel_symbol(&f->image, "$d", &addr, NULL), VMT_ERR_NOTFOUND);
	assert_int_equal(kallsyms_at(f->image.symbols, FAKE_IMAGE + 0x9128, &sym, NULL), 0);
	assert_string_equal(sym.name, "scan_lock");
	assert_int_equal(sym.addr, FAKE_IMAGE + 0x9120);
	assert_int_equal(sym.size, 32);
	assert_int_equal(sym.type, 'd');
	assert_int_equal(kallsyms_at(f->image.symbols, FAKE_IMAGE + 0x9004, &sym, NULL), 0);
	assert_string_equal(sym.name, "hosts");
	/* Functions are those of the kernel's own table. */
	assert_int_equal(kallsyms_at(f->image.symbols, FAKE_STEXT + 0x230, &sym, NULL), 0);
	assert_string_equal(sym.name, "frob");
}

static void a_map(void **state)
{
	struct data_symbols *ds;
	struct fixture f;
	char *text;

	(void)state;
	set_up(&f);
	text = make_map(f.ctx);
	assert_int_equal(data_symbols_of_map(f.ctx, text, strlen(text), &ds, NULL), 0);
	check_symbols(&f, ds);
	text = talloc_strdup(f.ctx, "ffffffffffffffff B The real System.map is elsewhere\n");
	assert_int_equal(
		data_symbols_of_map(f.ctx, text, strlen(text), &ds, NULL), VMT_ERR_NOTFOUND);
	assert_int_equal(data_symbols_of_map(f.ctx, "", 0, &ds, NULL), VMT_ERR_NOTFOUND);
	talloc_free(f.ctx);
}

/* The sections must have the same sizes, and the banner must be there. */
static void of_another_build(void **state)
{
	struct data_symbols *ds;
	struct fixture f;
	char *text;

	(void)state;
	set_up(&f);
	text = make_map(f.ctx);
	assert_int_equal(data_symbols_of_map(f.ctx, text, strlen(text), &ds, NULL), 0);
	assert_int_equal(data_symbols_place(ds, &f.image, "6.1.0-56-arm", NULL), VMT_ERR_NOTFOUND);
	assert_int_equal(data_symbols_place(ds, &f.image, NULL, NULL), VMT_ERR_NOTFOUND);
	fake_text(BANNER_AT, "linux version " RELEASE " (debian)");
	assert_int_equal(data_symbols_place(ds, &f.image, RELEASE, NULL), VMT_ERR_NOTFOUND);
	fake_text(BANNER_AT, "Linux version " RELEASE " (debian)");
	*strstr(text, "1400 D _etext") = '2';
	assert_int_equal(data_symbols_of_map(f.ctx, text, strlen(text), &ds, NULL), 0);
	assert_int_equal(data_symbols_place(ds, &f.image, RELEASE, NULL), VMT_ERR_NOTFOUND);
	talloc_free(f.ctx);
}

/* ---- an ELF file ------------------------------------------------------------------------- */

static Elf_Scn *add_section(Elf *elf, uint32_t type, uint64_t flags, void *bytes, size_t size)
{
	Elf_Scn *scn = elf_newscn(elf);
	Elf_Data *data = elf_newdata(scn);
	GElf_Shdr header;

	assert_non_null(gelf_getshdr(scn, &header));
	header.sh_type = type;
	header.sh_flags = flags;
	header.sh_entsize = type == SHT_SYMTAB ? sizeof(Elf64_Sym) : 0;
	header.sh_link = 4;
	assert_true(gelf_update_shdr(scn, &header));
	data->d_buf = bytes;
	data->d_size = size;
	data->d_type = type == SHT_SYMTAB ? ELF_T_SYM : ELF_T_BYTE;
	data->d_align = 8;
	data->d_version = EV_CURRENT;
	return scn;
}

/* Sections: 1 text, 2 data, 3 symbols, 4 names. */
static Elf *make_elf(int fd)
{
	static Elf64_Sym syms[ARRAY_SIZE(rows) + 1];
	static char names[400], nothing[8];
	size_t at = 1;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_WRITE, NULL);
	assert_non_null(elf64_newehdr(elf));
	elf64_getehdr(elf)->e_machine = EM_AARCH64;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool text = rows[i].type == 'T' || rows[i].type == 't';
		unsigned type = text && rows[i].size ? STT_FUNC
				: rows[i].size	     ? STT_OBJECT
						     : STT_NOTYPE;

		syms[i + 1] = (Elf64_Sym){.st_name = (uint32_t)at,
			.st_info =
				ELF64_ST_INFO(rows[i].type >= 'a' ? STB_LOCAL : STB_GLOBAL, type),
			.st_shndx = text ? 1 : 2,
			.st_value = rows[i].addr,
			.st_size = rows[i].size};
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s", rows[i].name) + 1;
	}
	add_section(elf, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, nothing, sizeof(nothing));
	add_section(elf, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, nothing, sizeof(nothing));
	add_section(elf, SHT_SYMTAB, 0, syms, sizeof(syms));
	add_section(elf, SHT_STRTAB, 0, names, at);
	assert_true(elf_update(elf, ELF_C_WRITE) > 0);
	elf_end(elf);
	return elf_begin(fd, ELF_C_READ, NULL);
}

static void an_elf_file(void **state)
{
	FILE *file = tmpfile();
	struct data_symbols *ds;
	struct fixture f;
	Elf *elf;

	(void)state;
	set_up(&f);
	elf = make_elf(fileno(file));
	assert_non_null(elf);
	assert_int_equal(data_symbols_of_elf(f.ctx, elf, &ds, NULL), 0);
	check_symbols(&f, ds);
	talloc_free(f.ctx);
	elf_end(elf);
	fclose(file);
}

/* ---- finding a map ----------------------------------------------------------------------- */

static void put_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	fclose(file);
}

static bool finds(struct fixture *f, const struct debuginfo_places *places, const char *dump,
	const char *release)
{
	struct data_symbols *ds;
	struct system_map_want want = {places, dump, release};

	assert_int_equal(system_map_find(f->ctx, &want, &f->image, &ds, NULL), 0);
	return ds != NULL;
}

static void places_of_maps(void **state)
{
	char root[] = "/tmp/vmtriage-map-XXXXXX";
	struct debuginfo_places places = {.root = "/proc/nonexistent"};
	char *path, *dump;
	const char *named;
	struct fixture f;

	(void)state;
	set_up(&f);
	assert_non_null(mkdtemp(root));
	dump = talloc_asprintf(f.ctx, "%s/vmcore", root);
	assert_false(finds(&f, &places, dump, RELEASE));
	path = talloc_asprintf(f.ctx, "%s/System.map", root);
	put_file(path, make_map(f.ctx));
	assert_true(finds(&f, &places, dump, RELEASE));
	assert_false(finds(&f, &places, dump, "../" RELEASE));
	assert_false(finds(&f, &places, NULL, RELEASE));
	named = path;
	places = (struct debuginfo_places){
		.paths = &named, .n_paths = 1, .root = "/proc/nonexistent"};
	assert_true(finds(&f, &places, NULL, RELEASE));
	unlink(path);
	path = talloc_asprintf(f.ctx, "%s/boot", root);
	assert_int_equal(mkdir(path, 0700), 0);
	path = talloc_asprintf(f.ctx, "%s/boot/System.map-%s", root, RELEASE);
	put_file(path, make_map(f.ctx));
	places = (struct debuginfo_places){.root = root};
	assert_true(finds(&f, &places, NULL, RELEASE));
	assert_false(finds(&f, &places, NULL, "6.1.0-55-arm64"));
	unlink(path);
	rmdir(talloc_asprintf(f.ctx, "%s/boot", root));
	rmdir(root);
	talloc_free(f.ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_map),
		cmocka_unit_test(of_another_build),
		cmocka_unit_test(an_elf_file),
		cmocka_unit_test(places_of_maps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
