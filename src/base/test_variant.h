/*
 * test_variant.h - ways to break the journal, for tests that must notice.
 *
 * The shipped program is built without MMTOOL_TEST_VARIANT and has no such
 * switch; tests/crash builds the edit's rooms again with one of these, and with
 * MMTOOL_TEST_WINDOW, windows so small that a small file needs many.
 */
#ifndef MMTOOL_TEST_VARIANT_H
#define MMTOOL_TEST_VARIANT_H

#define VARIANT_NONE               0
#define VARIANT_ONE_SLOT           1 /* both slots are the same */
#define VARIANT_NO_SLOT            2 /* no step uses a slot */
#define VARIANT_NO_JOURNAL_BARRIER 3 /* durable: the slot is not waited for */
#define VARIANT_NO_FILE_BARRIER    4 /* durable: the file is not waited for */
#define VARIANT_NO_CHECKSUM        5 /* new bytes are believed whatever they are */

#ifndef MMTOOL_TEST_VARIANT
#define MMTOOL_TEST_VARIANT VARIANT_NONE
#endif

/* A window of `shipped` bytes; in such a test of so many small ones. */
#ifdef MMTOOL_TEST_WINDOW
#define WINDOW_SIZE(shipped, small) ((small)*MMTOOL_TEST_WINDOW)
/* Whether it is asked who else has the file open: who stops the program then, and looks at its
 * file, would wait. */
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
