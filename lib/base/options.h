/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_BASE_OPTIONS_H
#define VMT_BASE_OPTIONS_H

#include "base/err.h"

/*
 * Copies the caller's options (NULL: the defaults) to own and checks them. VMT_ERR_USAGE: not
 * valid.
 */
int options_read(struct vmt_options *own, const struct vmt_options *opts, struct vmt_err *err);

#endif
