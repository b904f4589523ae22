/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The gate for strings of an input (a log, a dump, a file with debuginfo) that are to become a part
 * of a path, a URL, a package's name or a command that the user copies. Whoever builds one of
 * these asks here first. A string that is only shown or compared needs no gate.
 */
#ifndef VMT_BASE_NAME_GATE_H
#define VMT_BASE_NAME_GATE_H

#include <stdbool.h>

/*
 * A release of the kernel, a module: letters, digits and ._+-~:@,=^ of ASCII, the first one a
 * letter, a digit or '_'; 255 bytes at most. Means nothing to a file system, a shell or a pattern.
 */
bool name_is_plain(const char *name);

/* The name of one file in a folder: UTF-8 without control characters and '/', not "." or "..". */
bool name_is_file(const char *name);

/* A path, relative or absolute, that never goes upwards: all its parts are file names or ".". */
bool path_is_inside(const char *path);

/* Lower-case hexadecimal digits of 2 to CAP_BUILD_ID bytes. */
bool build_id_is_valid(const char *id);

#endif
