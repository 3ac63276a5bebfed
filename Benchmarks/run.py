"""Times what `errata run` costs by itself: `run.py ERRATA SPAWN_BENCHMARK [FOLDER]`, where FOLDER is on the disk that is to be measured.

A thousand stages that do nothing, against the least that a supervisor must do for them (spawn-benchmark: start, wait, one durable line);
and ten stages of a second each, with and without ten thousand that were done before. A line that starts with `!` misses its goal."""
import os
import shutil
import subprocess
import sys
import tempfile
import time

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
# What others take for a stage that does nothing, in milliseconds, as measured on two cores.
PREFECT, DAGSTER = 7.5, 54


def publications(root, count):
    """Writes so many URL keys, 120 a publication."""
    lines = ["publications:"]
    for key in range(count):
        if key % 120 == 0:
            lines += [f"  pub{key // 120}:", f"    name: Publication {key // 120}", "    urls:"]
        period = f"{MONTHS[key % 12]}{key // 12 % 10 + 10}"
        lines += [f"      - period: {period}", f"        url: http://127.0.0.1:9/pub{key // 120}/{period}"]
    with open(root + "/config/publications.yaml", "w", encoding="ascii") as out:
        out.write("\n".join(lines) + "\n")


def work(root, seconds):
    """Makes the stage's program take so long."""
    with open(root + "/work.sh", "w", encoding="ascii") as out:
        out.write(f"sleep {seconds}\n" if seconds else "")


def workspace(root, command):
    os.makedirs(root + "/config")
    with open(root + "/config/pipeline.yaml", "w", encoding="ascii") as out:
        out.write(f"schema_version: 1\nstages:\n  - name: work\n    command: {command}\n    timeout_seconds: 60\n")
    subprocess.run(["git", "init", "-q", root], check=True)
    return root


def run(root):
    """Runs the backfill; gives the seconds it took."""
    before = time.monotonic()
    ended = subprocess.run([errata, "run"], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    seconds = time.monotonic() - before
    if ended.returncode != 0:
        sys.exit(f"errata run: {ended.returncode}\n{ended.stderr.decode()}")
    return seconds


def tell(name, value, unit, limit):
    print(f"{' ' if value <= limit else '!'} {name}: {value:.2f} {unit}  at most {limit}", flush=True)


errata, spawn = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix="errata-run-benchmark-", dir=sys.argv[3] if len(sys.argv) > 3 else ".")
try:
    ours, bare = [], []
    for turn in range(3):
        root = workspace(f"{folder}/trivial{turn}", '["true"]')
        publications(root, 1000)
        ours.append(run(root))
        bare.append(float(subprocess.run([spawn, "1000", f"{folder}/bare{turn}", "true"], capture_output=True, check=True).stdout))
    print(f"1,000 stages that do nothing: errata run {min(ours):.2f} s, spawn and wait {min(bare):.2f} s")
    tell("against spawn and wait", min(ours) / min(bare), "times", 1.5)
    tell("a stage", min(ours), "ms", PREFECT)
    tell("a stage, against Dagster's", min(ours), "ms", DAGSTER)
    times = {}
    for done in (0, 10_000):
        root = workspace(f"{folder}/done{done}", '["sh", "work.sh"]')
        work(root, 0)
        if done:
            publications(root, done)
            run(root)
        work(root, 1)
        publications(root, done + 10)
        times[done] = run(root)
    print(f"10 stages of a second: {times[0]:.2f} s alone, {times[10_000]:.2f} s after 10,000 others were done")
    tell("what 10,000 done before add", (times[10_000] / times[0] - 1) * 100, "%", 5)
finally:
    shutil.rmtree(folder, ignore_errors=True)
