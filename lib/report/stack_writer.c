// SPDX-License-Identifier: GPL-3.0-or-later
/* The stacks of CPUs and tasks, for a terminal and as JSON. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "report/frames.h"
#include "report/json_internal.h"
#include "report/json_out.h"
#include "report/result_formats.h"
#include "report/summary.h"

#define MAX_FRAMES 64 /* a stack that overflowed has thousands */

/* ---- text -------------------------------------------------------------------------------- */

static void put_title(struct page *p, bool first, char *title)
{
	if (!title)
		p->nomem = true;
	else if (first)
		page_text(p, PAGE_BOLD, "", title);
	else
		page_title(p, title);
}

static void put_stack(struct page *p, const struct vmt_frame *frames, size_t n, const char *stopped)
{
	frames_put(p, frames, n, NULL, MAX_FRAMES);
	if (stopped)
		page_text(p, PAGE_PLAIN, "  the stack could not be followed further: ", stopped);
	else if (!n)
		page_text(p, PAGE_PLAIN, "  ", "(no frames: the dump has no registers of it)");
}

static char *who(TALLOC_CTX *ctx, struct vmt_u64 pid, const char *comm)
{
	if (!pid.known)
		return talloc_strdup(ctx, "task not known");
	return talloc_asprintf(ctx, "%s (pid %" PRIu64 ")", comm ? comm : "name not known", pid.v);
}

static void put_cpu(struct page *p, const struct vmt_stacks *s, size_t i)
{
	const struct vmt_cpu *c = &s->cpus[i];
	bool crashing = s->crashing.known && s->crashing.v == c->number;

	put_title(p, i == 0,
		talloc_asprintf(p->ctx, "CPU %" PRIu64 "%s: %s", c->number,
			crashing ? ", which crashed" : "", who(p->ctx, c->pid, c->comm)));
	put_stack(p, c->frames, c->n_frames, c->stopped);
	frames_put_registers(p, c->registers, c->n_registers);
}

static void put_task(struct page *p, const struct vmt_task *t)
{
	char *name = who(p->ctx, (struct vmt_u64){true, t->pid}, t->comm);

	if (t->blocked && t->blocked_ms.known)
		name = talloc_asprintf(p->ctx, "%s, blocked for %" PRIu64 ".%03" PRIu64 " s", name,
			t->blocked_ms.v / 1000, t->blocked_ms.v % 1000);
	else if (t->blocked)
		name = talloc_asprintf(p->ctx, "%s, blocked", name);
	put_title(p, false, talloc_asprintf(p->ctx, "Task %s", name));
	if (t->waits_for.type)
		page_text(p, PAGE_PLAIN, "  waits for ", t->waits_for.text);
	put_stack(p, t->frames, t->n_frames, t->stopped);
}

static void put_trouble(struct page *p, const struct vmt_diag *d)
{
	char *line = summary_trouble(p->ctx, d);

	if (line)
		page_text(p, PAGE_PLAIN, "  - ", line);
	else
		p->nomem = true;
}

static int write_text(
	const void *result, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	const struct vmt_stacks *s = result;
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct page p = page_init(ctx, out, opts->width, opts->colour);
	int rc;

	for (size_t i = 0; i < s->n_cpus; i++)
		put_cpu(&p, s, i);
	for (size_t i = 0; i < s->n_tasks; i++)
		put_task(&p, &s->tasks[i]);
	if (s->n_diagnostics || s->n_lost)
		page_title(&p, "What vmtriage could not do");
	for (size_t i = 0; i < s->n_diagnostics; i++)
		put_trouble(&p, &s->diagnostics[i]);
	if (s->n_lost)
		fprintf(out,
			"  - %" PRIu64 " tasks or lists of tasks could not be read from the dump\n",
			s->n_lost);
	rc = page_status(&p, err);
	talloc_free(ctx);
	return rc;
}

/* ---- JSON -------------------------------------------------------------------------------- */

static void put_task_json(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_task *t = row;

	json_begin_object(j, key);
	json_put_task(j, "task", (struct vmt_u64){true, t->pid}, t->comm);
	json_put_bool(j, "blocked", t->blocked);
	json_put_number(j, "blocked_ms", t->blocked_ms);
	JSON_PUT_ROWS(j, "frames", t->frames, t->n_frames, json_put_frame);
	json_put_text(j, "stopped", t->stopped);
	json_put_wait(j, "waits_for", &t->waits_for);
	json_end_object(j);
}

static int write_json(
	const void *result, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	const struct vmt_stacks *s = result;
	struct json_stream j;

	(void)opts;
	json_stream_begin(&j, out, JSON_OUT_INDENTED);
	json_begin_object(&j, NULL);
	json_put_int(&j, "schema", VMT_SCHEMA);
	json_put_number(&j, "crashing", s->crashing);
	JSON_PUT_ROWS(&j, "cpus", s->cpus, s->n_cpus, json_put_cpu);
	JSON_PUT_ROWS(&j, "tasks", s->tasks, s->n_tasks, put_task_json);
	json_put_number(&j, "lost", (struct vmt_u64){true, s->n_lost});
	JSON_PUT_ROWS(&j, "diagnostics", s->diagnostics, s->n_diagnostics, json_put_diagnostic);
	json_end_object(&j);
	return json_stream_end(&j, err);
}

static const struct format rows[] = {
	{VMT_FORMAT_TEXT, write_text},
	{VMT_FORMAT_JSON, write_json},
};

static const struct formats formats = FORMATS("stacks", rows);

int vmt_stacks_write(const struct vmt_stacks *stacks, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	struct to_write what = {&formats, format, stacks, opts};

	return formats_write(&what, out, err);
}

int vmt_stacks_write_to(const struct vmt_stacks *stacks, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err)
{
	struct to_write what = {&formats, format, stacks, opts};

	return formats_write_to(&what, write, arg, err);
}
