// SPDX-License-Identifier: GPL-3.0-or-later
#include "listen_judge.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "clock.h"
#include "complain.h"
#include "history.h"

/* What waits to be judged: a rack that loses its power sends a few hundred reports at once. */
#define MOST_JOBS 4096
#define MOST_BYTES ((size_t)256 << 20)

/* A text is judged in milliseconds. */
#define SECONDS 60
#define STOP_SECONDS 10 /* for the jobs that wait at the end */
#define MEMORY ((uint64_t)1 << 30)

/* Verdicts that are not told again, and how exactly the time of a boot is known. */
#define TOLD 1024
#define BOOT_NS ((int64_t)10 * 1000000000)

struct job {
	struct job *next;
	enum vmt_heard what;
	int64_t now;
	char name[LISTEN_NAME], address[64];
	size_t len;
	bool has_log;
	char log[];
};

struct told {
	char name[LISTEN_NAME];
	uint64_t signature; /* a hash of it */
	int64_t boot;	    /* when the machine was started */
};

struct listen_judge {
	struct listen_judge_options opts;
	struct vmt_history *history;
	struct told told[TOLD];
	unsigned n_told;
	_Atomic uint64_t crashes;
	pthread_t thread;
	/* All below under the lock. */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct job *first, **end;
	size_t n, bytes;
	bool stopping, flooded;
	int64_t deadline_ms; /* when stopping: after it, no job begins */
};

/* ---- lines on standard output ------------------------------------------------------------- */

/* "2026-11-29T01:23:45Z web7 (192.0.2.7) TEXT" */
static void say(const struct job *job, const char *text)
{
	char safe[2048], date[32] = "";
	time_t t = (time_t)(job->now / 1000000000);
	bool named = strcmp(job->name, job->address) != 0 && !strpbrk(job->address, ":%");
	struct tm tm;

	vmt_escape(text, safe, sizeof(safe));
	if (gmtime_r(&t, &tm))
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (named)
		printf("%s %s (%s) %s\n", date, job->name, job->address, safe);
	else
		printf("%s %s %s\n", date, job->address, safe);
	fflush(stdout);
}

static void say_event(const struct job *job, bool cut)
{
	if (job->what == VMT_HEARD_SILENCE && cut)
		say(job, "went silent in the middle of a crash report");
	else if (job->what == VMT_HEARD_RESTART && job->has_log)
		say(job, "started anew in the middle of a crash report");
	else if (job->what == VMT_HEARD_RESTART)
		say(job, "started anew without a crash report and without a shutdown: a reset, a "
			 "loss of power, or lost messages");
}

/* ---- a verdict ---------------------------------------------------------------------------- */

static uint64_t hash_of(const char *text)
{
	uint64_t sum = 0xcbf29ce484222325u;

	while (text && *text)
		sum = (sum ^ (unsigned char)*text++) * 0x100000001b3u;
	return sum;
}

/* Whether the same was told of the same boot of the host; notes it. */
static bool was_told(struct listen_judge *j, const struct job *job, const struct vmt_report *r)
{
	struct told new = {.signature = hash_of(r->signature.fine),
		.boot = job->now - (r->crash.uptime.known ? r->crash.uptime.ns : 0)};
	unsigned n = j->n_told < TOLD ? j->n_told : TOLD;

	snprintf(new.name, sizeof(new.name), "%s", job->name);
	for (unsigned i = 0; i < n; i++) {
		const struct told *t = &j->told[i];
		int64_t apart = t->boot > new.boot ? t->boot - new.boot : new.boot - t->boot;

		if (t->signature == new.signature && !strcmp(t->name, new.name) && apart < BOOT_NS)
			return true;
	}
	j->told[j->n_told++ % TOLD] = new;
	return false;
}

/* The report beside the log of its crash. */
static void write_report(struct listen_judge *j, const struct vmt_report *report, const char *log,
	const char *file, const char *format)
{
	struct vmt_outfile *out;
	char path[LISTEN_PATH];
	struct vmt_err err;
	struct stat st;
	int rc;

	listen_store_beside(log, file, path, sizeof(path));
	rc = vmt_outfile_open(path, VMT_OUTFILE_PRIVATE, &out, &err);
	if (!rc) {
		rc = vmt_report_write(report, format, NULL, vmt_outfile_stream(out), &err);
		if (rc)
			vmt_outfile_discard(out);
		else
			rc = vmt_outfile_commit(out, &err);
	}
	if (rc)
		complain_err(path, &err);
	else if (!stat(path, &st))
		listen_store_grew(j->opts.store, (uint64_t)st.st_size);
}

static void take_crash(struct listen_judge *j, const struct job *job, struct vmt_report *report,
	const char *path, bool kept)
{
	j->crashes++;
	if (kept) {
		history_remember(j->history, report); /* its bounds are the store's */
		write_report(j, report, path, "vmtriage.txt", VMT_FORMAT_TEXT);
		write_report(j, report, path, "vmtriage.json", VMT_FORMAT_JSON);
	}
	hooks_run_report(j->opts.hooks, HOOKS_SOURCE_LISTEN, kept ? path : "", job->name, report);
}

/* NULL: it cannot be read, which was complained about. */
static struct vmt_report *triage(const struct job *job, const char *path)
{
	const struct vmt_contain contain = {
		.struct_size = sizeof(contain), .memory = MEMORY, .seconds = SECONDS};
	const struct vmt_options options = {
		.struct_size = sizeof(options), .level = VMT_LEVEL_LOG, .contain = &contain};
	struct vmt_file file = vmt_file_memory(job->log, job->len, path);
	struct vmt_report *report;
	struct vmt_err err;

	if (!vmt_triage_files(&options, &file, 1, &report, &err))
		return report;
	if (err.code != VMT_ERR_FORMAT)
		complain_err(job->address, &err);
	return NULL;
}

/* The report names the file in the folder of the crash, which there is only if there is one. */
static struct vmt_report *triage_again(
	const struct job *job, const char *path, struct vmt_report *first)
{
	struct vmt_report *report = triage(job, path);

	if (!report)
		return first;
	vmt_report_free(first);
	return report;
}

/* Returns whether the report is cut off, or there is none. */
static bool judge(struct listen_judge *j, const struct job *job)
{
	struct vmt_report *report = triage(job, job->name);
	char path[LISTEN_PATH];
	bool cut, kept;

	if (!report)
		return true;
	cut = !report->verdict.kind || report->verdict.corrupted || report->n_frames < 2;
	if (vmt_report_outcome(report) == VMT_CRASH && !was_told(j, job, report)) {
		say(job, report->verdict.headline ? report->verdict.headline : "a crash");
		kept = listen_store_crash(
			j->opts.store, job->name, job->now, job->log, job->len, path);
		if (kept)
			report = triage_again(job, path, report);
		take_crash(j, job, report, path, kept);
	}
	vmt_report_free(report);
	return cut;
}

/* ---- the thread --------------------------------------------------------------------------- */

/* NULL: it is over. */
static struct job *next_job(struct listen_judge *j)
{
	struct job *job;

	pthread_mutex_lock(&j->lock);
	while (!j->first && !j->stopping)
		pthread_cond_wait(&j->changed, &j->lock);
	job = j->stopping && clock_ms() > j->deadline_ms ? NULL : j->first;
	if (job) {
		j->first = job->next;
		if (!j->first)
			j->end = &j->first;
		j->n--;
		j->bytes -= job->len;
	}
	j->flooded &= j->n != 0;
	pthread_mutex_unlock(&j->lock);
	return job;
}

static void *judge_all(void *arg)
{
	struct listen_judge *j = arg;
	struct job *job;

	while ((job = next_job(j))) {
		say_event(job, job->has_log && judge(j, job));
		free(job);
	}
	return NULL;
}

struct listen_judge *listen_judge_start(const struct listen_judge_options *opts)
{
	struct listen_judge *j = calloc(1, sizeof(*j));
	sigset_t all, before;
	int rc;

	if (!j) {
		complain(NULL, "out of memory");
		return NULL;
	}
	j->opts = *opts;
	j->end = &j->first;
	if (!history_open(opts->common, 0, &j->history)) {
		free(j);
		return NULL;
	}
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->changed, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&j->thread, NULL, judge_all, j);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!rc)
		return j;
	complain(NULL, "cannot start a thread: %s", strerror(rc));
	vmt_history_close(j->history);
	free(j);
	return NULL;
}

static struct job *make_job(const struct listen_event *event)
{
	size_t len = event->log ? event->len : 0;
	struct job *job = malloc(sizeof(*job) + len + 1);

	if (!job)
		return NULL;
	job->next = NULL;
	job->what = event->what;
	job->now = event->now;
	job->has_log = event->log != NULL;
	job->len = len;
	if (event->log)
		memcpy(job->log, event->log, len);
	snprintf(job->name, sizeof(job->name), "%s", event->name);
	snprintf(job->address, sizeof(job->address), "%s", event->host->address);
	return job;
}

void listen_judge_add(struct listen_judge *j, const struct listen_event *event)
{
	struct job *job = make_job(event);
	bool taken = false, tell = false;

	pthread_mutex_lock(&j->lock);
	if (job && j->n < MOST_JOBS && j->bytes + job->len <= MOST_BYTES) {
		*j->end = job;
		j->end = &job->next;
		j->n++;
		j->bytes += job->len;
		taken = true;
		pthread_cond_signal(&j->changed);
	} else {
		tell = !j->flooded;
		j->flooded = true;
	}
	pthread_mutex_unlock(&j->lock);
	if (!taken)
		free(job);
	if (tell)
		complain(event->host->address,
			"too many reports at once: some are not judged, but are in the logs");
}

uint64_t listen_judge_crashes(const struct listen_judge *j)
{
	return j->crashes;
}

void listen_judge_stop(struct listen_judge *j)
{
	struct job *job;
	size_t left = 0;

	pthread_mutex_lock(&j->lock);
	j->stopping = true;
	j->deadline_ms = clock_ms() + STOP_SECONDS * 1000;
	pthread_cond_signal(&j->changed);
	pthread_mutex_unlock(&j->lock);
	pthread_join(j->thread, NULL);
	for (; (job = j->first); left++) {
		j->first = job->next;
		free(job);
	}
	if (left)
		complain(NULL, "%zu reports were not judged before the end, but are in the logs",
			left);
	vmt_history_close(j->history);
	pthread_cond_destroy(&j->changed);
	pthread_mutex_destroy(&j->lock);
	free(j);
}
