// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads the language described in mkdump.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "io/codec.h"
#include "mkdump.h"

#define MAX_DEPTH 4

/* All settings, with their defaults. */
static const struct mk_setting defaults[] = {
	{"format", "kdump"}, /* or elf */
	{"class", "64"},     /* 32 (i386), 32-padded (ARM, MIPS) */
	{"byte-order", "little"},
	{"page-size", "4096"},
	{"truncate", "-1"}, /* the file ends here */
	/* kdump */
	{"signature", "KDUMP   "},
	{"version", "6"},
	{"compression", "zlib"}, /* none, zlib, lzo, snappy, zstd */
	{"nodename", "host"},
	{"release", "6.1.0-test"},
	{"kernel", "#1 SMP Test"},
	{"machine", "x86_64"},
	{"timestamp", "1700000000"},
	{"phys-base", "0"},
	{"dump-level", "31"},
	{"max-mapnr", "0"}, /* 0: past the highest page */
	{"bitmaps", "2"},
	{"split-start", "0"}, /* pages [start, end); end 0: not split */
	{"split-end", "0"},
	/* elf */
	{"machine-id", "62"},
	{"phoff", "0"}, /* 0: after the header */
	{"flags", "0"},
	{"null-phdrs", "0"}, /* empty program headers before the others */
	/* flattened */
	{"flatten", "no"},
	{"flat-block", "8192"},
	{"flat-order", "forward"}, /* backward */
	{"flat-end", "yes"},
};

#define N_DEFAULTS ARRAY_SIZE(defaults)

struct reader {
	struct mk_desc *desc;
	const char *path;
	unsigned line, depth;
	struct vmt_err *err;
};

static int read_file(struct reader *r, const char *path);

static int fail(const struct reader *r, const char *what, const char *which)
{
	return err_set(r->err, VMT_ERR_USAGE, "%s:%u: %s: %s", r->path, r->line, what, which);
}

static void *must(void *allocated)
{
	if (!allocated) {
		fputs("mkdump: out of memory\n", stderr);
		exit(1);
	}
	return allocated;
}

/* Room for one more in one of the description's arrays. */
#define GROW(desc, array, n)                                                                       \
	((desc)->array = must(talloc_realloc_size(                                                 \
		 desc, (desc)->array, ((desc)->n + 1) * sizeof((desc)->array[0]))),                \
		&(desc)->array[(desc)->n++])

static bool parse_number(const char *s, uint64_t *ret)
{
	static const char suffixes[] = "KMG";
	const char *suffix;
	char *end;

	errno = 0;
	*ret = strtoull(s, &end, 0);
	if (errno || end == s)
		return false;
	suffix = *end ? strchr(suffixes, *end) : NULL;
	if (suffix) {
		*ret <<= 10 * (suffix - suffixes + 1);
		end++;
	}
	return *end == '\0';
}

const char *mkdump_text(const struct mk_desc *desc, const char *name)
{
	for (size_t i = desc->n_settings; i-- > 0;) {
		if (strcmp(desc->settings[i].name, name) == 0)
			return desc->settings[i].value;
	}
	for (size_t i = 0; i < N_DEFAULTS; i++) {
		if (strcmp(defaults[i].name, name) == 0)
			return defaults[i].value;
	}
	return "";
}

uint64_t mkdump_number(const struct mk_desc *desc, const char *name)
{
	uint64_t v = 0;

	(void)parse_number(mkdump_text(desc, name), &v);
	return v;
}

/* ---- words and data ---------------------------------------------------------------------- */

/* Cuts the next word off *s. NULL at the end. A quoted word may contain anything. */
static char *next_word(char **s)
{
	char *p = *s + strspn(*s, " \t"), *word = p;
	const char *stop = " \t";

	if (!*p)
		return NULL;
	if (*p == '"') {
		word = ++p;
		stop = "\"";
	}
	p += strcspn(p, stop);
	if (*p)
		*p++ = '\0';
	*s = p;
	return word;
}

struct data {
	uint8_t *p;
	size_t len, room;
};

static void append(struct reader *r, struct data *d, const void *p, size_t len)
{
	if (d->len + len >= d->room) {
		d->room = 2 * (d->len + len) + 64;
		d->p = talloc_realloc(r->desc, d->p, uint8_t, d->room);
	}
	memcpy(d->p + d->len, p, len);
	d->len += len;
}

static int data_fill(struct reader *r, struct data *d, uint64_t addr, char **s)
{
	char *word = next_word(s);
	uint64_t v;

	(void)addr;
	if (!word || !parse_number(word, &v))
		return fail(r, "fill needs a byte", word ? word : "");
	for (uint32_t i = 0; i < r->desc->page_size; i++)
		append(r, d, &(uint8_t){(uint8_t)v}, 1);
	return 0;
}

/* Digits up to the end of the line. */
static int data_hex(struct reader *r, struct data *d, uint64_t addr, char **s)
{
	char *word;

	(void)addr;
	while ((word = next_word(s))) {
		for (; word[0]; word += 2) {
			char two[3] = {word[0], word[1], 0}, *end;
			uint8_t byte = (uint8_t)strtoul(two, &end, 16);
			if (end != two + 2)
				return fail(r, "not hex", word);
			append(r, d, &byte, 1);
		}
	}
	return 0;
}

static int data_text(struct reader *r, struct data *d, uint64_t addr, char **s)
{
	char *word = next_word(s);

	(void)addr;
	if (!word)
		return fail(r, "text needs a string in quotes", "");
	for (; *word; word++) {
		char c = *word;
		if (c == '\\' && word[1] == 'n')
			c = '\n', word++;
		append(r, d, &c, 1);
	}
	return 0;
}

static int data_address(struct reader *r, struct data *d, uint64_t addr, char **s)
{
	(void)s;
	for (uint32_t i = 0; i < r->desc->page_size; i++) {
		uint8_t byte = (uint8_t)((addr + (i & ~7u)) >> 8 * (i & 7));
		append(r, d, &byte, 1);
	}
	return 0;
}

static int data_random(struct reader *r, struct data *d, uint64_t addr, char **s)
{
	char *word = next_word(s);
	uint64_t x;

	(void)addr;
	if (!word || !parse_number(word, &x) || x == 0)
		return fail(r, "random needs a number", word ? word : "");
	for (uint32_t i = 0; i < r->desc->page_size; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		append(r, d, &(uint8_t){(uint8_t)(x >> 32)}, 1);
	}
	return 0;
}

static const struct {
	const char *word;
	int (*read)(struct reader *r, struct data *d, uint64_t addr, char **s);
} data_kinds[] = {
	{"fill", data_fill},
	{"hex", data_hex},
	{"text", data_text},
	{"address", data_address},
	{"random", data_random},
};

static int read_data(struct reader *r, uint64_t addr, char *s, struct data *d)
{
	size_t n = ARRAY_SIZE(data_kinds), i;
	char *word;

	*d = (struct data){0};
	append(r, d, "", 0);
	while ((word = next_word(&s))) {
		for (i = 0; i < n && strcmp(word, data_kinds[i].word) != 0; i++)
			;
		if (i == n)
			return fail(r, "no such data", word);
		int rc = data_kinds[i].read(r, d, addr, &s);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Cuts the statement at ": " and returns what follows. */
static char *cut_data(char *s)
{
	char *colon = strchr(s, ':');

	if (!colon)
		return s + strlen(s);
	*colon = '\0';
	return colon + 1;
}

static int word_number(struct reader *r, char **s, uint64_t *ret)
{
	char *word = next_word(s);

	if (!word || !parse_number(word, ret))
		return fail(r, "a number is missing", word ? word : "");
	return 0;
}

/* ---- statements -------------------------------------------------------------------------- */

static int parse_codec(const char *word)
{
	if (!word)
		return MK_USUAL;
	for (int i = 0; i < CODEC_COUNT; i++) {
		if (strcmp(word, codec_name((enum codec_id)i)) == 0)
			return i;
	}
	return MK_RAW;
}

static struct mk_page *page_at(struct mk_desc *desc, uint64_t addr)
{
	struct mk_page *page;

	for (size_t i = 0; i < desc->n_pages; i++) {
		if (desc->pages[i].addr == addr)
			return &desc->pages[i];
	}
	page = GROW(desc, pages, n_pages);
	*page = (struct mk_page){.addr = addr};
	return page;
}

static int stmt_page(struct reader *r, char *s)
{
	char *text = cut_data(s);
	struct mk_page *page;
	struct data d;
	uint64_t addr = 0;
	int rc = word_number(r, &s, &addr);

	if (rc == 0)
		rc = read_data(r, addr, text, &d);
	if (rc < 0)
		return rc;
	if (d.len > r->desc->page_size || addr % r->desc->page_size)
		return fail(r, "does not fit into a page", text);
	d.p = talloc_realloc(r->desc, d.p, uint8_t, r->desc->page_size);
	memset(d.p + d.len, 0, r->desc->page_size - d.len);
	page = page_at(r->desc, addr);
	page->data = d.p;
	page->stored = true;
	page->codec = parse_codec(next_word(&s));
	return 0;
}

static int stmt_filtered(struct reader *r, char *s)
{
	uint64_t addr = 0;
	int rc = word_number(r, &s, &addr);

	if (rc == 0)
		page_at(r->desc, addr)->stored = false;
	return rc;
}

static int stmt_note(struct reader *r, char *s)
{
	char *text = cut_data(s), *name = next_word(&s);
	struct data d;
	uint64_t type = 0;
	int rc = word_number(r, &s, &type);

	if (rc == 0)
		rc = read_data(r, 0, text, &d);
	if (rc < 0)
		return rc;
	*GROW(r->desc, notes, n_notes) =
		(struct mk_note){talloc_strdup(r->desc, name), (uint32_t)type, d.p, d.len};
	return 0;
}

static int stmt_vmcoreinfo(struct reader *r, char *s)
{
	r->desc->vmcoreinfo =
		talloc_asprintf_append(r->desc->vmcoreinfo, "%s\n", s + strspn(s, " \t"));
	return 0;
}

static int stmt_load(struct reader *r, char *s)
{
	struct mk_load load = {0};
	char *word;

	if (word_number(r, &s, &load.paddr) < 0 || word_number(r, &s, &load.vaddr) < 0 ||
		word_number(r, &s, &load.memsz) < 0)
		return r->err->code;
	word = next_word(&s);
	load.filesz = load.memsz;
	if (word && !parse_number(word, &load.filesz))
		return fail(r, "not a number", word);
	*GROW(r->desc, loads, n_loads) = load;
	return 0;
}

static int stmt_set(struct reader *r, char *s)
{
	char *field = next_word(&s), *eq = next_word(&s);
	uint64_t value = 0;

	if (!field || !eq || strcmp(eq, "=") != 0 || word_number(r, &s, &value) < 0)
		return fail(r, "set FIELD = NUMBER", field ? field : "");
	*GROW(r->desc, sets, n_sets) = (struct mk_set){talloc_strdup(r->desc, field), value, false};
	return 0;
}

static int read_bytes(struct reader *r, char *s, struct mk_bytes *ret)
{
	char *text = cut_data(s);
	struct data d;
	uint64_t off = 0;
	int rc = word_number(r, &s, &off);

	if (rc == 0)
		rc = read_data(r, off, text, &d);
	if (rc == 0)
		*ret = (struct mk_bytes){off, d.p, d.len};
	return rc;
}

static int stmt_poke(struct reader *r, char *s)
{
	return read_bytes(r, s, GROW(r->desc, pokes, n_pokes));
}

static int stmt_flat(struct reader *r, char *s)
{
	return read_bytes(r, s, GROW(r->desc, flats, n_flats));
}

static int stmt_expect(struct reader *r, char *s)
{
	*GROW(r->desc, expects, n_expects) = talloc_strdup(r->desc, s + strspn(s, " \t"));
	return 0;
}

static int stmt_include(struct reader *r, char *s)
{
	const char *slash = strrchr(r->path, '/');
	char *name = next_word(&s);

	if (!name || r->depth == MAX_DEPTH)
		return fail(r, "include", name ? name : "needs a file");
	return read_file(r, talloc_asprintf(r->desc, "%.*s%s",
				    slash ? (int)(slash - r->path + 1) : 0, r->path, name));
}

static const struct {
	const char *word;
	int (*read)(struct reader *r, char *s);
} statements[] = {
	{"page", stmt_page},
	{"filtered", stmt_filtered},
	{"note", stmt_note},
	{"vmcoreinfo", stmt_vmcoreinfo},
	{"load", stmt_load},
	{"set", stmt_set},
	{"poke", stmt_poke},
	{"flat", stmt_flat},
	{"expect", stmt_expect},
	{"include", stmt_include},
};

static int read_setting(struct reader *r, const char *name, char *s)
{
	struct mk_desc *desc = r->desc;
	char *eq = next_word(&s), *value = next_word(&s);
	size_t i;

	for (i = 0; i < N_DEFAULTS && strcmp(defaults[i].name, name) != 0; i++)
		;
	if (i == N_DEFAULTS)
		return fail(r, "no such statement or setting", name);
	if (!eq || strcmp(eq, "=") != 0 || !value)
		return fail(r, "a value is missing", name);
	*GROW(desc, settings, n_settings) =
		(struct mk_setting){defaults[i].name, talloc_strdup(desc, value)};
	/* Later `page` lines need it. */
	desc->page_size = (uint32_t)mkdump_number(desc, "page-size");
	desc->big_endian = strcmp(mkdump_text(desc, "byte-order"), "big") == 0;
	desc->is_64 = strcmp(mkdump_text(desc, "class"), "64") == 0;
	return 0;
}

static int read_line(struct reader *r, char *line)
{
	char *s = line, *word;

	line[strcspn(line, "\n#")] = '\0';
	word = next_word(&s);
	if (!word)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(statements); i++) {
		if (strcmp(word, statements[i].word) == 0)
			return statements[i].read(r, s);
	}
	return read_setting(r, word, s);
}

static int read_file(struct reader *r, const char *path)
{
	const char *old_path = r->path;
	unsigned old_line = r->line;
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	int rc = 0;

	if (!f)
		return err_set_errno(r->err, errno, "%s", path);
	r->path = path;
	r->line = 0;
	r->depth++;
	while (rc == 0 && getline(&line, &room, f) >= 0) {
		r->line++;
		rc = read_line(r, line);
	}
	free(line);
	fclose(f);
	r->path = old_path;
	r->line = old_line;
	r->depth--;
	return rc;
}

static int by_addr(const void *a, const void *b)
{
	const struct mk_page *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

int mkdump_read(TALLOC_CTX *ctx, const char *path, struct mk_desc **ret, struct vmt_err *err)
{
	struct mk_desc *desc = talloc_zero(ctx, struct mk_desc);
	struct reader r = {.desc = desc, .path = path, .err = err};
	int rc;

	if (!desc)
		return err_nomem(err);
	desc->page_size = 4096;
	desc->is_64 = true;
	desc->vmcoreinfo = talloc_strdup(desc, "");
	rc = read_file(&r, path);
	if (rc < 0) {
		talloc_free(desc);
		return rc;
	}
	if (desc->n_pages > 0)
		qsort(desc->pages, desc->n_pages, sizeof(desc->pages[0]), by_addr);
	*ret = desc;
	return 0;
}
