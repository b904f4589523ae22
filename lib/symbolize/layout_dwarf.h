/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A provider of struct layouts from DWARF, for kernels without BTF. Units are read in order, only
 * until the types that are asked for are found.
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
