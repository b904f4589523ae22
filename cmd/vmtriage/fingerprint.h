/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether anything has changed in a folder since it was last looked at. */
#ifndef VMTRIAGE_FINGERPRINT_H
#define VMTRIAGE_FINGERPRINT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A number that depends on the names, sizes and times of the files in a folder and below it, but
 * not on reports that sidecar_write() left there. false: it could not be read, or has too many
 * files.
 */
bool fingerprint_folder(const char *path, uint64_t *ret);

#endif
