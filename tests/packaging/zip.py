"""zip.py ZIP FOLDER SECONDS - a zip of all that is in FOLDER, the same bytes whenever it is made."""

import os
import sys
import time
import zipfile


def main():
    path, folder, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    names = sorted(os.path.relpath(os.path.join(place, name), folder)
                   for place, _, names in os.walk(folder) for name in names)
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, time.gmtime(seconds)[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name.endswith(".exe") else 0o644) << 16
            with open(os.path.join(folder, name), "rb") as file:
                archive.writestr(entry, file.read(), compresslevel=9)


if __name__ == "__main__":
    main()
