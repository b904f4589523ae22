/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folder of vmtriage listen as it is on disk, which somebody may have changed: how much is in
 * it, and what goes when that is too much. Folders of crashes stay.
 */
#ifndef VMTRIAGE_LISTEN_TREE_H
#define VMTRIAGE_LISTEN_TREE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes in all files, and how many hosts have a folder. */
void listen_tree_measure(int dir, uint64_t *bytes, unsigned *hosts);

/* Removes logs, rotated ones first, each time the oldest, until that many bytes are gone. */
void listen_tree_drop_logs(int dir, uint64_t bytes);

/*
 * Removes n hosts without a crash, the ones that were not heard for longest. Returns how many it
 * removed, and takes their bytes from *bytes.
 */
unsigned listen_tree_drop_hosts(int dir, unsigned n, _Atomic uint64_t *bytes);

/* Folders in the folder of a host: its crashes. */
unsigned listen_tree_count_folders(int host);

#endif
