/*
 * test_variant.h - deliberate faults in the journal, for tests that must detect them.
 *
 * The shipped program is built without MMTOOL_TEST_VARIANT and has none of these faults.
 * tests/crash compiles the folders that edit files again with one of them, and with
 * MMTOOL_TEST_WINDOW, which makes the steps so small that a small file needs many.
 */
#ifndef MMTOOL_TEST_VARIANT_H
#define MMTOOL_TEST_VARIANT_H

#define VARIANT_NONE     0
#define VARIANT_ONE_SLOT 1 /* both slots are the same */
#define VARIANT_NO_SLOT  2 /* no step saves its bytes in a slot */
#define VARIANT_NO_JOURNAL_BARRIER                                                                 \
    3                             /* with --durable, do not wait for the slot to reach the disk */
#define VARIANT_NO_FILE_BARRIER 4 /* with --durable, do not wait for the file to reach the disk */
#define VARIANT_NO_CHECKSUM     5 /* accept new bytes without comparing their checksum */

#ifndef MMTOOL_TEST_VARIANT
#define MMTOOL_TEST_VARIANT VARIANT_NONE
#endif

/* The size of a step: `shipped` bytes, or in tests a multiple of `small`. */
#ifdef MMTOOL_TEST_WINDOW
#define WINDOW_SIZE(shipped, small) ((small)*MMTOOL_TEST_WINDOW)
/*
 * Whether an edit checks if other processes have the file open. In tests it does not: a test that
 * stops the program has the file open itself, and would wait for itself.
 */
#define ASKS_FOR_COMPANY false
#else
#define ASKS_FOR_COMPANY            true
#define WINDOW_SIZE(shipped, small) (shipped)
#endif

#define JOURNAL_SLOT_OF(number) (MMTOOL_TEST_VARIANT == VARIANT_ONE_SLOT ? 0 : (number) % 2)
#define CHECKSUM_HOLDS(same)    (MMTOOL_TEST_VARIANT == VARIANT_NO_CHECKSUM || (same))
#define JOURNAL_BARRIER(wait)   (MMTOOL_TEST_VARIANT == VARIANT_NO_JOURNAL_BARRIER || (wait))
#define FILE_BARRIER(wait)      (MMTOOL_TEST_VARIANT == VARIANT_NO_FILE_BARRIER || (wait))
#define STEP_NEEDS_SLOT(step)   (MMTOOL_TEST_VARIANT != VARIANT_NO_SLOT && (step)->needs_slot)

#endif
