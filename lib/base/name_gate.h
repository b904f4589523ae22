/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The gate for strings from an input (a log, a dump, a file with debuginfo) that become part of a
 * path, a URL, a package name or a command for the user to copy. Check the string here before
 * building any of these. A string that is only displayed or compared needs no check.
 */
#ifndef VMT_BASE_NAME_GATE_H
#define VMT_BASE_NAME_GATE_H

#include <stdbool.h>

/*
 * For a kernel release or a module name: ASCII letters, digits and ._+-~:@,=^, beginning with a
 * letter, a digit or '_', 255 bytes at most. Nothing in it is special to a file system, a shell or
 * a pattern.
 */
bool name_is_plain(const char *name);

/*
 * ASCII letters, digits and these marks, and at least one of them: for names whose place allows
 * less than name_is_plain() lets through, such as one of a list in a boot option. NULL is none.
 */
bool name_is_word(const char *name, const char *marks);

/* A single file name: UTF-8 without control characters and '/', not "." or "..". */
bool name_is_file(const char *name);

/* A path, relative or absolute, that never goes up: all its parts are file names or ".". */
bool path_is_inside(const char *path);

/* Lower-case hexadecimal digits, for 2 to CAP_BUILD_ID bytes. */
bool build_id_is_valid(const char *id);

#endif
