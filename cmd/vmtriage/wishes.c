// SPDX-License-Identifier: GPL-3.0-or-later
#include "wishes.h"

#include <errno.h>
#include <fnmatch.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "complain.h"

#include "beside.h"

const char *const wishes_levels[] = {VMT_LEVEL_FULL, VMT_LEVEL_CORE, VMT_LEVEL_LOG, NULL};

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

struct vmt_options wishes_options(const struct wishes *w)
{
	return (struct vmt_options){
		.struct_size = sizeof(struct vmt_options),
		.level = w->level,
		.debuginfo = w->debuginfo.items,
		.n_debuginfo = w->debuginfo.n,
		.sources = w->sources.items,
		.n_sources = w->sources.n,
		.sysroot = w->root ? w->root : environment("VMTRIAGE_SYSROOT"),
		.debuginfod_urls = environment("DEBUGINFOD_URLS"),
		.functions = beside_program("functions.where"),
		.tmp_limit = w->tmp_limit,
	};
}

/* ---- what was wished for and is not there ------------------------------------------------- */

/* After so many files it is not worth the time: the search itself will show. */
#define ENOUGH 20000

static bool is_map(const char *name)
{
	return !fnmatch("System.map*", name, 0);
}

static bool is_debuginfo(const char *name)
{
	static const char *const names[] = {"vmlinux*", "*.ko", "*.ko.*", "*.debug"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!fnmatch(names[i], name, 0))
			return true;
	return false;
}

static bool has_file(const char *folder, bool (*fits)(const char *name))
{
	char *copy = strdup(folder), *roots[] = {copy, NULL};
	FTS *fts = copy ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL) : NULL;
	bool found = !fts; /* no reason to say anything */
	FTSENT *e;

	for (size_t n = 0; !found && (e = fts_read(fts)); n++)
		found = n == ENOUGH ||
			((e->fts_info == FTS_F || e->fts_info == FTS_SL) && fits(e->fts_name));
	if (fts)
		fts_close(fts);
	free(copy);
	return found;
}

static bool check_debuginfo(const char *path, bool quiet)
{
	struct stat st;

	if (stat(path, &st)) {
		complain(path, "no debuginfo there: %s", strerror(errno));
		return false;
	}
	if (S_ISDIR(st.st_mode) && !quiet && !has_file(path, is_debuginfo) &&
		!has_file(path, is_map))
		complain(path, "no debuginfo is in this folder (vmlinux, *.ko or *.debug)");
	return true;
}

static bool check_source(const char *path)
{
	struct stat st;
	int why = stat(path, &st) ? errno : S_ISDIR(st.st_mode) ? 0 : ENOTDIR;

	if (why)
		complain(path, "no source tree there: %s", strerror(why));
	return !why;
}

bool wishes_check(const struct wishes *w, bool quiet)
{
	struct stat st;
	bool good = true;

	if (w->root && (stat(w->root, &st) || !S_ISDIR(st.st_mode))) {
		complain(w->root, "is no folder");
		good = false;
	}
	for (size_t i = 0; i < w->debuginfo.n; i++)
		good &= check_debuginfo(w->debuginfo.items[i], quiet);
	for (size_t i = 0; i < w->sources.n; i++)
		good &= check_source(w->sources.items[i]);
	return good;
}

static const char *message(const struct vmt_diag *diags, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(diags[i].id, id))
			return diags[i].message;
	return NULL;
}

void wishes_note_diags(const struct vmt_diag *diags, size_t n)
{
	static const char *const ids[] = {"debuginfo-server", "debuginfo-refused"};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (message(diags, n, ids[i]))
			complain(NULL, "%s", message(diags, n, ids[i]));
}

/* wishes_check() has told about empty folders. System.map is used only where it is needed. */
static bool gave_debuginfo(const struct wishes *w)
{
	struct stat st;

	for (size_t i = 0; i < w->debuginfo.n; i++) {
		const char *path = w->debuginfo.items[i], *slash = strrchr(path, '/');

		if (stat(path, &st))
			continue;
		if (S_ISDIR(st.st_mode) ? has_file(path, is_debuginfo)
					: !is_map(slash ? slash + 1 : path))
			return true;
	}
	return false;
}

static void note_debuginfo(const struct wishes *w, const struct vmt_report *r)
{
	const struct vmt_debuginfo *d = &r->debuginfo;

	if (d->vmlinux || d->n_modules ||
		message(r->diagnostics, r->n_diagnostics, "debuginfo-refused") ||
		!gave_debuginfo(w))
		return;
	complain(NULL, "none of the debuginfo that was given belongs to this kernel%s%s",
		r->kernel.release ? ", " : "", r->kernel.release ? r->kernel.release : "");
}

static void note_sources(const struct wishes *w, const struct vmt_report *r)
{
	const struct vmt_verdict *v = &r->verdict;

	if (!w->sources.n || r->source.n)
		return;
	if (v->file && v->line.known)
		complain(NULL, "no source is quoted: %s line %llu is not in what was given",
			v->file, (unsigned long long)v->line.v);
	else if (!r->n_maintainers) /* that is what a source tree is good for, too */
		complain(NULL, "no source is quoted: the culprit's line is not known without "
			       "debuginfo");
}

void wishes_note(const struct wishes *w, const struct vmt_report *report)
{
	wishes_note_diags(report->diagnostics, report->n_diagnostics);
	if (!report->verdict.kind || (w->level && strcmp(w->level, VMT_LEVEL_FULL) != 0))
		return;
	note_debuginfo(w, report);
	note_sources(w, report);
}
