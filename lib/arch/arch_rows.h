/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The architectures that can be read, each in its arch_NAME.c. */
#ifndef VMT_ARCH_ARCH_ROWS_H
#define VMT_ARCH_ARCH_ROWS_H

#include "arch/arch.h"

/* Declared here, listed in arch.c. */
#define ARCH_ROWS(ROW) ROW(aarch64) ROW(x86_64)

#define ARCH_DECLARE(name) extern const struct arch arch_##name;
ARCH_ROWS(ARCH_DECLARE)
#undef ARCH_DECLARE

#endif
