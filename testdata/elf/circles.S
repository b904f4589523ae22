/* Types that no compiler makes: a struct of itself many times over, a typedef and an array of themselves. */
	.text
	nop

	.section .debug_abbrev, "", @progbits
	/* number, tag, has children, attributes and their forms */
	.uleb128 1, 0x11
	.byte 1
	.uleb128 0x03, 0x08, 0, 0
	.uleb128 2, 0x13
	.byte 1
	.uleb128 0x03, 0x08, 0x0b, 0x0b, 0, 0
	.uleb128 3, 0x0d
	.byte 0
	.uleb128 0x49, 0x13, 0x38, 0x0b, 0, 0
	.uleb128 4, 0x0d
	.byte 0
	.uleb128 0x03, 0x08, 0x49, 0x13, 0x38, 0x0b, 0, 0
	.uleb128 5, 0x16
	.byte 0
	.uleb128 0x03, 0x08, 0x49, 0x13, 0, 0
	.uleb128 6, 0x01
	.byte 0
	.uleb128 0x49, 0x13, 0, 0
	.byte 0

	.section .debug_info, "", @progbits
unit:
	.long end - begin
begin:
	.short 4
	.long 0
	.byte 8
	.uleb128 1
	.asciz "circles"
circle:
	.uleb128 2
	.asciz "circle"
	.byte 8
	.rept 16
	.uleb128 3
	.long circle - unit
	.byte 0
	.endr
	.uleb128 4
	.asciz "same"
	.long same - unit
	.byte 0
	.uleb128 4
	.asciz "rows"
	.long rows - unit
	.byte 0
	.byte 0
	/* Of several of one name the first one counts. */
	.uleb128 2
	.asciz "circle"
	.byte 16
	.uleb128 4
	.asciz "other"
	.long rows - unit
	.byte 0
	.byte 0
same:
	.uleb128 5
	.asciz "same"
	.long same - unit
rows:
	.uleb128 6
	.long rows - unit
	.byte 0
end:
