// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/dynlib.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

/* Never closed: some libraries do not survive it, and the next file may need it again. */
static void *open_library(const char *soname)
{
	void *handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
	const char *why = handle ? NULL : dlerror();

	/* Memory may have been short for a moment. Whoever asks again would find the library there.
	 */
	return why && !strstr(why, "No such file") ? dlopen(soname, RTLD_NOW | RTLD_LOCAL) : handle;
}

int dynlib_load(const struct dynlib *lib, void *api, struct vmt_err *err)
{
	void *handle = open_library(lib->soname);
	void *function;

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
