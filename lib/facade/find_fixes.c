// SPDX-License-Identifier: GPL-3.0-or-later
/* Which release has the fix of a crash: lib/fixes/answer.c, with the table of functions. */
#include "base/alloc.h"
#include "base/sized.h"
#include "fixes/answer.h"

#define MOST_CANDIDATES 1000

int vmt_fixes_find(const struct vmt_report *report, const struct vmt_fixes_options *opts,
	struct vmt_fixes **ret, struct vmt_err *err)
{
	struct vmt_fixes_options own;
	struct where *where = NULL;
	TALLOC_CTX *tmp;
	int rc = sized_read(&own, sizeof(own), opts, err);

	if (rc)
		return rc;
	if (own.most > MOST_CANDIDATES)
		return err_set(err, VMT_ERR_USAGE, "at most %d candidates", MOST_CANDIDATES);
	if (!report->verdict.kind)
		return err_set(err, VMT_ERR_NODATA, "the report has no crash");
	tmp = talloc_new(NULL);
	if (!tmp)
		return err_nomem(err);
	/* Without it, the answer is a worse one. */
	if (where_open(tmp, own.functions ? own.functions : VMT_DATADIR "/functions.where", &where,
		    NULL))
		where = NULL;
	rc = answer_make(report, &own, where, ret, err);
	talloc_free(tmp);
	return rc;
}

void vmt_fixes_free(struct vmt_fixes *fixes)
{
	talloc_free(fixes);
}
