// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Whether a crash is of the machine whose files are read: by its host name, by the folder that it
 * lies in, or by its hardware and a kernel that is installed.
 */
#include "archive/timeline.h"

#include <string.h>
#include <sys/stat.h>

#include "archive/machine_read.h"
#include "base/array.h"
#include "base/host_name.h"

/* A folder where the machine's own services keep crashes. */
static bool is_kept_here(const struct machine_files *m, const char *path)
{
	static const char *const places[] = {
		"/var/crash/", "/var/lib/systemd/pstore/", "/sys/fs/pstore/", "/var/spool/abrt/"};
	size_t n = strlen(m->root);

	if (!path || strncmp(path, m->root, n) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (strncmp(path + n, places[i], strlen(places[i])) == 0)
			return true;
	return false;
}

static char *dmi(const struct machine_files *m, const char *name)
{
	char *path = talloc_asprintf(m->ctx, "%s/sys/class/dmi/id/%s", m->root, name);
	struct machine_text t;

	if (!path || machine_read(m->ctx, path, &t, NULL) != 1)
		return NULL;
	t.bytes[strcspn(t.bytes, "\n")] = '\0';
	return *t.bytes ? t.bytes : NULL;
}

/* As the kernel prints it: "Hardware name: VENDOR PRODUCT/BOARD, BIOS ..." */
static char *hardware_of(const struct machine_files *m)
{
	char *vendor = dmi(m, "sys_vendor"), *product = dmi(m, "product_name");

	return vendor && product ? talloc_asprintf(m->ctx, "%s %s", vendor, product) : NULL;
}

static bool is_installed(const struct machine_files *m, const char *release)
{
	static const char *const places[] = {
		"/lib/modules/", "/usr/lib/modules/", "/boot/vmlinuz-"};
	struct stat st;

	for (size_t i = 0; release && !strchr(release, '/') && i < ARRAY_SIZE(places); i++) {
		char *path = talloc_asprintf(m->ctx, "%s%s%s", m->root, places[i], release);

		if (path && stat(path, &st) == 0)
			return true;
	}
	return false;
}

/* Blanks are not compared: the kernel prints one between the parts, and firmware has more. */
static bool begins(const char *text, const char *start)
{
	for (; *start; start++) {
		if (*start == ' ')
			continue;
		while (*text == ' ')
			text++;
		if (*text++ != *start)
			return false;
	}
	return true;
}

const char *const timeline_ways[TIMELINE_WAYS] = {
	[WAY_HOST] = "host name",
	[WAY_FOLDER] = "folder",
	[WAY_HARDWARE] = "hardware and kernel",
};

static enum timeline_owner is_this(enum timeline_way way, const char **how)
{
	*how = timeline_ways[way];
	return OWNER_THIS;
}

enum timeline_owner timeline_owner(
	const struct machine_files *m, const struct vmt_list_entry *e, const char **how)
{
	const struct vmt_report *r = e->report;
	const char *host = host_name_is_own(r->machine.hostname) ? r->machine.hostname : NULL;
	const char *own = host_name_is_own(m->host) ? m->host : NULL;
	char *hardware;

	*how = NULL;
	if (host && own)
		return host_name_is_same(own, host) ? is_this(WAY_HOST, how) : OWNER_OTHER;
	if (is_kept_here(m, e->path))
		return is_this(WAY_FOLDER, how);
	hardware = r->machine.hardware ? hardware_of(m) : NULL;
	if (!hardware)
		return OWNER_UNKNOWN;
	if (!begins(r->machine.hardware, hardware))
		return OWNER_OTHER;
	return is_installed(m, r->kernel.release) ? is_this(WAY_HARDWARE, how) : OWNER_UNKNOWN;
}
