// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What vendors write about their drivers' releases. There is no format, but nearly all have a line
 * with a version, and below it a list:
 *
 *	Version 3.4.2 (2026-11-16)		ice-1.13.7			* Changes in 2.1:
 *	===========================		- Fixed a hang		  - Fixed a leak
 *	* Fixed a crash on unload
 *
 * Where no line has a bullet, each paragraph is an entry.
 */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "fixes/source_read.h"
#include "fixes/source_stanza.h"
#include "fixes/version.h"

#define MOST_HEAD 100 /* bytes of a line with a version */
#define MOST_INDENT 24

/* Words that a line with a version has around it. */
static const char *const head_words[] = {"version", "release", "changes", "changelog", "driver",
	"rev", "ver", "v", "in", "for", "since", "from", "to", "notes", "new", "what's",
	"revision"};

/* Letters, digits and '-' of a name like "ice" or "mpt3sas-linux". */
static bool is_head_word(const char *p, size_t len, size_t *others)
{
	for (size_t i = 0; i < ARRAY_SIZE(head_words); i++) {
		size_t n = 0;

		while (n < len && ascii_lower(p[n]) == head_words[i][n] && head_words[i][n])
			n++;
		if (n == len && !head_words[i][n])
			return true;
	}
	return ++*others <= 1;
}

static bool is_year(const char *p)
{
	return (p[0] == '1' || p[0] == '2') && ascii_is_digit(p[1]) && ascii_is_digit(p[2]) &&
	       ascii_is_digit(p[3]) && !ascii_is_digit(p[4]);
}

/* The digits and dots of a version at p, as "1.13.7-2" or "28.1.0.0"; 0: none. */
static size_t version_length(const char *p)
{
	size_t n = 0, dots = 0;

	if (!ascii_is_digit(*p))
		return 0;
	while (ascii_is_alnum(p[n]) ||
		((p[n] == '.' || p[n] == '-' || p[n] == '_') && ascii_is_alnum(p[n + 1])))
		dots += p[n++] == '.';
	return dots && !(is_year(p) && p[4] == '-') ? n : 0;
}

/* Whether a line only names a version: words that speak of one, a name, a date. */
static const char *head_version(struct stanza *s, const struct fix_line *line)
{
	const char *p = line->text, *found = NULL;
	size_t others = 0, length = 0;

	if (!line->len || line->len > MOST_HEAD || strchr(".;,", line->text[line->len - 1]))
		return NULL;
	while (*p && !found) {
		size_t n;

		while (*p && !ascii_is_alnum(*p))
			p++;
		for (n = 0; ascii_is_alpha(p[n]) || p[n] == '\'' || (n && p[n] == '_') ||
			    (n && ascii_is_alpha(p[n - 1]) && ascii_is_digit(p[n]));)
			n++;
		length = version_length(p + n);
		if (n && !is_head_word(p, n, &others))
			return NULL;
		if (length)
			found = p + n;
		p += n + (!n && *p && !length);
	}
	if (!found)
		return NULL;
	/* After it, a date at most: no sentence. */
	for (p = found + length, others = 0; *p; p++)
		others += *p == ' ' && ascii_is_alpha(p[1]);
	return others <= 3 ? stanza_text(s, found, length) : NULL;
}

static bool is_rule(const struct fix_line *line)
{
	return line->len && strspn(line->text, "=-*~#_+ ") == line->len;
}

static unsigned bullet(const char *p, size_t *text)
{
	unsigned n = 0;

	while (n < MOST_INDENT && (p[n] == ' ' || p[n] == '\t'))
		n++;
	*text = n + 1;
	if (p[n] && strchr("*-+o", p[n]) && (p[n + 1] == ' ' || p[n + 1] == '\t'))
		return n + 1;
	if (ascii_is_digit(p[n]) && (p[n + 1] == '.' || p[n + 1] == ')') && p[n + 2] == ' ') {
		*text = n + 2;
		return n + 1;
	}
	return 0;
}

struct vendor {
	TALLOC_CTX *ctx;
	struct stanza stanza;
	bool bullets; /* the stanza has some */
	bool blank;   /* the line before was empty */
	struct fix_reading *r;
};

static int begin(
	struct vendor *v, const struct fix_line *line, const char *version, struct vmt_err *err)
{
	struct stanza *s = &v->stanza;
	char *own = talloc_strdup(v->ctx, version);
	int rc = own ? stanza_done(v->ctx, s, v->r, err) : err_nomem(err);

	if (!rc)
		rc = stanza_begin(v->ctx, s, err);
	if (!rc) {
		s->version = stanza_text(s, own, strlen(own));
		s->time = fix_time_read(line->text, line->len);
	}
	v->bullets = v->blank = false;
	talloc_free(own);
	return rc;
}

static int read_line(struct vendor *v, const struct fix_line *line, struct vmt_err *err)
{
	struct stanza *s = &v->stanza, none = {.pool = v->ctx};
	const char *version = head_version(s->pool ? s : &none, line);
	bool blank = v->blank;
	size_t text;
	unsigned indent;

	if (version)
		return begin(v, line, version, err);
	v->blank = !line->len;
	if (!s->pool || v->blank || is_rule(line))
		return 0;
	indent = bullet(line->text, &text);
	v->bullets |= indent > 0;
	if (indent) {
		while (line->text[text] == ' ' || line->text[text] == '\t')
			text++;
		return stanza_add(s, indent, line->text + text, line->len - text, err);
	}
	if (!v->bullets && (blank || !s->n))
		return stanza_add(s, 1, line->text, line->len, err);
	return blank ? 0 : stanza_continue(s, line->text, line->len, err);
}

int source_vendor_read(struct fix_input *in, struct fix_reading *r, struct vmt_err *err)
{
	struct vendor v = {.ctx = talloc_new(NULL), .r = r};
	struct fix_line line;
	uint64_t lines = 0;
	int rc = v.ctx ? 0 : err_nomem(err), more = 1;

	while (!rc && (more = fix_input_line(in, &line, err)) > 0) {
		rc = read_line(&v, &line, err);
		if (!rc)
			rc = source_step(in, r, &lines);
	}
	if (!rc)
		rc = more < 0 ? more : stanza_done(v.ctx, &v.stanza, r, err);
	talloc_free(v.ctx);
	return rc;
}
