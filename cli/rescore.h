/* earshot score --rescore: what a new lexicon makes of what is stored. */
#ifndef EARSHOT_CLI_RESCORE_H
#define EARSHOT_CLI_RESCORE_H

struct cli;
/* --dry-run lists what would change; else the store is changed (never its events, never the state of an item). The exit code. */
int rescore_run(struct cli *c);

#endif
