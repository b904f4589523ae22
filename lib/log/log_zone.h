/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time zones as programs write them after a time. */
#ifndef VMT_LOG_LOG_ZONE_H
#define VMT_LOG_LOG_ZONE_H

#include "log/log_eat.h"

/*
 * Takes "Z", "+01:00", "-0500", "+05" or a name off s. Returns whether it says how far from UTC the
 * time is: *off, in seconds. A name that more than one zone has does not, and is taken all the
 * same.
 */
bool log_zone_eat(struct log_eat *s, int64_t *off);

#endif
