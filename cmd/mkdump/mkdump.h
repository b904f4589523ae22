/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a text description to the bytes of a vmcore, well formed or lying. Uses nothing from
 * lib/dump: a reader must not be checked against its own twin.
 *
 * A description has one statement per line. # begins a comment. Numbers are decimal or start with
 * 0x, and may end in K, M or G. Later settings override earlier ones, so a lie is an include and
 * one line:
 *
 *	include FILE             as if its lines were here
 *	NAME = VALUE             a setting (mkdump_settings)
 *	page ADDR [CODEC]: DATA  a page of physical memory, padded with zeros. CODEC overrides
 *	                         the setting `compression`. The last page for an address counts.
 *	filtered ADDR            a page that exists and was left out
 *	vmcoreinfo KEY=VALUE     a line of VMCOREINFO
 *	note NAME TYPE: DATA     an ELF note
 *	load PADDR VADDR MEMSZ [FILESZ]
 *	                         (ELF) a segment filled from the pages. Without any load, each run
 *	                         of pages has a segment.
 *	set FIELD = NUMBER       a field of the file as written, whatever its right value is:
 *	                         header.block_size, desc.0.size, phdr.1.filesz, note.0.namesz, ...
 *	poke OFFSET: DATA        bytes over the finished file, before it is flattened
 *	flat OFFSET: DATA        a block at the end of the flattened stream
 *	expect ...               for the tests, see testdata/dumps/dump_test.c
 *
 * DATA is one or more of: fill N (a whole page of that byte), hex BYTES, text "..." (with \n),
 * address (every 8 bytes hold their own physical address), random N (not compressible).
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
	const uint8_t *data; /* page_size bytes */
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
	struct mk_page *pages; /* sorted by address after reading */
	struct mk_note *notes;
	struct mk_load *loads;
	struct mk_set *sets;
	struct mk_bytes *pokes, *flats;
	const char **expects; /* the rest of each line */
	size_t n_settings, n_pages, n_notes, n_loads, n_sets, n_pokes, n_flats, n_expects;
	char *vmcoreinfo;
	uint32_t page_size;
	bool big_endian, is_64;
};

/* The bytes written so far. Grows as needed. */
struct mk_out {
	struct mk_desc *desc;
	uint8_t *data;
	size_t len, room; /* room past len is all zeros */
	bool failed;	  /* out of memory, or too large */
};

/* Reads a description. VMT_ERR_USAGE with "FILE:LINE: what is wrong". */
int mkdump_read(TALLOC_CTX *ctx, const char *path, struct mk_desc **ret, struct vmt_err *err);

/* Builds the file. *data is a talloc child of ctx. */
int mkdump_build(
	TALLOC_CTX *ctx, struct mk_desc *desc, uint8_t **data, size_t *len, struct vmt_err *err);

/* ---- among the files of mkdump ----------------------------------------------------------- */

/* The value of a setting, or its default. */
const char *mkdump_text(const struct mk_desc *desc, const char *name);
uint64_t mkdump_number(const struct mk_desc *desc, const char *name);

/* Puts a field of n bytes with a name, by which `set` may override it. */
void mkdump_put(struct mk_out *out, uint64_t off, unsigned n, uint64_t value, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void mkdump_put_bytes(struct mk_out *out, uint64_t off, const void *data, size_t len);
/* Puts all notes, with VMCOREINFO last. */
void mkdump_put_notes(struct mk_out *out, uint64_t off);
size_t mkdump_notes_size(const struct mk_desc *desc);

/* Puts a kdump-compressed dump. */
int mkdump_kdump(struct mk_out *out, struct vmt_err *err);

/* Puts an ELF core. */
int mkdump_elf(struct mk_out *out, struct vmt_err *err);
/* Puts the contents of `in` into the flattened stream. */
void mkdump_flatten(struct mk_out *out, const struct mk_out *in);

#endif
