// SPDX-License-Identifier: GPL-3.0-or-later
/* Which sources are read for a crash, and what they say of the driver that crashed. */
#include <string.h>

#include "base/array.h"
#include "fixes/answer.h"
#include "fixes/source_git.h"

struct chooser {
	struct answer *a;
	struct answer_source *list; /* the same as a->rows */
	size_t n;
};

static int add(struct chooser *c, const struct answer_source *s, const struct vmt_err *why,
	struct vmt_err *err)
{
	struct vmt_fixes *f = c->a->fixes;
	struct vmt_fix_source *row = &c->a->rows[c->n];
	unsigned failures = alloc_failures();

	if (c->n == ANSWER_SOURCES_MOST)
		return 0;
	c->list[c->n++] = *s;
	*row = (struct vmt_fix_source){.path = talloc_strdup(f, s->source.path),
		.kind = why ? NULL : fix_source_kind_name(s->source.kind),
		.driver = s->driver};
	row->compared = !s->foreign && s->ran.scheme != VERSION_COMMIT &&
			(s->ran.package || s->ran.upstream);
	if (s->source.package)
		row->package = talloc_strdup(f, s->source.package);
	if (s->source.version)
		row->version = talloc_strdup(f, s->source.version);
	if (why)
		row->error = talloc_memdup(f, why, sizeof(*why));
	f->n_sources = c->n;
	return alloc_check(failures, err);
}

/* ---- drivers ----------------------------------------------------------------------------- */

static const struct vmt_module *driver_to_blame(const struct vmt_report *r)
{
	const char *name = r->verdict.module, *origin = r->verdict.origin;

	if (!name || !origin || !strcmp(origin, VMT_ORIGIN_IN_TREE))
		return NULL;
	for (size_t i = 0; i < r->n_modules; i++)
		if (r->modules[i].name && !strcmp(r->modules[i].name, name))
			return &r->modules[i];
	return NULL;
}

/* '-' and '_' are the same in names of modules. */
static bool is_module(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && !(strchr("-_", *a) && strchr("-_", *b)))
			return false;
	return *a == *b;
}

static bool builds(const struct fix_source *s, const char *module)
{
	for (size_t i = 0; i < s->modules_n; i++)
		if (is_module(s->modules[i], module))
			return true;
	return s->package && is_module(s->package, module);
}

static bool is_of_driver(const struct fix_source *s)
{
	return s->modules_n || s->kind == FIX_SOURCE_VENDOR || s->kind == FIX_SOURCE_DKMS;
}

/* Sources of the driver that are newer than what crashed. */
static int note_newer(struct answer *a, const struct fix_source *s, struct vmt_err *err)
{
	struct vmt_fix_driver *d = &a->fixes->driver;
	unsigned failures = alloc_failures();
	const char *had = a->driver->version;

	if (!s->version || !had || version_compare_debian(s->version, had) <= 0 ||
		(d->path_version && version_compare_debian(s->version, d->path_version) <= 0))
		return 0;
	d->path = talloc_strdup(a->fixes, s->path);
	d->path_version = talloc_strdup(a->fixes, s->version);
	return alloc_check(failures, err);
}

static int note_driver(struct answer *a, struct vmt_err *err)
{
	const struct vmt_module *m = driver_to_blame(a->report);
	struct vmt_fix_driver *d = &a->fixes->driver;
	unsigned failures = alloc_failures();

	a->driver = m;
	if (!m)
		return 0;
	d->name = talloc_strdup(a->fixes, m->name);
	if (m->version)
		d->version = talloc_strdup(a->fixes, m->version);
	if (m->disk_path)
		d->path = talloc_strdup(a->fixes, m->disk_path);
	return alloc_check(failures, err);
}

static int add_driver(struct chooser *c, const struct fix_source *s, struct vmt_err *err)
{
	struct answer *a = c->a;
	struct answer_source row = {.source = *s, .driver = true};
	int rc;

	row.ran =
		(struct kernel_version){.scheme = VERSION_UPSTREAM, .upstream = a->driver->version};
	rc = note_newer(a, s, err);
	return rc || s->kind == FIX_SOURCE_DKMS ? rc : add(c, &row, NULL, err);
}

/* ---- distributions ------------------------------------------------------------------------ */

static bool is_foreign(const struct kernel_version *kernel, const struct fix_source *s)
{
	switch (s->kind) {
	case FIX_SOURCE_DEBIAN:
	case FIX_SOURCE_DEB_FILE:
		return kernel->scheme == VERSION_RPM || kernel->scheme == VERSION_COMMIT;
	case FIX_SOURCE_RPM:
	case FIX_SOURCE_RPM_FILE:
	case FIX_SOURCE_INSTALLED:
		return kernel->scheme == VERSION_DEBIAN;
	default:
		return false;
	}
}

/* Numbers of another distribution's packages say nothing, even where they look alike. */
static int add_kernel(struct chooser *c, const struct fix_source *s, struct vmt_err *err)
{
	struct answer_source row = {.source = *s, .ran = c->a->kernel};

	row.foreign = is_foreign(&row.ran, s);
	if (row.foreign)
		row.ran.package = NULL;
	return add(c, &row, NULL, err);
}

/* ---- those that were given --------------------------------------------------------------- */

/* A clone does not say what it is of: only the crash of a driver makes it likely. */
static bool is_clone_of_driver(const struct answer *a, const struct fix_source *s)
{
	return a->driver && s->kind == FIX_SOURCE_GIT && !source_git_is_kernel(s->path);
}

static int add_given(struct chooser *c, const char *path, struct vmt_err *err)
{
	struct answer *a = c->a;
	struct answer_source row = {0};
	struct vmt_err why;
	int rc = fix_source_tell(a->tmp, path, &row.source, &why);

	if (rc == VMT_ERR_NOMEM)
		return err_nomem(err);
	if (rc) {
		row.source = (struct fix_source){.path = path};
		return add(c, &row, &why, err);
	}
	if (row.source.kind == FIX_SOURCE_WHENCE) {
		a->whence = row.source;
		return 0;
	}
	if (!is_of_driver(&row.source) && !is_clone_of_driver(a, &row.source))
		return add_kernel(c, &row.source, err);
	/* A driver's notes do not name it: what is given is meant for the driver that crashed. */
	if (a->driver && (!row.source.modules_n || builds(&row.source, a->driver->name)))
		return add_driver(c, &row.source, err);
	row.driver = true;
	err_set(&why, VMT_ERR_NOTFOUND, "%s: is of a driver that is not to blame for this crash",
		path);
	return add(c, &row, &why, err);
}

/* ---- those of the machine ---------------------------------------------------------------- */

/* Changelogs of one branch have the same entries: the newest has all. */
static bool has_branch(const struct chooser *c, const char *version)
{
	const char *branch = version ? version_branch(c->a->tmp, version) : NULL;

	for (size_t i = 0; branch && i < c->n; i++) {
		const struct answer_source *s = &c->list[i];
		const char *other = s->source.version && !s->driver
					    ? version_branch(c->a->tmp, s->source.version)
					    : NULL;

		if (other && !strcmp(branch, other))
			return true;
	}
	return false;
}

static int add_found(struct chooser *c, const struct fix_source *s, struct vmt_err *err)
{
	if (s->kind == FIX_SOURCE_WHENCE) {
		c->a->whence = *s;
		c->a->whence_found = true;
		return 0;
	}
	if (is_of_driver(s))
		return c->a->driver && builds(s, c->a->driver->name) ? add_driver(c, s, err) : 0;
	return has_branch(c, s->version) ? 0 : add_kernel(c, s, err);
}

static bool is_kept(const struct fix_source *source, void *arg)
{
	return answer_index_kept(arg, source);
}

static int find_kept(struct answer *a, struct fix_source **ret, size_t *n, struct vmt_err *err)
{
	const struct fix_source_filter filter = {.wanted = is_kept,
		.arg = a,
		.packages = answer_index_any(a->opts->cache, "installed-"),
		.drivers = a->driver,
		.firmware = a->report->n_firmware};

	return fix_sources_find_wanted(a->tmp, a->root, &filter, ret, n, err);
}

static int find(struct chooser *c, struct vmt_err *err)
{
	struct answer *a = c->a;
	struct fix_source *found;
	size_t n;
	int rc = root_files_open(a->tmp, a->opts->root, &a->root, err);

	if (!rc)
		rc = a->kept ? find_kept(a, &found, &n, err)
			     : fix_sources_find(a->tmp, a->root, &found, &n, err);
	for (size_t i = 0; !rc && i < n; i++)
		rc = add_found(c, &found[i], err);
	return rc;
}

int answer_sources(struct answer *a, struct answer_source **ret, size_t *n, struct vmt_err *err)
{
	const struct vmt_fixes_options *o = a->opts;
	struct chooser c = {
		.a = a, .list = talloc_array(a->tmp, struct answer_source, ANSWER_SOURCES_MOST)};
	int rc;

	a->rows = talloc_zero_array(a->fixes, struct vmt_fix_source, ANSWER_SOURCES_MOST);
	a->fixes->sources = a->rows;
	rc = c.list && a->rows ? note_driver(a, err) : err_nomem(err);
	if (!rc && !o->n_changes)
		rc = find(&c, err);
	for (size_t i = 0; !rc && i < o->n_changes; i++)
		rc = add_given(&c, o->changes[i], err);
	*ret = c.list;
	*n = c.n;
	return rc;
}
