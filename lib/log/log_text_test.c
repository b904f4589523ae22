// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "log/log_text.h"
#include "log/sample_skim.h"

struct seen {
	size_t n, gaps;
	struct log_record last;
	uint64_t last_ts_ns;
	char host[64];
	char text[80][200];
};

static int take(void *arg, const struct log_record *rec)
{
	struct seen *s = arg;
	size_t len = rec->len < 199 ? rec->len : 199;

	if (s->n < 80) {
		memcpy(s->text[s->n], rec->text, len);
		s->text[s->n][len] = 0;
	}
	s->n++;
	s->gaps += rec->gap;
	s->last = *rec;
	snprintf(s->host, sizeof(s->host), "%.*s", rec->host ? (int)rec->host_len : 0,
		rec->host ? rec->host : "");
	if (rec->has_ts)
		s->last_ts_ns = rec->ts_ns;
	return 0;
}

/* Feeds data in pieces of a size. The result must be the same for any size. */
static struct seen run(const char *data, size_t len, size_t piece)
{
	struct seen s = {0};
	struct log_text *lt;

	assert_int_equal(log_text_new(NULL, take, &s, NULL, &lt, NULL), 0);
	for (size_t i = 0; i < len; i += piece)
		assert_int_equal(log_text_feed(lt, data + i, len - i < piece ? len - i : piece), 0);
	assert_int_equal(log_text_finish(lt), 0);
	talloc_free(lt);
	return s;
}

static struct seen one(const char *line)
{
	struct seen s = run(line, strlen(line), 1000);

	assert_int_equal(s.n, 1);
	return s;
}

static void wrappings(void **state)
{
	static const char *const lines[] = {
		"[    5.123456] Oops: x",
		"<4>[    5.123456] Oops: x",
		"[    5.123456][  T123] Oops: x",
		"kern  :warn  : [    5.123456] Oops: x",
		"kern  :warn  : [    5.123456] [  T123] Oops: x",
		"kern:    warn: [2026-11-20T23:25:56.030745602Z]: Oops: x",
		"kern: warning: [2026-11-20T23:25:56.030745602Z]: [    5.123456] Oops: x",
		"Fri Nov 20 23:25:56 2026 kern.warn kernel: [    5.123456] Oops: x",
		"Fri Nov  6 23:25:56 2026: [    5.123456] Oops: x",
		"Fri Nov 20 23:25:56 2026 host kernel: Oops: x",
		"Nov 20 23:25:56 host kernel: [    5.123456] Oops: x",
		"Nov  2 23:25:56 host kernel: Oops: x",
		"2026-11-20T23:25:56.123456+00:00 host kernel: [    5.123456] Oops: x",
		"2026-11-20T23:25:56,123456+00:00 Oops: x",
		"[Fri Nov 20 23:25:56 2026] Oops: x",
		"[    5.123456] host kernel: Oops: x",
		"4,1234,5123456,-;Oops: x",
		"4,1234,5123456,-,caller=T7;Oops: x",
		"6.4.0,4,1234,5123456,-;Oops: x",
		"[<    0.000012>] Oops: x",
		"[    5.123456 <    0.100000>] Oops: x",
		"{\"_HOSTNAME\":\"host\",\"MESSAGE\":\"Oops: x\"}",
		"{ \"_HOSTNAME\" : \"host\", \"MESSAGE\" : \"Oops: x\" }",
		"{\"MESSAGE\":[79,111,112,115,58,32,120],\"_TRANSPORT\":\"kernel\"}",
		"__CURSOR=s=1\nMESSAGE=Oops: x\n_TRANSPORT=kernel\n",
		("{\n   \"dmesg\": [\n      {\n         \"pri\": 4,\n         \"time\":     "
		 "5.123456,\n         \"msg\": \"Oops: x\"\n      }\n   ]\n}"),
		"Fri 2026-11-20 23:25:56 UTC host kernel: Oops: x",
		"1795213556.123456 host kernel: Oops: x",
		"Nov 20 23:25:56.123456 host kernel: Oops: x",
		"1795213556.123456 Oops: x",
		"2026-11-20T23:25:56.123456Z ERR kernel: [    5.123456] Oops: x",
		"2026-11-20 23:25:56.123+0000: [    5.123456] Oops: x",
		"2026-11-20T23:25:56+0000 host kernel: Oops: x",
		"Nov 20 23:25:56 10.0.0.7 [    5.123456] Oops: x",
		"Nov 20 23:25:56 host kern.warning kernel: [    5.123456] Oops: x",
		"Nov 20 23:25:56 kernel: Oops: x",
		"2021-08-25T05:34:27.654139Z  <6>[    5.123456] Oops: x",
		"10.0.0.7 [    5.123456] Oops: x",
		"2026-11-20 23:25:56 10.0.0.7: [    5.123456] Oops: x",
		"<4>1 2026-11-20T23:25:56.123456Z web7 kernel - - - [    5.123456] Oops: x",
		"[Nov20 23:25] Oops: x",
		"[  +0.000012] Oops: x",
		"10.0.0.7: 4,1234,5123456,-;Oops: x",
		"[10.0.0.7]:6666 4,1234,5123456,-;Oops: x",
		"fe80::1: Oops: x",
		"                         ::ffff:10.0.0.7: S001234 T00000005123456 F0/L4 Oops: x",
		"web7: 4,1234,5123456,-;Oops: x",
		"\033[33m[    5.123456] \033[0mOops: x",
		"[    5.123456] Oops: x\r",
		/* a serial line that dropped one character, or two */
		"[    5.12346] Oops: x",
		"[    5.1256] Oops: x",
		"login: [    5.123456] Oops: x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct seen s = run(lines[i], strlen(lines[i]), 1000);

		if (strcmp(s.text[s.n - 1], "Oops: x") != 0)
			fail_msg("%s: got \"%s\"", lines[i], s.text[s.n - 1]);
	}
}

/* Totals that run() does not return. */
static const struct log_text_gaps *gaps_of(TALLOC_CTX *ctx, const char *text, size_t len)
{
	struct seen s = {0};
	struct log_text *lt;

	assert_int_equal(log_text_new(ctx, take, &s, NULL, &lt, NULL), 0);
	assert_int_equal(log_text_feed(lt, text, len), 0);
	assert_int_equal(log_text_finish(lt), 0);
	return log_text_gaps(lt);
}

static void lines_over_the_cap_are_counted(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t len = 2 * CAP_TEXT_LINE + 2;
	char *text = talloc_size(ctx, len);

	(void)state;
	memset(text, 'x', len);
	text[CAP_TEXT_LINE] = '\n';
	assert_int_equal(gaps_of(ctx, text, CAP_TEXT_LINE + 1)->n_long, 0);
	assert_int_equal(gaps_of(ctx, text, len)->n_long, 1);
	talloc_free(ctx);
}

/* Extended records that come over the network from more machines than are kept apart. */
static void hosts_over_the_cap_are_told(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text = talloc_strdup(ctx, "");

	(void)state;
	for (unsigned i = 0; i < CAP_TEXT_HOSTS; i++)
		text = talloc_asprintf_append_buffer(
			text, "10.0.%u.%u: 4,1,5123456,-;x\n", i / 250, i % 250);
	assert_false(gaps_of(ctx, text, strlen(text))->mixed);
	text = talloc_strdup_append_buffer(text, "10.1.0.1: 4,1,5123456,-;x\n");
	assert_true(gaps_of(ctx, text, strlen(text))->mixed);
	talloc_free(ctx);
}

static void facts(void **state)
{
	struct seen s = one("<12>[   15.000007][   C3] x");

	(void)state;
	assert_true(s.last.has_level && s.last.has_ts && s.last.has_caller);
	assert_int_equal(s.last.level, 4);
	assert_int_equal(s.last.facility, 1);
	assert_int_equal(s.last.ts_ns, 15000007000);
	assert_int_equal(s.last.caller_id, LOG_CALLER_CPU | 3);
	s = one("authpriv:info  : [   10.000000] x");
	assert_string_equal(s.text[0], "x");
	assert_int_equal(s.last.facility, 10);
	assert_int_equal(s.last.level, 6);
	assert_int_equal(one("auth  :warn  : [    1.000000] x").last.facility, 4);
	assert_int_equal(one("local7:err   : [    1.000000] x").last.facility, 23);
	s = one("2026-11-20T23:25:56.5+01:00 web7 kernel: x");
	assert_true(s.last.has_unix);
	assert_int_equal(s.last.unix_ns / 1000000000, 1795213556);
	assert_int_equal(s.last.host_len, 4);
	s = one("6,99,2000000,c,caller=C1;a\\x09b");
	assert_string_equal(s.text[0], "a\tb");
	assert_int_equal(s.last.ts_ns, 2000000000);
}

static void other_programs_do_not_count(void **state)
{
	static const char *const lines[] = {
		"Nov 20 23:25:56 host sshd[12]: kernel BUG at x",
		"{\"SYSLOG_IDENTIFIER\":\"sshd\",\"MESSAGE\":\"kernel BUG at x\"}",
		("__CURSOR=1\nMESSAGE=kernel BUG at "
		 "x\n_TRANSPORT=syslog\nSYSLOG_IDENTIFIER=sshd\n\n"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_int_equal(run(lines[i], strlen(lines[i]), 1000).n, 0);
}

/* A text field that is not plain text and contains what looks like the end of the entry. */
static void binary_fields(void **state)
{
	static const char data[] = "__CURSOR=1\n_HOSTNAME=web7\nPRIORITY=4\nMESSAGE\n"
				   "\x0b\0\0\0\0\0\0\0a\n\nX=1\n\nb\x01\x02\n_TRANSPORT=kernel\n"
				   "\n__CURSOR=2\nMESSAGE=c\n_TRANSPORT=kernel\n\n";

	(void)state;
	for (size_t piece = 1; piece < sizeof(data); piece++) {
		struct seen s = run(data, sizeof(data) - 1, piece);

		assert_int_equal(s.n, 2);
		assert_string_equal(s.text[0], "a\n\nX=1\n\nb\x01\x02");
		assert_string_equal(s.text[1], "c");
	}
}

static void hosts(void **state)
{
	static const struct {
		const char *line, *host;
	} cases[] = {
		{"Nov 20 23:25:56 web7 kernel: x", "web7"},
		{"10.0.0.7 [    5.123456] x", "10.0.0.7"},
		{"[10.0.0.7]:6666 4,1234,5123456,-;x", "10.0.0.7"},
		{"fe80::1: x", "fe80::1"},
		{"   ::ffff:10.0.0.7: S1 T5 F0/L4 x", "10.0.0.7"},
		{"web7: 4,1234,5123456,-;x", "web7"},
		{"{\"_HOSTNAME\":\"web7\",\"MESSAGE\":\"x\"}", "web7"},
		{"Nov 20 23:25:56 kernel: x", NULL},
		{"2026-11-20 23:25:56 (1.2", NULL},
		{"2026-11-20T23:25:56 Call Trace:", NULL},
		{"2026-11-20T23:25:56 INFO x", NULL},
		{"2026-11-20T23:25:56 web7 kernel: x", "web7"},
		{"2026-11-20T23:25:56 10.0.0.7 x", "10.0.0.7"},
		{"10.0.0: x", NULL},
		{"dead: x", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct seen s = one(cases[i].line);

		if (!cases[i].host) {
			if (s.host[0])
				fail_msg("%s: host %s", cases[i].line, s.host);
		} else {
			assert_string_equal(s.host, cases[i].host);
		}
	}
}

static void check_texts(const char *data, const char *const *texts, size_t n, size_t n_gaps)
{
	for (size_t piece = 1; piece < 100; piece += 7) {
		struct seen s = run(data, strlen(data), piece);

		assert_int_equal(s.n, n);
		for (size_t i = 0; i < n; i++)
			assert_string_equal(s.text[i], texts[i]);
		assert_int_equal(s.gaps, n_gaps);
	}
}

/* Where lines have tags, "word: " is one. Without any, it may be the kernel's own. */
static void programs_without_a_process_id(void **state)
{
	static const char tagged[] = "Nov 20 08:00:01 web1 sshd[123]: a\n"
				     "Nov 20 08:00:02 web1 sudo:  bob : COMMAND=/bin/grep panic\n"
				     "Nov 20 08:00:03 web1 kernel: watchdog: b\n"
				     "Nov 20 08:00:04 web1 nagios: SERVICE ALERT: db1;panic\n"
				     "Nov 20 08:00:05 web1 logger: [  100.000000] c\n";
	static const char iso[] = "2026-11-20T08:00:01+01:00 web1 kernel: a\n"
				  "2026-11-20T08:00:02+01:00 web1 sudo: bob : grep panic\n";
	static const char bare[] = "Nov 20 08:00:01 web1 watchdog: a\n";
	static const char *const of_tagged[] = {"watchdog: b", "logger: [  100.000000] c"};
	static const char *const of_iso[] = {"a"}, *const of_bare[] = {"watchdog: a"};

	(void)state;
	check_texts(tagged, of_tagged, 2, 0);
	check_texts(iso, of_iso, 1, 0);
	check_texts(bare, of_bare, 1, 0);
}

/* UDP does not keep the order. Duplicates appear once. */
static void packets_are_ordered(void **state)
{
	static const char data[] = "6,10,1,-;a\n6,12,3,-;c\n6,11,2,-;b\n6,11,2,-;b\n"
				   "6,15,6,-;f\n6,14,5,-;e\n";
	static const char *const texts[] = {"a", "b", "c", "e", "f"};

	(void)state;
	check_texts(data, texts, 5, 1);
}

static void each_host_has_its_order(void **state)
{
	static const char data[] =
		"10.0.0.7 6,10,1,-;a\n10.0.0.8 6,900,1,-;x\n"
		"10.0.0.7 6,12,3,-;c\n10.0.0.8 6,901,2,-;y\n10.0.0.7 6,11,2,-;b\n";
	struct seen s = run(data, strlen(data), 1000);

	(void)state;
	assert_int_equal(s.n, 5);
	assert_int_equal(s.gaps, 0);
}

static void a_new_boot_begins_anew(void **state)
{
	static const char data[] = "6,5000,900000000,-;a\n6,0,0,-;Linux version\n6,1,0,-;b\n";
	static const char *const texts[] = {"a", "Linux version", "b"};

	(void)state;
	check_texts(data, texts, 3, 0);
}

/* Fragments in any order, on lines of their own or not, with the keys cut as well. */
static void fragments_are_joined(void **state)
{
	static const char *const texts[] = {"before", "Oops: one two", "after"};
	static const char *const data[] = {
		"6,1,1,-;before\n"
		"4,2,2,-,ncfrag=0/14;Oops: 4,2,2,-,ncfrag=6/14;one two\n6,3,3,-;after\n",
		"6,1,1,-;before\n4,2,2,-,ncfrag=6/14;one two\n6,3,3,-;after\n"
		"4,2,2,-,ncfrag=0/14;Oops: \n",
		"6.1.0,6,1,1,-;before\n6.1.0,4,2,2,-,ncfrag=0/27;Oops: one two\n SUBSY"
		"6.1.0,4,2,2,-,ncfrag=20/27;STEM=x\n6.1.0,6,3,3,-;after\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(data); i++)
		check_texts(data[i], texts, 3, 0);
}

/* Both meanings of 'c': see log_ext.c. */
static void continuations_are_joined(void **state)
{
	static const char *const texts[] = {"x", "a b c", "y"};

	(void)state;
	check_texts("6,1,1,-;x\n6,2,2,c;a\n6,3,3,+; b\n6,4,4,+; c\n6,5,5,-;y\n", texts, 3, 0);
	check_texts("6,1,1,-;x\n6,2,2,-;a\n6,3,3,c; b\n6,4,4,c; c\n6,5,5,-;y\n", texts, 3, 0);
}

static void gaps(void **state)
{
	static const char ext[] = "6,10,1,-;a\n SUBSYSTEM=pci\n6,11,2,-;b\n6,14,3,-;c\n";
	struct seen s = run(ext, strlen(ext), 7);

	(void)state;
	assert_int_equal(s.n, 3);
	assert_int_equal(s.gaps, 1);
	assert_true(s.last.gap);
	static const char dropped[] = "** 12 printk messages dropped ** [    1.000000] a\n";
	s = run(dropped, strlen(dropped), 1000);
	assert_int_equal(s.n, 1);
	assert_true(s.last.gap);
	assert_string_equal(s.text[0], "a");
}

static void any_chunks(void **state)
{
	static const char text[] = "[    1.000000] a\r\n\0\0[    2.000000] b\n\nc\rd\nlast";
	struct seen whole = run(text, sizeof(text) - 1, 1000);

	(void)state;
	for (size_t piece = 1; piece < sizeof(text); piece++) {
		struct seen s = run(text, sizeof(text) - 1, piece);

		assert_int_equal(s.n, whole.n);
		for (size_t i = 0; i < s.n; i++)
			assert_string_equal(s.text[i], whole.text[i]);
	}
	assert_string_equal(whole.text[whole.n - 1], "last");
}

static void long_lines_are_cut(void **state)
{
	size_t len = 3 * CAP_TEXT_LINE;
	char *data = malloc(len + 1);

	(void)state;
	memset(data, 'x', len);
	data[len] = '\n';
	for (int plain = 0; plain < 2; plain++) {
		struct seen s = run(data, len + 1, plain ? len + 1 : 4096);

		assert_int_equal(s.n, 1);
		assert_int_equal(s.last.len, CAP_TEXT_LINE);
		assert_true(s.last.truncated);
	}
	free(data);
}

/* Of many lines, only those that matter arrive: the requested ones, noisy ones, the last time. */
static void lines_are_passed_over(void **state)
{
	char *data = talloc_strdup(NULL, "");

	(void)state;
	for (int i = 0; i < 1000; i++)
		data = talloc_asprintf_append(data, "[%5d.000000] line%s\r\n", i,
			i == 500   ? " NEEDLE"
			: i == 700 ? "\033[0m"
				   : "");
	for (int i = 0; i < 100; i++)
		data = talloc_asprintf_append(data, "output\n");
	for (size_t piece = 7; piece < 100000; piece *= 11) {
		struct seen s = {0};
		struct log_text *lt;
		size_t len = strlen(data), needles = 0;

		assert_int_equal(log_text_new(NULL, take, &s, &sample_skim, &lt, NULL), 0);
		for (size_t i = 0; i < len; i += piece)
			assert_int_equal(
				log_text_feed(lt, data + i, len - i < piece ? len - i : piece), 0);
		assert_int_equal(log_text_finish(lt), 0);
		if (piece > 10000) {
			assert_in_range(s.n, 64, 80);
			for (size_t i = 0; i < s.n && i < 80; i++)
				needles += strstr(s.text[i], "NEEDLE") != NULL;
			assert_int_equal(needles, 1);
		}
		assert_int_equal(s.last_ts_ns / 1000000000, 999);
		assert_int_equal(s.last.seq, 1099);
		talloc_free(lt);
	}
	talloc_free(data);
}

static bool never_idle(const void *arg)
{
	(void)arg;
	return false;
}

static size_t find_bug(const void *arg, const char *text, size_t len)
{
	const char *at = memmem(text, len, "BUG", 3);

	(void)arg;
	return at ? (size_t)(at - text) : len;
}

static struct seen look(const char *data)
{
	static const struct log_skim skim = {never_idle, find_bug, NULL};
	struct seen s = {0};
	struct log_text *lt;

	assert_int_equal(log_text_new(NULL, take, &s, &skim, &lt, NULL), 0);
	assert_int_equal(log_text_feed(lt, data, strlen(data)), 0);
	assert_int_equal(log_text_finish(lt), 0);
	talloc_free(lt);
	return s;
}

static void unknown_prefixes_are_learned(void **state)
{
	static const char *const texts[] = {
		"> BUG: x\n> CPU: 1 PID: 2\n>  f+0x1/0x2\n",
		"sty 03 12:44:18 web7 kernel: BUG: x\nsty 03 12:44:18 web7 kernel: CPU: 1 PID: 2\n"
		"sty 03 12:44:19 web7 kernel:  f+0x1/0x2\n",
		"kern:   alert: [2026-11-20T23:25:56.1Z]: BUG: x\n"
		"kern: warning: [2026-11-20T23:25:56.2Z]: CPU: 1 PID: 2\n"
		"kern: warning: [2026-11-20T23:25:56.3Z]:  f+0x1/0x2\n",
		"`BUG: x`\n`CPU: 1 PID: 2`\n` f+0x1/0x2`\n",
		/* grep -r, and grep -rnC */
		"log/kern.log.1:BUG: x\nlog/kern.log.1:CPU: 1 PID: 2\nlog/kern.log.1: f+0x1/0x2\n",
		"log/kern:12:BUG: x\nlog/kern-13-CPU: 1 PID: 2\nlog/kern-14- f+0x1/0x2\n",
		"12:BUG: x\n13-CPU: 1 PID: 2\n14- f+0x1/0x2\n",
		"> Nov 20 23:25:56 web7 kernel: BUG: x\n> Nov 20 23:25:56 web7 kernel: CPU: 1 PID: "
		"2\n"
		"> Nov 20 23:25:56 web7 kernel:  f+0x1/0x2\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct seen s = look(texts[i]);

		assert_int_equal(s.n, 3);
		assert_string_equal(s.text[0], "BUG: x");
		assert_string_equal(s.text[1], "CPU: 1 PID: 2");
		assert_string_equal(s.text[2], " f+0x1/0x2");
		assert_int_equal(s.last.line, 3);
		assert_string_equal(s.host, strstr(texts[i], "web7") ? "web7" : "");
	}
}

/* In the text of an entry, too. What the entry says besides belongs to its own text. */
static void unknown_prefixes_of_entries_are_learned(void **state)
{
	static const char *const texts[] = {
		"{\"log\":\"web1 | BUG: x\\n\",\"host\":\"a\"}\n"
		"{\"log\":\"web1 | CPU: 1 PID: 2\\n\",\"host\":\"a\"}\n"
		"{\"log\":\"web1 |  f+0x1/0x2\\n\",\"host\":\"b\"}\n",
		/* more than wait at a time */
		"{\"log\":\"web1 | BUG: x\\n\",\"host\":\"a\"}\n"
		"{\"log\":\"web1 | CPU: 1 PID: 2\\n\"}\n{\"log\":\"web1 |  f+0x1/0x2\\n\"}\n"
		"{\"log\":\"web1 | 4\"}\n{\"log\":\"web1 | 5\"}\n{\"log\":\"web1 | 6\"}\n"
		"{\"log\":\"web1 | 7\"}\n{\"log\":\"web1 | 8\"}\n{\"log\":\"web1 | 9\"}\n"
		"{\"log\":\"web1 | 10\"}\n{\"log\":\"web1 | 11\",\"host\":\"b\"}\n",
		/* a line that is no entry ends the wait */
		"{\"log\":\"web1 | BUG: x\"}\n{\"log\":\"web1 | CPU: 1 PID: 2\"}\n"
		"{\"log\":\"web1 |  f+0x1/0x2\"}\nb kernel: last\n",
		"[{\"log\":\"web1 | BUG: x\"},{\"log\":\"web1 | CPU: 1 PID: 2\"},"
		"{\"log\":\"web1 |  f+0x1/0x2\",\"host\":\"b\"}]\n",
	};
	static const size_t n[] = {3, 11, 4, 3}, line[] = {3, 11, 4, 1};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct seen s = look(texts[i]);

		assert_int_equal(s.n, n[i]);
		assert_string_equal(s.text[0], "BUG: x");
		assert_string_equal(s.text[1], "CPU: 1 PID: 2");
		assert_string_equal(s.text[2], " f+0x1/0x2");
		assert_int_equal(s.last.line, line[i]);
		if (i != 2)
			assert_string_equal(s.host, "b");
	}
}

/* The kernel's own words before a message, and a prefix that occurs on one line only. */
static void no_other_prefixes_are_learned(void **state)
{
	static const char *const texts[] = {
		"watchdog: BUG: x\nwatchdog: CPU 1\nwatchdog: y\n",
		"> BUG: x\nCPU: 1\nRIP: f\nCall Trace:\nf\ng\nh\n",
		" #1 [ffff888012345678] BUG at ffffffff81234567\n #2 [ffff888012345688] f at 1\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct seen s = look(texts[i]);
		size_t len = strcspn(texts[i], "\n");

		assert_int_equal(strlen(s.text[0]), len);
		assert_memory_equal(s.text[0], texts[i], len);
	}
}

static void a_level_is_no_host(void **state)
{
	struct seen s = one("Sep 24 12:08:48.974658 err web7 kernel: [    1.000000] text\n");

	(void)state;
	assert_string_equal(s.host, "web7");
	assert_string_equal(s.text[0], "text");
	s = one("2026-11-20 23:25:56 notice [    1.000000] text\n");
	assert_string_equal(s.host, "");
	assert_string_equal(s.text[0], "text");
}

static void web_pages(void **state)
{
	struct seen s = one("\xef\xbb\xbf[&lt;c0012345&gt;]\xc2\xa0"
			    "f &amp;lt;IRQ> <IRQ> <48><br>\n");

	(void)state;
	assert_string_equal(s.text[0], "[<c0012345>] f <IRQ> <IRQ> <48>");
}

/* What programs make of the characters between the kernel and the reader. */
static void damaged_characters(void **state)
{
	static const char *const texts[][2] = {
		/* any character as an entity, also escaped twice */
		{"f&#95;g&#x5F;h&lowbar;i &amp;#91;m&#93; &#8212;", "f_g_h_i [m] &#8212;"},
		{"a &#; &#x; &#10; &#95", "a &#; &#x; &#10; &#95"},
		/* UTF-8 that was read as Latin-1, or as Windows-1252 */
		{"a\xc3\x82\xc2\xa0"
		 "b\xc3\x82 c\xc3\xa2\xe2\x82\xac\xe2\x84\xa2"
		 "d",
			"a b c'd"},
		{"caf\xc3\xa9 \xc3\xa2ge", "caf\xc3\xa9 \xc3\xa2ge"},
		/* typography */
		{"can\xe2\x80\x99t \xe2\x80\x94\xe2\x80\x93[ end trace ]\xe2\x80\xa6",
			"can't ---[ end trace ]..."},
		/* colours without their escape character, and controls as editors show them */
		{"[32m[    1.000000] [0m[1;31mBUG[0m [mac80211] [8021q] [<c0123456>]",
			"BUG [mac80211] [8021q] [<c0123456>]"},
		{"^[[33mBUG^[[0m^Ix^M", "BUG\tx"},
		{"2^3 a^b ^", "2^3 a^b ^"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_string_equal(one(texts[i][0]).text[0], texts[i][1]);
}

/* The text of each window of a terminal is a line of its own. */
static void windows_of_a_terminal(void **state)
{
	static const char *const texts[] = {
		"\xe2\x94\x82[    1.000000] BUG: x      \xe2\x94\x82 ~ $ \n",
		"~ $ ls    \xe2\x94\x82[    1.000000] BUG: x\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct seen s = run(texts[i], strlen(texts[i]), strlen(texts[i]));

		assert_int_equal(s.n, 2);
		assert_string_equal(s.text[i], "BUG: x");
	}
}

static void markdown(void **state)
{
	static const char *const texts[][2] = {
		{"RIP: 0010:gizmo\\_up+0x1/0x2 \\[gizmo\\]", "RIP: 0010:gizmo_up+0x1/0x2 [gizmo]"},
		{"\\_\\_do\\_up+0x1/0x2", "__do_up+0x1/0x2"},
		{"\\<TASK\\>", "<TASK>"},
		/* the kernel's own */
		{"ACPI: \\_SB.PCI0: \\_OSC failed", "ACPI: \\_SB.PCI0: \\_OSC failed"},
		{"a\\x41 b\\", "a\\x41 b\\"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_string_equal(one(texts[i][0]).text[0], texts[i][1]);
}

static void probe(void **state)
{
	static const uint8_t binary[] = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0x80, 0x90, 0xff, 3};

	(void)state;
	assert_true(log_text_probe((const uint8_t *)"[    0.0] Linux\n", 16));
	assert_true(log_text_probe((const uint8_t *)"\0\0\0boot\r\n", 9));
	assert_false(log_text_probe(binary, sizeof(binary)));
	assert_false(log_text_probe(binary, 0));
}

/* What is known of the zone is used, and nothing is invented. */
static void zones(void **state)
{
	static const struct {
		const char *line;
		int64_t seconds; /* 0: its zone is not given */
		const char *wall;
	} cases[] = {
		{"2025-03-04T10:22:03+01:00 db7 kernel: x", 1741080123, ""},
		{"2025-03-04T10:22:03Z db7 kernel: x", 1741083723, ""},
		{"Tue 2025-03-04 10:22:03 UTC db7 kernel: x", 1741083723, ""},
		{"Tue 2025-03-04 10:22:03 CET db7 kernel: x", 1741080123, ""},
		{"Tue 2025-03-04 10:22:03 EST db7 kernel: x", 1741101723, ""},
		{"Tue 2025-03-04 10:22:03 -03 db7 kernel: x", 1741094523, ""},
		{"Tue 2025-03-04 10:22:03 IST db7 kernel: x", 0, "Tue 2025-03-04 10:22:03 IST"},
		{"Tue 2025-03-04 10:22:03 CST db7 kernel: x", 0, "Tue 2025-03-04 10:22:03 CST"},
		{"2025-03-04T10:22:03.123 db7 kernel: x", 0, "2025-03-04T10:22:03.123"},
		{"[Tue Mar  4 10:22:03 2025] x", 0, "Tue Mar  4 10:22:03 2025"},
		{"Mar  4 10:22:03 db7 kernel: x", 0, "Mar  4 10:22:03"},
		{"[    5.123456] x", 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct seen s = one(cases[i].line);

		assert_string_equal(s.text[0], "x");
		assert_int_equal(s.last.has_unix, cases[i].seconds != 0);
		if (s.last.has_unix)
			assert_int_equal(s.last.unix_ns / 1000000000, cases[i].seconds);
		assert_string_equal(s.last.wall, cases[i].wall);
		assert_int_equal(s.last.has_year, strstr(cases[i].wall, "2025") != NULL);
		if (s.last.has_year)
			assert_int_equal(s.last.unix_ns / 1000000000, 1741083723);
	}
}

/* Arrays of lines on one line, as jq and collectors write them, in any pieces. */
static void arrays_of_lines(void **state)
{
	static const char *const texts[] = {
		"[\"[    5.123456] a\",\"[    5.123457] b \\\"q\\\"\", \"[    5.123458] c\"]",
		"[{\"message\": \"[    5.123456] a\"},{\"message\":\"[    5.123457] b \\\"q\\\"\"},"
		"{\"message\":\"[    5.123458] c\"}]\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		for (size_t piece = 1; piece < 40; piece += 13) {
			struct seen s = run(texts[i], strlen(texts[i]), piece);

			assert_int_equal(s.n, 3);
			assert_string_equal(s.text[0], "a");
			assert_string_equal(s.text[1], "b \"q\"");
			assert_string_equal(s.text[2], "c");
			assert_int_equal(s.last_ts_ns, 5123458000);
		}
	}
	/* What only looks like one. */
	assert_string_equal(one("[   5.123456] [\"x\", 7]").text[0], "[\"x\", 7]");
}

/* Such a line may be longer than any that the kernel writes. */
static void a_long_array(void **state)
{
	const size_t n = 3000;
	char *text = talloc_strdup(NULL, "[");

	(void)state;
	for (size_t i = 0; i < n; i++)
		text = talloc_asprintf_append_buffer(
			text, "%s\"[    5.%06zu] a line of the log\"", i ? "," : "", i);
	text = talloc_strdup_append_buffer(text, "]");
	assert_true(strlen(text) > 4 * CAP_TEXT_LINE);
	for (size_t piece = 1000; piece < 1000000; piece *= 10) {
		struct seen s = run(text, strlen(text), piece);

		assert_int_equal(s.n, n);
		assert_int_equal(s.last_ts_ns, 5002999000);
	}
	talloc_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrappings),
		cmocka_unit_test(zones),
		cmocka_unit_test(facts),
		cmocka_unit_test(other_programs_do_not_count),
		cmocka_unit_test(binary_fields),
		cmocka_unit_test(hosts),
		cmocka_unit_test(programs_without_a_process_id),
		cmocka_unit_test(packets_are_ordered),
		cmocka_unit_test(each_host_has_its_order),
		cmocka_unit_test(a_new_boot_begins_anew),
		cmocka_unit_test(fragments_are_joined),
		cmocka_unit_test(continuations_are_joined),
		cmocka_unit_test(gaps),
		cmocka_unit_test(any_chunks),
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(lines_are_passed_over),
		cmocka_unit_test(lines_over_the_cap_are_counted),
		cmocka_unit_test(hosts_over_the_cap_are_told),
		cmocka_unit_test(unknown_prefixes_are_learned),
		cmocka_unit_test(unknown_prefixes_of_entries_are_learned),
		cmocka_unit_test(no_other_prefixes_are_learned),
		cmocka_unit_test(a_level_is_no_host),
		cmocka_unit_test(web_pages),
		cmocka_unit_test(damaged_characters),
		cmocka_unit_test(windows_of_a_terminal),
		cmocka_unit_test(arrays_of_lines),
		cmocka_unit_test(a_long_array),
		cmocka_unit_test(markdown),
		cmocka_unit_test(probe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
