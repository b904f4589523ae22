// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * An exception pushes struct pt_regs on the stack that it interrupts, just below the interrupted
 * stack pointer. Where no exception led to the crash, __crash_kexec() keeps the registers in a
 * variable of its own, just above its stack pointer (crash_setup_regs()). The note of the CPU has
 * the same registers in the same order, and so has the kernel's own copy of that note, which is
 * told apart by its header. An interrupt with a stack of its own, as x86's NMI that stops the other
 * CPUs, leaves them on that stack: they may be just above the interrupted stack pointer by chance,
 * so only registers of __crash_kexec() are looked for there.
 */
#include "kernel/stack_find.h"

#include <string.h>

#include "base/caps.h"
#include "base/cur.h"
#include "dump/page_cache.h"

#define MAX_WANTED MEM_PINS
#define STACK_ALIGN 16
#define FAULT_ROOM 512 /* struct pt_regs of an architecture that adds words of its own to it */
#define OWN_ROOM 512   /* of the frame of __crash_kexec() */
#define NOTE_NAME 8    /* "CORE", before the contents of a note */

/* A page that has the registers in a place where they may be. */
struct place {
	uint8_t *page; /* NULL: none */
	uint64_t pfn, va, regs_at;
	bool ambiguous;
};

struct wanted {
	struct cpu *cpu;
	uint64_t sp;
	bool in_crash; /* the registers are those of __crash_kexec() */
	struct place fault, own;
};

struct search {
	const struct arch *arch;
	struct dump *dump;
	struct wanted wanted[MAX_WANTED];
	size_t n;
	uint64_t low, range; /* of the stack pointers */
	uint64_t looked;     /* pages */
	struct vmt_err *err;
};

static uint64_t word_at(const struct search *s, const uint8_t *page, uint32_t at)
{
	return cur_load(page + at, 8, s->dump->big_endian);
}

/* Whether the registers are at this offset of the page, as far as that has them. */
static bool has_regs(
	const struct search *s, const struct wanted *w, const uint8_t *page, int64_t at)
{
	const struct arch_unwind *unwind = s->arch->unwind;

	if (at + s->arch->regs[unwind->pc].offset < 0 ||
		at + s->arch->regs[unwind->pc].offset + 8 > s->dump->page_size)
		return false;
	for (unsigned i = 0; i < unwind->n_pt_regs; i++) {
		int64_t here = at + s->arch->regs[i].offset;

		if (here < 0 || here + 8 > s->dump->page_size || !cpu_regs_has(&w->cpu->regs, i))
			continue;
		if (word_at(s, page, (uint32_t)here) != w->cpu->regs.v[i])
			return false;
	}
	return true;
}

/* The note that the kernel made of the registers. */
static bool is_note(const struct search *s, const uint8_t *page, int64_t at)
{
	int64_t name = at - s->arch->prstatus_regs - NOTE_NAME;

	return name >= 0 && memcmp(page + name, "CORE", 5) == 0;
}

/* The address in [from, to] that is at this offset of a page; 0: none is. */
static uint64_t address_between(const struct search *s, uint64_t from, uint64_t to, int64_t offset)
{
	uint64_t mask = s->dump->page_size - 1;
	uint64_t va = from + (((uint64_t)offset - from) & mask);

	return va <= to ? va : 0;
}

static int keep(struct search *s, struct place *place, uint64_t pfn, const uint8_t *page,
	uint64_t regs_at, uint64_t sp_at)
{
	uint32_t size = s->dump->page_size;

	if (place->page) {
		place->ambiguous |= memcmp(place->page, page, size) != 0;
		return 0;
	}
	place->page = talloc_memdup(s->dump, page, size);
	if (!place->page)
		return err_nomem(s->err);
	place->pfn = pfn;
	place->regs_at = regs_at;
	place->va = sp_at & ~(uint64_t)(size - 1);
	return 0;
}

/* The stack pointer is at this offset of the page. */
static int look_at(
	struct search *s, struct wanted *w, uint64_t pfn, const uint8_t *page, uint32_t offset)
{
	const struct arch_unwind *unwind = s->arch->unwind;
	uint64_t in_regs = s->arch->regs[unwind->sp].offset;
	int64_t at = (int64_t)offset - (int64_t)in_regs;
	uint64_t top = w->sp & ~(uint64_t)(STACK_ALIGN - 1), va;
	uint64_t least = (uint64_t)s->arch->regs[unwind->n_pt_regs - 1].offset + 8;
	uint64_t most = unwind->has_lr ? FAULT_ROOM : unwind->pt_regs_size;
	int rc = 0;

	if (!has_regs(s, w, page, at) || is_note(s, page, at))
		return 0;
	va = address_between(s, top - most, top - least, at);
	if (va)
		rc = keep(s, &w->fault, pfn, page, va, va + in_regs);
	va = w->in_crash ? address_between(s, w->sp, w->sp + OWN_ROOM, at) : 0;
	if (va && !rc)
		rc = keep(s, &w->own, pfn, page, va, va + in_regs);
	return rc;
}

static int look_page(struct search *s, uint64_t pfn, const uint8_t *page)
{
	uint64_t word;
	int rc = 0;

	for (uint32_t at = 0; at + 8 <= s->dump->page_size && rc == 0; at += 8) {
		word = word_at(s, page, at);
		if (word - s->low > s->range)
			continue;
		for (size_t i = 0; i < s->n && rc == 0; i++)
			if (s->wanted[i].sp == word)
				rc = look_at(s, &s->wanted[i], pfn, page, at);
	}
	return rc;
}

static int look(void *arg, uint64_t pfn, uint64_t n)
{
	struct search *s = arg;
	int rc = 0;

	for (uint64_t i = 0; i < n && rc == 0; i++) {
		const uint8_t *page;

		if (s->looked++ >= CAP_SALVAGE_BYTES / s->dump->page_size)
			return 1;
		page = dump_page(s->dump, pfn + i, NULL);
		rc = page ? look_page(s, pfn + i, page) : 0;
	}
	return rc;
}

static bool is_crash(const struct kernel_image *k, uint64_t pc)
{
	struct kallsym sym;

	return k->symbols && !kallsyms_at(k->symbols, pc, &sym, NULL) &&
	       (!strcmp(sym.name, "__crash_kexec") || !strcmp(sym.name, "crash_kexec"));
}

/* Registers that two CPUs have are looked for once: a stack is of one CPU. */
static bool is_wanted(const struct search *s, uint64_t sp)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->wanted[i].sp == sp)
			return true;
	return false;
}

static void want(struct search *s, const struct kernel_image *k, struct cpu *cpu)
{
	const struct arch_unwind *unwind = s->arch->unwind;
	uint64_t sp = cpu->regs.v[unwind->sp], word;
	struct vmt_u64 lost = mem_lost(k->space);

	if (s->n == MAX_WANTED || !cpu->has_regs || !cpu_regs_has(&cpu->regs, unwind->sp) ||
		!cpu_regs_has(&cpu->regs, unwind->pc) || unwind->is_user(cpu->regs.v) ||
		is_wanted(s, sp))
		return;
	if (mem_read_ptr(k->space, sp, &word, NULL))
		s->wanted[s->n++] = (struct wanted){
			.cpu = cpu, .sp = sp, .in_crash = is_crash(k, cpu->regs.v[unwind->pc])};
	mem_set_lost(k->space, lost);
}

static void find_range(struct search *s)
{
	uint64_t high = s->wanted[0].sp;

	s->low = high;
	for (size_t i = 1; i < s->n; i++) {
		s->low = s->wanted[i].sp < s->low ? s->wanted[i].sp : s->low;
		high = s->wanted[i].sp > high ? s->wanted[i].sp : high;
	}
	s->range = high - s->low;
}

static bool is_certain(const struct place *place)
{
	return place->page && !place->ambiguous;
}

static int take(struct search *s, const struct kernel_image *k, const struct wanted *w)
{
	const struct place *place = is_certain(&w->fault) ? &w->fault : &w->own;

	if (!is_certain(place) || !mem_space_pin(k->space, place->va, place->page))
		return 0;
	if (place == &w->fault)
		w->cpu->fault_regs = place->regs_at;
	if (s->dump->on_page)
		s->dump->on_page(s->dump->on_page_arg, place->pfn);
	return 1;
}

int stack_find(
	const struct kernel_image *k, struct dump *dump, struct cpu_set *set, struct vmt_err *err)
{
	struct search s = {.arch = mem_space_arch(k->space), .dump = dump, .err = err};
	void (*on_page)(void *arg, uint64_t pfn) = dump->on_page;
	int rc, found = 0;

	if (!s.arch->unwind || !s.arch->is_64)
		return 0;
	for (size_t i = 0; i < set->n; i++)
		want(&s, k, &set->cpus[i]);
	if (!s.n)
		return 0;
	find_range(&s);
	dump->on_page = NULL;
	rc = dump_each_range(dump, look, &s, err);
	dump->on_page = on_page;
	page_cache_forget(dump->cache);
	if (rc == VMT_ERR_NOMEM)
		return rc;
	set->find_capped = rc > 0;
	/* After other errors, what was found counts. */
	for (size_t i = 0; i < s.n; i++)
		found += take(&s, k, &s.wanted[i]);
	return found;
}
