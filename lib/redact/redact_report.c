// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A copy of a report without what is personal. The tables name the members that may hold some: what
 * comes from a log, and paths. Names of functions, modules and files of the kernel are kept.
 */
#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "redact/redact.h"

enum how {
	TEXT,  /* const char *: any text */
	TEXTS, /* an array of them */
	HOST,  /* const char *: the name of a host */
	PART,  /* a struct inside of this one */
	ROWS,  /* an array of structs */
	ONE,   /* a pointer to a struct, or NULL */
};

struct shape;

struct member {
	enum how how;
	size_t at, n_at; /* of the member, and of an array's count */
	const struct shape *shape;
};

struct shape {
	size_t size;
	const struct member *members;
	size_t n;
};

#define M_TEXT(s, m)                                                                               \
	{                                                                                          \
		TEXT, offsetof(struct s, m), 0, NULL                                               \
	}
#define M_HOST(s, m)                                                                               \
	{                                                                                          \
		HOST, offsetof(struct s, m), 0, NULL                                               \
	}
#define M_TEXTS(s, m, n)                                                                           \
	{                                                                                          \
		TEXTS, offsetof(struct s, m), offsetof(struct s, n), NULL                          \
	}
#define M_PART(s, m, shape)                                                                        \
	{                                                                                          \
		PART, offsetof(struct s, m), 0, shape                                              \
	}
#define M_ROWS(s, m, n, shape)                                                                     \
	{                                                                                          \
		ROWS, offsetof(struct s, m), offsetof(struct s, n), shape                          \
	}
#define M_ONE(s, m, shape)                                                                         \
	{                                                                                          \
		ONE, offsetof(struct s, m), 0, shape                                               \
	}
#define SHAPE(s, members)                                                                          \
	{                                                                                          \
		sizeof(struct s), members, ARRAY_SIZE(members)                                     \
	}

static const struct member input_members[] = {M_TEXT(vmt_input, path), M_TEXT(vmt_input, missing)};
static const struct shape input = SHAPE(vmt_input, input_members);

static const struct member kernel_members[] = {M_TEXT(vmt_kernel, command_line)};
static const struct shape kernel = SHAPE(vmt_kernel, kernel_members);

static const struct member machine_members[] = {
	M_HOST(vmt_machine, hostname), M_TEXT(vmt_machine, hardware), M_TEXT(vmt_machine, bios)};
static const struct shape machine = SHAPE(vmt_machine, machine_members);

static const struct member crash_members[] = {
	M_TEXT(vmt_crash, comm), M_TEXT(vmt_crash, time_text), M_TEXT(vmt_crash, boot_id)};
static const struct shape crash = SHAPE(vmt_crash, crash_members);

static const struct member suspect_members[] = {M_TEXT(vmt_suspect, reason)};
static const struct shape suspect = SHAPE(vmt_suspect, suspect_members);

static const struct member verdict_members[] = {M_TEXT(vmt_verdict, headline),
	M_TEXT(vmt_verdict, file), M_TEXT(vmt_verdict, corrupted_why),
	M_TEXTS(vmt_verdict, evidence, n_evidence), M_TEXTS(vmt_verdict, next, n_next),
	M_TEXT(vmt_verdict, caution), M_ROWS(vmt_verdict, suspects, n_suspects, &suspect)};
static const struct shape verdict = SHAPE(vmt_verdict, verdict_members);

static const struct member event_members[] = {
	M_TEXT(vmt_event, headline), M_HOST(vmt_event, host), M_TEXT(vmt_event, time_text)};
static const struct shape event = SHAPE(vmt_event, event_members);

static const struct member variable_members[] = {M_TEXT(vmt_variable, value)};
static const struct shape variable = SHAPE(vmt_variable, variable_members);

static const struct member module_members[] = {M_TEXT(vmt_module, disk_path)};
static const struct shape module = SHAPE(vmt_module, module_members);

static const struct member code_members[] = {M_TEXT(vmt_code_difference, path)};
static const struct shape code = SHAPE(vmt_code_difference, code_members);

static const struct member use_members[] = {
	M_TEXT(vmt_device_use, model), M_TEXT(vmt_device_use, name)};
static const struct shape use = SHAPE(vmt_device_use, use_members);

static const struct member device_members[] = {M_ROWS(vmt_device, uses, n_uses, &use)};
static const struct shape device = SHAPE(vmt_device, device_members);

static const struct member device_dump_members[] = {M_TEXT(vmt_device_dump, name)};
static const struct shape device_dump = SHAPE(vmt_device_dump, device_dump_members);

/* By debuginfo: where a module was built, which may be somebody's home. */
static const struct member frame_members[] = {M_TEXT(vmt_frame, file)};
static const struct shape frame = SHAPE(vmt_frame, frame_members);

static const struct member cpu_members[] = {
	M_TEXT(vmt_cpu, comm), M_TEXT(vmt_cpu, stopped), M_ROWS(vmt_cpu, frames, n_frames, &frame)};
static const struct shape cpu = SHAPE(vmt_cpu, cpu_members);

static const struct member wait_members[] = {
	M_TEXT(vmt_wait, text), M_TEXT(vmt_wait, holder_comm), M_TEXT(vmt_wait, writer_comm)};
static const struct shape wait = SHAPE(vmt_wait, wait_members);

static const struct member waiter_members[] = {M_TEXT(vmt_waiter, comm),
	M_PART(vmt_waiter, waits_for, &wait), M_ROWS(vmt_waiter, frames, n_frames, &frame)};
static const struct shape waiter = SHAPE(vmt_waiter, waiter_members);

static const struct member task_members[] = {M_TEXT(vmt_task, comm), M_TEXT(vmt_task, stopped),
	M_PART(vmt_task, waits_for, &wait), M_ROWS(vmt_task, frames, n_frames, &frame)};
static const struct shape task = SHAPE(vmt_task, task_members);

static const struct member debuginfo_members[] = {
	M_TEXT(vmt_debuginfo, vmlinux), M_TEXTS(vmt_debuginfo, modules, n_modules)};
static const struct shape debuginfo = SHAPE(vmt_debuginfo, debuginfo_members);

static const struct member source_members[] = {M_TEXT(vmt_source, path)};
static const struct shape source = SHAPE(vmt_source, source_members);

static const struct member excerpt_members[] = {M_TEXTS(vmt_excerpt, lines, n)};
static const struct shape excerpt = SHAPE(vmt_excerpt, excerpt_members);

static const struct member diag_members[] = {M_TEXT(vmt_diag, message)};
static const struct shape diag = SHAPE(vmt_diag, diag_members);

static const struct member role_members[] = {M_TEXT(vmt_role, reason)};
static const struct shape role = SHAPE(vmt_role, role_members);

static const struct member explanation_members[] = {M_TEXT(vmt_explanation, kind_reason),
	M_TEXT(vmt_explanation, basis), M_TEXT(vmt_explanation, frame_reason),
	M_TEXT(vmt_explanation, bug_reason), M_ROWS(vmt_explanation, frames, n_frames, &role)};
static const struct shape explanation = SHAPE(vmt_explanation, explanation_members);

static const struct member report_members[] = {
	M_PART(vmt_report, machine, &machine), /* first: the host is then known */
	M_ROWS(vmt_report, events, n_events, &event),
	M_PART(vmt_report, input, &input),
	M_PART(vmt_report, kernel, &kernel),
	M_PART(vmt_report, crash, &crash),
	M_PART(vmt_report, verdict, &verdict),
	M_TEXT(vmt_report, other_system),
	M_ROWS(vmt_report, frames, n_frames, &frame),
	M_ROWS(vmt_report, variables, n_variables, &variable),
	M_ROWS(vmt_report, modules, n_modules, &module),
	M_ROWS(vmt_report, devices, n_devices, &device),
	M_ROWS(vmt_report, device_dumps, n_device_dumps, &device_dump),
	M_ROWS(vmt_report, cpus, n_cpus, &cpu),
	M_PART(vmt_report, debuginfo, &debuginfo),
	M_PART(vmt_report, source, &source),
	M_ROWS(vmt_report, diagnostics, n_diagnostics, &diag),
	M_PART(vmt_report, excerpt, &excerpt),
	M_ROWS(vmt_report, waits, n_waits, &waiter),
	M_ROWS(vmt_report, code_differences, n_code_differences, &code),
	M_ONE(vmt_report, explanation, &explanation),
};
static const struct shape whole = SHAPE(vmt_report, report_members);

static const struct member stacks_members[] = {M_HOST(vmt_stacks, hostname),
	M_ROWS(vmt_stacks, cpus, n_cpus, &cpu), M_ROWS(vmt_stacks, tasks, n_tasks, &task),
	M_ROWS(vmt_stacks, diagnostics, n_diagnostics, &diag)};
static const struct shape all_stacks = SHAPE(vmt_stacks, stacks_members);

/* ---- walking ----------------------------------------------------------------------------- */

struct walk {
	struct vmt_redaction *r;
	TALLOC_CTX *ctx; /* owns the copies */
	bool learn;	 /* changes nothing */
	struct vmt_err *err;
};

static int walk_string(struct walk *w, bool host, const char **s)
{
	size_t len = *s ? strlen(*s) : 0;
	struct redacted copy;
	int rc;

	if (!len)
		return 0;
	if (w->learn)
		return (host ? redact_know_host : redact_learn)(w->r, *s, len, w->err);
	rc = host ? redact_whole(w->r, w->ctx, REDACT_HOST, *s, &copy.text, w->err)
		  : redact_text(w->r, w->ctx, *s, len, &copy, w->err);
	if (!rc)
		*s = copy.text;
	return rc;
}

/* Copies an array, unless nothing is to be changed. */
static int copy_array(struct walk *w, void **array, size_t n, size_t size)
{
	void *copy;

	if (w->learn || !n)
		return 0;
	copy = talloc_array_size(w->ctx, size, (unsigned)n);
	if (!copy)
		return err_nomem(w->err);
	memcpy(copy, *array, n * size);
	*array = copy;
	return 0;
}

static int walk_texts(struct walk *w, void *at, size_t n)
{
	int rc = copy_array(w, at, n, sizeof(const char *));

	for (size_t i = 0; !rc && i < n; i++)
		rc = walk_string(w, false, &(*(const char ***)at)[i]);
	return rc;
}

static int walk_struct(struct walk *w, char *base, const struct shape *shape);

static int walk_rows(struct walk *w, void **at, size_t n, const struct shape *shape)
{
	int rc = copy_array(w, at, n, shape->size);

	for (size_t i = 0; !rc && i < n; i++)
		rc = walk_struct(w, (char *)*at + i * shape->size, shape);
	return rc;
}

static int walk_member(struct walk *w, char *base, const struct member *m)
{
	void *at = base + m->at;
	size_t n = m->how == TEXTS || m->how == ROWS ? *(const size_t *)(base + m->n_at) : 0;

	switch (m->how) {
	case TEXT:
	case HOST:
		return walk_string(w, m->how == HOST, at);
	case TEXTS:
		return walk_texts(w, at, n);
	case PART:
		return walk_struct(w, at, m->shape);
	case ONE:
		n = *(void **)at != NULL;
		break;
	case ROWS:
		break;
	}
	return walk_rows(w, at, n, m->shape);
}

static int walk_struct(struct walk *w, char *base, const struct shape *shape)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < shape->n; i++)
		rc = walk_member(w, base, &shape->members[i]);
	return rc;
}

/* What was replaced since the counts of before. */
static int list_redacted(struct vmt_redaction *r, const uint64_t *before, struct vmt_report *ret,
	struct vmt_err *err)
{
	struct vmt_redacted *rows = talloc_array(ret, struct vmt_redacted, REDACT_KINDS);
	uint64_t count;
	const char *kind;

	if (!rows)
		return err_nomem(err);
	for (size_t i = 0; (kind = vmt_redaction_count(r, i, &count)); i++)
		if (count > before[i])
			rows[ret->n_redacted++] = (struct vmt_redacted){kind, count - before[i]};
	ret->redacted = rows;
	ret->is_redacted = true;
	return 0;
}

int vmt_report_redact(struct vmt_redaction *redaction, const struct vmt_report *report,
	struct vmt_report **ret, struct vmt_err *err)
{
	struct vmt_report *copy = talloc_memdup(NULL, report, sizeof(*report));
	struct walk w = {redaction, copy, true, err};
	uint64_t before[REDACT_KINDS];
	int rc = copy ? walk_struct(&w, (char *)copy, &whole) : err_nomem(err);

	for (size_t i = 0; i < REDACT_KINDS; i++)
		vmt_redaction_count(redaction, i, &before[i]);
	w.learn = false;
	if (!rc)
		rc = walk_struct(&w, (char *)copy, &whole);
	if (!rc)
		rc = list_redacted(redaction, before, copy, err);
	if (rc)
		talloc_free(copy);
	else
		*ret = copy;
	return rc;
}

int vmt_stacks_redact(struct vmt_redaction *redaction, const struct vmt_stacks *stacks,
	struct vmt_stacks **ret, struct vmt_err *err)
{
	struct vmt_stacks *copy = talloc_memdup(NULL, stacks, sizeof(*stacks));
	struct walk w = {redaction, copy, true, err};
	int rc = copy ? walk_struct(&w, (char *)copy, &all_stacks) : err_nomem(err);

	w.learn = false;
	if (!rc)
		rc = walk_struct(&w, (char *)copy, &all_stacks);
	if (rc)
		talloc_free(copy);
	else
		*ret = copy;
	return rc;
}
