// SPDX-License-Identifier: GPL-3.0-or-later
/* The sources that a machine has where distributions put them. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/seconds.h"
#include "fixes/source_tell.h"
#include "fixes/version.h"

#define DOC "/usr/share/doc"
#define SRC "/usr/src"

/*
 * Packages whose documentation has the changelog of the kernel's source. Ubuntu's linux-image has
 * only that of its signature; the next one has it all.
 */
static const char *const doc_packages[] = {
	"linux-image-", "linux-modules-", "linux-headers-", "linux-libc-dev"};
static const char *const doc_names[] = {
	"changelog.gz", "changelog.Debian.gz", "changelog", "changelog.Debian"};

static const char *const whences[] = {"/usr/lib/firmware/WHENCE", "/lib/firmware/WHENCE",
	"/usr/share/licenses/linux-firmware/WHENCE", "/usr/share/doc/linux-firmware/WHENCE",
	"/usr/share/doc/packages/kernel-firmware/WHENCE",
	"/usr/share/doc/packages/kernel-firmware-all/WHENCE"};

struct finder {
	TALLOC_CTX *ctx;
	const struct root_files *root;
	const struct fix_source_filter *filter; /* NULL: all are wanted */
	struct fix_source *list;
	size_t n;
};

static int add(struct finder *f, const struct fix_source *source, struct vmt_err *err)
{
	struct fix_source *more = ARRAY_ROOM(f->ctx, f->list, f->n);

	if (!more)
		return err_nomem(err);
	f->list = more;
	more[f->n++] = *source;
	return 0;
}

/* Sets size and time. Whether there is such a file. */
static bool look(const struct root_files *root, struct fix_source *s)
{
	struct stat st;

	if (!s->path || root_files_stat(root, s->path, &st) || !S_ISREG(st.st_mode))
		return false;
	s->size = (uint64_t)st.st_size;
	s->mtime_ns = seconds_mtime_ns(&st);
	return true;
}

static bool is_wanted(const struct finder *f, const struct fix_source *s)
{
	return !f->filter || f->filter->wanted(s, f->filter->arg);
}

/* ---- the kernel's packages --------------------------------------------------------------- */

/* Of one version the most: the largest file. */
static struct fix_source *same_version(struct finder *f, const char *version)
{
	for (size_t i = 0; i < f->n; i++)
		if (version && f->list[i].version && !strcmp(f->list[i].version, version))
			return &f->list[i];
	return NULL;
}

static int find_changelog(struct finder *f, const char *package, struct vmt_err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(doc_names); i++) {
		struct fix_source *same, s = {.package = package,
						 .path = talloc_asprintf(f->ctx, DOC "/%s/%s",
							 package, doc_names[i])};

		if (!s.path)
			return err_nomem(err);
		s.kind = FIX_SOURCE_DEBIAN;
		if (!look(f->root, &s) || !is_wanted(f, &s))
			continue;
		if (f->filter)
			return add(f, &s, err);
		if (source_tell_text(f->ctx, f->root, &s, NULL) || s.kind != FIX_SOURCE_DEBIAN)
			continue;
		same = same_version(f, s.version);
		if (!same)
			return add(f, &s, err);
		if (s.size > same->size)
			*same = s;
		return 0;
	}
	return 0;
}

static int newest_first(const void *a, const void *b)
{
	const struct fix_source *x = a, *y = b;
	int order;

	if (!x->version || !y->version)
		return (x->version == NULL) - (y->version == NULL);
	order = x->kind == FIX_SOURCE_INSTALLED ? version_compare_rpm(y->version, x->version)
						: version_compare_debian(y->version, x->version);
	return order ? order : strcmp(x->path, y->path);
}

/* The database of another machine is left alone: rpm might convert it. */
static int find_installed(struct finder *f, struct vmt_err *err)
{
	size_t n = f->n;
	int rc;

	if (root_files_is_tree(f->root) || (f->filter && !f->filter->packages))
		return 0;
	rc = source_package_list(f->ctx, &f->list, &f->n, err);
	for (size_t i = n; f->filter && i < f->n; i++)
		if (is_wanted(f, &f->list[i]))
			f->list[n++] = f->list[i];
	if (f->filter)
		f->n = n;
	return rc;
}

static int find_packages(struct finder *f, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(doc_packages) && !rc; i++) {
		const struct root_files_pattern package = {doc_packages[i], ""};
		char **names;
		size_t n;

		root_files_names_of(f->ctx, f->root, DOC, &package, &names, &n);
		for (size_t k = 0; k < n && !rc; k++)
			rc = find_changelog(f, names[k], err);
	}
	if (!rc)
		rc = find_installed(f, err);
	if (!rc && f->n)
		qsort(f->list, f->n, sizeof(*f->list), newest_first);
	return rc;
}

/* ---- drivers and firmware ---------------------------------------------------------------- */

static int find_drivers(struct finder *f, struct vmt_err *err)
{
	char **names;
	size_t n;
	int rc = 0;

	root_files_names(f->ctx, f->root, SRC, &names, &n);
	for (size_t i = 0; i < n && !rc; i++) {
		char *folder = talloc_asprintf(f->ctx, SRC "/%s", names[i]);
		struct fix_source s = {.path = folder};

		if (!folder)
			return err_nomem(err);
		/* Many folders are no driver's, and one that cannot be read is no loss of others.
		 */
		if (!source_dkms_folder(f->ctx, f->root, folder, "", &s, NULL) && is_wanted(f, &s))
			rc = add(f, &s, err);
	}
	return rc;
}

static int find_firmware(struct finder *f, struct vmt_err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(whences); i++) {
		struct fix_source s = {.kind = FIX_SOURCE_WHENCE, .path = whences[i]};

		if (look(f->root, &s))
			return add(f, &s, err);
	}
	return 0;
}

static int find(struct finder *f, struct fix_source **ret, size_t *n, struct vmt_err *err)
{
	int rc = find_packages(f, err);

	if (!rc && (!f->filter || f->filter->drivers))
		rc = find_drivers(f, err);
	if (!rc && (!f->filter || f->filter->firmware))
		rc = find_firmware(f, err);
	*ret = f->list;
	*n = f->n;
	return rc;
}

int fix_sources_find(TALLOC_CTX *ctx, const struct root_files *root, struct fix_source **ret,
	size_t *n, struct vmt_err *err)
{
	struct finder f = {.ctx = ctx, .root = root};

	return find(&f, ret, n, err);
}

int fix_sources_find_wanted(TALLOC_CTX *ctx, const struct root_files *root,
	const struct fix_source_filter *filter, struct fix_source **ret, size_t *n,
	struct vmt_err *err)
{
	struct finder f = {.ctx = ctx, .root = root, .filter = filter};

	return find(&f, ret, n, err);
}
