// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/result_formats.h"

#include <string.h>

#include "base/out.h"
#include "base/sized.h"
#include "report/writer.h"

int formats_write(const struct to_write *what, FILE *out, struct vmt_err *err)
{
	const struct formats *formats = what->formats;
	struct vmt_write_options own;
	unsigned allocs = alloc_failures();
	const struct format *row = NULL;
	int rc = sized_read(&own, sizeof(own), what->opts, err);

	for (size_t i = 0; i < formats->n && !row; i++)
		if (strcmp(formats->rows[i].name, what->name) == 0)
			row = &formats->rows[i];
	if (!rc && !row)
		rc = err_set(err, VMT_ERR_USAGE, "no format for %s is named %s", formats->what,
			what->name);
	if (!rc)
		rc = row->write(what->result, &own, out, err);
	return rc ? rc : report_flush(out, allocs, err);
}

int formats_write_to(
	const struct to_write *what, vmt_write_fn write, void *arg, struct vmt_err *err)
{
	struct out out;
	int rc = out_open(&out, write, arg, err);

	if (rc)
		return rc;
	return out_close(&out, formats_write(what, out.file, err), err);
}
