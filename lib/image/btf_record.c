// SPDX-License-Identifier: GPL-3.0-or-later
/* One record of BTF: the kind of type, and where the next record begins. */
#include <string.h>

#include "image/btf_types.h"

/* What follows a record of each kind: a fixed number of bytes, and bytes for each of vlen. */
static const struct {
	uint8_t fixed, each;
	bool named; /* kept in the index */
} kinds[BTF_KINDS] = {
	[BTF_INT] = {4, 0, true},
	[BTF_PTR] = {0, 0, false},
	[BTF_ARRAY] = {12, 0, false},
	[BTF_STRUCT] = {0, 12, true},
	[BTF_UNION] = {0, 12, true},
	[BTF_ENUM] = {0, 8, true},
	[BTF_FWD] = {0, 0, false},
	[BTF_TYPEDEF] = {0, 0, true},
	[BTF_VOLATILE] = {0, 0, false},
	[BTF_CONST] = {0, 0, false},
	[BTF_RESTRICT] = {0, 0, false},
	[BTF_FUNC] = {0, 0, false},
	[BTF_FUNC_PROTO] = {0, 8, false},
	[BTF_VAR] = {4, 0, false},
	[BTF_DATASEC] = {0, 12, false},
	[BTF_FLOAT] = {0, 0, true},
	[BTF_DECL_TAG] = {4, 0, false},
	[BTF_TYPE_TAG] = {0, 0, false},
	[BTF_ENUM64] = {0, 12, true},
};

int btf_read_record(
	struct btf *btf, uint32_t off, uint32_t id, struct btf_type *t, struct vmt_err *err)
{
	uint32_t w[3];
	unsigned kind;
	uint64_t end;
	int rc = btf_read_types(btf, off, w, 3, err);

	memset(t, 0, sizeof(*t));
	if (rc)
		return rc;
	kind = w[1] >> 24 & 0x1f;
	if (kind == BTF_VOID || kind >= BTF_KINDS)
		return err_set_at(err, VMT_ERR_UNSUPPORTED, btf->types + off,
			"BTF type %u has the unknown kind %u", id, kind);
	*t = (struct btf_type){
		.btf = btf,
		.id = id,
		.name = w[0],
		.kind = (enum btf_kind)kind,
		.vlen = (uint16_t)w[1],
		.kind_flag = w[1] >> 31,
		.size_or_type = w[2],
		.detail = off + BTF_RECORD,
	};
	end = (uint64_t)off + BTF_RECORD + kinds[kind].fixed + (uint64_t)kinds[kind].each * t->vlen;
	if (end > btf->types_len)
		return err_set_at(err, VMT_ERR_CORRUPT, btf->types + off,
			"BTF type %u goes past the end of the types", id);
	t->end = (uint32_t)end;
	return 0;
}

/* A struct without members is of no use, but another with the same name may be. */
bool btf_is_named_type(const struct btf_type *t)
{
	if ((t->kind == BTF_STRUCT || t->kind == BTF_UNION) && t->vlen == 0)
		return false;
	return kinds[t->kind].named && t->name;
}
