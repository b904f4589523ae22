/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions that the kernel's macros make of one system call. */
#ifndef VMT_BASE_SYSCALL_H
#define VMT_BASE_SYSCALL_H

#include <stddef.h>

/*
 * How much of the name (of len bytes) the macros added, and in *head what names the call instead:
 * 10 and "sys_" for "__x64_sys_read". 0: it is not the name of a system call, or is "sys_read"
 * itself.
 */
size_t syscall_prefix(const char *name, size_t len, const char **head);

#endif
