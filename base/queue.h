/* A bounded queue of pointers between threads: the only mutex in the house.
 *
 * Thread: any number of pushers and poppers. */
#ifndef EARSHOT_BASE_QUEUE_H
#define EARSHOT_BASE_QUEUE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct queue;
/* NULL when memory is out. */
struct queue *queue_new(size_t capacity);
void queue_free(struct queue *q);
/* Waits while full. false when the queue was closed (the item was not taken). item is never NULL: that is how a pop says "nothing". */
bool queue_push(struct queue *q, void *item);
/* Waits while empty. NULL when closed and empty. */
void *queue_pop(struct queue *q);
/* Waits at most wait_ms (0 = does not wait). NULL when there was nothing. */
void *queue_pop_wait(struct queue *q, int wait_ms);
/* Wakes everybody; pushes are refused from now on, pops drain what is left. */
void queue_close(struct queue *q);
size_t queue_length(struct queue *q);

#endif
