// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * vlic: TEST ONLY. Plays a proprietary module: only its licence tag says so, the source is as free as
 * the rest. Its init reads a key through an error pointer.
 */
#include <linux/err.h>
#include <linux/module.h>

struct vlic_key {
	u32 version;
	u32 serial;
};

static __attribute__((noipa)) struct vlic_key *vlic_find_key(void)
{
	return ERR_PTR(-ENODEV);
}

static noinline u32 vlic_read_serial(void)
{
	return vlic_find_key()->serial;
}

static int __init vlic_init(void)
{
	pr_info("vlic: serial %u\n", vlic_read_serial());
	return 0;
}
module_init(vlic_init);

MODULE_DESCRIPTION("A module that says it is proprietary, for tests only");
MODULE_LICENSE("Proprietary");
