// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Values for trees of jansson's. A NULL from jansson (no memory) makes the enclosing object fail,
 * up to the root: json_pack's "o" and json_array_append_new() treat NULL as an error.
 */
#include "report/escape.h"
#include "report/json_internal.h"
#include "report/units.h"

json_t *json_text(const char *s)
{
	char *utf8 = s ? escape_utf8(NULL, s) : NULL;
	json_t *v = !s ? json_null() : utf8 ? json_string(utf8) : NULL;

	talloc_free(utf8);
	return v;
}

static json_t *own(char *s)
{
	json_t *v = s ? json_string(s) : NULL;

	talloc_free(s);
	return v;
}

/* No real count is above 2^63. */
json_t *json_number(struct vmt_u64 u)
{
	return u.known && u.v <= INT64_MAX ? json_integer((json_int_t)u.v) : json_null();
}

json_t *json_time(struct vmt_time t)
{
	return t.known ? own(units_rfc3339(NULL, t.ns)) : json_null();
}

/* An array of n rows of any type; make() turns each into a value. */
json_t *json_rows(const void *first, size_t n, size_t size, json_t *(*make)(const void *row))
{
	json_t *a = json_array();

	for (size_t i = 0; a && i < n; i++) {
		if (json_array_append_new(a, make((const char *)first + i * size))) {
			json_decref(a);
			a = NULL;
		}
	}
	return a;
}

/* ---- parts of a report ------------------------------------------------------------------- */

json_t *json_kernel(const struct vmt_kernel *k)
{
	struct json_stream j;

	json_tree_begin(&j);
	json_put_kernel(&j, NULL, k);
	return json_tree_end(&j);
}

json_t *json_machine(const struct vmt_machine *m)
{
	struct json_stream j;

	json_tree_begin(&j);
	json_put_machine(&j, NULL, m);
	return json_tree_end(&j);
}

json_t *json_crash(const struct vmt_crash *c)
{
	struct json_stream j;

	json_tree_begin(&j);
	json_put_crash(&j, NULL, c);
	return json_tree_end(&j);
}

json_t *json_verdict(const struct vmt_verdict *v)
{
	struct json_stream j;

	json_tree_begin(&j);
	json_put_verdict(&j, NULL, v);
	return json_tree_end(&j);
}

json_t *json_signature(const struct vmt_signature *s)
{
	struct json_stream j;

	json_tree_begin(&j);
	json_put_signature(&j, NULL, s);
	return json_tree_end(&j);
}

json_t *json_death(const struct vmt_report *r)
{
	struct json_stream j;

	json_tree_begin(&j);
	json_put_death(&j, NULL, r);
	return json_tree_end(&j);
}
