/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names that services give to the files of a crash. A name is a hint: content decides. */
#ifndef VMT_IO_CRASH_NAME_H
#define VMT_IO_CRASH_NAME_H

#include <stdbool.h>
#include <stddef.h>

enum crash_name_kind {
	CRASH_NAME_OTHER,
	CRASH_NAME_DUMP,     /* a dump that the service finished */
	CRASH_NAME_CUT_DUMP, /* one that it was still writing, or could not finish */
	CRASH_NAME_LOG,	     /* the kernel log of the crash */
	CRASH_NAME_STATUS,   /* says how saving the dump went */
	CRASH_NAME_NOTE,     /* says something of the crash, or of kdump: no input */
};

struct crash_name {
	enum crash_name_kind kind;
	unsigned rank; /* among the names: 1 is what to read first; 0: not a name of a crash's file
			*/
};

/* The name without its folder; also of a file in an archive, as "a.tar:vmcore". Points into path.
 */
const char *crash_name_own(const char *path);

/* path: of the file, or only its name. */
struct crash_name crash_name_of(const char *path);

/*
 * The i-th name, from 0, that a dump or a status file of the same crash as path may have. False: i
 * is past the last. The name is "" if this one does not apply.
 */
bool crash_name_sibling(size_t i, const char *path, char *buf, size_t size);

static inline bool crash_name_is_dump(struct crash_name name)
{
	return name.kind == CRASH_NAME_DUMP || name.kind == CRASH_NAME_CUT_DUMP;
}

#endif
