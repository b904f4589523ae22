/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line on a terminal that says how far what takes long is. It is erased at the end. */
#ifndef VMTRIAGE_PROGRESS_H
#define VMTRIAGE_PROGRESS_H

#include "vmtriage.h"

/* If standard error is a terminal, lets vmt_list_crashes() tell how far it is. */
void progress_begin(struct vmt_options *options);
/* The same for a batch, with a bar, the rate, and the time that is left. */
void progress_begin_bar(struct vmt_options *options);

/*
 * The same for vmt_fixes_find(), while it reads a file. If standard error is no terminal, one line
 * says so after two seconds.
 */
void progress_begin_reading(struct vmt_fixes_options *options);

/* The same for vmt_log_write(), while it unpacks the dump. */
void progress_begin_log(struct vmt_log_options *options);

/* The same for one dump, while it is unpacked, and while every page of it is searched. */
void progress_begin_pages(struct vmt_options *options);

/* Removes the line, if one is shown. */
void progress_end(void);

#endif
