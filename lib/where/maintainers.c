// SPDX-License-Identifier: GPL-3.0-or-later
/* See maintainers.h. */
#include "where/maintainers.h"

#include <string.h>

#include "base/array.h"

#define MOST_SECTIONS 8
#define MOST_VALUES 16 /* of one field in one section */
#define MOST_REGEX 128
#define MOST_REGEXES 4096 /* of a file, which has some 200 */
#define MOST_STEPS 20000  /* of one regular expression: far more than any real one takes */

struct span {
	const char *p;
	size_t len;
};

/* ---- patterns ---------------------------------------------------------------------------- */

/* Whether c is in the set "[...]" at p; *after is what follows the set, NULL if it has no end. */
static bool in_set(const char *p, const char *end, char c, const char **after)
{
	bool inverted = p + 1 < end && p[1] == '^', found = false;
	const char *q = p + 1 + inverted, *first = q;

	for (; q < end && (*q != ']' || q == first); q++) {
		if (q + 2 < end && q[1] == '-' && q[2] != ']') {
			found |= c >= *q && c <= q[2];
			q += 2;
		} else {
			found |= c == *q;
		}
	}
	*after = q < end ? q + 1 : NULL;
	return found != inverted;
}

/* Whether the first item of a pattern fits c; *after is the rest of the pattern. */
static bool fits_one(struct span pattern, char c, char any, const char **after)
{
	const char *p = pattern.p, *end = p + pattern.len;

	if (*p == '[') {
		bool found = in_set(p, end, c, after);

		if (*after)
			return found;
	}
	*after = p + 1;
	return *p == any || *p == c;
}

/* One part of a path: '*' is any characters, '?' is one. */
static bool fits_part(struct span pattern, struct span part)
{
	const char *p = pattern.p, *end = p + pattern.len, *after;
	const char *star = NULL, *retry = NULL, *s = part.p, *s_end = s + part.len;

	while (s < s_end) {
		if (p < end && *p == '*') {
			star = ++p;
			retry = s;
		} else if (p < end &&
			   fits_one((struct span){p, (size_t)(end - p)}, *s, '?', &after)) {
			p = after;
			s++;
		} else if (star) {
			p = star;
			s = ++retry;
		} else {
			return false;
		}
	}
	while (p < end && *p == '*')
		p++;
	return p == end;
}

static struct span next_part(const char **p, const char *end)
{
	const char *slash = memchr(*p, '/', (size_t)(end - *p));
	struct span part = {*p, (size_t)((slash ? slash : end) - *p)};

	*p = slash ? slash + 1 : end;
	return part;
}

bool maintainers_glob(const char *pattern, size_t len, const char *path)
{
	const char *p = pattern, *end = pattern + len, *s = path, *s_end = path + strlen(path);
	bool folder = len && end[-1] == '/', plain = true;

	for (size_t i = 0; i < len; i++)
		plain &= strchr("*?[", pattern[i]) == NULL;
	if (!len)
		return false;
	while (p < end && s < s_end)
		if (!fits_part(next_part(&p, end), next_part(&s, s_end)))
			return false;
	/* A folder without its slash is one, too. */
	return p == end && (s == s_end ? !folder : folder || plain);
}

struct regex {
	const char *end, *s_end;
	unsigned steps;
};

/* An item of a regular expression: a character, a set, or '.'. */
static bool fits_item(const struct regex *r, const char *p, char c, const char **after)
{
	if (*p == '\\' && p + 1 < r->end) {
		*after = p + 2;
		return p[1] == c;
	}
	return fits_one((struct span){p, (size_t)(r->end - p)}, c, '.', after);
}

/* Whether the pattern from p on fits s from its start on. */
static bool fits_here(struct regex *r, const char *p, const char *s)
{
	const char *after, *unused;
	size_t least, most, n = 0;

	if (p == r->end || ++r->steps > MOST_STEPS)
		return p == r->end;
	if (*p == '$' && p + 1 == r->end)
		return s == r->s_end;
	if (strchr("(|){}", *p))
		return false;
	(void)fits_item(r, p, '\0', &after);
	least = after < r->end && (*after == '*' || *after == '?') ? 0 : 1;
	most = after < r->end && (*after == '*' || *after == '+') ? SIZE_MAX : 1;
	while (n < most && s + n < r->s_end && fits_item(r, p, s[n], &unused))
		n++;
	after += after < r->end && strchr("*?+", *after);
	for (n++; n-- > least;)
		if (fits_here(r, after, s + n))
			return true;
	return false;
}

bool maintainers_regex(const char *pattern, size_t len, const char *path)
{
	struct regex r = {.end = pattern + len, .s_end = path + strlen(path)};

	if (!len || len > MOST_REGEX)
		return false;
	if (*pattern == '^')
		return fits_here(&r, pattern + 1, path);
	for (const char *s = path; s <= r.s_end && r.steps <= MOST_STEPS; s++)
		if (fits_here(&r, pattern, s))
			return r.steps <= MOST_STEPS;
	return false;
}

/* ---- sections ---------------------------------------------------------------------------- */

struct section {
	struct span name, body;
	int depth; /* of the deepest pattern that fits; only if fits */
	bool fits, excluded;
};

/* "F:	drivers/net/": the letter; '\0': the line is no field. */
static char field_of(struct span line, struct span *value)
{
	const char *p = line.p + 2, *end = line.p + line.len;

	if (line.len < 3 || line.p[0] < 'A' || line.p[0] > 'Z' || line.p[1] != ':')
		return '\0';
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	while (end > p && strchr(" \t\r", end[-1]))
		end--;
	*value = (struct span){p, (size_t)(end - p)};
	return line.p[0];
}

static struct span next_line(const char **p, const char *end)
{
	const char *nl = memchr(*p, '\n', (size_t)(end - *p));
	struct span line = {*p, (size_t)((nl ? nl : end) - *p)};

	*p = nl ? nl + 1 : end;
	return line;
}

/* How specific a pattern is. One that begins with a wildcard is for all of the tree. */
static int depth_of(struct span pattern)
{
	int depth = pattern.len && pattern.p[pattern.len - 1] != '/';

	for (size_t i = 0; i < pattern.len; i++)
		depth += pattern.p[i] == '/';
	return *pattern.p == '*' ? -1 : depth;
}

static void take_pattern(struct section *s, char field, struct span value, const char *path)
{
	int depth = 0;

	if (!value.len)
		return;
	if (field == 'X') {
		s->excluded |= maintainers_glob(value.p, value.len, path);
		return;
	}
	if (field == 'F' ? !maintainers_glob(value.p, value.len, path)
			 : !maintainers_regex(value.p, value.len, path))
		return;
	if (field == 'F')
		depth = depth_of(value);
	if (!s->fits || depth > s->depth)
		s->depth = depth;
	s->fits = true;
}

/* The sections that fit, the deepest first, and otherwise in the file's order. */
struct found {
	struct section sections[MOST_SECTIONS];
	size_t n;
};

static void keep(struct found *f, const struct section *s)
{
	size_t at = f->n;

	if (!s->fits || s->excluded)
		return;
	while (at && f->sections[at - 1].depth < s->depth)
		at--;
	if (at == MOST_SECTIONS)
		return;
	f->n += f->n < MOST_SECTIONS;
	memmove(&f->sections[at + 1], &f->sections[at], (f->n - 1 - at) * sizeof(f->sections[0]));
	f->sections[at] = *s;
}

static void find_sections(const char *text, size_t len, const char *path, struct found *f)
{
	const char *p = text, *end = text + len;
	struct section s = {0};
	unsigned n_regexes = 0;

	while (p < end) {
		struct span line = next_line(&p, end), value;
		char field = field_of(line, &value);

		if (!field && line.len && *line.p != '\r') {
			keep(f, &s);
			s = (struct section){.name = line, .body = {p, 0}};
		}
		s.body.len = s.body.p ? (size_t)(p - s.body.p) : 0;
		if (field == 'N' && ++n_regexes > MOST_REGEXES)
			continue;
		if (s.body.p && (field == 'F' || field == 'X' || field == 'N'))
			take_pattern(&s, field, value, path);
	}
	keep(f, &s);
}

/* ---- the result -------------------------------------------------------------------------- */

struct list {
	const char *const **items;
	size_t *n;
	const char *fields; /* letters */
	bool address;	    /* what follows the first blank is a remark */
};

static int fill_list(TALLOC_CTX *ctx, struct span body, const struct list *l)
{
	const char **items = talloc_array(ctx, const char *, MOST_VALUES);
	const char *p = body.p, *end = body.p + body.len;
	struct span value;

	if (!items)
		return VMT_ERR_NOMEM;
	*l->items = items;
	while (p < end && *l->n < MOST_VALUES) {
		char field = field_of(next_line(&p, end), &value);

		if (!field || !strchr(l->fields, field) || !value.len)
			continue;
		for (size_t i = 0; l->address && i < value.len; i++)
			if (value.p[i] == ' ' || value.p[i] == '\t')
				value.len = i;
		items[*l->n] = talloc_strndup(items, value.p, value.len);
		if (!items[(*l->n)++])
			return VMT_ERR_NOMEM;
	}
	return 0;
}

static int fill(TALLOC_CTX *ctx, const struct section *s, struct vmt_maintainer *m)
{
	const char *const *status = NULL;
	size_t n_status = 0, name = s->name.len;
	const struct list lists[] = {
		{&m->lists, &m->n_lists, "L", true},
		{&m->bugs, &m->n_bugs, "B", true},
		{&m->trees, &m->n_trees, "T", false},
		{&m->persons, &m->n_persons, "MR", false},
		{&status, &n_status, "S", false},
	};

	while (name && strchr(" \t\r", s->name.p[name - 1]))
		name--;
	m->section = talloc_strndup(ctx, s->name.p, name);
	if (!m->section)
		return VMT_ERR_NOMEM;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		if (fill_list(ctx, s->body, &lists[i]))
			return VMT_ERR_NOMEM;
	m->status = n_status ? status[0] : NULL;
	return 0;
}

/* How many of the last sections are for all files, and not needed: others have mailing lists. */
static size_t n_needless(const struct found *f, const struct vmt_maintainer *rows)
{
	size_t n = 0;
	bool has_list = false;

	while (n < f->n && f->sections[f->n - 1 - n].depth < 0)
		n++;
	for (size_t i = 0; i + n < f->n; i++)
		has_list |= rows[i].n_lists != 0;
	return has_list ? n : 0;
}

int maintainers_find(TALLOC_CTX *ctx, const char *text, size_t len, const char *path,
	struct maintainers *ret, struct vmt_err *err)
{
	struct vmt_maintainer *rows;
	struct found f = {.n = 0};

	find_sections(text, len, path, &f);
	rows = talloc_zero_array(ctx, struct vmt_maintainer, f.n);
	if (!rows)
		return err_nomem(err);
	for (size_t i = 0; i < f.n; i++)
		if (fill(rows, &f.sections[i], &rows[i])) {
			talloc_free(rows);
			return err_nomem(err);
		}
	*ret = (struct maintainers){rows, f.n - n_needless(&f, rows)};
	return 0;
}
