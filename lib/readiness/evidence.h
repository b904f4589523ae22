/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which death of the machine leaves a trace, and where. */
#ifndef VMT_READINESS_EVIDENCE_H
#define VMT_READINESS_EVIDENCE_H

#include "readiness/opinion.h"

enum death {
	DEATH_OOPS,
	DEATH_PANIC,
	DEATH_SOFT_LOCKUP,
	DEATH_HARD_LOCKUP,
	DEATH_HUNG_TASK,
	DEATH_POWER_LOSS,
	DEATHS,
};

enum channel {
	CHANNEL_KDUMP,
	CHANNEL_PSTORE,
	CHANNEL_NETCONSOLE,
	CHANNEL_SERIAL,
	CHANNEL_JOURNAL,
	CHANNEL_WATCHDOG,
	CHANNELS,
};

enum outcome { OUTCOME_NO, OUTCOME_LIKELY, OUTCOME_YES, OUTCOME_UNKNOWN, OUTCOMES };

struct evidence {
	enum outcome outcome;
	const char *reason;
};

struct evidence_table {
	struct evidence cells[DEATHS][CHANNELS];
};

/* findings: what the rows said; the words of the reasons belong to it or are static. */
void evidence_judge(const struct facts *f, const struct vmt_check_finding *findings, size_t n,
	struct evidence_table *ret);

const char *evidence_death(enum death d);     /* "soft-lockup" */
const char *evidence_channel(enum channel c); /* "kdump" */
const char *evidence_outcome(enum outcome o); /* "likely" */

#endif
