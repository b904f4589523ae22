/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel's own symbol table, compressed in its memory: address to name and name to address,
 * decompressing no more than one answer needs. Mirrors scripts/kallsyms.c and kernel/kallsyms.c.
 */
#ifndef VMT_IMAGE_KALLSYMS_H
#define VMT_IMAGE_KALLSYMS_H

#include "dump/vmcoreinfo.h"
#include "mem/space.h"

#define KALLSYMS_NAME_MAX 512 /* KSYM_NAME_LEN since 6.1; 128 before */

struct kallsyms;

struct kallsym {
	char name[KALLSYMS_NAME_MAX];
	char type; /* as nm: upper case is global */
	uint64_t addr;
	uint64_t size; /* up to the next symbol; 0: not known */
};

/*
 * Finds the tables: by VMCOREINFO (6.0 and later), else by a search through the image's read-only
 * data. Checks them against SYMBOL(_stext). NODATA: this kernel has none that can be read.
 */
int kallsyms_open(TALLOC_CTX *ctx, struct mem_space *space, const struct vmcoreinfo *info,
	struct kallsyms **ret, struct vmt_err *err);

/* How addresses are told ("base-relative", ...), and how many symbols there are: for tests. */

/* Whether more symbols had one address than CAP_KALLSYMS_ALIASES: the rest was not looked at. */
bool kallsyms_is_capped(const struct kallsyms *ks);

/* The symbol that addr lies in. NOTFOUND where none does (module, user or tiny addresses). */
int kallsyms_at(struct kallsyms *ks, uint64_t addr, struct kallsym *ret, struct vmt_err *err);

/*
 * The address of a name; NOTFOUND. Of several of that name, the first by address. Per-CPU symbols
 * are offsets where the kernel keeps them so (x86 to 6.14).
 */
int kallsyms_find(struct kallsyms *ks, const char *name, uint64_t *ret, struct vmt_err *err);

#endif
