/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types for tests of the flow: a host with commands. */
#ifndef VMT_EXPLAIN_FAKE_FLOW_H
#define VMT_EXPLAIN_FAKE_FLOW_H

#include "explain/types.h"
#include "image/fake_types.h"

#define FAKE_FLOW_BTF 0x20000

enum {
	FAKE_U32 = 1,
	FAKE_U64,
	FAKE_HOST,
	FAKE_HOST_PTR,
	FAKE_STATS,
	FAKE_STATS_PTR,
	FAKE_CMD,
	FAKE_CMD_PTR,
	FAKE_CMDS, /* struct cmd *[4] */
	FAKE_VOID_PTR,
};

/*
 * struct host {u64 id; struct stats *stats; struct cmd *cmds[4]; void *priv;}
 * struct stats {u64 reads; u32 last; u32 other;}
 * struct cmd {struct cmd *next; struct host *host; u64 tag;}
 * void complete(struct host *host, struct cmd *cmd, u32 tag);
 * struct host *find(u64 id);
 */
static inline void fake_flow_build(struct fake_types *b)
{
	fake_int(b, "u32", 4);
	fake_int(b, "u64", 8);
	fake_struct(b, BTF_STRUCT, "host", 56,
		(const struct fake_member[]){{"id", FAKE_U64, 0, 0},
			{"stats", FAKE_STATS_PTR, 64, 0}, {"cmds", FAKE_CMDS, 128, 0},
			{"priv", FAKE_VOID_PTR, 384, 0}},
		4);
	fake_ptr(b, FAKE_HOST);
	fake_struct(b, BTF_STRUCT, "stats", 16,
		(const struct fake_member[]){{"reads", FAKE_U64, 0, 0}, {"last", FAKE_U32, 64, 0},
			{"other", FAKE_U32, 96, 0}},
		3);
	fake_ptr(b, FAKE_STATS);
	fake_struct(b, BTF_STRUCT, "cmd", 24,
		(const struct fake_member[]){{"next", FAKE_CMD_PTR, 0, 0},
			{"host", FAKE_HOST_PTR, 64, 0}, {"tag", FAKE_U64, 128, 0}},
		3);
	fake_ptr(b, FAKE_CMD);
	fake_array(b, FAKE_CMD_PTR, 4);
	fake_ptr(b, 0);
	fake_function(b, "complete", 0,
		(const struct fake_member[]){{"host", FAKE_HOST_PTR, 0, 0},
			{"cmd", FAKE_CMD_PTR, 0, 0}, {"tag", FAKE_U32, 0, 0}},
		3);
	fake_function(
		b, "find", FAKE_HOST_PTR, (const struct fake_member[]){{"id", FAKE_U64, 0, 0}}, 1);
}

/* The BTF in the fake RAM; NULL: no memory. */
static inline struct btf *fake_flow_btf(TALLOC_CTX *ctx)
{
	struct fake_types b = {0};
	struct mem_space *space = fake_space(ctx);
	struct btf *btf;
	uint64_t len;

	fake_flow_build(&b);
	len = fake_types_put(&b, FAKE_FLOW_BTF);
	return space && btf_open(ctx, (struct btf_place){space, fake_va(FAKE_FLOW_BTF), len}, NULL,
				&btf, NULL) == 0
		       ? btf
		       : NULL;
}

#endif
