/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model and firmware of a device, if its subsystem keeps them in memory. */
#ifndef VMT_KERNEL_DEVICE_MODEL_H
#define VMT_KERNEL_DEVICE_MODEL_H

#include "image/btf.h"
#include "kernel/modules.h"

#define DEVICE_MODEL_MAX 41

struct device_model {
	char model[DEVICE_MODEL_MAX], firmware[DEVICE_MODEL_MAX]; /* "": not known */
};

struct device_models;

/*
 * Makes a reader, a talloc child of ctx. base may be NULL: then nothing is known about any device.
 * All arguments must outlive it.
 */
int device_models_new(TALLOC_CTX *ctx, const struct kernel_image *k, const struct module_list *list,
	struct btf *base, struct device_models **ret, struct vmt_err *err);

/*
 * Fills ret if the subsystem keeps these facts for the device with this kobject. Otherwise ret is
 * unchanged.
 */
void device_model_read(struct device_models *models, const char *subsystem, uint64_t kobject,
	struct device_model *ret);

/* Whether a list that it followed is longer than the cap in caps.h. */
bool device_models_are_capped(const struct device_models *m);

#endif
