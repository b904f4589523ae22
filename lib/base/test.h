/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cmocka wants included before it, in one place. Tests only. */
#ifndef VMT_BASE_TEST_H
#define VMT_BASE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#endif
