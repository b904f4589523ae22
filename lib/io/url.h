/* SPDX-License-Identifier: GPL-3.0-or-later */
/* URLs that a user gives. User, password, query and fragment are secrets, and are never shown. */
#ifndef VMT_IO_URL_H
#define VMT_IO_URL_H

#include "base/alloc.h"
#include "base/err.h"

enum url_scheme {
	URL_NONE, /* no URL: a path */
	URL_HTTP,
	URL_HTTPS,
	URL_OTHER, /* of a kind that is not read */
};

/* What a text that may be a path is. */
enum url_scheme url_scheme_of(const char *text);

/* The URL for display, cut to size bytes, which is at least 1. */
void url_show(const char *url, char *buf, size_t size);

/*
 * Whether it can be fetched: http or https, a host, no characters that belong in no URL.
 * VMT_ERR_USAGE says why not, and what else to do.
 */
int url_check(const char *url, struct vmt_err *err);

/* What a presigned URL (of S3, of Google) tells of its signature. */
enum url_signature {
	URL_UNSIGNED, /* it is none, or tells nothing */
	URL_VALID,
	URL_CUT, /* it begins, as far as the first '&' that a shell takes for its own */
	URL_EXPIRED,
};

/* now: seconds since 1970. */
enum url_signature url_signature(const char *url, int64_t now);

#endif
