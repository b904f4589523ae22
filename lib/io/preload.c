// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/preload.h"

#include "base/capstone_api.h"
#include "io/archive_api.h"
#include "io/codec.h"
#ifdef HAVE_LZMA
#include "io/lzma_api.h"
#endif

void preload_libraries(void)
{
	struct archive_api api;
	struct capstone_api cs;
	struct codecs *codecs;
#ifdef HAVE_LZMA
	struct lzma_api lz;

	lzma_api_load(&lz, NULL);
#endif
	archive_api_load(&api, NULL);
	capstone_api_load(&cs, NULL);
	if (codecs_open(NULL, &codecs, NULL))
		return;
	codec_load(codecs, CODEC_SNAPPY, NULL);
	talloc_free(codecs);
}
