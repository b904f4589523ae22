/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of the dumps that were read, to read the next one of the same kernel faster. */
#ifndef VMT_FACADE_KEEP_H
#define VMT_FACADE_KEEP_H

#include "facade/session.h"

/* opts may be NULL. */
void keep_use(const struct vmt_options *opts, struct session *s);

#endif
