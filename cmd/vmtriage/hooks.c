// SPDX-License-Identifier: GPL-3.0-or-later
#include "hooks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "complain.h"

#define MAX_HOOKS 256	   /* in one folder; no site has as many */
#define MAX_VALUE 4096	   /* of a variable, after escaping; the rest is in the JSON */
#define GRACE_SECONDS 3	   /* between SIGTERM and SIGKILL */
#define LONGEST_NAP_MS 100 /* between two looks whether a hook has ended */

static const char *const folders[HOOKS_FOLDERS] = {
	"/etc/vmtriage/crash.d", "/usr/lib/vmtriage/crash.d"};

const struct hooks hooks_of_site = {.folders = folders, .n = HOOKS_FOLDERS, .seconds = 60};

/* ---- which there are --------------------------------------------------------------------- */

struct hook {
	const char *folder; /* NULL: masked, or not to be run */
	char *name;
};

struct found {
	struct hook *hooks;
	size_t n;
};

/* As run-parts: no dots, so that backups and what a package manager leaves behind do not run. */
static bool is_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return n && !name[n];
}

/* Whether nobody but root and this user can change it. */
static bool is_trusted(const struct stat *st)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return false;
	return !(st->st_mode & S_IWOTH) && (!(st->st_mode & S_IWGRP) || st->st_gid == 0);
}

static bool is_known(const struct found *found, const char *name)
{
	for (size_t i = 0; i < found->n; i++)
		if (!strcmp(found->hooks[i].name, name))
			return true;
	return false;
}

/* Whether it is to be run; complains if it looks so and may not be. */
static bool is_runnable(int dir, const char *folder, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, 0) || !S_ISREG(st.st_mode) || !(st.st_mode & 0111))
		return false;
	if (is_trusted(&st))
		return true;
	complain(folder,
		"the hook %s is not run: it belongs to another user, or others can write "
		"to it",
		name);
	return false;
}

static void find_in(const char *folder, DIR *dir, struct found *found)
{
	const struct dirent *d;
	size_t end = found->n + MAX_HOOKS;

	while ((d = readdir(dir))) {
		struct hook *more;
		char *name;

		if (!is_name(d->d_name) || is_known(found, d->d_name))
			continue;
		if (found->n == end) {
			complain(folder, "it has more than %d hooks: the rest is not run",
				MAX_HOOKS);
			return;
		}
		more = realloc(found->hooks, (found->n + 1) * sizeof(*more));
		found->hooks = more ? more : found->hooks;
		name = more ? strdup(d->d_name) : NULL;
		if (!name) {
			complain(folder, "out of memory");
			return;
		}
		found->hooks[found->n++] = (struct hook){
			.folder = is_runnable(dirfd(dir), folder, name) ? folder : NULL,
			.name = name,
		};
	}
}

static void find_folder(const char *folder, struct found *found)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	DIR *dir;

	if (fd < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			complain(folder, "its hooks are not run: %s", strerror(errno));
		return;
	}
	if (fstat(fd, &st) || !is_trusted(&st)) {
		complain(folder, "its hooks are not run: the folder belongs to another user, or "
				 "others can write to it");
		close(fd);
		return;
	}
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return;
	}
	find_in(folder, dir, found);
	closedir(dir);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct hook *)a)->name, ((const struct hook *)b)->name);
}

static void find_hooks(const struct hooks *hooks, struct found *found)
{
	*found = (struct found){0};
	for (size_t i = 0; i < hooks->n; i++)
		find_folder(hooks->folders[i], found);
	if (found->n)
		qsort(found->hooks, found->n, sizeof(*found->hooks), by_name);
}

static void found_done(struct found *found)
{
	for (size_t i = 0; i < found->n; i++)
		free(found->hooks[i].name);
	free(found->hooks);
}

static bool has_any(const struct found *found)
{
	for (size_t i = 0; i < found->n; i++)
		if (found->hooks[i].folder)
			return true;
	return false;
}

/* ---- running one ------------------------------------------------------------------------- */

enum variable {
	VAR_SEARCH_PATH,
	VAR_LOCALE,
	VAR_PATH,
	VAR_KIND,
	VAR_HEADLINE,
	VAR_SIGNATURE,
	VAR_HOST,
	VAR_SOURCE,
	VARS,
};

struct environment {
	char text[VARS][sizeof("VMTRIAGE_SIGNATURE=") + MAX_VALUE];
	char *vars[VARS + 1];
};

/* Values of a dump are escaped: hooks are scripts, which put them into mails and onto terminals. */
static void set(struct environment *env, enum variable var, const char *name, const char *value)
{
	char *text = env->text[var];
	int n = snprintf(text, sizeof(env->text[var]), "%s=", name);

	vmt_escape(value ? value : "", text + n, MAX_VALUE);
	env->vars[var] = text;
}

static void environment_make(struct environment *env, const struct hooks_crash *crash)
{
	set(env, VAR_SEARCH_PATH, "PATH",
		"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	set(env, VAR_LOCALE, "LANG", "C.UTF-8");
	set(env, VAR_PATH, "VMTRIAGE_PATH", crash->path);
	set(env, VAR_KIND, "VMTRIAGE_KIND", crash->kind);
	set(env, VAR_HEADLINE, "VMTRIAGE_HEADLINE", crash->headline);
	set(env, VAR_SIGNATURE, "VMTRIAGE_SIGNATURE", crash->signature);
	set(env, VAR_HOST, "VMTRIAGE_HOST", crash->host);
	set(env, VAR_SOURCE, "VMTRIAGE_SOURCE", crash->source);
	env->vars[VARS] = NULL;
}

/* A file with the JSON, at its start: a pipe would need somebody to fill it. -1: complained. */
static int open_json(const struct hooks_crash *crash)
{
	int fd = memfd_create("vmtriage.json", MFD_CLOEXEC);
	size_t at = 0;

	while (fd >= 0 && at < crash->json_size) {
		ssize_t n = write(fd, crash->json + at, crash->json_size - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			close(fd);
			fd = -1;
		} else {
			at += (size_t)n;
		}
	}
	if (fd < 0 || lseek(fd, 0, SEEK_SET))
		complain(NULL, "the report cannot be given to hooks: %s", strerror(errno));
	return fd;
}

/* All signals as a program expects them, in a process group of its own. Returns an errno. */
static int spawn(pid_t *pid, const char *path, int json, struct environment *env)
{
	const union {
		const char *given[2];
		char *taken[2]; /* posix_spawn() does not change it, either */
	} argv = {.given = {path, NULL}};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t all, none;
	int rc;

	sigfillset(&all);
	sigemptyset(&none);
	if (posix_spawn_file_actions_init(&files))
		return ENOMEM;
	if (posix_spawnattr_init(&attr)) {
		posix_spawn_file_actions_destroy(&files);
		return ENOMEM;
	}
	rc = posix_spawn_file_actions_adddup2(&files, json, STDIN_FILENO);
	rc = rc ? rc : posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
	rc = rc ? rc : posix_spawnattr_setsigdefault(&attr, &all);
	rc = rc ? rc : posix_spawnattr_setsigmask(&attr, &none);
	rc = rc ? rc : posix_spawnattr_setpgroup(&attr, 0);
	rc = rc ? rc
		: posix_spawnattr_setflags(&attr,
			  POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	rc = rc ? rc : posix_spawn(pid, path, &files, &attr, argv.taken, env->vars);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return rc;
}

/* false: it still runs. */
static bool wait_until(pid_t pid, int64_t end_ms, int *status)
{
	int nap = 1;

	for (;;) {
		pid_t rc = waitpid(pid, status, WNOHANG);

		if (rc == pid)
			return true;
		if (rc < 0 && errno != EINTR) { /* somebody else has waited for it */
			*status = 0;
			return true;
		}
		if (clock_ms() >= end_ms)
			return false;
		poll(NULL, 0, nap);
		nap = nap * 2 < LONGEST_NAP_MS ? nap * 2 : LONGEST_NAP_MS;
	}
}

/* It and what it has started, but for what left its process group. */
static void terminate(pid_t pid, int *status)
{
	kill(-pid, SIGTERM);
	if (!wait_until(pid, clock_ms() + GRACE_SECONDS * 1000, status)) {
		kill(-pid, SIGKILL);
		waitpid(pid, status, 0);
	}
	kill(-pid, SIGKILL);
}

static bool run_hook(const struct hooks *hooks, const struct hook *hook,
	const struct hooks_crash *crash, struct environment *env)
{
	char path[PATH_MAX];
	int json = open_json(crash), status = 0, rc;
	pid_t pid;

	if (json < 0)
		return false;
	snprintf(path, sizeof(path), "%s/%s", hook->folder, hook->name);
	rc = spawn(&pid, path, json, env);
	close(json);
	if (rc) {
		complain(path, "the hook cannot be run: %s", strerror(rc));
		return false;
	}
	if (!wait_until(pid, clock_ms() + (int64_t)hooks->seconds * 1000, &status)) {
		terminate(pid, &status);
		complain(path, "the hook was terminated: it took more than %u s", hooks->seconds);
		return false;
	}
	if (WIFSIGNALED(status))
		complain(path, "the hook failed: signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		complain(path, "the hook failed: exit status %d", WEXITSTATUS(status));
	return !status;
}

/* ---- all of them ------------------------------------------------------------------------- */

static size_t run_found(
	const struct hooks *hooks, const struct found *found, const struct hooks_crash *crash)
{
	struct environment *env = malloc(sizeof(*env));
	size_t failed = 0;

	if (!env) {
		complain(NULL, "out of memory: no hook is run");
		return found->n;
	}
	environment_make(env, crash);
	for (size_t i = 0; i < found->n; i++)
		failed += found->hooks[i].folder && !run_hook(hooks, &found->hooks[i], crash, env);
	free(env);
	return failed;
}

size_t hooks_run(const struct hooks *hooks, const struct hooks_crash *crash)
{
	struct found found;
	size_t failed;

	find_hooks(hooks, &found);
	failed = has_any(&found) ? run_found(hooks, &found, crash) : 0;
	found_done(&found);
	return failed;
}

/* NULL: complained about. */
static char *json_of(const struct vmt_report *report, size_t *size)
{
	char *json = NULL;
	FILE *out = open_memstream(&json, size);
	struct vmt_err err;
	int rc;

	if (!out) {
		complain(NULL, "out of memory: no hook is run");
		return NULL;
	}
	rc = vmt_report_write(report, VMT_FORMAT_JSON, NULL, out, &err);
	if (fclose(out) && !rc)
		rc = err.code = VMT_ERR_NOMEM;
	if (!rc)
		return json;
	complain(report->input.path, "no hook is run: the report cannot be written");
	free(json);
	return NULL;
}

size_t hooks_run_report(const struct hooks *hooks, const char *source, const char *path,
	const char *host, const struct vmt_report *report)
{
	const char *own = report->machine.hostname;
	struct hooks_crash crash = {
		.path = path,
		.kind = report->verdict.kind,
		.headline = report->verdict.headline,
		.signature = report->signature.coarse,
		.host = own ? own : host,
		.source = source,
	};
	struct found found;
	size_t failed = 0;
	char *json = NULL;

	find_hooks(hooks, &found);
	if (has_any(&found)) {
		crash.json = json = json_of(report, &crash.json_size);
		failed = json ? run_found(hooks, &found, &crash) : found.n;
	}
	free(json);
	found_done(&found);
	return failed;
}
