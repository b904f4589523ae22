// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/qr_digits.h"

#define GROUP_DIGITS 17
#define GROUP_BYTES 7
#define CHUNK_DIGITS 4
#define CHUNK_BITS 13

static uint64_t value_of(const char *digits, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v * 10 + (uint64_t)(digits[i] - '0');
	return v;
}

/* The number of bytes (little-endian) in a group of n digits. 0: no group has that many digits. */
static size_t group_bytes(size_t n)
{
	static const uint8_t bytes[GROUP_DIGITS + 1] = {
		[3] = 1, [5] = 2, [8] = 3, [10] = 4, [13] = 5, [15] = 6, [17] = 7};

	return bytes[n];
}

static size_t decode_bytes(const char *digits, size_t n, uint8_t *bytes, size_t *whole, bool *bad)
{
	size_t out = 0;

	*whole = 0;
	for (size_t at = 0; at < n; at += GROUP_DIGITS) {
		size_t left = n - at < GROUP_DIGITS ? n - at : GROUP_DIGITS;
		size_t count = group_bytes(left);
		uint64_t v = value_of(digits + at, left);

		/* This may be an incomplete group. */
		if (!count || v >> 8 * count) {
			*bad = left == GROUP_DIGITS;
			break;
		}
		for (size_t i = 0; i < count; i++)
			bytes[out++] = (uint8_t)(v >> 8 * i);
		if (count == GROUP_BYTES)
			*whole = out;
	}
	return out;
}

/* The last chunk has as many bits as the last byte still needs. Every other chunk has 13. */
static size_t decode_bits(const char *digits, size_t n, uint8_t *bytes, size_t *whole, bool *bad)
{
	static const uint8_t short_bits[CHUNK_DIGITS] = {0, 4, 7, 10};
	size_t bits = n / CHUNK_DIGITS * CHUNK_BITS + short_bits[n % CHUNK_DIGITS];
	size_t total = bits / 8, done = 0, out = 0;
	uint32_t held = 0;
	unsigned n_held = 0;

	for (size_t at = 0; at < n && out < total; at += CHUNK_DIGITS) {
		size_t left = n - at < CHUNK_DIGITS ? n - at : CHUNK_DIGITS;
		size_t missing = total * 8 - done;
		unsigned count = missing < CHUNK_BITS ? (unsigned)missing : CHUNK_BITS;
		uint32_t v = (uint32_t)value_of(digits + at, left);

		if (v >> count) {
			*bad = n - at >= 2 * CHUNK_DIGITS;
			break;
		}
		held = held << count | v;
		n_held += count;
		done += count;
		for (; n_held >= 8; n_held -= 8)
			bytes[out++] = (uint8_t)(held >> (n_held - 8));
	}
	*whole = n % CHUNK_DIGITS && out ? out - 1 : out;
	return out;
}

size_t qr_digits_decode(enum qr_coding coding, const char *digits, size_t n, uint8_t *bytes,
	size_t *whole, bool *bad)
{
	*bad = false;
	return coding == QR_BYTES ? decode_bytes(digits, n, bytes, whole, bad)
				  : decode_bits(digits, n, bytes, whole, bad);
}
