// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/kernel_view.h"
#include "kernel/devices.h"

static int fill_uses(TALLOC_CTX *ctx, const struct bound_device *from, struct vmt_device *to,
	struct vmt_err *err)
{
	struct vmt_device_use *uses = talloc_zero_array(ctx, struct vmt_device_use, from->n_uses);

	if (!uses)
		return err_nomem(err);
	for (size_t i = 0; i < from->n_uses; i++) {
		const struct device_use *u = &from->uses[i];

		uses[i] = (struct vmt_device_use){u->subsystem, u->name, u->model, u->firmware};
	}
	to->uses = uses;
	to->n_uses = from->n_uses;
	return 0;
}

static int fill_device(TALLOC_CTX *ctx, const struct bound_device *from, struct vmt_device *to,
	struct vmt_err *err)
{
	*to = (struct vmt_device){.bus = from->bus,
		.driver = from->driver,
		.name = from->name,
		.pci_address = from->pci_address};
	if (from->pci_vendor.known && from->pci_device.known) {
		to->pci_id = talloc_asprintf(ctx, "%04x:%04x", (unsigned)from->pci_vendor.v,
			(unsigned)from->pci_device.v);
		if (!to->pci_id)
			return err_nomem(err);
	}
	return fill_uses(ctx, from, to, err);
}

int kernel_view_fill_devices(
	struct kernel_view *view, TALLOC_CTX *ctx, struct vmt_report *report, struct vmt_err *err)
{
	const char *name = report->verdict.module;
	const struct kernel_module *module =
		name && view->has_modules ? modules_find(&view->modules, name) : NULL;
	struct bound_device *found;
	struct vmt_device *devices;
	size_t n;
	int rc, lost;

	if (!module)
		return 0;
	lost = devices_of_module(ctx,
		&(struct device_kernel){&view->image, &view->modules, view->types}, module, &found,
		&n, err);
	if (lost && !n)
		return lost;
	devices = talloc_zero_array(ctx, struct vmt_device, n);
	if (!devices)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		if ((rc = fill_device(devices, &found[i], &devices[i], err)))
			return rc;
	report->devices = devices;
	report->n_devices = n;
	return lost;
}
