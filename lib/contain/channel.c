// SPDX-License-Identifier: GPL-3.0-or-later
#include "contain/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Sends the rest of a message whose descriptor, if there is one, went with its first byte. */
static bool send_all(int fd, const uint8_t *p, size_t len)
{
	while (len) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

bool channel_send(int fd, enum frame_type type, const void *data, size_t len)
{
	const struct frame head = {type, (uint32_t)len};
	uint8_t small[sizeof(head) + 1024];

	if (len > FRAME_MAX)
		return false;
	memcpy(small, &head, sizeof(head));
	if (len <= sizeof(small) - sizeof(head)) { /* most: one system call */
		memcpy(small + sizeof(head), data, len);
		return send_all(fd, small, sizeof(head) + len);
	}
	return send_all(fd, small, sizeof(head)) && send_all(fd, data, len);
}

bool channel_send_frames(int fd, const void *frames, size_t len)
{
	return send_all(fd, frames, len);
}

struct reply {
	struct frame head;
	int32_t result;
};

bool channel_reply(int fd, int32_t result, int with_fd)
{
	struct reply reply = {{FRAME_REPLY, sizeof(int32_t)}, result};
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.bytes = {0}};
	struct iovec iov = {&reply, sizeof(reply)};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n;

	if (with_fd >= 0) {
		struct cmsghdr *c;

		msg.msg_control = control.bytes;
		msg.msg_controllen = sizeof(control.bytes);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &with_fd, sizeof(int));
	}
	do
		n = sendmsg(fd, &msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n > 0 && send_all(fd, (const uint8_t *)&reply + n, sizeof(reply) - (size_t)n);
}

bool channel_receive(int fd, void *data, size_t len)
{
	uint8_t *p = data;

	while (len) {
		ssize_t n = recv(fd, p, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

int channel_receive_reply(int fd)
{
	struct reply reply;
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = {&reply, sizeof(reply)};
	struct msghdr msg = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	const struct cmsghdr *c;
	int got = -EIO;
	ssize_t n;

	do
		n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0 || !channel_receive(fd, (uint8_t *)&reply + n, sizeof(reply) - (size_t)n))
		return -EIO;
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(&got, CMSG_DATA(c), sizeof(int));
	return reply.result < 0 ? reply.result : got;
}
