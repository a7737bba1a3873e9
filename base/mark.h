/* What a person says about a mention in one go: `earshot mark`, and a form of the inbox. NULL = nothing said; "" takes off what was there. */
#ifndef EARSHOT_BASE_MARK_H
#define EARSHOT_BASE_MARK_H

struct mark {
    const char *id;      /* as store_get takes it */
    const char *who;     /* required */
    const char *state;   /* word of a desk state */
    const char *verdict; /* "none" "watch" "reply", or "auto": no longer a person's */
    const char *hold;    /* "on" "off" */
    const char *assign, *cause, *note;
};

#endif
