// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Writes a check: text; JSON; the exposition format of Prometheus, for node_exporter's textfile
 * collector; and the output of a monitoring plugin (Nagios, Icinga, Naemon).
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "report/escape.h"
#include "report/json_internal.h"
#include "report/json_out.h"
#include "report/page.h"
#include "report/result_formats.h"
#include "report/table.h"
#include "report/units.h"

#define NAGIOS_LINE 250 /* bytes of the first line that every program shows */

static bool is_status(const struct vmt_check_finding *f, const char *status)
{
	return !strcmp(f->status, status);
}

/* "CRITICAL"; statuses are our own words, in ASCII. */
static char *upper(TALLOC_CTX *ctx, const char *status)
{
	char *text = talloc_strdup(ctx, status);

	for (char *p = text; p && *p; p++)
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
	return text;
}

/* ---- text: which death leaves which trace --------------------------------------------------- */

/* How many channels there are: the rows of the first death. */
static size_t columns(const struct vmt_check *c)
{
	size_t n = 0;

	while (n < c->n_evidence && !strcmp(c->evidence[n].death, c->evidence[0].death))
		n++;
	return n;
}

static void put_evidence(struct page *p, const struct vmt_check *c)
{
	size_t n = columns(c), rows = n ? c->n_evidence / n : 0, at = 0;
	const char **headings = talloc_zero_array(p->ctx, const char *, n + 1);
	const char **cells = talloc_zero_array(p->ctx, const char *, rows *(n + 1));
	struct table table = {
		.headings = headings, .n_columns = n + 1, .cells = cells, .n_rows = rows};

	if (!headings || !cells) {
		p->nomem = true;
		return;
	}
	headings[0] = "A TRACE OF IN";
	for (size_t i = 0; i < n; i++)
		headings[i + 1] = c->evidence[i].channel;
	for (size_t i = 0; i < rows * n; i++) {
		if (i % n == 0)
			cells[at++] = c->evidence[i].death;
		cells[at++] =
			strcmp(c->evidence[i].outcome, "unknown") ? c->evidence[i].outcome : "?";
	}
	page_blank(p);
	table_put(p, &table, 0);
}

static void put_reasons(struct page *p, const struct vmt_check *c)
{
	page_title(p, "Why");
	for (size_t i = 0; i < c->n_evidence; i++) {
		const struct vmt_check_evidence *e = &c->evidence[i];
		char *text = talloc_asprintf(
			p->ctx, "%s in %s: %s: %s", e->death, e->channel, e->outcome, e->reason);

		if (text)
			page_text(p, PAGE_PLAIN, "  ", text);
		else
			p->nomem = true;
	}
}

/* ---- text: findings ------------------------------------------------------------------------- */

static void put_finding(struct page *p, const struct vmt_check_finding *f, bool verbose)
{
	bool good = is_status(f, VMT_CHECK_OK);
	enum page_style style = is_status(f, VMT_CHECK_CRITICAL) ? PAGE_ALARM
				: good				 ? PAGE_PLAIN
								 : PAGE_BOLD;
	char *status = upper(p->ctx, f->status),
	     *lead = talloc_asprintf(p->ctx, "%-9s ", status ? status : ""),
	     *line = talloc_asprintf(p->ctx, "%s: %s", f->id, f->value);

	if (!line || !lead) {
		p->nomem = true;
		return;
	}
	page_text(p, style, lead, line);
	if (good && !verbose)
		return;
	if (!is_status(f, VMT_CHECK_UNKNOWN) && !good) {
		page_text(p, PAGE_PLAIN, "          Should be: ", f->expected);
		page_text(p, PAGE_PLAIN, "          Why: ", f->why);
	} else if (verbose && !strcmp(f->expected, "a choice")) {
		page_text(p, PAGE_PLAIN, "          ", f->why);
	}
	if (f->fix)
		page_text(p, PAGE_PLAIN, "          Fix: ", f->fix);
}

static size_t put_findings(
	struct page *p, const struct vmt_check *c, const char *status, bool verbose)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_findings; i++) {
		if (!is_status(&c->findings[i], status))
			continue;
		if (!n++)
			page_blank(p);
		put_finding(p, &c->findings[i], verbose);
	}
	return n;
}

static void put_head(struct page *p, const struct vmt_check *c)
{
	char *status = upper(p->ctx, c->status),
	     *line = talloc_asprintf(p->ctx, "%s: %s", status ? status : "", c->summary),
	     *about = talloc_asprintf(p->ctx, "%s%s%s%s%s%s%s", c->host ? c->host : "this machine",
		     c->system ? ", " : "", c->system ? c->system : "",
		     c->release ? ", kernel " : "", c->release ? c->release : "",
		     c->service ? ", " : "", c->service ? c->service : "");

	if (!line || !about) {
		p->nomem = true;
		return;
	}
	page_text(p, !strcmp(c->status, VMT_CHECK_CRITICAL) ? PAGE_ALARM : PAGE_BOLD, "", line);
	page_text(p, PAGE_FAINT, "", about);
}

static void put_rest(struct page *p, size_t good)
{
	char *text = talloc_asprintf(p->ctx, "%zu finding%s fine (-v shows %s).", good,
		good == 1 ? " is" : "s are", good == 1 ? "it" : "them");

	page_blank(p);
	if (text)
		page_text(p, PAGE_FAINT, "", text);
	else
		p->nomem = true;
}

static int write_text(
	const void *result, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	const struct vmt_check *c = result;
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct page p;
	size_t good = 0;
	int rc;

	if (!ctx)
		return err_nomem(err);
	p = page_init(ctx, out, opts->width, opts->colour);
	put_head(&p, c);
	if (c->n_evidence)
		put_evidence(&p, c);
	if (c->n_evidence && opts->verbose)
		put_reasons(&p, c);
	put_findings(&p, c, VMT_CHECK_CRITICAL, opts->verbose);
	put_findings(&p, c, VMT_CHECK_WARNING, opts->verbose);
	put_findings(&p, c, VMT_CHECK_UNKNOWN, opts->verbose);
	for (size_t i = 0; i < c->n_findings; i++)
		good += is_status(&c->findings[i], VMT_CHECK_OK);
	if (opts->verbose)
		put_findings(&p, c, VMT_CHECK_OK, true);
	else if (good)
		put_rest(&p, good);
	rc = page_status(&p, err);
	talloc_free(ctx);
	return rc;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *json_finding(const void *row)
{
	const struct vmt_check_finding *f = row;

	return json_pack("{ss ss ss so so so so}", "id", f->id, "group", f->group, "status",
		f->status, "value", json_text(f->value), "expected", json_text(f->expected), "why",
		json_text(f->why), "fix", json_text(f->fix));
}

static json_t *json_evidence(const void *row)
{
	const struct vmt_check_evidence *e = row;

	return json_pack("{ss ss ss so}", "death", e->death, "channel", e->channel, "outcome",
		e->outcome, "reason", json_text(e->reason));
}

static int write_json(
	const void *result, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	const struct vmt_check *c = result;
	json_t *o = json_pack("{si ss si so so so so so so so so so so so so}", "schema",
		VMT_SCHEMA, "status", c->status, "exit_status", (int)c->exit_status, "summary",
		json_text(c->summary), "host", json_text(c->host), "system", json_text(c->system),
		"release", json_text(c->release), "service", json_text(c->service), "findings",
		JSON_ROWS(c->findings, c->n_findings, json_finding), "evidence",
		JSON_ROWS(c->evidence, c->n_evidence, json_evidence), "reserved_bytes",
		json_number(c->reserved), "needed_bytes", json_number(c->needed), "free_bytes",
		json_number(c->space), "dump_bytes", json_number(c->dump_size), "last_crash",
		json_time(c->last_crash));
	int rc = o ? json_out(o, JSON_INDENT(2), out, err) : err_nomem(err);

	(void)opts;
	json_decref(o);
	return rc;
}

/* ---- Prometheus ------------------------------------------------------------------------------ */

static unsigned number_of(const char *status)
{
	static const char *const order[] = {
		VMT_CHECK_OK, VMT_CHECK_WARNING, VMT_CHECK_CRITICAL, VMT_CHECK_UNKNOWN};
	unsigned n = 0;

	while (n < ARRAY_SIZE(order) - 1 && strcmp(order[n], status) != 0)
		n++;
	return n;
}

static void put_gauge(FILE *out, const char *name, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/* A metric whose value is not known is left out. */
static void put_bytes(FILE *out, const char *name, const char *help, struct vmt_u64 bytes)
{
	if (!bytes.known)
		return;
	put_gauge(out, name, help);
	fprintf(out, "%s %" PRIu64 "\n", name, bytes.v);
}

static void put_outcomes(FILE *out, const struct vmt_check *c)
{
	static const char *const values[][2] = {
		{"yes", "1"}, {"likely", "0.5"}, {"no", "0"}, {"unknown", "NaN"}};

	put_gauge(out, "vmtriage_check_evidence",
		"Whether a death leaves a trace in a channel: 1 yes, 0.5 likely, 0 no.");
	for (size_t i = 0; i < c->n_evidence; i++)
		for (size_t k = 0; k < ARRAY_SIZE(values); k++)
			if (!strcmp(values[k][0], c->evidence[i].outcome))
				fprintf(out,
					"vmtriage_check_evidence{death=\"%s\",channel=\"%s\"} %s\n",
					c->evidence[i].death, c->evidence[i].channel, values[k][1]);
}

static int write_prometheus(
	const void *result, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	const struct vmt_check *c = result;

	(void)opts, (void)err;
	put_gauge(out, "vmtriage_check_status_overall",
		"The worst finding: 0 ok, 1 warning, 2 critical, 3 unknown.");
	fprintf(out, "vmtriage_check_status_overall %u\n", c->exit_status);
	put_gauge(out, "vmtriage_check_status",
		"Status of a finding: 0 ok, 1 warning, 2 critical, 3 unknown.");
	for (size_t i = 0; i < c->n_findings; i++)
		fprintf(out, "vmtriage_check_status{check=\"%s\"} %u\n", c->findings[i].id,
			number_of(c->findings[i].status));
	if (c->n_evidence)
		put_outcomes(out, c);
	put_bytes(out, "vmtriage_crash_kernel_reserved_bytes",
		"Memory that is reserved for the capture kernel.", c->reserved);
	put_bytes(out, "vmtriage_crash_kernel_needed_bytes",
		"Memory that the capture kernel needs, by estimate.", c->needed);
	put_bytes(
		out, "vmtriage_dump_space_bytes", "Free space where dumps are written.", c->space);
	put_bytes(out, "vmtriage_dump_expected_bytes", "Size of a dump now, by estimate.",
		c->dump_size);
	if (!c->last_crash.known)
		return 0;
	put_gauge(out, "vmtriage_last_crash_time_seconds", "When the newest dump was written.");
	fprintf(out, "vmtriage_last_crash_time_seconds %" PRId64 "\n",
		c->last_crash.ns / 1000000000);
	return 0;
}

/* ---- Nagios -----------------------------------------------------------------------------------
 */

/* '|' begins the performance data. */
static char *plain(TALLOC_CTX *ctx, const char *text)
{
	char *safe = escape_terminal(ctx, text);

	for (char *p = safe; p && *p; p++)
		if (*p == '|')
			*p = '/';
	return safe;
}

static void cut(char *line, size_t most)
{
	size_t at = 0, len;

	if (strlen(line) <= most)
		return;
	while ((len = escape_char_len(line + at)) && at + len <= most - 3)
		at += len;
	memcpy(line + at, "...", 4);
}

static char *performance(TALLOC_CTX *ctx, const struct vmt_check *c)
{
	char *data = talloc_strdup(ctx, "");

	if (data && c->reserved.known)
		data = talloc_asprintf(ctx, " reserved=%" PRIu64 "B;;;0", c->reserved.v);
	if (data && c->space.known)
		data = talloc_asprintf(ctx, "%s free=%" PRIu64 "B;;;0", data, c->space.v);
	if (data && c->dump_size.known)
		data = talloc_asprintf(ctx, "%s dump=%" PRIu64 "B;;;0", data, c->dump_size.v);
	return data;
}

static bool put_line(TALLOC_CTX *ctx, const struct vmt_check_finding *f, bool verbose, FILE *out)
{
	char *text, *status = upper(ctx, f->status);

	if (is_status(f, VMT_CHECK_OK) && !verbose)
		return true;
	text = talloc_asprintf(
		ctx, "%s: %s%s%s", f->id, f->value, f->fix ? "; fix: " : "", f->fix ? f->fix : "");
	text = text ? plain(ctx, text) : NULL;
	if (!text || !status)
		return false;
	fprintf(out, "%s %s\n", status, text);
	return true;
}

static int write_nagios(
	const void *result, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	const struct vmt_check *c = result;
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *status = ctx ? upper(ctx, c->status) : NULL,
	     *data = status ? performance(ctx, c) : NULL;
	char *summary = data ? plain(ctx, c->summary) : NULL, *line;
	bool good = summary != NULL;

	if (good) {
		line = talloc_asprintf(ctx, "VMTRIAGE %s - %s", status, summary);
		good = line != NULL;
		if (line) {
			cut(line, NAGIOS_LINE - strlen(data) - 3);
			fprintf(out, "%s%s%s\n", line, *data ? " |" : "", data);
		}
	}
	for (size_t i = 0; i < c->n_findings && good; i++)
		good = put_line(ctx, &c->findings[i], opts->verbose, out);
	talloc_free(ctx);
	return good ? 0 : err_nomem(err);
}

/* ---- all --------------------------------------------------------------------------------------
 */

static const struct format rows[] = {
	{VMT_FORMAT_TEXT, write_text},
	{VMT_FORMAT_JSON, write_json},
	{VMT_FORMAT_PROMETHEUS, write_prometheus},
	{VMT_FORMAT_NAGIOS, write_nagios},
};

static const struct formats formats = FORMATS("a check", rows);

int vmt_check_write(const struct vmt_check *check, const char *format,
	const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	struct to_write what = {&formats, format, check, opts};

	return formats_write(&what, out, err);
}

int vmt_check_write_to(const struct vmt_check *check, const char *format,
	const struct vmt_write_options *opts, vmt_write_fn write, void *arg, struct vmt_err *err)
{
	struct to_write what = {&formats, format, check, opts};

	return formats_write_to(&what, write, arg, err);
}
