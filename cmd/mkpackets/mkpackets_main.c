// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Sends datagrams as netconsole does, at a rate, from many addresses of the loopback interface.
 *
 * usage: mkpackets PORT RATE COUNT HOSTS KIND
 *
 * RATE: datagrams a second; 0: as fast as possible. KIND: extended (records of 120 bytes with
 * numbers that grow by one for each host), basic (lines), boots (each host starts anew all the
 * time), fragments (claims of large records, of which most is never sent), noise (any bytes of any
 * length). Prints how many were sent, and in how many milliseconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 32
#define MOST_HOSTS 60000
#define LONGEST 9000

enum kind { EXTENDED, BASIC, BOOTS, FRAGMENTS, NOISE, KINDS };

static const char *const kinds[KINDS] = {"extended", "basic", "boots", "fragments", "noise"};

struct sender {
	int *fds;
	uint64_t *numbers;
	unsigned hosts;
	enum kind kind;
	uint64_t state; /* of the random numbers: the same in each run */
	char data[BATCH][LONGEST];
};

static uint64_t next_random(struct sender *s)
{
	s->state ^= s->state << 13;
	s->state ^= s->state >> 7;
	s->state ^= s->state << 17;
	return s->state;
}

static size_t make_noise(struct sender *s, char *to)
{
	static const char usual[] = "0123456789,;-c+\\x\n [].=/ncfrag";
	size_t len = next_random(s) % 16 ? next_random(s) % 1200 : next_random(s) % LONGEST;
	unsigned shape = next_random(s) % 4;

	for (size_t i = 0; i < len; i++) {
		uint64_t r = next_random(s);

		if (shape > 1)
			to[i] = usual[r % (sizeof(usual) - 1)];
		else
			to[i] = (char)(shape ? ' ' + r % 95 : r);
	}
	return len;
}

static size_t make(struct sender *s, unsigned host, char *to)
{
	uint64_t n = s->numbers[host]++;
	int len = 0;

	switch (s->kind) {
	case EXTENDED:
		len = sprintf(to, "6,%llu,%llu,-,caller=T1;usb 1-%llu: new device number %llu ",
			(unsigned long long)n, (unsigned long long)n * 10,
			(unsigned long long)n % 64, (unsigned long long)n);
		while (len < 119)
			to[len++] = 'x';
		to[len++] = '\n';
		break;
	case BASIC:
		len = sprintf(to, "[%5llu.%06llu] usb 1-1: new device number %llu\n",
			(unsigned long long)n / 1000000, (unsigned long long)n % 1000000,
			(unsigned long long)n);
		break;
	case BOOTS:
		len = sprintf(to, "5,%llu,%llu,-;%s\n", n % 2 ? 5000ull : 0ull,
			n % 2 ? 90000000ull : 0ull, n % 2 ? "up" : "Linux version 6.1.0");
		break;
	case FRAGMENTS:
		len = sprintf(to, "6,%llu,%llu,-,ncfrag=%llu/81920;", (unsigned long long)n * 2,
			(unsigned long long)n, (unsigned long long)(next_random(s) % 81000));
		memset(to + len, 'x', 500);
		len += 500;
		break;
	default:
		return make_noise(s, to);
	}
	return (size_t)len;
}

/* Host n sends from 127.n. */
static int open_socket(unsigned host, unsigned port)
{
	struct sockaddr_in from = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(0x7f000000u + 0x10000u + host + 1)},
			   to = {.sin_family = AF_INET,
				   .sin_port = htons((uint16_t)port),
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&from, sizeof(from)) ||
		connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror("mkpackets: socket");
		exit(2);
	}
	return fd;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* A batch of one host. Returns how many were sent. */
static unsigned send_batch(struct sender *s, unsigned host, unsigned n)
{
	struct mmsghdr messages[BATCH] = {0};
	struct iovec pieces[BATCH];
	int sent;

	for (unsigned i = 0; i < n; i++) {
		pieces[i] = (struct iovec){s->data[i], make(s, host, s->data[i])};
		messages[i].msg_hdr.msg_iov = &pieces[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	sent = sendmmsg(s->fds[host], messages, n, 0);
	/* Nobody listens (any more). */
	return sent < 0 ? 0 : (unsigned)sent;
}

static uint64_t send_all(struct sender *s, uint64_t rate, uint64_t count)
{
	uint64_t begin = now_ns(), sent = 0;

	for (unsigned turn = 0; sent < count; turn++) {
		uint64_t due = rate ? (now_ns() - begin) / 1000 * rate / 1000000 : count;
		struct timespec nap = {0, 200000};

		if (sent >= due) {
			nanosleep(&nap, NULL);
			continue;
		}
		sent += send_batch(s, turn % s->hosts,
			count - sent < BATCH ? (unsigned)(count - sent) : BATCH);
	}
	return sent;
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t n = strtoull(text, &end, 10);

	if (!*text || *end) {
		fprintf(stderr, "mkpackets: %s is no number\n", text);
		exit(2);
	}
	return n;
}

int main(int argc, char **argv)
{
	static struct sender s = {.state = 88172645463325252u, .kind = KINDS};
	struct rlimit files;
	uint64_t begin, sent;

	for (unsigned k = 0; argc == 6 && k < KINDS; k++)
		if (!strcmp(argv[5], kinds[k]))
			s.kind = (enum kind)k;
	if (argc != 6 || s.kind == KINDS) {
		fprintf(stderr, "usage: mkpackets PORT RATE COUNT HOSTS "
				"extended|basic|boots|fragments|noise\n");
		return 2;
	}
	s.hosts = (unsigned)number(argv[4]);
	if (!s.hosts || s.hosts > MOST_HOSTS) {
		fprintf(stderr, "mkpackets: 1 to %d hosts\n", MOST_HOSTS);
		return 2;
	}
	if (!getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	s.fds = calloc(s.hosts, sizeof(*s.fds));
	s.numbers = calloc(s.hosts, sizeof(*s.numbers));
	if (!s.fds || !s.numbers)
		return 2;
	for (unsigned i = 0; i < s.hosts; i++)
		s.fds[i] = open_socket(i, (unsigned)number(argv[1]));
	begin = now_ns();
	sent = send_all(&s, number(argv[2]), number(argv[3]));
	printf("%llu in %llu ms\n", (unsigned long long)sent,
		(unsigned long long)((now_ns() - begin) / 1000000));
	free(s.fds);
	free(s.numbers);
	return 0;
}
