/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From an address in a loaded module to the same place in its file. */
#ifndef VMT_SYMBOLIZE_MODULE_PLACE_H
#define VMT_SYMBOLIZE_MODULE_PLACE_H

#include "kernel/modules.h"
#include "symbolize/sections.h"

/*
 * Converts addr, a run-time address in one of the n loaded sections, to the made-up addresses of
 * the module's file. false: it is in none of them.
 */
bool module_place(const struct module_section *loaded, size_t n, const struct sections *file,
	uint64_t addr, uint64_t *ret);

#endif
