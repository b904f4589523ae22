// SPDX-License-Identifier: GPL-3.0-or-later
/* Cuts a dump down to the pages that its triage reads. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "arch/arch.h"
#include "base/options.h"
#include "base/sized.h"
#include "dump/kdump_write.h"
#include "facade/session.h"
#include "facade/shrink_redact.h"
#include "io/file.h"
#include "io/spool.h"

struct pages {
	uint64_t *pfns;
	size_t n, room;
};

struct touched {
	TALLOC_CTX *ctx;
	struct pages held, absent;
	struct shrink_redact *redact; /* NULL: nothing is taken out */
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

static void on_read(void *arg, uint64_t paddr, size_t len)
{
	struct touched *t = arg;

	t->failed |= shrink_redact_see(t->redact, paddr, len) != 0;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Sorts the pages and removes duplicates, which occur when the cache has evicted a page. */
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

/* Drops pages that the machine never had: they are absent from the small dump anyway. */
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

	return dump_read_phys(dump, pfn * dump->page_size, buf, dump->page_size, err);
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
	struct kdump_pages pages = {t->held.pfns, t->held.n, copy_page, dump};

	if (t->redact) {
		int rc = shrink_redact_start(t->redact, &facts, t->held.pfns, t->held.n, err);

		if (rc)
			return rc;
		pages.read = shrink_redact_page;
		pages.arg = t->redact;
	}
	return kdump_write(fd, &facts, &pages, size, err);
}

/* Whether writing at offsets gives the same as writing in sequence. */
static bool takes_offsets(FILE *out)
{
	int fd = fileno(out), flags = fcntl(fd, F_GETFL);
	struct stat st;

	return flags >= 0 && !(flags & O_APPEND) && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       st.st_size == 0;
}

static int copy(struct source *from, FILE *out, struct vmt_err *err)
{
	uint8_t buf[65536];
	int64_t got;

	for (uint64_t off = 0; (got = source_read(from, off, buf, sizeof(buf), err)) > 0;
		off += (uint64_t)got)
		if (fwrite(buf, 1, (size_t)got, out) != (size_t)got)
			return err_set_errno(err, errno, "cannot write the dump");
	if (!got && fflush(out))
		return err_set_errno(err, errno, "cannot write the dump");
	return (int)got;
}

static int put_small(
	struct session *s, const struct touched *t, FILE *out, uint64_t *size, struct vmt_err *err)
{
	struct source *spool;
	int rc;

	if (takes_offsets(out))
		return write_small(s, t, fileno(out), size, err);
	rc = spool_open(s, "the small dump", &spool, err);
	if (!rc)
		rc = write_small(s, t, ((struct source_file *)spool)->fd, size, err);
	if (rc)
		return rc;
	spool->size = *size;
	return copy(spool, out, err);
}

/* What an earlier reading of the dump found: some of it belongs to a result that is freed. */
static void forget(struct session *s)
{
	s->diags = (struct diag_list){0};
	s->info = NULL;
	s->space = NULL;
}

/* What `vmtriage stack --all` reads. A dump without stacks still has a report. */
static int touch_stacks(struct session *s, const struct vmt_options *opts, struct vmt_err *err)
{
	struct vmt_stacks *stacks;
	struct vmt_err why;
	int rc;

	forget(s);
	rc = session_read_stacks(s, opts, true, &stacks, &why);
	if (!rc)
		vmt_stacks_free(stacks);
	return rc == VMT_ERR_NOMEM ? err_nomem(err) : 0;
}

/* Records the pages that a triage of the dump, its stacks and its log touch. */
static int touch(struct session *s, const struct vmt_options *opts, const char *path,
	struct touched *t, struct vmt_err *err)
{
	struct vmt_report *report;
	int rc;

	if (s->text)
		return err_set(err, VMT_ERR_FORMAT,
			"this is a text, not a dump: there is nothing to shrink");
	s->dump->on_page = on_page;
	s->dump->on_absent = on_absent;
	s->dump->on_read = t->redact ? on_read : NULL;
	s->dump->on_page_arg = t;
	rc = session_triage(s, opts, path, &report, err);
	if (!rc) {
		vmt_report_free(report); /* the triage read the whole log */
		rc = touch_stacks(s, opts, err);
	}
	s->dump->on_page = s->dump->on_absent = NULL;
	s->dump->on_read = NULL;
	if (rc)
		return rc;
	sort_unique(&t->held);
	sort_unique(&t->absent);
	keep_left_out(s->dump, &t->absent);
	return t->failed ? err_nomem(err) : 0;
}

int vmt_shrink_write(const struct vmt_options *opts, const char *const *paths, size_t n, FILE *out,
	struct vmt_shrink_result *ret, struct vmt_err *err)
{
	struct vmt_file *files = session_files(NULL, paths, n);
	struct vmt_shrink_result result = {0};
	struct vmt_options own;
	unsigned allocs = alloc_failures();
	struct touched touched;
	struct session *s;
	int rc = files ? options_read(&own, opts, err) : err_nomem(err);

	if (!rc)
		rc = sized_check(ret, err);
	if (!rc)
		rc = session_open(files, &own, files, n, &s, err);
	if (!rc) {
		touched = (struct touched){.ctx = s};
		if (own.redaction)
			rc = shrink_redact_new(s, own.redaction, &touched.redact, err);
	}
	if (!rc) {
		rc = touch(s, &own, paths[0], &touched, err);
	}
	if (!rc)
		rc = put_small(s, &touched, out, &result.bytes, err);
	if (!rc)
		rc = alloc_check(allocs, err);
	if (!rc) {
		result.damaged = s->dump->damaged;
		result.pages = touched.held.n;
		sized_write(ret, &result, sizeof(result));
	}
	talloc_free(files);
	return rc;
}

int vmt_shrink(const struct vmt_options *opts, const char *const *paths, size_t n, const char *out,
	struct vmt_shrink_result *ret, struct vmt_err *err)
{
	struct vmt_outfile *file;
	int rc = sized_check(ret, err);

	if (!rc)
		rc = vmt_check_output(opts, paths, n, out, err);
	if (!rc)
		rc = vmt_outfile_open(out, VMT_OUTFILE_NEW | VMT_OUTFILE_PRIVATE, &file, err);
	if (rc)
		return rc;
	rc = vmt_shrink_write(opts, paths, n, vmt_outfile_stream(file), ret, err);
	if (!rc)
		return vmt_outfile_commit(file, err);
	vmt_outfile_discard(file);
	return rc;
}
