// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Feeds text in two pieces. Records must be within bounds, and the same if the pieces were looked
 * at before.
 */
#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "log/log_stops.h"
#include "log/log_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take(void *arg, const struct log_record *rec)
{
	size_t *sum = arg;

	if (rec->len > CAP_TEXT_LINE)
		abort();
	*sum = *sum * 31 + rec->seq + rec->line + rec->ts_ns;
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

static void feed(struct log_text *lt, const char *data, size_t size, bool look)
{
	struct log_stops stops;

	if (look)
		log_text_look_ahead(lt, data, size, &stops);
	if (look)
		log_text_feed_ahead(lt, data, size, &stops);
	else
		log_text_feed(lt, data, size);
}

/* A sum over what the sink gets. */
static size_t read_all(const char *data, size_t size, bool skims, bool look)
{
	static const struct log_skim skim = {idle, ahead, NULL};
	struct log_text *lt;
	size_t sum = 0, half = size / 2;

	if (log_text_new(NULL, take, &sum, skims ? &skim : NULL, &lt, NULL))
		return 0;
	feed(lt, data, half, look);
	feed(lt, data + half, size - half, look);
	log_text_finish(lt);
	talloc_free(lt);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool skims = size % 2;
	size_t sum = read_all((const char *)data, size, skims, false);

	(void)log_text_probe(data, size);
	if (skims && sum != read_all((const char *)data, size, skims, true))
		abort();
	return 0;
}
