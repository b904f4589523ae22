/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One datagram of netconsole. Mirrors drivers/net/netconsole.c (send_ext_msg_udp,
 * send_msg_fragmented) and kernel/printk/printk.c (info_print_ext_header, msg_print_ext_body;
 * console_prepend_replay). A basic target sends what a serial console gets, cut every 1000 bytes.
 * An extended one (since 4.4) sends
 *   [RELEASE,]PRIORITY,NUMBER,MICROSECONDS,FLAG[,caller=T1][,ncfrag=OFFSET/TOTAL];TEXT\n[
 * KEY=VALUE\n]...
 */
#ifndef VMT_NETCONSOLE_PACKET_H
#define VMT_NETCONSOLE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Pointers are into the datagram. */
struct netconsole_packet {
	bool extended;
	const char *body; /* basic: all of it; else what follows the ';' */
	size_t len;
	/* Extended only. */
	const char *head; /* the header up to ",ncfrag" or the ';', without the release */
	size_t head_len;
	const char *release; /* NULL: not sent */
	size_t release_len;
	uint64_t number, usec;
	size_t offset, total; /* of a fragment; total 0: it is complete */
};

/*
 * False: no kernel sends this. It is longer than a datagram of netconsole can be, mostly not text,
 * or a fragment that contradicts itself.
 */
bool netconsole_packet_parse(struct netconsole_packet *p, const void *data, size_t len);

/* "[    5.123456][  T123] text": the time since boot of a basic line. Returns the text's offset. */
size_t netconsole_packet_stamp(const char *line, size_t len, uint64_t *usec, bool *found);

/*
 * Decodes \xNN of at most len bytes into to. Returns the length of the result, at most size.
 */
size_t netconsole_packet_unescape(const char *text, size_t len, char *to, size_t size);

#endif
