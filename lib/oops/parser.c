// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Turns the lines of a log into events. Reports of several CPUs may be open at once (told apart by
 * printk's caller id, where there is one); a header opens a report, continues one whose head is
 * still being printed, or is a consequence of the one before it.
 */
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "oops/arch_hint.h"
#include "oops/boots.h"
#include "oops/build.h"
#include "oops/debugger.h"
#include "oops/drop.h"
#include "oops/facts.h"
#include "oops/hardware.h"
#include "oops/headless.h"

/* A report ends when this many lines that are not its own have passed. */
#define MAX_FOREIGN 60

/* What a line that nobody knows announces stands close below it. */
#define MAX_UNPROVEN 10

/* Of a report without its head, so much of the line that stands for it. */
#define MAX_HEADLINE 100

/* No object lies below the end of the first page. */
#define MIN_ADDRESS 4096

/*
 * A panic this many lines after a report still follows from it: other CPUs' stacks, the list of
 * tasks and the state of memory may be printed between the two.
 */
#define PANIC_WITHIN_LINES 4000

/* The lines of a report's head follow each other at once, also on a slow console. */
#define MAX_WITHIN_HEAD_NS 1000000000u

/* A clock that falls below this is one that began anew. */
#define NEW_CLOCK_NS 10000000000u

/* No header is shorter. */
#define MIN_LINE 5

struct oops_parser {
	struct oops_log *log;
	const struct oops_headers *headers;
	struct oops_debugger *debugger;
	struct oops_build *open[CAP_OPEN_EVENTS]; /* the one opened last is the last */
	size_t n_open;
	char message[512]; /* the line after "cut here": what the WARN or BUG says */
	size_t message_len;
	bool after_cut;
	struct oops_boots boots;
	bool new_boot;	      /* another boot began since, of which no report was seen yet */
	uint64_t first_ts_ns; /* of this boot */
	bool has_first_ts;
	uint64_t after_irq;   /* number of the line after the last end of an interrupt's frames */
	size_t boot_events;   /* events of this boot */
	uint64_t last_report; /* number of the last line that belonged to a report */
	bool has_report;
	uint64_t seq;		      /* of the last record */
	const struct log_record *rec; /* being fed */
};

static int new_parser(TALLOC_CTX *ctx, const struct oops_headers *headers, struct oops_parser **ret,
	struct vmt_err *err)
{
	struct oops_parser *ps = talloc_zero(ctx, struct oops_parser);

	if (ps) {
		ps->log = talloc_zero(ps, struct oops_log);
		ps->debugger = oops_debugger_new(ps);
	}
	if (!ps || !ps->log || !ps->debugger || !oops_facts_begin(ps->log)) {
		talloc_free(ps);
		return err_nomem(err);
	}
	ps->headers = headers;
	*ret = ps;
	return 0;
}

int oops_parser_new(TALLOC_CTX *ctx, struct oops_parser **ret, struct vmt_err *err)
{
	struct oops_headers *headers;
	int rc = oops_headers_new(ctx, &headers, err);

	if (rc)
		return rc;
	rc = new_parser(ctx, headers, ret, err);
	if (rc)
		talloc_free(headers);
	else
		talloc_steal(*ret, headers);
	return rc;
}

int oops_parser_new_beside(TALLOC_CTX *ctx, const struct oops_parser *first,
	struct oops_parser **ret, struct vmt_err *err)
{
	return new_parser(ctx, first->headers, ret, err);
}

/* ---- the list of events ------------------------------------------------------------------ */

static void keep_event(struct oops_parser *ps, struct oops_event *ev)
{
	struct oops_log *log = ps->log;
	struct oops_event **events;

	if (log->n_events >= CAP_EVENTS)
		oops_drop_one(log, ps->open, ps->n_open);
	events = ARRAY_ROOM(log, log->events, log->n_events);
	if (!events)
		return;
	log->events = events;
	log->events[log->n_events++] = talloc_steal(log, ev);
}

static void keep_build(struct oops_parser *ps, struct oops_build *b)
{
	b->unproven = false;
	keep_event(ps, b->ev);
	ps->boot_events++;
}

/* Where the message does not say NULL by itself, the address does. */
static void settle_kind(struct oops_build *b)
{
	struct oops_event *ev = b->ev;

	if (!(b->flags & OOPS_H_LOW_IS_NULL) || !ev->address.known || ev->address.v >= MIN_ADDRESS)
		return;
	if (ev->kind && (ev->kind->traits & TRAIT_LOW_IS_NULL))
		ev->kind = oops_kind_row(KIND_NULL_DEREF);
}

static void close_at(struct oops_parser *ps, size_t i)
{
	struct oops_build *b = ps->open[i];

	if (b->ev->kind && (b->ev->headless || (b->flags & OOPS_H_FAULT)))
		oops_headless_settle(b);
	if (b->ev->kind)
		oops_hardware_settle(b);
	settle_kind(b);

	ps->n_open--;
	memmove(&ps->open[i], &ps->open[i + 1], (ps->n_open - i) * sizeof(*ps->open));
	talloc_free(b);
}

static void close_all(struct oops_parser *ps)
{
	while (ps->n_open)
		close_at(ps, 0);
}

/* ---- opening ----------------------------------------------------------------------------- */

/*
 * The report that a line of the current record belongs to: of its caller, where both say who
 * prints; a stall's is printed by many. Without callers the last opened one.
 */
static struct oops_build *current(struct oops_parser *ps)
{
	const struct log_record *rec = ps->rec;

	for (size_t i = ps->n_open; i--;) {
		struct oops_build *b = ps->open[i];
		bool stall = b->ev->kind && b->ev->kind->outcome == OOPS_STALL;

		if (!rec->has_caller || !b->has_caller || b->caller == rec->caller_id || stall)
			return b;
	}
	return NULL;
}

static size_t index_of(const struct oops_parser *ps, const struct oops_build *b)
{
	size_t i = 0;

	while (ps->open[i] != b)
		i++;
	return i;
}

/* The path in the kernel's tree of one that begins with where it was built. */
static struct oops_span in_tree(struct oops_span s)
{
	static const char *const folders[] = {"arch/", "kernel/", "drivers/", "fs/", "mm/", "net/",
		"lib/", "block/", "sound/", "security/", "crypto/", "virt/", "init/", "include/"};
	const char *best = NULL, *end = s.p + s.len;

	if (!s.len || *s.p != '/')
		return s;
	for (const char *q = end; !best && q-- > s.p;)
		for (size_t i = 0; *q == '/' && !best && i < ARRAY_SIZE(folders); i++) {
			size_t n = strlen(folders[i]);

			if ((size_t)(end - q - 1) > n && memcmp(q + 1, folders[i], n) == 0)
				best = q + 1;
		}
	return best ? (struct oops_span){best, (size_t)(end - best)} : s;
}

static void fill_head(struct oops_build *b, const struct oops_header *h)
{
	const struct oops_span *f = h->m.f;
	struct oops_event *ev = b->ev;
	struct oops_frame_text place;

	if (f[OOPS_F_FUNC].p && !ev->named_function &&
		oops_frame_parse_place(
			f[OOPS_F_FUNC].p, f[OOPS_F_FUNC].p + f[OOPS_F_FUNC].len, true, &place)) {
		oops_build_set(b, &ev->named_function, place.function);
		oops_build_set(b, &ev->named_module, place.module);
	}
	ev->wide_address |= f[OOPS_F_ADDR].p && f[OOPS_F_ADDR].len == 16;
	oops_build_set_number(&ev->address, oops_span_hex(f[OOPS_F_ADDR]));
	oops_build_set_number(&ev->error_code, oops_span_hex(f[OOPS_F_ERR]));
	oops_build_set(b, &ev->access, f[OOPS_F_ACCESS]);
	if (!ev->file && f[OOPS_F_LINE].p) {
		oops_build_set(b, &ev->file, in_tree(f[OOPS_F_FILE]));
		oops_build_set_number(&ev->line, oops_span_dec(f[OOPS_F_LINE]));
	}
	oops_build_set_number(&ev->cpu, oops_span_dec(f[OOPS_F_CPU]));
	oops_build_set_number(&ev->bank, oops_span_dec(f[OOPS_F_BANK]));
	oops_build_set_number(&ev->pid, oops_span_dec(f[OOPS_F_PID]));
	oops_build_set_number(&ev->subject_pid, oops_span_dec(f[OOPS_F_SPID]));
	oops_build_set_number(&ev->duration_s, oops_span_dec(f[OOPS_F_SECS]));
	oops_build_set_number(&ev->trap_count, oops_span_dec(f[OOPS_F_COUNT]));
	oops_build_set(b, &ev->comm, f[OOPS_F_COMM]);
	oops_build_set(b, &ev->subject_comm, f[OOPS_F_SCOMM]);
	oops_build_set(b, &ev->object, f[OOPS_F_OBJ]);
	oops_build_set(b, &ev->named_driver, f[OOPS_F_MOD]);
	oops_build_set(b, &ev->reason, f[OOPS_F_REASON]);
}

/* When the last line of a report was printed. */
static void note_clock(struct oops_build *b, const struct log_record *rec)
{
	b->has_last_ts |= rec->has_ts;
	if (rec->has_ts)
		b->last_ts_ns = rec->ts_ns;
}

/* A boot of which the log has no first line. */
static bool begin_boot(struct oops_parser *ps)
{
	if (!oops_facts_begin(ps->log))
		return false;
	ps->log->n_boots++;
	ps->boot_events = 0;
	oops_boots_next(&ps->boots);
	ps->has_first_ts = false;
	return true;
}

/* A pattern may begin within a word: "nable to handle" is Unable's too. */
static size_t word_start(const char *line, size_t at)
{
	while (at && (line[at - 1] | 0x20) >= 'a' && (line[at - 1] | 0x20) <= 'z')
		at--;
	return at;
}

/* Without what stands at its end and is not seen. */
static size_t trimmed(const char *text, size_t len)
{
	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t' || text[len - 1] == '\r'))
		len--;
	return len;
}

/* A line that comes after a report's head; a panic that says that a report before it is why. */
static bool is_headless(const struct oops_header *h)
{
	if (h->kind->id == KIND_PANIC)
		return h->flags & OOPS_H_CONSEQUENCE;
	return (h->flags & OOPS_H_ORPHAN) &&
	       ((h->flags & OOPS_H_LOST) || !(h->flags & OOPS_H_UNPROVEN));
}

static struct oops_build *open_report(
	struct oops_parser *ps, const struct oops_header *h, const char *line, size_t len)
{
	size_t start = word_start(line, h->start);
	const struct log_record *rec = ps->rec;
	struct oops_build *b = talloc_zero(ps, struct oops_build);

	if (!b || !(b->ev = talloc_zero(b, struct oops_event))) {
		talloc_free(b);
		return NULL;
	}
	if (ps->n_open == CAP_OPEN_EVENTS) {
		ps->log->n_crowded++;
		close_at(ps, 0);
	}
	ps->open[ps->n_open++] = b;
	b->flags = h->flags;
	b->has_caller = b->ev->has_printer = rec->has_caller;
	b->caller = b->ev->printer = rec->caller_id;
	b->has_die = h->flags & OOPS_H_DIE;
	b->ev->boot = ps->log->boot;
	b->ev->kind = h->kind;
	b->ev->detector = h->detector;
	b->ev->headline = oops_build_text(b, line + start, trimmed(line + start, len - start));
	b->ev->first_line = b->ev->last_line = rec->seq;
	b->ev->text_line = rec->line;
	b->ev->ts_ns = rec->ts_ns;
	b->ev->has_ts = rec->has_ts;
	b->ev->unix_ns = rec->unix_ns;
	b->ev->has_unix = rec->has_unix;
	b->ev->wall = rec->wall[0] ? talloc_strdup(b->ev, rec->wall) : NULL;
	b->ev->has_year = rec->has_year;
	if (h->kind && (h->kind->traits & TRAIT_NAMES_CPU))
		b->ev->subject_cpu = oops_span_dec(h->m.f[OOPS_F_CPU]);
	if (ps->message_len)
		b->ev->message = oops_build_text(b, ps->message, ps->message_len);
	ps->message_len = 0;
	fill_head(b, h);
	b->ev->trouble = oops_boots_trouble(&ps->boots, b->ev, rec);
	oops_arch_hint_line(b, line + start, line + len);
	b->ev->fatal = h->flags & OOPS_H_PANIC;
	note_clock(b, rec);
	b->unproven = h->flags & OOPS_H_UNPROVEN;
	b->ev->headless = h->kind && is_headless(h);
	if (h->kind && !b->unproven)
		keep_build(ps, b);
	return b;
}

/* ---- joining ----------------------------------------------------------------------------- */

/* Whether a report's head is still being printed: nothing below it was seen. */
static bool in_head(const struct oops_build *b)
{
	return !b->ev->n_traces && !b->ev->ip.function && !b->ev->ip.has_address &&
	       !b->ev->n_regs && !b->ending;
}

/* Whether a die line may belong to the report: its own die line was not seen yet. */
static bool may_die(const struct oops_build *b)
{
	enum oops_outcome o = b->ev->kind ? b->ev->kind->outcome : OOPS_HANG;

	/* A report that is one line was whole before it, and one of no crash has none. */
	if (b->ev->kind && (b->ev->kind->traits & TRAIT_NO_CRASH))
		return false;
	if ((b->flags & (OOPS_H_ONE_LINE | OOPS_H_JOIN)) == OOPS_H_ONE_LINE)
		return false;
	return !b->has_die && !b->ending && !b->ev->n_traces && !b->ev->n_regs &&
	       (o == OOPS_OOPS || o == OOPS_PANIC || (b->flags & OOPS_H_JOIN));
}

/*
 * A symbolizer that unfolds inlined calls prints the header once for each of them: "BUG: KASAN:
 * use-after-free in f include/linux/x.h:12 [inline]", "... in g+0x1/0x2 file.c:34".
 */
static bool is_unfolded(const struct oops_event *ev)
{
	static const char inlined[] = "[inline]";
	size_t n = ev->headline ? strlen(ev->headline) : 0;

	return n >= sizeof(inlined) && strcmp(ev->headline + n - sizeof(inlined) + 1, inlined) == 0;
}

/*
 * Whether the record is printed too late for the report's head, whose lines follow each other at
 * once, or speaks of another CPU.
 */
static bool is_apart(
	const struct oops_build *b, const struct oops_header *h, const struct log_record *rec)
{
	struct vmt_u64 cpu = oops_span_dec(h->m.f[OOPS_F_CPU]);

	if (cpu.known && b->ev->cpu.known && cpu.v != b->ev->cpu.v)
		return true;
	return rec->has_ts && b->has_last_ts && rec->ts_ns > b->last_ts_ns &&
	       rec->ts_ns - b->last_ts_ns > MAX_WITHIN_HEAD_NS;
}

static bool may_join(
	const struct oops_build *b, const struct oops_header *h, const struct log_record *rec)
{
	bool stall = b->ev->kind && b->ev->kind->outcome == OOPS_STALL;

	if (h->flags & OOPS_H_STALL_MORE)
		return stall && b->ev->kind == h->kind;
	if (is_apart(b, h, rec))
		return false;
	if (h->flags & OOPS_H_DIE)
		return may_die(b);
	if (!b->ev->kind || !in_head(b))
		return false;
	if (b->ev->kind == h->kind && is_unfolded(b->ev))
		return true;
	if ((h->flags & OOPS_H_JOIN) && (b->ev->kind->traits & TRAIT_HARDWARE))
		return h->kind && (h->kind->traits & TRAIT_HARDWARE);
	if (h->flags & OOPS_H_JOIN)
		return (b->flags & OOPS_H_JOIN) || b->ev->kind == h->kind ||
		       b->ev->kind->outcome == OOPS_OOPS;
	/* The jump to a bad address is told before the fault that it makes. */
	if (b->ev->detector && h->detector && strcmp(b->ev->detector, "mmu") == 0 &&
		strcmp(h->detector, "mmu") == 0 && (b->flags & OOPS_H_JOIN))
		return true;
	/* The same report may be announced twice: "sysrq: Trigger a crash", then its panic. */
	return b->ev->kind == h->kind && (h->flags & OOPS_H_PANIC);
}

/* Whether a header names the kind better than the report's own did; the catch-all ones never do. */
static bool names_kind(const struct oops_build *b, const struct oops_header *h)
{
	const struct oops_kind *kind = b->ev->kind;

	if (!h->kind || (h->row->flags & OOPS_H_GENERIC) || (b->flags & OOPS_H_LOCKDEP))
		return false;
	if (h->kind->id == KIND_CORRECTED_ERROR && (kind->traits & TRAIT_HARDWARE))
		return !(h->row->flags & OOPS_H_ONE_LINE);
	return h->kind->id < kind->id || (kind->traits & TRAIT_CATCH_ALL);
}

static void join_report(struct oops_build *b, const struct oops_header *h)
{
	if (names_kind(b, h)) {
		b->ev->kind = h->kind;
		b->ev->detector = h->detector;
	}
	b->flags |= h->flags;
	b->has_die |= (h->flags & OOPS_H_DIE) != 0;
	fill_head(b, h);
}

/* Whether stamps of one sort say that the events are not of one time. */
static bool other_time(const struct oops_event *a, const struct oops_event *b)
{
	if (a->has_ts && b->has_ts)
		return a->ts_ns > b->ts_ns + MAX_WITHIN_HEAD_NS ||
		       b->ts_ns > a->ts_ns + MAX_WITHIN_HEAD_NS;
	if (a->has_unix && b->has_unix)
		return a->unix_ns != b->unix_ns;
	return a->wall && b->wall && strcmp(a->wall, b->wall) != 0;
}

/*
 * The kernel counts its oopses from 1: a second one that is the first, at another time, is of
 * another boot, whose own lines are not in the log. One of the same time is told again.
 */
static void split_by_count(struct oops_parser *ps, struct oops_build *b)
{
	struct oops_log *log = ps->log;

	if (!b->ev->trap_count.known || b->ev->trap_count.v != 1 || b->counted)
		return;
	b->counted = true;
	for (size_t i = ps->boot_events ? log->n_events : 0; i--;) {
		struct oops_event *ev = log->events[i];

		if (ev == b->ev || ev->boot != log->boot || !ev->trap_count.known)
			continue;
		if (other_time(ev, b->ev) && begin_boot(ps)) {
			b->ev->boot = log->boot;
			ps->boot_events = 1;
		}
		return;
	}
}

/* ---- panics ------------------------------------------------------------------------------ */

/* Whether the panic can follow from the report. */
static bool follows_from(const struct oops_header *h, const struct oops_event *ev, bool has_die)
{
	enum oops_outcome o = ev->kind->outcome;

	if (ev->kind == h->kind || (h->row->flags & OOPS_H_AFTER_ANY))
		return true;
	/* Where init or the idle task dies of an oops, that is the cause. */
	return has_die || o == OOPS_OOPS || (o == OOPS_PANIC && ev->kind->id != KIND_PANIC);
}

/*
 * The report of this boot that was printed last; whoever prints now printed it, or anybody.
 * One-line reports of others may stand inside it, so it need not be the last of the list.
 */
static struct oops_event *last_event(const struct oops_parser *ps, bool own)
{
	const struct oops_log *log = ps->log;
	const struct log_record *rec = ps->rec;
	struct oops_event *last = NULL;

	for (size_t i = ps->boot_events ? log->n_events : 0; i--;) {
		struct oops_event *ev = log->events[i];

		if (ev->boot != log->boot || rec->seq - ev->last_line >= PANIC_WITHIN_LINES ||
			(own && (!ev->has_printer || ev->printer != rec->caller_id)))
			continue;
		if (!last || ev->last_line > last->last_line)
			last = ev;
	}
	return last;
}

/* The last report of this boot of that kind; NULL: none that the panic can be of. */
static struct oops_event *last_of_kind(const struct oops_parser *ps, const struct oops_kind *kind)
{
	const struct oops_log *log = ps->log;

	for (size_t i = ps->boot_events ? log->n_events : 0; i--;) {
		struct oops_event *ev = log->events[i];

		if (ev->boot == log->boot && ev->kind == kind &&
			ps->rec->seq - ev->last_line < PANIC_WITHIN_LINES)
			return ev;
	}
	return NULL;
}

/*
 * The report that a panic may be the end of: of whoever prints now, else one of the kind that the
 * panic names, else the one that is being printed, or was printed last.
 */
static struct oops_event *ended_by_panic(
	const struct oops_parser *ps, const struct oops_header *h, const struct oops_build *b)
{
	bool open = b && b->ev->kind;
	struct oops_event *ev = NULL;

	if (ps->rec->has_caller && !(open && b->caller == ps->rec->caller_id))
		ev = last_event(ps, true);
	if (!ev && h->kind->outcome == OOPS_STALL)
		ev = last_of_kind(ps, h->kind);
	if (!ev && open)
		ev = b->ev;
	return ev ? ev : last_event(ps, false);
}

/* Returns whether the panic line was taken as the end of an earlier report. */
static bool take_panic(
	struct oops_parser *ps, const struct oops_header *h, const char *line, size_t len)
{
	struct oops_build *b = current(ps);
	struct oops_event *ev = ended_by_panic(ps, h, b);
	bool die = b && b->has_die;

	if (!ev)
		return false;
	if (h->flags & OOPS_H_CONSEQUENCE
			? !follows_from(h, ev, die)
			: !(die && h->kind->id == KIND_PANIC) && ev->kind != h->kind)
		return false;
	ev->fatal = true;
	if (!ev->reason)
		ev->reason = talloc_strndup(
			ev, line + h->start, trimmed(line + h->start, len - h->start));
	if (b && b->ev == ev)
		b->after_panic = true;
	return true;
}

/* ---- lines ------------------------------------------------------------------------------- */

/* Whether a report of this boot tells why it ended. */
static bool has_cause(const struct oops_parser *ps)
{
	const struct oops_log *log = ps->log;

	for (size_t i = ps->boot_events ? log->n_events : 0; i--;)
		if (log->events[i]->boot == log->boot &&
			(log->events[i]->fatal || log->events[i]->kind->weight >= WEIGHT_WARNING))
			return true;
	return false;
}

static void note_boot(struct oops_parser *ps)
{
	close_all(ps);
	ps->boots.explained = has_cause(ps);
	if (ps->boots.crashed && !ps->boots.capture_end)
		ps->boots.capture_end = ps->rec->seq;
	if (!ps->boots.explained && !ps->log->boot->capture &&
		oops_boots_is_reset(&ps->boots, ps->log, ps->rec)) {
		struct oops_header h = {.kind = oops_kind_row(KIND_UNEXPECTED_REBOOT)};
		struct oops_build *b = open_report(ps, &h, "unexpected kernel reboot", 24);

		if (b)
			b->ev->fatal = true;
		close_all(ps);
	}
	ps->boot_events = 0;
	oops_boots_next(&ps->boots);
	ps->new_boot = false;
}

/* Another boot began before this line, though its first lines are not in the log. */
static void take_new_boot(struct oops_parser *ps)
{
	if (!ps->new_boot)
		return;
	ps->new_boot = false;
	close_all(ps);
	begin_boot(ps);
}

/*
 * Whether the clock began anew: it stands near zero, or before the first line of this boot. Lines
 * of several CPUs may be a little out of order.
 */
static void watch_clock(struct oops_parser *ps)
{
	const struct log_record *rec = ps->rec;
	const struct oops_log *log = ps->log;

	if (!rec->has_ts)
		return;
	if (!ps->has_first_ts) {
		ps->first_ts_ns = rec->ts_ns;
		ps->has_first_ts = true;
	}
	if (log->has_last_ts && log->last_ts_ns > rec->ts_ns + NEW_CLOCK_NS &&
		(rec->ts_ns < NEW_CLOCK_NS || rec->ts_ns + NEW_CLOCK_NS < ps->first_ts_ns)) {
		ps->new_boot = true;
		ps->first_ts_ns = rec->ts_ns;
	}
}

/* The task of the report that was printed last had its oops while it was exiting. */
static void note_recursion(const struct oops_parser *ps)
{
	struct oops_event *ev = ps->rec->has_caller ? last_event(ps, true) : NULL;

	if (!ev)
		ev = last_event(ps, false);
	if (ev)
		ev->recursive = true;
}

/*
 * The kernel that boots here takes a dump: the one before it crashed, and was not reset. Without
 * one before it, this machine did all the same.
 */
static void note_capture(struct oops_parser *ps, const char *line, size_t len)
{
	struct oops_log *log = ps->log;
	struct oops_event *last = log->n_events ? log->events[log->n_events - 1] : NULL;
	struct oops_boots *boots = &ps->boots;

	if (log->boot->capture)
		return;
	oops_facts_capture(log);
	if (boots->explained || boots->crashed)
		return;
	boots->crashed = log->before ? log->before : log->boot;
	boots->crashed->kept = true;
	if (last && last->kind->id == KIND_UNEXPECTED_REBOOT && last->boot != log->boot &&
		last->last_line >= log->boot->first_line) {
		talloc_free(last);
		log->n_events--;
	}
	boots->capture = talloc_strndup(ps, line, len < 200 ? len : 200);
	boots->capture_seq = ps->rec->seq;
}

static void take_fact(
	struct oops_parser *ps, const struct oops_header *h, const char *line, size_t len)
{
	enum oops_fact fact = h->row->fact;
	struct oops_build *b = current(ps);

	if (b && (b->flags & OOPS_H_BANNER) && !b->n_frames && fact == OOPS_FACT_BOOT) {
		b->flags &= ~(unsigned)OOPS_H_BANNER;
		return;
	}
	if (fact == OOPS_FACT_BOOT)
		note_boot(ps);
	/* Where the hypervisor stopped, that is why the next boot follows. */
	if (fact == OOPS_FACT_SHUTDOWN || fact == OOPS_FACT_OTHER_SYSTEM)
		ps->boots.clean_end = true;
	if (fact == OOPS_FACT_BOOT_MARK)
		ps->boots.marked = ps->new_boot = true;
	if (fact == OOPS_FACT_RECURSIVE)
		note_recursion(ps);
	oops_facts_take(ps->log, h);
	if (fact == OOPS_FACT_BOOT)
		ps->log->boot->first_line = ps->rec->seq;
	if (fact == OOPS_FACT_CAPTURE ||
		(fact == OOPS_FACT_COMMAND_LINE && oops_find(line, line + len, "elfcorehdr=")))
		note_capture(ps, line, len);
}

static bool is_proven(const struct oops_build *b)
{
	if (b->flags & OOPS_H_LOST)
		return oops_headless_is_proven(b);
	return b->has_cpu_line && b->n_frames;
}

static void take_body(struct oops_parser *ps, const char *line, size_t len)
{
	struct oops_build *b = current(ps);

	if (!b)
		return;
	if (oops_body_line(b, line, len)) {
		b->ev->last_line = ps->rec->seq;
		note_clock(b, ps->rec);
		b->foreign = 0;
		ps->last_report = ps->rec->seq;
		ps->has_report = true;
		if (ps->rec->gap && b->trace)
			b->trace->cut = true;
		if (b->unproven && is_proven(b))
			keep_build(ps, b);
	} else {
		b->foreign++;
	}
	if (b->ending || b->foreign > (b->unproven ? MAX_UNPROVEN : MAX_FOREIGN))
		close_at(ps, index_of(ps, b));
}

/* Whether a report may be near that the line belongs to. */
static bool is_near_report(const struct oops_parser *ps)
{
	return ps->has_report && ps->rec->seq - ps->last_report < MAX_FOREIGN;
}

/* A line of a report that nothing announced: its head may be lost. */
static void open_headless(struct oops_parser *ps, const char *line, size_t len)
{
	struct oops_header h = {.kind = oops_kind_row(KIND_OOPS),
		.flags = OOPS_H_LOST | OOPS_H_ORPHAN | OOPS_H_UNPROVEN};

	while (h.start < len && line[h.start] == ' ')
		h.start++;
	if (open_report(ps, &h, line, len < MAX_HEADLINE ? len : MAX_HEADLINE))
		take_body(ps, line, len);
}

/* A panic that names a stall or the hardware says what the report before it was about. */
static void take_end_kind(struct oops_build *b, const struct oops_header *h)
{
	const struct oops_kind *kind = h->kind;

	if (!(h->flags & OOPS_H_PANIC) || !kind || kind->id == KIND_INIT_KILLED ||
		(kind->outcome != OOPS_STALL && kind->outcome != OOPS_PANIC) ||
		kind->id == KIND_PANIC)
		return;
	b->ev->kind = kind;
	b->ev->detector = h->detector;
	b->ev->kind_by = "the panic that it ended in";
}

/* What the header is to a report that is not proven: its end, its proof or a line of its body. */
static struct oops_build *meet_header(
	struct oops_parser *ps, struct oops_build *b, const struct oops_header *h)
{
	bool lost = b->flags & OOPS_H_LOST;

	if (lost && ((h->flags & OOPS_H_DIE) ? may_die(b)
					     : (h->flags & OOPS_H_CONSEQUENCE) &&
						       (b->n_frames || b->kasan_map))) {
		keep_build(ps, b);
		take_end_kind(b, h);
		return b;
	}
	if ((h->flags & OOPS_H_ORPHAN) && !(lost && (h->flags & OOPS_H_NO_CRASH)))
		return b;
	close_at(ps, index_of(ps, b));
	return current(ps);
}

static void take_header(
	struct oops_parser *ps, const struct oops_header *h, const char *line, size_t len)
{
	struct oops_build *b;

	/* Where a trace ends that nothing announced, what the interrupt met is no report. */
	if ((h->flags & OOPS_H_ORPHAN) && ps->after_irq && ps->rec->seq == ps->after_irq &&
		!ps->n_open)
		return;
	take_new_boot(ps);
	b = current(ps);
	if (b && b->unproven)
		b = meet_header(ps, b, h);
	if (h->flags & OOPS_H_ORPHAN) {
		/* Only where nothing that could have printed it is near. */
		if (b || (!(h->flags & OOPS_H_NO_CRASH) && is_near_report(ps))) {
			take_body(ps, line, len);
			return;
		}
	}
	if ((h->flags & OOPS_H_PANIC) && take_panic(ps, h, line, len)) {
		ps->last_report = ps->rec->seq;
		return;
	}
	if (b && may_join(b, h, ps->rec)) {
		join_report(b, h);
		oops_arch_hint_line(b, line + word_start(line, h->start), line + len);
		note_clock(b, ps->rec);
		split_by_count(ps, b);
		return;
	}
	/* A stall's own parts that look like headers of others. */
	if (b && (h->flags & OOPS_H_STALL_MORE))
		return;
	if (b && (h->flags & OOPS_H_ONE_LINE)) {
		if (open_report(ps, h, line, len))
			close_at(ps, ps->n_open - 1);
		return;
	}
	if (b && (!b->has_caller || b->caller == ps->rec->caller_id || b->ending))
		close_at(ps, index_of(ps, b));
	b = open_report(ps, h, line, len);
	if (b)
		split_by_count(ps, b);
	if (b && (h->flags & (OOPS_H_ORPHAN | OOPS_H_UNPROVEN)) == OOPS_H_ORPHAN)
		oops_body_line(b, line, len);
	ps->last_report = ps->rec->seq;
	ps->has_report = true;
}

static bool is_cut_here(const char *line, size_t len)
{
	static const char cut[] = "[ cut here ]";

	return len > 20 && len < 80 && line[0] == '-' &&
	       memmem(line, len, cut, sizeof(cut) - 1) != NULL;
}

static bool ends_irq(const char *line, size_t len)
{
	static const char mark[] = "</IRQ>";

	return len >= sizeof(mark) - 1 && len < 16 && memmem(line, len, mark, sizeof(mark) - 1);
}

static void take_line(struct oops_parser *ps, const char *line, size_t len)
{
	struct oops_header h;
	struct oops_build *b;

	if (oops_debugger_line(ps->debugger, ps->rec, line, len))
		return;
	if (ends_irq(line, len))
		ps->after_irq = ps->rec->seq + 1;
	if (len < MIN_LINE) {
		if (ps->n_open)
			take_body(ps, line, len);
		return;
	}
	if (is_cut_here(line, len)) {
		b = current(ps);
		if (b && !in_head(b))
			close_at(ps, index_of(ps, b));
		ps->after_cut = true;
		ps->message_len = 0;
		return;
	}
	if (oops_headers_find(ps->headers, line, len, &h) &&
		((h.flags & OOPS_H_FACT) || !oops_header_is_quoted(line, h.start))) {
		ps->after_cut = false;
		if (h.flags & OOPS_H_FACT)
			take_fact(ps, &h, line, len);
		else
			take_header(ps, &h, line, len);
		/* What a driver says of its device is evidence for what comes after, too. */
		if (h.kind && h.kind->id == KIND_DEVICE_HANG)
			oops_boots_line(&ps->boots, ps->rec, line, len);
		return;
	}
	oops_boots_line(&ps->boots, ps->rec, line, len);
	if (ps->after_cut) {
		ps->message_len = len < sizeof(ps->message) ? len : sizeof(ps->message);
		memcpy(ps->message, line, ps->message_len);
		ps->after_cut = false;
	}
	if (ps->n_open)
		take_body(ps, line, len);
	else if (!is_near_report(ps) && oops_headless_opens(line, len))
		open_headless(ps, line, len);
}

int oops_parser_feed(void *parser, const struct log_record *rec)
{
	struct oops_parser *ps = parser;
	const char *p = rec->text, *end = rec->text + rec->len;

	ps->rec = rec;
	ps->seq = rec->seq;
	watch_clock(ps);
	ps->log->n_records++;
	ps->log->n_long += rec->capped;
	ps->boots.torn |= rec->torn;
	do {
		const char *nl = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
		const char *stop = nl ? nl : end;

		take_line(ps, p, (size_t)(stop - p));
		p = nl ? nl + 1 : end;
	} while (p < end);
	if (rec->has_ts) {
		ps->log->last_ts_ns = rec->ts_ns;
		ps->log->has_last_ts = true;
	}
	if (rec->has_unix) {
		ps->log->last_unix_ns = rec->unix_ns;
		ps->log->has_last_unix = true;
	}
	if (rec->host && !ps->log->hostname)
		ps->log->hostname = talloc_strndup(ps->log, rec->host, rec->host_len);
	ps->rec = NULL;
	return 0;
}

void oops_parser_program(void *parser, const struct log_record *rec)
{
	struct oops_parser *ps = parser;
	struct oops_header h;

	ps->boots.programs = true;
	ps->boots.torn |= rec->torn;
	if (oops_headers_find(ps->headers, rec->text, rec->len, &h) && !h.kind && h.row &&
		h.row->fact == OOPS_FACT_SHUTDOWN)
		ps->boots.clean_end = true;
}

bool oops_parser_idle(const void *parser)
{
	const struct oops_parser *ps = parser;

	/* What was pasted may begin inside of a trace. */
	return ps->seq > MAX_FOREIGN && !ps->n_open && !ps->after_cut && !ps->message_len &&
	       !oops_debugger_busy(ps->debugger) &&
	       (!ps->has_report || ps->seq - ps->last_report > PANIC_WITHIN_LINES);
}

size_t oops_parser_ahead(const void *parser, const char *text, size_t len)
{
	const struct oops_parser *ps = parser;

	return oops_headers_ahead(ps->headers, text, len);
}

/* The report of the kernel itself that a debugger's output is about. */
static struct oops_event *own_report(const struct oops_log *log)
{
	for (size_t i = 0; i < log->n_events; i++)
		if (log->events[i]->fatal || log->events[i]->kind->weight == WEIGHT_DEATH)
			return log->events[i];
	return NULL;
}

static void take_debugger(struct oops_parser *ps)
{
	struct log_record rec = {0};
	const char *panic = oops_debugger_panic(ps->debugger, &rec.seq);
	struct oops_event *ev = own_report(ps->log);

	if (!ev && panic) {
		ps->rec = &rec;
		take_line(ps, panic, strlen(panic));
		ps->rec = NULL;
		close_all(ps);
		ev = own_report(ps->log);
	}
	oops_debugger_facts(ps->debugger, ps->log);
	if (ev) {
		oops_debugger_join(ps->debugger, ev);
	} else if ((ev = oops_debugger_event(ps->debugger))) {
		ev->boot = ps->log->boot;
		keep_event(ps, ev);
	}
}

/* A crash of which nothing is in the log but the start of the kernel that takes its dump. */
static void take_capture(struct oops_parser *ps)
{
	struct oops_header h = {.kind = oops_kind_row(KIND_REASON_LOST)};
	struct oops_boots *boots = &ps->boots;
	struct log_record rec = {.seq = boots->capture_seq};
	struct oops_log *log = ps->log;
	struct oops_build *b;

	if (!boots->crashed)
		return;
	for (size_t i = 0; i < log->n_events; i++)
		if (log->events[i]->first_line > boots->capture_seq &&
			(!boots->capture_end || log->events[i]->first_line < boots->capture_end) &&
			(log->events[i]->fatal || log->events[i]->kind->weight >= WEIGHT_REPORT))
			return;
	ps->rec = &rec;
	b = open_report(ps, &h, boots->capture, strlen(boots->capture));
	if (b) {
		b->ev->boot = boots->crashed;
		b->ev->fatal = true;
	}
	close_all(ps);
	ps->rec = NULL;
}

bool oops_parser_is_header(const struct oops_parser *ps, const char *p, size_t len, size_t *at)
{
	struct oops_header h;
	bool found = len >= MIN_LINE &&
		     (is_cut_here(p, len) || oops_headers_find(ps->headers, p, len, &h));

	*at = found && !is_cut_here(p, len) ? word_start(p, h.start) : 0;
	return found;
}

int oops_parser_finish(
	struct oops_parser *ps, TALLOC_CTX *ctx, struct oops_log **ret, struct vmt_err *err)
{
	(void)err;
	close_all(ps);
	take_debugger(ps);
	take_capture(ps);
	oops_facts_finish(ps->log);
	*ret = talloc_steal(ctx, ps->log);
	ps->log = NULL;
	return 0;
}
