# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns what a program prints on a terminal into an SVG picture, light or dark as the reader has it."""
import re
from xml.sax.saxutils import escape

FONT, CELL, LINE, MARGIN = 14, 8.4, 19, 16  # pixels; the font's size, and what a character takes
# SGR codes of colours -> (class, light, dark)
COLOURS = {30: ('k', '#24292f', '#8b949e'), 31: ('r', '#cf222e', '#ff7b72'), 32: ('g', '#116329', '#7ee787'),
           33: ('y', '#7d4e00', '#e3b341'), 34: ('u', '#0969da', '#79c0ff'), 35: ('m', '#8250df', '#d2a8ff'),
           36: ('c', '#1b7c83', '#76e3ea'), 37: ('w', '#6e7781', '#c9d1d9')}
ATTRIBUTES = {1: 'bold', 2: 'dim', 3: 'italic', 4: 'under'}
ENDS = {22: {'bold', 'dim'}, 23: {'italic'}, 24: {'under'}, 39: {c[0] for c in COLOURS.values()}}
ESCAPE = re.compile(r'\x1b\[([0-9;]*)([A-Za-z])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)')


def change(style, codes):
    """The style (a set of classes) after an SGR sequence."""
    for code in (int(c or 0) for c in codes.split(';')):
        colour = code - 60 if 90 <= code <= 97 else code
        if code == 0:
            style = set()
        elif code in ATTRIBUTES:
            style = style | {ATTRIBUTES[code]}
        elif code in ENDS:
            style = style - ENDS[code]
        elif colour in COLOURS:
            style = style - ENDS[39] | {COLOURS[colour][0]}
        else:
            raise ValueError(f'SGR code {code}')
    return style


def rows(text):
    """Lines of output as lists of (text, style)."""
    style, result = set(), []
    for line in text.replace('\r\n', '\n').rstrip('\n').split('\n'):
        row, at = [], 0
        for m in [*ESCAPE.finditer(line), None]:
            part = line[at:m.start() if m else None]
            if part:
                row.append((part, style))
            if m:
                at = m.end()
                if m[2] == 'm':
                    style = change(style, m[1])
        result.append(row)
    return result


def css():
    def scheme(background, border, ink, column):
        inks = ''.join(f' .{c[0]} {{ fill: {c[column]} }}' for c in COLOURS.values())
        return f'rect {{ fill: {background}; stroke: {border} }} text {{ fill: {ink} }}{inks}'
    return (f'text {{ font: {FONT}px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre }}\n'
            '.bold { font-weight: bold } .dim { opacity: 0.65 } .italic { font-style: italic } '
            '.under { text-decoration: underline }\n'
            f'{scheme("#ffffff", "#d0d7de", "#1f2328", 1)}\n'
            f'@media (prefers-color-scheme: dark) {{ {scheme("#0d1117", "#30363d", "#e6edf3", 2)} }}\n')


def draw_row(row, y):
    length = sum(len(part) for part, _ in row)
    spans = ''.join(f'<tspan class="{" ".join(sorted(style))}">{escape(part)}</tspan>' if style else escape(part)
                    for part, style in row)
    # The length keeps columns in line, whatever font the reader has.
    return f'<text x="{MARGIN}" y="{y}" textLength="{length * CELL:.1f}" xml:space="preserve">{spans}</text>'


def draw(lines, columns, title):
    """The picture of lines, as rows() returns them."""
    width = round(columns * CELL) + 2 * MARGIN
    height = len(lines) * LINE + 2 * MARGIN
    body = '\n'.join(draw_row(row, MARGIN + LINE * n + FONT) for n, row in enumerate(lines) if row)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img">\n<title>{escape(title)}</title>\n<style>\n{css()}</style>\n'
            f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>\n{body}\n</svg>\n')
