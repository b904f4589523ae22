/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An entry for systemd's journal, with fields. libsystemd is loaded when it is sent. */
#ifndef VMTRIAGE_SDJOURNAL_H
#define VMTRIAGE_SDJOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#define SDJOURNAL_MOST 96 /* fields; a report has fewer */

struct sdjournal {
	char *fields[SDJOURNAL_MOST]; /* "NAME=value" */
	size_t n;
};

/*
 * Adds a field, also one that is there already: a field may have several values. The value is
 * escaped: it may be of a dump. NULL: nothing is added.
 */
void sdjournal_add(struct sdjournal *j, const char *name, const char *value);

/* false: there is no journal here. */
bool sdjournal_send(const struct sdjournal *j);

/* Frees the fields. */
void sdjournal_done(struct sdjournal *j);

/* Whether standard output goes to the journal anyway. */
bool sdjournal_is_output(void);

#endif
