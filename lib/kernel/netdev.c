// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See netdev.h. Mirrors include/linux/netdevice.h, include/net/net_namespace.h,
 * include/linux/inetdevice.h and include/net/if_inet6.h.
 */
#include "kernel/netdev.h"

#include "base/caps.h"

struct walk {
	const struct kernel_image *k;
	netdev_address_fn fn;
	void *arg;
	unsigned left; /* of CAP_NETDEVS */
};

/* A list_head, and the structs that are linked by a member. */
struct list {
	uint64_t head;
	const char *type, *member;
};

static bool member(
	const struct walk *w, uint64_t at, const char *type, const char *name, uint64_t *ret)
{
	return at && kernel_read_member(w->k, at, type, name, ret, NULL) == 0;
}

static bool offset(const struct walk *w, const char *type, const char *name, uint64_t *ret)
{
	struct layout_member m;

	*ret = 0;
	if (layout_member(w->k->layout, type, name, &m, NULL))
		return false;
	*ret = m.offset;
	return true;
}

static int each(struct walk *w, const struct list *list, int (*one)(struct walk *w, uint64_t at))
{
	uint64_t link, at;
	int rc = 0;

	if (!offset(w, list->type, list->member, &link) ||
		mem_read_ptr(w->k->space, list->head, &at, NULL))
		return 0;
	while (!rc && at && at != list->head && w->left) {
		w->left--;
		rc = one(w, at - link);
		if (mem_read_ptr(w->k->space, at, &at, NULL))
			break;
	}
	return rc;
}

static int tell(struct walk *w, enum netdev_address_kind kind, uint64_t at, size_t len)
{
	uint8_t bytes[NETDEV_ADDRESS_MAX];

	if (!at || !len || len > sizeof(bytes) || mem_read(w->k->space, at, bytes, len, NULL))
		return 0;
	return w->fn(w->arg, kind, bytes, len);
}

/* ---- of one interface -------------------------------------------------------------------- */

/* That of a tunnel is its own IP address. */
static enum netdev_address_kind hardware_kind(uint64_t len)
{
	return len == 4 ? NETDEV_IPV4 : len == 16 ? NETDEV_IPV6 : NETDEV_HARDWARE;
}

static int tell_hardware(struct walk *w, uint64_t dev)
{
	uint64_t len, at, permanent;
	int rc = 0;

	if (!member(w, dev, "net_device", "addr_len", &len))
		return 0;
	if (member(w, dev, "net_device", "dev_addr", &at))
		rc = tell(w, hardware_kind(len), at, len);
	if (!rc && offset(w, "net_device", "perm_addr", &permanent))
		rc = tell(w, hardware_kind(len), dev + permanent, len);
	return rc;
}

static int tell_ipv4(struct walk *w, uint64_t dev)
{
	static const char *const members[] = {"ifa_local", "ifa_address", "ifa_broadcast"};
	uint64_t in, at, start;
	int rc = 0;

	if (!member(w, dev, "net_device", "ip_ptr", &in) ||
		!member(w, in, "in_device", "ifa_list", &at))
		return 0;
	while (!rc && at && w->left) {
		w->left--;
		for (unsigned i = 0; i < 3 && !rc; i++)
			if (offset(w, "in_ifaddr", members[i], &start))
				rc = tell(w, NETDEV_IPV4, at + start, 4);
		if (!member(w, at, "in_ifaddr", "ifa_next", &at))
			break;
	}
	return rc;
}

static int tell_one_ipv6(struct walk *w, uint64_t ifaddr)
{
	uint64_t start;

	return offset(w, "inet6_ifaddr", "addr", &start) ? tell(w, NETDEV_IPV6, ifaddr + start, 16)
							 : 0;
}

static int tell_ipv6(struct walk *w, uint64_t dev)
{
	struct list list = {0, "inet6_ifaddr", "if_list"};
	uint64_t in6, start;

	if (!member(w, dev, "net_device", "ip6_ptr", &in6) || !in6 ||
		!offset(w, "inet6_dev", "addr_list", &start))
		return 0;
	list.head = in6 + start;
	return each(w, &list, tell_one_ipv6);
}

static int tell_device(struct walk *w, uint64_t dev)
{
	int rc = tell_hardware(w, dev);

	if (!rc)
		rc = tell_ipv4(w, dev);
	return rc ? rc : tell_ipv6(w, dev);
}

/* ---- all of them ------------------------------------------------------------------------- */

static int tell_namespace(struct walk *w, uint64_t net)
{
	struct list list = {0, "net_device", "dev_list"};
	uint64_t start;

	if (!offset(w, "net", "dev_base_head", &start))
		return 0;
	list.head = net + start;
	return each(w, &list, tell_device);
}

int netdev_each_address(const struct kernel_image *k, netdev_address_fn fn, void *arg)
{
	struct walk w = {k, fn, arg, CAP_NETDEVS};
	struct list list = {0, "net", "list"};

	if (kernel_symbol(k, "net_namespace_list", &list.head, NULL))
		return 0;
	return each(&w, &list, tell_namespace);
}
