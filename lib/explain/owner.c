// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/owner.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "image/btf_walk.h"

#define NAME_SIZE 80

/* How much larger than its struct an object of a cache of its own may be. */
#define PADDING 64

/*
 * A cache is often named like its struct. These are how the others are named; '*' is what is left
 * of the cache's name. The surest are first: to find that there is no struct of a name may take a
 * look at all types of the kernel, if the name means something else there, as bdev does.
 */
static const struct {
	const char *suffix, *type;
} names[] = {
	{"bdev_cache", "bdev_inode"},
	{"sock_inode_cache", "socket_alloc"},
	{"filp", "file"},
	{"_inode_cache", "*_inode_info"},
	{"_cache", "*"},
	{"_cache", "*_info"},
	{"_cache", "*_struct"},
	{"", "*"},
};

static bool type_name(const char *cache, size_t row, char *ret)
{
	size_t n = strlen(cache), cut = strlen(names[row].suffix);
	const char *type = names[row].type;

	if (n < cut || n >= NAME_SIZE / 2 || strcmp(cache + n - cut, names[row].suffix) != 0)
		return false;
	if (*type == '*')
		snprintf(ret, NAME_SIZE, "%.*s%s", (int)(n - cut), cache, type + 1);
	else
		snprintf(ret, NAME_SIZE, "%s", type);
	return true;
}

struct search {
	struct btf *btf;
	uint32_t lock;
	const struct explained_place *object;
	char path[BTF_TEXT_MAX];
};

static uint32_t by_cache(struct search *s)
{
	uint64_t size, want = s->object->size.v;
	char name[NAME_SIZE];
	uint32_t id;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (type_name(s->object->name, i, name) && btf_find_struct(s->btf, name, &id) &&
			btf_type_size(s->btf, id, &size) && size <= want && want - size < PADDING &&
			btf_holds(s->btf, id, s->lock, s->object->offset.v, s->path))
			return id;
	return 0;
}

/* Objects of a general cache are at most twice as large as their struct. */
static uint32_t by_size(struct search *s)
{
	uint32_t id = 0, found = 0;
	char path[BTF_TEXT_MAX];
	uint64_t size;

	while (btf_next_holder(s->btf, &id, s->lock, s->object->offset.v, path)) {
		if (!btf_type_size(s->btf, id, &size) || size > s->object->size.v ||
			size * 2 <= s->object->size.v)
			continue;
		if (found)
			return 0;
		found = id;
		memcpy(s->path, path, sizeof(path));
	}
	return found;
}

/* The module that a cache is named after: ext4 of ext4_inode_cache. */
static const struct kernel_module *named_after(const struct explain_kernel *k, const char *cache)
{
	for (size_t i = 0; k->modules && i < k->modules->n; i++) {
		const struct kernel_module *m = &k->modules->items[i];
		size_t n = strlen(m->name);

		if (n && strncmp(cache, m->name, n) == 0 && cache[n] == '_')
			return m;
	}
	return NULL;
}

bool explain_owner(TALLOC_CTX *ctx, const struct place_kernel *place,
	const struct kernel_module *module, const char *lock, const struct explained_place *object,
	struct explained_owner *ret)
{
	const struct explain_kernel *k = place->kernel;
	struct search s = {.btf = k->btf, .object = object};
	TALLOC_CTX *tmp = talloc_new(ctx);
	char type[BTF_TEXT_MAX];
	uint32_t id = 0;

	if (!module)
		module = named_after(k, object->name);
	if (module && btf_open_module(tmp, k->image, k->btf, module->addr, &s.btf, NULL))
		s.btf = k->btf;
	btf_allow(s.btf);
	if (btf_find_struct(k->btf, lock, &s.lock))
		id = by_cache(&s);
	if (!id && s.lock)
		id = by_size(&s);
	if (id)
		btf_type_text(s.btf, id, type, sizeof(type));
	talloc_free(tmp);
	if (!id)
		return false;
	ret->type = talloc_strdup(ctx, strncmp(type, "struct ", 7) == 0 ? type + 7 : type);
	ret->member = talloc_strdup(ctx, s.path);
	return ret->type && ret->member;
}
