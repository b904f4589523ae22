// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "triage/provoke.h"

static const char *const old[] = {"Do this."};

/* The hint after the old one; NULL: none was added. */
static const char *hint(TALLOC_CTX *ctx, struct vmt_report *r)
{
	r->verdict.next = old;
	r->verdict.n_next = 1;
	assert_int_equal(provoke_add(ctx, r, NULL), 0);
	assert_true(r->verdict.n_next <= 3);
	assert_string_equal(r->verdict.next[0], "Do this.");
	return r->verdict.n_next > 1 ? r->verdict.next[1] : NULL;
}

static void has(const char *text, const char *part)
{
	assert_non_null(text);
	if (!strstr(text, part))
		fail_msg("no '%s' in '%s'", part, text);
}

static void the_device_is_named(void **state)
{
	struct vmt_device_use uses[] = {
		{.subsystem = "net", .name = "eth0"}, {.subsystem = "block", .name = "vda"}};
	struct vmt_device device = {.uses = uses, .n_uses = 2};
	struct vmt_report r = {.devices = &device, .n_devices = 1};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	r.verdict = (struct vmt_verdict){.kind = "null-deref", .module = "m", .path = "receive"};
	has(hint(ctx, &r), "--bind-dev eth0 -R");
	r.verdict.path = "block-completion";
	has(hint(ctx, &r), "--filename=/dev/vda ");
	uses[1].name = "vda; rm -r x";
	has(hint(ctx, &r), "--filename=/dev/DISK ");
	uses[1] = uses[0];
	r.verdict.path = "transmit";
	has(hint(ctx, &r), "--bind-dev DEV -P"); /* which of two */
	talloc_free(ctx);
}

static void the_module_is_named(void **state)
{
	struct vmt_report r = {0};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	r.verdict = (struct vmt_verdict){.kind = "gpf", .module = "e1000", .path = "probe"};
	has(hint(ctx, &r), "modprobe -r e1000 && modprobe e1000;");
	r.verdict.module = VMT_MODULE_KERNEL;
	assert_null(hint(ctx, &r));
	r.verdict.module = "$(x)";
	assert_null(hint(ctx, &r));
	r.verdict.path = "reclaim";
	has(hint(ctx, &r), "--vm-bytes 95% --timeout");
	talloc_free(ctx);
}

static void what_load_does_not_provoke(void **state)
{
	static const char *const kinds[] = {
		"machine-check", "sysrq-crash", "init-killed", "oom-kill", "no-such-kind"};
	struct vmt_report r = {0};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		r.verdict =
			(struct vmt_verdict){.kind = kinds[i], .module = "m", .path = "receive"};
		assert_null(hint(ctx, &r));
	}
	r.verdict = (struct vmt_verdict){.kind = "gpf", .module = "m", .path = "syscall"};
	assert_null(hint(ctx, &r));
	r.verdict.kind = NULL;
	assert_null(hint(ctx, &r));
	talloc_free(ctx);
}

static void a_stall_should_leave_a_dump(void **state)
{
	struct vmt_report r = {.input.format = VMT_INPUT_TEXT};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	r.verdict.kind = "hung-task";
	has(hint(ctx, &r), "hung_task_panic=1");
	r.verdict.kind = "soft-lockup";
	has(hint(ctx, &r), "softlockup_panic=1");
	r.verdict.kind = "rcu-stall";
	has(hint(ctx, &r), "panic_on_rcu_stall=1");
	r.input.format = "kdump";
	assert_null(hint(ctx, &r));
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_device_is_named),
		cmocka_unit_test(the_module_is_named),
		cmocka_unit_test(what_load_does_not_provoke),
		cmocka_unit_test(a_stall_should_leave_a_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
