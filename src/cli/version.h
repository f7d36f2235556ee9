/* version.h - the version, as the build knows it. */
#ifndef MMTOOL_VERSION_H
#define MMTOOL_VERSION_H

#ifndef MMTOOL_VERSION
#define MMTOOL_VERSION "unknown"
#endif

#endif
