// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/text_pool.h"

#include <string.h>

#include "base/array.h"
#include "base/name_index.h"

struct text_pool {
	TALLOC_CTX *ctx;
	struct name_index *index;
	const char **texts;
	size_t n;
};

int text_pool_new(TALLOC_CTX *ctx, struct text_pool **ret, struct vmt_err *err)
{
	*ret = talloc_zero(ctx, struct text_pool);
	if (!*ret)
		return err_nomem(err);
	(*ret)->ctx = ctx;
	return name_index_new(*ret, 0, &(*ret)->index, err);
}

const char *text_pool_get(struct text_pool *pool, const char *text)
{
	size_t len = strlen(text) + 1;
	uint32_t hash = name_index_hash(name_index_more(name_index_start(pool->index), text, len));
	uint32_t cursor = 0, i;
	const char **more;
	char *copy;

	while (name_index_next(pool->index, hash, &cursor, &i))
		if (!strcmp(pool->texts[i], text))
			return pool->texts[i];
	more = ARRAY_ROOM(pool, pool->texts, pool->n);
	copy = more ? talloc_strndup(pool->ctx, text, len - 1) : NULL;
	if (!copy)
		return NULL;
	pool->texts = more;
	more[pool->n] = copy;
	return name_index_add(pool->index, hash, (uint32_t)pool->n++, NULL) ? NULL : copy;
}
