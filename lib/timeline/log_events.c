// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/log_events.h"

#include <string.h>

#include "base/array.h"
#include "base/text_piece.h"

static bool holds(const char *s, size_t len, const char *word)
{
	return memmem(s, len, word, strlen(word)) != NULL;
}

static bool is(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(s, word, len) == 0;
}

/* ---- units ------------------------------------------------------------------------------- */

int log_events_unit(struct event_list *list, const char *unit, size_t len, unsigned rank,
	int64_t at, struct vmt_err *err)
{
	const char *instance = memchr(unit, '@', len);
	char name[256];
	size_t n = len;

	if (!text_ends(unit, len, ".service") || len >= sizeof(name))
		return 0;
	memcpy(name, unit, len);
	if (instance) {
		n = (size_t)(instance - unit) + 1;
		memcpy(name + n, "*.service", strlen("*.service") + 1);
		n += strlen("*.service");
	}
	return n < sizeof(name) ? event_list_add(list,
					  &(struct event_kind){
						  .source = EVENT_UNIT, .rank = rank, .name = name},
					  n, at, err)
				: 0;
}

static const struct {
	const char *word;
	unsigned rank;
} verbs[] = {{"Starting ", 0}, {"Started ", 1}, {"Finished ", 1}};

/* "Starting backup.service - Nightly backup...", or without the unit's name. */
static int unit_line(struct event_list *list, const struct log_event *e, struct vmt_err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		const char *name;
		size_t len, word;

		if (!text_begins(e->message, e->len, verbs[i].word))
			continue;
		name = e->message + strlen(verbs[i].word);
		len = e->len - strlen(verbs[i].word);
		for (word = 0; word < len && name[word] != ' '; word++)
			;
		if (text_ends(name, word, ".service"))
			return log_events_unit(list, name, word, verbs[i].rank, e->at, err);
		while (len && name[len - 1] == '.')
			len--;
		if (text_ends(name, len, "\xe2\x80\xa6")) /* an ellipsis */
			len -= 3;
		if (!len || holds(name, len, "ession ") || holds(name, word, "."))
			return 0;
		return event_list_add(list,
			&(struct event_kind){
				.source = EVENT_UNIT, .rank = verbs[i].rank, .name = name},
			len, e->at, err);
	}
	if (text_begins(e->message, e->len, "Reached target ") &&
		(holds(e->message, e->len, "hutdown") || holds(e->message, e->len, "Power-Off") ||
			holds(e->message, e->len, "Power Off") ||
			holds(e->message, e->len, "eboot")))
		return event_list_mark(list, MARK_SHUTDOWN, e->at, err);
	return 0;
}

/* ---- cron -------------------------------------------------------------------------------- */

/* "(root) CMD (command)": the command, and who if it is not root. */
static int cron_line(struct event_list *list, const struct log_event *e, struct vmt_err *err)
{
	const char *end = e->message + e->len, *close = memchr(e->message, ')', e->len), *command;

	if (!text_begins(e->message, e->len, "(") || !close || end - close < 8 ||
		memcmp(close, ") CMD (", 7) != 0)
		return 0;
	command = close + 7;
	while (end > command && end[-1] == ' ')
		end--;
	end -= end > command && end[-1] == ')';
	while (command < end && *command == ' ')
		command++;
	return command < end ? event_list_add(list,
				       &(struct event_kind){.source = EVENT_CRON, .name = command},
				       (size_t)(end - command), e->at, err)
			     : 0;
}

/* "Job `cron.daily' started" */
static int anacron_line(struct event_list *list, const struct log_event *e, struct vmt_err *err)
{
	static const char start[] = "Job `";
	const char *name, *quote;

	if (!text_begins(e->message, e->len, start) || !text_ends(e->message, e->len, "' started"))
		return 0;
	name = e->message + strlen(start);
	quote = memchr(name, '\'', e->len - strlen(start));
	if (!quote || quote == name)
		return 0;
	return event_list_add(list, &(struct event_kind){.source = EVENT_CRON, .name = name},
		(size_t)(quote - name), e->at, err);
}

/* ---- others ------------------------------------------------------------------------------ */

/* "New session 5 of user root." */
static int session_line(struct event_list *list, const struct log_event *e, struct vmt_err *err)
{
	static const char of[] = " of user ";
	const char *user = memmem(e->message, e->len, of, strlen(of));
	size_t len;

	if (!user || !text_begins(e->message, e->len, "New session "))
		return 0;
	user += strlen(of);
	len = (size_t)(e->message + e->len - user);
	for (size_t i = 0; i < len; i++)
		if (user[i] == '.' && (i + 1 == len || user[i + 1] == ' '))
			len = i;
	return len ? event_list_add(list, &(struct event_kind){.source = EVENT_LOGIN, .name = user},
			     len, e->at, err)
		   : 0;
}

/* What the kernel prints about devices in trouble. */
static const struct {
	const char *text, *name;
} troubles[] = {
	{"ink is down", "a network link went down"},
	{"ink is Down", "a network link went down"},
	{"ink Down", "a network link went down"},
	{"ink is up", "a network link came up"},
	{"ink is Up", "a network link came up"},
	{"ink Up", "a network link came up"},
	{"resetting link", "a disk's link was reset"},
	{"resetting controller", "a controller was reset"},
	{"AER: ", "PCIe reported errors (AER)"},
	{"[Hardware Error]", "the hardware reported errors (MCE)"},
	{"I/O error", "I/O errors"},
	{"timed out", "time-outs"},
	{"timeout", "time-outs"},
};

static int kernel_line(struct event_list *list, const struct log_event *e, struct vmt_err *err)
{
	event_list_saw(list, EVENT_KERNEL, e->at);
	if (text_begins(e->message, e->len, "Linux version "))
		return event_list_mark(list, MARK_BOOT, e->at, err);
	for (size_t i = 0; i < ARRAY_SIZE(troubles); i++)
		if (holds(e->message, e->len, troubles[i].text))
			return event_list_add(list,
				&(struct event_kind){
					.source = EVENT_KERNEL, .name = troubles[i].name},
				strlen(troubles[i].name), e->at, err);
	return 0;
}

int log_events_add(struct event_list *list, const struct log_event *e, struct vmt_err *err)
{
	const char *p = e->program;
	size_t n = e->program_len;

	event_list_saw(list, EVENT_UNIT, e->at);
	event_list_saw(list, EVENT_CRON, e->at);
	if (is(p, n, "kernel"))
		return kernel_line(list, e, err);
	if (is(p, n, "CRON") || is(p, n, "CROND") || is(p, n, "cron") || is(p, n, "crond"))
		return cron_line(list, e, err);
	if (is(p, n, "anacron"))
		return anacron_line(list, e, err);
	if (is(p, n, "systemd-logind"))
		return session_line(list, e, err);
	if (is(p, n, "systemd") && e->is_init)
		return unit_line(list, e, err);
	if (is(p, n, "systemd-journald") && text_begins(e->message, e->len, "Journal stopped"))
		return event_list_mark(list, MARK_SHUTDOWN, e->at, err);
	return 0;
}
