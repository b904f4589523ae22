// SPDX-License-Identifier: GPL-3.0-or-later
/* How far a report can be trusted that was read from a damaged dump. */
#include "facade/triage_run.h"
#include "triage/trust.h"

/*
 * Damage to one page may mean damage to others that cannot be told: where pages have no checksum, or
 * where the log was put together from what was left.
 */
static bool is_doubtful(const struct triage *t)
{
	const struct dump *dump = t->s->dump;

	return dump->unchecked || t->log_cut || t->salvaged || !t->log;
}

void triage_weigh_damage(struct triage *t)
{
	const struct dump *dump = t->s->dump;
	struct vmt_verdict *v = &t->report->verdict;

	if (!dump || (!dump->damaged && !dump->mended && !t->salvaged))
		return;
	if (v->kind && v->confidence && is_doubtful(t))
		v->confidence = v->frame_certainty = VMT_CONFIDENCE_LOW;
	if (dump->damaged)
		diag_add(&t->s->diags, t->report, DIAG_DUMP_DAMAGED, "%s",
			dump->first_damage.message);
	else if (dump->mended)
		diag_add(&t->s->diags, t->report, DIAG_DUMP_DAMAGED,
			"the table of its pages was damaged, and was mended");
}
