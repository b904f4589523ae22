// SPDX-License-Identifier: GPL-3.0-or-later
/* Headers of a server, line by line, and a URL. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/http_answer.h"
#include "io/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text = talloc_strndup(ctx, (const char *)data, size), shown[64];
	struct http_answer a = {0};
	struct vmt_err err;

	for (size_t at = 0; at < size;) {
		const uint8_t *end = memchr(data + at, '\n', size - at);
		size_t n = end ? (size_t)(end + 1 - (data + at)) : size - at;
		char *line = talloc_memdup(ctx, data + at, n); /* of exactly this size */

		http_answer_line(&a, line, n);
		at += n;
		talloc_free(line);
	}
	if (a.has_range && (a.first > a.last || a.last >= a.total))
		__builtin_trap();
	if (strlen(a.etag) >= HTTP_TAG || strlen(a.modified) >= HTTP_TAG || a.status > 999)
		__builtin_trap();
	if (url_scheme_of(text) != URL_NONE) {
		url_show(text, shown, sizeof(shown));
		if (strpbrk(shown, "?#"))
			__builtin_trap();
		url_check(text, &err);
	}
	talloc_free(ctx);
	return 0;
}
