// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/triage_folder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/seconds.h"
#include "io/crash_name.h"

/* ---- why a dump failed ------------------------------------------------------------------- */

static const char room[] =
	"Make room on the disk that kdump writes to: the next crash then leaves a dump.";
static const char limit[] =
	"Make room on the disk that kdump writes to, or lower KDUMP_FREE_DISK_SIZE: the next crash "
	"then leaves a dump.";
static const char memory[] =
	"Give the capture kernel more memory (crashkernel= on the kernel's command line): the next "
	"crash then leaves a dump.";
static const char disk[] = "Check the disk that kdump writes to, and its file system.";
static const char target[] =
	"Check that the capture kernel reaches the target of kdump: its network, and the address "
	"in kdump's configuration.";
static const char any[] =
	"Find out why kdump failed, so that the next crash leaves a dump: does its disk have room, "
	"is crashkernel= large enough?";
static const char copy[] =
	"Check that the dump is as long as the original, and that the disk that kdump writes to "
	"has room for a whole dump.";

/*
 * Lines of the capture kernel's log (kexec-dmesg.log), or of SUSE's README.txt. The first row that
 * matches a line is it; the last lines of a file count most, so all its rows are searched.
 */
static const struct reason {
	const char *words, *means, *advice;
} reasons[] = {
	{"No space left on device", "the disk was full", room},
	{"Disk quota exceeded", "the disk quota was used up", room},
	{"KDUMP_FREE_DISK_SIZE", "it was deleted to keep disk space free", limit},
	{"Out of memory: Kill", "the capture kernel ran out of memory", memory},
	{"Kernel panic - not syncing: System is deadlocked on memory",
		"the capture kernel ran out of memory", memory},
	{"Can't allocate memory", "the capture kernel had too little memory", memory},
	{"Cannot allocate memory", "the capture kernel had too little memory", memory},
	{"Read-only file system", "the file system was read-only", disk},
	{"Connection timed out", "the target could not be reached over the network", target},
	{"Network is unreachable", "the target could not be reached over the network", target},
	{"Failed to mount", "the target could not be mounted", target},
	{"Input/output error", "the disk reported an error", disk},
	{"makedumpfile Failed", "makedumpfile failed", any},
	{"saving vmcore failed", "saving it failed", any},
	{"the crash dump is likely incomplete", "kdump did not come to its end", any},
	{"vmcore status: failed", "saving it failed", any},
	{"vmcore status: deleted", "it was deleted", limit},
};

#define STATUS_TAIL (256u << 10) /* of a status file: how it ended */

static const struct reason *find_reason(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		if (strstr(text, reasons[i].words))
			return &reasons[i];
	return NULL;
}

struct beside {
	char *failed, *why; /* sentences, or NULL */
	const char *advice; /* with why */
	bool whole;	    /* there is a dump that was finished */
};

/* A regular file, or a part of one. */
static int open_file(
	TALLOC_CTX *ctx, const struct vmt_file *file, struct source **ret, struct vmt_err *err)
{
	struct stat st;

	if (file->kind == VMT_FILE_SLICE)
		return source_open_slice(ctx, file, ret, err);
	if (file->kind == VMT_FILE_MEMORY)
		return source_open_memory(ctx, file->name, file->data, file->size, ret, err);
	if (file->kind != VMT_FILE_PATH || stat(file->name, &st) || !S_ISREG(st.st_mode))
		return VMT_ERR_NOTFOUND;
	return source_open_file(ctx, file->name, ret, err);
}

/* What a status file says, with its name. */
static void read_status(TALLOC_CTX *ctx, struct beside *b, struct source *file, const char *path)
{
	struct source *text;
	struct layers layers;
	const struct reason *reason;
	char *tail = talloc_size(ctx, STATUS_TAIL + 1);
	uint64_t off;
	int64_t got;

	if (!tail || layers_peek(tail, file, &text, &layers, NULL))
		return;
	off = text->size > STATUS_TAIL ? text->size - STATUS_TAIL : 0;
	got = source_read(text, off, tail, STATUS_TAIL, NULL);
	for (int64_t i = 0; i < got; i++)
		tail[i] = tail[i] ? tail[i] : ' ';
	tail[got > 0 ? got : 0] = '\0';
	reason = find_reason(tail);
	if (!reason)
		return;
	b->why = talloc_asprintf(ctx, "%s (%s)", reason->means, crash_name_own(path));
	b->advice = reason->advice;
}

/* ---- the files beside an input ----------------------------------------------------------- */

static void look_at(TALLOC_CTX *ctx, struct beside *b, const struct vmt_file *file)
{
	struct crash_name name = crash_name_of(file->name);
	TALLOC_CTX *own = talloc_new(ctx);
	struct source *src = NULL;

	/* An empty file may be no source. */
	if (name.rank && own && !open_file(own, file, &src, NULL)) {
		uint64_t size = src->size;

		if (name.kind == CRASH_NAME_STATUS && !b->why)
			read_status(ctx, b, src, file->name);
		b->whole |= name.kind == CRASH_NAME_DUMP && size;
		if (name.kind == CRASH_NAME_CUT_DUMP || (crash_name_is_dump(name) && !size))
			b->failed = talloc_asprintf(ctx, "%s: %s", crash_name_own(file->name),
				size ? "kdump could not finish the dump"
				     : "kdump wrote nothing (0 bytes)");
	}
	talloc_free(own);
}

static void look_on_disk(TALLOC_CTX *ctx, struct beside *b, const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	int folder = slash ? (int)(slash + 1 - path) : 0;
	char *inside = talloc_asprintf(ctx, "%.*s%s", folder, path, name);
	struct vmt_file file = vmt_file_path(inside);

	if (inside)
		look_at(ctx, b, &file);
	talloc_free(inside);
}

static void look_beside(
	TALLOC_CTX *ctx, struct beside *b, const struct vmt_options *opts, const char *path)
{
	char name[256];

	for (size_t i = 0; crash_name_sibling(i, path, name, sizeof(name)); i++) {
		const struct vmt_file *file;

		if (!name[0])
			continue;
		if (!opts || !opts->beside) {
			look_on_disk(ctx, b, path, name);
			continue;
		}
		file = opts->beside(opts->beside_arg, name);
		if (file)
			look_at(ctx, b, file);
	}
}

void triage_find_failed_dump(struct triage *t)
{
	const struct vmt_file *given = t->s->n ? &t->s->given[0] : NULL;
	struct beside b = {0};
	struct crash_name name;
	bool dump, part, by_kdump;

	if (!given || !given->name ||
		(given->kind != VMT_FILE_PATH && !(t->opts && t->opts->beside)))
		return;
	name = crash_name_of(given->name);
	part = t->s->gaps.n || t->s->n > 1;
	dump = crash_name_is_dump(name);
	if (part || !name.rank || name.kind == CRASH_NAME_STATUS ||
		(dump && t->report->input.complete))
		return;
	look_beside(t->s, &b, t->opts, given->name);
	if (!dump && b.whole && !t->s->failed)
		return;
	by_kdump = b.failed != NULL;
	if (dump)
		b.failed = NULL; /* it is the input, which is described elsewhere */
	else if (t->s->failed)
		b.failed = talloc_strdup(t->s, t->s->failed);
	if (b.why && b.failed)
		t->failed_dump.what = talloc_asprintf(t->s, "%s; %s", b.why, b.failed);
	else
		t->failed_dump.what = b.why ? b.why : b.failed;
	if (t->failed_dump.what)
		t->failed_dump.advice = b.advice ? b.advice : by_kdump ? any : copy;
}

void triage_tell_failed_dump(struct triage *t)
{
	if (t->failed_dump.what)
		diag_add(&t->s->diags, t->report, DIAG_DUMP_FAILED, "%s", t->failed_dump.what);
}

/* ---- what ABRT noted --------------------------------------------------------------------- */

#define MOST_HOST 253		 /* bytes of a host's name (RFC 1035) */
#define EARLIEST_NOTE 1000000000 /* in 2001: any problem folder is younger */

static void read_note(TALLOC_CTX *ctx, const struct vmt_file *file, char *buf, size_t size)
{
	struct source *src = NULL;
	int64_t got = 0;

	if (file && !open_file(ctx, file, &src, NULL))
		got = source_read(src, 0, buf, size - 1, NULL);
	buf[got > 0 ? got : 0] = '\0';
	buf[strcspn(buf, "\r\n")] = '\0';
}

/* The first line of the file with that name beside the input; "": there is none. */
static void find_note(const struct triage *t, const char *name, char *buf, size_t size)
{
	const char *path = t->s->given[0].name, *slash = strrchr(path, '/');
	TALLOC_CTX *own = talloc_new(NULL);
	struct vmt_file file;
	char *inside;

	buf[0] = '\0';
	if (own && t->opts && t->opts->beside) {
		read_note(own, t->opts->beside(t->opts->beside_arg, name), buf, size);
	} else if (own) {
		inside = talloc_asprintf(
			own, "%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, name);
		file = vmt_file_path(inside);
		read_note(own, inside ? &file : NULL, buf, size);
	}
	talloc_free(own);
}

/* Seconds since 1970, and nothing else; 0: it is not. */
static int64_t noted_time(const struct triage *t)
{
	char text[16];
	int64_t seconds = 0;

	find_note(t, "time", text, sizeof(text));
	if (strspn(text, "0123456789") != strlen(text) || strlen(text) > 10)
		return 0;
	for (const char *p = text; *p; p++)
		seconds = seconds * 10 + *p - '0';
	return seconds >= EARLIEST_NOTE ? seconds : 0;
}

static bool is_host_name(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if (!ascii_is_alnum(text[i]) && !strchr("-._", text[i]))
			return false;
	return len && len <= MOST_HOST && strncmp(text, "localhost", 9) != 0;
}

void triage_take_abrt(struct triage *t)
{
	const struct vmt_file *given = t->s->n ? &t->s->given[0] : NULL;
	struct vmt_report *r = t->report;
	struct vmt_crash *c = &r->crash;
	bool undated = r->verdict.kind && !c->time.known && !c->time_text &&
		       (!r->death.known || r->death.v == r->n_deaths);
	char host[MOST_HOST + 3] = "";
	int64_t seconds;

	if (!given || !given->name || (r->machine.hostname && !undated) ||
		(given->kind != VMT_FILE_PATH && !(t->opts && t->opts->beside)))
		return;
	seconds = noted_time(t);
	if (!seconds)
		return;
	if (undated) {
		c->time = seconds_to_time(seconds);
		c->time_source = VMT_TIME_ABRT;
	}
	find_note(t, "hostname", host, sizeof(host));
	if (!r->machine.hostname && is_host_name(host))
		r->machine.hostname = talloc_strdup(r, host);
}

/* ---- a folder ---------------------------------------------------------------------------- */

struct attempt {
	const struct vmt_options *opts;
	struct vmt_report *best;
	char *failed; /* "NAME: why", of the dumps that were no use */
	struct vmt_err first;
	int rc;
};

static const char *why_useless(const struct vmt_report *r, const struct vmt_err *err)
{
	if (!r)
		return err->message;
	return r->input.missing ? r->input.missing : "it shows no crash";
}

/* Notes why a dump is of no use, without repeating its name. */
static void note_failed(TALLOC_CTX *ctx, struct attempt *a, const char *path, const char *why)
{
	size_t len = strlen(path);

	if (!crash_name_is_dump(crash_name_of(path)))
		return;
	if (!strncmp(why, path, len) && !strncmp(why + len, ": ", 2))
		why += len + 2;
	len = strlen(why);
	len -= len && why[len - 1] == '.'; /* more follows */
	a->failed = talloc_asprintf(ctx, "%s%s%s: %.*s", a->failed ? a->failed : "",
		a->failed ? "; " : "", crash_name_own(path), (int)len, why);
}

/* Returns whether the input shows a crash. */
static bool attempt(
	TALLOC_CTX *ctx, struct attempt *a, const char *folder, const struct folder_input *input)
{
	struct vmt_report *report = NULL;
	struct session *s;
	struct vmt_err e;
	const char *name = input->n > 1 ? folder : input->paths[0];
	int rc = session_open_input(ctx, a->opts, input, &s, &e);
	bool found;

	if (!rc) {
		s->failed = a->failed;
		rc = session_triage(s, a->opts, name, &report, &e);
		talloc_free(s);
	}
	found = report && vmt_report_outcome(report) == VMT_CRASH;
	if (rc && !a->rc) {
		a->rc = rc;
		a->first = e;
	}
	if (!found)
		note_failed(ctx, a, input->paths[0], why_useless(report, &e));
	if (report && (found || !a->best)) {
		vmt_report_free(a->best);
		a->best = report;
	} else {
		vmt_report_free(report);
	}
	return found;
}

/* None of the inputs could be read: the reason that a file beside them gives is worth more. */
static int give_reason(
	TALLOC_CTX *ctx, const struct attempt *a, const char *path, struct vmt_err *err)
{
	struct beside b = {0};

	look_beside(ctx, &b, a->opts, path);
	if (!b.why)
		return err_set(err, a->rc, "%s", a->first.message);
	return err_set(err, a->rc, "%s; %s", a->first.message, b.why);
}

int triage_folder(const struct vmt_options *opts, const char *path, struct vmt_report **ret,
	struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct attempt a = {.opts = opts};
	struct folder folder;
	int rc = ctx ? folder_read(ctx, path, &folder, err) : err_nomem(err);

	for (size_t i = 0; !rc && i < folder.n && !attempt(ctx, &a, path, &folder.inputs[i]); i++)
		;
	if (!rc && a.best)
		*ret = a.best;
	else if (!rc)
		rc = give_reason(ctx, &a, folder.inputs[0].paths[0], err);
	talloc_free(ctx);
	return rc;
}
