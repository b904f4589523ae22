// SPDX-License-Identifier: GPL-3.0-or-later
/* A small /sys built by hand: one driver with a PCI device and an interface, and one on virtio. */
#include "base/test.h"

#include "kernel/devices.h"
#include "kernel/fake_sysfs.h"
#include "kernel/sysfs.h"

/* ---- the tree ---------------------------------------------------------------------------- */

#define MODULE 0x1000u
#define KOBJECT 0x2000u
#define PCI_DEV 0x3000u
#define NODES 0x10000u
#define NAMES 0x20000u

enum {
	DRIVERS,     /* /sys/module/M/drivers */
	LINK_PCI,    /* the link pci:nic in it */
	LINK_VIRTIO, /* virtio:net */
	PCI_NIC,     /* the directories of the drivers */
	VIRTIO_NET,
	TO_DEVICE, /* the links in them */
	TO_MODULE,
	TO_VIRTIO,
	DEVICE, /* the directories of the devices */
	VIRTIO,
	BUS_PCI, /* target of the link "subsystem" */
	BUS_VIRTIO,
	CLASS_NET,
	DEVICE_BUS, /* the links of that name */
	VIRTIO_BUS,
	NET, /* DEVICE/net, which contains eth0 */
	ETH0,
	ETH0_CLASS,
	POWER, /* an attribute */
	COUNT,
};

static struct kernel_image image;
static struct kernel_module module = {.addr = FAKE_IMAGE + MODULE, .name = "m"};

static uint64_t node_at(unsigned i)
{
	return NODES + (uint64_t)NODE_SIZE * i;
}

static void put_node(unsigned i, unsigned type, const char *name, unsigned parent, unsigned target)
{
	uint64_t at = node_at(i), root = node_at(parent) + NODE_ENTRIES, next;

	fake_text(NAMES + 64 * i, name);
	fake_put(at + NODE_NAME, 8, fake_va(NAMES + 64 * i));
	fake_put(at + NODE_FLAGS, 2, 0x30 | type);
	if (type == SYSFS_LINK)
		fake_put(at + NODE_TARGET, 8, fake_va(node_at(target)));
	if (parent == COUNT)
		return;
	fake_put(at + NODE_PARENT, 8, fake_va(node_at(parent)));
	/*
	 * An unbalanced tree: the newest is the root, with the others alternately to its left and
	 * right.
	 */
	memcpy(&next, fake_ram + root, 8);
	fake_put(at + NODE_RB + (i & 1 ? 8 : 16), 8, next);
	fake_put(root, 8, fake_va(at + NODE_RB));
}

static void put_tree(void)
{
	put_node(DRIVERS, SYSFS_DIR, "drivers", COUNT, 0);
	put_node(PCI_NIC, SYSFS_DIR, "nic", COUNT, 0);
	put_node(VIRTIO_NET, SYSFS_DIR, "net", COUNT, 0);
	put_node(BUS_PCI, SYSFS_DIR, "pci", COUNT, 0);
	put_node(BUS_VIRTIO, SYSFS_DIR, "virtio", COUNT, 0);
	put_node(CLASS_NET, SYSFS_DIR, "net", COUNT, 0);
	put_node(LINK_PCI, SYSFS_LINK, "pci:nic", DRIVERS, PCI_NIC);
	put_node(LINK_VIRTIO, SYSFS_LINK, "virtio:net", DRIVERS, VIRTIO_NET);
	put_node(DEVICE, SYSFS_DIR, "0000:00:03.0", COUNT, 0);
	put_node(VIRTIO, SYSFS_DIR, "virtio7", DEVICE, 0);
	put_node(TO_DEVICE, SYSFS_LINK, "0000:00:03.0", PCI_NIC, DEVICE);
	put_node(TO_MODULE, SYSFS_LINK, "module", PCI_NIC, DRIVERS);
	put_node(TO_VIRTIO, SYSFS_LINK, "virtio7", VIRTIO_NET, VIRTIO);
	put_node(DEVICE_BUS, SYSFS_LINK, "subsystem", DEVICE, BUS_PCI);
	put_node(VIRTIO_BUS, SYSFS_LINK, "subsystem", VIRTIO, BUS_VIRTIO);
	put_node(NET, SYSFS_DIR, "net", DEVICE, 0);
	put_node(ETH0, SYSFS_DIR, "eth0", NET, 0);
	put_node(ETH0_CLASS, SYSFS_LINK, "subsystem", ETH0, CLASS_NET);
	put_node(POWER, SYSFS_FILE, "vendor", DEVICE, 0);
	fake_put(KOBJECT + 48, 8, fake_va(node_at(DRIVERS)));
	fake_put(MODULE + 8, 8, fake_va(KOBJECT));
	fake_put(node_at(DEVICE) + NODE_PRIV, 8, fake_va(PCI_DEV + 0x100));
	fake_put(PCI_DEV + 0x3c, 2, 0x8086);
	fake_put(PCI_DEV + 0x3e, 2, 0x100e);
}

static int setup(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	fake_reset();
	put_tree();
	image = (struct kernel_image){.space = fake_space(ctx)};
	assert_int_equal(fake_sysfs_layout(ctx, &image.layout), 0);
	*state = ctx;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static int find(void *ctx, struct bound_device **devices, size_t *n, struct vmt_err *err)
{
	static const struct module_list none;

	return devices_of_module(
		ctx, &(struct device_kernel){&image, &none, NULL}, &module, devices, n, err);
}

/* ---- tests ------------------------------------------------------------------------------- */

static void test_devices(void **state)
{
	struct bound_device *d;
	struct vmt_err err;
	size_t n;

	assert_int_equal(find(*state, &d, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_string_equal(d[0].bus, "pci");
	assert_string_equal(d[0].driver, "nic");
	assert_string_equal(d[0].name, "0000:00:03.0");
	assert_string_equal(d[0].pci_address, "0000:00:03.0");
	assert_int_equal(d[0].pci_vendor.v, 0x8086);
	assert_int_equal(d[0].pci_device.v, 0x100e);
	assert_int_equal(d[0].n_uses, 1);
	assert_string_equal(d[0].uses[0].subsystem, "net");
	assert_string_equal(d[0].uses[0].name, "eth0");
	assert_null(d[0].uses[0].firmware);
	/* Behind the PCI device, and reported with its address. */
	assert_string_equal(d[1].bus, "virtio");
	assert_string_equal(d[1].name, "virtio7");
	assert_string_equal(d[1].pci_address, "0000:00:03.0");
	assert_int_equal(d[1].n_uses, 0);
}

static void test_no_driver(void **state)
{
	struct bound_device *d;
	struct vmt_err err;
	size_t n = 1;

	fake_put(MODULE + 8, 8, 0);
	assert_int_equal(find(*state, &d, &n, &err), 0);
	assert_int_equal(n, 0);
}

/* The device's directory is left out of the dump: its name and address are still reported. */
static void test_left_out(void **state)
{
	struct bound_device *d;
	struct vmt_err err;
	size_t n;
	uint64_t away = 0x80000;

	fake_put(node_at(TO_DEVICE) + NODE_TARGET, 8, fake_va(away));
	fake_hole = away;
	assert_int_equal(find(*state, &d, &n, &err), VMT_ERR_NODATA);
	assert_int_equal(n, 2);
	assert_string_equal(d[0].name, "0000:00:03.0");
	assert_string_equal(d[0].pci_address, "0000:00:03.0");
	assert_false(d[0].pci_vendor.known);
	assert_int_equal(d[0].n_uses, 0);
	assert_string_equal(d[1].name, "virtio7");
}

/* Cycles in trees of nodes and of directories: the walk must end. */
static void test_loops(void **state)
{
	struct bound_device *d;
	struct vmt_err err = {0};
	size_t n;

	fake_put(node_at(ETH0) + NODE_RB + 8, 8, fake_va(node_at(ETH0) + NODE_RB));
	fake_put(node_at(ETH0) + NODE_ENTRIES, 8, fake_va(node_at(ETH0) + NODE_RB));
	assert_int_equal(find(*state, &d, &n, &err), VMT_ERR_LIMIT);
	assert_int_equal(n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_devices, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_driver, setup, teardown),
		cmocka_unit_test_setup_teardown(test_left_out, setup, teardown),
		cmocka_unit_test_setup_teardown(test_loops, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
