// SPDX-License-Identifier: GPL-3.0-or-later
/* Values and where they come from, each kept once. */
#include <string.h>

#include "base/array.h"
#include "explain/flow_internal.h"

#define BUCKETS 1024
#define TEXT_NESTING 8 /* "a->b->c": longer ones help nobody */

static uint32_t bucket_of(const struct flow_value *v)
{
	uint64_t h = v->kind * 31u + v->origin;

	h = h * 0x9e3779b97f4a7c15u + v->type;
	h = h * 0x9e3779b97f4a7c15u + (uint64_t)v->offset;
	h ^= h >> 29;
	return (uint32_t)(h * 0x9e3779b97f4a7c15u >> 32) % BUCKETS;
}

static bool is_same(const struct flow_value *a, const struct flow_value *b)
{
	return a->kind == b->kind && a->origin == b->origin && a->type == b->type &&
	       a->offset == b->offset;
}

static uint32_t lost(struct flow *f)
{
	f->full = true;
	return 0;
}

static bool make_room(struct flow *f)
{
	struct flow_value *values;
	uint32_t *chain;

	if (!f->buckets)
		f->buckets = talloc_zero_array(f, uint32_t, BUCKETS);
	if (!f->buckets || f->n_values == CAP_FLOW_VALUES)
		return false;
	values = ARRAY_ROOM(f, f->values, f->n_values);
	if (values)
		f->values = values;
	chain = ARRAY_ROOM(f, f->chain, f->n_values);
	if (chain)
		f->chain = chain;
	return values && chain;
}

uint32_t flow_number(struct flow *f, const struct flow_value *v)
{
	uint32_t bucket, i;

	if (!f->n_values) { /* number 0 */
		if (!make_room(f))
			return lost(f);
		f->values[f->n_values] = (struct flow_value){0};
		f->chain[f->n_values++] = 0;
	}
	if (v->kind == FLOW_UNKNOWN)
		return 0;
	bucket = bucket_of(v);
	for (i = f->buckets[bucket]; i; i = f->chain[i])
		if (is_same(&f->values[i], v))
			return i;
	if (!make_room(f))
		return lost(f);
	f->values[f->n_values] = *v;
	f->chain[f->n_values] = f->buckets[bucket];
	f->buckets[bucket] = f->n_values;
	return f->n_values++;
}

static bool is_same_origin(const struct flow_origin *a, const struct flow_origin *b)
{
	return a->source == b->source && a->param == b->param && a->type == b->type &&
	       a->member_at == b->member_at && a->base == b->base && a->addr == b->addr &&
	       (a->source != FLOW_CALLED || a->insn == b->insn);
}

uint32_t flow_origin_number(struct flow *f, const struct flow_origin *o)
{
	struct flow_origin *origins;

	for (uint32_t i = 1; i < f->n_origins; i++)
		if (is_same_origin(&f->origins[i], o))
			return i;
	if (f->n_origins == CAP_FLOW_VALUES / 16)
		return 0; /* the type is known all the same */
	origins = ARRAY_ROOM(f, f->origins, f->n_origins);
	if (!origins)
		return lost(f);
	f->origins = origins;
	origins[f->n_origins] = *o;
	return f->n_origins++;
}

uint32_t flow_typed(struct flow *f, uint64_t type, uint32_t origin)
{
	struct flow_value v = {.kind = FLOW_SCALAR, .type = type, .origin = origin};

	if (f->in->types->pointee(f->in->types->priv, type, &v.type))
		v.kind = FLOW_POINTER;
	return flow_number(f, &v);
}

uint32_t flow_plus(struct flow *f, uint32_t value, int64_t by)
{
	struct flow_value v = f->values[value];

	/* Where a result points to is not known yet, but its origin is. */
	if (v.kind == FLOW_UNKNOWN)
		return 0;
	v.offset = (int64_t)((uint64_t)v.offset + (uint64_t)by);
	return flow_number(f, &v);
}

static bool is_null(const struct flow_value *v)
{
	return v->kind == FLOW_CONST && v->offset == 0;
}

uint32_t flow_join(struct flow *f, uint32_t a, uint32_t b)
{
	const struct flow_value *x = &f->values[a], *y = &f->values[b];
	struct flow_value v = *x;

	if (a == b)
		return a;
	if (!a || !b)
		return 0;
	if (is_null(x))
		v = *y;
	if (v.kind != FLOW_POINTER)
		return 0;
	if (!is_null(x) && !is_null(y) &&
		(x->kind != y->kind || x->type != y->type || x->offset != y->offset))
		return 0;
	/* A pointer that may also be NULL: then it is not offset. */
	if ((is_null(x) || is_null(y)) && v.offset)
		return 0;
	v.origin = 0;
	return flow_number(f, &v);
}

uint32_t flow_loaded(struct flow *f, uint32_t pointer, int64_t disp, unsigned scale, uint32_t insn)
{
	const struct flow_value v = f->values[pointer];
	const struct types *t = f->in->types;
	struct flow_origin o = {
		.source = FLOW_MEMBER, .type = v.type, .base = v.origin, .insn = insn};
	struct types_member m;
	int64_t at = (int64_t)((uint64_t)v.offset + (uint64_t)disp);
	size_t len;

	/* Known only so far as to find out whose result it is. */
	if (v.kind == FLOW_RESULT && !scale) {
		o.member_at = (uint64_t)at;
		return flow_number(f, &(struct flow_value){.kind = FLOW_RESULT,
					      .origin = flow_origin_number(f, &o)});
	}
	if (v.kind != FLOW_POINTER || at < 0 || !t->member(t->priv, v.type, (uint64_t)at, 8, &m) ||
		!m.exact)
		return 0;
	if (scale) {
		len = strlen(m.path);
		/* Elements are alike: of an array in it, or of the array that it points to. */
		if (scale != 8 || (len && (len < 3 || strcmp(m.path + len - 3, "[0]") != 0)))
			return 0;
		return flow_typed(f, m.type, 0);
	}
	o.name = talloc_strdup(f, m.path);
	o.member_at = (uint64_t)at;
	if (!o.name)
		return lost(f);
	return flow_typed(f, m.type, flow_origin_number(f, &o));
}

const struct flow_origin *flow_origin(const struct flow *f, uint32_t origin)
{
	return &f->origins[origin < f->n_origins ? origin : 0];
}

const char *flow_text(const struct flow *f, TALLOC_CTX *ctx, uint32_t origin,
	const char *(*variable)(const void *arg, TALLOC_CTX *ctx, uint64_t addr), const void *arg)
{
	const struct flow_origin *chain[TEXT_NESTING], *o = flow_origin(f, origin);
	unsigned n = 0;
	const char *root = NULL;
	char *s;

	for (; o->source == FLOW_MEMBER; o = flow_origin(f, o->base)) {
		if (n == TEXT_NESTING)
			return NULL;
		chain[n++] = o;
	}
	if (o->source == FLOW_PARAM && o->name && *o->name)
		root = o->name;
	else if (o->source == FLOW_VARIABLE || (o->source == FLOW_CALLED && o->addr))
		root = variable(arg, ctx, o->addr);
	if (!root)
		return NULL;
	s = talloc_asprintf(ctx, "%s%s", root, o->source == FLOW_CALLED ? "()" : "");
	while (s && n--)
		s = chain[n]->name && *chain[n]->name
			    ? talloc_asprintf_append_buffer(s, "->%s", chain[n]->name)
			    : talloc_asprintf(ctx, "(*%s)", s);
	return s;
}
