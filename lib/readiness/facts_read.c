// SPDX-License-Identifier: GPL-3.0-or-later
#include "readiness/machine_facts.h"

#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"

#define MOST_BYTES (4u << 20) /* of a file */

enum seen facts_seen(const struct facts *f, int os_errno)
{
	if (!os_errno)
		return SEEN_YES;
	if (f->tree)
		return SEEN_UNKNOWN;
	return os_errno == EACCES || os_errno == EPERM ? SEEN_DENIED : SEEN_ABSENT;
}

char *facts_file(struct facts *f, const char *path)
{
	char *text = NULL;

	return path && !root_files_read(f, f->root, path, MOST_BYTES, &text, NULL) ? text : NULL;
}

bool facts_has(const struct facts *f, const char *path)
{
	struct stat st;

	return path && !root_files_stat(f->root, path, &st);
}

struct fact_text facts_text(struct facts *f, const char *path)
{
	struct fact_text ret = {0};
	char *text = NULL;

	ret.seen = facts_seen(
		f, path ? root_files_read(f, f->root, path, MOST_BYTES, &text, NULL) : ENOENT);
	if (!text)
		return ret;
	for (size_t len = strlen(text); len && (text[len - 1] == '\n' || text[len - 1] == ' ');)
		text[--len] = '\0';
	ret.text = text;
	return ret;
}

struct fact_number facts_parse(const char *text)
{
	struct fact_number ret = {0};
	bool minus;
	int64_t v = 0;

	while (*text == ' ' || *text == '\t')
		text++;
	minus = *text == '-';
	text += minus;
	if (!ascii_is_digit(*text))
		return ret;
	for (; ascii_is_digit(*text); text++)
		if (__builtin_mul_overflow(v, INT64_C(10), &v) ||
			__builtin_add_overflow(v, (int64_t)(*text - '0'), &v))
			return ret;
	ret.seen = SEEN_YES;
	ret.v = minus ? -v : v;
	return ret;
}

struct fact_number facts_number(struct facts *f, const char *path)
{
	struct fact_text text = facts_text(f, path);

	return text.text ? facts_parse(text.text) : (struct fact_number){text.seen, 0};
}

struct fact_number facts_bool(struct facts *f, const char *path)
{
	struct fact_text text = facts_text(f, path);

	if (!text.text)
		return (struct fact_number){text.seen, 0};
	return (struct fact_number){SEEN_YES, *text.text == 'Y' || *text.text == '1'};
}

/* ---- units of systemd --------------------------------------------------------------------- */

/* The output of systemctl list-unit-files in a sosreport: "kdump.service   enabled  enabled". */
static struct fact_number enabled_in_list(struct facts *f, const char *unit)
{
	const char *list = facts_file(f, "/sos_commands/systemd/systemctl_list-unit-files");
	size_t len = strlen(unit);

	for (; list && *list; list += strcspn(list, "\n"), list += *list == '\n') {
		const char *state = list + len;

		if (strncmp(list, unit, len) != 0 || (*state != ' ' && *state != '\t'))
			continue;
		state += strspn(state, " \t");
		return (struct fact_number){SEEN_YES, !strncmp(state, "enabled", 7)};
	}
	return (struct fact_number){SEEN_UNKNOWN, 0};
}

struct fact_number facts_unit_enabled(struct facts *f, const char *unit)
{
	static const char *const targets[] = {"multi-user.target", "basic.target", "sysinit.target",
		"default.target", "graphical.target"};
	static const char *const masks[] = {"/etc/systemd/system", "/run/systemd/system"};
	struct fact_number listed;

	for (size_t i = 0; i < ARRAY_SIZE(masks); i++) {
		char *link = talloc_asprintf(f, "%s/%s", masks[i], unit);
		const char *target = link ? root_files_link(f, f->root, link) : NULL;

		if (target && !strcmp(target, "/dev/null")) /* masked */
			return (struct fact_number){SEEN_YES, 0};
	}
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		char *link =
			talloc_asprintf(f, "/etc/systemd/system/%s.wants/%s", targets[i], unit);

		if (link && root_files_link(f, f->root, link))
			return (struct fact_number){SEEN_YES, 1};
	}
	listed = enabled_in_list(f, unit);
	if (listed.seen == SEEN_YES || f->tree)
		return listed;
	return (struct fact_number){f->systemd ? SEEN_YES : SEEN_ABSENT, 0};
}

/* ---- all --------------------------------------------------------------------------------- */

int facts_read(
	TALLOC_CTX *ctx, const char *root, int64_t now, struct facts **ret, struct vmt_err *err)
{
	struct facts *f = talloc_zero(ctx, struct facts);
	struct root_files *files;
	int rc;

	if (!f)
		return err_nomem(err);
	rc = root_files_open(f, root, &files, err);
	if (!rc) {
		f->root = files;
		f->tree = root_files_is_tree(files);
		f->now = now;
		if (!facts_read_system(f) || !facts_read_kernel(f) || !facts_read_kdump(f) ||
			!facts_read_channels(f))
			rc = err_nomem(err);
	}
	if (rc)
		talloc_free(f);
	else
		*ret = f;
	return rc;
}
