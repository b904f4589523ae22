// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/frames.h"

#include <inttypes.h>
#include <string.h>

#include "report/summary.h"

#define MAX_FRAMES 64 /* a stack that overflowed has thousands of repeated frames */

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The width of the widest context, so that all frames line up. */
static int context_columns(const struct vmt_frame *frames, size_t n)
{
	size_t widest = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len = frames[i].context ? strlen(frames[i].context) : 0;
		widest = len > widest ? len : widest;
	}
	return widest < 12 ? (int)widest : 12;
}

static void put_frame(
	struct page *p, const struct vmt_frame *frames, size_t i, int context_width, bool blamed)
{
	const struct vmt_frame *f = &frames[i];
	bool new_context = !i || !same(f->context, frames[i - 1].context);
	char *name = summary_frame(p->ctx, f), *place = summary_frame_place(p->ctx, f), *line;
	char number[16], lead[48];

	snprintf(number, sizeof(number), "#%zu", i);
	snprintf(lead, sizeof(lead), "%s %-3s  %-*.*s%s", blamed ? ">" : " ", number, context_width,
		context_width, new_context && f->context ? f->context : "",
		context_width ? "  " : "");
	line = name && place ? talloc_asprintf(p->ctx, "%s%s%s", name, *place ? "  " : "", place)
			     : NULL;
	if (line)
		page_text(p, f->reliable ? PAGE_PLAIN : PAGE_FAINT, lead, line);
	else
		p->nomem = true;
}

void frames_put(struct page *p, const struct vmt_frame *frames, size_t n,
	const struct vmt_report *blamed_in)
{
	size_t shown = n < MAX_FRAMES ? n : MAX_FRAMES;
	int context_width = context_columns(frames, shown);

	for (size_t i = 0; i < shown; i++)
		put_frame(p, frames, i, context_width,
			blamed_in && summary_frame_blamed(blamed_in, &frames[i]));
	if (shown < n)
		fprintf(p->out, "  ... and %zu more\n", n - shown);
}

/* Not user space's GS base (knlGS): few know the name, and JSON and Markdown have it. */
static bool is_shown(const struct vmt_register *reg)
{
	return strcmp(reg->name, "knlgs") != 0;
}

void frames_put_registers(struct page *p, const struct vmt_register *regs, size_t n)
{
	size_t widest = 0, per_line, shown = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(regs[i].name);
		widest = len > widest ? len : widest;
	}
	widest = widest < 16 ? widest : 16;
	per_line = p->width / (widest + 1 + 16 + 2);
	per_line = per_line ? per_line : 1;
	for (size_t i = 0; i < n; i++) {
		char safe[64];

		if (!is_shown(&regs[i]))
			continue;
		if (shown && shown % per_line == 0)
			fputc('\n', p->out);
		vmt_escape(regs[i].name, safe, sizeof(safe));
		fprintf(p->out, "  %*.*s %016" PRIx64, (int)widest, (int)widest, safe,
			regs[i].value);
		shown++;
	}
	if (shown)
		fputc('\n', p->out);
}
