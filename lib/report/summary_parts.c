// SPDX-License-Identifier: GPL-3.0-or-later
/* Frames, lines of source, modules and diagnostics in words. */
#include <inttypes.h>
#include <string.h>

#include "base/diag.h"
#include "base/vmlinux.h"
#include "report/summary.h"
#include "report/words.h"

char *summary_frame(TALLOC_CTX *ctx, const struct vmt_frame *f)
{
	char *s = talloc_strdup(ctx, f->reliable ? "" : "? ");

	if (!s)
		return NULL;
	if (f->function)
		s = talloc_asprintf_append(s, "%s", f->function);
	else if (f->address.known)
		s = talloc_asprintf_append(s, "0x%016" PRIx64, f->address.v);
	else
		s = talloc_strdup_append(s, "(not known)");
	if (s && f->function && f->offset.known)
		s = talloc_asprintf_append(s, "+0x%" PRIx64, f->offset.v);
	if (s && f->function && f->offset.known && f->size.known)
		s = talloc_asprintf_append(s, "/0x%" PRIx64, f->size.v);
	if (s && !is_vmlinux(f->module))
		s = talloc_asprintf_append(s, " [%s]", f->module);
	return s;
}

char *summary_frame_place(TALLOC_CTX *ctx, const struct vmt_frame *f)
{
	char *s = talloc_strdup(ctx, f->file ? f->file : "");

	if (s && f->file && f->line.known)
		s = talloc_asprintf_append(s, ":%" PRIu64, f->line.v);
	if (s && f->file && f->line.known && f->column.known)
		s = talloc_asprintf_append(s, ":%" PRIu64, f->column.v);
	if (s && f->inlined)
		s = talloc_asprintf_append(s, "%s(inlined)", *s ? " " : "");
	return s;
}

char *summary_source_line(TALLOC_CTX *ctx, const struct vmt_report *r, size_t i)
{
	uint64_t number = r->source.first + i;
	bool here = r->verdict.line.known && r->verdict.line.v == number;
	char *s = talloc_asprintf(ctx, "%s %5" PRIu64 "  ", here ? ">" : " ", number);
	size_t column = 0;

	for (const char *p = r->source.lines[i]; s && *p; p += *p != '\0') {
		size_t len = strcspn(p, "\t");
		size_t blanks = p[len] ? 8 - (column + len) % 8 : 0;

		s = talloc_asprintf_append(s, "%.*s%*s", (int)len, p, (int)blanks, "");
		column += len + blanks;
		p += len;
	}
	return s;
}

bool summary_frame_blamed(const struct vmt_report *r, const struct vmt_frame *f)
{
	const struct vmt_verdict *v = &r->verdict;

	/* Debuginfo adds inlined frames. The verdict was made on the frames before that. */
	if (f->inlined && r->level && !strcmp(r->level, VMT_LEVEL_FULL))
		return false;
	if (!v->function || !f->function || strcmp(v->function, f->function) != 0)
		return false;
	return is_vmlinux(v->module) ? is_vmlinux(f->module)
				     : f->module && !strcmp(v->module, f->module);
}

const struct vmt_module *summary_culprit_module(const struct vmt_report *r)
{
	if (is_vmlinux(r->verdict.module))
		return NULL;
	for (size_t i = 0; i < r->n_modules; i++) {
		if (r->modules[i].name && !strcmp(r->modules[i].name, r->verdict.module))
			return &r->modules[i];
	}
	return NULL;
}

char *summary_module(TALLOC_CTX *ctx, const struct vmt_module *m)
{
	bool in_tree = !m->origin || !strcmp(m->origin, VMT_ORIGIN_IN_TREE);
	bool tainting = m->taints && *m->taints;

	return talloc_asprintf(ctx, "%s%s%s%s%s%s%s", m->name ? m->name : "(no name)",
		m->version ? " " : "", m->version ? m->version : "", in_tree ? "" : ", ",
		in_tree ? "" : words_of(words_origins, m->origin), tainting ? ", taint flags " : "",
		tainting ? m->taints : "");
}

static bool is_skip(const struct vmt_diag *d)
{
	return !strcmp(d->id, "step-skipped");
}

static char *skips(TALLOC_CTX *ctx, const struct vmt_report *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (is_skip(&r->diagnostics[k]))
			return talloc_strdup(ctx, "");
	return talloc_asprintf(ctx, "%s: What needs these was skipped", r->diagnostics[i].severity);
}

char *summary_trouble(TALLOC_CTX *ctx, const struct vmt_diag *d)
{
	const char *meaning = diag_meaning(d->id);
	size_t len = meaning ? strlen(meaning) : 0;

	if (!len)
		return talloc_asprintf(ctx, "%s: %s", d->severity, d->message);
	len -= meaning[len - 1] == '.';
	return talloc_asprintf(ctx, "%s: %.*s (%s)", d->severity, (int)len, meaning, d->message);
}

char *summary_diagnostic(TALLOC_CTX *ctx, const struct vmt_report *r, size_t i)
{
	const struct vmt_diag *d = &r->diagnostics[i];

	return is_skip(d) ? skips(ctx, r, i) : summary_trouble(ctx, d);
}

char *summary_missing(TALLOC_CTX *ctx, const struct vmt_missing *m)
{
	return talloc_asprintf(ctx, "%s%s%s%s%s", m->what ? m->what : "debuginfo",
		m->build_id ? ", build ID " : "", m->build_id ? m->build_id : "",
		m->package ? ", in package " : "", m->package ? m->package : "");
}
