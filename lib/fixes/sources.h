/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sources of fixes that a machine has, or that are given: finding, telling and reading them. */
#ifndef VMT_FIXES_SOURCES_H
#define VMT_FIXES_SOURCES_H

#include "base/root_files.h"
#include "fixes/source_draft.h"
#include "fixes/source_firmware.h"

struct source;

enum fix_source_kind {
	FIX_SOURCE_DEBIAN,    /* changelog of a Debian or Ubuntu package */
	FIX_SOURCE_RPM,	      /* output of `rpm -q --changelog` */
	FIX_SOURCE_GITLOG,    /* ChangeLog-X.Y.Z, or output of `git log` */
	FIX_SOURCE_RECORDS,   /* JSON, a fix in a line */
	FIX_SOURCE_VENDOR,    /* ChangeLog or release notes of a driver */
	FIX_SOURCE_WHENCE,    /* of linux-firmware: no fixes, see fix_source_firmware() */
	FIX_SOURCE_GIT,	      /* a clone of a repository */
	FIX_SOURCE_VULNS,     /* a clone of the CVE team's records */
	FIX_SOURCE_DKMS,      /* a driver's sources without any changelog: only its version */
	FIX_SOURCE_INSTALLED, /* an installed rpm package */
	FIX_SOURCE_RPM_FILE,
	FIX_SOURCE_DEB_FILE,
	FIX_SOURCE_KINDS
};

/* Strings may be NULL if not known. */
struct fix_source {
	enum fix_source_kind kind;
	/* Of FIX_SOURCE_INSTALLED the package: "kernel-core-5.14.0-611.el9.x86_64". */
	const char *path;
	const char *package;	    /* "linux-image-6.1.0-57-amd64"; of a driver its DKMS name */
	const char *version;	    /* the newest that it tells of */
	const char *const *modules; /* that a driver's sources build */
	size_t modules_n;
	uint64_t size;	     /* bytes; 0 of folders and packages */
	int64_t mtime_ns;    /* since 1970 */
	const char *state;   /* of a clone: what changes with it */
	struct source *open; /* of a pipe, which can be read only once; else NULL */
};

/* "Debian changelog", ...: static. */
const char *fix_source_kind_name(enum fix_source_kind kind);

/*
 * What a machine or a tree has: changelogs of its kernels' packages, the newest first, then of its
 * drivers' sources, then WHENCE. A kernel's version is listed once. What cannot be read is left
 * out. Clones are never looked for.
 */
int fix_sources_find(TALLOC_CTX *ctx, const struct root_files *root, struct fix_source **ret,
	size_t *n, struct vmt_err *err);

/* Chooses sources before they are read: only kind, path, size and time are known. */
struct fix_source_filter {
	bool (*wanted)(const struct fix_source *source, void *arg);
	void *arg;
	bool packages; /* those of rpm's database too, which is asked for them */
	bool drivers;  /* sources of drivers too */
	bool firmware; /* linux-firmware's list, whatever is wanted */
};

/* The same of those that are wanted, in any order and of any version. */
int fix_sources_find_wanted(TALLOC_CTX *ctx, const struct root_files *root,
	const struct fix_source_filter *filter, struct fix_source **ret, size_t *n,
	struct vmt_err *err);

/*
 * What a path that was given is, by its content: a file or a folder. VMT_ERR_FORMAT: nothing that
 * tells fixes.
 */
int fix_source_tell(TALLOC_CTX *ctx, const char *path, struct fix_source *ret, struct vmt_err *err);

/* Reads all of a source. root: that of fix_sources_find(), or NULL if fix_source_tell() told it. */
int fix_source_read(const struct root_files *root, const struct fix_source *source,
	struct fix_reading *r, struct vmt_err *err);

/* The same for WHENCE. */
int fix_source_firmware(const struct root_files *root, const struct fix_source *source,
	firmware_taker take, void *arg, struct vmt_err *err);

/*
 * The folder for indexes: /var/cache/vmtriage/fixes of root, else $XDG_CACHE_HOME/vmtriage/fixes or
 * ~/.cache/vmtriage/fixes. *ret NULL: there is none. It need not exist.
 */
int fix_cache_folder(TALLOC_CTX *ctx, char **ret, struct vmt_err *err);

/*
 * The name of the index of a source in that folder. It differs if kind, place, size, time or state
 * do. root_path: of the tree that the source is in; NULL: this machine.
 */
int fix_cache_name(TALLOC_CTX *ctx, const char *root_path, const struct fix_source *source,
	char **ret, struct vmt_err *err);

#endif
