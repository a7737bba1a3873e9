"""Who may know whom: reads the #include lines of every room and fails on a room or a library that is not allowed there.

Source: doc/ARCHITECTURE.md, "Rooms". Run: python3 tests/layers.py [TOP]; exit code 0 or 1.
"""
import re
import sys
import tempfile
from pathlib import Path

LOW = ["crawler", "parsers", "sentiment", "desk", "store"]
MIDDLE = ["report", "feed"]
MAY_KNOW = {"base": {"base"}}
MAY_KNOW.update({room: {"base", room} for room in LOW})
MAY_KNOW.update({room: {"base", "desk", "store", room} for room in MIDDLE})
MAY_KNOW["web"] = MAY_KNOW["report"] | {"web"}  # shows what report reads and words
EVERY_ROOM = set(MAY_KNOW) | {"cli"}
MAY_KNOW["cli"] = EVERY_ROOM

# third-party headers and their homes; the longest beginning that fits counts
HOMES = {
    "gumbo.h": {"parsers"},
    "libxml/": {"parsers"},
    "libxml/xmlwriter.h": {"parsers", "report"},
    "json-c/": {"parsers", "feed"},
    "json.h": {"parsers"},
    "uchardet": {"parsers"},
    "pcre2": {"parsers"},
    "lmdb.h": {"store"},
    "zstd": {"store", "crawler"},
    "curl/": {"crawler", "feed"},
    "zlib.h": {"crawler"},
    "brotli/": {"crawler"},
    "libdeflate.h": {"crawler"},
    "libpsl.h": {"crawler"},
    "libstemmer.h": {"sentiment"},
    "confuse.h": {"cli", "parsers", "feed"},
    "microhttpd.h": {"web"},
    "sodium.h": {"web", "feed"},
    "nats": {"feed"},
    "xxhash.h": {"base"},
    "utf8proc.h": {"base"},
    "pthread.h": {"base", "cli"},
    "threads.h": set(),
    "cmocka.h": set(),
}
LIBC = set("""assert ctype dirent dlfcn errno fcntl fenv float fnmatch getopt glob grp iconv ifaddrs inttypes langinfo
libgen libintl endian limits locale malloc math netdb poll pwd regex sched setjmp signal spawn stdalign stdarg stdatomic stdbool stddef
stdint stdio stdlib stdnoreturn string strings syslog termios time unistd wchar wctype config""".split())
LIBC_FOLDERS = ("sys/", "netinet/", "arpa/", "net/", "linux/")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def home_of_library(header):
    fits = [beginning for beginning in HOMES if header.startswith(beginning)]
    return HOMES[max(fits, key=len)] if fits else None


def is_libc(header):
    return header.startswith(LIBC_FOLDERS) or (header.endswith(".h") and header[:-2] in LIBC)


def complaint(room, quote, header, test):
    """Why a file of `room` must not include `header`, or None. A unit test may use cmocka and threads on top."""
    if quote == '"' and header != "config.h":
        other = header.split("/")[0]
        if other == "tests" and test:
            return None
        if "/" not in header or other not in EVERY_ROOM:
            return "own headers are included with the name of their room"
        return None if other in MAY_KNOW[room] else f"{room}/ must not know {other}/"
    if test and header in ("cmocka.h", "pthread.h"):
        return None
    if test and room == "report" and header.startswith("libxml/"):  # reads back the HTML that was written
        return None
    homes = home_of_library(header)
    if homes is not None:
        at_home = ", ".join(sorted(homes)) or "no room"
        return None if room in homes else f"this library's home is: {at_home}"
    return None if is_libc(header) else "neither libc nor a library with a known home (tests/layers.py)"


def room_of_test(path):
    word = re.match(r"(?:test|fuzz)_([a-z]+)", path.name)
    return word.group(1) if word and word.group(1) in EVERY_ROOM else None


def files(top):
    for room in sorted(EVERY_ROOM):
        for path in sorted((top / room).rglob("*.[ch]")):
            yield path, room, False
    for folder in ("unit", "fuzz"):
        for path in sorted((top / "tests" / folder).glob("*.c")):
            room = room_of_test(path)
            if room:
                yield path, room, True


def check(top):
    found, count = [], 0
    for path, room, test in files(top):
        count += 1
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            hit = INCLUDE.match(line)
            why = hit and complaint(room, hit.group(1), hit.group(2), test)
            if why:
                found.append(f"{path.relative_to(top)}:{number}: {hit.group(2)}: {why}")
    return found, count


def check_the_check():
    """A made-up tree in which every second line is wrong."""
    lines = {
        "store/a.c": '#include "base/x.h"\n#include "desk/x.h"\n#include <lmdb.h>\n#include <curl/curl.h>\n',
        "report/a.h": '#include "desk/x.h"\n#include "parsers/x.h"\n#include <libxml/xmlwriter.h>\n#include <libxml/tree.h>\n',
        "web/a.c": '#include "report/x.h"\n#include "feed/x.h"\n#include <microhttpd.h>\n#include <libxml/xmlwriter.h>\n',
        "base/a.c": '#include <sys/stat.h>\n#include "store/x.h"\n# include <xxhash.h>\n#include <openssl/ssl.h>\n',
        "tests/unit/test_desk.c": '#include <cmocka.h>\n#include "store/x.h"\n#include "desk/x.h"\n#include "x.h"\n',
    }
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        for name, text in lines.items():
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            (top / name).write_text(text, encoding="utf-8")
        found, _ = check(top)
    wanted = sorted(f"{name}:{number}" for name in lines for number in (2, 4))
    got = sorted(":".join(line.split(":")[:2]) for line in found)
    if got != wanted:
        sys.exit(f"layers.py is broken: found {got}, wanted {wanted}")


def main():
    top = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    check_the_check()
    found, count = check(top)
    print("\n".join(found) if found else f"{count} files keep to their rooms")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
