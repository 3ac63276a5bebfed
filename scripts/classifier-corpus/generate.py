#!/usr/bin/env python3
"""Regenerates the classifier's corpus: `generate.py FOLDER [FAMILY…]` (see README.md beside this file)."""

import sys

import cloud
import databases
import databases3
import databases4
import files
import files3
import lines4
import logs
import logs3
import servers
import system
import web
import web3
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
        families |= {
            "postgres3": lambda corpus: databases3.postgres3(corpus, servers.Postgres(world)),
            "duckdb3": databases3.duckdb3, "sqlite3": databases3.sqlite3_, "dbt3": logs3.dbt3,
            "files3": files3.files3, "parsers3": files3.parsers3, "web3": lambda corpus: web3.web3(corpus, port, tls, closed),
            "cloud3": lambda corpus: web3.cloud3(corpus, port, closed), "models3": lambda corpus: web3.models3(corpus, port, closed),
            "git3": lambda corpus: logs3.git3(corpus, port, closed), "system3": logs3.system3,
            "logs3": lambda corpus: logs3.logs3(corpus, port, closed), "harmless3": logs3.harmless3,
        }
        families |= {
            "postgres4": lambda corpus: databases4.postgres4(corpus, servers.Postgres(world)),
            "duckdb4": databases4.duckdb4, "sqlite4": databases4.sqlite4, "lines4": lines4.lines4, "harmless4": lines4.harmless4,
        }
        for family, build in families.items():
            if wanted and family not in wanted:
                continue
            corpus = Corpus(world, family, varied=family[-1] in "34")
            build(corpus)
            corpus.write(folder)
    finally:
        world.close()


if __name__ == "__main__":
    main(sys.argv[1], set(sys.argv[2:]))
