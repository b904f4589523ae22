/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file on a web server as a source. What a reader asks for, a few bytes here and there, becomes
 * few requests of whole blocks. The blocks are kept, those used last, up to a limit.
 */
#ifndef VMT_IO_REMOTE_H
#define VMT_IO_REMOTE_H

#include "io/http.h"

struct remote;

struct remote_options {
	struct http_options http;
	uint64_t memory; /* bytes of blocks to keep */
	bool download;	 /* read all of it first */
};

/*
 * Opens it, with a first request. VMT_ERR_UNSUPPORTED: it cannot be read in parts: the server has
 * none, or the file is compressed.
 */
int remote_open(TALLOC_CTX *ctx, const char *url, const struct remote_options *opts,
	struct remote **ret, struct vmt_err *err);

/* A source that needs remote for as long as it exists. */
int remote_source(TALLOC_CTX *ctx, struct remote *remote, struct source **ret, struct vmt_err *err);

/* How the URL is shown. */
const char *remote_name(const struct remote *remote);

/* The temporary file of a download; -1: it is read in parts. */
int remote_fd(const struct remote *remote);

/* As http_size() and http_cost(). */
uint64_t remote_size(const struct remote *remote);
struct http_cost remote_cost(const struct remote *remote);

/* As http_failed(): what was read before may be less than what is there. */
int remote_failed(const struct remote *remote, struct vmt_err *err);

#endif
