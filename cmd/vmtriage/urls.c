// SPDX-License-Identifier: GPL-3.0-or-later
#include "urls.h"

#include <stdlib.h>

#include "complain.h"

#define NAME_SIZE 200

bool urls_is_one(const char *operand)
{
	return vmt_url_name(operand, NULL, 0);
}

void urls_refuse(const char *command, const char *operand)
{
	char name[NAME_SIZE];

	vmt_url_name(operand, name, sizeof(name));
	complain(name, "%s reads no URL: report, log and stack do, with --allow-url", command);
}

/* As curl's users expect. */
static const char *ca_file(void)
{
	static const char *const names[] = {"CURL_CA_BUNDLE", "SSL_CERT_FILE"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *path = getenv(names[i]);

		if (path && *path)
			return path;
	}
	return NULL;
}

struct vmt_url *urls_open(const struct common *c, const char *operand)
{
	struct vmt_url_options options = VMT_URL_OPTIONS_INIT;
	struct vmt_url *url = NULL;
	char name[NAME_SIZE];
	struct vmt_err err;

	vmt_url_name(operand, name, sizeof(name));
	options.download = c->download;
	options.seconds = c->url_timeout;
	options.ca = ca_file();
	if (!c->allow_url)
		complain(name, "a URL is read only with --allow-url");
	else if (vmt_url_open(&options, operand, &url, &err))
		complain_err(name, &err);
	return url;
}

bool urls_take(const struct common *c, const char *const *operands, size_t n, struct vmt_url **ret)
{
	char name[NAME_SIZE];

	*ret = NULL;
	for (size_t i = 0; n > 1 && i < n; i++)
		if (vmt_url_name(operands[i], name, sizeof(name))) {
			complain(name, "a URL must be the only file");
			return false;
		}
	if (!urls_is_one(operands[0]))
		return true;
	*ret = urls_open(c, operands[0]);
	return *ret;
}

/* "2.1 MiB" */
static void size_words(uint64_t bytes, char *buf, size_t size)
{
	static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
	size_t unit = 0;
	double v = (double)bytes;

	while (v >= 1024 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		v /= 1024;
		unit++;
	}
	snprintf(buf, size, "%.*f %s", unit ? 1 : 0, v, units[unit]);
}

void urls_close(const struct common *c, struct vmt_url *url)
{
	struct vmt_url_cost cost = VMT_URL_COST_INIT;
	char got[32], all[32];

	if (url && !c->quiet) {
		vmt_url_cost(url, &cost);
		size_words(cost.bytes, got, sizeof(got));
		size_words(cost.size, all, sizeof(all));
		complain(vmt_url_file(url).name, "%s of %s were fetched, in %llu request%s", got,
			all, (unsigned long long)cost.requests, cost.requests == 1 ? "" : "s");
	}
	vmt_url_close(url);
}
