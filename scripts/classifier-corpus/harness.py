"""Runs real tools into real faults and keeps what they print, labelled with the fault that was built."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import zlib
from pathlib import Path

from beside import BESIDE

FIELDS = {"column", "value", "expected_type", "table", "sheet", "url", "status", "file", "row", "constraint", "host", "line"}
STAGES = ["download", "extract", "enrich", "load", "publish"]
TRANSIENT = {"rate_limited", "server_error", "timeout", "connection_failed", "database_unavailable", "lock_conflict", "corrupt_file"}


def says(text, field, value):
    """Whether the text says the field literally: a traceback's quoted code does not, and no address names a host by itself."""
    lines, in_frames = [], False
    for line in text.split("\n"):
        body = re.sub(r"^\S+ +\| ", "", line)
        if line.rstrip().endswith("Traceback (most recent call last):"):
            in_frames = True
        elif in_frames and body.strip() and not body.startswith(" "):
            in_frames = False
        if not in_frames:
            lines.append(line)
    said = "\n".join(lines)
    if field == "host":
        said = re.sub(r"\w+://\S+", "", said)
    if field in {"row", "line"}:
        return re.search(rf"(?i)(row|line)\W{{0,4}}{value}\b|:{value}: |\"row\": {value}\b", said) is not None
    return value in said


class World:
    """A scratch folder, and what stands in texts for this machine's names."""

    def __init__(self):
        self.root = Path(tempfile.mkdtemp(prefix="corpus"))
        self.work = self.root / "work"
        self.work.mkdir()
        self.names = []
        self.cleanups = []
        self.env = {
            "PATH": f"{Path(sys.executable).parent}:/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.root), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "AWS_EC2_METADATA_DISABLED": "true",
        }
        self.stand_in(str(self.work), "/srv/backfill")
        self.stand_in(str(self.root), "/srv")
        older = os.environ.get("CORPUS_OLDER_PYTHON")
        if older:
            self.stand_in(Path(older).parents[1], "/opt/older")
        self.stand_in(sys.prefix, "/opt/venv")
        self.stand_in(sys.base_prefix, "/usr")

    def stand_in(self, text, name):
        self.names.append((str(text), name))

    def plain(self, text):
        """The text without this machine's names, its processes' numbers and endless repetition."""
        for real, name in self.names:
            text = text.replace(real, name)
        text = re.sub(r"0x[0-9a-f]{8,16}\b", "0x7f3a5c1d2e90", text)
        text = re.sub(r"\b(pid|PID|process) \d+", r"\1 4711", text)
        lines = text.split("\n")
        if len(lines) > 300:
            lines = lines[:100] + lines[-200:]
        # A record that is cut is none.
        return "\n".join(line[: 20_000 if line.startswith("{") else 2000] for line in lines)

    def close(self):
        for cleanup in reversed(self.cleanups):
            cleanup()
        shutil.rmtree(self.root, ignore_errors=True)


class Corpus:
    """The cases of one family, in the order they ran."""

    def __init__(self, world, family, varied=False):
        """One that is varied names a stage in some cases and leaves the exit code out in some, as callers do."""
        self.world, self.family, self.cases, self.varied = world, family, [], varied

    def add(self, name, text, exit_code, kind, transient=None, stage=None, **fields):
        text = self.world.plain(text)
        fields |= BESIDE.get(f"{self.family}/{name}", {})
        for field in fields:
            assert field in FIELDS, field
        said = BESIDE.get(f"{self.family}/{name}", {})
        fields = {f: v for f, v in fields.items() if v is not None and (f in said or says(text, f, str(v)))}
        if kind not in {"connection_failed", "tls_error", "timeout", "database_unavailable"}:
            fields.pop("host", None)
        if transient is None:
            transient = kind in TRANSIENT
        case = {"id": f"{self.family}/{name}", "exit_code": exit_code, "text": text,
                "expect": {"type": kind, "transient": transient, "fields": fields}}
        draw = zlib.crc32(case["id"].encode())
        if self.varied and draw % 2:
            stage = STAGES[draw % 5]
        if stage:
            case["stage"] = stage
        if self.varied and draw % 7 == 0 and text.strip() and kind not in {"none", "unknown", "out_of_memory", "timeout"}:
            del case["exit_code"]
        while case["id"] in [c["id"] for c in self.cases]:
            case["id"] += "-again"
        self.cases.append(case)

    def shell(self, name, command, kind, transient=None, env=None, timeout=60, input=None, cwd=None, **fields):
        """Runs a command line and keeps both of its outputs as a terminal shows them."""
        process = subprocess.Popen(
            ["bash", "-c", command], cwd=cwd or self.world.work, env={**self.world.env, **(env or {})},
            stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            out, _ = process.communicate(input=input, timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise RuntimeError(f"{name} hangs: {command}")
        code = process.returncode if process.returncode >= 0 else 128 - process.returncode
        self.add(name, out.decode("utf-8", "replace"), code, kind, transient, **fields)

    def python(self, name, code, kind, transient=None, older=False, **kw):
        """Runs a script that stands in a file, so that tracebacks look as they do in a pipeline.

        An older one runs with the Python that CORPUS_OLDER_PYTHON names, if it does: libraries change their words."""
        script = self.world.work / "load.py"
        script.write_text(textwrap.dedent(code).strip() + "\n")
        python = (older and os.environ.get("CORPUS_OLDER_PYTHON")) or sys.executable
        self.shell(name, f"{python} load.py", kind, transient, **kw)

    def write(self, folder):
        path = Path(folder) / f"{self.family}.jsonl"
        with open(path, "w", encoding="utf-8") as out:
            for case in self.cases:
                out.write(json.dumps(case, ensure_ascii=False, sort_keys=True) + "\n")
        print(f"{path}: {len(self.cases)} cases", file=sys.stderr)
