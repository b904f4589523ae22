// SPDX-License-Identifier: GPL-3.0-or-later
/* Feeds text in two pieces. Records must be within bounds. */
#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "log/log_text.h"

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

static bool idle(const void *arg)
{
	(void)arg;
	return true;
}

static size_t ahead(const void *arg, const char *text, size_t len)
{
	const char *at = len ? memchr(text, 'B', len) : NULL;

	(void)arg;
	return at ? (size_t)(at - text) : len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct log_skim skim = {idle, ahead};
	struct log_text *lt;
	size_t sum = 0, half = size / 2;

	if (log_text_new(NULL, take, &sum, size % 2 ? &skim : NULL, &lt, NULL))
		return 0;
	(void)log_text_probe(data, size);
	log_text_feed(lt, (const char *)data, half);
	log_text_feed(lt, (const char *)data + half, size - half);
	log_text_finish(lt);
	talloc_free(lt);
	return 0;
}
