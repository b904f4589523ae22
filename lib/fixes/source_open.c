// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads a source of any kind, and tells kinds by content. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/seconds.h"
#include "fixes/source_git.h"
#include "fixes/source_read.h"
#include "fixes/source_tell.h"
#include "fixes/source_vulns.h"
#include "fixes/sources.h"
#include "fixes/version.h"
#include "io/file.h"
#include "io/layers.h"

/* Texts are tried in this order. */
static const struct {
	const char *name;
	fix_reader text; /* NULL: no text */
} kinds[FIX_SOURCE_KINDS] = {
	[FIX_SOURCE_DEBIAN] = {"changelog of a Debian package", source_debian_read},
	[FIX_SOURCE_RPM] = {"changelog of an rpm package", source_rpm_read},
	[FIX_SOURCE_GITLOG] = {"log of commits", source_gitlog_read},
	[FIX_SOURCE_RECORDS] = {"records of fixes", source_records_read},
	[FIX_SOURCE_VENDOR] = {"changelog of a driver", source_vendor_read},
	[FIX_SOURCE_WHENCE] = {"list of firmware", NULL},
	[FIX_SOURCE_GIT] = {"git repository", NULL},
	[FIX_SOURCE_VULNS] = {"CVE records", NULL},
	[FIX_SOURCE_DKMS] = {"sources of a driver", NULL},
	[FIX_SOURCE_INSTALLED] = {"installed rpm package", NULL},
	[FIX_SOURCE_RPM_FILE] = {"rpm package", NULL},
	[FIX_SOURCE_DEB_FILE] = {"Debian package", NULL},
};

const char *fix_source_kind_name(enum fix_source_kind kind)
{
	return kinds[kind].name;
}

/* ---- texts ------------------------------------------------------------------------------- */

static int open_in_root(TALLOC_CTX *ctx, const struct root_files *root, const char *path,
	struct source **ret, struct vmt_err *err)
{
	struct source_file *file;
	struct stat st;
	int fd, rc = root_files_fd(root, path, &fd);

	if (rc)
		return err_set_errno(err, rc, "%s", path);
	if (fstat(fd, &st)) {
		rc = errno;
		close(fd);
		return err_set_errno(err, rc, "%s", path);
	}
	rc = file_wrap(ctx, path, fd, (uint64_t)st.st_size, &file, err);
	if (!rc)
		*ret = &file->src;
	return rc;
}

typedef int (*unpack_fn)(TALLOC_CTX *ctx, struct source *src, struct source **ret,
	struct layers *layers, struct vmt_err *err);

/* The text of a source without its compression: all, or the beginning. *file is to be freed. */
static int open_text(const struct root_files *root, const struct fix_source *source,
	unpack_fn unpack, struct source **file, struct source **text, struct vmt_err *err)
{
	struct layers layers = {0};
	int rc = 0;

	*file = NULL;
	if (source->open) {
		*text = source->open;
		return 0;
	}
	rc = root ? open_in_root(NULL, root, source->path, file, err)
		  : source_open_file(NULL, source->path, file, err);
	if (rc)
		return rc;
	rc = unpack(*file, *file, text, &layers, err);
	if (rc)
		talloc_free(*file);
	return rc;
}

/* The first fix says which version is the newest. */
struct first {
	TALLOC_CTX *ctx;
	bool any;
	const char *version;
};

static int take_first(const struct fix *fix, void *arg, struct vmt_err *err)
{
	struct first *first = arg;

	(void)err;
	first->any = true;
	if (fix->releases_n)
		first->version = talloc_strdup(first->ctx, fix->releases[0].version);
	return 1;
}

static int try_reader(TALLOC_CTX *ctx, struct source *src, fix_reader read, struct first *first,
	struct vmt_err *err)
{
	struct fix_reading r = {.take = take_first, .arg = first};
	struct fix_input *in;
	int rc = fix_input_open(ctx, src, &in, err);

	if (rc)
		return rc;
	rc = read(in, &r, err);
	talloc_free(in);
	return rc < 0 ? rc : 0;
}

static bool is_whence(TALLOC_CTX *ctx, struct source *src)
{
	struct fix_input *in;
	bool is;

	if (fix_input_open(ctx, src, &in, NULL))
		return false;
	is = source_firmware_is(in);
	talloc_free(in);
	return is;
}

/* ---- what is no source ------------------------------------------------------------------- */

#define HEAD 8192
#define LOG_LINES 3 /* that begin as those of a log */

/* What is given by mistake, by its first bytes. */
static const struct {
	const char *magic, *what;
} others[] = {
	{"\x7f"
	 "ELF",
		"a dump or a program"},
	{"KDUMP   ", "a dump"},
	{"makedumpfile", "a dump"},
	{"PAGEDUMP", "a dump of Windows"},
	{"SQLite format 3", "a database"},
	{"PK\003\004", "a zip archive"},
};

/* "<4>[   12.345678] ", or "... host kernel: ", the way that syslog writes it. */
static bool is_log_line(const char *line, size_t len)
{
	const char *end = line + len, *mark = memmem(line, len, " kernel: ", 9);
	size_t digits = 0;

	if (mark && mark - line < 64)
		return true;
	if (len > 3 && line[0] == '<' && ascii_is_digit(line[1]))
		line = memchr(line, '>', len);
	line += line && *line == '>';
	if (!line || line == end || *line++ != '[')
		return false;
	while (line < end && *line == ' ')
		line++;
	for (; line < end && (ascii_is_digit(*line) || *line == '.'); line++)
		digits++;
	return digits > 2 && line < end && (*line == ']' || *line == ' ');
}

static bool is_log(const char *text, size_t len)
{
	size_t logs = 0, lines = 0;

	while (len && logs < LOG_LINES) {
		const char *newline = memchr(text, '\n', len);
		size_t n = newline ? (size_t)(newline - text) : len;

		lines += n != 0;
		logs += n && is_log_line(text, n);
		text += n + (newline != NULL);
		len -= n + (newline != NULL);
	}
	return logs && (logs == LOG_LINES || logs == lines);
}

/* What a text is that cannot be a source; NULL: it may be one. */
static const char *other_kind(struct source *src)
{
	char head[HEAD];
	int64_t got = source_read(src, 0, head, sizeof(head), NULL);
	size_t n = got > 0 ? (size_t)got : 0;

	if (!n)
		return got < 0 ? NULL : "empty";
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		size_t len = strlen(others[i].magic);

		if (n >= len && !memcmp(head, others[i].magic, len))
			return others[i].what;
	}
	if (memchr(head, '\0', n))
		return "no text";
	return is_log(head, n) ? "a log of a kernel" : NULL;
}

/* src: a beginning is enough. */
static int tell_text(
	TALLOC_CTX *ctx, struct source *src, struct fix_source *ret, struct vmt_err *err)
{
	struct first first = {.ctx = ctx};
	const char *other = other_kind(src);

	if (other)
		return err_set(err, VMT_ERR_FORMAT,
			"%s: is %s, no changelog or other source of fixes", src->name, other);
	if (is_whence(ctx, src)) {
		ret->kind = FIX_SOURCE_WHENCE;
		return 0;
	}
	for (unsigned i = 0; i < FIX_SOURCE_KINDS && !first.any; i++) {
		int rc = kinds[i].text ? try_reader(ctx, src, kinds[i].text, &first, err) : 0;

		if (rc)
			return rc;
		ret->kind = i;
	}
	if (ret->kind != FIX_SOURCE_RECORDS) /* in no order */
		ret->version = first.version;
	if (!first.any)
		return err_set(err, VMT_ERR_FORMAT,
			"%s: is no changelog and no other source of fixes", src->name);
	return 0;
}

int source_tell_text(
	TALLOC_CTX *ctx, const struct root_files *root, struct fix_source *ret, struct vmt_err *err)
{
	struct source *file, *text;
	int rc = open_text(root, ret, layers_peek, &file, &text, err);

	if (rc)
		return rc;
	rc = tell_text(ctx, text, ret, err);
	talloc_free(file);
	return rc;
}

static int read_text(const struct root_files *root, const struct fix_source *source,
	struct fix_reading *r, struct vmt_err *err)
{
	struct source *file, *text;
	struct fix_input *in;
	int rc = open_text(root, source, layers_peel, &file, &text, err);

	if (rc)
		return rc;
	rc = fix_input_open(NULL, text, &in, err);
	if (!rc) {
		rc = kinds[source->kind].text(in, r, err);
		talloc_free(in);
	}
	talloc_free(file);
	return rc;
}

/* ---- all kinds --------------------------------------------------------------------------- */

int fix_source_read(const struct root_files *root, const struct fix_source *source,
	struct fix_reading *r, struct vmt_err *err)
{
	if (!r->release && source->kind == FIX_SOURCE_GITLOG)
		r->release = source->version;
	switch (source->kind) {
	case FIX_SOURCE_GIT:
		return source_git_read(source->path, r, err);
	case FIX_SOURCE_VULNS:
		return source_vulns_read(source->path, r, err);
	case FIX_SOURCE_INSTALLED:
	case FIX_SOURCE_RPM_FILE:
		return source_package_rpm(source, r, err);
	case FIX_SOURCE_DEB_FILE:
		return source_package_deb(source->path, r, err);
	case FIX_SOURCE_WHENCE:
	case FIX_SOURCE_DKMS:
		return 0;
	default:
		return read_text(root, source, r, err);
	}
}

int fix_source_firmware(const struct root_files *root, const struct fix_source *source,
	firmware_taker take, void *arg, struct vmt_err *err)
{
	struct source *file, *text;
	struct fix_input *in;
	int rc = open_text(root, source, layers_peel, &file, &text, err);

	if (rc)
		return rc;
	rc = fix_input_open(NULL, text, &in, err);
	if (!rc) {
		rc = source_firmware_read(in, take, arg, err);
		talloc_free(in);
	}
	talloc_free(file);
	return rc;
}

/* ---- a path that was given --------------------------------------------------------------- */

static bool has(const char *folder, const char *name)
{
	char *path = talloc_asprintf(NULL, "%s/%s", folder, name);
	struct stat st;
	bool have = path && !stat(path, &st);

	talloc_free(path);
	return have;
}

static int tell_folder(
	TALLOC_CTX *ctx, const char *path, struct fix_source *ret, struct vmt_err *err)
{
	struct root_files *root;
	char *state = NULL, *git;
	int rc;

	if (has(path, "cve/published")) {
		ret->kind = FIX_SOURCE_VULNS;
		if (source_git_dir(ctx, path) && !source_git_state(ctx, path, &state, NULL))
			ret->state = state;
		return 0;
	}
	if (has(path, "dkms.conf")) {
		rc = root_files_open(ctx, path, &root, err);
		return rc ? rc : source_dkms_folder(ctx, root, "", path, ret, err);
	}
	git = source_git_dir(ctx, path);
	if (!git)
		return err_set(err, VMT_ERR_FORMAT,
			"%s: is a folder, but no git repository and no sources of a driver", path);
	talloc_free(git);
	ret->kind = FIX_SOURCE_GIT;
	rc = source_git_state(ctx, path, &state, err);
	ret->state = state;
	return rc;
}

static bool is_packed_file(const char *path, struct fix_source *ret)
{
	static const struct {
		const char *magic;
		enum fix_source_kind kind;
	} magics[] = {
		{"\xed\xab\xee\xdb", FIX_SOURCE_RPM_FILE}, {"!<arch>\n", FIX_SOURCE_DEB_FILE}};
	struct source *src;
	char head[8];

	if (source_open_file(NULL, path, &src, NULL))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++) {
		size_t n = strlen(magics[i].magic);

		if (source_read(src, 0, head, n, NULL) == (int64_t)n &&
			!memcmp(head, magics[i].magic, n)) {
			ret->kind = magics[i].kind;
			talloc_free(src);
			return true;
		}
	}
	talloc_free(src);
	return false;
}

/* "ChangeLog-6.1.150" says what its commits do not if its end is cut off. */
static const char *version_of_name(TALLOC_CTX *ctx, const char *path)
{
	const char *name = strrchr(path, '/'), *p;

	p = strstr(name ? name : path, "ChangeLog-");
	return p ? version_in(ctx, p, strcspn(p, "\n")) : NULL;
}

/* What can be read only once is kept. */
static int open_stream(TALLOC_CTX *ctx, struct fix_source *ret, struct vmt_err *err)
{
	struct layers layers = {0};
	struct source *src;
	int rc = source_open_operand(ctx, ret->path, &src, err);

	return rc ? rc : layers_peel(ctx, src, &ret->open, &layers, err);
}

int fix_source_tell(TALLOC_CTX *ctx, const char *path, struct fix_source *ret, struct vmt_err *err)
{
	struct stat st = {0};
	int rc;

	*ret = (struct fix_source){.path = talloc_strdup(ctx, path)};
	if (!ret->path)
		return err_nomem(err);
	if (strcmp(path, "-") != 0) {
		if (stat(path, &st))
			return err_set_errno(err, errno, "%s", path);
		ret->mtime_ns = seconds_mtime_ns(&st);
		if (S_ISDIR(st.st_mode))
			return tell_folder(ctx, path, ret, err);
		ret->size = (uint64_t)st.st_size;
	}
	if (!strcmp(path, "-") || !S_ISREG(st.st_mode)) {
		rc = open_stream(ctx, ret, err);
		if (rc)
			return rc;
	} else if (is_packed_file(path, ret)) {
		return 0;
	}
	rc = source_tell_text(ctx, NULL, ret, err);
	if (!rc && ret->kind == FIX_SOURCE_GITLOG && !ret->version)
		ret->version = version_of_name(ctx, path);
	return rc;
}
