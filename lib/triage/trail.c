// SPDX-License-Identifier: GPL-3.0-or-later
#include "triage/trail.h"

#include <string.h>

#include "base/array.h"

size_t trail_size(const struct trail *s)
{
	return (s->ip != NULL) + (s->trace ? s->trace->n_frames : 0);
}

const struct oops_frame *trail_at(const struct trail *s, size_t i)
{
	if (!s->trace || (s->ip && i == 0))
		return s->ip;
	return &s->trace->frames[i - (s->ip != NULL)];
}

/*
 * A call that does not return, for example to panic(), may be the last instruction of its function.
 * The return address is then the start of the next function, which architectures other than x86
 * print.
 */
static bool is_behind_its_function(const struct trail *s, const struct oops_frame *f)
{
	return f != s->ip && !f->from_regs && f->has_offset && f->offset == 0;
}

bool trail_counts(const struct trail *s, const struct oops_frame *f)
{
	/* A stale pointer to the start of the next function. */
	if (f->unreliable && f->size && f->offset == f->size)
		return false;
	return f->function && (!f->unreliable || s->take_unreliable) &&
	       !is_behind_its_function(s, f);
}

unsigned trail_roles(const struct oops_frame *f)
{
	/* If a driver has its own memcpy, the driver is to blame. */
	return f->module ? 0 : blame_roles(f->function);
}

bool trail_is_header(const struct oops_frame *f)
{
	size_t n = f->file && f->inlined ? strlen(f->file) : 0;

	return n > 2 && memcmp(f->file + n - 2, ".h", 2) == 0;
}

static bool has_place(const struct oops_frame *f)
{
	return f->function || f->has_address;
}

struct trail trail_of_trace(const struct oops_trace *t)
{
	struct trail s = {NULL, t, true};

	for (size_t i = 0; t && i < t->n_frames; i++)
		if (t->frames[i].function && !t->frames[i].unreliable && !t->frames[i].from_regs)
			s.take_unreliable = false;
	return s;
}

struct trail trail_of_event(const struct oops_event *ev, const struct oops_trace *t)
{
	struct trail s = trail_of_trace(t);

	if (has_place(&ev->ip))
		s.ip = &ev->ip;
	return s;
}

const struct oops_trace *trail_main(const struct oops_event *ev)
{
	for (size_t i = 0; i < ev->n_traces; i++)
		if (ev->traces[i].role == OOPS_TRACE_MAIN && ev->traces[i].n_frames)
			return &ev->traces[i];
	return NULL;
}

struct culprit trail_found(
	const struct trail *s, const struct oops_frame *f, enum culprit_basis basis)
{
	return (struct culprit){.basis = basis,
		.function = f->function,
		.module = f->module,
		.frame = f,
		.trace = s->trace};
}

static bool has_word(const char *name, const char *const *words, size_t n_words)
{
	while (*name) {
		size_t n = strcspn(name, "_.");

		for (size_t i = 0; i < n_words; i++)
			if (strlen(words[i]) == n && memcmp(name, words[i], n) == 0)
				return true;
		name += n;
		name += *name != '\0';
	}
	return false;
}

bool trail_has_stop_word(const char *name)
{
	static const char *const words[] = {"panic", "bug", "lbug", "assert", "assertion",
		"assfail", "dumpstack", "fatal",
		"vcmn"}; /* vcmn_err(): of the Solaris DDI, which ZFS is written for */

	return has_word(name, words, ARRAY_SIZE(words));
}

bool trail_reports_damage(const char *name)
{
	const struct blame_row *row = blame_find(name, BLAME_REPORT);

	return row && strcmp(row->id, "fs-errors") == 0;
}

/* Waits for its caller: a condition variable as Solaris has them. ZFS brings its own. */
static bool is_condition_wait(const struct oops_frame *f)
{
	static const char *const words[] = {"cv"};

	return f->module && has_word(f->function, words, ARRAY_SIZE(words));
}

/*
 * Whether the frame is a module's own function for stopping: right above the kernel's, and called
 * by another function of a module.
 */
static bool stops_for_caller(const struct trail *s, size_t i)
{
	const struct oops_frame *f = trail_at(s, i);

	if (!f->module || !(trail_has_stop_word(f->function) || trail_reports_damage(f->function)))
		return false;
	while (++i < trail_size(s))
		if (trail_counts(s, trail_at(s, i)))
			return trail_at(s, i)->module;
	return false;
}

bool trail_is_header_copy(const char *function)
{
	static const char names[] =
		"memcpy memmove memset memcmp memchr memscan strlen strnlen strcpy strncpy strlcpy "
		"strscpy strcat strncat strlcat kmemdup copy_from_user copy_to_user";

	return blame_name_in(function, blame_base_length(function), names);
}

bool trail_is_below(const struct trail *s, size_t i, const char *module)
{
	for (; i < trail_size(s); i++) {
		const struct oops_frame *f = trail_at(s, i);

		if (!trail_counts(s, f) || (trail_roles(f) & BLAME_REPORT))
			continue;
		return f->module && strcmp(f->module, module) == 0;
	}
	return false;
}

/* What a frame does for its callers. Of a module's functions, only these two are known. */
static unsigned roles_at(const struct trail *s, size_t i)
{
	const struct oops_frame *f = trail_at(s, i);
	unsigned roles = trail_roles(f);

	if (f->module && trail_is_header_copy(f->function) && trail_is_below(s, i + 1, f->module))
		roles |= BLAME_COPY;
	if (is_condition_wait(f))
		roles |= BLAME_WAIT;
	return roles;
}

struct culprit trail_walk(const struct trail *s, size_t i, unsigned skip, enum culprit_basis first)
{
	struct culprit c = {0};
	const char *over = NULL;
	const struct blame_row *why = NULL;
	const struct oops_frame *helper = NULL;
	bool stopping = false; /* it only stops or prints for its caller */

	for (; i < trail_size(s); i++) {
		const struct oops_frame *f = trail_at(s, i);
		unsigned roles;

		if (!trail_counts(s, f))
			continue;
		roles = roles_at(s, i);
		if (helper && (roles & BLAME_ROOT) && !(roles & skip))
			return trail_found(s, helper, CULPRIT_FALLBACK);
		/* What called into the kernel is on every stack. What it called is lost. */
		if ((roles & (BLAME_ROOT | BLAME_ANCHOR)) == (BLAME_ROOT | BLAME_ANCHOR) &&
			!(roles & skip) && !s->ip && !over)
			return c;
		stopping = (stopping && stops_for_caller(s, i)) || (roles & BLAME_REPORT);
		if (!(roles & skip) && !trail_is_header(f) && !stopping) {
			c = trail_found(s, f, over ? CULPRIT_CALLER : first);
			c.stepped_over = over;
			c.why = why;
			return c;
		}
		if (!over) {
			over = f->function;
			why = blame_find(f->function, skip);
		}
		if (!stopping && !(roles & (BLAME_REPORT | BLAME_WAIT | BLAME_MAKER)))
			helper = f;
	}
	return c;
}

size_t trail_find(const struct trail *s, const char *function)
{
	size_t i, n = trail_size(s), len = blame_base_length(function);

	for (i = 0; i < n; i++) {
		const struct oops_frame *f = trail_at(s, i);

		if (f->function && blame_base_length(f->function) == len &&
			memcmp(f->function, function, len) == 0)
			break;
	}
	return i;
}
