/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of kallsyms, only for kallsyms*.c. */
#ifndef VMT_IMAGE_KALLSYMS_TABLE_H
#define VMT_IMAGE_KALLSYMS_TABLE_H

#include "image/kallsyms.h"

#define KALLSYMS_BLOCK 256 /* names between markers */
#define KALLSYMS_CHUNK 4096
#define KALLSYMS_SEQ_SIZE 3

struct kallsyms;

/* Addresses of the tables. 0: does not exist, or not known. */
struct kallsyms_where {
	uint64_t num_syms, names, markers, seqs, token_table, token_index;
	uint64_t offsets, addresses, relative_base;
};

/*
 * How the address of a symbol is encoded. The first row that yields the right address for _stext is
 * used.
 */
struct kallsyms_mode {
	bool needs_offsets, needs_base; /* else needs addresses */
	uint64_t (*address)(const struct kallsyms *ks, uint32_t i, uint64_t raw);
};

enum length_form {
	LENGTH_UNKNOWN, /* no length of 0x80 or more was read yet */
	LENGTH_BYTE,
	LENGTH_TWO_BYTES, /* a second byte follows from 0x80 on; 6.1 and later */
};

struct kallsyms {
	struct mem_space *space;
	struct kallsyms_where at;
	uint32_t n;
	unsigned ptr_size;
	uint32_t page; /* what is read at once of the dump, at least KALLSYMS_CHUNK */
	uint64_t stext;
	uint32_t stext_i; /* its number; 0: not known yet */
	uint64_t base;	  /* the value of kallsyms_relative_base */
	const struct kallsyms_mode *mode;
	enum length_form form;
	unsigned marker_size;
	const uint32_t *own_markers; /* made by a walk; NULL: use the kernel's */
	char *tokens;
	uint16_t token_at[256], token_len[256];
	bool seqs_checked;
	bool prefixes; /* has names with KALLSYMS_PREFIX */
	bool plainly;  /* see kallsyms_search_plainly() */
	bool unsorted; /* names were met that are not in order: kallsyms_seqs_of_names is damaged */
	struct kallsyms_near *near; /* what was read of the names; NULL: not known */
	struct token_hashes *hashes;
	struct sorted_probe *probes; /* names that were met, in their order */
	size_t n_probes;
	struct kallsyms_met {
		uint32_t i;
		uint64_t at;
	} met[256]; /* symbols whose addresses were looked at */
	size_t n_met;
	struct kallsyms_moved {
		uint32_t from, to;
	} moved[32]; /* where symbols are, by kallsyms_likely.c and in this kernel */
	size_t n_moved;
	uint32_t data; /* the first symbol behind the code, as far as known; at first half of all */
	bool capped;   /* an address has more symbols than were examined */
	struct name_index *index;  /* of all names; NULL: not made yet */
	struct kallsyms_more more; /* find NULL: none */
	/* The part of the names that was read last. */
	uint64_t chunk_at;
	size_t chunk_len;
	uint8_t chunk[KALLSYMS_CHUNK];
};

/* Reads token_table and token_index, and checks that they agree. */
int kallsyms_read_tokens(struct kallsyms *ks, struct vmt_err *err);

/* Finds the markers and kallsyms_seqs_of_names from the location of their neighbours. */
int kallsyms_find_markers(struct kallsyms *ks, struct vmt_err *err);

/* Makes markers by walking all names. *end is the address past the last name. */
int kallsyms_make_markers(struct kallsyms *ks, uint64_t *end, struct vmt_err *err);

/* The bytes of the names from va on, as many as are available: up to the end of the page. */
int kallsyms_chunk(
	struct kallsyms *ks, uint64_t va, const uint8_t **p, size_t *len, struct vmt_err *err);

/* Reads name number i. */
int kallsyms_name(struct kallsyms *ks, uint32_t i, struct kallsym *ret, struct vmt_err *err);

/* A walk over names. */
struct name_cursor {
	enum length_form form; /* LENGTH_UNKNOWN is read as one byte */
	uint64_t va;	       /* of the next name */
	bool big;	       /* a length was read whose meaning depends on the form */
};

/* Reads one name's token numbers (up to KALLSYMS_NAME_MAX of them), and moves past it. */
int kallsyms_raw_name(
	struct kallsyms *ks, struct name_cursor *c, uint8_t *raw, size_t *len, struct vmt_err *err);

/* The address of the first name in a block. */
int kallsyms_block_start(struct kallsyms *ks, uint32_t block, uint64_t *ret, struct vmt_err *err);

/* Determines what lengths of 0x80 and more mean, if this block has any and it is not known yet. */
void kallsyms_settle_block(struct kallsyms *ks, uint32_t block);

/* The number of blocks, the last one perhaps not full. */
uint32_t kallsyms_blocks(const struct kallsyms *ks);

/*
 * Finds the first symbol of that name by the table sorted by name. VMT_ERR_NOTFOUND: there is none.
 */
int kallsyms_find_sorted(struct kallsyms *ks, const char *name, uint32_t *ret, struct vmt_err *err);
/* For these searches: remembers what is read of the names from now on. */
void kallsyms_near_open(struct kallsyms *ks);
/* The page at va was read. */
void kallsyms_near_note(struct kallsyms *ks, uint64_t va);
/* Indexes the global variables in and behind a block, as far as they were read. */
void kallsyms_near_learn(struct kallsyms *ks, uint32_t block);
/* Finds a global variable among the names that were read. */
bool kallsyms_near_find(struct kallsyms *ks, const char *name, uint32_t *ret);
/* For a search among the entries [low, high). */
struct kallsyms_search {
	uint32_t low, high;
	uint32_t guess;	 /* the entry where the name most likely is */
	uint32_t likely; /* the number that its symbol most likely has */
	bool knows_likely;
};

/* Chooses the entry to look at next. */
uint32_t kallsyms_near_choose(struct kallsyms *ks, const struct kallsyms_search *in);

/* The number that a symbol most likely has. False: nothing is known of it. */
bool kallsyms_likely(const struct kallsyms *ks, const char *name, uint32_t *ret);
/* The number that it has. */
void kallsyms_likely_found(struct kallsyms *ks, const char *name, uint32_t i);
/* What the symbols before the entries of functions begin with. */
#define KALLSYMS_PREFIX "__pfx_"
/*
 * Where a name most likely is in the order of all names: 0 is the first one. prefixes: the kernel
 * has names with KALLSYMS_PREFIX.
 */
#define KALLSYMS_ORDER_MAX (1u << 23)
uint32_t kallsyms_order(const char *name, bool prefixes);
/* Whether that table exists and can be trusted. */
bool kallsyms_has_sorted(struct kallsyms *ks);

/* As kallsyms_find_sorted(), by an index of all names, which the first call builds. */
int kallsyms_find_indexed(
	struct kallsyms *ks, const char *name, uint32_t *ret, struct vmt_err *err);

/* Symbols with the same hash to decode and compare. More than this only occurs in hostile input. */
#define KALLSYMS_COLLISIONS 64

/* The hash of a name from its tokens. ks->hashes is set by the caller. */
struct token_hashes *kallsyms_hash_tokens(TALLOC_CTX *ctx, const struct kallsyms *ks);
uint32_t kallsyms_hash_raw(const struct kallsyms *ks, const uint8_t *raw, size_t len);

/* Whether one symbol alone has that name, in the same two ways. */
bool kallsyms_is_only_sorted(struct kallsyms *ks, const char *name);
bool kallsyms_is_only_indexed(struct kallsyms *ks, const char *name);

/*
 * Finds all tables by what they look like, if VMCOREINFO does not have their addresses (before
 * 6.0).
 */
int kallsyms_scan(struct kallsyms *ks, const struct vmcoreinfo *info, struct vmt_err *err);

/* Reads the number of symbols at at.num_syms. */
int kallsyms_read_count(struct kallsyms *ks, struct vmt_err *err);

#endif
