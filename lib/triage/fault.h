/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Determines what the access was, from an event's words, error codes and registers. */
#ifndef VMT_TRIAGE_FAULT_H
#define VMT_TRIAGE_FAULT_H

#include "oops/event.h"

/* "read", "write", "exec"; NULL: not known. */
const char *fault_access(const struct oops_event *ev, const char *arch);

/* The address of the CPU's last page fault, which may belong to another report. */
struct vmt_u64 fault_noted_address(const struct oops_event *ev);

/* The address that was accessed. */
struct vmt_u64 fault_address(const struct oops_event *ev);

#endif
