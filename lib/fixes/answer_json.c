// SPDX-License-Identifier: GPL-3.0-or-later
/* Which release has the fix, as JSON: vmtriage-json(5). */
#include <jansson.h>
#include <math.h>

#include "fixes/answer_write.h"
#include "report/json_internal.h"
#include "report/json_out.h"

static json_t *json_one_text(const void *row)
{
	return json_text(*(const char *const *)row);
}

/* What is estimated has two digits, the same on every machine. */
static double rounded(double part)
{
	return floor(part * 100 + 0.5) / 100;
}

static json_t *json_reason(const void *row)
{
	const struct vmt_fix_reason *r = row;

	return json_pack("{ss so sf}", "what", r->what, "text", json_text(r->text), "share",
		rounded(r->share));
}

static json_t *json_fix(const void *row)
{
	const struct vmt_fix *f = row;

	return json_pack("{so so so so ss sf sb ss so so so so so so sI}", "subject",
		json_text(f->subject), "marks", JSON_ROWS(f->marks, f->n_marks, json_one_text),
		"why", json_text(f->why), "reasons",
		JSON_ROWS(f->reasons, f->n_reasons, json_reason), "confidence", f->confidence,
		"chance", rounded(f->chance), "quotes", f->quotes, "status", f->status, "release",
		json_text(f->release), "releases",
		JSON_ROWS(f->releases, f->n_releases, json_one_text), "commit",
		json_text(f->commit), "cves", JSON_ROWS(f->cves, f->n_cves, json_one_text), "files",
		JSON_ROWS(f->files, f->n_files, json_one_text), "time", json_time(f->time),
		"source", (json_int_t)f->source);
}

static json_t *json_source(const void *row)
{
	const struct vmt_fix_source *s = row;

	return json_pack("{so so so so sI sI sb sb so}", "path", json_text(s->path), "kind",
		json_text(s->kind), "package", json_text(s->package), "version",
		json_text(s->version), "entries", (json_int_t)s->entries, "newer",
		(json_int_t)s->newer, "driver", s->driver, "compared", s->compared, "error",
		json_text(s->error ? s->error->message : NULL));
}

static json_t *json_driver(const struct vmt_fix_driver *d)
{
	if (!d->name)
		return json_null();
	return json_pack("{so so so so}", "name", json_text(d->name), "version",
		json_text(d->version), "path", json_text(d->path), "path_version",
		json_text(d->path_version));
}

static json_t *json_firmware(const struct vmt_fix_firmware *w)
{
	if (!w->driver)
		return json_null();
	return json_pack("{so so so so so}", "driver", json_text(w->driver), "version",
		json_text(w->version), "path", json_text(w->path), "file", json_text(w->file),
		"file_version", json_text(w->file_version));
}

int answer_write_json(
	const void *fixes, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err)
{
	const struct vmt_fixes *f = fixes;
	json_t *o = json_pack("{si so so so so so so sI so so sI sI so so}", "schema", VMT_SCHEMA,
		"input", json_text(f->input), "headline", json_text(f->headline), "kernel",
		json_text(f->kernel), "release", json_text(f->release), "distribution",
		json_text(f->distribution), "fixes", JSON_ROWS(f->fixes, f->n_fixes, json_fix),
		"likely", (json_int_t)f->n_likely, "present",
		JSON_ROWS(f->present, f->n_present, json_fix), "sources",
		JSON_ROWS(f->sources, f->n_sources, json_source), "entries", (json_int_t)f->entries,
		"newer", (json_int_t)f->newer, "driver", json_driver(&f->driver), "firmware",
		json_firmware(&f->firmware));
	int rc = o ? json_out(o, JSON_OUT_INDENTED, out, err) : err_nomem(err);

	(void)opts;
	json_decref(o);
	return rc;
}
