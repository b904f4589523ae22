// SPDX-License-Identifier: GPL-3.0-or-later
#include "symbolize/module_place.h"

/* Takes the section with the highest start among those that contain addr. */
bool module_place(const struct module_section *loaded, size_t n, const struct sections *file,
	uint64_t addr, uint64_t *ret)
{
	const struct module_section *best = NULL;
	const struct section *section;

	for (size_t i = 0; i < n; i++) {
		const struct module_section *s = &loaded[i];

		section = sections_by_name(file, s->name);
		if (section && addr >= s->addr && addr - s->addr < section->size &&
			(!best || s->addr > best->addr))
			best = s;
	}
	if (!best)
		return false;
	section = sections_by_name(file, best->name);
	*ret = section->base + (addr - best->addr);
	return true;
}
