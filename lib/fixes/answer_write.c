// SPDX-License-Identifier: GPL-3.0-or-later
/* Writes which release has the fix: as text, or as Markdown for a bug tracker. */
#include "fixes/answer_write.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "report/escape.h"
#include "report/json_out.h"
#include "report/marks.h"
#include "report/page.h"
#include "report/result_formats.h"

#define RELEASES_SHOWN 4 /* besides the one that decides */
#define CVES_SHOWN 3
#define COMMIT_DIGITS 12

/* ---- sentences, for both ----------------------------------------------------------------- */

/* "60,856" */
static char *number(TALLOC_CTX *ctx, uint64_t n)
{
	char digits[24], text[32];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, n), at = 0;

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	return talloc_strdup(ctx, text);
}

static const char *entries(uint64_t n)
{
	return n == 1 ? "entry" : "entries";
}

static const char *were(uint64_t n)
{
	return n == 1 ? "was" : "were";
}

/* What a fix's release is compared with. */
static const char *had(const struct vmt_fixes *f, const struct vmt_fix *fix)
{
	return f->sources[fix->source].driver ? f->driver.version : f->release;
}

/* "vhba " before a version of it; "" before one of the kernel. */
static const char *whose(TALLOC_CTX *ctx, const struct vmt_fixes *f, const struct vmt_fix *fix)
{
	const char *name = f->sources[fix->source].driver ? f->driver.name : NULL;
	const char *lead = name ? talloc_asprintf(ctx, "%s ", name) : NULL;

	return lead ? lead : "";
}

/* Which release has it, and what that means. Only a likely fix is a reason to upgrade. */
static char *release_line(TALLOC_CTX *ctx, const struct vmt_fixes *f, const struct vmt_fix *fix)
{
	const char *run = had(f, fix), *of = whose(ctx, f, fix);
	bool weak = !strcmp(fix->confidence, VMT_CONFIDENCE_LOW);
	const char *is_in = weak ? "In" : "Fixed in";

	if (!fix->release && !fix->n_releases)
		return talloc_strdup(ctx, "No release is named.");
	if (!strcmp(fix->status, VMT_FIX_NEWER))
		return talloc_asprintf(ctx,
			weak ? "In %s%s, you run %s." : "Fixed in %s%s, you run %s: upgrade.", of,
			fix->release, run);
	if (!strcmp(fix->status, VMT_FIX_PRESENT))
		return talloc_asprintf(ctx, "In %s%s, you run %s.", fix->release ? of : "",
			fix->release ? fix->release : "an earlier release", run ? run : f->kernel);
	if (!strcmp(fix->status, VMT_FIX_BRANCH))
		return talloc_asprintf(ctx,
			"%s %s%s, but in no release of the branch of yours, %s.", is_in, of,
			fix->release, run);
	return run ? talloc_asprintf(ctx, "%s %s%s, which cannot be compared with yours, %s.",
			     is_in, of, fix->releases[0], run)
		   : talloc_asprintf(ctx, "%s %s%s; which release crashed is not known.", is_in, of,
			     fix->releases[0]);
}

static bool is_said(const struct vmt_fix *fix, const char *release)
{
	return fix->release ? !strcmp(release, fix->release) : release == fix->releases[0];
}

/* No number of a package follows that of upstream. */
static bool is_upstream(const char *release)
{
	return !strchr(release, '-');
}

static char *more_releases(TALLOC_CTX *ctx, const struct vmt_fix *fix)
{
	size_t shown = 0;
	char *text = NULL;

	for (size_t i = 0; i < fix->n_releases && shown < RELEASES_SHOWN; i++) {
		if (is_said(fix, fix->releases[i]))
			continue;
		text = talloc_asprintf(ctx, "%s%s",
			text				? talloc_asprintf(ctx, "%s, ", text)
			: is_upstream(fix->releases[i]) ? "Upstream in "
							: "Also in ",
			fix->releases[i]);
		shown++;
	}
	return text;
}

/* Names by which it is found elsewhere. NULL: there is none. */
static char *names_line(TALLOC_CTX *ctx, const struct vmt_fix *fix)
{
	char *text = more_releases(ctx, fix);

	for (size_t i = 0; i < fix->n_cves && i < CVES_SHOWN; i++)
		text = talloc_asprintf(
			ctx, "%s%s%s", text ? text : "", text ? "; " : "", fix->cves[i]);
	if (fix->commit)
		text = talloc_asprintf(ctx, "%s%s%.*s", text ? text : "",
			text ? "; commit " : "Commit ", COMMIT_DIGITS, fix->commit);
	return text;
}

static char *why_line(TALLOC_CTX *ctx, const struct vmt_fix *fix)
{
	if (!strcmp(fix->confidence, VMT_CONFIDENCE_LOW))
		return talloc_asprintf(ctx, "Weak: it only %s.", fix->why);
	return talloc_asprintf(ctx, "Confidence %s: it %s.", fix->confidence, fix->why);
}

static char *kernel_line(TALLOC_CTX *ctx, const struct vmt_fixes *f)
{
	const char *release = f->release ? f->release : f->kernel;

	if (!release)
		return talloc_strdup(ctx, "Which kernel crashed is not known.");
	return talloc_asprintf(ctx, "%s%skernel %s%s%s%s", f->distribution ? f->distribution : "",
		f->distribution ? " " : "", release, f->kernel && f->kernel != release ? " (" : "",
		f->kernel && f->kernel != release ? f->kernel : "",
		f->kernel && f->kernel != release ? ")" : "");
}

/* Entries of sources whose releases can be compared with what crashed. */
static uint64_t compared(const struct vmt_fixes *f)
{
	uint64_t n = 0;

	for (size_t i = 0; i < f->n_sources; i++)
		n += f->sources[i].compared ? f->sources[i].entries : 0;
	return n;
}

static char *count_line(TALLOC_CTX *ctx, const struct vmt_fixes *f)
{
	uint64_t n = compared(f);
	char *other = number(ctx, f->entries - n), *newer = number(ctx, f->newer);

	if (!other || !newer)
		return NULL;
	if (!n)
		return talloc_asprintf(ctx,
			"%s %s %s read; which came after what crashed is not known.", other,
			entries(f->entries), were(f->entries));
	return talloc_asprintf(ctx, "%s %s after yours%s%s%s %s read.", newer, entries(f->newer),
		f->entries > n ? ", and " : "", f->entries > n ? other : "",
		f->entries > n ? " that cannot be compared," : "", were(f->newer));
}

/* What there is, or that there is nothing. */
static char *result_line(TALLOC_CTX *ctx, const struct vmt_fixes *f)
{
	char *count = count_line(ctx, f);

	if (!count)
		return NULL;
	if (f->n_likely)
		return talloc_asprintf(ctx, "%s: %s",
			f->n_fixes == 1 ? "One change may be the fix"
					: "Changes that may be the fix, the likeliest first",
			count);
	if (f->n_fixes)
		return talloc_asprintf(ctx,
			"Nothing matches well: %s What comes nearest is more often wrong than "
			"right.",
			count);
	if (f->entries && f->entries == compared(f) && !f->newer)
		return talloc_asprintf(ctx,
			"Nothing that was read came after yours, %s: read the changes of a newer "
			"release.",
			f->release ? f->release : f->driver.version);
	return f->entries ? talloc_asprintf(ctx, "Nothing matches: %s", count)
			  : talloc_strdup(ctx, "Nothing was read that tells of changes.");
}

static char *driver_line(TALLOC_CTX *ctx, const struct vmt_fix_driver *d)
{
	if (!d->path)
		return NULL;
	if (!d->path_version)
		return talloc_asprintf(ctx,
			"This machine has another build of %s than the one that crashed: %s.",
			d->name, d->path);
	return talloc_asprintf(ctx,
		"This machine has %s %s (%s), and %s crashed: load the newer one.", d->name,
		d->path_version, d->path, d->version);
}

char *answer_firmware_text(TALLOC_CTX *ctx, const struct vmt_fix_firmware *w)
{
	return talloc_asprintf(ctx,
		"Update the firmware of %s: it is %s in the log, and linux-firmware here has a "
		"newer "
		"one, %s (%s).",
		w->driver, w->version, w->file_version, w->file);
}

static char *source_line(TALLOC_CTX *ctx, const struct vmt_fix_source *s)
{
	char *all = number(ctx, s->entries), *newer = number(ctx, s->newer);

	if (!all || !newer)
		return NULL;
	if (s->error)
		return talloc_asprintf(ctx, "not read: %s", s->error->message);
	return talloc_asprintf(ctx, "%s, %s%s%s: %s %s%s%s%s", s->path, s->kind,
		s->version ? " up to " : "", s->version ? s->version : "", all, entries(s->entries),
		s->compared ? ", " : "", s->compared ? newer : "",
		s->compared ? " after yours" : "");
}

/* ---- text -------------------------------------------------------------------------------- */

static void put(struct page *p, enum page_style style, const char *lead, char *text)
{
	if (text)
		page_text(p, style, lead, text);
	else
		p->nomem = true;
}

static void put_fix(
	struct page *p, const struct vmt_fixes *f, const struct vmt_fix *fix, size_t number)
{
	char lead[16], indent[16], *names = names_line(p->ctx, fix);
	int n = snprintf(lead, sizeof(lead), "%2zu. ", number);

	snprintf(indent, sizeof(indent), "%*s", n, "");
	page_blank(p);
	page_marked(p, lead, fix->subject, fix->marks, fix->n_marks);
	put(p, PAGE_PLAIN, indent, release_line(p->ctx, f, fix));
	put(p, PAGE_PLAIN, indent, why_line(p->ctx, fix));
	if (names)
		page_text(p, PAGE_FAINT, indent, names);
}

static void put_present(struct page *p, const struct vmt_fixes *f)
{
	if (f->n_present)
		page_title(p, "Not the fix: the kernel that crashed has it already");
	for (size_t i = 0; i < f->n_present; i++) {
		page_marked(p, "    ", f->present[i].subject, f->present[i].marks,
			f->present[i].n_marks);
		put(p, PAGE_FAINT, "    ", release_line(p->ctx, f, &f->present[i]));
	}
}

static size_t n_read(const struct vmt_fixes *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_sources; i++)
		n += !f->sources[i].error;
	return n;
}

static int write_text(
	const void *result, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	const struct vmt_fixes *f = result;
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct page p;
	int rc;

	if (!ctx)
		return err_nomem(err);
	p = page_init(ctx, out, opts->width, opts->colour);
	if (f->headline)
		page_text(&p, PAGE_BOLD, "", f->headline);
	put(&p, PAGE_FAINT, "", kernel_line(ctx, f));
	page_blank(&p);
	put(&p, PAGE_BOLD, "", result_line(ctx, f));
	if (f->driver.path)
		put(&p, PAGE_PLAIN, "", driver_line(ctx, &f->driver));
	if (f->firmware.driver)
		put(&p, PAGE_PLAIN, "", answer_firmware_text(ctx, &f->firmware));
	for (size_t i = 0; i < f->n_fixes; i++)
		put_fix(&p, f, &f->fixes[i], i + 1);
	put_present(&p, f);
	if (n_read(f))
		page_title(&p, "Read");
	/* Who reads a text was told what could not be read: errors are no part of it. */
	for (size_t i = 0; i < f->n_sources; i++)
		if (!f->sources[i].error)
			put(&p, PAGE_PLAIN, "    ", source_line(ctx, &f->sources[i]));
	rc = page_status(&p, err);
	talloc_free(ctx);
	return rc;
}

/* ---- Markdown ---------------------------------------------------------------------------- */

struct sheet {
	FILE *out;
	TALLOC_CTX *ctx;
	bool nomem;
};

static void put_text(struct sheet *s, const char *before, const char *text, const char *after)
{
	char *safe = text ? escape_markdown(s->ctx, text) : NULL;

	if (safe)
		fprintf(s->out, "%s%s%s", before, safe, after);
	else
		s->nomem = true;
}

/* Marks are bold. */
static void put_subject(struct sheet *s, const char *before, const struct vmt_fix *fix)
{
	const char *p = fix->subject;
	size_t len = strlen(p), at, n;

	fputs(before, s->out);
	while ((n = marks_find(p, len, fix->marks, fix->n_marks, &at))) {
		put_text(s, "", talloc_strndup(s->ctx, p, at), "");
		put_text(s, "**", talloc_strndup(s->ctx, p + at, n), "**");
		p += at + n;
		len -= at + n;
	}
	put_text(s, "", p, "\n");
}

static void put_markdown(struct sheet *s, const struct vmt_fixes *f)
{
	if (f->headline)
		put_text(s, "# ", f->headline, "\n\n");
	put_text(s, "", kernel_line(s->ctx, f), "\n\n");
	put_text(s, "", result_line(s->ctx, f), "\n");
	if (f->driver.path)
		put_text(s, "\n", driver_line(s->ctx, &f->driver), "\n");
	if (f->firmware.driver)
		put_text(s, "\n", answer_firmware_text(s->ctx, &f->firmware), "\n");
	for (size_t i = 0; i < f->n_fixes; i++) {
		const struct vmt_fix *fix = &f->fixes[i];
		char *names = names_line(s->ctx, fix), lead[24];

		snprintf(lead, sizeof(lead), "\n%zu. ", i + 1);
		put_subject(s, lead, fix);
		put_text(s, "   - ", release_line(s->ctx, f, fix), "\n");
		put_text(s, "   - ", why_line(s->ctx, fix), "\n");
		if (names)
			put_text(s, "   - ", names, "\n");
	}
	if (f->n_present)
		fputs("\n## Not the fix: the kernel that crashed has it already\n\n", s->out);
	for (size_t i = 0; i < f->n_present; i++) {
		put_subject(s, "- ", &f->present[i]);
		put_text(s, "  ", release_line(s->ctx, f, &f->present[i]), "\n");
	}
	if (f->n_sources)
		fputs("\n## Read\n\n", s->out);
	for (size_t i = 0; i < f->n_sources; i++)
		put_text(s, "- ", source_line(s->ctx, &f->sources[i]), "\n");
}

static int write_markdown(
	const void *result, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	const struct vmt_fixes *f = result;
	struct sheet s = {.out = out, .ctx = talloc_new(NULL)};

	(void)opts;
	if (!s.ctx)
		return err_nomem(err);
	put_markdown(&s, f);
	talloc_free(s.ctx);
	return s.nomem ? err_nomem(err) : 0;
}

/* ---- all --------------------------------------------------------------------------------- */

static const struct format rows[] = {
	{VMT_FORMAT_TEXT, write_text},
	{VMT_FORMAT_JSON, answer_write_json},
	{VMT_FORMAT_MARKDOWN, write_markdown},
};

static const struct formats formats = FORMATS("fixes", rows);

int vmt_fixes_write(const struct vmt_fixes *fixes, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	struct to_write what = {&formats, format, fixes, opts};

	return formats_write(&what, out, err);
}

int vmt_fixes_write_to(const struct vmt_fixes *fixes, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err)
{
	struct to_write what = {&formats, format, fixes, opts};

	return formats_write_to(&what, write, arg, err);
}
