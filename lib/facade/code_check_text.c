// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The same for the bytes of a text's Code: line, in a module whose file this machine has. The
 * kernel's own code is not compared: a text seldom says where it was moved to, which shows in the
 * addresses in it.
 */
#include <string.h>

#include "base/cur.h"
#include "facade/code_check.h"
#include "facade/triage_run.h"
#include "oops/kind.h"
#include "triage/damage.h"

#define ENOUGH 8	   /* bytes that were compared, to know the code again */
#define INSTRUCTION_MAX 15 /* of x86 */

static struct debuginfo_file *find_file(
	struct triage *t, struct debuginfo_search *search, const struct oops_event *ev)
{
	const struct vmt_kernel *k = &t->report->kernel;
	struct debuginfo_want want = {.module = ev->ip.module,
		.build_id = ev->ip.build_id,
		.release = k->release,
		.version = k->version,
		.code = true};
	struct debuginfo_file *file;

	return debuginfo_find(search, search, &want, &file, NULL) == 0 ? file : NULL;
}

/* The bytes as in memory. Where instructions are words, a text has them as numbers. */
static uint8_t *bytes_of(TALLOC_CTX *ctx, const struct vmt_report *r, const struct oops_event *ev)
{
	uint8_t *bytes = talloc_memdup(ctx, ev->code, ev->n_code);
	const char *arch = r->kernel.arch;

	if (!arch || strcmp(arch, "aarch64") != 0)
		return bytes;
	for (size_t i = 0; bytes && i + 4 <= ev->n_code; i += 4)
		cur_store_little(bytes + i, 4, cur_load_big(ev->code + i, 4));
	return bytes;
}

static size_t count_compared(const struct code_window *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++)
		n += !w->free[i];
	return n;
}

/*
 * Whether the difference is certain: a text seldom has the module's build-id, and in another build
 * the code may differ by one bit, too. But no compiler makes an invalid instruction of a valid one.
 */
static bool is_certain(const struct triage *t, const struct debuginfo_file *file,
	const struct code_difference *d, size_t ip)
{
	const struct oops_kind *kind = oops_kind_of_slug(t->report->verdict.kind);

	return file->proved || (d->n_bits == 1 && kind && kind->id == KIND_INVALID_OPCODE &&
				       d->first >= ip && d->first - ip < INSTRUCTION_MAX);
}

static int compare(struct triage *t, TALLOC_CTX *ctx, const struct oops_event *ev,
	const struct debuginfo_file *file, struct vmt_err *err)
{
	const struct code_symbols none = {0};
	uint8_t *memory = bytes_of(ctx, t->report, ev);
	/* What is before the function is left out. */
	size_t skip = ev->code_ip > ev->ip.offset ? ev->code_ip - ev->ip.offset : 0;
	uint64_t offset = ev->ip.offset - (ev->code_ip - skip), start;
	struct code_window w = {.n = ev->n_code - skip};
	struct code_difference d;
	struct code_file *code;

	w.bytes = talloc_zero_size(ctx, w.n);
	w.free = talloc_zero_array(ctx, bool, w.n);
	if (!memory || !w.bytes || !w.free)
		return err_nomem(err);
	if (code_file_open(ctx, file->elf, &none, &code, NULL) ||
		!code_file_function(code, ev->ip.function, &start))
		return 0;
	w.start = start + offset;
	if (code_file_read(code, &w, NULL) || count_compared(&w) < ENOUGH ||
		!code_file_differs(code, &w, memory + skip, 0, &d) ||
		!is_certain(t, file, &d, ev->code_ip - skip))
		return 0;
	return code_check_add(t->report,
		&(struct code_place){
			ev->ip.function, ev->ip.module, offset, {false, 0}, file->path},
		&d, err);
}

int triage_check_code_line(struct triage *t, struct vmt_err *err)
{
	struct debuginfo_places places = kernel_view_debuginfo_places(t->opts);
	struct vmt_report *r = t->report;
	struct debuginfo_search *search;
	const struct debuginfo_file *file;
	const struct oops_event *ev;
	int rc;

	if (!code_check_applies(r) || !r->verdict.event.known)
		return 0;
	ev = t->log->events[r->verdict.event.v];
	if (!ev->code || ev->code_ip >= ev->n_code || !ev->ip.function || !ev->ip.module ||
		!ev->ip.has_offset)
		return 0;
	rc = debuginfo_search_new(t->s, &places, &search, err);
	if (rc)
		return rc;
	file = find_file(t, search, ev);
	if (file)
		rc = compare(t, search, ev, file, err);
	talloc_free(search);
	return rc ? rc : damage_tell(r, r, err);
}
