/* Every setting there is, in one table: the scanner, libconfuse, the checks and `config print` read it. Private to config_*.c. */
#ifndef EARSHOT_CLI_CONFIG_TABLE_H
#define EARSHOT_CLI_CONFIG_TABLE_H

#include "cli/cli.h"

enum section { IN_ROOT, IN_TRIAGE, IN_DESK, IN_BRAND, IN_SOURCE, IN_SINK, N_SECTION };
enum setting_type { SET_STR, SET_PATH, SET_TOKEN /* a file read later, by those who need it */, SET_WRITTEN /* a path that need not be there */, SET_MS, SET_S, SET_INT, SET_REAL, SET_BOOL, SET_BYTES, SET_LANG, SET_ABOUT, SET_URL, SET_LIST, SET_SECTION };

struct setting {
    enum section in;
    const char *name;
    enum setting_type type;
    size_t at;       /* offset of the value in struct settings, triage_rules, brand, source or sink_conf; for SET_SECTION the enum section */
    double min, max; /* numbers; durations in seconds, sizes in bytes */
    size_t n_at;     /* SET_LIST: offset of the count */
};

extern const struct setting setting_table[];
extern const size_t n_setting;
/* NULL when there is none. */
const struct setting *setting_find(enum section in, const char *name);
const char *section_word(enum section in); /* "root" as libconfuse calls it, "triage", "desk", "brand", "source", "sink" */
/* One without a title, of which there is one: triage, desk. */
bool section_single(enum section in);

/* Lines at which sections begin, in the order in which they close. */
struct section_lines {
    int *line;
    size_t n, cap;
};

/* Prepare text for libconfuse, in place: comments and semicolons become blanks (libconfuse miscounts lines after comments), unknown options are reported and
 * blanked, and what libconfuse takes silently is reported: sections, strings and comments that never end. false: not worth parsing. */
bool config_scan(char *text, size_t n, struct section_lines *lines, struct arena *a, struct mistakes *m);

#endif
