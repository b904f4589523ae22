// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * x_break: TEST ONLY. Overwrites one member of the private data of an in-tree driver or file system
 * and then refuses to load, so that its victim crashes later, alone, in its own code. `path` leads to
 * the member: offsets in bytes (from BTF, see guest/lib.sh). Each but the last leads to a pointer,
 * which is followed.
 */
#include <linux/blkdev.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/netdevice.h>

static char *netdev = "";
module_param(netdev, charp, 0);
static char *disk = "";
module_param(disk, charp, 0);
static char *mount = "";
module_param(mount, charp, 0);
static long path[8];
static int path_len;
module_param_array(path, long, &path_len, 0);
static unsigned long value;
module_param(value, ulong, 0);
static uint size = sizeof(void *);
module_param(size, uint, 0);

static void *netdev_base(void)
{
	struct net_device *dev = dev_get_by_name(&init_net, netdev);

	return dev ? netdev_priv(dev) : NULL;
}

static void *disk_base(void)
{
	struct file *file = filp_open(disk, O_RDONLY, 0);

	return IS_ERR(file) ? NULL : I_BDEV(file->f_mapping->host)->bd_disk->private_data;
}

static void *mount_base(void)
{
	struct path root;

	return kern_path(mount, 0, &root) ? NULL : root.dentry->d_sb;
}

static void *base(void)
{
	return *netdev ? netdev_base() : *disk ? disk_base() : mount_base();
}

static int __init x_break_init(void)
{
	char *at = base();
	int i;

	if (!at || !path_len)
		return -ENODEV;
	for (i = 0; i < path_len - 1; i++)
		at = *(char **)(at + path[i]);
	memcpy(at + path[i], &value, min_t(size_t, size, sizeof(value)));
	return -ECANCELED;
}
module_init(x_break_init);

MODULE_DESCRIPTION("Breaks a driver from outside, for tests only");
MODULE_LICENSE("GPL");
