"""Files and functions stay small: a .c file under 600 lines, a function under 70.

A function is what begins with a brace that opens at the end of a line written at column 0 and ends with a line that is exactly "}".
Tables end with "};" and do not count. Run: python3 tests/sizes.py [TOP]; exit code 0 or 1.
"""
import sys
import tempfile
from pathlib import Path

FILE_LINES = 600
FUNCTION_LINES = 70
FOLDERS = "base crawler parsers sentiment desk store report feed web cli tests bench".split()


def check_file(path, name):
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) >= FILE_LINES:
        yield f"{name}: {len(lines)} lines, must be under {FILE_LINES}"
    start = None
    for number, line in enumerate(lines, 1):
        if line == "}":
            if start is None:
                yield f"{name}:{number}: a closing brace at column 0 without its opening one"
            elif number - start + 1 >= FUNCTION_LINES:
                yield f"{name}:{start}: a function of {number - start + 1} lines, must be under {FUNCTION_LINES}"
            start = None
        elif line.startswith("}") and not line.endswith("{"):
            start = None
        elif line.endswith("{") and line[0] not in " \t/*#":
            start = number
    if start is not None:
        yield f"{name}:{start}: no closing brace at column 0"


def check(top):
    found, count = [], 0
    for folder in FOLDERS:
        for path in sorted((top / folder).rglob("*.c")):
            count += 1
            found.extend(check_file(path, path.relative_to(top)))
    return found, count


def check_the_check():
    body = "    x();\n"
    texts = {
        "good.c": "int f(void)\n{\n" + body * 67 + "}\n" + "int t[] = {\n" + "    1,\n" * 100 + "};\n",
        "function.c": "int f(void)\n{\n" + body * 68 + "}\n",
        "brace.c": "int f(void) {\n" + body * 68 + "}\n",
        "file.c": "int x;\n" * 600,
        "open.c": "int f(void)\n{\n",
    }
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "base").mkdir()
        for name, text in texts.items():
            (Path(folder) / "base" / name).write_text(text, encoding="utf-8")
        found, _ = check(Path(folder))
    got = sorted(line.split(":")[0] for line in found)
    wanted = sorted(f"base/{name}" for name in texts if name != "good.c")
    if got != wanted:
        sys.exit(f"sizes.py is broken: found {got}, wanted {wanted}")


def main():
    top = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    check_the_check()
    found, count = check(top)
    print("\n".join(found) if found else f"{count} files are small enough")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
