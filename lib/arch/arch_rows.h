/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The architectures that can be read, each in its arch_NAME.c. */
#ifndef VMT_ARCH_ARCH_ROWS_H
#define VMT_ARCH_ARCH_ROWS_H

#include "arch/arch.h"

extern const struct arch arch_aarch64;
extern const struct arch arch_x86_64;

#endif
