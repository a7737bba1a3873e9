/* What earshot itself notes in the journal of a mention: the answer was seen, the mention vanished and came back, a claim was confirmed, the clock was kept or
 * not. Only for mentions that were ticketed: a mention that is answered at first sight has no story. Private to store/. */
#ifndef EARSHOT_STORE_STORY_H
#define EARSHOT_STORE_STORY_H

#include "store/batch.h"

#define STORY_WHO "earshot" /* who says so; people have other names */

/* Compare what is with what was, and append an entry for each thing that changed. by_person: the state was set by a person, who has an entry of their own. */
MUST_USE enum err story_tell(struct batch *b, const struct stored *now, const struct finding *before, int64_t at, bool by_person);

#endif
