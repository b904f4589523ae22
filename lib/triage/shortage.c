// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Memory by use. The counters are exclusive, except that shmem is part of the anonymous ones, so
 * their sum says whether they can be trusted, and what no counter shows.
 */
#include "triage/shortage.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/name_gate.h"

#define KIB 1024u

enum use {
	USE_PROCESSES,
	USE_SHMEM,
	USE_CACHE,
	USE_SLAB,
	USE_HUGE,
	USE_TABLES,
	USE_HIDDEN,
	USE_FREE,
	USES
};

/* In the headline ("... hold 12 MiB"), in the list, and what to do if it is the largest. */
static const struct {
	const char *holder, *word, *advice;
} uses[USES] = {
	[USE_PROCESSES] = {"processes hold", "processes",
		"Find out why the largest process needs that much, and limit it (MemoryMax= of its "
		"service) or give the machine more memory."},
	[USE_SHMEM] = {"tmpfs and shared memory hold", "tmpfs and shared memory",
		"Find what fills the tmpfs or the shared memory (df -t tmpfs; ipcs -m), and limit "
		"it: a tmpfs by its mount option size=."},
	[USE_CACHE] = {"files in the page cache hold", "page cache",
		"Find out why the page cache could not be reclaimed: pages that are dirty, under "
		"writeback or locked, on a device that does not complete its I/O."},
	[USE_SLAB] = {"the kernel's slab caches hold", "slab caches",
		"Find who allocates from the slab cache that grows (slabtop; "
		"/sys/kernel/debug/slab/CACHE/alloc_traces after a boot with slub_debug=U): a leak "
		"in a driver is likely."},
	[USE_HUGE] = {"huge pages that were set aside hold", "huge pages",
		"Set aside fewer huge pages (vm.nr_hugepages, hugepages= on the command line): "
		"other processes cannot use them."},
	[USE_TABLES] = {"page tables hold", "page tables",
		"Look for processes that map much memory many times (a large shared buffer in many "
		"processes): huge pages save their page tables."},
	[USE_HIDDEN] = {"drivers or other parts of the kernel, which no counter shows, hold",
		"no counter shows",
		"Find who allocates pages directly (/proc/vmallocinfo; page_owner=on): a balloon "
		"driver, a device's buffers, or a leak in a driver."},
	[USE_FREE] = {"free is", "free", NULL},
};

/* "812 bytes", "15.8 MiB" */
static char *add_bytes(char *s, uint64_t bytes)
{
	static const char *const names[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
	uint64_t unit = KIB;
	size_t i = 0;

	if (!s || bytes < KIB)
		return s ? talloc_asprintf_append_buffer(s, "%" PRIu64 " bytes", bytes) : NULL;
	while (i + 1 < ARRAY_SIZE(names) && bytes / unit >= KIB) {
		unit *= KIB;
		i++;
	}
	return talloc_asprintf_append_buffer(s, "%" PRIu64 ".%" PRIu64 " %s", bytes / unit,
		bytes % unit / (unit / KIB) * 10 / KIB, names[i]);
}

static char *add(char *s, const char *text)
{
	return s ? talloc_strdup_append_buffer(s, text) : NULL;
}

static char *add_task(char *s, const struct oops_memory_task *t)
{
	return s ? talloc_asprintf_append_buffer(s, "%s (pid %" PRIu64 ")", t->comm, t->pid) : NULL;
}

/* A sum of counters; those that the kernel does not have count as 0. */
static uint64_t sum(const struct oops_memory *m, const enum oops_memory_use *which, size_t n)
{
	uint64_t total = 0;

	for (size_t i = 0; i < n; i++) {
		struct vmt_u64 v = oops_memory_bytes(m, which[i]);

		if (v.known && v.v <= UINT64_MAX - total)
			total += v.v;
	}
	return total;
}

#define SUM(m, ...)                                                                                \
	sum(m, (const enum oops_memory_use[]){__VA_ARGS__},                                        \
		sizeof((const enum oops_memory_use[]){__VA_ARGS__}) /                              \
			sizeof(enum oops_memory_use))

/*
 * Divides what the page allocator has among its uses. False if the log does not say enough, or the
 * counters add up to more than there is.
 */
static bool divide(const struct oops_memory *m, uint64_t bytes[USES])
{
	uint64_t anon, all = 0, others;

	if (!m->page_size || !m->managed.known || !m->managed.v ||
		!oops_memory_bytes(m, OOPS_MEM_FREE).known ||
		!oops_memory_bytes(m, OOPS_MEM_INACTIVE_ANON).known)
		return false;
	anon = SUM(m, OOPS_MEM_ACTIVE_ANON, OOPS_MEM_INACTIVE_ANON, OOPS_MEM_ISOLATED_ANON,
		OOPS_MEM_UNEVICTABLE);
	bytes[USE_SHMEM] = SUM(m, OOPS_MEM_SHMEM);
	if (bytes[USE_SHMEM] > anon)
		return false;
	bytes[USE_PROCESSES] = anon - bytes[USE_SHMEM];
	bytes[USE_CACHE] =
		SUM(m, OOPS_MEM_ACTIVE_FILE, OOPS_MEM_INACTIVE_FILE, OOPS_MEM_ISOLATED_FILE);
	bytes[USE_SLAB] = SUM(m, OOPS_MEM_SLAB_RECLAIMABLE, OOPS_MEM_SLAB_UNRECLAIMABLE);
	bytes[USE_HUGE] = m->huge.v;
	bytes[USE_TABLES] = SUM(m, OOPS_MEM_PAGETABLES, OOPS_MEM_SEC_PAGETABLES);
	bytes[USE_FREE] = SUM(m, OOPS_MEM_FREE, OOPS_MEM_FREE_PCP);
	others = SUM(m, OOPS_MEM_BOUNCE) + m->kernel_stack.v;
	bytes[USE_HIDDEN] = 0;
	for (size_t i = 0; i < USES; i++) {
		if (bytes[i] > m->managed.v)
			return false;
		all += bytes[i];
	}
	/* The counters are not read at one moment. */
	if (others > m->managed.v || all + others > m->managed.v + m->managed.v / 50)
		return false;
	if (all + others < m->managed.v)
		bytes[USE_HIDDEN] = m->managed.v - all - others;
	return true;
}

/* The use that holds most, and at least a fifth; USES: none. */
static enum use largest(const struct oops_memory *m, uint64_t bytes[USES])
{
	enum use most = USES;

	if (!divide(m, bytes))
		return USES;
	for (unsigned i = 0; i < USE_FREE; i++)
		if (bytes[i] >= m->managed.v / 5 && (most == USES || bytes[i] > bytes[most]))
			most = (enum use)i;
	return most;
}

static struct vmt_u64 rss_of(const struct oops_memory *m)
{
	const struct oops_memory_task *t = &m->largest;

	if (!t->comm || !m->page_size || t->rss.v > UINT64_MAX / m->page_size)
		return (struct vmt_u64){0};
	return (struct vmt_u64){true, t->rss.v * m->page_size};
}

char *shortage_add_killed(char *s, const struct oops_memory *m)
{
	const struct oops_memory_task *t = &m->killed;

	if (!t->comm)
		return s;
	s = add(add_task(add(s, ", "), t), " was killed");
	return t->rss.known ? add_bytes(add(s, ", with "), t->rss.v) : s;
}

/* Whether one slab cache has most of what all of them have. */
static bool is_one_cache(const struct oops_memory *m, uint64_t all)
{
	return m->slab && m->slab_bytes <= all && m->slab_bytes >= all / 2;
}

char *shortage_add_holder(char *s, const struct oops_memory *m)
{
	uint64_t bytes[USES];
	enum use most;

	if (m->cgroup) {
		s = add(add(s, ": the control group "), m->cgroup);
		s = add(s, " is at its limit");
		return m->cgroup_limit.known ? add_bytes(add(s, " of "), m->cgroup_limit.v) : s;
	}
	most = largest(m, bytes);
	if (most == USES)
		return s;
	if (most == USE_SLAB && is_one_cache(m, bytes[USE_SLAB])) {
		s = add(add(add(s, ": the slab cache "), m->slab), " holds ");
		s = add_bytes(s, m->slab_bytes);
	} else {
		s = add_bytes(add(add(add(s, ": "), uses[most].holder), " "), bytes[most]);
	}
	s = add_bytes(add(s, " of "), m->managed.v);
	/* If one of them was killed, that one is named already. */
	if (most != USE_PROCESSES || m->killed.comm || !rss_of(m).known)
		return s;
	return add_bytes(
		add(add_task(add(s, ", the largest is "), &m->largest), " with "), rss_of(m).v);
}

bool shortage_is_hidden(const struct oops_memory *m)
{
	uint64_t bytes[USES];

	return !m->cgroup && largest(m, bytes) == USE_HIDDEN;
}

static void take_slab(struct oops_memory *m, const struct oops_memory *dump)
{
	m->slab = dump->slab;
	m->slab_bytes = dump->slab_bytes;
	m->slab_of_all = dump->slab_of_all;
}

const struct oops_memory *shortage_merge(
	TALLOC_CTX *ctx, const struct oops_memory *log, const struct oops_memory *dump)
{
	uint64_t bytes[USES];
	struct oops_memory *m;
	bool lost;

	if (!log || !dump || log->cgroup)
		return log ? log : dump;
	m = talloc_memdup(ctx, log, sizeof(*log));
	if (!m)
		return NULL;
	lost = !divide(log, bytes);
	if (lost && divide(dump, bytes)) {
		m->page_size = dump->page_size;
		memcpy(m->pages, dump->pages, sizeof(m->pages));
		m->managed = dump->managed;
		m->huge = dump->huge;
		m->kernel_stack = dump->kernel_stack;
	}
	if (!m->largest.comm && (lost || largest(m, bytes) == USE_PROCESSES)) {
		m->largest = dump->largest;
		m->n_tasks = dump->n_tasks;
	}
	/* The log lists only caches that cannot be reclaimed, and only if they hold much. */
	if (!m->slab && dump->slab && largest(m, bytes) == USE_SLAB)
		take_slab(m, dump);
	return m;
}

/* ---- evidence ---------------------------------------------------------------------------- */

static char *uses_text(TALLOC_CTX *ctx, const struct oops_memory *m)
{
	uint64_t bytes[USES];
	bool done[USES] = {false};
	char *s;

	if (m->cgroup || !divide(m, bytes))
		return NULL;
	s = add_bytes(talloc_strdup(ctx, "Of "), m->managed.v);
	s = add(s, " that the kernel could give out:");
	for (unsigned n = 0; n < USES; n++) {
		enum use most = USES;

		for (unsigned i = 0; i < USES; i++)
			if (!done[i] && (most == USES || bytes[i] > bytes[most]))
				most = (enum use)i;
		done[most] = true;
		if (bytes[most] < m->managed.v / 100)
			break;
		s = add(add(add(s, n ? ", " : " "), uses[most].word), " ");
		s = add_bytes(s, bytes[most]);
	}
	return add(s, ".");
}

static char *task_text(TALLOC_CTX *ctx, const struct oops_memory *m)
{
	struct vmt_u64 rss = rss_of(m);
	char *s;

	if (!rss.known)
		return NULL;
	s = add_task(talloc_strdup(ctx, "The largest task is "), &m->largest);
	s = add_bytes(add(s, " with "), rss.v);
	return s ? talloc_asprintf_append_buffer(
			   s, " in memory (of %" PRIu64 " listed).", m->n_tasks.v)
		 : NULL;
}

static char *slab_text(TALLOC_CTX *ctx, const struct oops_memory *m)
{
	char *s;

	if (!m->slab)
		return NULL;
	s = talloc_asprintf(ctx, "The largest slab cache%s is %s: ",
		m->slab_of_all ? "" : " that cannot be reclaimed", m->slab);
	return add(add_bytes(s, m->slab_bytes), ".");
}

static char *swap_text(TALLOC_CTX *ctx, const struct oops_memory *m)
{
	char *s;

	if (!m->swap_total.known || (m->swap_total.v && !m->swap_free.known))
		return NULL;
	if (!m->swap_total.v)
		return talloc_strdup(ctx, "There is no swap space.");
	s = add_bytes(talloc_strdup(ctx, "Swap space: "), m->swap_free.v);
	return add(add_bytes(add(s, " of "), m->swap_total.v), " are free.");
}

char *shortage_evidence(TALLOC_CTX *ctx, const struct oops_memory *m, unsigned i, bool *done)
{
	static char *(*const texts[])(TALLOC_CTX * ctx, const struct oops_memory *m) = {
		uses_text, task_text, slab_text, swap_text};

	*done = i >= ARRAY_SIZE(texts);
	return *done ? NULL : texts[i](ctx, m);
}

const char *shortage_advice(TALLOC_CTX *ctx, const struct oops_memory *m)
{
	uint64_t bytes[USES];
	enum use most;
	char *s;

	if (m->cgroup)
		return talloc_asprintf(ctx,
			"Find out why the processes of the control group %s need that much, or "
			"raise its limit (memory.max).",
			m->cgroup);
	most = largest(m, bytes);
	if (most == USE_PROCESSES && m->largest.comm) {
		s = add_task(talloc_strdup(ctx, "Find out why "), &m->largest);
		return add(s, " needs that much, and limit it (MemoryMax= of its service) or give "
			      "the machine more memory.");
	}
	if (most == USE_SLAB && is_one_cache(m, bytes[USE_SLAB]) && name_is_word(m->slab, "_-"))
		return talloc_asprintf(ctx,
			"Find who allocates from the slab cache %s: "
			"/sys/kernel/debug/slab/%s/alloc_traces lists them after a boot with "
			"slub_debug=U,%s. A leak in a driver is likely.",
			m->slab, m->slab, m->slab);
	return most == USES ? NULL : uses[most].advice;
}
