/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libarchive, loaded when it is first needed: with the libraries below it (libxml2, ICU, nettle),
 * loading takes longer than reading a usual dump.
 *
 * To use another function of <archive.h> or <archive_entry.h>, add its name to the list. It is then
 * called as la->archive_read_new().
 */
#ifndef VMT_IO_ARCHIVE_API_H
#define VMT_IO_ARCHIVE_API_H

#include <archive.h>
#include <archive_entry.h>

#include "base/dynlib.h"

#define ARCHIVE_FUNCTIONS(F)                                                                       \
	F(archive_read_new)                                                                        \
	F(archive_read_free)                                                                       \
	F(archive_read_open)                                                                       \
	F(archive_read_next_header)                                                                \
	F(archive_read_data_block)                                                                 \
	F(archive_read_support_filter_bzip2)                                                       \
	F(archive_read_support_filter_gzip)                                                        \
	F(archive_read_support_filter_lz4)                                                         \
	F(archive_read_support_filter_xz)                                                          \
	F(archive_read_support_filter_zstd)                                                        \
	F(archive_read_support_format_empty)                                                       \
	F(archive_read_support_format_raw)                                                         \
	F(archive_set_error)

struct archive_api {
	ARCHIVE_FUNCTIONS(DYNLIB_POINTER)
};

/* VMT_ERR_UNSUPPORTED: libarchive is not installed; the message says what to install. */
int archive_api_load(struct archive_api *la, struct vmt_err *err);

#endif
