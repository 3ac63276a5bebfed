"""Times `errata classify` on 100 MB of log against `grep -ciE` for thirty words in the same run: `classify.py ERRATA`.

Prints the best of three of each in seconds of processor time and their ratio, for a log without a failure and for one of which a quarter of the
lines name one."""
import os
import random
import subprocess
import sys
import tempfile

WORDS = ("refused|reset by peer|timed out|no such file|permission denied|does not exist|not found|invalid input|out of memory|no space left|"
         "duplicate key|violates|forbidden|unauthorized|bad gateway|unavailable|corrupt|codec can't|keyerror|syntax error|is locked|deadlock|"
         "certificate|too long|out of range|traceback|worksheet|mapping values|rate limit|cannot open")
CALM = [
    "2025-11-03 10:00:{s:02},123 INFO loader.pg: loaded {n} rows into tbl_{s} in 0.{s} s",
    "2025-11-03 10:00:{s:02} DEBUG urllib3: GET /a/{n}.csv HTTP/1.1 200 {s} 0.1",
    "  {s} rows: {n} {s} 0.{n} plain text of some loader that goes on and on for a while",
]
FAILING = "2025-11-03 10:00:{s:02} WARNING retry {n}: connection refused by host{s}, waiting 1.{s} s"


def write(path, shapes):
    draw = random.Random(7)
    with open(path, "w", encoding="ascii") as out:
        while out.tell() < 100_000_000:
            lines = (draw.choice(shapes).format(s=draw.randrange(60), n=draw.randrange(10_000)) for _ in range(10_000))
            out.write("\n".join(lines) + "\n")


def best(command):
    times = []
    for _ in range(3):
        # Into a pipe: grep stops at the first match when nobody reads it.
        before = os.times()
        subprocess.run(command, stdout=subprocess.PIPE, check=False, env={**os.environ, "LC_ALL": "C"})
        after = os.times()
        times.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return min(times)


with tempfile.TemporaryDirectory() as folder:
    for name, shapes in {"calm": CALM, "failing": [*CALM, FAILING]}.items():
        log = os.path.join(folder, name)
        write(log, shapes)
        ours, grep = best([os.path.abspath(sys.argv[1]), "classify", log]), best(["grep", "-ciE", WORDS, log])
        print(f"{name}: errata classify {ours:.2f} s, grep -ciE {grep:.2f} s, ratio {ours / grep:.1f}")
