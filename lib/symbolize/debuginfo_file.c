// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Opens files with debuginfo. A note has the build-id. The kernel that a file belongs to is named
 * by a vmlinux's banner (init/version.c: linux_banner) or by a module's vermagic (.modinfo,
 * include/linux/module.h).
 */
#include "symbolize/debuginfo_file.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/big.h"
#include "base/caps.h"
#include "base/err.h"
#include "io/layers.h"
#include "symbolize/boot_image.h"
#include "symbolize/sections.h"

static int close_file(struct debuginfo_file *file)
{
	if (file->dwarf)
		dwarf_end(file->dwarf);
	if (file->elf)
		elf_end(file->elf);
	return 0;
}

char *debuginfo_module_name(TALLOC_CTX *ctx, const char *path)
{
	const char *base = strrchr(path, '/');
	char *name;

	base = base ? base + 1 : path;
	name = talloc_strndup(ctx, base, strcspn(base, "."));
	for (char *p = name; p && *p; p++)
		if (*p == '-' || *p == ',')
			*p = '_';
	return name;
}

/* ---- contents ---------------------------------------------------------------------------- */

/* Opens what is inside a compressed file, or inside the image of a kernel. */
static int unpack(struct debuginfo_file *file, const char *path, struct source **ret,
	struct layers *layers, struct vmt_err *err)
{
	struct source *src, *payload;
	int rc = source_open_file(file, path, &src, err);

	if (!rc)
		rc = layers_peel(file, src, ret, layers, err);
	if (!rc && !layers->n && boot_image_open(file, src, &payload, err) == 0)
		rc = layers_peel(file, payload, ret, layers, err);
	return rc;
}

/* A compressed module is unpacked to memory. It may be larger than talloc allows. */
static int open_packed(struct debuginfo_file *file, const char *path, struct vmt_err *err)
{
	struct source *inside;
	struct big *big = big_new(file);
	struct layers layers;
	char *bytes;
	int rc = unpack(file, path, &inside, &layers, err);

	if (rc)
		return rc;
	if (!layers.n || layers.missing || inside->size > CAP_DEBUGINFO_UNPACKED)
		return err_set(err, VMT_ERR_FORMAT, "not an ELF file");
	bytes = big ? big_resize(big, inside->size) : NULL;
	rc = bytes ? source_read_exact(inside, 0, bytes, inside->size, err) : err_nomem(err);
	if (!rc)
		file->elf = elf_memory(bytes, inside->size);
	return rc;
}

static int open_elf(struct debuginfo_file *file, const char *path, struct vmt_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc = 0;
	struct stat st;

	if (fd < 0)
		return err_set_errno(err, errno, "%s", path);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		rc = err_set(err, VMT_ERR_FORMAT, "not a file");
	if (!rc)
		file->elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	/* A mapping survives close(); anything else is read now. */
	if (file->elf && elf_kind(file->elf) == ELF_K_ELF)
		elf_cntl(file->elf, ELF_C_FDREAD);
	close(fd);
	if (!rc && (!file->elf || elf_kind(file->elf) != ELF_K_ELF)) {
		elf_end(file->elf);
		file->elf = NULL;
		rc = open_packed(file, path, err);
	}
	if (!rc && (!file->elf || elf_kind(file->elf) != ELF_K_ELF))
		rc = err_set(err, VMT_ERR_FORMAT, "not an ELF file");
	return rc;
}

/* What follows the first occurrence of text, up to a character of end. */
static const char *text_after(
	TALLOC_CTX *ctx, const Elf_Data *data, const char *text, const char *end)
{
	size_t len = strlen(text);
	const char *at = data && data->d_buf ? memmem(data->d_buf, data->d_size, text, len) : NULL;
	size_t left;

	if (!at)
		return NULL;
	at += len;
	left = (size_t)((const char *)data->d_buf + data->d_size - at);
	/* strchr() also stops at the NUL. */
	for (len = 0; len < left && len < CAP_STRING && !strchr(end, at[len]); len++)
		;
	return talloc_strndup(ctx, at, len);
}

static const char *hex(TALLOC_CTX *ctx, const uint8_t *id, size_t len)
{
	char *text = talloc_zero_size(ctx, 2 * len + 1);

	for (size_t i = 0; text && i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", id[i]);
	return text;
}

/*
 * Remembers the file that dwz moved parts to, and hides it from libdw, which would open whatever
 * the name says, even a device or a pipe, and not compare its build-id.
 */
static void take_link(struct debuginfo_file *file)
{
	const void *id;
	ssize_t len = dwelf_dwarf_gnu_debugaltlink(file->dwarf, &file->common, &id);
	Elf_Data *link = sections_data(file->elf, ".gnu_debugaltlink", NULL);

	if (len <= 0)
		return;
	file->common_id = id;
	file->common_id_len = (size_t)len;
	if (link)
		link->d_size = 0;
	if (dwelf_dwarf_gnu_debugaltlink(file->dwarf, &file->common, &id) <= 0)
		return;
	/* The link is still there: a compressed or second section. No real file has that. */
	dwarf_end(file->dwarf);
	file->dwarf = NULL;
}

int debuginfo_open(TALLOC_CTX *ctx, const char *path, struct debuginfo_file **ret,
	struct debuginfo_identity *identity, struct vmt_err *err)
{
	struct debuginfo_file *file = talloc_zero(ctx, struct debuginfo_file);
	const void *id;
	GElf_Ehdr header;
	ssize_t len;
	int rc;

	if (!file)
		return err_nomem(err);
	talloc_set_destructor(file, close_file);
	file->path = talloc_strdup(file, path);
	rc = open_elf(file, path, err);
	if (!rc && !gelf_getehdr(file->elf, &header))
		rc = err_set(err, VMT_ERR_CORRUPT, "%s", elf_errmsg(-1));
	if (rc) {
		talloc_free(file);
		return rc;
	}
	*identity = (struct debuginfo_identity){0};
	len = dwelf_elf_gnu_build_id(file->elf, &id);
	if (len > 0 && len <= CAP_BUILD_ID)
		file->build_id = identity->build_id = hex(file, id, (size_t)len);
	if (header.e_type == ET_REL)
		identity->module = debuginfo_module_name(file, path);
	file->dwarf = sections_raw(file->elf, ".debug_info", NULL)
			      ? dwarf_begin_elf(file->elf, DWARF_C_READ, NULL)
			      : NULL;
	if (file->dwarf)
		take_link(file);
	identity->has_dwarf = file->dwarf;
	identity->has_code = sections_raw(file->elf, ".text", NULL);
	*ret = file;
	return 0;
}

int debuginfo_banner(TALLOC_CTX *ctx, const struct debuginfo_file *file, const char **release,
	const char **version)
{
	GElf_Ehdr header;
	const char *banner;

	*release = *version = NULL;
	if (!gelf_getehdr(file->elf, &header))
		return 0;
	if (header.e_type == ET_REL) {
		*release = text_after(
			ctx, sections_raw(file->elf, ".modinfo", NULL), "vermagic=", " ");
		return 0;
	}
	/* Linux version RELEASE (user@host) (compiler) VERSION */
	banner = text_after(ctx, sections_raw(file->elf, ".rodata", NULL), "Linux version ", "\n");
	if (!banner)
		return 0;
	*release = talloc_strndup(ctx, banner, strcspn(banner, " "));
	*version = strstr(banner, ") #");
	if (*version)
		*version += 2;
	return *release ? 0 : VMT_ERR_NOMEM;
}

const char *debuginfo_srcversion(TALLOC_CTX *ctx, const struct debuginfo_file *file)
{
	return text_after(ctx, sections_raw(file->elf, ".modinfo", NULL), "srcversion=", "");
}
