// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/wtmp.h"

#include <string.h>

#include "base/array.h"
#include "base/cur.h"

/* The C library's struct utmpx, by architecture. */
static const struct form {
	size_t size, seconds; /* where the time is */
	unsigned width;	      /* of the time, in bytes */
} forms[] = {
	{384, 340, 4}, /* x86_64 */
	{400, 344, 8}, /* arm64 */
};

enum { RUN_LEVEL = 1, BOOT_TIME = 2, USER_PROCESS = 7, LAST_TYPE = 9 };
enum { USER_AT = 44, USER_LEN = 32 };

struct record {
	unsigned type;
	int64_t at;
	const char *user;
	size_t user_len;
};

static struct record record_at(const uint8_t *p, const struct form *f)
{
	const char *user = (const char *)p + USER_AT;

	return (struct record){.type = (unsigned)cur_load_little(p, 2),
		.at = (int64_t)cur_load_little(p + f->seconds, f->width),
		.user = user,
		.user_len = strnlen(user, USER_LEN)};
}

#define LATEST ((int64_t)1 << 33) /* the year 2242 */

static bool fits(const struct form *f, const uint8_t *p, size_t len)
{
	if (len % f->size)
		return false;
	for (size_t i = 0; i < len; i += f->size) {
		struct record r = record_at(p + i, f);

		if (r.type > LAST_TYPE || r.at < 0 || r.at > LATEST)
			return false;
	}
	return true;
}

static int take(struct event_list *list, const struct record *r, struct vmt_err *err)
{
	if (!r->at)
		return 0;
	event_list_saw(list, EVENT_LOGIN, r->at);
	if (r->type == BOOT_TIME)
		return event_list_mark(list, MARK_BOOT, r->at, err);
	if (r->type == RUN_LEVEL && r->user_len == 8 && !memcmp(r->user, "shutdown", 8))
		return event_list_mark(list, MARK_SHUTDOWN, r->at, err);
	if (r->type == USER_PROCESS && r->user_len)
		return event_list_add(list,
			&(struct event_kind){.source = EVENT_LOGIN, .name = r->user}, r->user_len,
			r->at, err);
	return 0;
}

int wtmp_read(struct event_list *list, const void *data, size_t len, struct vmt_err *err)
{
	const uint8_t *p = data;

	for (size_t f = 0; f < ARRAY_SIZE(forms); f++) {
		int rc = 0;

		if (!fits(&forms[f], p, len))
			continue;
		for (size_t i = 0; i < len && !rc; i += forms[f].size) {
			struct record r = record_at(p + i, &forms[f]);

			rc = take(list, &r, err);
		}
		return rc;
	}
	return err_set(err, VMT_ERR_FORMAT, "this is no wtmp file of a known layout");
}
