# SPDX-License-Identifier: GPL-3.0-or-later
"""A small dump as if its machine had more memory: the file is as long as that of such a machine, and sparse."""
import struct
import subprocess

# Offsets in the headers of kdump-compressed, 64-bit little endian (see lib/dump/kdump_header.c).
AT_BLOCK_SIZE, AT_SUB_SIZE, AT_BITMAP_BLOCKS, AT_MAX_MAPNR = 0x1ac, 0x1b0, 0x1b4, 0x1b8
SUB_NOTES, SUB_MAX_MAPNR_64 = 48, 96
DESC = struct.Struct('<qIIQ')
ZSTD = 32 # flag of a page

# Where the first kernels with five levels of page tables map all memory; nothing depends on it.
DIRECT_MAP = 0xff11000000000000


class Kdump:
    """What is where in a dump in kdump's format."""
    def __init__(self, source):
        self.data = data = source.read_bytes()
        self.block = struct.unpack_from('<i', data, AT_BLOCK_SIZE)[0]
        sub_blocks, bitmap_blocks, self.max_mapnr = struct.unpack_from('<iII', data, AT_SUB_SIZE)
        self.bitmap_at = self.block * (1 + sub_blocks)
        half = bitmap_blocks // 2 * self.block
        self.bitmaps = [data[self.bitmap_at + i * half:self.bitmap_at + (i + 1) * half] for i in (0, 1)]
        self.desc_at = self.bitmap_at + bitmap_blocks * self.block
        self.n_desc = sum(byte.bit_count() for byte in self.bitmaps[1])

    def descriptors(self):
        return [DESC.unpack_from(self.data, self.desc_at + i * DESC.size) for i in range(self.n_desc)]

    def notes(self):
        at, size = struct.unpack_from('<QQ', self.data, self.block + SUB_NOTES)
        return self.data[at:at + size]

    def pages(self):
        """Yields number and bytes of each page, all of which must be packed with zstd."""
        pfns = [8 * i + bit for i, byte in enumerate(self.bitmaps[1]) if byte for bit in range(8) if byte >> bit & 1]
        frames = []
        for offset, size, flags, _ in self.descriptors():
            assert flags == ZSTD
            frames.append(self.data[offset:offset + size])
        data = subprocess.run(['zstd', '-dc'], input=b''.join(frames), stdout=subprocess.PIPE, check=True).stdout
        assert len(data) == self.block * len(pfns)
        for i, pfn in enumerate(pfns):
            yield pfn, data[self.block * i:self.block * (i + 1)]


def grow(source, target, ram_bytes):
    """Marks all pages above as present; their descriptors are in a hole, but for the last one, which shows
    that the file is complete."""
    old = Kdump(source)
    mapnr = ram_bytes // old.block
    new_half = -(-mapnr // 8 // old.block) * old.block
    new_desc_at = old.bitmap_at + 2 * new_half
    keep = old.max_mapnr // 8 + 1
    n_new = old.n_desc + (new_half - keep) * 8
    new_data_at = new_desc_at + n_new * DESC.size
    old_data_at = old.desc_at + old.n_desc * DESC.size

    head = bytearray(old.data[:old.bitmap_at])
    struct.pack_into('<II', head, AT_BITMAP_BLOCKS, 2 * new_half // old.block, mapnr)
    struct.pack_into('<Q', head, old.block + SUB_MAX_MAPNR_64, mapnr)
    with open(target, 'wb') as out:
        out.write(head)
        for bitmap in old.bitmaps:
            out.write(bitmap[:keep] + b'\xff' * (new_half - keep))
        for offset, *rest in old.descriptors():
            out.write(DESC.pack(offset - old_data_at + new_data_at, *rest))
        out.seek(new_data_at - DESC.size)
        out.write(DESC.pack(offset - old_data_at + new_data_at, *rest))
        out.write(old.data[old_data_at:])


def elf(source, target, ram_bytes, file_bytes):
    """The same dump as /proc/vmcore has it: the file has the first file_bytes of memory, and names the rest."""
    old = Kdump(source)
    notes = old.notes()
    heads = [(4, 0, 0, len(notes), len(notes)), (1, 0, 0x100000, file_bytes, file_bytes)]
    if ram_bytes > file_bytes:
        heads.append((1, file_bytes, 0x100000, 0, ram_bytes - file_bytes))
    with open(target, 'wb') as out:
        out.write(b'\x7fELF\2\1\1' + b'\0' * 9
                  + struct.pack('<HHIQQQIHHHHHH', 4, 62, 1, 0, 64, 0, 0, 64, 56, len(heads), 64, 0, 0))
        for kind, paddr, at, filesz, memsz in heads:
            vaddr = DIRECT_MAP + paddr if kind == 1 else 0
            out.write(struct.pack('<IIQQQQQQ', kind, 7, at or 0x1000, vaddr, paddr, filesz, memsz, 0))
        out.seek(0x1000)
        out.write(notes)
        for pfn, data in old.pages():
            out.seek(0x100000 + pfn * old.block)
            out.write(data)
        out.truncate(0x100000 + file_bytes)


def flatten(source, target, block_bytes, file_bytes):
    """The dump as makedumpfile -F writes it, and zeros behind it, in blocks of that size."""
    data = source.read_bytes()
    with open(target, 'wb') as out:
        out.write(struct.pack('>16sQQ', b'makedumpfile', 1, 1).ljust(4096, b'\0'))
        for at in range(0, file_bytes, block_bytes):
            out.write(struct.pack('>QQ', at, block_bytes))
            out.write(data[at:at + block_bytes])
            out.seek(max(0, block_bytes - len(data[at:at + block_bytes])), 1)
        out.write(b'\xff' * 16)
