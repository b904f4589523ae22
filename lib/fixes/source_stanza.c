// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixes/source_stanza.h"

#include <string.h>

#include "base/array.h"
#include "fixes/source_read.h"
#include "fixes/version.h"

#define MOST_ITEMS (1u << 20) /* of one stanza: a rebase to a new release has some 20,000 */
#define MOST_ITEM 16384	      /* bytes */

int stanza_begin(TALLOC_CTX *ctx, struct stanza *s, struct vmt_err *err)
{
	talloc_free(s->pool);
	*s = (struct stanza){.pool = talloc_new(ctx), .order = s->order, .author = s->author};
	return s->pool ? 0 : err_nomem(err);
}

const char *stanza_text(struct stanza *s, const char *text, size_t len)
{
	return talloc_strndup(s->pool, text, len);
}

int stanza_add(struct stanza *s, unsigned indent, const char *text, size_t len, struct vmt_err *err)
{
	struct stanza_item *more = ARRAY_ROOM(s->pool, s->items, s->n), *item;
	size_t above = s->n;

	if (!more)
		return err_nomem(err);
	if (s->n >= MOST_ITEMS)
		return err_set(
			err, VMT_ERR_LIMIT, "more than %u entries for one version", MOST_ITEMS);
	s->items = more;
	len = len < MOST_ITEM ? len : MOST_ITEM;
	/* The last item of a smaller indentation. Those between are below it, too. */
	while (above && more[above - 1].indent >= indent)
		above = more[above - 1].group;
	item = &more[s->n];
	*item = (struct stanza_item){.text = talloc_strndup(s->pool, text, len),
		.len = len,
		.group = above,
		.indent = indent,
		.upstream = s->upstream};
	if (!item->text)
		return err_nomem(err);
	if (above)
		more[above - 1].is_group = true;
	s->n++;
	return 0;
}

int stanza_continue(struct stanza *s, const char *text, size_t len, struct vmt_err *err)
{
	struct stanza_item *item = s->n ? &s->items[s->n - 1] : NULL;
	char *more;

	while (len && (*text == ' ' || *text == '\t')) {
		text++;
		len--;
	}
	if (!item || !len || item->len + len > MOST_ITEM)
		return 0;
	more = talloc_realloc(s->pool, item->text, char, item->len + len + 2);
	if (!more)
		return err_nomem(err);
	item->text = more;
	more[item->len] = ' ';
	memcpy(more + item->len + 1, text, len);
	item->len += len + 1;
	more[item->len] = '\0';
	return 0;
}

/* "New upstream stable update:" says nothing about what is below it. */
static bool says_something(const char *text)
{
	static const char *const empty[] = {"upstream stable", "New upstream", "new upstream",
		"pstream release", "Miscellaneous", "Update config"};

	for (size_t i = 0; i < ARRAY_SIZE(empty); i++)
		if (strstr(text, empty[i]))
			return false;
	return true;
}

/* Arches and CVEs of the groups that an item is in, and what they say. */
static void inherit(struct fix_draft *d, const struct stanza *s, const struct stanza_item *item)
{
	const char *subject = d->fix.subject, *reverts = d->fix.reverts, *body = NULL;

	for (size_t g = item->group; g; g = s->items[g - 1].group) {
		const struct stanza_item *group = &s->items[g - 1];
		size_t own_arches = d->arches.n;

		fix_draft_subject(d, group->text,
			group->len - (group->len && group->text[group->len - 1] == ':'), false);
		if (own_arches) /* the item's own list is the narrower one */
			d->arches.n = own_arches;
		if (!body && says_something(group->text))
			body = d->fix.subject;
	}
	d->fix.subject = subject;
	d->fix.reverts = reverts;
	d->fix.body = body;
}

static int hand_out(struct fix_draft *d, const struct stanza *s, size_t i, struct fix_reading *r,
	struct vmt_err *err)
{
	const struct stanza_item *item = &s->items[i];

	fix_draft_subject(d, item->text, item->len, s->author);
	inherit(d, s, item);
	fix_draft_release(d, s->version, s->suite);
	fix_draft_upstream(d, item->upstream);
	d->fix.time = s->time;
	d->fix.order = s->order;
	return fix_draft_done(d, r, err);
}

int stanza_done(TALLOC_CTX *ctx, struct stanza *s, struct fix_reading *r, struct vmt_err *err)
{
	struct fix_draft d = {0};
	int rc = 0;

	if (!s->pool)
		return 0;
	if (!s->version)
		s->version = r->release;
	for (size_t i = 0; i < s->n && !rc; i++) {
		r->counts.items++;
		if (s->items[i].is_group) {
			r->counts.groups++;
			continue;
		}
		fix_draft_begin(ctx, &d);
		if (version_mark(d.pool, s->items[i].text))
			r->counts.marks++;
		else
			rc = hand_out(&d, s, i, r, err);
	}
	talloc_free(d.pool);
	r->counts.items += s->marks;
	r->counts.marks += s->marks;
	r->counts.stanzas++;
	s->order++;
	talloc_free(s->pool);
	s->pool = NULL;
	return rc;
}

int stanzas_read(struct fix_input *in, struct stanza *s, stanza_line_fn read_line,
	struct fix_reading *r, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fix_line line;
	uint64_t lines = 0;
	int rc = ctx ? 0 : err_nomem(err), more = 1;

	while (!rc && (more = fix_input_line(in, &line, err)) > 0) {
		rc = read_line(ctx, s, &line, r, err);
		if (!rc)
			rc = source_step(in, r, &lines);
	}
	if (!rc)
		rc = more < 0 ? more : stanza_done(ctx, s, r, err);
	talloc_free(ctx);
	return rc;
}
