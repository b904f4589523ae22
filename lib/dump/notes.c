// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Each note has namesz, descsz and type (32 bits each), then name and desc padded to 4 bytes. The
 * kernel's own list ends with a header of zeros. Lists of several PT_NOTEs are concatenated here.
 */
#include "dump/notes.h"

static size_t padding(size_t n)
{
	return -n & 3;
}

static void skip_padding(struct cur *c, size_t n)
{
	size_t pad = padding(n);

	/* The last note of a list may lack the padding. */
	cur_skip(c, pad < cur_left(c) ? pad : cur_left(c));
}

bool note_next(struct cur *c, struct note *ret)
{
	uint32_t namesz, descsz;

	do {
		if (cur_left(c) < 12)
			return false;
		namesz = cur_u32(c);
		descsz = cur_u32(c);
		ret->type = cur_u32(c);
		/* A CPU that never saved its registers left a note of zeros. */
	} while (namesz == 0 && descsz == 0 && ret->type == 0);
	ret->name = (const char *)cur_bytes(c, namesz);
	skip_padding(c, namesz);
	ret->desc = cur_bytes(c, descsz);
	ret->desc_len = descsz;
	if (!cur_ok(c))
		return false;
	skip_padding(c, descsz);
	ret->name_len = strnlen(ret->name, namesz);
	return true;
}

bool note_is(const struct note *n, const char *name, uint32_t type)
{
	return n->type == type && n->name_len == strlen(name) &&
	       memcmp(n->name, name, n->name_len) == 0;
}

/* NT_VMCOREDD: the padded name, then the driver's bytes. Mirrors struct vmcoredd_header. */
bool note_is_device_dump(const struct note *n, char name[NOTE_DEVICE_DUMP_NAME + 1], uint64_t *size)
{
	if (!note_is(n, "LINUX", 0x700) || n->desc_len < NOTE_DEVICE_DUMP_NAME)
		return false;
	memcpy(name, n->desc, NOTE_DEVICE_DUMP_NAME);
	name[NOTE_DEVICE_DUMP_NAME] = '\0';
	*size = n->desc_len - NOTE_DEVICE_DUMP_NAME;
	return true;
}

bool note_find(const void *notes, size_t len, bool big_endian, const char *name, uint32_t type,
	struct note *ret)
{
	struct cur c = cur_init(notes, len, big_endian);

	while (note_next(&c, ret)) {
		if (note_is(ret, name, type) && ret->desc_len > 0)
			return true;
	}
	return false;
}
