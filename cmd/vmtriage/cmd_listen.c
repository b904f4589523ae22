// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "commands.h"
#include "common.h"
#include "complain.h"
#include "hooks.h"
#include "listen_judge.h"
#include "listen_names.h"
#include "listen_socket.h"
#include "listen_store.h"
#include "notify.h"

/* Where the logs of the system's listener are, below the folder of all that is kept. */
#define SYSTEM "/var/lib/vmtriage/netconsole"

#define SECOND ((int64_t)1000000000)

/* While something waits for a time-out, and else. */
#define SHORT_MS 50
#define LONG_MS 500
#define LAST_MS 2000 /* after the end */

/* How often bounds are looked after, and lines are written: if nothing else is to do, and else. */
#define TIDY (10 * SECOND)
#define WRITE_IDLE (SECOND / 20)
#define WRITE_BUSY (SECOND / 2)

/* Less than this is full in a moment. */
#define SMALL_BUFFER (4 << 20)

struct listen_opts {
	struct common common;
	const char *directory, *names, *hooks;
	unsigned silence, hosts, file_size, files, space, crashes;
};

static const struct opt opts[] = {
	{"directory", 0, OPT_FILE, "DIR", offsetof(struct listen_opts, directory),
		"where logs and crashes are kept; default: in the\n"
		"state folder"},
	{"names", 0, OPT_FILE, "FILE", offsetof(struct listen_opts, names),
		"names of hosts: lines \"ADDRESS NAME\""},
	{"silence", 0, OPT_NUMBER, "SECONDS", offsetof(struct listen_opts, silence),
		"a crash report is complete if the host says nothing\n"
		"more for so long; default: 10",
		.min = 1, .max = 3600},
	{"hooks", 0, OPT_FILE, "DIR", offsetof(struct listen_opts, hooks),
		"programs to run for each crash; default: those in\n"
		"/etc/vmtriage/crash.d and /usr/lib/vmtriage/crash.d"},
	{"hosts", 0, OPT_NUMBER, "N", offsetof(struct listen_opts, hosts),
		"at most N hosts; the one not heard for longest is\n"
		"dropped for a new one; default: 4096",
		.min = 1, .max = 1000000},
	{"file-size", 0, OPT_NUMBER, "KIB", offsetof(struct listen_opts, file_size),
		"size at which a log is rotated; default: 4096", .min = 4, .max = 4194304},
	{"files", 0, OPT_NUMBER, "N", offsetof(struct listen_opts, files),
		"logs of a host that are kept; default: 8", .min = 1, .max = 1000},
	{"space", 0, OPT_NUMBER, "MIB", offsetof(struct listen_opts, space),
		"size of everything that is kept; default: 4096", .min = 1, .max = 1073741824},
	{"crashes", 0, OPT_NUMBER, "N", offsetof(struct listen_opts, crashes),
		"crashes of a host that are kept; default: 100", .min = 1, .max = 100000},
	{0},
};

struct listener {
	const struct listen_opts *opts;
	struct listen_names *names;
	struct listen_store *store;
	struct listen_judge *judge;
	struct listen_sockets sockets;
	struct listen_reader *reader;
	struct vmt_netconsole *netconsole;
	uint64_t datagrams, refused;
	uint64_t dropped; /* that were reported */
	int64_t written, tidied, told;
};

static volatile sig_atomic_t ended, reopen;

static void on_end(int signal_no)
{
	(void)signal_no;
	ended = 1;
}

static void on_reopen(int signal_no)
{
	(void)signal_no;
	reopen = 1;
}

/* ---- hosts -------------------------------------------------------------------------------- */

static struct listen_log *log_of(struct listener *l, struct vmt_netconsole_host *host)
{
	const char *given = listen_names_find(l->names, host->address);
	char name[LISTEN_NAME];

	if (!host->own) {
		listen_store_name(host->address, name);
		host->own = listen_log_open(l->store, given ? given : name);
	}
	return host->own;
}

static void take_lines(void *arg, struct vmt_netconsole_host *host, const char *text, size_t len)
{
	struct listen_log *log = log_of(arg, host);

	if (log)
		listen_log_add(log, text, len);
}

static void take_event(void *arg, struct vmt_netconsole_host *host, enum vmt_heard what,
	const char *log, size_t len, int64_t now)
{
	struct listener *l = arg;
	struct listen_log *own = host->own;

	if (what == VMT_HEARD_FORGOTTEN) {
		listen_log_close(own);
		host->own = NULL;
	} else if (what != VMT_HEARD_BOOT && (own = log_of(l, host))) {
		const struct listen_event event = {host, listen_log_name(own), what, log, len, now};

		listen_judge_add(l->judge, &event);
	}
}

/* ---- the loop ----------------------------------------------------------------------------- */

static void take_batch(struct listener *l, struct listen_batch *b)
{
	for (unsigned i = 0; i < b->n; i++) {
		l->datagrams++;
		if (!vmt_netconsole_take(l->netconsole, b->from[i].address, b->from[i].scope,
			    b->data[i], b->from[i].len, b->now))
			l->refused++;
	}
	listen_reader_give(l->reader, b);
}

static bool is_due(int64_t *last, int64_t interval, int64_t now)
{
	if (now >= *last && now - *last < interval)
		return false;
	*last = now;
	return true;
}

/* What the kernel had no room for is not the network's loss. */
static void tell_drops(struct listener *l)
{
	uint64_t dropped = listen_reader_dropped(l->reader);

	if (dropped > l->dropped && !l->opts->common.quiet)
		complain(NULL,
			"%" PRIu64 " datagrams were lost here: the socket's buffer (%" PRIu64
			" KiB) was full",
			dropped - l->dropped, l->sockets.buffer >> 10);
	l->dropped = dropped;
}

static void tell_status(struct listener *l)
{
	char state[300];

	snprintf(state, sizeof(state),
		"WATCHDOG=1\nSTATUS=%zu hosts, %" PRIu64 " datagrams (%" PRIu64 " refused, %" PRIu64
		" lost here), %" PRIu64 " crashes",
		vmt_netconsole_hosts(l->netconsole), l->datagrams, l->refused,
		listen_reader_dropped(l->reader), listen_judge_crashes(l->judge));
	notify(state);
}

static void look_after(struct listener *l, int64_t interval)
{
	int64_t now = clock_wall_ns();

	vmt_netconsole_tick(l->netconsole, now, false);
	if (is_due(&l->written, WRITE_BUSY, now))
		listen_store_flush(l->store);
	if (reopen) {
		reopen = 0;
		listen_store_reopen(l->store);
	}
	if (is_due(&l->tidied, TIDY, now)) {
		listen_store_tidy(l->store);
		tell_drops(l);
	}
	if (is_due(&l->told, interval, now))
		tell_status(l);
}

static unsigned wait_ms(const struct listener *l)
{
	return vmt_netconsole_waits(l->netconsole) || listen_store_waits(l->store) ? SHORT_MS
										   : LONG_MS;
}

static void loop(struct listener *l)
{
	uint64_t usec = notify_watchdog();
	int64_t interval = usec && usec < 20000000 ? (int64_t)usec * 1000 / 2 : 10 * SECOND;
	int64_t looked = 0, now;

	while (!ended) {
		struct listen_batch *b = listen_reader_take(l->reader, 0);

		if (!b) {
			if (is_due(&l->written, WRITE_IDLE, clock_wall_ns()))
				listen_store_flush(l->store);
			b = listen_reader_take(l->reader, wait_ms(l));
		}
		now = b ? b->now : clock_wall_ns();
		if (b)
			take_batch(l, b);
		if (is_due(&looked, SHORT_MS * SECOND / 1000, now))
			look_after(l, interval);
	}
}

/* All that was received, before the end. */
static void finish(struct listener *l)
{
	struct listen_batch *b;

	notify("STOPPING=1");
	listen_reader_stop(l->reader);
	while ((b = listen_reader_take(l->reader, LAST_MS)))
		take_batch(l, b);
	vmt_netconsole_tick(l->netconsole, clock_wall_ns(), true);
	tell_drops(l);
}

/* ---- start and end ------------------------------------------------------------------------ */

/* Where logs are kept, if no folder is given. NULL: nowhere. */
static const char *default_directory(char *buf, size_t size)
{
	const char *own = getenv("STATE_DIRECTORY"), *state = getenv("XDG_STATE_HOME"),
		   *home = getenv("HOME");

	if (own && *own == '/') /* of a unit; the first of several */
		snprintf(buf, size, "%.*s/netconsole", (int)strcspn(own, ":"), own);
	else if (geteuid() == 0)
		snprintf(buf, size, "%s", SYSTEM);
	else if (state && *state == '/')
		snprintf(buf, size, "%s/vmtriage/netconsole", state);
	else if (home && *home == '/')
		snprintf(buf, size, "%s/.local/state/vmtriage/netconsole", home);
	else
		return NULL;
	return buf;
}

static bool open_store(struct listener *l)
{
	const struct listen_opts *o = l->opts;
	const struct listen_bounds bounds = {
		.file = (uint64_t)(o->file_size ? o->file_size : 4096) << 10,
		.files = o->files ? o->files : 8,
		.all = (uint64_t)(o->space ? o->space : 4096) << 20,
		.hosts = o->hosts ? o->hosts : 4096,
		.crashes = o->crashes ? o->crashes : 100,
	};
	char own[4096];
	const char *directory = o->directory ? o->directory : default_directory(own, sizeof(own));

	if (!directory) {
		complain(NULL, "no folder to keep logs in: give one with --directory");
		return false;
	}
	l->store = listen_store_open(directory, &bounds);
	return l->store != NULL;
}

static bool open_netconsole(struct listener *l)
{
	struct vmt_netconsole_options no = VMT_NETCONSOLE_OPTIONS_INIT;
	struct vmt_err err;

	no.hosts = l->opts->hosts;
	no.silence = l->opts->silence;
	no.lines = take_lines;
	no.heard = take_event;
	no.arg = l;
	if (!vmt_netconsole_new(&no, &l->netconsole, &err))
		return true;
	complain_err(NULL, &err);
	return false;
}

static bool open_all(struct listener *l, const char *where, const struct hooks *hooks)
{
	struct listen_judge_options jo = {.common = &l->opts->common, .hooks = hooks};

	if (!listen_names_read(l->opts->names, &l->names) || !open_store(l))
		return false;
	jo.store = l->store;
	if (!open_netconsole(l) || !listen_sockets_open(&l->sockets, where))
		return false;
	l->judge = listen_judge_start(&jo);
	l->reader = l->judge ? listen_reader_start(&l->sockets) : NULL;
	if (l->reader && l->sockets.buffer < SMALL_BUFFER && !l->opts->common.quiet)
		complain(NULL,
			"the socket's buffer has only %" PRIu64
			" KiB: without CAP_NET_ADMIN, net.core.rmem_max bounds it",
			l->sockets.buffer >> 10);
	return l->reader != NULL;
}

static void close_all(struct listener *l)
{
	vmt_netconsole_free(l->netconsole);
	if (l->judge)
		listen_judge_stop(l->judge);
	if (l->store)
		listen_store_close(l->store);
	if (l->reader)
		listen_reader_free(l->reader);
	listen_sockets_close(&l->sockets);
	listen_names_free(l->names);
}

static void catch_signals(void)
{
	struct sigaction end = {.sa_handler = on_end}, again = {.sa_handler = on_reopen};

	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGINT, &end, NULL);
	sigaction(SIGHUP, &again, NULL);
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct listen_opts o = {.common = COMMON_INIT(NULL)};
	struct listener l = {.opts = &o};
	struct hooks hooks = hooks_of_site;
	int first, status;
	bool good;

	if (!opts_parse(cmd, argc, argv, &o, &first, &status))
		return status;
	if (argc - first > 1) {
		complain(NULL, "listens on one address; systemd can hand over several sockets");
		return STATUS_ERROR;
	}
	if (o.hooks) {
		hooks.folders = &o.hooks;
		hooks.n = 1;
	}
	umask(027); /* logs hold secrets */
	catch_signals();
	good = open_all(&l, first < argc ? argv[first] : NULL, &hooks);
	if (good) {
		notify("READY=1");
		loop(&l);
		finish(&l);
	}
	close_all(&l);
	return good ? STATUS_CRASH : STATUS_ERROR;
}

const struct command cmd_listen = {
	.name = "listen",
	.operands = "[ADDRESS:PORT]",
	.summary = "Receive netconsole from many hosts, and judge crashes as they arrive.",
	.details =
		"The default is port 6666 on all addresses, or the sockets that systemd hands\n"
		"over. Keeps a log of each host, and of each crash its log and report. Prints a\n"
		"line for each crash, and for each host that starts anew or goes silent without\n"
		"a complete report.\n\n"
		"Exit status: 0 it was ended by SIGTERM or SIGINT; 2 it could not start, or\n"
		"wrong usage.",
	.opts = opts,
	.common = COMMON_PAST | COMMON_BIT(QUIET),
	.run = run,
};
