/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A kernel's image over the tables of fake_kernel.h. For tests only. */
#ifndef VMT_IMAGE_FAKE_IMAGE_H
#define VMT_IMAGE_FAKE_IMAGE_H

#include "image/fake_kernel.h"
#include "image/image.h"

/* Its layouts are the provider's; a test may add more. */
static inline void fake_image(TALLOC_CTX *ctx, const struct fake_tables *t,
	const struct layout_provider *provider, struct kernel_image *ret)
{
	*ret = (struct kernel_image){.space = fake_space(ctx)};
	assert_int_equal(fake_open(ctx, t->info, &ret->symbols, NULL), 0);
	assert_int_equal(layout_new(ctx, &ret->layout, NULL), 0);
	assert_int_equal(layout_add(ret->layout, provider, NULL), 0);
}

#endif
