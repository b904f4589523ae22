/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hour and the day of a crash, in SQL; NULL if it has no time. Before 1970, % is negative. */
#ifndef VMT_ARCHIVE_HISTORY_CLOCK_H
#define VMT_ARCHIVE_HISTORY_CLOCK_H

#define HISTORY_SECONDS "(coalesce(time, local_time) / 1000000000)"
#define HISTORY_SECOND_OF_DAY "(((" HISTORY_SECONDS " % 86400) + 86400) % 86400)"
#define HISTORY_HOUR "(" HISTORY_SECOND_OF_DAY " / 3600)"
/* Days since 1970, which began with a Thursday. */
#define HISTORY_DAY "((" HISTORY_SECONDS " - " HISTORY_SECOND_OF_DAY ") / 86400)"
/* From Monday on. */
#define HISTORY_WEEKDAY "(((" HISTORY_DAY " + 3) % 7 + 7) % 7)"

#endif
