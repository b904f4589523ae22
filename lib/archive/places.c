// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where services keep crashes: kdump (kdump.conf(5) of RHEL and Fedora, kdump-tools(5) of Debian,
 * kdump(5) of SUSE), systemd-pstore(8), the kernel's pstore, and ABRT.
 */
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

#include "base/alloc.h"
#include "base/array.h"
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

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The value of a setting without quotes and comment, cut out of the line; NULL: not this one. */
static char *read_value(char *line, const char *key, char separator)
{
	size_t len = strlen(key);
	char *p = line;

	while (is_blank(*p))
		p++;
	if (strncmp(p, key, len) != 0 || (separator == '=' ? p[len] != '=' : !is_blank(p[len])))
		return NULL;
	p += len + 1;
	while (is_blank(*p))
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

static int add(struct finder *f, const char *place)
{
	struct vmt_places *p = f->places;
	size_t len = strlen(place);
	char *path;
	const char ***list;
	size_t *n;

	while (len > 1 && place[len - 1] == '/')
		len--;
	path = talloc_asprintf(p, "%s%.*s", f->root, (int)len, place);
	if (!path)
		return VMT_ERR_NOMEM;
	if (is_listed(p->paths, p->n, path) || is_listed(p->missing, p->n_missing, path))
		return 0;
	list = is_there(path) ? &f->paths : &f->missing;
	n = list == &f->paths ? &p->n : &p->n_missing;
	const char **more = ARRAY_ROOM(p, *list, *n);
	if (!more)
		return VMT_ERR_NOMEM;
	*list = more;
	more[(*n)++] = path;
	p->paths = f->paths;
	p->missing = f->missing;
	return 0;
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
	for (size_t i = 0; i < ARRAY_SIZE(settings) && !rc; i++) {
		const char *place = read_setting(&f, i);

		rc = place ? add(&f, place) : 0;
	}
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
