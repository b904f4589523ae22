/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_FACADE_CONTAINED_H
#define VMT_FACADE_CONTAINED_H

#include "base/err.h"

/* As vmt_triage_files(), in a worker. */
int contained_triage(const struct vmt_options *opts, const struct vmt_file *files, size_t n,
	struct vmt_report **ret, struct vmt_err *err);

/* As vmt_triage_deaths(), in a worker: that of opts->workers, if all files are paths. */
int contained_deaths(const struct vmt_options *opts, const struct vmt_file *files, size_t n,
	size_t most, struct vmt_reports **ret, struct vmt_err *err);

#endif
