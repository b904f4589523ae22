/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which report is dropped if a log has more than CAP_EVENTS. */
#ifndef VMT_OOPS_DROP_H
#define VMT_OOPS_DROP_H

#include "oops/build.h"

/* Drops and counts one event, but never one that an open build refers to or that may be judged. */
void oops_drop_one(struct oops_log *log, struct oops_build *const *open, size_t n_open);

/* Removes event i. */
void oops_drop_at(struct oops_log *log, size_t i);

#endif
