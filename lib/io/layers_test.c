// SPDX-License-Identifier: GPL-3.0-or-later
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif

#include "base/array.h"
#include "base/test.h"
#include "io/layers.h"
#include "io/spool.h"

#define INSIDE (300u * 1024)
#define ROOM (1u << 20)

struct bytes {
	uint8_t *p;
	size_t len;
};

static const struct {
	const char *name;
	int (*add)(struct archive *a);
} packers[] = {
	{"gzip", archive_write_add_filter_gzip},
	{"xz", archive_write_add_filter_xz},
	{"zstd", archive_write_add_filter_zstd},
	{"lz4", archive_write_add_filter_lz4},
	{"bzip2", archive_write_add_filter_bzip2},
};

static struct bytes pack(TALLOC_CTX *ctx, size_t packer, struct bytes in)
{
	struct bytes out = {talloc_array(ctx, uint8_t, ROOM), 0};
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	assert_int_equal(archive_write_set_format_raw(a), ARCHIVE_OK);
	assert_int_equal(packers[packer].add(a), ARCHIVE_OK);
	archive_write_set_bytes_per_block(a, 1);
	assert_int_equal(archive_write_open_memory(a, out.p, ROOM, &out.len), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, in.p, in.len), in.len);
	archive_entry_free(entry);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	return out;
}

/* Neither all zeros nor very compressible, with a hole in one part. */
static struct bytes make_inside(TALLOC_CTX *ctx)
{
	struct bytes b = {talloc_zero_array(ctx, uint8_t, INSIDE), INSIDE};
	uint32_t x = 1;

	for (size_t i = 0; i < b.len; i++) {
		x = x * 1103515245 + 12345;
		if (i < 100000 || i > 200000)
			b.p[i] = (uint8_t)(x >> 28);
	}
	return b;
}

static int peel(TALLOC_CTX *ctx, struct bytes b, struct source **ret, struct layers *layers,
	struct vmt_err *err)
{
	struct source *src;

	assert_int_equal(source_open_memory(ctx, "test", b.p, b.len, &src, err), 0);
	return layers_peel(ctx, src, ret, layers, err);
}

static void check_inside(struct source *src, struct bytes want, size_t len)
{
	uint8_t *got = malloc(len);
	struct vmt_err err;

	assert_int_equal(source_read_exact(src, 0, got, len, &err), 0);
	assert_memory_equal(got, want.p, len);
	free(got);
}

static void test_each(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bytes in = make_inside(ctx);
	struct layers layers;
	struct source *src;
	struct vmt_err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(packers); i++) {
		struct bytes packed = pack(ctx, i, in);

		assert_true(packed.len < in.len);
		assert_int_equal(peel(ctx, packed, &src, &layers, &err), 0);
		assert_int_equal(layers.n, 1);
		assert_string_equal(layers.names[0], packers[i].name);
		assert_null(layers.missing);
		assert_int_equal(src->size, in.len);
		check_inside(src, in, in.len);
	}
	talloc_free(ctx);
}

static void count(void *arg, uint64_t done, uint64_t all, const char *name)
{
	struct bytes *told = arg;

	assert_string_equal(name, "test");
	assert_in_range(done, told->len, all);
	told->len = (size_t)done;
}

/* How much was unpacked, how far it is, and an error where it is too much. */
static void test_cost(void **state)
{
	struct bytes told = {0};
	const struct spool_limits limits = {.most = 250000, .progress = count, .arg = &told},
				  small = {.most = 150000}, tiny = {.most = 1000};
	TALLOC_CTX *ctx = spool_budget_new(NULL, &limits), *less = spool_budget_new(NULL, &small),
		   *least = spool_budget_new(NULL, &tiny);
	struct bytes in = make_inside(ctx), packed;
	struct layers layers;
	struct source *src;
	struct vmt_err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(packers); i++) {
		packed = pack(ctx, i, in);
		told.len = 0;
		assert_int_equal(peel(ctx, packed, &src, &layers, &err), 0);
		assert_string_equal(layers.spooled, packers[i].name);
		assert_int_equal(layers.unpacked, INSIDE);
		assert_in_range(layers.on_disk, 200000, 220000);
		assert_int_equal(told.len, packed.len);
		talloc_free(src);
		assert_int_equal(peel(less, packed, &src, &layers, &err), VMT_ERR_LIMIT);
		assert_int_equal(peel(least, packed, &src, &layers, &err), VMT_ERR_LIMIT);
		assert_non_null(strstr(err.message, "--tmp-limit"));
	}
	talloc_free(ctx);
	talloc_free(less);
	talloc_free(least);
}

static void test_cut_off(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bytes in = make_inside(ctx);
	struct layers layers;
	struct source *src;
	struct vmt_err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(packers); i++) {
		struct bytes packed = pack(ctx, i, in);
		int rc;

		packed.len = packed.len * 3 / 4;
		rc = peel(ctx, packed, &src, &layers, &err);
		/* Formats with large blocks may yield nothing from such a short file. */
		if (rc < 0) {
			assert_int_equal(rc, VMT_ERR_CORRUPT);
			assert_string_not_equal(packers[i].name, "gzip");
			continue;
		}
		assert_non_null(layers.missing);
		assert_non_null(strstr(layers.missing, packers[i].name));
		assert_true(src->size > 0 && src->size < in.len);
		check_inside(src, in, (size_t)src->size);
	}
	talloc_free(ctx);
}

/* What a library unpacks of a file that is cut off, in one go: as much as zcat and zstdcat print.
 */
static size_t all_of_gzip(struct bytes packed, uint8_t *out)
{
	z_stream z = {.next_in = packed.p, .avail_in = (uInt)packed.len};

	assert_int_equal(inflateInit2(&z, MAX_WBITS + 16), Z_OK);
	z.next_out = out;
	z.avail_out = ROOM;
	inflate(&z, Z_NO_FLUSH);
	inflateEnd(&z);
	return ROOM - z.avail_out;
}

static size_t all_of_zstd(struct bytes packed, uint8_t *out)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();
	ZSTD_inBuffer in = {packed.p, packed.len, 0};
	ZSTD_outBuffer to = {out, ROOM, 0};

	for (size_t n = 1; in.pos < in.size && n;) {
		n = ZSTD_decompressStream(z, &to, &in);
		assert_false(ZSTD_isError(n));
	}
	ZSTD_freeDCtx(z);
	return to.pos;
}

#ifdef HAVE_LZMA
static size_t all_of_xz(struct bytes packed, uint8_t *out)
{
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_ret got;

	assert_int_equal(lzma_stream_decoder(&z, UINT64_MAX, 0), LZMA_OK);
	z.next_in = packed.p;
	z.avail_in = packed.len;
	z.next_out = out;
	z.avail_out = ROOM;
	got = lzma_code(&z, LZMA_RUN);
	assert_true(got == LZMA_OK || got == LZMA_STREAM_END);
	lzma_end(&z);
	return ROOM - z.avail_out;
}
#endif

static const struct {
	const char *name;
	size_t (*all)(struct bytes packed, uint8_t *out);
} unpackers[] = {
	{"gzip", all_of_gzip},
#ifdef HAVE_LZMA
	{"xz", all_of_xz},
#endif
	{"zstd", all_of_zstd},
};

static size_t packer_of(const char *name)
{
	size_t i = 0;

	while (strcmp(packers[i].name, name) != 0)
		i++;
	return i;
}

/* Wherever a file is cut off, no byte is lost that can be unpacked. */
static void test_cut_anywhere(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bytes in = make_inside(ctx);
	uint8_t *out = talloc_array(ctx, uint8_t, ROOM);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(unpackers); i++) {
		struct bytes packed = pack(ctx, packer_of(unpackers[i].name), in);
		size_t whole = packed.len, step = whole / 97, some = 0;

		/* The last ones are in the trailer. */
		for (size_t cut = 1; cut < whole - 10; cut += cut < 24 ? 1 : step) {
			TALLOC_CTX *one = talloc_new(ctx);
			struct layers layers;
			struct source *src;
			struct vmt_err err;
			size_t want;
			int rc;

			packed.len = whole - cut;
			want = unpackers[i].all(packed, out);
			rc = peel(one, packed, &src, &layers, &err);
			assert_int_equal(rc, want ? 0 : VMT_ERR_CORRUPT);
			if (want) {
				assert_int_equal(src->size, want);
				check_inside(src, in, want);
				assert_non_null(layers.missing);
				some++;
			}
			talloc_free(one);
		}
		assert_true(some > 40);
	}
	talloc_free(ctx);
}

/* Joined files are one; what follows and is no other is ignored after gzip, and else told. */
static void test_after_end(void **state)
{
	static const char *const tails[] = {"\0\0\0\0", "junk", "\x1f", "\x1f\x8b\x08\xff...."};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bytes in = make_inside(ctx);
	uint8_t *twice = talloc_array(ctx, uint8_t, 2 * in.len);

	(void)state;
	memcpy(twice, in.p, in.len);
	memcpy(twice + in.len, in.p, in.len);
	for (size_t i = 0; i < ARRAY_SIZE(unpackers); i++) {
		for (size_t k = 0; k <= ARRAY_SIZE(tails); k++) {
			struct bytes packed = pack(ctx, packer_of(unpackers[i].name), in);
			struct layers layers;
			struct source *src;
			struct vmt_err err;

			assert_true(packed.len < ROOM / 2 - 8);
			memcpy(packed.p + packed.len, packed.p, packed.len);
			packed.len *= 2;
			if (k) {
				memcpy(packed.p + packed.len, tails[k - 1], k == 3 ? 1 : 4);
				packed.len += k == 3 ? 1 : 4;
			}
			assert_int_equal(peel(ctx, packed, &src, &layers, &err), 0);
			assert_int_equal(src->size, 2 * in.len);
			check_inside(src, (struct bytes){twice, 2 * in.len}, 2 * in.len);
			if (strcmp(unpackers[i].name, "gzip") == 0)
				assert_int_equal(layers.missing != NULL, k == 3);
			else if (k > 1)
				assert_non_null(layers.missing);
		}
	}
	talloc_free(ctx);
}

static struct bytes flatten(TALLOC_CTX *ctx, struct bytes in, bool end)
{
	struct bytes out = {talloc_zero_array(ctx, uint8_t, ROOM), 4096};

	memcpy(out.p, "makedumpfile", 12);
	out.p[23] = out.p[31] = 1;
	/* The second half first. */
	for (unsigned i = 0; i < 2; i++) {
		size_t off = i ? 0 : in.len / 2, n = i ? in.len / 2 : in.len - in.len / 2;
		for (unsigned k = 0; k < 8; k++) {
			out.p[out.len + 7 - k] = (uint8_t)((uint64_t)off >> 8 * k);
			out.p[out.len + 15 - k] = (uint8_t)((uint64_t)n >> 8 * k);
		}
		memcpy(out.p + out.len + 16, in.p + off, n);
		out.len += 16 + n;
	}
	if (end) {
		memset(out.p + out.len, 0xff, 16);
		out.len += 16;
	}
	return out;
}

static void test_nested(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bytes in = make_inside(ctx);
	struct bytes b = pack(ctx, 0, flatten(ctx, pack(ctx, 1, in), true));
	struct layers layers;
	struct source *src;
	struct vmt_err err;

	(void)state;
	assert_int_equal(peel(ctx, b, &src, &layers, &err), 0);
	assert_int_equal(layers.n, 3);
	assert_string_equal(layers.names[0], "gzip");
	assert_string_equal(layers.names[1], "flattened");
	assert_string_equal(layers.names[2], "xz");
	assert_null(layers.missing);
	check_inside(src, in, in.len);
	talloc_free(ctx);
}

static void test_flattened_no_end(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bytes in = make_inside(ctx);
	struct layers layers;
	struct source *src;
	struct vmt_err err;

	(void)state;
	assert_int_equal(peel(ctx, flatten(ctx, in, false), &src, &layers, &err), 0);
	assert_non_null(layers.missing);
	assert_int_equal(src->size, in.len);
	check_inside(src, in, in.len);
	talloc_free(ctx);
}

/* ---- files of several parts -------------------------------------------------------------- */

#define PART (64u * 1024)

static struct bytes pack_frames(TALLOC_CTX *ctx, struct bytes in)
{
	static const uint8_t skipped[] = {0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};
	struct bytes out = {talloc_array(ctx, uint8_t, ROOM), 0};
	ZSTD_CCtx *z = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1); /* as zstd(1) does */
	for (size_t at = 0; at < in.len; at += PART) {
		size_t n = in.len - at < PART ? in.len - at : PART;

		out.len += ZSTD_compress2(z, out.p + out.len, ROOM - out.len, in.p + at, n);
	}
	ZSTD_freeCCtx(z);
	memcpy(out.p + out.len, skipped, sizeof(skipped));
	out.len += sizeof(skipped);
	return out;
}

#ifdef HAVE_LZMA
static struct bytes pack_blocks(TALLOC_CTX *ctx, struct bytes in)
{
	struct bytes out = {talloc_array(ctx, uint8_t, ROOM), 0};
	lzma_mt how = {.threads = 1, .block_size = PART, .check = LZMA_CHECK_CRC32};
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_ret ret = lzma_stream_encoder_mt(&s, &how);

	assert_int_equal(ret, LZMA_OK);
	s.next_in = in.p;
	s.avail_in = in.len;
	s.next_out = out.p;
	s.avail_out = ROOM;
	while (ret == LZMA_OK)
		ret = lzma_code(&s, LZMA_FINISH);
	assert_int_equal(ret, LZMA_STREAM_END);
	out.len = (size_t)s.total_out;
	lzma_end(&s);
	return out;
}
#endif

static struct bytes (*const part_packers[])(TALLOC_CTX *ctx, struct bytes in) = {
	pack_frames,
#ifdef HAVE_LZMA
	pack_blocks,
#endif
};

static struct source *peel_parts(TALLOC_CTX *ctx, struct bytes packed, struct source **outer)
{
	struct layers layers;
	struct source *inside;
	struct vmt_err err;

	assert_int_equal(source_open_memory(ctx, "test", packed.p, packed.len, outer, &err), 0);
	assert_int_equal(layers_peel(ctx, *outer, &inside, &layers, &err), 0);
	assert_int_equal(layers.n, 1);
	assert_null(layers.missing);
	return inside;
}

/* Only what is read is unpacked, whichever is read first. */
static void test_parts(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bytes in = make_inside(ctx);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(part_packers); i++) {
		struct bytes packed = part_packers[i](ctx, in);
		struct source *outer, *src = peel_parts(ctx, packed, &outer);
		uint8_t *got = talloc_array(ctx, uint8_t, PART);

		assert_int_equal(src->size, in.len);
		assert_int_equal(source_read_exact(src, 4 * PART - 10, got, 5, NULL), 0);
		assert_memory_equal(got, in.p + 4 * PART - 10, 5);
		assert_int_equal(source_read_exact(src, PART - 10, got, 20, NULL), 0);
		assert_memory_equal(got, in.p + PART - 10, 20);
		check_inside(src, in, in.len);
		assert_int_equal(source_read(src, in.len - 1, got, 100, NULL), 1);
		assert_int_equal(source_read(src, in.len, got, 100, NULL), 0);
	}
	talloc_free(ctx);
}

/* Where the last part begins in a packed file: there is none before it that is read. */
static void test_parts_unread(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bytes in = make_inside(ctx), packed = pack_frames(ctx, in);
	struct source *outer, *src = peel_parts(ctx, packed, &outer);
	uint64_t before = outer->bytes_read;
	uint8_t last;

	(void)state;
	assert_int_equal(source_read_exact(src, in.len - 1, &last, 1, NULL), 0);
	assert_true(outer->bytes_read > before);
	assert_true(outer->bytes_read - before < packed.len / 3);
	before = outer->bytes_read;
	assert_int_equal(source_read_exact(src, in.len - 100, &last, 1, NULL), 0);
	assert_int_equal(outer->bytes_read, before); /* each part is unpacked once */
	talloc_free(ctx);
}

/* One part is damaged: the others are as good as before. */
static void test_damaged_part(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bytes in = make_inside(ctx);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(part_packers); i++) {
		struct bytes packed = part_packers[i](ctx, in);
		uint8_t *got = talloc_array(ctx, uint8_t, PART);
		struct source *outer, *src;
		struct vmt_err err;

		/* Parts 0, 3 and 4 make up nearly all: this is in part 3. */
		memset(packed.p + packed.len / 2, 0xa5, 64);
		src = peel_parts(ctx, packed, &outer);
		assert_int_equal(src->size, in.len);
		assert_int_equal(
			source_read_exact(src, 4 * PART - 100, got, 100, &err), VMT_ERR_CORRUPT);
		assert_non_null(strstr(err.message, "damaged: its part at"));
		assert_int_equal(source_read_exact(src, 4 * PART, got, 1000, &err), 0);
		assert_memory_equal(got, in.p + 4 * PART, 1000);
		assert_int_equal(source_read_exact(src, 0, got, PART, &err), 0);
		assert_memory_equal(got, in.p, PART);
	}
	talloc_free(ctx);
}

/* Without its end there is no index: what is left is unpacked from the start. */
static void test_cut_off_parts(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bytes in = make_inside(ctx);
	struct layers layers;
	struct source *src;
	struct vmt_err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(part_packers); i++) {
		struct bytes packed = part_packers[i](ctx, in);

		packed.len -= packed.len / 8;
		assert_int_equal(peel(ctx, packed, &src, &layers, &err), 0);
		assert_non_null(layers.missing);
		assert_true(src->size >= 3 * PART && src->size < in.len);
		check_inside(src, in, (size_t)src->size);
	}
	talloc_free(ctx);
}

/* A peek reads no more than it needs, and is not reported as damage. */
static void test_peek(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bytes in = {talloc_zero_array(ctx, uint8_t, 8u << 20), 8u << 20}, packed;
	struct layers layers;
	struct source *src;
	struct vmt_err err;

	(void)state;
	in.p[1000] = 1;
	packed = pack(ctx, 0, in);
	assert_int_equal(source_open_memory(ctx, "test", packed.p, packed.len, &src, &err), 0);
	assert_int_equal(layers_peek(ctx, src, &src, &layers, &err), 0);
	assert_int_equal(layers.n, 1);
	assert_null(layers.missing);
	assert_in_range(src->size, LAYERS_PEEK, 4u << 20);
	check_inside(src, in, LAYERS_PEEK);
	talloc_free(ctx);
}

static void test_none(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct bytes in = make_inside(ctx), empty = {in.p, 0};
	struct layers layers;
	struct source *src;
	struct vmt_err err;

	(void)state;
	assert_int_equal(peel(ctx, in, &src, &layers, &err), 0);
	assert_int_equal(layers.n, 0);
	assert_int_equal(src->size, in.len);
	/* Several layers with nothing inside. */
	assert_int_equal(peel(ctx, pack(ctx, 0, empty), &src, &layers, &err), VMT_ERR_FORMAT);
	assert_non_null(strstr(err.message, "empty inside"));
	talloc_free(ctx);
}

/* As apport writes it: gzip in blocks, each encoded separately. Other fields must not leak in. */
static void apport_reports(void **state)
{
	static const char packed[] =
		"ProblemType: KernelCrash\n"
		"Architecture: amd64\n"
		"VmCoreDmesg: base64\n"
		" H4sIAAAAAAACAA==\n"
		" i1YAAgM9Aw==\n"
		" MIhV8MnMK61QKEstKs7Mz1Mw0zPUM9A1NdNNzE0xM1HQSHRI0lRQNlQI9g3gigZpNIdrdAp1t1LITi3KS"
		"81R8Av18VEoyM/"
		"MK0ktUkhJLUpNA+K85FQdhcSUlKLU4mIrBQNUYIFinGGsQpBnAEiRoYFVYnxanrZBhaE+"
		"EBtwAQATtU2brwAAAA==\n"
		"Uname: Linux 6.1.0 x86_64\n";
	static const char plain[] =
		"ProblemType: KernelOops\nDate: x\nOopsText:\n a\n b\nUname: c\n";
	static const char bare[] = "ProblemType: KernelOops\nOopsText:\nBUG: a\nRIP: b\n";
	/* One line is behind the colon, and so is nothing. */
	static const char empty[] =
		"ProblemType: KernelOops\nCurrentDmesg:\n a\nOopsText: \nUname: c\n";
	static const char none[] = "ProblemType: KernelOops\nMyOopsText:\n a\n";
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct source *src, *inside;
	struct layers layers;
	char got[512] = "";

	(void)state;
	assert_int_equal(source_open_memory(ctx, "x", packed, sizeof(packed) - 1, &src, NULL), 0);
	assert_int_equal(layers_peel(ctx, src, &inside, &layers, NULL), 0);
	assert_int_equal(layers.n, 2);
	assert_string_equal(layers.names[0], "apport");
	assert_string_equal(layers.names[1], "gzip");
	assert_null(layers.missing);
	assert_int_equal(source_read(inside, 0, got, sizeof(got) - 1, NULL), 175);
	assert_non_null(strstr(got, "Linux version 6.1.0-56-amd64"));
	assert_non_null(strstr(got, "RIP: 0010:a_fn+0x1/0x10\n"));
	memset(got, 0, sizeof(got));
	assert_int_equal(source_open_memory(ctx, "x", plain, sizeof(plain) - 1, &src, NULL), 0);
	assert_int_equal(layers_peel(ctx, src, &inside, &layers, NULL), 0);
	assert_int_equal(source_read(inside, 0, got, sizeof(got) - 1, NULL), 4);
	assert_string_equal(got, "a\nb\n");
	memset(got, 0, sizeof(got));
	assert_int_equal(source_open_memory(ctx, "x", bare, sizeof(bare) - 1, &src, NULL), 0);
	assert_int_equal(layers_peel(ctx, src, &inside, &layers, NULL), 0);
	assert_int_equal(source_read(inside, 0, got, sizeof(got) - 1, NULL), 14);
	assert_string_equal(got, "BUG: a\nRIP: b\n");
	memset(got, 0, sizeof(got));
	assert_int_equal(source_open_memory(ctx, "x", empty, sizeof(empty) - 1, &src, NULL), 0);
	assert_int_equal(layers_peel(ctx, src, &inside, &layers, NULL), 0);
	assert_int_equal(source_read(inside, 0, got, sizeof(got) - 1, NULL), 2);
	assert_string_equal(got, "a\n");
	assert_int_equal(source_open_memory(ctx, "x", none, sizeof(none) - 1, &src, NULL), 0);
	assert_int_equal(layers_peel(ctx, src, &inside, &layers, NULL), VMT_ERR_UNSUPPORTED);
	talloc_free(ctx);
}

/* ---- more blocks than talloc has room for ------------------------------------------------ */

#define BLOCK_SIZE 17 /* a header and one byte */

/* A flattened stream generated while it is read: block i is the byte i, at offset i. */
struct many {
	struct source src; /* must be first */
	uint64_t n;
};

/* The longest contiguous piece of bytes from at on. Returns its length. */
static size_t many_piece(const struct many *m, uint64_t at, const uint8_t **ret, uint8_t *block)
{
	static const char head[4096] = "makedumpfile\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1";
	uint64_t i = at < 4096 ? 0 : (at - 4096) / BLOCK_SIZE, in = (at - 4096) % BLOCK_SIZE;

	*ret = (const uint8_t *)head + at;
	if (at < 4096)
		return (size_t)(4096 - at);
	memset(block, i < m->n ? 0 : 0xff, BLOCK_SIZE);
	for (unsigned k = 0; i < m->n && k < 4; k++)
		block[4 + k] = (uint8_t)(i >> 8 * (3 - k));
	if (i < m->n) {
		block[15] = 1;
		block[16] = (uint8_t)i;
	}
	*ret = block + in;
	return (size_t)(BLOCK_SIZE - in);
}

static int64_t many_read(
	struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err)
{
	const struct many *m = (const struct many *)src;
	uint8_t *p = buf;

	(void)err;
	if (len > src->size - off)
		len = (size_t)(src->size - off);
	for (size_t done = 0, n; done < len; done += n) {
		uint8_t block[BLOCK_SIZE];
		const uint8_t *from;

		n = many_piece(m, off + done, &from, block);
		n = n < len - done ? n : len - done;
		memcpy(p + done, from, n);
	}
	return (int64_t)len;
}

static int open_many(TALLOC_CTX *ctx, struct many *m, uint64_t n, struct source **ret)
{
	static const struct source_ops ops = {.read = many_read};
	struct layers layers;

	*m = (struct many){{&ops, "many", 4096 + BLOCK_SIZE * n + 16, 0}, n};
	return layers_peel(ctx, &m->src, ret, &layers, NULL);
}

/* More blocks than talloc could hold: half a TiB, as makedumpfile writes it. */
static void test_many_blocks(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct source *src;
	struct many m;
	uint8_t last;

	(void)state;
	assert_int_equal(open_many(ctx, &m, 11500000, &src), 0);
	assert_int_equal(src->size, 11500000);
	assert_int_equal(source_read_exact(src, src->size - 2, &last, 1, NULL), 0);
	assert_int_equal(last, 11499998 & 0xff);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(apport_reports),
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_cost),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_after_end),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_flattened_no_end),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_parts_unread),
		cmocka_unit_test(test_damaged_part),
		cmocka_unit_test(test_cut_off_parts),
		cmocka_unit_test(test_peek),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_many_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
