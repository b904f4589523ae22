// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * deb-changelog(5), as the kernel's packages use it:
 *
 *	linux (6.1.192-1) bookworm-security; urgency=high
 *
 *	  * New upstream stable update:
 *	    https://www.kernel.org/pub/linux/kernel/v6.x/ChangeLog-6.1.191
 *	    - [arm64] net: fix this in a
 *	      long line (CVE-2026-1234)
 *
 *	 -- Jane Doe <jane@example.org>  Mon, 16 Nov 2026 11:17:40 +0100
 *
 * A signed package's changelog begins with a stanza of its own, whose version is that of the
 * signature: "Sign kernel from linux 6.1.192-3" names the one that was built. Ubuntu says "Main
 * version: 5.15.0-91.101". Ubuntu's updates are "Jammy update: v5.15.131 upstream stable release".
 */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "fixes/source_read.h"
#include "fixes/source_stanza.h"
#include "fixes/version.h"

#define MOST_INDENT 12

static bool starts(const char *p, const char *text)
{
	return !strncmp(p, text, strlen(text));
}

/* "linux (6.1.192-1) bookworm-security; urgency=high" */
static bool read_head(struct stanza *s, const struct fix_line *line)
{
	const char *open = strstr(line->text, " ("), *close = open ? strchr(open, ')') : NULL;
	const char *semicolon = close ? strchr(close, ';') : NULL, *suite;
	size_t n;

	if (!ascii_is_alnum(line->text[0]) || !semicolon || strchr(line->text, ' ') != open ||
		close - open < 3)
		return false;
	for (suite = close + 1; *suite == ' ';)
		suite++;
	n = strcspn(suite, " ;");
	s->version = stanza_text(s, open + 2, (size_t)(close - open - 2));
	s->suite = n ? stanza_text(s, suite, n) : NULL;
	return true;
}

/* The length of the indentation if a bullet follows it; 0: none does. */
static unsigned bullet(const char *p)
{
	unsigned n = 0;

	while (n < MOST_INDENT && p[n] == ' ')
		n++;
	return n && strchr("*-+", p[n]) && p[n] && p[n + 1] == ' ' ? n : 0;
}

/* Whether an item only says which version was signed. */
static bool read_version(struct stanza *s, const char *text)
{
	static const char *const says[] = {"Sign kernel from linux ", "Main version: "};

	for (size_t i = 0; i < ARRAY_SIZE(says); i++) {
		const char *p = text + strlen(says[i]);

		if (starts(text, says[i]) && ascii_is_digit(*p)) {
			s->version = stanza_text(s, p, strcspn(p, " ,("));
			s->marks++;
			return true;
		}
	}
	return false;
}

/* ".../ChangeLog-6.1.191", "Jammy update: v5.15.131 upstream stable release": what comes with it.
 */
static void read_upstream(struct stanza *s, const char *text)
{
	const char *p = strstr(text, "ChangeLog-");

	if (!p && strstr(text, "upstream stable release"))
		p = strstr(text, "update: ");
	if (p)
		s->upstream = version_in(s->pool, p, strcspn(p + 8, " \t") + 8);
}

static int read_item(
	struct stanza *s, unsigned indent, const struct fix_line *line, struct vmt_err *err)
{
	const char *text = line->text + indent + 2;
	int rc;

	if (s->n == 0 && read_version(s, text))
		return 0;
	if (!s->n || indent <= s->items[0].indent)
		s->upstream = NULL;
	rc = stanza_add(s, indent, text, line->len - indent - 2, err);
	if (!rc)
		read_upstream(s, text);
	return rc;
}

static int read_line(struct stanza *s, const struct fix_line *line, struct vmt_err *err)
{
	unsigned indent = bullet(line->text);
	const char *p = line->text;

	if (indent)
		return read_item(s, indent, line, err);
	while (*p == ' ' || *p == '\t')
		p++;
	/* "  [ Jane Doe ]" says who made what follows. */
	if (!*p || (*p == '[' && p[1] == ' ' && p - line->text <= 2))
		return 0;
	if (strstr(p, "://") && strstr(p, "ChangeLog-")) {
		read_upstream(s, p);
		for (size_t i = s->n; i; i = s->items[i - 1].group)
			if (!s->items[i - 1].group) /* the URL stands below the group's head */
				s->items[i - 1].is_group = true;
		return 0;
	}
	return stanza_continue(s, p, line->len - (size_t)(p - line->text), err);
}

static void read_trailer(struct stanza *s, const struct fix_line *line)
{
	const char *date = strstr(line->text, ">  ");

	if (date)
		s->time = fix_time_read(date + 1, line->len - (size_t)(date + 1 - line->text));
}

static int read_any(TALLOC_CTX *ctx, struct stanza *s, const struct fix_line *line,
	struct fix_reading *r, struct vmt_err *err)
{
	int rc;

	if (starts(line->text, " -- ")) {
		if (s->pool)
			read_trailer(s, line);
		return stanza_done(ctx, s, r, err);
	}
	if (line->len && line->text[0] != ' ' && line->text[0] != '\t') {
		rc = stanza_done(ctx, s, r, err);
		if (!rc)
			rc = stanza_begin(ctx, s, err);
		if (!rc && !read_head(s, line)) { /* a comment, or an editor's mode line */
			talloc_free(s->pool);
			s->pool = NULL;
		}
		return rc;
	}
	return s->pool ? read_line(s, line, err) : 0;
}

int source_debian_read(struct fix_input *in, struct fix_reading *r, struct vmt_err *err)
{
	struct stanza s = {0};

	return stanzas_read(in, &s, read_any, r, err);
}
