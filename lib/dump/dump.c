// SPDX-License-Identifier: GPL-3.0-or-later
/* Shared by all formats: choosing one, VMCOREINFO from the notes, pages through the cache. */
#include "dump/dump.h"

#include <string.h>

#include "base/caps.h"
#include "dump/foreign.h"
#include "dump/format.h"
#include "dump/notes.h"
#include "dump/page_cache.h"

static const struct dump_format *find_format(const uint8_t *head, size_t len)
{
	for (size_t i = 0; dump_formats[i]; i++) {
		if (dump_formats[i]->probe(head, len))
			return dump_formats[i];
	}
	return NULL;
}

/* By its name: a note with a damaged size hides those after it. */
static bool find_hidden(const struct dump *dump, struct note *ret)
{
	static const char name[] = "VMCOREINFO";
	const uint8_t *p = dump->notes, *end = p + dump->notes_len;

	while ((p = memmem(p, (size_t)(end - p), name, sizeof(name)))) {
		const uint8_t *head = p - 12;
		struct cur c;

		p++;
		if (head < dump->notes)
			continue;
		c = cur_init(head, (size_t)(end - head), dump->big_endian);
		if (note_next(&c, ret) && note_is(ret, name, 0) && ret->desc_len > 0)
			return true;
	}
	return false;
}

static void find_vmcoreinfo(struct dump *dump)
{
	struct note note;

	if (!note_find(dump->notes, dump->notes_len, dump->big_endian, "VMCOREINFO", 0, &note) &&
		!find_hidden(dump, &note))
		return;
	dump->vmcoreinfo = (const char *)note.desc;
	dump->vmcoreinfo_len = note.desc_len;
}

static int open_format(
	struct dump *dump, struct source *const *files, size_t n, struct vmt_err *err)
{
	int rc = dump->format->open(dump, files, n, err);

	if (rc < 0)
		return rc;
	if (dump->notes)
		find_vmcoreinfo(dump);
	return page_cache_open(dump, dump->page_size, &dump->cache, err);
}

int dump_open(TALLOC_CTX *ctx, struct source *const *files, size_t n, struct dump **ret,
	struct vmt_err *err)
{
	const struct dump_format *format;
	struct dump *dump;
	uint8_t head[FOREIGN_HEAD];
	int64_t len;
	int rc;

	if (n == 0 || n > CAP_SPLIT_PARTS)
		return err_set(err, VMT_ERR_USAGE, "a dump cannot have %zu parts", n);
	len = source_read(files[0], 0, head, sizeof(head), err);
	if (len < 0)
		return (int)len;
	format = find_format(head, (size_t)len);
	if (!format)
		return foreign_refuse(files[0], head, (size_t)len, err);
	dump = talloc_zero(ctx, struct dump);
	if (!dump)
		return err_nomem(err);
	dump->format = format;
	dump->complete = true;
	rc = open_format(dump, files, n, err);
	if (rc < 0) {
		talloc_free(dump);
		return rc;
	}
	*ret = dump;
	return 0;
}

const uint8_t *dump_page(struct dump *dump, uint64_t pfn, struct vmt_err *err)
{
	const uint8_t *page = page_cache_find(dump->cache, pfn);
	struct vmt_err spare;
	uint8_t *room;
	int rc;

	if (page)
		return page;
	room = page_cache_room(dump->cache);
	if (!err)
		err = &spare;
	rc = page_cache_failed(dump->cache, pfn, err);
	if (!rc) {
		rc = dump->format->read_page(dump, pfn, room, err);
		if (rc == VMT_ERR_CORRUPT)
			page_cache_fail(dump->cache, pfn, err);
	}
	if ((rc == VMT_ERR_CORRUPT || rc == VMT_ERR_IO) && !dump->damaged++)
		dump->first_damage = *err;
	if (rc == VMT_ERR_NODATA && dump->on_absent)
		dump->on_absent(dump->on_page_arg, pfn);
	if (rc < 0)
		return NULL;
	page_cache_keep(dump->cache, pfn);
	dump->pages_read++;
	if (dump->on_page)
		dump->on_page(dump->on_page_arg, pfn);
	return room;
}

int dump_read_phys(struct dump *dump, uint64_t paddr, void *buf, size_t len, struct vmt_err *err)
{
	struct vmt_err spare;
	uint8_t *out = buf;

	if (!err)
		err = &spare;
	while (len > 0) {
		uint64_t at = paddr & (dump->page_size - 1);
		size_t n = len < dump->page_size - at ? len : (size_t)(dump->page_size - at);
		const uint8_t *page = dump_page(dump, paddr / dump->page_size, err);

		if (!page)
			return err->code;
		memcpy(out, page + at, n);
		if (dump->on_read)
			dump->on_read(dump->on_page_arg, paddr, n);
		out += n;
		paddr += n;
		len -= n;
	}
	return 0;
}

void dump_note_missing(struct dump *dump, const char *what)
{
	dump->complete = false;
	if (!dump->missing)
		dump->missing = what;
}

void dump_note_percent(struct dump *dump, uint64_t have, uint64_t all)
{
	double percent = 100.0 * (double)have / (double)all; /* would overflow as an integer */

	if (have < all)
		dump->percent = (struct vmt_u64){true, percent < 99 ? (uint64_t)percent : 99};
}

bool dump_has_memory(struct dump *dump, uint64_t pfn)
{
	return !dump->format->has_memory || dump->format->has_memory(dump, pfn);
}

int dump_each_range(struct dump *dump, int (*fn)(void *arg, uint64_t pfn, uint64_t n), void *arg,
	struct vmt_err *err)
{
	return dump->format->each_range(dump, fn, arg, err);
}

int dump_carve(struct dump *dump, int (*fn)(void *arg, uint64_t at, const uint8_t *page), void *arg,
	struct vmt_err *err)
{
	return dump->format->carve ? dump->format->carve(dump, fn, arg, err) : 0;
}
