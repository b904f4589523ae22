// SPDX-License-Identifier: GPL-3.0-or-later
/* Lines of "host text" in, "-" for no host; the events of all hosts must hang together. */
#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "oops/hosts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct oops_log *log)
{
	if (log->n_events > CAP_EVENTS)
		abort();
	for (size_t i = 0; i < log->n_events; i++) {
		const struct oops_event *ev = log->events[i];

		if (!ev->kind || ev->n_traces > CAP_EVENT_TRACES)
			abort();
		if (i && ev->first_line < log->events[i - 1]->first_line)
			abort();
	}
}

/* A line's record. Its host, if it names one, is the first word. */
static struct log_record split(const char *p, size_t len, uint64_t seq)
{
	const char *blank = memchr(p, ' ', len);
	size_t host = blank ? (size_t)(blank - p) : 0, skip = blank ? host + 1 : 0;

	return (struct log_record){
		.text = p + skip,
		.len = len - skip,
		.host = host && *p != '-' ? p : NULL,
		.host_len = host && *p != '-' ? host : 0,
		.seq = seq,
	};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size;
	struct oops_hosts *hosts;
	struct oops_log *log;
	uint64_t seq = 0;
	size_t at;
	bool more;

	if (oops_hosts_new(NULL, &hosts, NULL))
		return 0;
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		struct log_record rec = split(p, (size_t)((nl ? nl : end) - p), seq++);

		(void)oops_hosts_idle(hosts);
		if (oops_hosts_ahead(hosts, rec.text, rec.len) > rec.len)
			abort();
		if (oops_hosts_is_header(hosts, rec.text, rec.len, &at) && at > rec.len)
			abort();
		oops_hosts_feed(hosts, &rec);
		p = nl ? nl + 1 : end;
	}
	if (oops_hosts_finish(hosts, NULL, &log, &more, NULL) == 0) {
		check(log);
		talloc_free(log);
	}
	talloc_free(hosts);
	return 0;
}
