// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/remote.h"

#include <string.h>

#include "io/file.h"
#include "io/layers.h"
#include "io/spool.h"
#include "io/url.h"

/*
 * Of smaller blocks a triage fetches less, in more requests, which each take 10 to 50 ms from an
 * object store. Of a dump with 60 GiB and its pages far apart: 8 MiB in 129 requests with 64 KiB,
 * 13 in 102 with this, 23 in 90 with 256 KiB.
 */
#define BLOCK (128u << 10)
#define MOST_BLOCKS 32 /* of one request */
#define MOST_AHEAD 8   /* the more of a file is read in sequence, the more is asked for at once */
/* What must be read from its start to its end may be read in parts up to this size. */
#define SMALL (16u << 20)

#define NAME_SIZE 200 /* in messages */

struct slot {
	uint64_t block; /* UINT64_MAX: empty */
	uint64_t used;	/* when, counted in uses */
	uint8_t *data;
	size_t len;
};

struct remote {
	struct http *http;
	char name[NAME_SIZE];
	uint64_t size;
	struct source *whole; /* a download */
	struct slot *slots;
	size_t n_slots, n_used, last; /* last: the slot of the last use */
	uint64_t clock;
	uint64_t next, ahead; /* the block after the last request; how many more a sequence gets */
	uint8_t *buf;	      /* of MOST_BLOCKS */
};

struct source_remote {
	struct source src; /* must be first */
	struct remote *remote;
};

/* ---- blocks ------------------------------------------------------------------------------ */

static uint64_t n_blocks(const struct remote *r)
{
	return (r->size + BLOCK - 1) / BLOCK;
}

static struct slot *find(struct remote *r, uint64_t block)
{
	if (r->n_used && r->slots[r->last].block == block)
		return &r->slots[r->last];
	for (size_t i = 0; i < r->n_used; i++)
		if (r->slots[i].block == block) {
			r->last = i;
			return &r->slots[i];
		}
	return NULL;
}

/* A slot for another block: a new one, or the one that was not used for longest. */
static struct slot *take_slot(struct remote *r, struct vmt_err *err)
{
	size_t oldest = 0;

	if (r->n_used < r->n_slots) {
		struct slot *slot = &r->slots[r->n_used];

		slot->data = talloc_size(r, BLOCK);
		if (!slot->data) {
			err_nomem(err);
			return NULL;
		}
		r->last = r->n_used++;
		return slot;
	}
	for (size_t i = 1; i < r->n_slots; i++)
		if (r->slots[i].used < r->slots[oldest].used)
			oldest = i;
	r->last = oldest;
	return &r->slots[oldest];
}

static int keep(
	struct remote *r, uint64_t block, const uint8_t *data, size_t len, struct vmt_err *err)
{
	struct slot *slot = take_slot(r, err);

	if (!slot)
		return VMT_ERR_NOMEM;
	slot->block = block;
	slot->len = len < BLOCK ? len : BLOCK;
	slot->used = ++r->clock;
	memcpy(slot->data, data, slot->len);
	return 0;
}

/* How many blocks from this one on to ask for: up to the next that is there. */
static size_t run_of(struct remote *r, uint64_t block, uint64_t wanted)
{
	uint64_t end = n_blocks(r), n = wanted;

	if (block == r->next) {
		r->ahead = r->ahead ? 2 * r->ahead : 1;
		r->ahead = r->ahead < MOST_AHEAD ? r->ahead : MOST_AHEAD;
		n = wanted > r->ahead ? wanted : r->ahead;
	} else {
		r->ahead = 0;
	}
	n = n < MOST_BLOCKS ? n : MOST_BLOCKS;
	n = n < r->n_slots ? n : r->n_slots;
	n = n < end - block ? n : end - block;
	for (uint64_t i = 1; i < n; i++)
		if (find(r, block + i))
			return (size_t)i;
	return (size_t)n;
}

/* Reads a block that is not there; wanted: how many from it on are needed. */
static int fetch(struct remote *r, uint64_t block, uint64_t wanted, struct vmt_err *err)
{
	size_t n = run_of(r, block, wanted), len = n * BLOCK;
	uint64_t off = block * BLOCK;
	int rc;

	len = len < r->size - off ? len : (size_t)(r->size - off);
	rc = http_read(r->http, off, r->buf, len, err);
	r->next = block + n;
	/* The first one last: it is the one that is used now. */
	for (size_t i = n; i-- && !rc;)
		rc = keep(r, block + i, r->buf + i * BLOCK, len - i * BLOCK, err);
	return rc;
}

static int64_t remote_read(
	struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err)
{
	struct remote *r = ((struct source_remote *)src)->remote;
	uint8_t *out = buf;
	size_t done = 0;

	len = len < src->size - off ? len : (size_t)(src->size - off);
	while (done < len) {
		uint64_t at = off + done, block = at / BLOCK, last = (off + len - 1) / BLOCK;
		size_t skip = at % BLOCK, n = BLOCK - skip;
		struct slot *slot = find(r, block);
		int rc = slot ? 0 : fetch(r, block, last - block + 1, err);

		if (rc)
			return rc;
		slot = find(r, block);
		n = n < len - done ? n : len - done;
		if (!slot || slot->len < skip + n)
			return err_set(err, VMT_ERR_IO, "%s: a part was not kept", src->name);
		slot->used = ++r->clock;
		memcpy(out + done, slot->data + skip, n);
		done += n;
	}
	return (int64_t)done;
}

static const struct source_ops remote_ops = {.read = remote_read};

/* ---- opening ----------------------------------------------------------------------------- */

static int make_slots(struct remote *r, uint64_t memory, struct vmt_err *err)
{
	r->n_slots = memory / BLOCK > 2 ? (size_t)(memory / BLOCK) : 2;
	r->slots = talloc_zero_array(r, struct slot, r->n_slots);
	r->buf = talloc_size(r, (size_t)MOST_BLOCKS * BLOCK);
	r->next = UINT64_MAX;
	return r->slots && r->buf ? 0 : err_nomem(err);
}

static int begin(struct remote *r, struct vmt_err *err)
{
	int64_t got = http_begin(r->http, r->buf, BLOCK, err);

	if (got < 0)
		return (int)got;
	r->size = http_size(r->http);
	if (!got)
		return source_refuse_empty(r->name, err);
	r->next = 1;
	return keep(r, 0, r->buf, (size_t)got, err);
}

/* A stream that tells only at its end what is in it would be read completely, block by block. */
static int check_layer(struct remote *r, struct vmt_err *err)
{
	struct source *src;
	const char *layer;
	int rc;

	if (r->size <= SMALL)
		return 0;
	rc = remote_source(r, r, &src, err);
	layer = rc ? NULL : layers_stream(src);
	if (layer)
		rc = err_set(err, VMT_ERR_UNSUPPORTED,
			"%s: cannot be read in parts: it is %s, a stream (--download fetches all "
			"of it)",
			r->name, layer);
	if (!rc)
		talloc_free(src);
	return rc;
}

static int download(struct remote *r, struct vmt_err *err)
{
	int rc = spool_open(r, r->name, &r->whole, err);

	if (!rc)
		rc = http_fetch(r->http, r->whole, err);
	if (!rc && !r->whole->size)
		rc = source_refuse_empty(r->name, err);
	r->size = rc ? 0 : r->whole->size;
	return rc;
}

int remote_open(TALLOC_CTX *ctx, const char *url, const struct remote_options *opts,
	struct remote **ret, struct vmt_err *err)
{
	struct remote *r = talloc_zero(ctx, struct remote);
	int rc;

	if (!r)
		return err_nomem(err);
	if (url_scheme_of(url) != URL_NONE)
		url_show(url, r->name, sizeof(r->name));
	rc = http_open(r, url, r->name, &opts->http, &r->http, err);
	if (!rc && opts->download)
		rc = download(r, err);
	else if (!rc)
		rc = make_slots(r, opts->memory, err);
	if (!rc && !opts->download)
		rc = begin(r, err);
	if (!rc && !opts->download)
		rc = check_layer(r, err);
	if (rc)
		talloc_free(r);
	else
		*ret = r;
	return rc;
}

int remote_source(TALLOC_CTX *ctx, struct remote *remote, struct source **ret, struct vmt_err *err)
{
	struct source_remote *src;

	if (remote->whole)
		return source_open_fd(ctx, remote_fd(remote), remote->name, ret, err);
	src = talloc_zero(ctx, struct source_remote);
	if (!src)
		return err_nomem(err);
	src->src = (struct source){.ops = &remote_ops, .name = remote->name, .size = remote->size};
	src->remote = remote;
	*ret = &src->src;
	return 0;
}

const char *remote_name(const struct remote *remote)
{
	return remote->name;
}

int remote_fd(const struct remote *remote)
{
	return remote->whole ? file_of(remote->whole)->fd : -1;
}

uint64_t remote_size(const struct remote *remote)
{
	return remote->size;
}

struct http_cost remote_cost(const struct remote *remote)
{
	return http_cost(remote->http);
}

int remote_failed(const struct remote *remote, struct vmt_err *err)
{
	return http_failed(remote->http, err);
}
