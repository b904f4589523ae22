// SPDX-License-Identifier: GPL-3.0-or-later
/* Caps that were reached in memory: each is reported once, whatever the step. */
#include "base/array.h"
#include "facade/kernel_view.h"
#include "image/btf.h"

void kernel_view_tell_caps(const struct kernel_view *view, struct diag_list *diags, TALLOC_CTX *ctx)
{
	const struct kernel_view_caps *caps = &view->caps;
	const struct {
		bool reached;
		const char *what;
	} rows[] = {
		{view->modules.capped, "the list of modules is too long: not all are listed"},
		{caps->module_text, "a module's version is too long: it was cut"},
		{caps->command_line, "the kernel's command line is too long: it was cut"},
		{caps->unloaded, "the list of unloaded modules does not end"},
		{caps->resources,
			"the list of memory ranges does not end: the size of memory is not known"},
		{caps->tasks, "the list of tasks is too long: not all were looked at"},
		{caps->chain,
			"the chain of tasks that wait for each other is too long: it was cut"},
		{view->waits.capped,
			"lists of waiting tasks are too long: not all locks were found"},
		{view->cpus.capped, "more CPUs than any kernel supports: not all are listed"},
		{view->cpus.find_capped,
			"the dump is too large to look at every page: stacks were looked for in "
			"its first 4 GiB"},
		{view->image.symbols && kallsyms_is_capped(view->image.symbols),
			"too many symbols at one address: the wrong one may be shown"},
		{view->types && btf_is_capped(view->types),
			"too many types of one name: a layout may not have been found"},
		{view->unwinder && stack_is_capped(view->unwinder),
			"unwind tables are too long: stacks may end early"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].reached)
			diag_add(diags, ctx, DIAG_CAP_REACHED, "%s", rows[i].what);
}
