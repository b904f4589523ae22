// SPDX-License-Identifier: GPL-3.0-or-later
#include "readiness/sysctl_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

#define MOST_BYTES (1u << 20) /* of a file */
#define MOST_ITEMS 65536

/* The one that counts first. */
static const char *const folders[] = {"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d",
	"/usr/lib/sysctl.d", "/lib/sysctl.d"};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/*
 * Separators become dots. As systemd and procps have it, the first one decides what separates:
 * "net/ipv4/conf/eth0.1/x" has a name with a dot in it.
 */
static void normalize(char *key)
{
	size_t first = strcspn(key, "./");

	if (key[first] != '/')
		return;
	for (char *p = key; *p; p++)
		*p = *p == '/' ? '.' : *p == '.' ? '/' : *p;
}

static bool parse_line(struct sysctl_files *files, const char *file, const char *p, size_t len)
{
	const char *equals;
	struct sysctl_setting *items;
	size_t key;
	char *name;

	while (len && is_blank(*p)) {
		p++;
		len--;
	}
	if (len && *p == '-') { /* errors do not matter */
		p++;
		len--;
	}
	if (!len || *p == '#' || *p == ';')
		return true;
	equals = memchr(p, '=', len);
	if (!equals || equals == p)
		return true;
	key = (size_t)(equals - p);
	len -= key + 1;
	while (key && is_blank(p[key - 1]))
		key--;
	while (len && is_blank(equals[1])) {
		equals++;
		len--;
	}
	while (len && is_blank(equals[len]))
		len--;
	items = ARRAY_ROOM(files, files->items, files->n);
	name = talloc_strndup(files, p, key);
	if (!items || !name)
		return false;
	normalize(name);
	files->items = items;
	items[files->n++] =
		(struct sysctl_setting){name, talloc_strndup(files, equals + 1, len), file};
	return items[files->n - 1].value != NULL;
}

bool sysctl_files_parse(struct sysctl_files *files, const char *file, const char *text)
{
	while (*text && files->n < MOST_ITEMS) {
		size_t len = strcspn(text, "\n");

		if (!parse_line(files, file, text, len))
			return false;
		text += len + (text[len] == '\n');
	}
	return true;
}

/* ---- the files ---------------------------------------------------------------------------- */

struct found {
	const char *name;
	size_t folder;
};

static int by_name(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->folder > y->folder) - (x->folder < y->folder);
}

static bool is_conf(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && !strcmp(name + len - 5, ".conf");
}

static bool find(TALLOC_CTX *ctx, const struct root_files *root, struct found **ret, size_t *n)
{
	for (size_t folder = 0; folder < ARRAY_SIZE(folders); folder++) {
		char **names;
		size_t count;

		if (root_files_names(ctx, root, folders[folder], &names, &count) == ENOMEM)
			return false;
		for (size_t i = 0; i < count; i++) {
			struct found *room;

			if (!is_conf(names[i]))
				continue;
			room = ARRAY_ROOM(ctx, *ret, *n);
			if (!room)
				return false;
			*ret = room;
			room[(*n)++] = (struct found){names[i], folder};
		}
	}
	if (*n)
		qsort(*ret, *n, sizeof(**ret), by_name);
	return true;
}

static bool read_one(struct sysctl_files *files, const struct root_files *root, char *path)
{
	char *text;
	int rc = path ? root_files_read(files, root, path, MOST_BYTES, &text, NULL) : ENOMEM;

	files->denied |= rc == EACCES || rc == EPERM;
	if (rc)
		return rc != ENOMEM;
	return sysctl_files_parse(files, path, text);
}

/* systemd does not read /etc/sysctl.conf, unless a link in sysctl.d leads to it. */
static bool has_systemd(const struct root_files *root)
{
	static const char *const signs[] = {
		"/usr/lib/systemd", "/lib/systemd", "/etc/systemd", "/run/systemd/system"};
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (!root_files_stat(root, signs[i], &st))
			return true;
	return false;
}

struct sysctl_files *sysctl_files_read(TALLOC_CTX *ctx, const struct root_files *root)
{
	struct sysctl_files *files = talloc_zero(ctx, struct sysctl_files);
	TALLOC_CTX *tmp = talloc_new(ctx);
	struct found *found = NULL;
	size_t n = 0;
	bool good = files && tmp && find(tmp, root, &found, &n);

	for (size_t i = 0; i < n && good; i++)
		if (!i || strcmp(found[i].name, found[i - 1].name) != 0)
			good = read_one(files, root,
				talloc_asprintf(
					files, "%s/%s", folders[found[i].folder], found[i].name));
	if (good && !has_systemd(root))
		good = read_one(files, root, talloc_strdup(files, "/etc/sysctl.conf"));
	talloc_free(tmp);
	if (!good)
		talloc_free(files);
	return good ? files : NULL;
}

const struct sysctl_setting *sysctl_files_find(const struct sysctl_files *files, const char *key)
{
	for (size_t i = files->n; i--;)
		if (!strcmp(files->items[i].key, key))
			return &files->items[i];
	return NULL;
}
