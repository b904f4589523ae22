// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/history_uri.h"

#include <string.h>

/*
 * A password may hold "/", "?" and "@" that should have been escaped: the last "@" counts. But one
 * behind a "?" may also be of a parameter: then neither side of it is shown.
 */
char *history_uri_name(TALLOC_CTX *ctx, const char *uri)
{
	const char *start = strstr(uri, "://");
	const char *user = start ? start + 3 : uri;
	const char *at = strrchr(user, '@'), *host = at ? at + 1 : user;
	const char *query = strchr(user, '?');
	size_t named = at ? strcspn(user, ":@") : 0;

	if (at && query && query < at)
		return talloc_asprintf(ctx, "%.*s...", (int)(user - uri), uri);
	return talloc_asprintf(ctx, "%.*s%.*s%s%.*s", (int)(user - uri), uri, (int)named, user,
		at ? "@" : "", (int)strcspn(host, "?"), host);
}

static char *append(char *all, const char *line, size_t n)
{
	if (!n || *line == '\t') /* a hint */
		return all;
	return talloc_asprintf_append_buffer(all, "%s%.*s", *all ? "; " : "", (int)n, line);
}

static char *hide(TALLOC_CTX *ctx, char *text, const char *secret)
{
	char *shown = talloc_strdup(ctx, ""), *p = text, *found;

	while (shown && (found = strstr(p, secret))) {
		shown = talloc_asprintf_append_buffer(shown, "%.*s***", (int)(found - p), p);
		p = found + strlen(secret);
	}
	return shown ? talloc_strdup_append_buffer(shown, p) : NULL;
}

char *history_uri_message(
	TALLOC_CTX *ctx, const char *message, const char *const *secrets, size_t n)
{
	char *all = talloc_strdup(ctx, "");

	for (const char *p = message; all && *p;) {
		size_t len = strcspn(p, "\n");

		all = append(all, p, len);
		p += len + (p[len] == '\n');
	}
	for (size_t i = 0; all && i < n; i++)
		if (secrets[i] && *secrets[i])
			all = hide(ctx, all, secrets[i]);
	return all;
}
