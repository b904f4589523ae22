// SPDX-License-Identifier: GPL-3.0-or-later
// Structs and functions of every shape that matters to the types of a pointer, for types_dwarf_test.
struct cmd;
typedef unsigned int u32;
typedef struct stats {
	unsigned long reads;
	u32 last;
	unsigned low : 3;
	unsigned high : 5;
} stats_t;

struct host {
	unsigned long id;
	stats_t *stats;
	struct {
		int first;
		int second;
	};
	union {
		void *pointer;
		unsigned long word;
		u32 half;
	};
	const struct host *const next;
	short grid[2][3];
	struct stats inside[2];
	struct cmd *cmd;
};

struct stats *find(unsigned long id);
__attribute__((cold)) void complain(struct host *host);
extern volatile u32 sink;

u32 complete(struct host *host, struct cmd *cmd, u32 tag)
{
	sink = tag;
	return cmd ? host->stats->last : find(tag)->last;
}

/* Specialized: it has no first parameter, so that the others are in other registers. */
__attribute__((noinline)) static u32 part(u32 step, struct host *host, stats_t *stats)
{
	for (u32 i = 0; i < 3; i += step)
		sink = host->inside[i & 1].last + stats->last;
	return sink;
}

u32 caller(struct host *host)
{
	return part(1, host, host->stats) + part(1, host + 1, host->stats);
}

/* It has a cold part. */
u32 split(struct host *host, u32 tag)
{
	if (__builtin_expect(tag > 7, 0)) {
		complain(host);
		sink = tag;
		complain(host->stats ? host : 0);
	}
	return host->first + tag;
}
