// SPDX-License-Identifier: GPL-3.0-or-later
/* What the input itself records, before any of the kernel's memory is read. */
#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "dump/format.h"
#include "dump/notes.h"
#include "facade/triage_run.h"
#include "image/paging.h"
#include "io/qr_link.h"

/* In the year 2242: no real clock showed a later time. */
#define LATEST_SECOND (1ull << 33)

#define UNPACKED_NOTED (64u << 20) /* less costs nobody anything */

static struct vmt_u64 known(uint64_t v)
{
	return (struct vmt_u64){true, v};
}

const char *triage_keep(struct triage *t, const char *text)
{
	return text && *text ? talloc_strdup(t->report, text) : NULL;
}

CAP_FITS(CAP_DEVICE_DUMPS, sizeof(struct vmt_device_dump));

/* Device data that drivers saved. Only the names can be read without the driver. */
static int list_device_dumps(struct triage *t, struct vmt_err *err)
{
	const struct dump *dump = t->s->dump;
	struct cur c = cur_init(dump->notes, dump->notes_len, dump->big_endian);
	struct vmt_device_dump *dumps = NULL, *more;
	struct note note;
	size_t n = 0;

	while (note_next(&c, &note)) {
		char name[NOTE_DEVICE_DUMP_NAME + 1];
		uint64_t size;

		if (!note_is_device_dump(&note, name, &size))
			continue;
		if (n == CAP_DEVICE_DUMPS) {
			diag_add(&t->s->diags, t->report, DIAG_CAP_REACHED,
				"more than %u device dumps; the others are not listed",
				CAP_DEVICE_DUMPS);
			break;
		}
		more = ARRAY_ROOM(t->report, dumps, n);
		if (!more)
			return err_nomem(err);
		dumps = more;
		dumps[n++] = (struct vmt_device_dump){talloc_strdup(dumps, name), size};
	}
	t->report->device_dumps = dumps;
	t->report->n_device_dumps = n;
	return 0;
}

void triage_take_time(struct triage *t, uint64_t seconds)
{
	if (seconds && seconds < LATEST_SECOND)
		t->report->crash.time = (struct vmt_time){true, (int64_t)seconds * 1000000000};
	if (t->report->crash.time.known)
		t->report->crash.time_source = VMT_TIME_DUMP;
}

/* What the container itself records; better sources overwrite it. */
static void describe_dump(struct triage *t)
{
	const struct dump *dump = t->s->dump;
	const struct arch *arch = NULL;
	struct vmt_report *r = t->report;

	r->input.format = dump->format->name;
	r->kernel.release = triage_keep(t, dump->release);
	r->kernel.version = triage_keep(t, dump->version);
	if (dump->machine || dump->machine_name)
		kernel_arch_find(dump, &arch, NULL);
	r->kernel.arch = arch ? arch->name : triage_keep(t, dump->machine_name);
	if (dump->nodename && strcmp(dump->nodename, "(none)") != 0) /* the kernel's default */
		r->machine.hostname = triage_keep(t, dump->nodename);
	if (dump->timestamp.known)
		triage_take_time(t, dump->timestamp.v);
}

/* Whether the input is complete, and what is missing. */
static void describe_completeness(struct triage *t)
{
	struct session *s = t->s;
	const char *missing = s->layers.missing;
	enum diag_id id = DIAG_INPUT_TRUNCATED;

	if (!missing && s->gaps.missing) {
		missing = s->gaps.missing;
		id = DIAG_INPUT_PARTS_MISSING;
	}
	if (!missing && s->dump && !s->dump->complete) {
		missing = s->dump->missing;
		if (s->dump->files_missing)
			id = DIAG_INPUT_PARTS_MISSING;
		else if (s->dump->written_short)
			id = DIAG_INPUT_INCOMPLETE;
	}
	t->report->input.complete = !missing;
	t->report->input.missing = triage_keep(t, missing);
	if (s->dump)
		t->report->input.percent = s->dump->percent;
	if (missing)
		diag_add(&s->diags, t->report, id, "%s", missing);
	if (s->crowded)
		diag_add(&s->diags, t->report, DIAG_CAP_REACHED,
			"more than %u files in the folder: not all were checked for other parts of "
			"the dump",
			CAP_FOLDER_ENTRIES);
}

/* What took that long, and how it need not. */
static void describe_unpacking(struct triage *t)
{
	const struct layers *l = &t->s->layers;

	if (!l->spooled || l->unpacked < UNPACKED_NOTED)
		return;
	diag_add(&t->s->diags, t->report, DIAG_UNPACKED,
		"the %s file has %llu MiB inside, which took %llu MiB of temporary space%s",
		l->spooled, (unsigned long long)l->unpacked >> 20,
		(unsigned long long)l->on_disk >> 20,
		t->s->dump ? "; compressed with pzstd or 'xz -T0', it would be read in parts" : "");
}

int triage_describe_input(struct triage *t, const char *path, struct vmt_err *err)
{
	struct session *s = t->s;
	bool split = s->dump && s->dump->split;
	const char **names = talloc_array(t->report, const char *, s->layers.n + split);

	if (!names)
		return err_nomem(err);
	for (size_t i = 0; i < s->layers.n; i++)
		names[i] = s->layers.names[i];
	if (split)
		names[s->layers.n] = "split";
	t->report->input = (struct vmt_input){
		.path = qr_link_short(t->report, path),
		.format = VMT_INPUT_TEXT,
		.size = known(session_size(s)),
		.layers = names,
		.n_layers = s->layers.n + split,
	};
	t->report->kernel.arch = triage_keep(t, s->layers.arch);
	t->report->kernel.release = triage_keep(t, s->layers.release);
	if (s->dump)
		describe_dump(t);
	if (s->parts_capped)
		diag_add(&s->diags, t->report, DIAG_CAP_REACHED,
			"the folder has more than %d parts of this dump", CAP_SPLIT_PARTS);
	describe_completeness(t);
	describe_unpacking(t);
	if (!t->report->input.path)
		return err_nomem(err);
	return s->dump ? list_device_dumps(t, err) : 0;
}
