// SPDX-License-Identifier: GPL-3.0-or-later
/* The outer layers, and how they are recognized. */
#include "io/layers.h"

#include <string.h>

#include "base/array.h"
#include "io/base64.h"
#include "io/crash_name.h"
#include "io/qr_link.h"

/* A compressed flattened stream inside a compressed archive has three. More is a bomb. */
#define MAX_LAYERS 4

static const struct layer_row {
	const char *name;
	const char *magic; /* at the start; NULL: probe tells */
	size_t magic_len;
	layer_open_fn open;
	bool (*probe)(struct source *src);
} layer_rows[] = {
	{"flattened", "makedumpfile\0\0\0", 16, flattened_open},
	{"gzip", "\x1f\x8b\x08", 3, unpack_open},
	{"xz",
		"\xfd"
		"7zXZ\0",
		6, unpack_open},
	{"zstd", "\x28\xb5\x2f\xfd", 4, unpack_open},
	{"lz4", "\x04\x22\x4d\x18", 4, unpack_open},
	{"lz4", "\x02\x21\x4c\x18", 4, unpack_open}, /* lz4 -l: the format of kernel images */
	{"bzip2", "BZh", 3, unpack_open},
	{"apport", "ProblemType: Ker", 16, apport_open}, /* KernelCrash, KernelOops */
	{"base64", NULL, 0, base64_open, base64_probe},
	{"qr-link", NULL, 0, qr_link_open, qr_link_probe},
};

static const struct layer_row *find_layer(struct source *src)
{
	uint8_t head[16];
	int64_t len = source_read(src, 0, head, sizeof(head), NULL);

	for (size_t i = 0; i < ARRAY_SIZE(layer_rows); i++) {
		const struct layer_row *row = &layer_rows[i];
		if (row->probe ? row->probe(src)
			       : len >= (int64_t)row->magic_len &&
					 !memcmp(head, row->magic, row->magic_len))
			return row;
	}
	return NULL;
}

bool layers_has_layer(struct source *src)
{
	return find_layer(src) != NULL;
}

/* Only by the first bytes, for layers that have some. */
static const struct layer_row *find_magic(struct source *src)
{
	uint8_t head[16];
	int64_t len = source_read(src, 0, head, sizeof(head), NULL);

	for (size_t i = 0; i < ARRAY_SIZE(layer_rows); i++) {
		const struct layer_row *row = &layer_rows[i];

		if (row->magic && len >= (int64_t)row->magic_len &&
			!memcmp(head, row->magic, row->magic_len))
			return row;
	}
	return NULL;
}

bool layers_is_packed(struct source *src)
{
	const struct layer_row *row = find_magic(src);

	return row && row->open == unpack_open;
}

const char *layers_stream(struct source *src)
{
	const struct layer_row *row = find_magic(src);

	return row ? row->name : NULL;
}

static int peel(TALLOC_CTX *ctx, struct source *src, uint64_t limit, struct source **ret,
	struct layers *layers, struct vmt_err *err)
{
	const char **names = talloc_zero_array(ctx, const char *, MAX_LAYERS);
	const struct layer_row *row;

	if (!names)
		return err_nomem(err);
	*layers = (struct layers){.names = names};
	while (layers->n < MAX_LAYERS && (row = find_layer(src))) {
		struct layer_job job = {.src = src,
			.kind = row->name,
			.index_from = LAYERS_INDEX_FROM,
			.limit = limit,
			.layers = layers};
		const char *missing = NULL;
		int rc = row->open(ctx, &job, &src, &missing, err);

		if (rc < 0)
			return rc;
		names[layers->n++] = row->name;
		if (missing && !layers->missing)
			layers->missing = missing;
		/* A compressed empty file is just empty. Inside another layer it means loss. */
		if (src->size == 0 && crash_name_is_dump(crash_name_of(src->name)))
			return source_refuse_empty(src->name, err);
		if (src->size == 0)
			return err_set(err, layers->n > 1 ? VMT_ERR_CORRUPT : VMT_ERR_FORMAT,
				"%s: is empty inside (%s)", src->name, row->name);
	}
	*ret = src;
	return 0;
}

int layers_peel(TALLOC_CTX *ctx, struct source *src, struct source **ret, struct layers *layers,
	struct vmt_err *err)
{
	return peel(ctx, src, UINT64_MAX, ret, layers, err);
}

int layers_peek(TALLOC_CTX *ctx, struct source *src, struct source **ret, struct layers *layers,
	struct vmt_err *err)
{
	return peel(ctx, src, LAYERS_PEEK, ret, layers, err);
}
