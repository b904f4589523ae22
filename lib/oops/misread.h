/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Digits that were read off a photograph of a screen as letters: "0xl3", "00000000OOOOOOlc"; and
 * names whose underscores were not seen: "do sys_open+0x1f/0x40".
 */
#ifndef VMT_OOPS_MISREAD_H
#define VMT_OOPS_MISREAD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Puts the digits back where only digits can be: in numbers that begin with 0x, in addresses and
 * registers of full width, and after the words that a number follows. Returns whether any were; the
 * line is then in out, which is as long as the line.
 */
bool oops_misread_mend(const char *line, size_t len, char *out);

/*
 * Puts an underscore for each blank in the name of a frame or of the instruction pointer. The blank
 * may as well be one too many. line may be out.
 */
bool oops_misread_name(const char *line, size_t len, char *out);

#endif
