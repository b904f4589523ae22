/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_IO_PRELOAD_H
#define VMT_IO_PRELOAD_H

/*
 * Loads all libraries that reading an input may need, for a process that will not be able to. One
 * that is not installed is missed when it is needed, as always.
 */
void preload_libraries(void);

#endif
