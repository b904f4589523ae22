/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel's own symbol table, which is compressed in its memory: from address to name and from
 * name to address, decompressing no more than one answer needs. Mirrors scripts/kallsyms.c and
 * kernel/kallsyms.c.
 */
#ifndef VMT_IMAGE_KALLSYMS_H
#define VMT_IMAGE_KALLSYMS_H

#include "dump/vmcoreinfo.h"
#include "mem/space.h"

#define KALLSYMS_NAME_MAX 512 /* KSYM_NAME_LEN since 6.1; 128 before */

struct kallsyms;

struct kallsym {
	char name[KALLSYMS_NAME_MAX];
	char type; /* as in nm: upper case is global */
	uint64_t addr;
	uint64_t size; /* distance to the next symbol; 0: not known */
};

/*
 * Finds the tables by VMCOREINFO (6.0 and later), or else by a search through the image's read-only
 * data, and checks them against SYMBOL(_stext). VMT_ERR_NODATA: this kernel has none that can be
 * read. *ret is a talloc child of ctx.
 */
int kallsyms_open(TALLOC_CTX *ctx, struct mem_space *space, const struct vmcoreinfo *info,
	struct kallsyms **ret, struct vmt_err *err);

/*
 * From now on, the pages that a lookup reads depend on its name alone. A dump that is cut to these
 * pages can answer it again, whatever else is looked up then.
 */
void kallsyms_search_plainly(struct kallsyms *ks);

/* Symbols that the kernel's own table lacks: without CONFIG_KALLSYMS_ALL, it has only functions. */
struct kallsyms_more {
	bool (*find)(void *priv, const char *name, uint64_t *ret);
	bool (*at)(void *priv, uint64_t addr, struct kallsym *ret); /* the one that contains it */
	void *priv;
};

/* From now on, what is not in the table is looked up there; of two symbols before an address, the
 * nearer one counts. */
void kallsyms_add(struct kallsyms *ks, const struct kallsyms_more *more);

/* Whether an address had more symbols than CAP_KALLSYMS_ALIASES. The others were not examined. */
bool kallsyms_is_capped(const struct kallsyms *ks);

/* Finds the symbol that contains addr. VMT_ERR_NOTFOUND: none (module, user or tiny addresses). */
int kallsyms_at(struct kallsyms *ks, uint64_t addr, struct kallsym *ret, struct vmt_err *err);

/*
 * Finds the address of a name. VMT_ERR_NOTFOUND: there is none. If several symbols have the name,
 * a global one that is met, or the one where kernels usually have it, or else the one with the
 * lowest address. Per-CPU symbols are offsets if the kernel stores them so (x86 up to 6.14).
 */
int kallsyms_find(struct kallsyms *ks, const char *name, uint64_t *ret, struct vmt_err *err);

/*
 * Whether a symbol may be exactly at addr: false if the table shows that there is none. After
 * kallsyms_search_plainly() always true, so that a dump that is cut has the names' pages, too.
 */
bool kallsyms_may_begin(struct kallsyms *ks, uint64_t addr);

/*
 * How many of the kernel's symbols have an address below that of the last one up to addr. False:
 * not known.
 */
bool kallsyms_rank(struct kallsyms *ks, uint64_t addr, uint32_t *ret);

/* Whether exactly one symbol has this name: static functions may share one. */
bool kallsyms_is_only(struct kallsyms *ks, const char *name);

#endif
