/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layouts of the kernel's structs by DWARF, for kernels without BTF: as a provider. Units are read
 * in their order, as far as the types asked for so far made it necessary.
 */
#ifndef VMT_SYMBOLIZE_LAYOUT_DWARF_H
#define VMT_SYMBOLIZE_LAYOUT_DWARF_H

#include <elfutils/libdw.h>

#include "image/layout.h"

struct layout_dwarf;

/* dwarf is borrowed. */
int layout_dwarf_new(TALLOC_CTX *ctx, Dwarf *dwarf, struct layout_dwarf **ret, struct vmt_err *err);

/* ld must outlive the layout that it is added to. */
struct layout_provider layout_dwarf_provider(struct layout_dwarf *ld);

#endif
