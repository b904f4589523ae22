/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The history that a command adds its crashes to, and asks about them. */
#ifndef VMTRIAGE_HISTORY_H
#define VMTRIAGE_HISTORY_H

#include "common.h"
#include "vmtriage.h"

/*
 * Opens the history that c asks for, with flags as of vmt_history_open(): --history's, else
 * VMTRIAGE_HISTORY's, else the one in the state folder of the system (for root) or of the user.
 * *ret is NULL if there is none: with
 * --no-history, or if the default one cannot be used, which is complained about if it is there.
 * false: the one that was asked for cannot be used, which was complained about; a report goes on
 * without it.
 */
bool history_open(const struct common *c, unsigned flags, struct vmt_history **ret);

/*
 * Adds the crash of a report, and sets report->seen. history may be NULL. false: complained about.
 */
bool history_remember(struct vmt_history *history, struct vmt_report *report);

/* Adds the crashes of a list, if it has any, to the history that c asks for. The same. */
bool history_remember_all(const struct common *c, const struct vmt_list *list);

/*
 * The crashes that c asks for, of the history that it asks for: the newest ones (0: all), or with
 * by only their counts. NULL: there is no history, which was complained about.
 */
struct vmt_list *history_find(
	const struct common *c, unsigned newest, const char *by, unsigned summary);

#endif
