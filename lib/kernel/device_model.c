// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * nvme: struct nvme_ctrl is the driver data of the class device, and its subsystem has the strings
 * from Identify Controller (drivers/nvme/host/nvme.h). scsi: struct scsi_device embeds the device,
 * and points into the response to INQUIRY (include/scsi/scsi_device.h). Hosts and targets belong to
 * the same subsystem and are distinguished by their device type.
 */
#include "kernel/device_model.h"

#include <string.h>

#include "base/array.h"
#include "image/layout.h"

struct model_row {
	const char *subsystem;
	const char *device_type; /* name of its struct device_type; NULL: any */
	const char *module; /* the module whose BTF has the types; if built in: the kernel's own */
	const char *type;   /* the struct that holds or leads to the facts */
	const char *embedded; /* its member that is the device; NULL: it is driver data */
	const char *next; /* a member that points to the struct with the facts; NULL: type itself */
	const char *next_type;
	const char *model, *firmware;	  /* members: arrays of char, or pointers to text */
	unsigned model_max, firmware_max; /* for a pointer: length of the text in bytes */
};

static const struct model_row rows[] = {
	{"nvme", NULL, "nvme_core", "nvme_ctrl", NULL, "subsys", "nvme_subsystem", "model",
		"firmware_rev", 0, 0},
	{"scsi", "scsi_device", "scsi_mod", "scsi_device", "sdev_gendev", NULL, "scsi_device",
		"model", "rev", 16, 4},
};

#define N_ROWS ARRAY_SIZE(rows)

struct device_models {
	const struct kernel_image *k;
	const struct module_list *list;
	struct btf *base;
	struct layout *layouts[N_ROWS]; /* in the order of rows; opened at first use */
	bool tried[N_ROWS];
	bool capped; /* the list of modules' types exceeds its cap */
};

int device_models_new(TALLOC_CTX *ctx, const struct kernel_image *k, const struct module_list *list,
	struct btf *base, struct device_models **ret, struct vmt_err *err)
{
	struct device_models *m = talloc_zero(ctx, struct device_models);

	if (!m)
		return err_nomem(err);
	m->k = k;
	m->list = list;
	m->base = base;
	*ret = m;
	return 0;
}

/*
 * The layout uses the module's types first, then the kernel's. A built-in subsystem only has the
 * kernel's.
 */
static struct layout *open_layout(struct device_models *m, size_t i)
{
	const struct kernel_module *module = modules_find(m->list, rows[i].module);
	struct layout_provider provider;
	struct layout *layout;
	struct btf *btf;
	int rc;

	if (m->tried[i])
		return m->layouts[i];
	m->tried[i] = true;
	if (!m->base)
		return NULL;
	if (!module)
		return m->layouts[i] = m->k->layout;
	rc = btf_open_module(m, m->k, m->base, module->addr, &btf, NULL);
	m->capped |= rc == VMT_ERR_LIMIT;
	if (rc || layout_new(m, &layout, NULL))
		return NULL;
	provider = btf_provider(btf);
	if (layout_add(layout, &provider, NULL) == 0)
		m->layouts[i] = layout;
	return m->layouts[i];
}

static bool is_type(const struct kernel_image *k, uint64_t device, const char *wanted)
{
	char name[32];
	uint64_t type, at;

	if (!wanted)
		return true;
	return kernel_read_member(k, device, "device", "type", &type, NULL) == 0 && type &&
	       kernel_read_member(k, type, "device_type", "name", &at, NULL) == 0 && at &&
	       mem_read_string(k->space, at, name, sizeof(name), NULL) == 0 &&
	       strcmp(name, wanted) == 0;
}

/*
 * The address of the struct with the facts. 0: not available. k is the kernel with the row's
 * layout.
 */
static uint64_t find_facts(
	const struct kernel_image *k, const struct model_row *row, uint64_t device)
{
	struct layout_member member;
	uint64_t at;

	if (row->embedded) {
		if (layout_member(k->layout, row->type, row->embedded, &member, NULL))
			return 0;
		at = device - member.offset;
	} else if (kernel_read_member(k, device, "device", "driver_data", &at, NULL)) {
		return 0;
	}
	if (at && row->next && kernel_read_member(k, at, row->type, row->next, &at, NULL))
		return 0;
	return at;
}

static void trim(char *text)
{
	size_t n = strlen(text);

	while (n && text[n - 1] == ' ')
		text[--n] = '\0';
	n = strspn(text, " ");
	memmove(text, text + n, strlen(text + n) + 1);
}

/* Text from devices is padded with spaces and may lack a NUL. */
static void read_fact(const struct kernel_image *k, uint64_t facts, const struct model_row *row,
	const char *name, unsigned max, char *ret)
{
	struct layout_member member;
	uint64_t at = facts, size = max;

	if (layout_member(k->layout, row->next_type, name, &member, NULL))
		return;
	if (member.count > 1) {
		at += member.offset;
		size = member.size;
	} else if (kernel_read_member(k, facts, row->next_type, name, &at, NULL)) {
		return;
	}
	if (size >= DEVICE_MODEL_MAX)
		size = DEVICE_MODEL_MAX - 1;
	mem_read_some(k->space, at, ret, size);
	ret[size] = '\0';
	trim(ret);
}

void device_model_read(struct device_models *models, const char *subsystem, uint64_t kobject,
	struct device_model *ret)
{
	struct layout_member kobj;

	for (size_t i = 0; i < N_ROWS; i++) {
		struct kernel_image k = *models->k;
		uint64_t device, facts;

		if (strcmp(rows[i].subsystem, subsystem) != 0 ||
			layout_member(k.layout, "device", "kobj", &kobj, NULL))
			continue;
		device = kobject - kobj.offset;
		if (!is_type(&k, device, rows[i].device_type))
			continue;
		k.layout = open_layout(models, i);
		facts = k.layout ? find_facts(&k, &rows[i], device) : 0;
		if (!facts)
			continue;
		read_fact(&k, facts, &rows[i], rows[i].model, rows[i].model_max, ret->model);
		read_fact(
			&k, facts, &rows[i], rows[i].firmware, rows[i].firmware_max, ret->firmware);
	}
}

bool device_models_are_capped(const struct device_models *m)
{
	return m->capped;
}
