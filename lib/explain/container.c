// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/container.h"

#include <inttypes.h>
#include <string.h>

#include "image/btf_walk.h"

/* Whether all that the function accesses beside the member is in the struct. */
static bool fits(const struct function *fn, unsigned param, uint64_t type, uint64_t offset)
{
	unsigned n;
	const struct flow_outside *o = flow_outside(fn->flow, &n);

	for (unsigned i = 0; i < n; i++) {
		struct types_member m;
		int64_t at = (int64_t)offset + o[i].at;

		if (o[i].param == param && (at < 0 || !fn->types.member(fn->types.priv, type,
							      (uint64_t)at, o[i].size, &m)))
			return false;
	}
	return true;
}

static bool has_outside(const struct function *fn, unsigned param)
{
	unsigned n;
	const struct flow_outside *o = flow_outside(fn->flow, &n);

	for (unsigned i = 0; i < n; i++)
		if (o[i].param == param)
			return true;
	return false;
}

/* The one struct that can be around it. Objects are at most twice as large as their struct. */
static uint64_t only_holder(const struct function *fn, unsigned param, uint64_t member,
	const struct explained_place *object, char *path)
{
	struct btf *btf = fn->types.btf;
	char here[BTF_TEXT_MAX];
	uint32_t id = 0, found = 0;

	while (btf_next_holder(btf, &id, (uint32_t)member, object->offset.v, here)) {
		uint64_t size;

		if (!btf_type_size(btf, id, &size) || size > object->size.v ||
			size * 2 <= object->size.v || !fits(fn, param, id, object->offset.v))
			continue;
		if (found)
			return 0;
		found = id;
		memcpy(path, here, sizeof(here));
	}
	return found;
}

bool container_find(TALLOC_CTX *ctx, struct function *fn, const struct place_kernel *place,
	unsigned param, uint64_t value, const char **how)
{
	struct explained_place object = {0};
	char path[BTF_TEXT_MAX], type[BTF_TEXT_MAX];
	uint64_t member, holder;
	struct flow *again;
	const char *name;

	if (!fn->module || !fn->types.btf || param >= fn->proto.n_params ||
		!has_outside(fn, param) ||
		!fn->types.pointee(fn->types.priv, fn->proto.params[param].type, &member) ||
		!member || slab_object(ctx, place, value, &object, NULL))
		return false;
	holder = only_holder(fn, param, member, &object, path);
	if (!holder)
		return false;
	name = fn->proto.params[param].name;
	fn->types.text(fn->types.priv, holder, type, sizeof(type));
	fn->input.container = (struct flow_container){.known = true,
		.param = param,
		.type = holder,
		.offset = object.offset.v,
		.name = talloc_asprintf(fn, "container_of(%s, %s, %s)", name, type, path)};
	*how = talloc_asprintf(ctx,
		"%s points %" PRIu64 " byte%s into an object of the slab cache %s, and %s is the "
		"only struct of %s that has such a member (%s) there.",
		name, object.offset.v, object.offset.v == 1 ? "" : "s", object.name, type,
		fn->module->name, path);
	if (!fn->input.container.name || !*how || flow_run(fn, &fn->input, &again, NULL))
		return false;
	talloc_free(fn->flow);
	fn->flow = again;
	return true;
}
