// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "readiness/sysctl_files.h"

static char top[] = "/tmp/sysctl-files-XXXXXX";

static void put(const char *name, const char *text)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", top, name);
	for (char *p = path + strlen(top) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		(void)mkdir(path, 0700);
	}
	f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int setup(void **state)
{
	(void)state;
	return !mkdtemp(top);
}

static int teardown(void **state)
{
	char command[4200];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", top);
	return system(command);
}

static const char *value_of(const char *key)
{
	static char value[64];
	struct root_files *root;
	const struct sysctl_setting *s;
	TALLOC_CTX *ctx = talloc_new(NULL);

	assert_int_equal(root_files_open(ctx, top, &root, NULL), 0);
	s = sysctl_files_find(sysctl_files_read(ctx, root), key);
	snprintf(value, sizeof(value), "%s", s ? s->value : "none");
	talloc_free(ctx);
	return value;
}

static void files_have_an_order(void **state)
{
	(void)state;
	put("usr/lib/sysctl.d/50-default.conf", "kernel.panic = 1\nkernel.sysrq=16\n");
	put("usr/lib/sysctl.d/60-x.conf", "kernel.panic=6\n");
	put("etc/sysctl.d/60-x.conf", "# kernel.panic=9\n");
	assert_string_equal(value_of("kernel.panic"), "1");
	put("run/sysctl.d/40-y.conf", "kernel.panic=4\n");
	assert_string_equal(value_of("kernel.panic"), "1");
	put("etc/sysctl.d/99-z.conf", "kernel/panic = 30 \n");
	assert_string_equal(value_of("kernel.panic"), "30");
	assert_string_equal(value_of("kernel.sysrq"), "16");
	put("etc/sysctl.conf", "kernel.panic=5\n");
	assert_string_equal(value_of("kernel.panic"), "5");
	put("usr/lib/systemd/systemd", "");
	assert_string_equal(value_of("kernel.panic"), "30");
	put("etc/sysctl.d/README", "kernel.panic=77\n");
	assert_string_equal(value_of("kernel.panic"), "30");
}

static void lines_have_forms(void **state)
{
	struct sysctl_files *files = talloc_zero(NULL, struct sysctl_files);

	(void)state;
	assert_true(sysctl_files_parse(files, "f",
		"; x\n\n-kernel.a = 1\nnet/ipv4/conf/eth0.1/x=2\nkernel.printk=4 4 1 "
		"7\nnovalue\n=3\n"
		"kernel.e="));
	assert_int_equal(files->n, 4);
	assert_string_equal(sysctl_files_find(files, "kernel.a")->value, "1");
	assert_string_equal(sysctl_files_find(files, "net.ipv4.conf.eth0/1.x")->value, "2");
	assert_string_equal(sysctl_files_find(files, "kernel.printk")->value, "4 4 1 7");
	assert_string_equal(sysctl_files_find(files, "kernel.e")->value, "");
	assert_null(sysctl_files_find(files, "kernel.b"));
	talloc_free(files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_have_an_order),
		cmocka_unit_test(lines_have_forms),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
