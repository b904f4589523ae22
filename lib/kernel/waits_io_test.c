// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "kernel/fake_tasks.h"
#include "kernel/waits.h"

/* Offsets in RAM. */
#define DISK 0x50000u
#define BDEV 0x50400u
#define INODE 0x50600u /* of the device: 0x200 after its block_device */
#define QUEUE 0x50800u
#define TAG_SET 0x50a00u
#define TAGS 0x50b00u
#define TABLE 0x50c00u
#define REQUESTS 0x51000u /* 0x100 each */
#define PAGE 0x52000u
#define MAPPING 0x52100u
#define SUPER 0x52200u
#define HCTX 0x52300u
#define BUFFER 0x52400u
#define BIO 0x52500u
#define JOURNAL 0x53000u
#define KTHREAD 0x54000u
#define HEAD 0x55000u
#define SP 0x1c00u
#define WAITER 0x1d00u

enum {
	DISK_NAME = 0,
	DISK_QUEUE = 0x40,
	DISK_PART0 = 0x48,
	BDEV_DISK = 8,
	BDEV_STATS = 16,
	Q_TAG_SET = 0,
	Q_DISK = 8,
	ENTRY_PRIVATE = 8,
	ENTRY_LIST = 24,
	PAGE_WAIT = 16,
	BIO_PRIVATE = 8,
	TASK_WORKER = 0x500,
};

static const struct fake_member members[] = {
	{"gendisk", "disk_name", DISK_NAME, 32},
	{"gendisk", "queue", DISK_QUEUE, 8},
	{"gendisk", "part0", DISK_PART0, 8},
	{"block_device", "bd_disk", BDEV_DISK, 8},
	{"block_device", "bd_stats", BDEV_STATS, 8},
	{"disk_stats", "in_flight[0]", 0, 8},
	{"disk_stats", "in_flight[1]", 8, 8},
	{"request_queue", "tag_set", Q_TAG_SET, 8},
	{"request_queue", "disk", Q_DISK, 8},
	{"blk_mq_tag_set", "nr_hw_queues", 0, 4},
	{"blk_mq_tag_set", "tags", 8, 8},
	{"blk_mq_tags", "nr_tags", 0, 4},
	{"blk_mq_tags", "rqs", 8, 8},
	{"request", "q", 0, 8},
	{"request", "state", 8, 4},
	{"request", "deadline", 16, 8},
	{"request", "timeout", 24, 4},
	{"request", "end_io_data", 32, 8},
	{"bdev_inode", "bdev", 0, 0x200},
	{"bdev_inode", "vfs_inode", 0x200, 0x100},
	{"inode", "i_sb", 0, 8},
	{"super_block", "s_bdev", 0, 8},
	{"address_space", "host", 0, 8},
	{"folio", "mapping", 8, 8},
	{"wait_page_queue", "folio", 0, 8},
	{"wait_page_queue", "wait.private", PAGE_WAIT + ENTRY_PRIVATE, 8},
	{"wait_page_queue", "wait.entry", PAGE_WAIT + ENTRY_LIST, 16},
	{"wait_bit_queue_entry", "key.flags", 0, 8},
	{"wait_bit_queue_entry", "wq_entry.private", PAGE_WAIT + ENTRY_PRIVATE, 8},
	{"wait_bit_queue_entry", "wq_entry.entry", PAGE_WAIT + ENTRY_LIST, 16},
	{"buffer_head", "b_page", 8, 8},
	{"buffer_head", "b_this_page", 16, 8},
	{"buffer_head", "b_bdev", 24, 8},
	{"blk_mq_alloc_data", "q", 0, 8},
	{"blk_mq_alloc_data", "hctx", 8, 8},
	{"blk_mq_hw_ctx", "queue", 0, 8},
	{"bio", "bi_bdev", 0, 8},
	{"bio", "bi_private", BIO_PRIVATE, 8},
	{"swait_queue", "task_list", 8, 16},
	{"swait_queue", "task", 32, 8},
	{"completion", "wait.task_list", 24, 16},
	{"wait_queue_entry", "private", ENTRY_PRIVATE, 8},
	{"wait_queue_entry", "entry", ENTRY_LIST, 16},
	{"wait_queue_head", "head", 8, 16},
	{"task_struct", "worker_private", TASK_WORKER, 8},
	{"kthread", "data", 16, 8},
};

static int find_member(void *priv, const char *type, const char *member, struct layout_member *ret,
	struct vmt_err *err)
{
	(void)priv;
	return fake_find_member(members, ARRAY_SIZE(members), type, member, ret, err);
}

struct fixture {
	struct kernel_image k;
	struct wait_finder f;
	struct wait w;
};

static void point(uint64_t from, uint64_t to)
{
	fake_put(from, 8, fake_va(to));
}

static void put_request(unsigned i, uint64_t queue, unsigned state, unsigned started)
{
	uint64_t r = REQUESTS + 0x100 * i;

	point(TABLE + 8 * i, r);
	point(r, queue);
	fake_put(r + 8, 4, state);
	fake_put(r + 16, 8, started + 7500);
	fake_put(r + 24, 4, 7500);
}

/* At 20000 jiffies of 4 ms: two requests of the disk, one that is not started, one of another. */
static void put_disk(void)
{
	strcpy((char *)fake_ram + DISK, "sda");
	point(DISK + DISK_QUEUE, QUEUE);
	point(DISK + DISK_PART0, BDEV);
	point(BDEV + BDEV_DISK, DISK);
	point(QUEUE + Q_TAG_SET, TAG_SET);
	point(QUEUE + Q_DISK, DISK);
	fake_put(TAG_SET, 4, 2);
	point(TAG_SET + 8, TAG_SET + 0x20);
	point(TAG_SET + 0x20, TAGS);
	point(TAG_SET + 0x28, TAGS); /* the two hardware queues share it */
	fake_put(TAGS, 4, 5);
	point(TAGS + 8, TABLE);
	put_request(0, QUEUE, 1, 19000);
	put_request(1, QUEUE, 1, 18500);
	put_request(2, QUEUE, 0, 17000);
	put_request(3, HCTX, 1, 16000);
	fake_put(FAKE_VARS + 32, 8, 20000);
	fake_put(FAKE_VARS + 64 + 16, 4, 4000000u << 2);
	fake_put(FAKE_VARS + 64 + 20, 4, 2);
}

static int setup(void **state)
{
	static const struct layout_provider provider = {
		.name = "io", .member = find_member, .size = fake_layout_size};
	struct fixture *f = talloc_zero(NULL, struct fixture);

	fake_reset();
	assert_int_equal(fake_kernel_open(f, false, &f->k), 0);
	assert_int_equal(layout_add(f->k.layout, &provider, NULL), 0);
	f->f.k = &f->k;
	for (unsigned i = 0; i < 3; i++) {
		fake_put_task(i, i ? 100 + (int)i : 0, 0);
		fake_link(fake_task(i) + SIGNAL_HEAD, fake_task(i) + TASK_NODE);
		fake_link(fake_task(i) + TASK_NODE, fake_task(i) + SIGNAL_HEAD);
		point(fake_task(i) + TASK_SP, fake_stack(i, SP));
		fake_link(fake_task(i) + TASK_TASKS, fake_task((i + 1) % 3) + TASK_TASKS);
	}
	put_disk();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static int find(struct fixture *f, enum wait_kind kind)
{
	struct task task;

	assert_int_equal(task_read(&f->k, fake_va(fake_task(1)), &task, NULL), 0);
	return wait_find(&f->f, &task, kind, &f->w, NULL);
}

static void check_sda(struct fixture *f, enum wait_kind kind)
{
	assert_int_equal(find(f, kind), 0);
	assert_int_equal(f->w.kind, WAIT_IO);
	assert_int_equal(f->w.addr, fake_va(DISK));
	assert_string_equal(f->w.disk.name, "sda");
	assert_true(f->w.disk.in_flight.known);
	assert_int_equal(f->w.disk.in_flight.v, 2);
	assert_true(f->w.disk.oldest_ms.known);
	assert_int_equal(f->w.disk.oldest_ms.v, 6000);
}

/* An entry of a wait queue that has no other. */
static void queue_entry(uint64_t entry)
{
	point(entry + ENTRY_PRIVATE, fake_task(1));
	fake_link(HEAD + 8, entry + ENTRY_LIST);
	fake_link(entry + ENTRY_LIST, HEAD + 8);
}

static void a_page_of_a_file(void **state)
{
	struct fixture *f = *state;

	point(fake_stack(1, WAITER), PAGE);
	queue_entry(fake_stack(1, WAITER + PAGE_WAIT));
	point(PAGE + 8, MAPPING);
	point(MAPPING, INODE + 0x80);
	point(INODE + 0x80, SUPER);
	point(SUPER, BDEV);
	check_sda(f, WAIT_IO_PAGE);
	/* An anonymous page, then a file system without a disk. */
	fake_put(PAGE + 8, 8, fake_va(MAPPING) | 1);
	assert_int_equal(find(f, WAIT_IO_PAGE), VMT_ERR_NOTFOUND);
	point(PAGE + 8, MAPPING);
	fake_put(SUPER, 8, 0);
	assert_int_equal(find(f, WAIT_IO_PAGE), VMT_ERR_NOTFOUND);
	/* A disk that its block_device does not know. */
	point(SUPER, BDEV);
	point(DISK + DISK_PART0, BDEV + 0x40);
	assert_int_equal(find(f, WAIT_IO_PAGE), VMT_ERR_NOTFOUND);
	/* An entry that is no longer queued. */
	point(DISK + DISK_PART0, BDEV);
	point(HEAD + 8, HEAD + 8);
	assert_int_equal(find(f, WAIT_IO_PAGE), VMT_ERR_NOTFOUND);
}

static void a_buffer(void **state)
{
	struct fixture *f = *state;

	point(fake_stack(1, WAITER), BUFFER);
	queue_entry(fake_stack(1, WAITER + PAGE_WAIT));
	point(BUFFER + 8, PAGE);
	point(BUFFER + 16, BUFFER);
	point(BUFFER + 24, BDEV);
	check_sda(f, WAIT_IO_BUFFER);
	fake_put(BUFFER + 16, 8, 0);
	check_sda(f, WAIT_IO_BUFFER);
	point(BUFFER + 16, BUFFER + 0x40);
	assert_int_equal(find(f, WAIT_IO_BUFFER), VMT_ERR_NOTFOUND);
}

static void a_free_tag(void **state)
{
	struct fixture *f = *state;

	point(fake_stack(1, WAITER), QUEUE);
	point(fake_stack(1, WAITER + 8), HCTX);
	point(HCTX, QUEUE);
	check_sda(f, WAIT_IO_TAG);
	point(HCTX, QUEUE + 8);
	assert_int_equal(find(f, WAIT_IO_TAG), VMT_ERR_NOTFOUND);
}

static void a_bio_on_the_stack(void **state)
{
	struct fixture *f = *state;

	point(fake_stack(1, WAITER), BDEV);
	point(fake_stack(1, WAITER + BIO_PRIVATE), fake_task(1));
	check_sda(f, WAIT_IO_DIRECT);
}

/* The completion at done is waited for. */
static void put_completion(uint64_t done)
{
	uint64_t entry = fake_stack(1, WAITER) + 8;

	point(fake_stack(1, WAITER) + 32, fake_task(1));
	fake_link(done + 24, entry);
	fake_link(entry, done + 24);
}

static void a_completion_of_a_bio_or_request(void **state)
{
	struct fixture *f = *state;
	uint64_t done = fake_stack(1, WAITER + 0x80);

	put_completion(done);
	point(fake_stack(1, WAITER + 0x100), BIO);
	point(BIO, BDEV);
	point(BIO + BIO_PRIVATE, done);
	check_sda(f, WAIT_IO_COMPLETION);
	/* Another bio than the one that is waited for. */
	point(BIO + BIO_PRIVATE, done + 8);
	assert_int_equal(find(f, WAIT_IO_COMPLETION), 0);
	assert_int_equal(f->w.kind, WAIT_COMPLETION);
	assert_int_equal(f->w.addr, fake_va(done));
	point(fake_stack(1, WAITER + 0x100), REQUESTS);
	point(REQUESTS + 32, done);
	check_sda(f, WAIT_IO_COMPLETION);
}

static void a_disk_that_counts_per_cpu(void **state)
{
	struct fixture *f = *state;

	point(fake_stack(1, WAITER), BDEV);
	point(fake_stack(1, WAITER + BIO_PRIVATE), fake_task(1));
	fake_put(QUEUE + Q_TAG_SET, 8, 0);
	fake_put(BDEV + BDEV_STATS, 8, 0x3800);
	fake_put(fake_percpu(0, 0x3800), 8, 5);
	fake_put(fake_percpu(1, 0x3808), 8, (uint64_t)-2);
	assert_int_equal(find(f, WAIT_IO_DIRECT), 0);
	assert_int_equal(f->w.disk.in_flight.v, 3);
	assert_false(f->w.disk.oldest_ms.known);
	fake_put(fake_percpu(0, 0x3800), 8, 0);
	assert_int_equal(find(f, WAIT_IO_DIRECT), 0);
	assert_false(f->w.disk.in_flight.known);
}

static void a_journal(void **state)
{
	struct fixture *f = *state;
	uint64_t entry = fake_stack(1, WAITER);

	point(entry + ENTRY_PRIVATE, fake_task(1));
	fake_link(JOURNAL + 0x108, entry + ENTRY_LIST);
	fake_link(entry + ENTRY_LIST, JOURNAL + 0x108);
	strcpy((char *)fake_ram + fake_task(2) + TASK_COMM, "jbd2/sda-8");
	point(fake_task(2) + TASK_WORKER, KTHREAD);
	point(KTHREAD + 16, JOURNAL);
	assert_int_equal(find(f, WAIT_JOURNAL), 0);
	assert_int_equal(f->w.kind, WAIT_JOURNAL);
	assert_int_equal(f->w.holder, fake_va(fake_task(2)));
	point(KTHREAD + 16, JOURNAL + 0x1000);
	assert_int_equal(find(f, WAIT_JOURNAL), 0);
	assert_int_equal(f->w.kind, WAIT_QUEUE);
	assert_int_equal(f->w.holder, 0);
}

static void functions_that_wait(void **state)
{
	(void)state;
	assert_int_equal(wait_kind_of("folio_wait_bit_common"), WAIT_IO_PAGE);
	assert_int_equal(wait_kind_of("bit_wait_io"), WAIT_IO_BUFFER);
	assert_int_equal(wait_kind_of("blk_mq_get_tag"), WAIT_IO_TAG);
	assert_int_equal(wait_kind_of("submit_bio_wait"), WAIT_IO_COMPLETION);
	assert_int_equal(wait_kind_of("balance_dirty_pages_ratelimited_flags"), WAIT_IO_DIRTY);
	assert_int_equal(wait_kind_of("io_schedule"), WAIT_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_page_of_a_file),
		TEST(a_buffer),
		TEST(a_free_tag),
		TEST(a_bio_on_the_stack),
		TEST(a_completion_of_a_bio_or_request),
		TEST(a_disk_that_counts_per_cpu),
		TEST(a_journal),
		TEST(functions_that_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
