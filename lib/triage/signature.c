// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Algorithm "vmt1". Coarse: kind, module and function. Fine: in addition the functions of the stack
 * from the culprit on, up to where the work was dispatched, at most eight. Names are used without
 * compiler suffixes. Addresses, offsets, tasks and versions are never used. The hash is 64-bit
 * FNV-1a, in hexadecimal. What is hashed must not change: a changed rule is a new algorithm.
 */
#include <string.h>

#include "base/vmlinux.h"
#include "triage/signature.h"

#define MAX_FRAMES 8

static uint64_t mix(uint64_t h, const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
	/* A separator, so that "ab" "c" differs from "a" "bc". */
	return h * 0x100000001b3u;
}

static uint64_t mix_text(uint64_t h, const char *s)
{
	return mix(h, s ? s : "", s ? strlen(s) : 0);
}

static uint64_t mix_name(uint64_t h, const char *s)
{
	return mix(h, s ? s : "", s ? blame_base_length(s) : 0);
}

static bool ends_work(const struct oops_frame *f)
{
	return !f->module && (blame_roles(f->function) & BLAME_ANCHOR);
}

static uint64_t mix_stack(uint64_t h, const struct culprit *c)
{
	const struct oops_trace *t = c->trace;
	bool seen = !c->frame || !t || !t->n_frames || c->frame < t->frames ||
		    c->frame >= t->frames + t->n_frames;
	unsigned n = 0;

	for (size_t i = 0; t && i < t->n_frames && n < MAX_FRAMES; i++) {
		const struct oops_frame *f = &t->frames[i];

		seen |= f == c->frame;
		/* Not NULL: a frame of the trace.
		 * NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
		if (!seen || !f->function || f->unreliable)
			continue;
		if (!f->module && (blame_roles(f->function) & BLAME_REPORT))
			continue;
		h = mix_name(h, f->function);
		n++;
		if (ends_work(f))
			break;
	}
	return h;
}

int signature_make(TALLOC_CTX *ctx, const struct oops_event *ev, const struct culprit *c,
	struct vmt_signature *sig, struct vmt_err *err)
{
	const char *module = c->module ? c->module : VMLINUX;
	uint64_t h = 0xcbf29ce484222325u;

	h = mix_text(h, ev->kind->slug);
	h = mix_text(h, culprit_is_known(c) ? module : "");
	h = mix_name(h, c->function);
	sig->algorithm = "vmt1";
	sig->coarse = talloc_asprintf(ctx, "%016llx", (unsigned long long)h);
	h = mix_stack(h, c);
	sig->fine = talloc_asprintf(ctx, "%016llx", (unsigned long long)h);
	if (c->function)
		sig->text = talloc_asprintf(ctx, "%s %s:%.*s", ev->kind->slug, module,
			(int)blame_base_length(c->function), c->function);
	else
		sig->text = talloc_asprintf(ctx, "%s%s%s", ev->kind->slug, c->module ? " " : "",
			c->module ? c->module : "");
	return sig->coarse && sig->fine && sig->text ? 0 : err_nomem(err);
}
