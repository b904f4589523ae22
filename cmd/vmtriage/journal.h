/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal of a machine, read by running journalctl(1). */
#ifndef VMTRIAGE_JOURNAL_H
#define VMTRIAGE_JOURNAL_H

#include <stdbool.h>
#include <sys/types.h>

struct journal {
	int fd; /* to read from; -1: there is none */
	pid_t pid;
};

/*
 * Starts journalctl for this machine (root NULL), or for the tree of another one that holds a
 * journal. Where it is not installed there is no journal.
 */
void journal_open(struct journal *j, const char *root);

/* Runs journalctl with these arguments, which end with NULL. */
void journal_run(struct journal *j, const char *const *args);

/* Ends journalctl, and waits for it. */
void journal_close(struct journal *j);

#endif
