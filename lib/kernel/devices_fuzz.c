// SPDX-License-Identifier: GPL-3.0-or-later
/* Input: memory. It begins with struct module, which points to the directory of drivers. */
#include "kernel/devices.h"
#include "kernel/fake_sysfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct module_list none;
	struct kernel_module module = {.addr = FAKE_IMAGE, .name = "m"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct kernel_image image = {.space = fake_space(ctx)};
	struct bound_device *devices;
	struct vmt_err err;
	size_t n;

	fake_reset();
	memcpy(fake_ram, data, size < FAKE_RAM ? size : FAKE_RAM);
	if (fake_sysfs_layout(ctx, &image.layout) == 0) {
		devices_of_module(ctx, &(struct device_kernel){&image, &none, NULL}, &module,
			&devices, &n, &err);
		for (size_t i = 0; i < n; i++)
			if (!devices[i].name || !devices[i].driver || !devices[i].bus)
				__builtin_trap();
	}
	talloc_free(ctx);
	return 0;
}
