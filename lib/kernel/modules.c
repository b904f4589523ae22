// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The list "modules" of struct module. Its members changed over the years: the rows below name
 * those of each layout. If a struct module is in a page that was left out of the dump (an old
 * makedumpfile with a newer kernel does that), only the modules that cannot be reached from either
 * end are lost.
 */
#include "kernel/modules.h"

#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/name_index.h"

/* ---- the layout of struct module --------------------------------------------------------- */

enum module_field {
	FIELD_LIST,
	FIELD_NAME,
	FIELD_STATE,
	FIELD_TAINTS,
	FIELD_VERSION,
	FIELD_SRCVERSION,
	FIELD_COUNT
};

static const char *const field_names[FIELD_COUNT] = {
	[FIELD_LIST] = "list",
	[FIELD_NAME] = "name",
	[FIELD_STATE] = "state",
	[FIELD_TAINTS] = "taints",
	[FIELD_VERSION] = "version",
	[FIELD_SRCVERSION] = "srcversion",
};

/*
 * Where a module's memory is. If text_size is NULL, is_text says whether all or none of it is text.
 */
static const struct {
	const char *base, *size, *text_size;
	bool is_text, init;
} range_rows[] = {
	/* mem[], 6.4 and later: text, data, rodata, ro_after_init, then the same for init */
	{"mem[0].base", "mem[0].size", NULL, true, false},
	{"mem[1].base", "mem[1].size", NULL, false, false},
	{"mem[2].base", "mem[2].size", NULL, false, false},
	{"mem[3].base", "mem[3].size", NULL, false, false},
	{"mem[4].base", "mem[4].size", NULL, true, true},
	{"mem[5].base", "mem[5].size", NULL, false, true},
	{"mem[6].base", "mem[6].size", NULL, false, true},
	/* 4.5 to 6.3 */
	{"core_layout.base", "core_layout.size", "core_layout.text_size", false, false},
	{"data_layout.base", "data_layout.size", NULL, false, false},
	{"init_layout.base", "init_layout.size", "init_layout.text_size", false, true},
	/* before 4.5 */
	{"module_core", "core_size", "core_text_size", false, false},
	{"module_init", "init_size", "init_text_size", false, true},
};

#define RANGE_ROWS ARRAY_SIZE(range_rows)

struct module_shape {
	struct layout_member fields[FIELD_COUNT];
	bool has[FIELD_COUNT];
	struct {
		struct layout_member base, size, text_size;
		bool there;
	} ranges[RANGE_ROWS];
};

static bool member(const struct kernel_image *k, const char *name, struct layout_member *ret)
{
	return name && layout_member(k->layout, "module", name, ret, NULL) == 0 && ret->size <= 8;
}

static int find_shape(const struct kernel_image *k, struct module_shape *s, struct vmt_err *err)
{
	memset(s, 0, sizeof(*s));
	for (unsigned i = 0; i < FIELD_COUNT; i++) {
		int rc = layout_member(k->layout, "module", field_names[i], &s->fields[i], err);

		s->has[i] = rc == 0;
		if (rc && (i == FIELD_LIST || i == FIELD_NAME))
			return rc;
	}
	for (size_t i = 0; i < RANGE_ROWS; i++) {
		s->ranges[i].there = member(k, range_rows[i].base, &s->ranges[i].base) &&
				     member(k, range_rows[i].size, &s->ranges[i].size);
		if (!member(k, range_rows[i].text_size, &s->ranges[i].text_size))
			s->ranges[i].text_size.size = 0;
	}
	return 0;
}

/* ---- one module -------------------------------------------------------------------------- */

static bool read_value(
	const struct kernel_image *k, uint64_t addr, const struct layout_member *m, uint64_t *ret)
{
	return m->size &&
	       mem_read_uint(k->space, addr + m->offset, (unsigned)m->size, ret, NULL) == 0;
}

static bool read_field(const struct kernel_image *k, const struct module_shape *s, uint64_t addr,
	enum module_field field, uint64_t *ret)
{
	return s->has[field] && s->fields[field].size <= 8 &&
	       read_value(k, addr, &s->fields[field], ret);
}

static const char *read_text(TALLOC_CTX *ctx, const struct kernel_image *k,
	const struct module_shape *s, uint64_t addr, enum module_field field)
{
	char text[CAP_MODULE_VERSION];
	uint64_t at;

	if (!read_field(k, s, addr, field, &at) || !at ||
		mem_read_string(k->space, at, text, sizeof(text), NULL))
		return NULL;
	return talloc_strdup(ctx, text);
}

static void read_range(const struct kernel_image *k, const struct module_shape *s, size_t row,
	struct kernel_module *m)
{
	struct module_range r = {.init = range_rows[row].init};

	if (!s->ranges[row].there || m->n_ranges == MODULE_RANGES ||
		!read_value(k, m->addr, &s->ranges[row].base, &r.base) ||
		!read_value(k, m->addr, &s->ranges[row].size, &r.size) || !r.base || !r.size ||
		r.size > UINT64_MAX - r.base)
		return;
	if (range_rows[row].is_text)
		r.text_size = r.size;
	else if (!read_value(k, m->addr, &s->ranges[row].text_size, &r.text_size))
		r.text_size = 0;
	if (r.text_size > r.size)
		r.text_size = r.size;
	if (!r.init) {
		if (!m->base)
			m->base = r.base;
		m->size += r.size;
	}
	m->ranges[m->n_ranges++] = r;
}

/* Fails only if the name cannot be read. Anything else that is missing remains unknown. */
static int read_module(TALLOC_CTX *ctx, const struct kernel_image *k, const struct module_shape *s,
	uint64_t addr, struct kernel_module *m, struct vmt_err *err)
{
	const struct layout_member *name = &s->fields[FIELD_NAME];
	size_t len = name->size < MODULE_NAME_MAX ? (size_t)name->size : MODULE_NAME_MAX - 1;
	uint64_t v;
	int rc;

	memset(m, 0, sizeof(*m));
	m->addr = addr;
	rc = mem_read(k->space, addr + name->offset, m->name, len, err);
	if (rc)
		return rc;
	if (!m->name[0])
		return err_set_at(err, VMT_ERR_CORRUPT, addr, "the module has no name");
	if (read_field(k, s, addr, FIELD_STATE, &v))
		m->state = v <= MODULE_UNFORMED ? (enum module_state)v : MODULE_LIVE;
	if (m->state == MODULE_UNFORMED)
		return 0;
	m->taints.known = read_field(k, s, addr, FIELD_TAINTS, &m->taints.v);
	m->version = read_text(ctx, k, s, addr, FIELD_VERSION);
	m->srcversion = read_text(ctx, k, s, addr, FIELD_SRCVERSION);
	for (size_t i = 0; i < RANGE_ROWS; i++)
		read_range(k, s, i, m);
	return 0;
}

/* ---- the list ---------------------------------------------------------------------------- */

/* The room for modules is doubled when it grows. */
CAP_FITS(CAP_MODULES, sizeof(struct kernel_module));

struct walk {
	TALLOC_CTX *ctx;
	const struct kernel_image *k;
	struct module_shape shape;
	struct module_list *list;
	uint64_t head, offset; /* of the list's head; of the links in struct module */
	uint64_t *seen;	       /* links that were followed */
	uint32_t n_seen, room;
	struct name_index *index;
};

static uint32_t link_hash(uint64_t link)
{
	return name_hash_of_sum(link * NAME_HASH_FACTOR);
}

static bool was_seen(const struct walk *w, uint64_t link)
{
	uint32_t cursor = 0, i;

	while (name_index_next(w->index, link_hash(link), &cursor, &i)) {
		if (w->seen[i] == link)
			return true;
	}
	return false;
}

static int note_seen(struct walk *w, uint64_t link, struct vmt_err *err)
{
	if (w->n_seen == w->room) {
		uint32_t room = w->room ? w->room * 2 : 64;
		uint64_t *seen = talloc_realloc(w->index, w->seen, uint64_t, room);
		struct kernel_module *items =
			talloc_realloc(w->ctx, w->list->items, struct kernel_module, room);

		if (seen)
			w->seen = seen;
		if (items)
			w->list->items = items;
		if (!seen || !items)
			return err_nomem(err);
		w->room = room;
	}
	w->seen[w->n_seen] = link;
	return name_index_add(w->index, link_hash(link), w->n_seen++, err);
}

static void add_loss(struct walk *w, const struct vmt_err *why)
{
	if (!w->list->first.code)
		w->list->first = *why;
}

static int add_module(struct walk *w, uint64_t link, struct vmt_err *err)
{
	struct kernel_module *m;
	struct vmt_err why = {0};
	int rc = note_seen(w, link, err);

	if (rc)
		return rc;
	m = &w->list->items[w->list->n];
	if (read_module(w->ctx, w->k, &w->shape, link - w->offset, m, &why)) {
		w->list->unreadable++;
		add_loss(w, &why);
	} else if (m->state != MODULE_UNFORMED) {
		w->list->n++;
	}
	return 0;
}

/*
 * Follows the links at the given offset in each list_head (next or prev), starting at the head.
 * *whole: the list returned to the head. Stops at what cannot be read or was visited before.
 */
static int follow(struct walk *w, uint64_t place, bool *whole, struct vmt_err *err)
{
	uint64_t link;
	int rc = mem_read_ptr(w->k->space, w->head + place, &link, err);

	*whole = false;
	while (!rc && link != w->head) {
		struct vmt_err why = {0};

		if (was_seen(w, link))
			return 0;
		if (w->n_seen >= CAP_MODULES) {
			w->list->capped = true;
			return 0;
		}
		rc = add_module(w, link, err);
		if (!rc && mem_read_ptr(w->k->space, link + place, &link, &why)) {
			add_loss(w, &why);
			return 0;
		}
	}
	*whole = !rc;
	return rc;
}

static void reverse(struct kernel_module *m, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct kernel_module t = m[i];

		m[i] = m[n - 1 - i];
		m[n - 1 - i] = t;
	}
}

static int read_list(struct walk *w, struct vmt_err *err)
{
	size_t forwards;
	bool whole;
	int rc = follow(w, 0, &whole, err);

	if (rc || whole)
		return rc;
	w->list->broken = true;
	if (!w->list->first.code)
		err_set(&w->list->first, VMT_ERR_CORRUPT, "the list of modules has a cycle");
	forwards = w->list->n;
	rc = follow(w, mem_space_ptr_size(w->k->space), &whole, err);
	reverse(w->list->items + forwards, w->list->n - forwards);
	return rc;
}

int modules_read(
	TALLOC_CTX *ctx, const struct kernel_image *k, struct module_list *ret, struct vmt_err *err)
{
	struct walk w = {.ctx = ctx, .k = k, .list = ret};
	int rc;

	memset(ret, 0, sizeof(*ret));
	if (!k->layout)
		return err_set(err, VMT_ERR_NOTFOUND, "layouts of structs are not known");
	rc = kernel_symbol(k, "modules", &w.head, err);
	if (!rc)
		rc = find_shape(k, &w.shape, err);
	if (!rc)
		rc = name_index_new(ctx, 0, &w.index, err);
	if (rc)
		return err_prepend(err, rc, "modules");
	w.offset = w.shape.fields[FIELD_LIST].offset;
	rc = read_list(&w, err);
	talloc_free(w.index);
	return rc ? err_prepend(err, rc, "modules") : 0;
}

const struct kernel_module *modules_at(const struct module_list *list, uint64_t addr)
{
	for (size_t i = 0; i < list->n; i++) {
		for (unsigned r = 0; r < list->items[i].n_ranges; r++) {
			const struct module_range *range = &list->items[i].ranges[r];

			if (addr - range->base < range->size)
				return &list->items[i];
		}
	}
	return NULL;
}

const struct kernel_module *modules_find(const struct module_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->items[i].name, name) == 0)
			return &list->items[i];
	}
	return NULL;
}
