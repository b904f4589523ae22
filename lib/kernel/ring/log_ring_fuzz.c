// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The memory of a kernel with an untrustworthy log. The first line of the input, up to a NUL, is
 * its VMCOREINFO. The rest is the kernel image.
 */
#include <elf.h>
#include <string.h>

#include "image/identity.h"
#include "kernel/ring/log_ring.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct image {
	const uint8_t *bytes;
	size_t size;
};

static int read_phys(void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err)
{
	const struct image *image = arg;

	if (paddr > image->size || len > image->size - paddr)
		return err_set_at(err, VMT_ERR_NODATA, paddr, "page left out");
	memcpy(buf, image->bytes + paddr, len);
	return 0;
}

/* Touches every byte, so that a sanitizer sees a record that goes out of bounds. */
static int look(void *arg, const struct log_record *rec)
{
	uint64_t *sum = arg;

	for (size_t i = 0; i < rec->len; i++)
		*sum += (unsigned char)rec->text[i];
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, 0, size) : NULL;
	size_t text = end ? (size_t)(end - data) : size;
	struct image image = {data + text, size - text};
	struct mem_params params = {.arch = arch_find(EM_X86_64, true),
		.read = read_phys,
		.read_arg = &image,
		.page_size = 4096,
		.image_size = 512u << 20};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmcoreinfo *info;
	struct mem_space *space;
	struct identity id = {0};
	struct log_loss loss = {0};
	uint64_t sum = 0;

	if (mem_space_new(ctx, &params, &space, NULL) == 0 &&
		vmcoreinfo_parse(ctx, (const char *)data, text, &info, NULL) == 0) {
		identity_read(ctx, space, info, &id, NULL);
		log_ring_read(space, info, look, &sum, &loss, NULL);
	}
	talloc_free(ctx);
	return 0;
}
