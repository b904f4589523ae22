// SPDX-License-Identifier: GPL-3.0-or-later
/* Changelogs in packages: rpm's through rpm, Debian's out of the file, deb(5). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/seconds.h"
#include "fixes/source_program.h"
#include "fixes/source_read.h"
#include "fixes/source_tell.h"
#include "io/bundle.h"
#include "io/file.h"
#include "io/layers.h"

static const char *const environment[] = {"LC_ALL=C", "PATH=/usr/bin:/bin", "HOME=/nonexistent",
	"XDG_CONFIG_HOME=/nonexistent", NULL};

/* ---- rpm --------------------------------------------------------------------------------- */

static int run_rpm(TALLOC_CTX *ctx, const char *const *args, struct program **p,
	struct fix_input **in, struct vmt_err *err)
{
	int rc = program_start(ctx, args, environment, p, err);

	return rc ? rc : fix_input_open_fd(*p, program_output(*p), "rpm", in, err);
}

int source_package_rpm(const struct fix_source *source, struct fix_reading *r, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	bool file = source->kind == FIX_SOURCE_RPM_FILE;
	/* An absolute path is no option, and no address of a server. */
	char *whole = file ? realpath(source->path, NULL) : NULL;
	const char *args[] = {"rpm", file ? "-qp" : "-q", "--nosignature", "--nodigest",
		"--changelog", "--", file ? whole : source->path, NULL};
	struct program *p;
	struct fix_input *in;
	int rc = ctx ? 0 : err_nomem(err);

	if (!rc && file && !whole)
		rc = err_set_errno(err, errno, "%s", source->path);
	if (!rc)
		rc = run_rpm(ctx, args, &p, &in, err);
	if (!rc)
		rc = source_rpm_read(in, r, err);
	if (!rc)
		rc = program_end(p, err);
	if (rc < 0)
		err_prepend(err, rc, "%s", source->path);
	free(whole);
	talloc_free(ctx);
	return rc;
}

/* Distributions name the package with the kernel in different ways. */
static const char *const packages[] = {"kernel-core", "kernel-rt-core", "kernel-64k-core",
	"kernel-uek-core", "kernel-uek", "kernel-default", "kernel-default-base", "kernel",
	"kernel-rt", "kernel-azure", "kernel-lt", "kernel-ml-core", "kernel-ml"};

/* "=kernel-core 5.14.0-611.el9.x86_64 1795217100": an installed one. */
static int add_installed(TALLOC_CTX *ctx, const struct fix_line *line, struct fix_source **list,
	size_t *n, struct vmt_err *err)
{
	const char *space = strchr(line->text, ' '), *time = space ? strchr(space + 1, ' ') : NULL;
	struct fix_source *more, s = {.kind = FIX_SOURCE_INSTALLED};

	if (line->text[0] != '=' || !time)
		return 0;
	s.package = talloc_strndup(ctx, line->text + 1, (size_t)(space - line->text - 1));
	s.version = talloc_strndup(ctx, space + 1, (size_t)(time - space - 1));
	if (!s.package || !s.version)
		return err_nomem(err);
	s.path = talloc_asprintf(ctx, "%s-%s", s.package, s.version);
	seconds_to_ns(fix_time_read(time + 1, strlen(time + 1)), &s.mtime_ns);
	more = ARRAY_ROOM(ctx, *list, *n);
	if (!more || !s.path)
		return err_nomem(err);
	*list = more;
	more[(*n)++] = s;
	return 0;
}

/* Else rpm would make a database where there is none, or complain. */
static bool has_database(void)
{
	static const char *const files[] = {"/usr/lib/sysimage/rpm/rpmdb.sqlite",
		"/usr/lib/sysimage/rpm/Packages.db", "/var/lib/rpm/rpmdb.sqlite",
		"/var/lib/rpm/Packages.db", "/var/lib/rpm/Packages"};
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (!stat(files[i], &st))
			return true;
	return false;
}

int source_package_list(TALLOC_CTX *ctx, struct fix_source **list, size_t *n, struct vmt_err *err)
{
	const char *args[5 + ARRAY_SIZE(packages)] = {"rpm", "-q", "--queryformat",
		"=%{NAME} %{VERSION}-%{RELEASE}.%{ARCH} %{INSTALLTIME}\\n"};
	struct program *p;
	struct fix_input *in;
	struct fix_line line;
	int rc, more = 1;

	if (!has_database())
		return 0;
	memcpy(args + 4, packages, sizeof(packages));
	rc = run_rpm(ctx, args, &p, &in, err);
	while (!rc && (more = fix_input_line(in, &line, err)) > 0)
		rc = add_installed(ctx, &line, list, n, err);
	if (!rc)
		talloc_free(p); /* it fails for those that are not installed */
	return rc == VMT_ERR_NOTFOUND ? 0 : rc ? rc : more;
}

/* ---- Debian ------------------------------------------------------------------------------ */

#define AR_HEAD 60
#define AR_MEMBERS 16

/* data.tar.xz in the archive: a slice of the file. */
static int find_data(struct source *src, struct vmt_file *slice, struct vmt_err *err)
{
	uint64_t at = 8; /* past "!<arch>\n" */
	char head[AR_HEAD + 1];

	for (int i = 0; i < AR_MEMBERS; i++) {
		uint64_t size;
		int rc = source_read_exact(src, at, head, AR_HEAD, err);

		if (rc)
			break;
		head[AR_HEAD - 2] = '\0';
		size = strtoull(head + 48, NULL, 10);
		at += AR_HEAD;
		if (!strncmp(head, "data.tar", 8) && size <= src->size - at) {
			slice->offset = at;
			slice->size = size;
			return 0;
		}
		if (size > src->size - at)
			break;
		at += size + (size & 1);
	}
	return err_set(err, VMT_ERR_CORRUPT, "%s: is no Debian package with files", src->name);
}

static bool is_changelog(const char *name)
{
	const char *p = strstr(name, "usr/share/doc/"), *base = strrchr(name, '/');

	return p && base &&
	       (!strncmp(base, "/changelog.gz", 13) || !strncmp(base, "/changelog.Debian", 17));
}

static int read_deb(TALLOC_CTX *ctx, struct source *src, struct fix_reading *r, struct vmt_err *err)
{
	struct source_file *file = file_of(src);
	struct vmt_file slice = {.kind = VMT_FILE_SLICE, .name = src->name};
	struct source *data, *tar, *member = NULL, *text;
	struct layers layers = {0};
	struct bundle *bundle;
	struct fix_input *in;
	int rc = find_data(src, &slice, err);

	if (rc)
		return rc;
	slice.fd = file->fd;
	rc = source_open_slice(ctx, &slice, &data, err);
	if (!rc)
		rc = layers_peel(ctx, data, &tar, &layers, err);
	if (!rc)
		rc = bundle_open(ctx, tar, &bundle, err);
	for (size_t i = 0; !rc && !member && i < bundle->n; i++)
		if (is_changelog(bundle->members[i].name))
			rc = bundle_open_member(ctx, &bundle->members[i], src->name, &member, err);
	if (rc)
		return rc;
	if (!member)
		return err_set(
			err, VMT_ERR_NOTFOUND, "%s: this package has no changelog", src->name);
	rc = layers_peel(ctx, member, &text, &layers, err);
	if (!rc)
		rc = fix_input_open(ctx, text, &in, err);
	return rc ? rc : source_debian_read(in, r, err);
}

int source_package_deb(const char *path, struct fix_reading *r, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct source *src;
	int rc = ctx ? source_open_file(ctx, path, &src, err) : err_nomem(err);

	if (!rc)
		rc = read_deb(ctx, src, r, err);
	talloc_free(ctx);
	return rc;
}
