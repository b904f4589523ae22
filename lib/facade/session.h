/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One input during its triage: its files, what they turned out to be, and what was opened. */
#ifndef VMT_FACADE_SESSION_H
#define VMT_FACADE_SESSION_H

#include "base/diag.h"
#include "dump/dump.h"
#include "dump/vmcoreinfo.h"
#include "facade/folder.h"
#include "io/layers.h"
#include "io/spool.h"
#include "log/pstore.h"
#include "mem/space.h"

struct session {
	struct diag_list diags;
	struct spool_budget *opened; /* owns what was opened */
	struct vmt_file
		*given; /* as given, and files that were added: from a folder, or as siblings */
	struct source **files;	/* as on disk */
	struct source **inside; /* without their outer layers */
	size_t n;
	struct layers layers; /* of the first file; on_disk and unpacked are of all */
	bool crowded;	      /* not all files of its folder were checked for other parts */

	/* exactly one of these two is set after session_open() */
	struct dump *dump;
	struct source *text;
	uint64_t turned;   /* the text had its newest line first: its lines, now in order; else 0 */
	bool parts_capped; /* there are more parts of the split dump than were taken */
	struct pstore_gaps gaps; /* of a text that was joined from parts */
	uint64_t stamp;		 /* when the kernel wrote the newest of these; 0: not known */

	const char *failed; /* what is known of dumps of this crash that are of no use; or NULL */

	struct vmcoreinfo *info;
	struct mem_space *space;
};

/*
 * Opens the files, removes their outer layers, and finds out what they are. A folder is replaced by
 * the files of the crash in it. For the path of one part of a split dump, the other parts are taken
 * from its folder. The session is a talloc child of ctx; descriptors and data in files stay the
 * caller's. opts: how much temporary space they may take, all together; NULL: the default.
 */
int session_open(TALLOC_CTX *ctx, const struct vmt_options *opts, const struct vmt_file *files,
	size_t n, struct session **ret, struct vmt_err *err);

/* Whether the only file is a folder. */
bool session_is_folder(const struct vmt_file *files, size_t n);

/* The same for one of the inputs that a folder has; ctx must outlive the session. */
int session_open_input(TALLOC_CTX *ctx, const struct vmt_options *opts,
	const struct folder_input *input, struct session **ret, struct vmt_err *err);

/* A talloc child of ctx; NULL: no memory. */
struct vmt_file *session_files(TALLOC_CTX *ctx, const char *const *paths, size_t n);

/* The name of a file for messages; never NULL. */
const char *session_file_name(const struct vmt_file *file);

/*
 * Finds VMCOREINFO: in the container, else by a search through memory. Diagnostics are talloc
 * children of ctx.
 */
int session_find_info(struct session *s, TALLOC_CTX *ctx, struct vmt_err *err);

/* Sets up the address space; works with the dump alone, but better with VMCOREINFO. */
int session_find_memory(struct session *s, struct vmt_err *err);

/*
 * The complete triage of an open session (lib/vmtriage.c); the report does not depend on the
 * session. name is the input's.
 */
int session_triage(struct session *s, const struct vmt_options *opts, const char *name,
	struct vmt_report **ret, struct vmt_err *err);

/* The stacks of a dump, as vmt_stacks_read(); they do not depend on the session. */
int session_read_stacks(struct session *s, const struct vmt_options *opts, bool all,
	struct vmt_stacks **ret, struct vmt_err *err);

uint64_t session_size(const struct session *s); /* bytes on disk, all files */
uint64_t session_bytes_read(const struct session *s);

#endif
