/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_DUMP_CORE_ELF_H
#define VMT_DUMP_CORE_ELF_H

#include "dump/format.h"

/* ELF cores of a kernel: /proc/vmcore itself, makedumpfile -E, QEMU's dump-guest-memory. */
extern const struct dump_format core_elf_format;

#endif
