// SPDX-License-Identifier: GPL-3.0-or-later
/* Text in, in two pieces; records must lie within bounds. */
#include <stdlib.h>

#include "base/caps.h"
#include "kernel/log_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take(void *arg, const struct log_record *rec)
{
	size_t *sum = arg;

	if (rec->len > CAP_TEXT_LINE)
		abort();
	for (size_t i = 0; i < rec->len; i++)
		*sum += (unsigned char)rec->text[i];
	for (size_t i = 0; rec->host && i < rec->host_len; i++)
		*sum += (unsigned char)rec->host[i];
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct log_text *lt;
	size_t sum = 0, half = size / 2;

	if (log_text_new(NULL, take, &sum, NULL, &lt, NULL))
		return 0;
	(void)log_text_probe(data, size);
	log_text_feed(lt, (const char *)data, half);
	log_text_feed(lt, (const char *)data + half, size - half);
	log_text_finish(lt);
	talloc_free(lt);
	return 0;
}
