/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The crash that is meant where a folder, an archive, a pipe or nothing at all is given. */
#ifndef VMTRIAGE_NEWEST_H
#define VMTRIAGE_NEWEST_H

#include "common.h"
#include "output.h"
#include "vmtriage.h"

struct newest {
	struct vmt_report *report; /* NULL: no crash was found, which was complained about */
	bool unread; /* what may be newer could not be read, which was complained about */
	struct vmt_report *own; /* of these owners, newest_done() frees what is set */
	struct vmt_list *list;
	struct vmt_reports *deaths; /* of a URL; or NULL */
	size_t next;		    /* the entry of the list, or the death, after the newest */
	const char *given;	    /* the folder; NULL: the places of this machine */
	bool again;		    /* the list was made without debuginfo */
};

/*
 * As vmt_triage(), but of a folder or an archive with several crashes the newest, with a note on
 * standard error of how many there are. Only crashes in the time that c asks for count.
 */
int newest_triage(const struct common *c, const struct vmt_options *options,
	const char *const *paths, size_t n, struct newest *ret, struct vmt_err *err);

/* The newest crash of a file on a server. */
int newest_url(const struct common *c, const struct vmt_options *options,
	const struct vmt_file *file, struct newest *ret, struct vmt_err *err);

/*
 * Puts the next older crash in place of the newest. false: there is none. Its report is NULL if it
 * can no longer be read, which was complained about.
 */
bool newest_next(const struct common *c, const struct vmt_options *options, struct newest *newest);

/* The newest crash of where this machine keeps them. */
int newest_here(const struct common *c, const struct vmt_options *options, struct newest *ret,
	struct vmt_err *err);

/*
 * After the error err with a folder or an archive that has several crashes: puts the files of its
 * newest dump in place of it, with a note, so that the command can be repeated. in->paths is valid
 * until newest_done(). false: it has none, or err says something else.
 */
bool newest_dump(
	const struct common *c, struct output_inputs *in, struct newest *ret, struct vmt_err *err);

/* Frees what those above have set. */
void newest_done(struct newest *newest);

/*
 * The places where this machine keeps its crashes. Without a crash there, newest_complain() says
 * where that was looked at, and what else can be done.
 */
void newest_complain(const struct common *c, const struct vmt_places *places);

/* After the error rc with path: where else the log may be, if it is a folder without one. */
void newest_hint(const struct common *c, const char *path, int rc);

/*
 * Whether a log or a dump comes on standard input, for a command without a file. Only a pipe, a
 * socket or a file can bring one. A pipe that stays empty is none: cron, services and ssh without a
 * terminal have such.
 */
bool newest_is_piped(void);

#endif
