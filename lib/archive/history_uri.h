/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be shown of the address of a server: never its password. */
#ifndef VMT_ARCHIVE_HISTORY_URI_H
#define VMT_ARCHIVE_HISTORY_URI_H

#include "base/alloc.h"

/* "postgresql://user@host/db": without the password and the parameters. NULL: no memory. */
char *history_uri_name(TALLOC_CTX *ctx, const char *uri);

/*
 * The lines of a message as one, with "***" for each of the secrets, which may be NULL. NULL: no
 * memory.
 */
char *history_uri_message(
	TALLOC_CTX *ctx, const char *message, const char *const *secrets, size_t n);

#endif
