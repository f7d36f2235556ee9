/* thread.c - threads, and monitors for them to wait at. */
#include "platform/posix/internal.h"

#include <pthread.h>
#include <stdlib.h>

struct thread {
    pthread_t id;
    void (*body)(void *context);
    void *context;
};

static void *run_thread(void *argument)
{
    struct thread *thread = argument;
    thread->body(thread->context);
    return NULL;
}

/* Sets the stack size: the defaults differ, from 128 KiB (musl) to 8 MiB (glibc). */
static int create_thread(struct thread *thread)
{
    pthread_attr_t attributes;
    int code = pthread_attr_init(&attributes);
    if (code != 0)
        return code;
    (void)pthread_attr_setstacksize(&attributes, (size_t)1 << 20);
    code = pthread_create(&thread->id, &attributes, run_thread, thread);
    pthread_attr_destroy(&attributes);
    return code;
}

bool thread_start(void (*body)(void *context), void *context, struct thread **thread,
                  struct error *error)
{
    struct thread *started = malloc(sizeof *started);
    *thread = NULL;
    if (!started)
        return error_memory(error, sizeof *started);
    started->body = body;
    started->context = context;
    int code = create_thread(started);
    if (code != 0) {
        free(started);
        return posix_error_doing(error, code, "starting a thread");
    }
    *thread = started;
    return true;
}

void thread_join(struct thread *thread)
{
    if (!thread)
        return;
    pthread_join(thread->id, NULL);
    free(thread);
}

struct monitor {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

struct monitor *monitor_new(void)
{
    struct monitor *monitor = malloc(sizeof *monitor);
    if (!monitor)
        return NULL;
    if (pthread_mutex_init(&monitor->mutex, NULL) != 0) {
        free(monitor);
        return NULL;
    }
    if (pthread_cond_init(&monitor->changed, NULL) != 0) {
        pthread_mutex_destroy(&monitor->mutex);
        free(monitor);
        return NULL;
    }
    return monitor;
}

void monitor_free(struct monitor *monitor)
{
    if (!monitor)
        return;
    pthread_cond_destroy(&monitor->changed);
    pthread_mutex_destroy(&monitor->mutex);
    free(monitor);
}

void monitor_enter(struct monitor *monitor)
{
    pthread_mutex_lock(&monitor->mutex);
}

void monitor_leave(struct monitor *monitor)
{
    pthread_mutex_unlock(&monitor->mutex);
}

void monitor_wait(struct monitor *monitor)
{
    pthread_cond_wait(&monitor->changed, &monitor->mutex);
}

void monitor_wake_all(struct monitor *monitor)
{
    pthread_cond_broadcast(&monitor->changed);
}
