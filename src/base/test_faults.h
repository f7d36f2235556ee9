/*
 * test_faults.h - deliberate faults in the journal, for tests that must detect them.
 *
 * The shipped program has none of these faults. tests/crash compiles the folders that edit files
 * again with MMTOOL_TEST_FAULT, which is one of them, and with MMTOOL_TEST_STEP, which makes steps
 * so small that a small file needs many.
 */
#ifndef MMTOOL_TEST_FAULTS_H
#define MMTOOL_TEST_FAULTS_H

#include <stdbool.h>

enum test_fault {
    TEST_FAULT_NONE,
    TEST_FAULT_ONE_SLOT,           /* both slots are the same */
    TEST_FAULT_NO_SLOT,            /* no step saves its bytes in a slot */
    TEST_FAULT_NO_JOURNAL_BARRIER, /* with --durable, do not wait for the slot to reach the disk */
    TEST_FAULT_NO_FILE_BARRIER,    /* with --durable, do not wait for the file to reach the disk */
    TEST_FAULT_NO_CHECKSUM,        /* accept new bytes without comparing their checksum */
    TEST_FAULT_NO_DONE,            /* between edits of a script the journal does not say DONE */
};

#ifndef MMTOOL_TEST_FAULT
#define MMTOOL_TEST_FAULT TEST_FAULT_NONE
#endif

/* Whether the program was compiled with this fault. */
static inline bool test_has_fault(enum test_fault fault)
{
    return fault == MMTOOL_TEST_FAULT;
}

/* A limit in bytes: `shipped`, or in tests a multiple of `small`. */
#ifdef MMTOOL_TEST_STEP
#define TEST_LIMIT(shipped, small) ((small)*MMTOOL_TEST_STEP)
#else
#define TEST_LIMIT(shipped, small) (shipped)
#endif

/*
 * Whether an edit checks if other processes have the file open. In tests it does not: a test that
 * stops the program has the file open itself, and would wait for itself.
 */
enum { TEST_ASKS_IF_IN_USE = TEST_LIMIT(1, 0) };

#endif
