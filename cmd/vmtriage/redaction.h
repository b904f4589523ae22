/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --redact: what is personal becomes pseudonyms, the same in all that one run writes. */
#ifndef VMTRIAGE_REDACTION_H
#define VMTRIAGE_REDACTION_H

#include "common.h"

/* Sets *ret to NULL unless c asks for it. False: it failed, which was complained about. */
bool redaction_open(const struct common *c, struct vmt_redaction **ret);

/* Says on standard error what was replaced, unless quiet, and frees it. */
void redaction_close(const struct common *c, struct vmt_redaction *redaction, bool done);

#endif
