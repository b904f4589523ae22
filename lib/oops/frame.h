/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of a stack trace, in the forms of all architectures and releases. */
#ifndef VMT_OOPS_FRAME_H
#define VMT_OOPS_FRAME_H

#include "oops/event.h"
#include "oops/pattern.h"

struct oops_frame_text {
	struct oops_span function, module, build_id, file; /* p NULL: none */
	uint64_t offset, size, address;
	uint32_t line;
	bool has_offset, has_address, unreliable, inlined;
	bool marker_only; /* the line holds nothing but a marker like <IRQ> */
	bool has_marker;
	enum oops_context context; /* the context that the marker begins or returns to */
	const char *from; /* the part of the line that names the caller's place; NULL: none */
};

/* Whether p..end is a line of a trace. */
bool oops_frame_parse(const char *p, const char *end, struct oops_frame_text *f);

/* What is accepted as the name of a function. */
enum oops_name {
	OOPS_NAME_PLACED, /* with an offset */
	OOPS_NAME_ALONE,  /* with one or without */
};

/* "f+0x1/0x2 [mod]", "[<addr>] f+0x1/0x2", "0xaddr": the text after "PC is at " or "RIP: 0010:". */
bool oops_frame_parse_place(
	const char *p, const char *end, enum oops_name name, struct oops_frame_text *f);

#endif
