/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_DUMP_KDUMP_H
#define VMT_DUMP_KDUMP_H

#include "dump/format.h"

/* kdump-compressed, also called diskdump: the default format of makedumpfile. */
extern const struct dump_format kdump_format;

#endif
