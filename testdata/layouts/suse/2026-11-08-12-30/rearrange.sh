#! /bin/sh
perl makedumpfile-R.pl vmcore < vmcore.flat
