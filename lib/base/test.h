/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The headers that cmocka.h requires, in one place. For tests only. */
#ifndef VMT_BASE_TEST_H
#define VMT_BASE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#endif
