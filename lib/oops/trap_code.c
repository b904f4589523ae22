// SPDX-License-Identifier: GPL-3.0-or-later
/* arch/x86/include/asm/bug.h; arch/arm64/include/asm/{bug,brk-imm}.h */
#include "oops/trap_code.h"

#include <string.h>

#include "base/array.h"

#define SHORTEST 2 /* bytes; of fewer, nothing is said */

static const struct {
	enum machine_family family;
	enum trap_code is;
	uint8_t n, bytes[4]; /* words as they are printed */
} traps[] = {
	{MACHINE_X86, TRAP_CODE_BUG, 2, {0x0f, 0x0b}},		     /* ud2 */
	{MACHINE_X86, TRAP_CODE_CHECK, 2, {0x0f, 0xb9}},	     /* ud1 */
	{MACHINE_X86, TRAP_CODE_CHECK, 2, {0x0f, 0xff}},	     /* ud0 */
	{MACHINE_X86, TRAP_CODE_CHECK, 3, {0x67, 0x0f, 0x0b}},	     /* clang's: address size */
	{MACHINE_X86, TRAP_CODE_CHECK, 3, {0x67, 0x0f, 0xb9}},	     /* the same */
	{MACHINE_X86, TRAP_CODE_CHECK, 3, {0x67, 0x0f, 0xff}},	     /* the same */
	{MACHINE_ARM64, TRAP_CODE_BUG, 4, {0xd4, 0x21, 0x00, 0x00}}, /* brk #0x800 */
};

enum trap_code trap_code_of(const struct oops_event *ev, enum machine_family family)
{
	size_t n = ev->code && ev->n_code > ev->code_ip ? ev->n_code - ev->code_ip : 0;
	const uint8_t *p = n ? ev->code + ev->code_ip : NULL;

	if (n < SHORTEST)
		return TRAP_CODE_UNKNOWN;
	for (size_t i = 0; i < ARRAY_SIZE(traps); i++) {
		size_t shown = n < traps[i].n ? n : traps[i].n;

		if (family != MACHINE_OTHER && family != traps[i].family)
			continue;
		if (memcmp(p, traps[i].bytes, shown) == 0)
			return shown == traps[i].n ? traps[i].is : TRAP_CODE_UNKNOWN;
	}
	return TRAP_CODE_OTHER;
}
