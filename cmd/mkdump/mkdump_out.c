// SPDX-License-Identifier: GPL-3.0-or-later
/* Shared by the formats: named fields, and notes. */
#include <stdarg.h>
#include <string.h>

#include "base/cur.h"
#include "mkdump.h"

/* Enough for every description here, and small enough that a typo does no harm. */
#define MAX_FILE (64u << 20)

static void make_room(struct mk_out *out, size_t room)
{
	uint8_t *p = talloc_realloc(out->desc, out->data, uint8_t, room);

	if (!p) {
		out->failed = true;
		return;
	}
	memset(p + out->room, 0, room - out->room);
	out->data = p;
	out->room = room;
}

void mkdump_put_bytes(struct mk_out *out, uint64_t off, const void *data, size_t len)
{
	if (off > MAX_FILE || len > MAX_FILE) {
		out->failed = true;
		return;
	}
	if (off + len > out->len) {
		if (off + len > out->room)
			make_room(out, 2 * (off + len));
		if (out->failed)
			return;
		out->len = off + len;
	}
	memcpy(out->data + off, data, len);
}

void mkdump_put(struct mk_out *out, uint64_t off, unsigned n, uint64_t value, const char *fmt, ...)
{
	struct mk_desc *desc = out->desc;
	uint8_t bytes[8];
	char name[64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < desc->n_sets; i++) {
		if (strcmp(desc->sets[i].field, name) == 0) {
			value = desc->sets[i].value;
			desc->sets[i].used = true;
		}
	}
	cur_store(bytes, n, value, desc->big_endian);
	mkdump_put_bytes(out, off, bytes, n);
}

/* ---- notes ------------------------------------------------------------------------------- */

static size_t pad4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static struct mk_note vmcoreinfo_note(const struct mk_desc *desc)
{
	return (struct mk_note){
		"VMCOREINFO", 0, (const uint8_t *)desc->vmcoreinfo, strlen(desc->vmcoreinfo)};
}

static size_t note_size(const struct mk_note *n)
{
	return 12 + pad4(strlen(n->name) + 1) + pad4(n->len);
}

size_t mkdump_notes_size(const struct mk_desc *desc)
{
	struct mk_note last = vmcoreinfo_note(desc);
	size_t size = last.len ? note_size(&last) : 0;

	for (size_t i = 0; i < desc->n_notes; i++)
		size += note_size(&desc->notes[i]);
	return size;
}

static uint64_t put_note(struct mk_out *out, uint64_t off, const struct mk_note *note, size_t i)
{
	size_t name_len = strlen(note->name) + 1;

	mkdump_put(out, off, 4, name_len, "note.%zu.namesz", i);
	mkdump_put(out, off + 4, 4, note->len, "note.%zu.descsz", i);
	mkdump_put(out, off + 8, 4, note->type, "note.%zu.type", i);
	mkdump_put_bytes(out, off + 12, note->name, name_len);
	mkdump_put_bytes(out, off + 12 + pad4(name_len), note->data, note->len);
	mkdump_put_bytes(out, off + note_size(note), "", 0);
	return off + note_size(note);
}

void mkdump_put_notes(struct mk_out *out, uint64_t off)
{
	struct mk_note last = vmcoreinfo_note(out->desc);

	for (size_t i = 0; i < out->desc->n_notes; i++)
		off = put_note(out, off, &out->desc->notes[i], i);
	if (last.len)
		put_note(out, off, &last, out->desc->n_notes);
}
