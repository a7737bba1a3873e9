#include "base/queue.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t not_empty, not_full;
    size_t capacity, first, n;
    bool closed;
    void *item[];
};

struct queue *queue_new(size_t capacity)
{
    ASSERT(capacity > 0);
    if (capacity > (SIZE_MAX - sizeof(struct queue)) / sizeof(void *))
        return NULL;
    struct queue *q = calloc(1, sizeof *q + capacity * sizeof(void *));
    if (!q)
        return NULL;
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC); /* a set clock must not stretch a wait */
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->not_empty, &attr);
    pthread_cond_init(&q->not_full, &attr);
    pthread_condattr_destroy(&attr);
    q->capacity = capacity;
    return q;
}

void queue_free(struct queue *q)
{
    if (!q)
        return;
    pthread_cond_destroy(&q->not_empty);
    pthread_cond_destroy(&q->not_full);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

bool queue_push(struct queue *q, void *item)
{
    ASSERT(item != NULL); /* NULL is how a pop says that there is nothing */
    pthread_mutex_lock(&q->lock);
    while (q->n == q->capacity && !q->closed)
        pthread_cond_wait(&q->not_full, &q->lock);
    bool taken = !q->closed;
    if (taken) {
        q->item[(q->first + q->n) % q->capacity] = item;
        q->n++;
        pthread_cond_signal(&q->not_empty);
    }
    pthread_mutex_unlock(&q->lock);
    return taken;
}

/* With the lock held. */
static void *take(struct queue *q)
{
    if (q->n == 0)
        return NULL;
    void *item = q->item[q->first];
    q->first = (q->first + 1) % q->capacity;
    q->n--;
    pthread_cond_signal(&q->not_full);
    return item;
}

void *queue_pop(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    while (q->n == 0 && !q->closed)
        pthread_cond_wait(&q->not_empty, &q->lock);
    void *item = take(q);
    pthread_mutex_unlock(&q->lock);
    return item;
}

static struct timespec moment_after(int wait_ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += wait_ms / 1000;
    t.tv_nsec += (long)(wait_ms % 1000) * 1000000L;
    if (t.tv_nsec >= 1000000000L) {
        t.tv_nsec -= 1000000000L;
        t.tv_sec++;
    }
    return t;
}

void *queue_pop_wait(struct queue *q, int wait_ms)
{
    struct timespec until = moment_after(wait_ms > 0 ? wait_ms : 0);
    pthread_mutex_lock(&q->lock);
    while (q->n == 0 && !q->closed && wait_ms > 0)
        if (pthread_cond_timedwait(&q->not_empty, &q->lock, &until) != 0)
            break;
    void *item = take(q);
    pthread_mutex_unlock(&q->lock);
    return item;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    pthread_cond_broadcast(&q->not_empty);
    pthread_cond_broadcast(&q->not_full);
    pthread_mutex_unlock(&q->lock);
}

size_t queue_length(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    size_t n = q->n;
    pthread_mutex_unlock(&q->lock);
    return n;
}
