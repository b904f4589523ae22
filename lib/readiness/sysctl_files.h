/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of sysctl.d(5) set at boot. Of files with the same name the one in /etc counts,
 * then /run, /usr/local/lib, /usr/lib, /lib. All are read in the order of their names, and the last
 * value of a key counts.
 */
#ifndef VMT_READINESS_SYSCTL_FILES_H
#define VMT_READINESS_SYSCTL_FILES_H

#include "base/root_files.h"

struct sysctl_setting {
	const char *key; /* with dots */
	const char *value, *file;
};

struct sysctl_files {
	struct sysctl_setting *items; /* in the order in which they are applied */
	size_t n;
	bool denied; /* a file could not be read */
};

/* A talloc child of ctx; NULL: no memory. */
struct sysctl_files *sysctl_files_read(TALLOC_CTX *ctx, const struct root_files *root);

/* The setting that is applied last; NULL: no file has the key. */
const struct sysctl_setting *sysctl_files_find(const struct sysctl_files *files, const char *key);

/* One file's text. False: no memory. */
bool sysctl_files_parse(struct sysctl_files *files, const char *file, const char *text);

#endif
