// SPDX-License-Identifier: GPL-3.0-or-later
/* A kernel without ORC and without debuginfo, and a module that has debuginfo: testdata/elf. */
#include "base/test.h"

#include "facade/cfi_step.h"
#include "kernel/fake_modules.h"
#include "stack/fake_stack.h"

/* Offsets in RAM. */
#define MODULE 0x60000u
#define ATTRS 0x61000u
#define NAME 0x61800u
#define CODE 0x64000u
#define TEXT (CODE + 0x140u) /* the section, after others */

struct fixture {
	struct kernel_view view;
	struct kernel_module module;
	struct cpu_stack stacks[2];
	struct stack_trace trace;
	struct vmt_err err;
};

/* .text+0x60 has 8 bytes on the stack, .text+0xa5 none. */
#define IN_OTHER fake_va(TEXT + 0x60)
#define IN_TWIN fake_va(TEXT + 0xa6)

static void put_kernel(struct fixture *f)
{
	static const struct fake_layout tables = {.mode = FAKE_RELATIVE, .two_bytes = true};
	struct layout_provider provider = {.member = rows_member, .size = rows_size};
	struct kernel_image *k = &f->view.image;
	struct fake_tables t = {0};
	struct vmcoreinfo *info;

	era = eras[1];
	fake_reset();
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, fake_va(FAKE_TEXT_END), "T_etext");
	fake_put_tables(&tables, &t);
	assert_int_equal(vmcoreinfo_parse(f, t.info, strlen(t.info), &info, &f->err), 0);
	k->info = info;
	k->space = fake_space(f);
	assert_int_equal(fake_open(f, t.info, &k->symbols, &f->err), 0);
	assert_int_equal(layout_new(f, &k->layout, &f->err), 0);
	assert_int_equal(layout_add(k->layout, &provider, &f->err), 0);
}

static void put_module(struct fixture *f)
{
	fake_put(MODULE + 104, 8, fake_va(ATTRS));
	fake_put(ATTRS + 8, 4, 1);
	fake_put(ATTRS + 16, 8, fake_va(NAME));
	fake_put(ATTRS + 16 + 64, 8, fake_va(TEXT));
	fake_text(NAME, ".text");
	f->module = (struct kernel_module){
		.addr = fake_va(MODULE),
		.name = "sample",
		.base = fake_va(CODE),
		.ranges = {{.base = fake_va(CODE), .size = 0x1000, .text_size = 0x1000}},
		.n_ranges = 1,
	};
	f->view.modules = (struct module_list){.items = &f->module, .n = 1};
	f->view.has_modules = true;
}

static int setup(void **state)
{
	struct fixture *f = talloc_zero(NULL, struct fixture);

	put_kernel(f);
	put_module(f);
	f->stacks[0] = (struct cpu_stack){fake_va(FAKE_TASK), fake_va(FAKE_TASK_END), "task"};
	f->stacks[1] = (struct cpu_stack){fake_va(FAKE_IRQ), fake_va(FAKE_IRQ_END), "hardirq"};
	assert_int_equal(
		stack_unwinder_new(f, &f->view.image, &f->view.modules, &f->view.unwinder, &f->err),
		0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static void search(struct fixture *f, const char *name)
{
	const char *path = talloc_asprintf(f, "%s/elf/%s", getenv("VMT_TESTDATA"), name);
	struct debuginfo_places places = {
		.paths = &path, .n_paths = 1, .root = "/proc/nonexistent"};

	assert_int_equal(debuginfo_search_new(f, &places, &f->view.debuginfo.search, &f->err), 0);
	assert_true(cfi_step_is_needed(&f->view));
	assert_int_equal(cfi_step_add(&f->view, &f->err), 0);
}

static void unwind(struct fixture *f, uint64_t sp)
{
	struct stack_start start = {.regs = fake_regs(IN_OTHER, fake_va(sp), 0),
		.exact = true,
		.stacks = f->stacks,
		.n_stacks = 2};

	assert_int_equal(stack_unwind(f->view.unwinder, f, &start, &f->trace, &f->err), 0);
}

static void assert_frame(
	const struct fixture *f, size_t i, uint64_t ip, uint64_t sp, const char *context)
{
	assert_true(i < f->trace.n);
	assert_int_equal(f->trace.frames[i].ip, ip);
	assert_int_equal(f->trace.frames[i].sp, fake_va(sp));
	assert_string_equal(f->trace.frames[i].context, context);
	assert_int_equal(f->trace.frames[i].source, STACK_CFI);
	assert_true(f->trace.frames[i].reliable);
}

static void goes_through_a_module(void **state)
{
	struct fixture *f = *state;
	uint64_t sp = FAKE_TASK + 0x100;

	fake_put(sp + 8, 8, IN_TWIN);
	fake_put(sp + 16, 8, fake_code(0x20));
	search(f, "sample.ko");
	unwind(f, sp);
	assert_int_equal(f->trace.n, 3);
	assert_frame(f, 1, IN_TWIN, sp + 16, "task");
	assert_frame(f, 2, fake_code(0x20), sp + 24, "task");
	assert_non_null(f->trace.stopped);
}

/* As call_on_stack() leaves it: the top word is the old stack pointer. */
static void leaves_the_interrupt_stack(void **state)
{
	struct fixture *f = *state;
	uint64_t sp = FAKE_IRQ_END - 8 - 16, before = FAKE_TASK + 0x200;

	fake_put(sp + 8, 8, IN_OTHER);
	fake_put(FAKE_IRQ_END - 8, 8, fake_va(before));
	fake_put(before + 8, 8, IN_TWIN);
	search(f, "sample.ko");
	unwind(f, sp);
	assert_frame(f, 1, IN_OTHER, FAKE_IRQ_END - 8, "hardirq");
	assert_frame(f, 2, IN_TWIN, before + 16, "task");
}

/* The other steppers are tried then, and here none knows the code. */
static void assert_none(struct fixture *f)
{
	unwind(f, FAKE_TASK + 0x100);
	assert_int_equal(f->trace.n, 1);
	assert_non_null(f->trace.stopped);
}

static void has_no_debuginfo(void **state)
{
	search(*state, "sample-riscv64.ko");
	assert_none(*state);
}

static void has_no_sections(void **state)
{
	fake_hole = ATTRS;
	search(*state, "sample.ko");
	assert_none(*state);
}

static void has_another_build_id(void **state)
{
	struct fixture *f = *state;
	size_t n;

	/* After the instructions, where it is found without the list of sections. */
	f->module.ranges[0].text_size = 0x800;
	fake_put(CODE + 0x800, 4, 4);
	fake_put(CODE + 0x804, 4, 20);
	fake_put(CODE + 0x808, 4, 3);
	fake_text(CODE + 0x80c, "GNU");
	search(f, "sample.ko");
	assert_none(f);
	(void)debuginfo_refusals(f->view.debuginfo.search, &n);
	assert_int_equal(n, 1);
}

static void needs_something_to_look_for(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(cfi_step_add(&f->view, &f->err), VMT_ERR_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(goes_through_a_module, setup, teardown),
		cmocka_unit_test_setup_teardown(leaves_the_interrupt_stack, setup, teardown),
		cmocka_unit_test_setup_teardown(has_no_debuginfo, setup, teardown),
		cmocka_unit_test_setup_teardown(has_no_sections, setup, teardown),
		cmocka_unit_test_setup_teardown(has_another_build_id, setup, teardown),
		cmocka_unit_test_setup_teardown(needs_something_to_look_for, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
