/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One file of a web server, read in parts. Each answer must be the part that was asked for, of the
 * file that the first answer was of. What fails for a moment is repeated, a few times. Any other
 * failure is for good: all that follows fails with the same error, without a request.
 */
#ifndef VMT_IO_HTTP_H
#define VMT_IO_HTTP_H

#include "io/source.h"

struct http;

struct http_options {
	uint64_t most;	  /* bytes of all answers */
	unsigned seconds; /* of all requests, with the pauses between them */
	const char *ca;	  /* a file with certificates; NULL: the system's */
};

struct http_cost {
	uint64_t requests, bytes;
};

/*
 * Prepares it, without a request. url is copied, and name, for messages: no secrets. VMT_ERR_USAGE:
 * see url_check(). VMT_ERR_UNSUPPORTED: there is no libcurl.
 */
int http_open(TALLOC_CTX *ctx, const char *url, const char *name, const struct http_options *opts,
	struct http **ret, struct vmt_err *err);

/*
 * Reads the first bytes, up to len, and with them the size of the file. Returns the count, 0 for an
 * empty file. VMT_ERR_UNSUPPORTED: the server sends no parts. VMT_ERR_NOTFOUND: no such file.
 */
int64_t http_begin(struct http *http, void *buf, size_t len, struct vmt_err *err);

/* Reads len bytes at off, all within the file. After http_begin(). */
int http_read(struct http *http, uint64_t off, void *buf, size_t len, struct vmt_err *err);

/* Appends all of the file to an empty spool, instead of http_begin(). */
int http_fetch(struct http *http, struct source *spool, struct vmt_err *err);

/* Bytes of the file, after http_begin() or http_fetch(). */
uint64_t http_size(const struct http *http);

/* What was asked for and received so far, failures included. */
struct http_cost http_cost(const struct http *http);

/* The failure that is for good, if there was one: its code. */
int http_failed(const struct http *http, struct vmt_err *err);

#endif
