// SPDX-License-Identifier: GPL-3.0-or-later
/* Real dumps without their log, judged by memory; and a waiting task, laid out by hand. */
#include "base/test.h"

#include "base/array.h"
#include "base/cur.h"
#include "dump/format.h"
#include "dump/page_cache.h"
#include "facade/session.h"
#include "facade/triage_run.h"
#include "kernel/fake_tasks.h"
#include "stack/stack_internal.h"

/* ---- dumps without their log ------------------------------------------------------------- */

static const struct dump_format *real_format;
static uint64_t lost_page, also_lost;
static uint64_t jump; /* the instruction pointer of the crash is this one; 0: as it is */

/* Code for an address whose page is not in the dump; n 0: it stays missing. */
struct code {
	uint64_t at;
	uint8_t bytes[16];
	size_t n;
};

static const struct code *code;
static uint64_t code_page;

#define IN_VHBA 0xffffffffc04c00dfu	   /* where CPU 0 of null-deref.vmcore was */
#define CALLER_IN_VHBA 0xffffffffc04c067eu /* where it would have returned to */
#define NO_CODE 0xffffffffc05f0230u	   /* nothing is mapped there */

/* Registers as if the function had been called through a pointer to nowhere. */
static void put_jump(const struct dump *dump, uint8_t *page)
{
	/* ip, cs, flags, sp; of a note, they are not aligned. */
	for (size_t i = 0; jump && i + 32 <= dump->page_size; i += 4)
		if (cur_load_little(page + i, 8) == IN_VHBA) {
			uint64_t sp = cur_load_little(page + i + 24, 8);

			cur_store_little(page + i, 8, jump);
			cur_store_little(page + i + 24, 8, sp + 8);
		}
}

static int read_page(struct dump *dump, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	if (pfn == lost_page || (also_lost && pfn == also_lost))
		return err_set_at(err, VMT_ERR_NODATA, pfn * dump->page_size, "page left out");
	if (!code->n || pfn != code_page) {
		int rc = real_format->read_page(dump, pfn, buf, err);

		if (rc == 0 && log_blocks_count(buf, dump->page_size, log_salvage_words(dump)))
			return err_set(err, VMT_ERR_NODATA, "page with the log left out");
		put_jump(dump, buf);
		return rc;
	}
	memset(buf, 0, dump->page_size);
	memcpy(buf + code->at % dump->page_size, code->bytes, code->n);
	return 0;
}

/*
 * Triages a dump of testdata/real as if it lacked the ring buffer's descriptor and text, and had
 * that code.
 */
static struct vmt_report *triage_without_log(
	TALLOC_CTX *ctx, const char *name, const struct code *its_code)
{
	static struct dump_format format;
	const char *path = talloc_asprintf(ctx, "%s/real/%s", getenv("VMT_TESTDATA"), name);
	struct vmt_file file = vmt_file_path(path);
	struct vmt_report *report;
	struct session *s;
	struct vmt_err err;
	uint64_t ring;

	assert_int_equal(session_open(ctx, NULL, &file, 1, &s, &err), 0);
	assert_int_equal(session_find_info(s, ctx, &err), 0);
	assert_int_equal(session_find_memory(s, &err), 0);
	assert_true(vmcoreinfo_hex(s->info, "SYMBOL(prb)", &ring));
	assert_int_equal(mem_translate(s->space, ring, &lost_page, &err), 0);
	lost_page /= s->dump->page_size;
	code = its_code;
	if (code->n)
		assert_int_equal(mem_translate(s->space, code->at, &code_page, &err), 0);
	code_page /= s->dump->page_size;
	real_format = s->dump->format;
	format = *real_format;
	format.read_page = read_page;
	format.carve = NULL;
	s->dump->format = &format;
	page_cache_forget(s->dump->cache);
	assert_int_equal(session_triage(s, NULL, path, &report, &err), 0);
	return report;
}

static bool diagnosed(const struct vmt_report *r, const char *id)
{
	for (size_t i = 0; i < r->n_diagnostics; i++)
		if (strcmp(r->diagnostics[i].id, id) == 0)
			return true;
	return false;
}

#define TABLE_OF_STACKS 0x11a3 /* page table of the memory that has the CPUs' stacks */
#define NAMES_OF_VHBA 0x12a92  /* page with the names of the module's symbols */

static const struct code none;

/* The instruction shows what went wrong. */
static void by_the_instruction(void **state)
{
	static const struct {
		struct code code;
		const char *kind, *detector, *access;
		uint64_t address;
	} cases[] = {
		{{IN_VHBA, {0x89, 0x50, 0x08}, 3}, "null-deref", "mmu", "write", 8},
		{{IN_VHBA, {0x8b, 0x50, 0x40}, 3}, "null-deref", "mmu", "read", 0x40},
		{{IN_VHBA, {0x0f, 0x0b}, 2}, "kernel-bug", "bug", NULL, 0},
		{{IN_VHBA, {0xf7, 0xf1}, 2}, "divide-error", "cpu", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct vmt_report *r = triage_without_log(ctx, "null-deref.vmcore", &cases[i].code);

		assert_true(diagnosed(r, "log-unreadable"));
		assert_string_equal(r->verdict.kind, cases[i].kind);
		assert_string_equal(r->verdict.detector, cases[i].detector);
		assert_string_equal(r->verdict.function, "vhba_complete");
		assert_string_equal(r->verdict.module, "vhba");
		assert_int_equal(r->crash.cpu.v, 0);
		assert_true(r->n_frames > 10);
		assert_int_equal(r->fault.address.known, cases[i].access != NULL);
		if (cases[i].access) {
			assert_string_equal(r->verdict.access, cases[i].access);
			assert_string_equal(r->verdict.address_class, "null-offset");
			assert_int_equal(r->fault.address.v, cases[i].address);
		}
		vmt_report_free(r);
		talloc_free(ctx);
	}
}

/* Without the code, the stack still shows where. */
static void by_the_stack(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report *r = triage_without_log(ctx, "e1000-receive.vmcore", &none);

	(void)state;
	assert_string_equal(r->verdict.kind, "oops");
	assert_string_equal(r->verdict.function, "e1000_clean_rx_irq");
	assert_string_equal(r->verdict.path, "receive");
	assert_int_equal(r->crash.cpu.v, 1);
	assert_false(r->fault.address.known);
	vmt_report_free(r);

	/* khungtaskd stopped the machine; only the task's stack could show why. */
	r = triage_without_log(ctx, "hung-task.vmcore", &none);
	assert_string_equal(r->verdict.kind, "hung-task");
	assert_string_equal(r->verdict.detector, "khungtaskd");
	assert_int_equal(r->crash.cpu.v, 1);
	vmt_report_free(r);
	talloc_free(ctx);
}

/* The code of a module whose symbols are lost is code nevertheless, but nothing is sure of it. */
static void by_half_of_the_facts(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report *r;

	(void)state;
	also_lost = NAMES_OF_VHBA;
	r = triage_without_log(ctx, "null-deref.vmcore", &none);
	also_lost = 0;
	assert_string_equal(r->verdict.kind, "oops");
	assert_string_equal(r->verdict.confidence, VMT_CONFIDENCE_LOW);
	assert_string_equal(r->verdict.frame_certainty, VMT_CONFIDENCE_LOW);
	assert_false(r->frames[0].function);
	assert_string_equal(r->frames[0].module, "vhba");
	vmt_report_free(r);
	talloc_free(ctx);
}

/* A jump to where no code is can also be a code address whose page table is lost. */
static void by_a_jump(void **state)
{
	static const struct code call = {CALLER_IN_VHBA - 5, {0xe8}, 5};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report *r;

	(void)state;
	jump = NO_CODE;
	r = triage_without_log(ctx, "null-deref.vmcore", &call);
	jump = 0;
	assert_string_equal(r->verdict.kind, "exec-fault");
	assert_string_equal(r->verdict.function, "vhba_timer_fn");
	assert_string_equal(r->verdict.confidence, VMT_CONFIDENCE_LOW);
	assert_string_equal(r->verdict.frame_certainty, VMT_CONFIDENCE_LOW);
	vmt_report_free(r);
	talloc_free(ctx);
}

/* A stack that no table leads to is found by what is on it: less sure than by the tables. */
static void by_a_stack_that_was_found(void **state)
{
	static const struct code write = {IN_VHBA, {0x89, 0x50, 0x08}, 3};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report *r = triage_without_log(ctx, "null-deref.vmcore", &write);

	(void)state;
	assert_string_equal(r->verdict.confidence, VMT_CONFIDENCE_MEDIUM);
	vmt_report_free(r);
	also_lost = TABLE_OF_STACKS;
	r = triage_without_log(ctx, "null-deref.vmcore", &write);
	also_lost = 0;
	assert_true(diagnosed(r, "stack-salvaged"));
	assert_string_equal(r->verdict.kind, "null-deref");
	assert_string_equal(r->verdict.function, "vhba_complete");
	assert_string_equal(r->verdict.confidence, VMT_CONFIDENCE_LOW);
	assert_string_equal(r->verdict.frame_certainty, VMT_CONFIDENCE_LOW);
	vmt_report_free(r);
	talloc_free(ctx);
}

/* ---- the task that waits ----------------------------------------------------------------- */

struct fixture {
	struct kernel_view view;
	struct vmt_report report;
	struct vmt_cpu cpu;
	struct vmt_frame frames[2];
	struct cpu crashed;
};

/* Tasks 1 and 2 are blocked, for 10 and for 30 seconds; khungtaskd is on CPU 1. */
static int setup(void **state)
{
	struct fixture *f = talloc_zero(NULL, struct fixture);
	struct kernel_image *k = &f->view.image;

	fake_reset();
	assert_int_equal(fake_kernel_open(f, false, k), 0);
	for (unsigned i = 0; i < 3; i++) {
		uint64_t t = fake_task(i);

		fake_put_task(i, i ? 100 + (int)i : 0, 0);
		fake_put(t + TASK_TASKS, 8, fake_va(fake_task((i + 1) % 3) + TASK_TASKS));
		fake_put(t + TASK_STATE, 4, i ? 2 : 0);
		fake_put(t + TASK_EXEC_START, 8, (60 - 20 * i) * 1000000000ull);
		fake_put(t + TASK_SP, 8, fake_va(FAKE_STACKS + 0x2000 * i + 0x1f00));
		fake_put(FAKE_STACKS + 0x2000 * i + 0x1f00 + 48, 8, FAKE_STEXT + 0x10 * i);
	}
	for (unsigned cpu = 0; cpu < 4; cpu++)
		fake_put(fake_percpu(cpu, FAKE_IDLE), 8, fake_va(fake_task(0)));
	fake_put(fake_percpu(0, FAKE_QUEUE), 8, 50000000000);
	fake_put(fake_percpu(0, FAKE_QUEUE) + 8, 8, 50000000000);
	assert_int_equal(stack_unwinder_new(f, k, NULL, &f->view.unwinder, NULL), 0);
	f->view.symbolizer = (struct symbolizer){.image = k};
	f->frames[0] = (struct vmt_frame){
		.function = "panic", .module = "vmlinux", .reliable = true, .offset = {true, 0x10}};
	f->frames[1] = (struct vmt_frame){.function = "watchdog",
		.module = "vmlinux",
		.reliable = true,
		.offset = {true, 0x20}};
	f->cpu = (struct vmt_cpu){.number = 1, .frames = f->frames, .n_frames = 2};
	f->report.cpus = &f->cpu;
	f->report.n_cpus = 1;
	f->crashed = (struct cpu){.number = 1};
	f->view.cpus = (struct cpu_set){.cpus = &f->crashed, .n = 1, .crashing = 1};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static struct oops_event *witness(struct fixture *f)
{
	struct oops_event *ev;
	struct vmt_err err;

	if (kernel_view_witness(&f->view, f, &f->report, &ev, &err))
		fail_msg("%s", err.message);
	return ev;
}

static void waits_longest(void **state)
{
	struct fixture *f = *state;
	struct oops_event *ev = witness(f);

	assert_non_null(ev);
	assert_string_equal(ev->kind->slug, "hung-task");
	assert_true(ev->subject_pid.known);
	assert_int_equal(ev->subject_pid.v, 102);
	assert_string_equal(ev->subject_comm, "task-2");
	assert_int_equal(ev->n_traces, 1);
	assert_int_equal(ev->cpu.v, 1);
}

static void waits_for_an_unknown_time(void **state)
{
	struct fixture *f = *state;
	struct oops_event *ev;

	fake_put(fake_percpu(0, FAKE_QUEUE), 8, 0); /* the clock is lost */
	ev = witness(f);
	assert_string_equal(ev->kind->slug, "hung-task");
	assert_false(ev->subject_pid.known);
}

static void nobody_crashed(void **state)
{
	struct fixture *f = *state;

	f->view.cpus.crashing = -1;
	assert_null(witness(f));
	f->view.cpus.crashing = 1;
	f->cpu.n_frames = 0; /* its stack is lost */
	assert_null(witness(f));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_the_instruction),
		cmocka_unit_test(by_the_stack),
		cmocka_unit_test(by_half_of_the_facts),
		cmocka_unit_test(by_a_jump),
		cmocka_unit_test(by_a_stack_that_was_found),
		TEST(waits_longest),
		TEST(waits_for_an_unknown_time),
		TEST(nobody_crashed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
