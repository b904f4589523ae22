// SPDX-License-Identifier: GPL-3.0-or-later
/* Addresses in binary form get the bytes of the pseudonym of their text. */
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "redact/redact.h"

static int set_up(void **state)
{
	return vmt_redaction_new((struct vmt_redaction **)state, NULL);
}

static int tear_down(void **state)
{
	vmt_redaction_free(*state);
	return 0;
}

/* Of the kernel: as the kernel of x86 has its text. */
static bool is_pointer(void *arg, const void *word)
{
	const uint8_t *b = word;

	(void)arg;
	return b[7] == 0xff && b[6] == 0xff && b[5] == 0xff && b[4] == 0xff;
}

static void binary(struct vmt_redaction *r, char *memory, size_t len)
{
	struct redact_words words = {is_pointer, NULL};

	assert_int_equal(redact_binary(r, &words, memory, len, NULL), 0);
}

static void learn(struct vmt_redaction *r, const char *text)
{
	assert_int_equal(redact_learn_memory(r, text, strlen(text), NULL), 0);
}

static void all_forms_are_found(void **state)
{
	static const struct {
		const char *text, *bytes;
		size_t at, len;
		const char *after;
	} rows[] = {
		{"eth0: 52:54:00:ab:cd:ef up", "....\x52\x54\0\xab\xcd\xef", 4, 6, "\2\0\0\0\0\1"},
		{"eth0: 52-54-00-AB-CD-EF up", "...\x52\x54\0\xab\xcd\xef", 3, 6, "\2\0\0\0\0\1"},
		{"from 10.99.88.77 to", "\0.P\0P\0\x0a\x63\x58\x4d", 6, 4, "\0\0\0\1"},
		{"from 10.0.0.5 to", "....\x0a\0\0\5", 4, 4, "\0\0\0\1"},
		{"at fe80::5054:ff:feab:cdef.",
			"...\xfe\x80\0\0\0\0\0\0\x50\x54\0\xff\xfe\xab\xcd\xef", 3, 16,
			"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"},
		{"MAC=52:54:00:ab:cd:ef:02:00:17:11:22:33:08:00 SRC", "...\x02\0\x17\x11\x22\x33",
			3, 6, "\2\0\0\0\0\1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char memory[64] = {0};
		struct vmt_redaction *r;

		assert_int_equal(vmt_redaction_new(&r, NULL), 0);
		memcpy(memory, rows[i].bytes, rows[i].at + rows[i].len);
		learn(r, rows[i].text);
		binary(r, memory, sizeof(memory));
		assert_memory_equal(memory, rows[i].bytes, rows[i].at);
		assert_memory_equal(memory + rows[i].at, rows[i].after, rows[i].len);
		for (size_t k = rows[i].at + rows[i].len; k < sizeof(memory); k++)
			assert_int_equal(memory[k], 0);
		vmt_redaction_free(r);
	}
}

static void what_is_none_stays(void **state)
{
	static const struct {
		const char *text, *bytes;
		size_t len;
	} rows[] = {
		/* a pointer, a word of text, an odd place */
		{"192.168.25.129", "\xc0\xa8\x19\x81\xff\xff\xff\xff", 8},
		{"116.101.115.116", "the test ok", 12},
		{"10.99.88.77", ".\x0a\x63\x58\x4d\0\0\0", 8},
		/* what nobody has, and what looks like numbers */
		{"127.0.0.1", "\x7f\0\0\1\0\0\0\0", 8},
		{"2.0.0.0", "\2\0\0\0\0\0\0\0", 8},
		{"00:00:00:00:00:01", "\0\0\0\0\0\1\0\0", 8},
		{"::1", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16},
		/* learned from no memory */
		{NULL, "\x0a\x63\x58\x4d\0\0\0\0", 8},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct vmt_redaction *r;
		char memory[16];

		assert_int_equal(vmt_redaction_new(&r, NULL), 0);
		memcpy(memory, rows[i].bytes, rows[i].len);
		if (rows[i].text)
			learn(r, rows[i].text);
		else
			assert_int_equal(redact_learn(r, "10.99.88.77", 11, NULL), 0);
		binary(r, memory, rows[i].len);
		assert_memory_equal(memory, rows[i].bytes, rows[i].len);
		vmt_redaction_free(r);
	}
}

static void text_and_bytes_have_one_pseudonym(void **state)
{
	static const uint8_t ours[] = {0x52, 0x54, 0, 0xab, 0xcd, 0xef},
			     wide[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
				     18, 19, 20};
	struct vmt_redaction *r = *state;
	char memory[] = "\x52\x54\0\xab\xcd\xef..",
	     text[] = "a 10:11:12:13:14:15 52:54:00:ab:cd:ef";
	uint64_t count = 0;

	assert_int_equal(redact_know_address(r, REDACT_MAC, ours, 6, NULL), 0);
	assert_int_equal(redact_know_address(r, REDACT_MAC, ours, 6, NULL), 0);
	assert_int_equal(redact_know_address(r, REDACT_MAC, wide, 20, NULL), 0);
	assert_int_equal(redact_know_address(r, REDACT_MAC, ours, 3, NULL), 0);
	assert_int_equal(redact_memory(r, text, strlen(text), NULL), 0);
	assert_string_equal(text, "a 02:00:00:00:00:01 02:00:00:00:00:02");
	binary(r, memory, sizeof(memory));
	assert_memory_equal(memory, "\2\0\0\0\0\2..", 8);
	assert_string_equal(vmt_redaction_count(r, REDACT_MAC, &count), "mac");
	assert_int_equal(count, 3);
}

static void short_memory_is_no_harm(void **state)
{
	struct vmt_redaction *r = *state;
	char memory[] = "\x0a\x63\x58\x4d";

	learn(r, "10.99.88.77 52:54:00:ab:cd:ef");
	for (size_t len = 0; len < 4; len++)
		binary(r, memory, len);
	assert_memory_equal(memory, "\x0a\x63\x58\x4d", 4);
	binary(r, memory, 4);
	assert_memory_equal(memory, "\0\0\0\1", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_forms_are_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_none_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			text_and_bytes_have_one_pseudonym, set_up, tear_down),
		cmocka_unit_test_setup_teardown(short_memory_is_no_harm, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
