// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The facade: open the dump, find memory, read the log, judge. A step may fail alone; the steps
 * that need it are then skipped, and the report says so.
 */
#include "vmtriage.h"

#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/options.h"
#include "base/seconds.h"
#include "io/name_time.h"
#include "facade/contained.h"
#include "facade/keep.h"
#include "facade/source_lines.h"
#include "facade/triage_folder.h"
#include "facade/triage_run.h"
#include "facade/web_file.h"
#include "image/identity.h"
#include "oops/kind.h"
#include "symbolize/quote.h"
#include "triage/provoke.h"
#include "triage/sentence.h"

/* What steps need, and what they provide to later steps. */
enum have {
	HAVE_DUMP = 1,
	HAVE_TEXT = 2,
	HAVE_INFO = 4,
	HAVE_MEMORY = 8,
	HAVE_LOG = 16,
	HAVE_SYMBOLS = 32,
	HAVE_TYPES = 64,
	HAVE_CPUS = 128,
	HAVE_STACKS = 256,
	HAVE_VERDICT = 512,
	HAVE_LINES = 1024,
	HAVE_FILES = 2048,
	HAVE_CORE = HAVE_SYMBOLS | HAVE_TYPES | HAVE_CPUS | HAVE_STACKS,
};

struct step {
	const char *name;
	unsigned only; /* the inputs that it applies to: HAVE_DUMP, HAVE_TEXT */
	unsigned needs, gives;
	enum diag_id failed;
	int (*run)(struct triage *t, struct vmt_err *err);
};

/* What a level leaves out. */
static unsigned left_out(const struct vmt_options *opts)
{
	static const struct {
		const char *level;
		unsigned without;
	} levels[] = {{VMT_LEVEL_LOG, HAVE_CORE | HAVE_LINES | HAVE_FILES},
		{VMT_LEVEL_CORE, HAVE_LINES | HAVE_FILES}};

	for (size_t i = 0; opts && opts->level && i < ARRAY_SIZE(levels); i++)
		if (strcmp(opts->level, levels[i].level) == 0)
			return levels[i].without;
	return 0;
}

static int find_info(struct triage *t, struct vmt_err *err)
{
	struct vmt_report *r = t->report;
	uint64_t crashtime;
	int rc = session_find_info(t->s, t->report, err);

	if (rc)
		return rc;
	r->kernel.release = triage_keep(t, vmcoreinfo_get(t->s->info, "OSRELEASE"));
	r->kernel.build_id = triage_keep(t, vmcoreinfo_get(t->s->info, "BUILD-ID"));
	if (vmcoreinfo_number(t->s->info, "CRASHTIME", &crashtime))
		triage_take_time(t, crashtime);
	return 0;
}

static int find_memory(struct triage *t, struct vmt_err *err)
{
	return session_find_memory(t->s, err);
}

static int identify(struct triage *t, struct vmt_err *err)
{
	struct identity id = {0};
	int rc = identity_read(t->report, t->s->space, t->s->info, &id, err);

	if (rc)
		return rc;
	t->report->machine.hostname = id.nodename;
	t->report->kernel.release = id.release;
	t->report->kernel.version = id.version;
	t->report->kernel.arch = id.machine;
	return 0;
}

static int find_symbols(struct triage *t, struct vmt_err *err)
{
	t->view.debuginfo = (struct kernel_view_debuginfo){
		.wanted = !(left_out(t->opts) & HAVE_LINES), .opts = t->opts};
	return kernel_view_find_symbols(&t->view, t->s, err);
}

static int find_types(struct triage *t, struct vmt_err *err)
{
	return kernel_view_find_types(&t->view, t->s, err);
}

static int list_modules(struct triage *t, struct vmt_err *err)
{
	int rc = kernel_view_list_modules(&t->view, t->s, err);

	if (!rc && t->view.modules.broken)
		diag_add(&t->s->diags, t->report, DIAG_MODULES_CUT, "%s",
			t->view.modules.first.message);
	return rc ? rc
		  : kernel_view_fill_modules(
			    &t->view, t->report, triage_has_details(t), t->report, err);
}

static int read_settings(struct triage *t, struct vmt_err *err)
{
	kernel_view_fill_kernel(&t->view, t->report, &t->report->kernel);
	/* A redacted dump must not hold the id, which is no text: bytes that are read are kept. */
	if (!t->s->dump->on_read)
		t->report->crash.boot_id = identity_boot_id(t->report, &t->view.image);
	kernel_view_fill_memory(&t->view, t->report);
	return triage_has_details(t)
		       ? kernel_view_fill_settings(&t->view, t->report, t->report, err)
		       : 0;
}

static int read_cpus(struct triage *t, struct vmt_err *err)
{
	/* From here on: what the frame of the fault needs. */
	mem_set_lost(t->s->space, (struct vmt_u64){0});
	return kernel_view_read_cpus(&t->view, t->s, err);
}

static int find_devices(struct triage *t, struct vmt_err *err)
{
	return kernel_view_fill_devices(&t->view, t->report, t->report, err);
}

int triage_lines(struct triage *t, struct source_lines **ret, struct vmt_err *err)
{
	const struct vmt_report *r = t->report;
	struct source_lines_facts facts = {
		.view = t->s->dump && t->view.image.space ? &t->view : NULL,
		.kernel = &r->kernel,
		.modules = r->modules,
		.n_modules = r->n_modules,
		.thorough = t->s->dump && t->s->dump->on_page,
	};
	int rc = t->debuglines ? 0 : source_lines_new(t->s, t->opts, &facts, &t->debuglines, err);

	if (rc)
		return rc;
	source_lines_know(t->debuglines, &facts);
	*ret = t->debuglines;
	return 0;
}

/* Last: the culprit is the same with and without debuginfo. */
static int find_lines(struct triage *t, struct vmt_err *err)
{
	struct vmt_report *r = t->report;
	struct source_lines *lines;
	int rc = triage_lines(t, &lines, err);

	if (rc)
		return rc;
	rc = source_lines_report(lines, r, r, err);
	source_lines_diagnose(lines, r, &t->s->diags);
	if (!rc && source_lines_found(lines)) {
		r->level = VMT_LEVEL_FULL;
		rc = advice_have_debuginfo(r, &r->verdict, err);
	}
	TALLOC_FREE(t->debuglines);
	return rc ? rc : quote_culprit(r, t->opts, r, err);
}

static const struct step steps[] = {
	{"VMCOREINFO", HAVE_DUMP, HAVE_DUMP, HAVE_INFO, DIAG_NO_VMCOREINFO, find_info},
	{"memory", HAVE_DUMP, HAVE_DUMP, HAVE_MEMORY, DIAG_MEMORY_FAILED, find_memory},
	{"identity", HAVE_DUMP, HAVE_INFO | HAVE_MEMORY, 0, DIAG_IDENTITY_FAILED, identify},
	{"log", HAVE_DUMP, HAVE_INFO | HAVE_MEMORY, HAVE_LOG, DIAG_LOG_FAILED, triage_read_ring},
	{"log in every page", HAVE_DUMP, HAVE_DUMP, HAVE_LOG, DIAG_STEP_SKIPPED,
		triage_salvage_log},
	{"log", HAVE_TEXT, HAVE_TEXT, HAVE_LOG, DIAG_LOG_FAILED, triage_read_text},
	{"symbols", HAVE_DUMP, HAVE_INFO | HAVE_MEMORY, HAVE_SYMBOLS, DIAG_NO_SYMBOLS,
		find_symbols},
	{"types", HAVE_DUMP, HAVE_SYMBOLS, HAVE_TYPES, DIAG_NO_TYPES, find_types},
	{"modules", HAVE_DUMP, HAVE_SYMBOLS, 0, DIAG_MODULES_FAILED, list_modules},
	{"judgement", HAVE_DUMP | HAVE_TEXT, HAVE_LOG, HAVE_VERDICT, DIAG_LOG_FAILED,
		triage_judge_log},
	{"pointer", HAVE_TEXT, HAVE_VERDICT, HAVE_FILES, DIAG_DEBUGINFO_FAILED,
		triage_explain_text},
	{"settings", HAVE_DUMP, HAVE_SYMBOLS, 0, DIAG_NO_SYMBOLS, read_settings},
	{"CPUs", HAVE_DUMP, HAVE_SYMBOLS, HAVE_CPUS, DIAG_CPUS_FAILED, read_cpus},
	{"stacks", HAVE_DUMP, HAVE_CPUS, HAVE_STACKS, DIAG_STACK_FAILED, triage_unwind_stacks},
	{"stack of the crash", HAVE_DUMP, HAVE_STACKS | HAVE_VERDICT, 0, DIAG_STACK_FAILED,
		triage_join_stack},
	{"judgement by memory", HAVE_DUMP, HAVE_STACKS, HAVE_VERDICT, DIAG_STACK_FAILED,
		triage_judge_by_memory},
	{"registers", HAVE_DUMP, HAVE_TYPES | HAVE_CPUS | HAVE_VERDICT, 0, DIAG_REGISTERS_FAILED,
		triage_explain_registers},
	{"lock holders", HAVE_DUMP, HAVE_STACKS | HAVE_VERDICT, 0, DIAG_TASKS_FAILED,
		triage_find_holder},
	{"code", HAVE_DUMP, HAVE_SYMBOLS | HAVE_STACKS | HAVE_VERDICT, HAVE_FILES,
		DIAG_DEBUGINFO_FAILED, triage_check_code},
	{"code", HAVE_TEXT, HAVE_VERDICT, HAVE_FILES, DIAG_DEBUGINFO_FAILED,
		triage_check_code_line},
	{"devices", HAVE_DUMP, HAVE_TYPES | HAVE_VERDICT, 0, DIAG_DEVICES_FAILED, find_devices},
	{"debuginfo", HAVE_DUMP | HAVE_TEXT, HAVE_VERDICT, HAVE_LINES, DIAG_DEBUGINFO_FAILED,
		find_lines},
	{"every page", HAVE_DUMP, HAVE_DUMP, 0, DIAG_DUMP_DAMAGED, triage_verify},
	{"maintainers", HAVE_DUMP | HAVE_TEXT, HAVE_VERDICT, 0, DIAG_DEBUGINFO_FAILED,
		triage_find_maintainers},
};

/* Returns what is available in the end. */
static unsigned run_steps(struct triage *t, unsigned without)
{
	unsigned have = t->s->dump ? HAVE_DUMP : HAVE_TEXT, kind = have;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		const struct step *step = &steps[i];
		struct vmt_err err = {0};

		if (!(step->only & kind) || step->gives & without || step->needs & without)
			continue;
		if ((have & step->needs) != step->needs)
			diag_add(&t->s->diags, t->report, DIAG_STEP_SKIPPED,
				"%s: skipped, because something that it needs is missing",
				step->name);
		else if (step->run(t, &err))
			diag_add(&t->s->diags, t->report, step->failed, "%s: %s", step->name,
				err.message);
		else
			have |= step->gives;
	}
	return have;
}

/* Where neither the dump nor the log tells when, the name that the crash was saved under may. */
static void find_time(struct triage *t)
{
	struct vmt_report *r = t->report;
	struct vmt_crash *c = &r->crash;

	if (r->verdict.kind && !c->time.known && !c->time_text && t->s->stamp &&
		(!r->death.known || r->death.v == r->n_deaths)) {
		c->time = seconds_to_time((int64_t)t->s->stamp);
		if (c->time.known)
			c->time_source = VMT_TIME_LOG;
	}
	triage_take_abrt(t);
	if (r->verdict.kind && !c->time.known && !c->time_text && r->input.path &&
		name_time_find(r, r->input.path, &c->time_text, &c->local))
		c->time_source = VMT_TIME_FOLDER;
}

/* A verdict without some of its facts may be another one. */
static void tell_missing_memory(struct triage *t, unsigned allocs)
{
	struct vmt_verdict *v = &t->report->verdict;

	if (alloc_failures() == allocs)
		return;
	diag_add(&t->s->diags, t->report, DIAG_OUT_OF_MEMORY, "out of memory: try again with more");
	if (v->confidence)
		v->confidence = VMT_CONFIDENCE_LOW;
}

static void finish(struct triage *t, unsigned have, unsigned allocs, uint64_t started_us)
{
	struct vmt_report *r = t->report;

	find_time(t);
	if (!t->opts || !t->opts->without_excerpt)
		triage_quote_log(t);
	if (!r->level)
		r->level = have & HAVE_STACKS ? VMT_LEVEL_CORE : VMT_LEVEL_LOG;
	triage_tell_disassembler(t);
	tell_missing_memory(t, allocs);
	url_tell_cost(t->s, r);
	r->diagnostics = t->s->diags.items;
	r->n_diagnostics = t->s->diags.n;
	if (vmt_report_outcome(r) == VMT_UNREAD && !r->verdict.n_next)
		triage_advise_unread(t);
	r->stats = (struct vmt_stats){
		.pages_read = t->s->dump ? t->s->dump->pages_read : 0,
		.bytes_read = session_bytes_read(t->s),
		.log_records = t->log ? t->log->n_records : 0,
		.elapsed_us = (uint64_t)clock_us() - started_us,
	};
}

/* Makes the report of a triage whose session and options are set. */
static int run_triage(struct triage *t, const char *name, struct vmt_err *err)
{
	unsigned have, allocs = alloc_failures();
	uint64_t started = (uint64_t)clock_us();
	int rc;

	t->report = talloc_zero(NULL, struct vmt_report);
	if (!t->report)
		return err_nomem(err);
	keep_use(t->opts, t->s);
	rc = triage_describe_input(t, name, err);
	if (!rc) {
		triage_find_failed_dump(t);
		have = run_steps(t, left_out(t->opts));
		kernel_view_tell_caps(&t->view, &t->s->diags, t->report);
		triage_tell_failed_dump(t);
		triage_tell_dropped_slabs(t);
		triage_weigh_damage(t);
		rc = provoke_add(t->report, t->report, err);
		rc = rc ? rc : url_check_session(t->s, err);
	}
	if (rc) {
		talloc_free(t->report);
		return rc;
	}
	finish(t, have, allocs, started);
	return 0;
}

int session_triage(struct session *s, const struct vmt_options *opts, const char *name,
	struct vmt_report **ret, struct vmt_err *err)
{
	struct triage t = {.s = s, .opts = opts};
	int rc = run_triage(&t, name, err);

	if (!rc)
		*ret = t.report;
	return rc;
}

/* ---- all deaths of a log ----------------------------------------------------------------- */

static int add_report(struct vmt_reports *all, struct vmt_report *report, struct vmt_err *err)
{
	struct vmt_report **more = ARRAY_ROOM(all, all->reports, all->n);

	if (!more) {
		talloc_free(report);
		return err_nomem(err);
	}
	all->reports = more;
	more[all->n++] = talloc_steal(all, report);
	return 0;
}

/* The deaths before the one of the first report, each of a triage that takes what first has read.
 */
static int triage_older(
	const struct triage *first, size_t most, struct vmt_reports *all, struct vmt_err *err)
{
	const struct vmt_report *newest = first->report;
	size_t n = newest->death.known && first->log ? (size_t)newest->death.v : 0;
	int rc = 0;

	for (size_t death = n; death > 1 && n - death + 1 < most && !rc; death--) {
		struct vmt_options opts = *first->opts;
		struct triage t = {.s = first->s,
			.opts = &opts,
			.before = first,
			.where = first->where,
			.where_opened = first->where != NULL};

		opts.death = death - 1;
		t.s->diags = (struct diag_list){0};
		rc = run_triage(&t, newest->input.path, err);
		if (!rc)
			rc = add_report(all, t.report, err);
	}
	return rc;
}

static int triage_deaths(struct session *s, const struct vmt_options *opts, const char *name,
	size_t most, struct vmt_reports *all, struct vmt_err *err)
{
	struct triage first = {.s = s, .opts = opts};
	int rc = run_triage(&first, name, err);

	if (!rc)
		rc = add_report(all, first.report, err);
	if (!rc && s->text)
		rc = triage_older(&first, most, all, err);
	return rc;
}

int vmt_triage_deaths(const struct vmt_options *opts, const struct vmt_file *files, size_t n,
	size_t most, struct vmt_reports **ret, struct vmt_err *err)
{
	struct vmt_reports *all = talloc_zero(NULL, struct vmt_reports);
	struct vmt_report *one = NULL;
	struct vmt_options own;
	struct session *s;
	int rc = all ? options_read(&own, opts, err) : err_nomem(err);

	if (!rc && own.contain) {
		talloc_free(all);
		return contained_deaths(&own, files, n, most, ret, err);
	}
	if (!rc && session_is_folder(files, n)) {
		rc = triage_folder(&own, files[0].name, &one, err);
		rc = rc ? rc : add_report(all, one, err);
	} else if (!rc) {
		rc = session_open(all, &own, files, n, &s, err);
		rc = rc ? rc : triage_deaths(s, &own, session_file_name(&files[0]), most, all, err);
		if (!rc)
			talloc_free(s);
	}
	if (rc) {
		talloc_free(all);
		return rc;
	}
	*ret = all;
	return 0;
}

void vmt_reports_free(struct vmt_reports *reports)
{
	talloc_free(reports);
}

int vmt_triage_files(const struct vmt_options *opts, const struct vmt_file *files, size_t n,
	struct vmt_report **ret, struct vmt_err *err)
{
	struct vmt_options own;
	struct session *s;
	int rc = options_read(&own, opts, err);

	if (!rc && own.contain)
		return contained_triage(&own, files, n, ret, err);
	if (!rc && session_is_folder(files, n))
		return triage_folder(&own, files[0].name, ret, err);
	if (!rc)
		rc = session_open(NULL, &own, files, n, &s, err);
	if (rc)
		return rc;
	rc = session_triage(s, &own, session_file_name(&files[0]), ret, err);
	talloc_free(s);
	return rc;
}

int vmt_triage(const struct vmt_options *opts, const char *const *paths, size_t n,
	struct vmt_report **ret, struct vmt_err *err)
{
	struct vmt_file *files = session_files(NULL, paths, n);
	int rc = files ? vmt_triage_files(opts, files, n, ret, err) : err_nomem(err);

	talloc_free(files);
	return rc;
}

void vmt_report_free(struct vmt_report *report)
{
	talloc_free(report);
}

const char *vmt_kind(size_t i)
{
	const struct oops_kind *kind = i < KIND_COUNT - 1 ? &oops_kinds[i + 1] : NULL;

	return kind ? kind->slug : NULL;
}

const char *vmt_version(void)
{
	return VMT_VERSION;
}
