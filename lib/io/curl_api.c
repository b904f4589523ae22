// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/curl_api.h"

#include "base/array.h"

static const char *const names[] = {CURL_FUNCTIONS(DYNLIB_NAME)};
/* The sonames of all versions since 2006. Debian also has a build with another library for TLS. */
static const struct dynlib libcurls[] = {
	{"libcurl.so.4", "libcurl4", names, ARRAY_SIZE(names)},
	{"libcurl-gnutls.so.4", "libcurl3-gnutls", names, ARRAY_SIZE(names)},
};

int curl_api_load(struct curl_api *api, struct vmt_err *err)
{
	int rc = dynlib_load(&libcurls[0], api, err);

	if (rc == VMT_ERR_UNSUPPORTED && !dynlib_load(&libcurls[1], api, NULL))
		return 0;
	return rc;
}
