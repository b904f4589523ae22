// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/dynlib.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

/* glibc: "cannot allocate symbol search list", "out of memory", ... */
static bool lacks_memory(const char *why)
{
	return why && (strstr(why, "annot allocate") || strstr(why, "out of memory"));
}

int dynlib_load(const struct dynlib *lib, void *api, struct vmt_err *err)
{
	/* Never closed: some libraries do not survive it, and the next file may need it again. */
	void *handle = dlopen(lib->soname, RTLD_NOW | RTLD_LOCAL);
	void *function;

	if (!handle && lacks_memory(dlerror())) {
		alloc_failed();
		return err_nomem(err);
	}
	if (!handle)
		return err_set(err, VMT_ERR_UNSUPPORTED, "%s is needed to read this: install %s",
			lib->soname, lib->package);
	for (size_t i = 0; i < lib->n; i++) {
		function = dlsym(handle, lib->names[i]);
		if (!function)
			return err_set(err, VMT_ERR_UNSUPPORTED,
				"the installed %s lacks %s: install a newer %s", lib->soname,
				lib->names[i], lib->package);
		/* POSIX lets dlsym() return functions; ISO C has no such conversion. */
		memcpy((uint8_t *)api + i * sizeof(function), &function, sizeof(function));
	}
	return 0;
}
