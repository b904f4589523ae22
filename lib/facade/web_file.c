// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/web_file.h"

#include "base/caps.h"
#include "base/sized.h"
#include "io/qr_link.h"
#include "io/remote.h"
#include "io/url.h"

struct vmt_url {
	struct remote *remote;
};

bool vmt_url_name(const char *text, char *buf, size_t size)
{
	if (url_scheme_of(text) == URL_NONE || qr_link_is_url(text))
		return false;
	if (size)
		url_show(text, buf, size);
	return true;
}

static struct remote_options read_options(const struct vmt_url_options *o)
{
	unsigned seconds = o->download ? CAP_URL_WHOLE_SECONDS : CAP_URL_SECONDS;
	uint64_t most = o->download ? CAP_UNPACKED : CAP_URL_BYTES;

	return (struct remote_options){
		.http = {.most = o->most ? o->most : most,
			.seconds = o->seconds ? o->seconds : seconds,
			.ca = o->ca},
		.memory = o->memory ? o->memory : CAP_URL_MEMORY,
		.download = o->download,
	};
}

int vmt_url_open(const struct vmt_url_options *opts, const char *url, struct vmt_url **ret,
	struct vmt_err *err)
{
	struct vmt_url_options own;
	struct remote_options remote;
	struct vmt_url *u;
	int rc = sized_read(&own, sizeof(own), opts, err);

	if (rc)
		return rc;
	u = talloc_zero(NULL, struct vmt_url);
	if (!u)
		return err_nomem(err);
	remote = read_options(&own);
	rc = remote_open(u, url, &remote, &u->remote, err);
	if (rc)
		talloc_free(u);
	else
		*ret = u;
	return rc;
}

struct vmt_file vmt_url_file(const struct vmt_url *url)
{
	int fd = remote_fd(url->remote);

	if (fd >= 0)
		return vmt_file_fd(fd, remote_name(url->remote));
	return (struct vmt_file){VMT_FILE_URL, -1, remote_name(url->remote), url, 0, 0};
}

void vmt_url_cost(const struct vmt_url *url, struct vmt_url_cost *ret)
{
	struct http_cost cost = remote_cost(url->remote);
	struct vmt_url_cost own = {
		sizeof(own), cost.requests, cost.bytes, remote_size(url->remote)};

	sized_write(ret, &own, sizeof(own));
}

void vmt_url_close(struct vmt_url *url)
{
	talloc_free(url);
}

/* ---- in a session ------------------------------------------------------------------------ */

static struct remote *remote_of(const struct vmt_file *file)
{
	const struct vmt_url *url = file->kind == VMT_FILE_URL ? file->data : NULL;

	return url ? url->remote : NULL;
}

int url_source(
	TALLOC_CTX *ctx, const struct vmt_file *file, struct source **ret, struct vmt_err *err)
{
	struct remote *remote = remote_of(file);

	if (!remote)
		return err_set(err, VMT_ERR_USAGE, "a file on a server that is not open");
	return remote_source(ctx, remote, ret, err);
}

int url_check_session(const struct session *s, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < s->n && !rc; i++)
		if (remote_of(&s->given[i]))
			rc = remote_failed(remote_of(&s->given[i]), err);
	return rc;
}

void url_tell_cost(struct session *s, TALLOC_CTX *ctx)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct remote *remote = remote_of(&s->given[i]);
		struct http_cost cost;

		if (!remote)
			continue;
		cost = remote_cost(remote);
		diag_add(&s->diags, ctx, DIAG_URL_READ,
			"%s: %llu of %llu bytes were fetched, in %llu requests",
			remote_name(remote), (unsigned long long)cost.bytes,
			(unsigned long long)remote_size(remote), (unsigned long long)cost.requests);
	}
}
