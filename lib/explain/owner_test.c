// SPDX-License-Identifier: GPL-3.0-or-later
/* A lock in a slab object, and the struct that has it. */
#include "base/test.h"

#include "base/array.h"
#include "explain/owner.h"
#include "image/btf_walk.h"
#include "image/fake_types.h"

#define AT 0x20000

enum { WORD = 1, MUTEX, INODE, HOST, SAME, SAME_AGAIN };

/*
 * struct mutex {word owner;}; struct inode {word flags; struct mutex lock;};
 * struct host_info {word id; struct inode vfs;}; struct same {struct mutex a;} twice.
 * struct disk_inode {struct mutex a;}; struct disk_inode_info {struct mutex b;}.
 */
static struct btf *open_types(TALLOC_CTX *ctx)
{
	struct fake_types b = {0};
	struct mem_space *space;
	struct btf *btf;
	uint64_t len;

	fake_reset();
	fake_int(&b, "word", 8);
	fake_struct(
		&b, BTF_STRUCT, "mutex", 8, (const struct fake_member[]){{"owner", WORD, 0, 0}}, 1);
	fake_struct(&b, BTF_STRUCT, "inode", 16,
		(const struct fake_member[]){{"flags", WORD, 0, 0}, {"lock", MUTEX, 64, 0}}, 2);
	fake_struct(&b, BTF_STRUCT, "host_info", 24,
		(const struct fake_member[]){{"id", WORD, 0, 0}, {"vfs", INODE, 64, 0}}, 2);
	for (unsigned i = 0; i < 2; i++)
		fake_struct(&b, BTF_STRUCT, "same", 8,
			(const struct fake_member[]){{"a", MUTEX, 0, 0}}, 1);
	fake_struct(&b, BTF_STRUCT, "disk_inode", 8,
		(const struct fake_member[]){{"a", MUTEX, 0, 0}}, 1);
	fake_struct(&b, BTF_STRUCT, "disk_inode_info", 8,
		(const struct fake_member[]){{"b", MUTEX, 0, 0}}, 1);
	len = fake_types_put(&b, AT);
	space = fake_space(ctx);
	assert_non_null(space);
	assert_int_equal(
		btf_open(ctx, (struct btf_place){space, fake_va(AT), len}, NULL, &btf, NULL), 0);
	return btf;
}

static void caches_and_their_structs(void **state)
{
	static const struct {
		const char *cache, *lock;
		uint64_t offset, size;
		const char *type, *member;
	} rows[] = {
		{"inode", "mutex", 8, 16, "inode", "lock"},
		{"inode_cache", "mutex", 8, 64, "inode", "lock"},
		{"host_cache", "mutex", 16, 24, "host_info", "vfs.lock"},
		{"host_info", "mutex", 16, 24, "host_info", "vfs.lock"},
		/* What is on the disk is not what is in memory. */
		{"disk_inode_cache", "mutex", 0, 8, "disk_inode_info", "b"},
		/* Another member, another type, another size, another cache. */
		{"inode_cache", "mutex", 0, 16, NULL, NULL},
		{"inode_cache", "semaphore", 8, 16, NULL, NULL},
		{"inode_cache", "mutex", 8, 8, NULL, NULL},
		{"inode_cache", "mutex", 8, 80, NULL, NULL},
		{"kmalloc-16", "mutex", 8, 16, NULL, NULL},
		/* Two structs of one name. */
		{"same", "mutex", 0, 8, NULL, NULL},
		{"_cache", "mutex", 8, 16, NULL, NULL},
	};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct explain_kernel kernel = {.btf = open_types(ctx)};
	struct place_kernel place = {.kernel = &kernel};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct explained_place object = {.name = rows[i].cache,
			.offset = {true, rows[i].offset},
			.size = {true, rows[i].size}};
		struct explained_owner owner;
		bool found = explain_owner(ctx, &place, NULL, rows[i].lock, &object, &owner);

		assert_int_equal(found, rows[i].type != NULL);
		if (!found)
			continue;
		assert_string_equal(owner.type, rows[i].type);
		assert_string_equal(owner.member, rows[i].member);
	}
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(caches_and_their_structs)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
