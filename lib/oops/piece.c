// SPDX-License-Identifier: GPL-3.0-or-later
/* See piece.h. */
#include "oops/piece.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "oops/build.h"
#include "oops/debugger.h"
#include "oops/header.h"

struct piece {
	struct oops_hosts *hosts;
	struct oops_debugger *debugger; /* of no crash: only to see which lines debuggers print */
};

/* Belongs to no report: it is only used to see whether a line may be part of one. */
static struct oops_build *new_build(struct piece *piece)
{
	struct oops_build *b = talloc_zero(piece, struct oops_build);

	if (b && !(b->ev = talloc_zero(b, struct oops_event))) {
		talloc_free(b);
		return NULL;
	}
	return b;
}

int piece_new(TALLOC_CTX *ctx, struct oops_hosts *hosts, struct piece **ret, struct vmt_err *err)
{
	struct piece *piece = talloc_zero(ctx, struct piece);

	if (!piece)
		return err_nomem(err);
	piece->debugger = oops_debugger_new(piece);
	if (!piece->debugger) {
		talloc_free(piece);
		return err_nomem(err);
	}
	piece->hosts = hosts;
	*ret = piece;
	return 0;
}

static bool is_body(struct piece *piece, const char *p, size_t len)
{
	struct oops_build *b = new_build(piece);
	bool body = b && oops_body_line(b, p, len);

	talloc_free(b);
	return body;
}

enum piece_start piece_start(struct piece *piece, const struct log_record *rec)
{
	const char *p = rec->text, *end = p + rec->len;
	struct oops_frame_text f;
	size_t at, len;

	if (oops_debugger_line(piece->debugger, rec, p, rec->len))
		return PIECE_BODY;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	len = (size_t)(end - p);
	if (!len)
		return PIECE_BLANK;
	if (oops_hosts_is_header(piece->hosts, p, len, &at) && !at)
		return PIECE_HEADER;
	if (*p == '[' && piece_lacks_place((struct oops_span){p, len}))
		return PIECE_ADDRESSED;
	if (oops_frame_parse(p, end, &f)) {
		if (f.has_address && p[0] == '[')
			return PIECE_ADDRESSED;
		return f.marker_only || f.unreliable ? PIECE_BODY : PIECE_FRAME;
	}
	return is_body(piece, p, len) ? PIECE_BODY : PIECE_OTHER;
}

/* ---- ends -------------------------------------------------------------------------------- */

static bool ends(struct oops_span s, const char *text)
{
	size_t n = strlen(text);

	return s.len >= n && memcmp(s.p + s.len - n, text, n) == 0;
}

static bool begins(const char *p, size_t len, const char *text)
{
	size_t n = strlen(text);

	return len >= n && memcmp(p, text, n) == 0;
}

static struct oops_span trimmed(struct oops_span s)
{
	while (s.len && s.p[s.len - 1] == ' ')
		s.len--;
	return s;
}

static bool has(struct oops_span s, const char *text)
{
	return oops_find(s.p, s.p + s.len, text) != NULL;
}

/* Words that no line of a report ends with. The second of each pair must come before. */
static const struct {
	const char *end, *before;
} opens[] = {
	{"BUG:", ""},
	{"INFO:", ""},
	{"WARNING:", ""},
	{"INFO: task", ""},
	{"kernel", "unable to handle"},
	{"kernel", "Unable to handle"},
	{" handle", "nable to handle"},
	{" to", "nable to"},
	{"kernel NULL", ""},
	{"NULL pointer", ""},
	{"kernel paging", ""},
	{"general protection", ""},
	{"general", "BUG: unable"},
	{" address", "dereference"},
	{" address", "nable to handle"},
	{" virtual", "nable to handle"},
	{" at", "BUG: "},
	{" at", "nable to handle"},
	{" at", "WARNING: "},
	{" at", "kernel BUG"},
	{"address:", ""},
	{"RIP:", ""},
	{"EIP:", ""},
	{"IP:", ""},
	{"CPU:", ""},
	{"PID:", "CPU:"},
	{"UID:", "CPU:"},
	{"Comm:", "PID:"},
	{"Kdump:", "Comm:"},
	{"Tainted:", ""},
	{" Not", "Comm:"},
	{"Not tainted", "Comm:"},
	{"blocked", "INFO: task"},
	{"blocked for", "INFO: task"},
	{"blocked for more", "INFO: task"},
	{"blocked for more than", "INFO: task"},
	{"detected", "Watchdog"},
	{"detected hard", "Watchdog"},
	{"hard", "NMI watchdog"},
	{"LOCKUP", "watchdog"},
	{"LOCKUP on", "watchdog"},
	{"LOCKUP on cpu", "watchdog"},
	{"LOCKUP @", ""},
	{"self-detected", ""},
	{"stuck", "soft lockup"},
	{"stuck for", "soft lockup"},
	{"soft lockup", ""},
	{"soft lockup -", ""},
	{"Kernel panic", ""},
	{"Kernel panic -", ""},
	{"Kernel panic - not", ""},
	{"not syncing:", ""},
	{"Attempted", "not syncing"},
	{"Attempted to", "not syncing"},
	{"Attempted to kill", "not syncing"},
	{"Fatal exception in", "not syncing"},
	{"Unable to mount root", "not syncing"},
	{"transmit queue", ""},
	{"NETDEV WATCHDOG:", ""},
	{"rcu_sched", "INFO:"},
	{"rcu_preempt", "INFO:"},
	{"detected stalls", "INFO:"},
	{"detected stalls on", "INFO:"},
	{"Hardware name:", ""},
	{"Modules linked in:", ""},
	{"error_code", "#PF"},
	{" in", "BUG: KASAN"},
	{" in", "BUG: KFENCE"},
};

/* "CPU: 3 PID: 1 Comm: x Tainted: G           OE": the release is missing. */
static bool lacks_release(struct oops_span s)
{
	const char *end = s.p + s.len, *p = oops_find(s.p, end, "Tainted: ");

	if (!p || !(has(s, "PID: ") || has(s, "Pid: ") || has(s, "CPU: ")))
		return false;
	for (p += strlen("Tainted: "); p < end; p++)
		if (*p != ' ' && *p != '-' && !(*p >= 'A' && *p <= 'Z'))
			return false;
	return true;
}

/* "WARNING: [CPU: 3 PID: 0 ]at net/sched/sch_generic.c:461": the function is missing. */
static bool lacks_function(struct oops_span s)
{
	const char *p = s.p + s.len;

	if (!has(s, "WARNING: ") || !has(s, " at "))
		return false;
	while (p > s.p && ascii_is_digit(p[-1]))
		p--;
	return p < s.p + s.len && p - s.p > 2 &&
	       (memcmp(p - 3, ".c:", 3) == 0 || memcmp(p - 3, ".h:", 3) == 0);
}

bool piece_is_open(struct oops_span head)
{
	head = trimmed(head);
	for (size_t i = 0; i < ARRAY_SIZE(opens); i++)
		if (ends(head, opens[i].end) && has(head, opens[i].before))
			return true;
	return lacks_release(head) || lacks_function(head);
}

bool piece_is_quoting(struct oops_span head)
{
	static const char key[] = "PANIC: \"";
	const char *end = head.p + head.len, *p = oops_find(head.p, end, key);

	return p && !memchr(p + strlen(key), '"', (size_t)(end - p - strlen(key)));
}

bool piece_lacks_place(struct oops_span head)
{
	const char *p;

	head = trimmed(head);
	if (ends(head, "] ?"))
		head.len -= strlen(" ?");
	if (!ends(head, ">]"))
		return false;
	for (p = head.p + head.len - strlen(">]"); p > head.p && ascii_hex(p[-1]) >= 0;)
		p--;
	return p - head.p >= 2 && p[-1] == '<' && p[-2] == '[';
}

/* How much of two pieces is looked at. */
#define MAX_HEAD 400
#define MAX_REST 160

/* Most architectures print all digits of an address. */
static bool is_complete(size_t digits)
{
	return digits == 8 || digits == 16;
}

static bool says_more(struct oops_claim a, struct oops_claim b)
{
	return a.row && (a.row != b.row || (a.fields & ~b.fields) ||
				(is_complete(a.address_len) && !is_complete(b.address_len)));
}

enum piece_gap piece_completes(
	const struct piece *piece, struct oops_span head, const char *p, size_t len)
{
	char both[MAX_HEAD + 1 + MAX_REST];
	struct oops_claim alone, rest;
	size_t n = head.len < MAX_HEAD ? head.len : MAX_HEAD;
	bool blank;

	if (!n || !len)
		return PIECE_APART;
	if (len > MAX_REST)
		len = MAX_REST;
	blank = head.p[head.len - 1] == ' ' || *p == ' ';
	memcpy(both, head.p + head.len - n, n);
	alone = oops_hosts_claim(piece->hosts, both, n);
	rest = oops_hosts_claim(piece->hosts, p, len);
	both[n] = ' ';
	memcpy(both + n + 1, p, len);
	/* A first line of its own, unless what names the device is before it. */
	if (rest.row) {
		struct oops_claim all = oops_hosts_claim(piece->hosts, both, n + 1 + len);

		return all.row && all.row->kind == rest.row->kind &&
				       (all.fields & ~rest.fields & ~alone.fields)
			       ? PIECE_SPACED
			       : PIECE_APART;
	}
	if (!blank && says_more(oops_hosts_claim(piece->hosts, both, n + 1 + len), alone))
		return PIECE_SPACED;
	memcpy(both + n, p, len);
	return says_more(oops_hosts_claim(piece->hosts, both, n + len), alone) ? PIECE_GLUED
									       : PIECE_APART;
}

/* ---- tails ------------------------------------------------------------------------------- */

/* "f+0x1/0x2" at the end. */
static bool ends_in_place(struct oops_span s)
{
	const char *p = s.p + s.len;

	while (p > s.p && ascii_hex(p[-1]) >= 0)
		p--;
	if (p == s.p + s.len || p - s.p < 5 || memcmp(p - 3, "/0x", 3) != 0)
		return false;
	for (p -= 3; p > s.p && ascii_hex(p[-1]) >= 0;)
		p--;
	return p - s.p > 3 && memcmp(p - 3, "+0x", 3) == 0;
}

bool piece_is_tail(struct oops_span head, const char *p, size_t len)
{
	const char *end = p + len, *q;

	while (p < end && *p == ' ')
		p++;
	while (end > p && end[-1] == ' ')
		end--;
	if (end - p < 3 || *p != '[' || end[-1] != ']' || !ends_in_place(trimmed(head)))
		return false;
	for (q = p + 1; q < end - 1 && (oops_is_symbol_char(*q) || *q == '-'); q++)
		;
	return q > p + 1 && (q == end - 1 || (*q == ' ' && oops_is_build_id(q + 1, end - 1)));
}

bool piece_is_printed_on(struct oops_span head, const char *p, size_t len)
{
	static const char *const places[] = {"IP:", "RIP:", "EIP:", "RIP", "PC is at", "LR is at"};

	head = trimmed(head);
	while (len && *p == ' ') {
		p++;
		len--;
	}
	if (ends(head, "unable to handle kernel") || ends(head, "Unable to handle kernel"))
		return begins(p, len, "NULL pointer") || begins(p, len, "paging request");
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (head.len == strlen(places[i]) && ends(head, places[i]))
			return begins(p, len, "[<") || begins(p, len, "00");
	return false;
}

/* "f+0x1/0x2" at the start; returns its length, 0: none. */
static size_t place_length(const char *p, size_t len)
{
	size_t n = 0;

	while (n < len && oops_is_symbol_char(p[n]))
		n++;
	if (!n || ascii_is_digit(*p) || !begins(p + n, len - n, "+0x"))
		return 0;
	for (n += 3; n < len && ascii_hex(p[n]) >= 0;)
		n++;
	if (!begins(p + n, len - n, "/0x"))
		return 0;
	for (n += 3; n < len && ascii_hex(p[n]) >= 0;)
		n++;
	return n;
}

bool piece_is_cut_place(struct oops_span head, const char *p, size_t len)
{
	static const char *const lines[] = {"RIP: 0010:", "EIP: 0060:", "pc : ", "lr : "};
	char both[256];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (begins(head.p, head.len, lines[i]))
			n = strlen(lines[i]);
	if (!n || head.len == n || head.len - n >= sizeof(both) / 2 ||
		memchr(head.p + n, ' ', head.len - n) || place_length(head.p + n, head.len - n))
		return false;
	head.p += n;
	head.len -= n;
	if (len > sizeof(both) - head.len)
		len = sizeof(both) - head.len;
	memcpy(both, head.p, head.len);
	memcpy(both + head.len, p, len);
	return place_length(both, head.len + len) > head.len;
}
