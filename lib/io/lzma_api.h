/* SPDX-License-Identifier: GPL-3.0-or-later */
/* liblzma, loaded for .xz files. See base/dynlib.h. */
#ifndef VMT_IO_LZMA_API_H
#define VMT_IO_LZMA_API_H

#include <lzma.h>

#include "base/dynlib.h"

#define LZMA_FUNCTIONS(F)                                                                          \
	F(lzma_block_compressed_size)                                                              \
	F(lzma_block_decoder)                                                                      \
	F(lzma_block_header_decode)                                                                \
	F(lzma_code)                                                                               \
	F(lzma_end)                                                                                \
	F(lzma_index_buffer_decode)                                                                \
	F(lzma_index_end)                                                                          \
	F(lzma_index_iter_init)                                                                    \
	F(lzma_index_iter_next)                                                                    \
	F(lzma_index_stream_size)                                                                  \
	F(lzma_raw_decoder_memusage)                                                               \
	F(lzma_stream_decoder)                                                                     \
	F(lzma_stream_footer_decode)

struct lzma_api {
	LZMA_FUNCTIONS(DYNLIB_POINTER)
};

/* VMT_ERR_UNSUPPORTED: liblzma is not installed; the message says what to install. */
int lzma_api_load(struct lzma_api *lz, struct vmt_err *err);

#endif
