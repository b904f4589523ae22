// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/session.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/caps.h"
#include "dump/vmcoreinfo_scan.h"
#include "facade/folder.h"
#include "facade/member.h"
#include "facade/web_file.h"
#include "image/paging.h"
#include "io/bundle.h"
#include "io/qr_link.h"
#include "log/log_foreign.h"
#include "log/log_order.h"
#include "log/log_text.h"

#define PROBED_BYTES 4096 /* of an input that may be a text: enough lines to decide */

const char *session_file_name(const struct vmt_file *file)
{
	return file->name ? file->name : "input";
}

struct vmt_file *session_files(TALLOC_CTX *ctx, const char *const *paths, size_t n)
{
	struct vmt_file *files = talloc_array(ctx, struct vmt_file, n);

	for (size_t i = 0; files && i < n; i++)
		files[i] = vmt_file_path(paths[i]);
	return files;
}

static int open_memory(
	TALLOC_CTX *ctx, const struct vmt_file *file, struct source **ret, struct vmt_err *err)
{
	const char *name = session_file_name(file);

	if (!file->size)
		return err_set(err, VMT_ERR_FORMAT, "%s: is empty", name);
	if (!file->data)
		return err_set(err, VMT_ERR_USAGE, "%s: memory without an address", name);
	return source_open_memory(ctx, name, file->data, file->size, ret, err);
}

/* The input is the link from a panic screen's QR code, not a file. */
static int open_link(TALLOC_CTX *ctx, const char *link, struct source **ret, struct vmt_err *err)
{
	char *url = talloc_strdup(ctx, link), *name = qr_link_short(ctx, link);

	if (!url || !name)
		return err_nomem(err);
	return source_open_memory(ctx, name, url, strlen(url), ret, err);
}

static const char *shown_name(const struct vmt_file *file)
{
	const char *name = session_file_name(file);

	return strcmp(name, "-") == 0 ? "standard input" : name;
}

/* A path that leads to no file may lead into an archive. */
static int open_path(TALLOC_CTX *ctx, const char *path, struct source **ret, struct vmt_err *err)
{
	struct vmt_err e;
	int rc = source_open_operand(ctx, path, ret, err), inside;

	if (rc != VMT_ERR_IO || !strchr(path, ':'))
		return rc;
	inside = member_open(ctx, path, ret, &e);
	if (inside && inside != VMT_ERR_FORMAT && err)
		*err = e;
	return inside == VMT_ERR_FORMAT ? rc : inside;
}

static int open_given(
	TALLOC_CTX *ctx, const struct vmt_file *file, struct source **ret, struct vmt_err *err)
{
	switch (file->kind) {
	case VMT_FILE_PATH:
		if (file->name && qr_link_is_url(file->name))
			return open_link(ctx, file->name, ret, err);
		if (file->name)
			return open_path(ctx, file->name, ret, err);
		break;
	case VMT_FILE_FD:
		return source_open_fd(ctx, file->fd, shown_name(file), ret, err);
	case VMT_FILE_MEMORY:
		return open_memory(ctx, file, ret, err);
	case VMT_FILE_SLICE:
		return source_open_slice(ctx, file, ret, err);
	case VMT_FILE_URL:
		return url_source(ctx, file, ret, err);
	}
	return err_set(err, VMT_ERR_USAGE, "a file without a path");
}

static int add_file(struct session *s, const struct vmt_file *file, struct vmt_err *err)
{
	struct vmt_file *given = ARRAY_ROOM(s, s->given, s->n);
	struct source **files = ARRAY_ROOM(s, s->files, s->n);
	struct source **inside = ARRAY_ROOM(s, s->inside, s->n);
	struct layers layers;
	int rc;

	if (given)
		s->given = given;
	if (files)
		s->files = files;
	if (inside)
		s->inside = inside;
	if (!given || !files || !inside)
		return err_nomem(err);
	given[s->n] = *file;
	rc = open_given(s->opened, file, &files[s->n], err);
	if (!rc)
		rc = layers_peel(s->opened, files[s->n], &inside[s->n], &layers, err);
	if (rc)
		return rc;
	if (s->n == 0) {
		s->layers = layers;
	} else {
		s->layers.unpacked += layers.unpacked;
		s->layers.on_disk += layers.on_disk;
	}
	s->n++;
	return 0;
}

/* Adds path if it is another part of the first file's split dump. */
static void add_sibling(struct session *s, const char *path)
{
	struct source *file, *inside;
	struct layers layers;
	struct vmt_err err;
	TALLOC_CTX *tmp = talloc_new(s->opened);
	bool wanted = tmp && source_open_file(tmp, path, &file, &err) == 0 &&
		      layers_peek(tmp, file, &inside, &layers, &err) == 0 &&
		      dump_same_split_set(s->inside[0], inside);

	talloc_free(tmp);
	s->parts_capped = wanted && s->n >= CAP_SPLIT_PARTS;
	if (wanted && !s->parts_capped)
		add_file(s, &(struct vmt_file){.name = path}, &err);
}

/* A link may lead to a device, which must not even be opened. */
static bool can_be_sibling(const char *path, const struct dirent *e)
{
	struct stat st;

	if (e->d_type == DT_REG)
		return true;
	return (e->d_type == DT_LNK || e->d_type == DT_UNKNOWN) && stat(path, &st) == 0 &&
	       S_ISREG(st.st_mode);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_shown(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* Sorted by name, so that a cap takes the same files on any file system. */
static void add_siblings(struct session *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? talloc_strndup(s, path, (size_t)(slash - path) + 1)
			  : talloc_strdup(s, "./");
	const char *own = slash ? slash + 1 : path;
	struct dirent **entries;
	int n = dir ? scandir(dir, &entries, is_shown, by_name) : -1;

	s->crowded = n > CAP_FOLDER_ENTRIES;
	for (int i = 0; i < n; i++) {
		char *sibling = talloc_asprintf(s, "%s%s", dir, entries[i]->d_name);

		if (sibling && i < CAP_FOLDER_ENTRIES && !s->parts_capped &&
			strcmp(entries[i]->d_name, own) != 0 && can_be_sibling(sibling, entries[i]))
			add_sibling(s, sibling);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

static bool peek_part(struct session *s, size_t i, struct pstore_part *ret)
{
	const char *name = session_file_name(&s->given[i]);

	return s->given[i].kind == VMT_FILE_PATH ? pstore_peek(name, s->inside[i], ret)
						 : pstore_peek_text(name, s->inside[i], ret);
}

/* Joins the files if all are parts of logs that pstore kept. Returns 0 if they were. */
static int join_parts(struct session *s, struct vmt_err *err)
{
	struct pstore_part *parts = talloc_zero_array(s, struct pstore_part, s->n);
	struct pstore_part **order = talloc_array(s, struct pstore_part *, s->n);
	int rc = parts && order ? 0 : err_nomem(err);

	for (size_t i = 0; i < s->n && !rc; i++) {
		order[i] = &parts[i];
		if (!peek_part(s, i, &parts[i]))
			rc = VMT_ERR_FORMAT;
		parts[i].text = s->inside[i];
	}
	if (!rc)
		rc = pstore_sort(order, s->n, err);
	if (!rc)
		s->stamp = order[s->n - 1]->stamp;
	return rc ? rc : pstore_join(s, order, s->n, &s->text, &s->gaps, err);
}

/* What people export is not larger, and is read into memory. */
#define TURNED_MOST (16u << 20)

/* Puts the lines of a text in order that has its newest one first. */
static int turn_text(struct session *s, struct vmt_err *err)
{
	char head[16384];
	struct source *text = s->text;
	int64_t got = source_read(text, 0, head, sizeof(head), NULL);
	size_t len = (size_t)text->size;
	char *in, *out;
	int rc;

	if (got <= 0 || text->size > TURNED_MOST || !log_order_is_newest_first(head, (size_t)got))
		return 0;
	in = talloc_size(s, len);
	out = talloc_size(s, len + 1);
	rc = in && out ? source_read_exact(text, 0, in, len, err) : err_nomem(err);
	/* A list that is sorted so, of logins say, may precede a log in the usual order. */
	if (!rc && log_order_is_newest_first(in, len)) {
		s->turned = log_order_reverse(in, len, out);
		rc = source_open_memory(
			s, text->name, out, len + (in[len - 1] != '\n'), &s->text, err);
	}
	if (!s->turned)
		talloc_free(out);
	talloc_free(in);
	return rc;
}

/*
 * The input is a dump if a format accepts it, else a text if it looks like one; else fails with the
 * formats' error.
 */
static int recognize(struct session *s, struct vmt_err *err)
{
	uint8_t head[PROBED_BYTES];
	int64_t got;
	const char *what;
	const struct arch *arch;
	int rc = join_parts(s, err);

	if (!rc || rc == VMT_ERR_NOMEM)
		return rc;
	if (s->n == 1 && s->given[0].kind == VMT_FILE_URL && bundle_probe(s->inside[0]))
		return err_set(err, VMT_ERR_UNSUPPORTED,
			"%s: is an archive: download it, and give its path", s->files[0]->name);
	if (s->n == 1 && bundle_probe(s->inside[0]))
		return err_set(err, VMT_ERR_SEVERAL,
			"%s: is an archive: name one of its files, as in %s:NAME",
			s->files[0]->name, s->files[0]->name);
	rc = dump_open(s, s->inside, s->n, &s->dump, err);
	if (!rc)
		rc = kernel_arch_find(s->dump, &arch, err);
	if (rc == VMT_ERR_FORMAT && s->n == 1) {
		got = source_read(s->inside[0], 0, head, sizeof(head), NULL);
		what = got > 0 ? log_foreign_describe(head, (size_t)got) : NULL;
		if (what)
			return err_set(err, VMT_ERR_FORMAT, "%s: no dump and no log: %s",
				s->files[0]->name, what);
		if (got > 0 && log_text_probe(head, (size_t)got)) {
			s->text = s->inside[0];
			return turn_text(s, err);
		}
	}
	return rc && s->layers.missing ? err_prepend(err, rc, "%s", s->layers.missing) : rc;
}

static bool is_path(const struct vmt_file *file)
{
	return file->kind == VMT_FILE_PATH && file->name && strcmp(file->name, "-") != 0;
}

static int open_files(TALLOC_CTX *ctx, const struct vmt_options *opts, const struct vmt_file *files,
	size_t n, struct session **ret, struct vmt_err *err)
{
	struct session *s = talloc_zero(ctx, struct session);
	const struct spool_limits limits = spool_limits_of(opts);
	int rc = 0, lost;

	if (s)
		s->opened = spool_budget_new(s, &limits);
	if (!s || !s->opened) {
		talloc_free(s);
		return err_nomem(err);
	}
	for (size_t i = 0; i < n && !rc; i++)
		rc = add_file(s, &files[i], err);
	if (!rc && n == 1 && is_path(files) && dump_is_split_file(s->inside[0]))
		add_siblings(s, files->name);
	if (!rc)
		rc = recognize(s, err);
	lost = url_check_session(s, err);
	rc = lost ? lost : rc;
	if (rc) {
		talloc_free(s);
		return rc;
	}
	*ret = s;
	return 0;
}

bool session_is_folder(const struct vmt_file *files, size_t n)
{
	struct stat st;

	return n == 1 && is_path(files) && !stat(files->name, &st) && S_ISDIR(st.st_mode);
}

int session_open_input(TALLOC_CTX *ctx, const struct vmt_options *opts,
	const struct folder_input *input, struct session **ret, struct vmt_err *err)
{
	struct vmt_file *files = session_files(ctx, input->paths, input->n);

	/* The session keeps their names. */
	return files ? open_files(ctx, opts, files, input->n, ret, err) : err_nomem(err);
}

/* Opens the first of a folder's inputs that can be opened; else gives the error of the first. */
static int open_folder(TALLOC_CTX *ctx, const struct vmt_options *opts, const char *path,
	struct session **ret, struct vmt_err *err)
{
	struct folder folder;
	struct vmt_err e;
	int rc = folder_read(ctx, path, &folder, err), got = rc;

	for (size_t i = 0; i < folder.n && (!i || got); i++) {
		got = session_open_input(ctx, opts, &folder.inputs[i], ret, &e);
		if (i == 0 && got) {
			rc = got;
			if (err)
				*err = e;
		}
	}
	return got ? rc : 0;
}

int session_open(TALLOC_CTX *ctx, const struct vmt_options *opts, const struct vmt_file *files,
	size_t n, struct session **ret, struct vmt_err *err)
{
	unsigned allocs = alloc_failures();
	TALLOC_CTX *own;
	int rc;

	if (!n)
		return err_set(err, VMT_ERR_USAGE, "no input was given");
	own = talloc_new(ctx);
	if (!own)
		return err_nomem(err);
	rc = session_is_folder(files, n) ? open_folder(own, opts, files->name, ret, err)
					 : open_files(own, opts, files, n, ret, err);
	if (rc) {
		talloc_free(own);
		/* What there was no memory for may look like what no dump has. */
		return alloc_check(allocs, err) ? VMT_ERR_NOMEM : rc;
	}
	/* The names of a folder's files live as long as the session. */
	talloc_steal(ctx, *ret);
	talloc_steal(*ret, own);
	return 0;
}

int session_find_info(struct session *s, TALLOC_CTX *ctx, struct vmt_err *err)
{
	const char *text = s->dump->vmcoreinfo;
	size_t len = s->dump->vmcoreinfo_len;
	int rc;

	if (!text) {
		diag_add(&s->diags, ctx, DIAG_NO_VMCOREINFO,
			"the dump has no VMCOREINFO note: its memory was searched for one");
		rc = vmcoreinfo_scan(s, s->dump, &text, &len, err);
		if (rc)
			return rc;
		diag_add(&s->diags, ctx, DIAG_VMCOREINFO_FOUND,
			"VMCOREINFO was found in the dump's memory");
	}
	return vmcoreinfo_parse(s, text, len, &s->info, err);
}

int session_find_memory(struct session *s, struct vmt_err *err)
{
	return kernel_space_open(s, s->dump, s->info, &s->space, err);
}

uint64_t session_size(const struct session *s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += s->files[i]->size;
	return sum;
}

uint64_t session_bytes_read(const struct session *s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += s->inside[i]->bytes_read;
	return sum;
}
