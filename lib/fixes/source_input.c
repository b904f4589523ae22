// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixes/source_input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"

#define BLOCK (64u << 10)

struct fix_input {
	const char *name;
	struct source *src; /* NULL: fd is read */
	int fd;
	uint64_t pos;
	size_t at, n; /* what is left of the block */
	size_t room;  /* of the line */
	bool ended;
	char *line;
	char block[BLOCK];
};

static int open_input(
	TALLOC_CTX *ctx, const char *name, struct fix_input **ret, struct vmt_err *err)
{
	struct fix_input *in = talloc_zero(ctx, struct fix_input);

	if (!in)
		return err_nomem(err);
	in->name = talloc_strdup(in, name);
	in->room = 1024;
	in->line = talloc_array(in, char, in->room);
	if (!in->name || !in->line) {
		talloc_free(in);
		return err_nomem(err);
	}
	*ret = in;
	return 0;
}

int fix_input_open(TALLOC_CTX *ctx, struct source *src, struct fix_input **ret, struct vmt_err *err)
{
	int rc = open_input(ctx, src->name, ret, err);

	if (!rc)
		(*ret)->src = src;
	return rc;
}

int fix_input_open_fd(
	TALLOC_CTX *ctx, int fd, const char *name, struct fix_input **ret, struct vmt_err *err)
{
	int rc = open_input(ctx, name, ret, err);

	if (!rc)
		(*ret)->fd = fd;
	return rc;
}

/* 1: there is more, 0: there is none. */
static int fill(struct fix_input *in, struct vmt_err *err)
{
	int64_t n;

	if (in->ended)
		return 0;
	if (in->src) {
		n = source_read(in->src, in->pos, in->block, BLOCK, err);
	} else {
		while ((n = read(in->fd, in->block, BLOCK)) < 0 && errno == EINTR)
			;
		if (n < 0)
			return err_set_errno(err, errno, "%s", in->name);
	}
	if (n < 0)
		return (int)n;
	in->ended = n == 0;
	in->pos += (uint64_t)n;
	in->at = 0;
	in->n = (size_t)n;
	return n > 0;
}

/* What is longer than FIX_LINE_MOST is left out. */
static int append(struct fix_input *in, size_t *len, const char *p, size_t n, struct vmt_err *err)
{
	if (n > FIX_LINE_MOST - *len)
		n = FIX_LINE_MOST - *len;
	if (*len + n + 1 > in->room) {
		size_t room = in->room;
		char *more;

		while (room < *len + n + 1)
			room *= 2;
		more = talloc_realloc(in, in->line, char, room);
		if (!more)
			return err_nomem(err);
		in->line = more;
		in->room = room;
	}
	memcpy(in->line + *len, p, n);
	*len += n;
	return 0;
}

/* In place: each byte that is none of a character becomes a question mark. */
static size_t clean(char *line, size_t n)
{
	size_t len;

	while (n && line[n - 1] == '\r')
		n--;
	for (size_t i = 0; i < n; i += len) {
		uint32_t c = 0;

		len = utf8_decode(line + i, n - i, &c);
		if (!len || (c < ' ' && c != '\t') || c == 0x7f) {
			line[i] = '?';
			len = 1;
		}
	}
	line[n] = '\0';
	return n;
}

int fix_input_line(struct fix_input *in, struct fix_line *ret, struct vmt_err *err)
{
	bool any = false, whole = false;
	size_t len = 0;
	int rc = 1;

	while (!whole) {
		const char *p, *newline;
		size_t n;

		if (in->at == in->n && (rc = fill(in, err)) <= 0)
			break;
		p = in->block + in->at;
		newline = memchr(p, '\n', in->n - in->at);
		n = newline ? (size_t)(newline - p) : in->n - in->at;
		whole = newline != NULL;
		any = true;
		in->at += n + whole;
		rc = append(in, &len, p, n, err);
		if (rc)
			return rc;
	}
	if (rc < 0 || !any)
		return rc < 0 ? rc : 0;
	*ret = (struct fix_line){in->line, clean(in->line, len)};
	return 1;
}

uint64_t fix_input_read(const struct fix_input *in)
{
	return in->pos;
}
