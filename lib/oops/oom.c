// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See oom.h. Mirrors dump_header() and dump_tasks() of mm/oom_kill.c, show_free_areas() of
 * mm/show_mem.c (lib/show_mem.c, mm/page_alloc.c before 6.6), dump_unreclaimable_slab() of
 * mm/slab_common.c (4.16 and later) and mem_cgroup_print_oom_meminfo() of mm/memcontrol.c.
 */
#include "oops/oom.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/text_piece.h"
#include "oops/parser_internal.h"

#define KIB 1024u

/* After this many other lines a report of memory has ended. It begins with a stack. */
#define MAX_BETWEEN 200

static const struct {
	const char *key;
	enum oops_memory_use use;
} counters[] = {
	{"active_anon", OOPS_MEM_ACTIVE_ANON},
	{"inactive_anon", OOPS_MEM_INACTIVE_ANON},
	{"active_file", OOPS_MEM_ACTIVE_FILE},
	{"inactive_file", OOPS_MEM_INACTIVE_FILE},
	{"isolated_anon", OOPS_MEM_ISOLATED_ANON},
	{"isolated_file", OOPS_MEM_ISOLATED_FILE},
	{"unevictable", OOPS_MEM_UNEVICTABLE},
	{"slab_reclaimable", OOPS_MEM_SLAB_RECLAIMABLE},
	{"slab_unreclaimable", OOPS_MEM_SLAB_UNRECLAIMABLE},
	{"shmem", OOPS_MEM_SHMEM},
	{"pagetables", OOPS_MEM_PAGETABLES},
	{"sec_pagetables", OOPS_MEM_SEC_PAGETABLES},
	{"bounce", OOPS_MEM_BOUNCE},
	{"free", OOPS_MEM_FREE},
	{"free_pcp", OOPS_MEM_FREE_PCP},
};

/* ---- words ------------------------------------------------------------------------------- */

static struct oops_span next_word(const char **p, const char *end)
{
	struct oops_span s;

	while (*p < end && (**p == ' ' || **p == '\t'))
		++*p;
	s.p = *p;
	while (*p < end && **p != ' ' && **p != '\t')
		++*p;
	s.len = (size_t)(*p - s.p);
	return s;
}

static bool is(struct oops_span s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.p, text, s.len) == 0;
}

/* The digits at the start of s; the rest of it in *unit. */
static struct vmt_u64 number(struct oops_span s, struct oops_span *unit)
{
	size_t n = 0;

	while (n < s.len && ascii_is_digit(s.p[n]))
		n++;
	*unit = (struct oops_span){s.p + n, s.len - n};
	return n ? oops_span_dec((struct oops_span){s.p, n}) : (struct vmt_u64){0};
}

/* "key:12kB" or "key=12kB": a size in bytes. Commas end it. */
static struct vmt_u64 kilobytes(struct oops_span value)
{
	struct oops_span unit;
	struct vmt_u64 v = number(value, &unit);

	while (unit.len && (unit.p[unit.len - 1] == ',' || unit.p[unit.len - 1] == '\r'))
		unit.len--;
	if (!v.known || (!is(unit, "kB") && !is(unit, "KB")) || v.v > UINT64_MAX / KIB)
		return (struct vmt_u64){0};
	v.v *= KIB;
	return v;
}

static void add_to(struct vmt_u64 *sum, struct vmt_u64 v)
{
	if (v.known && v.v <= UINT64_MAX - sum->v)
		*sum = (struct vmt_u64){true, sum->v + v.v};
}

/* Splits "key:value" at the first mark. */
static bool split(struct oops_span word, char mark, struct oops_span *key, struct oops_span *value)
{
	const char *at = memchr(word.p, mark, word.len);

	if (!at)
		return false;
	*key = (struct oops_span){word.p, (size_t)(at - word.p)};
	*value = (struct oops_span){at + 1, word.len - key->len - 1};
	return true;
}

/* Replaces a name that is no longer needed. */
static const char *rename_to(struct oops_memory *m, char **name, struct oops_span to)
{
	talloc_free(*name);
	*name = talloc_strndup(m, to.p, to.len);
	return *name;
}

/* ---- Mem-Info ---------------------------------------------------------------------------- */

/* "active_anon:1010 inactive_anon:62405 isolated_anon:0": all of the machine, in pages. */
static bool take_counters(struct oops_parser *ps, const char *p, const char *end)
{
	struct oops_memory *m = ps->memory.m;
	bool any = false;

	while (p < end) {
		struct oops_span word = next_word(&p, end), key, value, unit;
		struct vmt_u64 v;

		if (!split(word, ':', &key, &value))
			continue;
		v = number(value, &unit);
		for (size_t i = 0; v.known && !unit.len && i < ARRAY_SIZE(counters); i++)
			if (is(key, counters[i].key) && !m->pages[counters[i].use].known) {
				m->pages[counters[i].use] = v;
				any = true;
			}
	}
	return any;
}

/* "Node 0 active_anon:4040kB ...": the same in kilobytes, which shows the size of a page. */
static void take_node(struct oops_parser *ps, const char *p, const char *end)
{
	while (p < end) {
		struct oops_span word = next_word(&p, end), key, value;

		if (!split(word, ':', &key, &value))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
			if (is(key, counters[i].key))
				add_to(&ps->memory.node_bytes[counters[i].use], kilobytes(value));
		if (is(key, "kernel_stack"))
			add_to(&ps->memory.m->kernel_stack, kilobytes(value));
	}
}

/* "Node 0 DMA32 free:1988kB ... managed:268056kB ..." */
static void take_zone(struct oops_parser *ps, const char *p, const char *end)
{
	while (p < end) {
		struct oops_span word = next_word(&p, end), key, value;

		if (split(word, ':', &key, &value) && is(key, "managed"))
			add_to(&ps->memory.m->managed, kilobytes(value));
	}
}

/* "hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB" */
static void take_huge(struct oops_parser *ps, const char *p, const char *end)
{
	struct vmt_u64 total = {0}, size = {0};

	while (p < end) {
		struct oops_span word = next_word(&p, end), key, value, unit;

		if (!split(word, '=', &key, &value))
			continue;
		if (is(key, "hugepages_total"))
			total = number(value, &unit);
		else if (is(key, "hugepages_size"))
			size = kilobytes(value);
	}
	if (total.known && size.known && (!size.v || total.v <= UINT64_MAX / size.v))
		add_to(&ps->memory.m->huge, (struct vmt_u64){true, total.v * size.v});
}

static bool take_node_line(struct oops_parser *ps, const char *p, const char *end)
{
	struct oops_span word;

	if (!text_begins(p, (size_t)(end - p), "Node "))
		return false;
	next_word(&p, end);
	next_word(&p, end);
	word = next_word(&p, end);
	if (word.len >= 9 && memcmp(word.p, "hugepages", 9) == 0)
		take_huge(ps, word.p, end);
	else if (memchr(word.p, ':', word.len) && word.p[word.len - 1] != ':')
		take_node(ps, word.p, end);
	else
		take_zone(ps, p, end);
	return true;
}

/* "130938 pages RAM", "Total swap = 0kB" */
static bool take_total(struct oops_parser *ps, const char *p, const char *end)
{
	struct oops_memory *m = ps->memory.m;
	struct oops_match f;
	const char *at = p;

	if (text_begins(p, (size_t)(end - p), "Free swap  = ") ||
		text_begins(p, (size_t)(end - p), "Total swap = ")) {
		at = memchr(p, '=', (size_t)(end - p)) + 1;
		*(*p == 'F' ? &m->swap_free : &m->swap_total) = kilobytes(next_word(&at, end));
		return true;
	}
	if (!oops_pattern_match("# pages RAM", p, end, &f))
		return false;
	m->ram = oops_span_dec(next_word(&at, end));
	return true;
}

/* ---- tables ------------------------------------------------------------------------------ */

/* "[  pid  ]   uid  tgid total_vm      rss ... name": which column is what. */
static bool take_tasks_head(struct oops_parser *ps, const char *p, const char *end)
{
	unsigned column = 0;

	if (*p != '[' || !oops_find(p, end, " total_vm ") || !oops_find(p, end, " rss "))
		return false;
	p = memchr(p, ']', (size_t)(end - p));
	ps->memory.rss_column = 0;
	for (p = p ? p + 1 : end; p < end; column++)
		if (is(next_word(&p, end), "rss"))
			ps->memory.rss_column = column;
	ps->memory.n_columns = column;
	ps->memory.m->n_tasks = (struct vmt_u64){true, 0};
	return true;
}

/* "[     97]     0    97      821      483    40960        0             0 dd" */
static bool take_task(struct oops_parser *ps, const char *p, const char *end)
{
	struct oops_memory *m = ps->memory.m;
	struct oops_span unit, name = {0};
	struct vmt_u64 pid, rss = {0};

	if (!ps->memory.rss_column || *p != '[')
		return false;
	p++;
	pid = number(next_word(&p, end), &unit);
	if (!pid.known || (!is(unit, "]") && !is(next_word(&p, end), "]")))
		return false;
	for (unsigned i = 0; i + 1 < ps->memory.n_columns; i++) {
		struct oops_span word = next_word(&p, end);

		if (i == ps->memory.rss_column)
			rss = number(word, &unit);
	}
	while (p < end && *p == ' ')
		p++;
	name = (struct oops_span){p, (size_t)(end - p)};
	if (!rss.known || unit.len || !name.len)
		return false;
	m->n_tasks.v++;
	if (m->largest.comm && m->largest.rss.v >= rss.v)
		return true;
	m->largest =
		(struct oops_memory_task){rename_to(m, &ps->memory.task_name, name), pid.v, rss};
	return true;
}

/* "kmalloc-512          1234KB       1240KB", after "Unreclaimable slab info:" */
static bool take_slab(struct oops_parser *ps, const char *p, const char *end)
{
	struct oops_memory *m = ps->memory.m;
	struct oops_span name = next_word(&p, end);
	struct vmt_u64 used = kilobytes(next_word(&p, end));
	struct vmt_u64 total = kilobytes(next_word(&p, end));

	if (!ps->memory.in_slabs || !used.known || !total.known || p != end)
		return false;
	if (m->slab && m->slab_bytes >= total.v)
		return true;
	m->slab = rename_to(m, &ps->memory.slab_name, name);
	m->slab_bytes = total.v;
	return true;
}

/* ---- who was killed, and why -------------------------------------------------------------- */

/*
 * "Out of memory: Killed process 1234 (mysqld) total-vm:9kB, anon-rss:7kB, file-rss:0kB,
 * shmem-rss:0kB". Up to 5.2 in two lines, of which the second has the sizes.
 */
static bool take_killed(struct oops_parser *ps, const char *p, const char *end)
{
	struct oops_memory *m = ps->memory.m;
	const char *at = oops_find(p, end, "Kill"), *open, *shut = NULL;
	struct vmt_u64 pid, rss = {0};
	struct oops_span unit;

	at = at ? oops_find(at, end, " process ") : NULL;
	if (!at)
		return false;
	at += strlen(" process ");
	pid = number(next_word(&at, end), &unit);
	open = at + 1 < end && at[1] == '(' ? at + 2 : NULL;
	/* A name may hold blanks and brackets. */
	for (const char *q = end; open && !shut && q-- > open;)
		shut = *q == ')' ? q : NULL;
	if (!pid.known || unit.len > 1 || !open || !shut)
		return false;
	for (at = shut + 1; at < end;) {
		struct oops_span word = next_word(&at, end), key, value;

		if (split(word, ':', &key, &value) &&
			(is(key, "anon-rss") || is(key, "file-rss") || is(key, "shmem-rss")))
			add_to(&rss, kilobytes(value));
	}
	if (m->killed.comm && !rss.known)
		return true;
	m->killed = (struct oops_memory_task){
		talloc_strndup(m, open, (size_t)(shut - open)), pid.v, rss};
	return true;
}

/* "oom-kill:constraint=CONSTRAINT_MEMCG,...,oom_memcg=/a,task_memcg=/a/b,task=x,pid=1,uid=0" */
static bool take_constraint(struct oops_parser *ps, const char *p, const char *end)
{
	static const char key[] = ",oom_memcg=";
	const char *at, *stop;

	if (!text_begins(p, (size_t)(end - p), "oom-kill:constraint="))
		return false;
	at = oops_find(p, end, key);
	stop = at ? oops_find(at + 1, end, ",task_memcg=") : NULL;
	if (stop && !ps->memory.m->cgroup)
		ps->memory.m->cgroup = talloc_strndup(
			ps->memory.m, at + sizeof(key) - 1, (size_t)(stop - at) - sizeof(key) + 1);
	return true;
}

/* "memory: usage 102400kB, limit 102400kB, failcnt 36" */
static bool take_limit(struct oops_parser *ps, const char *p, const char *end)
{
	struct oops_memory *m = ps->memory.m;
	struct oops_match f;

	if (!oops_pattern_match("memory: usage #kB, limit #kB", p, end, &f))
		return false;
	p += strlen("memory: usage ");
	m->cgroup_usage = kilobytes(next_word(&p, end));
	next_word(&p, end);
	m->cgroup_limit = kilobytes(next_word(&p, end));
	return true;
}

/* ---- all of it --------------------------------------------------------------------------- */

/* A page has as many bytes as the largest counter shows that both units give. */
static void find_page_size(struct oops_parser *ps)
{
	struct oops_memory *m = ps->memory.m;
	uint64_t most = 0;

	for (size_t i = 0; i < OOPS_MEM_USES; i++) {
		struct vmt_u64 pages = m->pages[i], bytes = ps->memory.node_bytes[i];
		uint64_t size = pages.known && pages.v ? bytes.v / pages.v : 0;

		if (!bytes.known || pages.v <= most || bytes.v % pages.v)
			continue;
		/* 4 KiB to 64 KiB (256 KiB on some) */
		if (size < 4096 || size > 1u << 18 || (size & (size - 1)))
			continue;
		most = pages.v;
		m->page_size = size;
	}
}

static bool take(struct oops_parser *ps, const char *p, const char *end)
{
	if (text_begins(p, (size_t)(end - p), "Unreclaimable slab info:")) {
		ps->memory.in_slabs = true;
		return true;
	}
	if (text_begins(p, (size_t)(end - p), "Mem-Info:")) {
		ps->memory.in_info = true;
		return true;
	}
	if (take_node_line(ps, p, end)) {
		ps->memory.in_info = false;
		find_page_size(ps);
		return true;
	}
	if (ps->memory.in_info && take_counters(ps, p, end))
		return true;
	return take_tasks_head(ps, p, end) || take_task(ps, p, end) || take_total(ps, p, end) ||
	       take_slab(ps, p, end) || take_constraint(ps, p, end) || take_limit(ps, p, end);
}

bool oops_memory_is_open(const struct oops_parser *ps)
{
	return ps->memory.m && ps->seq - ps->memory.last < MAX_BETWEEN;
}

void oops_memory_line(struct oops_parser *ps, const char *line, size_t len)
{
	const char *end = line + len;

	if (!ps->memory.m || ps->rec->seq - ps->memory.last >= MAX_BETWEEN)
		return;
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	while (end > line && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	if (line < end && (take(ps, line, end) || take_killed(ps, line, end)))
		ps->memory.last = ps->rec->seq;
}

/*
 * "x invoked oom-killer" begins a report; what is printed at its end only refers to it. Any of
 * these events may be dropped, so all of them keep it.
 */
void oops_memory_attach(struct oops_parser *ps, struct oops_event *ev)
{
	bool begins = ev->headline && strstr(ev->headline, " invoked oom-killer");

	if (!ev->kind || (ev->kind->id != KIND_OOM_KILL && ev->kind->id != KIND_OOM_PANIC))
		return;
	if (begins || !oops_memory_is_open(ps) || ps->memory.boot != ev->boot) {
		if (ps->memory.m)
			talloc_unlink(ps, ps->memory.m);
		ps->memory = (struct oops_parser_memory){
			.m = talloc_zero(ps, struct oops_memory), .boot = ev->boot};
	}
	if (ps->memory.m)
		ev->memory = talloc_reference(ev, ps->memory.m);
	ps->memory.last = ps->rec->seq;
}

struct vmt_u64 oops_memory_bytes(const struct oops_memory *m, enum oops_memory_use use)
{
	struct vmt_u64 v = m->pages[use];

	if (!v.known || !m->page_size || v.v > UINT64_MAX / m->page_size)
		return (struct vmt_u64){0};
	v.v *= m->page_size;
	return m->managed.known && v.v > m->managed.v ? (struct vmt_u64){0} : v;
}
