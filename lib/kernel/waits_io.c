// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Waiting for a device. What the task waits for is on its stack or is pointed to from there, and
 * names the task: the entry in a wait queue for a page, for a buffer or for a free tag, or the
 * completion of a bio or request. From there it goes to the disk. Mirrors mm/filemap.c,
 * kernel/sched/wait_bit.c, fs/buffer.c, block/{fops,bio,blk-mq,blk-mq-tag}.c, fs/iomap/direct-io.c,
 * fs/direct-io.c, mm/page-writeback.c.
 */
#include "base/array.h"
#include "kernel/waits_internal.h"

#define MAPPING_FLAGS 3u /* set: not of a file */

struct look {
	const struct kernel_image *k;
	uint64_t task, done; /* done: the completion that it waits for; 0: none */
	struct wait *ret;
};

static bool member(
	const struct look *l, uint64_t at, const char *type, const char *name, uint64_t *ret)
{
	return at && kernel_read_member(l->k, at, type, name, ret, NULL) == 0;
}

/* Whether the word at `at` is that member of a struct: where the struct begins. */
static bool around(
	const struct look *l, uint64_t at, const char *type, const char *name, uint64_t *ret)
{
	struct layout_member m;

	if (layout_member(l->k->layout, type, name, &m, NULL))
		return false;
	*ret = at - m.offset;
	return true;
}

/* Where a member of the struct at `at` is. */
static bool inside(
	const struct look *l, uint64_t at, const char *type, const char *name, uint64_t *ret)
{
	struct layout_member m;

	if (layout_member(l->k->layout, type, name, &m, NULL))
		return false;
	*ret = at + m.offset;
	return true;
}

/* ---- from a file to its disk --------------------------------------------------------------- */

/* The inode of a block device is next to its struct block_device. */
static bool of_device_file(struct look *l, uint64_t inode)
{
	uint64_t both, bdev;

	return around(l, inode, "bdev_inode", "vfs_inode", &both) &&
	       inside(l, both, "bdev_inode", "bdev", &bdev) &&
	       disk_of_bdev(l->k, bdev, &l->ret->disk, NULL) == 0;
}

static bool of_inode(struct look *l, uint64_t inode)
{
	uint64_t super, bdev, devices;

	if (!member(l, inode, "inode", "i_sb", &super) || !super)
		return false;
	if (!kernel_read_symbol(
		    l->k, "blockdev_superblock", mem_space_ptr_size(l->k->space), &devices, NULL) &&
		devices == super)
		return of_device_file(l, inode);
	return member(l, super, "super_block", "s_bdev", &bdev) && bdev &&
	       disk_of_bdev(l->k, bdev, &l->ret->disk, NULL) == 0;
}

static bool of_mapping(struct look *l, uint64_t mapping)
{
	uint64_t inode;

	return mapping && !(mapping & MAPPING_FLAGS) &&
	       member(l, mapping, "address_space", "host", &inode) && of_inode(l, inode);
}

static bool of_page(struct look *l, uint64_t page)
{
	uint64_t mapping;

	return (member(l, page, "page", "mapping", &mapping) ||
		       member(l, page, "folio", "mapping", &mapping)) &&
	       of_mapping(l, mapping);
}

/* bi_bdev since 5.12, bi_disk before. */
static bool of_bio(struct look *l, uint64_t bio)
{
	uint64_t bdev, disk;

	if (member(l, bio, "bio", "bi_bdev", &bdev))
		return bdev && disk_of_bdev(l->k, bdev, &l->ret->disk, NULL) == 0;
	return member(l, bio, "bio", "bi_disk", &disk) && disk &&
	       disk_read(l->k, disk, &l->ret->disk, NULL) == 0;
}

/* ---- what a word of the stack shows -------------------------------------------------------- */

static bool is_queued(const struct look *l, uint64_t at, const char *type, const char *entry)
{
	struct layout_member m;

	return !layout_member(l->k->layout, type, entry, &m, NULL) &&
	       wait_is_linked(l->k, at + m.offset);
}

static bool by_page(struct look *l, uint64_t at, uint64_t word)
{
	uint64_t wait, page;

	if (word != l->task || !around(l, at, "wait_page_queue", "wait.private", &wait) ||
		!is_queued(l, wait, "wait_page_queue", "wait.entry"))
		return false;
	/* "page" up to 5.15 */
	return (member(l, wait, "wait_page_queue", "folio", &page) ||
		       member(l, wait, "wait_page_queue", "page", &page)) &&
	       of_page(l, page);
}

/* The buffers of a page are a ring; those that jbd2 makes for its log are not in one. */
static bool is_buffer(struct look *l, uint64_t buffer)
{
	uint64_t page, next, same;

	return member(l, buffer, "buffer_head", "b_page", &page) && page &&
	       member(l, buffer, "buffer_head", "b_this_page", &next) &&
	       (!next || (member(l, next, "buffer_head", "b_page", &same) && page == same));
}

/* A bit of a buffer_head's first word. Other bits that are waited for belong to other structs. */
static bool by_buffer(struct look *l, uint64_t at, uint64_t word)
{
	uint64_t wait, buffer, bdev;

	if (word != l->task || !around(l, at, "wait_bit_queue_entry", "wq_entry.private", &wait) ||
		!is_queued(l, wait, "wait_bit_queue_entry", "wq_entry.entry") ||
		!member(l, wait, "wait_bit_queue_entry", "key.flags", &buffer))
		return false;
	return is_buffer(l, buffer) && member(l, buffer, "buffer_head", "b_bdev", &bdev) && bdev &&
	       disk_of_bdev(l->k, bdev, &l->ret->disk, NULL) == 0;
}

/* The queue is in blk_mq_alloc_data, whose hardware queue must be one of its own. */
static bool by_tag(struct look *l, uint64_t at, uint64_t word)
{
	uint64_t data, hctx, queue;

	return word && around(l, at, "blk_mq_alloc_data", "q", &data) &&
	       member(l, data, "blk_mq_alloc_data", "hctx", &hctx) &&
	       member(l, hctx, "blk_mq_hw_ctx", "queue", &queue) && queue == word &&
	       disk_of_queue(l->k, queue, &l->ret->disk, NULL) == 0;
}

/* Direct I/O of one bio, which is on the stack. */
static bool by_own_bio(struct look *l, uint64_t at, uint64_t word)
{
	uint64_t bio;

	return word == l->task && around(l, at, "bio", "bi_private", &bio) && of_bio(l, bio);
}

static bool of_iocb(struct look *l, uint64_t iocb)
{
	uint64_t file, mapping;

	return member(l, iocb, "kiocb", "ki_filp", &file) &&
	       member(l, file, "file", "f_mapping", &mapping) && of_mapping(l, mapping);
}

/* Direct I/O that allocates what describes it, with the task that waits for all of it. */
static bool by_direct(struct look *l, uint64_t at, uint64_t word)
{
	static const struct {
		const char *type, *waiter, *iocb;
	} rows[] = {{"iomap_dio", "submit.waiter", "iocb"}, {"blkdev_dio", "waiter", "iocb"},
		{"dio", "waiter", "iocb"}};
	uint64_t waiter, iocb;

	if (by_own_bio(l, at, word))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (member(l, word, rows[i].type, rows[i].waiter, &waiter) && waiter == l->task &&
			member(l, word, rows[i].type, rows[i].iocb, &iocb) && of_iocb(l, iocb))
			return true;
	return false;
}

static bool of_request(struct look *l, uint64_t request)
{
	uint64_t queue;

	return member(l, request, "request", "q", &queue) && queue &&
	       disk_of_queue(l->k, queue, &l->ret->disk, NULL) == 0;
}

/* A bio or a request that ends by waking the completion, on the stack or elsewhere. */
static bool by_completion(struct look *l, uint64_t at, uint64_t word)
{
	uint64_t end, bio;

	if (word == l->done && around(l, at, "bio", "bi_private", &bio) && of_bio(l, bio))
		return true;
	if (member(l, word, "bio", "bi_private", &end) && end == l->done && of_bio(l, word))
		return true;
	return member(l, word, "request", "end_io_data", &end) && end == l->done &&
	       of_request(l, word);
}

/* A device's writeback points to itself through the device, whose owner is that of the disk. */
static bool by_writeback(struct look *l, uint64_t at, uint64_t word)
{
	uint64_t bdi, own, owner, bdev;

	(void)at;
	return member(l, word, "bdi_writeback", "bdi", &bdi) &&
	       inside(l, bdi, "backing_dev_info", "wb", &own) && own == word &&
	       member(l, bdi, "backing_dev_info", "owner", &owner) && owner &&
	       around(l, owner, "block_device", "bd_device", &bdev) &&
	       disk_of_bdev(l->k, bdev, &l->ret->disk, NULL) == 0;
}

/* ---- all of it --------------------------------------------------------------------------- */

static const struct {
	enum wait_kind kind;
	bool (*shows)(struct look *l, uint64_t at, uint64_t word);
} ways[] = {
	{WAIT_IO_PAGE, by_page},
	{WAIT_IO_BUFFER, by_buffer},
	{WAIT_IO_TAG, by_tag},
	{WAIT_IO_DIRECT, by_direct},
	{WAIT_IO_COMPLETION, by_completion},
	{WAIT_IO_DIRTY, by_writeback},
};

bool wait_find_io(
	const struct kernel_image *k, const struct task *task, uint64_t done, struct wait *ret)
{
	struct look l = {k, task->addr, done, ret};
	unsigned size = mem_space_ptr_size(k->space);
	uint64_t at, end, word;
	size_t way = 0;

	while (way < ARRAY_SIZE(ways) && ways[way].kind != ret->kind)
		way++;
	if (way == ARRAY_SIZE(ways) || !wait_live_stack(k, task, &at, &end))
		return false;
	for (; end - at >= size; at += size) {
		if (mem_read_ptr(k->space, at, &word, NULL))
			return false;
		if (!word || !ways[way].shows(&l, at, word))
			continue;
		ret->kind = WAIT_IO;
		ret->addr = ret->disk.addr;
		return true;
	}
	return false;
}
