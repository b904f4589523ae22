// SPDX-License-Identifier: GPL-3.0-or-later
#include "redaction.h"

#include <inttypes.h>
#include <string.h>

#include "complain.h"

bool redaction_open(const struct common *c, struct vmt_redaction **ret)
{
	struct vmt_err err;

	*ret = NULL;
	if (!c->redact || !vmt_redaction_new(ret, &err))
		return true;
	complain_err(NULL, &err);
	return false;
}

static void note(const struct vmt_redaction *redaction)
{
	char text[512] = "nothing";
	const char *kind;
	uint64_t count;
	size_t len = 0;

	for (size_t i = 0; (kind = vmt_redaction_count(redaction, i, &count)); i++)
		if (count && len < sizeof(text))
			len += (size_t)snprintf(text + len, sizeof(text) - len,
				"%s%s (%" PRIu64 ")", len ? ", " : "", kind, count);
	complain(NULL, "replaced by pseudonyms: %s", text);
}

void redaction_close(const struct common *c, struct vmt_redaction *redaction, bool done)
{
	if (redaction && done && !c->quiet)
		note(redaction);
	vmt_redaction_free(redaction);
}
