// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where distributions install debuginfo, R being the kernel's release:
 *   Debian        /usr/lib/debug/boot/vmlinux-R, /usr/lib/debug/lib/modules/R/kernel/.../X.ko
 *   Fedora, RHEL  /usr/lib/debug/lib/modules/R/vmlinux, .../X.ko.debug, /usr/lib/debug/.build-id
 *   SUSE          /usr/lib/debug/lib/modules/R/vmlinux.debug, .../X.ko.debug
 *   own builds    /lib/modules/R/build/vmlinux, modules with their debuginfo in them
 */
#include "symbolize/debuginfo.h"

#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/distribution.h"
#include "base/err.h"
#include "base/name_gate.h"
#include "base/name_index.h"
#include "symbolize/debuginfo_file.h"
#include "symbolize/debuginfo_link.h"
#include "symbolize/debuginfo_server.h"
#include "symbolize/system_map.h"

/* The module files below a folder; read when the first module is looked for there. */
struct tree {
	const char *folder;
	struct tree_file {
		const char *module, *path;
		size_t number; /* in the order of the walk */
	} * files;	       /* by module, then in that order */
	size_t n;
};

CAP_FITS(CAP_DEBUGINFO_MODULES, sizeof(struct tree_file));

struct debuginfo_search {
	const char **paths;
	size_t n_paths;
	const char *root;
	bool servers; /* servers may be asked */
	struct tree **trees;
	size_t n_trees;
	struct debuginfo_refusal *refusals;
	size_t n_refusals;
	struct name_index *refused; /* paths of refusals */
};

int debuginfo_search_new(TALLOC_CTX *ctx, const struct debuginfo_places *places,
	struct debuginfo_search **ret, struct vmt_err *err)
{
	struct debuginfo_search *s = talloc_zero(ctx, struct debuginfo_search);

	if (!s)
		return err_nomem(err);
	elf_version(EV_CURRENT);
	s->root = talloc_strdup(s, places->root ? places->root : "");
	s->paths = talloc_zero_array(s, const char *, places->n_paths);
	if (!s->root || !s->paths || name_index_new(s, 0, &s->refused, NULL)) {
		talloc_free(s);
		return err_nomem(err);
	}
	for (size_t i = 0; i < places->n_paths; i++)
		s->paths[s->n_paths++] = talloc_strdup(s->paths, places->paths[i]);
	s->servers = places->urls != NULL;
	*ret = s;
	return 0;
}

const struct debuginfo_refusal *debuginfo_refusals(const struct debuginfo_search *search, size_t *n)
{
	*n = search->n_refusals;
	return search->refusals;
}

/* ---- one file ---------------------------------------------------------------------------- */

struct attempt {
	struct debuginfo_search *s;
	TALLOC_CTX *ctx;
	const struct debuginfo_want *want;
	/* The wanted ones, safe for paths and servers: they passed the gate. NULL: not known. */
	const char *release, *build_id;
	struct debuginfo_file *found;
	bool nomem;  /* there was no memory for one of the files */
	bool linked; /* in a file that another one names: its own links are not followed */
	struct vmt_err *err;
};

static int refuse(struct debuginfo_search *s, enum debuginfo_refused what, const char *path,
	const char *build_id, const char *why, struct vmt_err *err)
{
	struct debuginfo_refusal *more;
	uint32_t hash, cursor = 0, i;

	hash = name_index_hash(name_index_more(name_index_start(s->refused), path, strlen(path)));
	while (name_index_next(s->refused, hash, &cursor, &i))
		if (strcmp(s->refusals[i].path, path) == 0)
			return 0;
	more = ARRAY_ROOM(s, s->refusals, s->n_refusals);
	if (!more || !why || name_index_add(s->refused, hash, (uint32_t)s->n_refusals, NULL))
		return err_nomem(err);
	s->refusals = more;
	more[s->n_refusals++] = (struct debuginfo_refusal){
		.what = what,
		.path = talloc_strdup(more, path),
		.build_id = build_id ? talloc_strdup(more, build_id) : NULL,
		.why = talloc_strdup(more, why),
	};
	return 0;
}

/* A file is wanted by its build-id, whatever its name; else by the module's name. */
static bool is_wanted(const struct debuginfo_want *want, const struct debuginfo_identity *own)
{
	if (want->build_id && own->build_id && strcmp(want->build_id, own->build_id) == 0)
		return true;
	return want->module && own->module ? strcmp(want->module, own->module) == 0
					   : want->module == own->module;
}

/*
 * Without the build number: since 6.1 the first banner in vmlinux lacks it. Where the log has no
 * banner, the line "CPU:" gave only the number and, on Debian, the package: "#1  Debian 6.1.192-2".
 */
static bool has_version(const char *version, const char *wanted)
{
	const char *at;
	size_t n;

	version += strspn(version, "#0123456789");
	wanted += strspn(wanted, "#0123456789");
	if (strncmp(version, wanted, strlen(wanted)) == 0)
		return true;
	wanted += strspn(wanted, " ");
	n = strlen(wanted);
	at = strstr(version, wanted);
	return at && at > version && at[-1] == ' ' && (at[n] == ' ' || !at[n]);
}

/* Why the file is not the wanted one; NULL: it is. */
static const char *objection(const struct debuginfo_want *want, struct debuginfo_file *file)
{
	const char *what = want->module ? want->module : "the kernel", *own = file->build_id;
	const char *release, *version;

	if (want->build_id && own) {
		file->proved = strcmp(want->build_id, own) == 0;
		return file->proved ? NULL
				    : talloc_asprintf(file, "its build-id is %s, that of %s is %s",
					      own, what, want->build_id);
	}
	if (want->build_id)
		return talloc_asprintf(
			file, "it has no build-id; that of %s is %s", what, want->build_id);
	if (debuginfo_banner(file, file, &release, &version))
		return "not enough memory to compare it";
	if (want->release && release && strcmp(want->release, release) != 0)
		return talloc_asprintf(
			file, "it belongs to kernel %s, not %s", release, want->release);
	if (want->version && version && !has_version(version, want->version))
		return talloc_asprintf(file, "it belongs to kernel %s %s, not %s", release, version,
			want->version);
	return NULL;
}

static int try_file(struct attempt *a, const char *path, enum debuginfo_refused as);

/* The file is the right one, but lacks the debuginfo, which may be in a file that it names. */
static int try_links(struct attempt *a, const struct debuginfo_file *file)
{
	struct debuginfo_link link;
	int rc = debuginfo_link_paths(a->s, file, a->s->root, &link, a->err);

	for (size_t i = 0; i < link.n && !rc && !a->found; i++) {
		const char *path = link.paths[i];
		struct stat st;

		if (stat(path, &st) || !S_ISREG(st.st_mode) || strcmp(path, file->path) == 0)
			continue;
		/* The build-id proves that it belongs; without one the checksum must. */
		if (a->want->build_id || debuginfo_link_fits(path, link.crc))
			rc = try_file(a, path, DEBUGINFO_FILE);
	}
	return rc;
}

/*
 * Sets a->found if the file is the right one. A file that cannot be read is ignored. as:
 * DEBUGINFO_FILE or DEBUGINFO_NAMED.
 */
static int try_file(struct attempt *a, const char *path, enum debuginfo_refused as)
{
	struct debuginfo_identity own;
	struct debuginfo_file *file;
	struct vmt_err why;
	const char *wrong;
	int rc = debuginfo_open(a->ctx, path, &file, &own, &why);

	/* Another file may be smaller. */
	a->nomem |= rc == VMT_ERR_NOMEM;
	if (rc == VMT_ERR_NOMEM)
		return 0;
	if (rc)
		return as == DEBUGINFO_NAMED ? refuse(a->s, DEBUGINFO_NAMED, path, NULL,
						       err_without_path(why.message, path), a->err)
					     : 0;
	if (!is_wanted(a->want, &own)) {
		talloc_free(file);
		return 0;
	}
	wrong = objection(a->want, file);
	if (!wrong && a->want->code && own.has_code) {
		a->found = file;
		return 0;
	}
	if (!wrong && !a->want->code && own.has_dwarf) {
		a->found = file;
		return debuginfo_link_common(file, a->s->root, a->err);
	}
	if (!wrong && !a->want->code && !a->linked) {
		a->linked = true;
		rc = try_links(a, file);
		a->linked = false;
	}
	if (rc || a->found) {
		talloc_free(file);
		return rc;
	}
	if (!wrong && as == DEBUGINFO_NAMED)
		wrong = "it holds no debuginfo";
	if (wrong)
		rc = refuse(a->s, as, path, own.build_id, wrong, a->err);
	talloc_free(file);
	return rc;
}

static int try_path(struct attempt *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int try_path(struct attempt *a, const char *fmt, ...)
{
	struct stat st;
	va_list ap;
	char *path;
	int rc = 0;

	va_start(ap, fmt);
	path = talloc_vasprintf(a->s, fmt, ap);
	va_end(ap);
	if (!path)
		return err_nomem(a->err);
	if (!a->found && stat(path, &st) == 0 && S_ISREG(st.st_mode))
		rc = try_file(a, path, DEBUGINFO_FILE);
	talloc_free(path);
	return rc;
}

/* ---- modules below a folder -------------------------------------------------------------- */

static bool is_module_file(const char *name)
{
	const char *at = strstr(name, ".ko");

	return at && (!at[3] || at[3] == '.');
}

static int add_module(struct tree *t, const char *path, struct vmt_err *err)
{
	struct tree_file *files, file = {.number = t->n};

	if (t->n == CAP_DEBUGINFO_MODULES)
		return 0;
	files = ARRAY_ROOM(t, t->files, t->n);
	if (!files)
		return err_nomem(err);
	t->files = files;
	file.module = debuginfo_module_name(t, path);
	file.path = talloc_strdup(t, path);
	if (!file.module || !file.path)
		return err_nomem(err);
	files[t->n++] = file;
	return 0;
}

static int by_module(const void *a, const void *b)
{
	const struct tree_file *x = a, *y = b;
	int order = strcmp(x->module, y->module);

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Whether a folder is skipped: too deep, or on another file system, which fts does not enter. */
static bool is_out_of_bounds(const FTSENT *e, dev_t dev)
{
	return e->fts_info == FTS_D &&
	       (e->fts_level > CAP_DEBUGINFO_DEPTH || e->fts_statp->st_dev != dev);
}

/* Stays on the folder's file system, to keep out of /proc, /sys and network mounts. */
static int walk(struct debuginfo_search *s, struct tree *t, struct vmt_err *err)
{
	char *roots[] = {talloc_strdup(t, t->folder), NULL};
	FTS *fts =
		roots[0] ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, by_name) : NULL;
	bool capped = false;
	size_t n = 0;
	dev_t dev = 0;
	FTSENT *e;
	int rc = 0;

	while (fts && !rc && n++ < CAP_DEBUGINFO_ENTRIES && (e = fts_read(fts))) {
		if (e->fts_level == FTS_ROOTLEVEL && e->fts_info == FTS_D)
			dev = e->fts_statp->st_dev;
		if (is_out_of_bounds(e, dev)) {
			fts_set(fts, e, FTS_SKIP);
			capped = true;
		}
		if (e->fts_info == FTS_F && is_module_file(e->fts_name))
			rc = add_module(t, e->fts_path, err);
	}
	if (fts)
		fts_close(fts);
	if (t->n)
		qsort(t->files, t->n, sizeof(t->files[0]), by_module);
	if (!rc && (capped || n > CAP_DEBUGINFO_ENTRIES || t->n == CAP_DEBUGINFO_MODULES))
		rc = refuse(s, DEBUGINFO_FOLDER, t->folder, NULL,
			"not all of it was searched: too many files, too deep, or on other file "
			"systems",
			err);
	return rc;
}

static int get_tree(
	struct debuginfo_search *s, const char *folder, struct tree **ret, struct vmt_err *err)
{
	struct tree **trees, *t;

	for (size_t i = 0; i < s->n_trees; i++) {
		*ret = s->trees[i];
		if (strcmp(s->trees[i]->folder, folder) == 0)
			return 0;
	}
	trees = talloc_realloc(s, s->trees, struct tree *, s->n_trees + 1);
	if (!trees)
		return err_nomem(err);
	s->trees = trees;
	t = talloc_zero(trees, struct tree);
	if (!t)
		return err_nomem(err);
	t->folder = talloc_strdup(t, folder);
	if (!t->folder)
		return err_nomem(err);
	trees[s->n_trees++] = *ret = t;
	return walk(s, t, err);
}

static size_t first_file(const struct tree *t, const char *module)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(t->files[mid].module, module) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The files of the wanted module below the folder, until one is right. */
static int try_tree(struct attempt *a, const char *folder)
{
	struct tree *t = NULL;
	int rc = get_tree(a->s, folder, &t, a->err);

	if (rc)
		return rc;
	for (size_t i = first_file(t, a->want->module);
		!rc && !a->found && i < t->n && strcmp(t->files[i].module, a->want->module) == 0;
		i++)
		rc = try_file(a, t->files[i].path, DEBUGINFO_FILE);
	return rc;
}

/* ---- places ------------------------------------------------------------------------------ */

static int try_build_id(struct attempt *a, const char *debug)
{
	const char *id = a->build_id;

	return !id ? 0 : try_path(a, "%s/.build-id/%.2s/%s.debug", debug, id, id + 2);
}

/* The two %s are the prefix and the release. */
static const char *const kernel_places[] = {
	"%s/usr/lib/debug/boot/vmlinux-%s",
	"%s/usr/lib/debug/lib/modules/%s/vmlinux",
	"%s/usr/lib/debug/lib/modules/%s/vmlinux.debug",
	"%s/usr/lib/debug/boot/vmlinux-%s.debug",
	"%s/usr/lib/debug/usr/lib/modules/%s/vmlinux",
	"%s/usr/lib/debug/usr/lib/modules/%s/vmlinux.debug",
	"%s/usr/lib/debug/usr/lib/modules/%s/build/vmlinux.debug",
	"%s/boot/vmlinux-%s",
	"%s/lib/modules/%s/build/vmlinux",
	"%s/lib/modules/%s/vmlinux",
	"%s/usr/lib/modules/%s/build/vmlinux",
};

/* Where only the code is: the kernel as it boots. */
static const char *const image_places[] = {
	"%s/boot/vmlinuz-%s",
	"%s/lib/modules/%s/vmlinuz",
	"%s/usr/lib/modules/%s/vmlinuz",
};

static const char *const module_places[] = {
	"%s/usr/lib/debug/lib/modules/%s",
	"%s/usr/lib/debug/usr/lib/modules/%s",
	"%s/lib/modules/%s",
	"%s/usr/lib/modules/%s",
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static int try_root(struct attempt *a, const char *root)
{
	const char *release = a->release;
	char *debug = talloc_asprintf(a->s, "%s/usr/lib/debug", root);
	int rc = debug ? try_build_id(a, debug) : err_nomem(a->err);

	for (size_t i = 0;
		!rc && !a->found && release && !a->want->module && i < ARRAY_SIZE(kernel_places);
		i++)
		rc = try_path(a, kernel_places[i], root, release);
	for (size_t i = 0; !rc && !a->found && release && a->want->image && !a->want->module &&
			   i < ARRAY_SIZE(image_places);
		i++)
		rc = try_path(a, image_places[i], root, release);
	for (size_t i = 0;
		!rc && !a->found && release && a->want->module && i < ARRAY_SIZE(module_places);
		i++) {
		char *folder = talloc_asprintf(a->s, module_places[i], root, release);

		rc = folder ? try_tree(a, folder) : err_nomem(a->err);
		talloc_free(folder);
	}
	talloc_free(debug);
	return rc;
}

#pragma GCC diagnostic pop

/* A folder that the user named may be a system's root, a debug folder, or just hold the files. */
static int try_folder(struct attempt *a, const char *folder)
{
	const char *release = a->release ? a->release : "";
	int rc = try_build_id(a, folder);

	if (!rc && !a->found)
		rc = try_root(a, folder);
	if (!rc && !a->found && a->want->module)
		return try_tree(a, folder);
	if (!rc && !a->found)
		rc = try_path(a, "%s/vmlinux", folder);
	if (!rc)
		rc = try_path(a, "%s/vmlinux.debug", folder);
	if (!rc)
		rc = try_path(a, "%s/vmlinux-%s", folder, release);
	if (!rc)
		rc = try_path(a, "%s/boot/vmlinux-%s", folder, release);
	return rc ? rc : try_path(a, "%s/lib/modules/%s/vmlinux", folder, release);
}

static int try_named(struct attempt *a, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return try_folder(a, path);
	if (system_map_is_name(path))
		return 0;
	return try_file(a, path, DEBUGINFO_NAMED);
}

/* Servers know files only by their build-id. One that does not answer is not asked again. */
static int try_servers(struct attempt *a)
{
	struct vmt_err why;
	const char *path;

	if (!a->s->servers || !a->build_id)
		return 0;
	if (debuginfo_fetch(a->s, a->build_id, &path, &why)) {
		a->s->servers = false;
		return refuse(a->s, DEBUGINFO_SERVER, "DEBUGINFOD_URLS", NULL, why.message, a->err);
	}
	return path ? try_file(a, path, DEBUGINFO_FILE) : 0;
}

/* A malformed build-id is not compared either: no file can have it. */
static int pass_gate(struct attempt *a, struct debuginfo_want *want)
{
	int rc = 0;

	if (want->release && name_is_plain(want->release))
		a->release = want->release;
	else if (want->release)
		rc = refuse(a->s, DEBUGINFO_NAME, want->release, NULL,
			"does not look like a kernel release: not used to find files", a->err);
	if (want->build_id && !build_id_is_valid(want->build_id)) {
		if (!rc)
			rc = refuse(a->s, DEBUGINFO_NAME, want->build_id, NULL,
				"not a build ID: not used to find files", a->err);
		want->build_id = NULL;
	}
	a->build_id = want->build_id;
	return rc;
}

int debuginfo_find(struct debuginfo_search *search, TALLOC_CTX *ctx,
	const struct debuginfo_want *wanted, struct debuginfo_file **ret, struct vmt_err *err)
{
	struct debuginfo_want want = *wanted;
	struct attempt a = {.s = search, .ctx = ctx, .want = &want, .err = err};
	int rc = pass_gate(&a, &want);

	*ret = NULL;
	for (size_t i = 0; i < search->n_paths && !rc && !a.found; i++)
		rc = try_named(&a, search->paths[i]);
	if (!rc && !a.found)
		rc = try_root(&a, search->root);
	if (!rc && !a.found && !want.code)
		rc = try_servers(&a);
	if (!rc && !a.found && a.nomem)
		rc = err_nomem(err);
	if (!rc)
		*ret = a.found;
	return rc;
}

/* ---- packages ---------------------------------------------------------------------------- */

const char *debuginfo_package(TALLOC_CTX *ctx, const char *release, const char *banner)
{
	/* The name becomes part of a command that the user copies. */
	const char *name =
		release && name_is_plain(release) ? distribution_debuginfo(release, banner) : NULL;
	const char *at = name ? strstr(name, "%s") : NULL;

	if (!at)
		return name ? talloc_strdup(ctx, name) : NULL;
	return talloc_asprintf(ctx, "%.*s%s%s", (int)(at - name), name, release, at + 2);
}
