/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The addresses of the network interfaces of all namespaces. */
#ifndef VMT_KERNEL_NETDEV_H
#define VMT_KERNEL_NETDEV_H

#include "image/image.h"

#define NETDEV_ADDRESS_MAX 32 /* MAX_ADDR_LEN */

enum netdev_address_kind {
	NETDEV_HARDWARE, /* of Ethernet: 6 bytes */
	NETDEV_IPV4,
	NETDEV_IPV6,
};

/* bytes: in network order. Other results than 0 end the search. */
typedef int (*netdev_address_fn)(
	void *arg, enum netdev_address_kind kind, const uint8_t *bytes, size_t len);

/* What cannot be read is left out. Returns the result of the last call of fn. */
int netdev_each_address(const struct kernel_image *k, netdev_address_fn fn, void *arg);

#endif
