// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The registers of each CPU. A kernel that dies with a crash kernel loaded has each CPU write an
 * NT_PRSTATUS note into its own buffer (crash_notes, kernel/kexec_core.c); the container holds
 * copies, without those of CPUs that did not answer, so its n-th is not CPU n. QEMU writes notes of
 * its own, one for each CPU, and next to them what the CPU's segment registers were.
 */
#include "kernel/cpu_internal.h"

#include <elf.h>

#include "base/caps.h"
#include "dump/notes.h"
#include "kernel/percpu.h"

/* One note: a header of 12 bytes, "CORE", struct elf_prstatus (336 bytes on x86_64, 392 on arm64).
 */
#define NOTE_BUFFER 1024

/* A register block of the container. */
struct note_regs {
	struct cpu_regs regs;
	uint32_t pid;
	uint64_t gs_base, kernel_gs_base; /* QEMU's notes; 0: not known */
	bool used;
};

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

	/* A buffer may end before NOTE_BUFFER bytes, but its page does not end without it. */
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
 * struct QEMUCPUState of x86_64, version 1: 18 registers of 8 bytes, ten segments of 24 bytes whose
 * base is the last 8 (gs is the fifth), five control registers, kernel_gs_base.
 */
static void parse_qemu(const struct note *note, struct note_regs *ret)
{
	struct cur c = cur_init(note->desc, note->desc_len, false);
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
			/* One that says nothing keeps its place in the order. */
			regs[n].used = !parse_prstatus(
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

	/* One more than may be, so that it is known. */
	while (n <= CAP_CPUS && note_next(&c, &note))
		n += note_is(&note, "CORE", NT_PRSTATUS);
	return n;
}

static bool on_stack(const struct cpu_stack *stacks, size_t n, uint64_t sp)
{
	for (size_t i = 0; i < n; i++)
		if (sp - stacks[i].start <= stacks[i].end - stacks[i].start)
			return true;
	return false;
}

/* The kernel's per-CPU base is in one of the two, whichever half of the machine it was in. */
static bool same_base(
	const struct kernel_image *k, const struct cpu *cpu, const struct note_regs *nr)
{
	(void)k;
	return cpu->percpu && (cpu->percpu == nr->gs_base || cpu->percpu == nr->kernel_gs_base);
}

static bool same_stack(
	const struct kernel_image *k, const struct cpu *cpu, const struct note_regs *nr)
{
	uint64_t sp = nr->regs.v[mem_space_arch(k->space)->unwind->sp];

	return on_stack(cpu->stacks, cpu->n_stacks, sp) ||
	       (cpu->task_stack.start && on_stack(&cpu->task_stack, 1, sp));
}

/* Idle tasks are all number 0, and QEMU puts the CPU's number and one. */
static bool same_pid(
	const struct kernel_image *k, const struct cpu *cpu, const struct note_regs *nr)
{
	uint64_t pid;

	return nr->pid && !nr->gs_base && cpu->task &&
	       !kernel_read_member(k, cpu->task, "task_struct", "pid", &pid, NULL) &&
	       pid == nr->pid;
}

typedef bool (*cpu_match)(
	const struct kernel_image *k, const struct cpu *cpu, const struct note_regs *nr);

/* The surest first. */
static const cpu_match matches[] = {same_base, same_stack, same_pid};

static void match(
	const struct kernel_image *k, struct cpu_set *set, struct note_regs *regs, size_t n)
{
	for (size_t m = 0; m < sizeof(matches) / sizeof(matches[0]); m++)
		for (size_t c = 0; c < set->n; c++)
			for (size_t i = 0; i < n && !set->cpus[c].has_regs; i++) {
				if (regs[i].used || !matches[m](k, &set->cpus[c], &regs[i]))
					continue;
				set->cpus[c].regs = regs[i].regs;
				set->cpus[c].has_regs = regs[i].used = true;
			}
	/* As many notes as CPUs: each has one, and they are in order. */
	for (size_t c = 0; c < set->n && n == set->n; c++)
		if (!set->cpus[c].has_regs && !regs[c].used) {
			set->cpus[c].regs = regs[c].regs;
			set->cpus[c].has_regs = regs[c].used = true;
		}
}

int cpu_read_registers(const struct kernel_image *k, const struct dump *dump, struct cpu_set *set,
	struct vmt_err *err)
{
	struct note_regs *regs;
	size_t n, room;

	if (!mem_space_arch(k->space)->unwind)
		return 0;
	/* Where any CPU saved registers, the container has no others. */
	if (read_crash_notes(k, set) || !dump || !dump->notes)
		return 0;
	room = dump->notes_len / mem_space_arch(k->space)->prstatus_regs + 1;
	if (room > CAP_CPUS)
		room = CAP_CPUS;
	regs = talloc_array(set->cpus, struct note_regs, (unsigned)room);
	if (!regs)
		return err_nomem(err);
	n = parse_container(k, dump, regs, room);
	match(k, set, regs, n);
	talloc_free(regs);
	return 0;
}
