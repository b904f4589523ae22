// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The facade: open the dump, find memory, read the log, judge. Each step may fail alone; what
 * needs it is left out, and the report says so.
 */
#include "vmtriage.h"

#include <string.h>
#include <time.h>

#include "dump/format.h"
#include "dump/notes.h"
#include "facade/core.h"
#include "facade/full.h"
#include "facade/session.h"
#include "image/identity.h"
#include "image/paging.h"
#include "kernel/ring/log_ring.h"
#include "log/log_join.h"
#include "log/log_print.h"
#include "log/log_text.h"
#include "oops/event.h"
#include "oops/hosts.h"
#include "symbolize/quote.h"
#include "triage/triage.h"

#define TEXT_CHUNK (256u << 10)

struct triage {
	struct vmt_report *report; /* everything of it is a child of this */
	struct session *s;
	struct oops_log *log;
	bool log_cut;
	struct core core;
	const struct vmt_options *opts; /* NULL: none */
};

/* What a step needs, and what a later one may need of it. */
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
	HAVE_CORE = HAVE_SYMBOLS | HAVE_TYPES | HAVE_CPUS | HAVE_STACKS,
};

struct step {
	const char *name;
	unsigned only; /* applies to these inputs: HAVE_DUMP, HAVE_TEXT */
	unsigned needs, gives;
	enum diag_id failed;
	int (*run)(struct triage *t, struct vmt_err *err);
};

/* What is not looked at, at a level. */
static unsigned left_out(const struct vmt_options *opts)
{
	static const struct {
		const char *level;
		unsigned without;
	} levels[] = {{"log", HAVE_CORE | HAVE_LINES}, {"core", HAVE_LINES}};

	for (size_t i = 0; opts && opts->level && i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(opts->level, levels[i].level) == 0)
			return levels[i].without;
	return 0;
}

static struct vmt_u64 known(uint64_t v)
{
	return (struct vmt_u64){true, v};
}

/* A copy of what belongs to the session, which ends before the report. */
static const char *keep(struct triage *t, const char *text)
{
	return text && *text ? talloc_strdup(t->report, text) : NULL;
}

static int find_info(struct triage *t, struct vmt_err *err)
{
	struct vmt_report *r = t->report;
	uint64_t crashtime;
	int rc = session_find_info(t->s, t->report, err);

	if (rc)
		return rc;
	r->kernel.release = keep(t, vmcoreinfo_get(t->s->info, "OSRELEASE"));
	r->kernel.build_id = keep(t, vmcoreinfo_get(t->s->info, "BUILD-ID"));
	if (vmcoreinfo_number(t->s->info, "CRASHTIME", &crashtime) && crashtime < 1ull << 33)
		r->crash.time = (struct vmt_time){true, (int64_t)crashtime * 1000000000};
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

static void note_loss(struct triage *t, const struct log_loss *loss)
{
	t->log_cut = loss->records || loss->capped;
	if (loss->records)
		diag_add(&t->s->diags, t->report, DIAG_LOG_CUT,
			"%llu records of the log could not be read (first: %s)",
			(unsigned long long)loss->records, loss->first.message);
	if (loss->capped)
		diag_add(&t->s->diags, t->report, DIAG_CAP_REACHED,
			"the log is too long to be a log");
}

static int read_ring(struct triage *t, struct vmt_err *err)
{
	struct oops_parser *parser;
	struct log_join *join;
	struct log_loss loss;
	int rc = oops_parser_new(t->s, &parser, err);

	if (!rc)
		rc = log_join_new(t->s, oops_parser_feed, parser, &join, err);
	if (!rc)
		rc = log_ring_read(t->s->space, t->s->info, log_join_feed, join, &loss, err);
	if (!rc)
		rc = log_join_finish(join);
	if (rc)
		return rc;
	note_loss(t, &loss);
	return oops_parser_finish(parser, t->report, &t->log, err);
}

static int feed_text(struct session *s, struct log_text *lines, struct vmt_err *err)
{
	char *chunk = talloc_size(s, TEXT_CHUNK);
	uint64_t off = 0;
	size_t gap = 0;
	int64_t got;
	int rc = chunk ? 0 : err_nomem(err);

	while (!rc) {
		size_t want = TEXT_CHUNK;

		if (gap < s->gaps.n && s->gaps.at[gap] == off) {
			log_text_gap(lines);
			gap++;
			continue;
		}
		if (gap < s->gaps.n && s->gaps.at[gap] - off < want)
			want = (size_t)(s->gaps.at[gap] - off);
		got = source_read(s->text, off, chunk, want, err);
		if (got == 0)
			break;
		if (got < 0)
			rc = (int)got;
		else
			rc = log_text_feed(lines, chunk, (size_t)got);
		off += (uint64_t)(got > 0 ? got : 0);
	}
	talloc_free(chunk);
	return rc ? rc : log_text_finish(lines);
}

static void note_gaps(struct triage *t, const struct log_text_gaps *gaps)
{
	char lost[32] = "records";

	if (!gaps->n)
		return;
	if (gaps->lost)
		snprintf(lost, sizeof(lost), "%llu record%s", (unsigned long long)gaps->lost,
			gaps->lost == 1 ? "" : "s");
	diag_add(&t->s->diags, t->report, DIAG_LOG_GAPS,
		"%s of the log missing, in %llu place%s, the first before line %llu", lost,
		(unsigned long long)gaps->n, gaps->n == 1 ? "" : "s",
		(unsigned long long)gaps->first_line);
}

static int read_text(struct triage *t, struct vmt_err *err)
{
	static const struct log_skim skim = {oops_hosts_idle, oops_hosts_ahead};
	struct oops_hosts *hosts;
	struct log_text *lines;
	bool more = false;
	int rc = oops_hosts_new(t->s, &hosts, err);

	if (!rc)
		rc = log_text_new(t->s, oops_hosts_feed, hosts, &skim, &lines, err);
	if (!rc)
		rc = feed_text(t->s, lines, err);
	if (!rc)
		note_gaps(t, log_text_gaps(lines));
	if (!rc)
		rc = oops_hosts_finish(hosts, t->report, &t->log, &more, err);
	if (more)
		diag_add(&t->s->diags, t->report, DIAG_CAP_REACHED,
			"lines of more hosts than can be told apart: some are mixed");
	return rc;
}

static int find_symbols(struct triage *t, struct vmt_err *err)
{
	t->core.debuginfo = (struct core_debuginfo){
		.wanted = !(left_out(t->opts) & HAVE_LINES), .opts = t->opts};
	return core_find_symbols(&t->core, t->s, err);
}

static int find_types(struct triage *t, struct vmt_err *err)
{
	return core_find_types(&t->core, t->s, err);
}

static int list_modules(struct triage *t, struct vmt_err *err)
{
	int rc = core_list_modules(&t->core, t->s, err);

	if (!rc && t->core.modules.broken)
		diag_add(&t->s->diags, t->report, DIAG_MODULES_CUT, "%s",
			t->core.modules.first.message);
	return rc ? rc : core_fill_modules(&t->core, t->report, t->report, err);
}

static int read_settings(struct triage *t, struct vmt_err *err)
{
	core_fill_kernel(&t->core, t->report, &t->report->kernel);
	return core_fill_settings(&t->core, t->report, t->report, err);
}

static int read_cpus(struct triage *t, struct vmt_err *err)
{
	return core_read_cpus(&t->core, t->s, err);
}

static int unwind_stacks(struct triage *t, struct vmt_err *err)
{
	return core_fill_cpus(&t->core, t->report, t->report, err);
}

static int judge(struct triage *t, struct vmt_err *err)
{
	struct triage_facts facts = {.log = t->log};
	int rc = triage_judge(t->report, &facts, t->report, err);

	if (rc || t->report->verdict.kind)
		return rc;
	if (t->log_cut || !t->report->input.complete)
		diag_add(&t->s->diags, t->report, DIAG_CRASH_LOST,
			"what could be read of the log holds no crash report; the rest may");
	else
		diag_add(&t->s->diags, t->report, DIAG_NO_CRASH, "the log holds no crash report");
	return 0;
}

/* Whether memory shows what the log, which showed n_logged frames, had lost of the stack. */
static bool shows_more(const struct triage *t, enum memory_match match, size_t n_logged)
{
	bool poor = t->report->verdict.corrupted || n_logged <= 1;

	return match == MEMORY_BETTER || (poor && (match == MEMORY_LONGER || match == MEMORY_ONLY));
}

/* Judges again, by the stack that was put into the report. */
static int judge_stack(struct triage *t, enum memory_match match, struct vmt_err *err)
{
	struct vmt_report *r = t->report;
	size_t own = match == MEMORY_ONLY ? 0 : 1; /* the first frame is the event's own */
	struct triage_facts facts = {.log = t->log};

	if (r->n_frames <= own)
		return 0;
	facts.callers = r->frames + own;
	facts.n_callers = r->n_frames - own;
	r->crash.context = NULL;
	return triage_judge(r, &facts, r, err);
}

static int join_stack(struct triage *t, struct vmt_err *err)
{
	size_t n_logged = t->report->n_frames;
	struct core_join join = {.match = MEMORY_OTHER};
	int rc = core_join_stack(&t->core, t->report, t->report, &join, err);

	if (!rc && shows_more(t, join.match, n_logged)) {
		rc = judge_stack(t, join.match, err);
		if (!rc)
			rc = core_join_stack(&t->core, t->report, t->report, &join, err);
	}
	if (!rc && join.match == MEMORY_DIFFERS)
		diag_add(&t->s->diags, t->report, DIAG_STACKS_DIFFER,
			"the log's call trace and the stack in memory begin alike, but part");
	if (!rc && join.stopped)
		diag_add(&t->s->diags, t->report, DIAG_STACK_FAILED, "%s", join.stopped);
	return rc;
}

/* The log is lost, or holds no crash: the CPU that crashed may tell. */
static int judge_by_memory(struct triage *t, struct vmt_err *err)
{
	struct oops_boot boot = {0};
	struct oops_log none = {.boot = &boot};
	struct triage_facts facts = {.log = t->log ? t->log : &none};
	struct oops_event *ev;
	int rc;

	if (t->report->verdict.kind && !t->report->verdict.no_crash)
		return 0;
	rc = core_witness(&t->core, t->report, t->report, &ev, err);
	if (rc || !ev)
		return rc;
	ev->boot = facts.log->boot;
	facts.witnessed = ev;
	return triage_judge(t->report, &facts, t->report, err);
}

static int find_devices(struct triage *t, struct vmt_err *err)
{
	return core_fill_devices(&t->core, t->report, t->report, err);
}

/* What drivers saved of their devices; the names are all that anyone but the driver can read. */
static int list_device_dumps(struct triage *t, struct vmt_err *err)
{
	const struct dump *dump = t->s->dump;
	struct cur c = cur_init(dump->notes, dump->notes_len, dump->big_endian);
	struct vmt_device_dump *dumps = NULL, *more;
	struct note note;
	size_t n = 0;

	while (note_next(&c, &note)) {
		char name[NOTE_DEVICE_DUMP_NAME + 1];
		uint64_t size;

		if (!note_is_device_dump(&note, name, &size))
			continue;
		more = talloc_realloc(t->report, dumps, struct vmt_device_dump, n + 1);
		if (!more)
			return err_nomem(err);
		dumps = more;
		dumps[n++] = (struct vmt_device_dump){talloc_strdup(dumps, name), size};
	}
	t->report->device_dumps = dumps;
	t->report->n_device_dumps = n;
	return 0;
}

/* Last: the verdict is the same with and without debuginfo. */
static int find_lines(struct triage *t, struct vmt_err *err)
{
	struct vmt_report *r = t->report;
	struct full_facts facts = {
		.core = t->s->dump && t->core.image.space ? &t->core : NULL,
		.kernel = &r->kernel,
		.modules = r->modules,
		.n_modules = r->n_modules,
		.thorough = t->s->dump && t->s->dump->on_page,
	};
	struct full *full;
	int rc = full_new(t->s, t->opts, &facts, &full, err);

	if (rc)
		return rc;
	rc = full_report(full, r, r, err);
	full_diagnose(full, r, &t->s->diags);
	if (!rc && full_found(full))
		r->level = "full";
	talloc_free(full);
	return rc ? rc : quote_culprit(r, t->opts, r, err);
}

static const struct step steps[] = {
	{"VMCOREINFO", HAVE_DUMP, HAVE_DUMP, HAVE_INFO, DIAG_NO_VMCOREINFO, find_info},
	{"memory", HAVE_DUMP, HAVE_DUMP, HAVE_MEMORY, DIAG_MEMORY_FAILED, find_memory},
	{"identity", HAVE_DUMP, HAVE_INFO | HAVE_MEMORY, 0, DIAG_IDENTITY_FAILED, identify},
	{"log", HAVE_DUMP, HAVE_INFO | HAVE_MEMORY, HAVE_LOG, DIAG_LOG_FAILED, read_ring},
	{"log", HAVE_TEXT, HAVE_TEXT, HAVE_LOG, DIAG_LOG_FAILED, read_text},
	{"symbols", HAVE_DUMP, HAVE_INFO | HAVE_MEMORY, HAVE_SYMBOLS, DIAG_NO_SYMBOLS,
		find_symbols},
	{"types", HAVE_DUMP, HAVE_SYMBOLS, HAVE_TYPES, DIAG_NO_TYPES, find_types},
	{"modules", HAVE_DUMP, HAVE_SYMBOLS, 0, DIAG_MODULES_FAILED, list_modules},
	{"judgement", HAVE_DUMP | HAVE_TEXT, HAVE_LOG, HAVE_VERDICT, DIAG_LOG_FAILED, judge},
	{"settings", HAVE_DUMP, HAVE_SYMBOLS, 0, DIAG_NO_SYMBOLS, read_settings},
	{"CPUs", HAVE_DUMP, HAVE_SYMBOLS, HAVE_CPUS, DIAG_CPUS_FAILED, read_cpus},
	{"stacks", HAVE_DUMP, HAVE_CPUS, HAVE_STACKS, DIAG_STACK_FAILED, unwind_stacks},
	{"stack of the crash", HAVE_DUMP, HAVE_STACKS | HAVE_VERDICT, 0, DIAG_STACK_FAILED,
		join_stack},
	{"judgement by memory", HAVE_DUMP, HAVE_STACKS, HAVE_VERDICT, DIAG_STACK_FAILED,
		judge_by_memory},
	{"devices", HAVE_DUMP, HAVE_TYPES | HAVE_VERDICT, 0, DIAG_DEVICES_FAILED, find_devices},
	{"debuginfo", HAVE_DUMP | HAVE_TEXT, HAVE_VERDICT, HAVE_LINES, DIAG_DEBUGINFO_FAILED,
		find_lines},
};

/* Returns what was had in the end. */
static unsigned run_steps(struct triage *t, unsigned without)
{
	unsigned have = t->s->dump ? HAVE_DUMP : HAVE_TEXT, kind = have;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const struct step *step = &steps[i];
		struct vmt_err err = {0};

		if (!(step->only & kind) || step->gives & without || step->needs & without)
			continue;
		if ((have & step->needs) != step->needs)
			diag_add(&t->s->diags, t->report, DIAG_STEP_SKIPPED,
				"%s: left out, since what it needs is missing", step->name);
		else if (step->run(t, &err))
			diag_add(&t->s->diags, t->report, step->failed, "%s: %s", step->name,
				err.message);
		else
			have |= step->gives;
	}
	return have;
}

/* What the container itself tells; better sources overwrite it. */
static void describe_dump(struct triage *t)
{
	const struct dump *dump = t->s->dump;
	const struct arch *arch = NULL;
	struct vmt_report *r = t->report;

	r->input.format = dump->format->name;
	r->kernel.release = keep(t, dump->release);
	r->kernel.version = keep(t, dump->version);
	if (dump->machine || dump->machine_name)
		kernel_arch_find(dump, &arch, NULL);
	r->kernel.arch = arch ? arch->name : keep(t, dump->machine_name);
	r->machine.hostname = keep(t, dump->nodename);
	if (dump->timestamp.known && dump->timestamp.v && dump->timestamp.v < 1ull << 33)
		r->crash.time = (struct vmt_time){true, (int64_t)dump->timestamp.v * 1000000000};
}

/* Whether all of the input was there, and what was not. */
static void describe_completeness(struct triage *t)
{
	struct session *s = t->s;
	const char *missing = s->layers.missing;
	enum diag_id id = DIAG_INPUT_TRUNCATED;

	if (!missing && s->gaps.missing) {
		missing = s->gaps.missing;
		id = DIAG_INPUT_PARTS_MISSING;
	}
	if (!missing && s->dump && !s->dump->complete) {
		missing = s->dump->missing;
		if (s->dump->parts_missing)
			id = DIAG_INPUT_PARTS_MISSING;
		else if (s->dump->written_short)
			id = DIAG_INPUT_INCOMPLETE;
	}
	t->report->input.complete = !missing;
	t->report->input.missing = keep(t, missing);
	if (missing)
		diag_add(&s->diags, t->report, id, "%s", missing);
}

static int describe_input(struct triage *t, const char *path, struct vmt_err *err)
{
	struct session *s = t->s;
	bool split = s->dump && s->dump->split;
	const char **names = talloc_array(t->report, const char *, s->layers.n + split);

	if (!names)
		return err_nomem(err);
	for (size_t i = 0; i < s->layers.n; i++)
		names[i] = s->layers.names[i];
	if (split)
		names[s->layers.n] = "split";
	t->report->input = (struct vmt_input){
		.path = talloc_strdup(t->report, path),
		.format = "text",
		.size = known(session_size(s)),
		.layers = names,
		.n_layers = s->layers.n + split,
	};
	if (s->dump)
		describe_dump(t);
	describe_completeness(t);
	if (!t->report->input.path)
		return err_nomem(err);
	return s->dump ? list_device_dumps(t, err) : 0;
}

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void finish(struct triage *t, unsigned have, uint64_t started_us)
{
	struct vmt_report *r = t->report;

	if (!r->level)
		r->level = have & HAVE_STACKS ? "core" : "log";
	r->diagnostics = t->s->diags.items;
	r->n_diagnostics = t->s->diags.n;
	r->stats = (struct vmt_stats){
		.pages_read = t->s->dump ? t->s->dump->pages_read : 0,
		.bytes_read = session_bytes_read(t->s),
		.log_records = t->log ? t->log->n_records : 0,
		.elapsed_us = now_us() - started_us,
	};
}

int session_triage(struct session *s, const struct vmt_options *opts, const char *path,
	struct vmt_report **ret, struct vmt_err *err)
{
	uint64_t started = now_us();
	struct triage t = {.s = s, .report = talloc_zero(NULL, struct vmt_report), .opts = opts};
	unsigned have;
	int rc;

	if (!t.report)
		return err_nomem(err);
	rc = describe_input(&t, path, err);
	if (rc) {
		talloc_free(t.report);
		return rc;
	}
	have = run_steps(&t, left_out(opts));
	finish(&t, have, started);
	*ret = t.report;
	return 0;
}

int vmt_triage(const struct vmt_options *opts, const char *const *paths, size_t n,
	struct vmt_report **ret, struct vmt_err *err)
{
	struct session *s;
	int rc = session_open(NULL, paths, n, &s, err);

	if (rc)
		return rc;
	rc = session_triage(s, opts, paths[0], ret, err);
	talloc_free(s);
	return rc;
}

void vmt_report_free(struct vmt_report *report)
{
	talloc_free(report);
}

int vmt_log_write(
	const char *const *paths, size_t n, FILE *out, bool *incomplete, struct vmt_err *err)
{
	struct log_loss loss = {0};
	struct session *s;
	int rc = session_open(NULL, paths, n, &s, err);

	if (rc)
		return rc;
	if (s->text)
		rc = err_set(err, VMT_ERR_FORMAT, "a text, not a dump: it is the log itself");
	if (!rc)
		rc = session_find_info(s, s, err);
	if (!rc)
		rc = session_find_memory(s, err);
	if (!rc)
		rc = log_ring_read(s->space, s->info, log_print, out, &loss, err);
	if (rc == VMT_ERR_IO && ferror(out))
		err_set(err, rc, "the log could not be written");
	*incomplete = loss.records || loss.capped;
	talloc_free(s);
	return rc;
}

const char *vmt_version(void)
{
	return VMT_VERSION;
}
