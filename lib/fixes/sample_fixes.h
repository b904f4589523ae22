/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A few fixes, and indexes of them, for tests. */
#ifndef VMT_FIXES_SAMPLE_FIXES_H
#define VMT_FIXES_SAMPLE_FIXES_H

#include <stdlib.h>

#include "base/array.h"
#include "fixes/index.h"

static const char *const sample_files[] = {"drivers/net/ethernet/intel/e1000/e1000_main.c"};
static const char *const sample_ext4_files[] = {"fs/ext4/inode.c", "fs/ext4/super.c"};
static const char *const sample_cves[] = {"CVE-2026-1001"};
static const char *const sample_arm[] = {"arm64"};
static const char *const sample_commits[] = {"89abcdef0123"};
static const struct fix_release sample_releases[] = {{"6.1.20", "6.1"}, {"6.3", "6.3"}};

static const struct fix sample_fixes[] = {
	{
		.subject = "e1000: Fix the use-after-free in e1000_clean()",
		.body = "The timer may run after the adapter is gone: delete it first.",
		.trace = " e1000_clean+0x10/0x200 [e1000]\n napi_poll+0x20/0x30\n",
		.commit = "0123456789abcdef0123456789abcdef01234567",
		.files = sample_files,
		.files_n = 1,
		.fixes = sample_commits,
		.fixes_n = 1,
		.cves = sample_cves,
		.cves_n = 1,
		.releases = sample_releases,
		.releases_n = 2,
		.time = 1700000000,
		.order = 1,
	},
	{
		.subject = "ext4: fix a NULL dereference in ext4_iget",
		.body = "The inode of a damaged image has no operations.",
		.commit = "89abcdef0123456789abcdef0123456789abcdef",
		.files = sample_ext4_files,
		.files_n = 2,
		.time = 1690000000,
		.order = 2,
	},
	{.subject = "xhci: fix a leak of rings", .order = 3},
	{.subject = "kvm: fix a hang", .arches = sample_arm, .arches_n = 1, .order = 4},
	{.subject = "mm: more comments", .order = 5},
};

#define SAMPLE_FIXES ARRAY_SIZE(sample_fixes)

/* Does not return if anything fails. */
static inline const uint8_t *sample_index_bytes(
	TALLOC_CTX *ctx, const struct fix *fixes, size_t n, size_t *size)
{
	struct index_builder *builder;
	const uint8_t *data = NULL;

	if (index_builder_new(ctx, &builder, NULL))
		abort();
	for (size_t i = 0; i < n; i++)
		if (index_add(&fixes[i], builder, NULL))
			abort();
	if (index_finish(ctx, builder, &data, size, NULL))
		abort();
	talloc_free(builder);
	return data;
}

static inline struct fixes_index *sample_index(TALLOC_CTX *ctx, const struct fix *fixes, size_t n)
{
	struct fixes_index *index = NULL;
	size_t size;
	const uint8_t *data = sample_index_bytes(ctx, fixes, n, &size);

	if (index_from(ctx, data, size, &index, NULL))
		abort();
	return index;
}

#endif
