// SPDX-License-Identifier: GPL-3.0-or-later
#include "oops/boots.h"

#include <string.h>

#include "base/array.h"

/* A log whose clock is this high is from a running system. */
#define MIN_RUNNING_NS 30000000000u

/* An older complaint is unrelated. Without a clock, lines are counted. */
#define MAX_BEFORE_NS 600000000000u
#define MAX_BEFORE_LINES 100

/* Of drivers and buses (drivers/nvme, ata, scsi, net, pci; drivers/thermal), any release. */
const char *const oops_trouble[] = {
	"PCIe link lost", "timeout, reset controller", "timeout, aborting",
	"timeout, disable controller", "controller is down; will reset", "fallen off the bus",
	"failed command: ", "rejecting I/O to offline device", "temperature above threshold",
	"critical temperature reached", "nder-voltage detected", "Failed to read reg ",
	"I/O error, dev ", "Device offlined",
	" overwritten] 0x", /* mm/slub.c since 6.15: what its report was about before */
};
const size_t oops_n_trouble = ARRAY_SIZE(oops_trouble);

void oops_boots_trouble_line(
	struct oops_boots *b, const struct log_record *rec, const char *line, size_t len)
{
	b->trouble_len = len < sizeof(b->trouble) ? len : sizeof(b->trouble);
	memcpy(b->trouble, line, b->trouble_len);
	b->trouble_seq = rec->seq;
	b->trouble_has_ts = rec->has_ts;
	b->trouble_ns = rec->ts_ns;
}

const char *oops_boots_trouble(
	const struct oops_boots *b, TALLOC_CTX *ctx, const struct log_record *rec)
{
	if (!b->trouble_len)
		return NULL;
	if (rec->has_ts && b->trouble_has_ts
			? rec->ts_ns >= b->trouble_ns && rec->ts_ns - b->trouble_ns > MAX_BEFORE_NS
			: rec->seq - b->trouble_seq > MAX_BEFORE_LINES)
		return NULL;
	return talloc_strndup(ctx, b->trouble, b->trouble_len);
}

/*
 * A running system that restarts without a shutdown was reset. A log that a program wrote only
 * proves that if it would show the shutdown: it has lines of programs, too, or it is torn. The
 * kernel's own last lines are never in it.
 */
bool oops_boots_is_reset(
	const struct oops_boots *b, const struct oops_log *log, const struct log_record *rec)
{
	bool ran = log->has_last_ts && log->last_ts_ns > MIN_RUNNING_NS;

	if (b->clean_end)
		return false;
	if (!rec->host && !b->marked && !b->torn)
		return ran;
	return (b->programs || b->torn) && (b->marked || b->torn || ran);
}

void oops_boots_next(struct oops_boots *b)
{
	b->clean_end = b->marked = b->torn = false;
	b->trouble_len = 0;
}
