// SPDX-License-Identifier: GPL-3.0-or-later
/* A match of the ranking as a person reads it: why it matches, and which release has it. */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/seconds.h"
#include "fixes/answer.h"

#define NAMED_MOST 3	 /* names of functions in the clause that says why */
#define CALLS_OF_TRACE 3 /* calls in a row that are no chance */

/* ---- releases ---------------------------------------------------------------------------- */

/* Drivers count as they like: the first release that is newer. */
static enum version_has driver_has(const char *had, const struct fix_release *releases, size_t n,
	const struct fix_release **release)
{
	*release = NULL;
	for (size_t i = 0; i < n && had; i++) {
		bool newer = version_compare_debian(releases[i].version, had) > 0;

		if (!newer) {
			*release = &releases[i];
			return VERSION_HAS_IT;
		}
		if (!*release ||
			version_compare_debian(releases[i].version, (*release)->version) < 0)
			*release = &releases[i];
	}
	return *release ? VERSION_LACKS_IT : VERSION_HAS_UNKNOWN;
}

static enum version_has has_fix(const struct answer_source *s, const struct fix_release *releases,
	size_t n, const struct fix_release **release)
{
	return s->driver ? driver_has(s->ran.upstream, releases, n, release)
			 : version_has_fix(&s->ran, releases, n, release);
}

static const char *const statuses[] = {[VERSION_HAS_UNKNOWN] = VMT_FIX_UNKNOWN,
	[VERSION_HAS_IT] = VMT_FIX_PRESENT,
	[VERSION_LACKS_IT] = VMT_FIX_NEWER,
	[VERSION_LACKS_BRANCH] = VMT_FIX_BRANCH};

int answer_count_newer(const struct answer_source *s, uint64_t *newer, struct vmt_err *err)
{
	uint32_t n = index_releases(s->index), fixes = index_size(s->index);
	uint8_t *has = talloc_array(NULL, uint8_t, n + 1);

	*newer = 0;
	if (!has)
		return err_nomem(err);
	for (uint32_t i = 0; i < n; i++) {
		const struct fix_release *decides;
		struct fix_release release;

		index_release(s->index, i, &release);
		has[i] = (uint8_t)has_fix(s, &release, 1, &decides);
	}
	for (uint32_t f = 0; f < fixes; f++) {
		bool had = false, lacked = false;
		uint32_t r;

		for (uint32_t i = 0; (r = index_release_of(s->index, f, i)) != INDEX_NONE; i++) {
			had |= has[r] == VERSION_HAS_IT;
			lacked |= has[r] == VERSION_LACKS_IT || has[r] == VERSION_LACKS_BRANCH;
		}
		*newer += lacked && !had;
	}
	talloc_free(has);
	return 0;
}

/* ---- marks ------------------------------------------------------------------------------- */

static bool in_word(char c)
{
	return ascii_is_alnum(c) || c == '_';
}

static bool begins(const char *word, size_t len, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (i >= len || ascii_lower(word[i]) != ascii_lower(text[i]))
			return false;
	return true;
}

/* Whether a word of a subject, or a part of it between '_', is one that matched. */
static bool is_matched(const char *word, size_t len, const struct rank_match *m)
{
	for (size_t i = 0; i < m->reasons_n; i++) {
		const char *text = m->reasons[i].text;
		size_t n = strlen(text);
		bool name =
			m->reasons[i].kind == RANK_FUNCTION || m->reasons[i].kind == RANK_MODULE;

		if (m->reasons[i].kind == RANK_FILE || m->reasons[i].kind == RANK_FOLDER ||
			m->reasons[i].kind == RANK_CALL || n < 2)
			continue;
		for (size_t at = 0; at < len; at++) {
			if (at && word[at - 1] != '_')
				continue;
			/* Words may lack their ending; names are whole. */
			if (begins(word + at, len - at, text, n) &&
				(!name || n == len - at || len - at - n < 4))
				return true;
		}
	}
	return false;
}

/* "use after free" as it is spelled in subjects: each word of a topic's name. */
static bool is_of_topic(const char *word, size_t len, const struct rank_match *m)
{
	for (size_t i = 0; i < m->reasons_n; i++) {
		const char *p = m->reasons[i].text;

		if (m->reasons[i].kind != RANK_TOPIC)
			continue;
		while (*p) {
			size_t n = strcspn(p, " -");

			if (n > 1 && begins(word, len, p, n) && len - n < 4)
				return true;
			p += n + (p[n] != '\0');
		}
	}
	return false;
}

static int mark(
	struct answer *a, const struct rank_match *m, struct vmt_fix *fix, struct vmt_err *err)
{
	const char **marks = NULL;

	for (const char *p = fix->subject; *p;) {
		size_t len = 0;

		while (in_word(p[len]))
			len++;
		if (len && (is_matched(p, len, m) || is_of_topic(p, len, m))) {
			const char **more = ARRAY_ROOM(a->fixes, marks, fix->n_marks);

			if (!more)
				return err_nomem(err);
			marks = more;
			marks[fix->n_marks++] = talloc_strndup(a->fixes, p, len);
			if (!marks[fix->n_marks - 1])
				return err_nomem(err);
		}
		p += len ? len : 1;
	}
	fix->marks = marks;
	return 0;
}

/* ---- why --------------------------------------------------------------------------------- */

static const char *const whats[] = {[RANK_FUNCTION] = VMT_MATCH_FUNCTION,
	[RANK_WORD] = VMT_MATCH_WORD,
	[RANK_MODULE] = VMT_MATCH_MODULE,
	[RANK_TOPIC] = VMT_MATCH_KIND,
	[RANK_HEADLINE] = VMT_MATCH_HEADLINE,
	[RANK_FILE] = VMT_MATCH_FILE,
	[RANK_FOLDER] = VMT_MATCH_FOLDER,
	[RANK_CALL] = VMT_MATCH_TRACE};

static int copy_reasons(
	struct answer *a, const struct rank_match *m, struct vmt_fix *fix, struct vmt_err *err)
{
	struct vmt_fix_reason *list =
		talloc_array(a->fixes, struct vmt_fix_reason, m->reasons_n + 1);
	unsigned failures = alloc_failures();

	if (!list)
		return err_nomem(err);
	for (size_t i = 0; i < m->reasons_n; i++)
		list[i] = (struct vmt_fix_reason){.what = whats[m->reasons[i].kind],
			.text = talloc_strdup(list, m->reasons[i].text),
			.share = m->reasons[i].share};
	fix->reasons = list;
	fix->n_reasons = m->reasons_n;
	return alloc_check(failures, err);
}

/* Up to `most` texts of one kind: "a, b and c". NULL: there is none. */
static char *list_of(
	TALLOC_CTX *ctx, const struct rank_match *m, enum rank_reason_kind kind, size_t most)
{
	size_t n = rank_reasons(m, kind), shown = 0;
	char *text = NULL;

	n = n < most ? n : most;
	for (size_t i = 0; i < m->reasons_n && shown < n; i++) {
		if (m->reasons[i].kind != kind)
			continue;
		text = !shown ? talloc_strdup(ctx, m->reasons[i].text)
			      : talloc_asprintf(ctx, "%s%s%s", text,
					shown + 1 == n ? " and " : ", ", m->reasons[i].text);
		shown++;
	}
	return text;
}

static void add_clause(
	TALLOC_CTX *ctx, char **why, const char *before, const char *text, const char *after)
{
	if (text)
		*why = talloc_asprintf(
			ctx, "%s%s%s%s%s", *why ? *why : "", *why ? "; " : "", before, text, after);
}

/* Whether the driver to blame is named, by a reason of any kind. */
static const char *driver_of(const struct answer *a, const struct rank_match *m)
{
	const char *module = a->report->verdict.module;

	for (size_t i = 0; module && i < m->reasons_n; i++)
		if (!strcmp(m->reasons[i].text, module))
			return module;
	return NULL;
}

static void add_words(
	TALLOC_CTX *ctx, char **why, const struct rank_match *m, enum rank_reason_kind kind)
{
	size_t n = rank_reasons(m, kind);

	add_clause(ctx, why, n == 1 ? "shares the word " : "shares the words ",
		list_of(ctx, m, kind, NAMED_MOST), "");
}

/* The strongest of what can be said; words alone only if there is little else. */
static const char *why_of(
	TALLOC_CTX *ctx, const struct answer *a, const struct rank_match *m, bool quotes)
{
	const char *driver = driver_of(a, m);
	char *why = NULL;

	if (quotes)
		add_clause(ctx, &why, "", "its message quotes this very stack", "");
	add_clause(
		ctx, &why, "names ", list_of(ctx, m, RANK_FUNCTION, NAMED_MOST), " of the stack");
	add_clause(ctx, &why, "changes ", list_of(ctx, m, RANK_FILE, 1),
		", which defines functions of the stack");
	if (!rank_reasons(m, RANK_FILE))
		add_clause(ctx, &why, "changes files in ", list_of(ctx, m, RANK_FOLDER, 1),
			", as functions of the stack are");
	if (driver)
		add_clause(ctx, &why, "is about ", driver, ", which crashed");
	else
		add_clause(ctx, &why, "is about ", list_of(ctx, m, RANK_MODULE, 1), "");
	add_clause(ctx, &why, "speaks of ", list_of(ctx, m, RANK_TOPIC, 2), "");
	if (!rank_reasons(m, RANK_FUNCTION) && (!driver || rank_reasons(m, RANK_WORD) > 1))
		add_words(ctx, &why, m, RANK_WORD);
	if (!why)
		add_words(ctx, &why, m, RANK_HEADLINE);
	return why;
}

/* ---- all --------------------------------------------------------------------------------- */

static const char *const *copy_texts(TALLOC_CTX *ctx, const char *const *texts, size_t n)
{
	const char **copy = talloc_array(ctx, const char *, n + 1);

	for (size_t i = 0; copy && i < n; i++)
		copy[i] = talloc_strdup(copy, texts[i]);
	return copy;
}

static const char *const *copy_releases(TALLOC_CTX *ctx, const struct fix *fix)
{
	const char **copy = talloc_array(ctx, const char *, fix->releases_n + 1);

	for (size_t i = 0; copy && i < fix->releases_n; i++)
		copy[i] = talloc_strdup(copy, fix->releases[i].version);
	return copy;
}

static int copy_fix(struct answer *a, const struct answer_source *s, const struct fix *fix,
	const struct rank_match *m, struct vmt_fix *ret, struct vmt_err *err)
{
	unsigned failures = alloc_failures();
	const struct fix_release *release;
	enum version_has has = has_fix(s, fix->releases, fix->releases_n, &release);

	if (has == VERSION_HAS_UNKNOWN && m->has == RANK_HAS_IT)
		has = VERSION_HAS_IT;
	ret->subject = talloc_strdup(a->fixes, fix->subject);
	ret->status = statuses[has];
	if (release)
		ret->release = talloc_strdup(a->fixes, release->version);
	ret->releases = copy_releases(a->fixes, fix);
	ret->n_releases = fix->releases_n;
	if (fix->commit)
		ret->commit = talloc_strdup(a->fixes, fix->commit);
	ret->cves = copy_texts(a->fixes, fix->cves, fix->cves_n);
	ret->n_cves = fix->cves_n;
	ret->files = copy_texts(a->fixes, fix->files, fix->files_n);
	ret->n_files = fix->files_n;
	if (fix->time)
		ret->time = seconds_to_time(fix->time);
	return alloc_check(failures, err);
}

int answer_match(struct answer *a, const struct answer_source *s, size_t source,
	const struct rank_match *m, struct vmt_fix *ret, struct vmt_err *err)
{
	struct fix fix;
	int rc = index_fix(a->tmp, s->index, m->fix, &fix, err);

	*ret = (struct vmt_fix){.source = source,
		.chance = rank_likelihood(m),
		.quotes = rank_reasons(m, RANK_CALL) >= CALLS_OF_TRACE};
	if (!rc)
		rc = copy_fix(a, s, &fix, m, ret, err);
	if (!rc)
		rc = mark(a, m, ret, err);
	if (!rc)
		rc = copy_reasons(a, m, ret, err);
	if (rc)
		return rc;
	ret->why = why_of(a->fixes, a, m, ret->quotes);
	return ret->why ? 0 : err_nomem(err);
}
