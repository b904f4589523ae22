// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/shrink_redact.h"

#include <string.h>

#include "base/array.h"
#include "facade/kernel_view.h"
#include "image/identity.h"
#include "kernel/netdev.h"
#include "redact/redact.h"

#define BUCKETS 4096
#define RUN_BYTES (64u << 20) /* that are looked at as one text */

/* Which bytes of a page were read. */
struct seen {
	struct seen *next;
	uint64_t pfn;
	uint8_t bits[]; /* one a byte of the page */
};

struct shrink_redact {
	struct session *s;
	struct vmt_redaction *redaction;
	struct seen *seen[BUCKETS];
	uint64_t constant, constant_end; /* pages of the kernel's code and constants */
	const uint64_t *pfns;
	size_t n;
	char *run; /* pages from first on that follow each other, redacted */
	uint64_t first;
	size_t n_run;
};

int shrink_redact_new(struct session *s, struct vmt_redaction *redaction,
	struct shrink_redact **ret, struct vmt_err *err)
{
	*ret = talloc_zero(s, struct shrink_redact);
	if (!*ret)
		return err_nomem(err);
	(*ret)->s = s;
	(*ret)->redaction = redaction;
	return 0;
}

/* ---- what was read ----------------------------------------------------------------------- */

static struct seen *find_seen(const struct shrink_redact *sr, uint64_t pfn)
{
	struct seen *seen = sr->seen[pfn % BUCKETS];

	while (seen && seen->pfn != pfn)
		seen = seen->next;
	return seen;
}

static struct seen *add_seen(struct shrink_redact *sr, uint64_t pfn)
{
	struct seen **bucket = &sr->seen[pfn % BUCKETS];
	struct seen *seen = talloc_zero_size(sr, sizeof(*seen) + sr->s->dump->page_size / 8);

	if (!seen)
		return NULL;
	seen->next = *bucket;
	seen->pfn = pfn;
	*bucket = seen;
	return seen;
}

int shrink_redact_see(struct shrink_redact *sr, uint64_t paddr, size_t len)
{
	uint32_t page_size = sr->s->dump->page_size;
	uint64_t pfn = paddr / page_size, from = paddr % page_size;
	struct seen *seen = find_seen(sr, pfn);

	if (!seen)
		seen = add_seen(sr, pfn);
	if (!seen)
		return VMT_ERR_NOMEM;
	for (uint64_t i = from; i < from + len; i++)
		seen->bits[i / 8] |= (uint8_t)(1u << i % 8);
	return 0;
}

static void blank(const struct shrink_redact *sr, uint64_t pfn, char *page)
{
	const struct seen *seen = find_seen(sr, pfn);

	if (pfn >= sr->constant && pfn < sr->constant_end)
		return;
	for (uint32_t i = 0; i < sr->s->dump->page_size; i++)
		if (!seen || !(seen->bits[i / 8] & 1u << i % 8))
			page[i] = 0;
}

/*
 * The search for a symbol or a type may take other steps through the kernel's tables later. They
 * are among its constants, which are the same on every machine.
 */
static void find_constants(struct shrink_redact *sr)
{
	/*
	 * What follows them, in the order of the architecture. A small dump may lack some of these
	 * names; the first address of the others is the end.
	 */
	static const char *const ends[] = {
		"__end_rodata", "_sdata", "init_stack", "init_task", "__init_begin", "_sinittext"};
	struct kernel_view view = {0};
	uint64_t start, end = 0, at, paddr;
	uint32_t page_size = sr->s->dump->page_size;

	if (!sr->s->space || !sr->s->info || kernel_view_find_symbols(&view, sr->s, NULL) ||
		kernel_symbol(&view.image, "_stext", &start, NULL) ||
		mem_translate(sr->s->space, start, &paddr, NULL))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (!kernel_symbol(&view.image, ends[i], &at, NULL) && at > start &&
			(end <= start || at < end))
			end = at;
	if (end <= start)
		return;
	sr->constant = paddr / page_size;
	sr->constant_end = (paddr + (end - start)) / page_size;
}

/* ---- runs of pages ----------------------------------------------------------------------- */

static size_t index_of(const struct shrink_redact *sr, uint64_t pfn)
{
	size_t low = 0, high = sr->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sr->pfns[middle] < pfn)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Reads the pages from pfn on that follow each other: a text may go on in the next one. */
static int read_run(struct shrink_redact *sr, uint64_t pfn, struct vmt_err *err)
{
	struct dump *dump = sr->s->dump;
	size_t at = index_of(sr, pfn), max = RUN_BYTES / dump->page_size;
	int rc = 0;

	TALLOC_FREE(sr->run);
	sr->first = pfn;
	sr->n_run = 0;
	while (at + sr->n_run < sr->n && sr->pfns[at + sr->n_run] == pfn + sr->n_run &&
		sr->n_run < max)
		sr->n_run++;
	sr->run = talloc_array_size(sr, dump->page_size, (unsigned)sr->n_run);
	if (!sr->run)
		return err_nomem(err);
	for (size_t i = 0; i < sr->n_run && !rc; i++) {
		char *page = sr->run + i * dump->page_size;

		rc = dump_read_phys(dump, (pfn + i) * dump->page_size, page, dump->page_size, err);
		if (!rc)
			blank(sr, pfn + i, page);
	}
	return rc;
}

static size_t run_bytes(const struct shrink_redact *sr)
{
	return sr->n_run * sr->s->dump->page_size;
}

static int learn_all(struct shrink_redact *sr, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < sr->n && !rc; i += sr->n_run) {
		rc = read_run(sr, sr->pfns[i], err);
		if (!rc)
			rc = redact_learn_memory(sr->redaction, sr->run, run_bytes(sr), err);
	}
	sr->n_run = 0;
	return rc;
}

/* ---- what is replaced -------------------------------------------------------------------- */

/* What is mapped: another word with these bits is none. */
static bool is_pointer(void *arg, const void *word)
{
	const struct shrink_redact *sr = arg;
	const uint8_t *b = word;
	uint64_t v = 0, paddr;

	for (unsigned i = 0; i < 8; i++)
		v = v << 8 | b[sr->s->dump->big_endian ? i : 7 - i];
	/* Five levels of page tables leave eight bits that are the same in all of them. */
	return sr->s->space ? v >> 56 == 0xff && !mem_translate(sr->s->space, v, &paddr, NULL)
			    : v >> 48 == 0xffff;
}

static int redact_addresses(struct shrink_redact *sr, char *p, size_t len, struct vmt_err *err)
{
	struct redact_words words = {is_pointer, sr};

	return redact_binary(sr->redaction, &words, p, len, err);
}

static int redact_all(struct shrink_redact *sr, char *p, size_t len, struct vmt_err *err)
{
	int rc = redact_memory(sr->redaction, p, len, err);

	return rc ? rc : redact_addresses(sr, p, len, err);
}

static size_t page_of_run(const struct shrink_redact *sr, uint64_t pfn)
{
	if (pfn < sr->first)
		return 0;
	return pfn - sr->first < sr->n_run ? (size_t)(pfn - sr->first) : sr->n_run;
}

/* Code may have the bytes of an address by chance; constants have none of the machine's. */
static int redact_run(struct shrink_redact *sr, struct vmt_err *err)
{
	size_t size = sr->s->dump->page_size, from = page_of_run(sr, sr->constant),
	       to = page_of_run(sr, sr->constant_end);
	int rc = redact_memory(sr->redaction, sr->run, run_bytes(sr), err);

	if (!rc)
		rc = redact_addresses(sr, sr->run, from * size, err);
	if (!rc)
		rc = redact_addresses(sr, sr->run + to * size, (sr->n_run - to) * size, err);
	return rc;
}

/* ---- the start --------------------------------------------------------------------------- */

static int know(struct shrink_redact *sr, const char *host, struct vmt_err *err)
{
	return host ? redact_know_host(sr->redaction, host, strlen(host), err) : 0;
}

static int know_hosts(struct shrink_redact *sr, struct vmt_err *err)
{
	struct identity id = {0};
	int rc = know(sr, sr->s->dump->nodename, err);

	if (!rc && sr->s->space && sr->s->info &&
		!identity_read(sr, sr->s->space, sr->s->info, &id, NULL))
		rc = know(sr, id.nodename, err);
	return rc;
}

static int know_address(void *arg, enum netdev_address_kind kind, const uint8_t *bytes, size_t len)
{
	static const enum redact_kind kinds[] = {[NETDEV_HARDWARE] = REDACT_MAC,
		[NETDEV_IPV4] = REDACT_IPV4,
		[NETDEV_IPV6] = REDACT_IPV6};
	struct shrink_redact *sr = arg;

	return redact_know_address(sr->redaction, kinds[kind], bytes, len, NULL);
}

/* The machine's own addresses, which no text may have. */
static int know_addresses(struct shrink_redact *sr, struct vmt_err *err)
{
	struct kernel_view view = {0};

	if (!sr->s->space || !sr->s->info || kernel_view_find_symbols(&view, sr->s, NULL) ||
		kernel_view_find_types(&view, sr->s, NULL))
		return 0;
	return netdev_each_address(&view.image, know_address, sr) ? err_nomem(err) : 0;
}

/* Puts a redacted copy of len bytes in place of what p points to, and a NUL after it. */
static int redact_copy(struct shrink_redact *sr, const void **p, size_t len, struct vmt_err *err)
{
	char *copy;

	if (!*p)
		return 0;
	copy = talloc_zero_size(sr, len + 1);
	if (!copy)
		return err_nomem(err);
	memcpy(copy, *p, len);
	*p = copy;
	return redact_all(sr, copy, len, err);
}

static int redact_facts(struct shrink_redact *sr, struct kdump_facts *facts, struct vmt_err *err)
{
	const void *node = facts->nodename, *notes = facts->notes, *info = facts->vmcoreinfo;
	int rc = redact_copy(sr, &node, node ? strlen(node) : 0, err);

	if (!rc)
		rc = redact_copy(sr, &notes, facts->notes_len, err);
	if (!rc)
		rc = redact_copy(sr, &info, facts->vmcoreinfo_len, err);
	facts->nodename = node;
	facts->notes = notes;
	facts->vmcoreinfo = info;
	return rc;
}

int shrink_redact_start(struct shrink_redact *sr, struct kdump_facts *facts, const uint64_t *pfns,
	size_t n, struct vmt_err *err)
{
	int rc = know_hosts(sr, err);

	sr->pfns = pfns;
	sr->n = n;
	find_constants(sr);
	if (!rc)
		rc = know_addresses(sr, err);
	if (!rc)
		rc = learn_all(sr, err);
	return rc ? rc : redact_facts(sr, facts, err);
}

int shrink_redact_page(void *arg, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	struct shrink_redact *sr = arg;
	uint32_t page_size = sr->s->dump->page_size;
	int rc = 0;

	if (pfn < sr->first || pfn >= sr->first + sr->n_run) {
		rc = read_run(sr, pfn, err);
		if (!rc)
			rc = redact_run(sr, err);
	}
	if (!rc)
		memcpy(buf, sr->run + (pfn - sr->first) * page_size, page_size);
	return rc;
}
