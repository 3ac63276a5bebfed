"""A PostgreSQL cluster of the tests' own on a free port of this machine; it ends, and its folder goes, when the input closes.

Prints the port once it answers, or what keeps it from running. The server refuses root, so root starts it as nobody.
"""
import glob, os, pwd, shutil, signal, socket, subprocess, sys, tempfile, time

programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[-2]))
if not programs:
    sys.exit(print("missing: PostgreSQL's server is not installed; apt-get install postgresql"))
folder = tempfile.mkdtemp(prefix="errata-pg-", dir="/tmp")
as_nobody = {}
if os.getuid() == 0:
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    as_nobody = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
server = None
try:
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    with open(folder + "/password", "w") as password:
        password.write("the-tests-password\n")
    made = subprocess.run(
        [programs[-1] + "/initdb", "-D", folder + "/data", "-U", "tests", "-E", "UTF8", "-N", "--locale=C.UTF-8",
         "-A", "scram-sha-256", "--pwfile", folder + "/password"],
        text=True, stdin=subprocess.DEVNULL, capture_output=True, cwd="/", env=environment, **as_nobody)
    if made.returncode != 0:
        sys.exit(print("missing: initdb failed: " + made.stderr.strip().replace("\n", " ")))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off",
        "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "32MB", "max_connections": 40,
        "autovacuum": "off", "log_min_messages": "panic"}
    server = subprocess.Popen(
        [programs[-1] + "/postgres", "-D", folder + "/data"] + [f"-c{name}={value}" for name, value in settings.items()],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", env=environment,
        start_new_session=True, **as_nobody)
    for _ in range(600):
        ready = subprocess.run([programs[-1] + "/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)])
        if ready.returncode == 0 or server.poll() is not None:
            break
        time.sleep(0.05)
    print(port if server.poll() is None else "missing: the server did not start", flush=True)
    sys.stdin.read()
finally:
    if server is not None and server.poll() is None:
        server.send_signal(signal.SIGQUIT)
        server.wait()
    shutil.rmtree(folder, ignore_errors=True)
