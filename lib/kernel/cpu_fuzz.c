// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Input: the notes of a container (PRSTATUS and QEMU's) for a kernel of which nothing else is
 * known.
 */
#include <elf.h>
#include <stdlib.h>

#include "base/caps.h"
#include "kernel/cpu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_phys(void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err)
{
	(void)arg;
	(void)buf;
	(void)len;
	return err_set_at(err, VMT_ERR_NODATA, paddr, "no memory");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct mem_params params = {.arch = arch_find(EM_X86_64, true),
		.read = read_phys,
		.page_size = 4096,
		.image_size = 1u << 30};
	struct dump dump = {.notes = data, .notes_len = size};
	struct kernel_image k = {0};
	struct cpu_set set;

	if (mem_space_new(ctx, &params, &k.space, NULL) == 0 &&
		cpu_set_read(ctx, &k, &dump, &set, NULL) == 0) {
		if (set.n == 0 || set.n > CAP_CPUS)
			abort();
		for (size_t i = 0; i < set.n; i++)
			if (set.cpus[i].has_regs && !set.cpus[i].regs.known)
				abort();
	}
	talloc_free(ctx);
	return 0;
}
