/* Since when each brand is listened to: a few of its mentions from before the window of desk/spike.h, so that a quiet month is not taken for no history. */
#ifndef EARSHOT_REPORT_SPIKE_READ_H
#define EARSHOT_REPORT_SPIKE_READ_H

#include "base/brand.h"
#include "desk/spike.h"
#include "store/store.h"

/* Adds them to sp, which has been given the negatives of the window. settings NULL: nothing. */
MUST_USE enum err spike_read_older(struct store *s, const struct settings *settings, struct spikes *sp);

#endif
