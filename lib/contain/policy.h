/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which files a worker gets. It cannot open any itself: it asks its parent, which opens those that
 * belong to the job.
 */
#ifndef VMT_CONTAIN_POLICY_H
#define VMT_CONTAIN_POLICY_H

#include "contain/channel.h"

struct policy {
	/*
	 * The job's paths, each a file or a folder. What lies beside a file, and in a folder, may
	 * be read too: other parts of a split dump, a status file. Of "a.tar:member" also "a.tar".
	 */
	const char *const *paths;
	size_t n;
	/* Everything below these may be read. */
	const char *const *trees;
	size_t n_trees;
};

/* Opens what is asked for, for reading only, or an unlinked temporary file. A negative errno: no.
 */
int policy_open(const struct policy *policy, const struct frame_open *ask);

#endif
