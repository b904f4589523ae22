// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sized.h"

#include <string.h>

static size_t size_of(const void *theirs)
{
	size_t size;

	memcpy(&size, theirs, sizeof(size));
	return size;
}

int sized_check(const void *theirs, struct vmt_err *err)
{
	/* A struct with nothing but its size has no use: the caller forgot to initialize it. */
	if (theirs && size_of(theirs) <= sizeof(size_t))
		return err_set(err, VMT_ERR_USAGE, "struct_size is not set");
	return 0;
}

static bool is_zero(const uint8_t *p, const uint8_t *end)
{
	while (p < end && !*p)
		p++;
	return p == end;
}

int sized_read(void *own, size_t own_size, const void *theirs, struct vmt_err *err)
{
	size_t size = theirs ? size_of(theirs) : 0, common = size < own_size ? size : own_size;
	const uint8_t *bytes = theirs;
	int rc = sized_check(theirs, err);

	memset(own, 0, own_size);
	if (rc || !theirs)
		return rc;
	if (!is_zero(bytes + common, bytes + size))
		return err_set(
			err, VMT_ERR_USAGE, "an option is set that this version does not know");
	memcpy(own, theirs, common);
	return 0;
}

void sized_write(void *theirs, const void *own, size_t own_size)
{
	size_t size = theirs ? size_of(theirs) : 0, common = size < own_size ? size : own_size;

	if (common > sizeof(size_t))
		memcpy((uint8_t *)theirs + sizeof(size_t), (const uint8_t *)own + sizeof(size_t),
			common - sizeof(size_t));
}
