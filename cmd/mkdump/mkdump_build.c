// SPDX-License-Identifier: GPL-3.0-or-later
/* The complete file: its format, and the final steps. */
#include <string.h>

#include "mkdump.h"

static int check_sets(const struct mk_desc *desc, struct vmt_err *err)
{
	for (size_t i = 0; i < desc->n_sets; i++) {
		if (!desc->sets[i].used)
			return err_set(err, VMT_ERR_USAGE, "set: there is no field %s",
				desc->sets[i].field);
	}
	return 0;
}

int mkdump_build(
	TALLOC_CTX *ctx, struct mk_desc *desc, uint8_t **data, size_t *len, struct vmt_err *err)
{
	bool elf = strcmp(mkdump_text(desc, "format"), "elf") == 0;
	struct mk_out out = {.desc = desc}, flat = {.desc = desc};
	uint64_t limit = mkdump_number(desc, "truncate");
	int rc = elf ? mkdump_elf(&out, err) : mkdump_kdump(&out, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < desc->n_pokes; i++)
		mkdump_put_bytes(&out, desc->pokes[i].off, desc->pokes[i].data, desc->pokes[i].len);
	if (strcmp(mkdump_text(desc, "flatten"), "yes") == 0) {
		mkdump_flatten(&flat, &out);
		out = flat;
	}
	if (out.failed)
		return err_set(err, VMT_ERR_LIMIT, "the file would be too large");
	rc = check_sets(desc, err);
	*data = talloc_steal(ctx, out.data);
	*len = out.len < limit ? out.len : (size_t)limit;
	return rc;
}
