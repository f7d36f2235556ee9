/*
 * tracee.h - a program run under ptrace, by instructions or by system calls.
 *
 * Linux on x86-64 and on 64-bit ARM; elsewhere tracee_obstacle() says why not.
 */
#ifndef MMTOOL_TRACEE_H
#define MMTOOL_TRACEE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { TRACEE_PLACES = 4096 };

struct tracee {
    pid_t process;
    bool ended;
    int status;   /* when it has ended: its exit status, or 128 + the signal */
    bool in_call; /* between a system call's two stops */
    /* Instructions seen: twice the address, plus 1 if it is a system call. */
    uint64_t seen[TRACEE_PLACES];
};

/* A system call: its number (SYS_...) and arguments at its start, its result at its end. */
struct tracee_call {
    long number;
    uint64_t arguments[4];
    int64_t result;
};

/* NULL, or why programs cannot be traced here. */
const char *tracee_obstacle(void);

/* Keeps this process and those it starts on one processor, where they hand over fastest. */
void tracee_stay(void);

/* Starts a program (path and words, ended by NULL), stopped before its first instruction. */
bool tracee_start(struct tracee *tracee, char *const *words);

/* Runs one instruction, a system call included; false when the program has ended. */
bool tracee_step(struct tracee *tracee);

/* Whether the next instruction is a system call. */
bool tracee_is_at_call(struct tracee *tracee);

/*
 * Runs to the next start or end of a system call; false when the program has
 * ended. `call` is filled at the start, its result at the end (in_call is false).
 */
bool tracee_next_call(struct tracee *tracee, struct tracee_call *call);

#endif
