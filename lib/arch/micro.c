// SPDX-License-Identifier: GPL-3.0-or-later
#include "arch/micro.h"

#include <string.h>

#include "arch/micro_internal.h"
#include "base/array.h"

static const struct {
	const struct micro_machine *machine;
	int (*open)(TALLOC_CTX *ctx, void **ret, struct vmt_err *err);
	bool (*decode)(void *state, const struct micro_code *code, struct micro_insn *ret);
} rows[] = {
	{&micro_x86_64, micro_x86_open, micro_x86_decode},
	{&micro_aarch64, NULL, micro_aarch64_decode},
};

struct micro_decoder {
	size_t row;
	void *state;
};

const struct micro_machine *micro_machine_find(const char *arch)
{
	for (size_t i = 0; arch && i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].machine->arch, arch) == 0)
			return rows[i].machine;
	return NULL;
}

uint8_t micro_reg_find(const struct micro_machine *m, const char *name)
{
	bool padded = name[0] == 'r' && name[1] == '0' && name[2]; /* "r08" */

	for (unsigned i = 0; i < m->n_regs; i++)
		if (strcmp(m->names[i], name) == 0 ||
			(padded && m->names[i][0] == 'r' && strcmp(m->names[i] + 1, name + 2) == 0))
			return (uint8_t)i;
	return MICRO_NONE;
}

int micro_decoder_new(TALLOC_CTX *ctx, const struct micro_machine *m, struct micro_decoder **ret,
	struct vmt_err *err)
{
	struct micro_decoder *d = talloc_zero(ctx, struct micro_decoder);
	int rc = 0;

	if (!d)
		return err_nomem(err);
	while (d->row < ARRAY_SIZE(rows) && rows[d->row].machine != m)
		d->row++;
	if (d->row == ARRAY_SIZE(rows))
		rc = err_set(err, VMT_ERR_UNSUPPORTED, "no decoder for this machine");
	else if (rows[d->row].open)
		rc = rows[d->row].open(d, &d->state, err);
	if (rc) {
		talloc_free(d);
		return rc;
	}
	*ret = d;
	return 0;
}

bool micro_decode(struct micro_decoder *d, const uint8_t *bytes, size_t n, uint64_t addr,
	struct micro_insn *ret)
{
	const struct micro_code code = {bytes, n, addr};

	memset(ret, 0, sizeof(*ret));
	return n && rows[d->row].decode(d->state, &code, ret);
}
