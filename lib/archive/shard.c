// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/shard.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/name_index.h"

/* How many digits parts of a dump may differ in: makedumpfile is seldom given 100. */
#define DIGITS_OF_A_PART 2

/* Where the name ends, without a suffix that has a digit. */
static const char *stem_end(const char *name, const char *end)
{
	static const char *const suffixes[] = {".bz2", ".lz4"};

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		size_t len = strlen(suffixes[i]);

		if ((size_t)(end - name) > len && !memcmp(end - len, suffixes[i], len))
			return end - len;
	}
	return end;
}

/* The file's name, without the digits that the parts of a split dump differ in. */
static uint64_t mix_name(uint64_t hash, const char *name, size_t len)
{
	const char *end = name + len, *last = stem_end(name, end), *first;

	while (last > name && !ascii_is_digit(last[-1]))
		last--;
	first = last;
	while (first > name && last - first < DIGITS_OF_A_PART && ascii_is_digit(first[-1]))
		first--;
	hash = name_index_more(hash, name, (size_t)(first - name));
	return name_index_more(hash, last, (size_t)(end - last));
}

/* MurmurHash3's: each bit of the sum changes half of all bits. */
static uint64_t finish(uint64_t hash)
{
	hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
	hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
	return hash ^ hash >> 33;
}

uint64_t shard_hash(const char *path)
{
	uint64_t hash = 0xcbf29ce484222325;
	const char *p = path;

	if (*p == '/')
		hash = name_index_more(hash, "/", 1);
	for (size_t len; p += strspn(p, "/"), *p; p += len) {
		const char *rest;

		len = strcspn(p, "/");
		rest = p + len + strspn(p + len, "/");
		if (len == 1 && *p == '.')
			continue;
		if (!*rest)
			return finish(mix_name(hash, p, len));
		hash = name_index_more(hash, p, len);
		hash = name_index_more(hash, "/", 1);
	}
	return finish(hash);
}

bool shard_has(const struct shard *shard, const char *path)
{
	return !shard->of || shard_hash(path) % shard->of == shard->index - 1;
}
