// SPDX-License-Identifier: GPL-3.0-or-later
#include "triage/damage.h"

#include <inttypes.h>
#include <string.h>

#include "base/text_piece.h"
#include "base/vmlinux.h"

static const char one_bit[] =
	"Test the memory (memtest86+), and read the firmware's event log: one bit of the code is "
	"wrong, as faulty memory makes it. A wild write is the other explanation.";

static const char overwritten[] =
	"Find out what wrote over the code: a wild write, a module that patches the kernel, or "
	"faulty memory.";

/* " [vhba]"; nothing for the kernel. */
static const char *of_module(TALLOC_CTX *ctx, const char *module)
{
	return !module || is_vmlinux(module) ? "" : talloc_asprintf(ctx, " [%s]", module);
}

static const char *difference_text(TALLOC_CTX *ctx, const struct vmt_code_difference *d)
{
	const char *module = of_module(ctx, d->module);

	if (!module)
		return NULL;
	if (d->bit.known)
		return talloc_asprintf(ctx,
			"Bit %" PRIu64 " of the byte at %s+0x%" PRIx64 "%s differs from the file: "
			"0x%02x in memory, 0x%02x in %s. Faulty memory, or a wild write.",
			d->bit.v, d->function, d->offset, module, d->memory, d->file,
			text_file_name(d->path));
	if (d->n_bytes == 1)
		return talloc_asprintf(ctx,
			"The byte at %s+0x%" PRIx64 "%s differs from the file: 0x%02x in memory, "
			"0x%02x in %s. The code was overwritten.",
			d->function, d->offset, module, d->memory, d->file,
			text_file_name(d->path));
	return talloc_asprintf(ctx,
		"%" PRIu64 " bytes of %s%s differ from the file, from +0x%" PRIx64 " to +0x%" PRIx64
		" (the first is 0x%02x in memory, 0x%02x in %s). The code was overwritten.",
		d->n_bytes, d->function, module, d->offset, d->last, d->memory, d->file,
		text_file_name(d->path));
}

/* The module that the crash is blamed on, if another one is on disk now. */
static const struct vmt_module *replaced(const struct vmt_report *r)
{
	for (size_t i = 0; i < r->n_modules; i++)
		if (r->modules[i].disk_path && r->modules[i].name && r->verdict.module &&
			strcmp(r->modules[i].name, r->verdict.module) == 0)
			return &r->modules[i];
	return NULL;
}

/* host: of the machine that crashed, which is this one if it is known; NULL: not known. */
static const char *replaced_text(TALLOC_CTX *ctx, const struct vmt_module *m, const char *host)
{
	bool ids = m->disk_build_id && m->build_id;
	const char *now = ids ? m->disk_build_id : m->disk_srcversion;
	const char *then = ids ? m->build_id : m->srcversion;

	return talloc_asprintf(ctx,
		"The module %s that is on disk now (%s) is another build: its %s is %s, and was %s "
		"when it crashed.%s",
		m->name, m->disk_path, ids ? "build ID" : "srcversion", now, then,
		host ? "" : " The dump does not name its machine: it may be another one.");
}

/* Puts new sentences before the others, or after them. */
static int put(TALLOC_CTX *ctx, const char *const **list, size_t *n, const char *text, bool first,
	struct vmt_err *err)
{
	const char **all = text ? talloc_array(ctx, const char *, *n + 1) : NULL;

	if (!all)
		return err_nomem(err);
	for (size_t i = 0; i < *n; i++)
		all[i + first] = (*list)[i];
	all[first ? 0 : *n] = text;
	*list = all;
	(*n)++;
	return 0;
}

static int blame_memory(TALLOC_CTX *ctx, struct vmt_report *r, struct vmt_err *err)
{
	struct vmt_verdict *v = &r->verdict;
	const struct vmt_code_difference *d = r->code_differences;

	v->victim = true;
	v->confidence = VMT_CONFIDENCE_LOW;
	if (!v->caution)
		v->caution = talloc_asprintf(ctx,
			"the code of %s in memory is not that of its file: the cause may not be in "
			"its source",
			d->function);
	if (!v->caution)
		return err_nomem(err);
	return put(ctx, &v->next, &v->n_next,
		r->n_code_differences == 1 && d->bit.known ? one_bit : overwritten, true, err);
}

int damage_tell(TALLOC_CTX *ctx, struct vmt_report *r, struct vmt_err *err)
{
	struct vmt_verdict *v = &r->verdict;
	const struct vmt_module *m = replaced(r);
	int rc = 0;

	/* The innermost function ends up first. */
	for (size_t i = r->n_code_differences; i > 0 && !rc; i--)
		rc = put(ctx, &v->evidence, &v->n_evidence,
			difference_text(ctx, &r->code_differences[i - 1]), true, err);
	if (!rc && r->n_code_differences)
		rc = blame_memory(ctx, r, err);
	if (!rc && m)
		rc = put(ctx, &v->evidence, &v->n_evidence,
			replaced_text(ctx, m, r->machine.hostname), false, err);
	return rc;
}
