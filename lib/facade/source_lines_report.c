// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What debuginfo adds to a report besides frames: the culprit's line, and which files are missing.
 */
#include <string.h>

#include "base/text_piece.h"
#include "base/vmlinux.h"
#include "facade/source_lines_internal.h"
#include "triage/blame.h"

/*
 * The place inside the culprit: the innermost one that is not in a helper, which is a function from
 * a header or one that is never blamed. The last place is the culprit's own.
 */
static const struct lines_place *culprit_place(const struct source_lines_spot *s)
{
	for (size_t i = 0; i + 1 < s->n_places; i++) {
		const struct lines_place *p = &s->places[i];

		if (p->function && p->file && p->line && !text_is_header(p->file) &&
			!blame_roles(p->function))
			return p;
	}
	return s->n_places ? &s->places[s->n_places - 1] : NULL;
}

static bool is_blamed(const struct vmt_verdict *v, const struct vmt_frame *frame)
{
	if (!v->function || !frame->function || strcmp(v->function, frame->function) != 0)
		return false;
	return is_vmlinux(v->module) ? is_vmlinux(frame->module)
				     : frame->module && strcmp(v->module, frame->module) == 0;
}

static void fill_verdict(struct vmt_report *r, const struct source_lines_spot *spots)
{
	for (size_t i = 0; i < r->n_frames; i++) {
		const struct lines_place *place;

		if (!is_blamed(&r->verdict, spots[i].frame))
			continue;
		place = culprit_place(&spots[i]);
		if (place && place->file) {
			r->verdict.file = place->file;
			r->verdict.line = (struct vmt_u64){place->line != 0, place->line};
		}
		return;
	}
}

static int add_missing(struct source_lines *sl, const struct source_lines_object *o,
	TALLOC_CTX *ctx, struct vmt_missing *to, struct vmt_err *err)
{
	const struct vmt_kernel *kernel = sl->facts.kernel;
	bool packaged = !o->module || (o->origin && strcmp(o->origin, VMT_ORIGIN_IN_TREE) == 0);

	*to = (struct vmt_missing){
		.what = talloc_strdup(ctx, o->module ? o->module : VMLINUX),
		.build_id = o->build_id ? talloc_strdup(ctx, o->build_id) : NULL,
		.package = packaged && kernel->release
				   ? debuginfo_package(ctx, kernel->release, kernel->version)
				   : NULL,
	};
	return to->what ? 0 : err_nomem(err);
}

static int fill_debuginfo(
	struct source_lines *sl, TALLOC_CTX *ctx, struct vmt_debuginfo *ret, struct vmt_err *err)
{
	const char **modules = talloc_zero_array(ctx, const char *, sl->n_objects);
	struct vmt_missing *missing = talloc_zero_array(ctx, struct vmt_missing, sl->n_objects);
	int rc = 0;

	if (!modules || !missing)
		return err_nomem(err);
	for (size_t i = 0; i < sl->n_objects && !rc; i++) {
		const struct source_lines_object *o = sl->objects[i];
		const char *path = o->lines ? talloc_strdup(ctx, o->file->path) : NULL;

		if (!path)
			rc = add_missing(sl, o, ctx, &missing[ret->n_missing++], err);
		else if (o->module)
			modules[ret->n_modules++] = path;
		else
			ret->vmlinux = path;
	}
	ret->modules = modules;
	ret->missing = missing;
	return rc;
}

int source_lines_report(
	struct source_lines *sl, TALLOC_CTX *ctx, struct vmt_report *report, struct vmt_err *err)
{
	size_t n_cpus = sl->without_cpus ? 0 : report->n_cpus, n = 1 + n_cpus;
	struct source_lines_stack *stacks = talloc_array(sl, struct source_lines_stack, n);
	size_t size = report->n_cpus * sizeof(report->cpus[0]);
	struct vmt_cpu *cpus = size ? talloc_memdup(ctx, report->cpus, size) : NULL;
	struct source_lines_spot *spots;
	int rc;

	if (!stacks || (report->n_cpus && !cpus))
		return err_nomem(err);
	stacks[0] = (struct source_lines_stack){&report->frames, &report->n_frames};
	for (size_t i = 0; i < n_cpus; i++)
		stacks[1 + i] = (struct source_lines_stack){&cpus[i].frames, &cpus[i].n_frames};
	rc = source_lines_find(sl, ctx, stacks, n, &spots, err);
	if (!rc)
		rc = fill_debuginfo(sl, ctx, &report->debuginfo, err);
	/* Without a crash no missing debuginfo is needed. */
	if (!report->verdict.kind)
		report->debuginfo.n_missing = 0;
	if (rc || !source_lines_found(sl))
		return rc;
	fill_verdict(report, spots);
	rc = source_lines_variables(sl, ctx, spots, report, err);
	if (!rc)
		rc = source_lines_expand_all(ctx, spots, stacks, n, err);
	report->cpus = cpus;
	return rc;
}

static enum diag_id refusal_diag(enum debuginfo_refused what)
{
	static const enum diag_id ids[] = {
		[DEBUGINFO_FILE] = DIAG_DEBUGINFO_OTHER,
		[DEBUGINFO_NAMED] = DIAG_DEBUGINFO_REFUSED,
		[DEBUGINFO_NAME] = DIAG_NAME_REFUSED,
		[DEBUGINFO_FOLDER] = DIAG_CAP_REACHED,
		[DEBUGINFO_SERVER] = DIAG_DEBUGINFO_SERVER,
	};

	return ids[what];
}

void source_lines_diagnose(const struct source_lines *sl, TALLOC_CTX *ctx, struct diag_list *diags)
{
	size_t n;
	const struct debuginfo_refusal *refusals = debuginfo_refusals(sl->search, &n);

	for (size_t i = 0; i < n; i++)
		diag_add(diags, ctx, refusal_diag(refusals[i].what), "%s: %s", refusals[i].path,
			refusals[i].why);
	for (size_t i = 0; i < sl->n_objects; i++) {
		const struct source_lines_object *o = sl->objects[i];

		if (o->capped)
			diag_add(diags, ctx, DIAG_CAP_REACHED, "%s: it has too many sections",
				o->module);
		if (o->lines && lines_are_capped(o->lines))
			diag_add(diags, ctx, DIAG_CAP_REACHED,
				"%s: its debuginfo is nested too deeply: a part was not read",
				o->file->path);
		if (o->lines && !o->file->proved && o->n_differing)
			diag_add(diags, ctx, DIAG_DEBUGINFO_UNPROVED,
				"%s: its build-id could not be compared, and functions differ in "
				"size (%zu): it may belong to another build",
				o->file->path, o->n_differing);
		else if (o->lines && !o->file->proved)
			diag_add(diags, ctx, DIAG_DEBUGINFO_UNPROVED,
				"%s: its build-id could not be compared", o->file->path);
		else if (!o->lines && o->failure.code)
			diag_add(diags, ctx, DIAG_DEBUGINFO_FAILED, "%s: %s",
				o->module ? o->module : VMLINUX, o->failure.message);
	}
}
