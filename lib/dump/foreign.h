/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are given by mistake: saying what they are. */
#ifndef VMT_DUMP_FOREIGN_H
#define VMT_DUMP_FOREIGN_H

#include "io/source.h"

/* Bytes of a file's beginning that formats and this look at: a tar names itself at 257. */
#define FOREIGN_HEAD 4096

/* What the bytes are ("an ELF executable"), with what to do about it; NULL where not known. */
const char *foreign_describe(const uint8_t *head, size_t len);

/* Sets err to VMT_ERR_FORMAT, "NAME: not a crash dump: ...", and returns that. */
int foreign_refuse(const struct source *src, const uint8_t *head, size_t len, struct vmt_err *err);

#endif
