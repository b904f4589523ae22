// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A dump in, a report out. An input is a list of changes to one of the dumps in testdata/real,
 * whose pages are unpacked first: a change then reaches the kernel's structures, not only the
 * container. All pages of those dumps are ones that a triage reads.
 */
#include <endian.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/cur.h"
#include "io/codec.h"
#include "vmtriage.h"

#ifndef DUMPS
#error "DUMPS is the folder of the dumps"
#endif

#define DESC_SIZE 24
#define ZSTD_FLAG 0x20

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {
	DUMPS "/null-deref.vmcore", DUMPS "/e1000-receive.vmcore", DUMPS "/hung-task.vmcore"};

struct plain {
	uint8_t *bytes, *spare; /* spare: where changes are made */
	size_t size;
};

/* A row of an input. */
struct change {
	uint32_t at;   /* of 2^32, as a share of the dump */
	uint32_t from; /* the same */
	uint8_t op, len;
	uint16_t value;
};

static uint8_t *read_file(const char *name, size_t *size)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint8_t *bytes;

	if (fd < 0 || fstat(fd, &st)) {
		perror(name);
		abort();
	}
	*size = (size_t)st.st_size;
	bytes = malloc(*size);
	if (!bytes || read(fd, bytes, *size) != st.st_size)
		abort();
	close(fd);
	return bytes;
}

/* Where the descriptors of pages begin, which the header and the bitmaps precede. */
static size_t find_descs(const uint8_t *dump, size_t *block)
{
	const uint8_t *h = dump + 8 + 4 + 6 * 65; /* signature, version, names of the system */
	size_t at = (size_t)(h - dump);

	at = (at + 7) / 8 * 8 + 16; /* the time */
	*block = cur_load_little(dump + at + 4, 4);
	return (1 + cur_load_little(dump + at + 8, 4) + cur_load_little(dump + at + 12, 4)) *
	       *block;
}

static void unpack(struct plain *p, const char *name)
{
	size_t size, block, descs, n, end;
	uint8_t *packed = read_file(name, &size);
	struct codecs *codecs;

	if (codecs_open(NULL, &codecs, NULL))
		abort();
	descs = find_descs(packed, &block);
	end = cur_load_little(packed + descs, 8); /* the first page follows the last descriptor */
	for (n = 0; descs + (n + 1) * DESC_SIZE <= end; n++)
		;
	p->size = end + n * block;
	p->bytes = malloc(p->size);
	p->spare = malloc(p->size);
	if (!p->bytes || !p->spare)
		abort();
	memcpy(p->bytes, packed, end);
	for (size_t i = 0; i < n; i++) {
		uint8_t *desc = p->bytes + descs + i * DESC_SIZE;
		uint64_t at = htole64(end + i * block);
		uint32_t len = htole32((uint32_t)block), flags = 0;
		struct codec_buffers b = {packed + cur_load_little(desc, 8),
			cur_load_little(desc + 8, 4), p->bytes + end + i * block, block};

		if (cur_load_little(desc + 12, 4) == 0)
			memcpy(b.out, b.in, block);
		else if (codec_unpack(codecs, CODEC_ZSTD, b, NULL))
			abort();
		memcpy(desc, &at, 8);
		memcpy(desc + 8, &len, 4);
		memcpy(desc + 12, &flags, 4);
	}
	talloc_free(codecs);
	free(packed);
}

static size_t place(const struct plain *p, uint32_t share, size_t len)
{
	return (size_t)(((uint64_t)(p->size - len) * share) >> 32);
}

static void apply(struct plain *p, const struct change *c, size_t *size)
{
	static const uint64_t odd[] = {0, 1, 0x7fffffff, 0x80000000, 0xffffffff, INT64_MAX,
		UINT64_MAX, 0xdead000000000100, 0x6b6b6b6b6b6b6b6b};
	size_t len = 1 + c->len % 64u;
	uint8_t *to = p->spare + place(p, c->at, 64);
	uint8_t *word = p->spare + place(p, c->at, 64) / 8 * 8;
	const uint8_t *from = p->spare + place(p, c->from, 64);
	uint64_t v;

	switch (c->op % 7u) {
	case 0: /* a pointer to elsewhere */
		memcpy(word, p->spare + place(p, c->from, 64) / 8 * 8, 8);
		break;
	case 1: /* a number nearby */
		v = cur_load_little(word, 8) + (uint64_t)(int64_t)(int16_t)c->value;
		v = htole64(v);
		memcpy(word, &v, 8);
		break;
	case 2:
		v = htole64(odd[c->value % ARRAY_SIZE(odd)]);
		memcpy(word, &v, c->len % 2 ? 8 : 4);
		break;
	case 3:
		memset(to, c->value & 0xff, len);
		break;
	case 4:
		to[0] ^= (uint8_t)(1u << (c->value & 7));
		break;
	case 5:
		memmove(to, from, len);
		break;
	case 6: /* cut off, seldom: little is left to find then */
		if (c->len == 0xff)
			*size = place(p, c->at, 64);
		break;
	}
}

static int discard(void *arg, const void *data, size_t len)
{
	(void)arg, (void)data, (void)len;
	return 0;
}

static void triage(const struct vmt_file *file, bool stacks)
{
	struct vmt_report *report;
	struct vmt_stacks *all;
	struct vmt_err err;

	if (!vmt_triage_files(NULL, file, 1, &report, &err)) {
		vmt_report_write_to(report, VMT_FORMAT_JSON, NULL, discard, NULL, &err);
		vmt_report_write_to(report, VMT_FORMAT_TEXT, NULL, discard, NULL, &err);
		vmt_report_free(report);
	}
	if (stacks && !vmt_stacks_read_files(NULL, file, 1, true, &all, &err)) {
		vmt_stacks_write_to(all, VMT_FORMAT_TEXT, NULL, discard, NULL, &err);
		vmt_stacks_free(all);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct plain plains[ARRAY_SIZE(names)];
	struct plain *p;
	struct vmt_file file;
	size_t left;

	if (size < 2)
		return 0;
	p = &plains[data[0] % ARRAY_SIZE(names)];
	if (!p->bytes)
		unpack(p, names[data[0] % ARRAY_SIZE(names)]);
	memcpy(p->spare, p->bytes, p->size);
	left = p->size;
	for (size_t i = 2; i + 12 <= size && i < 2 + 12 * 64; i += 12) {
		struct change c = {(uint32_t)cur_load_little(data + i, 4),
			(uint32_t)cur_load_little(data + i + 4, 4), data[i + 8], data[i + 9],
			(uint16_t)cur_load_little(data + i + 10, 2)};

		apply(p, &c, &left);
	}
	file = vmt_file_memory(p->spare, left, "vmcore");
	triage(&file, data[1] % 8 == 0);
	return 0;
}
