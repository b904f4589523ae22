// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump/notes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (unsigned big = 0; big < 2; big++) {
		struct cur c = cur_init(data, size, big);
		uint8_t sum = 0;
		struct note note;
		char name[NOTE_DEVICE_DUMP_NAME + 1];
		uint64_t dumped;

		while (note_next(&c, &note)) {
			for (size_t i = 0; i < note.name_len; i++)
				sum += (uint8_t)note.name[i];
			for (size_t i = 0; i < note.desc_len; i++)
				sum += note.desc[i];
			if (note_is_device_dump(&note, name, &dumped))
				sum += (uint8_t)strlen(name);
			if (note_is(&note, "VMCOREINFO", 1 + sum))
				note_is(&note, "", sum);
		}
	}
	return 0;
}
