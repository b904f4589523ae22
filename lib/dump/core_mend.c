// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump/core_mend.h"

#include <elf.h>
#include <string.h>

#include "base/array.h"
#include "base/cur.h"
#include "base/machine.h"

#define PHDR_64 sizeof(Elf64_Phdr)
#define PHDR_32 sizeof(Elf32_Phdr)
#define MAX_WRONG 3	  /* of the header's fixed bytes */
#define MAX_WRONG_TABLE 7 /* the same, if what follows it is certainly a table */
#define LOOKED_AT 16	  /* entries of a possible table */
#define SURE_PHDRS 4	  /* that make a table certain */
#define MAX_BAD 4	  /* of them in a row */
#define GAP_ALIGN 4096u	  /* of /proc/vmcore: each segment begins at a page of the file */
#define NOTES_LOOK 65536u /* bytes after the table that are searched for notes */

/* ---- the header -------------------------------------------------------------------------- */

/* How many of the bytes that are the same in each ELF core differ. e_type: see core_mend_probe. */
static unsigned wrong_bytes(const uint8_t *head, const struct core_ehdr *e)
{
	bool is_64 = e->is_64, big_endian = e->big_endian;
	const uint8_t ident[EI_NIDENT] = {0x7f, 'E', 'L', 'F', is_64 ? ELFCLASS64 : ELFCLASS32,
		big_endian ? ELFDATA2MSB : ELFDATA2LSB, EV_CURRENT};
	size_t sizes = is_64 ? 52 : 40;
	uint64_t ehsize = cur_load(head + sizes, 2, big_endian);
	uint64_t phentsize = cur_load(head + sizes + 2, 2, big_endian);
	uint64_t type = cur_load(head + EI_NIDENT, 2, big_endian);
	uint64_t version = cur_load(head + EI_NIDENT + 4, 4, big_endian);
	unsigned n = 0;

	for (size_t i = 0; i <= EI_VERSION; i++)
		n += head[i] != ident[i];
	n += ehsize != (is_64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));
	n += phentsize != (is_64 ? PHDR_64 : PHDR_32);
	return n + (type != ET_CORE) + (version != EV_CURRENT);
}

struct core_phdr core_phdr_parse(const struct core_ehdr *e, const uint8_t *data, size_t len)
{
	struct cur c = cur_init(data, len, e->big_endian);
	unsigned word = e->is_64 ? 8 : 4;
	struct core_phdr ph = {.type = cur_u32(&c)};

	if (e->is_64)
		cur_skip(&c, 4); /* p_flags */
	ph.off = cur_uint(&c, word);
	ph.vaddr = cur_uint(&c, word);
	ph.paddr = cur_uint(&c, word);
	ph.filesz = cur_uint(&c, word);
	ph.memsz = cur_uint(&c, word);
	return ph;
}

static bool follows(uint64_t end, uint64_t off)
{
	return off == end || (off > end && off % GAP_ALIGN == 0 && off - end < GAP_ALIGN);
}

/* Whether the first segments follow the header, and each other in the file. */
static bool has_table(const uint8_t *head, size_t len, const struct core_ehdr *e)
{
	size_t size = e->is_64 ? PHDR_64 : PHDR_32;
	size_t at = e->is_64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
	uint64_t end = 0;

	if (len < at + SURE_PHDRS * size)
		return false;
	for (size_t i = 0; i < SURE_PHDRS; i++) {
		struct core_phdr ph = core_phdr_parse(e, head + at + i * size, size);

		if ((i && !follows(end, ph.off)) || !ph.filesz || ph.off < at ||
			__builtin_add_overflow(ph.off, ph.filesz, &end))
			return false;
	}
	return true;
}

bool core_mend_probe(const uint8_t *head, size_t len, bool *is_64, bool *big_endian)
{
	static const struct core_ehdr forms[] = {{.is_64 = true}, {.is_64 = false},
		{.is_64 = true, .big_endian = true}, {.is_64 = false, .big_endian = true}};
	const struct core_ehdr *e = NULL;
	unsigned best = MAX_WRONG_TABLE + 1;
	uint64_t type;

	if (len < sizeof(Elf64_Ehdr))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		unsigned n = wrong_bytes(head, &forms[i]);

		if (n >= best)
			continue;
		best = n;
		e = &forms[i];
	}
	if (!e || (best > MAX_WRONG && !has_table(head, len, e)))
		return false;
	*is_64 = e->is_64;
	*big_endian = e->big_endian;
	type = cur_load(head + EI_NIDENT, 2, *big_endian);
	/* These are other files, not damaged ones. */
	return type != ET_REL && type != ET_EXEC && type != ET_DYN;
}

static bool is_plausible(const struct source *src, const struct core_phdr *ph)
{
	return (ph->type == PT_LOAD || ph->type == PT_NOTE) && ph->off <= src->size &&
	       ph->filesz <= ph->memsz && (ph->filesz == 0 || ph->off >= sizeof(Elf32_Ehdr));
}

static bool is_empty(const struct core_phdr *ph)
{
	return ph->type == PT_NULL && !ph->off && !ph->vaddr && !ph->paddr && !ph->filesz;
}

/* The table that begins at an offset. */
struct table {
	size_t entries;	    /* up to the last plausible one */
	unsigned plausible; /* of them */
	bool whole;	    /* what follows is none */
};

static struct table look_at_table(
	struct source *src, const struct core_ehdr *e, uint64_t at, size_t most)
{
	uint8_t data[LOOKED_AT * PHDR_64];
	struct table t = {0};
	uint64_t end = UINT64_MAX; /* what comes first in the file after the table */
	size_t read = 0, bad = 0;

	for (size_t i = 0; i < most && !t.whole; i++) {
		size_t k = i % LOOKED_AT;
		struct core_phdr ph;

		if (k == 0) {
			int64_t got = source_read(
				src, at + i * e->phentsize, data, LOOKED_AT * e->phentsize, NULL);

			read = got > 0 ? (size_t)got / e->phentsize : 0;
		}
		t.whole = k >= read || bad == MAX_BAD || at + (i + 1) * e->phentsize > end;
		if (t.whole)
			break;
		ph = core_phdr_parse(e, data + k * e->phentsize, e->phentsize);
		if (!is_plausible(src, &ph)) {
			bad += !is_empty(&ph);
			continue;
		}
		bad = 0;
		t.entries = i + 1;
		t.plausible++;
		if (ph.filesz && ph.off > at && ph.off < end)
			end = ph.off;
	}
	return t;
}

/* The table follows the header, or the section headers as QEMU writes them. */
static bool find_table(struct source *src, struct core_ehdr *e)
{
	const uint64_t places[] = {e->is_64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr), 128, 192};
	unsigned best =
		e->phoff <= INT64_MAX ? look_at_table(src, e, e->phoff, LOOKED_AT).plausible : 0;
	uint64_t was = e->phoff;

	for (size_t i = 0; best == 0 && i < ARRAY_SIZE(places); i++) {
		unsigned n = look_at_table(src, e, places[i], LOOKED_AT).plausible;

		if (n > best) {
			best = n;
			e->phoff = places[i];
		}
	}
	return e->phoff != was;
}

static bool is_known_machine(const struct core_ehdr *e)
{
	const struct machine *m;

	for (unsigned i = 0; (m = machine_row(i)); i++)
		if (m->elf_machine == e->machine)
			return true;
	return false;
}

bool core_mend_ehdr(struct source *src, struct core_ehdr *e)
{
	struct core_ehdr try = *e;
	struct table t;
	bool moved;

	try.phentsize = e->is_64 ? PHDR_64 : PHDR_32;
	moved = find_table(src, &try) || try.phentsize != e->phentsize;
	t = look_at_table(src, &try, try.phoff, CORE_MENDED_PHDRS);
	if (!is_known_machine(e)) {
		try.machine = 0;
		moved = true;
	}
	/* A core of Xen has sections only. */
	if (!t.whole || !t.entries || (e->phnum == 0 && e->shoff != 0))
		return false;
	if (t.entries > e->phnum || e->phnum > CORE_MENDED_PHDRS) {
		try.phnum = (uint32_t)t.entries;
		moved = true;
	}
	*e = try;
	return moved;
}

/* ---- program headers --------------------------------------------------------------------- */

/* Where the bytes of entry i should end: where those of the next one begin. */
static uint64_t next_off(const struct source *src, const struct core_phdr *ph, size_t n, size_t i)
{
	for (size_t k = i + 1; k < n; k++)
		if (ph[k].filesz)
			return ph[k].off;
	return src->size;
}

/* Where the bytes of entry i should begin: after the table, or where those before it end. */
static uint64_t end_before(const struct core_ehdr *e, const struct core_phdr *ph, size_t i)
{
	while (i-- > 0)
		if (ph[i].filesz)
			return ph[i].off + ph[i].filesz;
	return e->phoff + (uint64_t)e->phnum * e->phentsize;
}

static bool shares_memory(const struct core_phdr *ph, size_t n, size_t i)
{
	for (size_t k = 0; k < n; k++)
		if (k != i && ph[k].paddr == ph[i].paddr && ph[k].filesz == ph[i].filesz)
			return true;
	return false;
}

static bool mend_type(const struct core_ehdr *e, struct core_phdr *ph, size_t i)
{
	bool placed = follows(end_before(e, ph, i), ph[i].off);

	if (ph[i].type == PT_LOAD || ph[i].type == PT_NOTE || !placed || !ph[i].filesz ||
		ph[i].filesz > ph[i].memsz)
		return false;
	ph[i].type = ph[i].vaddr || ph[i].paddr ? PT_LOAD : PT_NOTE;
	return true;
}

/* The bytes of an entry begin or end elsewhere than the two beside it say. */
static bool mend_place(const struct source *src, const struct core_ehdr *e, struct core_phdr *ph,
	size_t n, size_t i)
{
	uint64_t begin = end_before(e, ph, i), next = next_off(src, ph, n, i);
	uint64_t pages = (begin + GAP_ALIGN - 1) & ~(uint64_t)(GAP_ALIGN - 1);
	bool placed = follows(begin, ph[i].off);

	if (!ph[i].filesz || (placed && follows(ph[i].off + ph[i].filesz, next)))
		return false;
	if (!placed && follows(begin + ph[i].filesz, next))
		ph[i].off = begin;
	else if (!placed && follows(pages + ph[i].filesz, next))
		ph[i].off = pages;
	else if (placed && i + 1 < n && next > ph[i].off && next <= src->size &&
		 follows(ph[i + 1].off + ph[i + 1].filesz, next_off(src, ph, n, i + 1)) &&
		 (next - ph[i].off <= ph[i].memsz || ph[i].filesz > ph[i].memsz))
		ph[i].filesz = next - ph[i].off;
	else
		return false;
	return true;
}

/* The most frequent distance of virtual from physical addresses; false: most have another. */
static bool find_distance(const struct core_phdr *ph, size_t n, uint64_t *ret)
{
	size_t votes = 0, all = 0, count = 0;

	/* Whatever more than half have is what is left when pairs that differ are struck out. */
	for (size_t i = 0; i < n; i++) {
		uint64_t d = ph[i].vaddr - ph[i].paddr;

		if (ph[i].type != PT_LOAD || !ph[i].vaddr)
			continue;
		if (votes == 0)
			*ret = d;
		votes += votes == 0 || d == *ret ? 1 : (size_t)-1;
		all++;
	}
	for (size_t i = 0; votes && i < n; i++)
		count += ph[i].type == PT_LOAD && ph[i].vaddr - ph[i].paddr == *ret;
	return count >= 2 && 2 * count > all;
}

static bool few_bytes_differ(uint64_t a, uint64_t b)
{
	unsigned n = 0;

	for (uint64_t x = a ^ b; x; x >>= 8)
		n += (x & 0xff) != 0;
	return n <= 2;
}

/*
 * Whether memory at this address would be between that of the entries beside it. The kernel image,
 * at another distance, comes first and is in no order.
 */
static bool is_in_order(
	const struct core_phdr *ph, size_t n, size_t i, uint64_t paddr, uint64_t distance)
{
	const struct core_phdr *before = i ? &ph[i - 1] : NULL;

	if (before && before->type == PT_LOAD && before->vaddr - before->paddr == distance &&
		before->paddr + before->filesz > paddr)
		return false;
	return i + 1 == n || paddr + ph[i].filesz <= ph[i + 1].paddr;
}

static bool touches(const struct core_phdr *ph, size_t n, size_t i, uint64_t paddr)
{
	return (i > 0 && ph[i - 1].paddr + ph[i - 1].memsz == paddr) ||
	       (i + 1 < n && paddr + ph[i].memsz == ph[i + 1].paddr);
}

/* The kernel image has another distance, in more than two bytes. */
static bool mend_paddr(struct core_phdr *ph, size_t n, size_t i, uint64_t distance)
{
	uint64_t other = ph[i].vaddr - distance;

	if (ph[i].type != PT_LOAD || !ph[i].vaddr || other == ph[i].paddr ||
		!few_bytes_differ(other, ph[i].paddr) || !is_in_order(ph, n, i, other, distance))
		return false;
	if (is_in_order(ph, n, i, ph[i].paddr, distance) &&
		(touches(ph, n, i, ph[i].paddr) || !touches(ph, n, i, other)))
		return false;
	ph[i].paddr = other;
	return true;
}

/* One that ends within the next one's memory, or wraps: only the file says how large it is. */
static bool mend_memsz(struct core_phdr *ph, size_t n, size_t i)
{
	uint64_t end, room = i + 1 < n ? ph[i + 1].paddr - ph[i].paddr : UINT64_MAX;

	if (ph[i].type != PT_LOAD || ph[i].memsz <= ph[i].filesz)
		return false;
	if (!__builtin_add_overflow(ph[i].paddr, ph[i].memsz, &end) &&
		(i + 1 == n || ph[i + 1].paddr <= ph[i].paddr || end <= ph[i + 1].paddr ||
			ph[i].filesz > room))
		return false;
	ph[i].memsz = ph[i].filesz;
	return true;
}

/* ---- notes ------------------------------------------------------------------------------- */

static bool is_note(const uint8_t *p, size_t len, bool big_endian)
{
	static const char *const names[] = {"CORE", "VMCOREINFO", "QEMU"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t size = strlen(names[i]) + 1;

		if (len >= 12 + size && cur_load(p, 4, big_endian) == size &&
			memcmp(p + 12, names[i], size) == 0)
			return true;
	}
	return false;
}

/* Notes that are not where the entry says are between the table and the first memory. */
static bool mend_notes(
	struct source *src, const struct core_ehdr *e, struct core_phdr *ph, size_t n, size_t i)
{
	uint64_t at = e->phoff + (uint64_t)e->phnum * e->phentsize, end = src->size;
	uint8_t head[24], *data;
	int64_t got = source_read(src, ph[i].off, head, sizeof(head), NULL);
	bool found = false;

	if (got > 0 && is_note(head, (size_t)got, e->big_endian) && ph[i].filesz < src->size)
		return false;
	for (size_t k = 0; k < n; k++)
		if (ph[k].type == PT_LOAD && ph[k].filesz && ph[k].off > at && ph[k].off < end)
			end = ph[k].off;
	data = talloc_array(NULL, uint8_t, NOTES_LOOK);
	got = data ? source_read(src, at, data, NOTES_LOOK, NULL) : 0;
	for (size_t k = 0; !found && k + sizeof(head) < (size_t)(got > 0 ? got : 0); k += 4) {
		found = at + k < end && is_note(data + k, (size_t)got - k, e->big_endian);
		if (found)
			ph[i].off = at + k;
	}
	talloc_free(data);
	if (found)
		ph[i].filesz = end - ph[i].off;
	return found;
}

bool core_mend_phdrs(struct source *src, const struct core_ehdr *e, struct core_phdr *ph, size_t n)
{
	bool mended = false, has_notes = false;
	uint64_t distance = 0;
	bool direct;

	for (size_t i = 0; i < n; i++) {
		mended |= mend_type(e, ph, i);
		if (!shares_memory(ph, n, i))
			mended |= mend_place(src, e, ph, n, i);
	}
	direct = find_distance(ph, n, &distance);
	for (size_t i = 0; i < n; i++) {
		mended |= direct && mend_paddr(ph, n, i, distance);
		mended |= mend_memsz(ph, n, i);
		if (ph[i].type == PT_NOTE && !has_notes) {
			mended |= mend_notes(src, e, ph, n, i);
			has_notes = true;
		}
	}
	return mended;
}
