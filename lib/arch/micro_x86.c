// SPDX-License-Identifier: GPL-3.0-or-later
#include "arch/micro_internal.h"

#include "base/capstone_api.h"

#define RAX 0
#define RSP 4
#define RBP 5
#define STRING_REGS 0xc3 /* rax rcx rsi rdi */

static const char *const names[] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8",
	"r9", "r10", "r11", "r12", "r13", "r14", "r15"};

const struct micro_machine micro_x86_64 = {
	.arch = "x86_64",
	.names = names,
	.n_regs = 16,
	.sp = RSP,
	.result = RAX,
	.args = {7, 6, 2, 1, 8, 9},
	.n_args = 6,
	.volatiles = 0xfc7, /* rax rcx rdx rsi rdi r8-r11 */
	.stack_at_entry = 8,
};

struct decoder {
	struct capstone_api api;
	csh cs;
	cs_insn *raw;
};

static int close_decoder(struct decoder *d)
{
	d->api.cs_free(d->raw, 1);
	d->api.cs_close(&d->cs);
	return 0;
}

int micro_x86_open(TALLOC_CTX *ctx, void **ret, struct vmt_err *err)
{
	struct decoder *d = talloc_zero(ctx, struct decoder);
	int rc;

	if (!d)
		return err_nomem(err);
	rc = capstone_api_load(&d->api, err);
	if (rc)
		return rc;
	if (d->api.cs_open(CS_ARCH_X86, CS_MODE_64, &d->cs) != CS_ERR_OK)
		return err_set(err, VMT_ERR_UNSUPPORTED, "capstone was built without x86");
	d->api.cs_option(d->cs, CS_OPT_DETAIL, CS_OPT_ON);
	d->raw = alloc_told(d->api.cs_malloc(d->cs));
	if (!d->raw) {
		d->api.cs_close(&d->cs);
		return err_nomem(err);
	}
	talloc_set_destructor(d, close_decoder);
	*ret = d;
	return 0;
}

/* ---- registers --------------------------------------------------------------------------- */

#define NUMBERED(n)                                                                                \
	case X86_REG_R##n:                                                                         \
	case X86_REG_R##n##D:                                                                      \
	case X86_REG_R##n##W:                                                                      \
	case X86_REG_R##n##B:                                                                      \
		return n;
#define NAMED(letter, n)                                                                           \
	case X86_REG_R##letter##X:                                                                 \
	case X86_REG_E##letter##X:                                                                 \
	case X86_REG_##letter##X:                                                                  \
	case X86_REG_##letter##L:                                                                  \
	case X86_REG_##letter##H:                                                                  \
		return n;
#define INDEX(name, n)                                                                             \
	case X86_REG_R##name:                                                                      \
	case X86_REG_E##name:                                                                      \
	case X86_REG_##name:                                                                       \
	case X86_REG_##name##L:                                                                    \
		return n;

/* A general register of any width; MICRO_NONE: flags, vectors and so on. */
static uint8_t number(unsigned reg)
{
	switch (reg) {
		NAMED(A, 0)
		NAMED(C, 1)
		NAMED(D, 2)
		NAMED(B, 3)
		INDEX(SP, 4)
		INDEX(BP, 5)
		INDEX(SI, 6)
		INDEX(DI, 7)
		NUMBERED(8)
		NUMBERED(9)
		NUMBERED(10)
		NUMBERED(11)
		NUMBERED(12)
		NUMBERED(13)
		NUMBERED(14)
		NUMBERED(15)
	default:
		return MICRO_NONE;
	}
}

/* ---- operands ---------------------------------------------------------------------------- */

static bool is_reg(const cs_x86_op *op)
{
	return op->type == X86_OP_REG && number(op->reg) != MICRO_NONE;
}

static bool is_wide(const cs_x86_op *op)
{
	return is_reg(op) && op->size == 8;
}

static uint64_t next_of(const cs_insn *raw)
{
	return raw->address + raw->size;
}

/* An address in memory; reg is still to be set. */
static struct micro *add_access(
	const cs_insn *raw, const cs_x86_op *op, enum micro_op what, struct micro_insn *in)
{
	struct micro *m = micro_add(in, what);

	m->imm = (uint64_t)op->mem.disp;
	m->base = number(op->mem.base);
	m->index = number(op->mem.index);
	m->scale = (uint8_t)op->mem.scale;
	m->size = op->size;
	m->elsewhere = op->mem.segment == X86_REG_GS || op->mem.segment == X86_REG_FS;
	if (op->mem.base == X86_REG_RIP)
		m->imm += next_of(raw);
	return m;
}

static void set(struct micro_insn *in, uint8_t reg, uint64_t imm)
{
	struct micro *m = micro_add(in, MICRO_CONST);

	m->reg = reg;
	m->imm = imm;
}

static void add(struct micro_insn *in, uint8_t reg, uint8_t base, uint64_t imm)
{
	struct micro *m = micro_add(in, MICRO_ADD);

	m->reg = reg;
	m->base = base;
	m->imm = imm;
}

/* ---- instructions ------------------------------------------------------------------------ */

static void move(const cs_insn *raw, struct micro_insn *in)
{
	const cs_x86_op *to = &raw->detail->x86.operands[0], *from = to + 1;

	if (to->type == X86_OP_MEM) {
		struct micro *m = add_access(raw, to, MICRO_STORE, in);

		m->reg = is_wide(from) ? number(from->reg) : MICRO_NONE;
	} else if (is_reg(to) && from->type == X86_OP_MEM) {
		add_access(raw, from, MICRO_LOAD, in)->reg = number(to->reg);
		if (to->size < 4)
			micro_kill(in, micro_bit(number(to->reg)));
	} else if (is_wide(to) && is_wide(from)) {
		struct micro *m = micro_add(in, MICRO_MOVE);

		m->reg = number(to->reg);
		m->base = number(from->reg);
	} else if (is_reg(to) && from->type == X86_OP_IMM && to->size >= 4) {
		set(in, number(to->reg), to->size == 4 ? (uint32_t)from->imm : (uint64_t)from->imm);
	} else if (is_reg(to)) {
		micro_kill(in, micro_bit(number(to->reg)));
	}
}

static void address(const cs_insn *raw, struct micro_insn *in)
{
	const cs_x86_op *to = &raw->detail->x86.operands[0], *from = to + 1;
	uint8_t reg = number(to->reg);

	if (to->size == 8 && from->mem.base == X86_REG_RIP)
		set(in, reg, next_of(raw) + (uint64_t)from->mem.disp);
	else if (to->size == 8 && number(from->mem.base) != MICRO_NONE &&
		 from->mem.index == X86_REG_INVALID)
		add(in, reg, number(from->mem.base), (uint64_t)from->mem.disp);
	else
		micro_kill(in, micro_bit(reg));
}

/* add, sub, inc, dec with a number. False: something else. */
static bool sum(const cs_insn *raw, struct micro_insn *in)
{
	const cs_x86 *x86 = &raw->detail->x86;
	const cs_x86_op *to = &x86->operands[0], *from = to + 1;
	uint64_t by = 1;

	if (!is_wide(to) || (x86->op_count == 2 && from->type != X86_OP_IMM))
		return false;
	if (x86->op_count == 2)
		by = (uint64_t)from->imm;
	if (raw->id == X86_INS_SUB || raw->id == X86_INS_DEC)
		by = -by;
	add(in, number(to->reg), number(to->reg), by);
	return true;
}

/* xor and sub of a register with itself. */
static bool zero(const cs_insn *raw, struct micro_insn *in)
{
	const cs_x86 *x86 = &raw->detail->x86;
	const cs_x86_op *to = &x86->operands[0], *from = to + 1;

	if (x86->op_count != 2 || !is_reg(to) || from->type != X86_OP_REG || to->reg != from->reg ||
		to->size < 4)
		return false;
	set(in, number(to->reg), 0);
	return true;
}

static void push(const cs_insn *raw, struct micro_insn *in)
{
	const cs_x86_op *op = &raw->detail->x86.operands[0];
	struct micro *m;

	if (op->type == X86_OP_MEM)
		add_access(raw, op, MICRO_LOAD, in);
	add(in, RSP, RSP, (uint64_t)-8);
	m = micro_add(in, MICRO_STORE);
	m->base = RSP;
	m->size = 8;
	if (raw->detail->x86.op_count && is_wide(op))
		m->reg = number(op->reg);
}

static void pop(const cs_insn *raw, struct micro_insn *in)
{
	const cs_x86_op *op = &raw->detail->x86.operands[0];
	struct micro *m = micro_add(in, MICRO_LOAD);

	m->base = RSP;
	m->size = 8;
	if (raw->detail->x86.op_count && is_wide(op))
		m->reg = number(op->reg);
	add(in, RSP, RSP, 8);
	if (raw->detail->x86.op_count && op->type == X86_OP_MEM)
		add_access(raw, op, MICRO_STORE, in);
}

static void leave(struct micro_insn *in)
{
	struct micro *m = micro_add(in, MICRO_MOVE);

	m->reg = RSP;
	m->base = RBP;
	m = micro_add(in, MICRO_LOAD);
	m->reg = RBP;
	m->base = RSP;
	m->size = 8;
	add(in, RSP, RSP, 8);
}

/* call, jmp, jcc */
static void transfer(
	const cs_insn *raw, enum micro_op op, enum micro_op indirect, struct micro_insn *in)
{
	const cs_x86_op *to = &raw->detail->x86.operands[0];
	struct micro *m;

	if (to->type == X86_OP_MEM)
		add_access(raw, to, MICRO_LOAD, in);
	m = micro_add(in, to->type == X86_OP_IMM ? op : indirect);
	if (to->type == X86_OP_IMM)
		m->imm = (uint64_t)to->imm;
	else if (is_reg(to))
		m->base = number(to->reg);
}

static bool only_reads(unsigned id)
{
	return id == X86_INS_CMP || id == X86_INS_TEST || id == X86_INS_BT;
}

/* They move rdi, rsi or both; with a prefix, rcx counts. */
static bool is_string(const cs_insn *raw)
{
	const cs_x86 *x86 = &raw->detail->x86;

	if (x86->prefix[0] == X86_PREFIX_REP || x86->prefix[0] == X86_PREFIX_REPNE)
		return true;
	for (unsigned i = 0; i < x86->op_count; i++)
		if (x86->operands[i].type == X86_OP_MEM &&
			x86->operands[i].mem.segment == X86_REG_ES)
			return true;
	return raw->id == X86_INS_LODSB || raw->id == X86_INS_LODSW || raw->id == X86_INS_LODSD ||
	       raw->id == X86_INS_LODSQ;
}

/* Anything else: memory is accessed as capstone says, and what may be written is lost. */
static void other(const cs_insn *raw, struct micro_insn *in)
{
	const cs_x86 *x86 = &raw->detail->x86;
	uint32_t lost = is_string(raw) ? STRING_REGS : 0;

	for (unsigned i = 0; i < x86->op_count; i++) {
		const cs_x86_op *op = &x86->operands[i];
		bool writes = !only_reads(raw->id) && (i == 0 || op->access & CS_AC_WRITE);

		if (op->type == X86_OP_MEM)
			add_access(
				raw, op, op->access & CS_AC_WRITE ? MICRO_STORE : MICRO_LOAD, in);
		else if (op->type == X86_OP_REG && writes)
			lost |= micro_bit(number(op->reg));
	}
	for (unsigned i = 0; i < raw->detail->regs_write_count; i++)
		lost |= micro_bit(number(raw->detail->regs_write[i]));
	micro_kill(in, lost);
}

static void either(const cs_insn *raw, struct micro_insn *in)
{
	const cs_x86_op *to = &raw->detail->x86.operands[0], *from = to + 1;
	struct micro *m;

	if (!is_wide(to) || !is_wide(from)) {
		other(raw, in);
		return;
	}
	m = micro_add(in, MICRO_EITHER);
	m->reg = number(to->reg);
	m->base = number(from->reg);
}

static bool is_cmov(const cs_insn *raw)
{
	return raw->mnemonic[0] == 'c' && raw->mnemonic[1] == 'm' && raw->mnemonic[2] == 'o';
}

static void swap(const cs_insn *raw, struct micro_insn *in)
{
	const cs_x86 *x86 = &raw->detail->x86;
	uint32_t lost = 0;

	for (unsigned i = 0; i < x86->op_count; i++) {
		if (x86->operands[i].type == X86_OP_MEM)
			add_access(raw, &x86->operands[i], MICRO_STORE, in);
		else
			lost |= micro_bit(number(x86->operands[i].reg));
	}
	if (raw->id == X86_INS_CMPXCHG)
		lost |= micro_bit(RAX);
	micro_kill(in, lost);
}

static bool changes_nothing(unsigned id)
{
	switch (id) {
	case X86_INS_NOP:
	case X86_INS_PREFETCH:
	case X86_INS_PREFETCHNTA:
	case X86_INS_PREFETCHT0:
	case X86_INS_PREFETCHT1:
	case X86_INS_PREFETCHT2:
	case X86_INS_PREFETCHW:
	case X86_INS_CLFLUSH:
	case X86_INS_CLFLUSHOPT:
		return true;
	default:
		return false;
	}
}

/* False: it is no transfer of control. */
static bool control(const cs_insn *raw, struct micro_insn *in)
{
	switch (raw->id) {
	case X86_INS_CALL:
		transfer(raw, MICRO_CALL, MICRO_CALL, in);
		return true;
	case X86_INS_JMP:
		transfer(raw, MICRO_JUMP, MICRO_STOP, in);
		return true;
	case X86_INS_RET:
	case X86_INS_RETF:
	case X86_INS_RETFQ:
	case X86_INS_IRET:
	case X86_INS_IRETD:
	case X86_INS_IRETQ:
	case X86_INS_SYSRET:
	case X86_INS_SYSEXIT:
		micro_add(in, MICRO_STOP);
		return true;
	case X86_INS_UD2:
	case X86_INS_INT3:
		micro_add(in, MICRO_TRAP);
		return true;
	default:
		return false;
	}
}

static void translate(const cs_insn *raw, struct micro_insn *in)
{
	switch (raw->id) {
	case X86_INS_MOV:
	case X86_INS_MOVABS:
		move(raw, in);
		break;
	case X86_INS_MOVZX:
	case X86_INS_MOVSX:
	case X86_INS_MOVSXD:
		if (raw->detail->x86.operands[1].type == X86_OP_MEM)
			move(raw, in);
		else
			other(raw, in);
		break;
	case X86_INS_LEA:
		address(raw, in);
		break;
	case X86_INS_ADD:
	case X86_INS_INC:
	case X86_INS_DEC:
		if (!sum(raw, in))
			other(raw, in);
		break;
	case X86_INS_SUB:
	case X86_INS_XOR:
		if (!zero(raw, in) && !(raw->id == X86_INS_SUB && sum(raw, in)))
			other(raw, in);
		break;
	case X86_INS_PUSH:
	case X86_INS_PUSHFQ:
		push(raw, in);
		break;
	case X86_INS_POP:
	case X86_INS_POPFQ:
		pop(raw, in);
		break;
	case X86_INS_LEAVE:
		leave(in);
		break;
	case X86_INS_XCHG:
	case X86_INS_XADD:
	case X86_INS_CMPXCHG:
		swap(raw, in);
		break;
	default:
		if (changes_nothing(raw->id) || control(raw, in))
			break;
		if (is_cmov(raw))
			either(raw, in);
		else
			other(raw, in);
		break;
	}
}

bool micro_x86_decode(void *state, const struct micro_code *code, struct micro_insn *ret)
{
	struct decoder *d = state;
	struct micro_code at = *code;

	if (!d->api.cs_disasm_iter(d->cs, &at.bytes, &at.n, &at.addr, d->raw))
		return false;
	ret->length = d->raw->size;
	if (d->raw->id != X86_INS_JMP && d->raw->detail->x86.op_count == 1 &&
		d->raw->detail->x86.operands[0].type == X86_OP_IMM &&
		d->api.cs_insn_group(d->cs, d->raw, CS_GRP_JUMP))
		transfer(d->raw, MICRO_BRANCH, MICRO_STOP, ret);
	else
		translate(d->raw, ret);
	return true;
}
