// SPDX-License-Identifier: GPL-3.0-or-later
/* See where.h. The file may be damaged: each number is checked where it is used. */
#include "where/where.h"

#include <string.h>

#include "base/cur.h"
#include "base/mapped.h"
#include "base/syscall.h"

#define MAGIC "VMTWHERE"
#define VERSION 1
#define PER_GROUP 64 /* buckets */
#define PER_BLOCK 32 /* paths */
#define MIN_BITS 6
#define MAX_BITS 24

struct where {
	const uint8_t *data;
	size_t size;
	uint32_t bits, names, files, lists, members, path_bytes;
	/* offsets of the sections */
	size_t starts, blocks, ends, prints, places, lists_at, counts, paths;
};

static uint32_t u32_at(const struct where *w, size_t section, size_t i)
{
	return cur_little_32(w->data + section + 4 * i);
}

static uint16_t u16_at(const struct where *w, size_t section, size_t i)
{
	const uint8_t *p = w->data + section + 2 * i;

	return (uint16_t)(p[0] | p[1] << 8);
}

/* Where the sections begin, if they fill the file exactly. */
static bool lay_out(struct where *w, size_t at)
{
	uint64_t end = at;

	w->starts = (size_t)end;
	end += 4 * ((1ull << w->bits) / PER_GROUP);
	w->blocks = (size_t)end;
	end += 4 * (((uint64_t)w->files + PER_BLOCK - 1) / PER_BLOCK + 1);
	w->ends = (size_t)end;
	end += 4ull * w->lists;
	w->prints = (size_t)end;
	end += 2ull * w->names;
	w->places = (size_t)end;
	end += 2ull * w->names;
	w->lists_at = (size_t)end;
	end += 2ull * w->members;
	w->counts = (size_t)end;
	end += 1ull << w->bits;
	w->paths = (size_t)end;
	end += w->path_bytes;
	return end == w->size;
}

static int read_header(struct where *w, struct vmt_err *err)
{
	struct cur c = cur_init_little(w->data, w->size);
	const uint8_t *magic = cur_bytes(&c, strlen(MAGIC));
	uint32_t version = cur_u32(&c);

	w->bits = cur_u32(&c);
	w->names = cur_u32(&c);
	w->files = cur_u32(&c);
	w->lists = cur_u32(&c);
	w->members = cur_u32(&c);
	w->path_bytes = cur_u32(&c);
	if (!cur_ok(&c) || memcmp(magic, MAGIC, strlen(MAGIC)) != 0)
		return err_set(err, VMT_ERR_FORMAT, "not a table of functions");
	if (version != VERSION)
		return err_set(err, VMT_ERR_UNSUPPORTED,
			"a table of functions of version %u, not %d", version, VERSION);
	if (w->bits < MIN_BITS || w->bits > MAX_BITS || !lay_out(w, cur_pos(&c)))
		return err_set(err, VMT_ERR_CORRUPT, "the table of functions is damaged");
	return 0;
}

int where_from(
	TALLOC_CTX *ctx, const void *data, size_t size, struct where **ret, struct vmt_err *err)
{
	struct where *w = talloc_zero(ctx, struct where);
	int rc;

	if (!w)
		return err_nomem(err);
	w->data = data;
	w->size = size;
	rc = read_header(w, err);
	if (rc)
		talloc_free(w);
	else
		*ret = w;
	return rc;
}

int where_open(TALLOC_CTX *ctx, const char *path, struct where **ret, struct vmt_err *err)
{
	static const struct mapped_kind kind = {"a table of functions", INT32_MAX, false};
	struct mapped *file;
	int rc = mapped_open(ctx, path, &kind, &file, err);

	if (rc)
		return rc;
	rc = where_from(ctx, file->data, file->size, ret, err);
	if (rc) {
		talloc_free(file);
		return err_prepend(err, rc, "%s", path);
	}
	talloc_steal(*ret, file);
	return 0;
}

/* ---- looking up -------------------------------------------------------------------------- */

static uint64_t add_to_hash(uint64_t h, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)s[i]) * 0x100000001b3u;
	return h;
}

/* The high bits of FNV are poor for short names. */
static uint64_t end_hash(uint64_t h)
{
	return (h ^ h >> 32) * 0x9e3779b97f4a7c15u;
}

static struct where_places places_of(const struct where *w, uint32_t place)
{
	struct where_places p = {.n = 0};
	size_t i, end;

	if (place < w->files) {
		p.file[p.n++] = (uint16_t)place;
		return p;
	}
	place -= w->files;
	if (place >= w->lists)
		return p;
	i = place ? u32_at(w, w->ends, place - 1) : 0;
	end = u32_at(w, w->ends, place);
	for (; i < end && i < w->members && p.n < WHERE_MOST_FILES; i++) {
		p.file[p.n] = u16_at(w, w->lists_at, i);
		p.n += p.file[p.n] < w->files;
	}
	return p;
}

static struct where_places find_hash(const struct where *w, uint64_t h)
{
	size_t bucket = (size_t)(h >> (64 - w->bits)), group = bucket / PER_GROUP;
	const uint8_t *counts = w->data + w->counts;
	size_t at = u32_at(w, w->starts, group), end;
	uint16_t print = (uint16_t)h;

	for (size_t i = group * PER_GROUP; i < bucket; i++)
		at += counts[i];
	end = at + counts[bucket];
	for (; at < end && at < w->names; at++)
		if (u16_at(w, w->prints, at) == print)
			return places_of(w, u16_at(w, w->places, at));
	return (struct where_places){.n = 0};
}

static struct where_places find(
	const struct where *w, const char *head, const char *name, size_t len)
{
	uint64_t h = add_to_hash(0xcbf29ce484222325u, head, strlen(head));

	return find_hash(w, end_hash(add_to_hash(h, name, len)));
}

struct where_places where_find(const struct where *w, const char *name, size_t len)
{
	struct where_places p = {.n = 0};
	const char *head;
	size_t n;

	if (!w)
		return p;
	p = find(w, "", name, len);
	/* Of the functions that are made of one system call, the table has the first. */
	n = p.n ? 0 : syscall_prefix(name, len, &head);
	return n ? find(w, head, name + n, len - n) : p;
}

const char *where_path(const struct where *w, uint16_t file, char buf[WHERE_PATH_SIZE])
{
	size_t block = file / PER_BLOCK, len = 0;
	struct cur c;

	if (file >= w->files || u32_at(w, w->blocks, block) > w->path_bytes)
		return NULL;
	c = cur_init_little(w->data + w->paths, w->path_bytes);
	cur_bytes(&c, u32_at(w, w->blocks, block));
	for (size_t i = block * PER_BLOCK; i <= file; i++) {
		size_t same = cur_u8(&c), more = cur_u8(&c);
		const uint8_t *p = cur_bytes(&c, more);

		if (!p || same > len || same + more >= WHERE_PATH_SIZE)
			return NULL;
		memcpy(buf + same, p, more);
		len = same + more;
	}
	buf[len] = '\0';
	return buf;
}
