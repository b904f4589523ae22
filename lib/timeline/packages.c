// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/packages.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/text_piece.h"
#include "timeline/civil.h"

#define APART 600 /* seconds without a package that separate two changes */

struct change {
	int64_t first, last;
	char name[100]; /* of one of the packages: the kernel, if it is among them */
	size_t n;
};

static bool is_kernel(const char *name, size_t len)
{
	return text_begins(name, len, "linux-image") || text_begins(name, len, "kernel");
}

static int finish(struct event_list *list, struct change *c, struct vmt_err *err)
{
	char text[160];
	int rc = 0;

	if (c->n) {
		int len = c->n == 1 ? snprintf(text, sizeof(text), "%s", c->name)
				    : snprintf(text, sizeof(text), "%s and %zu other package%s",
					      c->name, c->n - 1, c->n > 2 ? "s" : "");
		rc = event_list_add(list,
			&(struct event_kind){.source = EVENT_PACKAGE, .name = "any"}, 3, c->first,
			err);
		if (!rc)
			rc = event_list_add(list,
				&(struct event_kind){.source = EVENT_PACKAGE,
					.rank = PACKAGES_CHANGE,
					.name = text},
				(size_t)len, c->first, err);
	}
	*c = (struct change){0};
	return rc;
}

static int add(struct event_list *list, struct change *c, const char *name, size_t len, int64_t at,
	struct vmt_err *err)
{
	int rc = c->n && (at > c->last + APART || at < c->first) ? finish(list, c, err) : 0;

	if (!len)
		return rc;
	if (!c->n || (is_kernel(name, len) && !is_kernel(c->name, strlen(c->name))))
		snprintf(c->name, sizeof(c->name), "%.*s", (int)(len < 90 ? len : 90), name);
	if (!c->n++)
		c->first = at;
	c->last = at;
	return rc;
}

static int64_t utc_of(const struct stamp *s, const struct event_clock *clock)
{
	int64_t local = civil_seconds(&s->at), utc[2] = {0};

	if (s->has_zone)
		return local - s->offset;
	return zone_to_utc(clock->zone, local, utc) ? utc[0]
						    : local - zone_offset(clock->zone, local);
}

static const char *line_end(const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));

	return newline ? newline : end;
}

static size_t word_length(const char *p, const char *end, const char *stop)
{
	size_t n = 0;

	while (p + n < end && p[n] && !strchr(stop, p[n]))
		n++;
	return n;
}

/* ---- apt --------------------------------------------------------------------------------- */

/* "a:amd64 (1.0, 1.1), b:amd64 (2.0, 2.1)" */
static int add_all(struct event_list *list, struct change *c, const char *p, const char *end,
	int64_t at, struct vmt_err *err)
{
	int rc = 0;

	while (p < end && !rc) {
		const char *close = memchr(p, ')', (size_t)(end - p));

		while (p < end && (*p == ' ' || *p == ','))
			p++;
		rc = add(list, c, p, word_length(p, end, ": ("), at, err);
		p = close ? close + 1 : end;
	}
	return rc;
}

int packages_apt(struct event_list *list, const struct event_clock *clock, const char *text,
	size_t len, struct vmt_err *err)
{
	static const char *const actions[] = {"Install: ", "Upgrade: ", "Downgrade: "};
	static const char date[] = "Start-Date: ";
	const char *end = text + len;
	struct change c = {0};
	bool known = false;
	int64_t at = 0;
	int rc = 0;

	for (const char *p = text, *next; p < end && !rc; p = next + 1) {
		struct stamp s;

		next = line_end(p, end);
		if (text_begins(p, (size_t)(next - p), date)) {
			const char *from = p + strlen(date);

			rc = finish(list, &c, err);
			known = stamp_read(from, (size_t)(next - from), &s);
			at = known ? utc_of(&s, clock) : 0;
		}
		for (size_t i = 0; known && i < ARRAY_SIZE(actions) && !rc; i++)
			if (text_begins(p, (size_t)(next - p), actions[i]))
				rc = add_all(list, &c, p + strlen(actions[i]), next, at, err);
	}
	return rc ? rc : finish(list, &c, err);
}

/* ---- dpkg and dnf ------------------------------------------------------------------------ */

static const char *const verbs[] = {"install ", "upgrade ", "SUBDEBUG Upgraded: ",
	"SUBDEBUG Installed: ", "SUBDEBUG Upgrade: ", "INFO Installed: ", "INFO Upgraded: "};

int packages_lines(struct event_list *list, const struct event_clock *clock, const char *text,
	size_t len, struct vmt_err *err)
{
	const char *end = text + len;
	struct change c = {0};
	int rc = 0;

	for (const char *p = text, *next; p < end && !rc; p = next + 1) {
		struct stamp s;

		next = line_end(p, end);
		if (!stamp_read(p, (size_t)(next - p), &s) || !s.has_year)
			continue;
		p += s.length;
		for (size_t i = 0; i < ARRAY_SIZE(verbs) && !rc; i++) {
			const char *name = p + strlen(verbs[i]);

			if (text_begins(p, (size_t)(next - p), verbs[i]))
				rc = add(list, &c, name, word_length(name, next, ": "),
					utc_of(&s, clock), err);
		}
	}
	return rc ? rc : finish(list, &c, err);
}
