// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Changelogs of rpm packages:
 *
 *	* Fri Apr 05 2024 Jane Doe <jane@example.org> [5.14.0-437.el9]
 *	- x86/mce: Cleanup mce_usable_address() (Jane Doe) [RHEL-25415] {CVE-2024-1234}
 *
 * Fedora writes "- 6.8.4-200" or "[6.8.4-0]" after the address. SUSE writes a clock, no version,
 *and after each day's changes the commit of its sources, which the banner of a built kernel names:
 *
 *	* Wed Nov 18 17:03:53 CET 2026 - jane@example.org
 *	- ALSA: usb-audio: Fix this
 *	  (git-fixes).
 *	- commit 8ebb1f4
 */
#include <string.h>

#include "base/ascii.h"
#include "fixes/source_read.h"
#include "fixes/source_stanza.h"
#include "fixes/version.h"
#include "timeline/civil.h"

#define MOST_DATE 48

/* "* Fri Apr 05 2024 ...": the length with the year; 0: it is no head. */
static size_t date_length(const struct fix_line *line)
{
	const char *p = line->text;

	if (line->len < 15 || p[0] != '*' || p[1] != ' ' || !civil_day_name(p + 2, 3) ||
		p[5] != ' ' || !civil_month_name(p + 6, 3))
		return 0;
	for (size_t i = 10; i + 4 <= line->len && i < MOST_DATE; i++)
		if (p[i - 1] == ' ' && ascii_is_digit(p[i]) && ascii_is_digit(p[i + 1]) &&
			ascii_is_digit(p[i + 2]) && ascii_is_digit(p[i + 3]) &&
			(p[i + 4] == ' ' || !p[i + 4]))
			return i + 4;
	return 0;
}

/* "el9" of "5.14.0-427.13.1.el9_4", "fc40": what the version counts in. NULL: it does not say. */
static const char *read_suite(struct stanza *s, const char *p, const char *end)
{
	for (; p < end; p++) {
		size_t n = 1;

		if (*p != '.' || !ascii_is_alpha(p[1]))
			continue;
		while (p + n < end && ascii_is_alpha(p[n]))
			n++;
		while (p + n < end && ascii_is_digit(p[n]))
			n++;
		if (ascii_is_digit(p[n - 1]) && n > 3)
			return stanza_text(s, p + 1, n - 1);
	}
	return NULL;
}

static void read_version(struct stanza *s, const char *p)
{
	const char *mail = strrchr(p, '>'), *end;

	if (!mail) /* SUSE */
		return;
	for (p = mail + 1; *p && strchr(" -[(", *p);)
		p++;
	for (end = p; *end && !strchr(" ])", *end);)
		end++;
	if (ascii_is_digit(*p)) {
		s->version = stanza_text(s, p, (size_t)(end - p));
		s->suite = read_suite(s, p, end);
	}
}

static int read_head(TALLOC_CTX *ctx, struct stanza *s, const struct fix_line *line, size_t date,
	struct vmt_err *err)
{
	int rc = stanza_begin(ctx, s, err);

	if (rc)
		return rc;
	s->time = fix_time_read(line->text + 2, date - 2);
	read_version(s, line->text + date);
	return 0;
}

/* "commit 8ebb1f4": the length of the id; 0: it is none. */
static size_t commit_length(const char *text)
{
	size_t n = 0;

	if (strncmp(text, "commit ", 7) != 0)
		return 0;
	while (ascii_hex(text[7 + n]) >= 0)
		n++;
	return n >= 7 && n <= 40 && !text[7 + n] ? n : 0;
}

static int read_item(struct stanza *s, const struct fix_line *line, struct vmt_err *err)
{
	const char *text = line->text + 2;
	size_t commit = commit_length(text);
	const char *mark;

	if (commit && !s->version) {
		s->version = stanza_text(s, text + 7, commit);
		s->suite = "commit";
	}
	if (commit) {
		s->marks++;
		return 0;
	}
	mark = version_mark(s->pool, text);
	if (mark)
		s->upstream = mark;
	return stanza_add(s, 1, text, line->len - 2, err);
}

static int read_any(TALLOC_CTX *ctx, struct stanza *s, const struct fix_line *line,
	struct fix_reading *r, struct vmt_err *err)
{
	size_t date = date_length(line);
	int rc;

	if (date) {
		rc = stanza_done(ctx, s, r, err);
		return rc ? rc : read_head(ctx, s, line, date, err);
	}
	if (!s->pool)
		return 0;
	if (line->len > 2 && line->text[0] == '-' && line->text[1] == ' ')
		return read_item(s, line, err);
	/* "Resolves: RHEL-1" is none of an entry. */
	if (line->text[0] != ' ' && line->text[0] != '\t')
		return 0;
	return stanza_continue(s, line->text, line->len, err);
}

int source_rpm_read(struct fix_input *in, struct fix_reading *r, struct vmt_err *err)
{
	struct stanza s = {.author = true};

	return stanzas_read(in, &s, read_any, r, err);
}
