// SPDX-License-Identifier: GPL-3.0-or-later
#include "arch/insn.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/capstone_api.h"
#include "base/machine.h"

struct insn_decoder {
	const struct decoder *d;
	struct capstone_api api;
	csh cs;
};

static void copy_reg(const struct insn_decoder *decoder, unsigned reg, char *ret, size_t room)
{
	const char *name = reg ? decoder->api.cs_reg_name(decoder->cs, reg) : NULL;

	snprintf(ret, room, "%s", name ? name : "");
}

/* The operand in brackets, with the access size before it. */
static void copy_operand(const char *operands, char *ret, size_t room)
{
	const char *open = strchr(operands, '['), *close = open ? strchr(open, ']') : NULL;
	const char *start = open;

	if (!close)
		return;
	while (start > operands && start[-1] != ',')
		start--;
	start += *start == ' ';
	snprintf(ret, room, "%.*s", (int)(close + 1 - start), start);
}

/* Of "test byte ptr [rax], 1" Capstone 4 says that it writes. */
static bool only_reads(const cs_insn *raw)
{
	return raw->id == X86_INS_TEST || raw->id == X86_INS_CMP;
}

/* A string move has two memory operands: prefer the one that is written. */
static void take_x86_memory(
	const struct insn_decoder *decoder, const cs_insn *raw, struct insn *ret)
{
	const cs_x86 *x86 = &raw->detail->x86;

	for (unsigned i = 0; i < x86->op_count; i++) {
		const cs_x86_op *op = &x86->operands[i];

		if (op->type != X86_OP_MEM || raw->id == X86_INS_LEA || raw->id == X86_INS_NOP)
			continue;
		if (ret->size && !(op->access & CS_AC_WRITE))
			continue;
		copy_reg(decoder, op->mem.base, ret->base, sizeof(ret->base));
		copy_reg(decoder, op->mem.index, ret->index, sizeof(ret->index));
		ret->scale = (unsigned)op->mem.scale;
		ret->disp = op->mem.disp;
		ret->size = op->size;
		ret->reads = only_reads(raw) || op->access & CS_AC_READ || !op->access;
		ret->writes = !only_reads(raw) && op->access & CS_AC_WRITE;
	}
	if (ret->size)
		copy_operand(raw->op_str, ret->operand, sizeof(ret->operand));
}

static void take_arm64_memory(
	const struct insn_decoder *decoder, const cs_insn *raw, struct insn *ret)
{
	const cs_arm64 *arm = &raw->detail->arm64;

	for (unsigned i = 0; i < arm->op_count; i++) {
		const cs_arm64_op *op = &arm->operands[i];

		if (op->type != ARM64_OP_MEM)
			continue;
		copy_reg(decoder, op->mem.base, ret->base, sizeof(ret->base));
		copy_reg(decoder, op->mem.index, ret->index, sizeof(ret->index));
		ret->scale = 1;
		ret->disp = op->mem.disp;
		ret->size = 8;
		/*
		 * Capstone 4 does not report the access of arm64 operands: recognize stores by
		 * name.
		 */
		ret->writes = strncmp(raw->mnemonic, "st", 2) == 0;
		ret->reads = !ret->writes;
		copy_operand(raw->op_str, ret->operand, sizeof(ret->operand));
	}
}

static const struct decoder {
	enum machine_family family;
	bool is_64;
	cs_arch cs_arch;
	cs_mode mode;
	void (*take_memory)(
		const struct insn_decoder *decoder, const cs_insn *raw, struct insn *ret);
} decoders[] = {
	{MACHINE_X86, true, CS_ARCH_X86, CS_MODE_64, take_x86_memory},
	{MACHINE_X86, false, CS_ARCH_X86, CS_MODE_32, take_x86_memory},
	{MACHINE_ARM64, true, CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, take_arm64_memory},
};

static const struct decoder *find_decoder(const char *arch)
{
	const struct machine *m = machine_find(arch);

	for (size_t i = 0; i < ARRAY_SIZE(decoders); i++)
		if (decoders[i].family == m->family && decoders[i].is_64 == m->is_64)
			return &decoders[i];
	return NULL;
}

static int close_decoder(struct insn_decoder *decoder)
{
	decoder->api.cs_close(&decoder->cs);
	return 0;
}

int insn_decoder_new(
	TALLOC_CTX *ctx, const char *arch, struct insn_decoder **ret, struct vmt_err *err)
{
	const struct decoder *d = find_decoder(arch);
	struct insn_decoder *decoder;
	cs_err got;
	int rc;

	if (!d)
		return err_set(err, VMT_ERR_UNSUPPORTED, "no decoder for instructions of %s",
			arch ? arch : "an unknown architecture");
	decoder = talloc(ctx, struct insn_decoder);
	if (!decoder)
		return err_nomem(err);
	decoder->d = d;
	rc = capstone_api_load(&decoder->api, err);
	if (rc) {
		talloc_free(decoder);
		return rc;
	}
	got = decoder->api.cs_open(d->cs_arch, d->mode, &decoder->cs);
	if (got != CS_ERR_OK) {
		talloc_free(decoder);
		if (!alloc_told(got != CS_ERR_MEM ? ret : NULL))
			return err_nomem(err);
		return err_set(err, VMT_ERR_UNSUPPORTED, "capstone was built without %s", arch);
	}
	talloc_set_destructor(decoder, close_decoder);
	decoder->api.cs_option(decoder->cs, CS_OPT_DETAIL, CS_OPT_ON);
	*ret = decoder;
	return 0;
}

bool insn_lacks_library(const char *arch, struct vmt_err *why)
{
	struct capstone_api api;

	return find_decoder(arch) && capstone_api_load(&api, why) != 0;
}

int insn_decoder_read(struct insn_decoder *decoder, const uint8_t *bytes, size_t n, uint64_t addr,
	struct insn *ret, struct vmt_err *err)
{
	const struct capstone_api *api = &decoder->api;
	csh cs = decoder->cs;
	cs_insn *raw = alloc_told(api->cs_malloc(cs));

	memset(ret, 0, sizeof(*ret));
	if (!raw)
		return err_nomem(err);
	if (!api->cs_disasm_iter(cs, &bytes, &n, &addr, raw)) {
		api->cs_free(raw, 1);
		return err_set(err, VMT_ERR_CORRUPT, "these bytes are not an instruction");
	}
	snprintf(ret->text, sizeof(ret->text), "%s%s%s", raw->mnemonic, *raw->op_str ? " " : "",
		raw->op_str);
	ret->length = raw->size;
	ret->jumps = api->cs_insn_group(cs, raw, CS_GRP_CALL) ||
		     api->cs_insn_group(cs, raw, CS_GRP_JUMP);
	decoder->d->take_memory(decoder, raw, ret);
	api->cs_free(raw, 1);
	return 0;
}

int insn_decode(const char *arch, const uint8_t *bytes, size_t n, uint64_t addr, struct insn *ret,
	struct vmt_err *err)
{
	struct insn_decoder *decoder;
	int rc = insn_decoder_new(NULL, arch, &decoder, err);

	memset(ret, 0, sizeof(*ret));
	if (rc)
		return rc;
	rc = insn_decoder_read(decoder, bytes, n, addr, ret, err);
	talloc_free(decoder);
	return rc;
}
