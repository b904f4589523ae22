// SPDX-License-Identifier: GPL-3.0-or-later
#include "listen_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "complain.h"

/* A second of 150,000 datagrams, as the kernel counts their memory. */
#define BUFFER (64 << 20)

/* Batches that wait to be worked on: some 25 MB. */
#define MOST_BATCHES 256

/* What is read after the end took that long at most. */
#define LAST_MS 1000

#define FIRST_HANDED 3 /* sd_listen_fds(3) */

/* ---- sockets ------------------------------------------------------------------------------ */

static uint64_t buffer_of(int fd)
{
	int size = 0;
	socklen_t len = sizeof(size);

	return getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, &len) || size < 0 ? 0 : (uint64_t)size;
}

/* What may be asked for without CAP_NET_ADMIN. */
static uint64_t most_buffer(void)
{
	FILE *f = fopen("/proc/sys/net/core/rmem_max", "re");
	char text[32] = "";

	if (f && !fgets(text, sizeof(text), f))
		text[0] = '\0';
	if (f)
		fclose(f);
	return strtoull(text, NULL, 10);
}

/* The kernel doubles what is asked for. What systemd has made larger must not shrink. */
static uint64_t enlarge(int fd)
{
	int size = BUFFER;

	if (buffer_of(fd) < 2 * (uint64_t)BUFFER &&
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) &&
		2 * most_buffer() > buffer_of(fd))
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return buffer_of(fd);
}

static void add(struct listen_sockets *s, int fd)
{
	uint64_t size = enlarge(fd);
	int on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
	s->buffer = !s->n || size < s->buffer ? size : s->buffer;
	s->fds[s->n++] = fd;
}

/* Splits "ADDRESS:PORT" and the like. host "": any. False: it is too long. */
static bool split(const char *where, char host[64], char port[16])
{
	const char *colon = strrchr(where, ':'), *end = colon;
	bool bracket = *where == '[';

	if (bracket) {
		where++;
		end = strchr(where, ']');
		colon = end && end[1] == ':' ? end + 1 : NULL;
		if (!end || (end[1] && !colon))
			return false;
	} else if (colon && strchr(where, ':') != colon) {
		colon = NULL; /* an IPv6 address alone */
	}
	if (!bracket && !colon && where[strspn(where, "0123456789")] == '\0') {
		snprintf(host, 64, "%s", "");
		return snprintf(port, 16, "%s", where) < 16;
	}
	if (!bracket)
		end = colon ? colon : where + strlen(where);
	return snprintf(host, 64, "%.*s", (int)(end - where), where) < 64 &&
	       snprintf(port, 16, "%s", colon ? colon + 1 : LISTEN_PORT) < 16;
}

/* getaddrinfo() takes the remainder of larger numbers. */
static bool is_port(const char *port)
{
	size_t n = strspn(port, "0123456789");
	long v = strtol(port, NULL, 10);

	return n && !port[n] && n < 6 && v <= 65535;
}

static int bind_one(const struct addrinfo *at)
{
	int fd = socket(at->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0), off = 0;

	if (fd < 0)
		return -1;
	/* One socket for both families. */
	if (at->ai_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (!bind(fd, at->ai_addr, at->ai_addrlen))
		return fd;
	off = errno;
	close(fd);
	errno = off;
	return -1;
}

static bool open_named(struct listen_sockets *s, const char *where)
{
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM,
				.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE},
			*found = NULL;
	char host[64], port[16];
	int rc, fd = -1;

	if (!split(where, host, port)) {
		complain(where, "is no address and port");
		return false;
	}
	if (!is_port(port)) {
		complain(where, "is no address and port: a port is a number up to 65535");
		return false;
	}
	hints.ai_family = *host ? AF_UNSPEC : AF_INET6;
	for (;;) {
		rc = getaddrinfo(*host ? host : NULL, port, &hints, &found);
		fd = rc ? -1 : bind_one(found);
		if (found)
			freeaddrinfo(found);
		found = NULL;
		/* A machine without IPv6. */
		if (fd >= 0 || *host || hints.ai_family != AF_INET6 ||
			(!rc && errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL))
			break;
		hints.ai_family = AF_INET;
	}
	if (rc)
		complain(where, "is no address and port: %s", gai_strerror(rc));
	else if (fd < 0)
		complain(where, "cannot listen: %s", strerror(errno));
	else
		add(s, fd);
	return fd >= 0;
}

static bool is_udp(int fd)
{
	struct sockaddr_storage at = {0};
	socklen_t len = sizeof(at), type_len = sizeof(int);
	int type = 0;

	return !getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_len) && type == SOCK_DGRAM &&
	       !getsockname(fd, (struct sockaddr *)&at, &len) &&
	       (at.ss_family == AF_INET || at.ss_family == AF_INET6);
}

/* False: complained about. None may have been handed over. */
static bool open_handed(struct listen_sockets *s)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	unsigned long n = fds ? strtoul(fds, NULL, 10) : 0;

	if (!pid || strtoul(pid, NULL, 10) != (unsigned long)getpid())
		return true;
	if (n > LISTEN_SOCKETS) {
		complain(NULL, "more than %d sockets were handed over", LISTEN_SOCKETS);
		return false;
	}
	for (unsigned long i = 0; i < n; i++) {
		int fd = FIRST_HANDED + (int)i;

		if (!is_udp(fd)) {
			complain(NULL, "what was handed over as number %d is no UDP socket", fd);
			return false;
		}
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
		add(s, fd);
	}
	return true;
}

bool listen_sockets_open(struct listen_sockets *s, const char *where)
{
	bool good;

	*s = (struct listen_sockets){0};
	if (where)
		return open_named(s, where);
	good = open_handed(s);
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return good && (s->n || open_named(s, LISTEN_PORT));
}

void listen_sockets_close(struct listen_sockets *s)
{
	while (s->n)
		close(s->fds[--s->n]);
}

/* ---- the thread --------------------------------------------------------------------------- */

/* What one call of recvmmsg() fills besides the data. */
struct headers {
	struct mmsghdr messages[LISTEN_BATCH];
	struct iovec pieces[LISTEN_BATCH];
	struct sockaddr_in6 from[LISTEN_BATCH]; /* has room for an IPv4 one */
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(uint32_t))];
	} control[LISTEN_BATCH];
};

struct listen_reader {
	const struct listen_sockets *sockets;
	pthread_t thread;
	int stop; /* an eventfd */
	atomic_bool stopping;
	_Atomic uint64_t dropped;
	uint32_t drops[LISTEN_SOCKETS]; /* as last told by the kernel */
	struct headers headers;
	/* All below under the lock. */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct listen_batch *first, **end, *spare;
	unsigned n; /* batches that there are */
	bool over;  /* nothing more is read */
};

static struct listen_batch *spare_batch(struct listen_reader *r)
{
	struct listen_batch *b;

	pthread_mutex_lock(&r->lock);
	while (!r->spare && r->n >= MOST_BATCHES)
		pthread_cond_wait(&r->changed, &r->lock);
	b = r->spare;
	if (b)
		r->spare = b->next;
	else if ((b = malloc(sizeof(*b))))
		r->n++;
	pthread_mutex_unlock(&r->lock);
	return b;
}

static void hand_over(struct listen_reader *r, struct listen_batch *b)
{
	b->next = NULL;
	pthread_mutex_lock(&r->lock);
	*r->end = b;
	r->end = &b->next;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

static void prepare(struct headers *h, struct listen_batch *b)
{
	for (size_t i = 0; i < LISTEN_BATCH; i++) {
		h->pieces[i] = (struct iovec){b->data[i], LISTEN_DATAGRAM};
		h->messages[i].msg_hdr = (struct msghdr){.msg_name = &h->from[i],
			.msg_namelen = sizeof(h->from[i]),
			.msg_iov = &h->pieces[i],
			.msg_iovlen = 1,
			.msg_control = &h->control[i],
			.msg_controllen = sizeof(h->control[i])};
	}
}

static void note_drops(struct listen_reader *r, size_t socket, struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	uint32_t drops;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_RXQ_OVFL)
		return;
	memcpy(&drops, CMSG_DATA(c), sizeof(drops));
	atomic_fetch_add(&r->dropped, (uint32_t)(drops - r->drops[socket]));
	r->drops[socket] = drops;
}

static void note_sender(struct listen_batch *b, size_t i, const struct sockaddr_in6 *from)
{
	struct sockaddr_in ipv4;

	memset(b->from[i].address, 0, 16);
	b->from[i].scope = 0;
	if (from->sin6_family == AF_INET6) {
		memcpy(b->from[i].address, &from->sin6_addr, 16);
		b->from[i].scope = from->sin6_scope_id;
		return;
	}
	memcpy(&ipv4, from, sizeof(ipv4));
	b->from[i].address[10] = b->from[i].address[11] = 0xff;
	memcpy(b->from[i].address + 12, &ipv4.sin_addr, 4);
}

/* Reads what there is, up to a batch. Returns how many. */
static unsigned read_batch(struct listen_reader *r, size_t socket, struct listen_batch *b)
{
	struct headers *h = &r->headers;
	int n;

	prepare(h, b);
	n = recvmmsg(r->sockets->fds[socket], h->messages, LISTEN_BATCH, MSG_DONTWAIT, NULL);
	if (n <= 0)
		return 0;
	b->now = clock_wall_ns();
	b->n = (unsigned)n;
	for (size_t i = 0; i < b->n; i++) {
		struct msghdr *m = &h->messages[i].msg_hdr;

		b->from[i].len = m->msg_flags & MSG_TRUNC ? 0 : h->messages[i].msg_len;
		note_sender(b, i, &h->from[i]);
	}
	note_drops(r, socket, &h->messages[n - 1].msg_hdr);
	return b->n;
}

static void wait_for_any(struct listen_reader *r)
{
	struct pollfd fds[LISTEN_SOCKETS + 1];
	size_t n = r->sockets->n;

	for (size_t i = 0; i < n; i++)
		fds[i] = (struct pollfd){r->sockets->fds[i], POLLIN, 0};
	fds[n] = (struct pollfd){r->stop, POLLIN, 0};
	poll(fds, n + 1, -1);
}

/* A batch of each socket. False: there is nothing, or no memory. */
static bool read_each(struct listen_reader *r)
{
	bool any = false;

	for (size_t i = 0; i < r->sockets->n; i++) {
		struct listen_batch *b = spare_batch(r);

		if (b && read_batch(r, i, b)) {
			any = true;
			hand_over(r, b);
		} else if (b) {
			listen_reader_give(r, b);
		} else {
			poll(NULL, 0, 10);
		}
	}
	return any;
}

/* In the end, what has arrived is read, unless that takes too long. */
static void *read_all(void *arg)
{
	struct listen_reader *r = arg;

	while (!r->stopping)
		if (!read_each(r))
			wait_for_any(r);
	for (int64_t end = clock_ms() + LAST_MS; read_each(r) && clock_ms() < end;)
		;
	pthread_mutex_lock(&r->lock);
	r->over = true;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

static bool start_thread(struct listen_reader *r)
{
	sigset_t all, before;
	int rc;

	/* Signals are for the main thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&r->thread, NULL, read_all, r);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return !rc;
}

struct listen_reader *listen_reader_start(const struct listen_sockets *s)
{
	struct listen_reader *r = calloc(1, sizeof(*r));
	pthread_condattr_t attr;

	if (!r) {
		complain(NULL, "out of memory");
		return NULL;
	}
	r->sockets = s;
	r->end = &r->first;
	r->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&r->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&r->changed, &attr);
	pthread_condattr_destroy(&attr);
	if (r->stop >= 0 && start_thread(r))
		return r;
	complain(NULL, "cannot start a thread: %s", strerror(errno));
	free(r);
	return NULL;
}

struct listen_batch *listen_reader_take(struct listen_reader *r, unsigned wait_ms)
{
	struct listen_batch *b;
	struct timespec until = {0};
	int rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&r->lock);
	while (!r->first && wait_ms && !rc && !r->over)
		rc = pthread_cond_timedwait(&r->changed, &r->lock, &until);
	b = r->first;
	if (b) {
		r->first = b->next;
		if (!r->first)
			r->end = &r->first;
	}
	pthread_mutex_unlock(&r->lock);
	return b;
}

void listen_reader_give(struct listen_reader *r, struct listen_batch *b)
{
	pthread_mutex_lock(&r->lock);
	b->next = r->spare;
	r->spare = b;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

uint64_t listen_reader_dropped(const struct listen_reader *r)
{
	return r->dropped;
}

void listen_reader_stop(struct listen_reader *r)
{
	uint64_t one = 1;

	pthread_mutex_lock(&r->lock);
	r->stopping = true;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
	while (write(r->stop, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

static void free_all(struct listen_batch *b)
{
	while (b) {
		struct listen_batch *next = b->next;

		free(b);
		b = next;
	}
}

void listen_reader_free(struct listen_reader *r)
{
	pthread_join(r->thread, NULL);
	free_all(r->first);
	free_all(r->spare);
	close(r->stop);
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	free(r);
}
