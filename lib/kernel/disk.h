/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disks (struct gendisk), and the requests that their drivers have not completed. */
#ifndef VMT_KERNEL_DISK_H
#define VMT_KERNEL_DISK_H

#include "image/image.h"

struct disk {
	uint64_t addr; /* of the gendisk */
	char name[33];
	struct vmt_u64 in_flight; /* requests, of all tasks */
	/* How long ago the driver got the oldest one. Less if its time was extended since. */
	struct vmt_u64 oldest_ms;
};

/* Reads the gendisk at addr. VMT_ERR_CORRUPT: it is none. */
int disk_read(const struct kernel_image *k, uint64_t addr, struct disk *ret, struct vmt_err *err);

/* The same by the struct block_device of the disk or a partition. */
int disk_of_bdev(
	const struct kernel_image *k, uint64_t bdev, struct disk *ret, struct vmt_err *err);

/* The same by the struct request_queue. VMT_ERR_NOTFOUND: it does not lead to a disk. */
int disk_of_queue(
	const struct kernel_image *k, uint64_t queue, struct disk *ret, struct vmt_err *err);

#endif
