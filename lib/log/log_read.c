// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/log_read.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include "log/log_stops.h"

#define BLOCK (256u << 10)
#define MOST_THREADS 3 /* the one that reads the lines keeps about so many busy */
#define STACK (256u << 10)
#define RING 8		 /* blocks for each of them */
#define LARGE (8u << 20) /* less is read before threads pay */

struct block {
	char *data;
	int64_t got; /* bytes, or an error */
	bool done;
	struct vmt_err err;
	struct log_stops stops;
};

/*
 * Blocks taken..claimed are in the ring: being fetched, or done. Whoever has claimed one owns its
 * slot until it is done; the reader of the lines owns it then, until it is taken.
 */
struct ahead {
	struct source *src;
	const struct log_text *lines;
	size_t size;
	uint64_t n_blocks, claimed, taken;
	bool stop;
	struct block *ring;
	size_t n_ring;
	pthread_mutex_t lock;
	pthread_cond_t room, ready;
	pthread_t threads[MOST_THREADS];
	unsigned n_threads;
};

static struct block *slot(struct ahead *a, uint64_t i)
{
	return &a->ring[i % a->n_ring];
}

static bool can_claim(const struct ahead *a)
{
	return a->claimed < a->n_blocks && a->claimed - a->taken < a->n_ring;
}

/* Called and returns with the lock. */
static void fetch_one(struct ahead *a)
{
	uint64_t i = a->claimed++;
	struct block *b = slot(a, i);

	pthread_mutex_unlock(&a->lock);
	b->got = source_read_shared(a->src, i * a->size, b->data, a->size, &b->err);
	if (b->got > 0)
		log_text_look_ahead(a->lines, b->data, (size_t)b->got, &b->stops);
	pthread_mutex_lock(&a->lock);
	b->done = true;
}

static void *fetch_all(void *arg)
{
	struct ahead *a = arg;

	pthread_mutex_lock(&a->lock);
	while (!a->stop) {
		if (can_claim(a)) {
			fetch_one(a);
			pthread_cond_signal(&a->ready);
		} else {
			pthread_cond_wait(&a->room, &a->lock);
		}
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

/* Instead of waiting for the block, the caller fetches another one. */
static struct block *wait_for(struct ahead *a, uint64_t i)
{
	struct block *b = slot(a, i);

	pthread_mutex_lock(&a->lock);
	while (!b->done)
		if (can_claim(a))
			fetch_one(a);
		else
			pthread_cond_wait(&a->ready, &a->lock);
	pthread_mutex_unlock(&a->lock);
	return b;
}

static void take(struct ahead *a, struct block *b)
{
	pthread_mutex_lock(&a->lock);
	b->done = false;
	a->taken++;
	/* Not for each block: it costs more to wake up than to look at one. */
	if (a->claimed - a->taken <= a->n_ring / 2)
		pthread_cond_broadcast(&a->room);
	pthread_mutex_unlock(&a->lock);
}

static int read_blocks(struct ahead *a, struct log_text *lines, struct vmt_err *err)
{
	int rc = 0;

	for (uint64_t i = 0; i < a->n_blocks && !rc; i++) {
		struct block *b = wait_for(a, i);
		int64_t got = b->got;

		if (got < 0) {
			if (err)
				*err = b->err;
			return (int)got;
		}
		a->src->bytes_read += (uint64_t)got;
		if (got > 0)
			rc = log_text_feed_ahead(lines, b->data, (size_t)got, &b->stops);
		/* The file has become shorter. */
		if ((uint64_t)got < a->size)
			break;
		take(a, b);
	}
	return rc;
}

/* Their signals are for the caller's threads. */
static void start(struct ahead *a, unsigned n)
{
	pthread_attr_t attr;
	sigset_t all, before;

	if (pthread_attr_init(&attr))
		return;
	pthread_attr_setstacksize(&attr, STACK);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (a->n_threads < n && !pthread_create(&a->threads[a->n_threads], &attr, fetch_all, a))
		a->n_threads++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
}

static void end(struct ahead *a)
{
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_broadcast(&a->room);
	pthread_mutex_unlock(&a->lock);
	for (unsigned i = 0; i < a->n_threads; i++)
		pthread_join(a->threads[i], NULL);
	pthread_cond_destroy(&a->ready);
	pthread_cond_destroy(&a->room);
	pthread_mutex_destroy(&a->lock);
}

/* NULL: no memory. */
static struct ahead *new_ahead(TALLOC_CTX *ctx, unsigned n_threads, size_t size)
{
	struct ahead *a = talloc_zero(ctx, struct ahead);

	if (!a)
		return NULL;
	a->size = size;
	a->n_ring = RING * (size_t)n_threads;
	a->ring = talloc_zero_array(a, struct block, a->n_ring);
	for (size_t i = 0; a->ring && i < a->n_ring; i++)
		if (!(a->ring[i].data = talloc_size(a, size)))
			a->ring = NULL;
	if (!a->ring || pthread_mutex_init(&a->lock, NULL))
		return talloc_free(a), NULL;
	pthread_cond_init(&a->room, NULL);
	pthread_cond_init(&a->ready, NULL);
	return a;
}

/* *started: false if there are no threads to be had. Nothing was read then. */
static int read_ahead(TALLOC_CTX *ctx, struct source *src, struct log_text *lines,
	const struct log_read *how, bool *started, struct vmt_err *err)
{
	struct ahead *a = new_ahead(ctx, how->n_threads, how->block);
	int rc = 0;

	*started = false;
	if (!a)
		return 0;
	a->src = src;
	a->lines = lines;
	a->n_blocks = (src->size + a->size - 1) / a->size;
	start(a, how->n_threads);
	*started = a->n_threads != 0;
	if (*started)
		rc = read_blocks(a, lines, err);
	end(a);
	talloc_free(a);
	return rc;
}

static int read_in_order(TALLOC_CTX *ctx, struct source *src, struct log_text *lines,
	const struct log_read *how, struct vmt_err *err)
{
	char *data = talloc_size(ctx, how->block);
	uint64_t off = 0;
	size_t gap = 0;
	int64_t got;
	int rc = data ? 0 : err_nomem(err);

	while (!rc) {
		size_t want = how->block;

		if (gap < how->n_gaps && how->gaps[gap] == off) {
			log_text_gap(lines);
			gap++;
			continue;
		}
		if (gap < how->n_gaps && how->gaps[gap] - off < want)
			want = (size_t)(how->gaps[gap] - off);
		got = source_read(src, off, data, want, err);
		if (got == 0)
			break;
		if (got < 0)
			rc = (int)got;
		else
			rc = log_text_feed(lines, data, (size_t)got);
		off += (uint64_t)(got > 0 ? got : 0);
	}
	talloc_free(data);
	return rc;
}

static unsigned spare_processors(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);

	return n > MOST_THREADS ? MOST_THREADS : (unsigned)n - 1;
}

int log_read(TALLOC_CTX *ctx, struct source *src, struct log_text *lines,
	const struct log_read *how, struct vmt_err *err)
{
	struct log_read own = *how;
	bool done = false;
	int rc = 0;

	if (!own.block)
		own.block = BLOCK;
	if (!own.n_threads && src->size >= LARGE)
		own.n_threads = spare_processors();
	if (own.n_threads > MOST_THREADS)
		own.n_threads = MOST_THREADS;
	if (own.n_threads && !own.n_gaps && source_is_shared(src) && log_text_skims(lines))
		rc = read_ahead(ctx, src, lines, &own, &done, err);
	if (!done)
		rc = read_in_order(ctx, src, lines, &own, err);
	return rc ? rc : log_text_finish(lines);
}
