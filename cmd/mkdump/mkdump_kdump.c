// SPDX-License-Identifier: GPL-3.0-or-later
/* kdump-compressed files of any version, word size and byte order. */
#include <string.h>

#include "base/array.h"
#include "base/cur.h"
#include "io/codec.h"
#include "mkdump.h"

static const uint32_t codec_flags[CODEC_COUNT] = {
	[CODEC_ZLIB] = 0x1, [CODEC_LZO] = 0x2, [CODEC_SNAPPY] = 0x4, [CODEC_ZSTD] = 0x20};

/* The members of the sub header: the first version with each, and its size ('w': a word). */
static const struct {
	const char *name;
	unsigned since;
	char size;
	bool aligned; /* to 8 bytes in the padded 32-bit form */
} sub_fields[] = {
	{"sub.phys_base", 0, 'w', false},
	{"sub.dump_level", 1, '4', false},
	{"sub.split", 2, '4', false},
	{"sub.start_pfn", 2, 'w', false},
	{"sub.end_pfn", 2, 'w', false},
	{"sub.offset_vmcoreinfo", 3, '8', true},
	{"sub.size_vmcoreinfo", 3, 'w', false},
	{"sub.offset_note", 4, '8', true},
	{"sub.size_note", 4, 'w', false},
	{"sub.offset_eraseinfo", 5, '8', true},
	{"sub.size_eraseinfo", 5, 'w', false},
	{"sub.start_pfn_64", 6, '8', true},
	{"sub.end_pfn_64", 6, '8', false},
	{"sub.max_mapnr_64", 6, '8', false},
};

#define N_SUB ARRAY_SIZE(sub_fields)

struct kdump_plan {
	uint64_t block, sub_blocks, bitmap_blocks, max_mapnr; /* bitmap_blocks: of one bitmap */
	uint64_t bitmaps;				      /* 1 or 2 */
	uint64_t bitmap1, bitmap2, descs, notes, notes_size, vmcoreinfo, vmcoreinfo_size;
	uint64_t start, end; /* pages that have descriptors */
	bool split;
};

static uint64_t round_up(uint64_t a, uint64_t b)
{
	return (a + b - 1) / b;
}

static unsigned sub_size(const struct mk_desc *desc)
{
	if (desc->is_64)
		return 104;
	return strcmp(mkdump_text(desc, "class"), "32-padded") == 0 ? 96 : 80;
}

static struct kdump_plan make_plan(const struct mk_desc *desc)
{
	struct kdump_plan p = {.block = desc->page_size, .max_mapnr = 1};
	uint64_t wish = mkdump_number(desc, "max-mapnr");

	if (desc->n_pages > 0)
		p.max_mapnr = desc->pages[desc->n_pages - 1].addr / p.block + 1;
	if (wish > 0)
		p.max_mapnr = wish;
	p.notes = p.block + sub_size(desc);
	p.notes_size = mkdump_notes_size(desc);
	p.vmcoreinfo_size = strlen(desc->vmcoreinfo);
	p.vmcoreinfo = p.notes + p.notes_size - ((p.vmcoreinfo_size + 3) & ~3ull);
	p.sub_blocks = round_up(sub_size(desc) + p.notes_size, p.block);
	p.bitmaps = mkdump_number(desc, "bitmaps");
	p.bitmap_blocks = round_up(round_up(p.max_mapnr, 8), p.block);
	p.bitmap1 = (1 + p.sub_blocks) * p.block;
	p.bitmap2 = p.bitmap1 + (p.bitmaps - 1) * p.bitmap_blocks * p.block;
	p.descs = p.bitmap1 + p.bitmaps * p.bitmap_blocks * p.block;
	p.split = mkdump_number(desc, "split-end") > 0;
	p.start = mkdump_number(desc, "split-start");
	p.end = p.split ? mkdump_number(desc, "split-end") : UINT64_MAX;
	return p;
}

static void put_uts(struct mk_out *out, uint64_t off, const char *s)
{
	char buf[65] = {0};

	memcpy(buf, s, strnlen(s, 64));
	mkdump_put_bytes(out, off, buf, sizeof(buf));
}

static uint32_t usual_flag(const struct mk_desc *desc)
{
	for (int i = 0; i < CODEC_COUNT; i++) {
		if (strcmp(mkdump_text(desc, "compression"), codec_name((enum codec_id)i)) == 0)
			return codec_flags[i];
	}
	return 0;
}

static void put_header(struct mk_out *out, const struct kdump_plan *p)
{
	const struct mk_desc *desc = out->desc;
	unsigned word = desc->is_64 ? 8 : 4;
	uint64_t off = desc->is_64 ? 0x198 : 0x194;
	const struct {
		const char *name;
		unsigned size;
		uint64_t value;
	} fields[] = {
		{"header.timestamp", word, mkdump_number(desc, "timestamp")},
		{"header.microseconds", word, 0},
		{"header.status", 4, usual_flag(desc)},
		{"header.block_size", 4, p->block},
		{"header.sub_hdr_size", 4, p->sub_blocks},
		{"header.bitmap_blocks", 4, p->bitmaps * p->bitmap_blocks},
		{"header.max_mapnr", 4, p->max_mapnr < UINT32_MAX ? p->max_mapnr : UINT32_MAX},
		{"header.total_ram_blocks", 4, 0},
		{"header.device_blocks", 4, 0},
		{"header.written_blocks", 4, 0},
		{"header.current_cpu", 4, 0},
		{"header.nr_cpus", 4, 1},
	};

	mkdump_put_bytes(out, 0, mkdump_text(desc, "signature"), 8);
	mkdump_put(out, 8, 4, mkdump_number(desc, "version"), "header.version");
	put_uts(out, 12, "Linux");
	put_uts(out, 12 + 65, mkdump_text(desc, "nodename"));
	put_uts(out, 12 + 2 * 65, mkdump_text(desc, "release"));
	put_uts(out, 12 + 3 * 65, mkdump_text(desc, "kernel"));
	put_uts(out, 12 + 4 * 65, mkdump_text(desc, "machine"));
	put_uts(out, 12 + 5 * 65, "(none)");
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		mkdump_put(out, off, fields[i].size, fields[i].value, "%s", fields[i].name);
		off += fields[i].size;
	}
}

/* Members that the version does not have are garbage, as in real files. */
static void put_sub_header(struct mk_out *out, const struct kdump_plan *p)
{
	const struct mk_desc *desc = out->desc;
	const uint64_t values[N_SUB] = {
		mkdump_number(desc, "phys-base"),
		mkdump_number(desc, "dump-level"),
		p->split,
		p->split ? p->start : 0,
		p->split ? p->end : 0,
		p->vmcoreinfo,
		p->vmcoreinfo_size,
		p->notes,
		p->notes_size,
		0,
		0,
		p->split ? p->start : 0,
		p->split ? p->end : 0,
		p->max_mapnr,
	};
	bool padded = strcmp(mkdump_text(desc, "class"), "32-padded") == 0;
	uint64_t version = mkdump_number(desc, "version"), at = 0;

	for (size_t i = 0; i < N_SUB; i++) {
		unsigned n = sub_fields[i].size == 'w' ? (desc->is_64 ? 8 : 4)
						       : (unsigned)(sub_fields[i].size - '0');
		bool has = version >= sub_fields[i].since;

		if (padded && sub_fields[i].aligned)
			at = round_up(at, 8) * 8;
		mkdump_put(out, p->block + at, n, has ? values[i] : 0xa5a5a5a5a5a5a5a5u, "%s",
			sub_fields[i].name);
		at += n;
	}
}

static void put_bit(struct mk_out *out, uint64_t bitmap, uint64_t pfn)
{
	uint64_t off = bitmap + pfn / 8;
	uint8_t byte = off < out->len ? out->data[off] : 0;

	byte |= (uint8_t)(1u << pfn % 8);
	mkdump_put_bytes(out, off, &byte, 1);
}

static void put_bitmaps(struct mk_out *out, const struct kdump_plan *p)
{
	const struct mk_desc *desc = out->desc;

	mkdump_put_bytes(out, p->descs, "", 0);
	for (size_t i = 0; i < desc->n_pages; i++) {
		uint64_t pfn = desc->pages[i].addr / p->block;

		/* A max-mapnr that is too small must not overwrite the descriptors. */
		if (pfn / 8 >= p->bitmap_blocks * p->block)
			continue;
		if (p->bitmaps == 2)
			put_bit(out, p->bitmap1, pfn);
		if (desc->pages[i].stored)
			put_bit(out, p->bitmap2, pfn);
	}
}

static bool in_split_file(const struct mk_page *page, const struct kdump_plan *p)
{
	uint64_t pfn = page->addr / p->block;

	return page->stored && pfn >= p->start && pfn < p->end;
}

/* The page as stored: compressed if that makes it smaller. Returns its flags. */
static uint32_t pack_page(struct mk_out *out, struct codecs *codecs, const struct mk_page *page,
	uint8_t *buf, size_t *len)
{
	uint32_t flag = page->codec >= 0	  ? codec_flags[page->codec]
			: page->codec == MK_USUAL ? usual_flag(out->desc)
						  : 0;
	size_t size = out->desc->page_size;

	for (int i = 0; flag && i < CODEC_COUNT; i++) {
		struct codec_buffers b = {page->data, size, buf, codec_bound(size)};

		if (codec_flags[i] != flag || codec_pack(codecs, (enum codec_id)i, &b, NULL) ||
			b.out_len >= size)
			continue;
		*len = b.out_len;
		return flag;
	}
	memcpy(buf, page->data, size);
	*len = size;
	return 0;
}

static void put_pages(struct mk_out *out, const struct kdump_plan *p, struct codecs *codecs)
{
	const struct mk_desc *desc = out->desc;
	uint8_t *buf = talloc_array(codecs, uint8_t, codec_bound(desc->page_size));
	uint64_t data, zero = 0, n = 0, i = 0;

	for (size_t k = 0; k < desc->n_pages; k++)
		n += in_split_file(&desc->pages[k], p);
	data = p->descs + 24 * n;
	for (size_t k = 0; buf && k < desc->n_pages; k++) {
		const struct mk_page *page = &desc->pages[k];
		bool blank = in_split_file(page, p) && cur_is_zero(page->data, p->block);
		uint64_t off = blank && zero ? zero : data;
		uint32_t flags;
		size_t len;

		if (!in_split_file(page, p))
			continue;
		flags = pack_page(out, codecs, page, buf, &len);
		if (blank) {
			flags = 0;
			len = p->block;
			memset(buf, 0, p->block);
			zero = off;
		}
		mkdump_put(out, p->descs + 24 * i, 8, off, "desc.%d.offset", (int)i);
		mkdump_put(out, p->descs + 24 * i + 8, 4, len, "desc.%d.size", (int)i);
		mkdump_put(out, p->descs + 24 * i + 12, 4, flags, "desc.%d.flags", (int)i);
		mkdump_put(out, p->descs + 24 * i + 16, 8, 0, "desc.%d.page_flags", (int)i);
		mkdump_put_bytes(out, off, buf, len);
		if (off == data)
			data += len;
		i++;
	}
}

int mkdump_kdump(struct mk_out *out, struct vmt_err *err)
{
	struct kdump_plan p = make_plan(out->desc);
	struct codecs *codecs;
	int rc = codecs_open(out->desc, &codecs, err);

	if (rc < 0)
		return rc;
	put_header(out, &p);
	put_sub_header(out, &p);
	mkdump_put_notes(out, p.notes);
	put_bitmaps(out, &p);
	put_pages(out, &p, codecs);
	talloc_free(codecs);
	return 0;
}
