/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sockets of vmtriage listen, and a thread that does nothing but empty them: what the kernel
 * has no room for is lost. Datagrams come in batches, in the order of their arrival.
 */
#ifndef VMTRIAGE_LISTEN_SOCKET_H
#define VMTRIAGE_LISTEN_SOCKET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#define LISTEN_BATCH 64
#define LISTEN_DATAGRAM 1504 /* longer ones are refused, so their end is not read */
#define LISTEN_SOCKETS 8
#define LISTEN_PORT "6666" /* the kernel's default */

struct listen_sockets {
	int fds[LISTEN_SOCKETS];
	size_t n;
	uint64_t buffer; /* bytes that the smallest of their buffers has room for */
};

struct listen_batch {
	struct listen_batch *next;
	int64_t now; /* since 1970: when it was read */
	unsigned n;
	struct {
		uint8_t address[16]; /* IPv4 in its mapped form */
		uint32_t scope;
		uint32_t len;
	} from[LISTEN_BATCH];
	char data[LISTEN_BATCH][LISTEN_DATAGRAM];
};

/*
 * Opens a socket for "ADDRESS:PORT", "[ADDRESS]:PORT", ":PORT", "PORT" or "ADDRESS"; NULL: those
 * that systemd handed over, else the default port on all addresses. False: complained about.
 */
bool listen_sockets_open(struct listen_sockets *s, const char *where);
void listen_sockets_close(struct listen_sockets *s);

struct listen_reader;

/* The sockets must stay. NULL: complained about. */
struct listen_reader *listen_reader_start(const struct listen_sockets *s);

/*
 * The next batch, which is returned with listen_reader_give(). NULL: none for so long, or the
 * reader was stopped and that was all.
 */
struct listen_batch *listen_reader_take(struct listen_reader *r, unsigned wait_ms);
void listen_reader_give(struct listen_reader *r, struct listen_batch *b);

/* Datagrams that the kernel dropped because a buffer was full. */
uint64_t listen_reader_dropped(const struct listen_reader *r);

/* No more is read than what has arrived. */
void listen_reader_stop(struct listen_reader *r);
void listen_reader_free(struct listen_reader *r);

#endif
