// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/alloc.h"
#include "base/err.h"
#include "triage/compare.h"

int vmt_compare(const struct vmt_report *const *reports, size_t n, struct vmt_comparisons **ret,
	struct vmt_err *err)
{
	struct vmt_comparisons *all;
	struct vmt_comparison *items;

	if (n < 2)
		return err_set(err, VMT_ERR_USAGE, "two crashes are needed to compare");
	all = talloc_zero(NULL, struct vmt_comparisons);
	items = all ? talloc_zero_array(all, struct vmt_comparison, n - 1) : NULL;
	if (!items) {
		talloc_free(all);
		return err_nomem(err);
	}
	*all = (struct vmt_comparisons){reports[0], items, n - 1};
	for (size_t i = 1; i < n; i++)
		compare_reports(reports[0], reports[i], &items[i - 1]);
	*ret = all;
	return 0;
}

void vmt_comparisons_free(struct vmt_comparisons *comparisons)
{
	talloc_free(comparisons);
}
