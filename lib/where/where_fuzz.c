// SPDX-License-Identifier: GPL-3.0-or-later
/* A damaged table: lookups stay inside it. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "where/area.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(const struct where *w, const char *name)
{
	struct where_places p = where_find(w, name, strlen(name));
	char buf[WHERE_PATH_SIZE];

	if (p.n > WHERE_MOST_FILES)
		abort();
	for (size_t i = 0; i < p.n; i++)
		if (where_path(w, p.file[i], buf) && strlen(buf) >= sizeof(buf))
			abort();
	area_of(w, &p, false, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
		"", "kfree", "tcp_v4_rcv", "__x64_sys_read", "probe", "init", "e1000_clean"};
	char buf[WHERE_PATH_SIZE], name[8];
	struct where *w;

	if (where_from(NULL, data, size, &w, NULL))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		look_up(w, names[i]);
	for (unsigned i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		look_up(w, name);
		where_path(w, (uint16_t)(i * 37), buf);
	}
	talloc_free(w);
	return 0;
}
