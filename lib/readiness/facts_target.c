// SPDX-License-Identifier: GPL-3.0-or-later
/* Where dumps go to, what room there is, and what is there already. */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/name_gate.h"
#include "readiness/facts_kdump.h"

#define USUAL "/var/crash"
#define USUAL_LEVEL 31

static const char *or_usual(const char *value, const char *usual)
{
	return value && *value ? value : usual;
}

/* ---- where --------------------------------------------------------------------------------- */

/* The mount point of a device as kdump.conf names it: as in /etc/fstab, or as mounted. */
static char *mount_point(struct facts *f, const char *device)
{
	static const char *const tables[] = {"/etc/fstab", "/proc/mounts"};
	size_t len = strlen(device);

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		const char *p = facts_file(f, tables[i]);

		for (; p && *p; p += strcspn(p, "\n"), p += *p == '\n') {
			const char *at = p + len;

			if (strncmp(p, device, len) != 0 || (*at != ' ' && *at != '\t'))
				continue;
			at += strspn(at, " \t");
			if (*at == '/')
				return talloc_strndup(f, at, strcspn(at, " \t\n"));
		}
	}
	return NULL;
}

static void local(struct facts *f, const char *folder)
{
	if (!folder)
		return; /* no memory */
	while (folder[0] == '/' && folder[1] == '/')
		folder++;
	if (*folder != '/' || !path_is_inside(folder + 1)) {
		f->target_problem = "its path is not one of this machine";
		return;
	}
	f->target = folder;
	f->target_what = folder;
}

static void target_kdumpctl(struct facts *f)
{
	const char *path = or_usual(settings_get(f->service_settings, "path"), USUAL), *key, *value,
		   *mounted;

	if (!settings_target(f->service_settings, &key, &value)) {
		local(f, path);
		return;
	}
	f->target_what = talloc_asprintf(f, "%s %s", key, value);
	f->target_remote = !strcmp(key, "ssh") || !strcmp(key, "nfs") || !strcmp(key, "virtiofs");
	mounted = f->target_remote || !strcmp(key, "raw") ? NULL : mount_point(f, value);
	path += strspn(path, "/");
	if (mounted)
		local(f, talloc_asprintf(f, "%s/%s", strcmp(mounted, "/") ? mounted : "", path));
	else if (!f->target_remote)
		f->target_problem = !strcmp(key, "raw") ? "it is a raw device"
							: "it is not seen where that is mounted";
}

static void target_kdump_tools(struct facts *f)
{
	static const char *const remote[] = {"NFS", "SSH", "FTP"};

	for (size_t i = 0; i < ARRAY_SIZE(remote); i++) {
		const char *value = settings_get(f->service_settings, remote[i]);

		if (value && *value) {
			f->target_remote = true;
			f->target_what = talloc_asprintf(f, "%s %s", remote[i], value);
			return;
		}
	}
	local(f, or_usual(settings_get(f->service_settings, "KDUMP_COREDIR"), USUAL));
}

static void target_suse(struct facts *f)
{
	const char *value = or_usual(settings_get(f->service_settings, "KDUMP_SAVEDIR"), USUAL);

	if (!strncmp(value, "file://", 7))
		value += 7;
	f->target_remote = strstr(value, "://") != NULL;
	if (f->target_remote)
		f->target_what = value;
	else
		local(f, value);
}

/* ---- room ---------------------------------------------------------------------------------- */

/* The end of a line's n-th word, which begins at *start. */
static const char *nth_word(const char *line, size_t n, const char **start)
{
	const char *end = line;

	for (size_t i = 0; i <= n; i++) {
		*start = end + strspn(end, " \t");
		end = *start + strcspn(*start, " \t\n");
	}
	return end;
}

static bool is_below(const char *path, const char *mount, size_t len)
{
	return !strncmp(path, mount, len) && (len == 1 || path[len] == '/' || path[len] == '\0');
}

/* The output of df in a sosreport, in KiB: the longest mount point that the folder lies below. */
static void read_df(struct facts *f, const char *folder)
{
	static const char *const places[] = {
		"/sos_commands/filesys/df_-al_-x_autofs", "/sos_commands/filesys/df_-al", "/df"};
	const char *p = NULL;
	size_t longest = 0;

	for (size_t i = 0; !p && i < ARRAY_SIZE(places); i++)
		p = facts_file(f, places[i]);
	if (!p)
		f->target_problem = "the tree has no output of df";
	for (; p && *p; p += strcspn(p, "\n"), p += *p == '\n') {
		const char *mount, *word, *end = nth_word(p, 5, &mount);
		struct fact_number size, space;
		size_t len = (size_t)(end - mount);

		if (len <= longest || *mount != '/' || !is_below(folder, mount, len))
			continue;
		nth_word(p, 1, &word);
		size = facts_parse(word);
		nth_word(p, 3, &word);
		space = facts_parse(word);
		if (size.seen != SEEN_YES || space.seen != SEEN_YES || space.v < 0 ||
			size.v > INT64_MAX >> 10 || space.v > INT64_MAX >> 10)
			continue;
		longest = len;
		f->target_size = (struct fact_number){SEEN_YES, size.v << 10};
		f->target_space = (struct fact_number){SEEN_YES, space.v << 10};
	}
}

/* A folder that is not there yet is made below the nearest one that is. */
static void read_space(struct facts *f)
{
	char *at = talloc_strdup(f, f->target), *slash;
	uint64_t space, size;
	int rc = at ? ENOENT : ENOMEM;

	while (rc == ENOENT) {
		rc = root_files_space(f->root, *at ? at : "/", &space, &size);
		slash = strrchr(at, '/');
		if (rc != ENOENT || !slash)
			break;
		*slash = '\0';
	}
	if (rc || space > INT64_MAX || size > INT64_MAX) {
		f->target_problem = "its file system cannot be asked";
		return;
	}
	f->target_space = (struct fact_number){SEEN_YES, (int64_t)space};
	f->target_size = (struct fact_number){SEEN_YES, (int64_t)size};
}

/* ---- what is there ------------------------------------------------------------------------- */

/* Folders of dumps are named by their time, and perhaps their host. kexec_cmd has no digit. */
static bool is_dump_name(const char *name)
{
	size_t digits = 0;

	for (; *name; name++)
		digits += ascii_is_digit(*name);
	return digits >= 8;
}

/* A folder may also tell of a capture that failed. */
static bool has_dump(struct facts *f, const char *folder)
{
	bool found = false;
	char **names;
	size_t n;

	if (root_files_names(f, f->root, folder, &names, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		found |= (!strncmp(names[i], "vmcore", 6) || !strncmp(names[i], "dump", 4)) &&
			 !strstr(names[i], "incomplete") && !strstr(names[i], "dmesg");
	return found;
}

static void read_dumps(struct facts *f)
{
	char **names;
	size_t n;
	int rc = root_files_names(f, f->root, f->target, &names, &n);

	f->last_dump.seen = rc == ENOENT ? SEEN_YES : facts_seen(f, rc);
	for (size_t i = 0; i < n; i++) {
		char *path = talloc_asprintf(f, "%s/%s", f->target, names[i]);
		struct stat st;

		if (!path || !is_dump_name(names[i]) || root_files_stat(f->root, path, &st) ||
			!S_ISDIR(st.st_mode) || st.st_mtim.tv_sec <= f->last_dump.v ||
			!has_dump(f, path))
			continue;
		f->last_dump.v = st.st_mtim.tv_sec;
		f->last_dump_name = path;
	}
}

/* ---- what is written ------------------------------------------------------------------------ */

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* The value of -d in a command, or USUAL_LEVEL if it is makedumpfile's without one. */
static struct fact_number level_in(const char *command)
{
	struct fact_number level = {SEEN_YES, USUAL_LEVEL};

	/* An option word of single letters, with "d" at its end or before the number. */
	for (const char *p = command; p && *p; p += strcspn(p, " \t"), p += strspn(p, " \t")) {
		size_t letters = *p == '-' && p[1] != '-' ? strspn(p + 1, LETTERS) : 0;

		if (letters && p[letters] == 'd')
			level = facts_parse(p + 1 + letters + strspn(p + 1 + letters, " \t"));
	}
	return level.seen == SEEN_YES ? level : (struct fact_number){SEEN_YES, USUAL_LEVEL};
}

static void read_collector(struct facts *f)
{
	static const char *const places[] = {
		"/usr/sbin/makedumpfile", "/usr/bin/makedumpfile", "/sbin/makedumpfile"};
	const struct settings *s = f->service_settings;
	const char *collector = settings_get(s, "core_collector"),
		   *level = settings_get(s, "KDUMP_DUMPLEVEL");
	bool found = f->tree;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		found = found || facts_has(f, places[i]);
	f->collector_missing = f->service && !found;
	if (f->service == SERVICE_KDUMPCTL) {
		f->dump_level = level_in(collector);
		if (collector && strncmp(collector, "makedumpfile", 12) != 0)
			f->dump_level.v = 0; /* cp, scp: all of it */
	} else if (f->service == SERVICE_KDUMP_TOOLS) {
		f->dump_level = level_in(settings_get(s, "MAKEDUMP_ARGS"));
	} else if (f->service == SERVICE_SUSE) {
		f->dump_level = level ? facts_parse(level) : level_in(NULL);
	}
}

static void read_keep(struct facts *f)
{
	const char *keep = NULL;

	if (f->service == SERVICE_KDUMP_TOOLS)
		keep = settings_get(f->service_settings, "KDUMP_NUM_DUMPS");
	else if (f->service == SERVICE_SUSE)
		keep = settings_get(f->service_settings, "KDUMP_KEEP_OLD_DUMPS");
	if (f->service)
		f->keep = keep ? facts_parse(keep) : (struct fact_number){SEEN_YES, 0};
}

void facts_read_target(struct facts *f)
{
	if (f->service == SERVICE_KDUMPCTL)
		target_kdumpctl(f);
	else if (f->service == SERVICE_KDUMP_TOOLS)
		target_kdump_tools(f);
	else if (f->service == SERVICE_SUSE)
		target_suse(f);
	else
		local(f, USUAL);
	read_collector(f);
	read_keep(f);
	if (!f->target)
		return;
	if (f->tree)
		read_df(f, f->target);
	else
		read_space(f);
	read_dumps(f);
}
