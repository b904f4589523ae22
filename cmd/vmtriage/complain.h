/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMTRIAGE_COMPLAIN_H
#define VMTRIAGE_COMPLAIN_H

#include "vmtriage.h"

/* One line on stderr: "vmtriage: PATH: message"; path NULL: none. Control characters as \xNN. */
void complain(const char *path, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same for an error of the library, whose message may already name the path. */
void complain_err(const char *path, const struct vmt_err *err);

/* How many rows of the terminal complaints took so far. */
unsigned complain_rows(void);

#endif
