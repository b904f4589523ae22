// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/summary.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/array.h"
#include "base/vmlinux.h"
#include "report/seen.h"
#include "report/units.h"
#include "report/words.h"

/* A value in the making: the parts that are known, joined by ", ". */
struct value {
	char *text;  /* NULL: nothing yet */
	bool begins; /* a list: its first part follows without a comma */
	bool nomem;
};

static void __attribute__((format(printf, 3, 4)))
add(TALLOC_CTX *ctx, struct value *v, const char *fmt, ...)
{
	const char *comma = v->begins ? "" : ", ";
	char *all = v->text ? talloc_strdup_append_buffer(v->text, comma) : talloc_strdup(ctx, "");
	va_list ap;

	if (all)
		v->text = all;
	v->begins = false;
	va_start(ap, fmt);
	all = all ? talloc_vasprintf_append_buffer(all, fmt, ap) : NULL;
	va_end(ap);
	if (all)
		v->text = all;
	else
		v->nomem = true;
}

/* Of many things of one kind, only the first ones are shown, after their number. */
#define SHOWN 10

/* How many of n to show. */
static size_t shown(TALLOC_CTX *ctx, struct value *v, size_t n, const char *what)
{
	if (n <= SHOWN)
		return n;
	add(ctx, v, "%zu %s, the first %d: ", n, what, SHOWN);
	v->begins = true;
	return SHOWN;
}

static void when(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const struct vmt_crash *c = &r->crash;
	bool abrt = c->time_source && !strcmp(c->time_source, VMT_TIME_ABRT);
	bool folder = c->time_source && !strcmp(c->time_source, VMT_TIME_FOLDER);

	if (c->time.known)
		add(ctx, v, "%s UTC%s", units_time(ctx, c->time.ns),
			abrt ? " (when ABRT noticed it)" : "");
	else if (c->time_text && folder && c->local.known)
		add(ctx, v, "%s (by the name of its folder or file, zone not given)",
			units_time(ctx, c->local.ns));
	else if (c->time_text)
		add(ctx, v, "%s (%szone not given)", c->time_text,
			c->local.known ? "" : "year and ");
	if (r->crash.uptime.known)
		add(ctx, v, "%s after boot", units_duration(ctx, r->crash.uptime.ns));
}

/* "in a timer (softirq)": the code path and the context in one. */
static void place(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const char *context = r->crash.context, *path = r->verdict.path, *words = NULL;
	const char *interrupt = words_find(words_context_terms, context);

	if (interrupt)
		words = words_find(words_interrupt_paths, path);
	else if (!context || !strcmp(context, VMT_CONTEXT_TASK))
		words = words_find(words_paths, path);
	if (words && interrupt)
		add(ctx, v, "in %s (%s)", words, interrupt);
	else if (words)
		add(ctx, v, "in %s", words);
	else if (context)
		add(ctx, v, "%s", words_of(words_contexts, context));
}

static void where(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const struct vmt_crash *c = &r->crash;
	bool idle = c->pid.known && !c->pid.v;

	if (c->cpu.known)
		add(ctx, v, "CPU %" PRIu64, c->cpu.v);
	if (c->comm && c->pid.known)
		add(ctx, v, "task %s (pid %" PRIu64 "%s)", c->comm, c->pid.v, idle ? ", idle" : "");
	else if (c->comm)
		add(ctx, v, "task %s", c->comm);
	else if (c->pid.known)
		add(ctx, v, "pid %" PRIu64, c->pid.v);
	place(ctx, r, v);
}

static void add_culprit(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v, bool ids)
{
	const struct vmt_verdict *d = &r->verdict;
	const struct vmt_module *m = summary_culprit_module(r);
	const char *innocent = words_find(words_innocents, d->kind);

	if (!d->kind)
		return;
	if (innocent && is_vmlinux(d->module)) {
		add(ctx, v, "%s", innocent);
		return;
	}
	if (d->function)
		add(ctx, v, "%s", d->function);
	if (!is_vmlinux(d->module))
		add(ctx, v, "%s %s", d->origin ? words_of(words_origins, d->origin) : "module",
			d->module);
	else if (d->module && d->subsystem)
		add(ctx, v, "the kernel's %s", d->subsystem);
	else if (d->module)
		add(ctx, v, "the kernel itself");
	if (m && m->version)
		add(ctx, v, "version %s", m->version);
	if (ids && m && m->srcversion)
		add(ctx, v, "srcversion %s", m->srcversion);
	if (ids && m && m->build_id)
		add(ctx, v, "build ID %s", m->build_id);
	if (m && m->disk_path)
		add(ctx, v, "another build of it is on disk now");
	if (d->file && d->line.known)
		add(ctx, v, "%s:%" PRIu64, d->file, d->line.v);
	else if (d->file)
		add(ctx, v, "%s", d->file);
	if (!v->text)
		add(ctx, v, "not known");
}

static void culprit(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	add_culprit(ctx, r, v, true);
}

static void culprit_short(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	add_culprit(ctx, r, v, false);
}

/* "igb_up, which called napi_enable; e1000_clean (e1000), which is on the stack" */
static char *add_suspect(char *list, const struct vmt_suspect *s)
{
	bool own = s->module && !is_vmlinux(s->module);

	if (!list || !s->function || !s->reason)
		return list;
	return talloc_asprintf_append(list, "%s%s%s%s%s, which %s", *list ? "; " : "", s->function,
		own ? " (" : "", own ? s->module : "", own ? ")" : "", s->reason);
}

/* The first one is the culprit, unless there is only a stack. */
static void suspects(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const struct vmt_verdict *d = &r->verdict;
	char *list = talloc_strdup(ctx, "");

	for (size_t i = d->kind && d->function ? 1 : 0; i < d->n_suspects; i++)
		list = add_suspect(list, &d->suspects[i]);
	if (list && *list)
		add(ctx, v, "%s%s", d->kind ? "" : "of a stack without a report: ", list);
}

/* Whether a slug is just the words with other signs in between. */
static bool is_same(const char *slug, const char *words)
{
	while (*slug && (*slug == *words || (*slug == '-' && *words == ' ')))
		slug++, words++;
	return !*slug && !*words;
}

/* "NULL pointer dereference (null-deref)" */
static void add_kind(TALLOC_CTX *ctx, const struct vmt_verdict *d, struct value *v)
{
	if (d->kind_text && !is_same(d->kind, d->kind_text))
		add(ctx, v, "%s (%s)", d->kind_text, d->kind);
	else
		add(ctx, v, "%s", d->kind_text ? d->kind_text : d->kind);
}

static void kind(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const struct vmt_verdict *d = &r->verdict;
	const char *by = d->detector ? words_of(words_detectors, d->detector) : "";

	if (!d->kind)
		return;
	add_kind(ctx, d, v);
	if (*by)
		add(ctx, v, "found by %s", by);
	if (d->path)
		add(ctx, v, "in %s", words_of(words_paths, d->path));
}

static const char *access_words(const struct vmt_fault *f)
{
	return f->access && !strcmp(f->access, VMT_ACCESS_EXEC) ? "execution" : f->access;
}

/* The kind, and what shows it best: the address, else what found it. */
static void kind_short(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const struct vmt_verdict *d = &r->verdict;
	const struct vmt_fault *f = &r->fault;
	const char *by = d->detector ? words_of(words_detectors, d->detector) : "";
	const char *klass = f->klass ? words_of(words_address_classes, f->klass) : NULL;

	if (!d->kind)
		return;
	add_kind(ctx, d, v);
	if (f->address.known)
		add(ctx, v, "%s%sat 0x%" PRIx64 "%s%s%s", f->access ? access_words(f) : "",
			f->access ? " " : "", f->address.v, klass ? " (" : "", klass ? klass : "",
			klass ? ")" : "");
	else if (*by)
		add(ctx, v, "found by %s", by);
}

/* "struct foo" as the start of "foo.member". */
static const char *tag_of(const char *type)
{
	const char *space = strchr(type, ' ');

	return space ? space + 1 : type;
}

/* "write to foo.member (offset 8) through bar->foo, which is NULL" */
static void pointed(TALLOC_CTX *ctx, struct value *v, const struct vmt_fault *f, const char *access)
{
	const char *to = !strcmp(access, VMT_ACCESS_READ) ? "of" : "to";
	char *what = talloc_strdup(ctx, access);

	if (f->type && f->member)
		what = talloc_asprintf(ctx, "%s %s %s.%s (offset %" PRIu64 ")", access, to,
			tag_of(f->type), f->member, f->member_offset.v);
	if (f->expression && f->argument.known)
		add(ctx, v, "%s through %s (argument %" PRIu64 ")", what, f->expression,
			f->argument.v);
	else
		add(ctx, v, "%s%s%s", what, f->expression ? " through " : "",
			f->expression ? f->expression : "");
	if (f->pointer_is)
		add(ctx, v, "which is %s", f->pointer_is);
}

static void fault(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const struct vmt_fault *f = &r->fault;
	const char *access = access_words(f);

	if (access && (f->member || f->expression)) {
		pointed(ctx, v, f, access);
		if (f->address.known)
			add(ctx, v, "at 0x%016" PRIx64, f->address.v);
	} else if (access && f->address.known)
		add(ctx, v, "%s at 0x%016" PRIx64, access, f->address.v);
	else if (f->address.known)
		add(ctx, v, "0x%016" PRIx64, f->address.v);
	else if (access)
		add(ctx, v, "%s", access);
	if (f->klass)
		add(ctx, v, "%s", words_of(words_address_classes, f->klass));
	if (f->instruction)
		add(ctx, v, "by \"%s\"", f->instruction);
	else if (f->operand)
		add(ctx, v, "%s", f->operand);
}

static void caution(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	if (r->verdict.caution)
		add(ctx, v, "%s", r->verdict.caution);
	if (r->verdict.victim && r->n_frames)
		add(ctx, v, "this is where the problem surfaced; the cause may be elsewhere");
	if (r->verdict.corrupted && r->verdict.corrupted_why)
		add(ctx, v, "the crash report is incomplete or damaged: %s",
			r->verdict.corrupted_why);
	else if (r->verdict.corrupted)
		add(ctx, v, "the crash report is incomplete or damaged");
}

static void host(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const char *name = r->machine.hostname;

	if (name)
		add(ctx, v, "%s", name);
	if (r->machine.cpus.known)
		add(ctx, v, "%" PRIu64 " CPU%s", r->machine.cpus.v,
			r->machine.cpus.v == 1 ? "" : "s");
	if (r->machine.memory_bytes.known)
		add(ctx, v, "%s of memory", units_bytes(ctx, r->machine.memory_bytes.v));
}

/* A machine without a name is known by its model. */
static void host_short(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	if (!r->machine.hostname && r->machine.hardware)
		add(ctx, v, "%s", r->machine.hardware);
	host(ctx, r, v);
}

static void hardware(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	if (r->machine.hardware)
		add(ctx, v, "%s", r->machine.hardware);
	if (r->machine.bios)
		add(ctx, v, "BIOS %s", r->machine.bios);
}

/* Only those that are not 0. */
static void sysctls(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	for (size_t i = 0; i < r->machine.n_sysctls; i++)
		if (r->machine.sysctls[i].value)
			add(ctx, v, "%s=%" PRIu64, r->machine.sysctls[i].name,
				r->machine.sysctls[i].value);
}

static void unloaded(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	for (size_t i = 0; i < r->n_unloaded; i++) {
		const struct vmt_unloaded *u = &r->unloaded[i];
		bool tainting = u->taints && *u->taints;

		add(ctx, v, "%s%s%s%s", u->name, tainting ? " (" : "", tainting ? u->taints : "",
			tainting ? ")" : "");
	}
}

/* "eth0", or with what is known about it: "sda (model SAMSUNG, firmware 1.0)" */
static char *use(TALLOC_CTX *ctx, const struct vmt_device_use *u)
{
	bool both = u->model && u->firmware;

	if (!u->model && !u->firmware)
		return talloc_strdup(ctx, u->name);
	return talloc_asprintf(ctx, "%s (%s%s%s%s)", u->name, u->model ? u->model : "",
		both ? ", " : "", u->firmware ? "firmware " : "", u->firmware ? u->firmware : "");
}

/* "0000:00:03.0 (8086:100e): eth0" */
static void devices(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	for (size_t i = 0; i < r->n_devices; i++) {
		const struct vmt_device *d = &r->devices[i];
		bool bus_device = d->pci_address && strcmp(d->pci_address, d->name) != 0;
		char *uses = NULL;

		for (size_t k = 0; k < d->n_uses; k++)
			uses = talloc_asprintf_append(uses ? uses : talloc_strdup(ctx, ""), "%s%s",
				k ? " " : ": ", use(ctx, &d->uses[k]));
		add(ctx, v, "%s%s%s%s%s%s%s", d->name, bus_device ? " at " : "",
			bus_device ? d->pci_address : "", d->pci_id ? " (" : "",
			d->pci_id ? d->pci_id : "", d->pci_id ? ")" : "", uses ? uses : "");
	}
}

static void device_dumps(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	size_t n = shown(ctx, v, r->n_device_dumps, "devices");

	for (size_t i = 0; i < n; i++)
		add(ctx, v, "%s (%s)", r->device_dumps[i].name,
			units_bytes(ctx, r->device_dumps[i].size));
}

/* "i915 v2.16 (0000:00:02.0, i915/adlp_dmc.bin)" */
static void firmware(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	size_t n = shown(ctx, v, r->n_firmware, "versions");

	for (size_t i = 0; i < n; i++) {
		const struct vmt_firmware *f = &r->firmware[i];
		bool both = f->device && f->file, any = f->device || f->file;

		add(ctx, v, "%s%s%s %s%s%s%s%s%s", f->driver, f->part ? " " : "",
			f->part ? f->part : "", f->version, any ? " (" : "",
			f->device ? f->device : "", both ? ", " : "", f->file ? f->file : "",
			any ? ")" : "");
	}
}

static void kernel(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const struct vmt_kernel *k = &r->kernel;

	if (k->release && k->version)
		add(ctx, v, "%s %s", k->release, k->version);
	else if (k->release || k->version)
		add(ctx, v, "%s", k->release ? k->release : k->version);
	if (k->arch)
		add(ctx, v, "%s", k->arch);
	if (k->distribution)
		add(ctx, v, "%s", k->distribution);
}

static void kernel_short(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const struct vmt_kernel *k = &r->kernel;

	if (k->release || k->version)
		add(ctx, v, "%s", k->release ? k->release : k->version);
	if (k->arch)
		add(ctx, v, "%s", k->arch);
	if (k->distribution)
		add(ctx, v, "%s", k->distribution);
	for (size_t i = 0; i < k->n_taints && v->text && !v->nomem; i++) {
		char *all = talloc_asprintf_append_buffer(
			v->text, "%s%c", i ? "" : ", taint flags ", k->taints[i].letter);

		v->nomem = !all;
		v->text = all ? all : v->text;
	}
}

static void tainted(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const struct vmt_kernel *k = &r->kernel;

	for (size_t i = 0; i < k->n_taints; i++) {
		if (k->taints[i].meaning)
			add(ctx, v, "%c (%s)", k->taints[i].letter, k->taints[i].meaning);
		else
			add(ctx, v, "%c", k->taints[i].letter);
	}
	if (!v->text && k->taint_known)
		add(ctx, v, "no");
	else if (!v->text && k->tainted.known)
		add(ctx, v, "0x%" PRIx64, k->tainted.v);
}

static void input(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const struct vmt_input *in = &r->input;

	if (in->path)
		add(ctx, v, "%s", in->path);
	for (size_t i = 0; i < in->n_layers; i++)
		add(ctx, v, "%s", in->layers[i]);
	if (in->format)
		add(ctx, v, "%s", in->format);
	if (in->size.known)
		add(ctx, v, "%s", units_bytes(ctx, in->size.v));
	if (!in->complete && in->missing)
		add(ctx, v, "incomplete: %s", in->missing);
	else if (!in->complete)
		add(ctx, v, "incomplete");
}

/* The words of the first diagnostic that has a row; NULL: none has. */
static const char *first_of(const struct words *words, const struct vmt_report *r)
{
	const char *text = NULL;

	for (size_t i = 0; !text && i < r->n_diagnostics; i++)
		text = words_find(words, r->diagnostics[i].id);
	return text;
}

static bool is_text(const struct vmt_report *r)
{
	return r->input.format && !strcmp(r->input.format, VMT_INPUT_TEXT);
}

/* "cut off: 40 % is there"; NULL: the input is complete, or there is no memory. */
static char *gap_words(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	const char *gap = first_of(words_input_gaps, r);

	if (!gap || !r->input.percent.known)
		return gap ? talloc_strdup(ctx, gap) : NULL;
	return talloc_asprintf(ctx, "%s: %" PRIu64 " %% is there", gap, r->input.percent.v);
}

/* "the dump is cut off"; NULL: as gap_words(). */
static char *gap_sentence(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	char *gap = gap_words(ctx, r);

	return gap ? talloc_asprintf(ctx, "the %s is %s", is_text(r) ? "log" : "dump", gap) : NULL;
}

static void path(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const char *gap = gap_sentence(ctx, r), *name = r->input.path;

	if (name)
		add(ctx, v, "%s", strcmp(name, "-") ? name : "standard input");
	if (gap && r->verdict.kind)
		add(ctx, v, "%s", gap);
}

static void warning(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	for (const struct words *w = words_warnings; w->slug; w++) {
		size_t i = 0;

		while (i < r->n_diagnostics && strcmp(r->diagnostics[i].id, w->slug) != 0)
			i++;
		if (i < r->n_diagnostics)
			add(ctx, v, "%s", w->text);
	}
}

/* Why there is no dump: the main reason, which is the first. */
static void failed_dump(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	for (size_t i = 0; i < r->n_diagnostics && !v->text; i++) {
		const char *why = r->diagnostics[i].message;

		if (!strcmp(r->diagnostics[i].id, "dump-failed"))
			add(ctx, v, "failed: %.*s", (int)strcspn(why, ";"), why);
	}
}

/* The culprit's line, if its source was found. */
static void source(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	const struct vmt_source *s = &r->source;
	uint64_t line = r->verdict.line.v;
	const char *text;

	if (!r->verdict.line.known || line < s->first || line - s->first >= s->n)
		return;
	text = s->lines[line - s->first];
	add(ctx, v, "%" PRIu64 ": %s", line, text + strspn(text, " \t"));
}

static void others(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	size_t n = r->n_events - (r->n_events != 0);

	/* A line of its own has the other deaths. */
	if (r->n_deaths > 1)
		n -= n < r->n_deaths - 1 ? n : r->n_deaths - 1;
	if (n && r->verdict.kind)
		add(ctx, v, "has %zu more report%s, which -v lists", n, n == 1 ? "" : "s");
}

static void seen(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v)
{
	if (r->seen)
		add(ctx, v, "%s", seen_text(ctx, r));
}

typedef void (*getter)(TALLOC_CTX *ctx, const struct vmt_report *r, struct value *v);

/* In the order in which a reader asks. */
static const struct {
	const char *label;
	getter get;	  /* NULL: not in the complete list */
	getter get_short; /* NULL: not in the short list */
	bool optional;	  /* if the short list has to be shorter yet */
} rows[] = {
	{"Culprit", culprit, culprit_short, false},
	{"See also", suspects, suspects, true},
	{"Source", NULL, source, true},
	{"Kind", kind, kind_short, false},
	{"Fault", fault, NULL, false},
	{"Caution", caution, caution, false},
	{"Warning", NULL, warning, false},
	{"Dump", NULL, failed_dump, false},
	{"When", when, when, false},
	{"Seen", seen, seen, true},
	{"Where", where, where, false},
	{"Host", host, host_short, false},
	{"Hardware", hardware, NULL, false},
	{"Kernel", kernel, kernel_short, false},
	{"Sysctls", sysctls, NULL, false},
	{"Unloaded", unloaded, NULL, false},
	{"Devices", devices, devices, true},
	{"Dev dumps", device_dumps, NULL, false},
	{"Firmware", firmware, NULL, false},
	{"Tainted", tainted, NULL, false},
	{"Input", input, NULL, false},
	{"File", NULL, path, false},
	{"Log", NULL, others, true},
};

static int list(TALLOC_CTX *ctx, const struct vmt_report *r, bool brief, struct summary_line **ret,
	size_t *n, struct vmt_err *err)
{
	size_t max = ARRAY_SIZE(rows);
	struct summary_line *lines = talloc_zero_array(ctx, struct summary_line, max);

	*n = 0;
	if (!lines)
		return err_nomem(err);
	for (size_t i = 0; i < max; i++) {
		getter get = brief ? rows[i].get_short : rows[i].get;
		struct value v = {0};

		if (get)
			get(lines, r, &v);
		if (v.nomem)
			return err_nomem(err);
		if (v.text)
			lines[(*n)++] =
				(struct summary_line){rows[i].label, v.text, rows[i].optional};
	}
	*ret = lines;
	return 0;
}

int summary_list(TALLOC_CTX *ctx, const struct vmt_report *r, struct summary_line **ret, size_t *n,
	struct vmt_err *err)
{
	return list(ctx, r, false, ret, n, err);
}

int summary_list_short(TALLOC_CTX *ctx, const struct vmt_report *r, struct summary_line **ret,
	size_t *n, struct vmt_err *err)
{
	return list(ctx, r, true, ret, n, err);
}

const char *summary_unread_short(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	const char *gap = gap_words(ctx, r);

	return gap ? gap : summary_unread(ctx, r);
}

const char *summary_unread(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	const char *gap = gap_sentence(ctx, r), *what = first_of(words_unreadable, r);

	if (gap)
		return gap;
	return what ? what : "what may hold the crash could not be read";
}

static const char *unread_headline(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	const char *gap = gap_sentence(ctx, r), *what = first_of(words_unreadable, r);

	if (gap && what)
		return talloc_asprintf(ctx, "No verdict: %s, and %s", gap, what);
	return talloc_asprintf(ctx, "No verdict: %s", summary_unread(ctx, r));
}

const char *summary_headline(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	switch (vmt_report_outcome(r)) {
	case VMT_CRASH:
		return r->verdict.headline ? r->verdict.headline : r->verdict.kind;
	case VMT_NO_CRASH:
		return r->verdict.headline ? r->verdict.headline : "No crash was found";
	case VMT_UNREAD:
		break;
	}
	return unread_headline(ctx, r);
}

enum vmt_outcome vmt_report_outcome(const struct vmt_report *r)
{
	if (r->verdict.kind && !r->verdict.no_crash)
		return VMT_CRASH;
	for (size_t i = 0; i < r->n_diagnostics; i++) {
		if (!strcmp(r->diagnostics[i].severity, VMT_SEVERITY_ERROR))
			return VMT_UNREAD;
	}
	return VMT_NO_CRASH;
}

const char *summary_kind(const struct vmt_verdict *v)
{
	return v->kind && v->headline && strstr(v->headline, WORDS_FREED) ? WORDS_FREED_KIND
									  : v->kind;
}

bool vmt_verdict_is_kind(const struct vmt_verdict *v, const char *pattern)
{
	if (!v->kind)
		return false;
	if (fnmatch(pattern, v->kind, 0) == 0)
		return true;
	return fnmatch(pattern, summary_kind(v), 0) == 0;
}

/* Where the kernel was is one thing, and whether the bug is there is another. */
static const char *confidence(TALLOC_CTX *ctx, const struct vmt_verdict *v)
{
	const char *text = NULL;

	if (!v->confidence)
		return "not known";
	if (v->frame_certainty && strcmp(v->frame_certainty, v->confidence) != 0)
		text = talloc_asprintf(ctx, "%s that it happened there, %s that the bug is there",
			v->frame_certainty, v->confidence);
	return text ? text : v->confidence;
}

char *summary_trust(TALLOC_CTX *ctx, const struct vmt_report *r)
{
	bool full = r->level && !strcmp(r->level, VMT_LEVEL_FULL);
	const char *slug = full && is_text(r) ? WORDS_LEVEL_TEXT : r->level;
	const char *level = slug ? words_of(words_levels, slug) : NULL;

	if (vmt_report_outcome(r) == VMT_UNREAD)
		return talloc_strdup(ctx, "What could not be read may hold a crash");
	if (!r->verdict.kind)
		return talloc_asprintf(ctx, "Based on %s", level ? level : "a part of the input");
	return talloc_asprintf(ctx, "Confidence: %s%s%s", confidence(ctx, &r->verdict),
		level ? ", based on " : "", level ? level : "");
}
