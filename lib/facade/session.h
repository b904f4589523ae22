/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One input while it is worked on: its files, what they turned out to be, and what was opened. */
#ifndef VMT_FACADE_SESSION_H
#define VMT_FACADE_SESSION_H

#include "base/diag.h"
#include "dump/dump.h"
#include "dump/vmcoreinfo.h"
#include "io/layers.h"
#include "log/pstore.h"
#include "mem/space.h"

struct session {
	struct diag_list diags;
	struct vmt_file *given; /* what was to be read: paths of folders and siblings, too */
	struct source **files;	/* as on disk */
	struct source **inside; /* without their outer layers */
	size_t n;
	struct layers layers; /* of the first file */
	bool crowded;	      /* not all files of its folder were looked at for other parts */

	/* exactly one of the two, after session_open() */
	struct dump *dump;
	struct source *text;
	bool parts_capped;	 /* more parts of a split dump lie there than are taken */
	struct pstore_gaps gaps; /* of a text that was joined from parts */

	struct vmcoreinfo *info;
	struct mem_space *space;
};

/*
 * Opens the files, peels their layers, and finds out what they are. A folder stands for the files
 * of one crash in it. Given the path of one file of a split dump, the others are taken from its
 * folder. The session is a talloc child of ctx that owns all but what is behind the files.
 */
int session_open(TALLOC_CTX *ctx, const struct vmt_file *files, size_t n, struct session **ret,
	struct vmt_err *err);

/* A child of ctx; NULL: no memory. */
struct vmt_file *session_files(TALLOC_CTX *ctx, const char *const *paths, size_t n);

/* What a file is called where it is spoken of; never NULL. */
const char *session_file_name(const struct vmt_file *file);

/*
 * Finds VMCOREINFO: in the container, else by a search through memory. Diagnostics about that hang
 * on ctx.
 */
int session_find_info(struct session *s, TALLOC_CTX *ctx, struct vmt_err *err);

/* Sets up the address space; needs nothing but the dump, and is better with the info. */
int session_find_memory(struct session *s, struct vmt_err *err);

/*
 * The whole triage of an opened session (lib/vmtriage.c); the report does not need it afterwards.
 * name: of the input.
 */
int session_triage(struct session *s, const struct vmt_options *opts, const char *name,
	struct vmt_report **ret, struct vmt_err *err);

uint64_t session_size(const struct session *s); /* bytes on disk, all files */
uint64_t session_bytes_read(const struct session *s);

#endif
