/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wtmpdb(8), which replaces wtmp: logins, boots and shutdowns in a database of SQLite. */
#ifndef VMT_ARCHIVE_WTMPDB_H
#define VMT_ARCHIVE_WTMPDB_H

#include "timeline/event_list.h"

/* A file that is none, or cannot be read, adds nothing; nor does any without SQLite. */
int wtmpdb_read(struct event_list *list, const char *path, struct vmt_err *err);

#endif
