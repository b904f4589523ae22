// SPDX-License-Identifier: GPL-3.0-or-later
/* Will this machine catch its next crash? Reads the facts, and judges them row by row. */
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/seconds.h"
#include "base/sized.h"
#include "readiness/evidence.h"

struct maker {
	struct vmt_check *check;
	const struct facts *f;
	struct vmt_check_finding *findings; /* check's */
	bool essential;			    /* something that matters is not known */
};

static const char *const statuses[] = {[OPINION_OK] = VMT_CHECK_OK,
	[OPINION_WARNING] = VMT_CHECK_WARNING,
	[OPINION_CRITICAL] = VMT_CHECK_CRITICAL,
	[OPINION_UNKNOWN] = VMT_CHECK_UNKNOWN};

static const char *row_fix(const struct judge_row *row, enum family family)
{
	return row->fix[family] ? row->fix[family] : row->fix[FAMILY_OTHER];
}

static int add(struct maker *m, struct vmt_check_finding finding, struct vmt_err *err)
{
	struct vmt_check_finding *room = ARRAY_ROOM(m->check, m->findings, m->check->n_findings);

	if (!room)
		return err_nomem(err);
	m->findings = room;
	room[m->check->n_findings++] = finding;
	m->check->findings = room;
	return 0;
}

static int judge(struct maker *m, const struct judge_row *row, struct vmt_err *err)
{
	struct opinion o = {.ctx = m->check, .row = row, .status = OPINION_NONE};
	struct vmt_check_finding finding;
	bool good;

	row->judge(m->f, &o);
	if (o.nomem)
		return err_nomem(err);
	if (o.status == OPINION_NONE)
		return 0;
	good = o.status == OPINION_OK;
	m->essential |= row->essential && o.status == OPINION_UNKNOWN;
	finding = (struct vmt_check_finding){.id = row->id,
		.group = row->group,
		.status = statuses[o.status],
		.value = o.value,
		.expected = o.expected ? o.expected : row->expected,
		.why = o.why ? o.why : row->why};
	if (!good)
		finding.fix =
			o.fix || o.status == OPINION_UNKNOWN ? o.fix : row_fix(row, m->f->family);
	return add(m, finding, err);
}

/* ---- the deaths ----------------------------------------------------------------------------- */

static const struct {
	const char *id, *expected, *why;
	enum opinion_status nothing; /* if no trace is left */
	const char *fix, *fix_guest; /* of a virtual machine; NULL: the same */
} death_rows[DEATHS] = {
	[DEATH_OOPS] = {"evidence-oops", "a trace of an oops", "Nobody will know why it died.",
		OPINION_WARNING,
		"mend one of kdump, pstore, netconsole, journal: see their findings"},
	[DEATH_PANIC] = {"evidence-panic", "a trace of a panic", "Nobody will know why it died.",
		OPINION_CRITICAL, "mend one of kdump, pstore, netconsole: see their findings"},
	[DEATH_SOFT_LOCKUP] = {"evidence-soft-lockup", "a trace of a soft lockup",
		"Nobody will know why it hung.", OPINION_WARNING,
		"turn its detector on, and mend one of kdump, netconsole, journal"},
	[DEATH_HARD_LOCKUP] = {"evidence-hard-lockup", "a trace of a hard lockup",
		"Nobody will know why it hung.", OPINION_WARNING,
		"sysctl kernel.nmi_watchdog=1 kernel.hardlockup_panic=1; or a hardware watchdog",
		"give the virtual machine a watchdog (libvirt: <watchdog model='i6300esb'/>), or "
		"counters for kernel.nmi_watchdog"},
	[DEATH_HUNG_TASK] = {"evidence-hung-task", "a trace of a hung task",
		"Nobody will know why it hung.", OPINION_WARNING,
		"turn its detector on, and mend one of kdump, netconsole, journal"},
};

static char *list_of(struct maker *m, const struct evidence *cells, enum outcome outcome)
{
	char *list = NULL;

	for (unsigned c = 0; c < CHANNEL_WATCHDOG; c++)
		if (cells[c].outcome == outcome)
			list = talloc_asprintf(m->check, "%s%s%s", list ? list : "",
				list ? ", " : "", evidence_channel(c));
	return list;
}

static int judge_death(
	struct maker *m, enum death d, const struct evidence *cells, struct vmt_err *err)
{
	const char *sure = list_of(m, cells, OUTCOME_YES),
		   *likely = list_of(m, cells, OUTCOME_LIKELY);
	struct vmt_check_finding finding = {.id = death_rows[d].id,
		.group = "evidence",
		.status = VMT_CHECK_OK,
		.expected = death_rows[d].expected,
		.why = death_rows[d].why};

	if (sure || likely) {
		finding.value = talloc_asprintf(m->check, "%s%s%s%s", sure ? sure : "",
			sure && likely ? "; " : "", likely ? "likely " : "", likely ? likely : "");
	} else if (list_of(m, cells, OUTCOME_UNKNOWN)) {
		finding.status = VMT_CHECK_UNKNOWN;
		finding.value = talloc_strdup(m->check, "not known whether anything is left");
	} else if (cells[CHANNEL_WATCHDOG].outcome == OUTCOME_LIKELY) {
		finding.value = talloc_asprintf(m->check, "only that the watchdog reset it (%s)",
			cells[CHANNEL_KDUMP].reason);
	} else {
		finding.status = statuses[death_rows[d].nothing];
		finding.fix = m->f->hypervisor && death_rows[d].fix_guest ? death_rows[d].fix_guest
									  : death_rows[d].fix;
		finding.value =
			talloc_asprintf(m->check, "nothing will be left but a log that ends (%s)",
				cells[CHANNEL_KDUMP].reason);
	}
	return finding.value ? add(m, finding, err) : err_nomem(err);
}

static int judge_deaths(struct maker *m, struct vmt_err *err)
{
	struct vmt_check_evidence *all =
		talloc_zero_array(m->check, struct vmt_check_evidence, DEATHS * CHANNELS);
	struct evidence_table table;
	int rc = all ? 0 : err_nomem(err);

	if (rc)
		return rc;
	evidence_judge(m->f, m->findings, m->check->n_findings, &table);
	for (unsigned d = 0; d < DEATHS && !rc; d++) {
		for (unsigned c = 0; c < CHANNELS; c++)
			all[m->check->n_evidence++] = (struct vmt_check_evidence){evidence_death(d),
				evidence_channel(c), evidence_outcome(table.cells[d][c].outcome),
				talloc_strdup(m->check,
					table.cells[d][c].reason ? table.cells[d][c].reason : "")};
		if (d != DEATH_POWER_LOSS)
			rc = judge_death(m, d, table.cells[d], err);
	}
	m->check->evidence = all;
	return rc;
}

/* ---- all ------------------------------------------------------------------------------------ */

static const struct vmt_check_finding *first_of(const struct vmt_check *c, const char *status)
{
	for (size_t i = 0; i < c->n_findings; i++)
		if (!strcmp(c->findings[i].status, status))
			return &c->findings[i];
	return NULL;
}

static size_t count(const struct vmt_check *c, const char *status)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_findings; i++)
		n += !strcmp(c->findings[i].status, status);
	return n;
}

/* What is known to be wrong comes before what is not known. */
static int summarize(struct maker *m, struct vmt_err *err)
{
	static const struct {
		const char *status;
		unsigned exit;
	} order[] = {{VMT_CHECK_CRITICAL, 2}, {VMT_CHECK_WARNING, 1}, {VMT_CHECK_UNKNOWN, 3}};
	struct vmt_check *c = m->check;
	const struct vmt_check_finding *worst = NULL;

	c->status = VMT_CHECK_OK;
	for (size_t i = 0; i < ARRAY_SIZE(order) && !worst; i++) {
		if (order[i].exit == 3 && !m->essential)
			continue;
		worst = first_of(c, order[i].status);
		if (!worst)
			continue;
		c->status = order[i].status;
		c->exit_status = order[i].exit;
	}
	if (worst)
		c->summary = count(c, c->status) > 1
				     ? talloc_asprintf(c, "%s (and %zu more)", worst->value,
					       count(c, c->status) - 1)
				     : talloc_strdup(c, worst->value);
	else
		c->summary = talloc_asprintf(c, "the next crash leaves a trace%s",
			judge_kdump_loaded(m->f) ? ", and a dump" : "");
	return c->summary ? 0 : err_nomem(err);
}

static void fill_numbers(struct vmt_check *c, const struct facts *f)
{
	struct need first = need_kdumpctl(&f->need), second = need_kdump_config(&f->need);

	c->reserved = (struct vmt_u64){
		f->crash_size.seen == SEEN_YES && f->crash_size.v >= 0, (uint64_t)f->crash_size.v};
	c->needed = (struct vmt_u64){
		first.known || second.known, first.most > second.most ? first.most : second.most};
	c->space = (struct vmt_u64){f->target_space.seen == SEEN_YES, (uint64_t)f->target_space.v};
	c->dump_size = (struct vmt_u64){f->dump_now != 0, f->dump_now};
	if (f->last_dump.v)
		c->last_crash = seconds_to_time(f->last_dump.v);
}

static void fill_names(struct vmt_check *c, const struct facts *f)
{
	c->host = f->host;
	c->system = f->os_name;
	c->release = f->release;
	c->service = f->service ? judge_service_name(f) : NULL;
}

static int make(struct maker *m, struct vmt_err *err)
{
	int rc = judge(m, &judge_container_rows[0], err);

	fill_names(m->check, m->f);
	if (!rc && m->f->container != CONTAINER_YES) {
		for (const struct judge_row *const *t = judge_tables + 1; *t; t++)
			for (const struct judge_row *row = *t; row->id && !rc; row++)
				rc = judge(m, row, err);
		if (!rc)
			rc = judge_deaths(m, err);
		fill_numbers(m->check, m->f);
	}
	return rc ? rc : summarize(m, err);
}

int vmt_check_make(
	const struct vmt_check_options *opts, struct vmt_check **ret, struct vmt_err *err)
{
	struct vmt_check_options own;
	unsigned allocs = alloc_failures();
	struct maker m = {0};
	struct facts *f;
	int64_t now;
	int rc = sized_read(&own, sizeof(own), opts, err);

	if (rc)
		return rc;
	now = own.now.known ? own.now.ns / 1000000000 : own.root ? 0 : (int64_t)time(NULL);
	m.check = talloc_zero(NULL, struct vmt_check);
	rc = m.check ? facts_read(m.check, own.root, now, &f, err) : err_nomem(err);
	if (!rc) {
		m.f = f;
		rc = make(&m, err);
	}
	if (!rc)
		rc = alloc_check(allocs, err);
	if (rc)
		talloc_free(m.check);
	else
		*ret = m.check;
	return rc;
}

void vmt_check_free(struct vmt_check *check)
{
	talloc_free(check);
}
