// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Is there a newer firmware than the one that the log names? WHENCE lists files with their
 * versions. Files of one device differ in the number at the end of their names only:
 * "iwlwifi-8265-34.ucode" and "iwlwifi-8265-36.ucode", "i915/adlp_guc_69.0.3.bin" and
 * "i915/adlp_guc_70.bin". Versions of files of different devices are never compared.
 */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "fixes/answer.h"

#define FILES_MOST 4096 /* of one driver: amdgpu has some 600 */

/* What WHENCE has of one driver. */
struct listed {
	TALLOC_CTX *ctx;
	const char *driver;
	struct firmware *files;
	size_t n;
};

/* A part of a file's name that is the same for all versions. */
struct family {
	const char *p;
	size_t len;
};

static struct family family_of(const char *file)
{
	const char *slash = strrchr(file, '/'), *p = slash ? slash + 1 : file;
	const char *dot = strrchr(p, '.'), *end = dot ? dot : p + strlen(p);
	const char *number = end;

	while (number > p && (ascii_is_digit(number[-1]) || number[-1] == '.' || number[-1] == '_'))
		number--;
	/* "rtw8822c_fw": no number at the end; "ibt-0040-0041": the number is all there is. */
	if (number == p)
		return (struct family){p, (size_t)(end - p)};
	if (number < end && number[-1] == 'v' && number > p + 1 && !ascii_is_alnum(number[-2]))
		number--;
	if (number - p > 4 && !memcmp(number - 4, "_ver", 4))
		number -= 4;
	while (number > p && strchr("-_.", number[-1]))
		number--;
	return (struct family){p, (size_t)(number - p)};
}

/* The log may name the end only: "so-a0-gf-a0-77.ucode" is iwlwifi-so-a0-gf-a0-77.ucode. */
static bool is_family(struct family listed, struct family logged)
{
	if (!logged.len || listed.len < logged.len ||
		memcmp(listed.p + listed.len - logged.len, logged.p, logged.len) != 0)
		return false;
	return listed.len == logged.len || listed.p[listed.len - logged.len - 1] == '-';
}

static bool is_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (ascii_lower(*a) != ascii_lower(*b) && !(strchr("-_", *a) && strchr("-_", *b)))
			return false;
	return *a == *b;
}

static int take(const struct firmware *f, void *arg, struct vmt_err *err)
{
	struct listed *l = arg;
	struct firmware *more;
	unsigned failures = alloc_failures();

	if (!f->version || !ascii_is_digit(*f->version) || !is_name(f->driver, l->driver) ||
		l->n == FILES_MOST)
		return 0;
	more = ARRAY_ROOM(l->ctx, l->files, l->n);
	if (!more)
		return err_nomem(err);
	l->files = more;
	more[l->n++] = (struct firmware){.file = talloc_strdup(l->ctx, f->file),
		.version = talloc_strdup(l->ctx, f->version)};
	return alloc_check(failures, err);
}

/* Which files are for the device whose firmware the log names; len 0: not known. */
static struct family choose(const struct listed *l, const struct vmt_firmware *w)
{
	struct family found = {0};

	if (w->file)
		return family_of(w->file);
	for (size_t i = 0; i < l->n; i++) {
		struct family f = family_of(l->files[i].file);

		if (strcmp(l->files[i].version, w->version) != 0)
			continue;
		/* The same number for two devices says nothing. */
		if (found.len && (found.len != f.len || memcmp(found.p, f.p, f.len) != 0))
			return (struct family){0};
		found = f;
	}
	return found;
}

static const struct firmware *newest(const struct listed *l, const struct vmt_firmware *w)
{
	const struct firmware *best = NULL;
	struct family family = choose(l, w);

	for (size_t i = 0; i < l->n; i++) {
		const struct firmware *f = &l->files[i];

		if (is_family(family_of(f->file), family) &&
			version_compare_debian(f->version, best ? best->version : w->version) > 0)
			best = f;
	}
	return best;
}

static int compare(struct answer *a, const struct vmt_firmware *w, struct vmt_err *err)
{
	struct listed l = {.ctx = talloc_new(a->tmp), .driver = w->driver};
	struct vmt_fixes *to = a->fixes;
	const struct firmware *best;
	unsigned failures = alloc_failures();
	int rc;

	if (!l.ctx)
		return err_nomem(err);
	/* What is wrong with a list that nobody asked for is no news. */
	rc = fix_source_firmware(a->whence_found ? a->root : NULL, &a->whence, take, &l, err);
	best = rc ? NULL : newest(&l, w);
	if (best)
		to->firmware = (struct vmt_fix_firmware){.driver = talloc_strdup(to, w->driver),
			.version = talloc_strdup(to, w->version),
			.path = talloc_strdup(to, a->whence.path),
			.file = talloc_strdup(to, best->file),
			.file_version = talloc_strdup(to, best->version)};
	talloc_free(l.ctx);
	return rc == VMT_ERR_NOMEM ? rc : alloc_check(failures, err);
}

/* Whether the driver is to blame, or has a function on the stack of the crash. */
static bool is_of_crash(const struct vmt_report *r, const char *driver)
{
	if (r->verdict.module && is_name(r->verdict.module, driver))
		return true;
	for (size_t i = 0; i < r->n_frames; i++)
		if (r->frames[i].module && r->frames[i].reliable &&
			is_name(r->frames[i].module, driver))
			return true;
	return false;
}

int answer_firmware(struct answer *a, struct vmt_err *err)
{
	const struct vmt_report *r = a->report;
	int rc = 0;

	for (size_t i = 0; !rc && a->whence.path && i < r->n_firmware; i++) {
		const struct vmt_firmware *w = &r->firmware[i];

		if (!a->fixes->firmware.driver && ascii_is_digit(*w->version) &&
			is_of_crash(r, w->driver))
			rc = compare(a, w, err);
	}
	return rc;
}
