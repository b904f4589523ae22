// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A report by Ubuntu's apport about a kernel crash. It has fields as in mail: "Key: value",
 * continued on lines indented by a space. As in problem_report.py, a "base64" value is gzip data
 * cut into blocks, one per line, each encoded separately. We extract the field that says most about
 * the crash. A log's text is followed by the kernel's signature, as apport has it: Ubuntu's release
 * and the one of upstream that it is of.
 */
#include <string.h>

#include "base/array.h"
#include "base/base64.h"
#include "io/layers.h"
#include "io/spool.h"

#define CHUNK (64u << 10)

static const char *const fields[] = {
	"VmCore",      /* the dump itself, if the user agreed to send it */
	"VmCoreDmesg", /* data/kernel_crashdump */
	"OopsText",    /* data/kernel_oops */
	"Dmesg",
	"CurrentDmesg",
	"BootDmesg",
};

#define N_FIELDS ARRAY_SIZE(fields)

enum state {
	IN_KEY,	  /* at the start of a line */
	IN_VALUE, /* of the wanted field */
	IN_DOUBT, /* of its line without the blank: the next key, or the rest of a broken line */
	PASS,	  /* skip to the end of the line */
};

struct report {
	size_t wanted; /* index into fields */
	enum state state;
	char key[32]; /* start of this line, long enough to see "base64" after the key */
	size_t n_key;
	bool found, encoded, first;
	bool lines;    /* nothing follows the colon: its value is in the lines below */
	bool bare;     /* the blanks before them were lost: all that follows belongs to it */
	uint32_t bits; /* decoded from base64, not yet a whole byte */
	unsigned n_bits;
	struct source *out;
	uint64_t written;
	uint8_t buf[4096];
	size_t n_buf;
};

static int flush(struct report *r, struct vmt_err *err)
{
	int rc = r->n_buf ? spool_write(r->out, r->written, r->buf, r->n_buf, err) : 0;

	r->written += r->n_buf;
	r->n_buf = 0;
	return rc;
}

static int put(struct report *r, uint8_t c, struct vmt_err *err)
{
	r->buf[r->n_buf++] = c;
	return r->n_buf == sizeof(r->buf) ? flush(r, err) : 0;
}

static int put_encoded(struct report *r, char c, struct vmt_err *err)
{
	int v = base64_value(c);

	if (v < 0)
		return 0;
	r->bits = r->bits << 6 | (uint32_t)v;
	r->n_bits += 6;
	if (r->n_bits < 8)
		return 0;
	r->n_bits -= 8;
	return put(r, (uint8_t)(r->bits >> r->n_bits), err);
}

/* Checks whether the line so far is "Key: value" of the wanted field, and whether it is encoded. */
static void end_key(struct report *r)
{
	const char *name = fields[r->wanted];
	size_t n = strlen(name);

	r->found |= r->n_key > n && memcmp(r->key, name, n) == 0 && r->key[n] == ':';
	if (!r->found)
		return;
	r->encoded = r->n_key >= n + 8 && memcmp(r->key + n, ": base64", 8) == 0;
	r->lines = r->n_key == n + 1 || r->key[n + 1] == '\r';
}

static bool is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '-';
}

/*
 * A pasted report may have been broken into shorter lines. A key is one word, and a blank or
 * nothing follows its colon. Returns 1 if the line is the next key, otherwise its text belongs to
 * the field.
 */
static int take_doubtful(struct report *r, char c, struct vmt_err *err)
{
	bool colon = r->n_key && r->key[r->n_key - 1] == ':';
	int rc = 0;

	if (r->n_key > 1 && colon && (c == ' ' || c == '\n'))
		return 1;
	if (!colon && r->n_key < sizeof(r->key) && (is_key_char(c) || (c == ':' && r->n_key))) {
		r->key[r->n_key++] = c;
		return 0;
	}
	r->state = IN_VALUE;
	for (size_t i = 0; i < r->n_key && !rc; i++)
		rc = put(r, (uint8_t)r->key[i], err);
	return rc ? rc : put(r, (uint8_t)c, err);
}

/* The state at the first byte of a line. */
static enum state state_at(struct report *r, char c)
{
	bool empty = !r->written && !r->n_buf;

	if (r->found && c != ' ') {
		/* An oops's first line looks like a key: "BUG: ...". */
		r->bare |= empty && r->lines && strcmp(fields[r->wanted], "OopsText") == 0;
		return r->bare ? IN_VALUE : IN_DOUBT;
	}
	if (r->found)
		return IN_VALUE;
	return c == ' ' ? PASS : IN_KEY;
}

static int take_byte(struct report *r, char c, struct vmt_err *err)
{
	int rc = 0;

	if (r->first) {
		if (r->found && c != ' ' && r->encoded)
			return 1;
		r->state = state_at(r, c);
		r->n_key = 0;
		r->n_bits = 0;
		r->first = false;
		if (r->found && c == ' ')
			return 0;
	}
	if (r->state == IN_DOUBT)
		rc = take_doubtful(r, c, err);
	else if (r->state == IN_VALUE && r->encoded)
		rc = c == '\n' ? 0 : put_encoded(r, c, err);
	else if (r->state == IN_VALUE)
		rc = put(r, (uint8_t)c, err);
	else if (r->state == IN_KEY && c != '\n' && r->n_key < sizeof(r->key))
		r->key[r->n_key++] = c;
	if (c == '\n') {
		if (r->state == IN_KEY)
			end_key(r);
		r->first = true;
	}
	return rc;
}

/* Looks for one field and writes its contents. */
static int take_field(
	struct report *r, const struct layer_job *job, char *chunk, struct vmt_err *err)
{
	uint64_t off = 0;
	int64_t got;
	int rc = 0;

	while (rc == 0 && r->written < job->limit &&
		(got = source_read(job->src, off, chunk, CHUNK, err)) != 0) {
		if (got < 0)
			return (int)got;
		for (int64_t i = 0; i < got && rc == 0; i++)
			rc = take_byte(r, chunk[i], err);
		off += (uint64_t)got;
	}
	return rc < 0 ? rc : flush(r, err);
}

static const char signature[] = "ProcVersionSignature: ";

#define SIGNATURE_MOST 200 /* bytes of the line */

/* Adds the line with the kernel's signature, if there is one, to the text. */
static int add_signature(
	struct report *r, const struct layer_job *job, char *chunk, struct vmt_err *err)
{
	char line[SIGNATURE_MOST];
	uint64_t off = 0;
	int64_t got;
	size_t n = 0;

	for (; (got = source_read(job->src, off, chunk, CHUNK, err)) > 0; off += (uint64_t)got)
		for (int64_t i = 0; i < got; i++) {
			if (n < sizeof(line))
				line[n++] = chunk[i];
			if (chunk[i] != '\n')
				continue;
			if (n > sizeof(signature) && line[n - 1] == '\n' &&
				memcmp(line, signature, sizeof(signature) - 1) == 0) {
				int rc = put(r, '\n', err);

				for (size_t k = 0; k < n && !rc; k++)
					rc = put(r, (uint8_t)line[k], err);
				return rc ? rc : flush(r, err);
			}
			n = 0;
		}
	return (int)got;
}

int apport_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err)
{
	struct source *spool;
	struct report *r;
	char *chunk;
	int rc = spool_open(ctx, job->src->name, &spool, err);

	(void)missing;
	if (rc < 0)
		return rc;
	r = talloc(spool, struct report);
	chunk = talloc_size(spool, CHUNK);
	rc = r && chunk ? 0 : err_nomem(err);
	for (size_t i = 0; i < N_FIELDS && !rc && (i == 0 || !r->written); i++) {
		memset(r, 0, offsetof(struct report, buf));
		r->n_buf = 0;
		r->wanted = i;
		r->first = true;
		r->out = spool;
		rc = take_field(r, job, chunk, err);
	}
	if (!rc && r->written && r->wanted && !r->encoded && r->written < job->limit)
		rc = add_signature(r, job, chunk, err);
	if (!rc && !r->written)
		rc = err_set(err, VMT_ERR_UNSUPPORTED,
			"an apport report with neither a dump nor a kernel log");
	talloc_free(chunk);
	talloc_free(r);
	if (rc)
		talloc_free(spool);
	else
		*ret = spool;
	return rc;
}
