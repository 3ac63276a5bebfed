"""Times what reads a long journal against known tools, in the same run: `journal.py ERRATA DUCKDB`.

A journal of a million events over 100 runs, and one of 100,000 sources in ten runs, are made in the memory's file system. Printed are the best
of three, in seconds from start to end of the process, and the ratio; a line that starts with `!` misses its goal."""
import ctypes
import datetime
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def checksum():
    """Errata's own CRC-32C: Python has none that is quick."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Sources", "CJournal")
    with tempfile.TemporaryDirectory() as folder:
        library = folder + "/checksum.so"
        subprocess.run(["c++", "-std=c++20", "-O2", "-shared", "-fPIC", "-I", source + "/include", "-o", library,
                        source + "/checksum.cpp"], check=True)
        function = ctypes.CDLL(library).json_checksum
    function.argtypes, function.restype = [ctypes.c_char_p, ctypes.c_size_t], ctypes.c_uint32
    return lambda text: function(text.encode(), len(text))


def journal(root, runs, keys, sources):
    """Writes runs that each load all sources of 100 of the URL keys, which take turns; gives the last run and the number of events."""
    draw, start, count, run, summed = random.Random(7), datetime.datetime(2026, 1, 1), 0, "", checksum()
    os.makedirs(root + "/config")
    for number in range(runs):
        run, lines = start.strftime("run_%Y%m%d_%H%M%S"), []

        def event(kind, context, data, error=""):
            moment = start + datetime.timedelta(milliseconds=20 * len(lines))
            stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
            line = (f'{{"context":{{{context}}},"data":{{{data}}}{error},"event_id":"evt_{draw.getrandbits(80):020x}",'
                    f'"event_type":"{kind}","run_id":"{run}","timestamp":"{stamp}"')
            lines.append(f'{line},"crc":"{summed(line):08x}"}}\n')

        event("run_started", "", '"config_file":"config/publications.yaml","total_urls":100')
        for turn in range(100):
            key = (100 * number + turn) % keys
            publication = f"pub{key // 12}"
            place = f'"period":"{MONTHS[key % 12]}25","publication":"{publication}"'
            event("url_started", place, '"stages":["manifest","enrich","load","export"]')
            for stage in ["manifest", "enrich", "load", "export"]:
                event("stage_started", f'{place},"stage":"{stage}"', f'"stage_name":"{stage}"')
                for source in range(sources if stage == "load" else 0):
                    at = f'{place},"source_code":"{publication}_{MONTHS[key % 12]}_{source}","stage":"load"'
                    if draw.random() < 0.03:
                        text = f"Could not convert string '*' to INT64 in row {draw.randrange(9999)}"
                        event("source_failed", at, f'"input_hash":"{draw.getrandbits(256):064x}"',
                              f',"error":{{"column":"c{source}","message":"{text}","type":"type_mismatch"}}')
                    else:
                        event("source_loaded", at,
                              f'"duration_ms":{draw.randrange(5000)},"entry_hash":"{draw.getrandbits(256):064x}",'
                              f'"input_hash":"{draw.getrandbits(256):064x}","rows":{draw.randrange(99999)},'
                              f'"table_name":"tbl_{publication}_{source}"')
                event("stage_completed", f'{place},"stage":"{stage}"', f'"duration_ms":{draw.randrange(5000)},"stage_name":"{stage}"')
            event("url_completed", place, '"duration_ms":12345')
        event("run_completed", "", '"exit_code":0,"status":"completed"')
        folder = f"{root}/logs/events/{start:%Y-%m-%d}"
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/{run}.jsonl", "w", encoding="ascii") as out:
            out.writelines(lines)
        count, start = count + len(lines), start + datetime.timedelta(hours=6)
    return run, count


def best(command, folder):
    """The shortest of three runs in seconds, and the most memory that one needed in megabytes."""
    times = []
    for _ in range(3):
        before = time.monotonic()
        ended = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        times.append(time.monotonic() - before)
        if ended.returncode not in (0, 1):
            sys.exit(f"{command}: {ended.stderr.decode()}")
    return min(times)


def peak(command, folder):
    """The most memory that a command needs, in megabytes."""
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    return usage.ru_maxrss / 1024


def tell(name, value, unit, limit):
    print(f"{' ' if value <= limit else '!'} {name}: {value:.2f} {unit}  at most {limit}")


errata, duckdb = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
root = f"/dev/shm/errata-journal-benchmark-{os.getpid()}"
try:
    run, count = journal(root + "/long", runs=100, keys=1000, sources=89)
    group = ("select context.publication, context.period, context.source_code, event_type, count(*), max(timestamp) "
             "from read_json('logs/events/*/*.jsonl', format = 'newline_delimited') group by all")
    ours = best([errata, "replay", run], root + "/long")
    peer = best([duckdb, "-c", f"create table t as {group}"], root + "/long")
    print(f"{count:,} events: replay {ours:.2f} s, DuckDB {peer:.2f} s")
    tell("replay against DuckDB", ours / peer, "times", 2)
    state = len(subprocess.run([errata, "replay", run, "--json"], cwd=root + "/long", capture_output=True, check=False).stdout) / 2**20
    print(f"  replay's memory: {peak([errata, 'replay', run], root + '/long'):.0f} MB, for a state of {state:.0f} MB as JSON")
    ours = best([errata, "events", "--source", "pub7_mar_11", "--json"], root + "/long")
    pipe = "grep -h '\"source_code\":\"pub7_mar_11\"' logs/events/*/*.jsonl | jq -c 'select(.context.source_code == \"pub7_mar_11\")'"
    peer = best(["sh", "-c", pipe], root + "/long")
    print(f"{count:,} events: events --source {ours:.3f} s, grep and jq {peer:.3f} s")
    tell("events --source against grep and jq", ours / peer, "times", 1)
    shutil.rmtree(root + "/long")
    run, count = journal(root + "/wide", runs=10, keys=1000, sources=100)
    ours = best([errata, "status"], root + "/wide")
    print(f"{count:,} events: status of 100,000 sources")
    tell("status", ours * 1000, "ms", 400)
finally:
    shutil.rmtree(root, ignore_errors=True)
