/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which of several batches, that share one archive, a path belongs to. It depends on the path
 * alone: other files may come and go.
 */
#ifndef VMT_ARCHIVE_SHARD_H
#define VMT_ARCHIVE_SHARD_H

#include <stdbool.h>
#include <stdint.h>

struct shard {
	unsigned index, of; /* 1 to of; of 0: there is only one batch */
};

/*
 * 64 bits of FNV-1a, mixed, of the path without empty components and ".". In the file's name the
 * last number has no units and tens, so that the parts of a split dump (dump9, dump10) are in one
 * shard: "/a//./dump10.gz" counts as "/a/dump.gz". A ".bz2" or ".lz4" at the end is no number.
 */
uint64_t shard_hash(const char *path);

/* Whether shard_hash() modulo the number of shards is this one's index less 1. */
bool shard_has(const struct shard *shard, const char *path);

#endif
