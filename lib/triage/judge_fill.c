// SPDX-License-Identifier: GPL-3.0-or-later
/* Fills the report with what the log says about the machine, and with stacks and modules. */
#include <stdlib.h>
#include <string.h>

#include "base/big.h"
#include "base/caps.h"
#include "base/distribution.h"
#include "base/vmlinux.h"
#include "triage/blame.h"
#include "triage/judge_internal.h"
#include "triage/path.h"
#include "triage/taint.h"

void *judge_need(struct judge *j, void *p)
{
	if (!p)
		j->failed = true;
	return p;
}

/* The log's strings live as long as the log: the report gets its own. */
const char *judge_copy(struct judge *j, const char *s)
{
	return s ? judge_need(j, talloc_strdup(j->ctx, s)) : NULL;
}

void judge_set(struct judge *j, const char **field, const char *s)
{
	if (!*field)
		*field = judge_copy(j, s);
}

/* ---- the machine and its kernel ---------------------------------------------------------- */

static void fill_taints(struct judge *j, const char *letters)
{
	struct vmt_kernel *k = &j->report->kernel;
	struct vmt_taint *t;
	size_t n = 0;

	if (k->taint_known || !letters)
		return;
	k->taint_known = true;
	t = judge_need(j, talloc_array(j->ctx, struct vmt_taint, strlen(letters) + 1));
	for (; t && *letters; letters++)
		t[n++] = (struct vmt_taint){*letters, taint_meaning(*letters)};
	k->taints = t;
	k->n_taints = n;
}

/* The architecture; if several machines wrote to the log, that of the one that crashed. */
const char *judge_arch(const struct judge *j)
{
	return j->ev && j->ev->boot->arch ? j->ev->boot->arch : j->log->arch;
}

/* CAP_FIRMWARE bounds them. */
static void fill_firmware(struct judge *j, const struct oops_boot *boot)
{
	struct vmt_report *r = j->report;
	struct vmt_firmware *f;

	if (r->n_firmware || !boot->n_firmware)
		return;
	f = judge_need(j, talloc_array(j->ctx, struct vmt_firmware, boot->n_firmware));
	for (size_t i = 0; f && i < boot->n_firmware; i++) {
		const struct oops_firmware *from = &boot->firmware[i];

		f[i] = (struct vmt_firmware){judge_copy(j, from->driver),
			judge_copy(j, from->device), judge_copy(j, from->part),
			judge_copy(j, from->file), judge_copy(j, from->version)};
	}
	r->firmware = f;
	r->n_firmware = f ? boot->n_firmware : 0;
}

void judge_fill_machine(struct judge *j)
{
	struct vmt_report *r = j->report;
	const struct oops_log *log = j->log;
	const struct oops_event *ev = j->ev;
	const struct oops_boot *boot = ev ? ev->boot : log->boot;

	judge_set(j, &r->kernel.release, ev && ev->release ? ev->release : boot->release);
	judge_set(j, &r->kernel.version, boot->version ? boot->version : ev ? ev->version : NULL);
	judge_set(j, &r->kernel.build_id, ev ? ev->build_id : NULL);
	judge_set(j, &r->kernel.arch, judge_arch(j));
	judge_set(j, &r->kernel.distribution,
		distribution_name(r->kernel.release, r->kernel.version));
	judge_set(j, &r->kernel.command_line, boot->command_line);
	judge_set(j, &r->kernel.signature, boot->signature);
	judge_set(j, &r->machine.hostname, boot->hostname ? boot->hostname : log->hostname);
	judge_set(j, &r->machine.hardware, boot->hardware);
	judge_set(j, &r->machine.bios, boot->bios);
	if (!r->machine.cpus.known)
		r->machine.cpus = boot->cpus;
	if (!r->machine.memory_bytes.known)
		r->machine.memory_bytes = boot->memory_bytes;
	fill_firmware(j, boot);
	if (ev)
		fill_taints(j, ev->tainted);
}

/* ---- events, frames, modules, registers -------------------------------------------------- */

CAP_FITS(CAP_TEXT_HOSTS *CAP_EVENTS, sizeof(struct vmt_event));
CAP_FITS(CAP_EVENT_FRAMES + 2, sizeof(struct vmt_frame));

void judge_fill_events(struct judge *j)
{
	const struct oops_log *log = j->log;
	struct vmt_event *e =
		judge_need(j, talloc_zero_array(j->ctx, struct vmt_event, log->n_events));

	for (size_t i = 0; e && i < log->n_events; i++) {
		const struct oops_event *ev = log->events[i];

		e[i].kind = ev->kind->slug;
		e[i].headline = judge_copy(j, ev->headline);
		e[i].time = (struct vmt_time){ev->has_ts, (int64_t)ev->ts_ns};
		e[i].fatal = ev->fatal;
		e[i].boot = ev->boot->number;
		e[i].host = judge_copy(j, ev->boot->hostname);
		e[i].clock = (struct vmt_time){ev->has_unix, ev->has_unix ? ev->unix_ns : 0};
		e[i].time_text = ev->has_unix ? NULL : judge_copy(j, ev->wall);
	}
	j->report->events = e;
	j->report->n_events = e ? log->n_events : 0;
}

static void fill_frame(
	struct judge *j, struct vmt_frame *to, const struct oops_frame *f, const char *context)
{
	to->function = judge_copy(j, f->function);
	to->module = f->module ? judge_copy(j, f->module) : NULL;
	if (!f->module && f->function && !f->module_unknown)
		to->module = VMLINUX;
	to->offset = (struct vmt_u64){f->has_offset, f->offset};
	to->size = (struct vmt_u64){f->has_offset && f->size, f->size};
	to->address = (struct vmt_u64){f->has_address, f->address};
	to->file = judge_copy(j, f->file);
	to->line = (struct vmt_u64){f->file != NULL, f->line};
	to->inlined = f->inlined;
	to->reliable = !f->unreliable;
	to->exact = f->from_regs;
	to->plain = blame_plain(j->ctx, to->function);
	to->build_id = judge_copy(j, f->build_id);
	to->context = context;
	to->source = "log";
}

static bool same_place(const struct oops_frame *a, const struct oops_frame *b)
{
	if (!a->function || !b->function)
		return !a->function && !b->function && a->has_address && b->has_address &&
		       a->address == b->address;
	return strcmp(a->function, b->function) == 0 && a->offset == b->offset;
}

/* A link register may still point into the function itself, after it called another one. */
static bool is_own_link(const struct oops_event *ev)
{
	return strcmp(ev->ip.function, ev->caller.function) == 0;
}

/*
 * Where the CPU was. After a jump to nowhere, and where there is no trace, also the link register,
 * because nothing else shows it.
 */
static size_t fill_own_frames(struct judge *j, const struct oops_trace *t, struct vmt_frame *frames)
{
	const struct oops_event *ev = j->ev;
	struct path_walk walk = {.trace = t};
	bool has_frames = t && t->n_frames;
	const char *context = has_frames ? path_frame_context(&walk, 0) : NULL;

	if (!ev->ip.function && !ev->ip.has_address)
		return 0;
	fill_frame(j, &frames[0], &ev->ip, context);
	frames[0].exact = true;
	if (!ev->caller.function || (ev->ip.function && (has_frames || is_own_link(ev))))
		return 1;
	fill_frame(j, &frames[1], &ev->caller, context);
	return 2;
}

/*
 * How many frames of the trace come before the callers of the place where the CPU was. On arm64 and
 * riscv the trace begins with that place. The trace of a report that panic() made begins with the
 * functions that print it.
 */
static size_t frames_to_own(const struct oops_event *ev, const struct oops_trace *t)
{
	bool prints = t->n_frames && t->frames[0].function && !t->frames[0].module &&
		      blame_find(t->frames[0].function, BLAME_REPORT);

	for (size_t i = 0; i < t->n_frames; i++) {
		if (same_place(&ev->ip, &t->frames[i]))
			return i + 1;
		if (!prints || t->frames[i].module || t->frames[i].unreliable)
			break;
	}
	return 0;
}

void judge_fill_frames(struct judge *j)
{
	const struct oops_trace *t = j->culprit.trace;
	bool own = !t || t->role == OOPS_TRACE_MAIN;
	struct path_walk walk = {.trace = t};
	size_t most = 2 + (t ? t->n_frames : 0), k = 0, i = 0;
	struct vmt_frame *frames = judge_need(j, talloc_zero_array(j->ctx, struct vmt_frame, most));

	if (!frames)
		return;
	if (own)
		k = fill_own_frames(j, t, frames);
	if (k && t)
		i = frames_to_own(j->ev, t);
	for (; t && i < t->n_frames; i++)
		fill_frame(j, &frames[k++], &t->frames[i], path_frame_context(&walk, i));
	j->report->frames = frames;
	j->report->n_frames = k;
}

void judge_fill_registers(struct judge *j)
{
	size_t n = j->ev->n_regs, k = 0;
	struct vmt_register *regs = judge_need(j, talloc_array(j->ctx, struct vmt_register, n));

	for (size_t i = 0; regs && i < n; i++) {
		const char *name = judge_copy(j, j->ev->regs[i].name);

		if (name)
			regs[k++] = (struct vmt_register){name, j->ev->regs[i].value};
	}
	/* The report may be judged again, with more facts. */
	j->report->registers = regs;
	j->report->n_registers = k;
}

/* The modules that the report lists, by name. Modules of the same name keep their order. */
struct by_name {
	const struct oops_module **items;
	size_t n;
};

static int by_name(const void *a, const void *b)
{
	const struct oops_module *x = *(const struct oops_module *const *)a;
	const struct oops_module *y = *(const struct oops_module *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x > y) - (x < y);
}

static struct by_name modules_by_name(struct judge *j)
{
	size_t n = j->ev->n_modules;
	const struct oops_module **items =
		judge_need(j, talloc_array(j->ctx, const struct oops_module *, n));

	if (!items)
		return (struct by_name){NULL, 0};
	for (size_t i = 0; i < n; i++)
		items[i] = &j->ev->modules[i];
	qsort(items, n, sizeof(*items), by_name);
	return (struct by_name){items, n};
}

static size_t first_named(const struct by_name *m, const char *name)
{
	size_t low = 0, high = m->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(m->items[mid]->name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* What the log says about modules whose origin is not recorded in memory. */
static void fill_origins(struct judge *j)
{
	const struct vmt_report *r = j->report;
	size_t size = r->n_modules * sizeof(*r->modules);
	struct vmt_module *m = size ? judge_need(j, talloc_memdup(j->ctx, r->modules, size)) : NULL;
	struct by_name logged = modules_by_name(j);

	for (size_t i = 0; m && i < r->n_modules; i++) {
		size_t k = m[i].name ? first_named(&logged, m[i].name) : logged.n;

		for (; k < logged.n && !m[i].origin &&
			strcmp(logged.items[k]->name, m[i].name) == 0;
			k++) {
			m[i].taints = judge_copy(j, logged.items[k]->taints);
			m[i].origin = taint_origin(m[i].taints);
		}
	}
	if (m)
		j->report->modules = m;
}

void judge_fill_modules(struct judge *j)
{
	size_t n = j->ev->n_modules;
	struct vmt_module *m;

	/* A dump's own list is more complete. */
	if (j->report->n_modules) {
		fill_origins(j);
		return;
	}
	m = judge_need(j, talloc_zero_array(j->ctx, struct vmt_module, n));
	for (size_t i = 0; m && i < n; i++) {
		m[i].name = judge_copy(j, j->ev->modules[i].name);
		m[i].taints = judge_copy(j, j->ev->modules[i].taints);
		m[i].origin = taint_origin(j->ev->modules[i].taints);
	}
	j->report->modules = m;
	j->report->n_modules = m ? n : 0;
}
