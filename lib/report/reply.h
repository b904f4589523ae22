/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a worker sends of an input: a report or an error, and what its name is. */
#ifndef VMT_REPORT_REPLY_H
#define VMT_REPORT_REPLY_H

#include "report/pack.h"

enum reply_tag {
	REPLY_NAME = 'N',   /* of the member that is read next */
	REPLY_REPORT = 'R', /* of what was named last */
	REPLY_ERROR = 'E',  /* the same */
	REPLY_TEXT = 'T',   /* what the caller made of it */
	REPLY_WHOLE = 'W',  /* an error of the archive as a whole */
};

struct reply {
	enum reply_tag tag;
	const char *name; /* or the text */
	struct vmt_report *report;
	struct vmt_err error;
};

/* Talloc children of ctx, whose talloc size is the number of bytes; NULL: no memory. */
uint8_t *reply_name(TALLOC_CTX *ctx, const char *name);
uint8_t *reply_text(TALLOC_CTX *ctx, const char *text);
uint8_t *reply_report(TALLOC_CTX *ctx, const struct vmt_report *report);
uint8_t *reply_error(TALLOC_CTX *ctx, enum reply_tag tag, const struct vmt_err *error);

/*
 * Reads one, followed by a NUL; what it has is a talloc child of ctx, or, of a text, part of bytes.
 * VMT_ERR_CORRUPT: it is none.
 */
int reply_read(
	TALLOC_CTX *ctx, const void *bytes, size_t len, struct reply *ret, struct vmt_err *err);

#endif
