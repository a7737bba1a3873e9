/* Words for people in English, Russian and Ukrainian (GNU gettext). Logs and JSON stay English.
 *
 * C.UTF-8 plus LANGUAGE is used, so no locale needs to be installed and numbers in JSON never get a comma. */
#ifndef EARSHOT_BASE_I18N_H
#define EARSHOT_BASE_I18N_H
#include <libintl.h>
#define _(s) gettext(s)
#define N_(s) (s)
/* lang: "en", "ru", "uk", or NULL: from LANGUAGE, LC_ALL, LC_MESSAGES, LANG (only en/ru/uk; otherwise en).
 * Looks for catalogues in EARSHOT_LOCALEDIR (tests), then beside an uninstalled binary (po/locale), then in the installed place. */
void i18n_init(const char *lang);
/* Another language from now on, for a process that serves several people: "en", "ru", "uk"; others change nothing. After i18n_init; one thread. */
void i18n_use(const char *lang);
const char *i18n_lang(void); /* "en", "ru" or "uk" */
#endif
