// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The judged report is the one that the machine died of, not one that it survived: a stall, a
 * warning or a corrected error may be logged days before the end. Memory corruption is different,
 * because the machine may die of it much later. Without a death the first report counts, because
 * the later ones may be its consequences, unless it is only a remark and something worse follows.
 * If there are several boots, the newest death is judged.
 */
#include "triage/select.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "triage/blame.h"

/* Stalls of one kind are one stall while they repeat: hung tasks are reported every two minutes. */
#define REPEATS_NS 600000000000ll

/*
 * What follows a report within this time may be its consequence: the machine did not survive the
 * report.
 */
#define MOMENT_NS 1000000000ll

/* A user who forces a crash because the machine hangs does not wait longer than this. */
#define ASKED_NS 3600000000000ll

bool select_is_no_crash(const struct oops_event *ev)
{
	return (ev->kind->traits & TRAIT_NO_CRASH) && !ev->fatal;
}

static const struct {
	const char *id, *reason;
} rules[] = {
	{"first-report", "it is the first, and the others may be its consequences"},
	{"only-report", "it is the only report of the log"},
	{"first-of-boot", "it is the first of its boot, and the others may be its consequences"},
	{"only-of-boot", "it is the only report of its boot"},
	{"after-head", "before it there is only the first line of a report"},
	{"after-remark", "the reports before it are normal under load"},
	{"after-warning", "the kernel survived the warnings before it and died of this one"},
	{"after-stall", "the machine survived the stalls before it and died of this one"},
	{"after-survived",
		"the kernel survived the hardware errors before it and died of this one"},
	{"damage-first", "it found damaged memory, and the crash after it may be a consequence"},
	{"at-once", "the crash followed at once and may be a consequence"},
	{"asked-for", "the crash after it was requested, perhaps because of it"},
	{"worse", "the reports before it are less serious"},
};

const char *select_rule(size_t i)
{
	return i < ARRAY_SIZE(rules) ? rules[i].id : NULL;
}

const char *select_reason(const char *rule)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (strcmp(rules[i].id, rule) == 0)
			return rules[i].reason;
	return NULL;
}

/* ---- one boot ---------------------------------------------------------------------------- */

/* Events of one boot, in order. */
struct run {
	const struct oops_event *const *log; /* all events of the log */
	const size_t *at;		     /* indexes into it */
	size_t n;
};

static const struct oops_event *event_of(const struct run *r, size_t i)
{
	return r->log[r->at[i]];
}

/* Whether more than its first line was logged. */
static bool has_body(const struct oops_event *ev)
{
	return ev->last_line > ev->first_line || ev->fatal;
}

/* Whether b followed a within that time, as far as their time stamps show. Without stamps: true. */
static bool within(const struct oops_event *a, const struct oops_event *b, int64_t ns)
{
	if (a->has_ts && b->has_ts)
		return b->ts_ns < a->ts_ns || b->ts_ns - a->ts_ns <= (uint64_t)ns;
	if (a->has_unix && b->has_unix)
		return b->unix_ns - a->unix_ns <= ns;
	return true;
}

/*
 * A head without a body may be a user's description of the crash. It yields to a full report of its
 * kind. If the head has no time stamp and the full report has one, it yields to any kind.
 */
static bool is_told_again(const struct run *r, size_t i)
{
	const struct oops_event *head = event_of(r, i), *ev;
	bool stamped = head->has_ts || head->has_unix;

	for (size_t k = i + 1; k < r->n; k++) {
		ev = event_of(r, k);
		if (has_body(ev) && ev->kind->weight >= WEIGHT_STALL &&
			(ev->kind == head->kind || (!stamped && (ev->has_ts || ev->has_unix))))
			return true;
	}
	return false;
}

/* Whether b certainly followed a at once: only if time stamps prove it. */
static bool at_once(const struct oops_event *a, const struct oops_event *b)
{
	bool stamped = (a->has_ts && b->has_ts) || (a->has_unix && b->has_unix);

	return stamped && within(a, b, MOMENT_NS);
}

static bool outlived(const struct oops_event *a, const struct oops_event *b)
{
	bool stamped = (a->has_ts && b->has_ts) || (a->has_unix && b->has_unix);

	return stamped && !within(a, b, MOMENT_NS);
}

/* Whether a head without a body belongs to the trouble that the full report before it describes. */
static bool is_torn_end(const struct run *r, size_t i)
{
	return i && has_body(event_of(r, i - 1)) && at_once(event_of(r, i - 1), event_of(r, i));
}

static bool is_death(const struct run *r, size_t i)
{
	const struct oops_event *ev = event_of(r, i);

	if (ev->fatal)
		return true;
	return ev->kind->weight == WEIGHT_DEATH &&
	       (has_body(ev) || (!is_told_again(r, i) && !is_torn_end(r, i)));
}

/* The first from i on; r->n: none. */
static size_t next_with_body(const struct run *r, size_t i, enum oops_weight w)
{
	while (i < r->n && (event_of(r, i)->kind->weight < w || !has_body(event_of(r, i))))
		i++;
	return i;
}

static const char *rule_of_first(const struct run *r, bool only_boot)
{
	if (r->n == 1)
		return only_boot ? "only-report" : "only-of-boot";
	return only_boot ? "first-report" : "first-of-boot";
}

/* The rule for a death at i, by the worst event before it that the machine survived. */
static const char *rule_of_death(const struct run *r, size_t i)
{
	const char *rule = "after-remark";

	for (size_t k = 0; k < i; k++) {
		const struct oops_kind *kind = event_of(r, k)->kind;

		if (kind->weight == WEIGHT_STALL && kind->outcome == OOPS_STALL)
			return "after-stall";
		if (kind->weight == WEIGHT_DEATH)
			rule = "after-head";
		else if (kind->weight == WEIGHT_STALL || (kind->traits & TRAIT_HARDWARE))
			rule = "after-survived";
		else if (kind->weight != WEIGHT_REMARK && strcmp(rule, "after-remark") == 0)
			rule = "after-warning";
	}
	return rule;
}

/* The first of the stalls that continued up to the one at i. */
static size_t stall_began(const struct run *r, size_t i)
{
	size_t first = i;

	for (size_t k = i; k--;)
		if (event_of(r, k)->kind == event_of(r, i)->kind) {
			if (!within(event_of(r, k), event_of(r, first), REPEATS_NS))
				break;
			first = k;
		}
	return first;
}

/* The stall that led a user to force the crash at i; r->n: none. */
static size_t asked_because(const struct run *r, size_t i)
{
	size_t k = 0;

	if (event_of(r, i)->kind->id != KIND_SYSRQ_CRASH)
		return r->n;
	while (k < i && (event_of(r, k)->kind->outcome != OOPS_STALL || !has_body(event_of(r, k)) ||
				!within(event_of(r, k), event_of(r, i), ASKED_NS)))
		k++;
	return k < i ? k : r->n;
}

static bool is_of_locks(const struct oops_event *ev)
{
	return ev->kind->blames == BLAMES_LOCK_SITE || ev->kind->blames == BLAMES_LOCK_USE;
}

/*
 * Whether a broken kernel rule may be why the machine died at once. The lock checker only writes
 * what it found. A crash comes from that only if it is in the lock code: the lock itself is bad.
 */
static bool may_kill(const struct oops_event *rule, const struct oops_event *death)
{
	const char *f = death->ip.module ? NULL : death->ip.function;

	if (!is_of_locks(rule) || is_of_locks(death))
		return true;
	return f && (blame_roles(f) & BLAME_LOCK);
}

/*
 * Corruption that was found any time before the death at i, or a kernel rule that was broken right
 * before it. r->n: none.
 */
static size_t damage_before(const struct run *r, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		const struct oops_event *ev = event_of(r, k);

		if (ev->kind->outcome != OOPS_REPORT || ev->kind->weight == WEIGHT_REMARK)
			continue;
		if ((ev->kind->weight == WEIGHT_REPORT && has_body(ev)) ||
			(at_once(ev, event_of(r, i)) && may_kill(ev, event_of(r, i))))
			return k;
	}
	return r->n;
}

/* What caused the death at i. */
static size_t cause_of(const struct run *r, size_t i, bool only_boot, const char **rule)
{
	size_t damage = damage_before(r, i), asked = asked_because(r, i);

	if (damage < i) {
		bool old = event_of(r, damage)->kind->weight == WEIGHT_REPORT;

		*rule = old ? "damage-first" : "at-once";
		return damage;
	}
	if (asked < i) {
		*rule = "asked-for";
		return asked;
	}
	if (event_of(r, i)->kind->outcome == OOPS_STALL)
		i = stall_began(r, i);
	*rule = i ? rule_of_death(r, i) : rule_of_first(r, only_boot);
	return i;
}

/* The report to judge in a boot without a death. */
static size_t worst_of(const struct run *r, bool only_boot, const char **rule)
{
	const struct oops_event *first = event_of(r, 0);
	enum oops_weight w = first->kind->weight;
	size_t worse = r->n;

	if (w == WEIGHT_DEATH && is_told_again(r, 0))
		w = WEIGHT_WARNING;
	if (w <= WEIGHT_WARNING)
		worse = next_with_body(r, 1, w == WEIGHT_REMARK ? WEIGHT_REPORT : WEIGHT_STALL);
	if (w == WEIGHT_REMARK && worse == r->n)
		worse = next_with_body(r, 1, WEIGHT_STALL);
	/* The consequences of a warning have not survived it. A device's complaint is evidence for
	 * what is worse. */
	if (w == WEIGHT_WARNING && worse < r->n && !(first->kind->traits & TRAIT_ONE_LINE) &&
		!outlived(first, event_of(r, worse)))
		worse = r->n;
	if (worse == r->n) {
		*rule = rule_of_first(r, only_boot);
		return 0;
	}
	*rule = w == WEIGHT_REMARK ? "after-remark" : "worse";
	return worse;
}

/* ---- all boots --------------------------------------------------------------------------- */

/* The result of a boot. A lower tier counts only if no boot has a higher one. */
enum tier {
	TIER_WARNINGS,
	TIER_REPORTS,
	TIER_RESET, /* the boot ended; nothing says why */
	TIER_DEATH,
};

struct choice {
	size_t event;
	const char *rule;
	enum tier tier;
	const struct oops_event *ev;
};

static enum tier tier_of_death(const struct oops_event *ev)
{
	/* What happens to the kernel that takes the dump is a result of the crash before it. */
	if (ev->kind->outcome == OOPS_REBOOT || ev->boot->capture)
		return TIER_RESET;
	return TIER_DEATH;
}

static struct choice choose(const struct run *r, bool only_boot)
{
	struct choice c;
	size_t i = 0;

	while (i < r->n && !is_death(r, i))
		i++;
	if (i < r->n) {
		c.tier = tier_of_death(event_of(r, i));
		c.event = r->at[cause_of(r, i, only_boot, &c.rule)];
	} else {
		i = worst_of(r, only_boot, &c.rule);
		c.tier =
			event_of(r, i)->kind->weight >= WEIGHT_STALL ? TIER_REPORTS : TIER_WARNINGS;
		c.event = r->at[i];
	}
	c.ev = r->log[c.event];
	return c;
}

/* ---- duplicates -------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static int by_time(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;

	if (x->ev->has_ts != y->ev->has_ts)
		return x->ev->has_ts ? -1 : 1;
	if (x->ev->ts_ns != y->ev->ts_ns)
		return x->ev->ts_ns < y->ev->ts_ns ? -1 : 1;
	return (x->event > y->event) - (x->event < y->event);
}

/*
 * No two boots report the same thing at the same microsecond: the text contains the report twice.
 */
static bool is_again(const struct oops_event *a, const struct oops_event *b)
{
	return a->has_ts && b->has_ts && a->ts_ns == b->ts_ns &&
	       same_text(a->headline, b->headline) && same_text(a->ip.function, b->ip.function) &&
	       same_text(a->boot->hostname, b->boot->hostname);
}

/* Keeps the longer one of two duplicates. Returns how many are left. */
static size_t drop_again(struct choice *choices, size_t n)
{
	size_t kept = 0;

	qsort(choices, n, sizeof(*choices), by_time);
	for (size_t i = 0; i < n; i++) {
		const struct oops_event *ev = choices[i].ev, *last;

		if (!kept || !is_again(choices[kept - 1].ev, ev)) {
			choices[kept++] = choices[i];
			continue;
		}
		last = choices[kept - 1].ev;
		if (ev->last_line - ev->first_line >= last->last_line - last->first_line)
			choices[kept - 1] = choices[i];
	}
	return kept;
}

/* ---- the choice -------------------------------------------------------------------------- */

struct member {
	const struct oops_boot *boot;
	size_t event;
};

static int by_boot(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->boot != y->boot)
		return (uintptr_t)x->boot < (uintptr_t)y->boot ? -1 : 1;
	return (x->event > y->event) - (x->event < y->event);
}

static int by_event(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;

	return (x->event > y->event) - (x->event < y->event);
}

CAP_FITS(CAP_TEXT_HOSTS *CAP_EVENTS, sizeof(struct member));
CAP_FITS(CAP_TEXT_HOSTS *CAP_EVENTS, sizeof(struct choice));

/* One choice per boot, in the order of the log. Returns how many. */
static size_t choose_all(
	const struct oops_log *log, struct member *members, size_t *at, struct choice *choices)
{
	size_t n = log->n_events, n_choices = 0;

	for (size_t i = 0; i < n; i++)
		members[i] = (struct member){log->events[i]->boot, i};
	qsort(members, n, sizeof(*members), by_boot);
	for (size_t i = 0; i < n; i++)
		at[i] = members[i].event;
	for (size_t i = 0, k; i < n; i = k) {
		struct run r = {(const struct oops_event *const *)log->events, at + i, 0};

		for (k = i; k < n && members[k].boot == members[i].boot; k++)
			r.n++;
		choices[n_choices++] = choose(&r, r.n == n);
	}
	n_choices = drop_again(choices, n_choices);
	qsort(choices, n_choices, sizeof(*choices), by_event);
	return n_choices;
}

/* The wanted choice among those of the highest tier. */
static struct selection pick(const struct choice *choices, size_t n, size_t want)
{
	struct selection s = {.event = SIZE_MAX};
	enum tier highest = TIER_WARNINGS;
	size_t found = 0, seen = 0;

	for (size_t i = 0; i < n; i++)
		highest = choices[i].tier > highest ? choices[i].tier : highest;
	for (size_t i = 0; i < n; i++)
		found += choices[i].tier == highest;
	if (!want || want > found)
		want = found;
	for (size_t i = 0; i < n; i++) {
		seen += choices[i].tier == highest;
		if (choices[i].tier == highest && seen == want) {
			s.event = choices[i].event;
			s.rule = choices[i].rule;
		}
	}
	if (highest >= TIER_RESET) {
		s.death = want;
		s.n_deaths = found;
	}
	return s;
}

int select_event(
	const struct oops_log *log, size_t want, struct selection *ret, struct vmt_err *err)
{
	size_t n = log->n_events;
	TALLOC_CTX *own = talloc_new(NULL);
	struct member *members = talloc_array(own, struct member, n + 1);
	size_t *at = talloc_array(own, size_t, n + 1);
	struct choice *choices = talloc_array(own, struct choice, n + 1);
	int rc = own && members && at && choices ? 0 : err_nomem(err);

	if (!rc)
		*ret = pick(choices, choose_all(log, members, at, choices), want);
	talloc_free(own);
	return rc;
}

/* ---- what is missing --------------------------------------------------------------------- */

bool select_lacks_first_oops(const struct oops_log *log, size_t index)
{
	const struct oops_event *ev = log->events[index];
	bool later = ev->trap_count.known && ev->trap_count.v > 1;

	if (!later && !(ev->tainted && strchr(ev->tainted, 'D')))
		return false;
	for (size_t i = 0; i < index; i++) {
		const struct oops_event *before = log->events[i];

		if (before->boot == ev->boot &&
			(before->kind->weight == WEIGHT_DEATH || before->fatal))
			return false;
	}
	return true;
}
