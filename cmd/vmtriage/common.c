// SPDX-License-Identifier: GPL-3.0-or-later
#include "common.h"

#include "output.h"

static const char *const json[] = {VMT_FORMAT_JSON, NULL};

const struct opt common_rows[COMMON_ROWS] = {
	[COMMON_JSON] = {"json", 0, OPT_WORD, NULL, offsetof(struct common, format),
		"the same as --format json", .values = json},
	[COMMON_DEBUGINFO] = {"debuginfo", 'd', OPT_FILES, "PATH",
		offsetof(struct common, wishes.debuginfo),
		"a file with debuginfo, or a folder with such files;\n"
		"may be repeated; the system's own places are next"},
	[COMMON_SINCE] = {"since", 0, OPT_TIME, "TIME", offsetof(struct common, since),
		"only what happened at TIME or later:\n"
		"'2026-11-20 23:25' (UTC), yesterday, '2 hours ago',\n"
		"-2h, @SECONDS"},
	[COMMON_UNTIL] = {"until", 0, OPT_TIME, "TIME", offsetof(struct common, until),
		"only what happened at TIME or earlier"},
	[COMMON_HOST] = {"host", 0, OPT_TEXT, "PATTERN", offsetof(struct common, patterns.host),
		"only crashes of hosts that match this pattern, as a\n"
		"shell's: 'web*'; likewise the next ones"},
	[COMMON_KERNEL] = {"kernel", 0, OPT_TEXT, "PATTERN",
		offsetof(struct common, patterns.kernel), "only of kernels of this release"},
	[COMMON_MODULE] = {"module", 0, OPT_TEXT, "PATTERN",
		offsetof(struct common, patterns.module),
		"only those that this module is to blame for"},
	[COMMON_KIND] = {"kind", 0, OPT_PATTERN, "PATTERN", offsetof(struct common, patterns.kind),
		"only of this kind: null-deref, 'hung*', ...", .value = vmt_kind},
	[COMMON_SIGNATURE] = {"signature", 0, OPT_TEXT, "PATTERN",
		offsetof(struct common, patterns.signature),
		"only of this signature: the beginning of a hash, or\n"
		"a pattern for its text"},
	[COMMON_HISTORY] = {"history", 0, OPT_FILE, "FILE", offsetof(struct common, history),
		"remember crashes in FILE, and say which were seen\n"
		"before; or in postgresql://USER@HOST/DATABASE;\n"
		"default: in the state folder"},
	[COMMON_NO_HISTORY] = {"no-history", 0, OPT_FLAG, NULL, offsetof(struct common, no_history),
		"remember nothing, and look nothing up"},
	[COMMON_REDACT] = {"redact", 0, OPT_FLAG, NULL, offsetof(struct common, redact),
		"replace what is personal by pseudonyms: hosts, users,\n"
		"addresses, serial numbers, secrets"},
	[COMMON_ALLOW_URL] = {"allow-url", 0, OPT_FLAG, NULL, offsetof(struct common, allow_url),
		"read a FILE that is a URL, of a web server or an\n"
		"object store; only the parts that are needed"},
	[COMMON_DOWNLOAD] = {"download", 0, OPT_FLAG, NULL, offsetof(struct common, download),
		"fetch all of a URL, into a temporary file"},
	[COMMON_URL_TIMEOUT] = {"url-timeout", 0, OPT_NUMBER, "SECONDS",
		offsetof(struct common, url_timeout),
		"how long a URL may take; default: 600, or a day to\n"
		"download it",
		.min = 1, .max = 1000000},
	[COMMON_TMP_LIMIT] = {"tmp-limit", 0, OPT_SIZE, "SIZE",
		offsetof(struct common, wishes.tmp_limit),
		"temporary space to unpack a file, at most, as 20G;\n"
		"default: nine tenths of what is free there"},
	[COMMON_OUTPUT] = {"output", 'o', OPT_FILE, "FILE", offsetof(struct common, output),
		"write to FILE instead of standard output ('-');\n"
		"it is replaced only when the new one is complete"},
	[COMMON_COLOR] = {"color", 0, OPT_CHOICE, "WHEN", offsetof(struct common, colour),
		"colour text; auto: on a terminal without NO_COLOR",
		.values = output_colour_values},
	[COMMON_WIDTH] = {"width", 'w', OPT_NUMBER, "COLUMNS", offsetof(struct common, width),
		"wrap text at this width; default: the terminal's", .min = 40, .max = 10000},
	[COMMON_NO_PAGER] = {"no-pager", 0, OPT_FLAG, NULL, offsetof(struct common, no_pager),
		"do not show long output in a pager"},
	[COMMON_QUIET] = {"quiet", 'q', OPT_FLAG, NULL, offsetof(struct common, quiet),
		"print no notes on standard error, only errors"},
	[COMMON_HELP] = {"help", 'h', OPT_HELP, NULL, 0, "print this and exit"},
	[COMMON_VERSION] = {"version", 'V', OPT_VERSION, NULL, 0, "print the version and exit"},
};

bool common_in_range(const struct common *c, struct vmt_time time)
{
	if (!time.known)
		return true;
	return (!c->since.known || time.ns >= c->since.ns) &&
	       (!c->until.known || time.ns <= c->until.ns);
}

bool common_has_pattern(const struct common *c)
{
	const struct patterns *p = &c->patterns;

	return p->host || p->kernel || p->module || p->kind || p->signature;
}

const char *common_range_words(const struct common *c)
{
	bool range = c->since.known || c->until.known;

	if (common_has_pattern(c))
		return range ? " that matches, in that time" : " that matches";
	return range ? " in that time" : "";
}
