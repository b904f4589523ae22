// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/caps.h"
#include "dump/dump.h"
#include "kernel/fake_tasks.h"
#include "kernel/percpu.h"

enum { RIP = 16, RSP = 19 };

struct fixture {
	struct kernel_image k;
	struct dump dump;
	struct cpu_set set;
	uint8_t notes[4096];
};

static int setup(void **state)
{
	struct fixture *f = talloc_zero(NULL, struct fixture);

	fake_reset();
	assert_int_equal(fake_kernel_open(f, false, &f->k), 0);
	for (unsigned i = 0; i < 4; i++)
		fake_put_task(i, i == 1 ? 0 : 100 + (int)i, i);
	for (unsigned cpu = 0; cpu < 4; cpu++)
		fake_put(fake_percpu(cpu, FAKE_CURRENT), 8, fake_va(fake_task(cpu)));
	f->dump.notes = f->notes;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

/* Puts a PRSTATUS note and returns its size. */
static size_t put_note(uint8_t *at, int pid, uint64_t rip, uint64_t rsp)
{
	static const uint32_t header[3] = {5, 336, 1};

	memset(at, 0, 12 + 8 + 336);
	memcpy(at, header, sizeof(header));
	memcpy(at + 12, "CORE", 5);
	memcpy(at + 20 + 32, &pid, 4);
	memcpy(at + 20 + 112 + 8 * RIP, &rip, 8);
	memcpy(at + 20 + 112 + 8 * RSP, &rsp, 8);
	return 12 + 8 + 336;
}

static size_t put_qemu(uint8_t *at, uint64_t gs, uint64_t kernel_gs)
{
	static const uint32_t header[3] = {5, 440, 0}, version[2] = {1, 440};

	memset(at, 0, 20 + 440);
	memcpy(at, header, sizeof(header));
	memcpy(at + 12, "QEMU", 5);
	memcpy(at + 20, version, 8);
	memcpy(at + 20 + 8 + 144 + 4 * 24 + 16, &gs, 8);
	memcpy(at + 20 + 8 + 144 + 240 + 40, &kernel_gs, 8);
	return 20 + 440;
}

static void read_set(struct fixture *f)
{
	assert_int_equal(cpu_set_read(f, &f->k, &f->dump, &f->set, NULL), 0);
}

static void who_runs_where(void **state)
{
	struct fixture *f = *state;

	fake_put(fake_task(3) + TASK_CPU, 4, 0); /* CPU 3 never ran anything */
	fake_put(FAKE_VARS + 28, 4, 1);		 /* panic_cpu; crashing_cpu is -1 */
	read_set(f);
	assert_int_equal(f->set.n, 3);
	assert_int_equal(f->set.cpus[2].number, 3);
	assert_int_equal(f->set.cpus[0].task, fake_va(fake_task(0)));
	assert_int_equal(f->set.cpus[2].task, 0);
	assert_int_equal(f->set.crashing, 1);
	fake_put(FAKE_VARS + 24, 4, 3);
	read_set(f);
	assert_int_equal(f->set.crashing, 3);
	fake_put(FAKE_VARS + 24, 4, 2); /* a CPU that does not exist */
	read_set(f);
	assert_int_equal(f->set.crashing, 1);
}

static void kernels_with_pcpu_hot(void **state)
{
	struct fixture *f = *state;
	struct kernel_image k = {0};
	uint64_t at;

	assert_int_equal(fake_kernel_open(f, true, &k), 0);
	f->k = k;
	fake_put(fake_percpu(1, FAKE_HOT), 8, fake_va(fake_task(1)));
	fake_put(fake_percpu(1, FAKE_HOT + 16), 8, fake_va(0xf0ff8));
	read_set(f);
	assert_int_equal(f->set.cpus[1].task, fake_va(fake_task(1)));
	assert_int_equal(f->set.cpus[1].stacks[0].end, fake_va(0xf1000));
	assert_int_equal(percpu_variable(&k, 3, "current_task", &at, NULL), 0);
	assert_int_equal(at, fake_va(fake_percpu(3, FAKE_HOT)));
	assert_int_equal(percpu_variable(&k, 3, "nothing", &at, NULL), VMT_ERR_NOTFOUND);
}

static const struct cpu_stack *stack(const struct cpu *cpu, const char *context)
{
	for (size_t i = 0; i < cpu->n_stacks; i++)
		if (strcmp(cpu->stacks[i].context, context) == 0)
			return &cpu->stacks[i];
	return NULL;
}

/* The task state segment of a 6.1 kernel: stacks of two pages with a guard page between. */
static void stacks_of_the_tss(void **state)
{
	const uint64_t base = 0xfffffe0000044000;
	struct fixture *f = *state;
	uint64_t tss = fake_percpu(1, FAKE_TSS);
	const struct cpu *cpu;

	fake_put(fake_percpu(1, FAKE_IRQ_PTR), 8, fake_va(0xf0ff8));
	fake_put(tss + 4, 8, 0xfffffe000003e000); /* sp0 */
	for (unsigned i = 0; i < 5; i++)
		fake_put(tss + 36 + 8 * i, 8, base + 0x2000 + 0x3000 * i);
	read_set(f);
	cpu = &f->set.cpus[1];
	assert_int_equal(cpu->n_stacks, 7);
	assert_int_equal(stack(cpu, "hardirq")->end, fake_va(0xf1000));
	assert_int_equal(stack(cpu, "hardirq")->start, fake_va(0xef000)); /* task size */
	assert_int_equal(stack(cpu, "double-fault")->start, base);
	assert_int_equal(stack(cpu, "nmi")->start, base + 0x3000);
	assert_int_equal(stack(cpu, "nmi")->end, base + 0x5000);
	assert_int_equal(stack(cpu, "entry")->start, 0xfffffe000003d000);
	assert_int_equal(f->set.cpus[0].n_stacks, 0);
	/* Stack tops that make no sense, and an sp0 in the task's stack. */
	fake_put(tss + 36, 8, base + 0x100000000);
	fake_put(tss + 4, 8, fake_va(FAKE_STACKS));
	read_set(f);
	assert_int_equal(f->set.cpus[1].n_stacks, 1);
}

static void notes_in_memory(void **state)
{
	struct fixture *f = *state;

	fake_put(FAKE_VARS + 16, 8, FAKE_NOTES);
	put_note(fake_ram + fake_percpu(0, FAKE_NOTES), 100, 0x1111, 0x2222);
	put_note(fake_ram + fake_percpu(3, FAKE_NOTES), 103, 0x3333, 0x4444);
	f->dump.notes_len = put_note(f->notes, 0, 0x9999, 0x9999); /* must be ignored */
	read_set(f);
	assert_true(f->set.cpus[0].has_regs);
	assert_int_equal(f->set.cpus[0].regs.v[RIP], 0x1111);
	assert_int_equal(f->set.cpus[0].regs.v[RSP], 0x2222);
	assert_int_equal(f->set.cpus[0].regs.known, (1u << 27) - 1);
	assert_false(f->set.cpus[1].has_regs); /* it did not respond */
	assert_int_equal(f->set.cpus[2].regs.v[RIP], 0x3333);
}

/* Two notes for three CPUs, out of order: matched by stack, then by pid. */
static void notes_of_the_container(void **state)
{
	struct fixture *f = *state;
	size_t n = 0;

	n += put_note(f->notes + n, 103, 0x3333, 0x1000); /* CPU 3's by its pid */
	n += put_note(f->notes + n, 0, 0x1111, fake_va(FAKE_STACKS + 0x2000 + 0x80));
	f->dump.notes_len = n;
	read_set(f);
	assert_false(f->set.cpus[0].has_regs);
	assert_int_equal(f->set.cpus[1].regs.v[RIP], 0x1111);
	assert_int_equal(f->set.cpus[2].regs.v[RIP], 0x3333);
	/* A truncated note yields nothing. */
	f->dump.notes_len = 100;
	read_set(f);
	assert_false(f->set.cpus[1].has_regs);
}

/* QEMU's pids are its own, but the per-CPU base identifies the CPU. */
static void notes_of_qemu(void **state)
{
	struct fixture *f = *state;
	size_t n = 0;

	for (int i = 0; i < 3; i++)
		n += put_note(f->notes + n, 101 + i, 0x1000u * (unsigned)(i + 1), 0x500);
	n += put_qemu(f->notes + n, 0x7f0000000000, fake_va(fake_percpu(3, 0)));
	n += put_qemu(f->notes + n, fake_va(fake_percpu(0, 0)), 0);
	n += put_qemu(f->notes + n, fake_va(fake_percpu(1, 0)), 0);
	f->dump.notes_len = n;
	read_set(f);
	assert_int_equal(f->set.cpus[0].regs.v[RIP], 0x2000);
	assert_int_equal(f->set.cpus[1].regs.v[RIP], 0x3000);
	assert_int_equal(f->set.cpus[2].regs.v[RIP], 0x1000);
}

/* As many notes as CPUs and nothing to identify them: they are in order. */
static void notes_in_order(void **state)
{
	struct fixture *f = *state;
	size_t n = 0;

	for (int i = 0; i < 3; i++)
		n += put_note(f->notes + n, 0, 0x1000u * (unsigned)(i + 1), 0x500);
	f->dump.notes_len = n;
	read_set(f);
	assert_int_equal(f->set.cpus[0].regs.v[RIP], 0x1000);
	assert_int_equal(f->set.cpus[2].regs.v[RIP], 0x3000);
}

/* Without symbols there are as many CPUs as notes. */
static void no_symbols(void **state)
{
	struct fixture *f = *state;
	struct kernel_image k = {.space = f->k.space};
	size_t n = 0;

	f->k = k;
	n += put_note(f->notes + n, 0, 0x1111, 0x500);
	n += put_note(f->notes + n, 0, 0x2222, 0x500);
	f->dump.notes_len = n;
	read_set(f);
	assert_int_equal(f->set.n, 2);
	assert_int_equal(f->set.cpus[1].regs.v[RIP], 0x2222);
	assert_int_equal(f->set.crashing, -1);
}

/* More notes than any machine has CPUs. */
static void too_many_notes(void **state)
{
	static const uint8_t empty[20] = {5, [8] = 1, [12] = 'C', 'O', 'R', 'E'};
	struct fixture *f = *state;
	struct kernel_image k = {.space = f->k.space};
	uint8_t *notes = talloc_array(f, uint8_t, (CAP_CPUS + 1) * sizeof(empty));

	for (size_t i = 0; i <= CAP_CPUS; i++)
		memcpy(notes + i * sizeof(empty), empty, sizeof(empty));
	f->k = k;
	f->dump.notes = notes;
	f->dump.notes_len = CAP_CPUS * sizeof(empty);
	read_set(f);
	assert_int_equal(f->set.n, CAP_CPUS);
	assert_false(f->set.capped);
	f->dump.notes_len += sizeof(empty);
	read_set(f);
	assert_int_equal(f->set.n, CAP_CPUS);
	assert_true(f->set.capped);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_runs_where),
		TEST(kernels_with_pcpu_hot),
		TEST(stacks_of_the_tss),
		TEST(notes_in_memory),
		TEST(notes_of_the_container),
		TEST(notes_of_qemu),
		TEST(notes_in_order),
		TEST(no_symbols),
		TEST(too_many_notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
