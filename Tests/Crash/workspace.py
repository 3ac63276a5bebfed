"""A small workspace in a folder of its own, the three steps that lead it to its end, and the picture of where it stands."""

import collections
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess

MANIFEST = """\
  - code: {code}
    name: Source {code}
    table: tbl_{code}
    enabled: true
    files:
      - url: file://{root}/input/{code}.csv
        period: 2025-01
    columns:
      - original_name: code
        semantic_name: code
        data_type: varchar(10)
      - original_name: patients
        semantic_name: patients
        data_type: integer   # people

"""

PIPELINE = """\
schema_version: 1
database: {database}
stages:
  - name: manifest
    state: EXTRACT
    command: [sh, make.sh, "drafts/{{publication}}_{{period}}.yaml", "{{manifest}}"]
    produces: {{manifest: "manifests/{{publication}}_{{period}}.yaml"}}
    existing: keep
  - name: load
    state: INGEST
    scope: source
    exclusive: "{{database}}"
    command: [{load}, "{{database}}"]
    verify: [{load}, "{{scratch_database}}"]
    timeout_seconds: 60
"""

MAKE = """\
# make.sh DRAFT MANIFEST
set -eu
mkdir -p manifests
cp "$1" "$2.part"
sync "$2.part"
mv "$2.part" "$2"
sync manifests
"""

# A loader as it should be: the rows are there as a whole, and last, before it says so.
LOAD = """\
# load.sh MANIFEST SOURCE FOLDER: copies a source's rows (by cp: what goes through libc's streams is not recorded); '*' fails where the manifest does not read it as null.
set -eu
if grep -q ',\\*$' "input/$2.csv" && ! grep -q null_values "$1"; then
  echo 'ERROR:  invalid input syntax for type integer: "*"' >&2
  echo "CONTEXT:  COPY tbl_$2, line 8, column patients: \\"*\\"" >&2
  exit 1
fi
mkdir -p "$3"
cp "input/$2.csv" "$3/$2.part"
sync "$3/$2.part"
mv "$3/$2.part" "$3/$2.csv"
sync "$3" "$3/.." "$3/../.."
echo "Loaded $2"
"""

STEPS = ("run", "approve", "run")


class Workspace:
    """One worker's workspace. Its place never changes, so that the paths in its files are true in every copy."""

    def __init__(self, base, programs, project, with_duckdb):
        self.base, self.programs, self.project = pathlib.Path(base), programs, project
        self.root = self.base / "work"
        self.with_duckdb = with_duckdb
        self.watched = [str(self.root)]
        self.base.mkdir(parents=True, exist_ok=True)
        (self.base / "tmp").mkdir(exist_ok=True)
        (self.base / "state").write_bytes(bytes(1 << 16))
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.base), "TMPDIR": str(self.base / "tmp"), "NO_COLOR": "1",
            "TZ": "UTC", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
            "ERRATA_HOME": str(project) if with_duckdb else "/nonexistent",
        }
        for role in ("AUTHOR", "COMMITTER"):
            self.environment[f"GIT_{role}_NAME"] = "Tester"
            self.environment[f"GIT_{role}_EMAIL"] = "tester@example.org"
        if not with_duckdb:
            self.environment["ERRATA_DUCKDB"] = "/nonexistent"
        self.make()

    def write(self, path, text):
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def make(self):
        rows = "".join(f"A{n},{'*' if n in (7, 19) else n * 3}\n" for n in range(1, 31))
        self.write("input/one.csv", "code,patients\n" + rows)
        self.write("input/two.csv", "code,patients\n" + "".join(f"B{n},{n}\n" for n in range(1, 10)))
        sources = "".join(MANIFEST.format(code=code, root=self.root) for code in ("one", "two"))
        self.write("drafts/pub_jan25.yaml", "sources:\n" + sources)
        self.write("make.sh", MAKE)
        self.write("load.sh", LOAD)
        load = 'sh, load.sh, "{manifest}", "{source}"'
        if self.with_duckdb:
            load = 'backfill, load, --manifest, "{manifest}", --source, "{source}", --database'
        database = "data/warehouse.duckdb" if self.with_duckdb else "data/rows"
        self.write("config/pipeline.yaml", PIPELINE.format(database=database, load=load))
        self.write(
            "config/publications.yaml",
            "publications:\n  pub:\n    name: A publication\n    urls:\n"
            '      - {period: jan25, url: "http://127.0.0.1:9/jan25"}\n')
        self.write("config/execution_mode.yaml", "retry: {max_retries: 0}\n")
        self.write(".gitignore", "logs/\nstate/\ndata/\npatches/\n")
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Start")

    # Calling programs

    def call(self, *arguments, faults=None, expect=None):
        environment = dict(self.environment, **(faults or {}))
        try:
            done = subprocess.run(
                arguments, cwd=self.root, env=environment, capture_output=True, text=True, errors="replace", timeout=60,
                stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired as late:
            raise Broken(f"{' '.join(map(str, arguments))}: not done within a minute: {late.stderr}") from None
        if expect is not None and done.returncode not in expect:
            raise Broken(f"{' '.join(map(str, arguments))}: exit code {done.returncode}: {done.stderr}{done.stdout}")
        return done

    def git(self, *arguments):
        return self.call("git", *arguments, expect=(0,)).stdout

    def errata(self, *arguments, faults=None, expect=None):
        return self.call(f"{self.programs}/errata", *arguments, faults=faults, expect=expect)

    def step(self, name, faults=None):
        """Does what a person or a timer does: runs the backfill, or approves what waits."""
        if name == "run":
            return self.errata("run", faults=faults, expect=None if faults else (0, 10, 20, 30))
        fixes = [fix["id"] for fix in self.fixes() if fix["status"] == "open"]
        if fixes:
            return self.errata("approve", *fixes, faults=faults, expect=None if faults else (0,))
        return None

    # Copies

    def keep(self, name):
        shutil.rmtree(self.base / name, ignore_errors=True)
        shutil.copytree(self.root, self.base / name, symlinks=True)

    def restore(self, name):
        shutil.rmtree(self.root)
        shutil.copytree(self.base / name, self.root, symlinks=True)

    # What is to be seen

    def json(self, *arguments):
        return json.loads(self.errata(*arguments, "--json", expect=(0,)).stdout)

    def fixes(self):
        return self.json("fixes")

    def events(self):
        """The journal's events, and the lines that are none."""
        events, bad = [], []
        for path in sorted((self.root / "logs/events").glob("*/run_*.jsonl")):
            for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
                try:
                    if line.strip(b"\0 "):
                        events.append(json.loads(line))
                    elif line:
                        bad.append(f"{path.name}:{number}")
                except ValueError:
                    bad.append(f"{path.name}:{number}")
        return events, bad

    def rows(self):
        if not self.with_duckdb:
            return {path.name: path.read_text() for path in sorted((self.root / "data/rows").glob("*"))}
        duckdb = next(self.project.glob(".venv/lib/python*/site-packages/duckdb_cli/duckdb"))
        def ask(query):
            done = self.call(duckdb, "-readonly", "-json", "data/warehouse.duckdb", query, expect=(0,))
            return json.loads(done.stdout or "[]")
        tables = ask("SELECT table_schema AS s, table_name AS t FROM information_schema.tables ORDER BY ALL")
        found = {}
        for table in tables:
            name = f'"{table["s"]}"."{table["t"]}"'
            if "receipt" in name:
                found[name] = ask(f"SELECT count(*) AS n FROM {name}")
            else:
                found[name] = ask(f"SELECT * FROM {name} ORDER BY ALL") if name != '"main"."errata_target"' else "one"
        return found

    def picture(self):
        """What must be the same however the way there was disturbed."""
        state = scrubbed(self.json("status")["urls"])
        fixes = [
            {key: fix[key] for key in ("id", "branch", "status", "action", "confidence", "verified", "changes", "error_type")}
            for fix in self.fixes()]
        branches = self.git("for-each-ref", "--format=%(refname) %(tree)", "refs/heads")
        ledger = self.git("for-each-ref", "--format=%(refname)", "refs/errata")
        return {
            "state": state, "fixes": fixes, "branches": branches, "ledger": ledger, "rows": self.rows(),
            "history": self.git("log", "--format=%s", "--topo-order", "main"),
            "uncommitted": self.git("status", "--porcelain"),
        }

    def faults_now(self):
        """What must never be so, however a run ended: a sentence each."""
        events, _ = self.events()
        told = {event["event_type"] for event in events}
        found = []
        refs = self.git("for-each-ref", "--format=%(refname)", "refs/heads/errata")
        intended = json.dumps([event["data"] for event in events if event["event_type"].startswith("fix_")])
        for branch in refs.split():
            if branch.removeprefix("refs/heads/") not in intended:
                found.append(f"{branch} is there, but was not journalled")
        if "source_loaded" in told and not self.with_duckdb:
            for event in events:
                source = event.get("context", {}).get("source_code")
                if event["event_type"] == "source_loaded" and not (self.root / f"data/rows/{source}.csv").exists():
                    found.append(f"{source} was told to be loaded, but its rows are not there")
        return found

    def faults_at_end(self):
        """What a run must have put right: a sentence each."""
        events, bad = self.events()
        found = [f"the journal has a line that is no event: {line}" for line in bad]
        # A target that a power cut took is told to be gone, and only then is anything loaded again.
        loads = collections.Counter()
        for event in events:
            source = event.get("context", {}).get("source_code")
            loads[source] += (event["event_type"] == "source_loaded") - (event["event_type"] == "source_unloaded")
        found += [f"{source} was told to be loaded {count} times" for source, count in sorted(
            (source or "", count) for source, count in loads.items()) if count > 1]
        names = [event["event_id"] for event in events]
        if len(names) != len(set(names)):
            found.append("an event is in the journal twice")
        count = sum(event["event_type"] == "baseline_committed" for event in events)
        if count > 1:
            found.append(f"the baseline was committed {count} times")
        last = max(path.stem for path in (self.root / "logs/events").glob("*/run_*.jsonl"))
        replay = self.errata("replay", last)
        if replay.returncode:
            found.append(f"the replay differs: {replay.stderr.strip()}")
        latest = self.root / "logs/events/latest.jsonl"
        if not latest.exists() or latest.resolve().stem != last:
            found.append("latest.jsonl does not name the last run")
        for path in sorted(self.root.rglob("*")):
            name = str(path.relative_to(self.root))
            if not path.is_dir() and LEFT_OVER.search(name) and name != "state/errata.lock":
                found.append(f"left over: {name}")
            if path.suffix == ".json" and name.startswith(("logs/", "state/")):
                try:
                    json.loads(path.read_text())
                except ValueError:
                    found.append(f"{name} is no JSON")
        check = self.call("git", "fsck", "--no-dangling", "--no-reflogs", "--no-progress")
        if check.returncode or check.stderr.strip():
            found.append(f"git fsck: {check.stderr.strip()}{check.stdout.strip()}")
        return found


LEFT_OVER = re.compile(r"\.lock$|\.tmp$|\.part|\.latest-|\.dat\.nosync|^state/(scratch|running|carry)/.+")
TIMES = re.compile(r"_at$|^last_|duration|attempt|^run")


def scrubbed(value):
    """A document without what tells when it was."""
    if isinstance(value, dict):
        return {key: scrubbed(item) for key, item in value.items() if not TIMES.search(key)}
    return [scrubbed(item) for item in value] if isinstance(value, list) else value


class Broken(Exception):
    """A step that must succeed did not."""


def children():
    """The processes that this one has, its own and those it inherited; not those that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return []
    found = []
    for task in pathlib.Path("/proc/self/task").glob("*/children"):
        found += map(int, task.read_text().split())
    return found


def end_children():
    """Ends every process that this one has, as a power cut does; gives how many there were."""
    ended = 0
    while pids := children():
        for pid in pids:
            os.kill(pid, signal.SIGKILL)  # a child of this process that nobody waited for: the number is still its own
            os.waitpid(pid, 0)
            ended += 1
    return ended
