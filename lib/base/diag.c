// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/diag.h"

#include <stdarg.h>
#include <string.h>

#include "base/array.h"

static const struct {
	const char *id, *severity, *meaning;
} rows[] = {
#define DIAG(sym, id, severity, meaning) [DIAG_##sym] = {id, severity, meaning},
#include "base/diag.def"
#undef DIAG
};

void diag_add(struct diag_list *list, TALLOC_CTX *ctx, enum diag_id id, const char *fmt, ...)
{
	struct vmt_diag *items = ARRAY_ROOM(ctx, list->items, list->n);
	va_list ap;
	char *message;

	if (!items)
		return;
	list->items = items;
	va_start(ap, fmt);
	message = talloc_vasprintf(items, fmt, ap);
	va_end(ap);
	if (!message)
		return;
	items[list->n++] = (struct vmt_diag){rows[id].id, rows[id].severity, message};
}

const char *diag_id(enum diag_id id)
{
	return rows[id].id;
}

void diag_add_again(struct diag_list *list, TALLOC_CTX *ctx, const struct vmt_diag *diag)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].id, diag->id) == 0)
			diag_add(list, ctx, (enum diag_id)i, "%s", diag->message);
}

const char *diag_meaning(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].id, id) == 0)
			return rows[i].meaning;
	return NULL;
}
