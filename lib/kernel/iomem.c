// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The tree of physical address ranges under iomem_resource. RAM is at its first level. Mirrors
 * include/linux/ioport.h and kernel/resource.c.
 */
#include "kernel/iomem.h"

#include <string.h>

#include "base/caps.h"

static bool is_ram(const struct kernel_image *k, uint64_t resource)
{
	char name[16];
	uint64_t at;

	return kernel_read_member(k, resource, "resource", "name", &at, NULL) == 0 && at &&
	       mem_read_string(k->space, at, name, sizeof(name), NULL) == 0 &&
	       strcmp(name, "System RAM") == 0;
}

int iomem_ram_bytes(const struct kernel_image *k, uint64_t *ret, struct vmt_err *err)
{
	uint64_t at, start = 0, end = 0, sum = 0;
	int rc = kernel_symbol(k, "iomem_resource", &at, err);

	if (!rc)
		rc = kernel_read_member(k, at, "resource", "child", &at, err);
	for (unsigned n = 0; !rc && at; n++) {
		if (n >= CAP_RESOURCES)
			return err_set_at(err, VMT_ERR_LIMIT, at, "iomem_resource does not end");
		rc = kernel_read_member(k, at, "resource", "start", &start, err);
		if (!rc)
			rc = kernel_read_member(k, at, "resource", "end", &end, err);
		if (!rc && end >= start && is_ram(k, at))
			sum += end - start + 1;
		if (!rc)
			rc = kernel_read_member(k, at, "resource", "sibling", &at, err);
	}
	if (!rc && !sum)
		rc = err_set(err, VMT_ERR_NOTFOUND, "no RAM in iomem_resource");
	*ret = sum;
	return rc;
}
