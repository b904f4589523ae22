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

/* The log has microseconds; %.15g prints them exactly. */
static void put_seconds(struct json_stream *j, const char *key, struct vmt_time t)
{
	int64_t us = t.ns / 1000;

	if (t.known)
		json_put_real(j, key, (double)us / 1e6);
	else
		json_put_null(j, key);
}

static void put_input(struct json_stream *j, const char *key, const struct vmt_input *in)
{
	json_begin_object(j, key);
	json_put_text(j, "path", in->path);
	json_put_text(j, "format", in->format);
	json_put_number(j, "size", in->size);
	json_put_bool(j, "complete", in->complete);
	json_put_text(j, "missing", in->missing);
	json_put_texts(j, "layers", in->layers, in->n_layers);
	json_put_number(j, "percent", in->percent);
	json_end_object(j);
}

static void put_taint(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_taint *t = row;
	const char letter[] = {t->letter, '\0'};

	json_begin_object(j, key);
	json_put_text(j, "letter", letter);
	json_put_text(j, "meaning", t->meaning);
	json_end_object(j);
}

static void put_tainted(struct json_stream *j, const char *key, const struct vmt_kernel *k)
{
	bool known = k->taint_known || k->n_taints || k->tainted.known;

	json_begin_object(j, key);
	json_put_number(j, "value", k->tainted);
	if (known)
		JSON_PUT_ROWS(j, "letters", k->taints, k->n_taints, put_taint);
	else
		json_put_null(j, "letters");
	json_end_object(j);
}

void json_put_kernel(struct json_stream *j, const char *key, const struct vmt_kernel *k)
{
	json_begin_object(j, key);
	json_put_text(j, "release", k->release);
	json_put_text(j, "version", k->version);
	json_put_text(j, "arch", k->arch);
	json_put_text(j, "build_id", k->build_id);
	json_put_text(j, "distribution", k->distribution);
	put_tainted(j, "tainted", k);
	json_put_text(j, "command_line", k->command_line);
	json_put_text(j, "signature", k->signature);
	json_end_object(j);
}

static void put_sysctl(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_sysctl *s = row;
	struct vmt_u64 value = {true, s->value};

	json_begin_object(j, key);
	json_put_text(j, "name", s->name);
	json_put_number(j, "value", value);
	json_end_object(j);
}

static void put_unloaded(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_unloaded *u = row;

	json_begin_object(j, key);
	json_put_text(j, "name", u->name);
	json_put_text(j, "taints", u->taints);
	json_end_object(j);
}

static void put_device_dump(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_device_dump *d = row;
	struct vmt_u64 size = {true, d->size};

	json_begin_object(j, key);
	json_put_text(j, "name", d->name);
	json_put_number(j, "size", size);
	json_end_object(j);
}

static void put_firmware(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_firmware *f = row;

	json_begin_object(j, key);
	json_put_text(j, "driver", f->driver);
	json_put_text(j, "device", f->device);
	json_put_text(j, "part", f->part);
	json_put_text(j, "file", f->file);
	json_put_text(j, "version", f->version);
	json_end_object(j);
}

void json_put_machine(struct json_stream *j, const char *key, const struct vmt_machine *m)
{
	json_begin_object(j, key);
	json_put_text(j, "hostname", m->hostname);
	json_put_text(j, "hardware", m->hardware);
	json_put_text(j, "bios", m->bios);
	json_put_number(j, "cpus", m->cpus);
	json_put_number(j, "memory_bytes", m->memory_bytes);
	JSON_PUT_ROWS(j, "sysctls", m->sysctls, m->n_sysctls, put_sysctl);
	json_end_object(j);
}

void json_put_task(struct json_stream *j, const char *key, struct vmt_u64 pid, const char *comm)
{
	json_begin_object(j, key);
	json_put_number(j, "pid", pid);
	json_put_text(j, "comm", comm);
	json_end_object(j);
}

void json_put_crash(struct json_stream *j, const char *key, const struct vmt_crash *c)
{
	json_begin_object(j, key);
	json_put_time(j, "time", c->time);
	put_seconds(j, "uptime_s", c->uptime);
	json_put_number(j, "cpu", c->cpu);
	json_put_task(j, "task", c->pid, c->comm);
	json_put_text(j, "context", c->context);
	json_put_text(j, "time_text", c->time_text);
	json_put_text(j, "time_source", c->time_source);
	json_put_text(j, "boot_id", c->boot_id);
	json_end_object(j);
}

static void put_suspect(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_suspect *s = row;

	json_begin_object(j, key);
	json_put_text(j, "function", s->function);
	json_put_text(j, "module", s->module);
	json_put_text(j, "subsystem", s->subsystem);
	json_put_text(j, "role", s->role);
	json_put_text(j, "reason", s->reason);
	json_end_object(j);
}

static void put_certainty(struct json_stream *j, const char *key, const struct vmt_verdict *v)
{
	json_begin_object(j, key);
	json_put_text(j, "frame", v->frame_certainty);
	json_put_text(j, "bug", v->confidence);
	json_end_object(j);
}

void json_put_verdict(struct json_stream *j, const char *key, const struct vmt_verdict *v)
{
	json_begin_object(j, key);
	json_put_text(j, "kind", v->kind);
	json_put_bool(j, "no_crash", v->no_crash);
	json_put_text(j, "detector", v->detector);
	json_put_text(j, "headline", v->headline);
	json_put_text(j, "function", v->function);
	json_put_text(j, "module", v->module);
	json_put_text(j, "file", v->file);
	json_put_number(j, "line", v->line);
	json_put_text(j, "origin", v->origin);
	json_put_text(j, "path", v->path);
	json_put_text(j, "access", v->access);
	json_put_text(j, "address_class", v->address_class);
	json_put_bool(j, "victim", v->victim);
	json_put_bool(j, "corrupted", v->corrupted);
	json_put_text(j, "confidence", v->confidence);
	json_put_number(j, "event", v->event);
	json_put_texts(j, "evidence", v->evidence, v->n_evidence);
	json_put_texts(j, "next", v->next, v->n_next);
	json_put_text(j, "caution", v->caution);
	JSON_PUT_ROWS(j, "suspects", v->suspects, v->n_suspects, put_suspect);
	json_put_text(j, "subsystem", v->subsystem);
	put_certainty(j, "certainty", v);
	json_end_object(j);
}

static void put_event(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_event *e = row;

	json_begin_object(j, key);
	json_put_text(j, "kind", e->kind);
	json_put_text(j, "headline", e->headline);
	put_seconds(j, "time_s", e->time);
	json_put_bool(j, "fatal", e->fatal);
	json_put_number(j, "boot", (struct vmt_u64){true, e->boot});
	json_put_text(j, "host", e->host);
	json_put_time(j, "time", e->clock);
	json_put_text(j, "time_text", e->time_text);
	json_end_object(j);
}

void json_put_frame(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_frame *f = row;

	json_begin_object(j, key);
	json_put_text(j, "function", f->function);
	json_put_text(j, "plain", f->plain);
	json_put_number(j, "offset", f->offset);
	json_put_text(j, "module", f->module);
	json_put_address(j, "address", f->address);
	json_put_text(j, "file", f->file);
	json_put_number(j, "line", f->line);
	json_put_number(j, "column", f->column);
	json_put_bool(j, "inlined", f->inlined);
	json_put_bool(j, "reliable", f->reliable);
	json_put_text(j, "context", f->context);
	json_put_text(j, "source", f->source);
	json_end_object(j);
}

/* The register of that name whose value counts is the last one. */
static uint64_t last_value(const struct vmt_register *regs, size_t n, size_t i)
{
	uint64_t value = regs[i].value;

	for (size_t k = i + 1; k < n; k++)
		if (strcmp(regs[k].name, regs[i].name) == 0)
			value = regs[k].value;
	return value;
}

static bool is_repeated(const struct vmt_register *regs, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(regs[k].name, regs[i].name) == 0)
			return true;
	return false;
}

static void put_registers(
	struct json_stream *j, const char *key, const struct vmt_register *regs, size_t n)
{
	json_begin_object(j, key);
	for (size_t i = 0; i < n; i++) {
		struct vmt_u64 value = {true, last_value(regs, n, i)};
		char *name = is_repeated(regs, i) ? NULL : escape_utf8(NULL, regs[i].name);

		if (name)
			json_put_address(j, name, value);
		else
			j->failed |= !is_repeated(regs, i);
		talloc_free(name);
	}
	json_end_object(j);
}

static void put_fault(struct json_stream *j, const char *key, const struct vmt_fault *f)
{
	json_begin_object(j, key);
	json_put_address(j, "address", f->address);
	json_put_text(j, "access", f->access);
	json_put_text(j, "class", f->klass);
	json_put_text(j, "instruction", f->instruction);
	json_put_text(j, "operand", f->operand);
	json_put_text(j, "base_register", f->base_register);
	json_put_text(j, "type", f->type);
	json_put_text(j, "member", f->member);
	json_put_number(j, "member_offset", f->member_offset);
	json_put_text(j, "expression", f->expression);
	json_put_number(j, "argument", f->argument);
	json_put_address(j, "pointer", f->pointer);
	json_put_text(j, "pointer_is", f->pointer_is);
	json_end_object(j);
}

static void put_on_disk(struct json_stream *j, const char *key, const struct vmt_module *m)
{
	if (!m->disk_path) {
		json_put_null(j, key);
		return;
	}
	json_begin_object(j, key);
	json_put_text(j, "path", m->disk_path);
	json_put_text(j, "build_id", m->disk_build_id);
	json_put_text(j, "srcversion", m->disk_srcversion);
	json_end_object(j);
}

static void put_module(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_module *m = row;

	json_begin_object(j, key);
	json_put_text(j, "name", m->name);
	json_put_text(j, "version", m->version);
	json_put_text(j, "srcversion", m->srcversion);
	json_put_text(j, "build_id", m->build_id);
	json_put_number(j, "size", m->size);
	json_put_address(j, "base", m->base);
	json_put_text(j, "taints", m->taints);
	json_put_text(j, "origin", m->origin);
	put_on_disk(j, "on_disk", m);
	json_end_object(j);
}

static void put_code_difference(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_code_difference *d = row;
	struct vmt_u64 offset = {true, d->offset}, last = {true, d->last},
		       memory = {true, d->memory}, file = {true, d->file}, n = {true, d->n_bytes};

	json_begin_object(j, key);
	json_put_text(j, "function", d->function);
	json_put_text(j, "module", d->module);
	json_put_number(j, "offset", offset);
	json_put_number(j, "last", last);
	json_put_address(j, "address", d->address);
	json_put_number(j, "memory", memory);
	json_put_number(j, "file", file);
	json_put_number(j, "bit", d->bit);
	json_put_number(j, "bytes", n);
	json_put_text(j, "path", d->path);
	json_end_object(j);
}

void json_put_cpu(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_cpu *c = row;
	struct vmt_u64 n = {true, c->number};

	json_begin_object(j, key);
	json_put_number(j, "cpu", n);
	json_put_task(j, "task", c->pid, c->comm);
	json_put_text(j, "context", c->context);
	put_registers(j, "registers", c->registers, c->n_registers);
	JSON_PUT_ROWS(j, "frames", c->frames, c->n_frames, json_put_frame);
	json_put_text(j, "stopped", c->stopped);
	json_end_object(j);
}

static void put_device_use(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_device_use *u = row;

	json_begin_object(j, key);
	json_put_text(j, "subsystem", u->subsystem);
	json_put_text(j, "name", u->name);
	json_put_text(j, "model", u->model);
	json_put_text(j, "firmware", u->firmware);
	json_end_object(j);
}

static void put_device(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_device *d = row;

	json_begin_object(j, key);
	json_put_text(j, "bus", d->bus);
	json_put_text(j, "driver", d->driver);
	json_put_text(j, "name", d->name);
	json_put_text(j, "pci_address", d->pci_address);
	json_put_text(j, "pci_id", d->pci_id);
	JSON_PUT_ROWS(j, "uses", d->uses, d->n_uses, put_device_use);
	json_end_object(j);
}

void json_put_signature(struct json_stream *j, const char *key, const struct vmt_signature *s)
{
	json_begin_object(j, key);
	json_put_text(j, "algorithm", s->algorithm);
	json_put_text(j, "coarse", s->coarse);
	json_put_text(j, "fine", s->fine);
	json_put_text(j, "text", s->text);
	json_end_object(j);
}

static void put_missing(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_missing *m = row;

	json_begin_object(j, key);
	json_put_text(j, "what", m->what);
	json_put_text(j, "build_id", m->build_id);
	json_put_text(j, "package", m->package);
	json_end_object(j);
}

static void put_debuginfo(struct json_stream *j, const char *key, const struct vmt_debuginfo *d)
{
	json_begin_object(j, key);
	json_put_text(j, "vmlinux", d->vmlinux);
	json_put_texts(j, "modules", d->modules, d->n_modules);
	JSON_PUT_ROWS(j, "missing", d->missing, d->n_missing, put_missing);
	json_end_object(j);
}

static void put_source(struct json_stream *j, const char *key, const struct vmt_source *s)
{
	struct vmt_u64 first = {s->n != 0, s->first};

	json_begin_object(j, key);
	json_put_text(j, "path", s->path);
	json_put_number(j, "first_line", first);
	json_put_texts(j, "lines", s->lines, s->n);
	json_end_object(j);
}

static void put_maintainer(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_maintainer *m = row;

	json_begin_object(j, key);
	json_put_text(j, "section", m->section);
	json_put_text(j, "status", m->status);
	json_put_texts(j, "lists", m->lists, m->n_lists);
	json_put_texts(j, "bugs", m->bugs, m->n_bugs);
	json_put_texts(j, "trees", m->trees, m->n_trees);
	json_put_texts(j, "persons", m->persons, m->n_persons);
	json_end_object(j);
}

static void put_excerpt(struct json_stream *j, const char *key, const struct vmt_excerpt *x)
{
	struct vmt_u64 left_out = {true, x->left_out};

	if (!x->n) {
		json_put_null(j, key);
		return;
	}
	json_begin_object(j, key);
	json_put_texts(j, "lines", x->lines, x->n);
	json_put_number(j, "left_out", left_out);
	json_end_object(j);
}

void json_put_diagnostic(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_diag *d = row;

	json_begin_object(j, key);
	json_put_text(j, "id", d->id);
	json_put_text(j, "severity", d->severity);
	json_put_text(j, "message", d->message);
	json_end_object(j);
}

static void put_wait_device(struct json_stream *j, const char *key, const struct vmt_wait *w)
{
	if (!w->device) {
		json_put_null(j, key);
		return;
	}
	json_begin_object(j, key);
	json_put_text(j, "name", w->device);
	json_put_number(j, "in_flight", w->in_flight);
	json_put_number(j, "oldest_ms", w->oldest_ms);
	json_end_object(j);
}

void json_put_wait(struct json_stream *j, const char *key, const struct vmt_wait *w)
{
	if (!w->type) {
		json_put_null(j, key);
		return;
	}
	json_begin_object(j, key);
	json_put_text(j, "type", w->type);
	json_put_text(j, "mode", w->mode);
	json_put_address(j, "address", w->address);
	json_put_text(j, "name", w->name);
	json_put_text(j, "module", w->module);
	json_put_number(j, "offset", w->offset);
	json_put_text(j, "object", w->object);
	json_put_text(j, "container", w->container);
	json_put_text(j, "member", w->member);
	json_put_number(j, "readers", w->readers);
	json_put_task(j, "holder", w->holder_pid, w->holder_comm);
	if (w->writer_pid.known)
		json_put_task(j, "writer", w->writer_pid, w->writer_comm);
	else
		json_put_null(j, "writer");
	put_wait_device(j, "device", w);
	json_put_text(j, "text", w->text);
	json_end_object(j);
}

static void put_waiter(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_waiter *w = row;

	json_begin_object(j, key);
	json_put_task(j, "task", (struct vmt_u64){true, w->pid}, w->comm);
	json_put_text(j, "state", w->state);
	json_put_number(j, "cpu", w->cpu);
	json_put_text(j, "function", w->function);
	json_put_text(j, "module", w->module);
	json_put_wait(j, "waits_for", &w->waits_for);
	JSON_PUT_ROWS(j, "frames", w->frames, w->n_frames, json_put_frame);
	json_end_object(j);
}

static void put_waits(struct json_stream *j, const char *key, const struct vmt_report *r)
{
	json_begin_object(j, key);
	JSON_PUT_ROWS(j, "chain", r->waits, r->n_waits, put_waiter);
	json_put_bool(j, "deadlock", r->deadlock);
	json_put_bool(j, "others_idle", r->others_idle);
	json_put_number(j, "only_cpu", r->only_cpu);
	json_put_number(j, "spinning", r->n_spinning);
	json_end_object(j);
}

void json_put_death(struct json_stream *j, const char *key, const struct vmt_report *r)
{
	struct vmt_u64 of = {true, r->n_deaths};

	if (!r->death.known) {
		json_put_null(j, key);
		return;
	}
	json_begin_object(j, key);
	json_put_number(j, "number", r->death);
	json_put_number(j, "of", of);
	json_end_object(j);
}

static void put_explained(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_explained *e = row;
	struct vmt_u64 value = {true, e->value};

	json_begin_object(j, key);
	json_put_text(j, "register", e->name);
	json_put_address(j, "value", value);
	json_put_text(j, "region", e->region);
	json_put_text(j, "object", e->object);
	json_put_text(j, "module", e->module);
	json_put_number(j, "offset", e->offset);
	json_put_number(j, "size", e->size);
	json_put_text(j, "state", e->state);
	json_put_bool(j, "shared", e->shared);
	json_put_number(j, "cpu", e->cpu);
	json_end_object(j);
}

static void put_variable(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_variable *v = row;

	json_begin_object(j, key);
	json_put_text(j, "function", v->function);
	json_put_text(j, "name", v->name);
	json_put_text(j, "type", v->type);
	json_put_text(j, "value", v->value);
	json_put_bool(j, "argument", v->argument);
	json_put_address(j, "address", v->address);
	json_put_number(j, "frame", v->frame);
	json_end_object(j);
}

static void put_instruction(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_instruction *in = row;
	struct vmt_u64 at = {true, in->address};

	json_begin_object(j, key);
	json_put_address(j, "address", at);
	json_put_text(j, "text", in->text);
	json_put_bool(j, "current", in->current);
	json_end_object(j);
}

static void put_role(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_role *f = row;

	json_begin_object(j, key);
	json_put_text(j, "function", f->function);
	json_put_text(j, "module", f->module);
	json_put_text(j, "role", f->role);
	json_put_text(j, "reason", f->reason);
	json_put_bool(j, "culprit", f->culprit);
	json_end_object(j);
}

static void put_fact(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_fact *f = row;

	json_begin_object(j, key);
	json_put_text(j, "fact", f->id);
	json_put_int(j, "points", f->points);
	json_put_text(j, "reason", f->reason);
	json_end_object(j);
}

static void put_ranked(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_ranked *s = row;

	json_begin_object(j, key);
	json_put_text(j, "function", s->function);
	json_put_text(j, "module", s->module);
	json_put_text(j, "file", s->file);
	json_put_text(j, "role", s->role);
	json_put_int(j, "points", s->points);
	JSON_PUT_ROWS(j, "facts", s->facts, s->n_facts, put_fact);
	json_end_object(j);
}

static void put_explanation(struct json_stream *j, const char *key, const struct vmt_explanation *x)
{
	if (!x) {
		json_put_null(j, key);
		return;
	}
	json_begin_object(j, key);
	json_put_text(j, "kind", x->kind_reason);
	json_put_text(j, "blamed", x->search);
	json_put_text(j, "culprit", x->basis);
	JSON_PUT_ROWS(j, "frames", x->frames, x->n_frames, put_role);
	JSON_PUT_ROWS(j, "suspects", x->suspects, x->n_suspects, put_ranked);
	json_begin_object(j, "certainty");
	json_put_text(j, "frame", x->frame_reason);
	json_put_text(j, "bug", x->bug_reason);
	json_end_object(j);
	json_end_object(j);
}

static void put_redacted(struct json_stream *j, const char *key, const void *row)
{
	const struct vmt_redacted *x = row;
	struct vmt_u64 count = {true, x->count};

	json_begin_object(j, key);
	json_put_text(j, "kind", x->kind);
	json_put_number(j, "count", count);
	json_end_object(j);
}

static void put_whole(struct json_stream *j, const char *key, const struct vmt_report *r)
{
	json_begin_object(j, key);
	json_put_int(j, "schema", VMT_SCHEMA);
	json_begin_object(j, "tool");
	json_put_text(j, "name", "vmtriage");
	json_put_text(j, "version", VMT_VERSION);
	json_end_object(j);
	put_input(j, "input", &r->input);
	json_put_text(j, "level", r->level);
	json_put_kernel(j, "kernel", &r->kernel);
	json_put_machine(j, "machine", &r->machine);
	json_put_crash(j, "crash", &r->crash);
	json_put_verdict(j, "verdict", &r->verdict);
	JSON_PUT_ROWS(j, "events", r->events, r->n_events, put_event);
	JSON_PUT_ROWS(j, "frames", r->frames, r->n_frames, json_put_frame);
	put_registers(j, "registers", r->registers, r->n_registers);
	JSON_PUT_ROWS(j, "registers_explained", r->explained, r->n_explained, put_explained);
	JSON_PUT_ROWS(j, "variables", r->variables, r->n_variables, put_variable);
	JSON_PUT_ROWS(j, "instructions", r->instructions, r->n_instructions, put_instruction);
	put_fault(j, "fault", &r->fault);
	JSON_PUT_ROWS(j, "modules", r->modules, r->n_modules, put_module);
	JSON_PUT_ROWS(j, "unloaded_modules", r->unloaded, r->n_unloaded, put_unloaded);
	JSON_PUT_ROWS(j, "devices", r->devices, r->n_devices, put_device);
	JSON_PUT_ROWS(j, "device_dumps", r->device_dumps, r->n_device_dumps, put_device_dump);
	JSON_PUT_ROWS(j, "firmware", r->firmware, r->n_firmware, put_firmware);
	JSON_PUT_ROWS(j, "cpus", r->cpus, r->n_cpus, json_put_cpu);
	json_put_signature(j, "signature", &r->signature);
	put_debuginfo(j, "debuginfo", &r->debuginfo);
	put_source(j, "source", &r->source);
	JSON_PUT_ROWS(j, "diagnostics", r->diagnostics, r->n_diagnostics, json_put_diagnostic);
	json_put_text(j, "other_system", r->other_system);
	json_put_death(j, "death", r);
	json_put_number(j, "lines_broken_at", r->lines_broken_at);
	put_excerpt(j, "excerpt", &r->excerpt);
	put_waits(j, "waits", r);
	seen_put(j, "seen", r->seen);
	JSON_PUT_ROWS(j, "maintainers", r->maintainers, r->n_maintainers, put_maintainer);
	JSON_PUT_ROWS(j, "code_differences", r->code_differences, r->n_code_differences,
		put_code_difference);
	put_explanation(j, "explanation", r->explanation);
	if (r->is_redacted)
		JSON_PUT_ROWS(j, "redacted", r->redacted, r->n_redacted, put_redacted);
	else
		json_put_null(j, "redacted");
	json_end_object(j);
}

static int write_object(const struct vmt_report *r, size_t indent, FILE *out, struct vmt_err *err)
{
	struct json_stream j;

	json_stream_begin(&j, out, indent);
	put_whole(&j, NULL, r);
	return json_stream_end(&j, err);
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
