// SPDX-License-Identifier: GPL-3.0-or-later
/* mkdump DESCRIPTION OUTPUT: see mkdump.h. A tool for the tests. It is not installed. */
#include <stdio.h>

#include "mkdump.h"

static int write_file(const char *path, const uint8_t *data, size_t len)
{
	FILE *f = fopen(path, "wb");
	bool ok = f && fwrite(data, 1, len, f) == len;

	if (f && fclose(f) != 0)
		ok = false;
	if (!ok)
		perror(path);
	return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct mk_desc *desc = NULL;
	struct vmt_err err = {0};
	uint8_t *data = NULL;
	size_t len = 0;
	int rc;

	if (argc != 3) {
		fprintf(stderr, "usage: mkdump DESCRIPTION OUTPUT\n");
		return 2;
	}
	rc = mkdump_read(NULL, argv[1], &desc, &err);
	if (rc == 0)
		rc = mkdump_build(desc, desc, &data, &len, &err);
	if (rc < 0)
		fprintf(stderr, "mkdump: %s\n", err.message);
	else
		rc = write_file(argv[2], data, len);
	talloc_free(desc);
	return rc ? 1 : 0;
}
