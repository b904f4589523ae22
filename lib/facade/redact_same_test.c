// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The redacted text of each log triages as the log itself does. With arguments: of the logs in
 * these folders.
 */
#include "base/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/layers.h"
#include "redact/redact.h"
#include "vmtriage.h"

struct given {
	const char *const *folders;
	size_t n, differ, logs;
};

/* What is redacted is what a file holds, unpacked. */
static char *read_file(TALLOC_CTX *ctx, const char *path, size_t *len)
{
	struct layers layers = {0};
	struct source *src;
	char *text;

	assert_int_equal(source_open_file(ctx, path, &src, NULL), 0);
	assert_int_equal(layers_peel(ctx, src, &src, &layers, NULL), 0);
	*len = (size_t)src->size;
	text = talloc_size(ctx, *len + 1);
	assert_int_equal(source_read_exact(src, 0, text, *len, NULL), 0);
	return text;
}

static struct vmt_report *triage(const char *text, size_t len)
{
	struct vmt_options opts = VMT_OPTIONS_INIT;
	struct vmt_file file = vmt_file_memory(text, len, "log");
	struct vmt_report *report = NULL;

	opts.level = VMT_LEVEL_LOG;
	(void)vmt_triage_files(&opts, &file, 1, &report, NULL);
	return report;
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_report(const struct vmt_report *a, const struct vmt_report *b)
{
	const struct vmt_verdict *x = &a->verdict, *y = &b->verdict;

	return same(x->kind, y->kind) && same(x->function, y->function) &&
	       same(x->module, y->module) && same(x->confidence, y->confidence) &&
	       same(x->path, y->path) && x->no_crash == y->no_crash &&
	       same(a->signature.coarse, b->signature.coarse) &&
	       same(a->signature.fine, b->signature.fine) &&
	       same(a->kernel.release, b->kernel.release) &&
	       same(a->kernel.distribution, b->kernel.distribution) &&
	       same(a->machine.hardware, b->machine.hardware) && a->n_events == b->n_events &&
	       a->n_frames == b->n_frames && a->n_modules == b->n_modules;
}

static void check_log(struct given *g, const char *path)
{
	struct vmt_redaction *r;
	struct vmt_report *a, *b;
	struct redacted redacted;
	size_t len;
	char *text;

	assert_int_equal(vmt_redaction_new(&r, NULL), 0);
	text = read_file(r, path, &len);
	assert_int_equal(redact_learn(r, text, len, NULL), 0);
	assert_int_equal(redact_text(r, r, text, len, &redacted, NULL), 0);
	a = triage(text, len);
	b = triage(redacted.text, redacted.len);
	g->logs++;
	if (!a != !b || (a && !same_report(a, b))) {
		print_message("%s differs\n", path);
		g->differ++;
	}
	vmt_report_free(a);
	vmt_report_free(b);
	vmt_redaction_free(r);
}

static void check_folder(struct given *g, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	char path[4096];
	struct stat st;

	assert_non_null(dir);
	while ((e = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (e->d_name[0] == '.' || stat(path, &st))
			continue;
		if (S_ISDIR(st.st_mode))
			check_folder(g, path);
		else if (S_ISREG(st.st_mode) && st.st_size < 8 << 20)
			check_log(g, path);
	}
	closedir(dir);
}

static void triages_the_same(void **state)
{
	struct given *g = *state;

	for (size_t i = 0; i < g->n; i++)
		check_folder(g, g->folders[i]);
	print_message("%zu logs, %zu differ\n", g->logs, g->differ);
	assert_true(g->logs > 0);
	assert_int_equal(g->differ, 0);
}

int main(int argc, char **argv)
{
	char logs[4096], inputs[4096];
	const char *const own[] = {logs, inputs};
	struct given given = {own, 2, 0, 0};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(triages_the_same, &given),
	};

	snprintf(logs, sizeof(logs), "%s/logs", getenv("VMT_TESTDATA"));
	snprintf(inputs, sizeof(inputs), "%s/golden/inputs", getenv("VMT_TESTDATA"));
	if (argc > 1) {
		given.folders = (const char *const *)argv + 1;
		given.n = (size_t)argc - 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
