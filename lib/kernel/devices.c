// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * /sys/module/NAME/drivers has a link BUS:DRIVER to each driver of the module. The driver's
 * directory has a link to each device bound to it. A device's directory contains the directories of
 * the devices that it provides, each with a link "subsystem". Mirrors
 * drivers/base/{module,dd,core}.c.
 */
#include "kernel/devices.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "kernel/device_model.h"
#include "kernel/sysfs.h"

struct collect {
	TALLOC_CTX *ctx;
	struct sysfs fs;
	struct device_models *models;
	struct bound_device *items;
	size_t n;
	const char *bus, *driver; /* being examined */
	int lost;		  /* the error of something that could not be read */
	const char *capped;	  /* what exceeded its cap; NULL: nothing */
	struct vmt_err *err;
};

/* An unreadable entry costs only itself. */
static int go_on(struct collect *c, int rc)
{
	if (rc == VMT_ERR_NOMEM)
		return rc;
	if (rc < 0)
		c->lost = rc;
	return 0;
}

/* A directory below a device. */
struct descent {
	struct collect *c;
	struct bound_device *device;
	struct device_model model; /* found on the way down */
	unsigned depth;
};

/* Subsystems whose device names are familiar to users and appear in logs. */
static const char *const subsystems_shown[] = {"net", "block", "nvme", "scsi_host", "infiniband",
	"drm", "sound", "tty", "mmc_host", "ieee80211", "video4linux", "fc_host", "ata_port",
	"iscsi_host", "sas_host", "watchdog", "tpm", "mtd", "nvme-subsystem"};

static bool is_shown(const char *subsystem)
{
	for (size_t i = 0; i < ARRAY_SIZE(subsystems_shown); i++)
		if (strcmp(subsystems_shown[i], subsystem) == 0)
			return true;
	return false;
}

static const char *text_of(TALLOC_CTX *ctx, const char *text)
{
	return *text ? talloc_strdup(ctx, text) : NULL;
}

static int add_use(struct descent *d, const char *subsystem, const char *name)
{
	struct bound_device *to = d->device;
	struct device_use *uses;

	if (to->n_uses >= CAP_DEVICE_NODES) {
		d->c->capped = "interfaces or disks of one device";
		return 0;
	}
	uses = ARRAY_ROOM(d->c->ctx, to->uses, to->n_uses);
	if (!uses)
		return err_nomem(d->c->err);
	to->uses = uses;
	uses[to->n_uses] = (struct device_use){
		.subsystem = talloc_strdup(uses, subsystem),
		.name = talloc_strdup(uses, name),
		.model = text_of(uses, d->model.model),
		.firmware = text_of(uses, d->model.firmware),
	};
	if (!uses[to->n_uses].subsystem || !uses[to->n_uses].name)
		return err_nomem(d->c->err);
	to->n_uses++;
	return 0;
}

/* Stops at a disk: the partitions in its directory are not needed. */
static int look_at(void *arg, const struct sysfs_node *dir)
{
	struct descent *up = arg, d = *up;
	struct sysfs_node subsystem;
	int rc = 0;

	if (++d.depth > CAP_DEVICE_DEPTH) {
		d.c->capped = "levels below a device";
		return 0;
	}
	if (sysfs_follow(&d.c->fs, dir, "subsystem", &subsystem, NULL) == 0) {
		device_model_read(d.c->models, subsystem.name, dir->kobject, &d.model);
		if (is_shown(subsystem.name))
			rc = add_use(&d, subsystem.name, dir->name);
		if (strcmp(subsystem.name, "block") == 0)
			return rc;
	}
	return rc ? rc : go_on(d.c, sysfs_each(&d.c->fs, dir, SYSFS_DIR, look_at, &d, d.c->err));
}

/* Finds the device itself, or its nearest ancestor, that is on PCI. */
static void find_pci(struct collect *c, const struct sysfs_node *device, struct bound_device *to)
{
	struct sysfs_node at = *device, subsystem;
	struct layout_member dev;
	bool is_pci = strcmp(c->bus, "pci") == 0;

	for (unsigned i = 0; !is_pci; i++) {
		if (i == CAP_DEVICE_DEPTH)
			c->capped = "levels above a device";
		if (i == CAP_DEVICE_DEPTH || sysfs_parent(&c->fs, &at, &at, NULL))
			return;
		is_pci = sysfs_follow(&c->fs, &at, "subsystem", &subsystem, NULL) == 0 &&
			 strcmp(subsystem.name, "pci") == 0;
	}
	to->pci_address = talloc_strdup(c->ctx, at.name);
	if (!at.kobject || layout_member(c->fs.k->layout, "pci_dev", "dev.kobj", &dev, NULL))
		return;
	at.kobject -= dev.offset;
	to->pci_vendor.known = kernel_read_member(c->fs.k, at.kobject, "pci_dev", "vendor",
				       &to->pci_vendor.v, NULL) == 0;
	to->pci_device.known = kernel_read_member(c->fs.k, at.kobject, "pci_dev", "device",
				       &to->pci_device.v, NULL) == 0;
}

static int by_use(const void *a, const void *b)
{
	const struct device_use *x = a, *y = b;
	int order = strcmp(x->subsystem, y->subsystem);

	return order ? order : strcmp(x->name, y->name);
}

CAP_FITS(CAP_DEVICES, sizeof(struct bound_device));

static int add_device(struct collect *c, const struct sysfs_node *device)
{
	struct bound_device *items = ARRAY_ROOM(c->ctx, c->items, c->n);
	struct descent d = {.c = c};
	int rc;

	if (!items)
		return err_nomem(c->err);
	c->items = items;
	d.device = &items[c->n++];
	*d.device = (struct bound_device){
		.bus = c->bus, .driver = c->driver, .name = talloc_strdup(c->ctx, device->name)};
	if (!d.device->name)
		return err_nomem(c->err);
	find_pci(c, device, d.device);
	rc = sysfs_each(&c->fs, device, SYSFS_DIR, look_at, &d, c->err);
	if (d.device->n_uses)
		qsort(d.device->uses, d.device->n_uses, sizeof(struct device_use), by_use);
	return go_on(c, rc);
}

/*
 * A driver's directory also links to its module, but only devices have a subsystem. If that cannot
 * be read, the name is still worth reporting.
 */
static int take_device(void *arg, const struct sysfs_node *link)
{
	struct collect *c = arg;
	struct sysfs_node device, subsystem;
	int rc;

	if (strcmp(link->name, "module") == 0)
		return 0;
	if (c->n >= CAP_DEVICES) {
		c->capped = "devices of one driver";
		return 0;
	}
	rc = sysfs_read(&c->fs, link->target, &device, c->err);
	if (!rc)
		rc = sysfs_follow(&c->fs, &device, "subsystem", &subsystem, c->err);
	if (rc == VMT_ERR_NOTFOUND)
		return 0;
	if (rc) {
		c->lost = rc;
		memcpy(device.name, link->name, sizeof(device.name));
	}
	return add_device(c, &device);
}

static int take_driver(void *arg, const struct sysfs_node *link)
{
	struct collect *c = arg;
	const char *colon = strchr(link->name, ':');
	struct sysfs_node driver;
	int rc;

	if (!colon)
		return 0;
	c->bus = talloc_strndup(c->ctx, link->name, (size_t)(colon - link->name));
	c->driver = talloc_strdup(c->ctx, colon + 1);
	if (!c->bus || !c->driver)
		return err_nomem(c->err);
	rc = sysfs_read(&c->fs, link->target, &driver, c->err);
	if (!rc)
		rc = sysfs_each(&c->fs, &driver, SYSFS_LINK, take_device, c, c->err);
	return go_on(c, rc);
}

static int by_name(const void *a, const void *b)
{
	const struct bound_device *x = a, *y = b;
	int order = strcmp(x->bus, y->bus);

	if (!order)
		order = strcmp(x->driver, y->driver);
	return order ? order : strcmp(x->name, y->name);
}

int devices_of_module(TALLOC_CTX *ctx, const struct device_kernel *kernel,
	const struct kernel_module *module, struct bound_device **ret, size_t *n,
	struct vmt_err *err)
{
	const struct kernel_image *k = kernel->k;
	struct collect c = {.ctx = ctx, .fs.k = k, .err = err};
	struct sysfs_node drivers;
	uint64_t dir;
	int rc = kernel_read_member(k, module->addr, "module", "mkobj.drivers_dir", &dir, err);

	*ret = NULL;
	*n = 0;
	if (rc || !dir)
		return rc;
	rc = sysfs_of_kobject(&c.fs, dir, &drivers, err);
	if (!rc)
		rc = device_models_new(ctx, k, kernel->modules, kernel->base, &c.models, err);
	if (!rc)
		rc = sysfs_each(&c.fs, &drivers, SYSFS_LINK, take_driver, &c, err);
	if (c.items)
		qsort(c.items, c.n, sizeof(c.items[0]), by_name);
	*ret = c.items;
	*n = c.n;
	if (c.models && device_models_are_capped(c.models))
		c.capped = "modules with types";
	if (c.fs.too_deep)
		c.capped = "levels of a tree in /sys";
	if (!rc && !c.lost && c.capped)
		c.lost = err_set(err, VMT_ERR_LIMIT, "more %s than are examined", c.capped);
	return rc ? rc : c.lost;
}
