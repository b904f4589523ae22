// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where a module's sections were loaded, as in /sys/module/NAME/sections, and its build-id. And the
 * build-id of the kernel, from the notes that its linker script puts between two symbols. There are
 * three layouts of sect_attrs, distinguished by their members:
 *   up to 5.7: attrs[] of module_sect_attr with its own name
 *   up to 6.13: attrs[] of module_sect_attr, named by the sysfs attribute in it
 *   later: the group's list of pointers to bin_attribute, with the address in "private"
 * notes_attrs, for the notes among the sections, always had bin_attribute. Mirrors
 * kernel/module/sysfs.c.
 */
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/cur.h"
#include "kernel/modules.h"

#define SECTION_NAME_MAX 128
#define NOTE_BYTES 1024 /* the kernel's notes begin with about 500 bytes for Xen */
#define NOTE_GNU_BUILD_ID 3

/* Called with the name and address of each section. Stops the walk by returning other than 0. */
typedef int (*section_fn)(void *arg, const char *name, uint64_t addr, struct vmt_err *err);

/* How attributes are stored after the header of their list. */
struct attr_shape {
	const char *owner; /* the list: "module_sect_attrs" */
	const char *count; /* its member that counts them */
	const char *array; /* its member where the array starts */
	const char *item;  /* type of an element */
	const char *name;  /* its member with the name: char * */
	const char *addr;
};

static const struct attr_shape attr_shapes[] = {
	{"module_sect_attrs", "nsections", "attrs", "module_sect_attr", "name", "address"},
	{"module_sect_attrs", "nsections", "attrs", "module_sect_attr", "battr.attr.name",
		"address"},
	{"module_notes_attrs", "notes", "attrs", "bin_attribute", "attr.name", "private"},
};

static int read_name(const struct kernel_image *k, uint64_t item, const struct attr_shape *shape,
	char *name, struct vmt_err *err)
{
	uint64_t at;
	int rc = kernel_read_member(k, item, shape->item, shape->name, &at, err);

	return rc ? rc : mem_read_string(k->space, at, name, SECTION_NAME_MAX, err);
}

static int one_attr(const struct kernel_image *k, uint64_t item, const struct attr_shape *shape,
	section_fn fn, void *arg, struct vmt_err *err)
{
	char name[SECTION_NAME_MAX];
	uint64_t addr;
	int rc = read_name(k, item, shape, name, err);

	if (!rc)
		rc = kernel_read_member(k, item, shape->item, shape->addr, &addr, err);
	return rc ? rc : fn(arg, name, addr, err);
}

static int each_counted(const struct kernel_image *k, uint64_t owner,
	const struct attr_shape *shape, section_fn fn, void *arg, struct vmt_err *err)
{
	struct layout_member array;
	uint64_t n, stride;
	int rc = kernel_read_member(k, owner, shape->owner, shape->count, &n, err);

	if (!rc)
		rc = layout_member(k->layout, shape->owner, shape->array, &array, err);
	if (!rc)
		rc = layout_size(k->layout, shape->item, &stride, err);
	if (!rc && n > CAP_MODULE_SECTIONS)
		rc = err_set_at(err, VMT_ERR_LIMIT, owner, "the module has too many sections: %llu",
			(unsigned long long)n);
	for (uint64_t i = 0; !rc && i < n; i++)
		rc = one_attr(k, owner + array.offset + i * stride, shape, fn, arg, err);
	return rc;
}

/* 6.14 and later: an array of pointers that ends with NULL. */
static int each_pointed(const struct kernel_image *k, uint64_t owner, const char *type,
	section_fn fn, void *arg, struct vmt_err *err)
{
	static const struct attr_shape shape = {
		.item = "bin_attribute", .name = "attr.name", .addr = "private"};
	unsigned ptr = mem_space_ptr_size(k->space);
	uint64_t list;
	int rc = kernel_read_member(k, owner, type, "grp.bin_attrs", &list, err);

	for (unsigned i = 0; !rc; i++) {
		uint64_t item;

		if (i >= CAP_MODULE_SECTIONS)
			return err_set_at(err, VMT_ERR_LIMIT, list,
				"the list of the module's sections does not end");
		rc = mem_read_ptr(k->space, list + (uint64_t)i * ptr, &item, err);
		if (rc || !item)
			return rc;
		rc = one_attr(k, item, &shape, fn, arg, err);
	}
	return rc;
}

/* A list of attributes: the member of struct module that points to it, and its type. */
struct attr_list {
	const char *member, *type;
};

static const struct attr_list sect_attrs = {"sect_attrs", "module_sect_attrs"};
static const struct attr_list notes_attrs = {"notes_attrs", "module_notes_attrs"};

static int each_attr(const struct kernel_image *k, const struct kernel_module *module,
	const struct attr_list *list, section_fn fn, void *arg, struct vmt_err *err)
{
	uint64_t owner;
	int rc = kernel_read_member(k, module->addr, "module", list->member, &owner, err);

	if (rc)
		return rc;
	if (!owner)
		return err_set(err, VMT_ERR_NOTFOUND, "%s has no %s", module->name, list->member);
	for (size_t i = 0; i < ARRAY_SIZE(attr_shapes); i++) {
		const struct attr_shape *s = &attr_shapes[i];

		if (strcmp(s->owner, list->type) == 0 &&
			layout_has(k->layout, list->type, s->count) &&
			layout_has(k->layout, s->item, s->name))
			return each_counted(k, owner, s, fn, arg, err);
	}
	return each_pointed(k, owner, list->type, fn, arg, err);
}

/* ---- sections ---------------------------------------------------------------------------- */

CAP_FITS(2 * CAP_MODULE_SECTIONS, sizeof(struct module_section));

struct collect {
	TALLOC_CTX *ctx;
	struct module_section *items;
	size_t n;
};

static int collect_section(void *arg, const char *name, uint64_t addr, struct vmt_err *err)
{
	struct collect *c = arg;
	struct module_section *items = ARRAY_ROOM(c->ctx, c->items, c->n);

	if (!items)
		return err_nomem(err);
	c->items = items;
	items[c->n] = (struct module_section){talloc_strdup(items, name), addr};
	return items[c->n++].name ? 0 : err_nomem(err);
}

int module_sections(TALLOC_CTX *ctx, const struct kernel_image *k,
	const struct kernel_module *module, struct module_section **ret, size_t *n,
	struct vmt_err *err)
{
	struct collect c = {.ctx = ctx};
	int rc = each_attr(k, module, &sect_attrs, collect_section, &c, err);

	*ret = c.items;
	*n = c.n;
	/* Some of the sections are better than none. */
	return c.n && rc != VMT_ERR_NOMEM ? 0 : rc;
}

struct wanted {
	const char *name;
	uint64_t addr;
};

#define FOUND 1

static int match_section(void *arg, const char *name, uint64_t addr, struct vmt_err *err)
{
	struct wanted *w = arg;

	(void)err;
	if (strcmp(name, w->name) != 0)
		return 0;
	w->addr = addr;
	return FOUND;
}

static int find_attr(const struct kernel_image *k, const struct kernel_module *module,
	const struct attr_list *list, const char *name, uint64_t *ret, struct vmt_err *err)
{
	struct wanted w = {.name = name};
	int rc = each_attr(k, module, list, match_section, &w, err);

	if (rc == 0)
		return err_set(err, VMT_ERR_NOTFOUND, "%s has no section %s", module->name, name);
	*ret = w.addr;
	return rc == FOUND ? 0 : rc;
}

int module_section(const struct kernel_image *k, const struct kernel_module *module,
	const char *name, uint64_t *ret, struct vmt_err *err)
{
	return find_attr(k, module, &sect_attrs, name, ret, err);
}

/* ---- build-id ---------------------------------------------------------------------------- */

static const char *hex(TALLOC_CTX *ctx, const uint8_t *id, size_t len)
{
	char *text = talloc_array(ctx, char, 2 * len + 1);

	for (size_t i = 0; text && i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", id[i]);
	return text;
}

/* struct module keeps it only with CONFIG_STACKTRACE_BUILD_ID (5.14 and later). */
static int id_of_member(const struct kernel_image *k, const struct kernel_module *module,
	uint8_t *id, size_t *len, struct vmt_err *err)
{
	static const uint8_t none[CAP_BUILD_ID];
	struct layout_member m;
	int rc = layout_member(k->layout, "module", "build_id", &m, err);

	if (rc)
		return rc;
	if (m.size == 0 || m.size > CAP_BUILD_ID)
		return err_set(err, VMT_ERR_NOTFOUND,
			"impossible size of module.build_id: %llu bytes",
			(unsigned long long)m.size);
	*len = (size_t)m.size;
	rc = mem_read(k->space, module->addr + m.offset, id, *len, err);
	if (!rc && memcmp(id, none, *len) == 0)
		rc = err_set(err, VMT_ERR_NOTFOUND, "%s has no build-id", module->name);
	return rc;
}

static int id_of_note(
	const struct kernel_image *k, uint64_t addr, uint8_t *id, size_t *len, struct vmt_err *err)
{
	uint8_t raw[NOTE_BYTES];
	struct cur c = cur_init(raw, sizeof(raw), mem_space_big_endian(k->space));

	if (mem_read_some(k->space, addr, raw, sizeof(raw)) == sizeof(raw))
		return err_set_at(err, VMT_ERR_NODATA, addr, "the notes are not in the dump");
	while (cur_left(&c) >= 12) {
		uint32_t name_len = cur_u32(&c), desc_len = cur_u32(&c), type = cur_u32(&c);
		const uint8_t *name, *desc;

		if (name_len > NOTE_BYTES || desc_len > NOTE_BYTES)
			break;
		name = cur_bytes(&c, (name_len + 3u) & ~3u);
		desc = cur_bytes(&c, (desc_len + 3u) & ~3u);
		if (!name || !desc)
			break;
		if (type != NOTE_GNU_BUILD_ID || name_len != 4 || memcmp(name, "GNU", 4) != 0 ||
			desc_len == 0 || desc_len > CAP_BUILD_ID)
			continue;
		memcpy(id, desc, desc_len);
		*len = desc_len;
		return 0;
	}
	return err_set_at(err, VMT_ERR_NOTFOUND, addr, "no build-id among the notes");
}

/*
 * The note is the first of the read-only sections, so it is right after the instructions. Try that
 * one page first, since the types of the sysfs attributes are late in BTF.
 */
static int id_of_place(const struct kernel_image *k, const struct kernel_module *module,
	uint8_t *id, size_t *len, struct vmt_err *err)
{
	int rc = VMT_ERR_NOTFOUND;

	for (unsigned i = 0; rc && i < module->n_ranges; i++) {
		const struct module_range *r = &module->ranges[i];
		uint64_t at = r->base + (r->text_size < r->size ? r->text_size : 0), size;

		/* The note must be first there: other bytes may happen to look like a note. */
		if (r->init || mem_read_uint(k->space, at + 4, 4, &size, NULL) ||
			size > CAP_BUILD_ID)
			continue;
		rc = id_of_note(k, at, id, len, err);
	}
	return rc;
}

int module_build_id(TALLOC_CTX *ctx, const struct kernel_image *k,
	const struct kernel_module *module, const char **ret, struct vmt_err *err)
{
	static const char section[] = ".note.gnu.build-id";
	uint8_t id[CAP_BUILD_ID];
	size_t len = 0;
	uint64_t addr = 0;
	int rc = id_of_member(k, module, id, &len, err);

	if (rc)
		rc = id_of_place(k, module, id, &len, err);
	if (rc) {
		rc = find_attr(k, module, &notes_attrs, section, &addr, err);
		if (rc)
			rc = module_section(k, module, section, &addr, err);
		if (!rc)
			rc = id_of_note(k, addr, id, &len, err);
	}
	if (rc)
		return rc;
	*ret = hex(ctx, id, len);
	return *ret ? 0 : err_nomem(err);
}

int kernel_build_id(
	TALLOC_CTX *ctx, const struct kernel_image *k, const char **ret, struct vmt_err *err)
{
	uint8_t id[CAP_BUILD_ID];
	size_t len = 0;
	uint64_t addr;
	int rc = kernel_symbol(k, "__start_notes", &addr, err);

	if (!rc)
		rc = id_of_note(k, addr, id, &len, err);
	if (rc)
		return rc;
	*ret = hex(ctx, id, len);
	return *ret ? 0 : err_nomem(err);
}
