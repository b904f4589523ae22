// SPDX-License-Identifier: GPL-3.0-or-later
/* A dump cut down to the pages that its triage reads. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch/arch.h"
#include "dump/kdump_write.h"
#include "facade/session.h"

struct pages {
	uint64_t *pfns;
	size_t n, room;
};

struct touched {
	TALLOC_CTX *ctx;
	struct pages held, absent;
	bool failed;
};

static void add_page(struct touched *t, struct pages *to, uint64_t pfn)
{
	if (to->n == to->room) {
		size_t room = to->room ? to->room * 2 : 1024;
		uint64_t *pfns = talloc_realloc(t->ctx, to->pfns, uint64_t, room);

		t->failed |= !pfns;
		if (!pfns)
			return;
		to->pfns = pfns;
		to->room = room;
	}
	to->pfns[to->n++] = pfn;
}

static void on_page(void *arg, uint64_t pfn)
{
	struct touched *t = arg;

	add_page(t, &t->held, pfn);
}

static void on_absent(void *arg, uint64_t pfn)
{
	struct touched *t = arg;

	add_page(t, &t->absent, pfn);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Ascending, each once: a page is read again when the cache had let it go. */
static void sort_unique(struct pages *p)
{
	size_t kept = 0;

	if (!p->n)
		return;
	qsort(p->pfns, p->n, sizeof(p->pfns[0]), by_number);
	for (size_t i = 1; i < p->n; i++)
		if (p->pfns[i] != p->pfns[kept])
			p->pfns[++kept] = p->pfns[i];
	p->n = kept + 1;
}

/* Without those that the machine never had: they are absent from the small dump anyhow. */
static void keep_left_out(struct dump *dump, struct pages *absent)
{
	size_t kept = 0;

	for (size_t i = 0; i < absent->n; i++)
		if (absent->pfns[i] < dump->max_pfn && dump_has_memory(dump, absent->pfns[i]))
			absent->pfns[kept++] = absent->pfns[i];
	absent->n = kept;
}

static int copy_page(void *arg, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	struct dump *dump = arg;
	const uint8_t *page = dump_page(dump, pfn, err);

	if (!page)
		return err->code;
	memcpy(buf, page, dump->page_size);
	return 0;
}

static int write_small(
	struct session *s, const struct touched *t, int fd, uint64_t *size, struct vmt_err *err)
{
	struct dump *dump = s->dump;
	const struct arch *arch = arch_find(dump->machine, dump->is_64);
	uint64_t highest = t->held.n ? t->held.pfns[t->held.n - 1] + 1 : 0;
	struct kdump_facts facts = {
		.nodename = dump->nodename,
		.release = dump->release,
		.version = dump->version,
		.machine = dump->machine_name ? dump->machine_name
			   : arch	      ? arch->name
					      : NULL,
		.timestamp = dump->timestamp.v,
		.page_size = dump->page_size,
		.big_endian = dump->big_endian,
		.phys_base = dump->phys_base_hint.v,
		.max_pfn = dump->max_pfn > highest ? dump->max_pfn : highest,
		.dump_level = dump->dump_level,
		.left_out = t->absent.pfns,
		.n_left_out = t->absent.n,
		.notes = dump->notes,
		.notes_len = dump->notes_len,
		.vmcoreinfo = dump->vmcoreinfo,
		.vmcoreinfo_len = dump->vmcoreinfo_len,
	};

	return kdump_write(fd, &facts, t->held.pfns, t->held.n, copy_page, dump, size, err);
}

static int create_small(struct session *s, const struct touched *t, const char *out, uint64_t *size,
	struct vmt_err *err)
{
	int fd = open(out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), rc;

	if (fd < 0)
		return err_set_errno(err, errno, "%s", out);
	rc = write_small(s, t, fd, size, err);
	if (close(fd) && !rc)
		rc = err_set_errno(err, errno, "%s", out);
	if (rc)
		unlink(out);
	return rc;
}

int vmt_shrink(const struct vmt_options *opts, const char *const *paths, size_t n, const char *out,
	struct vmt_shrink_result *ret, struct vmt_err *err)
{
	struct vmt_report *report;
	struct session *s;
	struct touched touched;
	int rc = session_open(NULL, paths, n, &s, err);

	if (rc)
		return rc;
	touched = (struct touched){.ctx = s};
	if (s->text)
		rc = err_set(err, VMT_ERR_FORMAT, "a text, not a dump: there is nothing to shrink");
	if (!rc) {
		s->dump->on_page = on_page;
		s->dump->on_absent = on_absent;
		s->dump->on_page_arg = &touched;
		rc = session_triage(s, opts, paths[0], &report, err);
	}
	if (!rc) {
		s->dump->on_page = s->dump->on_absent = NULL;
		vmt_report_free(report);
		sort_unique(&touched.held);
		sort_unique(&touched.absent);
		keep_left_out(s->dump, &touched.absent);
		rc = touched.failed ? err_nomem(err)
				    : create_small(s, &touched, out, &ret->bytes, err);
		ret->pages = touched.held.n;
	}
	talloc_free(s);
	return rc;
}
