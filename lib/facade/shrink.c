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

struct touched {
	TALLOC_CTX *ctx;
	uint64_t *pfns;
	size_t n, room;
	bool failed;
};

static void touch(void *arg, uint64_t pfn)
{
	struct touched *t = arg;

	if (t->n == t->room) {
		size_t room = t->room ? t->room * 2 : 1024;
		uint64_t *pfns = talloc_realloc(t->ctx, t->pfns, uint64_t, room);

		t->failed |= !pfns;
		if (!pfns)
			return;
		t->pfns = pfns;
		t->room = room;
	}
	t->pfns[t->n++] = pfn;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Ascending, each once: a page is read again when the cache had let it go. */
static void sort_unique(struct touched *t)
{
	size_t kept = 0;

	if (!t->n)
		return;
	qsort(t->pfns, t->n, sizeof(t->pfns[0]), by_number);
	for (size_t i = 1; i < t->n; i++)
		if (t->pfns[i] != t->pfns[kept])
			t->pfns[++kept] = t->pfns[i];
	t->n = kept + 1;
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
	uint64_t highest = t->n ? t->pfns[t->n - 1] + 1 : 0;
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
		.notes = dump->notes,
		.notes_len = dump->notes_len,
		.vmcoreinfo = dump->vmcoreinfo,
		.vmcoreinfo_len = dump->vmcoreinfo_len,
	};

	return kdump_write(fd, &facts, t->pfns, t->n, copy_page, dump, size, err);
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
		s->dump->on_page = touch;
		s->dump->on_page_arg = &touched;
		rc = session_triage(s, opts, paths[0], &report, err);
	}
	if (!rc) {
		s->dump->on_page = NULL;
		vmt_report_free(report);
		sort_unique(&touched);
		rc = touched.failed ? err_nomem(err)
				    : create_small(s, &touched, out, &ret->bytes, err);
		ret->pages = touched.n;
	}
	talloc_free(s);
	return rc;
}
