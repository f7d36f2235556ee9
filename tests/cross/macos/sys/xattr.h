/*
 * xattr.h - what the source uses of macOS's <sys/xattr.h>, as getxattr(2) and its neighbours there
 * document it. For a compiler that brings macOS's headers without this one; see others.sh.
 */
#ifndef MMTOOL_TEST_XATTR_H
#define MMTOOL_TEST_XATTR_H

#include <stdint.h>
#include <sys/types.h>

ssize_t fgetxattr(int descriptor, const char *name, void *value, size_t size, uint32_t position,
                  int options);
int fsetxattr(int descriptor, const char *name, const void *value, size_t size, uint32_t position,
              int options);
int fremovexattr(int descriptor, const char *name, int options);

#endif
