"""How long the dashboard of 200 runs over 1,000 sources takes to write, and to open in chromium.

    python3 Benchmarks/dashboard.py [--errata .build/release/errata] [--runs 200] [--sources 1000] [--keep FOLDER]

The journal is made here: every run works on every source of ten periods in twenty publications, some fail, some stay failed.
Opening is measured by the browser itself, from the beginning of navigation to the later of the load event and the first paint,
five times, each in a fresh browser; the goal is less than a second.
"""
import argparse, datetime, json, os, pathlib, random, statistics, subprocess, sys, tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Tests" / "DashboardTests" / "Browser"))
from browser import Browser

ERRORS = {
    "type_mismatch": "INTEGER column received unexpected value '*'", "404_not_found": "HTTP status 404 (Not Found)",
    "sheet_not_found": "there is no sheet 'Table 2b'; there are Contents, Table 1, Table 2b Headcount",
    "timeout": "no answer within 30 s", "missing_column": "the column headcount_march_2020 is not in the file",
}
STAGES = {"manifest": 900, "enrich": 2500, "load": 400, "export": 1200}


class Journal:
    """One run's events, written as runs write them."""

    def __init__(self, folder, start):
        self.now, self.name, self.lines = start, start.strftime("run_%Y%m%d_%H%M%S"), []
        path = folder / "logs" / "events" / start.strftime("%Y-%m-%d")
        path.mkdir(parents=True, exist_ok=True)
        self.path = path / f"{self.name}.jsonl"

    def tell(self, kind, place=None, milliseconds=5, **members):
        self.now += datetime.timedelta(milliseconds=milliseconds)
        stamp = self.now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{self.now.microsecond // 1000:03d}Z"
        self.lines.append(json.dumps({"event_id": f"{self.name}-{len(self.lines)}", "run_id": self.name, "timestamp": stamp,
                                      "event_type": kind, "context": place or {}} | members))

    def close(self):
        self.path.write_text("\n".join(self.lines) + "\n")


def write(folder, runs, sources, end):
    random.seed(17)
    keys = [(f"publication_{number % 20:02d}", f"{month}25") for number, month in
            ((number, month) for number in range(20) for month in ("jan", "feb", "mar", "apr", "may"))]
    each = max(1, sources // len(keys))
    weak = {}
    for number in range(runs):
        journal = Journal(folder, end - datetime.timedelta(hours=6 * (runs - number)))
        journal.tell("run_started", data={"config_file": "config/publications.yaml", "total_urls": len(keys)})
        begun, stats, rows_loaded = journal.now, {"completed": 0, "partial": 0, "failed": 0}, 0
        for publication, period in keys:
            place = {"publication": publication, "period": period, "url": f"https://example.org/{publication}/{period}"}
            journal.tell("url_started", place, data={"stages": list(STAGES)})
            failed = 0
            for stage, typical in STAGES.items():
                if stage == "export" and failed:
                    journal.tell("stage_skipped", place | {"stage": stage}, data={"reason": "load incomplete"})
                    continue
                took = int(typical * random.lognormvariate(0, 0.4))
                journal.tell("stage_started", place | {"stage": stage}, data={"stage_name": stage})
                for index in range(each if stage == "load" else 0):
                    code = f"{publication}_table_{index}"
                    source = place | {"stage": stage, "source_code": code}
                    error = weak.get((publication, period, code))
                    if error is None and random.random() < 0.004:
                        error = weak[publication, period, code] = random.choice(list(ERRORS))
                    if error and random.random() < 0.85:
                        failed += 1
                        journal.tell("source_failed", source, error={"type": error, "message": ERRORS[error]})
                    else:
                        weak.pop((publication, period, code), None)
                        rows = int(450 * random.lognormvariate(0, 1))
                        rows_loaded += rows
                        journal.tell("source_loaded", source, data={"rows": rows, "table_name": "tbl_" + code, "source_code": code})
                kind = "stage_failed" if stage == "load" and failed else "stage_completed"
                error = {"error": {"type": "code_error", "message": f"{failed} sources failed"}} if kind == "stage_failed" else {}
                journal.tell(kind, place | {"stage": stage}, took, data={"duration_ms": took}, **error)
            stats["failed" if failed == each else "partial" if failed else "completed"] += 1
            journal.tell("url_completed", place, data={"sources_loaded": each - failed, "sources_failed": failed})
        took = int((journal.now - begun).total_seconds() * 1000)
        journal.tell("run_completed", data={"exit_code": 30 if stats["partial"] else 0, "stats": {
            "urls_total": len(keys), "urls_completed": stats["completed"], "urls_partial": stats["partial"],
            "urls_failed": stats["failed"], "rows_loaded": rows_loaded, "duration_ms": took}})
        journal.close()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--errata", default=".build/release/errata")
    options.add_argument("--runs", type=int, default=200)
    options.add_argument("--sources", type=int, default=1000)
    options.add_argument("--keep", help="where to leave the workspace")
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(options.keep or scratch)
        (folder / "config").mkdir(parents=True, exist_ok=True)
        end = datetime.datetime(2026, 1, 31, 18)
        write(folder, options.runs, options.sources, end)
        page = folder / "dashboard.html"
        begun = time.monotonic()
        subprocess.run([options.errata, "dashboard", "--workspace", str(folder), "--output", str(page),
                        "--now", end.strftime("%Y-%m-%dT%H:%M:%SZ")], check=True)
        print(f"written in {time.monotonic() - begun:.2f} s, {os.path.getsize(page) / 1e6:.2f} MB")
        for view in ("/", "/sources", "/source/publication_00%2Fjan25/publication_00_table_0"):
            took = []
            for _ in range(5):
                with Browser() as browser:
                    took.append(browser.open(f"file://{page}#{view}"))
            print(f"{view}: opened in {statistics.median(took):.0f} ms (from {min(took):.0f} to {max(took):.0f})")


if __name__ == "__main__":
    main()
