/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inputs that are on a server. */
#ifndef VMT_FACADE_WEB_FILE_H
#define VMT_FACADE_WEB_FILE_H

#include "facade/session.h"

/* Opens a VMT_FILE_URL. */
int url_source(
	TALLOC_CTX *ctx, const struct vmt_file *file, struct source **ret, struct vmt_err *err);

/*
 * Fails if a server did while the session read from it, for good. What looks missing in the dump is
 * then on the server: a result would be wrong.
 */
int url_check_session(const struct session *s, struct vmt_err *err);

/* Says in the diagnostics what was fetched. */
void url_tell_cost(struct session *s, TALLOC_CTX *ctx);

#endif
