/* Memory that a long crawl seems to take. LMDB maps the store and every page that was ever read stays mapped: resident memory would grow with the store, up to
 * all of it, although the kernel could take those pages back any time. Handing them back now and then keeps the figure, and the limits that people set
 * by it, flat. The map is read-only (writes go through the file), so nothing is lost and the next read finds the page in the system's cache. */
#include "store/db.h"

#include "base/limits.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Pages of files that this process has mapped and touched; 0 where the system does not tell. */
static size_t mapped_bytes(void)
{
    unsigned long size, resident, shared = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f == NULL)
        return 0;
    if (fscanf(f, "%lu %lu %lu", &size, &resident, &shared) != 3)
        shared = 0;
    fclose(f);
    return (size_t)shared * (size_t)sysconf(_SC_PAGESIZE);
}

/* What stays mapped when the store's pages are handed back (the program, other files): handing back again would bring nothing. */
static atomic_size_t not_ours;

bool db_is_heavy(void)
{
    return mapped_bytes() > LIMIT_STORE_RESIDENT_BYTES + atomic_load(&not_ours);
}

/* LMDB does not tell where its map is: it is the read-only one of the data file. */
void db_hand_back(struct store *s)
{
    int fd;
    struct stat st;
    if (mdb_env_get_fd(s->env, &fd) != 0 || fstat(fd, &st) != 0)
        return;
    FILE *f = fopen("/proc/self/maps", "re");
    char line[4096];
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        unsigned long from, to, inode = 0;
        char mode[5] = "";
        if (sscanf(line, "%lx-%lx %4s %*s %*s %lu", &from, &to, mode, &inode) == 4 && inode == st.st_ino && strcmp(mode, "r--s") == 0 &&
            strstr(line, "data.mdb") != NULL)
            (void)!madvise((void *)from, to - from, MADV_DONTNEED);
    }
    if (f != NULL)
        fclose(f);
    atomic_store(&not_ours, mapped_bytes());
}
