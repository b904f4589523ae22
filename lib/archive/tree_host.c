// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/tree_host.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/name_index.h"

#define MOST_LEVELS 16 /* of folders, above a crash */
#define MOST_NAME 253  /* bytes of a host's name (RFC 1035) */

/* The file, and what precedes the name in it: the start of a line, then a colon if colon. */
static const struct {
	const char *file, *lead;
	bool colon;
} rows[] = {
	{"hostname", "", false}, {"README.txt", "Host", true},
	{"basic-environment.txt", "Linux ", false}, /* uname -a */
};

struct tree_host {
	const char *folder; /* with what ends it: "a/b/", "a.tar:b/", "" */
	const char *host;
};

struct tree_hosts {
	struct tree_host *items;
	size_t n;
	struct name_index *index;
};

struct tree_hosts *tree_hosts_new(TALLOC_CTX *ctx)
{
	struct tree_hosts *o = talloc_zero(ctx, struct tree_hosts);

	return o && !name_index_new(o, 0, &o->index, NULL) ? o : NULL;
}

/* The length of the folder's part of a path, which may lead into an archive. */
static size_t folder_len(const char *path, size_t len)
{
	while (len && path[len - 1] != '/' && path[len - 1] != ':')
		len--;
	return len;
}

static size_t find_row(const char *path)
{
	const char *name = path + folder_len(path, strlen(path));

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(name, rows[i].file) == 0)
			return i;
	return SIZE_MAX;
}

bool tree_hosts_may_name(const char *path)
{
	return find_row(path) != SIZE_MAX;
}

static bool is_name_char(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_';
}

/* The value in one line; NULL: this is not the line. */
static const char *value_in(const char *line, size_t row)
{
	size_t len = strlen(rows[row].lead);

	if (strncmp(line, rows[row].lead, len) != 0)
		return NULL;
	line += len;
	while (ascii_is_blank(*line))
		line++;
	if (rows[row].colon && *line++ != ':')
		return NULL;
	while (ascii_is_blank(*line))
		line++;
	return line;
}

/* The host's name at p: one word, which may be followed by others only in a line of uname. */
static char *read_name(TALLOC_CTX *ctx, const char *p, size_t row)
{
	size_t len = 0;

	while (is_name_char(p[len]))
		len++;
	if (!len || len > MOST_NAME || !strncmp(p, "localhost", 9) ||
		(p[len] && p[len] != '\n' && p[len] != '\r' &&
			!(ascii_is_blank(p[len]) && *rows[row].lead)))
		return NULL;
	return talloc_strndup(ctx, p, len);
}

static uint32_t hash(const struct tree_hosts *o, const char *folder, size_t len)
{
	return name_index_hash(name_index_more(name_index_start(o->index), folder, len));
}

int tree_hosts_take(struct tree_hosts *owners, const char *path, const char *head)
{
	size_t row = find_row(path), len = folder_len(path, strlen(path));
	const char *value = NULL;
	struct tree_host *items;
	char *host;

	for (const char *line = head; row != SIZE_MAX && !value && line && *line;) {
		value = value_in(line, row);
		line = *rows[row].lead ? strchr(line, '\n') : NULL;
		line = line ? line + 1 : NULL;
	}
	host = value ? read_name(owners, value, row) : NULL;
	if (!host)
		return 0;
	items = ARRAY_ROOM(owners, owners->items, owners->n);
	if (!items)
		return VMT_ERR_NOMEM;
	owners->items = items;
	items[owners->n] = (struct tree_host){talloc_strndup(owners, path, len), host};
	if (!items[owners->n].folder)
		return VMT_ERR_NOMEM;
	return name_index_add(owners->index, hash(owners, path, len), (uint32_t)owners->n++, NULL);
}

const char *tree_hosts_find(const struct tree_hosts *owners, const char *path)
{
	size_t len = folder_len(path, strlen(path));

	for (size_t level = 0; owners->n && level < MOST_LEVELS; level++) {
		uint32_t cursor = 0, i, h = hash(owners, path, len);

		while (name_index_next(owners->index, h, &cursor, &i))
			if (strlen(owners->items[i].folder) == len &&
				!memcmp(owners->items[i].folder, path, len))
				return owners->items[i].host;
		if (!len)
			break;
		len = folder_len(path, len - 1);
	}
	return NULL;
}
