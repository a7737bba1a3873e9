#include "base/i18n.h"

#include "base/limits.h"
#include "base/paths.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const char *const known[] = {"en", "ru", "uk"};
static const char *current = "en";

/* "ru", "ru_RU.UTF-8", "ru@x", "ru:en" -> "ru"; NULL when it is no language of ours. */
static const char *known_lang(const char *word)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(word, known[i], 2) == 0 && strchr("_.@-:", word[2]))
            return known[i]; /* strchr finds the ending NUL, too */
    return NULL;
}

/* The first variable that is set decides, as in gettext; LANGUAGE is a list. */
static const char *lang_from_environment(void)
{
    const char *list = getenv("LANGUAGE");
    if (list && *list) {
        for (const char *word = list; word; word = strchr(word, ':')) {
            word += *word == ':';
            const char *found = known_lang(word);
            if (found)
                return found;
        }
        return "en";
    }
    static const char *const name[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        const char *value = getenv(name[i]);
        const char *found = value && *value ? known_lang(value) : NULL;
        if (value && *value)
            return found ? found : "en";
    }
    return "en";
}

static const char *catalogue_dir(struct arena *a)
{
    const char *dir = getenv("EARSHOT_LOCALEDIR");
    if (dir && *dir)
        return dir;
    const char *top = paths_above(a, "po/locale/ru/LC_MESSAGES/earshot.mo");
    return top ? arena_printf(a, "%s/po/locale", top) : LOCALEDIR;
}

void i18n_init(const char *lang)
{
    struct arena a;
    arena_init(&a, 64 * LIMIT_KIB);
    const char *wanted = lang ? known_lang(lang) : lang_from_environment();
    current = wanted ? wanted : "en";
    setlocale(LC_ALL, "C");
    /* gettext ignores LANGUAGE in the plain C locale; C.UTF-8 is always there */
    setlocale(LC_CTYPE, "C.UTF-8");
    setlocale(LC_MESSAGES, "C.UTF-8");
    setenv("LANGUAGE", current, 1);
    const char *dir = catalogue_dir(&a);
    if (dir)
        bindtextdomain("earshot", dir);
    bind_textdomain_codeset("earshot", "UTF-8");
    textdomain("earshot");
    arena_release(&a);
}

void i18n_use(const char *lang)
{
    extern int _nl_msg_cat_cntr; /* how a program tells gettext that LANGUAGE has changed (GNU gettext manual, 11.2.6) */
    const char *wanted = known_lang(lang);
    if (!wanted || strcmp(wanted, current) == 0)
        return;
    current = wanted;
    setenv("LANGUAGE", current, 1);
    _nl_msg_cat_cntr++;
}

const char *i18n_lang(void)
{
    return current;
}
