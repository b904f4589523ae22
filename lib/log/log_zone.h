/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time zones as programs write them after a time. */
#ifndef VMT_LOG_LOG_ZONE_H
#define VMT_LOG_LOG_ZONE_H

#include "log/log_eat.h"

/*
 * Consumes "Z", "+01:00", "-0500", "+05" or a zone name. Returns whether it determines the offset
 * from UTC: *off, in seconds. The name of more than one zone does not, but is consumed as well.
 */
bool log_zone_eat(struct log_eat *s, int64_t *off);

#endif
