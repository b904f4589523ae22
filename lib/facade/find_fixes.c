// SPDX-License-Identifier: GPL-3.0-or-later
/* Which release has the fix of a crash: lib/fixes/answer.c, with the table of functions. */
#include <string.h>

#include "base/alloc.h"
#include "base/sized.h"
#include "fixes/answer.h"
#include "fixes/answer_write.h"
#include "triage/hint.h"

#define MOST_CANDIDATES 1000

static int find(const struct vmt_report *report, const struct vmt_fixes_options *own, bool kept,
	struct vmt_fixes **ret, struct vmt_err *err)
{
	TALLOC_CTX *tmp = talloc_new(NULL);
	struct where *where = NULL;
	int rc;

	if (!tmp)
		return err_nomem(err);
	/* Without it, the answer is a worse one. */
	if (where_open(tmp, own->functions ? own->functions : VMT_DATADIR "/functions.where",
		    &where, NULL))
		where = NULL;
	rc = answer_make(report, own, where, kept, ret, err);
	talloc_free(tmp);
	return rc;
}

int vmt_fixes_find(const struct vmt_report *report, const struct vmt_fixes_options *opts,
	struct vmt_fixes **ret, struct vmt_err *err)
{
	struct vmt_fixes_options own;
	int rc = sized_read(&own, sizeof(own), opts, err);

	if (rc)
		return rc;
	if (own.most > MOST_CANDIDATES)
		return err_set(err, VMT_ERR_USAGE, "at most %d candidates", MOST_CANDIDATES);
	if (!report->verdict.kind)
		return err_set(err, VMT_ERR_NODATA, "the report has no crash");
	return find(report, &own, false, ret, err);
}

void vmt_fixes_free(struct vmt_fixes *fixes)
{
	talloc_free(fixes);
}

/* ---- in a report ------------------------------------------------------------------------- */

/* The version that crashed, of the kernel or of the driver; NULL: not known. */
static const char *ran(const struct vmt_fixes *f, const struct vmt_fix *fix)
{
	return f->sources[fix->source].driver ? f->driver.version : f->release;
}

/* A report says in one sentence what has to be right. */
static const struct vmt_fix *certain(const struct vmt_fixes *f)
{
	const struct vmt_fix *first = f->n_likely ? f->fixes : NULL;

	return first && !strcmp(first->confidence, VMT_CONFIDENCE_HIGH) &&
			       !strcmp(first->status, VMT_FIX_NEWER) && first->release &&
			       ran(f, first)
		       ? first
		       : NULL;
}

/* An upgrade comes first. It has the command that says more in it. */
static char *sentence(
	TALLOC_CTX *ctx, const struct vmt_fixes *f, const struct vmt_fix *fix, const char *hint)
{
	const char *driver = f->sources[fix->source].driver ? f->driver.name : NULL;

	return talloc_asprintf(ctx,
		"Likely fixed in %s%s%s by \"%s\", you run %s: upgrade. To see why: %s",
		driver ? driver : "", driver ? " " : "", fix->release, fix->subject, ran(f, fix),
		hint + strlen(HINT_FIXES));
}

/* fix may be NULL. */
static int say(struct vmt_report *report, const struct vmt_fixes *f, const struct vmt_fix *fix,
	struct vmt_err *err)
{
	struct vmt_verdict *v = &report->verdict;
	size_t hint = (size_t)v->next_fixes.v, n = 0;
	const char **next = talloc_array(report, const char *, v->n_next + 1);
	unsigned failures = alloc_failures();

	if (!next)
		return err_nomem(err);
	if (fix)
		next[n++] = sentence(next, f, fix, v->next[hint]);
	for (size_t i = 0; i < v->n_next; i++)
		if (!fix || i != hint)
			next[n++] = v->next[i];
	if (f->firmware.driver)
		next[n++] = answer_firmware_text(next, &f->firmware);
	if (alloc_check(failures, err)) {
		talloc_free(next);
		return VMT_ERR_NOMEM;
	}
	v->next = next;
	v->n_next = n;
	v->next_fixes.v = fix ? 0 : hint;
	return 0;
}

int vmt_report_add_fix(
	struct vmt_report *report, const struct vmt_fixes_options *opts, struct vmt_err *err)
{
	struct vmt_fixes_options own;
	struct vmt_fixes *fixes;
	const struct vmt_fix *fix;
	int rc = sized_read(&own, sizeof(own), opts, err);

	if (rc)
		return rc;
	own.n_changes = 0;
	own.most = 0;
	own.progress = NULL;
	/* A report that does not tell to search has no code to blame. */
	if (!report->verdict.next_fixes.known ||
		(!report->n_firmware && !answer_index_any(own.cache, "")))
		return 0;
	rc = find(report, &own, true, &fixes, err);
	if (rc) /* what is wrong with an index is said by who uses it for more than a hint */
		return rc == VMT_ERR_NOMEM ? rc : 0;
	fix = certain(fixes);
	rc = fix || fixes->firmware.driver ? say(report, fixes, fix, err) : 0;
	talloc_free(fixes);
	return rc;
}
