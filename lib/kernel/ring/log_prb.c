// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The lockless ring buffer of printk since 5.10: a ring of descriptors, one of printk_info, and one
 * of text. Mirrors kernel/printk/printk_ringbuffer.{c,h}. All offsets come from VMCOREINFO.
 */
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "base/cur.h"
#include "kernel/ring/log_blocks.h"
#include "kernel/ring/log_ring.h"

enum desc_state { DESC_RESERVED, DESC_COMMITTED, DESC_FINALIZED, DESC_REUSABLE };

/* lpos of a record without text: the low bit is set in both. 3 means an empty line. */
#define LPOS_DATALESS 1u
#define LPOS_EMPTY_LINE 3u

/* Structures are read at once. None is larger than this (printk_info has 88 bytes). */
#define STRUCT_MAX 256

struct layout {
	uint64_t ring_size, ring_desc, ring_text;
	uint64_t descs_size, desc_bits, descs, infos, head_id, tail_id;
	uint64_t desc_size, state, lpos, lpos_begin, lpos_next;
	uint64_t info_size, seq, ts, text_len, caller;
	uint64_t data_size, data_bits, data;
	uint64_t atomic_counter;
};

struct prb {
	struct mem_space *space;
	struct layout at;
	unsigned word; /* bytes of an unsigned long */
	bool big_endian;
	uint64_t descs, infos, head, tail, id_mask;
	unsigned desc_bits;
	uint64_t data;
	unsigned data_bits;
	log_sink sink;
	void *arg;
	struct log_loss *loss;
	uint8_t desc[STRUCT_MAX], info[STRUCT_MAX]; /* reused for each record, as is the text */
	char *text;
	size_t text_room;
	struct log_blocks *blocks; /* the texts by what they look like, once one is looked for */
};

static const struct {
	const char *key;
	size_t member; /* in struct layout */
} keys[] = {
	{"SIZE(printk_ringbuffer)", offsetof(struct layout, ring_size)},
	{"OFFSET(printk_ringbuffer.desc_ring)", offsetof(struct layout, ring_desc)},
	{"OFFSET(printk_ringbuffer.text_data_ring)", offsetof(struct layout, ring_text)},
	{"SIZE(prb_desc_ring)", offsetof(struct layout, descs_size)},
	{"OFFSET(prb_desc_ring.count_bits)", offsetof(struct layout, desc_bits)},
	{"OFFSET(prb_desc_ring.descs)", offsetof(struct layout, descs)},
	{"OFFSET(prb_desc_ring.infos)", offsetof(struct layout, infos)},
	{"OFFSET(prb_desc_ring.head_id)", offsetof(struct layout, head_id)},
	{"OFFSET(prb_desc_ring.tail_id)", offsetof(struct layout, tail_id)},
	{"SIZE(prb_desc)", offsetof(struct layout, desc_size)},
	{"OFFSET(prb_desc.state_var)", offsetof(struct layout, state)},
	{"OFFSET(prb_desc.text_blk_lpos)", offsetof(struct layout, lpos)},
	{"OFFSET(prb_data_blk_lpos.begin)", offsetof(struct layout, lpos_begin)},
	{"OFFSET(prb_data_blk_lpos.next)", offsetof(struct layout, lpos_next)},
	{"SIZE(printk_info)", offsetof(struct layout, info_size)},
	{"OFFSET(printk_info.seq)", offsetof(struct layout, seq)},
	{"OFFSET(printk_info.ts_nsec)", offsetof(struct layout, ts)},
	{"OFFSET(printk_info.text_len)", offsetof(struct layout, text_len)},
	{"OFFSET(printk_info.caller_id)", offsetof(struct layout, caller)},
	{"SIZE(prb_data_ring)", offsetof(struct layout, data_size)},
	{"OFFSET(prb_data_ring.size_bits)", offsetof(struct layout, data_bits)},
	{"OFFSET(prb_data_ring.data)", offsetof(struct layout, data)},
	{"OFFSET(atomic_long_t.counter)", offsetof(struct layout, atomic_counter)},
};

static int load_layout(struct layout *at, const struct vmcoreinfo *info, struct vmt_err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		uint64_t value;

		if (!vmcoreinfo_number(info, keys[i].key, &value))
			return err_set(err, VMT_ERR_CORRUPT, "VMCOREINFO lacks %s", keys[i].key);
		if (value > STRUCT_MAX - 8)
			return err_set(err, VMT_ERR_CORRUPT, "%s is too large: %llu", keys[i].key,
				(unsigned long long)value);
		memcpy((char *)at + keys[i].member, &value, sizeof(value));
	}
	return 0;
}

static uint64_t uint_at(const struct prb *rb, const uint8_t *raw, uint64_t off, unsigned size)
{
	/*
	 * load_layout() keeps every offset at least 8 bytes below STRUCT_MAX. Nested offsets add up
	 * to less.
	 */
	return off + size <= STRUCT_MAX ? cur_load(raw + off, size, rb->big_endian) : 0;
}

/* The top two bits of a descriptor's state variable are its state, the rest its id. */
static unsigned state_shift(const struct prb *rb)
{
	return rb->word == 4 ? 30 : 62;
}

static uint64_t word_at(const struct prb *rb, const uint8_t *raw, uint64_t off)
{
	return uint_at(rb, raw, off, rb->word);
}

static int open_ring(struct prb *rb, const struct vmcoreinfo *info, struct vmt_err *err)
{
	const struct layout *at = &rb->at;
	uint8_t raw[STRUCT_MAX] = {0};
	uint64_t addr, text;
	int rc;

	if (!vmcoreinfo_hex(info, "SYMBOL(prb)", &addr))
		return err_set(err, VMT_ERR_CORRUPT, "SYMBOL(prb) is not an address");
	rc = mem_read_ptr(rb->space, addr, &addr, err);
	if (!rc)
		rc = mem_read(rb->space, addr, raw, at->ring_size, err);
	if (rc)
		return err_prepend(err, rc, "ring buffer");
	rb->desc_bits = (unsigned)uint_at(rb, raw, at->ring_desc + at->desc_bits, 4);
	rb->descs = word_at(rb, raw, at->ring_desc + at->descs);
	rb->infos = word_at(rb, raw, at->ring_desc + at->infos);
	rb->head = word_at(rb, raw, at->ring_desc + at->head_id + at->atomic_counter);
	rb->tail = word_at(rb, raw, at->ring_desc + at->tail_id + at->atomic_counter);
	text = at->ring_text;
	rb->data_bits = (unsigned)uint_at(rb, raw, text + at->data_bits, 4);
	rb->data = word_at(rb, raw, text + at->data);
	rb->id_mask = ~(~(uint64_t)0 << state_shift(rb));
	rb->head &= rb->id_mask;
	rb->tail &= rb->id_mask;
	if (!rb->desc_bits || rb->desc_bits > 31 || !rb->data_bits || rb->data_bits > 31)
		return err_set_at(err, VMT_ERR_CORRUPT, addr,
			"impossible ring buffer: 2^%u records, 2^%u bytes", rb->desc_bits,
			rb->data_bits);
	return 0;
}

/* The block of a record in the text ring. next is past its end. */
struct block {
	uint64_t id, begin, next;
};

/*
 * Reads the text of a record's block: the record's id, then the bytes. A block that would cross the
 * end of the ring starts over at its beginning. The block's last byte decides, not next itself:
 * newer kernels let a block end exactly at the end of the ring.
 */
static int read_block(
	struct prb *rb, const struct block *block, size_t len, size_t *got, struct vmt_err *err)
{
	uint64_t begin = block->begin, next = block->next;
	uint64_t size = 1ull << rb->data_bits, pos = begin & (size - 1), end;
	uint64_t block_id;
	int rc;

	if (begin >> rb->data_bits != (next - 1) >> rb->data_bits)
		pos = 0;
	end = ((next - 1) & (size - 1)) + 1;
	if (end <= pos || end - pos < rb->word)
		return err_set_at(
			err, VMT_ERR_CORRUPT, rb->data + pos, "the text block is too short");
	rc = mem_read_uint(rb->space, rb->data + pos, rb->word, &block_id, err);
	if (rc)
		return rc;
	if (block_id != block->id)
		return err_set_at(err, VMT_ERR_CORRUPT, rb->data + pos,
			"the text block belongs to another record");
	if (len > end - pos - rb->word)
		len = end - pos - rb->word;
	*got = len;
	return mem_read(rb->space, rb->data + pos + rb->word, rb->text, len, err);
}

static int read_text(struct prb *rb, const uint8_t *desc, uint64_t id, struct log_record *rec,
	size_t len, struct vmt_err *err)
{
	uint64_t begin = word_at(rb, desc, rb->at.lpos + rb->at.lpos_begin);
	uint64_t next = word_at(rb, desc, rb->at.lpos + rb->at.lpos_next);

	rec->text = rb->text;
	rec->len = 0;
	if (begin & next & LPOS_DATALESS) {
		if (begin == LPOS_EMPTY_LINE && next == LPOS_EMPTY_LINE)
			return 0;
		return err_set(err, VMT_ERR_NODATA, "the kernel had no room for this text");
	}
	return read_block(rb, &(struct block){id, begin, next}, len, &rec->len, err);
}

/*
 * Returns 0, with *skip set if the descriptor holds no record. Negative if its memory cannot be
 * read.
 */
static int read_record(
	struct prb *rb, uint64_t id, struct log_record *rec, bool *skip, struct vmt_err *err)
{
	const struct layout *at = &rb->at;
	uint64_t index = id & ((1ull << rb->desc_bits) - 1), state;
	uint8_t *desc = rb->desc, *info = rb->info;
	int rc = mem_read(rb->space, rb->descs + index * at->desc_size, desc, at->desc_size, err);

	if (rc)
		return rc;
	state = word_at(rb, desc, at->state + at->atomic_counter);
	*skip = (state & rb->id_mask) != id || (state >> state_shift(rb) != DESC_COMMITTED &&
						       state >> state_shift(rb) != DESC_FINALIZED);
	if (*skip)
		return 0;
	rc = mem_read(rb->space, rb->infos + index * at->info_size, info, at->info_size, err);
	if (rc)
		return rc;
	rec->seq = uint_at(rb, info, at->seq, 8);
	*skip = rec->seq < rb->loss->from;
	if (*skip)
		return 0;
	rec->ts_ns = uint_at(rb, info, at->ts, 8);
	rec->has_ts = true;
	rec->caller_id = (uint32_t)uint_at(rb, info, at->caller, 4);
	rec->has_caller = true;
	/* facility, and flags:5 with level:3, have no keys: they follow text_len */
	rec->facility = (uint8_t)uint_at(rb, info, at->text_len + 2, 1);
	rec->level = (uint8_t)uint_at(rb, info, at->text_len + 3, 1);
	rec->level = rb->big_endian ? rec->level & 7 : rec->level >> 5;
	rec->has_level = true;
	return read_text(rb, desc, id, rec, uint_at(rb, info, at->text_len, 2), err);
}

static void lose(struct log_loss *loss, const struct vmt_err *why)
{
	if (!loss->records++)
		loss->first = *why;
}

static struct log_words words_of(const struct prb *rb)
{
	return (struct log_words){rb->word, rb->big_endian};
}

/* Finds all texts in what is left of their ring. */
static int find_blocks(struct prb *rb)
{
	size_t size = (size_t)1 << rb->data_bits;
	uint8_t *data;

	rb->blocks = talloc_zero(rb->text, struct log_blocks);
	data = rb->blocks && size <= CAP_LOG_LOOK ? talloc_array(rb->blocks, uint8_t, size) : NULL;
	if (!data)
		return VMT_ERR_NOMEM;
	mem_read_some(rb->space, rb->data, data, size);
	if (log_blocks_find(rb->blocks, data, size, words_of(rb), rb->blocks, NULL))
		return VMT_ERR_NOMEM;
	log_blocks_sort(rb->blocks, words_of(rb));
	return 0;
}

/* The text of a record whose descriptor cannot be read. */
static bool find_text(struct prb *rb, uint64_t id, struct log_record *rec)
{
	const struct log_block *block;

	if (!rb->blocks && find_blocks(rb))
		return false;
	block = log_blocks_of(rb->blocks, id, words_of(rb));
	if (!block)
		return false;
	*rec = (struct log_record){.text = block->text, .len = block->len};
	return true;
}

/* The number of the record before the newest, so many back. 0: there is none, or not known. */
static uint64_t number_back(struct prb *rb, uint64_t back)
{
	struct log_record rec = {0};
	bool skip = false;

	return read_record(rb, (rb->head - back) & rb->id_mask, &rec, &skip, NULL) ? 0 : rec.seq;
}

/* How many of the newest records to look at: ids and numbers increase together. */
static uint64_t wanted_of(struct prb *rb, uint64_t count)
{
	uint64_t from = rb->loss->from, newest = from ? number_back(rb, 0) : 0;

	if (newest < from || newest - from >= count || !from)
		return count;
	return number_back(rb, newest - from) == from ? newest - from + 1 : count;
}

static int push_records(struct prb *rb)
{
	uint64_t count = ((rb->head - rb->tail) & rb->id_mask) + 1;
	uint64_t capacity = 1ull << rb->desc_bits;
	bool gap = false;

	if (count > capacity)
		count = capacity; /* a torn head: the records before it are still worth reading */
	if (count > CAP_LOG_RECORDS) {
		count = CAP_LOG_RECORDS;
		rb->loss->capped = true;
	}
	count = wanted_of(rb, count);
	for (uint64_t i = count; i-- > 0;) {
		struct log_record rec = {0};
		struct vmt_err err;
		bool skip = false;
		uint64_t id = (rb->head - i) & rb->id_mask;
		int rc = read_record(rb, id, &rec, &skip, &err);

		if (rc && find_text(rb, id, &rec))
			rc = 0;
		if (rc || skip) {
			if (rc)
				lose(rb->loss, &err);
			gap |= rc != 0;
			continue;
		}
		rec.gap = gap;
		gap = false;
		rc = rb->sink(rb->arg, &rec);
		if (rc)
			return rc;
	}
	return 0;
}

static int read_prb(struct mem_space *space, const struct vmcoreinfo *info, log_sink sink,
	void *arg, struct log_loss *loss, struct vmt_err *err)
{
	struct prb rb = {
		.space = space,
		.word = mem_space_ptr_size(space),
		.big_endian = mem_space_big_endian(space),
		.sink = sink,
		.arg = arg,
		.loss = loss,
		.text_room = UINT16_MAX, /* text_len is a u16 */
	};
	int rc = load_layout(&rb.at, info, err);

	if (!rc)
		rc = open_ring(&rb, info, err);
	if (rc)
		return rc;
	rb.text = talloc_size(space, rb.text_room);
	if (!rb.text)
		return err_nomem(err);
	rc = push_records(&rb);
	talloc_free(rb.text);
	return rc;
}

const struct log_layout log_layout_prb = {
	.name = "printk_ringbuffer",
	.key = "SYMBOL(prb)",
	.read = read_prb,
};
