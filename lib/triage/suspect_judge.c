// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What is known of each suspect, and the points of it. These are from 1775 traces whose fix is
 * known: what of a trace's functions is in a file that the fix changed. They are few, and the same
 * for each half of the traces.
 */
#include <string.h>

#include "base/array.h"
#include "triage/suspect_internal.h"

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

/* A header's function is part of the module that it was compiled into. */
static const struct area *area_in(
	const struct where *w, const struct where_places *p, const char *module)
{
	const struct area *a = area_of(w, p, module != NULL, NULL);

	return module && a && is_header(a) ? NULL : a;
}

/* Whether the table knows other functions of the module: its own are then not out of tree. */
static bool is_known_module(const struct ranking *r, const char *module)
{
	for (size_t i = 0; i < r->n; i++)
		if (suspect_same_text(r->items[i].module, module) && r->items[i].area)
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

size_t suspect_folder(const struct ranking *r, const struct suspect *s, char *buf)
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
		size_t n = suspect_folder(r, &r->items[i], other);

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
	const char *file = suspect_printed_file(s->frame);
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

void suspects_judge(struct ranking *r)
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
		if (suspects_is_judged(r, s->function, s->len, s->module))
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
