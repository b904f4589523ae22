// SPDX-License-Identifier: GPL-3.0-or-later
#include "readiness/opinion.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report/units.h"

const struct judge_row *const judge_tables[] = {judge_container_rows, judge_kdump_rows,
	judge_image_rows, judge_target_rows, judge_panic_rows, judge_pstore_rows,
	judge_console_rows, judge_machine_rows, NULL};

void judge_say(struct opinion *o, enum opinion_status status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	o->value = talloc_vasprintf(o->ctx, fmt, ap);
	va_end(ap);
	o->status = status;
	o->nomem |= !o->value;
}

char *judge_words(struct opinion *o, const char *fmt, ...)
{
	va_list ap;
	char *words;

	va_start(ap, fmt);
	words = talloc_vasprintf(o->ctx, fmt, ap);
	va_end(ap);
	o->nomem |= !words;
	return words;
}

void judge_unseen(struct opinion *o, enum seen seen, const char *what)
{
	static const char *const because[] = {
		[SEEN_UNKNOWN] = "not known: the tree does not have %s",
		[SEEN_ABSENT] = "not known: there is no %s",
		[SEEN_DENIED] = "not known: only root may read %s",
		[SEEN_YES] = "not known: %s has no value",
	};
	const char *at = strstr(because[seen], "%s");

	judge_say(o, OPINION_UNKNOWN, "%.*s%s%s", (int)(at - because[seen]), because[seen], what,
		at + 2);
}

const char *judge_bytes(struct opinion *o, uint64_t bytes)
{
	const char *text = units_bytes(o->ctx, bytes);

	o->nomem |= !text;
	return text ? text : "";
}

const char *judge_time(struct opinion *o, int64_t seconds)
{
	int64_t ns;
	const char *text = __builtin_mul_overflow(seconds, INT64_C(1000000000), &ns)
				   ? "at an impossible time"
				   : units_minute(o->ctx, ns);

	o->nomem |= !text;
	return text ? text : "";
}

bool judge_is(struct fact_number n, int64_t v)
{
	return n.seen == SEEN_YES && n.v == v;
}

bool judge_kdump_loaded(const struct facts *f)
{
	return judge_is(f->crash_loaded, 1) || judge_is(f->fadump_registered, 1);
}

bool judge_kdump_wanted(const struct facts *f)
{
	return f->service || f->crashkernel.asked || judge_kdump_loaded(f) ||
	       (f->crash_size.seen == SEEN_YES && f->crash_size.v > 0);
}

bool judge_is_locked(const struct facts *f)
{
	return judge_is(f->secure_boot, 1) ||
	       (f->lockdown.text && strcmp(f->lockdown.text, "none") != 0);
}

bool judge_is_post(const struct facts *f)
{
	return f->post_notifiers.text && *f->post_notifiers.text == 'Y';
}

const char *judge_service_name(const struct facts *f)
{
	static const char *const names[] = {[SERVICE_NONE] = "no service",
		[SERVICE_KDUMPCTL] = "kdumpctl",
		[SERVICE_KDUMP_TOOLS] = "kdump-tools",
		[SERVICE_SUSE] = "SUSE's kdump"};

	return names[f->service];
}

const struct fact_console *judge_serial(const struct facts *f)
{
	for (size_t i = 0; i < f->n_consoles; i++)
		if (f->consoles[i].serial && f->consoles[i].enabled)
			return &f->consoles[i];
	return NULL;
}

const struct fact_watchdog *judge_watchdog(const struct facts *f)
{
	for (size_t i = 0; i < f->n_watchdogs; i++)
		if (f->watchdogs[i].active && !f->watchdogs[i].software)
			return &f->watchdogs[i];
	return NULL;
}
