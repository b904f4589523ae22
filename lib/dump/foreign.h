/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what a file is that was given by mistake. */
#ifndef VMT_DUMP_FOREIGN_H
#define VMT_DUMP_FOREIGN_H

#include "io/source.h"

/*
 * How many bytes of a file's beginning are examined here and by the formats. The magic of tar is at
 * 257.
 */
#define FOREIGN_HEAD 4096

/* What the bytes are ("an ELF executable"), and what to do about it. NULL: not known. Static. */
const char *foreign_describe(const uint8_t *head, size_t len);

/* Sets err to "NAME: not a crash dump: ..." and returns VMT_ERR_FORMAT. */
int foreign_refuse(const struct source *src, const uint8_t *head, size_t len, struct vmt_err *err);

#endif
