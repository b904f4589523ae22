/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a text description to the bytes of a vmcore, well formed or lying. Knows nothing of
 *lib/dump: a reader must not be checked against its own twin.
 *
 * A description has one statement a line; # begins a comment. Numbers are decimal or 0x, maybe with
 * K, M or G. Later settings override earlier ones, so that a lie is an include and one line:
 *
 *	include FILE             as if its lines stood here
 *	NAME = VALUE             a setting (mkdump_settings)
 *	page ADDR [CODEC]: DATA  a page of physical memory, filled up with zeros; CODEC instead of
 *	                         the setting `compression`; the last of an address counts
 *	filtered ADDR            a page that exists and was left out
 *	vmcoreinfo KEY=VALUE     a line of VMCOREINFO
 *	note NAME TYPE: DATA     an ELF note
 *	load PADDR VADDR MEMSZ [FILESZ]
 *	                         (ELF) a segment, of what the pages hold; without any there is one
 *	                         for each run of pages
 *	set FIELD = NUMBER       a field of the file as written, whatever belongs there:
 *	                         header.block_size, desc.0.size, phdr.1.filesz, note.0.namesz, ...
 *	poke OFFSET: DATA        bytes over the finished file, before it is flattened
 *	flat OFFSET: DATA        a block at the end of the flattened stream
 *	expect ...               for the tests, see testdata/dumps/dump_test.c
 *
 * DATA is one or more of: fill N (a whole page of that byte), hex BYTES, text "..." (with \n),
 * address (each 8 bytes hold their own physical address), random N (cannot be packed).
 */
#ifndef VMT_CMD_MKDUMP_H
#define VMT_CMD_MKDUMP_H

#include <talloc.h>

#include "base/err.h"

struct mk_setting {
	const char *name, *value;
};

struct mk_page {
	uint64_t addr;
	const uint8_t *data; /* page_size */
	int codec;	     /* enum codec_id, MK_RAW, or MK_USUAL */
	bool stored;	     /* false: filtered */
};

#define MK_USUAL (-1)
#define MK_RAW (-2)

struct mk_note {
	const char *name;
	uint32_t type;
	const uint8_t *data;
	size_t len;
};

struct mk_load {
	uint64_t paddr, vaddr, memsz, filesz;
};

struct mk_set {
	const char *field;
	uint64_t value;
	bool used;
};

struct mk_bytes {
	uint64_t off;
	const uint8_t *data;
	size_t len;
};

/* Everything is a talloc child of the description. */
struct mk_desc {
	struct mk_setting *settings;
	struct mk_page *pages; /* by address, once it is read */
	struct mk_note *notes;
	struct mk_load *loads;
	struct mk_set *sets;
	struct mk_bytes *pokes, *flats;
	const char **expects; /* what follows the word */
	size_t n_settings, n_pages, n_notes, n_loads, n_sets, n_pokes, n_flats, n_expects;
	char *vmcoreinfo;
	uint32_t page_size;
	bool big_endian, is_64;
};

/* The bytes so far; grows as they are put. */
struct mk_out {
	struct mk_desc *desc;
	uint8_t *data;
	size_t len, room; /* zeros past len */
	bool failed;	  /* no memory, or too large */
};

/* VMT_ERR_USAGE: "FILE:LINE: what is wrong". */
int mkdump_read(TALLOC_CTX *ctx, const char *path, struct mk_desc **ret, struct vmt_err *err);

/* The file's bytes, a child of ctx. */
int mkdump_build(
	TALLOC_CTX *ctx, struct mk_desc *desc, uint8_t **data, size_t *len, struct vmt_err *err);

/* ---- among the files of mkdump ----------------------------------------------------------- */

/* The setting, or its default. */
const char *mkdump_text(const struct mk_desc *desc, const char *name);
uint64_t mkdump_number(const struct mk_desc *desc, const char *name);
bool mkdump_parse_number(const char *s, uint64_t *ret);

/* A field of n bytes under its name, which `set` may override. */
void mkdump_put(struct mk_out *out, uint64_t off, unsigned n, uint64_t value, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void mkdump_put_bytes(struct mk_out *out, uint64_t off, const void *data, size_t len);
/* All notes, VMCOREINFO last. */
void mkdump_put_notes(struct mk_out *out, uint64_t off);
size_t mkdump_notes_size(const struct mk_desc *desc);

int mkdump_kdump(struct mk_out *out, struct vmt_err *err);
int mkdump_elf(struct mk_out *out, struct vmt_err *err);
/* Puts what `in` holds into the stream. */
void mkdump_flatten(struct mk_out *out, const struct mk_out *in);

#endif
