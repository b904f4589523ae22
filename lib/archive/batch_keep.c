// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/batch_keep.h"

#include <string.h>

#include "base/array.h"
#include "base/clock.h"

/* Each transaction of the history waits for the disk. */
#define WAITING_MS 1000
#define WAITING_CRASHES 4096
#define WAITING_BYTES (4u << 20)

int batch_keep_crash(
	struct batch_keep *k, TALLOC_CTX *ctx, struct vmt_report *crash, struct vmt_err *err)
{
	struct vmt_report **more;

	if (!k->history)
		return 0;
	k->ctx = k->ctx ? k->ctx : talloc_new(ctx);
	more = k->ctx ? ARRAY_ROOM(k->ctx, k->crashes, k->n_crashes) : NULL;
	if (!more)
		return err_nomem(err);
	k->crashes = more;
	more[k->n_crashes++] = talloc_steal(k->ctx, crash);
	return 0;
}

int batch_keep_line(struct batch_keep *k, TALLOC_CTX *ctx, const char *line, struct vmt_err *err)
{
	size_t len = strlen(line);

	if (len > k->room - k->len) {
		size_t room = 2 * (k->room + len);
		char *more = talloc_realloc(ctx, k->lines, char, room);

		if (!more)
			return err_nomem(err);
		k->lines = more;
		k->room = room;
	}
	memcpy(k->lines + k->len, line, len);
	k->len += len;
	return 0;
}

bool batch_keep_is_due(const struct batch_keep *k)
{
	return k->n_crashes >= WAITING_CRASHES || k->len >= WAITING_BYTES ||
	       clock_ms() - k->since_ms >= WAITING_MS;
}

int batch_keep_flush(struct batch_keep *k, struct vmt_err *err)
{
	const struct vmt_report *const *crashes = (const struct vmt_report *const *)k->crashes;
	int rc;

	if (k->n_crashes && vmt_history_add(k->history, crashes, k->n_crashes, &k->failed))
		k->history = NULL;
	rc = batch_done_add(k->done, k->lines, k->len, err);
	TALLOC_FREE(k->ctx);
	k->crashes = NULL;
	k->n_crashes = 0;
	k->len = 0;
	k->since_ms = clock_ms();
	return rc;
}
