/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a worker and its parent say to each other through a socket: frames of a type and some bytes.
 * Safe in a signal handler.
 */
#ifndef VMT_CONTAIN_CHANNEL_H
#define VMT_CONTAIN_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frame_type {
	/* from the parent */
	FRAME_JOB = 1,
	FRAME_REPLY, /* int32_t: a negative errno, or 0 with a descriptor */
	/* from the worker */
	FRAME_OPEN, /* struct frame_open: may I open this? */
	FRAME_FD,   /* uint32_t: the job's descriptor of this number */
	FRAME_DATA, /* part of the result */
	FRAME_END,  /* int32_t: what the job's function returned */
};

struct frame {
	uint32_t type, len;
};

#define FRAME_PATH 4096

struct frame_open {
	int32_t flags; /* as open(2) */
	char path[FRAME_PATH];
};

/* Longer frames are refused. */
#define FRAME_MAX (64u << 20)

/* All wait until everything is sent. False: the other side is gone, or reads nothing. */
bool channel_send(int fd, enum frame_type type, const void *data, size_t len);
bool channel_send_frames(int fd, const void *frames, size_t len);
bool channel_reply(int fd, int32_t result, int with_fd);

/* Waits for all bytes. False: the other side is gone. */
bool channel_receive(int fd, void *data, size_t len);

/* Waits for a reply. Returns its descriptor, or a negative errno. */
int channel_receive_reply(int fd);

#endif
