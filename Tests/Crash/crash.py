#!/usr/bin/env python3
"""Disturbs a run at every call that changes a file, and looks whether the next one arrives where an undisturbed one does.

The calls are numbered by `faults.c`. At each of them, in turn: errata is killed; the whole machine stops, before the call or in
the middle of a write; the disk is full from there on, for the rest of the run; the power is cut, and what was not synced is gone
(`powercut.py` says how). Then the backfill is run again as a person or a timer would, and state, rows, branches, fixes and
journal are compared. Points are never random: `--every K --offset O` takes every K-th one.
"""

import argparse
import collections
import ctypes
import multiprocessing
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from powercut import VARIANTS, Disk, records
from workspace import STEPS, Broken, Workspace, children, end_children

HERE = pathlib.Path(__file__).resolve().parent
MODES = ("kill", "off", "torn", "full", "short") + VARIANTS
TAKES_ROOM = ("create", "write", "mkdir", "symlink", "link")


class Worker:
    """One workspace in which points are tried one after the other."""

    def __init__(self, base, library, options, with_duckdb):
        self.workspace = Workspace(base, options.programs, options.project, with_duckdb)
        self.library, self.with_duckdb = library, with_duckdb
        self.programs = "errata,git,backfill,duckdb" if with_duckdb else "errata,git"
        self.calls, self.expected = [], []
        for step, name in enumerate(STEPS):
            self.workspace.keep(f"before-{step}")
            disk = Disk(self.workspace.root)
            self.workspace.step(name, self.faults("count", record=True))
            calls = list(records(self.record))
            self.calls.append((disk, calls))
            played = Disk(self.workspace.base / f"before-{step}")
            played.root, played.nodes = self.workspace.root, renumbered(disk, played)
            for _, _, call in calls:
                played.play(*call)
            if unrecorded := played.unrecorded():
                raise Broken(f"step {step} changed without a call that was recorded: {', '.join(unrecorded)}")
        faults = self.workspace.faults_now() + self.workspace.faults_at_end()
        if faults:
            raise Broken(f"undisturbed: {'; '.join(faults)}")
        self.expected = self.workspace.picture()
        self.workspace.keep("end")

    @property
    def record(self):
        return self.workspace.base / "record"

    def faults(self, mode, at=0, record=False):
        """The environment of a disturbed step."""
        (self.workspace.base / "state").write_bytes(bytes(1 << 12))
        found = {
            "LD_PRELOAD": self.library, "FAULTS_STATE": str(self.workspace.base / "state"),
            "FAULTS_FOLDERS": ":".join(self.workspace.watched), "FAULTS_PROGRAMS": self.programs, "FAULTS_MODE": mode,
            "FAULTS_AT": str(at),
        }
        if record:
            self.record.write_bytes(b"")
            found["FAULTS_LOG"] = str(self.record)
        return found

    def points(self, modes):
        """All points: the mode, the step, and the number of the call; for a power cut the place in the record."""
        for step in range(len(STEPS)):
            calls = self.calls[step][1]
            numbered = {number: (program, call[0]) for number, program, call in calls if number}
            last = max(numbered, default=0)
            for number in range(1, last + 1):
                # A call that failed has a number, and is not in the record.
                program, call = numbered.get(number, ("errata", "none"))
                if program == "errata":
                    yield "kill", step, number
                if self.with_duckdb:
                    yield "off", step, number
                if call == "write":
                    yield "torn", step, number
                    yield "short", step, number
                if call in TAKES_ROOM:
                    yield "full", step, number
            for place in range(len(calls)):
                for variant in VARIANTS:
                    yield variant, step, place

    def what(self):
        """The call at which a step was disturbed."""
        text = (self.workspace.base / "state").read_bytes()
        return text[56:].split(b"\0")[0].decode(errors="replace").replace(str(self.workspace.root) + "/", "")

    def disturb(self, mode, step, at):
        """Brings the workspace to where it is after the disturbed step; gives what was disturbed, and what is wrong already."""
        workspace = self.workspace
        if mode in VARIANTS:
            disk = Disk(workspace.base / f"before-{step}")
            disk.root = workspace.root
            calls = self.calls[step][1]
            disk.nodes = renumbered(self.calls[step][0], disk)
            for _, _, call in calls[:at]:
                disk.play(*call)
            shutil.rmtree(workspace.root)
            disk.write(variant=mode)
            number, program, call = calls[at]
            return f"{program} {call[0]} {call[5] or call[4]}".replace(str(workspace.root) + "/", ""), []
        workspace.restore(f"before-{step}")
        ended = workspace.step(STEPS[step], self.faults(mode, at))
        if mode in ("off", "torn"):
            end_children()
        wrong = []
        if ended and mode in ("full", "short"):
            if ended.returncode < 0 or ended.returncode > 130:
                wrong.append(f"a full disk ended errata with {ended.returncode}: {ended.stderr}")
            elif "Traceback" in ended.stderr or "Fatal" in ended.stderr:
                wrong.append(ended.stderr)
        return self.what(), wrong

    def attempt(self, mode, step, at):
        """Tries a point; gives what was disturbed there, and a sentence for each thing that is wrong."""
        workspace, what = self.workspace, ""
        try:
            what, wrong = self.disturb(mode, step, at)
            wrong += workspace.faults_now()
            for name in STEPS[step:]:
                workspace.step(name)
            if left := len(children()):
                wrong.append(f"{left} processes are left")
            wrong += workspace.faults_at_end()
            picture = workspace.picture()
            for key, value in picture.items():
                if value != self.expected[key]:
                    wrong.append(f"{key}: {value!r}\n      instead of {self.expected[key]!r}")
        except Broken as error:
            wrong = [str(error)]
        finally:
            end_children()
        return what, wrong


def renumbered(original, copy):
    """The nodes of a copy, by the numbers that the recorded folder's had."""
    found = {}

    def walk(old, new):
        found[numbers[id(old)]] = new
        if old.kind is dict:
            for name, child in old.kept.items():
                walk(child, new.kept[name])

    numbers = {id(node): number for number, node in original.nodes.items()}
    walk(original.top, copy.top)
    return found


def work(index, options, library, results):
    """Tries this worker's share of the points."""
    # Whatever a killed run leaves behind becomes this process's child, to be found and ended by its id.
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    try:
        base = pathlib.Path(options.folder) / f"{'real' if options.real else 'plain'}-{index}"
        worker = Worker(base, library, options, options.real)
        if options.point:
            parts = [point.split(":") for point in options.point]
            points = [(mode, int(step), int(at)) for mode, step, at in parts][index::options.workers]
        else:
            points = [point for point in worker.points(options.modes) if point[0] in options.modes]
            every = max(1, len(points) // options.sample) if options.sample else options.every
            points = points[options.offset % every::every][index::options.workers]
        results.put(("begin", len(points)))
        for point in points:
            results.put(("point", point, *worker.attempt(*point)))
    except Exception as error:  # told by the process that waits for this one
        results.put(("broken", f"{type(error).__name__}: {error}"))
    results.put(("end",))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", type=pathlib.Path, help="the folder of the built errata and backfill")
    parser.add_argument("--real", action="store_true", help="with the real backfill and DuckDB, whose calls are numbered too")
    parser.add_argument("--modes", type=lambda text: text.split(","), default=MODES)
    parser.add_argument("--every", type=int, default=1, help="take every n-th point")
    parser.add_argument("--sample", type=int, help="take about so many, evenly spaced")
    parser.add_argument("--offset", type=int, default=0, help="begin with this one")
    parser.add_argument("--point", nargs="+", help="only these, as a failure names them: MODE:STEP:NUMBER")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="leave the folder there")
    options = parser.parse_args()
    options.project = HERE.parent.parent
    options.programs = options.programs.resolve()
    memory = pathlib.Path("/dev/shm")
    options.folder = tempfile.mkdtemp(prefix="errata-crash-", dir=memory if memory.is_dir() else None)
    library = options.folder + "/faults.so"
    subprocess.run(["cc", "-O1", "-Wall", "-shared", "-fPIC", "-o", library, str(HERE / "faults.c"), "-ldl", "-lpthread"], check=True)
    results = multiprocessing.Queue()
    workers = [
        multiprocessing.Process(target=work, args=(index, options, library, results)) for index in range(options.workers)]
    for worker in workers:
        worker.start()
    begun, total, tried, failed, running = time.monotonic(), 0, collections.Counter(), collections.Counter(), len(workers)
    while running:
        kind, *rest = results.get()
        if kind == "end":
            running -= 1
        elif kind == "begin":
            total += rest[0]
        elif kind == "broken":
            failed["broken"] += 1
            print(f"BROKEN {rest[0]}", flush=True)
        else:
            (mode, step, at), what, wrong = rest
            tried[mode] += 1
            if wrong:
                failed[mode] += 1
                print(f"FAILED {mode}:{step}:{at} ({STEPS[step]}) at {what}", *wrong, sep="\n    ", flush=True)
            done = sum(tried.values())
            if done % 50 == 0:
                print(f"{done} of {total} points, {sum(failed.values())} failed, {time.monotonic() - begun:.0f} s", flush=True)
    for worker in workers:
        worker.join()
    if not options.keep:
        shutil.rmtree(options.folder, ignore_errors=True)
    counts = ", ".join(f"{mode} {tried[mode]}" for mode in MODES if tried[mode])
    print(f"{sum(tried.values())} points ({counts}), {sum(failed.values())} failed, {time.monotonic() - begun:.0f} s")
    sys.exit(1 if failed or not tried else 0)


if __name__ == "__main__":
    main()
