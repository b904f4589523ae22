// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/merge_input.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/name_index.h"
#include "io/layers.h"
#include "io/spool.h"

#define LINE_MOST (16u << 20) /* records have a few KiB; what is longer is none */
#define LINE_HASHED (32u << 20)
#define LINE_END (UINT64_C(2) << 30) /* nobody waits for the end of such a line */
#define HASH_START UINT64_C(0xcbf29ce484222325)
#define MARK "\xef\xbb\xbf" /* that a text is in UTF-8 */

struct merge_input {
	FILE *in, *packed; /* packed: a file whose inside is read; NULL: none */
	const char *name;
	struct source *inside; /* of a compressed file; NULL: it is none */
	uint64_t at;	       /* how far the inside is read */
	const char *missing;
	struct merge_line line;
	size_t room;
};

uint64_t merge_input_hash(const char *text, size_t len)
{
	return name_index_more(HASH_START, text, len < LINE_HASHED ? len : LINE_HASHED);
}

/* ---- lines ------------------------------------------------------------------------------- */

static bool make_room(struct merge_input *in)
{
	char *more;

	if (in->line.n + 2 < in->room)
		return true;
	more = talloc_realloc(in, in->line.text, char, in->room ? 2 * in->room : 4096);
	if (!more)
		return false;
	in->line.text = more;
	in->room = talloc_get_size(more);
	return true;
}

static int take_byte(struct merge_input *in, int c, struct vmt_err *err)
{
	struct merge_line *l = &in->line;
	char byte = (char)c;

	if (++l->len > LINE_END)
		return err_set(err, VMT_ERR_CORRUPT,
			"%s: line %" PRIu64 " has over %u GiB: this is no output of batch",
			in->name, l->number, (unsigned)(LINE_END >> 30));
	if (l->len <= LINE_HASHED)
		l->hash = name_index_more(l->hash, &byte, 1);
	l->cut = l->n == LINE_MOST;
	if (l->cut)
		return 0;
	if (!make_room(in))
		return err_nomem(err);
	l->text[l->n++] = byte;
	return 0;
}

static void skip_mark(struct merge_line *l)
{
	size_t n = strlen(MARK);

	if (l->number > 1 || l->n < n || memcmp(l->text, MARK, n) != 0)
		return;
	l->n -= n;
	l->len -= n;
	memmove(l->text, l->text + n, l->n);
	l->hash = merge_input_hash(l->text, l->n);
}

/* A return is of the line unless the line ends with it. */
static int read_line(struct merge_input *in, int *last, struct vmt_err *err)
{
	bool held = false;
	int rc = 0, c;

	while (!rc && (c = getc_unlocked(in->in)) != EOF && c != '\n') {
		if (held)
			rc = take_byte(in, '\r', err);
		held = c == '\r';
		if (!rc && !held)
			rc = take_byte(in, c, err);
		*last = c;
	}
	if (!rc && c == '\n')
		*last = c;
	return rc;
}

/* What is read as it comes is not unpacked. */
static int check_packed(struct merge_input *in, struct vmt_err *err)
{
	struct source *src;
	bool packed = false;

	if (in->line.number > 1 || in->inside)
		return 0;
	if (!source_open_memory(in, in->name, in->line.text, in->line.n, &src, NULL)) {
		packed = layers_is_packed(src);
		talloc_free(src);
	}
	return packed ? err_set(err, VMT_ERR_UNSUPPORTED,
				"%s: is compressed: name the file, or unpack it first (zcat)",
				in->name)
		      : 0;
}

int merge_input_next(struct merge_input *in, const struct merge_line **ret, struct vmt_err *err)
{
	struct merge_line *l = &in->line;
	int last = EOF, rc;

	*ret = NULL;
	l->n = 0;
	l->len = 0;
	l->hash = HASH_START;
	l->cut = false;
	l->number++;
	rc = read_line(in, &last, err);
	if (rc)
		return rc;
	if (ferror(in->in))
		return err_set_errno(err, errno, "%s: cannot read", in->name);
	if (last == EOF)
		return 0;
	if (!make_room(in))
		return err_nomem(err);
	rc = check_packed(in, err);
	if (rc)
		return rc;
	skip_mark(l);
	l->text[l->n] = '\n';
	l->text[l->n + 1] = '\0';
	*ret = l;
	return 0;
}

/* ---- opening ----------------------------------------------------------------------------- */

static ssize_t read_inside(void *arg, char *buf, size_t size)
{
	struct merge_input *in = arg;
	int64_t got = source_read(in->inside, in->at, buf, size, NULL);

	if (got < 0) {
		errno = EIO;
		return -1;
	}
	in->at += (uint64_t)got;
	return (ssize_t)got;
}

/* Nothing of standard input may have been read before. A part of an archive may have no records. */
static bool is_whole_file(FILE *in)
{
	struct stat st;

	return !fstat(fileno(in), &st) && S_ISREG(st.st_mode) && st.st_size && ftello(in) == 0;
}

/* Reads on in the inside of a compressed file. */
static int unpack(struct merge_input *in, struct vmt_err *err)
{
	static const struct spool_limits limits = {.fixed = true};
	struct layer_job job = {.index_from = LAYERS_INDEX_FROM, .limit = UINT64_MAX};
	struct spool_budget *budget;
	FILE *inside;
	int rc = source_open_fd(in, fileno(in->in), in->name, &job.src, err);

	if (rc < 0 || !layers_is_packed(job.src))
		return rc;
	job.kind = layers_stream(job.src);
	budget = spool_budget_new(in, &limits);
	if (!budget)
		return err_nomem(err);
	rc = unpack_open(budget, &job, &in->inside, &in->missing, err);
	if (rc < 0)
		return rc;
	inside = fopencookie(in, "r", (cookie_io_functions_t){.read = read_inside});
	if (!inside)
		return err_nomem(err);
	/* The source goes on to read its descriptor, and never closes it. */
	in->packed = in->in;
	in->in = inside;
	return 0;
}

static int close_input(struct merge_input *in)
{
	FILE *const files[] = {in->in, in->packed};

	for (size_t i = 0; i < 2; i++)
		if (files[i] && files[i] != stdin)
			fclose(files[i]);
	return 0;
}

int merge_input_open(
	TALLOC_CTX *ctx, const char *path, struct merge_input **ret, struct vmt_err *err)
{
	struct merge_input *in = talloc_zero(ctx, struct merge_input);
	bool standard = strcmp(path, "-") == 0;
	int rc = 0;

	if (!in)
		return err_nomem(err);
	in->name = standard ? "standard input" : path;
	in->in = standard ? stdin : fopen(path, "re");
	talloc_set_destructor(in, close_input);
	if (!in->in)
		rc = err_set_errno(err, errno, "%s: cannot read", path);
	else if (is_whole_file(in->in))
		rc = unpack(in, err);
	if (rc < 0)
		talloc_free(in);
	else
		*ret = in;
	return rc < 0 ? rc : 0;
}

const char *merge_input_missing(const struct merge_input *in)
{
	return in->missing;
}
