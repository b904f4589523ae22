/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What registers point to, in words. */
#ifndef VMT_REPORT_EXPLAINED_H
#define VMT_REPORT_EXPLAINED_H

#include "report/page.h"

/* A line for each register that points to something. */
void explained_put(struct page *p, const struct vmt_report *r);

/* The arguments and variables at the fault. */
void explained_put_variables(struct page *p, const struct vmt_report *r);

/* The instructions around the fault. */
void explained_put_code(struct page *p, const struct vmt_report *r);

#endif
