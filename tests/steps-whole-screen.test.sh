#!/bin/sh
# Whole phases, see tests/whole.h: here so that make check-steps takes the program, too.
exec "${TOP_BUILDDIR:?}/tests/test_whole_screen"
