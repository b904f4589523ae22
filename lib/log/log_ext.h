/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Extended records of /dev/kmsg and netconsole: put in the order of their sequence numbers, since
 * UDP does not keep it, fragments joined, continuations joined to what they continue. For
 * log_text.c.
 */
#ifndef VMT_LOG_LOG_EXT_H
#define VMT_LOG_LOG_EXT_H

#include <talloc.h>

#include "base/err.h"
#include "log/log_wrap.h"

struct log_ext;

int log_ext_new(
	TALLOC_CTX *ctx, log_sink sink, void *arg, struct log_ext **ret, struct vmt_err *err);

/*
 * Takes a record that is_ext, not unescaped; a fragment too. It may be pushed now or later. Returns
 * 0 or what the sink returned.
 */
int log_ext_take(struct log_ext *ext, const struct log_wrap *w);

/* The last record was followed by len bytes of its key=value lines, which fragments count. */
void log_ext_add_dict(struct log_ext *ext, size_t len);

/* Where in such a line the next fragment of that record begins; NULL: nowhere. */
const char *log_ext_find_sibling(const struct log_ext *ext, const char *p, size_t len);

/* A line that is no extended record follows: pushes what waits only for its continuation. */
int log_ext_settle(struct log_ext *ext);

/* Whether records came from more hosts than CAP_TEXT_HOSTS: the last ones' are mixed. */
bool log_ext_is_mixed(const struct log_ext *ext);

/* The end: pushes everything. */
int log_ext_finish(struct log_ext *ext);

#endif
