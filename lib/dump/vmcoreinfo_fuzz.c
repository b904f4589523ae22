// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/array.h"
#include "dump/vmcoreinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keys[] = {
		"OSRELEASE", "PAGESIZE", "SYMBOL(_stext)", "NUMBER(phys_base)", "X", ""};
	struct vmcoreinfo *info;
	struct vmt_err err;
	uint64_t v;

	if (vmcoreinfo_parse(NULL, (const char *)data, size, &info, &err) < 0)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *value = vmcoreinfo_get(info, keys[i]);

		/* A key with a number must also have a value. */
		if ((vmcoreinfo_hex(info, keys[i], &v) || vmcoreinfo_number(info, keys[i], &v)) &&
			!value)
			__builtin_trap();
	}
	talloc_free(info);
	return 0;
}
