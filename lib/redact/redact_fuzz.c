// SPDX-License-Identifier: GPL-3.0-or-later
/* Redacts any bytes, as a text and as memory: what was redacted has the same length there. */
#include <stdlib.h>
#include <string.h>

#include "redact/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_pointer(void *arg, const void *word)
{
	(void)arg;
	return ((const uint8_t *)word)[7] == 0xff;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct redact_words words = {is_pointer, NULL};
	struct vmt_redaction *r;
	struct redacted text;
	char *memory;

	if (vmt_redaction_new(&r, NULL))
		return 0;
	memory = size ? talloc_memdup(r, data, size) : NULL;
	if (memory && !redact_learn(r, memory, size, NULL) &&
		!redact_text(r, r, memory, size, &text, NULL) && text.text[text.len])
		abort();
	if (memory && !redact_learn_memory(r, memory, size, NULL) &&
		(redact_binary(r, &words, memory, size, NULL) ||
			redact_memory(r, memory, size, NULL)))
		abort();
	vmt_redaction_free(r);
	return 0;
}
