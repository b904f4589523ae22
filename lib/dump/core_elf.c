// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * ELF vmcores. Producers differ: /proc/vmcore maps the kernel image twice (image and direct map).
 * makedumpfile -E marks left-out pages by p_filesz < p_memsz, and a full file system by e_flags 1.
 * QEMU puts section headers before the program headers, and with paging writes hundreds of
 * thousands of segments that share bytes of the file. Nothing is aligned.
 */
#include "dump/core_elf.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/cur.h"
#include "dump/core_mend.h"
#include "dump/core_segments.h"
#include "dump/notes.h"

struct core_elf {
	struct source *src;
	struct core_ehdr e;
	bool mended;
	uint64_t max_paddr;
	struct core_segments stored; /* in the file */
	struct core_segments lost;   /* past the end of a truncated file */
	uint64_t bytes, bytes_here;  /* bytes of memory in a complete file, and in this one */
	struct dump_vrange *vranges;
	struct big *vrange_bytes;
	size_t n_vranges;
	uint8_t *notes;
	size_t notes_len, notes_room;
};

/* The room for notes is doubled when it grows. */
CAP_FITS(2, CAP_NOTES);

static bool probe(const uint8_t *head, size_t len)
{
	bool is_64, big_endian;

	if (len < EI_NIDENT + 4)
		return false;
	if (memcmp(head, ELFMAG, SELFMAG) == 0 &&
		cur_load(head + EI_NIDENT, 2, head[EI_DATA] == ELFDATA2MSB) == ET_CORE)
		return true;
	return core_mend_probe(head, len, &is_64, &big_endian);
}

/* ---- pages ------------------------------------------------------------------------------- */

/* Handles a page that is not completely stored: `found` bytes of it were in the file. */
static int page_partial(const struct core_elf *core, uint64_t start, uint64_t end, uint64_t found,
	struct vmt_err *err)
{
	size_t i = core_segments_find(&core->lost, start);

	if (i < core->lost.n && core->lost.items[i].paddr < end)
		return err_set(err, VMT_ERR_TRUNCATED,
			"address %#llx: the file ends before this page", (unsigned long long)start);
	/* Segments need not end at page boundaries: the rest of such a page reads as zeros. */
	if (found > 0)
		return 0;
	return err_set(
		err, VMT_ERR_NODATA, "address %#llx: not in the dump", (unsigned long long)start);
}

static int read_page(struct dump *dump, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	struct core_elf *core = dump->priv;
	uint64_t start, end, found = 0;

	if (__builtin_mul_overflow(pfn, (uint64_t)dump->page_size, &start) ||
		__builtin_add_overflow(start, (uint64_t)dump->page_size, &end))
		return err_set(err, VMT_ERR_NODATA, "page %#llx: not in the dump",
			(unsigned long long)pfn);
	memset(buf, 0, dump->page_size);
	for (size_t i = core_segments_find(&core->stored, start); i < core->stored.n; i++) {
		const struct core_segment *s = &core->stored.items[i];
		uint64_t from = s->paddr > start ? s->paddr : start;
		uint64_t to = s->paddr + s->size < end ? s->paddr + s->size : end;
		int rc;

		if (s->paddr >= end)
			break;
		rc = source_read_exact(core->src, s->off + (from - s->paddr), buf + (from - start),
			(size_t)(to - from), err);
		if (rc < 0)
			return rc;
		found += to - from;
	}
	return found == dump->page_size ? 0 : page_partial(core, start, end, found, err);
}

/* Memory is in the file as it was, mostly in whole pages. */
static int carve(struct dump *dump, int (*fn)(void *arg, uint64_t at, const uint8_t *page),
	void *arg, struct vmt_err *err)
{
	struct core_elf *core = dump->priv;
	uint8_t *page = talloc_array(core, uint8_t, dump->page_size);
	uint64_t first = core->stored.n ? core->stored.items[0].off % dump->page_size : 0;
	int rc = page ? 0 : err_nomem(err);

	for (uint64_t at = 0; rc == 0 && at < CAP_SALVAGE_BYTES / dump->page_size; at++)
		if (source_read_exact(core->src, first + at * dump->page_size, page,
			    dump->page_size, NULL) < 0)
			break;
		else
			rc = fn(arg, at, page);
	talloc_free(page);
	return rc;
}

static int each_range(struct dump *dump, int (*fn)(void *arg, uint64_t pfn, uint64_t n), void *arg,
	struct vmt_err *err)
{
	struct core_elf *core = dump->priv;
	uint64_t next = 0, left = core->src->size;

	(void)err;
	for (size_t i = 0; i < core->stored.n; i++) {
		const struct core_segment *s = &core->stored.items[i];
		uint64_t first = s->paddr / dump->page_size;
		uint64_t last = (s->paddr + s->size - 1) / dump->page_size;
		int rc;

		/* Segments that share bytes of the file are lies: no more memory than it holds. */
		if (s->size > left)
			return 0;
		left -= s->size;
		if (first < next)
			first = next;
		if (first > last)
			continue;
		rc = fn(arg, first, last - first + 1);
		if (rc != 0)
			return rc;
		next = last + 1;
	}
	return 0;
}

/* ---- opening ----------------------------------------------------------------------------- */

/* With more than 65534 program headers, the count is in section header 0. */
static int read_real_phnum(struct core_elf *core, struct vmt_err *err)
{
	uint8_t data[4];
	uint64_t at;
	int64_t n;

	if (core->e.phnum != PN_XNUM || core->e.shoff == 0)
		return 0;
	if (__builtin_add_overflow(core->e.shoff, core->e.is_64 ? 44u : 28u, &at))
		return 0;
	n = source_read(core->src, at, data, sizeof(data), err);
	if (n < 0)
		return (int)n;
	if (n == (int64_t)sizeof(data))
		core->e.phnum = (uint32_t)cur_load(data, 4, core->e.big_endian);
	return 0;
}

static int read_ehdr(struct core_elf *core, struct vmt_err *err)
{
	uint8_t data[512]; /* with the first program headers, which tell the header */
	int64_t len = source_read(core->src, 0, data, sizeof(data), err);
	struct cur c;
	unsigned word;
	int rc;

	if (len < 0)
		return (int)len;
	if (!core_mend_probe(data, (size_t)len, &core->e.is_64, &core->e.big_endian)) {
		core->e.is_64 = len > EI_CLASS && data[EI_CLASS] == ELFCLASS64;
		core->e.big_endian = len > EI_DATA && data[EI_DATA] == ELFDATA2MSB;
	}
	word = core->e.is_64 ? 8 : 4;
	c = cur_init(data, (size_t)len, core->e.big_endian);
	cur_skip(&c, EI_NIDENT + 2);
	core->e.machine = cur_u16(&c);
	cur_skip(&c, 4 + word);
	core->e.phoff = cur_uint(&c, word);
	core->e.shoff = cur_uint(&c, word);
	core->e.flags = cur_u32(&c);
	cur_skip(&c, 2);
	core->e.phentsize = cur_u16(&c);
	core->e.phnum = cur_u16(&c);
	if (!cur_ok(&c))
		return err_set(err, VMT_ERR_TRUNCATED, "%s: the file ends within the ELF header",
			core->src->name);
	rc = read_real_phnum(core, err);
	if (rc == 0)
		core->mended = core_mend_ehdr(core->src, &core->e);
	if (rc == 0 &&
		core->e.phentsize < (core->e.is_64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)))
		return err_set(err, VMT_ERR_CORRUPT, "%s: program headers of only %u bytes each",
			core->src->name, core->e.phentsize);
	return rc;
}

static int add_vrange(struct core_elf *core, const struct core_phdr *ph, struct vmt_err *err)
{
	struct dump_vrange *last = core->n_vranges ? &core->vranges[core->n_vranges - 1] : NULL;
	struct dump_vrange *all;

	/* QEMU without paging has no virtual addresses and writes the physical ones. */
	if (ph->memsz == 0 || ph->vaddr == ph->paddr || ph->vaddr == 0 ||
		ph->vaddr + ph->memsz < ph->vaddr)
		return 0;
	if (last && last->vaddr + last->size == ph->vaddr &&
		last->paddr + last->size == ph->paddr) {
		last->size += ph->memsz;
		return 0;
	}
	if (!core->vrange_bytes)
		core->vrange_bytes = big_new(core);
	all = core->vrange_bytes ? big_room(core->vrange_bytes, sizeof(*all), core->n_vranges)
				 : NULL;
	if (!all)
		return err_nomem(err);
	core->vranges = all;
	core->vranges[core->n_vranges++] = (struct dump_vrange){ph->vaddr, ph->paddr, ph->memsz};
	return 0;
}

/* A memory segment: records what the file holds of it, and what was truncated. */
static int add_load(struct core_elf *core, const struct core_phdr *ph, struct vmt_err *err)
{
	uint64_t end, file_size = core->src->size, here = 0;
	uint64_t size = ph->filesz > ph->memsz ? ph->filesz : ph->memsz;
	int rc;

	/*
	 * Some kexec-tools wrote -1 for the kernel mapping. Its bytes are also in another segment.
	 */
	if (ph->paddr == UINT64_MAX || (!core->e.is_64 && ph->paddr == UINT32_MAX))
		return 0;
	if (__builtin_add_overflow(ph->paddr, size, &end))
		return 0;
	if (end > core->max_paddr)
		core->max_paddr = end;
	rc = add_vrange(core, ph, err);
	/* p_offset 0 with p_filesz 0: makedumpfile left out all of it. */
	if (rc < 0 || ph->filesz == 0)
		return rc;
	if (ph->off < file_size)
		here = file_size - ph->off < ph->filesz ? file_size - ph->off : ph->filesz;
	if (here > 0)
		rc = core_segments_add(
			core, &core->stored, (struct core_segment){ph->paddr, here, ph->off}, err);
	core->bytes += ph->filesz;
	core->bytes_here += here;
	if (rc == 0 && here < ph->filesz)
		rc = core_segments_add(core, &core->lost,
			(struct core_segment){ph->paddr + here, ph->filesz - here, 0}, err);
	return rc;
}

static int add_note(
	struct dump *dump, struct core_elf *core, const struct core_phdr *ph, struct vmt_err *err)
{
	uint64_t size = ph->filesz;
	size_t old = (core->notes_len + 3) & ~(size_t)3;
	uint8_t *p;
	int rc;

	if (ph->off >= core->src->size || size > core->src->size - ph->off) {
		dump_note_missing(dump, "The file ends within the notes.");
		size = ph->off < core->src->size ? core->src->size - ph->off : 0;
	}
	if (size == 0)
		return 0;
	if (old >= CAP_NOTES) /* one of them filled it */
		return 0;
	if (size > CAP_NOTES - old) {
		dump_note_missing(dump, "It has more notes than any machine writes.");
		size = CAP_NOTES - old;
	}
	p = core->notes;
	if (old + size > core->notes_room) {
		core->notes_room = 2 * old + size;
		p = talloc_realloc(core, core->notes, uint8_t, core->notes_room);
	}
	if (!p)
		return err_nomem(err);
	core->notes = p;
	memset(p + core->notes_len, 0, old - core->notes_len);
	rc = source_read_exact(core->src, ph->off, p + old, size, err);
	core->notes_len = old + size;
	return rc;
}

static int add_phdr(
	struct dump *dump, struct core_elf *core, const struct core_phdr *ph, struct vmt_err *err)
{
	if (ph->type == PT_NOTE)
		return add_note(dump, core, ph, err);
	return ph->type == PT_LOAD ? add_load(core, ph, err) : 0;
}

/*
 * Reads program headers from number `done` on, at most n, into buf. Returns how many there are, or
 * a negative code.
 */
static int64_t read_some(struct dump *dump, struct core_elf *core, uint8_t *buf, size_t done,
	size_t n, struct vmt_err *err)
{
	uint64_t at = core->e.phoff + (uint64_t)done * core->e.phentsize;
	int64_t len = at < core->e.phoff
			      ? 0
			      : source_read(core->src, at, buf, n * core->e.phentsize, err);

	if (len >= 0 && len < (int64_t)(n * core->e.phentsize)) {
		dump_note_missing(dump, "The file ends within the program headers.");
		n = (size_t)len / core->e.phentsize;
		core->e.phnum = (uint32_t)(done + n);
	}
	return len < 0 ? len : (int64_t)n;
}

/* A table of the usual size is mended as a whole. */
static int read_mended(struct dump *dump, struct core_elf *core, struct vmt_err *err)
{
	size_t all = core->e.phnum, size = core->e.phentsize;
	uint8_t *buf = talloc_array(core, uint8_t, all * size);
	struct core_phdr *ph = talloc_array(core, struct core_phdr, all);
	int64_t n = buf && ph ? read_some(dump, core, buf, 0, all, err) : err_nomem(err);
	int rc = n < 0 ? (int)n : 0;

	for (int64_t i = 0; i < n; i++)
		ph[i] = core_phdr_parse(&core->e, buf + (size_t)i * size, size);
	if (n > 0)
		core->mended |= core_mend_phdrs(core->src, &core->e, ph, (size_t)n);
	for (int64_t i = 0; i < n && rc == 0; i++)
		rc = add_phdr(dump, core, &ph[i], err);
	talloc_free(ph);
	talloc_free(buf);
	return rc;
}

/* In batches: there may be millions. */
static int read_phdrs(struct dump *dump, struct core_elf *core, struct vmt_err *err)
{
	size_t size = core->e.phentsize, step = 65536 / size;
	uint8_t *buf;
	int rc = 0;

	if (core->e.phnum <= CORE_MENDED_PHDRS)
		return core->e.phnum ? read_mended(dump, core, err) : 0;
	buf = talloc_array(core, uint8_t, 65536);
	if (!buf)
		return err_nomem(err);
	for (size_t done = 0; rc == 0 && done < core->e.phnum;) {
		size_t left = core->e.phnum - done;
		int64_t n = read_some(dump, core, buf, done, left < step ? left : step, err);

		if (n < 0)
			rc = (int)n;
		for (int64_t i = 0; rc == 0 && i < n; i++) {
			struct core_phdr ph =
				core_phdr_parse(&core->e, buf + (size_t)i * size, size);
			rc = add_phdr(dump, core, &ph, err);
		}
		done += (size_t)(n > 0 ? n : 0);
	}
	talloc_free(buf);
	return rc;
}

/* Recognizes a process by notes that only a process has, and a machine likewise. */
static int refuse_process(const struct core_elf *core, struct vmt_err *err)
{
	static const struct {
		const char *name;
		uint32_t type;
		bool process;
	} marks[] = {
		{"VMCOREINFO", 0, false},
		{"VMCOREINFO_XEN", 0, false},
		{"QEMU", 0, false},
		{"CORE", NT_TASKSTRUCT, false},
		{"CORE", NT_AUXV, true},
		{"CORE", NT_FILE, true},
		{"CORE", NT_SIGINFO, true},
	};
	struct note note;

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		if (!note_find(core->notes, core->notes_len, core->e.big_endian, marks[i].name,
			    marks[i].type, &note))
			continue;
		if (!marks[i].process)
			return 0;
		return err_set(err, VMT_ERR_FORMAT,
			"%s: not a crash dump: a core dump of a user process", core->src->name);
	}
	return 0;
}

/* makedumpfile marks an incomplete dump in e_flags. These machines use bit 0 for other purposes. */
static bool says_incomplete(const struct core_elf *core)
{
	static const uint16_t own_flags[] = {EM_PPC64, EM_RISCV, EM_MIPS};

	for (size_t i = 0; i < ARRAY_SIZE(own_flags); i++) {
		if (core->e.machine == own_flags[i])
			return false;
	}
	return core->e.flags & 1;
}

/* The unit in which pages are returned. Any would do, but the kernel's own is best. */
static uint32_t find_page_size(const struct core_elf *core)
{
	static const char key[] = "PAGESIZE=";
	const char *p = NULL;
	struct note note;
	uint32_t size = 0;

	if (note_find(core->notes, core->notes_len, core->e.big_endian, "VMCOREINFO", 0, &note))
		p = memmem(note.desc, note.desc_len, key, sizeof(key) - 1);
	if (p) {
		const char *end = (const char *)note.desc + note.desc_len;

		for (p += sizeof(key) - 1; p < end && *p >= '0' && *p <= '9' && size < 1u << 20;
			p++)
			size = 10 * size + (uint32_t)(*p - '0');
	}
	if (size >= 4096 && size <= 65536 && (size & (size - 1)) == 0)
		return size;
	return 4096;
}

static void describe(struct dump *dump, const struct core_elf *core)
{
	dump->machine = core->e.machine;
	dump->is_64 = core->e.is_64;
	dump->big_endian = core->e.big_endian;
	dump->page_size = find_page_size(core);
	dump->notes = core->notes;
	dump->notes_len = core->notes_len;
	dump->unchecked = true;
	dump->mended = core->mended;
	dump->vranges = core->vranges;
	dump->n_vranges = core->n_vranges;
	dump->max_pfn =
		core->max_paddr / dump->page_size + (core->max_paddr % dump->page_size != 0);
	if (says_incomplete(core)) {
		dump_note_missing(
			dump, "The crash kernel could not write the whole dump (no room).");
		dump->written_short = true;
	}
	if (core->lost.n > 0) {
		dump_note_missing(dump, "The file ends before the last page.");
		dump_note_percent(dump, core->bytes_here, core->bytes);
	}
}

static int open_core(struct dump *dump, struct source *const *files, size_t n, struct vmt_err *err)
{
	struct core_elf *core = talloc_zero(dump, struct core_elf);
	int rc;

	if (!core)
		return err_nomem(err);
	if (n > 1)
		return err_set(err, VMT_ERR_USAGE, "%s and %s do not belong to the same split dump",
			files[0]->name, files[1]->name);
	dump->priv = core;
	core->src = files[0];
	rc = read_ehdr(core, err);
	if (rc == 0 && core->e.phnum > CAP_PHDRS)
		rc = err_set(err, VMT_ERR_LIMIT, "%s: too many program headers: %u",
			core->src->name, core->e.phnum);
	if (rc == 0)
		rc = read_phdrs(dump, core, err);
	if (rc == 0)
		rc = refuse_process(core, err);
	if (rc < 0)
		return rc;
	/* xl dump-core describes memory by sections. */
	if (core->e.phnum == 0 && core->e.shoff != 0)
		return err_set(err, VMT_ERR_UNSUPPORTED,
			"%s: an ELF core with sections only (of Xen?), which is not supported",
			core->src->name);
	/* makedumpfile writes the program headers last. */
	if (core->stored.n == 0 && core->notes_len == 0)
		return err_set(err, VMT_ERR_TRUNCATED,
			"%s: an ELF core whose program headers were never written",
			core->src->name);
	core_segments_settle(&core->stored);
	core_segments_settle(&core->lost);
	describe(dump, core);
	return 0;
}

const struct dump_format core_elf_format = {
	.name = "elf",
	.probe = probe,
	.open = open_core,
	.read_page = read_page,
	.carve = carve,
	.each_range = each_range,
};
