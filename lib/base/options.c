// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/options.h"

#include <string.h>

#include "base/array.h"
#include "base/sized.h"

int options_read(struct vmt_options *own, const struct vmt_options *opts, struct vmt_err *err)
{
	static const char *const levels[] = {VMT_LEVEL_LOG, VMT_LEVEL_CORE, VMT_LEVEL_FULL};
	int rc = sized_read(own, sizeof(*own), opts, err);

	own->struct_size = sizeof(*own); /* so that it can be passed on */
	if (rc || !own->level)
		return rc;
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (strcmp(own->level, levels[i]) == 0)
			return 0;
	return err_set(err, VMT_ERR_USAGE, "there is no level named %s", own->level);
}
