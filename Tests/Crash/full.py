#!/usr/bin/env python3
"""Fills the disk at the call that makes a file, and prints what errata says: `full.py PROGRAMS COMMAND FILE…`.

Each file is a part of a path that the command writes. Printed is a JSON object: by file, the exit code and the sentences."""

import json
import pathlib
import subprocess
import sys
import tempfile

from powercut import records
from workspace import Workspace

programs, command, *files = sys.argv[1:]
here = pathlib.Path(__file__).resolve().parent
with tempfile.TemporaryDirectory(prefix="errata-full-") as folder:
    base = pathlib.Path(folder)
    library = base / "faults.so"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, here / "faults.c", "-ldl", "-lpthread"], check=True)
    workspace = Workspace(base / "place", pathlib.Path(programs).resolve(), here.parent.parent, False)
    workspace.step("run")
    workspace.keep("before")
    record = workspace.base / "record"

    def disturbed(mode, at=0):
        """Calls errata in the workspace as it was."""
        workspace.restore("before")
        (workspace.base / "state").write_bytes(bytes(1 << 12))
        record.write_bytes(b"")
        return workspace.errata(command, faults={
            "LD_PRELOAD": str(library), "FAULTS_STATE": str(workspace.base / "state"), "FAULTS_LOG": str(record),
            "FAULTS_FOLDERS": str(workspace.root), "FAULTS_PROGRAMS": "errata", "FAULTS_MODE": mode, "FAULTS_AT": str(at)})

    disturbed("count")
    calls = [(number, call) for number, _, call in records(record) if number]
    found = {}
    for file in files:
        # The last file to get the name, and before it the first call that made what was renamed.
        renamed = [(number, call[4]) for number, call in calls if call[0] == "rename" and file in call[5]]
        number, made = renamed[-1] if renamed else (0, file)
        number = next((n for n, call in calls if call[0] in ("create", "write") and call[4] == made), number)
        ended = disturbed("full", number)
        found[file] = {"code": ended.returncode, "errors": ended.stderr.replace(str(workspace.root) + "/", "")}
    print(json.dumps(found))
