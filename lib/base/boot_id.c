// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/boot_id.h"

bool boot_id_is_known(const uint8_t id[BOOT_ID_LEN])
{
	for (unsigned i = 0; i < BOOT_ID_LEN; i++)
		if (id[i])
			return true;
	return false;
}

const char *boot_id_text(TALLOC_CTX *ctx, const uint8_t id[BOOT_ID_LEN])
{
	static const char digits[] = "0123456789abcdef";
	char text[37], *p = text;

	if (!boot_id_is_known(id))
		return NULL;
	for (unsigned i = 0; i < BOOT_ID_LEN; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = digits[id[i] >> 4];
		*p++ = digits[id[i] & 15];
	}
	*p = '\0';
	return talloc_strdup(ctx, text);
}
