/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Topics: what a fix says that was wrong, in whatever words, and what a kind of crash may come
 * from.
 */
#ifndef VMT_FIXES_TOPICS_H
#define VMT_FIXES_TOPICS_H

#include <stddef.h>
#include <stdint.h>

#include "oops/kind.h"

/* Bit i is topic i. */
typedef uint32_t topics;

#define TOPICS_MOST 32

/* The topics whose words are in the text. */
topics topics_of_text(const char *text);

/* 0: none fits the kind. */
topics topics_of_kind(enum oops_kind_id kind);

/* Its words, "use after free": static. NULL past the last. */
const char *topic_name(unsigned topic);

#endif
