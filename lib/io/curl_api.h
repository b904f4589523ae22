/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libcurl, loaded when a URL is opened: with the libraries below it (TLS, Kerberos, LDAP), loading
 * takes longer than reading a usual dump.
 */
#ifndef VMT_IO_CURL_API_H
#define VMT_IO_CURL_API_H

/* Its checks are macros that do not know of pointers to functions. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "base/dynlib.h"

#define CURL_FUNCTIONS(F)                                                                          \
	F(curl_easy_cleanup)                                                                       \
	F(curl_easy_getinfo)                                                                       \
	F(curl_easy_init)                                                                          \
	F(curl_easy_perform)                                                                       \
	F(curl_easy_setopt)                                                                        \
	F(curl_easy_strerror)                                                                      \
	F(curl_global_init)                                                                        \
	F(curl_slist_append)                                                                       \
	F(curl_slist_free_all)

struct curl_api {
	CURL_FUNCTIONS(DYNLIB_POINTER)
};

/* VMT_ERR_UNSUPPORTED: libcurl is not installed; the message says what to install. */
int curl_api_load(struct curl_api *api, struct vmt_err *err);

#endif
