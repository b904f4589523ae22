/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints log records as dmesg does. */
#ifndef VMT_LOG_LOG_PRINT_H
#define VMT_LOG_LOG_PRINT_H

#include <stdio.h>

#include "log/log.h"

/* A log_sink; arg is the FILE. Returns VMT_ERR_IO if writing fails. */
int log_print(void *arg, const struct log_record *rec);

/* The same with facility and level, as `dmesg -x` prints them: "kern  :err   : ". */
int log_print_levels(FILE *out, const struct log_record *rec);

#endif
