// SPDX-License-Identifier: GPL-3.0-or-later
/* An NVMe controller and a SCSI disk built by hand, with types of the kernel and of a module. */
#include "base/test.h"

#include "base/array.h"
#include "image/fake_btf.h"
#include "image/fake_image.h"
#include "kernel/device_model.h"

#define DEVICE 0x2000u /* a struct device; its kobject is at offset KOBJ */
#define KOBJ 0x10u
#define TYPE 0x2800u
#define NAME 0x2900u
#define FACTS 0x3000u
#define TEXTS 0x4000u
#define BTF_AT 0x5000u
#define MODULE_BTF 0x6000u
#define HEAD 0x7000u /* btf_modules */
#define ENTRY 0x7100u
#define MODULE 0x8000u

static const struct {
	const char *type, *member;
	unsigned offset, size, count;
} rows[] = {
	{"device", "kobj", KOBJ, 64, 1},
	{"device", "type", 0x60, 8, 1},
	{"device", "driver_data", 0x68, 8, 1},
	{"device_type", "name", 8, 8, 1},
	{"nvme_ctrl", "subsys", 0x20, 8, 1},
	{"nvme_subsystem", "model", 0x10, 40, 40},
	{"nvme_subsystem", "firmware_rev", 0x38, 8, 8},
	{"scsi_device", "sdev_gendev", 0x400, 512, 1},
	{"scsi_device", "model", 0x98, 8, 1},
	{"scsi_device", "rev", 0xa0, 8, 1},
};

static int row_member(void *priv, const char *type, const char *name, struct layout_member *ret,
	struct vmt_err *err)
{
	(void)priv;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].type, type) != 0 || strcmp(rows[i].member, name) != 0)
			continue;
		*ret = (struct layout_member){
			.offset = rows[i].offset, .size = rows[i].size, .count = rows[i].count};
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(fake_btf_rows); i++) {
		const struct fake_btf_row *r = &fake_btf_rows[i];

		if (strcmp(r->type, type) != 0 || strcmp(r->member, name) != 0)
			continue;
		*ret = (struct layout_member){.offset = r->offset, .size = r->size, .count = 1};
		return 0;
	}
	return err_set(err, VMT_ERR_NOTFOUND, "no %s.%s", type, name);
}

static int row_size(void *priv, const char *type, uint64_t *ret, struct vmt_err *err)
{
	(void)priv;
	(void)ret;
	return err_set(err, VMT_ERR_NOTFOUND, "no %s", type);
}

struct fixture {
	struct kernel_image k;
	struct module_list list;
	struct kernel_module module;
	struct btf *base;
	struct device_model got;
};

static int setup(void **state)
{
	static const struct fake_layout tables = {
		.mode = FAKE_RELATIVE, .two_bytes = true, .seqs = true};
	static const struct layout_provider provider = {
		.name = "rows", .member = row_member, .size = row_size};
	struct fixture *f = talloc_zero(NULL, struct fixture);
	struct fake_tables t = {0};
	uint64_t len;

	fake_reset();
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, fake_va(HEAD), "dbtf_modules");
	fake_put_tables(&tables, &t);
	fake_image(f, &t, &provider, &f->k);
	len = fake_btf_put(BTF_AT, "st", 0, 0);
	assert_int_equal(btf_open(f, (struct btf_place){f->k.space, fake_va(BTF_AT), len}, NULL,
				 &f->base, NULL),
		0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

/* A controller that is the driver data of its class device. */
static void put_nvme(void)
{
	fake_put(DEVICE + 0x68, 8, fake_va(FACTS));
	fake_put(FACTS + 0x20, 8, fake_va(FACTS + 0x100));
	memcpy(fake_ram + FACTS + 0x110, "ACME SSD 9000                           ", 40);
	memcpy(fake_ram + FACTS + 0x138, "  1.2a  ", 8);
}

/* A disk that embeds the device and points into the response to INQUIRY. */
static uint64_t put_scsi(const char *type)
{
	fake_put(FACTS + 0x400 + 0x60, 8, fake_va(TYPE));
	fake_put(TYPE + 8, 8, fake_va(NAME));
	fake_text(NAME, type);
	fake_text(TEXTS, "QEMU HARDDISK   2.5+ and what follows");
	fake_put(FACTS + 0x98, 8, fake_va(TEXTS));
	fake_put(FACTS + 0xa0, 8, fake_va(TEXTS + 16));
	return fake_va(FACTS + 0x400 + KOBJ);
}

static void ask(struct fixture *f, struct btf *base, const char *subsystem, uint64_t kobject)
{
	struct device_models *models;

	memset(&f->got, 0, sizeof(f->got));
	assert_int_equal(device_models_new(f, &f->k, &f->list, base, &models, NULL), 0);
	device_model_read(models, subsystem, kobject, &f->got);
	talloc_free(models);
}

static void nvme(void **state)
{
	struct fixture *f = *state;

	put_nvme();
	ask(f, f->base, "nvme", fake_va(DEVICE + KOBJ));
	assert_string_equal(f->got.model, "ACME SSD 9000");
	assert_string_equal(f->got.firmware, "1.2a");
	ask(f, f->base, "net", fake_va(DEVICE + KOBJ)); /* has no such facts */
	assert_string_equal(f->got.model, "");
	ask(f, NULL, "nvme", fake_va(DEVICE + KOBJ)); /* no types: nothing can be read */
	assert_string_equal(f->got.model, "");
	fake_put(FACTS + 0x20, 8, 0); /* a controller that is still being set up */
	ask(f, f->base, "nvme", fake_va(DEVICE + KOBJ));
	assert_string_equal(f->got.model, "");
}

/* Text that fills its room, and text that cannot be read. */
static void nvme_texts(void **state)
{
	struct fixture *f = *state;

	put_nvme();
	memset(fake_ram + FACTS + 0x110, 'x', 40);
	ask(f, f->base, "nvme", fake_va(DEVICE + KOBJ));
	assert_int_equal(strlen(f->got.model), 40);
	fake_put(FACTS + 0x20, 8, fake_va(FAKE_RAM));
	ask(f, f->base, "nvme", fake_va(DEVICE + KOBJ));
	assert_string_equal(f->got.model, "");
	assert_string_equal(f->got.firmware, "");
	fake_put(DEVICE + 0x68, 8, 0);
	ask(f, f->base, "nvme", fake_va(DEVICE + KOBJ));
	assert_string_equal(f->got.model, "");
}

static void scsi(void **state)
{
	struct fixture *f = *state;
	uint64_t kobject = put_scsi("scsi_device");

	ask(f, f->base, "scsi", kobject);
	assert_string_equal(f->got.model, "QEMU HARDDISK");
	assert_string_equal(f->got.firmware, "2.5+");
	ask(f, f->base, "scsi", put_scsi("scsi_host")); /* of the same subsystem */
	assert_string_equal(f->got.model, "");
	kobject = put_scsi("scsi_device");
	fake_put(FACTS + 0x400 + 0x60, 8, 0); /* a device without a type */
	ask(f, f->base, "scsi", kobject);
	assert_string_equal(f->got.model, "");
}

/*
 * If the module is loaded, the types come from its BTF. Here it has no nvme_ctrl, and the kernel's
 * layout must not be used instead.
 */
static void types_of_the_module(void **state)
{
	struct fixture *f = *state;
	uint64_t len = fake_btf_put(MODULE_BTF, "mod", 0, FAKE_BTF_STRINGS);

	put_nvme();
	f->module = (struct kernel_module){.addr = fake_va(MODULE), .name = "nvme_core"};
	f->list = (struct module_list){.items = &f->module, .n = 1};
	fake_put(HEAD, 8, fake_va(ENTRY + BTF_MODULE_LIST));
	fake_btf_module(ENTRY, HEAD, fake_va(MODULE), MODULE_BTF, len);
	ask(f, f->base, "nvme", fake_va(DEVICE + KOBJ));
	assert_string_equal(f->got.model, "");
	f->module.addr = fake_va(MODULE + 64); /* it has no BTF */
	ask(f, f->base, "nvme", fake_va(DEVICE + KOBJ));
	assert_string_equal(f->got.model, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nvme),
		TEST(nvme_texts),
		TEST(scsi),
		TEST(types_of_the_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
