// SPDX-License-Identifier: GPL-3.0-or-later
#include "newest.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "complain.h"
#include "lastboot.h"
#include "progress.h"

/* How long a pipe without data is waited for: unpacking and journalctl begin sooner. */
#define WAIT_MS 3000

static bool is_folder(const char *path)
{
	struct stat st;

	return strcmp(path, "-") != 0 && !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* It cannot be read again. */
static bool is_stream(const char *path)
{
	struct stat st;

	return !strcmp(path, "-") ||
	       (!stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
}

void newest_done(struct newest *newest)
{
	vmt_report_free(newest->own);
	vmt_list_free(newest->list);
	vmt_reports_free(newest->deaths);
	*newest = (struct newest){0};
}

/* ---- the newest of a list ---------------------------------------------------------------- */

static size_t count_crashes(const struct common *c, const struct vmt_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += list->entries[i].report && common_in_range(c, list->entries[i].time) &&
		     vmt_report_outcome(list->entries[i].report) == VMT_CRASH;
	return n;
}

/*
 * The newest crash; else the first input that was read. Complains about what cannot be read and is
 * newer. A list has no time of an error but the file's.
 */
static const struct vmt_list_entry *pick(const struct common *c, struct newest *ret)
{
	const struct vmt_list *list = ret->list;
	const struct vmt_list_entry *other = NULL;

	for (size_t i = 0; i < list->n; i++) {
		const struct vmt_list_entry *e = &list->entries[i];

		if (!common_in_range(c, e->time))
			continue;
		if (e->report && vmt_report_outcome(e->report) != VMT_NO_CRASH) {
			ret->next = i + 1;
			return e;
		}
		if (e->error) {
			complain_err(e->path, e->error);
			ret->unread = true;
		}
		other = other || e->error ? other : e;
	}
	return other;
}

/* where: what was given, for the command that shows all; NULL: nothing. */
static void tell_others(const struct common *c, const struct vmt_list *list,
	const struct vmt_list_entry *e, const char *where)
{
	const char *root = c->wishes.root;
	size_t n = count_crashes(c, list);

	if (n < 2 || c->quiet)
		return;
	if (where && is_stream(where))
		complain(NULL, "the newest of %zu crashes is %s", n, e->path);
	else
		complain(NULL, "the newest of %zu crashes is %s (all of them: vmtriage list%s%s)",
			n, e->path,
			where  ? " "
			: root ? " --root "
			       : "",
			where  ? where
			: root ? root
			       : "");
}

/* Triages the newest again: the list used no debuginfo. */
static int triage_entry(const struct vmt_options *options, const struct vmt_list_entry *e,
	struct newest *ret, struct vmt_err *err)
{
	struct vmt_options own = *options;
	int rc;

	if (e->report->death.known)
		own.death = e->report->death.v;
	rc = vmt_triage(&own, e->paths, e->n_paths, &ret->own, err);
	ret->report = rc ? NULL : ret->own;
	return rc;
}

static int list(const struct vmt_options *options, const char *const *paths, size_t n,
	struct newest *ret, struct vmt_err *err)
{
	struct vmt_options own = *options;
	int rc;

	progress_begin(&own);
	rc = vmt_list_crashes(&own, paths, n, &ret->list, err);
	progress_end();
	return rc;
}

static int triage_folders(const struct common *c, const struct vmt_options *options,
	const char *const *paths, size_t n, struct newest *ret, struct vmt_err *err)
{
	struct vmt_options quick = *options;
	const struct vmt_list_entry *e;
	int rc;

	if (!quick.level || strcmp(quick.level, VMT_LEVEL_FULL) == 0)
		quick.level = VMT_LEVEL_CORE;
	quick.without_excerpt = quick.brief = true;
	rc = list(&quick, paths, n, ret, err);
	e = rc ? NULL : pick(c, ret);
	if (!e)
		return rc;
	tell_others(c, ret->list, e, ret->given);
	ret->again = true;
	return triage_entry(options, e, ret, err);
}

/* The next death of a URL's log in the time that is asked for. */
static bool take_death(const struct common *c, struct newest *newest)
{
	const struct vmt_reports *all = newest->deaths;

	newest->report = NULL;
	while (newest->next < all->n && !newest->report) {
		struct vmt_report *r = all->reports[newest->next++];

		if (common_in_range(c, r->crash.time.known ? r->crash.time : r->crash.local))
			newest->report = r;
	}
	return newest->report != NULL;
}

bool newest_next(const struct common *c, const struct vmt_options *options, struct newest *newest)
{
	const struct vmt_list *list = newest->list;
	const struct vmt_list_entry *e = NULL;
	struct vmt_err err;

	if (newest->deaths)
		return take_death(c, newest);
	/* 0: the list had no crash to begin with. */
	while (list && newest->next && newest->next < list->n && !e) {
		e = &list->entries[newest->next++];
		if (!common_in_range(c, e->time) || !e->report ||
			vmt_report_outcome(e->report) != VMT_CRASH)
			e = NULL;
	}
	if (!e)
		return false;
	vmt_report_free(newest->own);
	newest->own = NULL;
	newest->report = e->report;
	if (newest->again && triage_entry(options, e, newest, &err))
		complain_err(e->path, &err);
	return true;
}

/* ---- one input --------------------------------------------------------------------------- */

static void complain_none(const struct common *c, const char *path)
{
	if (!c->quiet)
		complain(path, "no crash was found%s", common_range_words(c));
}

/* The report of a triage that had the result rc, if it is of the time that is asked for. */
static void take_own(const struct common *c, const char *path, int rc, struct newest *ret)
{
	const struct vmt_crash *crash = rc ? NULL : &ret->own->crash;

	if (rc)
		return;
	if (common_in_range(c, crash->time.known ? crash->time : crash->local))
		ret->report = ret->own;
	else
		complain_none(c, path);
}

static int triage_folder(const struct common *c, const struct vmt_options *options,
	const char *path, struct newest *ret, struct vmt_err *err)
{
	int rc = vmt_triage(options, &path, 1, &ret->own, err);

	if (rc != VMT_ERR_SEVERAL && rc != VMT_ERR_LIMIT) {
		take_own(c, path, rc, ret);
		return rc;
	}
	ret->given = path;
	rc = triage_folders(c, options, &path, 1, ret, err);
	if (!rc && !ret->report && !ret->unread)
		complain_none(c, path);
	return rc;
}

/* A file, or a pipe: it is read once, even if it is an archive. */
static int triage_file(const struct common *c, const struct vmt_options *options, const char *path,
	struct newest *ret, struct vmt_err *err)
{
	struct vmt_options own = *options;
	const struct vmt_list_entry *e;
	int rc;

	if (!own.level)
		own.level = VMT_LEVEL_FULL;
	own.one_death = !c->since.known && !c->until.known && c->crashes < 2;
	rc = list(&own, &path, 1, ret, err);
	if (rc)
		return rc;
	if (ret->list->n == 1 && ret->list->entries[0].error) {
		*err = *ret->list->entries[0].error;
		return err->code;
	}
	e = pick(c, ret);
	if (e) {
		tell_others(c, ret->list, e, path);
		ret->report = e->report;
	} else if (!ret->unread) {
		complain_none(c, path);
	}
	return 0;
}

int newest_triage(const struct common *c, const struct vmt_options *options,
	const char *const *paths, size_t n, struct newest *ret, struct vmt_err *err)
{
	int rc;

	*ret = (struct newest){0};
	if (n == 1)
		return is_folder(paths[0]) ? triage_folder(c, options, paths[0], ret, err)
					   : triage_file(c, options, paths[0], ret, err);
	rc = vmt_triage(options, paths, n, &ret->own, err);
	take_own(c, paths[0], rc, ret);
	return rc;
}

int newest_url(const struct common *c, const struct vmt_options *options,
	const struct vmt_file *file, struct newest *ret, struct vmt_err *err)
{
	bool any = c->since.known || c->until.known;
	size_t most = any ? SIZE_MAX : c->crashes ? c->crashes : 1;
	int rc;

	*ret = (struct newest){0};
	rc = vmt_triage_deaths(options, file, 1, most, &ret->deaths, err);
	if (!rc && !take_death(c, ret))
		complain_none(c, file->name);
	return rc;
}

/* ---- the newest dump --------------------------------------------------------------------- */

static bool is_dump(const struct vmt_list_entry *e)
{
	return e->report && e->report->input.format &&
	       strcmp(e->report->input.format, VMT_INPUT_TEXT) != 0;
}

bool newest_dump(
	const struct common *c, struct output_inputs *in, struct newest *ret, struct vmt_err *err)
{
	struct vmt_options options = {.struct_size = sizeof(options),
		.level = VMT_LEVEL_LOG,
		.without_excerpt = true,
		.brief = true,
		.tmp_limit = c->wishes.tmp_limit};
	const char *path = in->paths[0];
	struct vmt_err why;
	size_t i = 0;

	bool several = err->code == VMT_ERR_SEVERAL ||
		       (err->code == VMT_ERR_LIMIT && in->n == 1 && is_folder(path));

	if (!several || in->n != 1 || is_stream(path) || list(&options, &path, 1, ret, &why))
		return false;
	while (i < ret->list->n && !is_dump(&ret->list->entries[i]))
		i++;
	if (i == ret->list->n) {
		*err = (struct vmt_err){.code = VMT_ERR_UNSUPPORTED};
		snprintf(err->message, sizeof(err->message), "no dump is there%s",
			ret->list->n ? " that can be read (vmtriage list shows what is)" : "");
		return false;
	}
	in->paths = ret->list->entries[i].paths;
	in->n = ret->list->entries[i].n_paths;
	if (!c->quiet)
		complain(NULL, "the newest dump is %s (all crashes: vmtriage list %s)",
			in->paths[0], path);
	return true;
}

/* ---- this machine's crashes -------------------------------------------------------------- */

static void add_places(
	char *line, size_t size, const char *const *paths, size_t n, const char *remark)
{
	for (size_t i = 0; i < n; i++) {
		size_t used = strlen(line);

		snprintf(line + used, size - used, "%s%s%s", used ? ", " : "", paths[i], remark);
	}
}

static void hint_journal(const struct common *c)
{
	if (!c->quiet && !c->wishes.root)
		complain(NULL, "the journal may have the log of the boot before this one: "
			       "journalctl -k -b -1 -o export | vmtriage -");
}

static void hint_kdump(const struct common *c, const struct vmt_places *places)
{
	if (places->no_capture_kernel && !c->quiet)
		complain(NULL,
			"kdump is not set up (no capture kernel is loaded): the next crash will "
			"leave no dump either");
}

static void complain_places(const struct common *c, const struct vmt_places *places)
{
	char line[4096] = "";

	if (c->quiet)
		return;
	add_places(line, sizeof(line), places->paths, places->n, "");
	add_places(line, sizeof(line), places->missing, places->n_missing, " (not there)");
	complain(NULL, "no crash was found%s in %s", common_range_words(c), line);
}

void newest_complain(const struct common *c, const struct vmt_places *places)
{
	complain_places(c, places);
	hint_journal(c);
	hint_kdump(c, places);
}

void newest_hint(const struct common *c, const char *path, int rc)
{
	if (rc != VMT_ERR_INCOMPLETE || !is_folder(path))
		return;
	hint_journal(c);
	if (!c->quiet && !c->wishes.root)
		complain(NULL, "see whether the next dump can be written: vmtriage check");
}

/*
 * No place has a crash: a boot that ended without a shutdown may have written why to the journal.
 * false: there is no such journal, or this user cannot read it.
 */
static bool take_journal(
	const struct common *c, const struct vmt_options *options, struct newest *ret)
{
	struct lastboot last;
	struct vmt_err err;
	int rc;

	lastboot_look(&last);
	if (last.end == LASTBOOT_NONE)
		return false;
	if (last.end == LASTBOOT_CLEAN) {
		if (!c->quiet)
			complain(NULL, "the boot before this one ended with a shutdown: its "
				       "journal was not read");
		return true;
	}
	rc = lastboot_triage(&last, options, &ret->own, &err);
	if (rc) {
		complain_err(NULL, &err);
		ret->unread = true;
		return true;
	}
	if (!ret->own)
		return false;
	if (!c->quiet)
		complain(NULL, "the boot before this one ended without a shutdown: this is what "
			       "its journal says");
	take_own(c, "the journal", 0, ret);
	if (ret->report && vmt_report_outcome(ret->report) == VMT_NO_CRASH && !c->quiet)
		complain(NULL, "a reset, no power, or a hang: nothing in it shows a crash");
	return true;
}

int newest_here(const struct common *c, const struct vmt_options *options, struct newest *ret,
	struct vmt_err *err)
{
	struct vmt_places *places;
	int rc;

	*ret = (struct newest){0};
	rc = vmt_find_places(options, &places, err);
	if (rc)
		return rc;
	if (places->n)
		rc = triage_folders(c, options, places->paths, places->n, ret, err);
	if (!rc && !ret->report) {
		complain_places(c, places);
		if (options->sysroot || !take_journal(c, options, ret))
			hint_journal(c);
		if (!ret->report)
			hint_kdump(c, places);
	}
	vmt_places_free(places);
	return rc;
}

/* ---- standard input ---------------------------------------------------------------------- */

/* Whether a pipe or a socket has data; false at its end, and if none comes. */
static bool has_data(bool *waited)
{
	struct pollfd fd = {STDIN_FILENO, POLLIN, 0};
	int n = poll(&fd, 1, WAIT_MS), bytes = 0;

	*waited = n == 0;
	return n > 0 && (fd.revents & POLLIN) && !ioctl(STDIN_FILENO, FIONREAD, &bytes) &&
	       bytes > 0;
}

bool newest_is_piped(void)
{
	bool waited = false, found;
	struct stat st;

	if (fstat(STDIN_FILENO, &st))
		return false;
	if (S_ISREG(st.st_mode))
		found = lseek(STDIN_FILENO, 0, SEEK_CUR) < st.st_size;
	else if (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))
		found = has_data(&waited);
	else
		return false;
	if (!found && waited)
		complain(NULL,
			"nothing came on standard input for %d s: reporting the newest crash here "
			"(to wait longer: vmtriage -)",
			WAIT_MS / 1000);
	else if (!found)
		complain(NULL, "standard input is empty: reporting the newest crash here");
	return found;
}
