/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite, loaded when a history is first opened. See base/dynlib.h; called as sq->sqlite3_step().
 */
#ifndef VMT_ARCHIVE_SQLITE_API_H
#define VMT_ARCHIVE_SQLITE_API_H

#include <sqlite3.h>

#include "base/dynlib.h"

#define SQLITE_FUNCTIONS(F)                                                                        \
	F(sqlite3_bind_int64)                                                                      \
	F(sqlite3_bind_null)                                                                       \
	F(sqlite3_bind_parameter_count)                                                            \
	F(sqlite3_bind_parameter_name)                                                             \
	F(sqlite3_bind_text)                                                                       \
	F(sqlite3_busy_timeout)                                                                    \
	F(sqlite3_close_v2)                                                                        \
	F(sqlite3_column_int64)                                                                    \
	F(sqlite3_column_text)                                                                     \
	F(sqlite3_column_type)                                                                     \
	F(sqlite3_errmsg)                                                                          \
	F(sqlite3_exec)                                                                            \
	F(sqlite3_extended_errcode)                                                                \
	F(sqlite3_finalize)                                                                        \
	F(sqlite3_open_v2)                                                                         \
	F(sqlite3_prepare_v2)                                                                      \
	F(sqlite3_reset)                                                                           \
	F(sqlite3_step)                                                                            \
	F(sqlite3_system_errno)

struct sqlite_api {
	SQLITE_FUNCTIONS(DYNLIB_POINTER)
};

/* VMT_ERR_UNSUPPORTED: SQLite is not installed; the message says what to install. */
int sqlite_api_load(struct sqlite_api *sq, struct vmt_err *err);

#endif
