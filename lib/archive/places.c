// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where services keep crashes: kdump (kdump.conf(5) of RHEL and Fedora, kdump-tools(5) of Debian,
 * kdump(5) of SUSE), systemd-pstore(8), the kernel's pstore, and ABRT.
 */
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/ascii.h"
#include "base/options.h"

static const struct {
	const char *file, *key;
	char separator; /* after the key */
} settings[] = {
	{"/etc/kdump.conf", "path", ' '},
	{"/etc/default/kdump-tools", "KDUMP_COREDIR", '='},
	{"/etc/sysconfig/kdump", "KDUMP_SAVEDIR", '='},
};

static const char *const usual[] = {
	"/var/crash",
	"/var/lib/systemd/pstore",
	"/sys/fs/pstore",
	"/var/spool/abrt",
};

#define MAX_LINES 10000 /* of a configuration file */

struct finder {
	const char *root; /* "" or a prefix */
	struct vmt_places *places;
	const char **paths, **missing;
};

/* The value of a setting without quotes and comment, cut out of the line; NULL: not this one. */
static char *read_value(char *line, const char *key, char separator)
{
	size_t len = strlen(key);
	char *p = line;

	while (ascii_is_blank(*p))
		p++;
	if (strncmp(p, key, len) != 0 ||
		(separator == '=' ? p[len] != '=' : !ascii_is_blank(p[len])))
		return NULL;
	p += len + 1;
	while (ascii_is_blank(*p))
		p++;
	if (*p == '"' || *p == '\'') {
		p[1 + strcspn(p + 1, *p == '"' ? "\"\n" : "'\n")] = '\0';
		return p + 1;
	}
	p[strcspn(p, " \t\r\n#")] = '\0';
	return p;
}

/* A folder of this machine: SUSE also has URLs. A path must not leave the root. */
static const char *local_path(const char *value)
{
	static const char file[] = "file://";

	if (!strncmp(value, file, sizeof(file) - 1))
		value += sizeof(file) - 1;
	return value[0] == '/' && value[1] && !strstr(value, "..") && !strpbrk(value, "$`") ? value
											    : NULL;
}

/* The last setting in a file counts. */
static char *read_setting(struct finder *f, size_t i)
{
	char *path = talloc_asprintf(f->places, "%s%s", f->root, settings[i].file), line[4096];
	FILE *in = path ? fopen(path, "re") : NULL;
	char *found = NULL;

	for (size_t n = 0; in && n < MAX_LINES && fgets(line, sizeof(line), in); n++) {
		char *value = read_value(line, settings[i].key, settings[i].separator);
		const char *local = value ? local_path(value) : NULL;

		if (value) {
			talloc_free(found);
			found = local ? talloc_strdup(f->places, local) : NULL;
		}
	}
	if (in)
		fclose(in);
	talloc_free(path);
	return found;
}

/* ---- kdump.conf's target ------------------------------------------------------------------ */

/* Keys of what the capture kernel mounts, or sends the dump to. "path" is below it. */
static const char *const targets[] = {
	"ext2", "ext3", "ext4", "xfs", "btrfs", "minix", "nfs", "virtiofs", "ssh"};

/* NULL: the dump goes to the root file system. */
static char *read_target(struct finder *f)
{
	char *path = talloc_asprintf(f->places, "%s/etc/kdump.conf", f->root), line[4096];
	FILE *in = path ? fopen(path, "re") : NULL;
	char *found = NULL;

	for (size_t n = 0; in && n < MAX_LINES && fgets(line, sizeof(line), in); n++) {
		const char *value = NULL;

		for (size_t i = 0; i < ARRAY_SIZE(targets) && !value; i++)
			value = read_value(line, targets[i], ' ');
		if (value && *value) {
			talloc_free(found);
			found = talloc_strdup(f->places, value);
		}
	}
	if (in)
		fclose(in);
	talloc_free(path);
	return found;
}

/* The device that a target names, as fstab(5) does: "UUID=...". */
static bool resolve(const struct finder *f, const char *target, char *buf)
{
	static const struct {
		const char *tag, *folder;
	} tags[] = {
		{"UUID=", "by-uuid"},
		{"LABEL=", "by-label"},
		{"PARTUUID=", "by-partuuid"},
		{"PARTLABEL=", "by-partlabel"},
	};
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", *target == '/' ? f->root : "", target);
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++)
		if (!strncmp(target, tags[i].tag, strlen(tags[i].tag)))
			snprintf(path, sizeof(path), "%s/dev/disk/%s/%s", f->root, tags[i].folder,
				target + strlen(tags[i].tag));
	return realpath(path, buf) != NULL;
}

static bool is_device(const struct finder *f, const char *target, const char *mounted)
{
	char a[PATH_MAX], b[PATH_MAX];

	if (!strcmp(target, mounted))
		return true;
	return resolve(f, target, a) && resolve(f, mounted, b) && !strcmp(a, b);
}

/* "\040" is a blank. */
static void unescape(char *text)
{
	char *to = text;

	for (const char *p = text; *p; p++) {
		unsigned value;

		if (*p == '\\' && sscanf(p + 1, "%3o", &value) == 1) {
			*to++ = (char)value;
			p += 3;
		} else {
			*to++ = *p;
		}
	}
	*to = '\0';
}

/* Where the target is mounted now; NULL: nowhere. */
static char *find_mount(struct finder *f, const char *target)
{
	char *path = talloc_asprintf(f->places, "%s/proc/mounts", f->root), line[8192];
	FILE *in = path ? fopen(path, "re") : NULL;
	char *found = NULL;

	for (size_t n = 0; in && !found && n < MAX_LINES && fgets(line, sizeof(line), in); n++) {
		char device[4096], folder[4096];

		if (sscanf(line, "%4095s %4095s", device, folder) != 2)
			continue;
		unescape(device);
		unescape(folder);
		if (is_device(f, target, device))
			found = talloc_strdup(f->places, folder);
	}
	if (in)
		fclose(in);
	talloc_free(path);
	return found;
}

/* /sys/kernel/kexec_crash_loaded: "0" or "1"; kernels that cannot load one do not have it. */
static bool lacks_capture_kernel(struct finder *f)
{
	char *path = talloc_asprintf(f->places, "%s/sys/kernel/kexec_crash_loaded", f->root);
	FILE *in = path ? fopen(path, "re") : NULL;
	bool lacks = in && fgetc(in) == '0';

	if (in)
		fclose(in);
	talloc_free(path);
	return lacks;
}

static bool is_listed(const char *const *paths, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(paths[i], path) == 0)
			return true;
	return false;
}

/* Where pstore is not mounted, its mount point is an empty folder of sysfs. */
static bool is_there(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type != SYSFS_MAGIC;
}

static int put(struct finder *f, bool there, const char *path)
{
	struct vmt_places *p = f->places;
	const char ***list = there ? &f->paths : &f->missing;
	size_t *n = there ? &p->n : &p->n_missing;

	if (is_listed(p->paths, p->n, path) || is_listed(p->missing, p->n_missing, path))
		return 0;
	const char **more = ARRAY_ROOM(p, *list, *n);
	if (!more)
		return VMT_ERR_NOMEM;
	*list = more;
	more[(*n)++] = path;
	p->paths = f->paths;
	p->missing = f->missing;
	return 0;
}

static int add(struct finder *f, const char *place)
{
	size_t len = strlen(place);
	char *path;

	while (len > 1 && place[len - 1] == '/')
		len--;
	path = talloc_asprintf(f->places, "%s%.*s", f->root, (int)len, place);
	return path ? put(f, is_there(path), path) : VMT_ERR_NOMEM;
}

/* kdump.conf's path, below its target: "HOST:/PATH" or "DEVICE:/PATH" where that is not here. */
static int add_target(struct finder *f, const char *target, const char *path)
{
	const char *folder = find_mount(f, target);
	char *place;

	if (!folder) {
		place = talloc_asprintf(f->places, "%s:%s", target, path);
		return place ? put(f, false, place) : VMT_ERR_NOMEM;
	}
	place = talloc_asprintf(f->places, "%s%s", strcmp(folder, "/") != 0 ? folder : "", path);
	return place ? add(f, place) : VMT_ERR_NOMEM;
}

static int add_settings(struct finder *f)
{
	const char *target = read_target(f);
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(settings) && !rc; i++) {
		const char *place = read_setting(f, i);

		if (target && i == 0)
			rc = add_target(f, target, place ? place : usual[0]);
		else if (place)
			rc = add(f, place);
	}
	return rc;
}

int vmt_find_places(const struct vmt_options *opts, struct vmt_places **ret, struct vmt_err *err)
{
	struct vmt_options own;
	struct finder f = {.root = ""};
	int rc = options_read(&own, opts, err);

	if (rc)
		return rc;
	if (own.sysroot)
		f.root = own.sysroot;
	f.places = talloc_zero(NULL, struct vmt_places);
	rc = f.places ? 0 : VMT_ERR_NOMEM;
	if (!rc)
		rc = add_settings(&f);
	for (size_t i = 0; i < ARRAY_SIZE(usual) && !rc; i++)
		rc = add(&f, usual[i]);
	if (rc) {
		talloc_free(f.places);
		return err_nomem(err);
	}
	f.places->no_capture_kernel = lacks_capture_kernel(&f);
	*ret = f.places;
	return 0;
}

void vmt_places_free(struct vmt_places *places)
{
	talloc_free(places);
}
