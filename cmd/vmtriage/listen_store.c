// SPDX-License-Identifier: GPL-3.0-or-later
#include "listen_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "complain.h"
#include "listen_tree.h"

/* Logs that are open at once, if the system permits it, and what else needs descriptors. */
#define MOST_OPEN 8192
#define OTHER_FILES 128

/* Bytes of a log that wait to be written. */
#define PENDING (32 << 10)

/* What others need of the file system: a twentieth of it, but not more than this. */
#define SPARE ((uint64_t)256 << 20)

#define LOG_MODE 0640 /* logs hold secrets */
#define FOLDER_MODE 0750

struct listen_log {
	struct listen_store *store;
	struct listen_log *newer, *older; /* those that are open, by their use */
	struct listen_log *next_dirty;
	bool dirty;
	int fd; /* -1: closed */
	uint64_t size;
	size_t n;
	char *pending; /* of PENDING bytes */
	char name[LISTEN_NAME];
};

struct listen_store {
	int dir;
	char *path;
	struct listen_bounds bounds;
	struct listen_log *newest, *oldest, *dirty;
	unsigned n_open, most_open;
	_Atomic uint64_t bytes; /* in all files */
	atomic_bool full;	/* the bounds are reached: nothing is written */
	atomic_uint n_hosts;	/* folders */
	bool hosts_full;	/* too few can be dropped: not to be tried for each datagram */
	uint64_t lost;
	bool failing;		    /* the last write failed, which was complained about */
	atomic_bool crashes_failed; /* the same for folders of crashes */
};

/* ---- names -------------------------------------------------------------------------------- */

bool listen_store_is_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"0123456789._-");

	return n && !name[n] && n < LISTEN_NAME && *name != '.' && *name != '-';
}

void listen_store_name(const char *address, char name[LISTEN_NAME])
{
	size_t n = *address == ':'; /* "::7" */

	if (n)
		name[0] = '0';
	for (; *address && n < LISTEN_NAME - 1; address++)
		name[n++] = (char)(*address == ':' ? '-' : *address == '%' ? '_' : *address);
	name[n] = '\0';
}

void listen_store_beside(const char *path, const char *file, char *ret, size_t size)
{
	snprintf(ret, size, "%.*s%s", (int)(strlen(path) - strlen(LISTEN_LOG)), path, file);
}

/* ---- opening and closing ------------------------------------------------------------------ */

static bool make_folder(const char *path)
{
	char part[4096];
	size_t n = strlen(path);

	if (n >= sizeof(part)) {
		complain(path, "the path is too long");
		return false;
	}
	for (size_t i = 1; i <= n; i++) {
		if (path[i] && path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, FOLDER_MODE) && errno != EEXIST) {
			complain(part, "cannot be made: %s", strerror(errno));
			return false;
		}
	}
	return true;
}

/* -1: complained about. */
static int open_root(const char *path)
{
	int fd = -1;

	if (make_folder(path)) {
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			complain(path, "cannot be used: %s", strerror(errno));
	}
	return fd;
}

/* How many logs may be open. Raises the limit as far as that goes without privileges. */
static unsigned count_open(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return 1;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur <= OTHER_FILES)
		return 1;
	return files.rlim_cur - OTHER_FILES < MOST_OPEN ? (unsigned)files.rlim_cur - OTHER_FILES
							: MOST_OPEN;
}

struct listen_store *listen_store_open(const char *path, const struct listen_bounds *bounds)
{
	struct listen_store *s = calloc(1, sizeof(*s));
	uint64_t bytes = 0;
	unsigned hosts = 0;

	if (!s || !(s->path = strdup(path))) {
		complain(NULL, "out of memory");
		free(s);
		return NULL;
	}
	s->bounds = *bounds;
	s->most_open = count_open();
	s->dir = open_root(path);
	if (s->dir < 0) {
		free(s->path);
		free(s);
		return NULL;
	}
	listen_tree_measure(s->dir, &bytes, &hosts);
	s->bytes = bytes;
	s->n_hosts = hosts;
	listen_store_tidy(s);
	return s;
}

static void close_file(struct listen_log *l)
{
	struct listen_store *s = l->store;

	if (l->fd < 0)
		return;
	close(l->fd);
	l->fd = -1;
	*(l->newer ? &l->newer->older : &s->newest) = l->older;
	*(l->older ? &l->older->newer : &s->oldest) = l->newer;
	l->newer = l->older = NULL;
	s->n_open--;
}

static void link_open(struct listen_log *l)
{
	struct listen_store *s = l->store;

	l->newer = NULL;
	l->older = s->newest;
	*(s->newest ? &s->newest->newer : &s->oldest) = l;
	s->newest = l;
	s->n_open++;
}

/* Makes room for the folders of new hosts. */
static void drop_hosts(struct listen_store *s)
{
	unsigned n = s->n_hosts - s->bounds.hosts + s->bounds.hosts / 16 + 1, gone;

	while (s->oldest)
		close_file(s->oldest);
	gone = listen_tree_drop_hosts(s->dir, n, &s->bytes);
	s->n_hosts -= gone;
	s->hosts_full = gone < n;
}

static int open_folder(struct listen_store *s, const char *name)
{
	int fd = openat(s->dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	if (s->n_hosts >= s->bounds.hosts && !s->hosts_full)
		drop_hosts(s);
	if (s->n_hosts >= s->bounds.hosts) {
		errno = EDQUOT;
		return -1;
	}
	if (mkdirat(s->dir, name, FOLDER_MODE) && errno != EEXIST)
		return -1;
	s->n_hosts++;
	return openat(s->dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool open_file(struct listen_log *l)
{
	struct listen_store *s = l->store;
	struct stat st;
	int folder;

	if (l->fd >= 0)
		return true;
	if (s->n_open >= s->most_open)
		close_file(s->oldest);
	folder = open_folder(s, l->name);
	if (folder < 0)
		return false;
	l->fd = openat(folder, LISTEN_LOG,
		O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, LOG_MODE);
	close(folder);
	if (l->fd < 0)
		return false;
	l->size = fstat(l->fd, &st) || st.st_size < 0 ? 0 : (uint64_t)st.st_size;
	link_open(l);
	return true;
}

struct listen_log *listen_log_open(struct listen_store *s, const char *name)
{
	struct listen_log *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->store = s;
	l->fd = -1;
	snprintf(l->name, sizeof(l->name), "%s", name);
	return l;
}

const char *listen_log_name(const struct listen_log *l)
{
	return l->name;
}

/* ---- writing ------------------------------------------------------------------------------ */

/* netconsole.log becomes .1, .1 becomes .2, and the last one goes. */
static void rotate(struct listen_log *l)
{
	struct listen_store *s = l->store;
	int folder = open_folder(s, l->name);
	char from[40], to[40];
	struct stat st;

	close_file(l);
	if (folder < 0)
		return;
	for (unsigned i = s->bounds.files - 1; i < s->bounds.files; i--) {
		snprintf(from, sizeof(from), i ? LISTEN_LOG ".%u" : LISTEN_LOG, i);
		snprintf(to, sizeof(to), LISTEN_LOG ".%u", i + 1);
		if (i + 1 < s->bounds.files)
			(void)renameat(folder, from, folder, to);
		else if (!fstatat(folder, from, &st, AT_SYMLINK_NOFOLLOW) &&
			 !unlinkat(folder, from, 0))
			s->bytes -= (uint64_t)st.st_size;
	}
	close(folder);
}

static const char *reason(const struct listen_store *s, int why)
{
	if (s->full)
		return "the bound on all files is reached, or the disk is full";
	if (s->hosts_full && why == EDQUOT)
		return "there are as many hosts as are allowed (--hosts), and those with crashes "
		       "are kept";
	return strerror(why);
}

static void complain_once(struct listen_store *s, const char *name, int why)
{
	char path[4096 + LISTEN_NAME];

	if (s->failing)
		return;
	s->failing = true;
	snprintf(path, sizeof(path), "%s/%s", s->path, name);
	complain(path, "lines are lost until they can be written again: %s", reason(s, why));
}

/* All or nothing. */
static bool write_all(struct listen_log *l)
{
	ssize_t n;

	do
		n = write(l->fd, l->pending, l->n);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)l->n) {
		l->size += l->n;
		l->store->bytes += l->n;
		return true;
	}
	if (n >= 0) {
		(void)!ftruncate(l->fd, (off_t)l->size);
		errno = ENOSPC;
	}
	return false;
}

static void write_pending(struct listen_log *l)
{
	struct listen_store *s = l->store;

	if (!l->n)
		return;
	errno = EDQUOT;
	if (!s->full && open_file(l) && l->size && l->size + l->n > s->bounds.file)
		rotate(l);
	if (s->full || !open_file(l) || !write_all(l)) {
		complain_once(s, l->name, errno);
		s->lost += l->n;
		close_file(l); /* its folder may be gone */
	} else if (s->failing) {
		s->failing = false;
		complain(s->path, "lines are written again; %llu bytes were lost so far",
			(unsigned long long)s->lost);
	}
	l->n = 0;
}

void listen_log_add(struct listen_log *l, const char *lines, size_t len)
{
	struct listen_store *s = l->store;

	if (len > PENDING - l->n)
		write_pending(l);
	if (!l->pending)
		l->pending = malloc(PENDING);
	while (l->pending && len) {
		size_t n = len < PENDING - l->n ? len : PENDING - l->n;

		memcpy(l->pending + l->n, lines, n);
		l->n += n;
		lines += n;
		len -= n;
		if (len)
			write_pending(l);
	}
	if (!l->dirty) {
		l->dirty = true;
		l->next_dirty = s->dirty;
		s->dirty = l;
	}
}

/* Buffers are kept only by those that write much. */
void listen_store_flush(struct listen_store *s)
{
	while (s->dirty) {
		struct listen_log *l = s->dirty;

		s->dirty = l->next_dirty;
		l->dirty = false;
		write_pending(l);
		free(l->pending);
		l->pending = NULL;
	}
}

bool listen_store_waits(const struct listen_store *s)
{
	return s->dirty != NULL;
}

void listen_log_close(struct listen_log *l)
{
	if (!l)
		return;
	if (l->dirty)
		listen_store_flush(l->store);
	close_file(l);
	free(l->pending);
	free(l);
}

void listen_store_reopen(struct listen_store *s)
{
	listen_store_flush(s);
	while (s->oldest)
		close_file(s->oldest);
}

void listen_store_close(struct listen_store *s)
{
	listen_store_reopen(s);
	close(s->dir);
	free(s->path);
	free(s);
}

/* ---- bounds ------------------------------------------------------------------------------- */

/* Bytes that the file system lacks of what is left for others. */
static uint64_t too_little_left(const struct listen_store *s)
{
	struct statvfs fs;
	uint64_t left, spare;

	if (fstatvfs(s->dir, &fs))
		return 0;
	left = (uint64_t)fs.f_bavail * fs.f_frsize;
	spare = (uint64_t)fs.f_blocks / 20 * fs.f_frsize;
	spare = spare < SPARE ? spare : SPARE;
	if (fs.f_files && fs.f_favail < fs.f_files / 20)
		return spare; /* no room for more files */
	return left < spare ? spare - left : 0;
}

void listen_store_tidy(struct listen_store *s)
{
	uint64_t lack = too_little_left(s), over = 0, bytes = 0;
	unsigned hosts = 0;

	s->hosts_full = false;
	if (s->bytes > s->bounds.all)
		over = s->bytes - s->bounds.all / 10 * 9;
	if (over < lack)
		over = lack;
	if (!over) {
		s->full = false;
		return;
	}
	listen_store_reopen(s);
	listen_tree_drop_logs(s->dir, over);
	listen_tree_measure(s->dir, &bytes, &hosts);
	s->bytes = bytes;
	s->n_hosts = hosts;
	s->full = s->bytes > s->bounds.all || too_little_left(s);
}

/* ---- crashes ------------------------------------------------------------------------------ */

void listen_store_grew(struct listen_store *s, uint64_t bytes)
{
	s->bytes += bytes;
}

static bool refuse(struct listen_store *s, const char *name, const char *why)
{
	if (!atomic_exchange(&s->crashes_failed, true))
		complain(name, "the log of a crash cannot be kept: %s", why);
	return false;
}

/* The folder of a crash: TIME, or TIME.2 and so on. -1: there is none. */
static int make_crash_folder(int host, int64_t now, char name[48])
{
	time_t t = (time_t)(now / 1000000000);
	struct tm tm;
	char date[24];

	if (!gmtime_r(&t, &tm))
		return -1;
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	for (unsigned i = 1; i < 100; i++) {
		snprintf(name, 48, i > 1 ? "%s.%u" : "%s", date, i);
		if (!mkdirat(host, name, FOLDER_MODE))
			return openat(host, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

static bool write_file(int folder, const char *name, const char *text, size_t len)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, LOG_MODE);
	size_t at = 0;

	while (fd >= 0 && at < len) {
		ssize_t n = write(fd, text + at, len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		at += (size_t)n;
	}
	if (fd >= 0 && (close(fd) || at < len)) {
		unlinkat(folder, name, 0);
		return false;
	}
	return fd >= 0;
}

bool listen_store_crash(struct listen_store *s, const char *name, int64_t now, const char *log,
	size_t len, char path[LISTEN_PATH])
{
	char folder[48];
	int host, crash;
	bool good;

	if (s->full)
		return refuse(s, name, "the bound on all files is reached, or the disk is full");
	/* Also of a host more than are allowed: its crash is what this is for. */
	if (!mkdirat(s->dir, name, FOLDER_MODE))
		s->n_hosts++;
	else if (errno != EEXIST)
		return refuse(s, name, strerror(errno));
	host = openat(s->dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (host < 0)
		return refuse(s, name, strerror(errno));
	if (listen_tree_count_folders(host) >= s->bounds.crashes) {
		close(host);
		return refuse(s, name, "the host has as many as are allowed (--crashes)");
	}
	crash = make_crash_folder(host, now, folder);
	good = crash >= 0 && write_file(crash, LISTEN_LOG, log, len);
	if (!good)
		refuse(s, name, strerror(errno));
	if (crash >= 0) {
		if (!good)
			unlinkat(host, folder, AT_REMOVEDIR);
		close(crash);
	}
	close(host);
	if (good) {
		s->crashes_failed = false;
		s->bytes += len;
		snprintf(path, LISTEN_PATH, "%s/%s/%s/%s", s->path, name, folder, LISTEN_LOG);
	}
	return good;
}
