// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Datagrams, each after three bytes: its host and flags, its length, and how much time passes. All
 * that comes out must be whole lines without control characters.
 */
#include <stdlib.h>
#include <string.h>

#include "vmtriage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take_lines(void *arg, struct vmt_netconsole_host *host, const char *text, size_t len)
{
	(void)arg;
	if (!len || text[len - 1] != '\n' || !host->address)
		abort();
	for (size_t i = 0; i < len; i++)
		if ((text[i] < ' ' && text[i] != '\n' && text[i] != '\t') || text[i] == 0x7f)
			abort();
}

static void take_event(void *arg, struct vmt_netconsole_host *host, enum vmt_heard what,
	const char *log, size_t len, int64_t now)
{
	(void)arg;
	(void)now;
	if (what == VMT_HEARD_FORGOTTEN && log)
		abort();
	if (log && len && log[len - 1] != '\n')
		abort();
	if (host->records > 1000000)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vmt_netconsole_options opts = VMT_NETCONSOLE_OPTIONS_INIT;
	uint8_t address[16] = {0x20, 0x01};
	int64_t now = 1795213556000000000;
	struct vmt_netconsole *nc;

	opts.hosts = 4;
	opts.memory = 8192;
	opts.silence = 1;
	opts.lines = take_lines;
	opts.heard = take_event;
	if (vmt_netconsole_new(&opts, &nc, NULL))
		return 0;
	for (size_t i = 0; i + 3 < size;) {
		size_t len = data[i + 1] * 4u;

		address[15] = data[i] & 7;
		now += data[i + 2] * INT64_C(10000000);
		len = len < size - i - 3 ? len : size - i - 3;
		vmt_netconsole_take(nc, address, data[i] >> 7, data + i + 3, len, now);
		if (data[i] & 8)
			vmt_netconsole_tick(nc, now, data[i] & 16);
		i += 3 + len;
	}
	vmt_netconsole_tick(nc, now, true);
	vmt_netconsole_free(nc);
	return 0;
}
