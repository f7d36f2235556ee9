/* tracee.c - ptrace(2), as far as the crash harnesses need it. */
#define _GNU_SOURCE
#include "tracee.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
typedef struct user_regs_struct registers;
enum { CALL_INSTRUCTION = 0x050f, CALL_MASK = 0xffff }; /* syscall */

static uint64_t program_counter(const registers *values)
{
    return values->rip;
}

static void read_start(const registers *values, struct tracee_call *call)
{
    call->number = (long)values->orig_rax;
    call->arguments[0] = values->rdi;
    call->arguments[1] = values->rsi;
    call->arguments[2] = values->rdx;
    call->arguments[3] = values->r10;
}

static int64_t read_result(const registers *values)
{
    return (int64_t)values->rax;
}
#else
typedef struct user_regs_struct registers;
enum { CALL_INSTRUCTION = 0xd4000001, CALL_MASK = 0xffffffff }; /* svc #0 */

static uint64_t program_counter(const registers *values)
{
    return values->pc;
}

static void read_start(const registers *values, struct tracee_call *call)
{
    call->number = (long)values->regs[8];
    for (int i = 0; i < 4; i++)
        call->arguments[i] = values->regs[i];
}

static int64_t read_result(const registers *values)
{
    return (int64_t)values->regs[0];
}
#endif

static bool read_registers(const struct tracee *tracee, registers *values)
{
    struct iovec where = {values, sizeof *values};
    return ptrace(PTRACE_GETREGSET, tracee->process, (void *)NT_PRSTATUS, &where) == 0;
}

/* Waits for the next stop; false when the program has ended. */
static bool wait_stop(struct tracee *tracee, int *signal)
{
    int status;
    while (waitpid(tracee->process, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    if (WIFSTOPPED(status)) {
        *signal = WSTOPSIG(status);
        return true;
    }
    tracee->ended = true;
    tracee->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return false;
}

static void become_program(char *const *words)
{
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere < 0 || dup2(nowhere, 1) < 0 || dup2(nowhere, 2) < 0 ||
        ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit(126);
    close(nowhere);
    execv(words[0], words);
    _exit(127);
}

bool tracee_start(struct tracee *tracee, char *const *words)
{
    int signal;
    *tracee = (struct tracee){.process = fork()};
    if (tracee->process < 0)
        return false;
    if (tracee->process == 0)
        become_program(words);
    return wait_stop(tracee, &signal) && signal == SIGTRAP &&
           ptrace(PTRACE_SETOPTIONS, tracee->process, NULL,
                  (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)) == 0;
}

const char *tracee_obstacle(void)
{
    struct tracee tracee;
    char *words[] = {(char[]){"/bin/true"}, NULL};
    if (!tracee_start(&tracee, words))
        return "ptrace is not permitted here";
    while (tracee_next_call(&tracee, &(struct tracee_call){0}))
        continue;
    return NULL;
}

/* Goes on until a stop that is not a signal of the program's own, which it is given. */
static bool run_to(struct tracee *tracee, int request, int wanted)
{
    int signal = 0;
    do {
        if (ptrace(request, tracee->process, NULL, (void *)(intptr_t)signal) != 0 ||
            !wait_stop(tracee, &signal))
            return false;
    } while (signal != wanted);
    return true;
}

bool tracee_step(struct tracee *tracee)
{
    return run_to(tracee, PTRACE_SINGLESTEP, SIGTRAP);
}

bool tracee_is_at_call(struct tracee *tracee)
{
    registers values;
    if (!read_registers(tracee, &values))
        return false;
    uint64_t place = program_counter(&values);
    uint64_t *seen = &tracee->seen[place % TRACEE_PLACES];
    if (*seen / 2 != place) { /* to ask for the instruction is slow, and it does not change */
        long word = ptrace(PTRACE_PEEKTEXT, tracee->process, (void *)place, NULL);
        *seen = place * 2 + (((unsigned long)word & CALL_MASK) == CALL_INSTRUCTION);
    }
    return *seen % 2;
}

void tracee_stay(void)
{
    cpu_set_t one;
    int here = sched_getcpu();
    CPU_ZERO(&one);
    CPU_SET(here < 0 ? 0 : here, &one);
    (void)sched_setaffinity(0, sizeof one, &one);
}

bool tracee_next_call(struct tracee *tracee, struct tracee_call *call)
{
    registers values;
    if (!run_to(tracee, PTRACE_SYSCALL, SIGTRAP | 0x80) || !read_registers(tracee, &values))
        return false;
    tracee->in_call = !tracee->in_call;
    if (tracee->in_call)
        read_start(&values, call);
    else
        call->result = read_result(&values);
    return true;
}

#else

const char *tracee_obstacle(void)
{
    return "only Linux on x86-64 and 64-bit ARM is known here";
}

bool tracee_start(struct tracee *tracee, char *const *words)
{
    (void)tracee;
    (void)words;
    return false;
}

bool tracee_step(struct tracee *tracee)
{
    (void)tracee;
    return false;
}

bool tracee_is_at_call(struct tracee *tracee)
{
    (void)tracee;
    return false;
}

void tracee_stay(void)
{
}

bool tracee_next_call(struct tracee *tracee, struct tracee_call *call)
{
    (void)tracee;
    (void)call;
    return false;
}

#endif
