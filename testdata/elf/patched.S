/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Code with the tables of what a kernel changes in it, as a vmlinux (LINKED) and as a module. */
	.text
	.globl function
function:
entry:	call fentry		/* 0x00: ftrace */
	push %rbx		/* 0x05 */
	mov %rdi, %rbx		/* 0x06 */
	mov $object, %rdi	/* 0x09: an address at 0x0c */
old:	pause			/* 0x10: an alternative of 3 bytes */
	nop
key:	.byte 0x0f, 0x1f, 0x44, 0x00, 0x00 /* 0x13: a static key */
locked:	lock incl (%rdi)	/* 0x18 */
thunk:	.byte 0x2e		/* 0x1b: a retpoline of 6 bytes */
	call fentry
	xor %eax, %eax		/* 0x21 */
back:	.byte 0xe9		/* 0x23: a return */
	.long fentry - . - 4
	.byte 0xcc, 0x90	/* 0x28: padding */
fentry:	ret			/* 0x2a */
	.byte 0x90, 0x90

	.section .altinstr_replacement, "ax"
new:	lfence

	.section .altinstructions, "a"
	.long old - ., new - .
#ifdef LINKED
	.word 7			/* to 6.2 */
#else
	.long 7
#endif
	.byte 3, 3

#ifdef LINKED
	.data
	.globl __start___jump_table, __stop___jump_table
	.globl __start_mcount_loc, __stop_mcount_loc
	.quad 0
__start___jump_table:
	.long key - ., back - .
	.quad object - .
__stop___jump_table:
__start_mcount_loc:
	.quad entry
__stop_mcount_loc:
#else
	.section __jump_table, "aw"
	.long key - ., back - .
	.quad object - .
	.section __mcount_loc, "a"
	.quad entry
#endif
	.section .smp_locks, "a"
	.long locked - .
	.section .retpoline_sites, "a"
	.long thunk - .
	.section .return_sites, "a"
	.long back - .
	.section .init.text, "ax"
	.globl early
early:	ret
	.data
object:	.quad 0
