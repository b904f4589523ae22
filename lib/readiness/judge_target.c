// SPDX-License-Identifier: GPL-3.0-or-later
/* Where the dump goes to: is it there, and is there room? */
#include <errno.h>
#include <string.h>

#include "readiness/opinion.h"

#define PLAIN "/._-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define MIB (UINT64_C(1) << 20)

static void target(const struct facts *f, struct opinion *o)
{
	struct stat st;
	int rc;

	if (!f->service)
		return;
	if (f->target_remote) {
		judge_say(o, OPINION_OK, "%s (not tried)", f->target_what);
		return;
	}
	if (!f->target) {
		judge_say(o, OPINION_UNKNOWN, "%s: %s",
			f->target_what ? f->target_what : "not known",
			f->target_problem ? f->target_problem : "not a folder of this machine");
		return;
	}
	rc = root_files_stat(f->root, f->target, &st);
	if (!rc && S_ISDIR(st.st_mode))
		judge_say(o, OPINION_OK, "%s", f->target);
	else if (rc == EACCES || f->tree)
		judge_say(o, OPINION_OK, "%s (not seen)", f->target);
	else
		judge_say(o, OPINION_WARNING, "%s is no folder", f->target);
	/* A command for the user to copy must have nothing that a shell reads. */
	if (o->status == OPINION_WARNING && !f->target[strspn(f->target, PLAIN)])
		o->fix = judge_words(o, "mkdir -p %s", f->target);
}

/* What SUSE's kdump wants to be left after the dump. */
static uint64_t wanted_after(const struct facts *f)
{
	const char *text = settings_get(f->service_settings, "KDUMP_FREE_DISK_SIZE");
	struct fact_number mib = text ? facts_parse(text) : (struct fact_number){0};

	if (f->service != SERVICE_SUSE)
		return 0;
	return mib.seen == SEEN_YES && mib.v >= 0 && mib.v < INT64_MAX >> 20 ? (uint64_t)mib.v * MIB
									     : 64 * MIB;
}

static void space(const struct facts *f, struct opinion *o)
{
	/* 2, 4, 8, 16: caches, programs, free pages. Any of them may be most of the memory. */
	bool all = f->dump_level.seen == SEEN_YES && (f->dump_level.v & 30) != 30;
	uint64_t now = all ? f->memory : f->dump_now, have;
	enum opinion_status status = OPINION_OK;

	if (!judge_kdump_wanted(f) || f->target_remote)
		return;
	if (f->target_space.seen != SEEN_YES || !f->memory) {
		judge_say(o, OPINION_UNKNOWN, "not known: %s",
			!f->memory	    ? "the machine's memory is not seen"
			: f->target_problem ? f->target_problem
					    : "it is not seen");
		return;
	}
	have = (uint64_t)f->target_space.v;
	if (have < now + wanted_after(f))
		status = OPINION_CRITICAL;
	judge_say(o, status, "%s has %s free of %s; a dump would take about %s now, %s at worst",
		f->target, judge_bytes(o, have), judge_bytes(o, (uint64_t)f->target_size.v),
		judge_bytes(o, now), judge_bytes(o, f->memory));
}

static void retention(const struct facts *f, struct opinion *o)
{
	if (!f->service || f->target_remote || f->keep.seen != SEEN_YES)
		return;
	if (f->keep.v > 0)
		judge_say(o, OPINION_OK, "the last %lld dumps are kept", (long long)f->keep.v);
	else if (f->keep.v < 0)
		judge_say(o, OPINION_WARNING, "each dump deletes all earlier ones");
	else
		judge_say(o, OPINION_OK,
			"all dumps are kept: a machine that crashes again and again fills the "
			"disk");
}

const struct judge_row judge_target_rows[] = {
	{"kdump-target", "kdump", false, "a place for the dump", "Without it there is no dump.",
		{"make the folder, or name another in the service's configuration"}, target},
	{"kdump-space", "kdump", false, "room for a dump",
		"A dump that does not fit is cut off, or deleted.",
		{"free some space, or name another place in the service's configuration",
			"free some space, or set KDUMP_COREDIR in /etc/default/kdump-tools",
			"free some space, or set path in /etc/kdump.conf; kdumpctl restart",
			"free some space, or set KDUMP_SAVEDIR in /etc/sysconfig/kdump; systemctl "
			"restart kdump"},
		space},
	{"kdump-retention", "kdump", false, "a bound for the dumps that are kept",
		"The evidence of earlier crashes is lost, or the disk fills up.",
		{"remove old dumps from time to time",
			"set KDUMP_NUM_DUMPS in /etc/default/kdump-tools", NULL,
			"set KDUMP_KEEP_OLD_DUMPS in /etc/sysconfig/kdump"},
		retention},
	{0},
};
