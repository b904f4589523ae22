/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of a text that are to be seen at once. */
#ifndef VMT_REPORT_MARKS_H
#define VMT_REPORT_MARKS_H

#include <stddef.h>

/*
 * The first word (letters, digits, '_') in len bytes of a text that is one of the marks. Returns
 * its length, and where it is in *at; 0: there is none.
 */
size_t marks_find(
	const char *text, size_t len, const char *const *marks, size_t n_marks, size_t *at);

#endif
