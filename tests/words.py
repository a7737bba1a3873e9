"""Every word for people is translated: gathers them from the sources with po/update and fails on what po/ru.po and po/uk.po lack,
on fuzzy entries and on formats that do not fit. Run: python3 tests/words.py [TOP]; exit code 0, 1, or 77 (xgettext is missing).
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def entries(text):
    """(msgid, whether it is translated) for each entry of a po file but the header."""
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in block.splitlines())
        fields, name = {}, None
        for line in lines:
            match = re.match(r'(msgid|msgid_plural|msgstr(?:\[\d\])?) "(.*)"$', line)
            if match:
                name = match[1]
                fields[name] = match[2]
            elif name and line.startswith('"'):
                fields[name] += line[1:-1]
        if fields.get("msgid"):
            yield fields["msgid"], not fuzzy and all(v for k, v in fields.items() if k.startswith("msgstr"))


def check(top):
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "top"
        copy.mkdir()
        for room in top.iterdir():
            if room.is_dir() and room.name in "base cli crawler desk feed parsers report sentiment store web po".split():
                shutil.copytree(room, copy / room.name, ignore=shutil.ignore_patterns("locale", "*.o", "*.a"))
        os.system(f"chmod -R u+w '{copy}'")  # a distribution may be checked from a read-only folder
        subprocess.run([str(copy / "po/update"), str(copy)], check=True)
        count = 0
        for po in sorted((copy / "po").glob("*.po")):
            subprocess.run(["msgfmt", "--check-format", "-o", os.devnull, str(po)], check=True)
            for msgid, done in entries(po.read_text(encoding="utf-8")):
                count += 1
                if not done:
                    yield f"po/{po.name}: not translated: \"{msgid[:100]}\" (make update-po, then translate)"
    if count < 400:
        yield f"only {count} words found: the search itself is broken"


def main():
    if not all(shutil.which(tool) for tool in ("xgettext", "msgmerge", "msgfmt")):
        print("skipped: gettext's tools are missing")
        return 77
    top = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("srcdir", "."))
    found = list(check(top))
    print("\n".join(found) if found else "all words are translated")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
