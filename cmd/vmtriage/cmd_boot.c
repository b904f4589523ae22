// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Runs after a boot, as vmtriage-boot.service. It must never be the reason that a machine does not
 * come up, fills its disk, or tells of the same crash again and again.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "commands.h"
#include "common.h"
#include "complain.h"
#include "fingerprint.h"
#include "history.h"
#include "hooks.h"
#include "lastboot.h"
#include "sdjournal.h"
#include "sidecar.h"

#define SECONDS 120		   /* that one input may take */
#define MEMORY (UINT64_C(3) << 29) /* the same; below MemoryMax= of the unit */
#define MOST_ROOT 1024

/* Our entries: journalctl MESSAGE_ID=... finds them, and vmtriage.catalog explains them. */
#define ID_CRASH "1b7a4e9df7c84c0d8cf0a2a9b5f4d1e6"
#define ID_UNREADABLE "a3c1d0b2f2e94f64b0c79a3d6b7e5f18"
#define ID_UNCLEAN "5e0c5c9b7f0a4b7f9d4d6f6f0b6f2c3a"

/* What the history calls it. */
#define DEED_CRASH "boot"
#define DEED_PLACE "boot-place"
#define DEED_JOURNAL "boot-journal"

struct boot_opts {
	struct common common;
	unsigned most;
};

static const struct opt opts[] = {
	{"number", 'n', OPT_NUMBER, "N", offsetof(struct boot_opts, most),
		"of the new crashes only the newest N; the others are\n"
		"only remembered; default: 10",
		.min = 1, .max = 1000000},
	{0},
};

/* Room for the paths of hook folders. */
struct folders {
	char path[HOOKS_FOLDERS][MOST_ROOT + 64];
	const char *folders[HOOKS_FOLDERS];
};

struct booter {
	const struct boot_opts *opts;
	struct vmt_history *history; /* NULL: there is none */
	struct hooks hooks;
	const struct vmt_places *places;
	const struct vmt_list *list;
	struct vmt_options options;
	unsigned told, left;
};

/* ---- what is done ------------------------------------------------------------------------ */

static bool is_done(struct booter *b, const char *deed, const char *subject, unsigned flags)
{
	struct vmt_err err;
	bool done = false;

	if (b->history && vmt_history_done(b->history, deed, subject, flags, &done, &err)) {
		complain_err(NULL, &err);
		return true; /* better once too few than at every boot */
	}
	return done;
}

static bool is_done_for(struct booter *b, const struct vmt_report *report, unsigned flags)
{
	struct vmt_err err;
	bool done = false;

	if (b->history &&
		vmt_history_done_for(b->history, DEED_CRASH, report, flags, &done, &err)) {
		complain_err(NULL, &err);
		return true;
	}
	return done;
}

/* ---- telling of it ----------------------------------------------------------------------- */

/* " at 2026-11-20 23:25:12 UTC", or as much as is known. */
static void write_when(const struct vmt_crash *c, char *buf, size_t size)
{
	time_t seconds = (time_t)(c->time.ns / 1000000000);
	struct tm tm;

	*buf = '\0';
	if (c->time.known && gmtime_r(&seconds, &tm))
		strftime(buf, size, " at %Y-%m-%d %H:%M:%S UTC", &tm);
	else if (c->local.known && (seconds = (time_t)(c->local.ns / 1000000000)) &&
		 gmtime_r(&seconds, &tm))
		strftime(buf, size, " at %Y-%m-%d %H:%M:%S by its clock", &tm);
	else if (c->time_text)
		snprintf(buf, size, " at %s", c->time_text);
}

/* The journal gets it, or standard output, or both where those are not the same. */
static void publish(const struct booter *b, struct sdjournal *j, int priority, const char *id,
	const char *message)
{
	char level[12], safe[4096];

	snprintf(level, sizeof(level), "%d", priority);
	sdjournal_add(j, "MESSAGE", message);
	sdjournal_add(j, "MESSAGE_ID", id);
	sdjournal_add(j, "PRIORITY", level);
	sdjournal_add(j, "SYSLOG_IDENTIFIER", "vmtriage");
	if (b->options.sysroot || !sdjournal_send(j) || !sdjournal_is_output()) {
		vmt_escape(message, safe, sizeof(safe));
		printf("%s\n", safe);
		(void)fflush(stdout);
	}
}

static void add_fields(struct sdjournal *j, const struct vmt_report *r)
{
	const struct vmt_verdict *v = &r->verdict;
	const struct {
		const char *name, *value;
	} fields[] = {
		{"VMTRIAGE_PATH", r->input.path},
		{"VMTRIAGE_KIND", v->kind},
		{"VMTRIAGE_HEADLINE", v->headline},
		{"VMTRIAGE_FUNCTION", v->function},
		{"VMTRIAGE_MODULE", v->module},
		{"VMTRIAGE_CONFIDENCE", v->confidence},
		{"VMTRIAGE_CAUTION", v->caution},
		{"VMTRIAGE_SIGNATURE", r->signature.coarse},
		{"VMTRIAGE_SIGNATURE_TEXT", r->signature.text},
		{"VMTRIAGE_KERNEL", r->kernel.release},
		{"VMTRIAGE_HOST", r->machine.hostname},
		{"VMTRIAGE_LEVEL", r->level},
	};
	char number[24];

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		sdjournal_add(j, fields[i].name, fields[i].value);
	if (r->crash.time.known) {
		snprintf(number, sizeof(number), "%" PRId64, r->crash.time.ns / 1000);
		sdjournal_add(j, "VMTRIAGE_TIME_USEC", number);
	}
	for (size_t i = 0; i < v->n_evidence; i++)
		sdjournal_add(j, "VMTRIAGE_EVIDENCE", v->evidence[i]);
	for (size_t i = 0; i < v->n_next; i++)
		sdjournal_add(j, "VMTRIAGE_NEXT", v->next[i]);
}

static void tell(const struct booter *b, const struct vmt_report *r, const char *file)
{
	const char *host = r->machine.hostname;
	struct sdjournal j = {0};
	char when[256], message[PATH_MAX + 2048];

	write_when(&r->crash, when, sizeof(when));
	snprintf(message, sizeof(message), "%s crashed%s: %s (%s)", host ? host : "a machine", when,
		r->verdict.headline ? r->verdict.headline : r->verdict.kind,
		file		? file
		: r->input.path ? r->input.path
				: "no file");
	add_fields(&j, r);
	sdjournal_add(&j, "VMTRIAGE_REPORT", file);
	publish(b, &j, LOG_CRIT, ID_CRASH, message);
	sdjournal_done(&j);
}

/* ---- one crash --------------------------------------------------------------------------- */

/* The place that the path is in. */
static const char *place_of(const struct booter *b, const char *path)
{
	for (size_t i = 0; i < b->places->n; i++) {
		size_t n = strlen(b->places->paths[i]);

		if (!strncmp(path, b->places->paths[i], n) && path[n] == '/')
			return b->places->paths[i];
	}
	return "";
}

static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) : 0;
}

/* Whether another crash of the list is in the folder; what cannot be read there is of this one. */
static bool is_shared(const struct booter *b, const struct vmt_list_entry *e)
{
	size_t n = folder_length(e->path);

	for (size_t i = 0; i < b->list->n; i++) {
		const struct vmt_list_entry *other = &b->list->entries[i];

		if (other != e && !other->error && folder_length(other->path) == n &&
			!strncmp(other->path, e->path, n))
			return true;
	}
	return false;
}

/* All that is done for a crash. The list's report is the one to use if there is no better. */
static void handle_crash(struct booter *b, const struct vmt_list_entry *e)
{
	struct sidecar side = {place_of(b, e->path), e->path, is_shared(b, e)};
	struct vmt_options options = b->options;
	struct vmt_report *own = NULL;
	const struct vmt_report *report = e->report;
	char file[PATH_MAX];
	struct vmt_err err;
	bool written;

	if (e->report->death.known)
		options.death = e->report->death.v;
	if (vmt_triage(&options, e->paths, e->n_paths, &own, &err))
		complain_err(e->path, &err);
	else if (vmt_report_outcome(own) == VMT_CRASH)
		report = own;
	written = sidecar_write(&side, report) && sidecar_path(&side, file, sizeof(file));
	tell(b, report, written ? file : NULL);
	/* Before the hooks: one that makes the machine crash must not do so for ever. */
	is_done_for(b, e->report, VMT_DONE_NOTE);
	hooks_run_report(&b->hooks, HOOKS_SOURCE_BOOT, e->path, e->host, report);
	vmt_report_free(own);
}

static void take_crash(struct booter *b, const struct vmt_list_entry *e)
{
	const struct sidecar side = {place_of(b, e->path), e->path, is_shared(b, e)};

	if (is_done_for(b, e->report, 0) || (!b->history && sidecar_exists(&side)))
		return;
	if (b->told < b->opts->most) {
		b->told++;
		handle_crash(b, e);
	} else {
		b->left++;
		is_done_for(b, e->report, VMT_DONE_NOTE);
	}
}

static void take_error(struct booter *b, const struct vmt_list_entry *e)
{
	struct sdjournal j = {0};
	char subject[PATH_MAX + 32], message[2048];
	const char *why = e->error->message;
	size_t n = strlen(e->path);

	snprintf(subject, sizeof(subject), "%s %" PRId64, e->path,
		e->time.known ? e->time.ns : INT64_C(0));
	if (is_done(b, DEED_CRASH, subject, VMT_DONE_NOTE))
		return;
	if (!strncmp(why, e->path, n) && why[n] == ':')
		why += n + 1 + strspn(why + n + 1, " ");
	snprintf(message, sizeof(message), "%s cannot be read: %s", e->path, why);
	sdjournal_add(&j, "VMTRIAGE_PATH", e->path);
	publish(b, &j, LOG_WARNING, ID_UNREADABLE, message);
	sdjournal_done(&j);
}

static void take_list(struct booter *b)
{
	for (size_t i = 0; i < b->list->n; i++) {
		const struct vmt_list_entry *e = &b->list->entries[i];

		if (e->error)
			take_error(b, e);
		else if (vmt_report_outcome(e->report) == VMT_CRASH)
			take_crash(b, e);
	}
	if (b->left && !b->opts->common.quiet)
		complain(NULL,
			"older crashes that are new here, and only remembered: %u (vmtriage "
			"list shows them)",
			b->left);
}

/* ---- the places -------------------------------------------------------------------------- */

struct look {
	const char *path;
	char subject[PATH_MAX + 32]; /* "": it cannot be remembered */
};

static void look_at(const char *path, struct look *look)
{
	uint64_t print;

	look->path = path;
	look->subject[0] = '\0';
	if (fingerprint_folder(path, &print))
		snprintf(look->subject, sizeof(look->subject), "%s %016" PRIx64, path, print);
}

/* Lists those that have changed, and takes what is new there. */
static void take_places(struct booter *b, struct look *looks, const char **paths)
{
	struct vmt_options options = {.struct_size = sizeof(options),
		.without_excerpt = true,
		.brief = true,
		.contain = b->options.contain};
	struct vmt_list *list;
	struct vmt_err err;
	size_t n = 0;

	for (size_t i = 0; i < b->places->n; i++) {
		look_at(b->places->paths[i], &looks[n]);
		if (!looks[n].subject[0] || !is_done(b, DEED_PLACE, looks[n].subject, 0)) {
			paths[n] = looks[n].path;
			n++;
		}
	}
	if (!n)
		return;
	if (vmt_list_crashes(&options, paths, n, &list, &err)) {
		complain_err(NULL, &err);
		return;
	}
	b->list = list;
	take_list(b);
	b->list = NULL;
	vmt_list_free(list);
	for (size_t i = 0; i < n; i++)
		if (looks[i].subject[0])
			is_done(b, DEED_PLACE, looks[i].subject, VMT_DONE_NOTE);
}

static void take_machine(struct booter *b)
{
	struct look *looks = calloc(b->places->n + 1, sizeof(*looks));
	const char **paths = calloc(b->places->n + 1, sizeof(*paths));

	if (looks && paths)
		take_places(b, looks, paths);
	else
		complain(NULL, "out of memory");
	free(looks);
	free(paths);
}

/* ---- the journal of the boot before ------------------------------------------------------ */

static void tell_unclean(const struct booter *b, const struct lastboot *last)
{
	const struct vmt_crash until = {.time = last->until};
	struct sdjournal j = {0};
	char when[256], message[512];

	write_when(&until, when, sizeof(when));
	snprintf(message, sizeof(message),
		"the boot before this one ended%s without a shutdown, and nothing shows a crash: a "
		"reset, no power, or a hang",
		when);
	sdjournal_add(&j, "VMTRIAGE_BOOT_ID", last->id);
	publish(b, &j, LOG_WARNING, ID_UNCLEAN, message);
	sdjournal_done(&j);
}

/*
 * A boot without a clean end that left nothing where crashes are kept: its kernel may have written
 * the reason to the journal.
 */
static void take_lastboot(struct booter *b)
{
	struct vmt_report *report = NULL;
	struct lastboot last;
	struct vmt_err err;

	lastboot_look(&last);
	if (last.end != LASTBOOT_UNCLEAN || is_done(b, DEED_JOURNAL, last.id, VMT_DONE_NOTE) ||
		b->told)
		return;
	if (lastboot_triage(&last, &b->options, &report, &err)) {
		complain_err(NULL, &err);
		return;
	}
	if (!report || vmt_report_outcome(report) != VMT_CRASH) {
		tell_unclean(b, &last);
	} else if (!is_done_for(b, report, VMT_DONE_NOTE)) {
		tell(b, report, NULL);
		hooks_run_report(&b->hooks, HOOKS_SOURCE_BOOT, NULL, NULL, report);
	}
	vmt_report_free(report);
}

/* ---- the command ------------------------------------------------------------------------- */

/* Below another root, hooks are that machine's. false: its path is too long. */
static bool take_hooks(struct booter *b, struct folders *f)
{
	const char *root = b->options.sysroot;

	b->hooks = hooks_of_site;
	if (!root)
		return true;
	if (strlen(root) > MOST_ROOT)
		return false;
	for (size_t i = 0; i < HOOKS_FOLDERS; i++) {
		snprintf(f->path[i], sizeof(f->path[i]), "%s%s", root, hooks_of_site.folders[i]);
		f->folders[i] = f->path[i];
	}
	b->hooks.folders = f->folders;
	return true;
}

static void run_all(struct booter *b)
{
	struct vmt_places *places;
	struct vmt_err err;

	if (vmt_find_places(&b->options, &places, &err)) {
		complain_err(NULL, &err);
		return;
	}
	b->places = places;
	history_open(&b->opts->common, 0, &b->history);
	take_machine(b);
	if (!b->options.sysroot)
		take_lastboot(b);
	vmt_history_close(b->history);
	vmt_places_free(places);
}

/* What goes wrong is said, and is no failure: a failed unit at each boot helps nobody. */
static int run(const struct command *cmd, int argc, char **argv)
{
	struct boot_opts o = {.common = COMMON_INIT(VMT_FORMAT_TEXT), .most = 10};
	struct vmt_contain contain = VMT_CONTAIN_INIT;
	struct booter b = {.opts = &o};
	struct folders folders;
	int first, status;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	if (first != argc) {
		complain(NULL, "boot takes no files: report and list do");
		return STATUS_ERROR;
	}
	contain.seconds = SECONDS;
	contain.memory = MEMORY;
	b.options = wishes_options(&o.common.wishes);
	b.options.contain = &contain;
	if (take_hooks(&b, &folders))
		run_all(&b);
	else
		complain(b.options.sysroot, "the path is too long");
	return STATUS_CRASH;
}

const struct command cmd_boot = {
	.name = "boot",
	.operands = "",
	.summary = "Tell of the crashes that are new since the last boot.",
	.details = "For vmtriage-boot.service. Each new crash gets an entry in the journal, the\n"
		   "files vmtriage.txt and vmtriage.json beside its dump, and is given to the\n"
		   "programs in /etc/vmtriage/crash.d and /usr/lib/vmtriage/crash.d. The history\n"
		   "knows which crashes are new.\n\n"
		   "Exit status: 0, even if something could not be done; 2 wrong usage.",
	.opts = opts,
	.common = COMMON_PAST | COMMON_BIT(QUIET),
	.run = run,
};
