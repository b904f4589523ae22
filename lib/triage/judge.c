// SPDX-License-Identifier: GPL-3.0-or-later
/* Assembles the judgement and fills the report with it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/big.h"
#include "base/caps.h"
#include "base/distribution.h"
#include "base/vmlinux.h"
#include "triage/address.h"
#include "triage/blame.h"
#include "triage/explanation.h"
#include "triage/fault.h"
#include "triage/value.h"
#include "triage/operand.h"
#include "triage/path.h"
#include "triage/select.h"
#include "triage/sentence.h"
#include "triage/shortage.h"
#include "triage/signature.h"
#include "triage/stack_kind.h"
#include "triage/suspect.h"
#include "triage/taint.h"
#include "triage/trace.h"
#include "triage/triage.h"
#include "triage/trust.h"

struct judge {
	TALLOC_CTX *ctx;
	const struct oops_log *log;
	const struct oops_event *ev;
	const struct where *where;
	struct culprit culprit;
	struct suspects suspects;
	struct sentence_facts facts;
	const struct triage_pointer *pointer;
	struct vmt_report *report;
	bool explain;
	bool failed; /* memory ran out */
};

static void *need(struct judge *j, void *p)
{
	if (!p)
		j->failed = true;
	return p;
}

/* The log's strings live as long as the log: the report gets its own. */
static const char *copy(struct judge *j, const char *s)
{
	return s ? need(j, talloc_strdup(j->ctx, s)) : NULL;
}

static void set(struct judge *j, const char **field, const char *s)
{
	if (!*field)
		*field = copy(j, s);
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
	t = need(j, talloc_array(j->ctx, struct vmt_taint, strlen(letters) + 1));
	for (; t && *letters; letters++)
		t[n++] = (struct vmt_taint){*letters, taint_meaning(*letters)};
	k->taints = t;
	k->n_taints = n;
}

/* The architecture; if several machines wrote to the log, that of the one that crashed. */
static const char *arch_of(const struct judge *j)
{
	return j->ev && j->ev->boot->arch ? j->ev->boot->arch : j->log->arch;
}

static void fill_machine(struct judge *j)
{
	struct vmt_report *r = j->report;
	const struct oops_log *log = j->log;
	const struct oops_event *ev = j->ev;
	const struct oops_boot *boot = ev ? ev->boot : log->boot;

	set(j, &r->kernel.release, ev && ev->release ? ev->release : boot->release);
	set(j, &r->kernel.version, boot->version ? boot->version : ev ? ev->version : NULL);
	set(j, &r->kernel.build_id, ev ? ev->build_id : NULL);
	set(j, &r->kernel.arch, arch_of(j));
	set(j, &r->kernel.distribution, distribution_name(r->kernel.release, r->kernel.version));
	set(j, &r->kernel.command_line, boot->command_line);
	set(j, &r->machine.hostname, boot->hostname ? boot->hostname : log->hostname);
	set(j, &r->machine.hardware, boot->hardware);
	set(j, &r->machine.bios, boot->bios);
	if (!r->machine.cpus.known)
		r->machine.cpus = boot->cpus;
	if (!r->machine.memory_bytes.known)
		r->machine.memory_bytes = boot->memory_bytes;
	if (ev)
		fill_taints(j, ev->tainted);
}

/* ---- events, frames, modules, registers -------------------------------------------------- */

CAP_FITS(CAP_TEXT_HOSTS *CAP_EVENTS, sizeof(struct vmt_event));
CAP_FITS(CAP_EVENT_FRAMES + 2, sizeof(struct vmt_frame));

static void fill_events(struct judge *j)
{
	const struct oops_log *log = j->log;
	struct vmt_event *e = need(j, talloc_zero_array(j->ctx, struct vmt_event, log->n_events));

	for (size_t i = 0; e && i < log->n_events; i++) {
		const struct oops_event *ev = log->events[i];

		e[i].kind = ev->kind->slug;
		e[i].headline = copy(j, ev->headline);
		e[i].time = (struct vmt_time){ev->has_ts, (int64_t)ev->ts_ns};
		e[i].fatal = ev->fatal;
		e[i].boot = ev->boot->number;
		e[i].host = copy(j, ev->boot->hostname);
		e[i].clock = (struct vmt_time){ev->has_unix, ev->has_unix ? ev->unix_ns : 0};
		e[i].time_text = ev->has_unix ? NULL : copy(j, ev->wall);
	}
	j->report->events = e;
	j->report->n_events = e ? log->n_events : 0;
}

static void fill_frame(
	struct judge *j, struct vmt_frame *to, const struct oops_frame *f, const char *context)
{
	to->function = copy(j, f->function);
	to->module = f->module ? copy(j, f->module) : NULL;
	if (!f->module && f->function && !f->module_unknown)
		to->module = VMLINUX;
	to->offset = (struct vmt_u64){f->has_offset, f->offset};
	to->size = (struct vmt_u64){f->has_offset && f->size, f->size};
	to->address = (struct vmt_u64){f->has_address, f->address};
	to->file = copy(j, f->file);
	to->line = (struct vmt_u64){f->file != NULL, f->line};
	to->inlined = f->inlined;
	to->reliable = !f->unreliable;
	to->exact = f->from_regs;
	to->plain = blame_plain(j->ctx, to->function);
	to->build_id = copy(j, f->build_id);
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

static void fill_frames(struct judge *j)
{
	const struct oops_trace *t = j->culprit.trace;
	bool own = !t || t->role == OOPS_TRACE_MAIN;
	struct path_walk walk = {.trace = t};
	size_t most = 2 + (t ? t->n_frames : 0), k = 0, i = 0;
	struct vmt_frame *frames = need(j, talloc_zero_array(j->ctx, struct vmt_frame, most));

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

static void fill_registers(struct judge *j)
{
	size_t n = j->ev->n_regs;
	struct vmt_register *regs = need(j, talloc_array(j->ctx, struct vmt_register, n));

	for (size_t i = 0; regs && i < n; i++)
		regs[i] = (struct vmt_register){copy(j, j->ev->regs[i].name), j->ev->regs[i].value};
	j->report->registers = regs;
	j->report->n_registers = regs ? n : 0;
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
		need(j, talloc_array(j->ctx, const struct oops_module *, n));

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
	struct vmt_module *m = size ? need(j, talloc_memdup(j->ctx, r->modules, size)) : NULL;
	struct by_name logged = modules_by_name(j);

	for (size_t i = 0; m && i < r->n_modules; i++) {
		size_t k = m[i].name ? first_named(&logged, m[i].name) : logged.n;

		for (; k < logged.n && !m[i].origin &&
			strcmp(logged.items[k]->name, m[i].name) == 0;
			k++) {
			m[i].taints = copy(j, logged.items[k]->taints);
			m[i].origin = taint_origin(m[i].taints);
		}
	}
	if (m)
		j->report->modules = m;
}

static void fill_modules(struct judge *j)
{
	size_t n = j->ev->n_modules;
	struct vmt_module *m;

	/* A dump's own list is more complete. */
	if (j->report->n_modules) {
		fill_origins(j);
		return;
	}
	m = need(j, talloc_zero_array(j->ctx, struct vmt_module, n));
	for (size_t i = 0; m && i < n; i++) {
		m[i].name = copy(j, j->ev->modules[i].name);
		m[i].taints = copy(j, j->ev->modules[i].taints);
		m[i].origin = taint_origin(j->ev->modules[i].taints);
	}
	j->report->modules = m;
	j->report->n_modules = m ? n : 0;
}

/* ---- the verdict ------------------------------------------------------------------------- */

/* NULL if the module's letters are not known, because the list may be cut. */
static const char *origin_of(struct judge *j, const char *module)
{
	const struct vmt_report *r = j->report;
	const struct oops_boot *boot = j->ev->boot;

	for (size_t i = 0; module && i < r->n_modules; i++)
		if (r->modules[i].name && strcmp(r->modules[i].name, module) == 0 &&
			r->modules[i].origin)
			return r->modules[i].origin;
	if (module && boot->proprietary && strcmp(module, boot->proprietary) == 0)
		return "proprietary";
	if (module && boot->out_of_tree && strcmp(module, boot->out_of_tree) == 0)
		return "out-of-tree";
	/* Without these letters, no out-of-tree or proprietary module was ever loaded. */
	if (module && j->ev->tainted && !strpbrk(j->ev->tainted, "PO"))
		return "in-tree";
	return NULL;
}

static void find_poison(struct judge *j)
{
	const struct oops_event *ev = j->ev;

	for (size_t i = 0; i < ev->n_regs; i++) {
		const struct address_class *k = address_poison(ev->regs[i].value);

		if (!k || k->common)
			continue;
		j->facts.register_name = ev->regs[i].name;
		j->facts.register_meaning = k->meaning;
		if (!j->report->verdict.address_class)
			j->report->verdict.address_class = k->id;
		return;
	}
}

/* What the value of the register that the access goes through says; NULL: nothing. */
static const char *base_meaning(struct judge *j, uint64_t value, const struct address_class *k)
{
	const char *special = value_special(j->ctx, value, arch_of(j));

	if (special && k)
		return need(
			j, talloc_asprintf(j->ctx, "is %s: a missing check with IS_ERR", special));
	if (special)
		return need(j, talloc_asprintf(j->ctx, "is %s", special));
	return k ? k->meaning : NULL;
}

/*
 * A GPF prints no address, or one that the kernel guessed. An access a little above an error number
 * looks like one through NULL. The registers of the instruction settle both.
 */
static void judge_operand(struct judge *j, const struct operand *op)
{
	struct vmt_fault *f = &j->report->fault;
	const struct address_class *k = op->base.known ? address_poison(op->base.v) : NULL;

	f->instruction = copy(j, op->insn.text);
	if (*op->insn.operand)
		f->operand = copy(j, op->insn.operand);
	if (*op->insn.base)
		f->base_register = copy(j, op->insn.base);
	if (!j->facts.access)
		j->facts.access = op->access;
	if (op->address.known && (j->ev->kind->traits & TRAIT_NO_ADDRESS))
		j->facts.address = op->address;
	if (k)
		j->report->verdict.address_class = k->id;
	else if (op->base.known && value_is_one_bit_off(op->base.v, arch_of(j)))
		j->report->verdict.address_class = "one-bit-off";
	if (op->base.known && !*op->insn.index) {
		f->pointer = op->base;
		f->pointer_is = need(j, value_text(j->ctx, op->base.v, arch_of(j)));
	}
	j->facts.register_name = f->base_register;
	j->facts.register_meaning = op->base.known ? base_meaning(j, op->base.v, k) : NULL;
	if (!j->facts.register_meaning)
		j->facts.register_name = NULL;
}

/* The code in memory, in place of code that the log lacks. */
static void judge_register(struct judge *j, const struct triage_pointer *p)
{
	struct vmt_fault *f = &j->report->fault;
	const struct address_class *k = p->in_reg.known ? address_poison(p->in_reg.v) : NULL;

	f->instruction = copy(j, p->insn);
	f->base_register = copy(j, p->reg);
	if (!p->in_reg.known)
		return;
	if (!f->pointer.known) {
		f->pointer = p->in_reg;
		f->pointer_is = need(j, value_text(j->ctx, p->in_reg.v, arch_of(j)));
	}
	j->facts.register_meaning = base_meaning(j, p->in_reg.v, k);
	j->facts.register_name = j->facts.register_meaning ? f->base_register : NULL;
	if (j->facts.register_name)
		j->facts.address_meaning = NULL; /* the same, but less exact */
}

/* What memory shows of the pointer. */
static void judge_pointer(struct judge *j)
{
	const struct triage_pointer *p = j->pointer;
	struct vmt_fault *f = &j->report->fault;

	f->type = copy(j, p->type);
	f->member = copy(j, p->member);
	f->member_offset = p->member_offset;
	f->expression = copy(j, p->expression);
	f->argument = (struct vmt_u64){p->argument != 0, p->argument};
	if (p->value.known)
		f->pointer = p->value;
	/* A member that is in front of NULL looks like an error number. */
	if (p->value.known && !p->value.v && j->report->verdict.address_class) {
		j->report->verdict.address_class = "null-offset";
		j->facts.register_name = NULL;
	}
	if (p->value.known) {
		f->pointer_is = need(j, value_text(j->ctx, p->value.v, arch_of(j)));
	}
	if (!f->instruction)
		judge_register(j, p);
	j->facts.freed |= p->freed;
	j->facts.pointer = p;
}

/* A segment adds what the code does not show. */
static bool has_segment(const struct operand *op)
{
	return strstr(op->insn.operand, "gs:") || strstr(op->insn.operand, "fs:");
}

/* x86: nothing is mapped there. What is mapped, the code may name rightly and not be allowed. */
static bool is_absent(const struct oops_event *ev)
{
	return (ev->kind->traits & TRAIT_PAGE_FAULT) && ev->error_code.known &&
	       !(ev->error_code.v & 1);
}

/* Whether the fault was at the address that the instruction itself has, and that is no good one. */
static bool is_wrong_code(
	const struct judge *j, const struct operand *op, const struct address_class *k)
{
	uint64_t at = j->facts.address.v;

	if (!op->decoded || !operand_is_in_code(op) || has_segment(op) || !op->access)
		return false;
	if (j->facts.access && strcmp(j->facts.access, VMT_ACCESS_EXEC) == 0)
		return false;
	if (op->address.known && at - op->address.v >= op->insn.size)
		return false;
	return k || is_absent(j->ev);
}

/* Memory may show what the pointer was before a bit of it changed. */
static void judge_bit(struct judge *j)
{
	struct vmt_verdict *v = &j->report->verdict;

	if (j->facts.bit_meaning && !v->address_class && !j->facts.code_is_wrong)
		v->address_class = "one-bit-off";
	j->facts.one_bit = v->address_class && strcmp(v->address_class, "one-bit-off") == 0;
}

static void judge_address(struct judge *j)
{
	struct vmt_report *r = j->report;
	const struct address_class *k = NULL;
	unsigned traits = j->ev->kind->traits;
	bool poisoned = traits & TRAIT_POINTER;
	struct operand op;

	r->verdict.address_class = NULL; /* it may be judged for the second time */
	operand_find(j->ev, arch_of(j), &op);
	j->facts.access = fault_access(j->ev, arch_of(j));
	j->facts.address = fault_address(j->ev);
	if (op.decoded && poisoned && !(traits & TRAIT_CHECKED))
		judge_operand(j, &op);
	if (j->facts.address.known && poisoned)
		k = address_classify(j->facts.address.v, arch_of(j));
	if (j->facts.address.known && poisoned && is_wrong_code(j, &op, k)) {
		j->facts.code_is_wrong = true;
		j->facts.address_meaning = "is in the instruction itself, relative to the code: "
					   "the code is damaged, or is of another kernel";
	} else if (k && !r->verdict.address_class) {
		r->verdict.address_class = k->id;
		j->facts.address_meaning = k->meaning;
	} else if (traits & TRAIT_GUARD_PAGE) {
		r->verdict.address_class = "stack-guard";
	} else if (traits & TRAIT_FREED) {
		r->verdict.address_class = "freed";
	}
	judge_bit(j);
	j->facts.freed = address_is_freed(r->verdict.address_class);
	if (poisoned && !j->facts.register_name)
		find_poison(j);
	if (j->pointer)
		judge_pointer(j);
	r->verdict.access = j->facts.access;
	r->fault.address = j->facts.address;
	r->fault.access = j->facts.access;
	r->fault.klass = r->verdict.address_class;
}

static void judge_where(struct judge *j)
{
	struct vmt_verdict *v = &j->report->verdict;
	const struct culprit *c = &j->culprit;
	const struct oops_event *ev = j->ev;

	v->function = copy(j, c->function);
	v->module = c->module ? copy(j, c->module) : VMLINUX;
	/*
	 * Nobody is named: the kernel stopped by itself, the hardware stopped it, or it is not
	 * known.
	 */
	if (!culprit_is_known(c) && !trust_is_own_stop(ev))
		v->module = NULL;
	if (!c->module && (c->module_unknown || (c->frame && c->frame->module_unknown)))
		v->module = NULL;
	v->origin = origin_of(j, c->module);
	v->path = path_find(ev, c, &j->facts.path_by);
	if (c->frame && c->frame->file) {
		v->file = copy(j, c->frame->file);
		v->line = (struct vmt_u64){true, c->frame->line};
	} else if (ev->file && c->basis != CULPRIT_CALLER && c->basis != CULPRIT_DRIVER) {
		v->file = copy(j, ev->file);
		v->line = ev->line;
	}
	j->facts.origin = v->origin;
	j->facts.path = v->path;
	j->facts.subsystem = v->subsystem;
}

static void fill_time(struct judge *j, struct vmt_crash *c)
{
	const struct oops_event *ev = j->ev;

	if (c->time.known || c->time_text)
		return;
	if (ev->has_unix) {
		c->time = (struct vmt_time){true, ev->unix_ns};
		c->time_source = VMT_TIME_LOG;
	} else if (ev->wall) {
		c->time_text = copy(j, ev->wall);
		c->local = (struct vmt_time){ev->has_year, ev->unix_ns};
		c->time_source = VMT_TIME_LOG;
	}
}

static void fill_crash(struct judge *j)
{
	struct vmt_crash *c = &j->report->crash;
	const struct oops_event *ev = j->ev;
	const struct oops_trace *t = j->culprit.trace;
	bool subject = ev->subject_comm || ev->subject_pid.known;
	bool peer = !subject && !ev->comm && !ev->pid.known && t;

	if (!c->uptime.known)
		c->uptime = (struct vmt_time){ev->has_ts, (int64_t)ev->ts_ns};
	fill_time(j, c);
	/*
	 * A task that waits is on no CPU. The CPU in the log is that of the task that noticed it.
	 */
	if (!c->cpu.known)
		c->cpu = ev->subject_cpu.known || subject ? ev->subject_cpu : ev->cpu;
	if (!c->pid.known)
		c->pid = subject ? ev->subject_pid : peer ? t->pid : ev->pid;
	set(j, &c->comm, subject ? ev->subject_comm : peer ? t->comm : ev->comm);
	if (!c->context)
		c->context = subject ? "task" : path_context(ev, j->culprit.trace);
	/* All that such a panic says about where it was. */
	if (!c->context && trust_is_aftermath(ev) && strstr(ev->reason, " in interrupt"))
		c->context = "hardirq";
}

static void fill_list(struct sentence_list l, const char *const **items, size_t *n)
{
	*items = l.items;
	*n = l.n;
}

/* NULL: the input is text. */
static const char *dump_path(const struct vmt_report *r)
{
	bool text = !r->input.format || strcmp(r->input.format, VMT_INPUT_TEXT) == 0;

	return text ? NULL : r->input.path;
}

/*
 * If the lines that show the kind are missing, the last address that the CPU noted and the
 * instruction can show it. They agree only if that address is the fault's.
 */
static const struct oops_event *with_kind(struct judge *j, const struct oops_event *from)
{
	struct vmt_u64 noted = fault_noted_address(from);
	struct oops_event *ev;
	struct operand op;

	if (!from->headless || from->kind->id != KIND_OOPS || !noted.known)
		return from;
	operand_find(from, arch_of(j), &op);
	if (!op.decoded || !op.address.known || op.address.v != noted.v)
		return from;
	ev = need(j, talloc_memdup(j->ctx, from, sizeof(*from)));
	if (!ev)
		return from;
	ev->kind = oops_kind_row(noted.v < OOPS_MIN_ADDRESS ? KIND_NULL_DEREF : KIND_PAGE_FAULT);
	ev->detector = "mmu";
	ev->kind_by = "CR2, which is the address that the instruction accesses";
	return ev;
}

/* What the reader should know first: the cause may be in a report that is missing. */
static const char *caution_of(struct judge *j, const struct selection *s)
{
	const struct oops_event *ev = j->ev;

	if (ev->witness || !select_lacks_first_oops(j->log, s->event))
		return NULL;
	if (!ev->trap_count.known || ev->trap_count.v < 2)
		return copy(j, "the kernel had an oops before this one; it is not in this log, and "
			       "may be the cause");
	return need(j, talloc_asprintf(j->ctx,
			       "this is oops %" PRIu64 " of its boot; the first one is not in this "
			       "log, and may be the cause",
			       ev->trap_count.v));
}

static const char *module_name(struct judge *j, const char *module, const struct oops_frame *f)
{
	if (module)
		return copy(j, module);
	return f && f->module_unknown ? NULL : VMLINUX;
}

static void fill_suspects(struct judge *j)
{
	size_t n = j->suspects.n < SUSPECTS_MOST ? j->suspects.n : SUSPECTS_MOST;
	struct vmt_suspect *to = need(j, talloc_zero_array(j->ctx, struct vmt_suspect, n));

	for (size_t i = 0; to && i < n; i++) {
		const struct suspect *s = &j->suspects.items[i];

		to[i] = (struct vmt_suspect){
			.function = copy(j, s->function),
			.module = module_name(j, s->module, s->frame),
			.subsystem = suspect_subsystem(j->where, s->function, s->module),
			.role = suspect_part_word(s->part),
			.reason = need(j, (void *)(uintptr_t)suspect_reason(j->ctx, s)),
		};
	}
	j->report->verdict.suspects = to;
	j->report->verdict.n_suspects = to ? n : 0;
}

/* Where the kernel stopped by its own decision, there is no bug to look for. */
static void judge_confidence(struct judge *j)
{
	struct vmt_verdict *v = &j->report->verdict;
	const char *frame = trust_confidence(j->ev, &j->culprit, v->caution != NULL);
	bool stop = !j->culprit.function || (j->ev->kind->traits & TRAIT_OWN_STOP);

	v->frame_certainty = frame;
	v->confidence =
		stop ? frame
		     : trust_lower(frame, suspects_confidence(&j->suspects, j->where, NULL));
}

static void explain(struct judge *j)
{
	struct explanation_facts facts = {
		j->ev, &j->culprit, &j->suspects, j->where, j->report->verdict.caution != NULL};

	if (j->explain)
		j->report->explanation =
			need(j, (void *)(uintptr_t)explanation_make(j->ctx, &facts));
}

static int judge_event(struct judge *j, const struct selection *s, struct vmt_err *err)
{
	struct vmt_verdict *v = &j->report->verdict;

	j->culprit = culprit_find(j->ev);
	j->suspects = suspects_rank(j->ctx, j->log, j->ev, j->where, &j->culprit);
	fill_suspects(j);
	v->subsystem = suspect_subsystem(j->where, j->culprit.function, j->culprit.module);
	v->kind = j->ev->kind->slug;
	v->kind_text = j->ev->kind->phrase;
	v->detector = j->ev->detector;
	v->event = (struct vmt_u64){!j->ev->witness, s->event};
	v->no_crash = select_is_no_crash(j->ev);
	fill_frames(j);
	fill_registers(j);
	fill_modules(j);
	judge_where(j);
	judge_address(j);
	fill_crash(j);
	v->corrupted_why = trust_corrupted(j->ev, &j->culprit);
	v->corrupted = v->corrupted_why != NULL;
	v->caution = caution_of(j, s);
	v->victim = trust_is_victim(j->ev, &j->culprit, v->caution != NULL);
	judge_confidence(j);
	explain(j);
	j->facts.ev = j->ev;
	j->facts.culprit = &j->culprit;
	j->facts.rule = s->rule;
	j->facts.dump = dump_path(j->report);
	j->facts.n_events = j->log->n_events + j->log->n_dropped;
	v->headline = sentence_headline(j->ctx, &j->facts);
	j->failed |= !v->headline;
	fill_list(sentence_evidence(j->ctx, &j->facts), &v->evidence, &v->n_evidence);
	fill_list(sentence_next(j->ctx, &j->facts), &v->next, &v->n_next);
	return signature_make(j->ctx, j->ev, &j->culprit, &j->report->signature, err);
}

/* A stack without a report is no crash, but its functions can be ranked. */
static void judge_bare(struct judge *j)
{
	j->ev = j->log->bare;
	j->culprit = culprit_find(j->ev);
	j->suspects = suspects_rank(j->ctx, j->log, j->ev, j->where, &j->culprit);
	fill_suspects(j);
}

/* A copy of the event, as if the log had shown these callers. */
static const struct oops_event *with_callers(
	struct judge *j, const struct oops_event *from, const struct triage_facts *facts)
{
	struct oops_event *ev = need(j, talloc_memdup(j->ctx, from, sizeof(*from)));
	struct oops_trace *t = need(j, trace_make(j->ctx, facts->callers, facts->n_callers));

	if (!ev || !t)
		return from;
	ev->traces = t;
	ev->n_traces = 1;
	return ev;
}

/* Of the machine's own end: when it killed a task, memory was another. */
static const struct oops_event *with_memory(
	struct judge *j, const struct oops_event *from, const struct oops_memory *dump)
{
	const struct oops_memory *memory;
	struct oops_event *ev;

	if (!dump || from->kind->id != KIND_OOM_PANIC)
		return from;
	memory = shortage_merge(j->ctx, from->memory, dump);
	ev = need(j, talloc_memdup(j->ctx, from, sizeof(*from)));
	j->failed |= !memory;
	if (!ev || !memory)
		return from;
	ev->memory = memory;
	return ev;
}

int triage_judge(TALLOC_CTX *ctx, const struct triage_facts *facts, struct vmt_report *report,
	struct vmt_err *err)
{
	struct judge j = {.ctx = ctx,
		.log = facts->log,
		.report = report,
		.pointer = facts->pointer,
		.facts.bit_meaning = facts->one_bit,
		.where = facts->where,
		.explain = facts->explain,
		.facts.dump_advice = facts->dump_advice};
	struct selection s;
	int rc;

	for (size_t i = 0; i < facts->log->n_events; i++)
		stack_kind_settle(facts->log->events[i]);
	rc = select_event(facts->log, facts->death, &s, err);
	if (rc)
		return rc;
	if (facts->witnessed)
		j.ev = facts->witnessed;
	else if (s.event != SIZE_MAX)
		j.ev = facts->log->events[s.event];
	if (j.ev)
		j.ev = with_kind(&j, j.ev);
	if (j.ev)
		j.ev = with_memory(&j, j.ev, facts->memory);
	if (j.ev && facts->callers)
		j.ev = with_callers(&j, j.ev, facts);
	report->death = (struct vmt_u64){s.n_deaths != 0, s.death};
	report->n_deaths = s.n_deaths;
	fill_machine(&j);
	fill_events(&j);
	if (j.ev)
		rc = judge_event(&j, &s, err);
	else if (facts->log->bare)
		judge_bare(&j);
	if (!rc && j.failed)
		rc = err_nomem(err);
	return rc;
}
