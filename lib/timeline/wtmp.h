/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wtmp(5): logins, boots and shutdowns. */
#ifndef VMT_TIMELINE_WTMP_H
#define VMT_TIMELINE_WTMP_H

#include "timeline/event_list.h"

/* Reads a whole file. VMT_ERR_FORMAT: its records are neither of x86_64 nor of arm64. */
int wtmp_read(struct event_list *list, const void *data, size_t len, struct vmt_err *err);

#endif
