#include "base/paths.h"

#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEVELS_UP 4

static bool exists(const char *path)
{
    struct stat st;
    return path && stat(path, &st) == 0;
}

/* The XDG specification: a relative path in these variables is invalid and ignored. */
static const char *env_folder(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] == '/' ? value : NULL;
}

static const char *home(void)
{
    const char *dir = env_folder("HOME");
    if (dir)
        return dir;
    const struct passwd *pw = getpwuid(getuid());
    return pw && pw->pw_dir && *pw->pw_dir ? pw->pw_dir : "/";
}

const char *paths_above(struct arena *a, const char *mark)
{
    char dir[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", dir, sizeof dir - 1);
    if (n <= 0)
        return NULL;
    dir[n] = '\0';
    for (int level = 0; level <= LEVELS_UP; level++) {
        char *slash = strrchr(dir, '/');
        if (!slash || slash == dir)
            return NULL;
        *slash = '\0';
        if (exists(arena_printf(a, "%s/%s", dir, mark)))
            return arena_strdup(a, dir);
    }
    return NULL;
}

/* A folder data/sites alone may be anybody's: only our source tree has configure.ac beside it. */
static const char *source_data(struct arena *a)
{
    const char *top = paths_above(a, "data/sites");
    if (!top || !exists(arena_printf(a, "%s/configure.ac", top)))
        return NULL;
    return arena_printf(a, "%s/data", top);
}

const char *paths_data(struct arena *a, const char *sub)
{
    const char *dir = getenv("EARSHOT_DATADIR");
    if (!dir || !*dir)
        dir = source_data(a);
    if (!dir)
        dir = PKGDATADIR "/data";
    return sub ? arena_printf(a, "%s/%s", dir, sub) : arena_strdup(a, dir);
}

/* Note a place in the list for the message; true when a file is there. */
static bool try_place(struct arena *a, const char *path, const char **tried)
{
    if (!path)
        return false;
    if (tried)
        *tried = *tried ? arena_printf(a, "%s, %s", *tried, path) : path;
    return access(path, F_OK) == 0;
}

static const char *try_config_dirs(struct arena *a, const char **tried)
{
    const char *list = getenv("XDG_CONFIG_DIRS");
    while (list && *list) {
        size_t n = strcspn(list, ":");
        const char *path = list[0] == '/' ? arena_printf(a, "%.*s/earshot/earshot.conf", (int)n, list) : NULL;
        if (try_place(a, path, tried))
            return path;
        list += n;
        list += *list == ':';
    }
    return NULL;
}

const char *paths_config(struct arena *a, const char **tried)
{
    if (tried)
        *tried = NULL;
    const char *dir = env_folder("XDG_CONFIG_HOME");
    const char *path = dir ? arena_printf(a, "%s/earshot/earshot.conf", dir)
                           : arena_printf(a, "%s/.config/earshot/earshot.conf", home());
    if (try_place(a, path, tried))
        return path;
    path = try_config_dirs(a, tried);
    if (path)
        return path;
    path = SYSCONFDIR "/earshot/earshot.conf";
    if (strcmp(SYSCONFDIR, "/etc") != 0 && try_place(a, path, tried))
        return path;
    path = "/etc/earshot/earshot.conf";
    return try_place(a, path, tried) ? path : NULL;
}

const char *paths_store(struct arena *a)
{
    const char *dir = env_folder("XDG_DATA_HOME");
    if (dir)
        return arena_printf(a, "%s/earshot/store", dir);
    if (geteuid() == 0)
        return "/var/lib/earshot";
    return arena_printf(a, "%s/.local/share/earshot/store", home());
}

const char *paths_resolve(struct arena *a, const char *base_dir, const char *path)
{
    if (!path || path[0] == '/')
        return arena_strdup(a, path);
    if (strcmp(path, "~") == 0)
        return arena_strdup(a, home());
    if (strncmp(path, "~/", 2) == 0)
        return arena_printf(a, "%s/%s", home(), path + 2);
    return base_dir && *base_dir ? arena_printf(a, "%s/%s", base_dir, path) : arena_strdup(a, path);
}
