/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PostgreSQL's client library, loaded when a history on a server is opened. See base/dynlib.h. */
#ifndef VMT_ARCHIVE_PQ_API_H
#define VMT_ARCHIVE_PQ_API_H

#include <libpq-fe.h>

#include "base/dynlib.h"

#define PQ_FUNCTIONS(F)                                                                            \
	F(PQclear)                                                                                 \
	F(PQconnectdbParams)                                                                       \
	F(PQconninfoFree)                                                                          \
	F(PQconninfoParse)                                                                         \
	F(PQerrorMessage)                                                                          \
	F(PQexec)                                                                                  \
	F(PQexecPrepared)                                                                          \
	F(PQfinish)                                                                                \
	F(PQgetResult)                                                                             \
	F(PQgetisnull)                                                                             \
	F(PQgetvalue)                                                                              \
	F(PQntuples)                                                                               \
	F(PQparameterStatus)                                                                       \
	F(PQprepare)                                                                               \
	F(PQputCopyData)                                                                           \
	F(PQputCopyEnd)                                                                            \
	F(PQreset)                                                                                 \
	F(PQresultErrorField)                                                                      \
	F(PQresultStatus)                                                                          \
	F(PQsendQueryPrepared)                                                                     \
	F(PQsetNoticeReceiver)                                                                     \
	F(PQsetSingleRowMode)                                                                      \
	F(PQstatus)

struct pq_api {
	PQ_FUNCTIONS(DYNLIB_POINTER)
};

/* VMT_ERR_UNSUPPORTED: it is not installed. */
int pq_api_load(struct pq_api *pq, struct vmt_err *err);

#endif
