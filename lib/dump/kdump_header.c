// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * struct disk_dump_header and struct kdump_sub_header, as in diskdump_mod.h of makedumpfile and
 * dump.h of QEMU. Nothing in the file records its word size or byte order: we take the
 * interpretation that makes sense. Version 6 is current. Each version only added members at the end
 * of the sub header. Members that a file's version does not have are garbage.
 */
#include "dump/kdump_header.h"

#include <string.h>

#include "base/caps.h"
#include "base/cur.h"
#include "base/machine.h"

#define HEADER_MAX 464
#define UTS_LEN 65
#define SANE_VERSION 64 /* in the wrong byte order, a version is at least 0x01000000 */

bool kdump_header_probe(const uint8_t *head, size_t len)
{
	return len >= 8 && (!memcmp(head, "KDUMP   ", 8) || !memcmp(head, "DISKDUMP", 8));
}

static void read_uts(struct cur *c, char *dst)
{
	cur_copy(c, dst, UTS_LEN);
	dst[UTS_LEN] = '\0';
}

static bool parse_main(struct kdump_header *h, const uint8_t *data, size_t len)
{
	struct cur c = cur_init(data, len, h->big_endian);
	char domain[66];

	h->old = data[0] == 'D';
	cur_skip(&c, 8);
	h->version = cur_u32(&c);
	read_uts(&c, h->sysname);
	read_uts(&c, h->nodename);
	read_uts(&c, h->release);
	read_uts(&c, h->kernel_version);
	read_uts(&c, h->machine);
	read_uts(&c, domain);
	cur_skip(&c, h->is_64 ? 6 : 2);
	h->timestamp = cur_uint(&c, h->is_64 ? 8 : 4);
	cur_skip(&c, h->is_64 ? 8 : 4);
	h->status = cur_u32(&c);
	h->block_size = cur_u32(&c);
	h->sub_blocks = cur_u32(&c);
	h->bitmap_blocks = cur_u32(&c);
	h->max_mapnr = h->max_mapnr_32 = cur_u32(&c);
	return cur_ok(&c);
}

static bool is_block_size(uint32_t n)
{
	return n >= KDUMP_MIN_BLOCK && n <= KDUMP_MAX_BLOCK && (n & (n - 1)) == 0;
}

/* How plausible an interpretation is. 0: impossible. */
static unsigned plausibility(const struct kdump_header *h)
{
	const struct machine *machine = machine_find(h->machine);
	uint64_t room = 8ull * h->bitmap_blocks * h->block_size;
	unsigned n = 1;

	if (!is_block_size(h->block_size) || h->version > SANE_VERSION)
		return 0;
	n += 2 * (h->bitmap_blocks > 0 && room >= h->max_mapnr);
	n += h->sub_blocks > 0 && h->sub_blocks < 1u << 20;
	n += machine->elf_machine && machine->is_64 == h->is_64;
	return n;
}

/* No reading makes sense: the usual machine's, if the rest of the file fits. */
static int guess_reading(struct source *src, struct kdump_header *h, const uint8_t *data,
	size_t len, struct vmt_err *err)
{
	*h = (struct kdump_header){.is_64 = true};
	parse_main(h, data, len);
	h->version = 6;
	h->block_size = KDUMP_MIN_BLOCK;
	h->bitmap_blocks = 0; /* for kdump_header_mend() to find */
	kdump_header_mend(src, h);
	if (h->bitmap_blocks)
		return 0;
	return err_set(err, VMT_ERR_CORRUPT,
		"%s: damaged kdump header: no block size that makes sense", src->name);
}

static int choose_reading(struct source *src, struct kdump_header *h, const uint8_t *data,
	size_t len, struct vmt_err *err)
{
	struct kdump_header best = {0};
	unsigned best_n = 0;

	for (unsigned i = 0; i < 4; i++) {
		struct kdump_header try = {.is_64 = !(i & 1), .big_endian = i & 2};
		unsigned n = parse_main(&try, data, len) ? plausibility(&try) : 0;

		if (n > best_n) {
			best = try;
			best_n = n;
		}
	}
	*h = best;
	return best_n ? 0 : guess_reading(src, h, data, len, err);
}

/*
 * 32-bit files have 64-bit members aligned to 4 bytes (i386) or to 8 bytes (ARM, MIPS). The first
 * such member is the offset of VMCOREINFO, which must be after the start of the sub header.
 */
static bool is_padded_32(const struct kdump_header *h, const uint8_t *data)
{
	uint64_t end = (1 + (uint64_t)h->sub_blocks) * h->block_size;
	uint64_t packed = cur_load(data + 20, 8, h->big_endian);
	uint64_t padded = cur_load(data + 24, 8, h->big_endian);
	bool packed_ok = packed >= h->block_size && packed < end;
	bool padded_ok = padded >= h->block_size && padded < end;

	return padded_ok && !packed_ok;
}

void kdump_header_parse_sub(struct kdump_header *h, const uint8_t *data, size_t len)
{
	struct cur c = cur_init(data, len, h->big_endian);
	bool pad = !h->is_64 && is_padded_32(h, data);
	unsigned word = h->is_64 ? 8 : 4, align = pad ? 4 : 0;

	h->phys_base = cur_uint(&c, word);
	if (h->version >= 1)
		h->dump_level = cur_u32(&c);
	if (h->version < 2)
		return;
	h->split = cur_u32(&c) == 1;
	h->start_pfn = cur_uint(&c, word);
	h->end_pfn = cur_uint(&c, word);
	if (h->version < 3)
		return;
	cur_skip(&c, align);
	h->vmcoreinfo_off = cur_u64(&c);
	h->vmcoreinfo_size = cur_uint(&c, word);
	if (h->version < 4)
		return;
	cur_skip(&c, align);
	h->notes_off = cur_u64(&c);
	h->notes_size = cur_uint(&c, word);
	if (h->version < 6)
		return;
	cur_skip(&c, align);
	cur_skip(&c, 8 + word); /* eraseinfo */
	cur_skip(&c, align);
	h->start_pfn = cur_u64(&c);
	h->end_pfn = cur_u64(&c);
	uint64_t max_mapnr = cur_u64(&c);
	if (max_mapnr > 0)
		h->max_mapnr = max_mapnr;
}

/* Cannot overflow: these are 32-bit counts of blocks of at most 64 KiB. */
void kdump_header_lay_out(struct kdump_header *h)
{
	uint64_t block = h->block_size, blocks = h->bitmap_blocks;
	uint64_t need = (h->max_mapnr / 8 + (h->max_mapnr % 8 != 0) + block - 1) / block;

	h->bitmap1 = h->bitmap2 = (1 + (uint64_t)h->sub_blocks) * block;
	h->bitmap_len = blocks * block;
	/* Two bitmaps: pages that exist, and pages that are in the file. */
	if (blocks >= 2 * need) {
		h->bitmap_len = blocks / 2 * block;
		h->bitmap2 += h->bitmap_len;
	}
	h->descs = (1 + (uint64_t)h->sub_blocks + blocks) * block;
}

int kdump_header_read(struct source *src, struct kdump_header *h, struct vmt_err *err)
{
	uint8_t data[HEADER_MAX], sub[KDUMP_SUB_SIZE] = {0};
	int64_t len = source_read(src, 0, data, sizeof(data), err);
	int rc;

	if (len < 0)
		return (int)len;
	if (len < (int64_t)sizeof(data))
		return err_set(err, VMT_ERR_TRUNCATED, "%s: the file ends within the kdump header",
			src->name);
	rc = choose_reading(src, h, data, (size_t)len, err);
	if (rc < 0)
		return rc;
	if (!h->old) {
		len = source_read(src, h->block_size, sub, sizeof(sub), err);
		if (len < 0)
			return (int)len;
		/* Older versions may end here: what is missing reads as zeros. */
		if (len < (h->is_64 ? 16 : 12))
			return err_set(err, VMT_ERR_TRUNCATED,
				"%s: the file ends within the kdump sub header", src->name);
		kdump_header_parse_sub(h, sub, sizeof(sub));
	}
	kdump_header_lay_out(h);
	kdump_header_mend(src, h);
	if (h->bitmap_len > CAP_BITMAP)
		return err_set(err, VMT_ERR_LIMIT, "%s: kdump header: bitmap too large: %llu bytes",
			src->name, (unsigned long long)h->bitmap_len);
	return 0;
}
