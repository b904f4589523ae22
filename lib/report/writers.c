// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/writer.h"

#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/out.h"
#include "base/sized.h"

/* The inner ones are last. */
static const struct report_writer *const writers[] = {
	&text_writer,
	&markdown_writer,
	&json_writer,
	&json_lines_writer,
	&html_writer,
	&html_part_writer,
};

const char *vmt_report_format(size_t i)
{
	return i < ARRAY_SIZE(writers) && !writers[i]->inner ? writers[i]->name : NULL;
}

static const struct report_writer *find(const char *format)
{
	for (size_t i = 0; i < ARRAY_SIZE(writers); i++)
		if (strcmp(writers[i]->name, format) == 0)
			return writers[i];
	return NULL;
}

const char *vmt_report_series(const char *format, const char *input, bool first, FILE *out)
{
	const struct report_writer *w = find(format);

	if (w && w->separate)
		w->separate(input, first, out);
	return w && w->in_series ? w->in_series : format;
}

int report_flush(FILE *out, unsigned allocs, struct vmt_err *err)
{
	int rc = alloc_check(allocs, err);

	if (rc)
		return rc;
	if (fflush(out))
		return err_set_errno(err, errno, "could not be written");
	if (ferror(out)) /* an earlier write failed: its errno is lost */
		return err_set(err, VMT_ERR_IO, "could not be written");
	return 0;
}

int vmt_report_write(const struct vmt_report *report, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	struct vmt_write_options own;
	unsigned allocs = alloc_failures();
	const struct report_writer *w = find(format);
	int rc = sized_read(&own, sizeof(own), opts, err);

	if (!rc && !w)
		rc = err_set(err, VMT_ERR_USAGE, "no report format is named %s", format);
	if (!rc)
		rc = w->write(report, &own, out, err);
	return rc ? rc : report_flush(out, allocs, err);
}

int vmt_report_write_to(const struct vmt_report *report, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err)
{
	struct out out;
	int rc = out_open(&out, write, arg, err);

	if (rc)
		return rc;
	return out_close(&out, vmt_report_write(report, format, opts, out.file, err), err);
}
