// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/reply.h"

#include <string.h>

static uint8_t *tagged(TALLOC_CTX *ctx, enum reply_tag tag, const void *data, size_t len)
{
	uint8_t *bytes = talloc_size(ctx, len + 1);

	if (!bytes)
		return NULL;
	bytes[0] = (uint8_t)tag;
	memcpy(bytes + 1, data, len);
	return bytes;
}

uint8_t *reply_name(TALLOC_CTX *ctx, const char *name)
{
	return tagged(ctx, REPLY_NAME, name, strlen(name));
}

uint8_t *reply_text(TALLOC_CTX *ctx, const char *text)
{
	return tagged(ctx, REPLY_TEXT, text, strlen(text));
}

uint8_t *reply_report(TALLOC_CTX *ctx, const struct vmt_report *report)
{
	uint8_t *packed = report_pack(ctx, report);
	uint8_t *bytes = packed ? tagged(ctx, REPLY_REPORT, packed, talloc_get_size(packed)) : NULL;

	talloc_free(packed);
	return bytes;
}

uint8_t *reply_error(TALLOC_CTX *ctx, enum reply_tag tag, const struct vmt_err *error)
{
	return tagged(ctx, tag, error, sizeof(*error));
}

static int read_error(struct reply *ret, const void *data, size_t len)
{
	if (len != sizeof(ret->error))
		return VMT_ERR_CORRUPT;
	memcpy(&ret->error, data, len);
	ret->error.message[sizeof(ret->error.message) - 1] = '\0';
	if (ret->error.code > VMT_ERR_NOMEM || ret->error.code < VMT_ERR_WORKER)
		ret->error.code = VMT_ERR_CORRUPT;
	return 0;
}

int reply_read(
	TALLOC_CTX *ctx, const void *bytes, size_t len, struct reply *ret, struct vmt_err *err)
{
	const char *data = bytes;
	int rc = VMT_ERR_CORRUPT;

	*ret = (struct reply){.tag = len ? (enum reply_tag)data[0] : REPLY_ERROR};
	switch (ret->tag) {
	case REPLY_NAME:
		ret->name = talloc_strdup(ctx, data + 1);
		return ret->name ? 0 : err_nomem(err);
	case REPLY_TEXT:
		ret->name = data + 1;
		return 0;
	case REPLY_REPORT:
		return report_unpack(ctx, data + 1, len - 1, &ret->report, err);
	case REPLY_ERROR:
	case REPLY_WHOLE:
		if (len)
			rc = read_error(ret, data + 1, len - 1);
		break;
	}
	return rc ? err_set(err, rc, "a worker's answer is damaged") : 0;
}
