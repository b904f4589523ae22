// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/machine_files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "archive/machine_read.h"
#include "archive/wtmpdb.h"
#include "base/array.h"
#include "timeline/log_events.h"
#include "timeline/packages.h"
#include "timeline/plans.h"
#include "timeline/wtmp.h"

/* ---- its name and its time zone ---------------------------------------------------------- */

static char *path_of(const struct machine_files *m, const char *path)
{
	return talloc_asprintf(m->ctx, "%s%s", m->root, path);
}

/* The first line of a file without blanks; NULL: there is none. */
static char *first_line(const struct machine_files *m, const char *name)
{
	struct machine_text t;
	char *path = path_of(m, name);

	if (!path || machine_read(m->ctx, path, &t, NULL) != 1)
		return NULL;
	t.bytes[strcspn(t.bytes, " \t\r\n")] = '\0';
	return *t.bytes ? t.bytes : NULL;
}

/* "               Time zone: Europe/Berlin (CET, +0100)" */
static char *timedatectl_zone(const struct machine_files *m)
{
	static const char key[] = "Time zone: ";
	char *path = path_of(m, "/sos_commands/systemd/timedatectl"), *zone;
	struct machine_text t;

	if (!path || machine_read(m->ctx, path, &t, NULL) != 1)
		return NULL;
	zone = strstr(t.bytes, key);
	if (!zone)
		return NULL;
	zone += strlen(key);
	zone[strcspn(zone, " \n")] = '\0';
	return zone;
}

/* The name in the link /etc/localtime. */
static char *localtime_zone(const struct machine_files *m)
{
	char *path = path_of(m, "/etc/localtime"), target[512], *name;
	ssize_t n = path ? readlink(path, target, sizeof(target) - 1) : -1;

	if (n <= 0)
		return NULL;
	target[n] = '\0';
	name = strstr(target, "zoneinfo/");
	return name ? talloc_strdup(m->ctx, name + strlen("zoneinfo/")) : NULL;
}

static bool zone_file(struct machine_files *m, const char *path)
{
	struct machine_text t;

	return path && machine_read(m->ctx, path, &t, NULL) == 1 &&
	       zone_read(m->ctx, t.bytes, t.len, &m->zone, NULL) == 0;
}

static bool set_zone(struct machine_files *m, const char *name)
{
	if (!name || strstr(name, "..") || *name == '/')
		return false;
	m->zone_name = talloc_strdup(m->ctx, name);
	if (!strcmp(name, "UTC") || !strcmp(name, "Etc/UTC"))
		return true;
	return zone_parse(m->ctx, name, &m->zone, NULL) == 0 ||
	       zone_file(m, talloc_asprintf(m->ctx, "%s/usr/share/zoneinfo/%s", m->root, name)) ||
	       zone_file(m, talloc_asprintf(m->ctx, "/usr/share/zoneinfo/%s", name));
}

int machine_files_open(TALLOC_CTX *ctx, const char *root, const char *zone,
	struct machine_files *ret, struct vmt_err *err)
{
	*ret = (struct machine_files){.ctx = ctx, .root = root ? root : ""};
	ret->host = first_line(ret, "/etc/hostname");
	if (!ret->host)
		ret->host = first_line(ret, "/hostname");
	if (zone)
		return set_zone(ret, zone)
			       ? 0
			       : err_set(err, VMT_ERR_NOTFOUND, "no time zone is named %s", zone);
	if (set_zone(ret, localtime_zone(ret)) || set_zone(ret, first_line(ret, "/etc/timezone")) ||
		set_zone(ret, timedatectl_zone(ret)))
		return 0;
	ret->zone_name = zone_file(ret, path_of(ret, "/etc/localtime")) ? "/etc/localtime" : NULL;
	return 0;
}

/* ---- logs -------------------------------------------------------------------------------- */

enum form { SYSLOG, WTMP, WTMPDB, APT, DPKG, FORMS };

static const struct place {
	const char *folder, *start; /* of the file's name */
	enum form form;
} places[] = {
	{"/var/log", "syslog", SYSLOG},
	{"/var/log", "messages", SYSLOG},
	{"/var/log", "cron", SYSLOG},
	{"/var/log", "kern.log", SYSLOG},
	{"/var/log", "daemon.log", SYSLOG},
	{"/sos_commands/logs", "journalctl_", SYSLOG},
	{"/var/log", "wtmp", WTMP},
	{"/var/log", "wtmp.db", WTMPDB},
	{"/var/lib/wtmpdb", "wtmp.db", WTMPDB},
	{"/var/log/apt", "history.log", APT},
	{"/var/log", "dpkg.log", DPKG},
	{"/var/log", "dnf.rpm.log", DPKG},
};

struct reader {
	const struct machine_files *m;
	const struct place *place;
	struct event_list *list;
	size_t n_apt;
};

static int read_log(struct reader *r, const struct machine_text *t, struct vmt_err *err)
{
	const struct event_clock clock = {r->m->zone, t->changed};

	if (!t->len)
		return 0;
	switch (r->place->form) {
	case WTMP:
		return wtmp_read(r->list, t->bytes, t->len, err);
	case APT:
		r->n_apt++;
		return packages_apt(r->list, &clock, t->bytes, t->len, err);
	case DPKG:
		return packages_lines(r->list, &clock, t->bytes, t->len, err);
	case WTMPDB: /* SQLite opens it */
		return 0;
	case SYSLOG:
	default:
		return t->bytes[0] == '{' ? log_events_json(r->list, t->bytes, t->len, err)
					  : log_events_text(r->list, &clock, t->bytes, t->len, err);
	}
}

static int take_log(void *arg, const char *path, const char *name, struct vmt_err *err)
{
	struct reader *r = arg;
	struct machine_text t;
	int rc;

	if (strncmp(name, r->place->start, strlen(r->place->start)) != 0)
		return 0;
	if (r->place->form == WTMPDB)
		return wtmpdb_read(r->list, path, err);
	rc = machine_read(r->m->ctx, path, &t, err);
	if (rc <= 0)
		return rc;
	rc = read_log(r, &t, err);
	talloc_free(t.bytes);
	return rc == VMT_ERR_FORMAT ? 0 : rc;
}

int machine_files_logs(const struct machine_files *m, const struct vmt_file *journal,
	struct event_list *list, struct vmt_err *err)
{
	struct reader r = {.m = m, .list = list, .place = &places[0]};
	struct machine_text t;
	int rc = journal ? machine_read_input(m->ctx, journal, &t, err) : 0;

	if (journal && !rc)
		rc = read_log(&r, &t, err);
	for (size_t i = 0; i < ARRAY_SIZE(places) && !rc; i++) {
		char *folder = path_of(m, places[i].folder);

		r.place = &places[i];
		/* apt runs dpkg, and knows what belongs together. */
		if (r.place->form == DPKG && r.n_apt)
			continue;
		rc = folder ? machine_read_folder(folder, take_log, &r, err) : err_nomem(err);
	}
	return rc;
}

/* ---- what was due ------------------------------------------------------------------------ */

struct planner {
	const struct machine_files *m;
	struct plan_span span;
	struct event_list *list;
	bool system;
};

/* What cron itself leaves out: names with a dot, as of packages' old files. */
static bool is_cron_name(const char *name)
{
	return !name[strcspn(name, ".~#")];
}

static int take_crontab(void *arg, const char *path, const char *name, struct vmt_err *err)
{
	struct planner *p = arg;
	struct machine_text t;
	int rc = is_cron_name(name) ? machine_read(p->m->ctx, path, &t, err) : 0;

	if (rc <= 0)
		return rc;
	return plans_crontab(p->list, &p->span, p->system, t.bytes, t.len, err);
}

static const char *const unit_folders[] = {"/etc/systemd/system", "/run/systemd/system",
	"/usr/lib/systemd/system", "/lib/systemd/system"};

static int append(void *arg, const char *path, const char *name, struct vmt_err *err)
{
	char **text = arg;
	struct machine_text t;
	size_t n = strlen(name);
	int rc;

	if (n < 5 || strcmp(name + n - 5, ".conf") != 0)
		return 0;
	rc = machine_read(*text, path, &t, err);
	if (rc <= 0)
		return rc;
	*text = talloc_asprintf_append(*text, "\n%s", t.bytes);
	return *text ? 0 : err_nomem(err);
}

/* A timer that is wanted: its file in the first folder that has one, then its drop-ins. */
static int take_timer(void *arg, const char *path, const char *name, struct vmt_err *err)
{
	struct planner *p = arg;
	struct machine_text t = {0};
	size_t n = strlen(name);
	int rc = 0;
	char *text;

	(void)path;
	if (n < 7 || strcmp(name + n - 6, ".timer") != 0)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(unit_folders) && !rc; i++) {
		char *file =
			talloc_asprintf(p->m->ctx, "%s%s/%s", p->m->root, unit_folders[i], name);

		rc = file ? machine_read(p->m->ctx, file, &t, err) : err_nomem(err);
	}
	if (rc <= 0)
		return rc;
	text = t.bytes;
	for (size_t i = ARRAY_SIZE(unit_folders); i && rc >= 0; i--) {
		char *folder = talloc_asprintf(
			p->m->ctx, "%s%s/%s.d", p->m->root, unit_folders[i - 1], name);

		rc = folder ? machine_read_folder(folder, append, &text, err) : err_nomem(err);
	}
	return rc < 0 ? rc : plans_timer(p->list, &p->span, name, text, strlen(text), err);
}

static int take_at(void *arg, const char *path, const char *name, struct vmt_err *err)
{
	struct planner *p = arg;
	struct machine_text t;
	int rc = machine_read(p->m->ctx, path, &t, err);

	return rc <= 0 ? rc : plans_at(p->list, &p->span, name, t.bytes, t.len, err);
}

int machine_files_plans(const struct machine_files *m, int64_t first, int64_t last,
	struct event_list *list, struct vmt_err *err)
{
	static const struct {
		const char *folder;
		bool system;
		int (*take)(void *arg, const char *path, const char *name, struct vmt_err *err);
	} folders[] = {{"/etc/cron.d", true, take_crontab},
		{"/var/spool/cron/crontabs", false, take_crontab},
		{"/var/spool/cron", false, take_crontab},
		{"/var/spool/cron/atjobs", false, take_at}, {"/var/spool/at", false, take_at},
		{"/var/spool/atjobs", false, take_at}};
	struct planner p = {.m = m, .span = {m->zone, first, last}, .list = list, .system = true};
	char *path = path_of(m, "/etc/crontab");
	int rc = path ? take_crontab(&p, path, "crontab", err) : err_nomem(err);

	for (size_t i = 0; i < ARRAY_SIZE(folders) && !rc; i++) {
		p.system = folders[i].system;
		path = path_of(m, folders[i].folder);
		rc = path ? machine_read_folder(path, folders[i].take, &p, err) : err_nomem(err);
	}
	for (size_t i = 0; i < ARRAY_SIZE(unit_folders) && !rc; i++) {
		path = talloc_asprintf(
			m->ctx, "%s%s/timers.target.wants", m->root, unit_folders[i]);
		rc = path ? machine_read_folder(path, take_timer, &p, err) : err_nomem(err);
	}
	return rc;
}
