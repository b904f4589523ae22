// SPDX-License-Identifier: GPL-3.0-or-later
#include "names0.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "vmtriage.h"

static bool make_room(struct names0 *names)
{
	size_t room = names->room ? 2 * names->room : 64;
	char **more;

	if (names->n < names->room)
		return true;
	more = reallocarray(names->items, room, sizeof(*more));
	if (!more)
		return false;
	names->items = more;
	names->room = room;
	return true;
}

bool names0_add(struct names0 *names, const char *name)
{
	char shown[512];

	/* No URL is read here, and whatever tells of it must not show a password. */
	if (vmt_url_name(name, shown, sizeof(shown)))
		name = shown;
	if (!make_room(names) || asprintf(&names->items[names->n], "%s", name) < 0) {
		complain(NULL, "out of memory");
		return false;
	}
	names->n++;
	return true;
}

static bool read_from(struct names0 *names, const char *path, FILE *in)
{
	char *name = NULL;
	size_t room = 0;
	bool good = true;

	while (good && getdelim(&name, &room, '\0', in) > 0)
		good = !*name || names0_add(names, name);
	if (good && ferror(in)) {
		complain(path, "cannot read: %s", strerror(errno));
		good = false;
	}
	free(name);
	return good;
}

bool names0_read(struct names0 *names, const char *path)
{
	bool standard = strcmp(path, "-") == 0, good;
	FILE *in = standard ? stdin : fopen(path, "re");

	if (!in) {
		complain(path, "cannot read: %s", strerror(errno));
		return false;
	}
	good = read_from(names, standard ? "standard input" : path, in);
	if (!standard)
		fclose(in);
	return good;
}

void names0_done(struct names0 *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->items[i]);
	free(names->items);
	*names = (struct names0){0};
}
