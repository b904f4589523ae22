// SPDX-License-Identifier: GPL-3.0-or-later
/* Kernels without BTF (to 5.1, and those built without) and without ORC (to 4.13). */
#include "dump/vmcoreinfo.h"
#include "facade/cfi_step.h"
#include "symbolize/layout_dwarf.h"

struct debuginfo_places core_debuginfo_places(const struct vmt_options *opts)
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

static int look_for_file(struct core *core, struct session *s, struct vmt_err *err)
{
	struct debuginfo_places places = core_debuginfo_places(core->debuginfo.opts);
	struct debuginfo_want want = {.release = vmcoreinfo_get(s->info, "OSRELEASE"),
		.build_id = vmcoreinfo_get(s->info, "BUILD-ID")};
	int rc;

	(void)kernel_build_id(s, &core->image, &want.build_id, NULL);
	rc = debuginfo_search_new(s, &places, &core->debuginfo.search, err);
	return rc ? rc
		  : debuginfo_find(core->debuginfo.search, s, &want, &core->debuginfo.file, err);
}

static int find_file(struct core *core, struct session *s, struct vmt_err *err)
{
	if (core->debuginfo.wanted && !core->debuginfo.tried) {
		core->debuginfo.tried = true;
		if (look_for_file(core, s, err))
			core->debuginfo.file = NULL;
	}
	return core->debuginfo.file ? 0 : err_set(err, VMT_ERR_NOTFOUND, "no debuginfo");
}

int core_add_layouts(struct core *core, struct session *s, struct vmt_err *err)
{
	struct layout_provider provider;
	struct layout_dwarf *ld;
	int rc = find_file(core, s, err);

	if (!rc)
		rc = layout_dwarf_new(s, core->debuginfo.file->dwarf, &ld, err);
	if (rc)
		return rc;
	provider = layout_dwarf_provider(ld);
	return layout_add(core->image.layout, &provider, err);
}

int core_add_step(struct core *core, struct session *s, struct vmt_err *err)
{
	if (!cfi_step_is_needed(core))
		return 0;
	/* Without the kernel's, there may be that of its modules. */
	(void)find_file(core, s, NULL);
	return cfi_step_add(core, err);
}
