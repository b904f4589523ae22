// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See suspect.h. The points are from 1775 traces whose fix is known: what of a trace's functions is
 * in a file that the fix changed. They are few, and the same for each half of the traces.
 */
#include "triage/suspect.h"

#include <limits.h>
#include <string.h>

#include "base/array.h"
#include "base/name_gate.h"
#include "triage/suspect_internal.h"
#include "triage/teardown.h"
#include "triage/trail.h"

/* As many as matter: a stack's innermost functions, and those of the traces beside it. */
#define MOST 64
/* Other reports of the boot that are looked at. */
#define MOST_REPORTS 6
/* From here on, farther out makes no difference. */
#define FARTHEST 8

static const struct suspect_rule rules[] = {
	[FACT_CULPRIT] = {"culprit", 5, "the report shows it first, or names it"},
	[FACT_SPECIFIC] = {"specific", 8, "is code of one driver, protocol or file system"},
	[FACT_SHARED] = {"shared", 1, "is code that a subsystem's drivers or protocols go through"},
	[FACT_CORE] = {"core", -4, "is code that the complete kernel uses"},
	[FACT_UNKNOWN] = {"unknown", -7, "is not among the known functions of the kernel"},
	[FACT_RENAMED] = {"renamed", -3, "is not among the known functions of its module"},
	[FACT_INTERFACE] = {"interface", -6, "is there for other parts of the kernel to call"},
	[FACT_HELPER] = {"helper", -5, "works on what its caller passed"},
	[FACT_DISPATCHER] = {"dispatcher", -9, "only hands work to others"},
	[FACT_SERVICE] = {"service", -2, "works on an object that its caller owns"},
	[FACT_WAIT] = {"wait", -3, "waits for what its caller needs"},
	[FACT_REPORT] = {"report", -3, "prints the report"},
	[FACT_USES_CORE] = {"uses-core", 2, "called the code that serves others"},
	[FACT_CHECKS] = {"checks", -3, "checks how its caller uses it"},
	[FACT_ALLOCATED] = {"allocated", -2, "only made the object"},
	[FACT_FREED] = {"freed", -1, "only freed the object"},
	[FACT_OWNER] = {"owner", 2, "made the object, too"},
	[FACT_OTHER_REPORT] = {"other-report", -1, "is of another report"},
	[FACT_INTERRUPTED] = {"interrupted", -9, "only ran when the interrupt came"},
	[FACT_MODULE] = {"module", 4, "is in a module, and the kernel works without it"},
	[FACT_BESIDE] = {"beside", 6,
		"is of the same driver, protocol or file system as the first"},
};
_Static_assert(ARRAY_SIZE(rules) == FACT_COUNT, "a rule for each fact");

const struct suspect_rule *suspect_rule(size_t i)
{
	return i < FACT_COUNT ? &rules[i] : NULL;
}

size_t suspect_n_rules(void)
{
	return FACT_COUNT;
}

#define DISPATCHERS                                                                                \
	(BLAME_PLUMBING | BLAME_ANCHOR | BLAME_ENTRY | BLAME_ROOT | BLAME_TICK | BLAME_IDLE)

struct ranking {
	const struct oops_event *ev;
	const struct where *where;
	const struct culprit *culprit;
	size_t culprit_len; /* of its function, without the compiler's suffixes */
	struct suspect *items;
	size_t n;
	const char *inner; /* the last function of another file on this stack */
	bool interrupted;  /* the rest of this stack only ran when an interrupt came */
};

/* ---- collecting -------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_name(const char *a, const char *b)
{
	size_t n = blame_base_length(a);

	return blame_base_length(b) == n && memcmp(a, b, n) == 0;
}

static bool is_called(const struct suspect *s, const char *name, size_t len, const char *module)
{
	return s->len == len && memcmp(s->function, name, len) == 0 && same_text(s->module, module);
}

static bool is_judged(const struct ranking *r, const char *function, size_t len, const char *module)
{
	const struct culprit *c = r->culprit;

	return c->function && r->culprit_len == len && memcmp(c->function, function, len) == 0 &&
	       same_text(c->module, module);
}

static bool share_file(const struct where_places *a, const struct where_places *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++)
			if (a->file[i] == b->file[k])
				return true;
	return false;
}

/* The file that a symbolized log prints with the frame, without "./"; NULL: none. */
static const char *printed_file(const struct oops_frame *frame)
{
	const char *file = frame ? frame->file : NULL;

	return file && strncmp(file, "./", 2) == 0 ? file + 2 : file;
}

/* A suspect stands for its file: a second function of it adds nothing. frame may be NULL. */
static struct suspect *find_same(struct ranking *r, const char *function, size_t len,
	const char *module, const struct where_places *p, const struct oops_frame *frame)
{
	const char *file = printed_file(frame);

	for (size_t i = 0; i < r->n; i++) {
		struct suspect *s = &r->items[i];

		if (is_called(s, function, len, module) || share_file(&s->places, p) ||
			(file && same_text(printed_file(s->frame), file)))
			return s;
	}
	return NULL;
}

/* A header's function is part of the module that it was compiled into. */
static const struct area *area_in(
	const struct where *w, const struct where_places *p, const char *module)
{
	const struct area *a = area_of(w, p, module != NULL, NULL);

	return module && a && is_header(a) ? NULL : a;
}

/* Names of what the compiler puts before a function. */
static bool is_padding(const char *function)
{
	return strncmp(function, "__pfx_", 6) == 0 || strncmp(function, "__cfi_", 6) == 0;
}

static void add(struct ranking *r, const char *function, const char *module,
	const struct oops_frame *frame, enum suspect_part part)
{
	size_t len = blame_base_length(function);
	bool has_stub;
	struct where_places p = area_places(r->where, function, len, &has_stub);
	struct suspect *s = find_same(r, function, len, module, &p, frame);

	if (is_padding(function))
		return;
	if (s) {
		if (s->part == PART_STACK && part == PART_ALLOCATED)
			s->facts |= bit(FACT_OWNER);
		/* A later function of the file may be the one that was judged. */
		if (is_judged(r, function, len, module) &&
			!is_judged(r, s->function, s->len, s->module)) {
			s->function = function;
			s->len = len;
			s->module = module;
			s->frame = frame;
		}
		r->inner = function;
		return;
	}
	if (r->n == MOST)
		return;
	r->items[r->n++] = (struct suspect){
		.function = function,
		.len = len,
		.module = module,
		.frame = frame,
		.part = part,
		.called = r->inner,
		.places = p,
		.has_stub = has_stub,
		.facts = r->interrupted ? bit(FACT_INTERRUPTED) : 0,
	};
	r->inner = function;
}

static const struct oops_trace *judged_trace(const struct ranking *r)
{
	for (size_t i = 0; i < r->ev->n_traces; i++)
		if (r->ev->traces[i].role == OOPS_TRACE_MAIN && r->ev->traces[i].n_frames)
			return &r->ev->traces[i];
	return r->culprit->trace;
}

static void add_trace(struct ranking *r, const struct oops_trace *t, enum suspect_part part)
{
	struct trail trail = trail_of_trace(t);

	r->inner = NULL;
	for (size_t i = 0; t && i < t->n_frames; i++) {
		const struct oops_frame *f = &t->frames[i];

		if (trail_counts(&trail, f))
			add(r, f->function, f->module, f, part);
	}
	r->inner = NULL;
}

/* The module of "f+0x0/0x9a0 [mod]", from the offset on; NULL: none. */
static const char *module_behind(TALLOC_CTX *ctx, const char *offset)
{
	const char *p = offset + strspn(offset, "+x/0123456789abcdef"), *name;

	if (strncmp(p, " [", 2) != 0)
		return NULL;
	name = talloc_strndup(ctx, p + 2, strcspn(p + 2, " ]"));
	return name_is_word(name, "_-") ? name : NULL;
}

/* "hint: f+0x0/0x9a0 [mod]": names with an offset in what was printed with the report. */
static void add_message(struct ranking *r, TALLOC_CTX *ctx, const char *text)
{
	for (const char *at = text; at && (at = strstr(at, "+0x")); at += 3) {
		const char *p = at, *name;

		while (p > text &&
			(p[-1] == '_' || p[-1] == '.' || (p[-1] >= '0' && p[-1] <= '9') ||
				((p[-1] | 0x20) >= 'a' && (p[-1] | 0x20) <= 'z')))
			p--;
		if (p == at || (*p >= '0' && *p <= '9') || *p == '.')
			continue;
		/* A frame that the kernel is not sure of. */
		if (p - text >= 2 && p[-1] == ' ' && p[-2] == '?')
			continue;
		name = talloc_strndup(ctx, p, (size_t)(at - p));
		if (name)
			add(r, name, module_behind(ctx, at), NULL, PART_MESSAGE);
	}
	r->inner = NULL;
}

static bool is_on(const struct oops_trace *t, const char *function)
{
	for (size_t i = 0; t && i < t->n_frames; i++)
		if (t->frames[i].function && same_name(t->frames[i].function, function))
			return true;
	return false;
}

/* Whether the function is on this stack and serves no one. */
static bool works(const struct suspect *s)
{
	return s->part == PART_STACK &&
	       (s->module || !(blame_roles(s->function) & (BLAME_HELPERS | DISPATCHERS)));
}

/* An interrupt has nothing to do with the code that ran when it came. */
static void watch_interrupts(struct ranking *r, const struct oops_frame *f)
{
	const struct blame_row *row = f->module ? NULL : blame_find(f->function, BLAME_ENTRY);
	bool entry = row && !(row->role & BLAME_REPORT);

	for (size_t i = 0; entry && i < r->n; i++)
		r->interrupted |= works(&r->items[i]);
}

static void add_judged(struct ranking *r, TALLOC_CTX *ctx)
{
	const struct oops_event *ev = r->ev;
	const struct oops_trace *t = judged_trace(r);
	struct trail trail = trail_of_trace(t);

	if (ev->named_function && !is_on(t, ev->named_function) &&
		!(ev->ip.function && same_name(ev->ip.function, ev->named_function)))
		add(r, ev->named_function, ev->named_module, NULL, PART_NAMED);
	r->inner = NULL;
	if (ev->ip.function)
		add(r, ev->ip.function, ev->ip.module, &ev->ip, PART_STACK);
	if (ev->ip.function && !is_on(t, ev->ip.function))
		r->inner = ev->ip.function;
	/* The CPU was in no function: the link register has the innermost one. */
	if (!ev->ip.function && ev->caller.function && !is_on(t, ev->caller.function))
		r->inner = ev->caller.function;
	for (size_t i = 0; t && i < t->n_frames; i++) {
		const struct oops_frame *f = &t->frames[i];

		if (!trail_counts(&trail, f))
			continue;
		watch_interrupts(r, f);
		add(r, f->function, f->module, f, PART_STACK);
	}
	r->interrupted = false;
	r->inner = ev->ip.function;
	if (ev->caller.function)
		add(r, ev->caller.function, ev->caller.module, &ev->caller, PART_STACK);
	r->inner = NULL;
	add_message(r, ctx, ev->message);
	add_message(r, ctx, ev->headline);
}

static void add_beside(struct ranking *r)
{
	static const enum suspect_part parts[] = {
		[OOPS_TRACE_ALLOC] = PART_ALLOCATED,
		[OOPS_TRACE_FREE] = PART_FREED,
		[OOPS_TRACE_PEER] = PART_PEER,
		[OOPS_TRACE_HANDLERS] = PART_HANDLER,
		[OOPS_TRACE_OTHER] = PART_HISTORY,
	};
	const struct oops_trace *judged = judged_trace(r);

	for (size_t i = 0; i < r->ev->n_traces; i++) {
		const struct oops_trace *t = &r->ev->traces[i];

		if (t->role != OOPS_TRACE_MAIN && t != judged)
			add_trace(r, t, parts[t->role]);
	}
	if (r->ev->work_function)
		add(r, r->ev->work_function, r->ev->work_module, NULL, PART_WORK);
}

static void add_report(struct ranking *r, const struct oops_event *ev)
{
	struct culprit c = culprit_find(ev);

	r->inner = NULL;
	if (c.function)
		add(r, c.function, c.module, c.frame, PART_REPORT);
	for (size_t i = 0; i < ev->n_traces; i++)
		add_trace(r, &ev->traces[i], PART_REPORT);
}

static void add_other_reports(struct ranking *r, const struct oops_log *log)
{
	size_t seen = 0;

	for (size_t i = 0; i < log->n_events && seen < MOST_REPORTS; i++) {
		const struct oops_event *ev = log->events[i];

		if (ev == r->ev || ev->boot != r->ev->boot)
			continue;
		add_report(r, ev);
		seen++;
	}
	if (log->bare && log->bare != r->ev)
		add_report(r, log->bare);
}

/* ---- judging ----------------------------------------------------------------------------- */

/* Whether the table knows other functions of the module: its own are then not out of tree. */
static bool is_known_module(const struct ranking *r, const char *module)
{
	for (size_t i = 0; i < r->n; i++)
		if (same_text(r->items[i].module, module) && r->items[i].area)
			return true;
	return false;
}

static enum fact place_fact(const struct ranking *r, const struct suspect *s)
{
	static const enum fact facts[] = {
		[AREA_SPECIFIC] = FACT_SPECIFIC,
		[AREA_SHARED] = FACT_SHARED,
		[AREA_CORE] = FACT_CORE,
	};

	if (s->module && (!r->where || !is_known_module(r, s->module)))
		return FACT_SPECIFIC;
	if (s->area)
		return facts[s->area->kind];
	return s->module ? FACT_RENAMED : FACT_UNKNOWN;
}

/* The length of the path of a function's only file up to its name; 0: it has several, or none. */
static size_t only_folder(const struct ranking *r, const struct suspect *s, char *buf)
{
	const char *path = s->places.n == 1 ? where_path(r->where, s->places.file[0], buf) : NULL;
	const char *end = path ? strrchr(path, '/') : NULL;

	return end ? (size_t)(end + 1 - path) : 0;
}

/* Of the files that define functions of one name: the one beside another function's only file. */
static void choose_file(const struct ranking *r, struct suspect *s)
{
	char buf[WHERE_PATH_SIZE], other[WHERE_PATH_SIZE];

	for (size_t i = 0; i < r->n && s->places.n > 1; i++) {
		size_t n = only_folder(r, &r->items[i], other);

		for (size_t k = 0; n && k < s->places.n; k++) {
			const char *path = where_path(r->where, s->places.file[k], buf);

			if (!path || strncmp(path, other, n) != 0 || strchr(path + n, '/'))
				continue;
			s->places.file[0] = s->places.file[k];
			s->places.n = 1;
		}
	}
}

/* Of the files that define functions of one name: the one that the log prints. */
static void choose_printed(const struct ranking *r, struct suspect *s, const char *file)
{
	char buf[WHERE_PATH_SIZE];

	for (size_t i = 0; file && i < s->places.n && s->places.n > 1; i++) {
		const char *path = where_path(r->where, s->places.file[i], buf);

		if (!path || strcmp(path, file) != 0)
			continue;
		s->places.file[0] = s->places.file[i];
		s->places.n = 1;
	}
}

/*
 * Whether the log prints a file of another part of the tree than all that the table knows of the
 * name of a helper: there, it is another function's. Others may have moved.
 */
static bool is_namesake(const struct ranking *r, const struct suspect *s, const char *file)
{
	const struct area *a = file ? area_of_path(file) : NULL;
	size_t n = file ? strcspn(file, "/") + 1 : 0;
	char buf[WHERE_PATH_SIZE];

	if (!a || !*a->path || is_header(a))
		return false;
	for (size_t i = 0; i < s->places.n; i++) {
		const char *path = where_path(r->where, s->places.file[i], buf);

		if (!path || strncmp(path, file, n) == 0)
			return false;
	}
	return s->places.n && blame_roles(s->function);
}

/* A kernel that is not among the table's has other functions in the same folders. */
static const struct area *area_printed(
	const struct ranking *r, const struct suspect *s, const char *file)
{
	const struct area *a = r->where && file && !s->places.n ? area_of_path(file) : NULL;

	return a && *a->path && !(s->module && is_header(a)) ? a : NULL;
}

static void place(const struct ranking *r, struct suspect *s)
{
	const char *file = printed_file(s->frame);
	bool specific;

	choose_printed(r, s, file);
	if (is_namesake(r, s, file))
		s->places.n = 0;
	choose_file(r, s);
	s->area = area_in(r->where, &s->places, s->module);
	if (!s->area)
		s->area = area_printed(r, s, file);
	specific = s->module || (s->area && s->area->kind == AREA_SPECIFIC);
	/* Only core code has roles, and looking for them takes time. */
	s->roles = specific ? 0 : blame_roles(s->function);
}

static unsigned role_facts(unsigned roles)
{
	static const struct {
		unsigned roles;
		enum fact fact;
	} rows[] = {
		{BLAME_HELPERS, FACT_HELPER},
		{DISPATCHERS, FACT_DISPATCHER},
		{BLAME_SERVICE | BLAME_MAKER, FACT_SERVICE},
		{BLAME_WAIT | BLAME_SLOW, FACT_WAIT},
		{BLAME_REPORT, FACT_REPORT},
	};
	unsigned facts = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		facts |= roles & rows[i].roles ? bit(rows[i].fact) : 0;
	return facts;
}

static unsigned part_facts(enum suspect_part part)
{
	switch (part) {
	case PART_ALLOCATED:
		return bit(FACT_ALLOCATED);
	case PART_FREED:
		return bit(FACT_FREED);
	case PART_REPORT:
		return bit(FACT_OTHER_REPORT);
	default:
		return 0;
	}
}

static void judge(struct ranking *r)
{
	unsigned before = 0; /* the last one that is no helper */
	int out = 0;

	for (size_t i = 0; i < r->n; i++)
		place(r, &r->items[i]);
	for (size_t i = 0; i < r->n; i++) {
		struct suspect *s = &r->items[i];
		bool serves = s->roles & (BLAME_HELPERS | DISPATCHERS);

		s->facts |= bit(place_fact(r, s)) | role_facts(s->roles) | part_facts(s->part);
		s->facts |= s->module ? bit(FACT_MODULE) : 0;
		if (is_judged(r, s->function, s->len, s->module))
			s->facts |= bit(FACT_CULPRIT);
		if ((s->facts & bit(FACT_SPECIFIC)) && s->has_stub)
			s->facts |= bit(FACT_INTERFACE);
		if ((s->facts & bit(FACT_SPECIFIC)) && (before & SERVES_OTHERS))
			s->facts |= bit(FACT_USES_CORE);
		if (!out && (s->facts & bit(FACT_SHARED)) && suspects_complains(r->ev))
			s->facts |= bit(FACT_CHECKS);
		s->distance = out < FARTHEST ? out : FARTHEST;
		s->points = -s->distance;
		for (size_t k = 0; k < FACT_COUNT; k++)
			s->points += s->facts & 1u << k ? rules[k].points : 0;
		if (!serves) {
			before = s->facts;
			out++;
		}
	}
}

/*
 * Nobody looks at code that only printed the report, handed work on, waited, or was interrupted,
 * nor at what serves others and may not even be on the stack.
 */
static bool is_bystander(const struct suspect *s)
{
	unsigned bystander = bit(FACT_DISPATCHER) | bit(FACT_REPORT) | bit(FACT_INTERRUPTED);
	unsigned serves = bit(FACT_HELPER) | bit(FACT_SERVICE);

	if (s->roles & BLAME_WAIT)
		return true;
	return s->facts & bystander || (s->frame && s->frame->unreliable && s->facts & serves);
}

static void drop_bystanders(struct suspects *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (!is_bystander(&l->items[i]) || (l->items[i].facts & bit(FACT_CULPRIT)))
			l->items[n++] = l->items[i];
	l->n = n;
}

/* Best first. Those of the same points keep their order. */
static void sort(struct suspects *l)
{
	for (size_t i = 1; i < l->n; i++) {
		struct suspect s = l->items[i];
		size_t k = i;

		for (; k && l->items[k - 1].points < s.points; k--)
			l->items[k] = l->items[k - 1];
		l->items[k] = s;
	}
}

/*
 * Beside the first one, other code of its folder is more likely than that of another one. Only
 * those are looked at that it can bring among the ones that are shown.
 */
static void raise_beside(const struct ranking *r, struct suspects *l)
{
	char buf[WHERE_PATH_SIZE], other[WHERE_PATH_SIZE];
	size_t n = l->n > SUSPECTS_MOST ? only_folder(r, &l->items[0], buf) : 0;
	int more = rules[FACT_BESIDE].points, enough;

	if (!n)
		return;
	enough = l->items[SUSPECTS_MOST - 1].points - more;
	for (size_t i = 1; i < l->n; i++) {
		struct suspect *s = &l->items[i];

		if (s->points < enough || !(s->facts & bit(FACT_SPECIFIC)) ||
			only_folder(r, s, other) != n || memcmp(buf, other, n) != 0)
			continue;
		s->facts |= bit(FACT_BESIDE);
		s->points += more;
	}
	sort(&(struct suspects){l->items + 1, l->n - 1});
}

/* ---- what is on no stack ----------------------------------------------------------------- */

/* The last of those that are shown, if no specific code is. */
static void add_teardown(TALLOC_CTX *ctx, struct ranking *r, struct suspects *l)
{
	size_t at = l->n < SUSPECTS_MOST ? l->n : SUSPECTS_MOST - 1, i = 0;
	struct teardown t;
	uint16_t file;

	while (i < l->n && (!(l->items[i].facts & bit(FACT_SPECIFIC)) || !l->items[i].area))
		i++;
	if (i == l->n || l->n == MOST || (at < l->n && (l->items[at].facts & bit(FACT_SPECIFIC))) ||
		!area_of(r->where, &l->items[i].places, l->items[i].module != NULL, &file))
		return;
	t = teardown_find(ctx, r->where, l->items[i].function, l->items[i].len, file);
	if (!t.function || find_same(r, t.function, strlen(t.function), NULL, &t.places, NULL))
		return;
	memmove(&l->items[at + 1], &l->items[at], (l->n - at) * sizeof(*l->items));
	l->items[at] = (struct suspect){
		.function = t.function,
		.len = strlen(t.function),
		.part = PART_TEARDOWN,
		.called = l->items[i].function,
		.places = t.places,
		.area = area_of(r->where, &t.places, false, NULL),
	};
	l->n++;
}

/* The report does not say who is to blame, but one of these should have claimed the interrupt. */
static struct suspects handlers(TALLOC_CTX *ctx, struct ranking *r)
{
	struct suspects l = {NULL, 0};

	r->items = talloc_array(ctx, struct suspect, MOST);
	for (size_t i = 0; r->items && i < r->ev->n_traces; i++)
		if (r->ev->traces[i].role == OOPS_TRACE_HANDLERS)
			add_trace(r, &r->ev->traces[i], PART_HANDLER);
	if (!r->items || !r->n)
		return l;
	judge(r);
	l = (struct suspects){r->items, r->n};
	sort(&l);
	return l;
}

struct suspects suspects_rank(TALLOC_CTX *ctx, const struct oops_log *log,
	const struct oops_event *ev, const struct where *where, struct culprit *c)
{
	struct ranking r = {.ev = ev, .where = where, .culprit = c};
	struct suspects l = {NULL, 0};

	if (ev->kind->id == KIND_IRQ_NOBODY_CARED)
		return handlers(ctx, &r);
	if (ev->kind->blames == BLAMES_NOBODY || ev->kind->blames == BLAMES_DRIVER ||
		(ev->kind->traits & TRAIT_INNOCENT))
		return l;
	r.culprit_len = c->function ? blame_base_length(c->function) : 0;
	r.items = talloc_array(ctx, struct suspect, MOST);
	if (!r.items)
		return l;
	add_judged(&r, ctx);
	if (c->function)
		add(&r, c->function, c->module, c->frame, PART_NAMED);
	add_beside(&r);
	add_other_reports(&r, log);
	judge(&r);
	l = (struct suspects){r.items, r.n};
	drop_bystanders(&l);
	sort(&l);
	/* A stack without a report has no verdict that its first suspect would have to agree with.
	 */
	if (ev != log->bare)
		suspects_settle(ev, &l, c);
	raise_beside(&r, &l);
	add_teardown(ctx, &r, &l);
	return l;
}

/* ---- how likely --------------------------------------------------------------------------- */

/* So much ahead of the second one, the first one had the bug in 67 of 100 traces. */
#define FAR_AHEAD 8
/* So many functions of specific code, or fewer, are as good. */
#define FEW 2

static size_t count_specific(const struct suspects *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += (l->items[i].facts & bit(FACT_SPECIFIC)) != 0;
	return n;
}

/* What the best of the others has on its own. */
static int runner_up(const struct suspects *l)
{
	int best = INT_MIN;

	for (size_t i = 1; i < l->n; i++) {
		const struct suspect *s = &l->items[i];
		int own = s->points - (s->facts & bit(FACT_BESIDE) ? rules[FACT_BESIDE].points : 0);

		if (s->part != PART_TEARDOWN && own > best)
			best = own;
	}
	return best;
}

enum likely { NO_TABLE, NOT_KNOWN, SERVING, ALONE, AHEAD, FEW_SPECIFIC, CLOSE };

static const struct {
	const char *confidence, *reason;
} likelihoods[] = {
	[NO_TABLE] = {VMT_CONFIDENCE_HIGH, "the table of functions is missing"},
	[NOT_KNOWN] = {VMT_CONFIDENCE_MEDIUM, "the first suspect is not among the known functions"},
	[SERVING] = {VMT_CONFIDENCE_LOW, "the first suspect is code that serves others"},
	[ALONE] = {VMT_CONFIDENCE_HIGH, "there is no other suspect"},
	[AHEAD] = {VMT_CONFIDENCE_HIGH, "the first suspect is far ahead of the second"},
	[FEW_SPECIFIC] = {VMT_CONFIDENCE_HIGH,
		"hardly any other suspect is of one driver, protocol or file system"},
	[CLOSE] = {VMT_CONFIDENCE_MEDIUM, "the next suspects are not far behind the first"},
};

static enum likely likely(const struct suspects *l, const struct where *where)
{
	const struct suspect *first = l->items;

	if (!where || !l->n)
		return NO_TABLE;
	if (first->facts & (bit(FACT_UNKNOWN) | bit(FACT_RENAMED)))
		return NOT_KNOWN;
	if (!(first->facts & bit(FACT_SPECIFIC)))
		return SERVING;
	if (l->n == 1 || l->items[1].part == PART_TEARDOWN)
		return ALONE;
	if (first->points - runner_up(l) >= FAR_AHEAD)
		return AHEAD;
	return count_specific(l) <= FEW ? FEW_SPECIFIC : CLOSE;
}

const char *suspects_confidence(
	const struct suspects *l, const struct where *where, const char **reason)
{
	enum likely i = likely(l, where);

	if (reason)
		*reason = likelihoods[i].reason;
	return likelihoods[i].confidence;
}

/* ---- words ------------------------------------------------------------------------------- */

static const struct {
	const char *word, *reason;
} parts[PART_COUNT] = {
	[PART_STACK] = {"stack", "is the innermost function on the stack"},
	[PART_NAMED] = {"named", "is named by the report"},
	[PART_MESSAGE] = {"message", "is named by the kernel's message"},
	[PART_ALLOCATED] = {"allocated", "allocated the object"},
	[PART_FREED] = {"freed", "freed the object"},
	[PART_PEER] = {"peer", "is on the stack of another task or CPU"},
	[PART_HISTORY] = {"history", "is on an earlier stack that the report shows"},
	[PART_WORK] = {"work", "is the work item's function"},
	[PART_HANDLER] = {"handler", "is a handler of the interrupt, and did not claim it"},
	[PART_REPORT] = {"other-report", "is in another report of the same boot"},
	[PART_TEARDOWN] = {"teardown", "takes down what is around it"},
};

const char *suspect_part_word(enum suspect_part part)
{
	return parts[part].word;
}

const char *suspect_reason(TALLOC_CTX *ctx, const struct suspect *s)
{
	bool calls = s->part == PART_STACK && s->called && !blame_find(s->called, BLAME_REPORT);

	if (s->part == PART_STACK && s->frame && s->frame->unreliable)
		return talloc_strdup(ctx, "may be on the stack: the kernel is not sure");
	if (s->part == PART_TEARDOWN)
		return talloc_asprintf(ctx,
			"takes down what %.*s is part of (by their names and folder in the "
			"kernel's "
			"source; no stack shows it)",
			(int)blame_base_length(s->called), s->called);
	if (s->part == PART_STACK && s->called && !calls)
		return talloc_strdup(ctx,
			"is the innermost function on the stack, after those that only report");
	if (calls)
		return talloc_asprintf(
			ctx, "called %.*s", (int)blame_base_length(s->called), s->called);
	return talloc_strdup(ctx, parts[s->part].reason);
}

const char *suspect_subsystem(const struct where *where, const char *function, const char *module)
{
	size_t len = function ? blame_base_length(function) : 0;
	struct where_places p = area_places(function ? where : NULL, function, len, NULL);
	char buf[WHERE_PATH_SIZE];
	const char *path = NULL;
	uint16_t file;

	if (area_of(where, &p, module != NULL, &file))
		path = where_path(where, file, buf);
	return path ? area_words(path) : NULL;
}
