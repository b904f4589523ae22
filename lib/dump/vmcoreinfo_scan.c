// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The kernel keeps VMCOREINFO in its own page (vmcoreinfo_data), and once more after an ELF note
 * header (vmcoreinfo_note), which is filled only when it crashes into a kdump kernel. Mirrors
 * crash_save_vmcoreinfo_init() of kernel/crash_core.c and vmcore_info.c.
 */
#include "dump/vmcoreinfo_scan.h"

#include <string.h>

#include "base/caps.h"
#include "base/cur.h"
#include "dump/notes.h"
#include "dump/page_cache.h"

#define SMALLEST_PAGE 4096

static const char first_key[] = "OSRELEASE=";

struct scan {
	struct dump *dump;
	TALLOC_CTX *ctx;
	char *text;
	size_t len;
	uint64_t pfn;
};

/* The text in a page that begins like VMCOREINFO, with or without a note header. */
static const char *text_in(const uint8_t *page, size_t size, bool big_endian, size_t *len)
{
	struct cur c = cur_init(page, size, big_endian);
	struct note note;
	size_t key = sizeof(first_key) - 1;

	if (memcmp(page, first_key, key) == 0) {
		*len = strnlen((const char *)page, size);
		return (const char *)page;
	}
	if (page[0] != sizeof("VMCOREINFO") && page[3] != sizeof("VMCOREINFO"))
		return NULL;
	if (!note_next(&c, &note) || !note_is(&note, "VMCOREINFO", 0) || note.desc_len < key ||
		memcmp(note.desc, first_key, key) != 0)
		return NULL;
	*len = strnlen((const char *)note.desc, note.desc_len);
	return (const char *)note.desc;
}

/* Memory has stale and foreign copies of the text. The kernel's own ends in a newline. */
static bool is_whole(const char *text, size_t len)
{
	return len > 256 && text[len - 1] == '\n' &&
	       memmem(text, len, "SYMBOL(swapper_pg_dir)=", 23);
}

/* A container's pages may be larger than the kernel's (QEMU, with aarch64 guests). */
static const char *text_of_page(
	const struct dump *dump, const uint8_t *page, uint32_t smallest, size_t *len)
{
	for (uint32_t at = 0; at < dump->page_size; at += smallest) {
		const char *text = text_in(page + at, dump->page_size - at, dump->big_endian, len);

		if (text && is_whole(text, *len))
			return text;
	}
	return NULL;
}

static int look(void *arg, uint64_t pfn, uint64_t n)
{
	struct scan *scan = arg;
	uint32_t page_size = scan->dump->page_size;
	uint32_t smallest = page_size < SMALLEST_PAGE ? page_size : SMALLEST_PAGE;

	for (uint64_t i = 0; i < n; i++) {
		const uint8_t *page = dump_page(scan->dump, pfn + i, NULL);
		const char *text =
			page ? text_of_page(scan->dump, page, smallest, &scan->len) : NULL;

		if (!text)
			continue;
		scan->text = talloc_memdup(scan->ctx, text, scan->len);
		scan->pfn = pfn + i;
		return 1;
	}
	return 0;
}

int vmcoreinfo_scan(
	TALLOC_CTX *ctx, struct dump *dump, const char **ret, size_t *len, struct vmt_err *err)
{
	struct scan scan = {.dump = dump, .ctx = ctx};
	void (*on_page)(void *arg, uint64_t pfn) = dump->on_page;
	int rc;

	/* Of all the pages examined, only the one with the answer is reported to on_page. */
	dump->on_page = NULL;
	rc = dump_each_range(dump, look, &scan, err);
	dump->on_page = on_page;
	page_cache_forget(dump->cache);
	if (rc < 0)
		return rc;
	if (scan.text && on_page)
		on_page(dump->on_page_arg, scan.pfn);
	if (scan.text && dump->on_read)
		dump->on_read(dump->on_page_arg, scan.pfn * dump->page_size, dump->page_size);
	if (!scan.text)
		return err_set(err, VMT_ERR_NODATA, "no VMCOREINFO in the notes or in memory");
	*ret = scan.text;
	*len = scan.len;
	return 0;
}
