// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * phys_base and the root of the page tables, from VMCOREINFO. Mirrors arch_crash_save_vmcoreinfo()
 * of arch/x86/kernel/{machine_kexec_64,crash_core_64,vmcore_info_64}.c and of
 * arch/arm64/kernel/{crash_core,vmcore_info}.c.
 */
#include "image/paging.h"

#include <elf.h>
#include <string.h>

#include "base/cur.h"
#include "base/machine.h"
#include "dump/format.h"
#include "dump/notes.h"

#define IMAGE_ALIGN (2u << 20)
#define PAGE_4K 4096u
#define PAGE_64K 65536u
#define VA_UNUSED_MIN 12
#define VA_UNUSED_MAX 28

static int read_dump(void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err)
{
	return dump_read_phys(arg, paddr, buf, len, err);
}

#define PRSTATUS_TAIL 8 /* pr_fpvalid with its padding */

static size_t prstatus_size(const struct arch *arch)
{
	const struct arch_reg *last = &arch->regs[arch->n_regs - 1];

	return (size_t)arch->prstatus_regs + last->offset + last->size + PRSTATUS_TAIL;
}

/*
 * QEMU calls the machine of an aarch64 guest "Unknown", but the size of a CPU's registers
 * identifies it.
 */
static const struct arch *arch_of_notes(const struct dump *dump)
{
	struct cur c = cur_init(dump->notes, dump->notes ? dump->notes_len : 0, dump->big_endian);
	const struct arch *arch;
	struct note note;

	while (note_next(&c, &note))
		for (size_t i = 0; note_is(&note, "CORE", NT_PRSTATUS) && (arch = arch_row(i)); i++)
			if (note.desc_len == prstatus_size(arch) && arch->is_64 == dump->is_64 &&
				!dump->big_endian)
				return arch;
	return NULL;
}

int kernel_arch_find(const struct dump *dump, const struct arch **ret, struct vmt_err *err)
{
	const char *name = dump->machine_name;

	if (dump->machine) {
		*ret = arch_find(dump->machine, dump->is_64);
		name = machine_name(dump->machine);
	} else if (name) {
		*ret = arch_find_name(name, strlen(name));
		if (!*ret)
			*ret = arch_of_notes(dump);
	} else {
		/*
		 * If the header names no machine, try the usual one: identity_read() verifies it.
		 */
		*ret = arch_of_notes(dump);
		if (!*ret)
			*ret = dump->is_64 && !dump->big_endian ? arch_usual() : NULL;
	}
	if (*ret)
		return 0;
	return err_set(err, VMT_ERR_UNSUPPORTED,
		"a %s dump of a %d-bit %s kernel: this architecture's memory cannot be read yet",
		dump->format->name, dump->is_64 ? 64 : 32, name ? name : "unnamed");
}

/* From the range that the container maps at the addresses of the kernel image. */
static bool phys_base_of_ranges(const struct dump *dump, const struct arch *arch, uint64_t *ret)
{
	for (size_t i = 0; i < dump->n_vranges; i++) {
		const struct dump_vrange *r = &dump->vranges[i];

		if (r->vaddr - arch->image_base >= arch->image_size * 2) /* with KASLR */
			continue;
		*ret = r->paddr - (r->vaddr - arch->image_base);
		return true;
	}
	return false;
}

/*
 * NUMBER(phys_base) is the value since 4.10. Before, only the address of the variable is recorded.
 * The container's ranges come next. The sub header's value is last, since QEMU writes a wrong one.
 */
static bool find_phys_base(const struct dump *dump, const struct vmcoreinfo *info,
	const struct arch *arch, uint64_t *ret)
{
	if (info && vmcoreinfo_number(info, "NUMBER(phys_base)", ret))
		return true;
	if (phys_base_of_ranges(dump, arch, ret))
		return true;
	*ret = dump->phys_base_hint.v;
	return dump->phys_base_hint.known;
}

/* If the image can be anywhere: by the difference between its virtual and physical addresses. */
static bool find_image(
	const struct vmcoreinfo *info, const struct arch *arch, struct mem_params *params)
{
	uint64_t text, offset;

	if (!info || !vmcoreinfo_hex(info, "SYMBOL(_stext)", &text) ||
		!vmcoreinfo_number(info, arch->image_offset, &offset))
		return false;
	params->image_base = text & ~(uint64_t)(IMAGE_ALIGN - 1);
	params->phys_base = params->image_base - offset;
	return true;
}

/* What the hardware was set to, if it is recorded, or else what the kernel was built for. */
static unsigned find_va_bits(const struct vmcoreinfo *info, uint32_t page_size)
{
	uint64_t value;

	if (page_size != PAGE_64K && vmcoreinfo_number(info, "NUMBER(TCR_EL1_T1SZ)", &value) &&
		value >= VA_UNUSED_MIN && value <= VA_UNUSED_MAX)
		return (unsigned)(64 - value);
	if (vmcoreinfo_number(info, "NUMBER(VA_BITS)", &value) && value >= 64 - VA_UNUSED_MAX &&
		value <= 64 - VA_UNUSED_MIN)
		return (unsigned)value;
	return 0;
}

static bool is_page_size(uint64_t size)
{
	return size >= PAGE_4K && size <= PAGE_64K && !(size & (size - 1));
}

static void find_tables(struct mem_params *params, const struct vmcoreinfo *info)
{
	uint64_t pgd, value;

	if (!info || !vmcoreinfo_hex(info, "SYMBOL(swapper_pg_dir)", &pgd))
		return;
	params->pgtable_root = pgd - params->image_base + params->phys_base;
	params->va_bits = find_va_bits(info, params->page_size);
	if (vmcoreinfo_number(info, "NUMBER(pgtable_l5_enabled)", &value) && value)
		params->levels = 5;
	if (vmcoreinfo_number(info, "NUMBER(sme_mask)", &value))
		params->sme_mask = value;
}

int kernel_space_open(TALLOC_CTX *ctx, struct dump *dump, const struct vmcoreinfo *info,
	struct mem_space **ret, struct vmt_err *err)
{
	struct mem_params params = {
		.read = read_dump,
		.read_arg = dump,
		.page_size = dump->page_size,
		.unit = dump->page_size,
		.big_endian = dump->big_endian,
	};
	uint64_t page_size, size;
	int rc = kernel_arch_find(dump, &params.arch, err);

	if (rc)
		return rc;
	if (info && vmcoreinfo_number(info, "PAGESIZE", &page_size) && is_page_size(page_size))
		params.page_size = (uint32_t)page_size;
	params.image_base = params.arch->image_base;
	params.image_size = params.arch->image_size;
	if (info && vmcoreinfo_number(info, "NUMBER(KERNEL_IMAGE_SIZE)", &size) &&
		size <= params.image_size * 2)
		params.image_size = size;
	if (params.arch->image_offset ? !find_image(info, params.arch, &params)
				      : !find_phys_base(dump, info, params.arch, &params.phys_base))
		return err_set(err, VMT_ERR_NODATA,
			"neither VMCOREINFO nor the container says where the kernel is");
	find_tables(&params, info);
	return mem_space_new(ctx, &params, ret, err);
}
