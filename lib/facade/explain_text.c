// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The pointer that the fault of a text went through: its registers are in the text, the code and
 * the types in a file with debuginfo.
 */
#include <string.h>

#include "base/cur.h"
#include "facade/triage_run.h"

/* What a text shows of an instruction, in the order of memory; false: less than all of it. */
static bool shown(const struct oops_event *ev, bool words, size_t at, uint8_t *ret)
{
	size_t i = ev->code_ip + (words ? at / 4 * 4 + 3 - at % 4 : at);

	if (!ev->code || i >= ev->n_code)
		return false;
	*ret = ev->code[i];
	return true;
}

/*
 * Whether the text shows the same instruction: the file may be of another build, or the code was
 * changed. At least one of its bytes must be shown and not be filled in when it is loaded.
 */
static bool is_same_code(const struct triage *t, const struct explain_code *code, uint64_t ip)
{
	const struct oops_event *ev = t->log->events[t->report->verdict.event.v];
	bool words = strcmp(code->arch, "aarch64") == 0;
	size_t from = (size_t)(ip - code->bytes.start), n = words ? 4 : 3, compared = 0;
	uint8_t byte;

	for (size_t i = 0; i < n && from + i < code->bytes.n && shown(ev, words, i, &byte); i++) {
		if (code->bytes.filled[from + i])
			continue;
		if (byte != code->bytes.bytes[from + i])
			return false;
		compared++;
	}
	return compared;
}

static int explain(struct triage *t, struct source_lines *lines, struct explained_pointer *ret,
	struct vmt_err *err)
{
	const struct vmt_report *r = t->report;
	bool jump = strcmp(r->fault.access, VMT_ACCESS_EXEC) == 0;
	/* The return address, if it is the first that the text shows. */
	const struct vmt_frame *frame = &r->frames[jump && r->n_frames > 1 && !r->frames[0].module];
	struct explained_access access = {0, r->fault.address, r->registers, r->n_registers};
	struct explain_code code;

	if ((jump && (frame->exact || !frame->reliable)) ||
		!source_lines_code(lines, frame, r->kernel.arch, &code, &access.ip))
		return VMT_ERR_NOTFOUND;
	if (jump)
		return explain_call_in(t->report, &code, access.ip, ret, err);
	return is_same_code(t, &code, access.ip)
		       ? explain_access_in(t->report, &code, &access, ret, err)
		       : VMT_ERR_NOTFOUND;
}

int triage_explain_text(struct triage *t, struct vmt_err *err)
{
	const struct vmt_report *r = t->report;
	struct explained_pointer found = {0};
	struct source_lines *lines;
	int rc;

	if (!r->verdict.kind || !r->verdict.event.known || !r->fault.access || !r->n_registers ||
		!r->n_frames || r->fault.member)
		return 0;
	rc = triage_lines(t, &lines, err);
	if (rc)
		return rc;
	if (explain(t, lines, &found, NULL))
		return 0;
	triage_take_pointer(t, &found);
	triage_take_code(t->report, &found);
	return triage_judge_explained(t, err);
}
