/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answer to "which release has the fix?": sources and their indexes, a query, candidates. */
#ifndef VMT_FIXES_ANSWER_H
#define VMT_FIXES_ANSWER_H

#include "fixes/rank.h"
#include "fixes/sources.h"
#include "fixes/version.h"

/* Sources of one machine: a disk with all its old kernels has fewer. */
#define ANSWER_SOURCES_MOST 64

struct answer {
	const struct vmt_report *report;
	const struct vmt_fixes_options *opts;
	struct vmt_fixes *fixes;     /* the result; all else is temporary */
	struct vmt_fix_source *rows; /* fixes->sources */
	TALLOC_CTX *tmp;
	const struct where *where; /* or NULL */
	bool kept;		   /* only what has an index already, of what the machine has */
	struct root_files *root;   /* of sources that were found; NULL: they were given */
	struct kernel_version kernel;
	const struct vmt_module *driver; /* to blame, and not of the kernel's sources; or NULL */
	struct fix_source whence;	 /* path NULL: there is none */
	bool whence_found;		 /* of the machine, not given */
};

/* One that is read. */
struct answer_source {
	struct fix_source source;
	struct fixes_index *index; /* NULL: it could not be read */
	bool driver;		   /* it tells of a->driver */
	bool foreign;		   /* its packages are of another distribution than the kernel */
	struct kernel_version ran; /* what its releases are compared with */
};

/*
 * vmt_fixes_find(); opts are the library's own copy, with nothing NULL that matters. where: or
 * NULL. kept: of the machine's sources only those that have an index, and none is read.
 */
int answer_make(const struct vmt_report *report, const struct vmt_fixes_options *opts,
	const struct where *where, bool kept, struct vmt_fixes **ret, struct vmt_err *err);

/* The sources to read, and what fixes->sources and fixes->driver say of them. */
int answer_sources(struct answer *a, struct answer_source **ret, size_t *n, struct vmt_err *err);

/* Fills fixes->firmware, of a->whence. */
int answer_firmware(struct answer *a, struct vmt_err *err);

/*
 * The index of a source: the one in the cache folder if it is of the source as it is now, else a
 * new one, which is kept there if that is possible.
 */
int answer_index(struct answer *a, const struct fix_source *source, struct fixes_index **ret,
	struct vmt_err *err);

/*
 * Whether the cache folder has indexes whose name begins so: "" any. cache: as
 * vmt_fixes_options.cache.
 */
bool answer_index_any(const char *cache, const char *begin);

/* Whether there is an index of the source as it is now. */
bool answer_index_kept(struct answer *a, const struct fix_source *source);

/* What a report says of its crash; parts are the report's, or talloc children of ctx. */
int answer_query(TALLOC_CTX *ctx, const struct vmt_report *report, struct rank_query *ret,
	struct vmt_err *err);

/* How many fixes of an index came after the kernel. */
int answer_count_newer(const struct answer_source *s, uint64_t *newer, struct vmt_err *err);

/*
 * Fills *ret with a match of a source, which is fixes->sources[source]. *ret's parts are talloc
 * children of a->fixes.
 */
int answer_match(struct answer *a, const struct answer_source *s, size_t source,
	const struct rank_match *m, struct vmt_fix *ret, struct vmt_err *err);

#endif
