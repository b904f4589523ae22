// SPDX-License-Identifier: GPL-3.0-or-later
/* See hardware.h. The status of a bank: arch/x86/include/asm/mce.h (MCI_STATUS_). */
#include "oops/hardware.h"

#define MCI_STATUS_UC (1ull << 61)  /* uncorrected */
#define MCI_STATUS_PCC (1ull << 57) /* processor context corrupt */

bool oops_hardware_is_corrupt(const struct oops_event *ev)
{
	return ev->kind->id == KIND_MACHINE_CHECK && ev->bank.known &&
	       (ev->error_code.v & MCI_STATUS_PCC);
}

void oops_hardware_settle(struct oops_build *b)
{
	struct oops_event *ev = b->ev;
	bool uncorrected = ev->error_code.v & MCI_STATUS_UC;

	if (!(ev->kind->traits & TRAIT_HARDWARE))
		return;
	if (ev->kind->id == KIND_MACHINE_CHECK && ev->bank.known && !uncorrected && !ev->fatal)
		ev->kind = oops_kind_row(KIND_CORRECTED_ERROR);
	else if (ev->kind->id == KIND_CORRECTED_ERROR && ev->bank.known && uncorrected)
		ev->kind = oops_kind_row(KIND_MACHINE_CHECK);
	/* No time was taken of an uncorrected error that was found at boot. */
	ev->left_over = (b->flags & OOPS_H_LEFT) && ev->kind->id != KIND_CORRECTED_ERROR;
}
