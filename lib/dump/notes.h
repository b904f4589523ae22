/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ELF notes: the iterator, and the few notes that a triage reads. Mirrors include/uapi/linux/elf.h.
 */
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

/* Reads the next note at c. False at the end, and where a list is truncated. */
bool note_next(struct cur *c, struct note *ret);

/* Finds the first non-empty note with this name and type. */
bool note_find(const void *notes, size_t len, bool big_endian, const char *name, uint32_t type,
	struct note *ret);

/* Whether it is a note of this owner and type. */
bool note_is(const struct note *n, const char *name, uint32_t type);

#define NOTE_DEVICE_DUMP_NAME 44 /* VMCOREDD_MAX_NAME_BYTES */

/*
 * Whether it is a dump that a driver made of its device (CONFIG_PROC_VMCORE_DEVICE_DUMP, 4.18 and
 * later). If so, returns its name and the number of bytes that the driver itself wrote.
 */
bool note_is_device_dump(
	const struct note *n, char name[NOTE_DEVICE_DUMP_NAME + 1], uint64_t *size);

#endif
