// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/out.h"

#include <errno.h>

static ssize_t put(void *cookie, const char *data, size_t len)
{
	struct out *out = cookie;
	int why = 0;

	if (!out->os_errno)
		why = out->write(out->arg, data, len);
	if (why)
		out->os_errno = why > 0 ? why : EIO;
	if (!out->os_errno)
		return (ssize_t)len;
	errno = out->os_errno;
	return 0;
}

int out_open(struct out *out, vmt_write_fn write, void *arg, struct vmt_err *err)
{
	*out = (struct out){.write = write, .arg = arg};
	if (!write)
		return err_set(err, VMT_ERR_USAGE, "no write function was given");
	out->file = fopencookie(out, "w", (cookie_io_functions_t){.write = put});
	return out->file ? 0 : err_nomem(err);
}

int out_close(struct out *out, int rc, struct vmt_err *err)
{
	int failed = fclose(out->file);

	if (out->os_errno && (!rc || rc == VMT_ERR_IO))
		return err_set_errno(err, out->os_errno, "could not be written");
	return failed && !rc ? err_set(err, VMT_ERR_IO, "could not be written") : rc;
}
