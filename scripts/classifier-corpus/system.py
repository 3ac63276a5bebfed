"""git, and what the operating system and its shell say."""


def git(corpus, port, closed):
    work = corpus.world.work
    setup = ("export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org; "
             "rm -rf repo clone bare; git init -q -b main repo; cd repo; echo a > a.txt; git add a.txt; git commit -qm one; ")

    def ask(name, command, kind, transient=None, **fields):
        corpus.shell(name, setup + command, kind, transient, **fields)

    ask("clone-404", f"git clone http://127.0.0.1:{port}/404/x.git", "404_not_found", url="http://127.0.0.1:8080/404/x.git/")
    ask("clone-403", f"git clone http://127.0.0.1:{port}/403/x.git", "access_denied", url="http://127.0.0.1:8080/403/x.git/", status=403)
    ask("clone-503", f"git clone http://127.0.0.1:{port}/503/x.git", "server_error", url="http://127.0.0.1:8080/503/x.git/", status=503)
    ask("clone-401", f"git clone http://127.0.0.1:{port}/401/x.git", "access_denied", url="http://127.0.0.1:8080")
    ask("clone-refused", f"git clone http://127.0.0.1:{closed}/x.git", "connection_failed", url="http://127.0.0.1:9/x.git/", host="127.0.0.1")
    ask("clone-no-host", "git clone https://git.invalid/x.git", "connection_failed", url="https://git.invalid/x.git/", host="git.invalid")
    ask("clone-folder", "git clone /srv/none.git", "no_files_found", file="/srv/none.git")
    ask("no-repository", "cd /; git -C / log", "code_error")
    ask("pathspec", "git checkout release", "reference_not_found", file="release")
    ask("bad-revision", "git log nope..main", "reference_not_found")
    ask("unrelated", "git merge nothing", "reference_not_found")
    ask("rejected", "git clone -q --bare . ../bare; git remote add origin ../bare; git commit -qm two --allow-empty; git push -q origin main; "
        "git reset -q --hard HEAD~1; git commit -qm three --allow-empty; git push origin main", "lock_conflict", True)
    ask("conflict", "git checkout -qb b; echo b > a.txt; git commit -qam b; git checkout -q main; echo c > a.txt; git commit -qam c; git merge b",
        "lock_conflict", False)
    ask("index-lock", "touch .git/index.lock; git add a.txt", "lock_conflict")
    ask("no-remote", "git push origin main", "reference_not_found")
    ask("ok", "git status; git log --oneline | wc -l", "none")
    ask("apply", "printf 'garbage' > x.patch; git apply x.patch", "corrupt_file", False)


def system(corpus):
    work = corpus.world.work
    shell, python = corpus.shell, corpus.python
    shell("cat-missing", "cat missing.csv", "no_files_found", file="missing.csv")
    shell("ls-missing", "ls data/raw", "no_files_found", file="data/raw")
    shell("cp-missing", "cp missing.csv /tmp/", "no_files_found", file="missing.csv")
    shell("command-missing", "loadd --all", "code_error")
    shell("script-missing", "bash ./run_load.sh", "code_error")
    shell("python-missing", "python nothing.py", "code_error")
    shell("not-executable", "touch tool; chmod 644 tool; ./tool", "permission_denied", file="./tool")
    shell("full", "cat /etc/hostname > /dev/full", "disk_full")
    shell("dd-full", "dd if=/dev/zero of=/dev/full bs=1M count=1", "disk_full")
    python("full", "with open('/dev/full', 'w') as f:\n    f.write('x' * 100000)", "disk_full")
    shell("file-size", "ulimit -f 10; python -c \"open('big', 'wb').write(b'x' * 100000)\"", "disk_full")
    python("missing", "open('data/missing.csv')", "no_files_found", file="data/missing.csv")
    python("directory", "open('/srv/none/out.csv', 'w')", "no_files_found", file="/srv/none/out.csv")
    python("is-directory", "import os\nos.makedirs('folder', exist_ok=True)\nopen('folder')", "code_error")
    python("exists", "import os\nos.makedirs('folder', exist_ok=True)\nos.mkdir('folder')", "code_error")
    python("permission", "raise PermissionError(13, 'Permission denied', '/srv/backfill/out.csv')", "permission_denied", file="/srv/backfill/out.csv")
    shell("read-only", "echo 1 > /proc/sys/kernel/osrelease", "permission_denied", file="/proc/sys/kernel/osrelease")
    shell("read-only-touch", "touch /proc/x", "no_files_found", file="/proc/x")
    shell("memory", "ulimit -v 400000; python -c \"x = bytearray(2 * 10**9)\"", "out_of_memory")
    shell("numpy-memory", "ulimit -v 3000000; OPENBLAS_NUM_THREADS=1 python -c \"import numpy; numpy.ones(10**9)\"", "out_of_memory")
    shell("fork-kill", "echo 'loading 12 files'; kill -9 $$", "out_of_memory")
    shell("shell-killed", "bash -c 'kill -9 $$'; echo exit $?; exit 137", "out_of_memory")
    shell("segfault", "python -c 'import ctypes; ctypes.string_at(0)'", "code_error")
    shell("faulthandler", "python -X faulthandler -c 'import ctypes; ctypes.string_at(0)'", "code_error")
    shell("abort", "python -c 'import os; os.abort()'", "code_error")
    shell("timeout", "timeout 1 sleep 5", "timeout")
    shell("timeout-text", "echo 'fetching page 1'; timeout 1 sleep 5", "timeout")
    shell("terminated", "echo 'working'; kill -TERM $$", "unknown")
    shell("silent", "exit 3", "unknown")
    shell("mystery", "echo 'the moon is in the wrong phase'; exit 2", "unknown")
    shell("custom", "python -c \"class LoadFailed(Exception): pass\nraise LoadFailed('nothing fits')\"", "unknown")
    shell("too-many-files", "ulimit -n 20; python -c \"l = [open('/dev/null') for _ in range(50)]\"", "code_error")
    shell("arguments", "python -c \"import argparse; p = argparse.ArgumentParser(); p.add_argument('--period', required=True); p.parse_args()\"", "code_error")
    for name, code in {
        "name": "print(undefined_name)", "type": "'a' + 1", "attribute": "None.rows", "index": "[][1]", "zero": "1 / 0", "import": "import no_such_module",
        "import-name": "from os import nothing", "assert": "assert 1 == 2, 'row counts differ'", "syntax": "def f(:\n    pass", "indent": "if True:\nprint(1)",
        "recursion": "def f(): f()\nf()", "not-implemented": "raise NotImplementedError('later')", "unbound": "def f():\n    x += 1\nf()",
        "argument": "def f(a): pass\nf()", "unpack": "a, b = [1, 2, 3]", "json-type": "import json\njson.dumps(object())",
    }.items():
        python(f"python-{name}", code, "code_error")
    python("environ", "import os\nos.environ['DATABASE_URL']", "code_error")
    python("subprocess", "import subprocess\nsubprocess.run(['false'], check=True)", "unknown")
    python("subprocess-timeout", "import subprocess\nsubprocess.run(['sleep', '5'], timeout=0.2)", "timeout")
    python("subprocess-missing", "import subprocess\nsubprocess.run(['loadd'])", "code_error")
    python("socket-timeout", "import socket\ns = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()\nc = socket.create_connection(s.getsockname(), timeout=0.2)\nc.recv(1)", "timeout")
    python("asyncio-timeout", "import asyncio\nasyncio.run(asyncio.wait_for(asyncio.sleep(5), 0.1))", "timeout")
    python("interrupt", "raise KeyboardInterrupt", "unknown")
    python("exit-message", "import sys\nsys.exit('nothing to do here that I understand')", "unknown")
