// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See log_journal.h. Mirrors systemd's Journal Export Format and Journal JSON Format (a field that
 * is not text is an array of byte values there), and util-linux's dmesg -J.
 */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/boot_id.h"
#include "base/base64.h"
#include "base/caps.h"
#include "log/log_journal.h"
#include "log/log_wrap.h"

enum mode {
	MODE_NONE,
	MODE_EXPORT,
	MODE_PRETTY, /* JSON with one member per line */
	MODE_VERBOSE,
};

enum field {
	FIELD_TEXT,
	FIELD_LEVEL,
	FIELD_HOST,
	FIELD_BOOT_ID,
	FIELD_TRANSPORT,
	FIELD_IDENTIFIER,
	FIELD_UNIX_US,
	FIELD_BOOT_US,
	FIELD_BOOT_S, /* with a fraction */
	FIELD_CALLER,
	FIELD_OUTPUT, /* text, or base64 of it */
	FIELD_NONE,
};

#define FIELD(name, field)                                                                         \
	{                                                                                          \
		name, sizeof(name) - 1, field                                                      \
	}

static const struct {
	const char *name;
	size_t len;
	enum field field;
} fields[] = {
	FIELD("MESSAGE", FIELD_TEXT),
	FIELD("PRIORITY", FIELD_LEVEL),
	FIELD("_HOSTNAME", FIELD_HOST),
	FIELD("_BOOT_ID", FIELD_BOOT_ID),
	FIELD("_TRANSPORT", FIELD_TRANSPORT),
	FIELD("SYSLOG_IDENTIFIER", FIELD_IDENTIFIER),
	FIELD("__REALTIME_TIMESTAMP", FIELD_UNIX_US),
	FIELD("_SOURCE_MONOTONIC_TIMESTAMP", FIELD_BOOT_US),
	/* dmesg -J */
	FIELD("msg", FIELD_TEXT),
	FIELD("pri", FIELD_LEVEL),
	FIELD("time", FIELD_BOOT_S),
	FIELD("caller", FIELD_CALLER),
	/* Names used by log collectors and cloud consoles. */
	FIELD("log", FIELD_TEXT),
	FIELD("message", FIELD_TEXT),
	FIELD("Message", FIELD_TEXT),
	FIELD("textPayload", FIELD_TEXT),
	FIELD("short_message", FIELD_TEXT), /* GELF */
	FIELD("MSG", FIELD_TEXT),
	FIELD("line", FIELD_TEXT),
	FIELD("Output", FIELD_OUTPUT),
	FIELD("output", FIELD_OUTPUT),
	FIELD("contents", FIELD_OUTPUT),
	FIELD("host", FIELD_HOST),
	FIELD("hostname", FIELD_HOST),
};

#define HOST_MAX 255

struct log_journal {
	log_sink sink;
	void *arg;
	enum mode mode;
	enum field binary; /* the field that the raw bytes belong to */
	unsigned length_left;
	uint64_t length, raw_left;
	bool in_raw;
	struct log_record rec; /* the entry so far; text and host are in the buffers below */
	bool any, has_text, said_origin, from_kernel;
	int rc;			    /* the sink's result, for text with entries of their own */
	unsigned depth, text_depth; /* nesting of JSON objects: here, and where the text was */
	bool alone;		    /* the last line was an object */
	bool encoded;		    /* a text was in base64: words cannot be searched for */
	size_t len, host_len;
	char host[HOST_MAX];
	char text[CAP_TEXT_LINE];
};

int log_journal_new(
	TALLOC_CTX *ctx, log_sink sink, void *arg, struct log_journal **ret, struct vmt_err *err)
{
	struct log_journal *j = talloc(ctx, struct log_journal);

	if (!j)
		return err_nomem(err);
	memset(j, 0, offsetof(struct log_journal, host));
	j->sink = sink;
	j->arg = arg;
	*ret = j;
	return 0;
}

static enum field field_of(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (fields[i].len == len && fields[i].name[0] == *name &&
			memcmp(fields[i].name, name, len) == 0)
			return fields[i].field;
	return FIELD_NONE;
}

/* ---- an entry ---------------------------------------------------------------------------- */

/* Ends the entry and pushes it if it may be from the kernel. */
static int end_entry(struct log_journal *j)
{
	bool wanted = j->has_text && (j->from_kernel || !j->said_origin);
	struct log_record rec = j->rec;

	rec.text = j->text;
	rec.len = j->len;
	rec.host = j->host_len ? j->host : NULL;
	rec.host_len = j->host_len;
	memset(&j->rec, 0, sizeof(j->rec));
	j->any = j->has_text = j->said_origin = j->from_kernel = false;
	j->len = j->host_len = 0;
	return wanted ? j->sink(j->arg, &rec) : 0;
}

static uint64_t number(const char *p, size_t len, size_t *used)
{
	uint64_t v = 0;
	size_t i = 0;

	for (; i < len && i < 17 && p[i] >= '0' && p[i] <= '9'; i++)
		v = v * 10 + (uint64_t)(p[i] - '0');
	*used = i;
	return v;
}

static void append(struct log_journal *j, const char *p, size_t len)
{
	size_t room = sizeof(j->text) - j->len;

	if (len > room) {
		len = room;
		j->rec.truncated = j->rec.capped = true;
	}
	memcpy(j->text + j->len, p, len);
	j->len += len;
	j->has_text = true;
}

static void set_seconds(struct log_journal *j, const char *p, size_t len)
{
	size_t used, more;
	uint64_t sec = number(p, len, &used), usec;

	if (sec > UINT64_MAX / 2000000000u || used + 7 != len || p[used] != '.')
		return;
	usec = number(p + used + 1, 6, &more);
	j->rec.ts_ns = sec * 1000000000u + usec * 1000u;
	j->rec.has_ts = true;
}

static void set_origin(struct log_journal *j, const char *p, size_t len)
{
	j->said_origin = true;
	j->from_kernel |= len == 6 && memcmp(p, "kernel", 6) == 0;
}

static void set_caller(struct log_journal *j, const char *p, size_t len)
{
	size_t used;
	uint64_t id = len > 1 ? number(p + 1, len - 1, &used) : 0;

	if (len < 2 || (*p != 'T' && *p != 'C') || !used || id >= LOG_CALLER_CPU)
		return;
	j->rec.caller_id = (uint32_t)id | (*p == 'C' ? LOG_CALLER_CPU : 0);
	j->rec.has_caller = true;
}

/* 32 hex digits, or a UUID. */
static void set_boot_id(struct log_journal *j, const char *p, size_t len)
{
	uint8_t id[BOOT_ID_LEN] = {0};
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		int digit = ascii_hex(p[i]);

		if (p[i] == '-')
			continue;
		if (n == 2 * sizeof(id) || digit < 0)
			return;
		id[n / 2] = (uint8_t)(id[n / 2] << 4 | (unsigned)digit);
		n++;
	}
	if (n == 2 * sizeof(id))
		memcpy(j->rec.boot_id, id, sizeof(id));
}

/* Shorter ones may be words. */
#define MIN_BASE64 64

static bool is_base64(const char *p, size_t len)
{
	size_t n = 0;

	while (n < len && base64_value(p[n]) >= 0)
		n++;
	return len >= MIN_BASE64 && len - n <= 2 && (n == len || p[n] == '=');
}

/*
 * Ends a line of a text that is too long for one entry. The other fields apply to the next line,
 * too.
 */
static void end_line(struct log_journal *j)
{
	bool said_origin = j->said_origin, from_kernel = j->from_kernel;
	struct log_record rec = j->rec;
	size_t host_len = j->host_len;

	if (!j->rc)
		j->rc = end_entry(j);
	j->rec = rec;
	j->host_len = host_len;
	j->said_origin = said_origin;
	j->from_kernel = from_kernel;
}

static void append_base64(struct log_journal *j, const char *p, size_t len)
{
	bool lines = len > CAP_TEXT_LINE;
	unsigned bits = 0, n = 0;

	for (size_t i = 0; i < len && p[i] != '='; i++) {
		char c;

		bits = bits << 6 | (unsigned)base64_value(p[i]);
		n += 6;
		if (n < 8)
			continue;
		n -= 8;
		c = (char)(bits >> n & 0xff);
		if (lines && c == '\n')
			end_line(j);
		else
			append(j, &c, 1);
	}
}

/* If an entry has several texts, the first one counts. */
static void set_text(struct log_journal *j, enum field field, const char *p, size_t len)
{
	if (j->has_text)
		return;
	j->text_depth = j->depth;
	if (field == FIELD_OUTPUT && is_base64(p, len)) {
		j->encoded = true;
		append_base64(j, p, len);
	} else {
		append(j, p, len);
	}
}

static void set_field(struct log_journal *j, enum field field, const char *p, size_t len)
{
	size_t used;
	uint64_t n = number(p, len, &used);

	j->any = true;
	switch (field) {
	case FIELD_TEXT:
	case FIELD_OUTPUT:
		set_text(j, field, p, len);
		break;
	case FIELD_LEVEL:
		j->rec.level = n & 7;
		j->rec.has_level = used != 0;
		break;
	case FIELD_HOST:
		j->host_len = len < HOST_MAX ? len : HOST_MAX;
		memcpy(j->host, p, j->host_len);
		break;
	case FIELD_BOOT_ID:
		set_boot_id(j, p, len);
		break;
	case FIELD_TRANSPORT:
	case FIELD_IDENTIFIER:
		set_origin(j, p, len);
		break;
	case FIELD_UNIX_US:
		j->rec.has_unix = used && n < INT64_MAX / 1000;
		j->rec.unix_ns = j->rec.has_unix ? (int64_t)n * 1000 : 0;
		break;
	case FIELD_BOOT_US:
		j->rec.has_ts = used && n < UINT64_MAX / 1000;
		j->rec.ts_ns = j->rec.has_ts ? n * 1000 : 0;
		break;
	case FIELD_BOOT_S:
		set_seconds(j, p, len);
		break;
	case FIELD_CALLER:
		set_caller(j, p, len);
		break;
	case FIELD_NONE:
		break;
	}
}

/* ---- export ------------------------------------------------------------------------------ */

static bool is_name(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!((p[i] >= 'A' && p[i] <= 'Z') || (p[i] >= '0' && p[i] <= '9') || p[i] == '_'))
			return false;
	return len > 0 && len <= 64;
}

/* "KEY=value"; or "KEY" alone, followed by an eight-byte length, data and a newline. */
static int export_line(struct log_journal *j, const char *p, size_t len, bool *taken)
{
	const char *eq = memchr(p, '=', len);
	size_t name = eq ? (size_t)(eq - p) : len;

	*taken = true;
	if (!len)
		return end_entry(j);
	if (!is_name(p, name)) {
		j->mode = MODE_NONE;
		*taken = false;
		return end_entry(j);
	}
	if (eq) {
		set_field(j, field_of(p, name), eq + 1, len - name - 1);
	} else {
		j->binary = field_of(p, name);
		j->length_left = 8;
		j->length = 0;
		j->in_raw = j->any = true;
	}
	return 0;
}

static size_t take_length(struct log_journal *j, const char *p, size_t len)
{
	size_t n = 0;

	for (; n < len && j->length_left; n++, j->length_left--)
		j->length |= (uint64_t)(unsigned char)p[n] << 8 * (8 - j->length_left);
	/* Include the newline after the data: as an empty line it would end the entry. */
	if (!j->length_left)
		j->raw_left = j->length < UINT64_MAX ? j->length + 1 : j->length;
	return n;
}

size_t log_journal_raw(struct log_journal *j, const char *p, size_t len)
{
	size_t n = 0;

	if (!j->in_raw)
		return 0;
	if (j->length_left)
		n = take_length(j, p, len);
	if (j->length_left)
		return n;
	len -= n;
	if (len > j->raw_left)
		len = (size_t)j->raw_left;
	j->raw_left -= len;
	j->in_raw = j->raw_left != 0;
	/* No other relevant field is ever binary. */
	if (j->binary == FIELD_TEXT)
		append(j, p + n, len - (len && !j->in_raw));
	return n + len;
}

/* ---- JSON -------------------------------------------------------------------------------- */

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* Skips a string that begins at p, including its quotes. Returns end if it is not closed. */
static const char *skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p + 1 : end;
}

static void set_string(struct log_journal *j, enum field field, const char *p, size_t len);

/* The output of a complete console: each line is an entry. */
static void set_lines(struct log_journal *j, const char *p, size_t len)
{
	const char *end = p + len, *nl;

	while (p < end && (nl = memmem(p, (size_t)(end - p), "\\n", 2))) {
		set_string(j, FIELD_TEXT, p,
			(size_t)(nl - p) < CAP_TEXT_LINE ? (size_t)(nl - p) : CAP_TEXT_LINE);
		end_line(j);
		p = nl + 2;
	}
	set_string(j, FIELD_TEXT, p,
		(size_t)(end - p) < CAP_TEXT_LINE ? (size_t)(end - p) : CAP_TEXT_LINE);
}

static void set_string(struct log_journal *j, enum field field, const char *p, size_t len)
{
	char scratch[CAP_TEXT_LINE];
	struct log_wrap w;

	if (len > CAP_TEXT_LINE && (field == FIELD_TEXT || field == FIELD_OUTPUT) &&
		!is_base64(p, len)) {
		set_lines(j, p, len);
		return;
	}
	log_wrap_init(&w, p, len);
	log_wrap_unescape(&w, scratch, sizeof(scratch));
	set_field(j, field, w.rec.text, w.rec.len);
}

/* "[72,101,...]": returns its end. */
static const char *set_bytes(
	struct log_journal *j, enum field field, const char *p, const char *end)
{
	size_t used;

	for (p++; p < end && *p != ']';) {
		uint64_t v = number(p, (size_t)(end - p), &used);
		char c = (char)v;

		if (used && v < 256 && field == FIELD_TEXT)
			append(j, &c, 1);
		p += used ? used : 1;
	}
	return p < end ? p + 1 : end;
}

/* `"key" : value`; returns what follows the value, or NULL if p is no member. */
static const char *take_member(struct log_journal *j, const char *p, const char *end)
{
	const char *name = p + 1, *stop;
	enum field field;

	stop = skip_string(p, end);
	p = skip_blanks(stop, end);
	if (p == end || *p != ':' || stop - name < 1)
		return NULL;
	field = field_of(name, (size_t)(stop - 1 - name));
	p = skip_blanks(p + 1, end);
	if (p < end && *p == '"') {
		stop = skip_string(p, end);
		j->any = true;
		if (field != FIELD_NONE)
			set_string(j, field, p + 1,
				(size_t)(stop - p - 1) - (stop[-1] == '"' && stop > p + 1));
		return stop;
	}
	if (p < end && *p == '[' && field == FIELD_TEXT)
		return set_bytes(j, field, p, end);
	if (p < end && (*p == '{' || *p == '['))
		return p;
	for (stop = p; stop < end && *stop != ',' && *stop != '}' && *stop != ' '; stop++)
		;
	if (stop > p && *p != 'n' && field != FIELD_TEXT && field != FIELD_OUTPUT)
		set_field(j, field, p, (size_t)(stop - p));
	return stop > p ? stop : stop + (stop < end);
}

/* What follows a closed string at p; NULL: there is none. */
static const char *closed_string(const char *p, const char *end)
{
	const char *stop = p < end && *p == '"' ? skip_string(p, end) : NULL;

	return stop && stop > p + 1 && stop[-1] == '"' ? stop : NULL;
}

#define MIN_NS_DIGITS 16

/*
 * '["1741080123000000000", "text"': a time in ns and a line, as Loki answers. NULL: no such pair.
 */
static const char *take_pair(struct log_journal *j, const char *p, const char *end, int *rc)
{
	const char *time = skip_blanks(p + 1, end), *stop = closed_string(time, end), *text;
	size_t used, host_len = j->host_len;

	if (!stop || stop - time < MIN_NS_DIGITS + 2)
		return NULL;
	for (used = 1; time + used < stop - 1 && time[used] >= '0' && time[used] <= '9'; used++)
		;
	text = skip_blanks(stop, end);
	if (time + used != stop - 1 || text == end || *text != ',')
		return NULL;
	text = skip_blanks(text + 1, end);
	stop = closed_string(text, end);
	if (!stop)
		return NULL;
	set_string(j, FIELD_TEXT, text + 1, (size_t)(stop - text - 2));
	*rc = end_entry(j);
	/* All lines of a stream have the same host. */
	j->host_len = host_len;
	return stop;
}

/*
 * '["text", "text", ...': an array of lines, of which each string is an entry. NULL: it begins with
 * something else.
 */
static const char *take_texts(struct log_journal *j, const char *p, const char *end, int *rc)
{
	const char *text = skip_blanks(p + 1, end), *stop;

	p = NULL;
	while (!*rc && (stop = closed_string(text, end))) {
		const char *next = skip_blanks(stop, end);

		if (next < end && *next != ',' && *next != ']')
			break;
		set_string(j, FIELD_TEXT, text + 1, (size_t)(stop - text - 2));
		*rc = end_entry(j);
		p = stop;
		if (next == end || *next == ']')
			break;
		text = skip_blanks(next + 1, end);
	}
	return p;
}

static int take_brace(struct log_journal *j, char c, bool first)
{
	int rc = 0;

	if (c == '{') {
		/* An object that was cut off ends where the next one begins. */
		if (first) {
			rc = j->any ? end_entry(j) : 0;
			j->depth = 0;
		}
		j->depth++;
	} else {
		j->depth -= j->depth > 0;
		if (j->any && (!j->depth || (j->has_text && j->depth < j->text_depth)))
			rc = end_entry(j);
	}
	return rc;
}

/* Parses all members on a line. Braces end entries. */
static int take_json(struct log_journal *j, const char *p, const char *end)
{
	const char *start = p;
	int rc = 0;

	while (p < end && !rc) {
		const char *next = *p == '"'   ? take_member(j, p, end)
				   : *p == '[' ? take_pair(j, p, end, &rc)
					       : NULL;

		if (!next && *p == '[' && !j->depth && !j->any)
			next = take_texts(j, p, end, &rc);
		if (next) {
			p = next;
			continue;
		}
		if (*p == '{' || *p == '}')
			rc = take_brace(j, *p, p == start);
		p = *p == '"' ? skip_string(p, end) : p + 1;
	}
	if (!rc)
		rc = j->rc;
	j->rc = 0;
	return rc;
}

/* Whether a line may be JSON: an object on one line, or part of an object on several lines. */
static bool is_json(const struct log_journal *j, const char *p, const char *end)
{
	const char *next = p < end ? skip_blanks(p + 1, end) : end;

	if (p == end)
		return false;
	if (*p == '{')
		return next == end || *next == '"';
	if (*p == '[' && next < end && (*next == '{' || *next == '['))
		return is_json(j, next, end);
	if (*p == '[' && next < end && *next == '"')
		return true;
	return j->mode == MODE_PRETTY && strchr("\"}]", *p) && *p;
}

static int json_line(struct log_journal *j, const char *p, const char *end, bool *taken)
{
	int rc;

	*taken = is_json(j, p, end);
	if (!*taken) {
		j->mode = MODE_NONE;
		return end_entry(j);
	}
	j->mode = MODE_PRETTY;
	rc = take_json(j, p, end);
	j->alone = *p == '{' && end[-1] == '}' && !j->any && !j->depth;
	return rc;
}

/* ---- verbose ----------------------------------------------------------------------------- */

/* "Tue 2026-11-20 23:25:56.000000 CET [s=3f2a;i=1a00;b=cafe;...]" */
static bool is_verbose_head(const char *p, size_t len)
{
	static const char cursor[] = " [s=";
	const char *at;

	if (len < 30 || p[len - 1] != ']' || p[3] != ' ' || p[8] != '-')
		return false;
	at = memmem(p, len, cursor, sizeof(cursor) - 1);
	return at && memmem(at, len - (size_t)(at - p), ";i=", 3);
}

/* A header line, then "    KEY=value". Further lines of a value are indented more. */
static int verbose_line(struct log_journal *j, const char *p, size_t len, bool *taken)
{
	const char *end = p + len, *key = skip_blanks(p, end);
	const char *eq = memchr(key, '=', (size_t)(end - key));

	*taken = true;
	if (is_verbose_head(p, len)) {
		j->mode = MODE_VERBOSE;
		return j->any ? end_entry(j) : 0;
	}
	if (key - p < 2) {
		j->mode = MODE_NONE;
		*taken = false;
		return end_entry(j);
	}
	if (eq && is_name(key, (size_t)(eq - key)))
		set_field(j, field_of(key, (size_t)(eq - key)), eq + 1, (size_t)(end - eq - 1));
	return 0;
}

/* The kernel's own lines begin with a bracket, too. */
static bool may_begin_json(const char *p, const char *end)
{
	if (p == end || (*p != '{' && *p != '['))
		return false;
	return *p == '{' || (end - p > 1 && p[1] && strchr("{[\"", p[1]));
}

int log_journal_line(struct log_journal *j, const char *p, size_t len, bool *taken)
{
	static const char cursor[] = "__CURSOR=";
	const char *end = p + len, *first = skip_blanks(p, end);

	*taken = false;
	if (j->mode == MODE_NONE && len >= sizeof(cursor) - 1 &&
		memcmp(p, cursor, sizeof(cursor) - 1) == 0)
		j->mode = MODE_EXPORT;
	if (j->mode == MODE_EXPORT)
		return export_line(j, p, len, taken);
	if (is_verbose_head(p, len) || j->mode == MODE_VERBOSE)
		return verbose_line(j, p, len, taken);
	if (j->mode == MODE_NONE && !may_begin_json(first, end))
		return 0;
	return json_line(j, first, end, taken);
}

enum log_entries log_journal_form(const struct log_journal *j)
{
	if (j->mode == MODE_EXPORT && !j->any && !j->in_raw)
		return LOG_ENTRIES_BLOCKS;
	return j->mode == MODE_PRETTY && j->alone && !j->encoded ? LOG_ENTRIES_OBJECTS
								 : LOG_ENTRIES_NONE;
}

int log_journal_finish(struct log_journal *j)
{
	return j->any ? end_entry(j) : 0;
}
