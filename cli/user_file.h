/* Where the users of the inbox stand. */
#ifndef EARSHOT_CLI_USER_FILE_H
#define EARSHOT_CLI_USER_FILE_H

#include "cli/cli.h"

/* --users, or "users" beside the settings. In c->arena. */
MUST_USE enum err user_file(struct cli *c, const char **path);

#endif
