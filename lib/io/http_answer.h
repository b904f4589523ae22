/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the headers of an answer say of it, and whether it is the answer to the request. */
#ifndef VMT_IO_HTTP_ANSWER_H
#define VMT_IO_HTTP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_TAG 256 /* bytes; a longer one is not used */

struct http_answer {
	unsigned status; /* 0: there was none */
	bool has_range;	 /* Content-Range, in the only form that is understood */
	bool empty;	 /* "bytes * / 0" of status 416 */
	uint64_t first, last, total;
	bool has_length;
	uint64_t length; /* Content-Length */
	bool multipart, encoded;
	char etag[HTTP_TAG], modified[HTTP_TAG]; /* "": none */
};

/* Takes the next header line. A status line begins a new answer: after a redirect. */
void http_answer_line(struct http_answer *a, const char *line, size_t len);

/* Whether b is not of the file that a was of. What only one of them says tells nothing. */
bool http_answer_differs(const struct http_answer *a, const struct http_answer *b);

/* Whether the tag may be compared by the server: it identifies these very bytes. */
bool http_answer_is_strong(const struct http_answer *a);

#endif
