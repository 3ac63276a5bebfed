"""A day's numbers, straight from the lines of a journal: what the folds and the pages are compared with."""
import collections, glob, json, sys

logs, day = sys.argv[1:]
events = [json.loads(line) for path in sorted(glob.glob(f"{logs}/events/*/*.jsonl")) for line in open(path)]
field = lambda e, name: e.get("data", {}).get(name, 0)
place = lambda e: (e["run_id"], e["context"].get("publication"), e["context"].get("stage"))
today = lambda *types: [e for e in events if e["timestamp"][:10] == day and e["event_type"] in types]
told = {place(e) for e in events if e["event_type"] == "source_failed"}
failures = today("source_failed") + [e for e in today("stage_failed") if place(e) not in told]
attempts = [e for e in today("stage_completed", "stage_failed") if not field(e, "reused")]
loads, ends = today("source_loaded"), today("url_completed", "url_failed")
ok = lambda e: e["event_type"] == "url_completed" and not field(e, "sources_failed")
outcome = lambda e: "failed" if not field(e, "sources_loaded") else "succeeded" if ok(e) else "partial"
count = lambda values: dict(collections.Counter(values))
rows = collections.Counter()
for e in loads: rows[e["run_id"]] += field(e, "rows"); rows[e["context"]["publication"]] += field(e, "rows")
def score(e):
    health, errors, rows = (e["data"].get(name) for name in ("health", "error_rate", "throughput"))
    parts = [(health, .5), (None if errors is None else max(0, 1 - errors / .1), .3), (rows, .2)]
    known = [(value, weight) for value, weight in parts if value is not None]
    return 2 * sum(value * weight for value, weight in known) / sum(weight for _, weight in known) - 1
json.dump({
    "runs": len(today("run_started")), "outcomes": count(map(outcome, ends)),
    "attempts": count(e["context"]["stage"] for e in attempts),
    "success": count(e["context"]["stage"] for e in attempts if e["event_type"] == "stage_completed"),
    "by_type": count(e["error"]["type"] for e in failures),
    "by_publication": count(e["context"]["publication"] for e in failures),
    "rows": sum(field(e, "rows") for e in loads), "rows_by": dict(rows),
    "tables": len({field(e, "table_name") for e in loads}),
    "parquet": sum(field(e, "parquet_files") for e in attempts),
    "tokens": sum(field(e, "tokens_used") for e in attempts),
    "calls": sum(field(e, "enrichment_calls") for e in attempts),
    "matches": sum(field(e, "reference_matches") for e in attempts),
    "scores": {e["run_id"]: round(score(e) * 100) for e in today("run_evaluated") if "unjudged" not in e["data"]},
    "sources_failed": len(today("source_failed")), "failures": len(failures), "loaded": len(loads),
    "durations": {name: sum(field(e, "duration_ms") for e in attempts if e["context"]["stage"] == name)
                  for name in {e["context"]["stage"] for e in attempts}},
}, sys.stdout)
