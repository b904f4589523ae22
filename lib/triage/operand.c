// SPDX-License-Identifier: GPL-3.0-or-later
#include "triage/operand.h"

#include <string.h>

#include "base/machine.h"
#include "oops/trap_code.h"

static bool find_register(const struct oops_event *ev, const char *name, uint64_t *ret)
{
	for (size_t i = 0; i < ev->n_regs; i++) {
		if (strcmp(ev->regs[i].name, name) != 0)
			continue;
		*ret = ev->regs[i].value;
		return true;
	}
	return false;
}

/* The kernel prints r8 as R08. */
static bool register_value(const struct oops_event *ev, const char *name, uint64_t *ret)
{
	char padded[8];

	if (find_register(ev, name, ret))
		return true;
	if (name[0] != 'r' || name[1] < '8' || name[1] > '9' || name[2])
		return false;
	snprintf(padded, sizeof(padded), "r0%c", name[1]);
	return find_register(ev, padded, ret);
}

static const char *access_of(const struct insn *in)
{
	if (in->writes)
		return "write";
	if (in->reads)
		return "read";
	/* A jump through a register to an address that it cannot go to: the target is the fault. */
	return in->jumps ? "exec" : NULL;
}

bool operand_is_in_code(const struct operand *op)
{
	return strcmp(op->insn.base, "rip") == 0;
}

static void find_address(const struct oops_event *ev, struct operand *op)
{
	const struct insn *in = &op->insn;
	uint64_t base = 0, index = 0;

	if (!in->size)
		return;
	if (operand_is_in_code(op) && ev->ip.has_address)
		base = ev->ip.address + in->length; /* it counts from the next instruction */
	else if (*in->base && !operand_is_in_code(op) && register_value(ev, in->base, &base))
		op->base = (struct vmt_u64){true, base};
	else if (*in->base)
		return;
	if (*in->index && !register_value(ev, in->index, &index))
		return;
	op->address = (struct vmt_u64){true, base + index * in->scale + (uint64_t)in->disp};
}

/* arm64 prints words, whose bytes are in memory the other way round. */
static bool decode(const struct oops_event *ev, const char *arch, uint64_t ip, struct insn *ret)
{
	const uint8_t *code = ev->code + ev->code_ip;
	size_t n = ev->n_code - ev->code_ip;
	uint8_t word[4];

	if (machine_find(arch)->family == MACHINE_ARM64) {
		if (n < sizeof(word))
			return false;
		for (size_t i = 0; i < sizeof(word); i++)
			word[i] = code[sizeof(word) - 1 - i];
		code = word;
		n = sizeof(word);
	}
	return insn_decode(arch, code, n, ip, ret, NULL) == 0;
}

bool operand_is_foreign(const struct oops_event *ev, const char *arch)
{
	return machine_find(arch)->family == MACHINE_X86 &&
	       trap_code_of(ev, MACHINE_X86) == TRAP_CODE_OTHER;
}

void operand_find(const struct oops_event *ev, const char *arch, struct operand *ret)
{
	uint64_t ip = ev->ip.has_address ? ev->ip.address : 0;

	memset(ret, 0, sizeof(*ret));
	if (!ev->code || ev->code_ip >= ev->n_code || !decode(ev, arch, ip, &ret->insn))
		return;
	ret->decoded = true;
	ret->access = access_of(&ret->insn);
	find_address(ev, ret);
}
