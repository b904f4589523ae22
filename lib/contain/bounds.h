/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bounds that a caller of the library sets, and what became of a job as an error of the API. */
#ifndef VMT_CONTAIN_BOUNDS_H
#define VMT_CONTAIN_BOUNDS_H

#include "contain/contain.h"

/* Sets memory and seconds. theirs: NULL: the defaults. */
int bounds_read(
	struct contain_options *opts, const struct vmt_contain *theirs, struct vmt_err *err);

/* Bytes that a worker with these bounds may use for vmt_keep_new(). */
size_t bounds_keep(const struct contain_options *opts);

/* Sets err to VMT_ERR_WORKER for a job that did not end by itself. name: of what it read. */
int bounds_error(const struct contain_result *result, const char *name, struct vmt_err *err);

/* The diagnostic's id for such an end; NULL: the job ended by itself. */
const char *bounds_id(enum contain_end end);

#endif
