/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pager, as git and journalctl use it: for output to a terminal that is longer than the screen.
 * Short output, and all output if there is no pager, is written directly.
 */
#ifndef VMTRIAGE_PAGER_H
#define VMTRIAGE_PAGER_H

#include <stdbool.h>
#include <stdio.h>

struct pager;

/*
 * A stream for what goes to the terminal of standard output, which has that many rows and columns.
 * Text is held back until it is longer than the screen; then the pager starts. NULL: no pager is
 * wanted (VMTRIAGE_PAGER or PAGER is empty or "cat"), or none is there.
 * table: less does not wrap long lines, but scrolls to the side.
 */
struct pager *pager_open(unsigned rows, unsigned columns, bool table);

FILE *pager_stream(const struct pager *p);

/*
 * Writes what was held back, or waits until the user leaves the pager. A pager that ends early is
 * no error. If it could not run, all is written to standard output. Frees p.
 */
void pager_close(struct pager *p);

#endif
