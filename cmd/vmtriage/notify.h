/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What systemd is told of a service: the protocol of sd_notify(3), which is documented there. */
#ifndef VMTRIAGE_NOTIFY_H
#define VMTRIAGE_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/* "READY=1" and the like; lines. Does nothing where nobody listens. */
void notify(const char *state);

/* Microseconds within which "WATCHDOG=1" is expected of this process; 0: it is not. */
uint64_t notify_watchdog(void);

#endif
