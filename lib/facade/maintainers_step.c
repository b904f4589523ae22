// SPDX-License-Identifier: GPL-3.0-or-later
/* Who maintains the culprit's file, if the source tree is at hand. */
#include <string.h>

#include "base/text_piece.h"
#include "facade/triage_run.h"
#include "oops/kind.h"
#include "symbolize/quote.h"
#include "triage/blame.h"
#include "where/area.h"
#include "where/maintainers.h"

/* Whether the culprit is the kernel's own code: nobody there maintains the modules of others. */
static bool is_of_tree(const struct vmt_verdict *v)
{
	const struct oops_kind *kind = oops_kind_of_slug(v->kind);

	if (!kind || kind->traits & (TRAIT_INNOCENT | TRAIT_HARDWARE) || (!v->function && !v->file))
		return false;
	return !v->origin || strcmp(v->origin, VMT_ORIGIN_IN_TREE) == 0;
}

/* By the culprit's name; NULL: not known. */
static const char *path_of_function(const struct triage *t, char buf[WHERE_PATH_SIZE])
{
	const struct vmt_verdict *v = &t->report->verdict;
	bool in_module = v->module && strcmp(v->module, VMT_MODULE_KERNEL) != 0;
	struct where_places p;
	uint16_t file;

	if (!t->where || !v->function)
		return NULL;
	p = where_find(t->where, v->function, blame_base_length(v->function));
	return area_of(t->where, &p, in_module, &file) ? where_path(t->where, file, buf) : NULL;
}

int triage_find_maintainers(struct triage *t, struct vmt_err *err)
{
	struct vmt_report *r = t->report;
	struct maintainers found = {0};
	char buf[WHERE_PATH_SIZE];
	struct quote_tree_file f;
	const char *named;
	int rc = 0;

	if (!is_of_tree(&r->verdict) ||
		!quote_tree_file(t->s, t->opts, r, "MAINTAINERS", r->verdict.file, &f))
		return 0;
	named = path_of_function(t, buf);
	/* The line may be in an inline function. */
	if (!f.inside || (named && text_is_header(f.inside)))
		f.inside = named;
	if (f.inside)
		rc = maintainers_find(r, f.text, strlen(f.text), f.inside, &found, err);
	talloc_free(f.text);
	r->maintainers = found.items;
	r->n_maintainers = found.n;
	return rc;
}
