// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A member that is added to a struct of a report has a row here: pack_test.c finds those that are
 * missing.
 */
#include "report/pack_shapes.h"

#include "base/array.h"
#include "vmtriage.h"

/* clang-format off */
#define AT(s, m) offsetof(struct s, m), sizeof(((struct s *)NULL)->m)
#define BYTES(s, m) {PACK_BYTES, AT(s, m), 0, NULL}
#define BOOL(s, m) {PACK_BOOL, AT(s, m), 0, NULL}
#define U64(s, m) {PACK_U64, AT(s, m), 0, NULL}
#define TIME(s, m) {PACK_TIME, AT(s, m), 0, NULL}
#define TEXT(s, m) {PACK_TEXT, AT(s, m), 0, NULL}
#define NAME(s, m) {PACK_NAME, AT(s, m), 0, NULL}
#define ONE(s, m, shape) {PACK_ONE, AT(s, m), 0, &(shape)}
#define NONE(s, m) {PACK_NONE, AT(s, m), 0, NULL}
#define TEXTS(s, m, count) {PACK_TEXTS, AT(s, m), offsetof(struct s, count), NULL}
#define PART(s, m, shape) {PACK_PART, AT(s, m), 0, &(shape)}
#define ROWS(s, m, shape) {PACK_ROWS, AT(s, m), offsetof(struct s, n_##m), &(shape)}
#define SHAPE(s, fields) {#s, sizeof(struct s), fields, ARRAY_SIZE(fields)}

static const struct pack_field input_fields[] = {
	TEXT(vmt_input, path),
	TEXT(vmt_input, format),
	BOOL(vmt_input, complete),
	U64(vmt_input, size),
	TEXT(vmt_input, missing),
	TEXTS(vmt_input, layers, n_layers),
	U64(vmt_input, percent),
};
static const struct pack_shape input_shape = SHAPE(vmt_input, input_fields);

static const struct pack_field taint_fields[] = {
	BYTES(vmt_taint, letter),
	NAME(vmt_taint, meaning),
};
static const struct pack_shape taint_shape = SHAPE(vmt_taint, taint_fields);

static const struct pack_field kernel_fields[] = {
	TEXT(vmt_kernel, release),
	TEXT(vmt_kernel, version),
	TEXT(vmt_kernel, arch),
	TEXT(vmt_kernel, build_id),
	TEXT(vmt_kernel, distribution),
	U64(vmt_kernel, tainted),
	ROWS(vmt_kernel, taints, taint_shape),
	BOOL(vmt_kernel, taint_known),
	TEXT(vmt_kernel, command_line),
	TEXT(vmt_kernel, signature),
};
static const struct pack_shape kernel_shape = SHAPE(vmt_kernel, kernel_fields);

static const struct pack_field sysctl_fields[] = {
	NAME(vmt_sysctl, name),
	BYTES(vmt_sysctl, value),
};
static const struct pack_shape sysctl_shape = SHAPE(vmt_sysctl, sysctl_fields);

static const struct pack_field unloaded_fields[] = {
	NAME(vmt_unloaded, name),
	TEXT(vmt_unloaded, taints),
};
static const struct pack_shape unloaded_shape = SHAPE(vmt_unloaded, unloaded_fields);

static const struct pack_field device_dump_fields[] = {
	NAME(vmt_device_dump, name),
	BYTES(vmt_device_dump, size),
};
static const struct pack_shape device_dump_shape = SHAPE(vmt_device_dump, device_dump_fields);

static const struct pack_field firmware_fields[] = {
	TEXT(vmt_firmware, driver),
	TEXT(vmt_firmware, device),
	TEXT(vmt_firmware, part),
	TEXT(vmt_firmware, file),
	TEXT(vmt_firmware, version),
};
static const struct pack_shape firmware_shape = SHAPE(vmt_firmware, firmware_fields);

static const struct pack_field device_use_fields[] = {
	TEXT(vmt_device_use, subsystem),
	TEXT(vmt_device_use, name),
	TEXT(vmt_device_use, model),
	TEXT(vmt_device_use, firmware),
};
static const struct pack_shape device_use_shape = SHAPE(vmt_device_use, device_use_fields);

static const struct pack_field device_fields[] = {
	TEXT(vmt_device, bus),
	TEXT(vmt_device, driver),
	TEXT(vmt_device, name),
	TEXT(vmt_device, pci_address),
	TEXT(vmt_device, pci_id),
	ROWS(vmt_device, uses, device_use_shape),
};
static const struct pack_shape device_shape = SHAPE(vmt_device, device_fields);

static const struct pack_field machine_fields[] = {
	TEXT(vmt_machine, hostname),
	TEXT(vmt_machine, hardware),
	TEXT(vmt_machine, bios),
	U64(vmt_machine, cpus),
	U64(vmt_machine, memory_bytes),
	ROWS(vmt_machine, sysctls, sysctl_shape),
};
static const struct pack_shape machine_shape = SHAPE(vmt_machine, machine_fields);

static const struct pack_field crash_fields[] = {
	TIME(vmt_crash, time),
	TIME(vmt_crash, uptime),
	U64(vmt_crash, cpu),
	U64(vmt_crash, pid),
	TEXT(vmt_crash, comm),
	TEXT(vmt_crash, context),
	TEXT(vmt_crash, time_text),
	TIME(vmt_crash, local),
	TEXT(vmt_crash, time_source),
	TEXT(vmt_crash, boot_id),
};
static const struct pack_shape crash_shape = SHAPE(vmt_crash, crash_fields);

static const struct pack_field suspect_fields[] = {
	TEXT(vmt_suspect, function),
	TEXT(vmt_suspect, module),
	TEXT(vmt_suspect, subsystem),
	TEXT(vmt_suspect, role),
	TEXT(vmt_suspect, reason),
};
static const struct pack_shape suspect_shape = SHAPE(vmt_suspect, suspect_fields);

static const struct pack_field verdict_fields[] = {
	TEXT(vmt_verdict, kind),
	BOOL(vmt_verdict, no_crash),
	TEXT(vmt_verdict, detector),
	TEXT(vmt_verdict, headline),
	TEXT(vmt_verdict, function),
	TEXT(vmt_verdict, module),
	TEXT(vmt_verdict, file),
	U64(vmt_verdict, line),
	TEXT(vmt_verdict, origin),
	TEXT(vmt_verdict, path),
	TEXT(vmt_verdict, access),
	TEXT(vmt_verdict, address_class),
	BOOL(vmt_verdict, victim),
	BOOL(vmt_verdict, corrupted),
	TEXT(vmt_verdict, corrupted_why),
	TEXT(vmt_verdict, confidence),
	U64(vmt_verdict, event),
	TEXTS(vmt_verdict, evidence, n_evidence),
	TEXTS(vmt_verdict, next, n_next),
	TEXT(vmt_verdict, caution),
	ROWS(vmt_verdict, suspects, suspect_shape),
	TEXT(vmt_verdict, subsystem),
	TEXT(vmt_verdict, frame_certainty),
	TEXT(vmt_verdict, kind_text),
	U64(vmt_verdict, next_fixes),
};
static const struct pack_shape verdict_shape = SHAPE(vmt_verdict, verdict_fields);

static const struct pack_field event_fields[] = {
	TEXT(vmt_event, kind),
	TEXT(vmt_event, headline),
	TIME(vmt_event, time),
	BOOL(vmt_event, fatal),
	BYTES(vmt_event, boot),
	TEXT(vmt_event, host),
	TIME(vmt_event, clock),
	TEXT(vmt_event, time_text),
};
static const struct pack_shape event_shape = SHAPE(vmt_event, event_fields);

static const struct pack_field frame_fields[] = {
	TEXT(vmt_frame, function),
	U64(vmt_frame, offset),
	U64(vmt_frame, size),
	TEXT(vmt_frame, module),
	U64(vmt_frame, address),
	TEXT(vmt_frame, file),
	U64(vmt_frame, line),
	U64(vmt_frame, column),
	BOOL(vmt_frame, inlined),
	BOOL(vmt_frame, reliable),
	TEXT(vmt_frame, context),
	TEXT(vmt_frame, source),
	TEXT(vmt_frame, plain),
	TEXT(vmt_frame, build_id),
	BOOL(vmt_frame, exact),
};
static const struct pack_shape frame_shape = SHAPE(vmt_frame, frame_fields);

static const struct pack_field register_fields[] = {
	NAME(vmt_register, name),
	BYTES(vmt_register, value),
};
static const struct pack_shape register_shape = SHAPE(vmt_register, register_fields);

static const struct pack_field explained_fields[] = {
	NAME(vmt_explained, name),
	BYTES(vmt_explained, value),
	TEXT(vmt_explained, region),
	TEXT(vmt_explained, object),
	TEXT(vmt_explained, module),
	U64(vmt_explained, offset),
	U64(vmt_explained, size),
	TEXT(vmt_explained, state),
	BOOL(vmt_explained, shared),
	U64(vmt_explained, cpu),
};
static const struct pack_shape explained_shape = SHAPE(vmt_explained, explained_fields);

static const struct pack_field instruction_fields[] = {
	BYTES(vmt_instruction, address),
	TEXT(vmt_instruction, text),
	BOOL(vmt_instruction, current),
};
static const struct pack_shape instruction_shape = SHAPE(vmt_instruction, instruction_fields);

static const struct pack_field variable_fields[] = {
	TEXT(vmt_variable, function),
	TEXT(vmt_variable, name),
	TEXT(vmt_variable, type),
	TEXT(vmt_variable, value),
	BOOL(vmt_variable, argument),
	U64(vmt_variable, address),
	U64(vmt_variable, frame),
};
static const struct pack_shape variable_shape = SHAPE(vmt_variable, variable_fields);

static const struct pack_field fault_fields[] = {
	U64(vmt_fault, address),
	TEXT(vmt_fault, access),
	TEXT(vmt_fault, klass),
	TEXT(vmt_fault, instruction),
	TEXT(vmt_fault, operand),
	TEXT(vmt_fault, base_register),
	TEXT(vmt_fault, type),
	TEXT(vmt_fault, member),
	U64(vmt_fault, member_offset),
	TEXT(vmt_fault, expression),
	U64(vmt_fault, argument),
	U64(vmt_fault, pointer),
	TEXT(vmt_fault, pointer_is),
};
static const struct pack_shape fault_shape = SHAPE(vmt_fault, fault_fields);

static const struct pack_field module_fields[] = {
	TEXT(vmt_module, name),
	TEXT(vmt_module, version),
	TEXT(vmt_module, srcversion),
	TEXT(vmt_module, build_id),
	U64(vmt_module, size),
	U64(vmt_module, base),
	TEXT(vmt_module, taints),
	TEXT(vmt_module, origin),
	TEXT(vmt_module, disk_path),
	TEXT(vmt_module, disk_build_id),
	TEXT(vmt_module, disk_srcversion),
};
static const struct pack_shape module_shape = SHAPE(vmt_module, module_fields);

static const struct pack_field cpu_fields[] = {
	BYTES(vmt_cpu, number),
	U64(vmt_cpu, pid),
	TEXT(vmt_cpu, comm),
	TEXT(vmt_cpu, context),
	ROWS(vmt_cpu, registers, register_shape),
	ROWS(vmt_cpu, frames, frame_shape),
	TEXT(vmt_cpu, stopped),
};
static const struct pack_shape cpu_shape = SHAPE(vmt_cpu, cpu_fields);

static const struct pack_field wait_fields[] = {
	TEXT(vmt_wait, type),
	TEXT(vmt_wait, text),
	TEXT(vmt_wait, mode),
	U64(vmt_wait, address),
	TEXT(vmt_wait, name),
	TEXT(vmt_wait, module),
	U64(vmt_wait, offset),
	TEXT(vmt_wait, object),
	U64(vmt_wait, readers),
	U64(vmt_wait, holder_pid),
	TEXT(vmt_wait, holder_comm),
	TEXT(vmt_wait, container),
	TEXT(vmt_wait, member),
	TEXT(vmt_wait, device),
	U64(vmt_wait, in_flight),
	U64(vmt_wait, oldest_ms),
	U64(vmt_wait, writer_pid),
	TEXT(vmt_wait, writer_comm),
};
static const struct pack_shape wait_shape = SHAPE(vmt_wait, wait_fields);

static const struct pack_field waiter_fields[] = {
	BYTES(vmt_waiter, pid),
	TEXT(vmt_waiter, comm),
	TEXT(vmt_waiter, state),
	U64(vmt_waiter, cpu),
	TEXT(vmt_waiter, function),
	TEXT(vmt_waiter, module),
	PART(vmt_waiter, waits_for, wait_shape),
	ROWS(vmt_waiter, frames, frame_shape),
};
static const struct pack_shape waiter_shape = SHAPE(vmt_waiter, waiter_fields);

static const struct pack_field signature_fields[] = {
	TEXT(vmt_signature, algorithm),
	TEXT(vmt_signature, coarse),
	TEXT(vmt_signature, fine),
	TEXT(vmt_signature, text),
};
static const struct pack_shape signature_shape = SHAPE(vmt_signature, signature_fields);

static const struct pack_field missing_fields[] = {
	NAME(vmt_missing, what),
	TEXT(vmt_missing, build_id),
	TEXT(vmt_missing, package),
};
static const struct pack_shape missing_shape = SHAPE(vmt_missing, missing_fields);

static const struct pack_field debuginfo_fields[] = {
	TEXT(vmt_debuginfo, vmlinux),
	TEXTS(vmt_debuginfo, modules, n_modules),
	ROWS(vmt_debuginfo, missing, missing_shape),
};
static const struct pack_shape debuginfo_shape = SHAPE(vmt_debuginfo, debuginfo_fields);

static const struct pack_field source_fields[] = {
	TEXT(vmt_source, path),
	BYTES(vmt_source, first),
	TEXTS(vmt_source, lines, n),
};
static const struct pack_shape source_shape = SHAPE(vmt_source, source_fields);

static const struct pack_field excerpt_fields[] = {
	TEXTS(vmt_excerpt, lines, n),
	BYTES(vmt_excerpt, left_out),
};
static const struct pack_shape excerpt_shape = SHAPE(vmt_excerpt, excerpt_fields);

static const struct pack_field maintainer_fields[] = {
	TEXT(vmt_maintainer, section),
	TEXT(vmt_maintainer, status),
	TEXTS(vmt_maintainer, lists, n_lists),
	TEXTS(vmt_maintainer, bugs, n_bugs),
	TEXTS(vmt_maintainer, trees, n_trees),
	TEXTS(vmt_maintainer, persons, n_persons),
};
static const struct pack_shape maintainer_shape = SHAPE(vmt_maintainer, maintainer_fields);

static const struct pack_field role_fields[] = {
	TEXT(vmt_role, function),
	TEXT(vmt_role, module),
	TEXT(vmt_role, role),
	TEXT(vmt_role, reason),
	BOOL(vmt_role, culprit),
};
static const struct pack_shape role_shape = SHAPE(vmt_role, role_fields);

static const struct pack_field fact_fields[] = {
	TEXT(vmt_fact, id),
	BYTES(vmt_fact, points),
	TEXT(vmt_fact, reason),
};
static const struct pack_shape fact_shape = SHAPE(vmt_fact, fact_fields);

static const struct pack_field ranked_fields[] = {
	TEXT(vmt_ranked, function),
	TEXT(vmt_ranked, module),
	TEXT(vmt_ranked, file),
	TEXT(vmt_ranked, role),
	BYTES(vmt_ranked, points),
	ROWS(vmt_ranked, facts, fact_shape),
};
static const struct pack_shape ranked_shape = SHAPE(vmt_ranked, ranked_fields);

static const struct pack_field explanation_fields[] = {
	TEXT(vmt_explanation, kind_reason),
	TEXT(vmt_explanation, search),
	TEXT(vmt_explanation, basis),
	ROWS(vmt_explanation, frames, role_shape),
	ROWS(vmt_explanation, suspects, ranked_shape),
	TEXT(vmt_explanation, frame_reason),
	TEXT(vmt_explanation, bug_reason),
};
static const struct pack_shape explanation_shape = SHAPE(vmt_explanation, explanation_fields);

static const struct pack_field code_difference_fields[] = {
	TEXT(vmt_code_difference, function),
	TEXT(vmt_code_difference, module),
	BYTES(vmt_code_difference, offset),
	BYTES(vmt_code_difference, last),
	U64(vmt_code_difference, address),
	BYTES(vmt_code_difference, memory),
	BYTES(vmt_code_difference, file),
	U64(vmt_code_difference, bit),
	BYTES(vmt_code_difference, n_bytes),
	TEXT(vmt_code_difference, path),
};
static const struct pack_shape code_difference_shape = SHAPE(vmt_code_difference, code_difference_fields);

static const struct pack_field redacted_fields[] = {
	TEXT(vmt_redacted, kind),
	BYTES(vmt_redacted, count),
};
static const struct pack_shape redacted_shape = SHAPE(vmt_redacted, redacted_fields);

static const struct pack_field diag_fields[] = {
	NAME(vmt_diag, id),
	NAME(vmt_diag, severity),
	NAME(vmt_diag, message),
};
static const struct pack_shape diag_shape = SHAPE(vmt_diag, diag_fields);

static const struct pack_field stats_fields[] = {
	BYTES(vmt_stats, pages_read),
	BYTES(vmt_stats, bytes_read),
	BYTES(vmt_stats, log_records),
	BYTES(vmt_stats, elapsed_us),
};
static const struct pack_shape stats_shape = SHAPE(vmt_stats, stats_fields);

static const struct pack_field report_fields[] = {
	PART(vmt_report, input, input_shape),
	TEXT(vmt_report, level),
	PART(vmt_report, kernel, kernel_shape),
	PART(vmt_report, machine, machine_shape),
	PART(vmt_report, crash, crash_shape),
	PART(vmt_report, verdict, verdict_shape),
	TEXT(vmt_report, other_system),
	ROWS(vmt_report, events, event_shape),
	ROWS(vmt_report, frames, frame_shape),
	ROWS(vmt_report, registers, register_shape),
	ROWS(vmt_report, explained, explained_shape),
	ROWS(vmt_report, variables, variable_shape),
	ROWS(vmt_report, instructions, instruction_shape),
	PART(vmt_report, fault, fault_shape),
	ROWS(vmt_report, modules, module_shape),
	ROWS(vmt_report, unloaded, unloaded_shape),
	ROWS(vmt_report, devices, device_shape),
	ROWS(vmt_report, device_dumps, device_dump_shape),
	ROWS(vmt_report, firmware, firmware_shape),
	ROWS(vmt_report, cpus, cpu_shape),
	PART(vmt_report, signature, signature_shape),
	PART(vmt_report, debuginfo, debuginfo_shape),
	PART(vmt_report, source, source_shape),
	ROWS(vmt_report, diagnostics, diag_shape),
	PART(vmt_report, stats, stats_shape),
	U64(vmt_report, death),
	BYTES(vmt_report, n_deaths),
	U64(vmt_report, lines_broken_at),
	PART(vmt_report, excerpt, excerpt_shape),
	ROWS(vmt_report, waits, waiter_shape),
	BOOL(vmt_report, deadlock),
	BOOL(vmt_report, others_idle),
	NONE(vmt_report, seen),
	ROWS(vmt_report, maintainers, maintainer_shape),
	U64(vmt_report, only_cpu),
	U64(vmt_report, n_spinning),
	ROWS(vmt_report, code_differences, code_difference_shape),
	ONE(vmt_report, explanation, explanation_shape),
	TEXT(vmt_report, digest),
	ROWS(vmt_report, redacted, redacted_shape),
	BOOL(vmt_report, is_redacted),
};
const struct pack_shape pack_report = SHAPE(vmt_report, report_fields);
/* clang-format on */
