// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * vhba: TEST ONLY. The vendor driver of a virtual host bus adapter: a SCSI disk in memory, with
 * completions from a timer. Writing a name to /proc/vhba arms a fault, which the real traffic of
 * the disk (or that very write) then runs into. Never load it on a machine that you need.
 */
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nmi.h>
#include <linux/proc_fs.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#if __has_include(<linux/unaligned.h>)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_eh.h>
#include <scsi/scsi_host.h>
#include <scsi/scsicam.h>

#include <linux/version.h>
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0)
#define proc_ops file_operations
#define proc_write write
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0)
static void scsi_done(struct scsi_cmnd *cmd)
{
	cmd->scsi_done(cmd);
}
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)
static void scsi_build_sense(struct scsi_cmnd *cmd, int desc, u8 key, u8 asc, u8 ascq)
{
	scsi_build_sense_buffer(desc, cmd->sense_buffer, key, asc, ascq);
	cmd->result = (DRIVER_SENSE << 24) | SAM_STAT_CHECK_CONDITION;
}
#endif

#define VHBA_SECTOR 512
#define VHBA_SECTORS 8192
#define VHBA_NAME_MAX 32

struct vhba_request {
	struct list_head link;
	struct scsi_cmnd *cmd;
	u32 tag;
	u32 status;
};

struct vhba_stats {
	u64 reads;
	u32 last_tag;
};

struct vhba_ops {
	int (*geometry)(int *geometry);
};

struct vhba_host {
	struct Scsi_Host *shost;
	u8 *media;
	spinlock_t lock;
	struct list_head queue;
	struct timer_list timer;
	struct work_struct reset_work;
	struct completion drained;
	struct mutex scan_mutex;
	struct semaphore slots;
	struct vhba_stats *stats;
	const struct vhba_ops *ops;
	struct vhba_request *failed;
	u32 heads;
	u32 ready;
	u32 next_tag;
};

static struct vhba_host *vhba;
static struct kmem_cache *vhba_requests;
static char vhba_armed[VHBA_NAME_MAX];

static char *fault = "";
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault, "fault that loading the module runs into: geometry");

static bool vhba_is_armed(const char *name)
{
	return !strcmp(vhba_armed, name);
}

/* ---- completion: timer softirq ---- */

static noinline void vhba_complete(struct vhba_host *host, struct vhba_request *req)
{
	WARN_ON(vhba_is_armed("warn") && !req->status);
	host->stats->last_tag = req->tag;
	scsi_done(req->cmd);
	kmem_cache_free(vhba_requests, req);
}

static noinline void vhba_dequeue(struct vhba_request *req)
{
	list_del(&req->link);
	if (vhba_is_armed("list"))
		list_del(&req->link);
}

static struct vhba_request *vhba_next(struct vhba_host *host)
{
	struct vhba_request *req;
	unsigned long flags;

	spin_lock_irqsave(&host->lock, flags);
	req = list_first_entry_or_null(&host->queue, struct vhba_request, link);
	if (req)
		vhba_dequeue(req);
	spin_unlock_irqrestore(&host->lock, flags);
	return req;
}

static void vhba_timer_fn(struct timer_list *timer)
{
	struct vhba_host *host = from_timer(host, timer, timer);
	struct vhba_request *req;

	if (vhba_is_armed("stuck"))
		return;
	while ((req = vhba_next(host)))
		vhba_complete(host, req);
}

/* ---- submission: the block layer ---- */

static void vhba_reply(struct scsi_cmnd *cmd, void *data, size_t size)
{
	scsi_sg_copy_from_buffer(cmd, data, min_t(size_t, size, scsi_bufflen(cmd)));
}

static void vhba_inquiry(struct scsi_cmnd *cmd)
{
	u8 data[36] = { [2] = 2, [3] = 2, [4] = 31 };

	memcpy(data + 8, "VMTRIAGEvirtual disk    0001", 28);
	vhba_reply(cmd, data, sizeof(data));
}

static void vhba_capacity(struct scsi_cmnd *cmd)
{
	u8 data[8];

	put_unaligned_be32(VHBA_SECTORS - 1, data);
	put_unaligned_be32(VHBA_SECTOR, data + 4);
	vhba_reply(cmd, data, sizeof(data));
}

static noinline void vhba_transfer(struct vhba_host *host, struct scsi_cmnd *cmd, bool write)
{
	u64 at = (u64)get_unaligned_be32(cmd->cmnd + 2) * VHBA_SECTOR;
	size_t size = scsi_bufflen(cmd);

	if (at + size > (u64)VHBA_SECTORS * VHBA_SECTOR)
		return;
	if (write)
		scsi_sg_copy_to_buffer(cmd, host->media + at, size);
	else
		scsi_sg_copy_from_buffer(cmd, host->media + at, size);
}

static void vhba_execute(struct vhba_host *host, struct scsi_cmnd *cmd)
{
	cmd->result = DID_OK << 16;
	switch (cmd->cmnd[0]) {
	case INQUIRY:
		vhba_inquiry(cmd);
		break;
	case READ_CAPACITY:
		vhba_capacity(cmd);
		break;
	case READ_10:
	case WRITE_10:
		vhba_transfer(host, cmd, cmd->cmnd[0] == WRITE_10);
		break;
	case TEST_UNIT_READY:
	case SYNCHRONIZE_CACHE:
	case START_STOP:
		break;
	default:
		scsi_build_sense(cmd, 0, ILLEGAL_REQUEST, 0x20, 0);
	}
}

static int vhba_queuecommand(struct Scsi_Host *shost, struct scsi_cmnd *cmd)
{
	struct vhba_host *host = *(struct vhba_host **)shost_priv(shost);
	struct vhba_request *req = kmem_cache_zalloc(vhba_requests, GFP_ATOMIC);
	unsigned long flags;

	if (!req)
		return SCSI_MLQUEUE_HOST_BUSY;
	req->tag = host->next_tag++;
	BUG_ON(vhba_is_armed("bug") && req->tag > 0);
	req->cmd = cmd;
	vhba_execute(host, cmd);
	spin_lock_irqsave(&host->lock, flags);
	list_add_tail(&req->link, &host->queue);
	spin_unlock_irqrestore(&host->lock, flags);
	mod_timer(&host->timer, jiffies + 1);
	return 0;
}

static int vhba_bios_param(struct scsi_device *sdev, struct block_device *bdev, sector_t sectors, int geometry[])
{
	struct vhba_host *host = *(struct vhba_host **)shost_priv(sdev->host);

	if (host->ops->geometry || vhba_is_armed("null-call"))
		return host->ops->geometry(geometry) ? -EIO : 0;
	return scsicam_bios_param(bdev, sectors, geometry) ? 0 : -EIO;
}

static struct scsi_host_template vhba_template = {
	.module = THIS_MODULE,
	.name = "vhba",
	.proc_name = "vhba",
	.queuecommand = vhba_queuecommand,
	.bios_param = vhba_bios_param,
	.can_queue = 16,
	.cmd_per_lun = 16,
	.this_id = -1,
	.sg_tablesize = 16,
	.max_sectors = 64,
};

/* ---- faults of the control file: process context and the workqueue ---- */

static void vhba_reset_work(struct work_struct *work)
{
	struct vhba_host *host = container_of(work, struct vhba_host, reset_work);
	struct vhba_request *req = host->failed;

	/* The request was freed when it failed; its command pointer now reads as slab poison. */
	req->cmd->result = DID_RESET << 16;
	complete(&host->drained);
}

static noinline void vhba_fail_request(struct vhba_host *host)
{
	host->failed = kmem_cache_zalloc(vhba_requests, GFP_KERNEL);
	kmem_cache_free(vhba_requests, host->failed);
	schedule_work(&host->reset_work);
}

static noinline int vhba_walk_luns(u64 lun)
{
	volatile u64 path[16] = { lun };

	if (lun == U64_MAX)
		return 0;
	return vhba_walk_luns(path[0] + 1) + path[lun % 16];
}

static noinline void vhba_wait_ready(struct vhba_host *host)
{
	while (!READ_ONCE(host->ready))
		cpu_relax();
}

static noinline void vhba_drain(struct vhba_host *host)
{
	wait_for_completion(&host->drained);
	reinit_completion(&host->drained);
}

/* noipa: otherwise gcc knows the pointer and encodes it in the instruction. */
static __attribute__((noipa)) u64 vhba_read_stats(struct vhba_host *host)
{
	return host->stats->reads;
}

static noinline void vhba_show_stats(struct vhba_host *host)
{
	host->stats = (void *)0x50f0ba5e00c0ffeeUL;
	pr_info("vhba: %llu reads\n", vhba_read_stats(host));
}

/* One bit of the pointer is wrong, as bad memory makes it. */
static noinline void vhba_flip_stats(struct vhba_host *host)
{
	host->stats = (void *)((unsigned long)host->stats ^ 1UL << 52);
	pr_info("vhba: %llu reads\n", vhba_read_stats(host));
}

static noinline void vhba_map_bar(struct vhba_host *host)
{
	void *bar = vmalloc(PAGE_SIZE);

	vfree(bar);
	*(volatile u32 *)(bar + 0x10) = 1;
}

static noinline void vhba_parse_label(const char *text, size_t size)
{
	char label[16];
	volatile char *to = label;

	while (size--)
		*to++ = *text;
	pr_info("vhba: label %.15s\n", label);
}

static noinline void vhba_kick(struct vhba_host *host)
{
	void (*ring)(u32 tag) = (void *)host->media;

	ring(host->next_tag);
	host->ready = 1;
}

/* ---- an object that is written beyond its end ---- */

#define VHBA_LUNS 64

struct vhba_lun {
	char name[24];
	struct vhba_stats *stats;
};

/* Copies without a look at the size of the name. */
static noinline void vhba_name_lun(struct vhba_lun *lun, const char *text)
{
	volatile char *to = lun->name;

	while ((*to++ = *text++))
		;
}

/* noipa: for its own function and parameter. */
static __attribute__((noipa)) void vhba_reset_lun(struct vhba_lun *lun)
{
	lun->stats->last_tag = 0;
	lun->name[0] = '\0';
}

/* Objects come in random order: looks for two of which one directly follows the other. */
static bool vhba_alloc_neighbours(struct vhba_lun **luns)
{
	struct kmem_cache *cache = KMEM_CACHE(vhba_lun, 0);
	size_t size = kmem_cache_size(cache);
	int i, k;

	for (i = 0; i < VHBA_LUNS; i++) {
		luns[i] = kmem_cache_zalloc(cache, GFP_KERNEL);
		for (k = 0; k < i; k++) {
			if (luns[i] != (void *)luns[k] + size)
				continue;
			swap(luns[0], luns[k]);
			swap(luns[1], luns[i]);
			return true;
		}
	}
	return false;
}

static noinline void vhba_rename_luns(void)
{
	struct vhba_lun *luns[VHBA_LUNS];

	if (!vhba_alloc_neighbours(luns))
		return;
	luns[1]->stats = vhba->stats;
	vhba_name_lun(luns[0],
		"iqn.2026-11.org.example:storage.rack7.shelf12.disk3.lun0-of-the-other-host");
	vhba_reset_lun(luns[1]);
}

static noinline void vhba_rename_lun(void)
{
	struct kmem_cache *cache = KMEM_CACHE(vhba_lun, 0);
	struct vhba_lun *lun = kmem_cache_zalloc(cache, GFP_KERNEL);

	vhba_name_lun(lun, "iqn.2026-11.org.example:storage.rack7");
	kmem_cache_free(cache, lun);
	pr_info("vhba: renamed\n");
}

/* ---- locks that are not released ---- */

static DEFINE_MUTEX(vhba_reset_lock);
static DEFINE_MUTEX(vhba_scan_lock);
static DECLARE_RWSEM(vhba_luns);

/* Interruptible, so that the detector of hung tasks does not report the holder. */
static noinline void vhba_await_device(struct vhba_host *host)
{
	while (wait_for_completion_interruptible(&host->drained))
		pr_info("vhba: still waiting for the device\n");
}

static int vhba_recover(void *host)
{
	mutex_lock(&vhba_reset_lock);
	down_write(&vhba_luns);
	vhba_await_device(host);
	up_write(&vhba_luns);
	mutex_unlock(&vhba_reset_lock);
	return 0;
}

static int vhba_scan_slots(void *data)
{
	struct vhba_host *host = data;

	mutex_lock(&host->scan_mutex);
	down(&host->slots);
	vhba_await_device(host);
	up(&host->slots);
	mutex_unlock(&host->scan_mutex);
	return 0;
}

static noinline void vhba_lock_scan(struct vhba_host *host)
{
	mutex_lock(&host->scan_mutex);
	mutex_unlock(&host->scan_mutex);
}

static noinline void vhba_take_slot(struct vhba_host *host)
{
	down(&host->slots);
	up(&host->slots);
}

static noinline void vhba_reset(void)
{
	mutex_lock(&vhba_reset_lock);
	mutex_unlock(&vhba_reset_lock);
}

static noinline void vhba_list_luns(void)
{
	down_read(&vhba_luns);
	up_read(&vhba_luns);
}

static noinline void vhba_take_both(struct mutex *first, struct mutex *second)
{
	mutex_lock(first);
	msleep(500);
	mutex_lock(second);
	mutex_unlock(second);
	mutex_unlock(first);
}

static int vhba_scan(void *host)
{
	vhba_take_both(&vhba_scan_lock, &vhba_reset_lock);
	return 0;
}

static void vhba_start(int (*fn)(void *host), const char *name)
{
	kthread_run(fn, vhba, "%s", name);
	msleep(200);
}

static void vhba_rescan_work(struct work_struct *work)
{
	vhba_await_device(vhba);
}

static DECLARE_WORK(vhba_rescan, vhba_rescan_work);

static noinline void vhba_finish_rescan(void)
{
	flush_work(&vhba_rescan);
	pr_info("vhba: rescanned\n");
}

static DEFINE_SPINLOCK(vhba_port_lock);

/* Its error path forgets to release the lock. */
static noinline int vhba_port_down(void)
{
	spin_lock(&vhba_port_lock);
	if (vhba->failed)
		spin_unlock(&vhba_port_lock);
	return 0;
}

static noinline void vhba_port_up(void)
{
	spin_lock(&vhba_port_lock);
	spin_unlock(&vhba_port_lock);
	pr_info("vhba: port up\n");
}

/* Waits for the device with the lock, and keeps the detector of soft lockups quiet. */
static noinline int vhba_poll_port(void *data)
{
	struct vhba_host *host = data;

	spin_lock(&vhba_port_lock);
	while (!READ_ONCE(host->ready))
		touch_softlockup_watchdog();
	spin_unlock(&vhba_port_lock);
	return 0;
}

static void vhba_run_lock_fault(void)
{
	if (vhba_is_armed("abba")) {
		vhba_start(vhba_scan, "vhba_scan");
		vhba_take_both(&vhba_reset_lock, &vhba_scan_lock);
	} else if (vhba_is_armed("held-mutex")) {
		vhba_start(vhba_recover, "vhba_eh");
		vhba_reset();
	} else if (vhba_is_armed("held-member")) {
		vhba_start(vhba_scan_slots, "vhba_scan");
		vhba_lock_scan(vhba);
	} else if (vhba_is_armed("held-semaphore")) {
		vhba_start(vhba_scan_slots, "vhba_scan");
		vhba_take_slot(vhba);
	} else if (vhba_is_armed("held-rwsem")) {
		vhba_start(vhba_recover, "vhba_eh");
		vhba_list_luns();
	} else if (vhba_is_armed("held-work")) {
		schedule_work(&vhba_rescan);
		msleep(200);
		vhba_finish_rescan();
	} else if (vhba_is_armed("kept-spinlock")) {
		vhba_start(vhba_poll_port, "vhba_poll");
		vhba_port_up();
	} else if (vhba_is_armed("lost-spinlock")) {
		vhba_port_down();
		vhba_port_up();
	}
}

/* ---- memory that is not freed ---- */

struct vhba_sense {
	struct vhba_sense *next;
	u8 data[1000];
};

/* A constructor keeps the cache from being merged with others. */
static void vhba_init_sense(void *sense)
{
	memset(sense, 0, sizeof(struct vhba_sense));
}

static noinline void vhba_poll_sense(void)
{
	struct kmem_cache *cache =
		kmem_cache_create("vhba_sense", sizeof(struct vhba_sense), 0, 0, vhba_init_sense);

	while (kmem_cache_alloc(cache, GFP_KERNEL))
		cond_resched();
}

/* Pages that no counter shows. */
static noinline void vhba_fill_rings(void)
{
	while (alloc_pages(GFP_KERNEL, 2))
		cond_resched();
}

static void vhba_run_fault(struct vhba_host *host)
{
	vhba_run_lock_fault();
	if (vhba_is_armed("null"))
		host->stats = NULL;
	else if (vhba_is_armed("uaf"))
		vhba_fail_request(host);
	else if (vhba_is_armed("overrun"))
		vhba_rename_luns();
	else if (vhba_is_armed("red-zone"))
		vhba_rename_lun();
	else if (vhba_is_armed("leak-slab"))
		vhba_poll_sense();
	else if (vhba_is_armed("leak-pages"))
		vhba_fill_rings();
	else if (vhba_is_armed("recursion"))
		vhba_walk_luns(1);
	else if (vhba_is_armed("spin"))
		vhba_wait_ready(host);
	else if (vhba_is_armed("wait"))
		vhba_drain(host);
	else if (vhba_is_armed("wild"))
		vhba_show_stats(host);
	else if (vhba_is_armed("flip"))
		vhba_flip_stats(host);
	else if (vhba_is_armed("unmapped"))
		vhba_map_bar(host);
	else if (vhba_is_armed("smash"))
		vhba_parse_label("x", 64);
	else if (vhba_is_armed("exec-data"))
		vhba_kick(host);
}

static ssize_t vhba_ctl_write(struct file *file, const char __user *text, size_t size, loff_t *pos)
{
	char name[VHBA_NAME_MAX] = "";

	if (size >= sizeof(name) || copy_from_user(name, text, size))
		return -EINVAL;
	strscpy(vhba_armed, strim(name), sizeof(vhba_armed));
	vhba_run_fault(vhba);
	return size;
}

static const struct proc_ops vhba_ctl_ops = {
	.proc_write = vhba_ctl_write,
};

/* ---- life ---- */

static const struct vhba_ops vhba_default_ops;

static noinline u32 vhba_set_geometry(u32 sectors, u32 heads)
{
	return sectors / heads;
}

static int vhba_probe(struct vhba_host *host)
{
	int err = scsi_add_host(host->shost, NULL);

	if (err)
		return err;
	pr_info("vhba: %u cylinders\n", vhba_set_geometry(VHBA_SECTORS, host->heads));
	return scsi_add_device(host->shost, 0, 0, 0);
}

static struct vhba_host *vhba_alloc(void)
{
	struct vhba_host *host = kzalloc(sizeof(*host), GFP_KERNEL);

	host->shost = scsi_host_alloc(&vhba_template, sizeof(host));
	host->media = vzalloc(VHBA_SECTORS * VHBA_SECTOR);
	host->stats = kzalloc(sizeof(*host->stats), GFP_KERNEL);
	host->ops = &vhba_default_ops;
	host->heads = strcmp(fault, "geometry") ? 16 : 0;
	*(struct vhba_host **)shost_priv(host->shost) = host;
	spin_lock_init(&host->lock);
	INIT_LIST_HEAD(&host->queue);
	init_completion(&host->drained);
	mutex_init(&host->scan_mutex);
	sema_init(&host->slots, 1);
	INIT_WORK(&host->reset_work, vhba_reset_work);
	timer_setup(&host->timer, vhba_timer_fn, 0);
	return host;
}

/* There is no exit: the machine that loads this is about to crash. */
static int __init vhba_init(void)
{
	vhba_requests = KMEM_CACHE(vhba_request, 0);
	vhba = vhba_alloc();
	proc_create("vhba", 0200, NULL, &vhba_ctl_ops);
	return vhba_probe(vhba);
}
module_init(vhba_init);

MODULE_DESCRIPTION("Virtual host bus adapter, for tests only");
MODULE_VERSION("1.0");
MODULE_LICENSE("GPL");
