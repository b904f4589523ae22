/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Libraries that few inputs need are loaded when they are first needed: loading libarchive with all
 * the libraries below it takes longer than reading a usual dump.
 *
 * The functions of a library are a struct of pointers, made from a list of names, so that each has
 * the type that the library's header declares:
 *
 *	#define CAKE_FUNCTIONS(F) F(cake_open) F(cake_cut)
 *
 *	struct cake_api {
 *		CAKE_FUNCTIONS(DYNLIB_POINTER)
 *	};
 *
 *	static const char *const names[] = {CAKE_FUNCTIONS(DYNLIB_NAME)};
 *	static const struct dynlib cake = {"libcake.so.1", "libcake1", names, ARRAY_SIZE(names)};
 *
 *	struct cake_api api;
 *	int rc = dynlib_load(&cake, &api, err);
 */
#ifndef VMT_BASE_DYNLIB_H
#define VMT_BASE_DYNLIB_H

#include <stddef.h>

#include "base/err.h"

#define DYNLIB_POINTER(name) __typeof__(name) *(name);
#define DYNLIB_NAME(name) #name,

struct dynlib {
	const char *soname;
	const char *package; /* as Debian names it */
	const char *const *names;
	size_t n;
};

/*
 * Sets the pointers of api, a struct of lib's functions. VMT_ERR_UNSUPPORTED: the library is not
 * installed, or too old; the message names its package. Loaded libraries stay loaded.
 */
int dynlib_load(const struct dynlib *lib, void *api, struct vmt_err *err);

#endif
