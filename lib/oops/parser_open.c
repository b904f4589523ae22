// SPDX-License-Identifier: GPL-3.0-or-later
/* Opens reports, joins further headers to them, and closes them. */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/boot_id.h"
#include "oops/arch_hint.h"
#include "oops/drop.h"
#include "oops/facts.h"
#include "oops/hardware.h"
#include "oops/headless.h"
#include "oops/parser_internal.h"
#include "oops/cited.h"

/* The lines of a report's head follow each other at once, also on a slow console. */
#define MAX_WITHIN_HEAD_NS 1000000000u

/* ---- the list of events ------------------------------------------------------------------ */

void oops_parser_keep_event(struct oops_parser *ps, struct oops_event *ev)
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

void oops_parser_keep_build(struct oops_parser *ps, struct oops_build *b)
{
	b->unproven = false;
	oops_parser_keep_event(ps, b->ev);
	ps->boot_events++;
}

/* If the message does not say NULL, the address does. */
static void settle_kind(struct oops_build *b)
{
	struct oops_event *ev = b->ev;

	if (!(b->flags & OOPS_H_LOW_IS_NULL) || !ev->address.known ||
		ev->address.v >= OOPS_MIN_ADDRESS)
		return;
	if (ev->kind && (ev->kind->traits & TRAIT_LOW_IS_NULL))
		ev->kind = oops_kind_row(KIND_NULL_DEREF);
}

/* Nothing proves that a report printed this trace: it may be of a task that only waits. */
static void keep_bare(struct oops_parser *ps, struct oops_build *b)
{
	const struct oops_event *ev = b->ev;
	bool main = oops_build_has_main(b) && ev->traces[0].n_frames > 1;

	if (!ps->log->bare && b->unproven && (b->flags & OOPS_H_LOST) && main)
		ps->log->bare = talloc_steal(ps->log, b->ev);
}

/* Forgets a report that somebody only spoke of. */
static void drop_cited(struct oops_parser *ps, const struct oops_event *ev)
{
	struct oops_log *log = ps->log;

	for (size_t i = log->n_events; i--;)
		if (log->events[i] == ev) {
			oops_drop_at(log, i);
			ps->boot_events -= ps->boot_events > 0;
			return;
		}
}

void oops_parser_close_at(struct oops_parser *ps, size_t i)
{
	struct oops_build *b = ps->open[i];

	if (b->ev->kind && (b->ev->headless || (b->flags & OOPS_H_FAULT) ||
				   b->ev->kind->id == KIND_INVALID_OPCODE))
		oops_headless_settle(b);
	if (b->ev->kind)
		oops_hardware_settle(b);
	settle_kind(b);
	if (b->unproven && !ps->log->arch_beside)
		ps->log->arch_beside = oops_facts_arch(b->ev);

	if (b->cited && b->ev->last_line == b->ev->first_line)
		drop_cited(ps, b->ev);
	else
		keep_bare(ps, b);
	ps->n_open--;
	memmove(&ps->open[i], &ps->open[i + 1], (ps->n_open - i) * sizeof(*ps->open));
	talloc_free(b);
}

void oops_parser_close_all(struct oops_parser *ps)
{
	while (ps->n_open)
		oops_parser_close_at(ps, 0);
}

/* ---- opening ----------------------------------------------------------------------------- */

/*
 * The report that a line of the current record belongs to: the one of the same caller, if both
 * have a caller id, or else a stall's, which many CPUs print. Otherwise the one opened last.
 */
struct oops_build *oops_parser_current(struct oops_parser *ps)
{
	const struct log_record *rec = ps->rec;

	for (size_t i = rec->has_caller ? ps->n_open : 0; i--;)
		if (ps->open[i]->has_caller && ps->open[i]->caller == rec->caller_id)
			return ps->open[i];
	for (size_t i = ps->n_open; i--;) {
		struct oops_build *b = ps->open[i];
		bool stall = b->ev->kind && b->ev->kind->outcome == OOPS_STALL;

		if (!rec->has_caller || !b->has_caller || b->caller == rec->caller_id || stall)
			return b;
	}
	return NULL;
}

size_t oops_parser_index_of(const struct oops_parser *ps, const struct oops_build *b)
{
	size_t i = 0;

	while (ps->open[i] != b)
		i++;
	return i;
}

/* The last place at which one of the folders follows a slash; NULL: none does. */
static const char *last_folder(struct oops_span s, const char *const *folders, size_t n)
{
	for (const char *q = s.p + s.len; q-- > s.p;)
		for (size_t i = 0; *q == '/' && i < n; i++) {
			size_t len = strlen(folders[i]), left = (size_t)(s.p + s.len - q - 1);

			if (left > len && memcmp(q + 1, folders[i], len) == 0)
				return q + 1;
		}
	return NULL;
}

/*
 * Strips the build directory from an absolute path. Some folders have others in them whose
 * names are also at the top of the tree: drivers/net/, arch/x86/kernel/.
 */
static struct oops_span in_tree(struct oops_span s)
{
	static const char *const outer[] = {"arch/", "drivers/", "sound/", "include/"};
	static const char *const inner[] = {"kernel/", "fs/", "mm/", "net/", "lib/", "block/",
		"security/", "crypto/", "virt/", "init/"};
	const char *at;

	if (!s.len || *s.p != '/')
		return s;
	at = last_folder(s, outer, ARRAY_SIZE(outer));
	if (!at)
		at = last_folder(s, inner, ARRAY_SIZE(inner));
	return at ? (struct oops_span){at, (size_t)(s.p + s.len - at)} : s;
}

/* "mpt3sas_cm0": that driver's name for its first controller. */
static struct oops_span without_instance(struct oops_span driver)
{
	size_t n = driver.len;

	while (n && ascii_is_digit(driver.p[n - 1]))
		n--;
	if (n > 3 && n < driver.len && memcmp(driver.p + n - 3, "_cm", 3) == 0)
		driver.len = n - 3;
	return driver;
}

/* Whoever shortened the text may have left only dots of a name. */
static bool is_left_out(struct oops_span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] != '.')
			return false;
	return true;
}

/* To 4.15 the stack protector gave the address of the function, and not its name. */
static bool is_address(struct oops_span name)
{
	size_t n = 0;

	while (n < name.len && ascii_hex(name.p[n]) >= 0)
		n++;
	return n == name.len && (n == 8 || n == 16);
}

static void fill_head(struct oops_build *b, const struct oops_header *h)
{
	const struct oops_span *f = h->m.f;
	struct oops_event *ev = b->ev;
	struct oops_frame_text place;

	if (f[OOPS_F_FUNC].p && !ev->named_function &&
		oops_frame_parse_place(f[OOPS_F_FUNC].p, f[OOPS_F_FUNC].p + f[OOPS_F_FUNC].len,
			OOPS_NAME_ALONE, &place) &&
		!is_left_out(place.function) && !is_address(place.function)) {
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
	oops_build_set(b, &ev->named_driver, without_instance(f[OOPS_F_MOD]));
	oops_build_set(b, &ev->reason, f[OOPS_F_REASON]);
}

/* Notes when the last line of a report was printed. */
void oops_parser_note_clock(struct oops_build *b, const struct log_record *rec)
{
	b->has_last_ts |= rec->has_ts;
	if (rec->has_ts)
		b->last_ts_ns = rec->ts_ns;
}

/* A pattern may begin inside a word: "nable to handle" matches "Unable", too. */
size_t oops_parser_word_start(const char *line, size_t at)
{
	while (at && (line[at - 1] | 0x20) >= 'a' && (line[at - 1] | 0x20) <= 'z')
		at--;
	return at;
}

/* The length without trailing blanks. */
size_t oops_parser_trimmed(const char *text, size_t len)
{
	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t' || text[len - 1] == '\r'))
		len--;
	return len;
}

/* A line that follows the head of a report, or a panic that says that an earlier report caused it.
 */
static bool is_headless(const struct oops_header *h)
{
	if (h->kind->id == KIND_PANIC)
		return h->flags & OOPS_H_CONSEQUENCE;
	return (h->flags & OOPS_H_ORPHAN) &&
	       ((h->flags & OOPS_H_LOST) || !(h->flags & OOPS_H_UNPROVEN));
}

/* Whether the kernel prints a header that begins so at the start of a line. */
static bool starts_line(const char *header, size_t len)
{
	static const char *const firsts[] = {"Kernel panic", "BUG: ", "kernel BUG at ", "INFO: "};

	for (size_t i = 0; i < ARRAY_SIZE(firsts); i++) {
		size_t n = strlen(firsts[i]);

		if (len > n && memcmp(header, firsts[i], n) == 0)
			return true;
	}
	return false;
}

/* x86_64 to 2.6.24: "... at 0000000000000018 RIP:" and the place in the line below. */
static bool ends_in_rip(const char *headline)
{
	static const char rip[] = " RIP:";
	size_t n = headline ? strlen(headline) : 0;

	return n >= sizeof(rip) && strcmp(headline + n - sizeof(rip) + 1, rip) == 0;
}

struct oops_build *oops_parser_open_report(
	struct oops_parser *ps, const struct oops_header *h, const char *line, size_t len)
{
	size_t start = oops_parser_word_start(line, h->start);
	const struct log_record *rec = ps->rec;
	struct oops_build *b = talloc_zero(ps, struct oops_build);

	if (!b || !(b->ev = talloc_zero(b, struct oops_event))) {
		talloc_free(b);
		return NULL;
	}
	if (ps->n_open == CAP_OPEN_EVENTS) {
		ps->log->n_crowded++;
		oops_parser_close_at(ps, 0);
	}
	ps->open[ps->n_open++] = b;
	b->flags = h->flags;
	b->has_caller = b->ev->has_printer = rec->has_caller;
	b->caller = b->ev->printer = rec->caller_id;
	b->has_die = h->flags & OOPS_H_DIE;
	b->ev->boot = ps->log->boot;
	b->ev->kind = h->kind;
	b->ev->detector = h->detector;
	b->ev->headline =
		oops_build_text(b, line + start, oops_parser_trimmed(line + start, len - start));
	b->ev->first_line = b->ev->last_line = rec->seq;
	b->ev->end_line = rec->seq + rec->more;
	b->ev->text_line = rec->line;
	b->ev->ts_ns = rec->ts_ns;
	b->ev->has_ts = rec->has_ts;
	b->ev->unix_ns = rec->unix_ns;
	b->ev->has_unix = rec->has_unix;
	b->ev->boot_id = boot_id_text(b->ev, rec->boot_id);
	b->ev->wall = rec->wall[0] ? talloc_strdup(b->ev, rec->wall) : NULL;
	b->ev->has_year = rec->has_year;
	if (h->kind && (h->kind->traits & TRAIT_NAMES_CPU))
		b->ev->subject_cpu = oops_span_dec(h->m.f[OOPS_F_CPU]);
	if (ends_in_rip(b->ev->headline))
		b->want = OOPS_WANT_IP;
	if (ps->message_len)
		b->ev->message = oops_build_text(b, ps->message, ps->message_len);
	ps->message_len = 0;
	fill_head(b, h);
	b->ev->trouble = oops_boots_trouble(&ps->boots, b->ev, rec);
	oops_arch_hint_line(b, line + start, line + len);
	if (h->kind && h->kind->outcome == OOPS_WARNING)
		oops_warning_taint(b, line, line + len);
	b->ev->fatal = h->flags & OOPS_H_PANIC;
	oops_parser_note_clock(b, rec);
	oops_memory_attach(ps, b->ev);
	b->unproven = h->flags & OOPS_H_UNPROVEN;
	b->cited = oops_cited_is(line, len, start);
	b->ev->in_sentence =
		starts_line(line + start, len - start) && oops_cited_in_sentence(line, start);
	b->ev->headless = h->kind && is_headless(h);
	if (h->kind && !b->unproven)
		oops_parser_keep_build(ps, b);
	return b;
}

/* ---- joining ----------------------------------------------------------------------------- */

/* Whether a report's head is still being printed: no line after it was seen. */
bool oops_parser_in_head(const struct oops_build *b)
{
	return !b->ev->n_traces && !b->ev->ip.function && !b->ev->ip.has_address &&
	       !b->ev->n_regs && !b->ending;
}

/* Whether a die line may belong to the report: its own die line was not seen yet. */
bool oops_parser_may_die(const struct oops_build *b)
{
	enum oops_outcome o = b->ev->kind ? b->ev->kind->outcome : OOPS_HANG;

	/* A one-line report is already complete, and one that is no crash has no die line. */
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
 * Whether the record was printed too late for the report's head, whose lines follow each other at
 * once, or is about another CPU.
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

/* Up to 3.18 the stuck CPU and another one may both print the first line of one RCU stall. */
static bool is_noticed_twice(const struct oops_build *b, const struct oops_header *h)
{
	return h->kind->id == KIND_RCU_STALL && !b->n_frames;
}

/* Where a CPU has no instruction for it, BUG() writes to address 0 after its message: old arm. */
static bool is_bugs_own_fault(const struct oops_build *b, const struct oops_header *h)
{
	const struct oops_event *ev = b->ev;
	struct vmt_u64 address = oops_span_hex(h->m.f[OOPS_F_ADDR]);

	return ev->kind && ev->kind->id == KIND_KERNEL_BUG && h->kind &&
	       h->kind->id == KIND_NULL_DEREF && address.known && !address.v && !b->has_die &&
	       ev->first_line == ev->last_line && !b->foreign && oops_parser_in_head(b);
}

bool oops_parser_may_join(
	const struct oops_build *b, const struct oops_header *h, const struct log_record *rec)
{
	bool stall = b->ev->kind && b->ev->kind->outcome == OOPS_STALL;

	if (h->flags & OOPS_H_STALL_MORE)
		return stall && b->ev->kind == h->kind;
	if (is_apart(b, h, rec))
		return false;
	if (is_bugs_own_fault(b, h))
		return true;
	if (h->flags & OOPS_H_DIE)
		return oops_parser_may_die(b);
	if (!b->ev->kind || !oops_parser_in_head(b))
		return false;
	if (b->ev->kind == h->kind && (is_unfolded(b->ev) || is_noticed_twice(b, h)))
		return true;
	if ((h->flags & OOPS_H_JOIN) && (b->ev->kind->traits & TRAIT_HARDWARE))
		return h->kind && (h->kind->traits & TRAIT_HARDWARE);
	if (h->flags & OOPS_H_JOIN)
		return (b->flags & OOPS_H_JOIN) || b->ev->kind == h->kind ||
		       b->ev->kind->outcome == OOPS_OOPS;
	/* A jump to a bad address is reported before the fault that it causes. */
	if (b->ev->detector && h->detector && strcmp(b->ev->detector, "mmu") == 0 &&
		strcmp(h->detector, "mmu") == 0 && (b->flags & OOPS_H_JOIN))
		return true;
	/* The same report may be announced twice: "sysrq: Trigger a crash", then its panic. */
	return b->ev->kind == h->kind && (h->flags & OOPS_H_PANIC);
}

/* Whether a header names the kind better than the report's own did. Generic ones never do. */
static bool names_kind(const struct oops_build *b, const struct oops_header *h)
{
	const struct oops_kind *kind = b->ev->kind;

	if (!h->kind || (h->row->flags & OOPS_H_GENERIC) || (b->flags & OOPS_H_LOCKDEP))
		return false;
	if (h->kind->id == KIND_CORRECTED_ERROR && (kind->traits & TRAIT_HARDWARE))
		return !(h->row->flags & OOPS_H_ONE_LINE);
	return h->kind->id < kind->id || (kind->traits & TRAIT_CATCH_ALL);
}

void oops_parser_join_report(struct oops_build *b, const struct oops_header *h)
{
	if (is_bugs_own_fault(b, h)) {
		b->flags |= h->flags;
		return;
	}
	if (names_kind(b, h)) {
		b->ev->kind = h->kind;
		b->ev->detector = h->detector;
	}
	b->flags |= h->flags;
	b->has_die |= (h->flags & OOPS_H_DIE) != 0;
	fill_head(b, h);
}

/* Whether time stamps of the same sort show that the events happened at different times. */
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
 * The kernel counts its oopses from 1. A second oops with number 1 at another time belongs to
 * another boot, whose first lines are not in the log. One at the same time is a repetition.
 */
void oops_parser_split_by_count(struct oops_parser *ps, struct oops_build *b)
{
	struct oops_log *log = ps->log;

	if (!b->ev->trap_count.known || b->ev->trap_count.v != 1 || b->counted)
		return;
	b->counted = true;
	for (size_t i = ps->boot_events ? log->n_events : 0; i--;) {
		struct oops_event *ev = log->events[i];

		if (ev == b->ev || ev->boot != log->boot || !ev->trap_count.known)
			continue;
		if (other_time(ev, b->ev) && oops_parser_begin_boot(ps)) {
			b->ev->boot = log->boot;
			ps->boot_events = 1;
		}
		return;
	}
}
