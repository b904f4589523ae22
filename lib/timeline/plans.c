// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/plans.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/text_piece.h"
#include "timeline/civil.h"
#include "timeline/schedule.h"

struct plan {
	struct event_list *list;
	struct event_kind kind;
	size_t name_len;
};

/* Every minute: all of the time is after it, so that there is nothing to find. */
static bool is_always(const struct schedule *s)
{
	return s->minutes == ((uint64_t)1 << 60) - 1 && s->hours == (1u << 24) - 1;
}

static int take(void *arg, int64_t at, struct vmt_err *err)
{
	struct plan *p = arg;

	return event_list_add(p->list, &p->kind, p->name_len, at, err);
}

/* The times of a schedule. More than one in a minute tell nothing more: windows are longer. */
static int take_times(
	struct plan *p, const struct plan_span *span, struct schedule s, struct vmt_err *err)
{
	const struct schedule_run run = {span->zone, span->first, span->last, take, p};

	s.seconds &= ~s.seconds + 1;
	return p->list->full || is_always(&s) ? 0 : schedule_times(&s, &run, err);
}

/* delay: seconds after each boot. */
static int take_boots(
	struct plan *p, const struct plan_span *span, int64_t delay, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < p->list->marks.n && !rc; i++) {
		int64_t at = p->list->marks.items[i].at + delay;

		if (p->list->marks.items[i].mark == MARK_BOOT && at >= span->first &&
			at <= span->last)
			rc = take(p, at, err);
	}
	return rc;
}

static void trim(const char **p, size_t *len)
{
	while (*len && (**p == ' ' || **p == '\t')) {
		(*p)++;
		--*len;
	}
	while (*len && ((*p)[*len - 1] == ' ' || (*p)[*len - 1] == '\t' || (*p)[*len - 1] == '\r'))
		--*len;
}

static bool next_line(const char **p, const char *end, const char **line, size_t *len)
{
	if (!text_next_line(p, end, line, len))
		return false;
	trim(line, len);
	return true;
}

static bool is(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(s, word, len) == 0;
}

/* ---- crontabs ---------------------------------------------------------------------------- */

static void skip_word(const char **p, size_t *len)
{
	while (*len && **p != ' ' && **p != '\t') {
		(*p)++;
		--*len;
	}
	trim(p, len);
}

static int cron_job(struct event_list *list, const struct plan_span *span, bool system,
	const char *line, size_t len, struct vmt_err *err)
{
	struct plan plan = {.list = list, .kind = {.source = EVENT_CRONTAB, .rank = 2}};
	const char *command, *percent;
	struct schedule s;
	size_t rest;

	if (!schedule_cron(line, len, &s, &rest))
		return 0;
	command = line + rest;
	len -= rest;
	trim(&command, &len);
	if (system)
		skip_word(&command, &len);
	/* What follows is its input. */
	percent = memchr(command, '%', len);
	if (percent && percent > command && percent[-1] != '\\')
		len = (size_t)(percent - command);
	if (!len)
		return 0;
	plan.kind.name = command;
	plan.name_len = len;
	if (s.reboot)
		return take_boots(&plan, span, 0, err);
	return take_times(&plan, span, s, err);
}

int plans_crontab(struct event_list *list, const struct plan_span *span, bool system,
	const char *text, size_t len, struct vmt_err *err)
{
	const char *p = text, *end = text + len, *line;
	size_t n;
	int rc = 0;

	while (!rc && next_line(&p, end, &line, &n))
		if (n && *line != '#')
			rc = cron_job(list, span, system, line, n, err);
	return rc;
}

/* ---- jobs of at ------------------------------------------------------------------------- */

/* "a0000101c8ce18": queue, number, and minutes since 1970, in hexadecimal. */
static bool at_time(const char *name, int64_t *ret)
{
	int64_t minutes = 0;

	if (strlen(name) != 14 || !(ascii_is_alpha(*name) || *name == '='))
		return false;
	for (size_t i = 1; i < 14; i++) {
		int digit = ascii_hex(name[i]);

		if (digit < 0)
			return false;
		minutes = i < 6 ? 0 : minutes << 4 | digit;
	}
	*ret = minutes * 60;
	return true;
}

/* The first line of the job: what precedes it sets the environment and the folder. */
int plans_at(struct event_list *list, const struct plan_span *span, const char *name,
	const char *text, size_t len, struct vmt_err *err)
{
	const struct event_kind kind = {.source = EVENT_AT, .rank = 2};
	const char *p = text, *end = text + len, *line;
	bool inside = false;
	int64_t at;
	size_t n;

	if (!at_time(name, &at) || at < span->first || at > span->last)
		return 0;
	while (next_line(&p, end, &line, &n)) {
		struct plan plan = {list, kind, n};

		if (is(line, n, "}")) {
			inside = true;
		} else if (inside && n && !memmem(line, n, "<< 'marcinDELIMITER", 19)) {
			plan.kind.name = line;
			return take(&plan, at, err);
		}
	}
	return 0;
}

/* ---- timers ------------------------------------------------------------------------------ */

#define MOST_TIMES 16
#define ACCURACY 60 /* by default, a timer may elapse so much later */

struct timer {
	struct schedule calendar[MOST_TIMES];
	size_t n_calendar;
	int64_t after_boot[MOST_TIMES];
	size_t n_after_boot;
	int64_t accuracy, delay;
	const char *unit;
	size_t unit_len;
};

/* A span that is too long to tell anything, as "infinity", is cut to a day. */
static void set_span(int64_t *span, int64_t otherwise, const char *value, size_t len)
{
	int64_t s;

	if (!len)
		*span = otherwise;
	else if (is(value, len, "infinity"))
		*span = DAY;
	else if (schedule_span(value, len, &s))
		*span = s < DAY ? s : DAY;
}

/* An empty value takes back all earlier ones, of every key. */
static void set(struct timer *t, const char *key, size_t key_len, const char *value, size_t len)
{
	bool calendar = is(key, key_len, "OnCalendar");
	bool boot = is(key, key_len, "OnBootSec") || is(key, key_len, "OnStartupSec");

	if (is(key, key_len, "Unit") && len) {
		t->unit = value;
		t->unit_len = len;
	}
	if (is(key, key_len, "AccuracySec"))
		set_span(&t->accuracy, ACCURACY, value, len);
	if (is(key, key_len, "RandomizedDelaySec") || is(key, key_len, "RandomizedOffsetSec"))
		set_span(&t->delay, 0, value, len);
	if (!len && (calendar || boot))
		t->n_calendar = t->n_after_boot = 0;
	if (calendar && t->n_calendar < MOST_TIMES)
		t->n_calendar += schedule_calendar(value, len, &t->calendar[t->n_calendar]);
	if (boot && t->n_after_boot < MOST_TIMES)
		t->n_after_boot += schedule_span(value, len, &t->after_boot[t->n_after_boot]);
}

static void read_timer(struct timer *t, const char *text, size_t len)
{
	const char *p = text, *end = text + len, *line;
	bool inside = false;
	size_t n;

	while (next_line(&p, end, &line, &n)) {
		const char *equals = memchr(line, '=', n), *value, *key = line;
		size_t key_len, value_len;

		if (n && *line == '[')
			inside = is(line, n, "[Timer]");
		if (!inside || !n || !equals || *line == '#' || *line == ';')
			continue;
		key_len = (size_t)(equals - line);
		value = equals + 1;
		value_len = n - key_len - 1;
		trim(&key, &key_len);
		trim(&value, &value_len);
		set(t, key, key_len, value, value_len);
	}
}

int plans_timer(struct event_list *list, const struct plan_span *span, const char *name,
	const char *text, size_t len, struct vmt_err *err)
{
	struct plan plan = {.list = list, .kind = {.source = EVENT_TIMER, .rank = 2}};
	size_t stem = strlen(name) - (strlen(name) > 6 ? strlen(".timer") : 0);
	struct timer t = {.accuracy = ACCURACY};
	char unit[256];
	int rc = 0;

	read_timer(&t, text, len);
	if ((size_t)snprintf(unit, sizeof(unit), "%.*s.service", (int)stem, name) >= sizeof(unit))
		return 0;
	plan.kind.name = t.unit ? t.unit : unit;
	plan.name_len = t.unit ? t.unit_len : strlen(unit);
	plan.kind.slack = t.accuracy + t.delay;
	for (size_t i = 0; i < t.n_calendar && !rc; i++)
		rc = take_times(&plan, span, t.calendar[i], err);
	for (size_t i = 0; i < t.n_after_boot && !rc; i++)
		rc = take_boots(&plan, span, t.after_boot[i], err);
	return rc;
}
