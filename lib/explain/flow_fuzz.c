// SPDX-License-Identifier: GPL-3.0-or-later
/* Input: a byte that chooses the machine, then the code of a function. */
#include "explain/fake_flow.h"
#include "explain/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *name_of(const void *arg, TALLOC_CTX *ctx, uint64_t addr)
{
	(void)arg;
	return addr % 2 ? talloc_strdup(ctx, "variable") : NULL;
}

static void ask(const struct types *types, struct flow *f, uint32_t n)
{
	struct flow_value regs[MICRO_REGS];

	for (uint32_t i = 0; i < n; i += 1 + n / 16) {
		if (!flow_before(f, i, i % MICRO_MAX, regs))
			continue;
		for (unsigned r = 0; r < MICRO_REGS; r++) {
			char text[BTF_TEXT_MAX];

			types->text(types->priv, regs[r].type, text, sizeof(text));
			flow_text(f, f, regs[r].origin, name_of, NULL);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct types types;
	struct types_function proto;
	struct flow_result result = {0x1100, FAKE_HOST_PTR};
	struct flow_input in = {.types = &types, .results = &result, .n_results = 1};
	struct flow_code *code;
	struct flow *f;

	fake_reset();
	types = types_of_btf(fake_flow_btf(ctx));
	types.function(types.priv, "complete", 0, &proto);
	if (size) {
		in.machine = micro_machine_find(data[0] & 1 ? "aarch64" : "x86_64");
		in.function = data[0] & 2 ? NULL : &proto;
	}
	if (size &&
		code_decode(ctx, in.machine, &(struct code_bytes){0x1000, data + 1, size - 1, NULL},
			&code, NULL) == 0) {
		in.code = code;
		if (flow_run(ctx, &in, &f, NULL) == 0)
			ask(&types, f, code->n);
	}
	talloc_free(ctx);
	return 0;
}
