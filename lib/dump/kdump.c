// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * kdump-compressed files: header, notes, two bitmaps, a table of page descriptors in the order of
 * page numbers, page data. The index of a page's descriptor is the number of bits set below the
 * page's own bit in the second bitmap. A split dump is several files. Each has the complete header
 * and bitmaps, and the descriptors of its own range of pages.
 */
#include "dump/kdump.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/cur.h"
#include "base/machine.h"
#include "base/name_index.h"
#include "dump/bitmap.h"
#include "dump/kdump_header.h"
#include "dump/notes.h"
#include "io/codec.h"

#define DESC_SIZE 24

struct split_file {
	struct source *src;
	uint64_t start, end; /* pages with descriptors in this file */
	uint64_t upto;	     /* the largest end of this file and those before it */
	uint64_t descs;	     /* offset */
	uint64_t skip;	     /* bits set below start */
	bool ranked;	     /* skip is valid */
};

CAP_FITS(CAP_SPLIT_PARTS, sizeof(struct split_file));
CAP_FITS(1, CAP_NOTES);
CAP_FITS(1, CAP_VMCOREINFO);

struct kdump {
	struct kdump_header h;
	struct split_file *files; /* sorted by start */
	size_t n;
	struct blocks *blocks;
	struct bitmap *exists, *stored;
	struct codecs *codecs;
	uint8_t *packed; /* block_size bytes */
};

struct kdump_desc {
	uint64_t off;
	uint32_t size, flags;
};

/* ---- pages ------------------------------------------------------------------------------- */

static struct split_file *find_file(const struct kdump *kd, uint64_t pfn)
{
	size_t low = 0, high = kd->n;

	/* Find the first file with `upto` above pfn. No file before it reaches that far. */
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (kd->files[mid].upto > pfn)
			high = mid;
		else
			low = mid + 1;
	}
	return low < kd->n && kd->files[low].start <= pfn ? &kd->files[low] : NULL;
}

static int read_desc_at(struct kdump *kd, const struct split_file *file, uint64_t index,
	struct kdump_desc *desc, struct vmt_err *err)
{
	uint8_t data[DESC_SIZE];
	int rc = blocks_read(
		kd->blocks, file->src, file->descs + index * DESC_SIZE, data, sizeof(data), err);

	desc->off = cur_load(data, 8, kd->h.big_endian);
	desc->size = (uint32_t)cur_load(data + 8, 4, kd->h.big_endian);
	desc->flags = (uint32_t)cur_load(data + 12, 4, kd->h.big_endian);
	return rc;
}

static int read_desc(struct kdump *kd, struct split_file *file, uint64_t pfn,
	struct kdump_desc *desc, struct vmt_err *err)
{
	uint64_t rank;
	int rc;

	if (!file->ranked) {
		rc = file->start ? bitmap_rank(kd->stored, file->start, &file->skip, err) : 0;
		if (rc < 0)
			return rc;
		file->ranked = true;
	}
	rc = bitmap_rank(kd->stored, pfn, &rank, err);
	if (rc < 0)
		return rc;
	return read_desc_at(kd, file, rank - file->skip, desc, err);
}

/*
 * The codec of a page is in its descriptor's flags. The header only says which one was requested.
 */
static const struct {
	uint32_t flag;
	enum codec_id codec;
} page_codecs[] = {{0x1, CODEC_ZLIB}, {0x2, CODEC_LZO}, {0x4, CODEC_SNAPPY}, {0x20, CODEC_ZSTD}};

static int unpack_page(
	struct kdump *kd, const struct kdump_desc *desc, uint8_t *buf, struct vmt_err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(page_codecs); i++) {
		if (desc->flags == page_codecs[i].flag)
			return codec_unpack(kd->codecs, page_codecs[i].codec,
				(struct codec_buffers){
					kd->packed, desc->size, buf, kd->h.block_size},
				err);
	}
	return err_set(err, VMT_ERR_UNSUPPORTED, "unknown page flags: %#x", desc->flags);
}

static int check_desc(const struct kdump *kd, const struct kdump_desc *desc, struct vmt_err *err)
{
	if (desc->off == 0)
		return err_set(
			err, VMT_ERR_TRUNCATED, "lost: the dump could not be written completely");
	if (desc->size == 0 || desc->size > kd->h.block_size || desc->off > INT64_MAX)
		return err_set_at(err, VMT_ERR_CORRUPT, desc->off,
			"damaged descriptor: %u bytes at offset %#llx", desc->size,
			(unsigned long long)desc->off);
	if (desc->flags == 0 && desc->size != kd->h.block_size)
		return err_set_at(err, VMT_ERR_CORRUPT, desc->off,
			"damaged descriptor: %u bytes, not compressed", desc->size);
	return 0;
}

static int read_stored(
	struct kdump *kd, struct split_file *file, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	struct kdump_desc desc;
	int rc = read_desc(kd, file, pfn, &desc, err);

	if (rc == 0)
		rc = check_desc(kd, &desc, err);
	if (rc < 0)
		return rc;
	if (desc.flags == 0)
		return source_read_exact(file->src, desc.off, buf, desc.size, err);
	rc = source_read_exact(file->src, desc.off, kd->packed, desc.size, err);
	return rc < 0 ? rc : unpack_page(kd, &desc, buf, err);
}

static bool has_memory(struct dump *dump, uint64_t pfn)
{
	struct kdump *kd = dump->priv;

	return bitmap_test(kd->exists, pfn, NULL) > 0;
}

static int not_stored(struct kdump *kd, uint64_t pfn, struct vmt_err *err)
{
	int exists = bitmap_test(kd->exists, pfn, err);

	if (exists < 0)
		return exists;
	if (exists)
		return err_set(err, VMT_ERR_NODATA, "left out of the dump (dump level %u)",
			kd->h.dump_level);
	return err_set(err, VMT_ERR_NODATA, "no memory there");
}

static int read_page(struct dump *dump, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	struct kdump *kd = dump->priv;
	struct split_file *file;
	int rc = bitmap_test(kd->stored, pfn, err);

	if (rc == 0) {
		rc = not_stored(kd, pfn, err);
	} else if (rc > 0) {
		file = find_file(kd, pfn);
		rc = file ? read_stored(kd, file, pfn, buf, err)
			  : err_set(err, VMT_ERR_NODATA,
				    "in a part of the split dump that is missing");
	}
	if (rc < 0)
		rc = err_prepend(err, rc, "page %#llx", (unsigned long long)pfn);
	return rc;
}

static int each_range(struct dump *dump, int (*fn)(void *arg, uint64_t pfn, uint64_t n), void *arg,
	struct vmt_err *err)
{
	struct kdump *kd = dump->priv;

	for (size_t i = 0; i < kd->n; i++) {
		uint64_t at = kd->files[i].start, n;

		if (i > 0 && at < kd->files[i - 1].end)
			at = kd->files[i - 1].end;
		for (;; at += n) {
			int rc = bitmap_next_run(kd->stored, at, kd->files[i].end, &at, &n, err);
			if (rc < 0)
				return rc;
			if (rc == 0)
				break;
			rc = fn(arg, at, n);
			if (rc != 0)
				return rc;
		}
	}
	return 0;
}

/* ---- opening ----------------------------------------------------------------------------- */

static const char *text_or_null(TALLOC_CTX *ctx, const char *s)
{
	return s[0] ? talloc_strdup(ctx, s) : NULL;
}

static void describe(struct dump *dump, const struct kdump_header *h)
{
	dump->is_64 = h->is_64;
	dump->big_endian = h->big_endian;
	dump->page_size = h->block_size;
	dump->release = text_or_null(dump, h->release);
	dump->nodename = text_or_null(dump, h->nodename);
	dump->version = text_or_null(dump, h->kernel_version);
	dump->machine_name = text_or_null(dump, h->machine);
	dump->split = h->split;
	if (h->timestamp > 0)
		dump->timestamp = (struct vmt_u64){true, h->timestamp};
	if (!h->old)
		dump->phys_base_hint = (struct vmt_u64){true, h->phys_base};
	dump->machine = machine_find(h->machine)->elf_machine;
	/* Limited by the bits of the bitmap, whatever max_mapnr says. */
	dump->max_pfn = h->max_mapnr < 8 * h->bitmap_len ? h->max_mapnr : 8 * h->bitmap_len;
	dump->dump_level = h->dump_level;
}

/* Bytes somewhere in the file, at most cap of them. */
struct blob {
	uint64_t off, size, cap;
	const uint8_t *data; /* what was read */
	size_t len;
};

/* The dump is still of use if a blob cannot be read: it is recorded as missing. */
static int read_blob(struct dump *dump, struct source *src, struct blob *blob, struct vmt_err *err)
{
	uint64_t off = blob->off, size = blob->size;
	uint8_t *p;
	int64_t n;

	if (size == 0 || size > blob->cap || off >= src->size) {
		if (size > blob->cap)
			dump_note_missing(dump, "The notes are larger than those of any machine.");
		else if (size > 0)
			dump_note_missing(dump, "The notes are outside the file.");
		return 0;
	}
	if (size > src->size - off) {
		dump_note_missing(dump, "The file ends within the notes.");
		size = src->size - off;
	}
	p = talloc_array(dump, uint8_t, size);
	if (!p)
		return err_nomem(err);
	n = source_read(src, off, p, size, err);
	if (n < 0)
		return (int)n;
	blob->data = p;
	blob->len = (size_t)n;
	return 0;
}

/*
 * VMCOREINFO is among the notes, and the sub header points to it. Before version 4 there is only
 * the pointer.
 */
static int read_notes(
	struct dump *dump, struct source *src, const struct kdump_header *h, struct vmt_err *err)
{
	struct blob notes = {h->notes_off, h->notes_size, CAP_NOTES};
	struct blob info = {h->vmcoreinfo_off, h->vmcoreinfo_size, CAP_VMCOREINFO};
	struct note note;
	int rc = read_blob(dump, src, &notes, err);

	dump->notes = notes.data;
	dump->notes_len = notes.len;
	if (rc < 0 ||
		note_find(dump->notes, dump->notes_len, h->big_endian, "VMCOREINFO", 0, &note))
		return rc;
	rc = read_blob(dump, src, &info, err);
	dump->vmcoreinfo = (const char *)info.data;
	dump->vmcoreinfo_len = info.len;
	return rc;
}

static int by_start(const void *a, const void *b)
{
	const struct split_file *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return strcmp(x->src->name, y->src->name);
}

static bool same_set(const struct kdump_header *a, const struct kdump_header *b)
{
	return a->is_64 == b->is_64 && a->big_endian == b->big_endian && a->split && b->split &&
	       a->block_size == b->block_size && a->bitmap_blocks == b->bitmap_blocks &&
	       a->max_mapnr == b->max_mapnr && a->sub_blocks == b->sub_blocks &&
	       a->timestamp == b->timestamp && !strcmp(a->nodename, b->nodename) &&
	       !strcmp(a->release, b->release) && !strcmp(a->kernel_version, b->kernel_version);
}

static int list_files(struct dump *dump, struct kdump *kd, struct source *const *srcs, size_t n,
	struct vmt_err *err)
{
	kd->files = talloc_zero_array(kd, struct split_file, n);
	if (!kd->files)
		return err_nomem(err);
	kd->n = n;
	for (size_t i = 0; i < n; i++) {
		struct kdump_header h = kd->h;
		int rc = i == 0 ? 0 : kdump_header_read(srcs[i], &h, err);

		if (rc < 0)
			return rc;
		if (i > 0 && !same_set(&kd->h, &h))
			return err_set(err, VMT_ERR_USAGE,
				"%s and %s do not belong to the same split dump", srcs[0]->name,
				srcs[i]->name);
		kd->files[i] = (struct split_file){
			.src = srcs[i],
			.start = h.split ? h.start_pfn : 0,
			.end = h.split ? h.end_pfn : dump->max_pfn,
			.descs = h.descs,
		};
	}
	qsort(kd->files, n, sizeof(kd->files[0]), by_start);
	for (size_t i = 0; i < n; i++) {
		struct split_file *file = &kd->files[i];

		file->upto = i && file[-1].upto > file->end ? file[-1].upto : file->end;
	}
	return 0;
}

static void check_files(struct dump *dump, const struct kdump *kd)
{
	uint64_t upto = 0;

	for (size_t i = 0; i < kd->n; i++) {
		dump->files_missing |= kd->files[i].start > upto;
		if (kd->files[i].end > upto)
			upto = kd->files[i].end;
	}
	dump->files_missing |= upto < dump->max_pfn;
	if (dump->files_missing)
		dump_note_missing(dump, "Parts of the split dump are missing.");
}

/* Whether a page's data is certainly not in the file. */
static bool is_beyond(const struct split_file *file, const struct kdump_desc *desc)
{
	return desc->off == 0 || desc->off >= file->src->size ||
	       desc->size > file->src->size - desc->off;
}

/*
 * Reads the last descriptor that was written. A file of a split dump has room for the descriptors
 * of all pages and fills its share from the start, so that the rest is zeros.
 */
static int read_last_desc(
	struct kdump *kd, const struct split_file *file, uint64_t n, struct kdump_desc *ret)
{
	uint64_t low = 0, high = n;
	int rc = read_desc_at(kd, file, n - 1, ret, NULL);

	while (rc >= 0 && kd->h.split && ret->off == 0 && high - low > 1) {
		uint64_t mid = low + (high - low) / 2;
		struct kdump_desc desc;

		rc = read_desc_at(kd, file, mid, &desc, NULL);
		if (rc >= 0 && desc.off)
			low = mid;
		else
			high = mid;
		if (high - low == 1)
			rc = read_desc_at(kd, file, low, ret, NULL);
	}
	return rc;
}

/*
 * Whether a file ends before its last page, without counting all pages. The table of descriptors
 * ends where page data begins. The first page's data comes first there, or second after the shared
 * page of zeros. Only one of the two yields a whole number of descriptors, since no block size is a
 * multiple of 24.
 */
static bool is_cut(struct dump *dump, struct kdump *kd, const struct split_file *file)
{
	struct kdump_desc first, last;
	bool cut;

	if (read_desc_at(kd, file, 0, &first, NULL) < 0 || is_beyond(file, &first))
		return true;
	for (unsigned i = 0; i < 2; i++) {
		uint64_t end = first.off - (uint64_t)i * kd->h.block_size;

		if (end <= file->descs || end >= file->src->size ||
			(end - file->descs) % DESC_SIZE != 0)
			continue;
		if (read_last_desc(kd, file, (end - file->descs) / DESC_SIZE, &last) < 0)
			return true;
		cut = is_beyond(file, &last);
		if (cut && kd->n == 1 && last.off)
			dump_note_percent(dump, file->src->size, last.off + last.size);
		return cut;
	}
	return false;
}

static void check_complete(struct dump *dump, struct kdump *kd)
{
	if (kd->h.status & KDUMP_INCOMPLETE && !kd->h.old) {
		dump_note_missing(
			dump, "The crash kernel could not write the whole dump (no room).");
		dump->written_short = true;
	}
	if (kd->h.max_mapnr > dump->max_pfn)
		dump_note_missing(dump, "The page bitmap does not cover all memory.");
	for (size_t i = 0; i < kd->n; i++) {
		if (is_cut(dump, kd, &kd->files[i]))
			dump_note_missing(dump, "The file ends before the last page.");
	}
}

/* Without the codec that was requested, all but a few pages would be unreadable. */
static int check_codec(struct kdump *kd, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(page_codecs) && rc == 0 && !kd->h.old; i++) {
		if (kd->h.status & page_codecs[i].flag)
			rc = codec_load(kd->codecs, page_codecs[i].codec, err);
	}
	return rc;
}

static int open_tables(struct dump *dump, struct kdump *kd, struct source *src, struct vmt_err *err)
{
	const struct kdump_header *h = &kd->h;
	int rc = blocks_open(kd, &kd->blocks, err);

	if (rc == 0)
		rc = codecs_open(kd, &kd->codecs, err);
	if (rc == 0)
		rc = check_codec(kd, err);
	if (rc == 0)
		rc = bitmap_open(kd, &(struct bitmap_place){src, h->bitmap1, dump->max_pfn},
			kd->blocks, &kd->exists, err);
	if (rc == 0)
		rc = bitmap_open(kd, &(struct bitmap_place){src, h->bitmap2, dump->max_pfn},
			kd->blocks, &kd->stored, err);
	kd->packed = talloc_array(kd, uint8_t, h->block_size);
	return rc == 0 && !kd->packed ? err_nomem(err) : rc;
}

static int open_kdump(struct dump *dump, struct source *const *files, size_t n, struct vmt_err *err)
{
	struct kdump *kd = talloc_zero(dump, struct kdump);
	int rc;

	if (!kd)
		return err_nomem(err);
	dump->priv = kd;
	rc = kdump_header_read(files[0], &kd->h, err);
	if (rc < 0)
		return rc;
	describe(dump, &kd->h);
	rc = read_notes(dump, files[0], &kd->h, err);
	if (rc == 0)
		rc = list_files(dump, kd, files, n, err);
	if (rc == 0)
		rc = open_tables(dump, kd, files[0], err);
	if (rc < 0)
		return rc;
	check_files(dump, kd);
	check_complete(dump, kd);
	return 0;
}

/* ---- split sets -------------------------------------------------------------------------- */

static bool read_probed(struct source *src, struct kdump_header *h)
{
	uint8_t magic[8];

	return source_read(src, 0, magic, sizeof(magic), NULL) == (int64_t)sizeof(magic) &&
	       kdump_header_probe(magic, sizeof(magic)) && kdump_header_read(src, h, NULL) == 0;
}

bool dump_is_split_file(struct source *src)
{
	struct kdump_header h;

	return read_probed(src, &h) && h.split;
}

bool dump_same_split_set(struct source *a, struct source *b)
{
	struct kdump_header x, y;

	return read_probed(a, &x) && read_probed(b, &y) && same_set(&x, &y);
}

/* Computed from some of what same_set() compares. */
uint64_t dump_split_number(struct source *file)
{
	struct kdump_header h;
	uint64_t sum;

	if (!read_probed(file, &h))
		return 0;
	sum = name_hash_sum((uint64_t)h.timestamp, h.nodename, strlen(h.nodename));
	sum = name_hash_sum(sum ^ h.max_mapnr, h.release, strlen(h.release));
	return name_hash_sum(sum ^ h.bitmap_blocks, h.kernel_version, strlen(h.kernel_version));
}

const struct dump_format kdump_format = {
	.name = "kdump",
	.probe = kdump_header_probe,
	.open = open_kdump,
	.read_page = read_page,
	.has_memory = has_memory,
	.each_range = each_range,
};
