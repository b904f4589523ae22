// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "fixes/index_internal.h"

#include <zlib.h>
#ifdef HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif

#include "base/array.h"
#include "base/caps.h"
#include "base/err.h"
#include "base/mapped.h"

struct fixes_index {
	const uint8_t *data;
	size_t size;
	uint32_t fixes, terms, releases, postings_size, records_size, lists_size, texts_size;
	/* offsets of the sections */
	size_t hashes, ends, rows, text_ends, lists, records, texts, postings;
};

static uint32_t u32_at(const struct fixes_index *index, size_t at)
{
	return cur_little_32(index->data + at);
}

/* Where the sections begin, if they fill the file exactly. */
static bool lay_out(struct fixes_index *index)
{
	uint64_t end = INDEX_HEADER;

	index->hashes = (size_t)end;
	end += 8ull * index->terms;
	index->ends = (size_t)end;
	end += (uint64_t)INDEX_TERM_END * index->terms;
	index->rows = (size_t)end;
	end += (uint64_t)INDEX_ROW * index->fixes;
	index->text_ends = (size_t)end;
	end += 4ull * index->releases;
	index->lists = (size_t)end;
	end += index->lists_size;
	index->records = (size_t)end;
	end += index->records_size;
	index->texts = (size_t)end;
	end += index->texts_size;
	index->postings = (size_t)end;
	end += index->postings_size;
	return end == index->size;
}

/* All of the file is read for it at each query: libdeflate takes a tenth of zlib's time. */
static uint32_t checksum(const uint8_t *data, size_t size)
{
#ifdef HAVE_LIBDEFLATE
	return libdeflate_crc32(0, data, size);
#else
	return (uint32_t)crc32_z(0, data, size);
#endif
}

static int read_header(struct fixes_index *index, struct vmt_err *err)
{
	struct cur c = cur_init_little(index->data, index->size);
	const uint8_t *magic = cur_bytes(&c, 8);
	uint32_t version = cur_u32(&c), sum = cur_u32(&c);

	index->fixes = cur_u32(&c);
	index->terms = cur_u32(&c);
	index->releases = cur_u32(&c);
	index->postings_size = cur_u32(&c);
	index->records_size = cur_u32(&c);
	index->lists_size = cur_u32(&c);
	index->texts_size = cur_u32(&c);
	cur_skip(&c, 12);
	if (!magic || memcmp(magic, INDEX_MAGIC, 8) != 0)
		return err_set(err, VMT_ERR_FORMAT, "not an index of fixes");
	if (cur_ok(&c) && version != INDEX_VERSION)
		return err_set(err, VMT_ERR_UNSUPPORTED, "an index of fixes of version %u, not %d",
			version, INDEX_VERSION);
	if (!cur_ok(&c) || index->fixes > CAP_FIXES || !lay_out(index) ||
		checksum(index->data + INDEX_CHECKED, index->size - INDEX_CHECKED) != sum)
		return err_set(err, VMT_ERR_CORRUPT, "the index of fixes is damaged");
	return 0;
}

int index_from(TALLOC_CTX *ctx, const void *data, size_t size, struct fixes_index **ret,
	struct vmt_err *err)
{
	struct fixes_index *index = talloc_zero(ctx, struct fixes_index);
	int rc;

	if (!index)
		return err_nomem(err);
	index->data = data;
	index->size = size;
	rc = read_header(index, err);
	if (rc)
		talloc_free(index);
	else
		*ret = index;
	return rc;
}

int index_open(TALLOC_CTX *ctx, const char *path, struct fixes_index **ret, struct vmt_err *err)
{
	static const struct mapped_kind kind = {"an index of fixes", UINT32_MAX, true};
	struct mapped *file;
	int rc = mapped_open(ctx, path, &kind, &file, err);

	if (rc)
		return rc;
	rc = index_from(ctx, file->data, file->size, ret, err);
	if (rc) {
		talloc_free(file);
		return err_prepend(err, rc, "%s", path);
	}
	talloc_steal(*ret, file);
	return 0;
}

/* ---- what it has ------------------------------------------------------------------------- */

uint32_t index_size(const struct fixes_index *index)
{
	return index->fixes;
}

uint32_t index_releases(const struct fixes_index *index)
{
	return index->releases;
}

/* Part i of a section of parts that end at the given places; empty if they make no sense. */
static struct cur part_of(const struct fixes_index *index, size_t section, size_t size, size_t ends,
	size_t step, uint32_t i)
{
	uint64_t start = i ? u32_at(index, ends + (i - 1) * step) : 0;
	uint64_t end = u32_at(index, ends + i * step);

	if (start > end || end > size)
		return cur_init_little(NULL, 0);
	return cur_init_little(index->data + section + start, (size_t)(end - start));
}

static const char *text_of(struct cur *c)
{
	const uint8_t *end = cur_left(c) ? memchr(c->p, '\0', cur_left(c)) : NULL;

	return end ? (const char *)cur_bytes(c, (size_t)(end - c->p) + 1) : NULL;
}

void index_release(const struct fixes_index *index, uint32_t release, struct fix_release *ret)
{
	struct cur c = cur_init_little(NULL, 0);
	const char *version, *branch;

	if (release < index->releases)
		c = part_of(index, index->texts, index->texts_size, index->text_ends, 4, release);
	version = text_of(&c);
	branch = text_of(&c);
	ret->version = version ? version : "";
	ret->branch = branch && *branch ? branch : NULL;
}

/* A number that is stored plus 1, 0 for none. */
static uint32_t number_of(const struct fixes_index *index, size_t at)
{
	uint32_t v = u32_at(index, at) - 1;

	return v < index->fixes ? v : INDEX_NONE;
}

struct index_row index_row(const struct fixes_index *index, uint32_t fix)
{
	struct index_row row = {INDEX_NONE, INDEX_NONE, 0, 0};
	size_t at = index->rows + (size_t)fix * INDEX_ROW;

	if (fix >= index->fixes)
		return row;
	row.reverted_by = number_of(index, at + 8);
	row.introduced_by = number_of(index, at + 12);
	row.arches = (uint16_t)cur_load_little(index->data + at + 16, 2);
	row.flags = (uint16_t)cur_load_little(index->data + at + 18, 2);
	return row;
}

uint32_t index_release_of(const struct fixes_index *index, uint32_t fix, uint32_t i)
{
	size_t at = index->rows + (size_t)fix * INDEX_ROW + 4;
	uint64_t start, end;
	uint32_t release;

	if (fix >= index->fixes || i >= CAP_FIX_LIST)
		return INDEX_NONE;
	start = fix ? u32_at(index, at - INDEX_ROW) : 0;
	end = u32_at(index, at);
	if (start + i >= end || end > index->lists_size / 4)
		return INDEX_NONE;
	release = u32_at(index, index->lists + 4 * (size_t)(start + i));
	return release < index->releases ? release : INDEX_NONE;
}

static int read_releases(
	TALLOC_CTX *ctx, const struct fixes_index *index, uint32_t fix, struct fix *ret)
{
	struct fix_release *releases = NULL;
	uint32_t number;

	for (size_t n = 0; (number = index_release_of(index, fix, (uint32_t)n)) != INDEX_NONE;
		n++) {
		struct fix_release *grown = ARRAY_ROOM(ctx, releases, n);

		if (!grown)
			return VMT_ERR_NOMEM;
		releases = grown;
		index_release(index, number, &releases[n]);
		ret->releases = releases;
		ret->releases_n = n + 1;
	}
	return 0;
}

int index_fix(TALLOC_CTX *ctx, const struct fixes_index *index, uint32_t fix, struct fix *ret,
	struct vmt_err *err)
{
	struct cur c;
	int rc;

	if (fix >= index->fixes)
		return err_set(err, VMT_ERR_NOTFOUND, "no fix has the number %u", fix);
	c = part_of(index, index->records, index->records_size, index->rows, INDEX_ROW, fix);
	rc = index_record_read(ctx, &c, ret, err);
	if (!rc && read_releases(ctx, index, fix, ret))
		return err_nomem(err);
	return rc;
}

/* ---- terms ------------------------------------------------------------------------------- */

struct index_postings index_find(const struct fixes_index *index, uint64_t hash)
{
	struct index_postings ret = {0};
	uint32_t low = 0, high = index->terms;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		uint64_t other = cur_little_64(index->data + index->hashes + 8 * (size_t)mid);
		struct cur c;

		if (other < hash) {
			low = mid + 1;
			continue;
		}
		high = mid;
		if (other != hash)
			continue;
		c = part_of(index, index->postings, index->postings_size, index->ends,
			INDEX_TERM_END, mid);
		ret.at = c.p;
		ret.end = c.end;
		ret.fixes = index->fixes;
		ret.n = u32_at(index, index->ends + INDEX_TERM_END * (size_t)mid + 4);
		return ret;
	}
	return ret;
}

bool index_next(struct index_postings *p, struct index_posting *ret)
{
	uint32_t distance = 0;
	unsigned shift = 0, fields;

	for (; p->at < p->end && *p->at & 0x80 && shift < 28; shift += 7)
		distance |= (uint32_t)(*p->at++ & 0x7f) << shift;
	if (p->end - p->at < 2)
		return false;
	distance |= (uint32_t)(*p->at++ & 0x7f) << shift;
	fields = *p->at++;
	p->fix += distance;
	if (p->fix >= p->fixes || distance >= p->fixes)
		return false;
	ret->fix = p->fix;
	for (unsigned f = 0; f < INDEX_FIELDS; f++)
		ret->value[f] = fields >> f & 1 && p->at < p->end ? *p->at++ : 0;
	return true;
}
