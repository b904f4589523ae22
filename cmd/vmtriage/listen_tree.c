// SPDX-License-Identifier: GPL-3.0-or-later
#include "listen_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "listen_store.h"

/* A log, or a host. */
struct item {
	char host[LISTEN_NAME];
	char file[32]; /* of a log */
	uint64_t bytes;
	int64_t time; /* of the last change */
	bool rotated;
};

struct items {
	struct item *list;
	size_t n, room;
};

static struct item *add(struct items *items)
{
	if (items->n == items->room) {
		size_t room = items->room ? 2 * items->room : 256;
		struct item *more = realloc(items->list, room * sizeof(*more));

		if (!more)
			return NULL;
		items->list = more;
		items->room = room;
	}
	return memset(&items->list[items->n++], 0, sizeof(struct item));
}

/* A name whose length was checked. */
static void put(char *to, size_t size, const char *name)
{
	size_t n = strnlen(name, size - 1);

	memcpy(to, name, n);
	to[n] = '\0';
}

static int open_below(int dir, const char *name)
{
	return openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* fd is taken over. */
static DIR *list_of(int fd)
{
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	return d;
}

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

static DIR *list_again(int dir)
{
	return list_of(open_below(dir, "."));
}

/* Files directly in a folder. */
static uint64_t files_of(int fd)
{
	const struct dirent *e;
	DIR *d = list_of(fd);
	uint64_t bytes = 0;
	struct stat st;

	while (d && (e = readdir(d)))
		if (!fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode))
			bytes += (uint64_t)st.st_size;
	if (d)
		closedir(d);
	return bytes;
}

static bool is_log(const char *name, bool *rotated)
{
	size_t n = sizeof(LISTEN_LOG) - 1;

	if (strncmp(name, LISTEN_LOG, n) != 0)
		return false;
	*rotated = name[n] == '.';
	return !name[n] ||
	       (name[n] == '.' && name[n + 1] && !name[n + 1 + strspn(name + n + 1, "0123456789")]);
}

static void take_log(struct items *logs, const char *host, const char *file, const struct stat *st)
{
	struct item *log;
	bool rotated;

	if (!logs || !is_log(file, &rotated) || strlen(file) >= sizeof(log->file) ||
		!(log = add(logs)))
		return;
	put(log->host, sizeof(log->host), host);
	put(log->file, sizeof(log->file), file);
	log->bytes = (uint64_t)st->st_size;
	log->time = st->st_mtim.tv_sec;
	log->rotated = rotated;
}

/* What a host has. Returns the number of its crashes. */
static unsigned look_at_host(int dir, const char *name, struct item *host, struct items *logs)
{
	const struct dirent *e;
	DIR *d = list_of(open_below(dir, name));
	unsigned folders = 0;
	struct stat st;

	while (d && (e = readdir(d))) {
		if (is_dots(e->d_name) || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		if (S_ISDIR(st.st_mode)) {
			host->bytes += files_of(open_below(dirfd(d), e->d_name));
			folders++;
			continue;
		}
		host->bytes += (uint64_t)st.st_size;
		if (st.st_mtim.tv_sec > host->time)
			host->time = st.st_mtim.tv_sec;
		take_log(logs, name, e->d_name, &st);
	}
	if (d)
		closedir(d);
	return folders;
}

/* Either list may be NULL. hosts: those without a crash. */
static void look(int dir, struct items *hosts, struct items *logs, uint64_t *bytes, unsigned *n)
{
	const struct dirent *e;
	DIR *d = list_again(dir);
	struct stat st;

	while (d && (e = readdir(d))) {
		struct item host = {0}, *to;
		unsigned crashes;

		if (is_dots(e->d_name) || !listen_store_is_name(e->d_name) ||
			fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISDIR(st.st_mode))
			continue;
		crashes = look_at_host(dir, e->d_name, &host, logs);
		*bytes += host.bytes;
		*n += 1;
		if (hosts && !crashes && (to = add(hosts))) {
			*to = host;
			put(to->host, sizeof(to->host), e->d_name);
		}
	}
	if (d)
		closedir(d);
}

void listen_tree_measure(int dir, uint64_t *bytes, unsigned *hosts)
{
	*bytes = 0;
	*hosts = 0;
	look(dir, NULL, NULL, bytes, hosts);
}

static int oldest_first(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->rotated != y->rotated)
		return y->rotated - x->rotated;
	return (x->time > y->time) - (x->time < y->time);
}

static void sort(struct items *items)
{
	if (items->n)
		qsort(items->list, items->n, sizeof(*items->list), oldest_first);
}

static bool remove_file(int dir, const char *host, const char *file)
{
	int fd = open_below(dir, host);
	bool gone = fd >= 0 && !unlinkat(fd, file, 0);

	if (fd >= 0)
		close(fd);
	return gone;
}

void listen_tree_drop_logs(int dir, uint64_t bytes)
{
	struct items logs = {0};
	uint64_t all = 0, gone = 0;
	unsigned hosts = 0;

	look(dir, NULL, &logs, &all, &hosts);
	sort(&logs);
	for (size_t i = 0; i < logs.n && gone < bytes; i++)
		if (remove_file(dir, logs.list[i].host, logs.list[i].file))
			gone += logs.list[i].bytes;
	free(logs.list);
}

/* Only our own files: a folder with anything else stays. */
static bool remove_host(int dir, const char *host)
{
	const struct dirent *e;
	DIR *d = list_of(open_below(dir, host));
	bool rotated;

	while (d && (e = readdir(d)))
		if (is_log(e->d_name, &rotated))
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	return !unlinkat(dir, host, AT_REMOVEDIR);
}

unsigned listen_tree_drop_hosts(int dir, unsigned n, _Atomic uint64_t *bytes)
{
	struct items hosts = {0};
	uint64_t all = 0;
	unsigned n_all = 0, gone = 0;

	look(dir, &hosts, NULL, &all, &n_all);
	sort(&hosts);
	for (size_t i = 0; i < hosts.n && gone < n; i++)
		if (remove_host(dir, hosts.list[i].host)) {
			*bytes -= hosts.list[i].bytes;
			gone++;
		}
	free(hosts.list);
	return gone;
}

unsigned listen_tree_count_folders(int host)
{
	const struct dirent *e;
	DIR *d = list_again(host);
	unsigned n = 0;
	struct stat st;

	while (d && (e = readdir(d)))
		n += !is_dots(e->d_name) && !fstatat(host, e->d_name, &st, AT_SYMLINK_NOFOLLOW) &&
		     S_ISDIR(st.st_mode);
	if (d)
		closedir(d);
	return n;
}
