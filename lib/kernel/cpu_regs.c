// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The registers of each CPU. When a kernel dies with a crash kernel loaded, each CPU writes an
 * NT_PRSTATUS note into its own buffer (crash_notes, kernel/kexec_core.c). The container has
 * copies, but none of CPUs that did not respond, so its n-th note is not CPU n. QEMU writes its own
 * notes, one for each CPU, and further notes with the segment registers.
 */
#include "kernel/cpu_internal.h"

#include <elf.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "dump/notes.h"
#include "kernel/first_in_range.h"
#include "kernel/percpu.h"

/*
 * One note: a header of 12 bytes, "CORE", struct elf_prstatus (336 bytes on x86_64, 392 on arm64).
 */
#define NOTE_BUFFER 1024

/* A register block from the container. */
struct note_regs {
	struct cpu_regs regs;
	uint32_t pid;
	uint64_t gs_base, kernel_gs_base; /* from QEMU's notes; 0: not known */
	bool empty;
};

CAP_FITS(CAP_CPUS, sizeof(struct note_regs));

static bool parse_prstatus(
	const struct arch *arch, const struct note *note, bool big_endian, struct note_regs *ret)
{
	bool any = false;

	*ret = (struct note_regs){0};
	for (size_t i = 0; i < arch->n_regs && i < CPU_REGS_MAX; i++) {
		size_t at = (size_t)arch->prstatus_regs + arch->regs[i].offset;

		if (at + arch->regs[i].size > note->desc_len)
			break;
		ret->regs.v[i] = cur_load(note->desc + at, arch->regs[i].size, big_endian);
		ret->regs.known |= 1ull << i;
		any |= ret->regs.v[i] != 0;
	}
	if (arch->prstatus_pid + 4u <= note->desc_len)
		ret->pid = (uint32_t)cur_load(note->desc + arch->prstatus_pid, 4, big_endian);
	return any;
}

/* ---- crash_notes ------------------------------------------------------------------------- */

static bool regs_of_memory(const struct kernel_image *k, uint64_t crash_notes, struct cpu *cpu)
{
	bool big_endian = mem_space_big_endian(k->space);
	uint8_t buf[NOTE_BUFFER];
	struct note_regs nr;
	struct note note;
	struct cur c = cur_init(buf, sizeof(buf), big_endian);

	/* The buffer may be shorter, with nothing after it: only fail if no byte is there. */
	if (mem_read_some(k->space, crash_notes + cpu->percpu, buf, sizeof(buf)) == sizeof(buf))
		return false;
	if (!note_next(&c, &note) || !note_is(&note, "CORE", NT_PRSTATUS) ||
		!parse_prstatus(mem_space_arch(k->space), &note, big_endian, &nr))
		return false;
	cpu->regs = nr.regs;
	cpu->has_regs = true;
	return true;
}

static size_t read_crash_notes(const struct kernel_image *k, struct cpu_set *set)
{
	uint64_t notes;
	size_t found = 0;

	if (kernel_read_symbol(k, "crash_notes", mem_space_ptr_size(k->space), &notes, NULL) ||
		!notes)
		return 0;
	for (size_t i = 0; i < set->n; i++)
		found += regs_of_memory(k, notes, &set->cpus[i]);
	return found;
}

/* ---- the container's notes --------------------------------------------------------------- */

/*
 * struct QEMUCPUState of x86_64, version 1: 18 registers of 8 bytes, ten segments of 24 bytes with
 * the base in the last 8 (gs is the fifth), five control registers, kernel_gs_base.
 */
static void parse_qemu(const struct note *note, struct note_regs *ret)
{
	struct cur c = cur_init_little(note->desc, note->desc_len);
	uint32_t version = cur_u32(&c), size = cur_u32(&c);

	if (version != 1 || size < 440 || note->desc_len < 440)
		return;
	cur_skip(&c, 18 * 8 + 4 * 24 + 16);
	ret->gs_base = cur_u64(&c);
	cur_skip(&c, 5 * 24 + 5 * 8);
	ret->kernel_gs_base = cur_u64(&c);
}

static size_t parse_container(
	const struct kernel_image *k, const struct dump *dump, struct note_regs *regs, size_t max)
{
	struct cur c = cur_init(dump->notes, dump->notes_len, dump->big_endian);
	size_t n = 0, n_qemu = 0;
	struct note note;

	while (note_next(&c, &note)) {
		if (note_is(&note, "CORE", NT_PRSTATUS) && n < max) {
			/* A note without registers keeps its place in the order. */
			regs[n].empty = !parse_prstatus(
				mem_space_arch(k->space), &note, dump->big_endian, &regs[n]);
			n++;
		} else if (note_is(&note, "QEMU", 0) && n_qemu < n) {
			/* All PRSTATUS notes come first, in the same order. */
			parse_qemu(&note, &regs[n_qemu++]);
		}
	}
	return n;
}

size_t cpu_count_notes(const struct dump *dump)
{
	struct cur c = cur_init(dump->notes, dump->notes ? dump->notes_len : 0, dump->big_endian);
	struct note note;
	size_t n = 0;

	/* Up to one more than the cap, so that exceeding it shows. */
	while (n <= CAP_CPUS && note_next(&c, &note))
		n += note_is(&note, "CORE", NT_PRSTATUS);
	return n;
}

/* ---- which note is whose ----------------------------------------------------------------- */

struct match {
	const struct kernel_image *k;
	struct cpu_set *set;
	const struct note_regs *regs;
	size_t n;
	bool *used;		    /* for each note */
	struct first_in_range keys; /* values that identify notes */
};

/*
 * The kernel's per-CPU base is in one of the two, depending on whether user or kernel code was
 * running.
 */
static void add_base(struct match *m, uint32_t i)
{
	first_in_range_add(&m->keys, m->regs[i].gs_base, i);
	first_in_range_add(&m->keys, m->regs[i].kernel_gs_base, i);
}

static uint32_t find_base(struct match *m, const struct cpu *cpu)
{
	return cpu->percpu ? first_in_range_find(&m->keys, cpu->percpu, cpu->percpu, m->used)
			   : UINT32_MAX;
}

static void add_sp(struct match *m, uint32_t i)
{
	first_in_range_add(&m->keys, m->regs[i].regs.v[mem_space_arch(m->k->space)->unwind->sp], i);
}

static uint32_t find_stack(struct match *m, const struct cpu *cpu)
{
	const struct cpu_stack *task = &cpu->task_stack;
	uint32_t best = UINT32_MAX, i;

	if (task->start)
		best = first_in_range_find(&m->keys, task->start, task->end, m->used);
	for (size_t s = 0; s < cpu->n_stacks; s++) {
		i = first_in_range_find(
			&m->keys, cpu->stacks[s].start, cpu->stacks[s].end, m->used);
		best = i < best ? i : best;
	}
	return best;
}

/* Idle tasks all have pid 0, and QEMU writes the CPU's number plus one. */
static void add_pid(struct match *m, uint32_t i)
{
	if (m->regs[i].pid && !m->regs[i].gs_base)
		first_in_range_add(&m->keys, m->regs[i].pid, i);
}

static uint32_t find_pid(struct match *m, const struct cpu *cpu)
{
	uint64_t pid;

	if (!cpu->task || kernel_read_member(m->k, cpu->task, "task_struct", "pid", &pid, NULL))
		return UINT32_MAX;
	return first_in_range_find(&m->keys, pid, pid, m->used);
}

/* The most reliable first. */
static const struct {
	void (*add)(struct match *m, uint32_t note);
	uint32_t (*find)(struct match *m, const struct cpu *cpu);
} ways[] = {{add_base, find_base}, {add_sp, find_stack}, {add_pid, find_pid}};

static void take(struct match *m, struct cpu *cpu, uint32_t note)
{
	cpu->regs = m->regs[note].regs;
	cpu->has_regs = m->used[note] = true;
}

static void match(struct match *m)
{
	struct cpu *cpus = m->set->cpus;

	for (size_t way = 0; way < ARRAY_SIZE(ways); way++) {
		m->keys.n = 0;
		for (uint32_t i = 0; i < m->n; i++)
			ways[way].add(m, i);
		first_in_range_settle(&m->keys);
		for (size_t c = 0; c < m->set->n; c++) {
			uint32_t i = cpus[c].has_regs ? UINT32_MAX : ways[way].find(m, &cpus[c]);

			if (i != UINT32_MAX)
				take(m, &cpus[c], i);
		}
	}
	/* As many notes as CPUs: each CPU has one, and they are in order. */
	for (uint32_t c = 0; c < m->set->n && m->n == m->set->n; c++)
		if (!cpus[c].has_regs && !m->used[c])
			take(m, &cpus[c], c);
}

static int match_notes(const struct kernel_image *k, struct cpu_set *set,
	const struct note_regs *regs, size_t n, struct vmt_err *err)
{
	struct match m = {.k = k, .set = set, .regs = regs, .n = n};

	m.used = talloc_array(regs, bool, n);
	if (!m.used || !first_in_range_init(m.used, &m.keys, 2 * n))
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		m.used[i] = regs[i].empty;
	match(&m);
	return 0;
}

int cpu_read_registers(const struct kernel_image *k, const struct dump *dump, struct cpu_set *set,
	struct vmt_err *err)
{
	struct note_regs *regs;
	size_t n, room;
	int rc;

	if (!mem_space_arch(k->space)->unwind)
		return 0;
	/* If any CPU saved registers in memory, the container has no others. */
	if (read_crash_notes(k, set) || !dump || !dump->notes)
		return 0;
	room = dump->notes_len / mem_space_arch(k->space)->prstatus_regs + 1;
	if (room > CAP_CPUS)
		room = CAP_CPUS;
	regs = talloc_array(set->cpus, struct note_regs, (unsigned)room);
	if (!regs)
		return err_nomem(err);
	n = parse_container(k, dump, regs, room);
	rc = match_notes(k, set, regs, n, err);
	talloc_free(regs);
	return rc;
}
