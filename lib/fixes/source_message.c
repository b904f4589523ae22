// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A commit's message: subject, what it says, the crash that it quotes, and the lines for tools.
 * Those that name people and mails say nothing about a bug.
 */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/text_piece.h"
#include "fixes/source_draft.h"
#include "oops/frame.h"

#define COMMIT_DIGITS 40
#define SHORT_DIGITS 8
#define SUBJECT_LINES 16
#define GAP 2 /* lines within a quoted crash that are like none of it */

void fix_draft_line(struct fix_draft *d, const char *text, size_t len)
{
	size_t have = d->message_len;
	char *more;

	if (d->failed || have + len > FIX_MESSAGE_MOST)
		return;
	/* Doubles whenever it is full. */
	if (!d->message || talloc_get_size(d->message) < have + len + 2) {
		more = talloc_realloc(d->pool, d->message, char, 2 * (have + len) + 256);
		d->failed = !more;
		if (!more)
			return;
		d->message = more;
	}
	memcpy(d->message + have, text, len);
	d->message[have + len] = '\n';
	d->message_len = have + len + 1;
}

/* ---- crash texts ------------------------------------------------------------------------- */

/* Only a crash has lines that begin so. */
static const char *const trace_begins[] = {"BUG: ", "BUG kmalloc", "Oops: ", "Oops [",
	"WARNING: CPU: ", "WARNING: possible ", "WARNING: inconsistent ", "WARNING: suspicious ",
	"WARNING: at ", "WARNING: kernel/",
	"RIP: ", "RSP: ", "RAX: ", "RDX: ", "RBP: ", "R10: ", "R13: ", "EIP: ", "EAX: ", "ESI: ",
	"FS: ", "CS: ", "DS: ", "CR0: ", "CR2: ", "DR0: ", "DR3: ", "PGD ", "#PF: ", "PKRU: ",
	"Code: ", "Call Trace:", "Call trace:", "Modules linked in:", "Hardware name: ", "CPU: ",
	"Workqueue: ", "pstate: ", "pc : ", "lr : ", "sp : ", "pc: ", "Unable to handle kernel",
	"Unable to handle paging", "Kernel panic - not syncing", "general protection fault",
	"divide error: ", "invalid opcode: ", "stack segment: ", "kernel BUG at ",
	"kernel tried to ", "---[ end ", "---[ cut here", "------------[ cut here", "INFO: task ",
	"INFO: rcu", "rcu: INFO", "watchdog: ", "NMI watchdog: ", "Allocated by task",
	"Freed by task", "Read of size ", "Write of size ", "The buggy address ",
	"Memory state around ", "Last potentially related ", "Internal error: ", "Mem abort info",
	"Data abort info", "ESR = ", "EC = ", "FSC = ", "SET = ", "EA = ", "swapper pgtable",
	"unreferenced object 0x", "hex dump (first ", "comm \"", "backtrace (crc ",
	"UBSAN: ", "KASAN: ", "KMSAN: ", "list_add corruption", "list_del corruption",
	"stack backtrace:", "stack trace:", "Stack trace:", "*** DEADLOCK ***",
	"Possible unsafe locking scenario", "other info that might help us debug this",
	"irq event stamp: ", "hardirqs last ", "softirqs last ", "page: refcount",
	"page:", "page dumped because", "raw: ", "flags: 0x",
	"head: ", "Krnl PSW : ", "Krnl GPRS: ", "Krnl Code: ", "NIP: ", "GPR00: ", "REGS: ",
	"epc : ", "status: ", "Faulting instruction address", "Last Breaking-Event-Address",
	"Uninit was ", "Kernel Offset: ", "Dumping ftrace buffer",
	"====================", "- ---[ end", "Tainted: ", "x29: ", "x26: ", "x0 : "};

/* "[  123.456789]", "<4>[ 12.3]", "[T1234]", "kernel:". Returns past them. */
static const char *skip_stamp(const char *p, const char *end, bool *ret)
{
	bool more = true;

	while (more) {
		const char *q = p, *close;
		bool dot = false, digit = false;

		while (p < end && (*p == ' ' || *p == '\t' || *p == '>' || *p == '|'))
			p++;
		q = p;
		if (q + 2 < end && *q == '<' && ascii_is_digit(q[1]) && q[2] == '>')
			q += 3;
		more = q < end && *q == '[';
		close = more ? memchr(q, ']', (size_t)(end - q)) : NULL;
		for (const char *c = q + 1; close && c < close && more; c++) {
			more = ascii_is_digit(*c) || *c == ' ' || *c == '.';
			dot |= *c == '.';
			digit |= ascii_is_digit(*c);
		}
		more = more && close && dot && digit;
		*ret |= more;
		if (more)
			p = close + 1;
	}
	return p;
}

bool fix_trace_is_line(const char *text, size_t len)
{
	const char *end = text + len, *p;
	struct oops_frame_text f;
	bool stamped = false;

	p = skip_stamp(text, end, &stamped);
	if (stamped)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(trace_begins); i++)
		if (text_begins(p, (size_t)(end - p), trace_begins[i]))
			return true;
	return oops_frame_parse(p, end, &f) &&
	       (f.has_offset || f.has_marker || f.inlined || (f.has_address && f.file.p));
}

/* ---- lines for tools --------------------------------------------------------------------- */

/* Digits at p; at most 40 are counted. */
static size_t hex_digits(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && n <= COMMIT_DIGITS && ascii_hex(p[n]) >= 0)
		n++;
	return n;
}

/* "commit SHA upstream.", "[ Upstream commit SHA ]", "(cherry picked from commit SHA)". */
static bool take_commit(struct fix_draft *d, const char *p, const char *end)
{
	static const char *const before[] = {"commit ", "[ Upstream commit ", "[Upstream commit ",
		"Upstream commit ", "upstream commit ", "(cherry picked from commit ",
		"(backported from commit "};

	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		const char *id = p + strlen(before[i]), *after;

		if (!text_begins(p, (size_t)(end - p), before[i]) ||
			hex_digits(id, end) != COMMIT_DIGITS)
			continue;
		after = id + COMMIT_DIGITS;
		if (after < end && !strchr(" .])", *after))
			continue;
		if (!d->fix.commit)
			d->fix.commit = talloc_strndup(d->pool, id, COMMIT_DIGITS);
		return true;
	}
	return false;
}

static bool take_fixes(struct fix_draft *d, const char *p, const char *end)
{
	static const char begin[] = "Fixes: ";
	size_t n;

	if (!text_begins(p, (size_t)(end - p), begin))
		return false;
	for (p += strlen(begin); p < end && *p == ' ';)
		p++;
	if (text_begins(p, (size_t)(end - p), "commit "))
		p += strlen("commit ");
	n = hex_digits(p, end);
	if (n >= SHORT_DIGITS && n <= COMMIT_DIGITS)
		fix_draft_add(d, &d->fixes, p, n);
	return true;
}

/* "Signed-off-by: ", "Cc: ", "Link: ", ...: nothing about the bug. */
static bool is_footer(const char *p, const char *end)
{
	static const char *const others[] = {
		"Cc: ", "CC: ", "Link: ", "Closes: ", "Message-ID: ", "Message-Id: ", "Change-Id: ",
		"Bugzilla: ", "BugLink: ", "Stable-dep-of: ", "Reported-by: ", "JIRA: ", "Orabug: ",
		"git-commit: ", "Patch-mainline: ", "References: "};
	const char *q = p;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (text_begins(p, (size_t)(end - p), others[i]))
			return true;
	while (q < end && (ascii_is_alpha(*q) || *q == '-'))
		q++;
	return q - p > 4 && q + 1 < end && q[0] == ':' && q[1] == ' ' && !memcmp(q - 3, "-by", 3);
}

/* ---- the whole --------------------------------------------------------------------------- */

enum line_kind { LINE_TEXT, LINE_BLANK, LINE_TRACE, LINE_DROPPED };

struct message_line {
	const char *p;
	size_t len;
	enum line_kind kind;
};

/*
 * "This reverts commit ID which is" goes on with "commit ID upstream.": both are what is taken
 * back.
 */
static bool goes_on(const struct fix_draft *d, const char *p)
{
	static const char which[] = "which is\n";
	size_t n = strlen(which);

	return (size_t)(p - d->message) >= n && !memcmp(p - n, which, n);
}

static enum line_kind line_kind(struct fix_draft *d, const char *p, const char *end, bool first)
{
	const char *text = p;

	while (text < end && (*text == ' ' || *text == '\t'))
		text++;
	if (text == end)
		return LINE_BLANK;
	if (first)
		return LINE_TEXT;
	if (goes_on(d, p))
		return LINE_TEXT;
	if (take_commit(d, text, end) || take_fixes(d, text, end) || is_footer(text, end))
		return LINE_DROPPED;
	return fix_trace_is_line(p, (size_t)(end - p)) ? LINE_TRACE : LINE_TEXT;
}

/* What is between lines of a crash, a few lines, is of it too. */
static void close_gaps(struct message_line *lines, size_t n)
{
	size_t last = n;

	for (size_t i = 0; i < n; i++) {
		if (lines[i].kind != LINE_TRACE)
			continue;
		for (size_t k = last + 1; last < n && i - last - 1 <= GAP && k < i; k++)
			if (lines[k].kind == LINE_TEXT)
				lines[k].kind = LINE_TRACE;
		last = i;
	}
}

static const char *join(
	struct fix_draft *d, const struct message_line *lines, size_t n, enum line_kind kind)
{
	char *all = talloc_array(d->pool, char, d->message_len + 1), *q = all;
	bool blank = false;

	if (!all) {
		d->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		blank |= lines[i].kind == LINE_BLANK && q > all;
		if (lines[i].kind != kind)
			continue;
		if (blank && kind == LINE_TEXT)
			*q++ = '\n';
		blank = false;
		memcpy(q, lines[i].p, lines[i].len);
		q += lines[i].len;
		*q++ = '\n';
	}
	if (q == all) {
		talloc_free(all);
		return NULL;
	}
	q[-1] = '\0';
	return all;
}

/* The first paragraph in one line. Returns how many lines it has. */
static size_t make_subject(struct fix_draft *d, const struct message_line *lines, size_t n)
{
	char *s = NULL;
	size_t i = 0;

	while (i < n && lines[i].kind == LINE_BLANK)
		i++;
	for (size_t first = i;
		i < n && i - first < SUBJECT_LINES && lines[i].kind == LINE_TEXT && !d->failed;
		i++) {
		const char *p = lines[i].p;
		size_t len = lines[i].len;

		for (; len && *p == ' '; p++)
			len--;
		s = s ? talloc_asprintf_append(s, " %.*s", (int)len, p)
		      : talloc_strndup(d->pool, p, len);
		d->failed = !s;
	}
	if (s)
		fix_draft_subject(d, s, strlen(s), false);
	return i;
}

void fix_draft_message(struct fix_draft *d)
{
	const char *p = d->message, *end = p ? p + d->message_len : NULL;
	struct message_line *lines = NULL, *more;
	bool first = true;
	size_t n = 0, used;

	while (p < end && !d->failed) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));

		more = ARRAY_ROOM(d->pool, lines, n);
		d->failed = !more;
		if (!more)
			return;
		lines = more;
		lines[n] = (struct message_line){p, (size_t)(newline - p)};
		lines[n].kind = line_kind(d, p, newline, first);
		first &= lines[n++].kind == LINE_BLANK;
		p = newline + 1;
	}
	used = make_subject(d, lines, n);
	if (used == n || d->failed)
		return;
	close_gaps(lines + used, n - used);
	d->fix.body = join(d, lines + used, n - used, LINE_TEXT);
	d->fix.trace = join(d, lines + used, n - used, LINE_TRACE);
}
