#!/usr/bin/env python3
"""Regenerates the classifier's corpus: `generate.py FOLDER [FAMILY…]` (see README.md beside this file)."""

import sys

import cloud
import databases
import files
import logs
import servers
import system
import web
from harness import Corpus, World


def main(folder, wanted):
    world = World()
    try:
        port, tls, closed = servers.serve(world), servers.serve_tls(world), servers.closed_port(world)

        def postgres(corpus):
            databases.postgres(corpus, servers.Postgres(world))

        families = {
            "postgres": postgres,
            "unreachable": lambda corpus: databases.unreachable(corpus, closed),
            "duckdb": databases.duckdb, "sqlite": databases.sqlite, "dbt": databases.dbt,
            "files": files.files, "parsers": files.parsers,
            "web": lambda corpus: web.web(corpus, port, tls, closed),
            "cloud": lambda corpus: cloud.cloud(corpus, port, closed),
            "models": lambda corpus: cloud.models(corpus, port, closed),
            "git": lambda corpus: system.git(corpus, port, closed), "system": system.system,
            "logs": lambda corpus: logs.logs(corpus, port, closed), "harmless": lambda corpus: logs.harmless(corpus, port, closed),
        }
        for family, build in families.items():
            if wanted and family not in wanted:
                continue
            corpus = Corpus(world, family)
            build(corpus)
            corpus.write(folder)
    finally:
        world.close()


if __name__ == "__main__":
    main(sys.argv[1], set(sys.argv[2:]))
