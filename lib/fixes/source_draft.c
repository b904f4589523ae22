// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixes/source_draft.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "fixes/version.h"

#define MOST_STRINGS                                                                               \
	4096 /* of one kind in one fix: a treewide change touches some thousand files */

void fix_draft_begin(TALLOC_CTX *ctx, struct fix_draft *d)
{
	talloc_free(d->pool);
	*d = (struct fix_draft){.pool = talloc_new(ctx)};
	d->failed = !d->pool;
}

void fix_draft_add(struct fix_draft *d, struct fix_strings *to, const char *text, size_t len)
{
	const char **more;

	if (d->failed || !len || to->n >= MOST_STRINGS)
		return;
	for (size_t i = 0; i < to->n && to != &d->files; i++)
		if (strlen(to->list[i]) == len && !memcmp(to->list[i], text, len))
			return;
	more = ARRAY_ROOM(d->pool, to->list, to->n);
	d->failed = !more;
	if (!more)
		return;
	to->list = more;
	more[to->n] = talloc_strndup(d->pool, text, len);
	d->failed = !more[to->n];
	to->n += !d->failed;
}

void fix_draft_release(struct fix_draft *d, const char *version, const char *branch)
{
	struct fix_release *more;
	size_t n = d->fix.releases_n;

	if (d->failed || !version || n >= MOST_STRINGS)
		return;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(d->releases[i].version, version))
			return;
	more = ARRAY_ROOM(d->pool, d->releases, n);
	d->failed = !more;
	if (!more)
		return;
	d->releases = more;
	more[n] = (struct fix_release){
		talloc_strdup(d->pool, version), branch ? talloc_strdup(d->pool, branch) : NULL};
	d->failed = !more[n].version;
	d->fix.releases_n += !d->failed;
}

void fix_draft_upstream(struct fix_draft *d, const char *version)
{
	if (version && !d->failed)
		fix_draft_release(d, version, version_branch(d->pool, version));
}

/* ---- subject ----------------------------------------------------------------------------- */

/* Debian's names, the kernel's folders of arch/, and what both are called in lists. */
static const char *const arch_words[] = {"alpha", "amd64", "arc", "arm", "arm64", "armel", "armhf",
	"csky", "hppa", "i386", "ia64", "loong64", "loongarch", "m68k", "mips", "mips64",
	"mips64el", "mipsel", "parisc", "powerpc", "powerpcspe", "ppc64", "ppc64el", "riscv",
	"riscv64", "s390", "s390x", "sh4", "sparc", "sparc64", "x32", "x86"};

/* "arm64", "armel/versatile", "mips*", "mips64r6el": the length of the arch's name; 0: it is none.
 */
static size_t arch_name(const char *p, size_t len)
{
	size_t n = 0;

	while (n < len && ascii_is_alnum(p[n]))
		n++;
	if (n < len && p[n] != '/' && p[n] != '*')
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(arch_words); i++)
		if (strlen(arch_words[i]) == n && !memcmp(arch_words[i], p, n))
			return n;
	return n > 4 && !memcmp(p, "mips", 4) ? n : 0;
}

/* "[arm64,x86] " in front. Returns past it, or p. */
static const char *take_arches(struct fix_draft *d, const char *p, const char *end)
{
	const char *close = p < end && *p == '[' ? memchr(p, ']', (size_t)(end - p)) : NULL;
	bool all = close != NULL;

	for (int pass = 0; all && pass < 2; pass++) {
		for (const char *w = p + 1; w < close && all;) {
			size_t len = 0, name;

			while (w + len < close && w[len] != ',' && w[len] != ' ')
				len++;
			name = arch_name(w, len);
			all = !len || name;
			if (pass && name)
				fix_draft_add(d, &d->arches, w, name);
			w += len + 1;
		}
	}
	if (!all)
		return p;
	for (p = close + 1; p < end && (*p == ' ' || *p == ':');)
		p++;
	return p;
}

static void take_cves(struct fix_draft *d, const char *p, const char *end)
{
	while ((p = memmem(p, (size_t)(end - p), "CVE-", 4))) {
		const char *q = p + 4;

		while (q < end && (ascii_is_digit(*q) || (*q == '-' && q == p + 8)))
			q++;
		if (q > p + 12)
			fix_draft_add(d, &d->cves, p, (size_t)(q - p));
		p = q;
	}
}

/* Words that begin a reference to a bug, a CVE or the kind of a backport. */
static const char *const reference_words[] = {"CVE-", "#", "Closes:", "closes:", "LP:", "bsc#",
	"bnc#", "boo#", "jsc#", "bsc", "bz#", "rhbz#", "ltc#", "fate#", "git-fix", "stable-fix",
	"networking-stable", "XSA-", "XSA", "RHEL-",
	"Orabug:", "orabug:", "Bugzilla:", "bugzilla:", "stable-", "ksplice", "ZDI-", "bgo#",
	"kabi", "kABI", "JIRA:"};

static bool is_reference(const char *p, size_t len)
{
	size_t n = 0;

	while (n < len && ascii_is_digit(p[n]))
		n++;
	if (len && n == len)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(reference_words); i++) {
		n = strlen(reference_words[i]);
		if (len >= n && !memcmp(p, reference_words[i], n))
			return true;
	}
	return false;
}

static bool all_references(const char *p, const char *end)
{
	size_t n = 0;

	while (p < end) {
		size_t len = 0;

		while (p + len < end && !strchr(" ,;", p[len]))
			len++;
		if (len && !is_reference(p, len))
			return false;
		n += len > 0;
		p += len + 1;
	}
	return n > 0;
}

/* "Jane Q. Doe": words of letters, each with a capital or short. */
static bool is_name(const char *p, const char *end)
{
	size_t words = 1, capitals = 0;

	for (const char *c = p; c < end; c++) {
		if (ascii_is_digit(*c) || strchr("_()=/:#", *c))
			return false;
		words += *c == ' ';
		capitals += *c >= 'A' && *c <= 'Z';
	}
	return p < end && words <= 6 && (capitals || (unsigned char)*p >= 0x80 || words == 1);
}

/* Where the group that ends the text begins; NULL: none does. */
static const char *last_group(const char *p, const char *end)
{
	char close = end > p ? end[-1] : '\0', open;
	int depth = 0;

	open = close == ')' ? '(' : close == ']' ? '[' : close == '}' ? '{' : '\0';
	if (!open)
		return NULL;
	for (const char *q = end; q-- > p;) {
		depth += (*q == close) - (*q == open);
		if (!depth)
			return q;
	}
	return NULL;
}

static const char *trim(const char *p, const char *end)
{
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	return end;
}

/* The end without groups of references and, once, the author's name. */
static const char *strip_references(const char *p, const char *end, bool author)
{
	const char *group;
	bool more = true;

	for (end = trim(p, end); more; end = trim(p, end)) {
		const char *dot = end > p + 1 && end[-1] == '.' ? end - 1 : end;

		group = last_group(p, dot);
		more = group && group > p && group[-1] == ' ';
		if (more && !all_references(group + 1, dot - 1)) {
			more = author && *group == '(' && is_name(group + 1, dot - 1);
			author = false;
		}
		if (more)
			end = group;
	}
	return end;
}

static void take_revert(struct fix_draft *d)
{
	static const char begin[] = "Revert \"";
	const char *s = d->fix.subject, *end;

	if (!s || strncmp(s, begin, strlen(begin)) != 0)
		return;
	s += strlen(begin);
	end = strrchr(s, '"');
	if (!end)
		end = s + strlen(s);
	if (end > s)
		d->fix.reverts = talloc_strndup(d->pool, s, (size_t)(end - s));
}

void fix_draft_subject(struct fix_draft *d, const char *text, size_t len, bool author)
{
	const char *p = text, *end = text + len;

	if (d->failed)
		return;
	take_cves(d, p, end);
	while (p < end && *p == ' ')
		p++;
	p = take_arches(d, p, end);
	end = strip_references(p, end, author);
	if (author && end > p + 1 && end[-1] == '.')
		end--;
	if (end == p) /* nothing but references: they are all that it says */
		p = text, end = trim(text, text + len);
	d->fix.subject = talloc_strndup(d->pool, p, (size_t)(end - p));
	d->failed = !d->fix.subject;
	take_revert(d);
}

/* ---- hand out ---------------------------------------------------------------------------- */

int fix_draft_done(struct fix_draft *d, struct fix_reading *r, struct vmt_err *err)
{
	struct fix *f = &d->fix;

	if (d->failed)
		return err_nomem(err);
	if (!f->subject || !*f->subject) {
		r->counts.skipped++;
		return 0;
	}
	f->files = d->files.list;
	f->files_n = d->files.n;
	f->fixes = d->fixes.list;
	f->fixes_n = d->fixes.n;
	f->arches = d->arches.list;
	f->arches_n = d->arches.n;
	f->cves = d->cves.list;
	f->cves_n = d->cves.n;
	f->releases = d->releases;
	r->counts.fixes++;
	return r->take(f, r->arg, err);
}
