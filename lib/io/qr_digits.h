/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes as decimal digits, as drm_panic packs them into the numeric segment of a QR code
 * (drivers/gpu/drm/drm_panic_qr.rs).
 */
#ifndef VMT_IO_QR_DIGITS_H
#define VMT_IO_QR_DIGITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How digits encode bytes. */
enum qr_coding {
	QR_BYTES, /* "z", since 6.14: 17 digits are 7 bytes */
	QR_BITS,  /* "zl", 6.12 and 6.13: 4 digits are 13 bits */
};

/* An upper bound on the bytes that n digits decode to. */
#define QR_DIGITS_ROOM(n) ((n) / 2 + 8)

/*
 * Decodes n digits into bytes and returns the number of bytes. *whole: how many of them come from
 * complete groups. A shorter last group may be the rest of a group that was cut. *bad: decoding
 * stopped at digits that no encoder writes.
 */
size_t qr_digits_decode(enum qr_coding coding, const char *digits, size_t n, uint8_t *bytes,
	size_t *whole, bool *bad);

#endif
