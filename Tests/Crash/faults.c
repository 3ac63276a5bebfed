// Numbers the calls that change files, and ends the program, fills the disk or keeps a record at one of them.
//
// Loaded with LD_PRELOAD into every process of a run; crash.py tells it by environment variables what to do:
//   FAULTS_STATE     the file that all processes share: how many calls there were, and whether the machine is "off"
//   FAULTS_FOLDERS   the folders that are watched, with ':' between them
//   FAULTS_PROGRAMS  the programs whose calls are numbered, such as "errata,git"; others are only recorded, or ended
//   FAULTS_MODE      count · kill (this process) · off (all processes) · torn (off after half a write) ·
//                    full (no room from here on) · short (half a write, then no room)
//   FAULTS_AT        the number of the call at which that happens, 1 and up; it is not carried out
//   FAULTS_LOG       where every call is written with its bytes, for the model of a power cut in crash.py
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

struct shared {
  pthread_mutex_t lock;
  int ready, off;
  long count;
  char what[1024];
};

enum mode { COUNT, KILL, OFF, TORN, FULL, SHORT };
enum verdict { DO, FAIL, HALF };

static struct shared *shared;
static enum mode mode;
static long at;
static int is_numbered, record = -1;
static char program[64], *folders[16];

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

static void lock(void) {
  if (pthread_mutex_lock(&shared->lock) == EOWNERDEAD) pthread_mutex_consistent(&shared->lock);
}

static void unlock(void) { pthread_mutex_unlock(&shared->lock); }

__attribute__((constructor)) static void begin(void) {
  const char *state = getenv("FAULTS_STATE");
  if (!state) return;
  int file = REAL(open)(state, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void *memory = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory == MAP_FAILED) return;
  // The first process is alone when it begins.
  struct shared *found = memory;
  if (!found->ready) {
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&found->lock, &kind);
    found->ready = 1;
  }
  const char *names[] = {"count", "kill", "off", "torn", "full", "short"}, *wanted = getenv("FAULTS_MODE");
  for (int i = 0; wanted && i < 6; i++)
    if (!strcmp(wanted, names[i])) mode = i;
  at = getenv("FAULTS_AT") ? atol(getenv("FAULTS_AT")) : 0;
  snprintf(program, sizeof program, "%s", program_invocation_short_name);
  const char *programs = getenv("FAULTS_PROGRAMS");
  for (const char *p = programs; p && *p; p += strcspn(p, ","), p += *p == ',')
    if (strlen(program) == strcspn(p, ",") && !strncmp(p, program, strlen(program))) is_numbered = 1;
  static char list[4096];
  snprintf(list, sizeof list, "%s", getenv("FAULTS_FOLDERS") ? getenv("FAULTS_FOLDERS") : "");
  int n = 0;
  for (char *part = strtok(list, ":"); part && n < 15; part = strtok(NULL, ":")) folders[n++] = part;
  const char *log = getenv("FAULTS_LOG");
  if (log) record = REAL(open)(log, O_WRONLY | O_APPEND | O_CLOEXEC);
  shared = found;
}

static int is_watched(const char *path) {
  for (int i = 0; shared && folders[i]; i++) {
    size_t length = strlen(folders[i]);
    if (!strncmp(path, folders[i], length) && (path[length] == '/' || !path[length])) return 1;
  }
  return 0;
}

// The absolute path of a name relative to a folder's descriptor, its folder's symbolic links resolved.
static int path_at(int folder, const char *name, char *path) {
  char whole[PATH_MAX], parent[PATH_MAX];
  if (!shared || !name) return 0;
  if (name[0] == '/') {
    if (snprintf(whole, sizeof whole, "%s", name) >= PATH_MAX) return 0;
  } else {
    char link[64], base[PATH_MAX];
    snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
    ssize_t n = readlink(link, base, sizeof base - 1);
    if (n < 0) return 0;
    base[n] = 0;
    if (snprintf(whole, sizeof whole, "%s/%s", base, name) >= PATH_MAX) return 0;
  }
  size_t n = strlen(whole);
  while (n > 1 && whole[n - 1] == '/') whole[--n] = 0;
  char *slash = strrchr(whole, '/');
  if (!slash) return 0;
  *slash = 0;
  if (!realpath(*whole ? whole : "/", parent)) return 0;
  return snprintf(path, PATH_MAX, "%s/%s", strcmp(parent, "/") ? parent : "", slash + 1) < PATH_MAX && is_watched(path);
}

static int path_of(int file, char *path) {
  if (!shared) return 0;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t n = readlink(link, path, PATH_MAX - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  return path[0] == '/' && is_watched(path);
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

// Begins a call that changes files: numbers it, and says whether it is carried out. The lock is held until `end`.
static enum verdict begin_call(const char *call, const char *path, int takes_room) {
  if (shared->off) die();
  lock();
  if (shared->off) die();
  if (!is_numbered) return DO;
  long number = ++shared->count;
  if (number == at)
    snprintf(shared->what, sizeof shared->what, "%s %s %s", program, call, path);
  if (!at || number < at || mode == COUNT) return DO;
  switch (mode) {
  case KILL: if (number == at) die(); return DO;
  case TORN:
    if (!strcmp(call, "write")) return HALF;
    // fall through
  case OFF: shared->off = 1; die(); return DO;
  case SHORT: if (number == at && !strcmp(call, "write")) return HALF;
    // fall through
  case FULL: return takes_room ? FAIL : DO;
  default: return DO;
  }
}

static void end_call(int saved) {
  unlock();
  errno = saved;
}

static void put(const char *call, unsigned long inode, long offset, const void *bytes, size_t count, const char *path,
                const char *other) {
  if (record < 0) return;
  char head[2 * PATH_MAX + 256];
  int n = snprintf(head, sizeof head, "%s\t%s\t%ld\t%lu\t%ld\t%zu\t%s\t%s\n", call, program,
                   is_numbered ? shared->count : 0, inode, offset, bytes ? count : 0, path, other);
  REAL(write)(record, head, n);
  if (bytes && count && REAL(write)(record, bytes, count) < 0) die();
}

static unsigned long inode_of(int file) {
  struct stat status;
  return fstat(file, &status) ? 0 : status.st_ino;
}

static unsigned long inode_at(const char *path) {
  struct stat status;
  return lstat(path, &status) ? 0 : status.st_ino;
}

// MARK: opening

static int opened(int folder, const char *name, int flags, mode_t bits) {
  char path[PATH_MAX];
  int (*go)(int, const char *, int, ...) = REAL(openat);
  if (!shared || !(flags & (O_CREAT | O_TRUNC)) || !path_at(folder, name, path)) return go(folder, name, flags, bits);
  int is_new = (flags & O_CREAT) && access(path, F_OK);
  if (!is_new && !(flags & O_TRUNC)) return go(folder, name, flags, bits);
  if (begin_call(is_new ? "create" : "truncate", path, is_new) != DO) {
    end_call(ENOSPC);
    return -1;
  }
  int file = go(folder, name, flags, bits), saved = errno;
  if (file >= 0) put(is_new ? "create" : "truncate", inode_of(file), 0, NULL, 0, path, "");
  end_call(saved);
  return file;
}

#define MODE_OF(flags) \
  mode_t bits = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list rest; \
    va_start(rest, flags); \
    bits = va_arg(rest, mode_t); \
    va_end(rest); \
  }

int open(const char *name, int flags, ...) { MODE_OF(flags) return opened(AT_FDCWD, name, flags, bits); }
int open64(const char *name, int flags, ...) { MODE_OF(flags) return opened(AT_FDCWD, name, flags, bits); }
int openat(int folder, const char *name, int flags, ...) { MODE_OF(flags) return opened(folder, name, flags, bits); }
int openat64(int folder, const char *name, int flags, ...) { MODE_OF(flags) return opened(folder, name, flags, bits); }
int creat(const char *name, mode_t bits) { return opened(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, bits); }
int creat64(const char *name, mode_t bits) { return opened(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, bits); }

// glibc makes these and its streams out of calls of its own that nobody can come between.
static int made(char *name, int suffix, int flags) {
  size_t length = strlen(name);
  if (length < (size_t)suffix + 6) return errno = EINVAL, -1;
  char *letters = name + length - suffix - 6;
  for (int tries = 0; tries < 1000; tries++) {
    static unsigned turn;
    unsigned long seed = (unsigned long)getpid() * 7919 + __sync_add_and_fetch(&turn, 1);
    for (int i = 0; i < 6; i++, seed /= 36) letters[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[seed % 36];
    int file = opened(AT_FDCWD, name, flags | O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file >= 0 || errno != EEXIST) return file;
  }
  return -1;
}

int mkstemp(char *name) { return made(name, 0, 0); }
int mkstemp64(char *name) { return made(name, 0, 0); }
int mkostemp(char *name, int flags) { return made(name, 0, flags); }
int mkostemp64(char *name, int flags) { return made(name, 0, flags); }
int mkstemps(char *name, int suffix) { return made(name, suffix, 0); }
int mkostemps(char *name, int suffix, int flags) { return made(name, suffix, flags); }

// MARK: bytes

static ssize_t written(int file, const void *bytes, size_t count, off_t offset) {
  char path[PATH_MAX];
  ssize_t (*go)(int, const void *, size_t) = REAL(write);
  ssize_t (*go_at)(int, const void *, size_t, off_t) = REAL(pwrite);
#define GO(count) (offset < 0 ? go(file, bytes, count) : go_at(file, bytes, count, offset))
  if (!count || !path_of(file, path)) return GO(count);
  enum verdict verdict = begin_call("write", path, 1);
  if (verdict == FAIL || (verdict == HALF && mode == SHORT && count < 2)) {
    end_call(ENOSPC);
    return -1;
  }
  ssize_t done = verdict == HALF && count < 2 ? 0 : GO(verdict == HALF ? count / 2 : count);
  int saved = errno;
  if (verdict == HALF && mode == TORN) {
    shared->off = 1;
    die();
  }
  if (done > 0) put("write", inode_of(file), offset < 0 ? lseek(file, 0, SEEK_CUR) - done : offset, bytes, done, path, "");
  end_call(saved);
  return done;
}

ssize_t write(int file, const void *bytes, size_t count) { return written(file, bytes, count, -1); }
ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) { return written(file, bytes, count, at); }
ssize_t pwrite64(int file, const void *bytes, size_t count, off_t at) { return written(file, bytes, count, at); }

ssize_t writev(int file, const struct iovec *parts, int count) {
  char path[PATH_MAX];
  if (!path_of(file, path)) return REAL(writev)(file, parts, count);
  ssize_t total = 0;
  for (int i = 0; i < count; i++) {
    ssize_t done = written(file, parts[i].iov_base, parts[i].iov_len, -1);
    if (done < 0) return total ? total : -1;
    total += done;
    if ((size_t)done < parts[i].iov_len) break;
  }
  return total;
}

static ssize_t copied(int to, int from, off_t *offset, size_t count) {
  char buffer[1 << 16];
  size_t wanted = count < sizeof buffer ? count : sizeof buffer;
  ssize_t n = offset ? pread(from, buffer, wanted, *offset) : read(from, buffer, wanted);
  if (n <= 0) return n;
  ssize_t done = written(to, buffer, n, -1);
  if (done > 0 && offset) *offset += done;
  else if (done < n) lseek(from, (done < 0 ? 0 : done) - n, SEEK_CUR);
  return done;
}

ssize_t sendfile(int to, int from, off_t *offset, size_t count) {
  char path[PATH_MAX];
  ssize_t (*go)(int, int, off_t *, size_t) = real("sendfile");
  return path_of(to, path) ? copied(to, from, offset, count) : go(to, from, offset, count);
}
ssize_t sendfile64(int to, int from, off_t *offset, size_t count) { return sendfile(to, from, offset, count); }

ssize_t copy_file_range(int from, off_t *read_at, int to, off_t *write_at, size_t count, unsigned flags) {
  char path[PATH_MAX];
  if (!path_of(to, path)) return REAL(copy_file_range)(from, read_at, to, write_at, count, flags);
  return errno = EXDEV, -1;
}

int ftruncate(int file, off_t length) {
  char path[PATH_MAX];
  if (!path_of(file, path)) return REAL(ftruncate)(file, length);
  begin_call("resize", path, 0);
  int result = REAL(ftruncate)(file, length), saved = errno;
  if (!result) put("resize", inode_of(file), length, NULL, 0, path, "");
  end_call(saved);
  return result;
}
int ftruncate64(int file, off_t length) { return ftruncate(file, length); }

static int synced(int file, int (*go)(int)) {
  char path[PATH_MAX];
  if (!path_of(file, path)) return go(file);
  begin_call("sync", path, 0);
  int result = go(file), saved = errno;
  if (!result) put("sync", inode_of(file), 0, NULL, 0, path, "");
  end_call(saved);
  return result;
}

int fsync(int file) { return synced(file, REAL(fsync)); }
int fdatasync(int file) { return synced(file, REAL(fdatasync)); }

// MARK: names

static int moved(int from, const char *old, int to, const char *new, unsigned flags, const char *call) {
  char path[PATH_MAX], other[PATH_MAX];
  int is_link = !strcmp(call, "link");
  int (*link)(int, const char *, int, const char *, int) = REAL(linkat);
  int (*move)(int, const char *, int, const char *, unsigned) = REAL(renameat2);
#define GO_NAMES (is_link ? link(from, old, to, new, flags) : move(from, old, to, new, flags))
  if (!path_at(from, old, path) || !path_at(to, new, other)) return GO_NAMES;
  if (begin_call(call, other, is_link) != DO) {
    end_call(ENOSPC);
    return -1;
  }
  unsigned long inode = inode_at(path);
  int result = GO_NAMES, saved = errno;
  if (!result) put(call, inode, 0, NULL, 0, path, other);
  end_call(saved);
  return result;
}

int rename(const char *old, const char *new) { return moved(AT_FDCWD, old, AT_FDCWD, new, 0, "rename"); }
int renameat(int from, const char *old, int to, const char *new) { return moved(from, old, to, new, 0, "rename"); }
int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
  return moved(from, old, to, new, flags, "rename");
}
int link(const char *old, const char *new) { return moved(AT_FDCWD, old, AT_FDCWD, new, 0, "link"); }
int linkat(int from, const char *old, int to, const char *new, int flags) {
  return moved(from, old, to, new, flags, "link");
}

int unlinkat(int folder, const char *name, int flags) {
  char path[PATH_MAX];
  int (*go)(int, const char *, int) = REAL(unlinkat);
  if (!path_at(folder, name, path) || !inode_at(path)) return go(folder, name, flags);
  begin_call("remove", path, 0);
  int result = go(folder, name, flags), saved = errno;
  if (!result) put("remove", 0, 0, NULL, 0, path, "");
  end_call(saved);
  return result;
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }
int remove(const char *name) {
  int result = unlink(name);
  return result && errno == EISDIR ? rmdir(name) : result;
}

int mkdirat(int folder, const char *name, mode_t bits) {
  char path[PATH_MAX];
  int (*go)(int, const char *, mode_t) = REAL(mkdirat);
  if (!path_at(folder, name, path) || inode_at(path)) return go(folder, name, bits);
  if (begin_call("mkdir", path, 1) != DO) {
    end_call(ENOSPC);
    return -1;
  }
  int result = go(folder, name, bits), saved = errno;
  if (!result) put("mkdir", inode_at(path), 0, NULL, 0, path, "");
  end_call(saved);
  return result;
}
int mkdir(const char *name, mode_t bits) { return mkdirat(AT_FDCWD, name, bits); }

int symlinkat(const char *target, int folder, const char *name) {
  char path[PATH_MAX];
  int (*go)(const char *, int, const char *) = REAL(symlinkat);
  if (!path_at(folder, name, path)) return go(target, folder, name);
  if (begin_call("symlink", path, 1) != DO) {
    end_call(ENOSPC);
    return -1;
  }
  int result = go(target, folder, name), saved = errno;
  if (!result) put("symlink", inode_at(path), 0, target, strlen(target), path, "");
  end_call(saved);
  return result;
}
int symlink(const char *target, const char *name) { return symlinkat(target, AT_FDCWD, name); }
