"""Loads the files of data/raw into tables of the schema `raw`: ingest_files.py --all | NAME, --database FILE, --folder FOLDER."""
import argparse
import pathlib

import duckdb

parser = argparse.ArgumentParser()
parser.add_argument("name", nargs="?")
parser.add_argument("--all", action="store_true")
parser.add_argument("--database", required=True)
parser.add_argument("--folder", default="data/raw")
arguments = parser.parse_args()
if arguments.all == bool(arguments.name):
    parser.error("give either --all or one NAME")

folder = pathlib.Path(arguments.folder)
files = sorted(folder.glob("*.csv")) if arguments.all else [folder / f"{arguments.name}.csv"]
with duckdb.connect(arguments.database) as database:
    database.execute("CREATE SCHEMA IF NOT EXISTS raw")
    for file in files:
        table = '"' + file.stem.replace('"', '""') + '"'
        database.execute(f"CREATE OR REPLACE TABLE raw.{table} AS SELECT * FROM read_csv(?)", [str(file)])
        rows = database.execute(f"SELECT count(*) FROM raw.{table}").fetchone()[0]
        print(f"Loaded {rows} rows into raw.{file.stem}")
