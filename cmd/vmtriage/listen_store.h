/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of vmtriage listen:
 *   DIR/HOST/netconsole.log, netconsole.log.1, ...    what the host sends, rotated
 *   DIR/HOST/TIME/netconsole.log, vmtriage.txt, .json a crash: it is never rotated away
 * HOST is made from the address, or from the file of names, and never from what was sent.
 */
#ifndef VMTRIAGE_LISTEN_STORE_H
#define VMTRIAGE_LISTEN_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define LISTEN_NAME 72	 /* bytes of a host's folder */
#define LISTEN_PATH 4608 /* bytes of the path of a crash's log */
#define LISTEN_LOG "netconsole.log"

struct listen_bounds {
	uint64_t file;	  /* bytes of a log before it is rotated */
	unsigned files;	  /* logs of a host, with the one that is written */
	uint64_t all;	  /* bytes of everything */
	unsigned hosts;	  /* folders */
	unsigned crashes; /* that are kept of a host */
};

/* Use it in one thread, but for what says otherwise. */
struct listen_store;

/* The log of a host that is being written. */
struct listen_log;

/* Makes the folder if it is not there. NULL: complained about. */
struct listen_store *listen_store_open(const char *path, const struct listen_bounds *bounds);

/* Writes all, and closes it. Logs must be closed before. */
void listen_store_close(struct listen_store *s);

/* name: checked with listen_store_is_name(). NULL: no memory. */
struct listen_log *listen_log_open(struct listen_store *s, const char *name);
void listen_log_close(struct listen_log *l);
const char *listen_log_name(const struct listen_log *l);

/* Takes complete lines. They are written when there are many, or by listen_store_flush(). */
void listen_log_add(struct listen_log *l, const char *lines, size_t len);
void listen_store_flush(struct listen_store *s);

/* Whether lines wait for it. */
bool listen_store_waits(const struct listen_store *s);

/* Closes the files, so that the next lines go to new ones if they were moved away. */
void listen_store_reopen(struct listen_store *s);

/* Keeps the bounds. Call it every few seconds. */
void listen_store_tidy(struct listen_store *s);

/* ---- in any thread ------------------------------------------------------------------------- */

/* Whether a host's folder may have this name. */
bool listen_store_is_name(const char *name);

/* "2001-db8--7": the folder of an address. */
void listen_store_name(const char *address, char name[LISTEN_NAME]);

/*
 * Makes a folder for a crash of a host and writes its log there. path: that of the log. False:
 * there is no room, which was complained about, or it has its number of crashes.
 */
bool listen_store_crash(struct listen_store *s, const char *name, int64_t now, const char *log,
	size_t len, char path[LISTEN_PATH]);

/* The same file in the folder of a crash: path ends with LISTEN_LOG. */
void listen_store_beside(const char *path, const char *file, char *ret, size_t size);

/* Accounts for files that were made in the folder of a crash. */
void listen_store_grew(struct listen_store *s, uint64_t bytes);

#endif
