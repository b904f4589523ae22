// SPDX-License-Identifier: GPL-3.0-or-later
// The report as JSON, schema 1: every key is always there, null where a fact is not known; keys
// are only ever added. Addresses are strings, since JSON numbers lose bits.
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "report/escape.h"
#include "report/json_out.h"
#include "report/units.h"
#include "report/writer.h"

/*
 * Makers of values. A NULL from jansson (no memory) makes the object it is put into fail, up to
 * the root: json_pack's "o" and json_array_append_new() take NULL for an error.
 */

static json_t *text(const char *s)
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

/* No true count is above 2^63. */
static json_t *number(struct vmt_u64 u)
{
	return u.known && u.v <= INT64_MAX ? json_integer((json_int_t)u.v) : json_null();
}

static json_t *address(struct vmt_u64 u)
{
	return u.known ? own(talloc_asprintf(NULL, "0x%016" PRIx64, u.v)) : json_null();
}

/* Microseconds are what the log has; %.15g then prints them as they are. */
static json_t *seconds(struct vmt_time t)
{
	return t.known ? json_real((double)(t.ns / 1000) / 1e6) : json_null();
}

static json_t *utc(struct vmt_time t)
{
	return t.known ? own(units_rfc3339(NULL, t.ns)) : json_null();
}

static json_t *texts(const char *const *s, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; a && i < n; i++) {
		if (json_array_append_new(a, text(s[i]))) {
			json_decref(a);
			a = NULL;
		}
	}
	return a;
}

/* An array of n rows of any type, each through make. */
static json_t *rows(const void *first, size_t n, size_t size, json_t *(*make)(const void *row))
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

#define ROWS(first, n, make) rows(first, n, sizeof(*(first)), make)

static json_t *input(const struct vmt_input *in)
{
	return json_pack("{so so so sb so so}", "path", text(in->path), "format", text(in->format),
		"size", number(in->size), "complete", in->complete, "missing", text(in->missing),
		"layers", texts(in->layers, in->n_layers));
}

static json_t *taint(const void *row)
{
	const struct vmt_taint *t = row;
	const char letter[] = {t->letter, '\0'};

	return json_pack("{so so}", "letter", text(letter), "meaning", text(t->meaning));
}

static json_t *tainted(const struct vmt_kernel *k)
{
	bool known = k->taint_known || k->n_taints || k->tainted.known;

	return json_pack("{so so}", "value", number(k->tainted), "letters",
		known ? ROWS(k->taints, k->n_taints, taint) : json_null());
}

static json_t *kernel(const struct vmt_kernel *k)
{
	return json_pack("{so so so so so so so}", "release", text(k->release), "version",
		text(k->version), "arch", text(k->arch), "build_id", text(k->build_id),
		"distribution", text(k->distribution), "tainted", tainted(k), "command_line",
		text(k->command_line));
}

static json_t *machine(const struct vmt_machine *m)
{
	return json_pack("{so so so so so}", "hostname", text(m->hostname), "hardware",
		text(m->hardware), "bios", text(m->bios), "cpus", number(m->cpus), "memory_bytes",
		number(m->memory_bytes));
}

static json_t *task(struct vmt_u64 pid, const char *comm)
{
	return json_pack("{so so}", "pid", number(pid), "comm", text(comm));
}

static json_t *crash(const struct vmt_crash *c)
{
	return json_pack("{so so so so so}", "time", utc(c->time), "uptime_s", seconds(c->uptime),
		"cpu", number(c->cpu), "task", task(c->pid, c->comm), "context", text(c->context));
}

static json_t *verdict(const struct vmt_verdict *v)
{
	return json_pack("{so so so so so so so so so so so sb sb so so so so}", "kind",
		text(v->kind), "detector", text(v->detector), "headline", text(v->headline),
		"function", text(v->function), "module", text(v->module), "file", text(v->file),
		"line", number(v->line), "origin", text(v->origin), "path", text(v->path), "access",
		text(v->access), "address_class", text(v->address_class), "victim", v->victim,
		"corrupted", v->corrupted, "confidence", text(v->confidence), "event",
		number(v->event), "evidence", texts(v->evidence, v->n_evidence), "next",
		texts(v->next, v->n_next));
}

static json_t *event(const void *row)
{
	const struct vmt_event *e = row;

	return json_pack("{so so so sb}", "kind", text(e->kind), "headline", text(e->headline),
		"time_s", seconds(e->time), "fatal", e->fatal);
}

static json_t *frame(const void *row)
{
	const struct vmt_frame *f = row;

	return json_pack("{so so so so so so so sb sb so so}", "function", text(f->function),
		"offset", number(f->offset), "module", text(f->module), "address",
		address(f->address), "file", text(f->file), "line", number(f->line), "column",
		number(f->column), "inlined", f->inlined, "reliable", f->reliable, "context",
		text(f->context), "source", text(f->source));
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
	return json_pack("{so so so so so so so so}", "address", address(f->address), "access",
		text(f->access), "class", text(f->klass), "instruction", text(f->instruction),
		"operand", text(f->operand), "base_register", text(f->base_register), "type",
		text(f->type), "member", text(f->member));
}

static json_t *module(const void *row)
{
	const struct vmt_module *m = row;

	return json_pack("{so so so so so so so so}", "name", text(m->name), "version",
		text(m->version), "srcversion", text(m->srcversion), "build_id", text(m->build_id),
		"size", number(m->size), "base", address(m->base), "taints", text(m->taints),
		"origin", text(m->origin));
}

static json_t *cpu(const void *row)
{
	const struct vmt_cpu *c = row;
	struct vmt_u64 n = {true, c->number};

	return json_pack("{so so so so}", "cpu", number(n), "task", task(c->pid, c->comm),
		"context", text(c->context), "frames", ROWS(c->frames, c->n_frames, frame));
}

static json_t *signature(const struct vmt_signature *s)
{
	return json_pack("{so so so so}", "algorithm", text(s->algorithm), "coarse",
		text(s->coarse), "fine", text(s->fine), "text", text(s->text));
}

static json_t *missing(const void *row)
{
	const struct vmt_missing *m = row;

	return json_pack("{so so so}", "what", text(m->what), "build_id", text(m->build_id),
		"package", text(m->package));
}

static json_t *debuginfo(const struct vmt_debuginfo *d)
{
	return json_pack("{so so so}", "vmlinux", text(d->vmlinux), "modules",
		texts(d->modules, d->n_modules), "missing",
		ROWS(d->missing, d->n_missing, missing));
}

static json_t *diagnostic(const void *row)
{
	const struct vmt_diag *d = row;

	return json_pack("{so so so}", "id", text(d->id), "severity", text(d->severity), "message",
		text(d->message));
}

static json_t *whole(const struct vmt_report *r)
{
	return json_pack("{si s{ss ss} so so so so so so so so so so so so so so so}", "schema",
		VMT_SCHEMA, "tool", "name", "vmtriage", "version", VMT_VERSION, "input",
		input(&r->input), "level", text(r->level), "kernel", kernel(&r->kernel), "machine",
		machine(&r->machine), "crash", crash(&r->crash), "verdict", verdict(&r->verdict),
		"events", ROWS(r->events, r->n_events, event), "frames",
		ROWS(r->frames, r->n_frames, frame), "registers",
		registers(r->registers, r->n_registers), "fault", fault(&r->fault), "modules",
		ROWS(r->modules, r->n_modules, module), "cpus", ROWS(r->cpus, r->n_cpus, cpu),
		"signature", signature(&r->signature), "debuginfo", debuginfo(&r->debuginfo),
		"diagnostics", ROWS(r->diagnostics, r->n_diagnostics, diagnostic));
}

static int write_object(const struct vmt_report *r, size_t flags, FILE *out, struct vmt_err *err)
{
	json_t *o = whole(r);
	int rc = o ? json_out(o, flags, out, err) : err_nomem(err);

	json_decref(o);
	return rc;
}

static int write_json(const struct vmt_report *r, const struct vmt_write_options *opts, FILE *out,
	struct vmt_err *err)
{
	(void)opts;
	return write_object(r, JSON_INDENT(2), out, err);
}

static int write_json_lines(const struct vmt_report *r, const struct vmt_write_options *opts,
	FILE *out, struct vmt_err *err)
{
	(void)opts;
	return write_object(r, JSON_COMPACT, out, err);
}

const struct report_writer json_writer = {"json", write_json};
const struct report_writer json_lines_writer = {"json-lines", write_json_lines};
