// SPDX-License-Identifier: GPL-3.0-or-later
/* The kernel log of a dump, as dmesg prints it or as JSON. */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/out.h"
#include "base/sized.h"
#include "facade/session.h"
#include "facade/web_file.h"
#include "image/identity.h"
#include "kernel/ring/log_ring.h"
#include "kernel/ring/log_salvage.h"
#include "log/log_print.h"
#include "redact/redact.h"
#include "report/json_internal.h"
#include "report/json_out.h"
#include "report/units.h"

struct writer {
	struct session *s;
	struct vmt_log_options opts;
	int (*print)(struct writer *w, const struct log_record *rec);
	FILE *out;
	struct vmt_err *err;
	int os_errno;	      /* of a failed write, which the stream does not keep */
	struct vmt_time boot; /* since 1970, UTC */
	uint64_t newest_ns;   /* the last record's time since boot */
	uint64_t n, skip;     /* records of the wanted time; the first ones to leave out */
	struct vmt_log_range range;
	struct log_loss loss;
	int unfound;		     /* why the log was not looked for in the usual place */
	struct log_blocks *salvaged; /* it was found by reading every page */
};

/* ---- formats ----------------------------------------------------------------------------- */

static int print_text(struct writer *w, const struct log_record *rec)
{
	return w->opts.verbose ? log_print_levels(w->out, rec) : log_print(w->out, rec);
}

static struct vmt_time clock_of(const struct writer *w, const struct log_record *rec)
{
	bool known = w->boot.known && rec->has_ts;

	return (struct vmt_time){known, known ? w->boot.ns + (int64_t)rec->ts_ns : 0};
}

static json_t *own(char *s)
{
	json_t *v = s ? json_string(s) : NULL;

	talloc_free(s);
	return v;
}

static json_t *text_of(const struct log_record *rec)
{
	char *text = talloc_strndup(NULL, rec->text, rec->len);
	json_t *v = text ? json_text(text) : NULL;

	talloc_free(text);
	return v;
}

/* As printk prints it: "C1" for a CPU, "T103" for a thread. */
static json_t *caller_of(const struct log_record *rec)
{
	bool cpu = rec->caller_id & LOG_CALLER_CPU;

	if (!rec->has_caller)
		return json_null();
	return own(
		talloc_asprintf(NULL, "%c%u", cpu ? 'C' : 'T', rec->caller_id & ~LOG_CALLER_CPU));
}

static json_t *small(bool known, unsigned v)
{
	return json_number((struct vmt_u64){known, v});
}

/* To the microsecond, as the kernel prints it. */
static double seconds_of(uint64_t ns)
{
	uint64_t us = ns / 1000;

	return (double)us / 1e6;
}

static int print_json(struct writer *w, const struct log_record *rec)
{
	struct vmt_time clock = clock_of(w, rec);
	json_t *o = json_pack("{so so so so so so}", "time_s",
		rec->has_ts ? json_real(seconds_of(rec->ts_ns)) : json_null(), "time",
		clock.known ? own(units_rfc3339(NULL, clock.ns)) : json_null(), "level",
		small(rec->has_level, rec->level), "facility", small(rec->has_level, rec->facility),
		"caller", caller_of(rec), "text", text_of(rec));
	int rc = o ? json_out(o, JSON_OUT_LINE, w->out, w->err) : err_nomem(w->err);

	json_decref(o);
	return rc || !ferror(w->out) ? rc : VMT_ERR_IO;
}

static const struct {
	const char *name;
	int (*print)(struct writer *w, const struct log_record *rec);
} formats[] = {
	{VMT_FORMAT_TEXT, print_text},
	{VMT_FORMAT_JSON, print_json},
};

/* ---- which records ----------------------------------------------------------------------- */

static bool is_wanted(const struct writer *w, const struct log_record *rec)
{
	struct vmt_time clock = clock_of(w, rec);

	if (!clock.known)
		return true;
	return (!w->opts.since.known || clock.ns >= w->opts.since.ns) &&
	       (!w->opts.until.known || clock.ns <= w->opts.until.ns);
}

static bool is_lost(int rc)
{
	return rc == VMT_ERR_NODATA || rc == VMT_ERR_CORRUPT || rc == VMT_ERR_TRUNCATED;
}

/* If nothing leads to the log: looks for it in every page. Otherwise keeps the error. */
static int read_ring(struct writer *w, log_sink sink)
{
	int rc = w->unfound;

	w->loss = (struct log_loss){0};
	if (!rc && !w->salvaged)
		rc = log_ring_read(w->s->space, w->s->info, sink, w, &w->loss, w->err);
	if (!w->salvaged &&
		(!is_lost(rc) || log_salvage(w->s, w->s->dump, NULL, &w->salvaged, NULL)))
		return rc;
	w->loss.records++;
	return log_blocks_push(w->salvaged, sink, w);
}

static int find_newest(void *arg, const struct log_record *rec)
{
	struct writer *w = arg;

	if (rec->has_ts)
		w->newest_ns = rec->ts_ns;
	return 0;
}

static int count(void *arg, const struct log_record *rec)
{
	struct writer *w = arg;

	w->n += is_wanted(w, rec);
	return 0;
}

static int learn(void *arg, const struct log_record *rec)
{
	struct writer *w = arg;

	return redact_learn(w->opts.redaction, rec->text, rec->len, w->err);
}

/* All of the log is read, so that a host has the same pseudonym in each part of it. */
static int know_hosts(struct writer *w)
{
	struct vmt_redaction *r = w->opts.redaction;
	const char *node = w->s->dump->nodename;
	struct identity id = {0};
	int rc = node ? redact_know_host(r, node, strlen(node), w->err) : 0;

	if (!rc && !w->unfound && !identity_read(w->s, w->s->space, w->s->info, &id, NULL) &&
		id.nodename)
		rc = redact_know_host(r, id.nodename, strlen(id.nodename), w->err);
	return rc ? rc : read_ring(w, learn);
}

static int print_redacted(struct writer *w, const struct log_record *rec)
{
	struct log_record copy = *rec;
	struct redacted text;
	int rc = redact_text(w->opts.redaction, w->s, rec->text, rec->len, &text, w->err);

	copy.text = text.text;
	copy.len = text.len;
	if (!rc)
		rc = w->print(w, &copy);
	talloc_free(text.text);
	return rc;
}

static void count_range(struct writer *w, struct vmt_time clock, bool wanted)
{
	struct vmt_log_range *r = &w->range;

	r->written += wanted;
	r->undated += wanted && !clock.known;
	if (clock.known && (!r->first.known || clock.ns < r->first.ns))
		r->first = clock;
	if (clock.known && (!r->last.known || clock.ns > r->last.ns))
		r->last = clock;
}

static int print_record(void *arg, const struct log_record *rec)
{
	struct writer *w = arg;
	bool wanted = is_wanted(w, rec);
	int rc;

	count_range(w, clock_of(w, rec), wanted);
	if (!wanted)
		return 0;
	if (w->skip) {
		w->skip--;
		return 0;
	}
	errno = 0;
	rc = w->opts.redaction ? print_redacted(w, rec) : w->print(w, rec);
	if (rc)
		w->os_errno = errno;
	return rc;
}

/* The dump has the time of the crash, shortly after the last record was written. */
static int find_boot(struct writer *w)
{
	uint64_t crashtime;
	int rc = read_ring(w, find_newest);

	if (!rc && w->newest_ns < INT64_MAX && w->s->info &&
		vmcoreinfo_number(w->s->info, "CRASHTIME", &crashtime) && crashtime &&
		crashtime < INT64_MAX / 1000000000)
		w->boot = (struct vmt_time){
			true, (int64_t)crashtime * 1000000000 - (int64_t)w->newest_ns};
	return rc;
}

static bool has_range(const struct writer *w)
{
	return w->opts.since.known || w->opts.until.known;
}

static int find_records(struct writer *w)
{
	bool range = has_range(w);
	int rc = range || w->print == print_json ? find_boot(w) : 0;

	if (!rc && range && !w->boot.known)
		return err_set(w->err, VMT_ERR_NODATA,
			"the dump does not say when it was taken: no time of its log is known");
	if (rc || !w->opts.last)
		return rc;
	rc = read_ring(w, count);
	w->skip = w->n > w->opts.last ? w->n - w->opts.last : 0;
	return rc;
}

/* ---- writing ----------------------------------------------------------------------------- */

static int writer_init(struct writer *w, const struct vmt_log_options *opts, struct vmt_err *err)
{
	const char *format;
	int rc;

	*w = (struct writer){.err = err};
	rc = sized_read(&w->opts, sizeof(w->opts), opts, err);
	if (rc)
		return rc;
	if (w->opts.incomplete)
		*w->opts.incomplete = false;
	format = w->opts.format ? w->opts.format : VMT_FORMAT_TEXT;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (strcmp(formats[i].name, format) == 0)
			w->print = formats[i].print;
	if (!w->print)
		return err_set(err, VMT_ERR_USAGE, "a log has no format named %s", format);
	return sized_check(w->opts.range, err);
}

static int open_log(struct writer *w)
{
	int rc = 0;

	if (w->s->text)
		rc = err_set(w->err, VMT_ERR_FORMAT, "a text, not a dump: it is the log itself");
	if (rc)
		return rc;
	w->unfound = session_find_info(w->s, w->s, w->err);
	if (!w->unfound)
		w->unfound = session_find_memory(w->s, w->err);
	return 0;
}

static int write_log(struct writer *w, struct session *s, FILE *out)
{
	unsigned allocs = alloc_failures();
	int rc;

	w->s = s;
	w->out = out;
	rc = open_log(w);
	if (!rc)
		rc = find_records(w);
	if (!rc && w->opts.redaction)
		rc = know_hosts(w);
	if (!rc)
		rc = read_ring(w, print_record);
	if (!rc)
		rc = url_check_session(s, w->err);
	if (!rc)
		rc = alloc_check(allocs, w->err);
	if (!rc && fflush(out))
		rc = err_set_errno(w->err, errno, "the log could not be written");
	else if (rc == VMT_ERR_IO && ferror(out))
		rc = err_set_errno(w->err, w->os_errno, "the log could not be written");
	if (!rc && w->opts.incomplete)
		*w->opts.incomplete = w->loss.records || w->loss.capped || s->dump->damaged;
	if (!rc && w->opts.range && has_range(w))
		sized_write(w->opts.range, &w->range, sizeof(w->range));
	return rc;
}

static int open_dump(TALLOC_CTX *ctx, const struct vmt_log_options *opts,
	const struct vmt_file *files, size_t n, struct session **ret, struct vmt_err *err)
{
	const struct vmt_options own = {.tmp_limit = opts->tmp_limit,
		.unpacking = opts->unpacking,
		.progress_arg = opts->unpacking_arg};

	return session_open(ctx, &own, files, n, ret, err);
}

int vmt_log_write(const struct vmt_log_options *opts, const char *const *paths, size_t n, FILE *out,
	struct vmt_err *err)
{
	struct vmt_file *files = session_files(NULL, paths, n);
	struct session *s;
	struct writer w;
	int rc = files ? writer_init(&w, opts, err) : err_nomem(err);

	if (!rc)
		rc = open_dump(files, &w.opts, files, n, &s, err);
	if (!rc)
		rc = write_log(&w, s, out);
	talloc_free(files);
	return rc;
}

int vmt_log_write_to(const struct vmt_log_options *opts, const struct vmt_file *files, size_t n,
	vmt_write_fn write, void *arg, struct vmt_err *err)
{
	struct session *s;
	struct writer w;
	struct out out;
	int rc = writer_init(&w, opts, err);

	if (!rc)
		rc = open_dump(NULL, &w.opts, files, n, &s, err);
	if (rc)
		return rc;
	rc = out_open(&out, write, arg, err);
	if (!rc)
		rc = out_close(&out, write_log(&w, s, out.file), err);
	talloc_free(s);
	return rc;
}
