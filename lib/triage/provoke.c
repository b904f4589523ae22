// SPDX-License-Identifier: GPL-3.0-or-later
/* See provoke.h. The commands write to no disk, and a test machine is asked for where they hurt. */
#include "triage/provoke.h"

#include <string.h>

#include "base/array.h"
#include "base/name_gate.h"
#include "base/vmlinux.h"
#include "oops/kind.h"
#include "triage/hint.h"

/* A command for a code path. '%' is the device, or the module where the row says so. */
static const struct {
	const char *path;      /* as in a verdict */
	const char *subsystem; /* of the device; NULL: '%' is the module, which must be known */
	const char *unknown;   /* instead of the device */
	const char *text;
} loads[] = {
	{"receive", "net", "DEV",
		"To provoke it, load the receive path: run \"iperf3 -s\" on another host, and here "
		"\"iperf3 -c HOST --bind-dev % -R -P 8 -t 600\"."},
	{"transmit", "net", "DEV",
		"To provoke it, load the transmit path: run \"iperf3 -s\" on another host, and "
		"here \"iperf3 -c HOST --bind-dev % -P 8 -t 600\"."},
	{"block-completion", "block", "DISK",
		"To provoke it, keep many reads in flight: \"fio --name=load --readonly "
		"--filename=/dev/% --rw=randread --bs=4k --direct=1 --ioengine=libaio --iodepth=64 "
		"--numjobs=4 --time_based --runtime=600\"."},
	{"block-submit", "block", "DISK",
		"To provoke it, keep many reads in flight: \"fio --name=load --readonly "
		"--filename=/dev/% --rw=randread --bs=4k --direct=1 --ioengine=libaio --iodepth=64 "
		"--numjobs=4 --time_based --runtime=600\"."},
	{"probe", NULL, NULL,
		"To provoke it, load and unload the module on a test machine: \"for i in $(seq "
		"100); do modprobe -r % && modprobe %; done\"."},
	{"remove", NULL, NULL,
		"To provoke it, load and unload the module on a test machine: \"for i in $(seq "
		"100); do modprobe -r % && modprobe %; done\"."},
	{"module-load", NULL, NULL,
		"To provoke it, load and unload the module on a test machine: \"for i in $(seq "
		"100); do modprobe -r % && modprobe %; done\"."},
	{"module-unload", NULL, NULL,
		"To provoke it, load and unload the module on a test machine: \"for i in $(seq "
		"100); do modprobe -r % && modprobe %; done\"."},
	{"suspend", "", "",
		"To provoke it, suspend again and again: \"for i in $(seq 100); do rtcwake -m mem "
		"-s 20; done\"."},
	{"reclaim", "", "",
		"To provoke it, let memory run short on a test machine: \"stress-ng --vm 4 "
		"--vm-bytes 95% --timeout 600s\"."},
};

/* A log seldom shows who held the lock or the CPU; a dump does. */
static const struct {
	enum oops_kind_id kind;
	const char *text;
} dumps[] = {
	{KIND_HUNG_TASK,
		"A log seldom shows who holds what the task waits for. With kdump and "
		"\"sysctl kernel.hung_task_panic=1\" the next one leaves a dump, which does."},
	{KIND_SOFT_LOCKUP,
		"A log seldom shows who holds what the CPU waits for. With kdump and "
		"\"sysctl kernel.softlockup_panic=1\" the next one leaves a dump, which does."},
	{KIND_RCU_STALL,
		"A log seldom shows who keeps the CPU from going on. With kdump and "
		"\"sysctl kernel.panic_on_rcu_stall=1\" the next one leaves a dump, which does."},
};

/* The only device of that subsystem; NULL: none or several, of which it may be any. */
static const char *device_of(const struct vmt_report *r, const char *subsystem)
{
	const char *name = NULL;

	for (size_t i = 0; i < r->n_devices; i++)
		for (size_t k = 0; k < r->devices[i].n_uses; k++) {
			const struct vmt_device_use *u = &r->devices[i].uses[k];

			if (!u->subsystem || strcmp(u->subsystem, subsystem) != 0)
				continue;
			if (name)
				return NULL;
			name = u->name;
		}
	return name_is_word(name, "_.") ? name : NULL;
}

/* The text with each '%' replaced. NULL: no memory. */
static char *fill(TALLOC_CTX *ctx, const char *text, const char *word)
{
	char *s = talloc_strdup(ctx, "");

	for (const char *hole; s && (hole = strchr(text, '%')); text = hole + 1)
		s = talloc_asprintf_append_buffer(s, "%.*s%s", (int)(hole - text), text, word);
	return s ? talloc_strdup_append_buffer(s, text) : NULL;
}

/* *ret stays NULL if there is no hint. */
static int load_text(TALLOC_CTX *ctx, const struct vmt_report *r, const char **ret)
{
	const char *path = r->verdict.path, *word;

	for (size_t i = 0; path && i < ARRAY_SIZE(loads); i++) {
		const char *of = loads[i].subsystem;

		if (strcmp(loads[i].path, path) != 0)
			continue;
		if (of && !*of) {
			*ret = loads[i].text;
			return 0;
		}
		word = of ? device_of(r, of) : r->verdict.module;
		if (of && !word)
			word = loads[i].unknown;
		if (is_vmlinux(word) || !name_is_word(word, "_."))
			return 0;
		*ret = fill(ctx, loads[i].text, word);
		return *ret ? 0 : VMT_ERR_NOMEM;
	}
	return 0;
}

static const char *dump_text(const struct vmt_report *r, const struct oops_kind *kind)
{
	if (!r->input.format || strcmp(r->input.format, VMT_INPUT_TEXT) != 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(dumps); i++)
		if (dumps[i].kind == kind->id)
			return dumps[i].text;
	return NULL;
}

#define HINTS 5

/* Load provokes a bug, not a broken part or a wish. */
static bool can_be_provoked(const struct vmt_report *r, const struct oops_kind *kind)
{
	return !r->verdict.no_crash && kind->blames != BLAMES_NOBODY &&
	       !(kind->traits & TRAIT_INNOCENT);
}

static int find_texts(TALLOC_CTX *ctx, const struct vmt_report *r, const struct oops_kind *kind,
	const char *texts[HINTS], struct vmt_err *err)
{
	texts[0] = hint_missing(r, kind);
	texts[1] = dump_text(r, kind);
	if (hint_tracker(ctx, r, kind, &texts[2], err) || hint_debug(ctx, r, kind, &texts[3], err))
		return VMT_ERR_NOMEM;
	if (can_be_provoked(r, kind) && load_text(ctx, r, &texts[4]))
		return err_nomem(err);
	return 0;
}

/* Before the advice to search for fixes to a module; else last, so that it displaces none. */
static size_t place_of_fixes(const struct vmt_verdict *v)
{
	return v->origin && !strcmp(v->origin, VMT_ORIGIN_IN_TREE) ? 1 : v->n_next;
}

int provoke_add(TALLOC_CTX *ctx, struct vmt_report *report, struct vmt_err *err)
{
	struct vmt_verdict *v = &report->verdict;
	const struct oops_kind *kind = oops_kind_of_slug(report->verdict.kind);
	const char *texts[HINTS] = {NULL}, *fixes, **next;
	size_t n = 0, place;
	int rc;

	if (!kind)
		return 0;
	rc = find_texts(ctx, report, kind, texts, err);
	if (!rc)
		rc = hint_fixes(ctx, report, kind, &fixes, err);
	if (rc)
		return rc;
	next = talloc_array(ctx, const char *, v->n_next + ARRAY_SIZE(texts) + 1);
	if (!next)
		return err_nomem(err);
	place = place_of_fixes(v);
	place = place < v->n_next ? place : v->n_next;
	for (size_t i = 0; i <= v->n_next; i++) {
		if (i == place && fixes) {
			v->next_fixes = (struct vmt_u64){true, n};
			next[n++] = fixes;
		}
		if (i < v->n_next)
			next[n++] = v->next[i];
	}
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (texts[i])
			next[n++] = texts[i];
	v->next = next;
	v->n_next = n;
	return 0;
}
