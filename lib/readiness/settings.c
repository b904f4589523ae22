// SPDX-License-Identifier: GPL-3.0-or-later
#include "readiness/settings.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"

#define MOST_SETTINGS 65536 /* in one file; a kernel's configuration has 10,000 */

/* ---- both -------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool add(struct settings *s, char *key, char *value, bool expands)
{
	struct setting *items = ARRAY_ROOM(s, s->items, s->n);

	if (!items || !key || !value)
		return false;
	s->items = items;
	items[s->n++] = (struct setting){key, value, expands};
	return true;
}

const char *settings_get(const struct settings *s, const char *key)
{
	for (size_t i = s ? s->n : 0; i--;)
		if (!strcmp(s->items[i].key, key))
			return s->items[i].expands ? NULL : s->items[i].value;
	return NULL;
}

/* ---- shell ------------------------------------------------------------------------------- */

/* One word of a shell, as far as it is a constant; to may be NULL. Returns what follows. */
static const char *read_word(const char *p, char *to, size_t *len, bool *expands)
{
	char quote = '\0';
	size_t n = 0;

	for (; *p && (quote || (!is_blank(*p) && *p != '\n' && *p != ';')); p++) {
		if (quote ? *p == quote : *p == '"' || *p == '\'') {
			quote = quote ? '\0' : *p;
			continue;
		}
		if (*p == '\\' && quote != '\'' && p[1] && *++p == '\n')
			continue;
		*expands |= quote != '\'' && (*p == '$' || *p == '`');
		if (to)
			to[n] = *p;
		n++;
	}
	*len = n;
	return p;
}

/* NAME=value at p. Returns what follows; NULL: no memory. */
static const char *read_setting(struct settings *s, const char *p, size_t len)
{
	char *key = talloc_strndup(s, p, len), *value;
	bool expands = false;
	size_t n;

	p += len + 1;
	read_word(p, NULL, &n, &expands);
	value = talloc_zero_size(s, n + 1);
	if (!key || !value)
		return NULL;
	p = read_word(p, value, &n, &expands);
	return add(s, key, value, expands) ? p : NULL;
}

static size_t name_len(const char *p)
{
	size_t n = 0;

	while (ascii_is_alnum(p[n]) || p[n] == '_')
		n++;
	return n;
}

struct settings *settings_shell(TALLOC_CTX *ctx, const char *text)
{
	struct settings *s = talloc_zero(ctx, struct settings);
	const char *p = text ? text : "";

	while (s && *p && s->n < MOST_SETTINGS) {
		size_t len;

		while (is_blank(*p) || *p == '\n' || *p == ';')
			p++;
		if (!strncmp(p, "export ", 7))
			p += 7;
		len = name_len(p);
		if (len && p[len] == '=') {
			p = read_setting(s, p, len);
			if (!p)
				return NULL;
		}
		while (*p && *p != '\n' && *p != ';')
			p++;
	}
	return s;
}

/* ---- kdump.conf -------------------------------------------------------------------------- */

/* What kdumpctl accepts; a target is where the dump goes to. */
static const struct {
	const char *key;
	bool target;
} keys[] = {
	{"raw", true},
	{"nfs", true},
	{"ssh", true},
	{"ext2", true},
	{"ext3", true},
	{"ext4", true},
	{"xfs", true},
	{"btrfs", true},
	{"minix", true},
	{"virtiofs", true},
	{"sshkey", false},
	{"path", false},
	{"core_collector", false},
	{"kdump_pre", false},
	{"kdump_post", false},
	{"kdump_emergency", false},
	{"extra_bins", false},
	{"extra_modules", false},
	{"failure_action", false},
	{"default", false},
	{"final_action", false},
	{"force_rebuild", false},
	{"force_no_rebuild", false},
	{"dracut_args", false},
	{"fence_kdump_args", false},
	{"fence_kdump_nodes", false},
	{"auto_reset_crashkernel", false},
};

/* Of older releases; kdumpctl refuses to start with one of them. */
static const char *const removed[] = {
	"net", "options", "link_delay", "disk_timeout", "debug_mem_level", "blacklist"};

static bool refuse(struct settings *s, char *problem)
{
	const char **room = ARRAY_ROOM(s, s->problems, s->n_problems);

	if (!room || !problem)
		return false;
	s->problems = room;
	room[s->n_problems++] = problem;
	return true;
}

static size_t find_key(const char *key)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(keys) && strcmp(keys[i].key, key) != 0)
		i++;
	return i;
}

static bool is_removed(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(removed); i++)
		if (!strcmp(removed[i], key))
			return true;
	return false;
}

/* Called before the line is added. */
static bool judge(struct settings *s, const char *key)
{
	size_t row = find_key(key);

	if (is_removed(key))
		return refuse(
			s, talloc_asprintf(s, "'%s' is no longer a setting of kdump.conf", key));
	if (row == ARRAY_SIZE(keys))
		return refuse(s, talloc_asprintf(s, "'%s' is no setting of kdump.conf", key));
	for (size_t i = 0; i < s->n; i++) {
		size_t other = find_key(s->items[i].key);

		if (other == row)
			return refuse(s, talloc_asprintf(s, "'%s' is set twice", key));
		if (keys[row].target && other < ARRAY_SIZE(keys) && keys[other].target)
			return refuse(s, talloc_asprintf(s, "there are two targets, '%s' and '%s'",
						 s->items[i].key, key));
	}
	return true;
}

static char *copy_value(TALLOC_CTX *ctx, const char *p, size_t len)
{
	while (len && is_blank(p[len - 1]))
		len--;
	if (len >= 2 && p[0] == '"' && p[len - 1] == '"') {
		p++;
		len -= 2;
	}
	return talloc_strndup(ctx, p, len);
}

struct settings *settings_kdump_conf(TALLOC_CTX *ctx, const char *text)
{
	struct settings *s = talloc_zero(ctx, struct settings);
	const char *p = text ? text : "";

	while (s && *p && s->n < MOST_SETTINGS) {
		size_t line = strcspn(p, "\n"), len = strcspn(p, "#\n"), key;
		const char *at = p;

		p += line + (p[line] == '\n');
		while (len && is_blank(*at)) {
			at++;
			len--;
		}
		key = strcspn(at, " \t\r");
		if (key > len)
			key = len;
		if (!key)
			continue;
		char *name = talloc_strndup(s, at, key);
		at += key;
		len -= key;
		while (len && is_blank(*at)) {
			at++;
			len--;
		}
		if (!name || !judge(s, name) || !add(s, name, copy_value(s, at, len), false))
			return NULL;
	}
	return s;
}

bool settings_target(const struct settings *s, const char **key, const char **value)
{
	for (size_t i = s ? s->n : 0; i--;) {
		size_t row = find_key(s->items[i].key);

		if (row == ARRAY_SIZE(keys) || !keys[row].target)
			continue;
		*key = s->items[i].key;
		*value = s->items[i].value;
		return true;
	}
	return false;
}
