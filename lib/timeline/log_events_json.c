// SPDX-License-Identifier: GPL-3.0-or-later
/* `journalctl -o json`: an object per line, whose values are strings. */
#include <jansson.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "timeline/log_events.h"

/* Messages of systemd that name a unit; see systemd.catalog. */
static const struct {
	const char *id;
	unsigned rank;
} unit_messages[] = {
	{"7d4958e842da4a758f6c1cdc7b36dcc5", 0}, /* begins to start */
	{"39f53479d3a045ac8e11786248231fbf", 1}, /* has started; of a oneshot: has ended */
};

/* Lines without any of these are not parsed: a journal has millions. */
static const char *const needles[] = {"7d4958e842da4a758f6c1cdc7b36dcc5",
	"39f53479d3a045ac8e11786248231fbf", "CRON", "anacron", "\"cron", "New session ",
	"Journal stopped", "Reached target ", "\"kernel\""};

static bool is_worth(const char *line, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(needles); i++)
		if (memmem(line, len, needles[i], strlen(needles[i])))
			return true;
	return false;
}

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* Microseconds since 1970, as a string: seconds. */
static bool stamp(const char *s, int64_t *ret)
{
	int64_t us = 0;

	if (!s || !*s)
		return false;
	for (; *s; s++) {
		if (!ascii_is_digit(*s) || us > INT64_MAX / 20)
			return false;
		us = us * 10 + (*s - '0');
	}
	*ret = us / 1000000;
	return true;
}

static int take(struct event_list *list, const json_t *o, struct vmt_err *err)
{
	const char *id = text(o, "MESSAGE_ID"), *unit = text(o, "UNIT");
	const char *program = text(o, "SYSLOG_IDENTIFIER"), *message = text(o, "MESSAGE");
	const char *pid = text(o, "_PID");
	struct log_event e = {.program = program, .message = message};

	if (!stamp(text(o, "__REALTIME_TIMESTAMP"), &e.at))
		return 0;
	event_list_saw(list, EVENT_UNIT, e.at);
	for (size_t i = 0; id && unit && i < ARRAY_SIZE(unit_messages); i++)
		if (!strcmp(unit_messages[i].id, id))
			return log_events_unit(
				list, unit, strlen(unit), unit_messages[i].rank, e.at, err);
	if (!program || !message)
		return 0;
	e.program_len = strlen(program);
	e.len = strlen(message);
	e.is_init = !pid || !strcmp(pid, "1");
	return log_events_add(list, &e, err);
}

int log_events_json(struct event_list *list, const char *all, size_t len, struct vmt_err *err)
{
	const char *end = all + len;
	int rc = 0;

	for (const char *p = all, *newline; p < end && !rc; p = newline + 1) {
		json_t *o;

		newline = memchr(p, '\n', (size_t)(end - p));
		if (!newline)
			newline = end;
		if (!is_worth(p, (size_t)(newline - p)))
			continue;
		o = json_loadb(p, (size_t)(newline - p), 0, NULL);
		rc = json_is_object(o) ? take(list, o, err) : 0;
		json_decref(o);
	}
	return rc;
}
