// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "oops/event.h"
#include "oops/firmware.h"
#include "oops/parse_text.h"

static const struct {
	const char *line;
	const char *driver, *device, *part, *file,
		*version; /* driver NULL: the line says nothing */
} lines[] = {
	{"iwlwifi 0000:00:14.3: loaded firmware version 77.2df8986f.0 so-a0-gf-a0-77.ucode op_mode "
	 "iwlmvm",
		"iwlwifi", "0000:00:14.3", NULL, "so-a0-gf-a0-77.ucode", "77.2df8986f.0"},
	{"iwlwifi 0000:04:00.0: loaded firmware version 36.ca7b901d.0 op_mode iwlmvm", "iwlwifi",
		"0000:04:00.0", NULL, NULL, "36.ca7b901d.0"},
	{"iwlwifi 0000:00:14.3: Loaded firmware version: 77.2df8986f.0 so-a0-gf-a0-77.ucode",
		"iwlwifi", "0000:00:14.3", NULL, "so-a0-gf-a0-77.ucode", "77.2df8986f.0"},
	{"i915 0000:00:02.0: [drm] Finished loading DMC firmware i915/adlp_dmc.bin (v2.20)", "i915",
		"0000:00:02.0", NULL, "i915/adlp_dmc.bin", "2.20"},
	{"i915 0000:00:02.0: [drm] GT0: GuC firmware i915/adlp_guc_70.bin version 70.5.1", "i915",
		"0000:00:02.0", NULL, "i915/adlp_guc_70.bin", "70.5.1"},
	{"xe 0000:00:02.0: [drm] GT0: Using HuC firmware from xe/lnl_huc.bin version 9.4.13", "xe",
		"0000:00:02.0", NULL, "xe/lnl_huc.bin", "9.4.13"},
	{"amdgpu 0000:c1:00.0: amdgpu: smu driver if version = 0x00000003, smu fw if version = "
	 "0x00000004, smu fw program = 0, smu fw version = 0x00544fdf (84.79.223)",
		"amdgpu", "0000:c1:00.0", NULL, NULL, "84.79.223"},
	{"mlx5_core 0000:17:00.0: firmware version: 16.35.2000", "mlx5_core", "0000:17:00.0", NULL,
		NULL, "16.35.2000"},
	{"mlx5_core 0000:17:00.0: print_health_info:424:(pid 0): fw_ver 16.27.1016", "mlx5_core",
		"0000:17:00.0", NULL, NULL, "16.27.1016"},
	{"i40e 0000:3d:00.0: fw 8.13.63341 api 1.15 nvm 8.15 0x8000a4e8 1.2879.0", "i40e",
		"0000:3d:00.0", NULL, NULL, "8.13.63341"},
	{"hns3 0000:7d:00.0: The firmware version is 1.9.0.6", "hns3", "0000:7d:00.0", NULL, NULL,
		"1.9.0.6"},
	{"be2net 0000:06:00.0: FW version is 10.2.340.19", "be2net", "0000:06:00.0", NULL, NULL,
		"10.2.340.19"},
	{"rtw_8822ce 0000:02:00.0: Firmware version 9.9.15, H2C version 15", "rtw_8822ce",
		"0000:02:00.0", NULL, NULL, "9.9.15"},
	{"rtw_8822ce 0000:02:00.0: WOW Firmware version 9.9.4, H2C version 15", "rtw_8822ce",
		"0000:02:00.0", "WOW", NULL, "9.9.4"},
	{"mt7921e 0000:01:00.0: WM Firmware Version: ____010000, Build Time: 20230117170942",
		"mt7921e", "0000:01:00.0", "WM", NULL, "010000"},
	{"ath10k_pci 0000:02:00.0: firmware ver WLAN.RM.4.4.1-00288- api 6 features wowlan "
	 "crc32 bf907c7c",
		"ath10k_pci", "0000:02:00.0", NULL, NULL, "WLAN.RM.4.4.1-00288-"},
	{"ath11k_pci 0000:01:00.0: fw_version 0x1106996e fw_build_timestamp 2024-05-24 12:30",
		"ath11k_pci", "0000:01:00.0", NULL, NULL, "0x1106996e"},
	{"brcmfmac: brcmf_c_preinit_dcmds: Firmware: BCM4345/6 wl0: Aug 29 2023 01:47:08 version "
	 "7.45.265 (28bca26 CY) FWID 01-b677b91b",
		"brcmfmac", NULL, NULL, NULL, "7.45.265"},
	{"Bluetooth: hci0: Firmware revision 0.1 build 50 week 12 2019", "Bluetooth", "hci0", NULL,
		NULL, "0.1"},
	{"wlcore: PHY firmware version: Rev 8.2.0.0.236", "wlcore", NULL, "PHY", NULL,
		"8.2.0.0.236"},
	{"qla2xxx [0000:05:00.0]-00fc:1: ISP2031: PCIe (8.0GT/s x8) @ 0000:05:00.0 hdma+ host#=1 "
	 "fw=8.08.05 (d0d5).",
		"qla2xxx", "0000:05:00.0", NULL, NULL, "8.08.05"},
	{"mpt3sas_cm0: LSISAS3008: FWVersion(16.00.01.00), ChipRevision(0x02)", "mpt3sas_cm0", NULL,
		NULL, NULL, "16.00.01.00"},
	{"sof-audio-pci-intel-tgl 0000:00:1f.3: Firmware info: version 2:2:0-57864",
		"sof-audio-pci-intel-tgl", "0000:00:1f.3", NULL, NULL, "2:2:0-57864"},
	{"tpm_tis_spi spi1.0: Cr50 firmware version: Ti50/D3C1 RO_B:0.0.34/- RW_B:0.22.9",
		"tpm_tis_spi", "spi1.0", NULL, NULL, "Ti50/D3C1"},
	{"ath9k_htc 1-1:1.0: ath9k_htc: FW Version: 1.4", "ath9k_htc", "1-1:1.0", NULL, NULL,
		"1.4"},
	{"intel_vpu 0000:00:0b.0: [drm] Firmware: intel/vpu/vpu_37xx_v0.0.bin, version: "
	 "20230627*MTL_CLIENT_SILICON-release",
		"intel_vpu", "0000:00:0b.0", NULL, "intel/vpu/vpu_37xx_v0.0.bin",
		"20230627*MTL_CLIENT_SILICON-release"},
	{"microcode: Current revision: 0x000000f0", "microcode", NULL, NULL, NULL, "0x000000f0"},
	{"microcode: sig=0xa0660, pf=0x80, revision=0xca", "microcode", NULL, NULL, NULL, "0xca"},
	{"microcode: CPU3 sig=0x306a9, pf=0x2, revision=0x1b", "microcode", NULL, NULL, NULL,
		"0x1b"},
	{"microcode: CPU0: patch_level=0x08701021", "microcode", NULL, NULL, NULL, "0x08701021"},
	{"microcode: microcode updated early to revision 0xf0, date = 2021-11-12", "microcode",
		NULL, NULL, NULL, "0xf0"},
	{"mce: [Hardware Error]: PROCESSOR 0:306f2 TIME 1500000000 SOCKET 0 APIC 0 microcode 43",
		"microcode", NULL, NULL, NULL, "43"},

	{"iwlwifi 0000:00:14.3: firmware version mismatch: 77.0 loaded", NULL, NULL, NULL, NULL,
		NULL},
	{"foo 0000:00:14.3: Firmware version 2.0 or newer is required", NULL, NULL, NULL, NULL,
		NULL},
	{"foo 0000:00:14.3: firmware version unknown", NULL, NULL, NULL, NULL, NULL},
	{"[drm] Found VCN firmware Version ENC: 1.15 DEC: 3 VEP: 0 Revision: 0", NULL, NULL, NULL,
		NULL, NULL},
	{"Firmware version: B2-C:0 RO_B:0.0.11/4d655eab RW_B:0.5.130", NULL, NULL, NULL, NULL,
		NULL},
	{"dram_init: firmware version: 0.1.0, accepting param version 1", NULL, NULL, NULL, NULL,
		NULL},
};

static void is_text(const char *line, const char *got, const char *want)
{
	if (!got != !want || (got && strcmp(got, want) != 0))
		fail_msg("%s\n%s instead of %s", line, got ? got : "-", want ? want : "-");
}

static void each_wording(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct oops_log *log = parse_text(lines[i].line);
		const struct oops_firmware *f = log->boot->firmware;

		if (log->boot->n_firmware != (lines[i].driver != NULL))
			fail_msg("%s: %zu", lines[i].line, log->boot->n_firmware);
		if (log->boot->n_firmware) {
			is_text(lines[i].line, f->driver, lines[i].driver);
			is_text(lines[i].line, f->device, lines[i].device);
			is_text(lines[i].line, f->part, lines[i].part);
			is_text(lines[i].line, f->file, lines[i].file);
			is_text(lines[i].line, f->version, lines[i].version);
		}
		talloc_free(log);
	}
}

/* Each row has a line that it takes. */
static void no_row_is_useless(void **state)
{
	(void)state;
	for (size_t r = 0; r < oops_n_firmware_rows; r++) {
		bool any = false;

		for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
			any |= lines[i].driver && strstr(lines[i].line, oops_firmware_rows[r].mark);
		if (!any)
			fail_msg("%s: no line", oops_firmware_rows[r].mark);
	}
}

static void last_counts(void **state)
{
	struct oops_log *log =
		parse_text("Linux version 6.1.0 (x@y) (gcc) #1 SMP first\n"
			   "foo 0000:01:00.0: firmware version: 1.0\n"
			   "foo 0000:02:00.0: firmware version: 1.0\n"
			   "foo 0000:01:00.0: firmware version: 1.2\n"
			   "foo 0000:01:00.0: Loaded firmware version: 1.2 foo-1.bin\n");

	(void)state;
	assert_int_equal(log->boot->n_firmware, 2);
	assert_string_equal(log->boot->firmware[0].version, "1.2");
	assert_string_equal(log->boot->firmware[1].version, "1.0");
	talloc_free(log);
	log = parse_text("Linux version 6.1.0 (x@y) (gcc) #1 SMP first\n"
			 "foo 0000:01:00.0: firmware version: 1.0\n"
			 "Linux version 6.1.0 (x@y) (gcc) #1 SMP second\n");
	assert_int_equal(log->boot->n_firmware, 0);
	talloc_free(log);
}

static void no_more_than_the_cap(void **state)
{
	char *text = talloc_strdup(NULL, "");
	struct oops_log *log;

	(void)state;
	for (int i = 0; i < CAP_FIRMWARE + 10; i++)
		text = talloc_asprintf_append(text, "foo 0000:01:%x.0: firmware version: 1.0\n", i);
	log = parse_text(text);
	assert_int_equal(log->boot->n_firmware, CAP_FIRMWARE);
	talloc_free(log);
	talloc_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_wording),
		cmocka_unit_test(no_row_is_useless),
		cmocka_unit_test(last_counts),
		cmocka_unit_test(no_more_than_the_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
