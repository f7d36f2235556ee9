#!/bin/sh
# apart.sh COMMAND... - runs it in a mount namespace of its own, if it may make one.
#
# The table of kills copies the namespace in which it starts. A disk that another test had mounted
# there would stay mounted until the table ends, and the kernel would show the old disk where that
# test makes a new one in the same image. So the tests that mount disks keep their mounts apart.
unshare --mount --propagation private true 2>/dev/null || exec "$@"
exec unshare --mount --propagation private "$@"
