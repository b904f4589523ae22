/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Capstone, loaded to decode instructions: its tables take long to relocate. See base/dynlib.h. */
#ifndef VMT_BASE_CAPSTONE_API_H
#define VMT_BASE_CAPSTONE_API_H

#include <capstone/capstone.h>

#include "base/dynlib.h"

#define CAPSTONE_FUNCTIONS(F)                                                                      \
	F(cs_close)                                                                                \
	F(cs_disasm_iter)                                                                          \
	F(cs_free)                                                                                 \
	F(cs_insn_group)                                                                           \
	F(cs_malloc)                                                                               \
	F(cs_open)                                                                                 \
	F(cs_option)                                                                               \
	F(cs_reg_name)

struct capstone_api {
	CAPSTONE_FUNCTIONS(DYNLIB_POINTER)
};

/* VMT_ERR_UNSUPPORTED: Capstone is not installed; the message says what to install. */
int capstone_api_load(struct capstone_api *cs, struct vmt_err *err);

#endif
