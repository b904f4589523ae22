# SPDX-License-Identifier: GPL-3.0-or-later
"""The arguments of the scripts in this folder, which are checked before anything else is done.

    parser = arguments.Parser(__doc__)      # --help prints __doc__, which has a line "usage: ..."
    parser.add_argument('program', type=arguments.program)
"""
import argparse
import os
import pathlib
import re


class Parser(argparse.ArgumentParser):
    def __init__(self, doc):
        super().__init__(usage=re.search(r'^usage: (.*)$', doc, re.M).group(1).replace('%', '%%'),
                         allow_abbrev=False)
        self.doc = doc

    def format_help(self):
        return self.doc.strip('\n') + '\n'


def file(text):
    """A file, a device or a pipe that exists."""
    path = pathlib.Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f'{text}: there is no such file')
    if path.is_dir():
        raise argparse.ArgumentTypeError(f'{text}: is a directory')
    return path


def folder(text):
    path = pathlib.Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f'{text}: there is no such directory')
    return path


def program(text):
    path = file(text).resolve()
    if not os.access(path, os.X_OK):
        raise argparse.ArgumentTypeError(f'{text}: is not a program')
    return path
