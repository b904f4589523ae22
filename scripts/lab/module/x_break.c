// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * x_break: TEST ONLY. Overwrites one member of the private data of an in-tree driver or file system
 * and then refuses to load, so that its victim crashes later, alone, in its own code. `path` leads to
 * the member: offsets in bytes (from BTF, see guest/lib.sh). Each but the last leads to a pointer,
 * which is followed.
 *
 * With `code`, the address of a function (with `of_module`, of a module's), it flips one bit of its code instead, so that an
 * instruction becomes invalid, as bad memory does.
 */
#include <linux/blkdev.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/netdevice.h>
#include <linux/vmalloc.h>

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

static unsigned long code;
module_param(code, ulong, 0);
static bool of_module;
module_param(of_module, bool, 0);

/*
 * The byte of a function whose bit is to be flipped, and the bit. NULL: none, or it is flipped
 * already: busybox tries again to load a module that refuses.
 */
static u8 *find_bit_to_flip(u8 *at, int *bit)
{
	int i;

#ifdef CONFIG_X86_64
	/* mov between registers becomes lea of a register, which does not exist. */
	for (i = 0; i < 256; i++)
		if (at[i] == 0x48 && (at[i + 1] | 4) == 0x8d && at[i + 2] >= 0xc0) {
			*bit = 2;
			return at[i + 1] == 0x89 ? at + i + 1 : NULL;
		}
#else
	/* mov x29, sp becomes an encoding that is not used. */
	for (i = 0; i < 256; i += 4)
		if ((*(u32 *)(at + i) | 0x10000000) == 0x910003fd) {
			*bit = 4;
			return at[i + 3] == 0x91 ? at + i + 3 : NULL;
		}
#endif
	return NULL;
}

/* Code is not writable where it is: its page is mapped a second time. */
static int flip_code(void)
{
	int bit;
	u8 *at = find_bit_to_flip((u8 *)code, &bit), *map;
	struct page *page;

	if (!at)
		return -ENOENT;
	page = of_module ? vmalloc_to_page(at) : pfn_to_page(PHYS_PFN(__pa_symbol(at)));
	map = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	if (!map)
		return -ENOMEM;
	map[offset_in_page(at)] ^= 1 << bit;
	vunmap(map);
	return -ECANCELED;
}

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
	char *at;
	int i;

	if (code)
		return flip_code();
	at = base();
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
