// SPDX-License-Identifier: GPL-3.0-or-later
#include "contain/bounds.h"

#include "base/diag.h"
#include "base/sized.h"

/*
 * The triage of a dump takes some hundred MiB, and a second: these are for the largest machines,
 * whose bitmaps alone have GiB, and for dumps that must be unpacked first.
 */
#define DEFAULT_MEMORY (4ull << 30)
#define DEFAULT_SECONDS 600

#define KEEP_MAX (64u << 20)

int bounds_read(struct contain_options *opts, const struct vmt_contain *theirs, struct vmt_err *err)
{
	struct vmt_contain own;
	int rc = sized_read(&own, sizeof(own), theirs, err);

	opts->memory = own.memory ? own.memory : DEFAULT_MEMORY;
	opts->seconds = own.seconds ? own.seconds : DEFAULT_SECONDS;
	return rc;
}

/* So little of narrow bounds that what could be read without it can be read with it. */
size_t bounds_keep(const struct contain_options *opts)
{
	return opts->memory && opts->memory / 16 < KEEP_MAX ? (size_t)opts->memory / 16 : KEEP_MAX;
}

int bounds_error(const struct contain_result *result, const char *name, struct vmt_err *err)
{
	return err_set(err, VMT_ERR_WORKER, "%s: the worker that read it failed: %s", name,
		result->why ? result->why : "its answer makes no sense");
}

const char *bounds_id(enum contain_end end)
{
	switch (end) {
	case CONTAIN_DIED:
		return diag_id(DIAG_WORKER_DIED);
	case CONTAIN_TIMEOUT:
		return diag_id(DIAG_WORKER_TIMEOUT);
	case CONTAIN_MEMORY:
		return diag_id(DIAG_WORKER_MEMORY);
	default:
		return NULL;
	}
}
