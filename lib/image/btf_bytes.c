// SPDX-License-Identifier: GPL-3.0-or-later
/* The bytes of BTF, a page at a time: words of types, and names in the strings. */
#include <string.h>

#include "base/cur.h"
#include "base/name_index.h"
#include "image/btf_types.h"

#define NAME_MAX_LEN 256 /* longer names are of no use here, and C code has none */

/* Fills the window from va up to the end of its page. */
static int window_load(struct btf *btf, struct btf_window *w, uint64_t va, struct vmt_err *err)
{
	size_t len = BTF_WINDOW - va % BTF_WINDOW;
	int rc;

	w->len = 0;
	rc = mem_read(btf->space, va, w->bytes, len, err);
	if (rc)
		return rc;
	w->at = va;
	w->len = len;
	return 0;
}

/* n bytes at va: in the window, or in scratch if they cross pages. NULL: not readable. */
static const uint8_t *window_bytes(struct btf *btf, struct btf_window *w, uint64_t va, size_t n,
	uint8_t *scratch, struct vmt_err *err)
{
	if (va % BTF_WINDOW + n > BTF_WINDOW)
		return mem_read(btf->space, va, scratch, n, err) ? NULL : scratch;
	if ((va < w->at || va - w->at + n > w->len) && window_load(btf, w, va, err))
		return NULL;
	return w->bytes + (va - w->at);
}

int btf_read_types(struct btf *btf, uint32_t off, uint32_t *words, unsigned n, struct vmt_err *err)
{
	uint8_t scratch[BTF_RECORD];
	const uint8_t *p;
	bool be = mem_space_big_endian(btf->space);

	if (off > btf->types_len || n * 4 > btf->types_len - off)
		return err_set_at(err, VMT_ERR_CORRUPT, btf->types + off,
			"a BTF type goes past the end of the types");
	p = window_bytes(btf, &btf->types_window, btf->types + off, n * 4, scratch, err);
	if (!p)
		return err_prepend(err, err ? err->code : VMT_ERR_NODATA, "BTF types");
	for (unsigned i = 0; i < n; i++)
		words[i] = (uint32_t)cur_load(p + 4 * i, 4, be);
	return 0;
}

/* Once a name is lost, "there is no such member" can no longer be claimed. */
static void note_lost(struct btf *btf, const struct vmt_err *why)
{
	if (!btf->lost.code)
		btf->lost = *why;
}

int btf_lost_names(const struct btf *btf, struct vmt_err *err)
{
	while (btf && !btf->lost.code)
		btf = btf->base;
	if (btf && err)
		*err = btf->lost;
	return btf ? err_prepend(err, btf->lost.code, "BTF names") : 0;
}

/*
 * The BTF whose strings hold the name, with *name set to its offset there. NULL: the offset is
 * false.
 */
static struct btf *string_owner(struct btf *btf, uint32_t *name)
{
	while (btf->base && *name < btf->first_name)
		btf = btf->base;
	*name -= btf->first_name;
	return *name < btf->strings_len ? btf : NULL;
}

bool btf_name_equals(struct btf *btf, uint32_t name, const char *s, size_t len)
{
	uint8_t scratch[NAME_MAX_LEN];
	const uint8_t *p;
	struct vmt_err why;

	btf = string_owner(btf, &name);
	if (!btf || len >= NAME_MAX_LEN || len >= btf->strings_len - name)
		return false;
	p = window_bytes(btf, &btf->strings_window, btf->strings + name, len + 1, scratch, &why);
	if (!p)
		note_lost(btf, &why);
	/* The first character rules out nearly all. */
	return p && (len == 0 || *p == (uint8_t)*s) && memcmp(p, s, len) == 0 && p[len] == 0;
}

bool btf_name_hash(struct btf *btf, uint32_t name, uint32_t *hash)
{
	struct btf_window *w;
	struct vmt_err why;
	uint64_t sum = 0;

	btf = string_owner(btf, &name);
	if (!btf)
		return false;
	w = &btf->strings_window;
	for (uint32_t i = name; i < btf->strings_len && i - name < NAME_MAX_LEN; i++) {
		uint64_t va = btf->strings + i;
		char c;

		if (va - w->at >= w->len && window_load(btf, w, va, &why)) {
			note_lost(btf, &why);
			return false;
		}
		c = (char)w->bytes[va - w->at];
		if (!c) {
			*hash = name_hash_of_sum(sum);
			return i > name;
		}
		sum = name_hash_sum(sum, &c, 1);
	}
	return false;
}

bool btf_name_text(struct btf *btf, uint32_t name, char *buf, size_t size)
{
	struct vmt_err why;

	btf = string_owner(btf, &name);
	if (!btf)
		return false;
	if (mem_read_string(btf->space, btf->strings + name, buf, size, &why)) {
		note_lost(btf, &why);
		return false;
	}
	return true;
}

/* A name to search for, with the zeros around it. */
struct string_search {
	struct btf *btf;
	uint8_t wanted[NAME_MAX_LEN];
	size_t len;
	bool lost; /* not all of the strings can be read */
	uint32_t found;
};

/* What of a page's neighbours is searched with it: a string may be in both. */
enum page_reach { PAGE_ALONE, PAGE_FROM_BEFORE, PAGE_INTO_NEXT };

/* Searches the page of the strings that off is in. */
static bool search_page(struct string_search *s, uint32_t off, enum page_reach reach)
{
	uint8_t buf[BTF_WINDOW + 2 * NAME_MAX_LEN];
	struct btf *btf = s->btf;
	uint64_t page = (btf->strings + off) & ~(uint64_t)(BTF_WINDOW - 1);
	uint64_t end = btf->strings + btf->strings_len;
	uint64_t from = page > btf->strings ? page : btf->strings;
	uint64_t to = end - from > BTF_WINDOW - from % BTF_WINDOW ? page + BTF_WINDOW : end;
	bool before = reach == PAGE_FROM_BEFORE;
	uint64_t room = before ? from - btf->strings : end - to;
	size_t more = reach == PAGE_ALONE ? 0 : s->len - 1;
	const uint8_t *found;

	if (more > room)
		more = (size_t)room;
	if (before)
		from -= more;
	else
		to += more;
	if (mem_read(btf->space, from, buf, (size_t)(to - from), NULL)) {
		s->lost = true;
		from += before ? more : 0;
		to -= before ? 0 : more;
		if (!more || mem_read(btf->space, from, buf, (size_t)(to - from), NULL))
			return false;
	}
	found = memmem(buf, (size_t)(to - from), s->wanted, s->len);
	if (found)
		s->found = (uint32_t)(from - btf->strings + (uint64_t)(found - buf) + 1);
	return found;
}

/* Searches all strings, page by page, from the one at near on in both directions. */
static bool search_strings(
	struct btf *btf, const char *name, uint32_t near, struct string_search *s)
{
	int64_t up, down;

	*s = (struct string_search){.btf = btf, .len = strlen(name) + 2};
	if (s->len > sizeof(s->wanted) || !btf->strings_len)
		return false;
	memcpy(s->wanted + 1, name, s->len - 1);
	if (near >= btf->strings_len)
		near = btf->strings_len - 1;
	up = (int64_t)near - (int64_t)((btf->strings + near) % BTF_WINDOW);
	down = up - 1;
	if (search_page(s, near, PAGE_ALONE))
		return true;
	for (up += BTF_WINDOW; up < btf->strings_len || down >= 0;
		up += BTF_WINDOW, down -= BTF_WINDOW)
		if ((up < btf->strings_len && search_page(s, (uint32_t)up, PAGE_FROM_BEFORE)) ||
			(down >= 0 && search_page(s, (uint32_t)down, PAGE_INTO_NEXT)))
			return true;
	return false;
}

bool btf_string_exists(struct btf *btf, const char *name, uint32_t *ret)
{
	struct string_search s;
	bool found = search_strings(btf, name, 0, &s);

	*ret = found ? s.found : 0;
	return found || s.lost;
}

bool btf_string_find(struct btf *btf, const char *name, uint32_t near, uint32_t *ret)
{
	struct string_search s;

	if (!search_strings(btf, name, near, &s))
		return false;
	*ret = s.found;
	return true;
}

int btf_get_member(
	const struct btf_type *t, unsigned i, struct btf_member *ret, struct vmt_err *err)
{
	uint32_t w[3] = {0};
	int rc = btf_read_types(t->btf, t->detail + 12 * i, w, 3, err);

	if (rc)
		return rc;
	*ret = (struct btf_member){.name = w[0], .type = w[1], .offset = w[2]};
	if (t->kind_flag) {
		ret->offset = w[2] & 0xffffff;
		ret->bit_size = w[2] >> 24;
	}
	return 0;
}

int btf_get_array(const struct btf_type *t, struct btf_array *ret, struct vmt_err *err)
{
	uint32_t w[3];
	int rc = btf_read_types(t->btf, t->detail, w, 3, err);

	if (!rc)
		*ret = (struct btf_array){.type = w[0], .count = w[2]};
	return rc;
}

int btf_get_param(
	const struct btf_type *t, unsigned i, uint32_t *name, uint32_t *type, struct vmt_err *err)
{
	uint32_t w[2] = {0};
	int rc = btf_read_types(t->btf, t->detail + 8 * i, w, 2, err);

	*name = w[0];
	*type = w[1];
	return rc;
}

int btf_get_int(const struct btf_type *t, uint32_t *ret, struct vmt_err *err)
{
	return btf_read_types(t->btf, t->detail, ret, 1, err);
}
