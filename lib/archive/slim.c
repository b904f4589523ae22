// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/slim.h"

#include <string.h>

#include "archive/history_row.h"
#include "base/array.h"

#define TEXT(member) offsetof(struct vmt_report, member)

/* The texts that are kept. */
static const size_t texts[] = {
	TEXT(input.path),
	TEXT(input.format),
	TEXT(input.missing),
	TEXT(level),
	TEXT(kernel.release),
	TEXT(kernel.version),
	TEXT(kernel.arch),
	TEXT(kernel.build_id),
	TEXT(kernel.distribution),
	TEXT(machine.hostname),
	TEXT(machine.hardware),
	TEXT(machine.bios),
	TEXT(crash.comm),
	TEXT(crash.context),
	TEXT(crash.time_text),
	TEXT(crash.time_source),
	TEXT(crash.boot_id),
	TEXT(verdict.kind),
	TEXT(verdict.kind_text),
	TEXT(verdict.headline),
	TEXT(verdict.function),
	TEXT(verdict.module),
	TEXT(verdict.file),
	TEXT(verdict.origin),
	TEXT(verdict.path),
	TEXT(verdict.access),
	TEXT(verdict.address_class),
	TEXT(verdict.confidence),
	TEXT(verdict.frame_certainty),
	TEXT(verdict.subsystem),
	TEXT(signature.algorithm),
	TEXT(signature.coarse),
	TEXT(signature.fine),
	TEXT(signature.text),
};

static const size_t module_texts[] = {
	offsetof(struct vmt_module, name),
	offsetof(struct vmt_module, version),
	offsetof(struct vmt_module, srcversion),
};

/* The numbers that are kept. */
static struct vmt_report numbers_of(const struct vmt_report *r)
{
	struct vmt_report b = {0};

	b.input.size = r->input.size;
	b.input.complete = r->input.complete;
	b.input.percent = r->input.percent;
	b.crash.time = r->crash.time;
	b.crash.uptime = r->crash.uptime;
	b.crash.local = r->crash.local;
	b.crash.cpu = r->crash.cpu;
	b.crash.pid = r->crash.pid;
	b.verdict.no_crash = r->verdict.no_crash;
	b.verdict.victim = r->verdict.victim;
	b.verdict.corrupted = r->verdict.corrupted;
	b.verdict.line = r->verdict.line;
	b.death = r->death;
	b.n_deaths = r->n_deaths;
	return b;
}

static const char *text_at(const void *base, size_t offset)
{
	const char *s;

	memcpy(&s, (const char *)base + offset, sizeof(s));
	return s;
}

static size_t length(const void *base, const size_t *offsets, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		const char *s = text_at(base, offsets[i]);

		sum += s ? strlen(s) + 1 : 0;
	}
	return sum;
}

/* Copies the texts of from to p, and has to point to them; returns what follows. */
static char *copy(void *to, const void *from, const size_t *offsets, size_t n, char *p)
{
	for (size_t i = 0; i < n; i++) {
		const char *s = text_at(from, offsets[i]);
		size_t len = s ? strlen(s) + 1 : 0;

		if (!s)
			continue;
		memcpy(p, s, len);
		memcpy((char *)to + offsets[i], &p, sizeof(p));
		p += len;
	}
	return p;
}

/* Groups are compared by the versions of modules, whoever the culprit is. */
static bool is_kept(const struct vmt_report *r, const struct vmt_module *m)
{
	return m->name && (m->version || m->srcversion ||
				  (r->verdict.module && !strcmp(m->name, r->verdict.module)));
}

/* The bytes of the modules that are kept, and how many these are. */
static size_t measure_modules(const struct vmt_report *r, size_t *n)
{
	size_t len = 0;

	*n = 0;
	for (size_t i = 0; i < r->n_modules; i++) {
		if (!is_kept(r, &r->modules[i]))
			continue;
		len += length(&r->modules[i], module_texts, ARRAY_SIZE(module_texts));
		++*n;
	}
	return len + *n * sizeof(struct vmt_module);
}

static char *copy_modules(
	struct vmt_report *to, const struct vmt_report *from, struct vmt_module *modules, char *p)
{
	to->modules = modules;
	for (size_t i = 0; i < from->n_modules; i++) {
		struct vmt_module *m = &modules[to->n_modules];

		if (!is_kept(from, &from->modules[i]))
			continue;
		*m = (struct vmt_module){0};
		p = copy(m, &from->modules[i], module_texts, ARRAY_SIZE(module_texts), p);
		to->n_modules++;
	}
	return p;
}

struct vmt_report *slim_copy(TALLOC_CTX *ctx, const struct vmt_report *full)
{
	size_t n, size_modules = measure_modules(full, &n);
	size_t len = length(full, texts, ARRAY_SIZE(texts));
	struct vmt_report *b = talloc_zero_size(ctx, sizeof(*b) + size_modules + len);
	struct vmt_module *modules = (void *)(b + 1);
	char *p;

	if (!b)
		return NULL;
	*b = numbers_of(full);
	p = copy(b, full, texts, ARRAY_SIZE(texts), (char *)(modules + n));
	copy_modules(b, full, modules, p);
	b->digest = history_row_digest(b, full);
	return b->digest ? b : NULL;
}
