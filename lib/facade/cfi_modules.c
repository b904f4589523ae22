// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/cfi_modules.h"

#include "symbolize/module_place.h"

/* A module that contains a frame. */
struct opened {
	const struct kernel_module *loaded;
	struct debuginfo_file *file; /* NULL: there is none */
	struct cfi *cfi;	     /* NULL: not usable; to be freed before the file */
	struct module_section *sections;
	size_t n_sections;
	struct vmt_err failure; /* why it is not usable */
};

struct cfi_modules {
	struct cfi_places places;
	struct opened **opened;
	size_t n;
};

int cfi_modules_new(TALLOC_CTX *ctx, const struct cfi_places *places, struct cfi_modules **ret,
	struct vmt_err *err)
{
	struct cfi_modules *m = talloc_zero(ctx, struct cfi_modules);

	if (!m)
		return err_nomem(err);
	m->places = *places;
	*ret = m;
	return 0;
}

static int find_file(const struct cfi_places *places, struct opened *o, struct debuginfo_file **ret)
{
	struct debuginfo_want want = {.module = o->loaded->name, .release = places->release};
	int rc;

	(void)module_build_id(o, places->image, o->loaded, &want.build_id, NULL);
	rc = debuginfo_find(places->search, o, &want, ret, &o->failure);
	if (!rc && !*ret)
		rc = err_set(&o->failure, VMT_ERR_NOTFOUND, "%s: no debuginfo", o->loaded->name);
	return rc;
}

static int read_tables(const struct cfi_places *places, struct opened *o)
{
	struct cfi *cfi;
	int rc = find_file(places, o, &o->file);

	if (!rc)
		rc = cfi_open(o, o->file->elf, o->file->dwarf, &cfi, &o->failure);
	if (rc)
		return rc;
	if (!cfi_sections(cfi))
		return err_set(&o->failure, VMT_ERR_FORMAT, "%s is not a module", o->file->path);
	rc = module_sections(
		o, places->image, o->loaded, &o->sections, &o->n_sections, &o->failure);
	if (!rc)
		o->cfi = cfi;
	return rc;
}

/* The entry of that module. A new one is opened, and kept even if that fails. */
static int get_opened(struct cfi_modules *m, const struct kernel_module *loaded,
	struct opened **ret, struct vmt_err *err)
{
	struct opened **more;

	for (size_t i = 0; i < m->n; i++) {
		*ret = m->opened[i];
		if ((*ret)->loaded == loaded)
			return 0;
	}
	more = talloc_realloc(m, m->opened, struct opened *, m->n + 1);
	if (!more)
		return err_nomem(err);
	m->opened = more;
	*ret = talloc_zero(more, struct opened);
	if (!*ret)
		return err_nomem(err);
	more[m->n++] = *ret;
	(*ret)->loaded = loaded;
	return read_tables(&m->places, *ret) == VMT_ERR_NOMEM ? err_nomem(err) : 0;
}

int cfi_modules_find(struct cfi_modules *m, const struct kernel_module *module, uint64_t addr,
	struct cfi **cfi, uint64_t *ret, struct vmt_err *err)
{
	struct opened *o = NULL;
	int rc = get_opened(m, module, &o, err);

	if (rc)
		return rc;
	/* NOTFOUND whatever the failure was, so that other ways to unwind are tried. */
	if (!o->cfi)
		return err_set_at(err, VMT_ERR_NOTFOUND, addr, "%s", o->failure.message);
	if (!module_place(o->sections, o->n_sections, cfi_sections(o->cfi), addr, ret))
		return err_set_at(err, VMT_ERR_NOTFOUND, addr, "%s: in no section of %s",
			module->name, o->file->path);
	*cfi = o->cfi;
	return 0;
}
