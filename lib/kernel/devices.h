/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The devices that a module drives: where they are plugged in, and the names that users know. */
#ifndef VMT_KERNEL_DEVICES_H
#define VMT_KERNEL_DEVICES_H

#include "image/btf.h"
#include "kernel/modules.h"

/* A name under which the user knows a device. */
struct device_use {
	const char *subsystem;	      /* "net", "block" */
	const char *name;	      /* "eth0", "sda" */
	const char *model, *firmware; /* NULL: the kernel does not keep it */
};

struct bound_device {
	const char *bus, *driver; /* a module may have several drivers, on several buses */
	const char *name;	  /* on the bus: "0000:00:03.0", "virtio1" */
	const char *pci_address;  /* of the hardware that it is, or is behind; NULL: none */
	struct vmt_u64 pci_vendor, pci_device;
	struct device_use *uses;
	size_t n_uses;
};

/* The kernel in whose memory to look. */
struct device_kernel {
	const struct kernel_image *k;
	const struct module_list *modules;
	struct btf *base; /* the kernel's own types; NULL: model and firmware are not read */
};

/*
 * Finds the devices bound to the module's drivers, sorted by bus, driver and name. Everything is
 * allocated from ctx. Finding none is not an error. What exceeds a cap is left out. An error with
 * *n > 0 means that some could not be read, or not completely.
 */
int devices_of_module(TALLOC_CTX *ctx, const struct device_kernel *kernel,
	const struct kernel_module *module, struct bound_device **ret, size_t *n,
	struct vmt_err *err);

#endif
