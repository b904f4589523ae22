/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The triage of a folder with one crash, and what the files beside a crash say about its dump. */
#ifndef VMT_FACADE_TRIAGE_FOLDER_H
#define VMT_FACADE_TRIAGE_FOLDER_H

#include "facade/triage_run.h"

/*
 * Triages the folder's inputs, the best source first, until one shows a crash. Inputs that are of
 * no use become a diagnostic. If none shows a crash, the first that can be read is reported.
 */
int triage_folder(const struct vmt_options *opts, const char *path, struct vmt_report **ret,
	struct vmt_err *err);

/*
 * For a log from a crash's folder, or an incomplete dump: that its dump failed, and why, where a
 * file in the folder says so. Found before anything is judged, since it changes the advice, and
 * told after what went wrong in the steps.
 */
void triage_find_failed_dump(struct triage *t);
void triage_tell_failed_dump(struct triage *t);

/* In ABRT's problem folder: the time and the host, as far as nothing better tells them. */
void triage_take_abrt(struct triage *t);

#endif
