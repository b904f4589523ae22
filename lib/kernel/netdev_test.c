// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/array.h"
#include "image/fake_image.h"
#include "kernel/netdev.h"

#define NAMESPACES 0x4000u
#define NET 0x4100u
#define DEV(i) (0x5000u + 0x200u * (i))
#define IN_DEV 0x6000u
#define IFADDR(i) (0x6100u + 0x100u * (i))
#define IN6_DEV 0x7000u
#define IF6ADDR 0x7100u
#define HARDWARE 0x8000u

static struct kernel_image image;

static const struct {
	const char *type, *member;
	unsigned offset, size;
} members[] = {
	{"net", "list", 8, 16},
	{"net", "dev_base_head", 32, 16},
	{"net_device", "dev_list", 16, 16},
	{"net_device", "addr_len", 40, 1},
	{"net_device", "dev_addr", 48, 8},
	{"net_device", "perm_addr", 64, 32},
	{"net_device", "ip_ptr", 96, 8},
	{"net_device", "ip6_ptr", 104, 8},
	{"in_device", "ifa_list", 8, 8},
	{"in_ifaddr", "ifa_next", 16, 8},
	{"in_ifaddr", "ifa_local", 32, 4},
	{"in_ifaddr", "ifa_address", 36, 4},
	{"inet6_dev", "addr_list", 8, 16},
	{"inet6_ifaddr", "addr", 0, 16},
	{"inet6_ifaddr", "if_list", 40, 16},
};

static int member(void *priv, const char *type, const char *name, struct layout_member *ret,
	struct vmt_err *err)
{
	(void)priv;
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (strcmp(type, members[i].type) == 0 && strcmp(name, members[i].member) == 0) {
			*ret = (struct layout_member){
				.offset = members[i].offset, .size = members[i].size, .count = 1};
			return 0;
		}
	}
	return err_set(err, VMT_ERR_NOTFOUND, "no %s.%s", type, name);
}

static void put_device(unsigned i, uint64_t next, uint8_t last)
{
	fake_put(DEV(i) + 16, 8, next);
	fake_put(DEV(i) + 40, 1, 6);
	fake_put(DEV(i) + 48, 8, fake_va(HARDWARE + 16 * i));
	fake_put(HARDWARE + 16 * i, 2, 0x5452);
	fake_put(HARDWARE + 16 * i + 5, 1, last);
	fake_put(DEV(i) + 64, 1, 0xaa);
}

static int setup(void **state)
{
	static const struct fake_layout tables = {.mode = FAKE_RELATIVE, .two_bytes = true};
	struct layout_provider provider = {.name = "rows", .member = member};
	struct fake_tables t = {0};
	TALLOC_CTX *ctx = talloc_new(NULL);

	fake_reset();
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, fake_va(NAMESPACES), "Dnet_namespace_list");
	fake_symbol_add(&t, fake_va(FAKE_RAM), "B_end");
	fake_put_tables(&tables, &t);
	fake_put(NAMESPACES, 8, fake_va(NET + 8));
	fake_put(NET + 8, 8, fake_va(NAMESPACES));
	fake_put(NET + 32, 8, fake_va(DEV(0) + 16));
	put_device(0, fake_va(DEV(1) + 16), 1);
	put_device(1, fake_va(NET + 32), 2);
	fake_put(DEV(0) + 96, 8, fake_va(IN_DEV));
	fake_put(IN_DEV + 8, 8, fake_va(IFADDR(0)));
	fake_put(IFADDR(0) + 16, 8, fake_va(IFADDR(1)));
	for (unsigned i = 0; i < 2; i++) {
		fake_put(IFADDR(i) + 32, 4, 0x0100000a + 0x01000000 * i);
		fake_put(IFADDR(i) + 36, 4, 0x0900000a);
	}
	fake_put(DEV(0) + 104, 8, fake_va(IN6_DEV));
	fake_put(IN6_DEV + 8, 8, fake_va(IF6ADDR + 40));
	fake_put(IF6ADDR + 40, 8, fake_va(IN6_DEV + 8));
	fake_put(IF6ADDR, 2, 0x80fe);
	fake_put(IF6ADDR + 15, 1, 7);
	fake_image(ctx, &t, &provider, &image);
	*state = ctx;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

struct seen {
	char text[1024];
	unsigned n, stop_after;
};

static int see(void *arg, enum netdev_address_kind kind, const uint8_t *bytes, size_t len)
{
	struct seen *seen = arg;
	size_t at = strlen(seen->text);

	snprintf(seen->text + at, sizeof(seen->text) - at, "%d:%02x%02x..%02x ", (int)kind,
		bytes[0], bytes[1], bytes[len - 1]);
	return ++seen->n == seen->stop_after ? 7 : 0;
}

static void test_all(void **state)
{
	struct seen seen = {.stop_after = 0};

	(void)state;
	assert_int_equal(netdev_each_address(&image, see, &seen), 0);
	assert_string_equal(seen.text, "0:5254..01 0:aa00..00 1:0a00..01 1:0a00..09 1:0a00..02 "
				       "1:0a00..09 2:fe80..07 0:5254..02 0:aa00..00 ");
}

static void test_stop(void **state)
{
	struct seen seen = {.stop_after = 3};

	(void)state;
	assert_int_equal(netdev_each_address(&image, see, &seen), 7);
	assert_int_equal(seen.n, 3);
}

/* As of ipip, and of ip6tnl. */
static void test_tunnels(void **state)
{
	struct seen seen = {.stop_after = 0};

	(void)state;
	fake_put(DEV(0) + 40, 1, 4);
	fake_put(DEV(0) + 96, 8, 0);
	fake_put(DEV(0) + 104, 8, 0);
	fake_put(DEV(1) + 40, 1, 16);
	assert_int_equal(netdev_each_address(&image, see, &seen), 0);
	assert_string_equal(seen.text, "1:5254..00 1:aa00..00 2:5254..00 2:aa00..00 ");
}

/* A list that never comes back to its head ends at the cap. */
static void test_loop(void **state)
{
	struct seen seen = {.stop_after = 0};

	(void)state;
	fake_put(DEV(1) + 16, 8, fake_va(DEV(1) + 16));
	fake_put(IFADDR(1) + 16, 8, fake_va(IFADDR(1)));
	assert_int_equal(netdev_each_address(&image, see, &seen), 0);
	assert_true(seen.n > 100);
}

static void test_lost(void **state)
{
	struct seen seen = {.stop_after = 0};

	(void)state;
	fake_put(DEV(0) + 48, 8, 0);
	fake_put(DEV(0) + 96, 8, 0x10);
	fake_put(DEV(0) + 104, 8, 0x10);
	assert_int_equal(netdev_each_address(&image, see, &seen), 0);
	assert_string_equal(seen.text, "0:aa00..00 0:5254..02 0:aa00..00 ");
	image.symbols = NULL;
	assert_int_equal(netdev_each_address(&image, see, &seen), 0);
	assert_int_equal(seen.n, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stop, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tunnels, setup, teardown),
		cmocka_unit_test_setup_teardown(test_loop, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lost, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
