/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Builds a BTF type by type, and puts it into the fake kernel's memory. */
#ifndef VMT_IMAGE_FAKE_TYPES_H
#define VMT_IMAGE_FAKE_TYPES_H

#include "image/btf_types.h"
#include "image/fake_kernel.h"

struct fake_types {
	uint8_t types[8192];
	char strings[16384];
	uint32_t types_len, strings_len, n;
};

struct fake_member {
	const char *name;
	uint32_t type, bits, bit_size;
};

static inline void fake_types_word(struct fake_types *b, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		b->types[b->types_len++] = (uint8_t)(v >> 8 * i);
}

static inline uint32_t fake_types_name(struct fake_types *b, const char *name)
{
	uint32_t at;

	if (!b->strings_len)
		b->strings_len = 1;
	if (!name)
		return 0;
	at = b->strings_len;
	strcpy(b->strings + at, name);
	b->strings_len += (uint32_t)strlen(name) + 1;
	return at;
}

static inline uint32_t fake_type(
	struct fake_types *b, const char *name, enum btf_kind kind, uint32_t info, uint32_t word)
{
	fake_types_word(b, fake_types_name(b, name));
	fake_types_word(b, (uint32_t)kind << 24 | info);
	fake_types_word(b, word);
	return ++b->n;
}

static inline uint32_t fake_int(struct fake_types *b, const char *name, uint32_t size)
{
	uint32_t id = fake_type(b, name, BTF_INT, 0, size);

	fake_types_word(b, size * 8);
	return id;
}

static inline uint32_t fake_ptr(struct fake_types *b, uint32_t to)
{
	return fake_type(b, NULL, BTF_PTR, 0, to);
}

static inline uint32_t fake_array(struct fake_types *b, uint32_t type, uint32_t count)
{
	uint32_t id = fake_type(b, NULL, BTF_ARRAY, 0, 0);

	fake_types_word(b, type);
	fake_types_word(b, type);
	fake_types_word(b, count);
	return id;
}

/* kind: BTF_STRUCT or BTF_UNION. */
static inline uint32_t fake_struct(struct fake_types *b, enum btf_kind kind, const char *name,
	uint32_t size, const struct fake_member *m, uint32_t n)
{
	uint32_t id = fake_type(b, name, kind, 1u << 31 | n, size);

	for (uint32_t i = 0; i < n; i++) {
		fake_types_word(b, fake_types_name(b, m[i].name));
		fake_types_word(b, m[i].type);
		fake_types_word(b, m[i].bits | m[i].bit_size << 24);
	}
	return id;
}

static inline uint32_t fake_function(struct fake_types *b, const char *name, uint32_t result,
	const struct fake_member *params, uint32_t n)
{
	uint32_t proto = fake_type(b, NULL, BTF_FUNC_PROTO, n, result);

	for (uint32_t i = 0; i < n; i++) {
		fake_types_word(b, fake_types_name(b, params[i].name));
		fake_types_word(b, params[i].type);
	}
	return fake_type(b, name, BTF_FUNC, 0, proto);
}

/* Puts it at an offset of the fake RAM, and returns its length. */
static inline uint64_t fake_types_put(const struct fake_types *b, uint64_t at)
{
	fake_put(at, 2, BTF_MAGIC);
	fake_put(at + 2, 1, 1);
	fake_put(at + 4, 4, 24);
	fake_put(at + 12, 4, b->types_len);
	fake_put(at + 16, 4, b->types_len);
	fake_put(at + 20, 4, b->strings_len);
	memcpy(fake_ram + at + 24, b->types, b->types_len);
	memcpy(fake_ram + at + 24 + b->types_len, b->strings, b->strings_len);
	return 24 + b->types_len + b->strings_len;
}

#endif
