#! /usr/bin/perl
# rearranges a flattened dump
print "";
