/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ELF notes: the iterator, and the few that a triage reads. Mirrors include/uapi/linux/elf.h. */
#ifndef VMT_DUMP_NOTES_H
#define VMT_DUMP_NOTES_H

#include "base/cur.h"
#include "dump/dump.h"

struct note {
	const char *name; /* without its NUL; not terminated */
	size_t name_len;
	uint32_t type;
	const uint8_t *desc;
	size_t desc_len;
};

/* The next note at c, or false at the end (also of a list that is cut off). */
bool note_next(struct cur *c, struct note *ret);

/* The first non-empty note of that name and type. */
bool note_find(const void *notes, size_t len, bool big_endian, const char *name, uint32_t type,
	struct note *ret);

bool note_is(const struct note *n, const char *name, uint32_t type);

#define NOTE_DEVICE_DUMP_NAME 44 /* VMCOREDD_MAX_NAME_BYTES */

/*
 * Whether it is a dump that a driver made of its device (CONFIG_PROC_VMCORE_DEVICE_DUMP, 4.18 and
 * later); then its name, and how many bytes of the driver's own the dump has.
 */
bool note_is_device_dump(
	const struct note *n, char name[NOTE_DEVICE_DUMP_NAME + 1], uint64_t *size);

#endif
