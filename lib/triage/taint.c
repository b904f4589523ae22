// SPDX-License-Identifier: GPL-3.0-or-later
/* kernel/panic.c: taint_flags, all releases. Bits that changed their meaning say so. */
#include <string.h>

#include "triage/taint.h"

#include "base/array.h"

/* In the order of the bits that the kernel defines. Those of distributions follow. */
#define TAINT_BITS 20

static const struct {
	char letter;
	const char *meaning;
} letters[] = {
	{'P', "a proprietary module was loaded"},
	{'F', "a module was loaded by force"},
	{'S', "the CPU is out of specification"},
	{'R', "a module was unloaded by force"},
	{'M', "a machine check was reported"},
	{'B', "a bad page was found"},
	{'U', "set from user space"},
	{'D', "there was an oops or BUG before"},
	{'A', "an ACPI table was overridden"},
	{'W', "there was a warning (WARN) before"},
	{'C', "a staging driver was loaded"},
	{'I', "a firmware bug was worked around"},
	{'O', "an out-of-tree module was loaded"},
	{'E', "an unsigned module was loaded"},
	{'L', "there was a soft lockup before"},
	{'K', "the kernel was live-patched"},
	{'X', "the distribution's own flag"},
	{'T', "built with randomised structure layout"},
	{'N', "an in-kernel test was run"},
	{'J', "user space used fwctl's debug access"},
	{'H', "the hardware is not supported by the distribution"},
};

const char *taint_meaning(char letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(letters); i++)
		if (letters[i].letter == letter)
			return letters[i].meaning;
	return NULL;
}

char *taint_letters(TALLOC_CTX *ctx, uint64_t mask)
{
	char *text = talloc_zero_array(ctx, char, TAINT_BITS + 1);
	size_t n = 0;

	for (unsigned bit = 0; text && bit < TAINT_BITS; bit++)
		if (mask >> bit & 1)
			text[n++] = letters[bit].letter;
	return text;
}

const char *taint_origin(const char *taints)
{
	if (taints && strchr(taints, 'P'))
		return "proprietary";
	if (taints && strchr(taints, 'O'))
		return "out-of-tree";
	return "in-tree";
}
