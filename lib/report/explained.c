// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/explained.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"

static bool is(const struct vmt_explained *e, const char *region)
{
	return e->region && strcmp(e->region, region) == 0;
}

static const char *s_of(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* "vhba_template+0x10 [vhba]" */
static char *symbol(TALLOC_CTX *ctx, const struct vmt_explained *e)
{
	char *s = talloc_strdup(ctx, e->object ? e->object : "?");

	if (s && e->offset.known && e->offset.v)
		s = talloc_asprintf_append_buffer(s, "+0x%" PRIx64, e->offset.v);
	if (s && e->module && strcmp(e->module, VMT_MODULE_KERNEL) != 0)
		s = talloc_asprintf_append_buffer(s, " [%s]", e->module);
	return s;
}

static char *slab(TALLOC_CTX *ctx, const struct vmt_explained *e)
{
	const char *state = "";
	char *s = e->offset.v ? talloc_asprintf(ctx, "%" PRIu64 " byte%s into an object",
					e->offset.v, s_of(e->offset.v))
			      : talloc_strdup(ctx, "an object");

	if (e->state)
		state = strcmp(e->state, VMT_STATE_FREE) == 0 ? ", which is free" : ", in use";
	return s ? talloc_asprintf_append_buffer(s, " of the slab cache %s%s (%" PRIu64 " bytes)%s",
			   e->object, e->shared ? " and others" : "", e->size.v, state)
		 : NULL;
}

/* "8 bytes into an area of vmalloc (65536 bytes) that vhba_probe [vhba] asked for" */
static char *area(TALLOC_CTX *ctx, const struct vmt_explained *e)
{
	bool driver = e->module && strcmp(e->module, VMT_MODULE_KERNEL) != 0;
	const char *what =
		is(e, VMT_REGION_IOREMAP) ? "mapped memory of a device" : "an area of vmalloc";
	char *s = !e->offset.v ? talloc_asprintf(ctx, "the start of %s (%" PRIu64 " bytes)", what,
					 e->size.v)
		  : e->offset.v < e->size.v
			  ? talloc_asprintf(ctx, "%" PRIu64 " byte%s into %s (%" PRIu64 " bytes)",
				    e->offset.v, s_of(e->offset.v), what, e->size.v)
			  : talloc_asprintf(ctx, "the guard page after %s", what);

	if (!s || !e->object)
		return s;
	return talloc_asprintf_append_buffer(s, " that %s%s%s%s asked for", e->object,
		driver ? " [" : "", driver ? e->module : "", driver ? "]" : "");
}

static const char *page_words(const struct vmt_explained *e)
{
	static const struct {
		const char *state, *words;
	} rows[] = {{VMT_STATE_FREE, "a page of memory that is free"},
		{VMT_STATE_ANON, "a page of memory of processes"},
		{VMT_STATE_FILE, "a page of memory of a file"}};

	for (size_t i = 0; e->state && i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].state, e->state) == 0)
			return rows[i].words;
	return "a page of memory";
}

/* "32 bytes into an object of the slab cache kmalloc-512, in use". NULL: no memory. */
static char *explained_text(TALLOC_CTX *ctx, const struct vmt_explained *e)
{
	char *name;

	if (is(e, VMT_REGION_SLAB))
		return slab(ctx, e);
	if (is(e, VMT_REGION_STACK))
		return talloc_asprintf(ctx, "a stack of CPU %" PRIu64 "%s%s", e->cpu.v,
			e->object ? ": " : "", e->object ? e->object : "");
	if (is(e, VMT_REGION_MODULE))
		return talloc_asprintf(ctx, "the memory of module %s", e->module);
	if (is(e, VMT_REGION_PAGE))
		return talloc_strdup(ctx, page_words(e));
	if (is(e, VMT_REGION_VMALLOC) || is(e, VMT_REGION_IOREMAP))
		return area(ctx, e);
	name = symbol(ctx, e);
	if (name && is(e, VMT_REGION_PERCPU))
		return talloc_asprintf(
			ctx, "the per-CPU variable %s of CPU %" PRIu64, name, e->cpu.v);
	return name ? talloc_asprintf(
			      ctx, "the %s %s", is(e, VMT_REGION_TEXT) ? "code" : "variable", name)
		    : NULL;
}

void explained_put(struct page *p, const struct vmt_report *r)
{
	for (size_t i = 0; i < r->n_explained; i++) {
		char *text = explained_text(p->ctx, &r->explained[i]);
		char lead[32];

		snprintf(lead, sizeof(lead), "  %6s  ", r->explained[i].name);
		if (text)
			page_text(p, PAGE_PLAIN, lead, text);
		else
			p->nomem = true;
	}
}

/* "host = 0xffff888012345678, struct vhba_host *" */
static char *variable_text(TALLOC_CTX *ctx, const struct vmt_variable *v)
{
	char *value = v->value ? talloc_strdup(ctx, v->value) : NULL;

	if (!value && v->address.known)
		value = talloc_asprintf(ctx, "at 0x%" PRIx64, v->address.v);
	else if (!value)
		value = talloc_strdup(ctx, "(optimized out)");
	return value ? talloc_asprintf(ctx, "%s = %s, %s", v->name, value, v->type) : NULL;
}

void explained_put_variables(struct page *p, const struct vmt_report *r)
{
	const char *last = NULL;

	for (size_t i = 0; i < r->n_variables; i++) {
		const struct vmt_variable *v = &r->variables[i];
		char *text = variable_text(p->ctx, v);

		if (v->function && (!last || strcmp(last, v->function) != 0))
			page_text(p, PAGE_PLAIN, "  ", v->function);
		last = v->function;
		if (text)
			page_text(p, PAGE_PLAIN, v->argument ? "    arg  " : "    var  ", text);
		else
			p->nomem = true;
	}
}

void explained_put_code(struct page *p, const struct vmt_report *r)
{
	for (size_t i = 0; i < r->n_instructions; i++) {
		const struct vmt_instruction *in = &r->instructions[i];
		char *text = talloc_asprintf(
			p->ctx, "0x%016" PRIx64 "  %s", in->address, in->text ? in->text : "?");

		if (text)
			page_text(p, PAGE_PLAIN, in->current ? "> " : "  ", text);
		else
			p->nomem = true;
	}
}
