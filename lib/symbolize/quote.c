// SPDX-License-Identifier: GPL-3.0-or-later
#include "symbolize/quote.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/name_gate.h"
#include "io/source.h"

#define LINES_AROUND 4

/* *inside (may be NULL): the part of file that is its path in the folder. */
static struct source *open_in(
	TALLOC_CTX *ctx, const char *folder, const char *file, const char **inside)
{
	const char *slash = *folder && folder[strlen(folder) - 1] == '/' ? "" : "/";
	struct source *source = NULL;

	for (const char *rest = file; rest && *rest; rest = strchr(rest, '/')) {
		char *path;
		int rc;

		rest += strspn(rest, "/");
		path = talloc_asprintf(ctx, "%s%s%s", folder, slash, rest);
		rc = path && *rest ? source_open_file(ctx, path, &source, NULL) : VMT_ERR_NOMEM;
		talloc_free(path);
		if (!rc && inside)
			*inside = rest;
		if (!rc)
			return source;
	}
	return NULL;
}

CAP_FITS(1, CAP_SOURCE_FILE + 1);

static bool read_text(TALLOC_CTX *ctx, struct source *source, char **ret)
{
	char *text;

	if (!source->size || source->size > CAP_SOURCE_FILE)
		return false;
	text = talloc_size(ctx, source->size + 1);
	if (!text || source_read_exact(source, 0, text, source->size, NULL))
		return false;
	text[source->size] = '\0';
	*ret = text;
	return true;
}

/* Cuts text into lines and keeps those around the wanted one. */
static int take_lines(
	TALLOC_CTX *ctx, char *text, uint64_t line, struct vmt_source *ret, struct vmt_err *err)
{
	const char **lines = talloc_zero_array(ctx, const char *, 2 * LINES_AROUND + 1);
	uint64_t first = line > LINES_AROUND ? line - LINES_AROUND : 1, number = 1;
	size_t n = 0;

	if (!lines)
		return err_nomem(err);
	for (char *p = text; *p && number <= line + LINES_AROUND; number++) {
		size_t len = strcspn(p, "\n");

		if (number >= first)
			lines[n++] = talloc_strndup(lines, p, len);
		p += len + (p[len] == '\n');
	}
	if (number > line) {
		ret->first = first;
		ret->lines = lines;
		ret->n = n;
	}
	return 0;
}

static int quote_source(TALLOC_CTX *ctx, struct source *source, uint64_t line,
	struct vmt_source *ret, struct vmt_err *err)
{
	char *text;
	int rc = 0;

	if (source && source->size > CAP_SOURCE_FILE)
		return err_set(err, VMT_ERR_LIMIT, "%s: more than %u bytes of source", source->name,
			CAP_SOURCE_FILE);
	if (source && read_text(source, source, &text))
		rc = take_lines(ctx, text, line, ret, err);
	if (source && ret->n)
		ret->path = talloc_strdup(ctx, source->name);
	return rc;
}

static int quote(TALLOC_CTX *ctx, const char *folder, const struct vmt_verdict *v,
	struct vmt_source *ret, struct vmt_err *err)
{
	TALLOC_CTX *tmp = talloc_new(ctx);
	int rc;

	if (!tmp)
		return err_nomem(err);
	rc = quote_source(ctx, open_in(tmp, folder, v->file, NULL), v->line.v, ret, err);
	talloc_free(tmp);
	return rc;
}

/* ---- trees that the system has ----------------------------------------------------------- */

/* Source trees of kernels that were built on this machine. */
static const struct {
	const char *before, *after; /* the release goes between */
} trees[] = {
	{"/lib/modules/", "/source"},
	{"/lib/modules/", "/build"},
	{"/usr/src/linux-", ""},
};

/* "VERSION = 6" of a tree's Makefile; false: it does not say. */
static bool take_number(const char *makefile, const char *name, char *ret, size_t size)
{
	const char *at = strstr(makefile, name);

	if (!at || (at != makefile && at[-1] != '\n'))
		return false;
	at += strlen(name);
	at += strspn(at, " =");
	snprintf(ret, size, "%.*s", (int)strspn(at, "0123456789"), at);
	return *ret != '\0';
}

/* Whether the tree has the release that is named in the kernel's banner: "Debian 6.1.192-2". */
static bool is_tree_of(TALLOC_CTX *ctx, const char *folder, const struct vmt_kernel *kernel)
{
	char numbers[3][8], *makefile = NULL;
	struct source *source = open_in(ctx, folder, "Makefile", NULL);
	const char *version, *at;

	if (!source || !kernel->version || !read_text(ctx, source, &makefile) ||
		!take_number(makefile, "VERSION", numbers[0], sizeof(numbers[0])) ||
		!take_number(makefile, "PATCHLEVEL", numbers[1], sizeof(numbers[1])) ||
		!take_number(makefile, "SUBLEVEL", numbers[2], sizeof(numbers[2])))
		return false;
	version = talloc_asprintf(ctx, " %s.%s.%s", numbers[0], numbers[1], numbers[2]);
	at = version ? strstr(kernel->version, version) : NULL;
	return at && !ascii_is_digit(at[strlen(version)]);
}

/* The tree from a Debian linux-source package, if it was unpacked in place. */
static char *packaged_tree(TALLOC_CTX *ctx, const char *root, const struct vmt_kernel *kernel)
{
	const char *release = kernel->release ? kernel->release : "";
	size_t major = strspn(release, "0123456789"), minor;
	char *folder;

	if (!major || release[major] != '.')
		return NULL;
	minor = strspn(release + major + 1, "0123456789");
	folder = talloc_asprintf(
		ctx, "%s/usr/src/linux-source-%.*s", root, (int)(major + 1 + minor), release);
	return folder && minor && is_tree_of(ctx, folder, kernel) ? folder : NULL;
}

/* RHEL's debug packages refer to sources by their installed path. */
static struct source *installed_source(TALLOC_CTX *ctx, const char *root, const char *file)
{
	struct source *source = NULL;
	const char *path = talloc_asprintf(ctx, "%s%s", root, file);

	if (strncmp(file, "/usr/src/", strlen("/usr/src/")) != 0 || !path ||
		source_open_file(ctx, path, &source, NULL))
		return NULL;
	return source;
}

static int quote_found(
	TALLOC_CTX *ctx, const char *root, struct vmt_report *report, struct vmt_err *err)
{
	const struct vmt_verdict *v = &report->verdict;
	TALLOC_CTX *tmp = talloc_new(ctx);
	const char *folder;
	int rc;

	if (!tmp)
		return err_nomem(err);
	rc = quote_source(
		ctx, installed_source(tmp, root, v->file), v->line.v, &report->source, err);
	folder = rc || report->source.n ? NULL : packaged_tree(tmp, root, &report->kernel);
	if (folder)
		rc = quote(ctx, folder, v, &report->source, err);
	talloc_free(tmp);
	return rc;
}

/* It becomes part of a path. NULL: not known, or not one. */
static const char *plain_release(const struct vmt_report *report)
{
	const char *release = report->kernel.release;

	return release && name_is_plain(release) ? release : NULL;
}

static char *built_tree(TALLOC_CTX *ctx, const char *root, const char *release, size_t i)
{
	return release ? talloc_asprintf(
				 ctx, "%s%s%s%s", root, trees[i].before, release, trees[i].after)
		       : NULL;
}

int quote_culprit(TALLOC_CTX *ctx, const struct vmt_options *opts, struct vmt_report *report,
	struct vmt_err *err)
{
	const struct vmt_verdict *v = &report->verdict;
	const char *root = opts && opts->sysroot ? opts->sysroot : "";
	const char *release = plain_release(report);
	struct vmt_source *ret = &report->source;
	int rc = 0;

	/* From debuginfo, or from a decoded log; either may be forged. */
	if (!v->file || !v->line.known || !v->line.v || !path_is_inside(v->file))
		return 0;
	for (size_t i = 0; opts && i < opts->n_sources && !ret->n && !rc; i++)
		rc = quote(ctx, opts->sources[i], v, ret, err);
	for (size_t i = 0; i < ARRAY_SIZE(trees) && !ret->n && !rc; i++) {
		char *folder = built_tree(ctx, root, release, i);

		if (folder)
			rc = quote(ctx, folder, v, ret, err);
		talloc_free(folder);
	}
	return rc || ret->n ? rc : quote_found(ctx, root, report, err);
}

/* The i-th tree that there may be; NULL: not this one. *end: there are no more. */
static const char *tree_at(TALLOC_CTX *ctx, const struct vmt_options *opts,
	const struct vmt_report *report, size_t i, bool *end)
{
	const char *root = opts && opts->sysroot ? opts->sysroot : "";
	size_t n = opts ? opts->n_sources : 0;

	*end = i > n + ARRAY_SIZE(trees);
	if (i < n)
		return opts->sources[i];
	if (i < n + ARRAY_SIZE(trees))
		return built_tree(ctx, root, plain_release(report), i - n);
	return *end ? NULL : packaged_tree(ctx, root, &report->kernel);
}

bool quote_tree_file(TALLOC_CTX *ctx, const struct vmt_options *opts,
	const struct vmt_report *report, const char *name, const char *file,
	struct quote_tree_file *ret)
{
	TALLOC_CTX *tmp = talloc_new(ctx);
	bool end = !tmp, found = false;

	ret->inside = NULL;
	for (size_t i = 0; !end && !found; i++) {
		const char *folder = tree_at(tmp, opts, report, i, &end);
		struct source *source = folder ? open_in(tmp, folder, name, NULL) : NULL;

		found = source && read_text(ctx, source, &ret->text);
		if (found && file && path_is_inside(file))
			(void)open_in(tmp, folder, file, &ret->inside);
	}
	talloc_free(tmp);
	return found;
}
