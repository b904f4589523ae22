// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Files that people give by mistake or that other tools wrote. One row each, recognized by bytes at
 * an offset. ELF files are recognized by type and machine.
 */
#include "dump/foreign.h"

#include <elf.h>
#include <string.h>

#include "base/array.h"
#include "base/cur.h"

static const struct foreign_row {
	size_t off;
	const char *magic;
	size_t len;
	const char *what;
} foreign_rows[] = {
	{0x202, "HdrS", 4, "a kernel image (bzImage); give the vmcore"},
	{0, "MZ", 2, "an EFI program (a kernel image?); give the vmcore"},
	{0, "LibvirtQemudSave", 16,
		"a libvirt save image; make a dump with: virsh dump --memory-only"},
	{0, "LibvirtQemudPart", 16,
		"an unfinished libvirt save image; make a dump with: virsh dump "
		"--memory-only"},
	{0, "QEVM", 4, "a QEMU migration stream; make a dump with: virsh dump --memory-only"},
	{0, "QFI\xfb", 4, "a disk image (qcow2)"},
	{0, "\xed\x23\x8f\x61\x73\x01\x19\xa8", 8, "an LKCD dump, which is not supported"},
	{0, "\xcd\x23\x8f\x61\x73\x01\x19\xa8", 8, "an LKCD dump, which is not supported"},
	{0, "sadump\0\0", 8, "an sadump file, which is not supported"},
	{0, "S1SUSPEND\0", 10, "a swap area with a hibernation image"},
	{4086, "S1SUSPEND\0", 10, "a swap area with a hibernation image"},
	{4086, "SWAPSPACE2", 10, "a swap area"},
	{0, "LinuxGuestRecord", 16, "a Xen save file; make a dump with: xl dump-core"},
	{0, "Xen saved domain", 16, "a Xen save file; make a dump with: xl dump-core"},
	{0, "\xed\xeb\x0f\xf0", 4, "a Xen core of an old format, which is not supported"},
	{0, "\xd0\xbe\xd0\xbe", 4, "a VMware suspend state, which is not supported"},
	{0, "\xd2\xbe\xd2\xbe", 4, "a VMware suspend state, which is not supported"},
	{0, "PAGEDU64", 8, "a Windows crash dump"},
	{0, "PAGEDUMP", 8, "a Windows crash dump"},
	{0, "MDMP", 4, "a Windows minidump"},
	{257, "ustar", 5, "a tar archive; give it alone, or one of its files as ARCHIVE:NAME"},
	{0, "PK\x03\x04", 4, "a zip archive; give it alone, or one of its files as ARCHIVE:NAME"},
	{0, "7z\xbc\xaf\x27\x1c", 6, "a 7-Zip archive; unpack it and give the vmcore in it"},
	{0, "!<arch>\n", 8, "an ar archive (a .deb package?)"},
	{0, "\xed\xab\xee\xdb", 4, "an RPM package"},
	{0, "070701", 6, "a cpio archive (an initramfs?)"},
	{0, "\x9f\xeb\x01", 3, "BTF type information"},
	{0, "\xeb\x9f\x01", 3, "BTF type information"},
	{0, "SQLite format 3", 15, "an SQLite database"},
	{0, "LPKSHHRH", 8, "a systemd journal; give the text: journalctl -k -b -1"},
};

static const struct {
	uint16_t type;
	const char *what;
} foreign_elf_types[] = {
	{ET_EXEC, "an ELF executable (a vmlinux?); give the vmcore, and this file with "
		  "--debuginfo"},
	{ET_DYN, "an ELF shared object or program; give the vmcore"},
	{ET_REL, "an ELF object file (a kernel module?); give the vmcore"},
};

static const char *describe_elf(const uint8_t *head, size_t len)
{
	uint64_t type;

	if (len < EI_NIDENT + 4 || memcmp(head, ELFMAG, SELFMAG) != 0)
		return NULL;
	type = cur_load(head + EI_NIDENT, 2, head[EI_DATA] == ELFDATA2MSB);
	for (size_t i = 0; i < ARRAY_SIZE(foreign_elf_types); i++) {
		if (type == foreign_elf_types[i].type)
			return foreign_elf_types[i].what;
	}
	return "an ELF file of an unknown type";
}

/* A dump whose beginning was never written: an interrupted copy or a sparse file. */
static bool is_blank(const uint8_t *head, size_t len)
{
	return len > 0 && head[0] == 0 && memcmp(head, head + 1, len - 1) == 0;
}

const char *foreign_describe(const uint8_t *head, size_t len)
{
	const char *what = describe_elf(head, len);

	for (size_t i = 0; !what && i < ARRAY_SIZE(foreign_rows); i++) {
		const struct foreign_row *row = &foreign_rows[i];
		if (row->off + row->len <= len &&
			memcmp(head + row->off, row->magic, row->len) == 0)
			what = row->what;
	}
	if (!what && is_blank(head, len))
		what = "a file that begins with zeros (a dump that was never written?)";
	return what;
}

int foreign_refuse(const struct source *src, const uint8_t *head, size_t len, struct vmt_err *err)
{
	const char *what = foreign_describe(head, len);

	if (what)
		return err_set(err, VMT_ERR_FORMAT, "%s: not a crash dump: %s", src->name, what);
	return err_set(err, VMT_ERR_FORMAT, "%s: not a crash dump", src->name);
}
