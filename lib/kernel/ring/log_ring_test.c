// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Rings of all three layouts, built by hand in a small kernel image, first correct and then
 * damaged.
 */
#include "base/test.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/cur.h"
#include "kernel/ring/log_ring.h"
#include "log/log_join.h"
#include "log/log_print.h"

#define IMAGE 0xffffffff80000000u
#define RAM_SIZE (64u << 10)
#define HOLE_PAGE 4096u

static uint8_t ram[RAM_SIZE];
static uint64_t hole; /* physical address of a page that is left out; 0: none */

static int read_phys(void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err)
{
	(void)arg;
	if (paddr + len > RAM_SIZE || (hole && paddr / HOLE_PAGE == hole / HOLE_PAGE))
		return err_set_at(err, VMT_ERR_NODATA, paddr, "page left out");
	memcpy(buf, ram + paddr, len);
	return 0;
}

static void put(uint64_t at, unsigned size, uint64_t value)
{
	for (unsigned i = 0; i < size; i++)
		ram[at + i] = (uint8_t)(value >> 8 * i);
}

/* Reads the log described by info as printed text, or (joined) as the log parser receives it. */
static char *read_log_joined(
	const char *info_text, bool joined, struct log_loss *loss, int *rc, struct vmt_err *err)
{
	struct mem_params params = {.arch = arch_find(EM_X86_64, true),
		.read = read_phys,
		.page_size = HOLE_PAGE,
		.image_size = RAM_SIZE};
	struct mem_space *space;
	struct vmcoreinfo *info;
	struct log_join *join;
	static char text[8192];
	FILE *out = fmemopen(text, sizeof(text), "w");

	memset(text, 0, sizeof(text));
	assert_int_equal(mem_space_new(NULL, &params, &space, NULL), 0);
	assert_int_equal(vmcoreinfo_parse(space, info_text, strlen(info_text), &info, NULL), 0);
	assert_int_equal(log_join_new(space, log_print, out, &join, NULL), 0);
	if (joined)
		*rc = log_ring_read(space, info, log_join_feed, join, loss, err);
	else
		*rc = log_ring_read(space, info, log_print, out, loss, err);
	assert_int_equal(log_join_finish(join), 0);
	fclose(out);
	talloc_free(space);
	return text;
}

static char *read_log(const char *info_text, struct log_loss *loss, int *rc, struct vmt_err *err)
{
	return read_log_joined(info_text, false, loss, rc, err);
}

/* ---- printk_ringbuffer: offsets as in 6.1 ------------------------------------------------ */

#define PRB_INFO                                                                                   \
	"SYMBOL(prb)=ffffffff80000010\n"                                                           \
	"SIZE(printk_ringbuffer)=88\nOFFSET(printk_ringbuffer.desc_ring)=0\n"                      \
	"OFFSET(printk_ringbuffer.text_data_ring)=48\nSIZE(prb_desc_ring)=48\n"                    \
	"OFFSET(prb_desc_ring.count_bits)=0\nOFFSET(prb_desc_ring.descs)=8\n"                      \
	"OFFSET(prb_desc_ring.infos)=16\nOFFSET(prb_desc_ring.head_id)=24\n"                       \
	"OFFSET(prb_desc_ring.tail_id)=32\nSIZE(prb_desc)=24\nOFFSET(prb_desc.state_var)=0\n"      \
	"OFFSET(prb_desc.text_blk_lpos)=8\nOFFSET(prb_data_blk_lpos.begin)=0\n"                    \
	"OFFSET(prb_data_blk_lpos.next)=8\nSIZE(printk_info)=88\nOFFSET(printk_info.seq)=0\n"      \
	"OFFSET(printk_info.ts_nsec)=8\nOFFSET(printk_info.text_len)=16\n"                         \
	"OFFSET(printk_info.caller_id)=20\nSIZE(prb_data_ring)=32\n"                               \
	"OFFSET(prb_data_ring.size_bits)=0\nOFFSET(prb_data_ring.data)=8\n"                        \
	"OFFSET(atomic_long_t.counter)=0\n"

#define RB 0x100u
#define DESCS 0x1000u /* 8 of 24 bytes */
#define INFOS 0x2000u /* 8 of 88 bytes */
#define DATA 0x4000u  /* 2^8 bytes */
#define FIRST_ID 0xfffffff8u

static void prb_init(void)
{
	memset(ram, 0, sizeof(ram));
	hole = 0;
	put(0x10, 8, IMAGE + RB);
	put(RB, 4, 3);
	put(RB + 8, 8, IMAGE + DESCS);
	put(RB + 16, 8, IMAGE + INFOS);
	put(RB + 24, 8, FIRST_ID - 1);
	put(RB + 32, 8, FIRST_ID);
	put(RB + 48, 4, 8);
	put(RB + 56, 8, IMAGE + DATA);
}

/* Adds the next record. begin is the logical position where its block starts. */
static void prb_add(unsigned state, uint64_t begin, uint64_t next, const char *text)
{
	uint64_t id = cur_load_little(ram + RB + 24, 8) + 1, index = id & 7, at;

	put(RB + 24, 8, id);
	put(DESCS + index * 24, 8, (uint64_t)state << 62 | id);
	put(DESCS + index * 24 + 8, 8, begin);
	put(DESCS + index * 24 + 16, 8, next);
	put(INFOS + index * 88, 8, id - FIRST_ID);
	put(INFOS + index * 88 + 8, 8, (id - FIRST_ID + 1) * 1500000000u);
	put(INFOS + index * 88 + 16, 2, strlen(text));
	put(INFOS + index * 88 + 19, 1, 4 << 5);
	if (begin & 1)
		return;
	at = DATA + (begin >> 8 == (next - 1) >> 8 ? begin & 255 : 0);
	put(at, 8, id);
	memcpy(ram + at + 8, text, strlen(text));
}

static void prb_reads_in_order(void **state)
{
	struct log_loss loss = {0};
	int rc;

	(void)state;
	prb_init();
	prb_add(2, 0, 16, "first");
	prb_add(2, 16, 40, "two\nlines");
	prb_add(1, 40, 56, "esc\x1b[0m\x80");
	prb_add(2, 3, 3, "");
	prb_add(0, 56, 72, "reserved");
	prb_add(3, 72, 88, "reusable");
	prb_add(2, 88, 104, "last");
	assert_string_equal(read_log(PRB_INFO, &loss, &rc, NULL),
		"[    1.500000] first\n"
		"[    3.000000] two\n"
		"               lines\n"
		"[    4.500000] esc\\x1b[0m\\x80\n"
		"[    6.000000] \n"
		"[   10.500000] last\n");
	assert_int_equal(rc, 0);
	assert_int_equal(loss.records, 0);
}

static void prb_wraps(void **state)
{
	struct log_loss loss = {0};
	int rc;

	(void)state;
	prb_init();
	prb_add(2, 32, 240, "a");
	prb_add(2, 240, 272, "starts again at zero");  /* does not fit after 240 */
	prb_add(2, 272 + 216, 512, "ends at the end"); /* next is the size of the ring */
	assert_string_equal(read_log(PRB_INFO, &loss, &rc, NULL),
		"[    1.500000] a\n"
		"[    3.000000] starts a\n" /* the block only has room for 16 - 8 bytes */
		"[    4.500000] ends at the end\n");
}

static void prb_counts_what_is_lost(void **state)
{
	struct log_loss loss = {0};
	int rc;

	(void)state;
	prb_init();
	prb_add(2, 0, 16, "one");
	prb_add(2, 1, 1, "gone"); /* the kernel had no room for this text */
	prb_add(2, 16, 32, "two");
	put(DATA + 16, 8, 12345); /* overwritten by another record */
	prb_add(2, 32, 48, "three");
	assert_string_equal(
		read_log(PRB_INFO, &loss, &rc, NULL), "[    1.500000] one\n[    6.000000] three\n");
	assert_int_equal(rc, 0);
	assert_int_equal(loss.records, 2);
	hole = INFOS;
	/* The texts are still there, and look like what they are. */
	assert_string_equal(read_log(PRB_INFO, &loss, &rc, NULL), "one\nthree\n");
	assert_int_equal(rc, 0);
	assert_int_equal(loss.records, 2);
	assert_int_equal(loss.first.code, VMT_ERR_NODATA);
}

static void prb_lies(void **state)
{
	struct log_loss loss = {0};
	struct vmt_err err;
	int rc;

	(void)state;
	prb_init();
	prb_add(2, 0, 16, "one");
	put(RB + 24, 8, FIRST_ID + 1000000); /* a head far past what the ring holds */
	assert_string_equal(read_log(PRB_INFO, &loss, &rc, NULL), "");
	put(RB + 48, 4, 77);
	read_log(PRB_INFO, &loss, &rc, &err);
	assert_int_equal(rc, VMT_ERR_CORRUPT);
	put(0x10, 8, 0x1234);
	read_log(PRB_INFO, &loss, &rc, &err);
	assert_int_equal(rc, VMT_ERR_NODATA);
	assert_non_null(strstr(err.message, "ring buffer"));
	read_log("SYMBOL(prb)=ffffffff80000010\n", &loss, &rc, &err);
	assert_int_equal(rc, VMT_ERR_CORRUPT);
	read_log("OSRELEASE=x\n", &loss, &rc, &err);
	assert_int_equal(rc, VMT_ERR_NODATA);
}

/* ---- records: struct printk_log of 4.4 --------------------------------------------------- */

#define REC_INFO                                                                                   \
	"SYMBOL(log_buf)=ffffffff80000010\nSYMBOL(log_buf_len)=ffffffff80000018\n"                 \
	"SYMBOL(log_first_idx)=ffffffff8000001c\nSYMBOL(log_next_idx)=ffffffff80000020\n"          \
	"SIZE(printk_log)=16\nOFFSET(printk_log.ts_nsec)=0\nOFFSET(printk_log.len)=8\n"            \
	"OFFSET(printk_log.text_len)=10\nOFFSET(printk_log.dict_len)=12\n"

#define BUF 0x1000u

static void rec_init(uint32_t len, uint32_t first, uint32_t next)
{
	memset(ram, 0, sizeof(ram));
	hole = 0;
	put(0x10, 8, IMAGE + BUF);
	put(0x18, 4, len);
	put(0x1c, 4, first);
	put(0x20, 4, next);
}

static void rec_put_flagged(
	uint32_t at, uint16_t len, uint64_t ts, unsigned flags, const char *text)
{
	put(BUF + at, 8, ts);
	put(BUF + at + 8, 2, len);
	put(BUF + at + 10, 2, strlen(text));
	put(BUF + at + 15, 1, 6 << 5 | flags);
	memcpy(ram + BUF + at + 16, text, strlen(text));
}

static void rec_put(uint32_t at, uint16_t len, uint64_t ts, const char *text)
{
	rec_put_flagged(at, len, ts, 2, text);
}

static void records_wrap(void **state)
{
	struct log_loss loss = {0};
	int rc;

	(void)state;
	rec_init(128, 64, 32);
	rec_put(64, 32, 1000000, "before the end");
	rec_put(0, 32, 2000000, "after the wrap"); /* there is a length of 0 at 96 */
	assert_string_equal(read_log(REC_INFO, &loss, &rc, NULL),
		"[    0.001000] before the end\n[    0.002000] after the wrap\n");
	assert_int_equal(loss.records, 0);
}

/* A line in pieces: printed piece by piece as makedumpfile does, and joined for the log parser. */
static void records_continue(void **state)
{
	static const struct {
		unsigned flags[4]; /* NEWLINE 2, PREFIX 4, CONT 8 */
		const char *joined;
	} cases[] = {
		{{6, 8 | 4, 8, 8 | 2}, "[    0.000000] a\n[    0.001000] bcd\n"}, /* before 4.9 */
		{{6, 4, 8, 8 | 2}, "[    0.000000] a\n[    0.001000] bcd\n"}, /* 4.9 and later */
		{{6, 4, 8 | 2, 6}, "[    0.000000] a\n[    0.001000] bc\n[    0.003000] d\n"},
		{{6, 8 | 2, 6, 2},
			"[    0.000000] a\n[    0.001000] b\n[    0.002000] c\n[    0.003000] d\n"},
		{{6, 8 | 4, 4 | 2, 6},
			"[    0.000000] a\n[    0.001000] b\n[    0.002000] c\n[    0.003000] d\n"},
	};
	struct log_loss loss = {0};
	int rc;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		rec_init(256, 0, 128);
		for (uint32_t k = 0; k < 4; k++)
			rec_put_flagged(k * 32, 32, k * 1000000, cases[i].flags[k],
				(const char[]){(char)('a' + k), 0});
		assert_string_equal(read_log(REC_INFO, &loss, &rc, NULL),
			"[    0.000000] a\n[    0.001000] b\n[    0.002000] c\n[    0.003000] d\n");
		assert_string_equal(
			read_log_joined(REC_INFO, true, &loss, &rc, NULL), cases[i].joined);
	}
}

static void records_lie(void **state)
{
	struct log_loss loss = {0};
	int rc;

	(void)state;
	rec_init(128, 0, 120);
	rec_put(0, 32, 1000000, "good");
	rec_put(32, 8, 1000000, "shorter than its header");
	assert_string_equal(read_log(REC_INFO, &loss, &rc, NULL), "[    0.001000] good\n");
	assert_int_equal(loss.records, 1);
	rec_init(128, 0, 120); /* all zeros: a second marker must end it */
	read_log(REC_INFO, &loss, &rc, NULL);
	assert_int_equal(rc, 0);
	assert_int_equal(loss.records, 1);
	rec_init(0x7fffffff, 0, 120);
	read_log(REC_INFO, &loss, &rc, NULL);
	assert_int_equal(rc, VMT_ERR_CORRUPT);
}

/* ---- text: 2.6.32 ------------------------------------------------------------------------ */

#define TEXT_INFO                                                                                  \
	"SYMBOL(log_buf)=ffffffff80000010\nSYMBOL(log_buf_len)=ffffffff80000018\n"                 \
	"SYMBOL(log_end)=ffffffff8000001c\nSYMBOL(logged_chars)=ffffffff80000020\n"

static void text_ring_wraps(void **state)
{
	static const char ring[] = "with no newline<6>[    1.000001] one\n<4>plain\nwords ";
	struct log_loss loss = {0};
	int rc;

	(void)state;
	memset(ram, 0, sizeof(ram));
	hole = 0;
	put(0x10, 8, IMAGE + BUF);
	put(0x18, 4, 64);
	put(0x1c, 4, 15); /* fewer characters than the size of the ring: it has not wrapped yet */
	memcpy(ram + BUF, ring, sizeof(ring));
	assert_string_equal(read_log(TEXT_INFO, &loss, &rc, NULL), "with no newline\n");
	memset(ram + BUF, '.', 64);
	memcpy(ram + BUF, ring, sizeof(ring) - 1);
	put(0x1c, 4, 3 * 64 + 15);
	assert_string_equal(read_log(TEXT_INFO, &loss, &rc, NULL),
		"[    1.000001] one\nplain\nwords ............with no newline\n");
	put(0x18, 4, 65);
	read_log(TEXT_INFO, &loss, &rc, NULL);
	assert_int_equal(rc, VMT_ERR_CORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prb_reads_in_order),
		cmocka_unit_test(prb_wraps),
		cmocka_unit_test(prb_counts_what_is_lost),
		cmocka_unit_test(prb_lies),
		cmocka_unit_test(records_wrap),
		cmocka_unit_test(records_continue),
		cmocka_unit_test(records_lie),
		cmocka_unit_test(text_ring_wraps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
