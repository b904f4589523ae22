/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The id that Linux gives each boot: 16 bytes, shown as a UUID. */
#ifndef VMT_BASE_BOOT_ID_H
#define VMT_BASE_BOOT_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/alloc.h"

#define BOOT_ID_LEN 16

/* Zeros are no id. */
bool boot_id_is_known(const uint8_t id[BOOT_ID_LEN]);

/* As /proc/sys/kernel/random/boot_id shows it, a child of ctx; NULL: no id, or no memory. */
const char *boot_id_text(TALLOC_CTX *ctx, const uint8_t id[BOOT_ID_LEN]);

#endif
