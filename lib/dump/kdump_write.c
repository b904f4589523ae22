// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The layout is that of kdump.c and kdump_header.c, always 64-bit. The second bitmap has the pages
 * in the file, the first one also those said to be left out.
 */
#include "dump/kdump_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/caps.h"
#include "base/cur.h"
#include "dump/kdump_header.h"
#include "dump/notes.h"
#include "io/codec.h"

#define DUMP_LEVEL 31 /* only the requested pages are in the file */
#define VERSION 6     /* the first with a 64-bit max_mapnr */

struct kdump_out {
	int fd;
	const struct kdump_facts *facts;
	uint8_t *head; /* header, sub header, notes: whole blocks */
	size_t head_len;
	uint64_t notes_size, vmcoreinfo_off, vmcoreinfo_size;
	uint64_t bitmap_len, descs, data; /* offsets, except bitmap_len */
	uint64_t zero_page;		  /* offset of the shared page of zeros; 0: none yet */
	uint8_t *desc_table;
	struct codecs *codecs;
	uint8_t *page, *packed;
	size_t packed_room;
};

static int write_at(const struct kdump_out *out, uint64_t off, const void *data, size_t len,
	struct vmt_err *err)
{
	const uint8_t *p = data;

	while (len > 0) {
		ssize_t n = pwrite(out->fd, p, len, (off_t)off);
		if (n < 0 && errno != EINTR)
			return err_set_errno(err, errno, "cannot write the dump");
		if (n > 0) {
			p += n;
			off += (size_t)n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static uint64_t blocks_of(const struct kdump_out *out, uint64_t bytes)
{
	return (bytes + out->facts->page_size - 1) / out->facts->page_size;
}

/* ---- header and notes -------------------------------------------------------------------- */

/* Offsets in struct disk_dump_header of a 64-bit machine. */
enum {
	HEADER_VERSION = 8,
	HEADER_UTSNAME = 12, /* six strings of UTS_LEN */
	HEADER_TIME = 408,   /* tv_sec */
	HEADER_STATUS = 424,
	HEADER_BLOCK_SIZE = 428,
	HEADER_SUB_BLOCKS = 432,
	HEADER_BITMAP_BLOCKS = 436,
	HEADER_MAX_MAPNR = 440,
	HEADER_NR_CPUS = 460,
};

/* Offsets in its struct kdump_sub_header. */
enum {
	SUB_PHYS_BASE = 0,
	SUB_DUMP_LEVEL = 8,
	SUB_VMCOREINFO_OFF = 32,
	SUB_VMCOREINFO_SIZE = 40,
	SUB_NOTES_OFF = 48,
	SUB_NOTES_SIZE = 56,
	SUB_MAX_MAPNR = 96,
};

#define UTS_LEN 65

static void put_uts(uint8_t *p, const char *s)
{
	if (s)
		memcpy(p, s, strnlen(s, UTS_LEN - 1));
}

static void fill_main(struct kdump_out *out)
{
	const struct kdump_facts *f = out->facts;
	bool be = f->big_endian;
	uint8_t *h = out->head, *uts = h + HEADER_UTSNAME;

	memcpy(h, "KDUMP   ", 8); // NOLINT(bugprone-not-null-terminated-result): no NUL
	cur_store(h + HEADER_VERSION, 4, VERSION, be);
	put_uts(uts, "Linux");
	put_uts(uts + UTS_LEN, f->nodename);
	put_uts(uts + 2 * UTS_LEN, f->release);
	put_uts(uts + 3 * UTS_LEN, f->version);
	put_uts(uts + 4 * UTS_LEN, f->machine);
	cur_store(h + HEADER_TIME, 8, f->timestamp, be);
	cur_store(h + HEADER_STATUS, 4, KDUMP_ZSTD, be);
	cur_store(h + HEADER_BLOCK_SIZE, 4, f->page_size, be);
	cur_store(h + HEADER_SUB_BLOCKS, 4, out->head_len / f->page_size - 1, be);
	cur_store(h + HEADER_BITMAP_BLOCKS, 4, 2 * out->bitmap_len / f->page_size, be);
	cur_store(h + HEADER_MAX_MAPNR, 4, f->max_pfn < UINT32_MAX ? f->max_pfn : UINT32_MAX, be);
	cur_store(h + HEADER_NR_CPUS, 4, 1, be); /* nr_cpus: crash refuses 0 */
}

static void fill_sub(struct kdump_out *out)
{
	const struct kdump_facts *f = out->facts;
	bool be = f->big_endian;
	uint8_t *s = out->head + f->page_size;

	cur_store(s + SUB_PHYS_BASE, 8, f->phys_base, be);
	cur_store(s + SUB_DUMP_LEVEL, 4, f->dump_level ? f->dump_level : DUMP_LEVEL, be);
	cur_store(s + SUB_VMCOREINFO_OFF, 8, out->vmcoreinfo_off, be);
	cur_store(s + SUB_VMCOREINFO_SIZE, 8, out->vmcoreinfo_size, be);
	cur_store(s + SUB_NOTES_OFF, 8, out->notes_size ? f->page_size + KDUMP_SUB_SIZE : 0, be);
	cur_store(s + SUB_NOTES_SIZE, 8, out->notes_size, be);
	cur_store(s + SUB_MAX_MAPNR, 8, f->max_pfn, be);
}

/* The note that is added if there is VMCOREINFO but no note with it: header, name, text. */
#define NOTE_NAME "VMCOREINFO"
#define NOTE_HEAD (12 + 12)

static void add_vmcoreinfo(const struct kdump_facts *f, uint8_t *p)
{
	cur_store(p, 4, sizeof(NOTE_NAME), f->big_endian);
	cur_store(p + 4, 4, f->vmcoreinfo_len, f->big_endian);
	memcpy(p + 12, NOTE_NAME, sizeof(NOTE_NAME));
	memcpy(p + NOTE_HEAD, f->vmcoreinfo, f->vmcoreinfo_len);
}

static int make_head(struct kdump_out *out, struct vmt_err *err)
{
	const struct kdump_facts *f = out->facts;
	size_t old = (f->notes_len + 3) & ~(size_t)3;
	struct note note;
	bool has = note_find(f->notes, f->notes_len, f->big_endian, NOTE_NAME, 0, &note);
	bool add = !has && f->vmcoreinfo_len > 0;
	uint8_t *notes;

	out->notes_size =
		add ? old + NOTE_HEAD + ((f->vmcoreinfo_len + 3) & ~(size_t)3) : f->notes_len;
	out->head_len = (1 + blocks_of(out, KDUMP_SUB_SIZE + out->notes_size)) * f->page_size;
	out->head = talloc_zero_array(out, uint8_t, out->head_len);
	if (!out->head)
		return err_nomem(err);
	notes = out->head + f->page_size + KDUMP_SUB_SIZE;
	if (f->notes_len > 0)
		memcpy(notes, f->notes, f->notes_len);
	if (add)
		add_vmcoreinfo(f, notes + old);
	if (add || has) {
		size_t at = add ? old + NOTE_HEAD : (size_t)(note.desc - f->notes);
		out->vmcoreinfo_off = f->page_size + KDUMP_SUB_SIZE + at;
		out->vmcoreinfo_size = add ? f->vmcoreinfo_len : note.desc_len;
	}
	return 0;
}

static int write_head(struct kdump_out *out, size_t n, struct vmt_err *err)
{
	const struct kdump_facts *f = out->facts;
	int rc = make_head(out, err);

	if (rc < 0)
		return rc;
	out->bitmap_len = blocks_of(out, (f->max_pfn + 7) / 8) * f->page_size;
	out->descs = out->head_len + 2 * out->bitmap_len;
	out->data = out->descs + (uint64_t)n * KDUMP_DESC_SIZE;
	fill_main(out);
	fill_sub(out);
	return write_at(out, 0, out->head, out->head_len, err);
}

/* ---- bitmaps and pages ------------------------------------------------------------------- */

/* Writes the bitmap at off. Only blocks with a bit set are written. The others are holes. */
static int write_bitmap(
	struct kdump_out *out, uint64_t off, const uint64_t *pfns, size_t n, struct vmt_err *err)
{
	uint32_t size = out->facts->page_size;
	uint8_t *block = out->page;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n;) {
		uint64_t at = pfns[i] / 8 / size;

		memset(block, 0, size);
		for (; i < n && pfns[i] / 8 / size == at; i++)
			block[pfns[i] / 8 % size] |= (uint8_t)(1u << pfns[i] % 8);
		rc = write_at(out, off + at * size, block, size, err);
	}
	return rc;
}

/* The first is of the pages that existed, the second of those in the file. */
static int write_bitmaps(struct kdump_out *out, const uint64_t *pfns, size_t n, struct vmt_err *err)
{
	const uint64_t *left = out->facts->left_out;
	size_t n_left = out->facts->n_left_out, i = 0, k = 0, n_all = n + n_left;
	uint64_t *all = talloc_array(out, uint64_t, n_all);
	int rc;

	if (!all)
		return err_nomem(err);
	while (i + k < n_all) {
		bool stored = k == n_left || (i < n && pfns[i] < left[k]);

		all[i + k] = stored ? pfns[i] : left[k];
		*(stored ? &i : &k) += 1;
	}
	rc = write_bitmap(out, out->head_len, all, n_all, err);
	return rc ? rc : write_bitmap(out, out->head_len + out->bitmap_len, pfns, n, err);
}

static int write_page(struct kdump_out *out, size_t index, struct vmt_err *err)
{
	uint8_t *desc = out->desc_table + index * KDUMP_DESC_SIZE, *bytes = out->packed;
	uint32_t size = out->facts->page_size, flags = KDUMP_ZSTD;
	bool zero = cur_is_zero(out->page, size), be = out->facts->big_endian;
	struct codec_buffers b = {out->page, size, out->packed, out->packed_room};
	size_t len;
	uint64_t off = zero && out->zero_page ? out->zero_page : out->data;
	int rc = codec_pack(out->codecs, CODEC_ZSTD, &b, err);

	if (rc < 0)
		return rc;
	len = b.out_len;
	if (zero || len >= size) {
		bytes = out->page;
		len = size;
		flags = 0;
	}
	cur_store(desc, 8, off, be);
	cur_store(desc + 8, 4, len, be);
	cur_store(desc + 12, 4, flags, be);
	if (off != out->data)
		return 0;
	if (zero)
		out->zero_page = off;
	out->data += len;
	return write_at(out, off, bytes, len, err);
}

static int write_pages(struct kdump_out *out, const struct kdump_pages *pages, struct vmt_err *err)
{
	int rc = write_bitmaps(out, pages->pfns, pages->n, err);

	for (size_t i = 0; rc == 0 && i < pages->n; i++) {
		rc = pages->read(pages->arg, pages->pfns[i], out->page, err);
		if (rc == 0)
			rc = write_page(out, i, err);
	}
	if (rc == 0 && pages->n > 0)
		rc = write_at(out, out->descs, out->desc_table, pages->n * KDUMP_DESC_SIZE, err);
	if (rc == 0 && ftruncate(out->fd, (off_t)out->data) < 0)
		rc = err_set_errno(err, errno, "cannot write the dump");
	return rc;
}

static int check_facts(const struct kdump_facts *f, struct vmt_err *err)
{
	if (f->page_size < KDUMP_MIN_BLOCK || f->page_size > KDUMP_MAX_BLOCK ||
		(f->page_size & (f->page_size - 1)))
		return err_set(err, VMT_ERR_USAGE,
			"kdump-compressed cannot hold pages of %zu bytes", (size_t)f->page_size);
	if (f->max_pfn > 8 * CAP_BITMAP)
		return err_set(err, VMT_ERR_LIMIT,
			"more memory than a bitmap of %llu bytes can describe",
			(unsigned long long)CAP_BITMAP);
	if (f->notes_len > CAP_NOTES)
		return err_set(err, VMT_ERR_LIMIT, "more than %u bytes of notes", CAP_NOTES);
	if (f->vmcoreinfo_len > CAP_VMCOREINFO)
		return err_set(
			err, VMT_ERR_LIMIT, "VMCOREINFO of more than %u bytes", CAP_VMCOREINFO);
	return 0;
}

static int check_pages(
	const struct kdump_facts *f, const uint64_t *pfns, size_t n, struct vmt_err *err)
{
	bool good = true;

	for (size_t i = 0; good && i < n; i++)
		good = pfns[i] < f->max_pfn && (i == 0 || pfns[i - 1] < pfns[i]);
	for (size_t i = 0; good && i < f->n_left_out; i++)
		good = f->left_out[i] < f->max_pfn;
	return good ? 0 : err_set(err, VMT_ERR_USAGE, "the pages to write are not in order");
}

int kdump_write(int fd, const struct kdump_facts *facts, const struct kdump_pages *pages,
	uint64_t *size, struct vmt_err *err)
{
	struct kdump_out *out;
	int rc = check_facts(facts, err);

	if (!rc)
		rc = check_pages(facts, pages->pfns, pages->n, err);
	if (rc < 0)
		return rc;
	out = talloc_zero(NULL, struct kdump_out);
	if (!out)
		return err_nomem(err);
	out->fd = fd;
	out->facts = facts;
	out->packed_room = codec_bound(facts->page_size);
	out->page = talloc_array(out, uint8_t, facts->page_size);
	out->packed = talloc_array(out, uint8_t, out->packed_room);
	out->desc_table = talloc_zero_array(out, uint8_t, (pages->n + 1) * KDUMP_DESC_SIZE);
	rc = out->page && out->packed && out->desc_table ? codecs_open(out, &out->codecs, err)
							 : err_nomem(err);
	if (rc == 0)
		rc = write_head(out, pages->n, err);
	if (rc == 0)
		rc = write_pages(out, pages, err);
	*size = out->data;
	talloc_free(out);
	return rc;
}
