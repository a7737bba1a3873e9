/* What to do about a complaint, by cause: shown to people beside the item. earshot never writes the answer and never posts.
 *
 * data/playbooks/LANG.txt: "[cause]" begins a section, "[general]" is for all; then lines "check: ...", "ask: ...", "never: ...". Lines that begin with # are comments.
 * Thread: pure. */
#ifndef EARSHOT_DESK_PLAYBOOK_H
#define EARSHOT_DESK_PLAYBOOK_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define PLAYBOOK_LINES_MAX 1000

enum play { PLAY_CHECK, PLAY_ASK, PLAY_NEVER, PLAY_KINDS };

struct play_line {
    const char *cause; /* code, or "general" */
    enum play kind;
    const char *text;
};
struct playbook {
    struct play_line *line; /* in the order of the file */
    size_t n, cap;
};

/* NULL, or what is wrong with the text (in a, with its line number). text is used up; strings point into it. */
const char *playbook_parse(struct playbook *p, char *text, struct arena *a);
/* path: a file. Strings in a. ERR_CONFIG names the file and the line. */
MUST_USE enum err playbook_read(struct playbook *p, const char *path, struct arena *a);
const char *play_word(enum play k); /* "check" "ask" "never" */

#endif
