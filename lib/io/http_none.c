// SPDX-License-Identifier: GPL-3.0-or-later
/* In place of http.c in a build without libcurl's headers. */
#include "io/http.h"
#include "io/url.h"

int http_open(TALLOC_CTX *ctx, const char *url, const char *name, const struct http_options *opts,
	struct http **ret, struct vmt_err *err)
{
	int rc = url_check(url, err);

	(void)ctx, (void)opts, (void)ret;
	return rc ? rc
		  : err_set(err, VMT_ERR_UNSUPPORTED,
			    "%s: vmtriage was built without libcurl, and reads no URLs", name);
}

/* There is none to be passed to these. */
int64_t http_begin(struct http *http, void *buf, size_t len, struct vmt_err *err)
{
	(void)http, (void)buf, (void)len, (void)err;
	return VMT_ERR_UNSUPPORTED;
}

int http_read(struct http *http, uint64_t off, void *buf, size_t len, struct vmt_err *err)
{
	(void)http, (void)off, (void)buf, (void)len, (void)err;
	return VMT_ERR_UNSUPPORTED;
}

int http_fetch(struct http *http, struct source *spool, struct vmt_err *err)
{
	(void)http, (void)spool, (void)err;
	return VMT_ERR_UNSUPPORTED;
}

uint64_t http_size(const struct http *http)
{
	(void)http;
	return 0;
}

struct http_cost http_cost(const struct http *http)
{
	(void)http;
	return (struct http_cost){0};
}

int http_failed(const struct http *http, struct vmt_err *err)
{
	(void)http, (void)err;
	return 0;
}
