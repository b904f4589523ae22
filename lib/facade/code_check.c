// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Compares the code on the stack of the crash with the files that it was loaded from, as far as
 * this machine has them.
 *
 * Only where the CPU stopped at an instruction: in a report of a hang or of memory that ran out,
 * damaged code would not show. A kernel that is only there as a boot image has to be unpacked (0.1
 * to 0.5 s), which is done only if the CPU was in the kernel's own code, or nowhere.
 */
#include <string.h>

#include "base/caps.h"
#include "base/host_name.h"
#include "base/root_files.h"
#include "base/vmlinux.h"
#include "dump/vmcoreinfo.h"
#include "facade/code_check.h"
#include "facade/triage_run.h"
#include "oops/kind.h"
#include "symbolize/debuginfo_file.h"
#include "symbolize/module_place.h"
#include "triage/damage.h"

struct object {
	const char *module; /* NULL: the kernel */
	const struct kernel_module *loaded;
	struct debuginfo_file *file; /* NULL: none that is proved to be the right one */
	struct code_file *code;
	struct module_section *sections;
	size_t n_sections;
};

struct check {
	struct triage *t;
	struct debuginfo_search *search;
	struct object objects[CAP_CODE_FUNCTIONS];
	size_t n_objects;
	uint64_t starts[CAP_CODE_FUNCTIONS]; /* of the functions so far */
	size_t n_functions;
};

/* ---- files ------------------------------------------------------------------------------- */

/* Whether the CPU was in the kernel's own code, or where there is no code. */
static bool is_in_kernel(const struct vmt_report *r)
{
	return !r->n_frames || !r->frames[0].module || is_vmlinux(r->frames[0].module);
}

/* The report may have those of modules already. */
static const char *build_id_of(struct check *c, const struct object *o)
{
	const struct kernel_image *k = &c->t->view.image;
	const struct vmt_report *r = c->t->report;
	const char *id = NULL;

	for (size_t i = 0; o->module && i < r->n_modules; i++)
		if (r->modules[i].name && strcmp(r->modules[i].name, o->module) == 0)
			id = r->modules[i].build_id;
	if (o->module && !id && o->loaded)
		(void)module_build_id(c->search, k, o->loaded, &id, NULL);
	if (!o->module)
		id = vmcoreinfo_get(k->info, "BUILD-ID");
	if (!o->module && !id)
		(void)kernel_build_id(c->search, k, &id, NULL);
	return id;
}

/* A symbol of the kernel, where it was before KASLR. */
static bool find_linked(void *arg, const char *name, uint64_t *ret)
{
	const struct kernel_image *k = arg;
	uint64_t slide;

	if (!vmcoreinfo_hex(k->info, "KERNELOFFSET", &slide) || kernel_symbol(k, name, ret, NULL))
		return false;
	*ret -= slide;
	return true;
}

static void open_code(struct check *c, struct object *o)
{
	const struct code_symbols symbols = {&c->t->view.image, find_linked};

	if (!o->file || !o->file->proved ||
		code_file_open(c->search, o->file->elf, &symbols, &o->code, NULL))
		return;
	if (o->loaded && module_sections(c->search, &c->t->view.image, o->loaded, &o->sections,
				 &o->n_sections, NULL))
		o->code = NULL;
}

/* Whether the dump is known to be of another machine than the files. */
static bool is_foreign(const struct check *c)
{
	const char *sysroot = c->t->opts ? c->t->opts->sysroot : NULL;
	const char *host = c->t->report->machine.hostname;
	struct root_files *root;
	char *own = NULL;
	bool foreign;

	if (!host_name_is_own(host) || root_files_open(NULL, sysroot, &root, NULL))
		return false;
	if (!root_files_read(root, root, "/etc/hostname", 256, &own, NULL))
		own[strcspn(own, " \t\r\n")] = '\0';
	foreign = host_name_is_own(own) && !host_name_is_same(own, host);
	talloc_free(root);
	return foreign;
}

/* Remembers that the module on disk is another one. */
static void take_other(struct check *c, const struct object *o, const char *path,
	const char *build_id, const char *srcversion)
{
	struct vmt_report *r = c->t->report;
	struct vmt_module *copy;

	if (is_foreign(c))
		return;
	for (size_t i = 0; i < r->n_modules; i++) {
		if (!r->modules[i].name || strcmp(r->modules[i].name, o->module) != 0)
			continue;
		copy = talloc_memdup(r, r->modules, r->n_modules * sizeof(*copy));
		if (!copy)
			return;
		if (build_id && !copy[i].build_id)
			copy[i].build_id = build_id_of(c, o);
		copy[i].disk_path = talloc_strdup(r, path);
		copy[i].disk_build_id = build_id ? talloc_strdup(r, build_id) : NULL;
		copy[i].disk_srcversion = srcversion ? talloc_strdup(r, srcversion) : NULL;
		r->modules = copy;
	}
}

/* Where modprobe looks: not a folder with debuginfo, nor what the user named. */
static bool is_installed(const struct check *c, const char *path)
{
	const char *root = c->t->opts && c->t->opts->sysroot ? c->t->opts->sysroot : "";
	size_t n = strlen(root);

	return strncmp(path, root, n) == 0 &&
	       (strncmp(path + n, "/lib/modules/", 13) == 0 ||
		       strncmp(path + n, "/usr/lib/modules/", 17) == 0);
}

/* A module of that name was refused, since its build-id is another. */
static void find_replaced(struct check *c, const struct object *o)
{
	size_t n;
	const struct debuginfo_refusal *refused = debuginfo_refusals(c->search, &n);

	for (size_t i = 0; i < n; i++) {
		const char *name = debuginfo_module_name(c->search, refused[i].path);

		if (refused[i].what != DEBUGINFO_FILE || !refused[i].build_id || !name ||
			strcmp(name, o->module) != 0 || !is_installed(c, refused[i].path))
			continue;
		take_other(c, o, refused[i].path, refused[i].build_id, NULL);
		return;
	}
}

/* Without build-ids, the srcversion tells builds from different source apart. */
static void compare_source(struct check *c, const struct object *o)
{
	const char *own = debuginfo_srcversion(c->search, o->file);

	if (own && o->loaded->srcversion && strcmp(own, o->loaded->srcversion) != 0 &&
		is_installed(c, o->file->path))
		take_other(c, o, o->file->path, NULL, own);
}

static void open_object(struct check *c, struct object *o)
{
	const struct vmt_report *r = c->t->report;
	struct debuginfo_want want = {.module = o->module,
		.build_id = build_id_of(c, o),
		.release = r->kernel.release,
		.version = r->kernel.version,
		.code = true,
		.image = !o->module && is_in_kernel(r)};

	if (debuginfo_find(c->search, c->search, &want, &o->file, NULL))
		o->file = NULL;
	open_code(c, o);
	if (o->loaded && !o->file)
		find_replaced(c, o);
	else if (o->loaded && o->file && !o->file->proved)
		compare_source(c, o);
}

/* NULL: nothing is known of that module. */
static struct object *object_of(struct check *c, const char *module)
{
	struct object *o = &c->objects[c->n_objects];

	for (size_t i = 0; i < c->n_objects; i++) {
		const char *name = c->objects[i].module;

		if (module && name ? strcmp(module, name) == 0 : module == name)
			return &c->objects[i];
	}
	if (c->n_objects == CAP_CODE_FUNCTIONS)
		return NULL;
	o->module = module;
	if (module && c->t->view.has_modules)
		o->loaded = modules_find(&c->t->view.modules, module);
	if (module && !o->loaded)
		return NULL;
	c->n_objects++;
	open_object(c, o);
	return o;
}

/* ---- functions --------------------------------------------------------------------------- */

/* From an address in memory to the file's own. */
static bool in_file(const struct object *o, uint64_t addr, uint64_t slide, uint64_t *ret)
{
	if (o->module)
		return module_place(
			o->sections, o->n_sections, code_file_sections(o->code), addr, ret);
	*ret = addr - slide;
	return true;
}

int code_check_add(struct vmt_report *r, const struct code_place *at,
	const struct code_difference *d, struct vmt_err *err)
{
	/* Only this adds to them. */
	void *old = (void *)(uintptr_t)r->code_differences;
	struct vmt_code_difference *more =
		talloc_realloc(r, old, struct vmt_code_difference, r->n_code_differences + 1);

	if (!more)
		return err_nomem(err);
	r->code_differences = more;
	more[r->n_code_differences++] = (struct vmt_code_difference){
		.function = talloc_strdup(r, at->function),
		.module = talloc_strdup(r, at->module),
		.offset = at->offset + d->first,
		.last = at->offset + d->last,
		.address = {at->address.known, at->address.v + d->first},
		.memory = d->memory,
		.file = d->file,
		.bit = {d->n_bits == 1,
			d->n_bits == 1 ? (uint64_t)__builtin_ctz(d->memory ^ d->file) : 0},
		.n_bytes = d->n_bytes,
		.path = talloc_strdup(r, at->path),
	};
	return 0;
}

/* Compares one function. What memory or the file lacks is not compared. */
static void compare(struct check *c, const struct vmt_frame *f, const struct object *o)
{
	struct vmt_u64 slide = {false, 0};
	struct code_window w = {.n = f->size.v < CAP_CODE_BYTES ? f->size.v : CAP_CODE_BYTES};
	struct code_difference d;
	uint64_t start = f->address.v - f->offset.v;
	uint8_t *memory = talloc_zero_size(c->search, w.n);

	slide.known = o->module || vmcoreinfo_hex(c->t->view.image.info, "KERNELOFFSET", &slide.v);
	w.bytes = talloc_zero_size(c->search, w.n);
	w.free = talloc_zero_array(c->search, bool, w.n);
	if (!memory || !w.bytes || !w.free || !slide.known ||
		!in_file(o, start, slide.v, &w.start) || code_file_read(o->code, &w, NULL))
		return;
	w.n = code_file_trim(&w);
	if (mem_read(c->t->view.image.space, start, memory, w.n, NULL) == 0 &&
		code_file_differs(o->code, &w, memory, slide.v, &d))
		(void)code_check_add(c->t->report,
			&(struct code_place){
				f->function, f->module, 0, {true, start}, o->file->path},
			&d, NULL);
}

static bool is_new(struct check *c, uint64_t start)
{
	for (size_t i = 0; i < c->n_functions; i++)
		if (c->starts[i] == start)
			return false;
	c->starts[c->n_functions++] = start;
	return true;
}

/* A smaller copy of the dump must give the same report where the file is at hand. */
static void keep(struct check *c, const struct vmt_frame *f, const struct object *o)
{
	uint64_t size = f->size.v < CAP_CODE_BYTES ? f->size.v : CAP_CODE_BYTES;
	void *memory = talloc_size(c->search, size);
	struct module_section *sections;
	size_t n;

	if (memory)
		(void)mem_read(
			c->t->view.image.space, f->address.v - f->offset.v, memory, size, NULL);
	if (o->loaded)
		(void)module_sections(c->search, &c->t->view.image, o->loaded, &sections, &n, NULL);
	else
		code_sites_look_up(&(struct code_symbols){&c->t->view.image, find_linked});
}

static void check_frame(struct check *c, const struct vmt_frame *from)
{
	struct vmt_frame f = *from;
	const struct object *o;

	if (from->inlined || !from->address.known)
		return;
	if (!f.function || !f.module || !f.offset.known || !f.size.known)
		symbolize_address(&c->t->view.symbolizer, c->search, f.address.v, f.exact, &f);
	/* The kernel writes all of a static call's trampoline. */
	if (!f.function || !f.module || !f.offset.known || !f.size.v ||
		strncmp(f.function, "__SCT__", 7) == 0 || !is_new(c, f.address.v - f.offset.v))
		return;
	o = object_of(c, is_vmlinux(f.module) ? NULL : f.module);
	if (o && o->code)
		compare(c, &f, o);
	else if (o && c->t->s->dump->on_page)
		keep(c, &f, o);
}

bool code_check_applies(const struct vmt_report *r)
{
	const struct oops_kind *kind = oops_kind_of_slug(r->verdict.kind);

	return kind && (kind->outcome == OOPS_OOPS || kind->id == KIND_DOUBLE_FAULT);
}

int triage_check_code(struct triage *t, struct vmt_err *err)
{
	struct debuginfo_places places = kernel_view_debuginfo_places(t->opts);
	struct vmt_report *r = t->report;
	struct check c = {.t = t};
	int rc;

	if (!code_check_applies(r))
		return 0;
	/* Without types, only the log shows code of modules. */
	if (!t->view.has_modules)
		return triage_check_code_line(t, err);
	rc = debuginfo_search_new(t->s, &places, &c.search, err);
	for (size_t i = 0; !rc && i < r->n_frames && c.n_functions < CAP_CODE_FUNCTIONS; i++)
		check_frame(&c, &r->frames[i]);
	if (!rc)
		rc = damage_tell(r, r, err);
	talloc_free(c.search);
	return rc;
}
