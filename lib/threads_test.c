// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What vmtriage.h says of threads: triages at the same time, and one report that several threads
 * write out. A program of its own without cmocka: scripts/test builds it with the thread sanitizer.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "vmtriage.h"

#define ROUNDS 3

static const char *const names[] = {
	"real/e1000-receive.vmcore", "real/null-deref.vmcore", "golden/inputs/nic-oops.log",
	"elf", /* no input: an error */
};

#define N_NAMES (ARRAY_SIZE(names))

struct work {
	char paths[N_NAMES][4096], debuginfo[4096];
	const struct vmt_report *shared;
	char *want[N_NAMES], *want_shared;
};

static char *written(const struct vmt_report *report, const char *format)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (vmt_report_write(report, format, NULL, out, NULL))
		abort();
	fclose(out);
	return text;
}

/* The report as JSON; of what cannot be read, the message. */
static char *triage(const struct work *w, size_t i)
{
	const char *path = w->paths[i], *debuginfo = w->debuginfo;
	struct vmt_options opts = VMT_OPTIONS_INIT;
	struct vmt_report *report;
	struct vmt_err err;
	char *text;

	opts.debuginfo = &debuginfo;
	opts.n_debuginfo = 1;
	if (vmt_triage(&opts, &path, 1, &report, &err))
		return strdup(err.message);
	text = written(report, VMT_FORMAT_JSON);
	vmt_report_free(report);
	return text;
}

static void expect(char *got, const char *want)
{
	if (!got || strcmp(got, want) != 0) {
		fprintf(stderr, "got\n%s\nin place of\n%s\n", got, want);
		exit(1);
	}
	free(got);
}

static void list_all(const struct work *w)
{
	const char *path = w->paths[0];
	struct vmt_list *list;

	if (vmt_list_crashes(NULL, &path, 1, &list, NULL) || list->n != 1)
		abort();
	vmt_list_free(list);
}

static void *work(void *arg)
{
	const struct work *w = arg;

	for (size_t i = 0; i < ROUNDS * N_NAMES; i++)
		expect(triage(w, i % N_NAMES), w->want[i % N_NAMES]);
	for (size_t i = 0; i < ROUNDS; i++)
		expect(written(w->shared, VMT_FORMAT_TEXT), w->want_shared);
	list_all(w);
	return NULL;
}

int main(void)
{
	static struct work w;
	const char *testdata = getenv("VMT_TESTDATA"), *path = w.paths[0];
	struct vmt_report *shared;
	pthread_t threads[2];

	for (size_t i = 0; i < N_NAMES; i++)
		snprintf(w.paths[i], sizeof(w.paths[i]), "%s/%s", testdata, names[i]);
	snprintf(w.debuginfo, sizeof(w.debuginfo), "%s/elf", testdata);
	for (size_t i = 0; i < N_NAMES; i++)
		w.want[i] = triage(&w, i);
	if (vmt_triage(NULL, &path, 1, &shared, NULL))
		abort();
	w.shared = shared;
	w.want_shared = written(shared, VMT_FORMAT_TEXT);
	for (size_t i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, work, &w))
			abort();
	for (size_t i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	vmt_report_free(shared);
	for (size_t i = 0; i < N_NAMES; i++)
		free(w.want[i]);
	free(w.want_shared);
	return 0;
}
