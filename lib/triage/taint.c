// SPDX-License-Identifier: GPL-3.0-or-later
/* kernel/panic.c: taint_flags, all releases; bits that changed their meaning say so. */
#include <string.h>

#include "triage/taint.h"

static const struct {
	char letter;
	const char *meaning;
} letters[] = {
	{'P', "a proprietary module was loaded"},
	{'F', "a module was loaded by force"},
	{'S', "the processor is out of specification"},
	{'R', "a module was unloaded by force"},
	{'M', "a machine check was reported"},
	{'B', "a bad page was found"},
	{'U', "asked for by user space"},
	{'D', "the kernel had died before: an oops or BUG"},
	{'A', "an ACPI table was overridden"},
	{'W', "there was a warning before"},
	{'C', "a staging driver was loaded"},
	{'I', "works around a bug of the firmware"},
	{'O', "an out-of-tree module was loaded"},
	{'E', "an unsigned module was loaded"},
	{'L', "there was a soft lockup before"},
	{'K', "the kernel was live-patched"},
	{'X', "auxiliary, defined by the distribution"},
	{'T', "built with randomised structure layout"},
	{'N', "a test was run in the kernel"},
	{'J', "user space used fwctl's debug access"},
	{'H', "the hardware is not supported by the distribution"},
};

const char *taint_meaning(char letter)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
		if (letters[i].letter == letter)
			return letters[i].meaning;
	return NULL;
}

const char *taint_origin(const char *taints)
{
	if (taints && strchr(taints, 'P'))
		return "proprietary";
	if (taints && strchr(taints, 'O'))
		return "out-of-tree";
	return "in-tree";
}
