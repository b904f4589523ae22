// SPDX-License-Identifier: GPL-3.0-or-later
#include "readiness/need.h"

#include <stddef.h>
#include <string.h>

#include "base/machine.h"

#define MIB (UINT64_C(1) << 20)
#define KDUMPCTL_SPARE (16 * MIB)
#define KDUMP_CONFIG_SPARE (32 * MIB)

/* The kernel, its modules, three times the initramfs, and 16 MiB. LUKS would add to it. */
struct need need_kdumpctl(const struct need_of *of)
{
	struct need need = {.known = of->kernel_loaded && of->initrd_file};

	if (!need.known)
		return need;
	need.least = of->kernel_loaded + 3 * of->initrd_file + KDUMPCTL_SPARE;
	need.most = need.least + of->modules;
	need.partly = !of->modules;
	return need;
}

/* An image unpacks to about so many times its size. */
static uint64_t image_factor(const char *machine)
{
	switch (machine_find(machine)->family) {
	case MACHINE_X86:
	case MACHINE_S390:
		return 6;
	case MACHINE_POWER:
		return 2;
	default:
		return 4;
	}
}

/* The image and its initrd in both forms; and what is in use early in boot, or 32 MiB. */
struct need need_kdump_config(const struct need_of *of)
{
	uint64_t image = of->kernel_file * image_factor(of->machine);
	struct need need = {.known = of->kernel_file && of->initrd_file};

	if (!need.known)
		return need;
	need.least = image + of->initrd_file + of->initrd_unpacked;
	need.partly = !of->initrd_unpacked || !of->early_used;
	need.most = need.least +
		    (of->early_used > KDUMP_CONFIG_SPARE ? of->early_used : KDUMP_CONFIG_SPARE);
	need.least += KDUMP_CONFIG_SPARE;
	return need;
}
