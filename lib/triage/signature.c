// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Algorithm "vmt2". Coarse: kind, module and function; without a function, what the report is about
 * (subject.h). Fine: in addition the functions of the stack from the culprit on, up to where the
 * work was dispatched, at most eight. Inlined calls are left out, because only some texts show
 * them; names are used as stable_name.h makes them. Addresses, offsets, tasks and versions are
 * never used. The hash is 64-bit FNV-1a, in hexadecimal. What is hashed must not change: a changed
 * rule is a new algorithm. "vmt1" had no subjects and no stable names, and took inlined calls for
 * functions.
 */
#include <string.h>

#include "base/vmlinux.h"
#include "triage/signature.h"
#include "triage/stable_name.h"
#include "triage/subject.h"

#define MAX_FRAMES 8

static uint64_t mix(uint64_t h, const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
	return h;
}

/* A separator, so that "ab" "c" differs from "a" "bc". */
static uint64_t mix_end(uint64_t h)
{
	return h * 0x100000001b3u;
}

static uint64_t mix_text(uint64_t h, const char *s)
{
	return mix_end(mix(h, s ? s : "", s ? strlen(s) : 0));
}

static uint64_t mix_name(uint64_t h, struct stable_name n)
{
	return mix_end(mix(mix(h, n.prefix, strlen(n.prefix)), n.rest, n.len));
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
	struct stable_name name, last = stable_name(NULL, NULL);
	unsigned n = 0;

	for (size_t i = 0; t && i < t->n_frames && n < MAX_FRAMES; i++) {
		const struct oops_frame *f = &t->frames[i];

		seen |= f == c->frame;
		/* Not NULL: a frame of the trace.
		 * NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
		if (!seen || !f->function || f->unreliable || f->inlined)
			continue;
		if (!f->module && (blame_roles(f->function) & BLAME_REPORT))
			continue;
		name = stable_name(f->function, f->module);
		if (!stable_name_equal(name, last)) {
			h = mix_name(h, name);
			n++;
		}
		last = name;
		if (ends_work(f))
			break;
	}
	return h;
}

/* The function as it was compiled: an inlined one is part of the one that called it. */
static struct culprit compiled(const struct culprit *c)
{
	const struct oops_trace *t = c->trace;
	struct culprit whole = *c;
	bool in_trace = c->frame && t && t->n_frames && c->frame >= t->frames &&
			c->frame < t->frames + t->n_frames;

	for (size_t i = in_trace ? (size_t)(c->frame - t->frames) : 0;
		in_trace && i < t->n_frames && whole.frame->inlined; i++)
		whole.frame = &t->frames[i];
	if (whole.frame == c->frame || whole.frame->inlined || !whole.frame->function)
		return *c;
	whole.function = whole.frame->function;
	whole.module = whole.frame->module;
	return whole;
}

/* "gpf e1000:e1000_clean", "tx-timeout e1000", "heap-corruption kmalloc-64", "double-fault" */
static const char *text_of(
	TALLOC_CTX *ctx, const struct oops_kind *kind, const struct culprit *c, const char *subject)
{
	struct stable_name n = stable_name(c->function, c->module);

	if (c->function)
		return talloc_asprintf(ctx, "%s %s:%s%.*s", kind->slug,
			c->module ? c->module : VMLINUX, n.prefix, (int)n.len, n.rest);
	if (!c->module && !subject)
		return talloc_strdup(ctx, kind->slug);
	return talloc_asprintf(ctx, "%s %s", kind->slug, c->module ? c->module : subject);
}

int signature_make(TALLOC_CTX *ctx, const struct oops_event *ev, const struct culprit *found,
	struct vmt_signature *sig, struct vmt_err *err)
{
	const struct culprit whole = compiled(found), *c = &whole;
	const char *module = c->module ? c->module : VMLINUX, *subject = NULL;
	uint64_t h = 0xcbf29ce484222325u;

	if (!culprit_is_known(c) && subject_find(ctx, ev, &subject, err))
		return VMT_ERR_NOMEM;
	h = mix_text(h, ev->kind->slug);
	h = mix_text(h, culprit_is_known(c) ? module : "");
	h = mix_name(h, stable_name(c->function, c->module));
	if (subject)
		h = mix_text(h, subject);
	sig->algorithm = "vmt2";
	sig->coarse = talloc_asprintf(ctx, "%016llx", (unsigned long long)h);
	h = mix_stack(h, c);
	sig->fine = talloc_asprintf(ctx, "%016llx", (unsigned long long)h);
	sig->text = text_of(ctx, ev->kind, c, subject);
	return sig->coarse && sig->fine && sig->text ? 0 : err_nomem(err);
}
