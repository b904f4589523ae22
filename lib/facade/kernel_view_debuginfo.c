// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Kernels without BTF (to 5.1, and those built without), without ORC (to 4.13), and without data in
 * kallsyms (Debian's for arm64).
 */
#include "dump/vmcoreinfo.h"
#include "facade/cfi_step.h"
#include "symbolize/layout_dwarf.h"
#include "symbolize/system_map.h"

struct debuginfo_places kernel_view_debuginfo_places(const struct vmt_options *opts)
{
	if (!opts)
		return (struct debuginfo_places){0};
	return (struct debuginfo_places){
		.paths = opts->debuginfo,
		.n_paths = opts->n_debuginfo,
		.root = opts->sysroot,
		.urls = opts->debuginfod_urls,
	};
}

static int look_for_file(struct kernel_view *view, struct session *s, struct vmt_err *err)
{
	struct debuginfo_places places = kernel_view_debuginfo_places(view->debuginfo.opts);
	struct debuginfo_want want = {.release = vmcoreinfo_get(s->info, "OSRELEASE"),
		.build_id = vmcoreinfo_get(s->info, "BUILD-ID")};
	int rc;

	(void)kernel_build_id(s, &view->image, &want.build_id, NULL);
	rc = debuginfo_search_new(s, &places, &view->debuginfo.search, err);
	return rc ? rc
		  : debuginfo_find(view->debuginfo.search, s, &want, &view->debuginfo.file, err);
}

static int find_file(struct kernel_view *view, struct session *s, struct vmt_err *err)
{
	if (view->debuginfo.wanted && !view->debuginfo.tried) {
		view->debuginfo.tried = true;
		if (look_for_file(view, s, err))
			view->debuginfo.file = NULL;
	}
	return view->debuginfo.file ? 0 : err_set(err, VMT_ERR_NOTFOUND, "no debuginfo");
}

/* A variable of every kernel. */
static bool has_data(const struct kernel_image *k)
{
	uint64_t addr;

	return kernel_symbol(k, "init_uts_ns", &addr, NULL) != VMT_ERR_NOTFOUND;
}

int kernel_view_add_symbols(struct kernel_view *view, struct session *s, struct vmt_err *err)
{
	struct debuginfo_places places = kernel_view_debuginfo_places(view->debuginfo.opts);
	bool is_path = s->given[0].kind == VMT_FILE_PATH;
	struct system_map_want want = {
		&places, is_path ? s->given[0].name : NULL, vmcoreinfo_get(s->info, "OSRELEASE")};
	struct data_symbols *ds = NULL;
	struct kallsyms_more more;
	int rc = 0;

	if (!view->debuginfo.wanted || has_data(&view->image))
		return 0;
	if (find_file(view, s, NULL) ||
		data_symbols_of_elf(s, view->debuginfo.file->elf, &ds, NULL) ||
		data_symbols_place(ds, &view->image, want.release, NULL)) {
		TALLOC_FREE(ds);
		rc = system_map_find(s, &want, &view->image, &ds, err);
	}
	if (rc || !ds)
		return rc;
	more = data_symbols_more(ds);
	kallsyms_add(view->image.symbols, &more);
	return 0;
}

int kernel_view_add_layouts(struct kernel_view *view, struct session *s, struct vmt_err *err)
{
	struct layout_provider provider;
	struct layout_dwarf *ld;
	int rc = find_file(view, s, err);

	if (!rc)
		rc = layout_dwarf_new(s, view->debuginfo.file->dwarf, &ld, err);
	if (rc)
		return rc;
	provider = layout_dwarf_provider(ld);
	return layout_add(view->image.layout, &provider, err);
}

int kernel_view_add_step(struct kernel_view *view, struct session *s, struct vmt_err *err)
{
	if (!cfi_step_is_needed(view))
		return 0;
	/* Without the kernel's debuginfo, there may still be that of its modules. */
	(void)find_file(view, s, NULL);
	return cfi_step_add(view, err);
}
