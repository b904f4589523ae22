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
#include "dump/kdump_internal.h"
#include "dump/notes.h"

CAP_FITS(CAP_SPLIT_PARTS, sizeof(struct split_file));
CAP_FITS(1, CAP_NOTES);
CAP_FITS(1, CAP_VMCOREINFO);

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

static int find_index(struct kdump *kd, struct split_file *file, uint64_t pfn, uint64_t *index,
	struct vmt_err *err)
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
	*index = rc < 0 ? 0 : rank - file->skip;
	return rc;
}

static int read_stored(
	struct kdump *kd, struct split_file *file, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	uint64_t index;
	int rc = find_index(kd, file, pfn, &index, err);

	return rc < 0 ? rc : kdump_index_read(kd, file, index, buf, err);
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

/* Whether the bitmap is damaged around this page. */
static bool is_doubtful(const struct kdump *kd, uint64_t pfn)
{
	for (size_t i = 0; i < kd->n_doubts; i++)
		if (pfn >= kd->doubts[i].start && pfn < kd->doubts[i].end)
			return true;
	return false;
}

static int read_page(struct dump *dump, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	struct kdump *kd = dump->priv;
	struct split_file *file;
	int rc = bitmap_test(kd->stored, pfn, err);

	kd->unpacked = dump->unpacked;
	if (kd->n_doubts && is_doubtful(kd, pfn)) {
		rc = err_set(err, VMT_ERR_CORRUPT, "the dump's bitmap is damaged here");
	} else if (rc == 0) {
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
	dump->unchecked = kdump_codec(h->status) != CODEC_ZLIB;
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

static const char first_key[] = "OSRELEASE=";

static bool is_vmcoreinfo(const struct blob *info)
{
	size_t len = sizeof(first_key) - 1;

	return info->len >= len && memcmp(info->data, first_key, len) == 0;
}

/* Neither the notes nor the sub header lead to it: it is between that and the bitmaps. */
static int find_vmcoreinfo(struct dump *dump, struct source *src, const struct kdump_header *h,
	struct blob *info, struct vmt_err *err)
{
	struct blob all = {h->block_size, h->bitmap1 - h->block_size, CAP_NOTES};
	const uint8_t *p = NULL;
	int rc;

	if (h->bitmap1 > src->size)
		return 0;
	rc = read_blob(dump, src, &all, err);
	if (rc == 0 && all.len)
		p = memmem(all.data, all.len, first_key, sizeof(first_key) - 1);
	if (p) {
		info->data = p;
		info->len = all.len - (size_t)(p - all.data);
	}
	return rc;
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
	if (rc == 0 && h->version >= 3 && !h->old && !is_vmcoreinfo(&info))
		rc = find_vmcoreinfo(dump, src, h, &info, err);
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
	int rc = kdump_desc_at(kd, file, n - 1, ret, NULL);

	while (rc >= 0 && kd->h.split && ret->off == 0 && high - low > 1) {
		uint64_t mid = low + (high - low) / 2;
		struct kdump_desc desc;

		rc = kdump_desc_at(kd, file, mid, &desc, NULL);
		if (rc >= 0 && desc.off)
			low = mid;
		else
			high = mid;
		if (high - low == 1)
			rc = kdump_desc_at(kd, file, low, ret, NULL);
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

	if (kdump_desc_at(kd, file, 0, &first, NULL) < 0 || is_beyond(file, &first))
		return true;
	for (unsigned i = 0; i < 2; i++) {
		uint64_t end = first.off - (uint64_t)i * kd->h.block_size;

		if (end <= file->descs || end >= file->src->size ||
			(end - file->descs) % KDUMP_DESC_SIZE != 0)
			continue;
		if (read_last_desc(kd, file, (end - file->descs) / KDUMP_DESC_SIZE, &last) < 0)
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
	enum codec_id id = kd->h.old ? CODEC_COUNT : kdump_codec(kd->h.status);

	return id == CODEC_COUNT ? 0 : codec_load(kd->codecs, id, err);
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

/* Whether it is only the number of pages that is too small: all of the bitmap has the right number.
 */
static bool widen(struct dump *dump, struct kdump *kd)
{
	struct bitmap_place place = {kd->files[0].src, kd->h.bitmap2, 8 * kd->h.bitmap_len};
	struct bitmap *stored, *exists;
	uint64_t rank, last = place.bits - 1;

	if (dump->max_pfn >= place.bits || place.bits > 8ull * CAP_CHECKED_BITMAP ||
		bitmap_open(kd, &place, kd->blocks, &stored, NULL) < 0 ||
		bitmap_rank(stored, last, &rank, NULL) < 0 ||
		rank + (bitmap_test(stored, last, NULL) > 0) != kd->n_descs)
		return false;
	place.off = kd->h.bitmap1;
	if (bitmap_open(kd, &place, kd->blocks, &exists, NULL) < 0)
		return false;
	kd->stored = stored;
	kd->exists = exists;
	kd->files[0].end = kd->files[0].upto = dump->max_pfn = place.bits;
	return true;
}

/*
 * Whether there are as many descriptors as bits. Of a very large machine, this is not worth reading
 * all of the bitmap.
 */
static void check_bitmap(struct dump *dump, struct kdump *kd)
{
	uint64_t rank, last = dump->max_pfn - 1;

	if (kd->n != 1 || kd->h.split || dump->max_pfn == 0)
		return;
	kd->n_descs = kdump_desc_count(kd, &kd->files[0]);
	if (kd->n_descs == 0 || dump->max_pfn > 8ull * CAP_CHECKED_BITMAP ||
		bitmap_rank(kd->stored, last, &rank, NULL) < 0)
		return;
	if (rank + (bitmap_test(kd->stored, last, NULL) > 0) == kd->n_descs)
		return;
	if (!widen(dump, kd))
		dump->mended = kdump_mend_bitmap(dump, kd);
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
	check_bitmap(dump, kd);
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
	.carve = kdump_carve,
	.each_range = each_range,
};
