// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Documentation/x86/boot.rst: after the code that runs in real mode there is the code that unpacks
 * the kernel, and in that the payload, since 2.08 (2.6.26). It ends in its unpacked size, which
 * only gzip has anyway.
 */
#include "symbolize/boot_image.h"

#include <string.h>

#include "base/big.h"
#include "base/caps.h"
#include "base/cur.h"

#define SECTOR 512u
#define SETUP_SECTORS 0x1f1
#define MAGIC 0x202
#define VERSION 0x206
#define PAYLOAD_OFFSET 0x248
#define PAYLOAD_LENGTH 0x24c
#define HEADER_END 0x250

struct payload {
	uint64_t at, n;
};

static int find_payload(struct source *src, struct payload *ret, struct vmt_err *err)
{
	uint8_t head[HEADER_END];
	int rc = source_read_exact(src, 0, head, sizeof(head), err);

	if (rc || memcmp(head + MAGIC, "HdrS", 4) != 0 ||
		cur_load_little(head + VERSION, 2) < 0x208)
		return err_set(err, VMT_ERR_FORMAT, "not the image of a kernel");
	/* 0 is 4, for old loaders. */
	ret->at = ((head[SETUP_SECTORS] ? head[SETUP_SECTORS] : 4u) + 1) * SECTOR +
		  cur_load_little(head + PAYLOAD_OFFSET, 4);
	ret->n = cur_load_little(head + PAYLOAD_LENGTH, 4);
	if (ret->n < 8 || ret->n > CAP_DEBUGINFO_UNPACKED || ret->at > src->size ||
		ret->n > src->size - ret->at)
		return err_set(err, VMT_ERR_CORRUPT, "the image of a kernel, but cut off");
	return 0;
}

int boot_image_open(TALLOC_CTX *ctx, struct source *src, struct source **ret, struct vmt_err *err)
{
	struct payload p;
	struct big *big;
	uint8_t *bytes;
	int rc = find_payload(src, &p, err);

	if (rc)
		return rc;
	big = big_new(ctx);
	bytes = big ? big_resize(big, p.n) : NULL;
	if (!bytes)
		return err_nomem(err);
	rc = source_read_exact(src, p.at, bytes, p.n, err);
	if (rc)
		return rc;
	return source_open_memory(
		ctx, src->name, bytes, memcmp(bytes, "\x1f\x8b", 2) == 0 ? p.n : p.n - 4, ret, err);
}
