/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a kernel's command line (kernel/params.c): quoted, and up to "--". */
#ifndef VMT_READINESS_KERNEL_WORDS_H
#define VMT_READINESS_KERNEL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/alloc.h"

struct kernel_word {
	const char *name, *value; /* value NULL: there is no '=' */
	size_t name_len, value_len;
};

/* Cuts the next word off *line. False: there is none. */
bool kernel_words_next(const char **line, struct kernel_word *ret);

/* Whether the word has that name; '-' and '_' are the same, as for the kernel. */
bool kernel_words_is(const struct kernel_word *word, const char *name);

/* Whether a parameter is there at all. line may be NULL. */
bool kernel_words_has(const char *line, const char *name);

/* The last value of a parameter, a talloc child of ctx; NULL: none, or no memory. */
char *kernel_words_value(TALLOC_CTX *ctx, const char *line, const char *name);

#endif
