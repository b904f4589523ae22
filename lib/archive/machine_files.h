/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a machine that say what happened on it. */
#ifndef VMT_ARCHIVE_MACHINE_FILES_H
#define VMT_ARCHIVE_MACHINE_FILES_H

#include "base/alloc.h"
#include "timeline/event_list.h"

struct machine_files {
	TALLOC_CTX *ctx;
	const char *root; /* "" or a prefix */
	struct zone *zone;
	const char *zone_name; /* NULL: not known */
	const char *host;      /* NULL: not known */
};

/* Finds the name and the time zone of the machine. zone: what the caller says it is, or NULL. */
int machine_files_open(TALLOC_CTX *ctx, const char *root, const char *zone,
	struct machine_files *ret, struct vmt_err *err);

/* Adds what the logs say, and those of a journal (NULL: none). */
int machine_files_logs(const struct machine_files *m, const struct vmt_file *journal,
	struct event_list *list, struct vmt_err *err);

/* Adds what the configuration says was due. */
int machine_files_plans(const struct machine_files *m, int64_t first, int64_t last,
	struct event_list *list, struct vmt_err *err);

#endif
