// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json_out.h"

#include "report/json_stream.h"

static void put_value(struct json_stream *j, const char *key, const json_t *value)
{
	json_t *object = (json_t *)(uintptr_t)value; /* going over it does not change it */

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		json_begin_object(j, key);
		for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i))
			put_value(j, json_object_iter_key(i), json_object_iter_value(i));
		json_end_object(j);
		break;
	case JSON_ARRAY:
		json_begin_array(j, key);
		for (size_t i = 0; i < json_array_size(value); i++)
			put_value(j, NULL, json_array_get(value, i));
		json_end_array(j);
		break;
	case JSON_STRING:
		json_put_utf8(j, key, json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		json_put_int(j, key, json_integer_value(value));
		break;
	case JSON_REAL:
		json_put_real(j, key, json_real_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		json_put_bool(j, key, json_is_true(value));
		break;
	case JSON_NULL:
		json_put_null(j, key);
	}
}

int json_out(const json_t *value, size_t indent, FILE *out, struct vmt_err *err)
{
	struct json_stream j;

	json_stream_begin(&j, out, indent);
	put_value(&j, NULL, value);
	return json_stream_end(&j, err);
}
