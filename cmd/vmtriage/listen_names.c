// SPDX-License-Identifier: GPL-3.0-or-later
#include "listen_names.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "listen_store.h"

struct entry {
	char address[INET6_ADDRSTRLEN + 12];
	char name[LISTEN_NAME];
};

struct listen_names {
	struct entry *list; /* sorted by address */
	size_t n, room;
};

static int by_address(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->address, ((const struct entry *)b)->address);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

/* As the sender of a datagram is written: "2001:DB8:0::7" is "2001:db8::7". */
static bool normalize(const char *text, char *ret, size_t size)
{
	size_t n = strcspn(text, "%");
	unsigned char binary[16];
	char address[INET6_ADDRSTRLEN];
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;

	if (n >= sizeof(address))
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	if (inet_pton(family, address, binary) != 1 ||
		!inet_ntop(family, binary, address, sizeof(address)))
		return false;
	return (size_t)snprintf(ret, size, "%s%s", address, text + n) < size;
}

static bool is_address(const char *text)
{
	char ret[INET6_ADDRSTRLEN + 12];

	return normalize(text, ret, sizeof(ret));
}

/* False: complained about. */
static bool add(struct listen_names *names, const char *path, unsigned line, const char *address,
	const char *name)
{
	struct entry *e;

	if (names->n == names->room) {
		size_t room = names->room ? 2 * names->room : 64;
		struct entry *more = realloc(names->list, room * sizeof(*more));

		if (!more) {
			complain(path, "out of memory");
			return false;
		}
		names->list = more;
		names->room = room;
	}
	e = &names->list[names->n];
	if (!normalize(address, e->address, sizeof(e->address))) {
		complain(path, "line %u: %s is no address", line, address);
		return false;
	}
	if (!listen_store_is_name(name) || is_address(name)) {
		complain(path, "line %u: %s is no name for a host: letters, digits, '.', '_', '-'",
			line, name);
		return false;
	}
	snprintf(e->name, sizeof(e->name), "%s", name);
	names->n++;
	return true;
}

static bool read_line(struct listen_names *names, const char *path, unsigned n, char *line)
{
	char *rest = NULL, *address, *name;

	line[strcspn(line, "#\r\n")] = '\0';
	address = strtok_r(line, " \t", &rest);
	if (!address)
		return true;
	name = strtok_r(NULL, " \t", &rest);
	if (!name || strtok_r(NULL, " \t", &rest)) {
		complain(path, "line %u: not an address and a name", n);
		return false;
	}
	return add(names, path, n, address, name);
}

/* Two hosts in one folder could not be told apart. */
static bool check(struct listen_names *names, const char *path)
{
	int (*const orders[])(const void *, const void *) = {by_name, by_address};

	for (size_t o = 0; names->n && o < 2; o++) {
		qsort(names->list, names->n, sizeof(*names->list), orders[o]);
		for (size_t i = 1; i < names->n; i++)
			if (!orders[o](&names->list[i - 1], &names->list[i])) {
				complain(path, "%s is there twice",
					o ? names->list[i].address : names->list[i].name);
				return false;
			}
	}
	return true;
}

bool listen_names_read(const char *path, struct listen_names **ret)
{
	struct listen_names *names = calloc(1, sizeof(*names));
	FILE *f = path ? fopen(path, "re") : NULL;
	char line[512];
	bool good = true;

	*ret = names;
	if (!names || (path && !f)) {
		complain(path, "cannot be read: %s", names ? strerror(errno) : "out of memory");
		good = false;
	}
	for (unsigned n = 1; good && f && fgets(line, sizeof(line), f); n++)
		good = read_line(names, path, n, line);
	good = good && check(names, path);
	if (f)
		fclose(f);
	return good;
}

void listen_names_free(struct listen_names *names)
{
	if (names)
		free(names->list);
	free(names);
}

const char *listen_names_find(const struct listen_names *names, const char *address)
{
	struct entry key;
	const struct entry *e = NULL;

	snprintf(key.address, sizeof(key.address), "%s", address);
	if (names->n)
		e = bsearch(&key, names->list, names->n, sizeof(*names->list), by_address);
	return e ? e->name : NULL;
}
