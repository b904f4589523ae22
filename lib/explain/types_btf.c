// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "explain/types.h"

/* A compiler that specializes a function also changes its parameters, and marks its name. */
static bool is_specialized(const char *name)
{
	return strchr(name, '.') != NULL;
}

/*
 * Parameters that go in registers: up to the first that needs more than one register, or memory.
 * Both x86_64 and arm64 pass small structs in registers as well, but by rules of their own.
 */
static bool function(void *priv, const char *name, uint64_t addr, struct types_function *ret)
{
	struct btf_function f;

	memset(ret, 0, sizeof(*ret));
	if (!name || is_specialized(name) || btf_find_function(priv, name, addr, &f, NULL))
		return false;
	ret->result = f.result;
	for (unsigned i = 0; i < f.n_params && i < TYPES_PARAMS_MAX; i++) {
		struct btf_spot scalar;
		uint64_t size;

		if (!btf_type_size(priv, f.params[i].type, &size) || size > 8 ||
			!btf_member_at(priv, f.params[i].type, 0, (unsigned)size, &scalar) ||
			*scalar.path)
			break;
		memcpy(ret->params[i].name, f.params[i].name, sizeof(f.params[i].name));
		ret->params[i].type = f.params[i].type;
		ret->params[i].reg = (uint8_t)i;
		ret->n_params++;
	}
	return true;
}

static bool pointee(void *priv, uint64_t type, uint64_t *ret)
{
	uint32_t to;

	if (!btf_pointee(priv, (uint32_t)type, &to))
		return false;
	*ret = btf_plain(priv, to);
	return true;
}

static bool member(
	void *priv, uint64_t type, uint64_t offset, unsigned size, struct types_member *ret)
{
	struct btf_spot spot;

	if (!btf_member_at(priv, (uint32_t)type, offset, size, &spot))
		return false;
	memcpy(ret->path, spot.path, sizeof(ret->path));
	ret->type = spot.type;
	ret->offset = spot.offset;
	ret->exact = spot.exact;
	return true;
}

static bool size_of(void *priv, uint64_t type, uint64_t *ret)
{
	return btf_type_size(priv, (uint32_t)type, ret);
}

static void text(void *priv, uint64_t type, char *buf, size_t size)
{
	btf_type_text(priv, (uint32_t)type, buf, size);
}

struct types types_of_btf(struct btf *btf)
{
	return (struct types){.priv = btf,
		.words = "By the kernel's types (BTF)",
		.btf = btf,
		.function = function,
		.pointee = pointee,
		.member = member,
		.size = size_of,
		.text = text};
}
