// SPDX-License-Identifier: GPL-3.0-or-later
/* See log_join.h. */
#include "log/log_join.h"

#include <string.h>

#include "base/caps.h"

struct log_join {
	log_sink sink;
	void *arg;
	bool has;
	struct log_record rec; /* its text is in the buffer below */
	char text[CAP_TEXT_LINE];
};

int log_join_new(
	TALLOC_CTX *ctx, log_sink sink, void *arg, struct log_join **ret, struct vmt_err *err)
{
	struct log_join *j = talloc(ctx, struct log_join);

	if (!j)
		return err_nomem(err);
	memset(j, 0, offsetof(struct log_join, text));
	j->sink = sink;
	j->arg = arg;
	*ret = j;
	return 0;
}

int log_join_feed(void *join, const struct log_record *rec)
{
	struct log_join *j = join;
	size_t room, len = rec->len;
	int rc;

	if (!rec->continues || rec->gap || !j->has) {
		rc = log_join_finish(j);
		if (rc)
			return rc;
		j->rec = *rec;
		j->rec.len = 0;
		j->has = true;
	}
	room = sizeof(j->text) - j->rec.len;
	if (len > room) {
		len = room;
		j->rec.truncated = j->rec.capped = true;
	}
	memcpy(j->text + j->rec.len, rec->text, len);
	j->rec.len += len;
	return 0;
}

int log_join_finish(struct log_join *j)
{
	struct log_record rec = j->rec;

	rec.text = j->text;
	if (!j->has)
		return 0;
	j->has = false;
	return j->sink(j->arg, &rec);
}
