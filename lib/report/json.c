// SPDX-License-Identifier: GPL-3.0-or-later
// The report as JSON, schema 1: every key is always present, null where a fact is not known. Keys
// are only ever added. Addresses are strings, because JSON numbers lose bits.
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "report/escape.h"
#include "report/json_internal.h"
#include "report/json_out.h"
#include "report/seen.h"
#include "report/units.h"
#include "report/writer.h"

/*
 * Makers of values. A NULL from jansson (no memory) makes the enclosing object fail, up to the
 * root: json_pack's "o" and json_array_append_new() treat NULL as an error.
 */

json_t *json_text(const char *s)
{
	char *utf8 = s ? escape_utf8(NULL, s) : NULL;
	json_t *v = !s ? json_null() : utf8 ? json_string(utf8) : NULL;

	talloc_free(utf8);
	return v;
}

static json_t *own(char *s)
{
	json_t *v = s ? json_string(s) : NULL;

	talloc_free(s);
	return v;
}

/* No real count is above 2^63. */
json_t *json_number(struct vmt_u64 u)
{
	return u.known && u.v <= INT64_MAX ? json_integer((json_int_t)u.v) : json_null();
}

static json_t *address(struct vmt_u64 u)
{
	return u.known ? own(talloc_asprintf(NULL, "0x%016" PRIx64, u.v)) : json_null();
}

/* The log has microseconds; %.15g prints them exactly. */
static json_t *seconds(struct vmt_time t)
{
	int64_t us = t.ns / 1000;

	return t.known ? json_real((double)us / 1e6) : json_null();
}

json_t *json_time(struct vmt_time t)
{
	return t.known ? own(units_rfc3339(NULL, t.ns)) : json_null();
}

static json_t *texts(const char *const *s, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; a && i < n; i++) {
		if (json_array_append_new(a, json_text(s[i]))) {
			json_decref(a);
			a = NULL;
		}
	}
	return a;
}

/* An array of n rows of any type; make() turns each into a value. */
json_t *json_rows(const void *first, size_t n, size_t size, json_t *(*make)(const void *row))
{
	json_t *a = json_array();

	for (size_t i = 0; a && i < n; i++) {
		if (json_array_append_new(a, make((const char *)first + i * size))) {
			json_decref(a);
			a = NULL;
		}
	}
	return a;
}

static json_t *input(const struct vmt_input *in)
{
	return json_pack("{so so so sb so so so}", "path", json_text(in->path), "format",
		json_text(in->format), "size", json_number(in->size), "complete", in->complete,
		"missing", json_text(in->missing), "layers", texts(in->layers, in->n_layers),
		"percent", json_number(in->percent));
}

static json_t *taint(const void *row)
{
	const struct vmt_taint *t = row;
	const char letter[] = {t->letter, '\0'};

	return json_pack("{so so}", "letter", json_text(letter), "meaning", json_text(t->meaning));
}

static json_t *tainted(const struct vmt_kernel *k)
{
	bool known = k->taint_known || k->n_taints || k->tainted.known;

	return json_pack("{so so}", "value", json_number(k->tainted), "letters",
		known ? JSON_ROWS(k->taints, k->n_taints, taint) : json_null());
}

json_t *json_kernel(const struct vmt_kernel *k)
{
	return json_pack("{so so so so so so so}", "release", json_text(k->release), "version",
		json_text(k->version), "arch", json_text(k->arch), "build_id",
		json_text(k->build_id), "distribution", json_text(k->distribution), "tainted",
		tainted(k), "command_line", json_text(k->command_line));
}

static json_t *sysctl(const void *row)
{
	const struct vmt_sysctl *s = row;
	struct vmt_u64 value = {true, s->value};

	return json_pack("{so so}", "name", json_text(s->name), "value", json_number(value));
}

static json_t *unloaded(const void *row)
{
	const struct vmt_unloaded *u = row;

	return json_pack("{so so}", "name", json_text(u->name), "taints", json_text(u->taints));
}

static json_t *device_dump(const void *row)
{
	const struct vmt_device_dump *d = row;
	struct vmt_u64 size = {true, d->size};

	return json_pack("{so so}", "name", json_text(d->name), "size", json_number(size));
}

json_t *json_machine(const struct vmt_machine *m)
{
	return json_pack("{so so so so so so}", "hostname", json_text(m->hostname), "hardware",
		json_text(m->hardware), "bios", json_text(m->bios), "cpus", json_number(m->cpus),
		"memory_bytes", json_number(m->memory_bytes), "sysctls",
		JSON_ROWS(m->sysctls, m->n_sysctls, sysctl));
}

json_t *json_task(struct vmt_u64 pid, const char *comm)
{
	return json_pack("{so so}", "pid", json_number(pid), "comm", json_text(comm));
}

json_t *json_crash(const struct vmt_crash *c)
{
	return json_pack("{so so so so so so so so}", "time", json_time(c->time), "uptime_s",
		seconds(c->uptime), "cpu", json_number(c->cpu), "task", json_task(c->pid, c->comm),
		"context", json_text(c->context), "time_text", json_text(c->time_text),
		"time_source", json_text(c->time_source), "boot_id", json_text(c->boot_id));
}

static json_t *suspect(const void *row)
{
	const struct vmt_suspect *s = row;

	return json_pack("{so so so so so}", "function", json_text(s->function), "module",
		json_text(s->module), "subsystem", json_text(s->subsystem), "role",
		json_text(s->role), "reason", json_text(s->reason));
}

static json_t *certainty(const struct vmt_verdict *v)
{
	return json_pack(
		"{so so}", "frame", json_text(v->frame_certainty), "bug", json_text(v->confidence));
}

json_t *json_verdict(const struct vmt_verdict *v)
{
	return json_pack("{so sb so so so so so so so so so so sb sb so so so so so so so so}",
		"kind", json_text(v->kind), "no_crash", v->no_crash, "detector",
		json_text(v->detector), "headline", json_text(v->headline), "function",
		json_text(v->function), "module", json_text(v->module), "file", json_text(v->file),
		"line", json_number(v->line), "origin", json_text(v->origin), "path",
		json_text(v->path), "access", json_text(v->access), "address_class",
		json_text(v->address_class), "victim", v->victim, "corrupted", v->corrupted,
		"confidence", json_text(v->confidence), "event", json_number(v->event), "evidence",
		texts(v->evidence, v->n_evidence), "next", texts(v->next, v->n_next), "caution",
		json_text(v->caution), "suspects", JSON_ROWS(v->suspects, v->n_suspects, suspect),
		"subsystem", json_text(v->subsystem), "certainty", certainty(v));
}

static json_t *event(const void *row)
{
	const struct vmt_event *e = row;

	return json_pack("{so so so sb so so so so}", "kind", json_text(e->kind), "headline",
		json_text(e->headline), "time_s", seconds(e->time), "fatal", e->fatal, "boot",
		json_number((struct vmt_u64){true, e->boot}), "host", json_text(e->host), "time",
		json_time(e->clock), "time_text", json_text(e->time_text));
}

json_t *json_frame(const void *row)
{
	const struct vmt_frame *f = row;

	return json_pack("{so so so so so so so so sb sb so so}", "function",
		json_text(f->function), "plain", json_text(f->plain), "offset",
		json_number(f->offset), "module", json_text(f->module), "address",
		address(f->address), "file", json_text(f->file), "line", json_number(f->line),
		"column", json_number(f->column), "inlined", f->inlined, "reliable", f->reliable,
		"context", json_text(f->context), "source", json_text(f->source));
}

static json_t *registers(const struct vmt_register *regs, size_t n)
{
	json_t *o = json_object();

	for (size_t i = 0; o && i < n; i++) {
		char *name = escape_utf8(NULL, regs[i].name);
		struct vmt_u64 value = {true, regs[i].value};

		if (!name || json_object_set_new(o, name, address(value))) {
			json_decref(o);
			o = NULL;
		}
		talloc_free(name);
	}
	return o;
}

static json_t *fault(const struct vmt_fault *f)
{
	return json_pack("{so so so so so so so so so so so so so}", "address", address(f->address),
		"access", json_text(f->access), "class", json_text(f->klass), "instruction",
		json_text(f->instruction), "operand", json_text(f->operand), "base_register",
		json_text(f->base_register), "type", json_text(f->type), "member",
		json_text(f->member), "member_offset", json_number(f->member_offset), "expression",
		json_text(f->expression), "argument", json_number(f->argument), "pointer",
		address(f->pointer), "pointer_is", json_text(f->pointer_is));
}

static json_t *on_disk(const struct vmt_module *m)
{
	if (!m->disk_path)
		return json_null();
	return json_pack("{so so so}", "path", json_text(m->disk_path), "build_id",
		json_text(m->disk_build_id), "srcversion", json_text(m->disk_srcversion));
}

static json_t *module(const void *row)
{
	const struct vmt_module *m = row;

	return json_pack("{so so so so so so so so so}", "name", json_text(m->name), "version",
		json_text(m->version), "srcversion", json_text(m->srcversion), "build_id",
		json_text(m->build_id), "size", json_number(m->size), "base", address(m->base),
		"taints", json_text(m->taints), "origin", json_text(m->origin), "on_disk",
		on_disk(m));
}

static json_t *code_difference(const void *row)
{
	const struct vmt_code_difference *d = row;
	struct vmt_u64 offset = {true, d->offset}, last = {true, d->last},
		       memory = {true, d->memory}, file = {true, d->file}, n = {true, d->n_bytes};

	return json_pack("{so so so so so so so so so so}", "function", json_text(d->function),
		"module", json_text(d->module), "offset", json_number(offset), "last",
		json_number(last), "address", address(d->address), "memory", json_number(memory),
		"file", json_number(file), "bit", json_number(d->bit), "bytes", json_number(n),
		"path", json_text(d->path));
}

json_t *json_cpu(const void *row)
{
	const struct vmt_cpu *c = row;
	struct vmt_u64 n = {true, c->number};

	return json_pack("{so so so so so so}", "cpu", json_number(n), "task",
		json_task(c->pid, c->comm), "context", json_text(c->context), "registers",
		registers(c->registers, c->n_registers), "frames",
		JSON_ROWS(c->frames, c->n_frames, json_frame), "stopped", json_text(c->stopped));
}

static json_t *device_use(const void *row)
{
	const struct vmt_device_use *u = row;

	return json_pack("{so so so so}", "subsystem", json_text(u->subsystem), "name",
		json_text(u->name), "model", json_text(u->model), "firmware",
		json_text(u->firmware));
}

static json_t *device(const void *row)
{
	const struct vmt_device *d = row;

	return json_pack("{so so so so so so}", "bus", json_text(d->bus), "driver",
		json_text(d->driver), "name", json_text(d->name), "pci_address",
		json_text(d->pci_address), "pci_id", json_text(d->pci_id), "uses",
		JSON_ROWS(d->uses, d->n_uses, device_use));
}

json_t *json_signature(const struct vmt_signature *s)
{
	return json_pack("{so so so so}", "algorithm", json_text(s->algorithm), "coarse",
		json_text(s->coarse), "fine", json_text(s->fine), "text", json_text(s->text));
}

static json_t *missing(const void *row)
{
	const struct vmt_missing *m = row;

	return json_pack("{so so so}", "what", json_text(m->what), "build_id",
		json_text(m->build_id), "package", json_text(m->package));
}

static json_t *debuginfo(const struct vmt_debuginfo *d)
{
	return json_pack("{so so so}", "vmlinux", json_text(d->vmlinux), "modules",
		texts(d->modules, d->n_modules), "missing",
		JSON_ROWS(d->missing, d->n_missing, missing));
}

static json_t *source(const struct vmt_source *s)
{
	struct vmt_u64 first = {s->n != 0, s->first};

	return json_pack("{so so so}", "path", json_text(s->path), "first_line", json_number(first),
		"lines", texts(s->lines, s->n));
}

static json_t *maintainer(const void *row)
{
	const struct vmt_maintainer *m = row;

	return json_pack("{so so so so so so}", "section", json_text(m->section), "status",
		json_text(m->status), "lists", texts(m->lists, m->n_lists), "bugs",
		texts(m->bugs, m->n_bugs), "trees", texts(m->trees, m->n_trees), "persons",
		texts(m->persons, m->n_persons));
}

static json_t *excerpt(const struct vmt_excerpt *x)
{
	struct vmt_u64 left_out = {true, x->left_out};

	if (!x->n)
		return json_null();
	return json_pack(
		"{so so}", "lines", texts(x->lines, x->n), "left_out", json_number(left_out));
}

json_t *json_diagnostic(const void *row)
{
	const struct vmt_diag *d = row;

	return json_pack("{so so so}", "id", json_text(d->id), "severity", json_text(d->severity),
		"message", json_text(d->message));
}

static json_t *wait_device(const struct vmt_wait *w)
{
	if (!w->device)
		return json_null();
	return json_pack("{so so so}", "name", json_text(w->device), "in_flight",
		json_number(w->in_flight), "oldest_ms", json_number(w->oldest_ms));
}

json_t *json_wait(const struct vmt_wait *w)
{
	if (!w->type)
		return json_null();
	return json_pack("{so so so so so so so so so so so so so}", "type", json_text(w->type),
		"mode", json_text(w->mode), "address", address(w->address), "name",
		json_text(w->name), "module", json_text(w->module), "offset",
		json_number(w->offset), "object", json_text(w->object), "container",
		json_text(w->container), "member", json_text(w->member), "readers",
		json_number(w->readers), "holder", json_task(w->holder_pid, w->holder_comm),
		"device", wait_device(w), "text", json_text(w->text));
}

static json_t *waiter(const void *row)
{
	const struct vmt_waiter *w = row;

	return json_pack("{so so so so so so so}", "task",
		json_task((struct vmt_u64){true, w->pid}, w->comm), "state", json_text(w->state),
		"cpu", json_number(w->cpu), "function", json_text(w->function), "module",
		json_text(w->module), "waits_for", json_wait(&w->waits_for), "frames",
		JSON_ROWS(w->frames, w->n_frames, json_frame));
}

static json_t *waits(const struct vmt_report *r)
{
	return json_pack("{so sb sb so so}", "chain", JSON_ROWS(r->waits, r->n_waits, waiter),
		"deadlock", r->deadlock, "others_idle", r->others_idle, "only_cpu",
		json_number(r->only_cpu), "spinning", json_number(r->n_spinning));
}

json_t *json_death(const struct vmt_report *r)
{
	struct vmt_u64 of = {true, r->n_deaths};

	if (!r->death.known)
		return json_null();
	return json_pack("{so so}", "number", json_number(r->death), "of", json_number(of));
}

static json_t *explained(const void *row)
{
	const struct vmt_explained *e = row;
	struct vmt_u64 value = {true, e->value};

	return json_pack("{so so so so so so so so sb so}", "register", json_text(e->name), "value",
		address(value), "region", json_text(e->region), "object", json_text(e->object),
		"module", json_text(e->module), "offset", json_number(e->offset), "size",
		json_number(e->size), "state", json_text(e->state), "shared", e->shared, "cpu",
		json_number(e->cpu));
}

static json_t *variable(const void *row)
{
	const struct vmt_variable *v = row;

	return json_pack("{so so so so sb so so}", "function", json_text(v->function), "name",
		json_text(v->name), "type", json_text(v->type), "value", json_text(v->value),
		"argument", v->argument, "address", address(v->address), "frame",
		json_number(v->frame));
}

static json_t *instruction(const void *row)
{
	const struct vmt_instruction *in = row;
	struct vmt_u64 at = {true, in->address};

	return json_pack("{so so sb}", "address", address(at), "text", json_text(in->text),
		"current", in->current);
}

static json_t *role(const void *row)
{
	const struct vmt_role *f = row;

	return json_pack("{so so so so sb}", "function", json_text(f->function), "module",
		json_text(f->module), "role", json_text(f->role), "reason", json_text(f->reason),
		"culprit", f->culprit);
}

static json_t *fact(const void *row)
{
	const struct vmt_fact *f = row;

	return json_pack("{so si so}", "fact", json_text(f->id), "points", f->points, "reason",
		json_text(f->reason));
}

static json_t *ranked(const void *row)
{
	const struct vmt_ranked *s = row;

	return json_pack("{so so so so si so}", "function", json_text(s->function), "module",
		json_text(s->module), "file", json_text(s->file), "role", json_text(s->role),
		"points", s->points, "facts", JSON_ROWS(s->facts, s->n_facts, fact));
}

static json_t *explanation(const struct vmt_explanation *x)
{
	if (!x)
		return json_null();
	return json_pack("{so so so so so s{so so}}", "kind", json_text(x->kind_reason), "blamed",
		json_text(x->search), "culprit", json_text(x->basis), "frames",
		JSON_ROWS(x->frames, x->n_frames, role), "suspects",
		JSON_ROWS(x->suspects, x->n_suspects, ranked), "certainty", "frame",
		json_text(x->frame_reason), "bug", json_text(x->bug_reason));
}

static json_t *redacted(const void *row)
{
	const struct vmt_redacted *x = row;
	struct vmt_u64 count = {true, x->count};

	return json_pack("{so so}", "kind", json_text(x->kind), "count", json_number(count));
}

static json_t *whole(const struct vmt_report *r)
{
	return json_pack("{si s{ss ss} so so so so so so so so so so so so so so so so so so so so "
			 "so so so so so so so so so so so so}",
		"schema", VMT_SCHEMA, "tool", "name", "vmtriage", "version", VMT_VERSION, "input",
		input(&r->input), "level", json_text(r->level), "kernel", json_kernel(&r->kernel),
		"machine", json_machine(&r->machine), "crash", json_crash(&r->crash), "verdict",
		json_verdict(&r->verdict), "events", JSON_ROWS(r->events, r->n_events, event),
		"frames", JSON_ROWS(r->frames, r->n_frames, json_frame), "registers",
		registers(r->registers, r->n_registers), "registers_explained",
		JSON_ROWS(r->explained, r->n_explained, explained), "variables",
		JSON_ROWS(r->variables, r->n_variables, variable), "instructions",
		JSON_ROWS(r->instructions, r->n_instructions, instruction), "fault",
		fault(&r->fault), "modules", JSON_ROWS(r->modules, r->n_modules, module),
		"unloaded_modules", JSON_ROWS(r->unloaded, r->n_unloaded, unloaded), "devices",
		JSON_ROWS(r->devices, r->n_devices, device), "device_dumps",
		JSON_ROWS(r->device_dumps, r->n_device_dumps, device_dump), "cpus",
		JSON_ROWS(r->cpus, r->n_cpus, json_cpu), "signature", json_signature(&r->signature),
		"debuginfo", debuginfo(&r->debuginfo), "source", source(&r->source), "diagnostics",
		JSON_ROWS(r->diagnostics, r->n_diagnostics, json_diagnostic), "other_system",
		json_text(r->other_system), "death", json_death(r), "lines_broken_at",
		json_number(r->lines_broken_at), "excerpt", excerpt(&r->excerpt), "waits", waits(r),
		"seen", seen_json(r->seen), "maintainers",
		JSON_ROWS(r->maintainers, r->n_maintainers, maintainer), "code_differences",
		JSON_ROWS(r->code_differences, r->n_code_differences, code_difference),
		"explanation", explanation(r->explanation), "redacted",
		r->is_redacted ? JSON_ROWS(r->redacted, r->n_redacted, redacted) : json_null());
}

static int write_object(const struct vmt_report *r, size_t indent, FILE *out, struct vmt_err *err)
{
	json_t *o = whole(r);
	int rc = o ? json_out(o, indent, out, err) : err_nomem(err);

	json_decref(o);
	return rc;
}

static int write_json(const struct vmt_report *r, const struct vmt_write_options *opts, FILE *out,
	struct vmt_err *err)
{
	(void)opts;
	return write_object(r, JSON_OUT_INDENTED, out, err);
}

static int write_json_lines(const struct vmt_report *r, const struct vmt_write_options *opts,
	FILE *out, struct vmt_err *err)
{
	(void)opts;
	return write_object(r, JSON_OUT_LINE, out, err);
}

const struct report_writer json_writer = {
	.name = VMT_FORMAT_JSON, .in_series = VMT_FORMAT_JSON_LINES, .write = write_json};
const struct report_writer json_lines_writer = {
	.name = VMT_FORMAT_JSON_LINES, .write = write_json_lines};
