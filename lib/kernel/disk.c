// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See disk.h. Mirrors block/genhd.c and block/blk-mq*.c: a driver's requests are those in the
 * tables of tags that are started and not complete. Disks without such tables (device mapper, md)
 * count per CPU what they have been given (5.11 and later).
 */
#include "kernel/disk.h"

#include "base/caps.h"
#include "kernel/percpu.h"
#include "kernel/task.h"

#define IN_FLIGHT 1u /* enum mq_rq_state */

static bool member(const struct kernel_image *k, uint64_t at, const char *type, const char *name,
	uint64_t *ret)
{
	return at && kernel_read_member(k, at, type, name, ret, NULL) == 0;
}

/* ---- requests ---------------------------------------------------------------------------- */

struct count {
	const struct kernel_image *k;
	uint64_t queue;
	struct task_clock clock;
	uint64_t left; /* of CAP_REQUESTS */
	struct disk *disk;
};

/*
 * A request's deadline is set when the driver gets it. The kernel's clocks for requests are not
 * read: they are recorded only where statistics are wanted, and jiffies are what dumps have.
 */
static void take_age(struct count *c, uint64_t request)
{
	uint64_t deadline, timeout, age;

	if (!c->clock.jiffies.known || !c->clock.hz.known ||
		!member(c->k, request, "request", "deadline", &deadline) ||
		!member(c->k, request, "request", "timeout", &timeout) || !deadline ||
		deadline < timeout || deadline - timeout > c->clock.jiffies.v)
		return;
	age = (c->clock.jiffies.v - (deadline - timeout)) * 1000 / c->clock.hz.v;
	if (!c->disk->oldest_ms.known || age > c->disk->oldest_ms.v)
		c->disk->oldest_ms = (struct vmt_u64){true, age};
}

static void take_request(struct count *c, uint64_t request)
{
	uint64_t queue, state;

	/* Disks of one host share the table. */
	if (!member(c->k, request, "request", "q", &queue) || queue != c->queue ||
		!member(c->k, request, "request", "state", &state) || (uint32_t)state != IN_FLIGHT)
		return;
	c->disk->in_flight.v++;
	take_age(c, request);
}

static bool take_tags(struct count *c, uint64_t tags)
{
	unsigned size = mem_space_ptr_size(c->k->space);
	uint64_t n, table, request;

	if (!member(c->k, tags, "blk_mq_tags", "nr_tags", &n) ||
		!member(c->k, tags, "blk_mq_tags", "rqs", &table))
		return false;
	for (n = (uint32_t)n; n; n--, table += size) {
		if (!c->left || mem_read_ptr(c->k->space, table, &request, NULL))
			return false;
		c->left--;
		if (request)
			take_request(c, request);
	}
	return true;
}

static bool count_requests(struct count *c, uint64_t set)
{
	unsigned size = mem_space_ptr_size(c->k->space);
	uint64_t n, table, tags, last = 0;

	if (!member(c->k, set, "blk_mq_tag_set", "nr_hw_queues", &n) ||
		!member(c->k, set, "blk_mq_tag_set", "tags", &table))
		return false;
	for (n = (uint32_t)n; n; n--, table += size) {
		if (!c->left || mem_read_ptr(c->k->space, table, &tags, NULL))
			return false;
		c->left--;
		/* All hardware queues of a host may have the same one. */
		if (tags && tags != last && !take_tags(c, tags))
			return false;
		last = tags;
	}
	return true;
}

/* What a CPU has submitted may be completed by another one: only the sum says something. */
static bool count_statistics(struct count *c)
{
	struct percpu *cpus = NULL;
	uint64_t part, stats, reads, writes, sum = 0;
	size_t n = 0, i;

	if (!member(c->k, c->disk->addr, "gendisk", "part0", &part) ||
		!member(c->k, part, "block_device", "bd_stats", &stats) ||
		percpu_read(NULL, c->k, &cpus, &n, NULL))
		return false;
	for (i = 0; i < n; i++) {
		uint64_t at = stats + cpus[i].offset;

		if (!member(c->k, at, "disk_stats", "in_flight[0]", &reads) ||
			!member(c->k, at, "disk_stats", "in_flight[1]", &writes))
			break;
		sum += reads + writes;
	}
	talloc_free(cpus);
	c->disk->in_flight.v = sum;
	return n && i == n && (int64_t)sum >= 0;
}

static void count_in_flight(const struct kernel_image *k, struct disk *disk)
{
	struct count c = {.k = k, .left = CAP_REQUESTS, .disk = disk};
	uint64_t set;
	bool all;

	if (!member(k, disk->addr, "gendisk", "queue", &c.queue) ||
		!member(k, c.queue, "request_queue", "tag_set", &set))
		return;
	task_clock_read(k, &c.clock);
	all = set ? count_requests(&c, set) : count_statistics(&c);
	disk->in_flight.known = all;
	if (!all)
		disk->oldest_ms = (struct vmt_u64){0};
}

/* ---- disks ------------------------------------------------------------------------------- */

static bool is_name(const char *name)
{
	for (const char *p = name; *p; p++)
		if (*p <= ' ' || *p > '~')
			return false;
	return *name != '\0';
}

/* Since 5.11 a disk's part0 is a struct block_device, which points back. */
static bool points_back(const struct kernel_image *k, uint64_t addr)
{
	uint64_t part, disk;

	if (!layout_has(k->layout, "block_device", "bd_stats"))
		return true;
	return member(k, addr, "gendisk", "part0", &part) &&
	       member(k, part, "block_device", "bd_disk", &disk) && disk == addr;
}

int disk_read(const struct kernel_image *k, uint64_t addr, struct disk *ret, struct vmt_err *err)
{
	struct layout_member m;
	int rc = layout_member(k->layout, "gendisk", "disk_name", &m, err);

	*ret = (struct disk){.addr = addr};
	if (!rc)
		rc = mem_read_string(k->space, addr + m.offset, ret->name, sizeof(ret->name), err);
	if (rc)
		return rc;
	if (!is_name(ret->name) || !points_back(k, addr))
		return err_set_at(err, VMT_ERR_CORRUPT, addr, "not a disk");
	count_in_flight(k, ret);
	return 0;
}

int disk_of_bdev(const struct kernel_image *k, uint64_t bdev, struct disk *ret, struct vmt_err *err)
{
	uint64_t addr;
	int rc = kernel_read_member(k, bdev, "block_device", "bd_disk", &addr, err);

	return rc ? rc : disk_read(k, addr, ret, err);
}

int disk_of_queue(
	const struct kernel_image *k, uint64_t queue, struct disk *ret, struct vmt_err *err)
{
	uint64_t addr, back;

	/* 5.15 and later */
	if (!member(k, queue, "request_queue", "disk", &addr) || !addr ||
		!member(k, addr, "gendisk", "queue", &back) || back != queue)
		return err_set(err, VMT_ERR_NOTFOUND, "the queue does not lead to a disk");
	return disk_read(k, addr, ret, err);
}
