/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both forms of a schedule share. */
#ifndef VMT_TIMELINE_SCHEDULE_INTERNAL_H
#define VMT_TIMELINE_SCHEDULE_INTERNAL_H

#include "timeline/schedule.h"

struct words {
	const char *p, *end;
};

/* The next word; false: there is none. */
bool words_next(struct words *w, const char **word, size_t *len);

/* A decimal number of at most most, and moves past it. */
bool words_number(const char **p, const char *end, unsigned most, unsigned *ret);

/* Bits from first to last, each step. */
uint64_t schedule_bits(unsigned first, unsigned last, unsigned step);

#endif
