// SPDX-License-Identifier: GPL-3.0-or-later
#include "image/btf_walk.h"

#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "base/caps.h"
#include "image/btf_types.h"

#define MAX_NESTING 12 /* structs and arrays in each other: real ones have up to eight */
#define SAMPLE 32      /* types in a row: at least one of them brings a new name */
#define NEARBY 1024    /* types around the place where a name first occurs */

/* ---- functions --------------------------------------------------------------------------- */

static void name_of(struct btf *btf, uint32_t name, char *buf, size_t size)
{
	if (!name || !btf_name_text(btf, name, buf, size))
		*buf = 0;
}

static int take_proto(struct btf *btf, uint32_t id, struct btf_function *ret, struct vmt_err *err)
{
	struct btf_type t = {0};
	int rc = btf_get_type(btf, id, &t, err);

	if (rc)
		return rc;
	if (t.kind != BTF_FUNC_PROTO || t.vlen > BTF_PARAMS_MAX)
		return err_set(err, VMT_ERR_NOTFOUND, "not the type of a function");
	memset(ret, 0, sizeof(*ret));
	ret->result = t.size_or_type;
	for (unsigned i = 0; i < t.vlen; i++) {
		struct btf_argument *p = &ret->params[ret->n_params];
		uint32_t name;

		rc = btf_get_param(&t, i, &name, &p->type, err);
		if (rc)
			return rc;
		name_of(btf, name, p->name, sizeof(p->name));
		ret->n_params += p->type != 0;
	}
	return 0;
}

enum named { NAMED_FUNCTION, NAMED_TYPE };

/* Something by its name, in the types from the one whose record is at off. */
struct wanted {
	enum named named;
	uint32_t off, id;
	uint32_t most; /* types to look at */
	uint32_t name;
	const char *text; /* instead of name, if not NULL */
};

static bool is_wanted(const struct wanted *w, struct btf *btf, const struct btf_type *t)
{
	if (w->named == NAMED_TYPE ? !btf_is_named_type(t) : t->kind != BTF_FUNC)
		return false;
	return w->text ? btf_name_equals(btf, t->name, w->text, strlen(w->text))
		       : t->name == w->name;
}

/* Reads forward over the bytes. */
static int scan(struct btf *btf, const struct wanted *w, struct btf_type *ret, struct vmt_err *err)
{
	uint32_t off = w->off;

	for (uint32_t i = 0; i < w->most && off < btf->types_len; i++) {
		struct btf_type t = {0};
		int rc = btf_read_record(btf, off, w->id + i, &t, err);

		if (rc)
			return rc;
		if (is_wanted(w, btf, &t)) {
			*ret = t;
			return 0;
		}
		off = t.end;
	}
	return err_set(err, VMT_ERR_NOTFOUND, "BTF has nothing of that name");
}

/* The highest name of some types from id on. Names are numbered as they first occur. */
static int newest_name(struct btf *btf, uint32_t id, uint32_t *ret, struct vmt_err *err)
{
	struct btf_type t = {0};
	int rc = btf_indexed_type(btf, id, &t, err);

	*ret = t.name;
	for (unsigned i = 1; !rc && i < SAMPLE && t.end < btf->types_len; i++) {
		rc = btf_read_record(btf, t.end, id + i, &t, err);
		if (!rc && t.name > *ret)
			*ret = t.name;
	}
	return rc;
}

/* The number that divides low to high as part does all. */
static uint32_t between(uint32_t low, uint32_t high, uint32_t part, uint32_t all)
{
	return all ? low + (uint32_t)((uint64_t)(high - low) * part / all) : low;
}

/*
 * Types keep the order in which the compiler's units brought them, and so do names: a function or
 * a type is most likely near the place where its name first occurs.
 */
static int near_name(
	struct btf *btf, enum named named, uint32_t name, struct btf_type *ret, struct vmt_err *err)
{
	uint32_t low = 1, high = btf->n_indexed, before = 0, behind = btf->strings_len, there;
	struct wanted w = {.named = named, .most = NEARBY, .name = name};
	struct btf_type t = {0};
	int rc;

	for (unsigned tries = 1; low < high; tries++) {
		uint32_t middle = tries % 3 == 0 || name < before || name > behind
					  ? low + (high - low) / 2
					  : between(low, high - 1, name - before, behind - before);

		rc = newest_name(btf, middle, &there, err);
		if (rc)
			return rc;
		if (there < name) {
			low = middle + 1;
			before = there;
		} else {
			high = middle;
			behind = there;
		}
	}
	low = low > NEARBY / 2 ? low - NEARBY / 2 : 1;
	rc = btf_indexed_type(btf, low, &t, err);
	if (rc)
		return rc;
	w.off = t.detail - BTF_RECORD;
	w.id = low;
	return scan(btf, &w, ret, err);
}

bool btf_near_type(struct btf *btf, uint32_t name, uint32_t *ret)
{
	struct btf_type t = {0};

	if (!btf->n_indexed || near_name(btf, NAMED_TYPE, name, &t, NULL))
		return false;
	*ret = t.id;
	return true;
}

static int sorted_function(
	struct btf *btf, const char *name, struct btf_type *ret, struct vmt_err *err)
{
	uint32_t id;
	int rc = btf_sorted_bound(btf, name, &id, err);

	for (; !rc && id < btf->n_indexed; id++) {
		rc = btf_indexed_type(btf, id, ret, err);
		if (rc || !btf_name_equals(btf, ret->name, name, strlen(name)))
			break;
		if (ret->kind == BTF_FUNC)
			return 0;
	}
	return rc ? rc : err_set(err, VMT_ERR_NOTFOUND, "BTF has no such function");
}

/*
 * Where in the strings a function's name most likely is. The compiler's units have the same order
 * in the types and in the code; names of types come before those of functions. How many functions
 * are before it tells more than its address: code has gaps. Measured on Debian 6.12: for nine of
 * ten functions within 4% of the strings, for half of them within 1.4%.
 */
static uint32_t likely_name(const struct btf *btf, uint64_t addr)
{
	uint64_t start, end, types = btf->strings_len / 8;
	struct kallsyms *ks = btf->image ? btf->image->symbols : NULL;
	uint32_t first, here, last;

	if (!addr || !ks || kernel_symbol(btf->image, "_stext", &start, NULL) ||
		kernel_symbol(btf->image, "_etext", &end, NULL) || addr < start || addr >= end ||
		!kallsyms_rank(ks, start, &first) || !kallsyms_rank(ks, end, &last) ||
		!kallsyms_rank(ks, addr, &here) || here < first || here >= last)
		return 0;
	return (uint32_t)(types +
			  (btf->strings_len - types) * (uint64_t)(here - first) / (last - first));
}

int btf_find_function(struct btf *btf, const char *name, uint64_t addr, struct btf_function *ret,
	struct vmt_err *err)
{
	struct wanted all = {.id = 1, .most = UINT32_MAX};
	struct btf_type t = {0};
	int rc = VMT_ERR_NOTFOUND;

	btf_want_index(btf->base ? btf->base : btf);
	if (btf->base) { /* small; its names may be the base's */
		all.id = btf->first_id;
		all.text = name;
		rc = scan(btf, &all, &t, err);
		return rc ? rc : take_proto(btf, t.size_or_type, ret, err);
	}
	if (btf->sorted)
		rc = sorted_function(btf, name, &t, err);
	else if (!btf_string_find(btf, name, likely_name(btf, addr), &all.name))
		return err_set(err, rc, "BTF has no function %s", name);
	else if (!btf->n_indexed || near_name(btf, NAMED_FUNCTION, all.name, &t, NULL))
		rc = scan(btf, &all, &t, err);
	else
		rc = 0;
	return rc ? rc : take_proto(btf, t.size_or_type, ret, err);
}

/* ---- types ------------------------------------------------------------------------------- */

#define SAME_NAME 8

static unsigned structs_of(struct btf *btf, const char *name, uint32_t *ret)
{
	uint32_t ids[SAME_NAME];
	unsigned n = 0, found = 0;
	struct btf_type t = {0};

	if (btf_find_types(btf, name, ids, SAME_NAME, &n, NULL))
		return 0;
	for (unsigned i = 0; i < n; i++) {
		if (btf_get_type(btf, ids[i], &t, NULL) || t.kind != BTF_STRUCT)
			continue;
		*ret = ids[i];
		found++;
	}
	return found;
}

/* Not that of a slab cache such as kmalloc-256, for which all strings would be searched. */
static bool is_identifier(const char *name)
{
	while (ascii_is_alnum(*name) || *name == '_')
		name++;
	return !*name;
}

bool btf_find_struct(struct btf *btf, const char *name, uint32_t *ret)
{
	unsigned n;

	if (!is_identifier(name))
		return false;
	n = structs_of(btf, name, ret);
	if (!n && btf->base)
		n = structs_of(btf->base, name, ret);
	return n == 1;
}

/* After an enum's record: the name and value of each of its enumerators. */
static bool value_in(const struct btf_type *t, const char *name, uint32_t *ret)
{
	uint32_t words[2];

	for (uint32_t i = 0; i < t->vlen; i++) {
		if (btf_read_types(t->btf, t->detail + 8 * i, words, 2, NULL))
			return false;
		if (!btf_name_equals(t->btf, words[0], name, strlen(name)))
			continue;
		*ret = words[1];
		return true;
	}
	return false;
}

bool btf_enumerator(struct btf *btf, const char *type, const char *name, uint32_t *ret)
{
	uint32_t ids[SAME_NAME];
	struct btf_type t = {0};
	unsigned n = 0;

	if (btf_find_types(btf, type, ids, SAME_NAME, &n, NULL))
		return false;
	for (unsigned i = 0; i < n; i++)
		if (!btf_get_type(btf, ids[i], &t, NULL) && t.kind == BTF_ENUM &&
			value_in(&t, name, ret))
			return true;
	return false;
}

bool btf_pointee(struct btf *btf, uint32_t type, uint32_t *ret)
{
	struct btf_type t = {0};

	if (!type || btf_strip(btf, type, &t, NULL) || t.kind != BTF_PTR)
		return false;
	*ret = t.size_or_type;
	return true;
}

uint32_t btf_plain(struct btf *btf, uint32_t type)
{
	struct btf_type t = {0};

	return type && btf_strip(btf, type, &t, NULL) == 0 ? t.id : 0;
}

bool btf_type_size(struct btf *btf, uint32_t type, uint64_t *ret)
{
	uint64_t count;

	return type && btf_size_of(btf, type, ret, &count, NULL) == 0;
}

static const char *word_of(enum btf_kind kind)
{
	return kind == BTF_STRUCT || kind == BTF_FWD	? "struct "
	       : kind == BTF_UNION			? "union "
	       : kind == BTF_ENUM || kind == BTF_ENUM64 ? "enum "
							: "";
}

/* What a type is made of, for its text. */
struct wording {
	char alias[BTF_TEXT_MAX / 2]; /* the first typedef on the way */
	unsigned stars;
	bool is_void;
	struct btf_type last; /* what is pointed to, unless is_void */
};

static bool leads_on(enum btf_kind kind)
{
	return kind == BTF_TYPEDEF || kind == BTF_CONST || kind == BTF_VOLATILE ||
	       kind == BTF_RESTRICT || kind == BTF_TYPE_TAG;
}

static bool word(struct btf *btf, uint32_t type, struct wording *ret)
{
	struct btf_type *t = &ret->last;

	for (unsigned hops = 0; type; hops++) {
		if (hops == MAX_NESTING || btf_get_type(btf, type, t, NULL))
			return false;
		if (t->kind == BTF_TYPEDEF && !*ret->alias)
			name_of(btf, t->name, ret->alias, sizeof(ret->alias));
		if (t->kind == BTF_PTR && !*ret->alias)
			ret->stars++;
		else if (!leads_on(t->kind)) /* of a pointer with an alias, that is enough */
			return true;
		type = t->size_or_type;
	}
	ret->is_void = true;
	return true;
}

/* An alias is preferred, but not to the name of a struct. */
static bool has_own_name(const struct wording *w)
{
	enum btf_kind kind = w->last.kind;

	if (!w->last.name)
		return false;
	return kind == BTF_STRUCT || kind == BTF_UNION || kind == BTF_FWD ||
	       (!*w->alias && kind != BTF_PTR);
}

void btf_type_text(struct btf *btf, uint32_t type, char *buf, size_t size)
{
	char name[BTF_TEXT_MAX / 2] = "";
	struct wording w = {0};

	*buf = 0;
	if (!word(btf, type, &w))
		return;
	if (!w.is_void && has_own_name(&w))
		name_of(btf, w.last.name, name, sizeof(name));
	if (w.is_void)
		snprintf(buf, size, "void");
	else if (*name)
		snprintf(buf, size, "%s%s", word_of(w.last.kind), name);
	else
		snprintf(buf, size, "%s", w.alias);
	if (!*buf)
		return;
	for (unsigned i = 0; i < w.stars && i < 3; i++)
		snprintf(buf + strlen(buf), size - strlen(buf), "%s*", i ? "" : " ");
}

/* What a member leads to: a pointer's target, or the elements of an array. */
static bool led_to(struct btf *btf, uint32_t type, uint32_t *ret)
{
	struct btf_array array;
	struct btf_type t = {0};

	if (btf_strip(btf, type, &t, NULL) || t.kind != BTF_ARRAY)
		return btf_pointee(btf, type, ret);
	if (btf_get_array(&t, &array, NULL))
		return false;
	*ret = array.type;
	return true;
}

void btf_learn_member(struct btf *btf, const char *type, const char *member)
{
	uint32_t id, to;
	unsigned n;
	struct btf_type t = {0};

	btf_want_index(btf);
	if (btf_find_types(btf, type, &id, 1, &n, NULL) || btf_strip(btf, id, &t, NULL) ||
		(t.kind != BTF_STRUCT && t.kind != BTF_UNION))
		return;
	for (unsigned i = 0; i < t.vlen; i++) {
		struct btf_member m;

		if (btf_get_member(&t, i, &m, NULL))
			return;
		if (btf_name_equals(btf, m.name, member, strlen(member))) {
			if (led_to(btf, m.type, &to))
				btf_learn(btf, btf_plain(btf, to));
			return;
		}
	}
}

/* ---- the member at a place --------------------------------------------------------------- */

struct search {
	struct btf *btf;
	unsigned size, nesting;
	bool ambiguous;
	struct btf_spot *spot;
};

static bool descend(struct search *s, uint32_t type, uint64_t offset);

void btf_allow(struct btf *btf)
{
	btf->allowed = CAP_BTF_WALK;
}

/* One more member may be examined. */
static bool spend(struct btf *btf)
{
	if (btf->allowed)
		btf->allowed--;
	return btf->allowed != 0;
}

static void append(struct search *s, uint32_t name, uint64_t index)
{
	char *path = s->spot->path, text[64];
	size_t len = strlen(path);

	if (name) {
		name_of(s->btf, name, text, sizeof(text));
		snprintf(path + len, sizeof(s->spot->path) - len, "%s%s", len ? "." : "", text);
	} else {
		snprintf(path + len, sizeof(s->spot->path) - len, "[%llu]",
			(unsigned long long)index);
	}
}

/* Whether the member has the byte; *start is where the member begins. */
static bool covers(struct search *s, const struct btf_member *m, uint64_t offset, uint64_t *start)
{
	uint64_t size;

	*start = m->offset / 8;
	if (m->bit_size)
		return offset >= *start && offset < (m->offset + m->bit_size + 7) / 8;
	return offset >= *start && btf_type_size(s->btf, m->type, &size) && offset - *start < size;
}

/* The one member of a struct that has the byte. */
static bool in_struct(struct search *s, const struct btf_type *t, uint64_t offset)
{
	struct btf_member m, found = {0};
	uint64_t start, from = 0;
	unsigned n = 0;

	for (unsigned i = 0; i < t->vlen; i++) {
		if (!spend(s->btf) || btf_get_member(t, i, &m, NULL))
			return false;
		if (!covers(s, &m, offset, &start))
			continue;
		n++;
		found = m;
		from = start;
	}
	if (n != 1)
		return false;
	if (found.name)
		append(s, found.name, 0);
	s->spot->offset += from;
	if (found.bit_size) {
		s->spot->type = found.type;
		s->spot->exact = false;
		return true;
	}
	return descend(s, found.type, offset - from);
}

/* The one alternative that fits the access exactly. */
static bool in_union(struct search *s, const struct btf_type *t, uint64_t offset)
{
	const struct btf_spot before = *s->spot;
	struct btf_spot found = before;
	unsigned n = 0;

	for (unsigned i = 0; i < t->vlen; i++) {
		struct btf_member m;
		uint64_t start;

		*s->spot = before;
		if (!spend(s->btf) || btf_get_member(t, i, &m, NULL))
			return false;
		if (!covers(s, &m, offset, &start))
			continue;
		if (m.bit_size)
			return false;
		if (m.name)
			append(s, m.name, 0);
		s->spot->offset += start;
		if (!descend(s, m.type, offset - start) || !s->spot->exact)
			continue;
		n++;
		found = *s->spot;
	}
	s->ambiguous |= n > 1;
	*s->spot = n == 1 ? found : before;
	return n == 1 && !s->ambiguous;
}

static bool in_array(struct search *s, const struct btf_type *t, uint64_t offset)
{
	struct btf_array array;
	uint64_t size;

	if (btf_get_array(t, &array, NULL) || !btf_type_size(s->btf, array.type, &size) || !size ||
		offset / size >= array.count)
		return false;
	append(s, 0, offset / size);
	s->spot->offset += offset - offset % size;
	return descend(s, array.type, offset % size);
}

static bool descend(struct search *s, uint32_t type, uint64_t offset)
{
	struct btf_type t = {0};
	uint64_t size;
	bool ok = false;

	if (s->nesting >= MAX_NESTING || !type || btf_strip(s->btf, type, &t, NULL))
		return false;
	s->nesting++;
	switch (t.kind) {
	case BTF_STRUCT:
		ok = in_struct(s, &t, offset);
		break;
	case BTF_UNION:
		ok = in_union(s, &t, offset);
		break;
	case BTF_ARRAY:
		ok = in_array(s, &t, offset);
		break;
	case BTF_INT:
	case BTF_PTR:
	case BTF_ENUM:
	case BTF_ENUM64:
	case BTF_FLOAT:
		ok = btf_type_size(s->btf, type, &size) && offset + s->size <= size;
		s->spot->type = type;
		s->spot->exact = ok && offset == 0 && s->size == size;
		break;
	default:
		break;
	}
	s->nesting--;
	return ok;
}

bool btf_member_at(
	struct btf *btf, uint32_t type, uint64_t offset, unsigned size, struct btf_spot *ret)
{
	struct search s = {.btf = btf, .size = size, .spot = ret};

	memset(ret, 0, sizeof(*ret));
	return descend(&s, type, offset);
}

/* ---- what holds a type ------------------------------------------------------------------- */

/* Whether the type has a member of that type exactly there. Appends its path. */
static bool holds(struct search *s, uint32_t id, uint32_t type, uint64_t offset)
{
	struct btf_type t = {0};
	struct btf_member m;
	uint64_t start;

	if (s->nesting >= MAX_NESTING || btf_strip(s->btf, id, &t, NULL) ||
		(t.kind != BTF_STRUCT && t.kind != BTF_UNION))
		return false;
	for (unsigned i = 0; i < t.vlen; i++) {
		const struct btf_spot before = *s->spot;
		bool found;

		if (!spend(s->btf) || btf_get_member(&t, i, &m, NULL))
			return false;
		if (m.bit_size || !covers(s, &m, offset, &start))
			continue;
		if (m.name)
			append(s, m.name, 0);
		s->nesting++;
		found = (start == offset && btf_plain(s->btf, m.type) == type) ||
			holds(s, m.type, type, offset - start);
		s->nesting--;
		if (found)
			return true;
		*s->spot = before;
	}
	return false;
}

bool btf_holds(
	struct btf *btf, uint32_t id, uint32_t type, uint64_t offset, char path[BTF_TEXT_MAX])
{
	struct btf_spot spot = {0};
	struct search s = {.btf = btf, .spot = &spot};

	if (!type || !holds(&s, id, type, offset))
		return false;
	memcpy(path, spot.path, BTF_TEXT_MAX);
	return true;
}

bool btf_next_holder(
	struct btf *btf, uint32_t *id, uint32_t type, uint64_t offset, char path[BTF_TEXT_MAX])
{
	struct btf_type t = {0};

	if (!btf->base || !type)
		return false;
	for (*id = *id ? *id + 1 : btf->first_id;
		spend(btf) && btf_get_type(btf, *id, &t, NULL) == 0; ++*id) {
		struct btf_spot spot = {0};
		struct search s = {.btf = btf, .spot = &spot};

		if (t.kind != BTF_STRUCT || t.size_or_type <= offset ||
			!holds(&s, *id, type, offset))
			continue;
		memcpy(path, spot.path, BTF_TEXT_MAX);
		return true;
	}
	return false;
}
