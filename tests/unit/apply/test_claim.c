/* test_claim.c - who waits for whom when a file is claimed. */
#include "scratch_files.h"

#include "apply/claim.h"

#include <stdatomic.h>

static struct claim_options options_of(unsigned flags, bool passing)
{
    return (struct claim_options){.flags = flags, .passing = passing};
}

static bool claim_file(struct mapping *mapping, unsigned flags, bool passing)
{
    struct claim_options options = options_of(flags, passing);
    struct claim_notice notice;
    struct error error = {0};
    *mapping = (struct mapping){0};
    return claim_open(mapping, "file", &options, &notice, &error);
}

static void end_claim(struct mapping *mapping)
{
    struct error error;
    CHECK(mapping_close(mapping, &error));
}

static void make_file(void)
{
    struct error error;
    struct file *file = scratch_file("file");
    CHECK(file_write(file, 0, "0123456789", 10, &error));
    scratch_close(file);
}

/* Whether mmtools can tell each other anything about a lock here. */
static bool has_notes(void)
{
    make_file();
    struct file *file = scratch_open("file", FILE_OPEN_WRITE);
    bool has = file_lock_set_note(file, LOCK_WANTED, true);
    scratch_close(file);
    return has;
}

static void test_notes(void)
{
    if (!has_notes())
        SKIP("locks are of the whole file here");
    struct file *one = scratch_open("file", FILE_OPEN_WRITE);
    struct file *two = scratch_open("file", FILE_OPEN_WRITE), *three = scratch_open("file", 0);
    CHECK(!file_lock_has_note(three, LOCK_WANTED) && !file_lock_has_note(three, LOCK_PASSING));
    CHECK(file_lock_set_note(one, LOCK_WANTED, true) && file_lock_set_note(one, LOCK_WANTED, true));
    CHECK(!file_lock_set_note(two, LOCK_WANTED, true));
    CHECK(file_lock_has_note(three, LOCK_WANTED) && !file_lock_has_note(three, LOCK_PASSING));
    CHECK(file_lock_set_note(one, LOCK_WANTED, false) && !file_lock_has_note(three, LOCK_WANTED));
    CHECK(file_lock_set_note(two, LOCK_PASSING, true) &&
          file_lock_set_note(three, LOCK_PASSING, true));
    CHECK(file_lock_has_note(one, LOCK_PASSING) && !file_lock_has_note(one, LOCK_WANTED));
    file_unlock(two);
    CHECK(file_lock_has_note(one, LOCK_PASSING));
    scratch_close(three);
    CHECK(!file_lock_has_note(one, LOCK_PASSING));
    scratch_close(two);
    scratch_close(one);
}

static void test_lock_beside_notes(void)
{
    struct error error;
    if (!has_notes())
        SKIP("locks are of the whole file here");
    struct file *one = scratch_open("file", FILE_OPEN_WRITE);
    struct file *two = scratch_open("file", FILE_OPEN_WRITE);
    CHECK(file_lock(one, LOCK_SHARED, &error) == LOCK_HELD);
    CHECK(file_lock_set_note(one, LOCK_PASSING, true));
    CHECK(file_lock_set_note(two, LOCK_WANTED, true));
    CHECK(file_lock(two, LOCK_EXCLUSIVE, &error) == LOCK_OF_READERS);
    CHECK(file_lock_has_note(one, LOCK_WANTED)); /* a try takes nothing back */
    CHECK(file_lock(one, LOCK_EXCLUSIVE, &error) == LOCK_HELD);
    CHECK(file_lock(two, LOCK_EXCLUSIVE, &error) == LOCK_BUSY);
    CHECK(file_lock(two, LOCK_SHARED, &error) == LOCK_BUSY);
    scratch_close(one);
    scratch_close(two);
}

struct holder {
    struct mapping mapping;
    double seconds;
    atomic_bool ended;
};

static void hold(void *context)
{
    struct holder *holder = context;
    platform_sleep(holder->seconds);
    atomic_store(&holder->ended, true);
    end_claim(&holder->mapping);
}

/* Whether an editor that waits a moment only gets a file that a reader has for longer. */
static bool gets_it_from(bool passing)
{
    struct holder holder = {.seconds = 2.5};
    struct mapping editor;
    struct thread *thread;
    struct error error;
    make_file();
    CHECK(claim_file(&holder.mapping, 0, passing));
    CHECK(thread_start(hold, &holder, &thread, &error));
    bool got = claim_file(&editor, MAPPING_WRITE | MAPPING_EDIT, false);
    CHECK(got == atomic_load(&holder.ended));
    if (got)
        end_claim(&editor);
    thread_join(thread);
    return got;
}

static void test_passing_readers(void)
{
    if (!has_notes())
        SKIP("locks are of the whole file here");
    CHECK(gets_it_from(true));
    CHECK(!gets_it_from(false));
}

static void test_editor_has_it(void)
{
    struct mapping editor;
    if (!has_notes())
        SKIP("locks are of the whole file here");
    CHECK(claim_file(&editor, MAPPING_WRITE | MAPPING_EDIT, false));
    struct file *other = scratch_open("file", 0);
    CHECK(!file_lock_has_note(other, LOCK_WANTED) && !file_lock_has_note(other, LOCK_PASSING));
    CHECK(file_lock(other, LOCK_SHARED, NULL) == LOCK_BUSY);
    scratch_close(other);
    end_claim(&editor);
}

static void test_readers_pass_in_the_end(void)
{
    struct mapping reader;
    if (!has_notes())
        SKIP("locks are of the whole file here");
    struct file *editor = scratch_open("file", FILE_OPEN_WRITE);
    CHECK(file_lock_set_note(editor, LOCK_WANTED, true));
    CHECK(claim_file(&reader, 0, false));
    end_claim(&reader);
    scratch_close(editor);
}

/* A daemon that locks its log: an editor must not write to it, but anybody may look at it. */
static void test_other_programs_lock(void)
{
#if defined(F_OFD_SETLK)
    struct mapping mapping;
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    make_file();
    int daemon = open("file", O_RDWR);
    if (daemon < 0 || fcntl(daemon, F_OFD_SETLK, &whole) != 0)
        SKIP("open files cannot be locked here");
    CHECK(!claim_file(&mapping, MAPPING_WRITE | MAPPING_EDIT, false));
    bool read = claim_file(&mapping, 0, false);
    CHECK(read);
    if (read)
        end_claim(&mapping);
    close(daemon);
    CHECK(claim_file(&mapping, MAPPING_WRITE | MAPPING_EDIT, false));
    end_claim(&mapping);
#else
    SKIP("open files cannot be locked here");
#endif
}

static const struct unit_case cases[] = {
    {"what is told of a lock is seen by others, and gone with who told it", test_notes},
    {"who shares a lock is told from who has it alone", test_lock_beside_notes},
    {"an editor waits for a reader that ends by itself, not for others", test_passing_readers},
    {"an editor that has the file wants it no longer", test_editor_has_it},
    {"a reader goes on though an editor waits for ever", test_readers_pass_in_the_end},
    {"another program's lock keeps editors out, not readers", test_other_programs_lock},
};

int main(void)
{
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
