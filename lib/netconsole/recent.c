// SPDX-License-Identifier: GPL-3.0-or-later
/* See recent.h. */
#include "netconsole/recent.h"

#include <string.h>

#define SMALLEST 2048

/* Drops old lines until at most keep bytes are left. */
static void drop_old(struct netconsole_recent *r, size_t keep)
{
	const char *from = r->text + (r->len - keep), *nl = memchr(from, '\n', keep);
	size_t left = nl ? (size_t)(r->text + r->len - (nl + 1)) : 0;

	memmove(r->text, r->text + r->len - left, left);
	r->len = left;
}

static bool make_room(struct netconsole_recent *r, TALLOC_CTX *ctx, size_t need, size_t *total)
{
	size_t size = r->size ? r->size : SMALLEST;
	char *text;

	while (size < need)
		size *= 2;
	if (size == r->size)
		return true;
	text = talloc_realloc_size(ctx, r->text, size);
	if (!text)
		return false;
	*total += size - r->size;
	r->text = text;
	r->size = size;
	return true;
}

void netconsole_recent_add(struct netconsole_recent *r, TALLOC_CTX *ctx, const char *lines,
	size_t len, bool open, size_t *total)
{
	size_t most = open ? NETCONSOLE_RECENT_OPEN : NETCONSOLE_RECENT;

	if (r->cut && open)
		return;
	r->cut = false;
	if (len > most / 2)
		return;
	if (r->len + len > most && open) {
		r->cut = true;
		return;
	}
	if (r->len + len > most)
		drop_old(r, most / 2 < r->len ? most / 2 : r->len);
	if (!make_room(r, ctx, r->len + len, total))
		return;
	memcpy(r->text + r->len, lines, len);
	r->len += len;
}

void netconsole_recent_clear(struct netconsole_recent *r, size_t *total)
{
	*total -= r->size;
	talloc_free(r->text);
	*r = (struct netconsole_recent){0};
}
