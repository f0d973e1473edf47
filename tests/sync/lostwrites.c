/* Records what a power cut could take back.

   A process killed with SIGKILL leaves its writes in the page cache, so the kill alone proves nothing about
   durability. Loaded before libc (LD_PRELOAD), this library writes an undo record for every change to a file below
   LOSTWRITES_DIR into the file LOSTWRITES_JOURNAL, before the change is made, and a mark for every sync that has
   returned. A test then takes back what no sync covered.

   A record is one header and `path_length` + `old_length` bytes: the path, and the bytes that the change overwrote.
   Each record is one write() to a file opened for appending, so that threads do not mix their records and a kill
   leaves at most one incomplete record, of a change that was not made.

   LOSTWRITES_FAIL_FSYNC=n: the n-th sync (from 1) of such a file, and every later one, fails with EIO.
   LOSTWRITES_FULL_AFTER=n: such files take n bytes, the write that crosses them is short, later ones end in ENOSPC.

   Only calls that SQLite makes are covered: write, pwrite, ftruncate, unlink, open with O_CREAT, fsync, fdatasync. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

_Static_assert(sizeof(long) == 8, "offsets are passed to the kernel in one register");

enum { WRITTEN = 1, SYNCED = 2, CREATED = 3, REMOVED = 4, TRUNCATED = 5 };

struct header {
    uint32_t kind, path_length;
    uint64_t inode, offset, new_length, old_size, old_length;
};

static int journal_fd(void) {
    static _Atomic int opened = -1;
    int fd = atomic_load(&opened);
    if (fd < 0) {
        const char *path = getenv("LOSTWRITES_JOURNAL");
        if (path == NULL) return -1;
        fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (fd < 0) abort();
        int none = -1;
        if (!atomic_compare_exchange_strong(&opened, &none, fd)) {
            syscall(SYS_close, fd);
            fd = none;
        }
    }
    return fd;
}

/* 1 if the path is one of the files under test. SQLite's -shm is a cache that no recovery relies on. */
static int watched(const char *path) {
    const char *dir = getenv("LOSTWRITES_DIR");
    size_t length = strlen(path);
    if (dir == NULL || strncmp(path, dir, strlen(dir)) != 0) return 0;
    return length < 4 || strcmp(path + length - 4, "-shm") != 0;
}

static int path_of(int fd, char path[PATH_MAX]) {
    char link[32] = "/proc/self/fd/", digits[12];
    int at = 0, saved = errno;
    do digits[at++] = (char)('0' + fd % 10); while ((fd /= 10) > 0);
    char *end = link + strlen(link);
    while (at > 0) *end++ = digits[--at];
    *end = 0;
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    errno = saved;
    if (length < 0) return 0;
    path[length] = 0;
    return watched(path);
}

static void record(uint32_t kind, const char *path, const struct stat *now, uint64_t offset, uint64_t new_length, int fd,
                   uint64_t length) {
    int journal = journal_fd(), saved = errno;
    size_t path_length = strlen(path);
    char *all = malloc(sizeof(struct header) + path_length + length);
    if (journal < 0 || all == NULL) abort();
    uint64_t got = 0;
    while (got < length) {
        ssize_t more = syscall(SYS_pread64, fd, all + sizeof(struct header) + path_length + got, length - got,
                               offset + got);
        if (more < 0) abort();
        if (more == 0) break;
        got += (uint64_t)more;
    }
    struct header head = {kind, (uint32_t)path_length, now->st_ino, offset, new_length, (uint64_t)now->st_size, got};
    memcpy(all, &head, sizeof head);
    memcpy(all + sizeof head, path, path_length);
    size_t total = sizeof head + path_length + got;
    if (syscall(SYS_write, journal, all, total) != (ssize_t)total) abort();
    free(all);
    errno = saved;
}

/* How many of `length` bytes the simulated disk still takes; with errno set if none. */
static size_t room(size_t length) {
    static _Atomic long used;
    const char *full = getenv("LOSTWRITES_FULL_AFTER");
    if (full == NULL) return length;
    long left = atol(full) - atomic_fetch_add(&used, (long)length);
    if (left <= 0) errno = ENOSPC;
    return left <= 0 ? 0 : ((size_t)left < length ? (size_t)left : length);
}

static void writes(int fd, const char *path, uint64_t offset, uint64_t length) {
    struct stat now;
    if (fstat(fd, &now) != 0) abort();
    uint64_t size = (uint64_t)now.st_size, old = offset >= size ? 0 : (size - offset < length ? size - offset : length);
    record(WRITTEN, path, &now, offset, length, fd, old);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    char path[PATH_MAX];
    if (path_of(fd, path)) {
        if (length > 0 && (length = room(length)) == 0) return -1;
        writes(fd, path, (uint64_t)offset, length);
    }
    return syscall(SYS_pwrite64, fd, data, length, offset);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

ssize_t write(int fd, const void *data, size_t length) {
    char path[PATH_MAX];
    if (path_of(fd, path)) {
        if (length > 0 && (length = room(length)) == 0) return -1;
        off_t offset = (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR);
        if (offset >= 0) writes(fd, path, (uint64_t)offset, length);
    }
    return syscall(SYS_write, fd, data, length);
}

int ftruncate64(int fd, off64_t size) {
    char path[PATH_MAX];
    struct stat now;
    if (path_of(fd, path) && fstat(fd, &now) == 0)
        record(TRUNCATED, path, &now, (uint64_t)size, 0, fd, now.st_size > size ? (uint64_t)(now.st_size - size) : 0);
    return (int)syscall(SYS_ftruncate, fd, size);
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int synced(int fd, long call) {
    static _Atomic long count;
    char path[PATH_MAX];
    int ours = path_of(fd, path);
    struct stat now;
    if (ours && fstat(fd, &now) == 0 && S_ISREG(now.st_mode)) {
        const char *fails = getenv("LOSTWRITES_FAIL_FSYNC");
        if (fails != NULL && atomic_fetch_add(&count, 1) + 1 >= atol(fails)) {
            errno = EIO;
            return -1;
        }
    }
    int result = (int)syscall(call, fd);
    if (ours && result == 0 && fstat(fd, &now) == 0) record(SYNCED, path, &now, 0, 0, fd, 0);
    return result;
}

int fsync(int fd) { return synced(fd, SYS_fsync); }

int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

/* A new name is durable once its directory is synced, whatever was done to the file itself. */
static int opened(int dir, const char *path, int flags, mode_t mode) {
    struct stat now;
    int fresh = (flags & O_CREAT) && watched(path) && fstatat(AT_FDCWD, path, &now, 0) != 0;
    if (fresh) {
        memset(&now, 0, sizeof now);
        record(CREATED, path, &now, 0, 0, -1, 0);
    }
    return (int)syscall(SYS_openat, dir, path, flags, mode);
}

#define MODE_AFTER(flags)                                    \
    mode_t mode = 0;                                         \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                   \
        va_list rest;                                        \
        va_start(rest, flags);                               \
        mode = va_arg(rest, mode_t);                         \
        va_end(rest);                                        \
    }

int open(const char *path, int flags, ...) {
    MODE_AFTER(flags)
    return opened(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE_AFTER(flags)
    return opened(AT_FDCWD, path, flags, mode);
}

int unlink(const char *path) {
    struct stat now;
    if (watched(path)) {
        int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
            if (fstat(fd, &now) == 0) record(REMOVED, path, &now, 0, 0, fd, (uint64_t)now.st_size);
            syscall(SYS_close, fd);
        }
    }
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}
