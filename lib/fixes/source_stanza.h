/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A stanza of a package's changelog. What applies to all of its items may stand after them (the
 * date), so that they are kept until it ends.
 */
#ifndef VMT_FIXES_SOURCE_STANZA_H
#define VMT_FIXES_SOURCE_STANZA_H

#include "fixes/source_draft.h"
#include "fixes/source_input.h"

struct stanza_item {
	char *text;	      /* in one line */
	size_t len;	      /* of the text */
	size_t group;	      /* the item that this one is below, plus 1; 0: none */
	unsigned indent;      /* of its bullet */
	const char *upstream; /* the release that it came with; NULL: none */
	bool is_group;	      /* others are below it, or it only names a release */
};

struct stanza {
	TALLOC_CTX *pool;	     /* of all that is in it */
	const char *version, *suite; /* of the package; NULL: not said */
	int64_t time;
	const char *upstream; /* of the items to come */
	struct stanza_item *items;
	size_t n, marks; /* marks are no items: they only name a release */
	uint32_t order;	 /* of the next stanza that is handed out */
	bool author;	 /* the name of the change's author ends its item */
};

/* Begins a new one. Its predecessor must have been handed out. */
int stanza_begin(TALLOC_CTX *ctx, struct stanza *s, struct vmt_err *err);

/* Appends an item that is indented so far. VMT_ERR_LIMIT: the stanza has too many. */
int stanza_add(
	struct stanza *s, unsigned indent, const char *text, size_t len, struct vmt_err *err);

/* More text of the last item. */
int stanza_continue(struct stanza *s, const char *text, size_t len, struct vmt_err *err);

/* Hands out what is in it, and empties it. */
int stanza_done(TALLOC_CTX *ctx, struct stanza *s, struct fix_reading *r, struct vmt_err *err);

/* What a line of a changelog is in its format. */
typedef int (*stanza_line_fn)(TALLOC_CTX *ctx, struct stanza *s, const struct fix_line *line,
	struct fix_reading *r, struct vmt_err *err);

/* Reads all lines of in, and hands out the last stanza. s says what is so in all stanzas. */
int stanzas_read(struct fix_input *in, struct stanza *s, stanza_line_fn read_line,
	struct fix_reading *r, struct vmt_err *err);

/* A text of the stanza. NULL without memory. */
const char *stanza_text(struct stanza *s, const char *text, size_t len);

#endif
