// SPDX-License-Identifier: GPL-3.0-or-later
/* The sources of an out-of-tree driver: /usr/src/NAME-VERSION with dkms.conf. */
#include <string.h>

#include "base/array.h"
#include "base/seconds.h"
#include "fixes/source_tell.h"

#define MOST_CONF (256u << 10)
#define MOST_MODULES 256

/* Where a driver's changes are told, the best place first. */
static const char *const changelogs[] = {"ChangeLog", "Changelog", "CHANGELOG", "CHANGELOG.md",
	"changelog", "CHANGES", "debian/changelog", "RELEASE_NOTES", "ReleaseNotes", "RELEASE",
	"NEWS", "README", "README.md"};

/* NAME="value" or NAME[0]='value': the value; NULL: the line is another's. */
static char *value(TALLOC_CTX *ctx, const char *p, size_t len, const char *name)
{
	const char *end = p + len;
	size_t n = strlen(name);

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if ((size_t)(end - p) <= n || memcmp(p, name, n) != 0)
		return NULL;
	p += n;
	if (*p == '[')
		while (p < end && *p++ != ']')
			;
	if (p >= end || *p++ != '=')
		return NULL;
	if (p < end && (*p == '"' || *p == '\'')) {
		const char *close = memchr(p + 1, *p, (size_t)(end - p - 1));

		end = close ? close : end;
		p++;
	} else {
		for (const char *c = p; c < end; c++)
			if (*c == ' ' || *c == '\t' || *c == '#')
				end = c;
	}
	return p < end ? talloc_strndup(ctx, p, (size_t)(end - p)) : NULL;
}

/* The one variable that many refer to. Others are no names. */
static const char *expand(const struct fix_source *s, char *text)
{
	if (!text || !strchr(text, '$'))
		return text;
	return !strcmp(text, "$PACKAGE_NAME") || !strcmp(text, "${PACKAGE_NAME}") ? s->package
										  : NULL;
}

static int add_module(TALLOC_CTX *ctx, struct fix_source *s, const char *name, const char ***list,
	struct vmt_err *err)
{
	const char **more;

	if (!name || s->modules_n >= MOST_MODULES)
		return 0;
	more = ARRAY_ROOM(ctx, *list, s->modules_n);
	if (!more)
		return err_nomem(err);
	*list = more;
	more[s->modules_n++] = name;
	s->modules = more;
	return 0;
}

static int read_conf(TALLOC_CTX *ctx, const char *p, struct fix_source *s, struct vmt_err *err)
{
	const char **modules = NULL;
	int rc = 0;

	while (*p && !rc) {
		size_t len = strcspn(p, "\n");
		char *name = value(ctx, p, len, "PACKAGE_NAME");
		char *version = value(ctx, p, len, "PACKAGE_VERSION");
		char *module = value(ctx, p, len, "BUILT_MODULE_NAME");

		if (name)
			s->package = name;
		if (version && !strchr(version, '$') && !strchr(version, '#'))
			s->version = version;
		rc = add_module(ctx, s, expand(s, module), &modules, err);
		p += len + (p[len] == '\n');
	}
	return rc;
}

/* A README is one only if it has entries of versions. */
static int find_changelog(TALLOC_CTX *ctx, const struct root_files *root, const char *folder,
	const char *prefix, struct fix_source *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(changelogs); i++) {
		struct fix_source text = {
			.path = talloc_asprintf(ctx, "%s/%s", folder, changelogs[i])};
		struct stat st;

		if (!text.path || root_files_stat(root, text.path, &st) || !S_ISREG(st.st_mode) ||
			source_tell_text(ctx, root, &text, NULL))
			continue;
		s->kind = text.kind;
		s->path = talloc_asprintf(ctx, "%s%s", prefix, text.path);
		s->size = (uint64_t)st.st_size;
		s->mtime_ns = seconds_mtime_ns(&st);
		return s->path ? 0 : -1;
	}
	return 0;
}

int source_dkms_folder(TALLOC_CTX *ctx, const struct root_files *root, const char *folder,
	const char *prefix, struct fix_source *ret, struct vmt_err *err)
{
	char *path = talloc_asprintf(ctx, "%s/dkms.conf", folder), *conf = NULL;
	const char *base = strrchr(*folder ? folder : prefix, '/'), *hyphen;
	int rc;

	if (!path)
		return err_nomem(err);
	rc = root_files_read(ctx, root, path, MOST_CONF, &conf, NULL);
	if (rc)
		return err_set_errno(err, rc, "%s%s", prefix, path);
	ret->kind = FIX_SOURCE_DKMS;
	rc = read_conf(ctx, conf, ret, err);
	if (rc)
		return rc;
	/* The folder's name has both, where the file has placeholders. */
	hyphen = base ? strrchr(base, '-') : NULL;
	if (hyphen && !ret->version)
		ret->version = talloc_strdup(ctx, hyphen + 1);
	if (hyphen && !ret->package)
		ret->package = talloc_strndup(ctx, base + 1, (size_t)(hyphen - base - 1));
	return find_changelog(ctx, root, folder, prefix, ret) ? err_nomem(err) : 0;
}
