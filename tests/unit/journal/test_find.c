/*
 * test_find.c - which of the files that have a journal's name are believed to be of a file, and
 * what becomes of scripts that were left. tests/recover-doubt.bats does it with the program.
 */
#include "scratch_files.h"

#include "journal/internal.h"
#include "journal/privileges.h"

enum { SIZE = 1000, IDENTITY = 12345, BIRTH = 77 };

static const unsigned char uuid[JOURNAL_UUID] = "0123456789abcdef";
static const unsigned char other_uuid[JOURNAL_UUID] = "fedcba9876543210";

/* ---- files ----------------------------------------------------------------------------------- */

static void write_file(const char *name, const void *bytes, size_t length)
{
    struct file *file;
    host_remove(name);
    unsigned flags = FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE | FILE_OPEN_PRIVATE;
    CHECK(file_open(name, flags, &file, NULL) == FILE_OPENED);
    CHECK(file_write(file, 0, bytes, length, NULL));
    scratch_close(file);
}

/* A sound header of an edit that changes no size. */
static struct journal_header make_header(enum journal_state state, uint64_t identity)
{
    struct journal_header header = {
        .state = state, .identity = identity, .old_size = SIZE, .new_size = SIZE};
    memcpy(header.uuid, uuid, sizeof uuid);
    header.sizes.write_max = header.sizes.zero_min = 4096;
    header.pool_offset = header.slot_offset = header.length = JOURNAL_LIST_OFFSET;
    return header;
}

static void write_journal(const char *name, const struct journal_header *header)
{
    static unsigned char bytes[JOURNAL_LIST_OFFSET];
    journal_header_encode(header, bytes);
    write_file(name, bytes, sizeof bytes);
}

/* Opens "file", which then has an inode number and a birth time that are known. */
static void open_edited(struct mapping *mapping)
{
    static const unsigned char bytes[SIZE];
    struct error error = {0};
    *mapping = (struct mapping){0};
    write_file("file", bytes, SIZE);
    bool opened = mapping_open(mapping, "file", MAPPING_WRITE, &error);
    CHECK_SAY(opened, "%s", error.message);
    if (!opened)
        exit(1);
    mapping->status.identity = IDENTITY;
    mapping->status.birth = BIRTH;
}

static void end_edited(struct mapping *mapping)
{
    CHECK(mapping_close(mapping, NULL));
}

static bool content_fits;

static bool fits(const struct mapping *mapping, struct journal *journal)
{
    CHECK(mapping && journal->file);
    return content_fits;
}

static void check_found(const char *what, const struct journal_search *search,
                        enum journal_found wanted, enum journal_doubt doubt)
{
    struct journal journal;
    struct journal_finding finding;
    struct error error = {0};
    enum journal_found found = journal_find(&journal, search, &finding, &error);
    CHECK_SAY(found == wanted, "%s: %d, not %d: %s", what, (int)found, (int)wanted, error.message);
    CHECK_SAY(finding.doubt == doubt, "%s: doubt %d, not %d", what, (int)finding.doubt, (int)doubt);
    CHECK_SAY(!journal.file || doubt == JOURNAL_DOUBT_NONE, "%s: still open", what);
    journal_close(&journal);
    journal_finding_release(&finding);
}

/* ---- beside the file ------------------------------------------------------------------------- */

#define BESIDE ".file.mmtool-journal"

enum whose { SAME, UNSURE, OTHER };

/* A journal beside a file without a mark, and what is thought of it. */
struct situation {
    const char *name;
    enum journal_state state;
    enum whose whose;
    uint64_t old_size, new_size;
    bool insistent, asks_content, fits;
    enum journal_found found;
    enum journal_doubt doubt;
};

static const struct situation situations[] = {
    {"done", JOURNAL_DONE, UNSURE, 5, 6, false, false, false, JOURNAL_WHOLE, 0},
    {"its own, committed", JOURNAL_HOT, SAME, 5, 6, false, true, false, JOURNAL_FORWARD, 0},
    {"its own, not begun", JOURNAL_PRE, SAME, SIZE, 6, false, true, false, JOURNAL_ROLLBACK, 0},
    {"another file's, not begun", JOURNAL_PRE, OTHER, SIZE, SIZE, false, false, false,
     JOURNAL_OBSTACLE, JOURNAL_DOUBT_OTHER_FILE},
    {"another file's, committed", JOURNAL_HOT, OTHER, SIZE, SIZE, true, false, false,
     JOURNAL_DOUBTFUL, JOURNAL_DOUBT_OTHER_FILE},
    {"other sizes", JOURNAL_PRE, UNSURE, 5, 6, false, false, false, JOURNAL_OBSTACLE,
     JOURNAL_DOUBT_OTHER_FILE},
    {"the old size", JOURNAL_PRE, UNSURE, SIZE, 6, false, false, false, JOURNAL_ROLLBACK, 0},
    {"the new size", JOURNAL_PRE, UNSURE, 5, SIZE, false, false, false, JOURNAL_ROLLBACK, 0},
    {"other bytes", JOURNAL_HOT, UNSURE, SIZE, SIZE, false, true, false, JOURNAL_DOUBTFUL,
     JOURNAL_DOUBT_OTHER_FILE},
    {"bytes that fit", JOURNAL_HOT, UNSURE, SIZE, SIZE, false, true, true, JOURNAL_FORWARD, 0},
    {"bytes not asked", JOURNAL_HOT, UNSURE, SIZE, SIZE, false, false, false, JOURNAL_FORWARD, 0},
    {"the user insists", JOURNAL_HOT, UNSURE, SIZE, SIZE, true, true, false, JOURNAL_FORWARD, 0},
};

static struct journal_header header_of(const struct situation *situation)
{
    struct journal_header header = make_header(situation->state, IDENTITY);
    header.identity += situation->whose == UNSURE;
    header.birth = situation->whose == OTHER ? BIRTH + 1 : situation->whose == SAME ? BIRTH : 0;
    header.old_size = header.start_size = situation->old_size;
    header.new_size = situation->new_size;
    return header;
}

static void a_journal_beside_an_unmarked_file(void)
{
    struct mapping mapping;
    open_edited(&mapping);
    for (size_t i = 0; i < sizeof situations / sizeof *situations; i++) {
        const struct situation *situation = &situations[i];
        struct journal_header header = header_of(situation);
        struct journal_search search = {.mapping = &mapping, .insistent = situation->insistent};
        search.fits = situation->asks_content ? fits : NULL;
        content_fits = situation->fits;
        write_journal(BESIDE, &header);
        check_found(situation->name, &search, situation->found, situation->doubt);
    }
    host_remove(BESIDE);
    end_edited(&mapping);
}

/* Marks tell that it is not of this file, or were not to be had. */
static void a_journal_that_is_done_is_removed_unless_it_is_anothers(void)
{
    struct mapping mapping;
    struct journal_header header = make_header(JOURNAL_DONE, IDENTITY);
    open_edited(&mapping);
    struct journal_search search = {.mapping = &mapping};
    header.birth = BIRTH + 1;
    write_journal(BESIDE, &header);
    check_found("without marks", &search, JOURNAL_WHOLE, JOURNAL_DOUBT_NONE);
    header.marks = JOURNAL_MARKS_SURE;
    write_journal(BESIDE, &header);
    check_found("with marks", &search, JOURNAL_OBSTACLE, JOURNAL_DOUBT_OTHER_FILE);
    header.birth = BIRTH;
    write_journal(BESIDE, &header);
    check_found("its own", &search, JOURNAL_WHOLE, JOURNAL_DOUBT_NONE);
    host_remove(BESIDE);
    end_edited(&mapping);
}

static void an_empty_journal_is_removed_unless_it_is_anothers(void)
{
    struct mapping mapping;
    open_edited(&mapping);
    struct journal_search search = {.mapping = &mapping, .writable = true};
    write_file(BESIDE, "", 0);
    check_found("its own", &search, JOURNAL_LEFTOVER, JOURNAL_DOUBT_NONE);
    CHECK(chmod(BESIDE, 0602) == 0);
    check_found("mode", &search, JOURNAL_OBSTACLE, JOURNAL_DOUBT_UNTRUSTED);
    host_remove(BESIDE);
    end_edited(&mapping);
}

static void what_is_in_the_way_is_told_if_nothing_is_in_the_directory(void)
{
    struct mapping mapping;
    struct journal_header header = make_header(JOURNAL_PRE, IDENTITY);
    open_edited(&mapping);
    struct journal_search search = {.mapping = &mapping, .directory = "journals"};
    header.birth = BIRTH + 1;
    write_journal(BESIDE, &header);
    check_found("beside", &search, JOURNAL_OBSTACLE, JOURNAL_DOUBT_OTHER_FILE);
    host_remove(BESIDE);
    end_edited(&mapping);
}

/* The name may be another file's by now, and so may be the journal of that name. */
static void a_file_without_a_name_has_no_journal_of_that_name(void)
{
    struct mapping mapping;
    struct journal_header header = make_header(JOURNAL_PRE, IDENTITY);
    open_edited(&mapping);
    struct journal_search search = {.mapping = &mapping};
    header.birth = BIRTH + 1;
    write_journal(BESIDE, &header);
    mapping.status.links = 0;
    check_found("no link, its name is there", &search, JOURNAL_OBSTACLE, JOURNAL_DOUBT_OTHER_FILE);
    host_remove("file");
    check_found("no link, no name", &search, JOURNAL_ABSENT, JOURNAL_DOUBT_NONE);
    mapping.status.links = 1;
    check_found("another link", &search, JOURNAL_OBSTACLE, JOURNAL_DOUBT_OTHER_FILE);
    header.state = JOURNAL_HOT;
    write_journal(BESIDE, &header);
    check_found("another link, committed", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_OTHER_FILE);
    mapping.status.links = 0;
    check_found("committed", &search, JOURNAL_ABSENT, JOURNAL_DOUBT_NONE);
    header.birth = BIRTH;
    write_journal(BESIDE, &header);
    check_found("its own", &search, JOURNAL_FORWARD, JOURNAL_DOUBT_NONE);
    host_remove(BESIDE);
    end_edited(&mapping);
}

/* Its mode says so, or another name of it, which its owner may not know. */
static void what_others_could_write_is_not_believed(void)
{
    struct mapping mapping;
    struct journal_header header = make_header(JOURNAL_PRE, IDENTITY);
    open_edited(&mapping);
    struct journal_search search = {.mapping = &mapping, .writable = true};
    for (int birth = BIRTH; birth <= BIRTH + 1; birth++) {
        header.birth = (uint64_t)birth;
        write_journal(BESIDE, &header);
        CHECK(chmod(BESIDE, 0620) == 0);
        check_found("mode", &search, JOURNAL_OBSTACLE, JOURNAL_DOUBT_UNTRUSTED);
        header.old_size = 5; /* so the file may have grown */
        write_journal(BESIDE, &header);
        CHECK(link(BESIDE, "other-name") == 0);
        check_found("another name", &search, birth == BIRTH ? JOURNAL_DOUBTFUL : JOURNAL_OBSTACLE,
                    JOURNAL_DOUBT_UNTRUSTED);
        host_remove("other-name");
        header.old_size = SIZE;
    }
    header.state = JOURNAL_HOT;
    write_journal(BESIDE, &header);
    CHECK(chmod(BESIDE, 0602) == 0);
    check_found("committed", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_UNTRUSTED);
    search.writable = false; /* a reader leaves the question to the recovery */
    header.birth = BIRTH;
    write_journal(BESIDE, &header);
    CHECK(chmod(BESIDE, 0602) == 0);
    check_found("a reader", &search, JOURNAL_FORWARD, JOURNAL_DOUBT_NONE);
    host_remove(BESIDE);
    end_edited(&mapping);
}

static void only_a_file_that_is_open_has_a_journal(void)
{
    struct mapping mapping;
    struct journal_header header = make_header(JOURNAL_HOT, IDENTITY);
    open_edited(&mapping);
    write_journal(BESIDE, &header);
    struct mapping held = mapping, closed = mapping;
    held.is_held = true;
    closed.file = NULL;
    check_found("held", &(struct journal_search){.mapping = &held}, JOURNAL_ABSENT, 0);
    check_found("no file", &(struct journal_search){.mapping = &closed}, JOURNAL_ABSENT, 0);
    check_found("open", &(struct journal_search){.mapping = &mapping}, JOURNAL_FORWARD, 0);
    host_remove(BESIDE);
    end_edited(&mapping);
}

static void a_journal_that_is_cut_to_its_header_is_damaged(void)
{
    struct mapping mapping;
    struct journal_header header = make_header(JOURNAL_HOT, IDENTITY);
    open_edited(&mapping);
    write_journal(BESIDE, &header);
    scratch_cut(BESIDE, JOURNAL_HEADER);
    check_found("cut", &(struct journal_search){.mapping = &mapping}, JOURNAL_DOUBTFUL,
                JOURNAL_DOUBT_DAMAGED);
    host_remove(BESIDE);
    end_edited(&mapping);
}

/* ---- in a directory of journals -------------------------------------------------------------- */

#define ELSEWHERE "journals/.1-2.mmtool-journal"

static const struct situation elsewhere[] = {
    {"bytes that fit", JOURNAL_HOT, UNSURE, SIZE, SIZE, false, true, true, JOURNAL_FORWARD, 0},
    {"bytes not asked", JOURNAL_HOT, UNSURE, SIZE, SIZE, false, false, false, JOURNAL_FORWARD, 0},
    {"other bytes", JOURNAL_HOT, UNSURE, SIZE, SIZE, false, true, false, JOURNAL_ABSENT, 0},
    {"another file's", JOURNAL_HOT, OTHER, SIZE, SIZE, false, true, true, JOURNAL_ABSENT, 0},
    {"its own", JOURNAL_HOT, SAME, SIZE, SIZE, false, true, false, JOURNAL_FORWARD, 0},
    {"grown", JOURNAL_PRE, UNSURE, 5, SIZE, false, true, true, JOURNAL_DOUBTFUL,
     JOURNAL_DOUBT_OTHER_FILE},
    {"grown, the user insists", JOURNAL_PRE, UNSURE, 5, SIZE, true, true, true, JOURNAL_ROLLBACK,
     0},
    {"not grown", JOURNAL_PRE, UNSURE, SIZE, 6, false, true, true, JOURNAL_ABSENT, 0},
    {"other sizes", JOURNAL_PRE, UNSURE, 5, 6, false, true, true, JOURNAL_ABSENT, 0},
    {"done", JOURNAL_DONE, UNSURE, SIZE, SIZE, false, true, true, JOURNAL_ABSENT, 0},
};

/* Names in the directory that are none of a file's journal, or not to be read. */
static void add_names_in_the_way(void)
{
    struct journal_header header = make_header(JOURNAL_HOT, IDENTITY + 1);
    write_file("journals/x", "x", 1);
    write_journal("journals/a-long-name-that-ends-in-other-ways", &header);
    write_journal("journals/.device-1000-0000000000000001.mmtool-journal", &header);
    write_file("journals/.empty.mmtool-journal", "", 0);
    write_file("journals/.other.mmtool-journal", "something else, not a journal", 29);
    CHECK(mkdir("journals/.directory.mmtool-journal", 0700) == 0);
}

static void remove_names_in_the_way(void)
{
    host_remove("journals/x");
    host_remove("journals/a-long-name-that-ends-in-other-ways");
    host_remove("journals/.device-1000-0000000000000001.mmtool-journal");
    host_remove("journals/.empty.mmtool-journal");
    host_remove("journals/.other.mmtool-journal");
    CHECK(rmdir("journals/.directory.mmtool-journal") == 0);
}

static void a_journal_of_another_name_is_found_by_what_it_says(void)
{
    struct mapping mapping;
    open_edited(&mapping);
    add_names_in_the_way();
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        const struct situation *situation = &elsewhere[i];
        struct journal_header header = header_of(situation);
        struct journal_search search = {
            .mapping = &mapping, .directory = "journals", .insistent = situation->insistent};
        search.fits = situation->asks_content ? fits : NULL;
        content_fits = situation->fits;
        write_journal(ELSEWHERE, &header);
        check_found(situation->name, &search, situation->found, situation->doubt);
    }
    remove_names_in_the_way();
    host_remove(ELSEWHERE);
    end_edited(&mapping);
}

static void a_journal_of_its_own_name_is_found_in_the_directory(void)
{
    struct mapping mapping;
    struct place *own;
    struct journal_header header = make_header(JOURNAL_HOT, IDENTITY);
    open_edited(&mapping);
    struct journal_search search = {.mapping = &mapping, .directory = "journals"};
    CHECK(journal_place(&mapping, "journals", &own, NULL));
    write_journal(place_path(own), &header);
    check_found("its own", &search, JOURNAL_FORWARD, JOURNAL_DOUBT_NONE);
    host_remove(place_path(own));
    place_free(own);
    end_edited(&mapping);
}

static void of_several_journals_none_is_believed(void)
{
    struct mapping mapping;
    struct journal_header header = make_header(JOURNAL_HOT, IDENTITY + 1);
    open_edited(&mapping);
    struct journal_search search = {.mapping = &mapping, .directory = "journals"};
    write_journal(ELSEWHERE, &header);
    write_journal("journals/.3-4.mmtool-journal", &header);
    check_found("several", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_SEVERAL);
    struct file *used = scratch_open("journals/.3-4.mmtool-journal", FILE_OPEN_WRITE);
    CHECK(file_lock(used, LOCK_EXCLUSIVE, NULL) == LOCK_HELD);
    check_found("the other is in use", &search, JOURNAL_FORWARD, JOURNAL_DOUBT_NONE);
    scratch_close(used);
    host_remove("journals/.3-4.mmtool-journal");
    host_remove(ELSEWHERE);
    end_edited(&mapping);
}

/* ---- marks ----------------------------------------------------------------------------------- */

static bool set_mark(const struct mapping *mapping, const void *value, size_t length)
{
    return file_set_mark(mapping->file, JOURNAL_MARK, value, length, NULL) == MARK_OK;
}

static void a_mark_leads_to_its_journal(void)
{
    struct mapping mapping;
    struct journal_header header = make_header(JOURNAL_HOT, IDENTITY);
    unsigned char of_undo[JOURNAL_UUID + 8 + 5] = {0};
    open_edited(&mapping);
    struct journal_search search = {.mapping = &mapping};
    if (!set_mark(&mapping, uuid, JOURNAL_UUID)) {
        end_edited(&mapping);
        SKIP("files cannot be marked here");
    }
    check_found("none", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_MISSING);
    write_journal(BESIDE, &header);
    check_found("beside", &search, JOURNAL_FORWARD, JOURNAL_DOUBT_NONE);
    memcpy(header.uuid, other_uuid, JOURNAL_UUID);
    write_journal(BESIDE, &header);
    check_found("another's beside", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_MISSING);
    memcpy(header.uuid, uuid, JOURNAL_UUID);
    host_remove(BESIDE);
    search.directory = "journals";
    check_found("not in the directory", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_MISSING);
    struct place *place;
    CHECK(journal_place(&mapping, "journals", &place, NULL));
    write_journal(place_path(place), &header);
    check_found("in the directory", &search, JOURNAL_FORWARD, JOURNAL_DOUBT_NONE);
    host_remove(place_path(place));
    place_free(place);
    CHECK(set_mark(&mapping, uuid, 3));
    check_found("short", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_MARK);
    memcpy(of_undo + JOURNAL_UUID + 8, "/back", 5);
    CHECK(set_mark(&mapping, of_undo, sizeof of_undo));
    check_found("of an undo script", &search, JOURNAL_UNDO, JOURNAL_DOUBT_NONE);
    end_edited(&mapping);
}

/* What is said of a file whose mark leads to no journal. */
static void check_missing(const struct journal_search *search, const char *path)
{
    struct journal journal;
    struct journal_finding finding;
    struct error error = {0};
    CHECK(journal_find(&journal, search, &finding, &error) == JOURNAL_DOUBTFUL);
    CHECK(finding.doubt == JOURNAL_DOUBT_MISSING && finding.marked && !journal.file);
    CHECK_SAY(!strcmp(finding.path, path), "%s", finding.path);
    CHECK_SAY(strstr(error.message, "'mmtool recover file' shows what can be done"), "%s",
              error.message);
    journal_finding_release(&finding);
}

/* One byte more, and it is none of ours. */
static void a_mark_holds_a_path_of_1024_bytes(void)
{
    struct mapping mapping;
    char value[JOURNAL_UUID + JOURNAL_MARK_PATH + 2], *path = value + JOURNAL_UUID;
    open_edited(&mapping);
    struct journal_search search = {.mapping = &mapping};
    memcpy(value, uuid, sizeof uuid);
    memset(path, 'x', JOURNAL_MARK_PATH + 1);
    for (int i = 0; i < JOURNAL_MARK_PATH; i += 100)
        path[i] = '/';
    if (!set_mark(&mapping, value, JOURNAL_UUID + JOURNAL_MARK_PATH + 1)) {
        end_edited(&mapping);
        SKIP("files cannot be marked so long here");
    }
    check_found("too long", &search, JOURNAL_ERROR, JOURNAL_DOUBT_NONE);
    CHECK(set_mark(&mapping, value, JOURNAL_UUID + JOURNAL_MARK_PATH));
    path[JOURNAL_MARK_PATH] = 0;
    check_missing(&search, path);
    path[20] = 0; /* nothing of the longer one is seen */
    CHECK(set_mark(&mapping, value, JOURNAL_UUID + 20));
    check_missing(&search, path);
    end_edited(&mapping);
}

/* Marks the file as the edit does whose journal is `name` in `directory`. */
static bool mark_with_path(const struct mapping *mapping, const char *directory, const char *name)
{
    char value[JOURNAL_UUID + JOURNAL_MARK_PATH];
    struct place *here;
    CHECK(place_of_name("file", &here, NULL));
    memcpy(value, uuid, sizeof uuid);
    int length =
        snprintf(value + JOURNAL_UUID, JOURNAL_MARK_PATH, "%.*s%s%s",
                 (int)place_name_start(place_path(here)), place_path(here), directory, name);
    place_free(here);
    return set_mark(mapping, value, JOURNAL_UUID + (size_t)length);
}

static void a_mark_leads_to_another_directory(void)
{
    struct mapping mapping;
    struct journal_header header = make_header(JOURNAL_HOT, IDENTITY);
    open_edited(&mapping);
    struct journal_search search = {.mapping = &mapping};
    write_journal("journals/x", &header);
    if (!mark_with_path(&mapping, "journals/not/there/at/all/", "x")) {
        end_edited(&mapping);
        SKIP("files cannot be marked here");
    }
    check_found("no such directory", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_MISSING);
    CHECK(mark_with_path(&mapping, "journals/", "x"));
    check_found("committed", &search, JOURNAL_FORWARD, JOURNAL_DOUBT_NONE);
    header.identity++;
    write_journal("journals/x", &header);
    check_found("a copy", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_COPY);
    header.identity--;
    header.state = JOURNAL_PRE;
    write_journal("journals/x", &header);
    check_found("not begun", &search, JOURNAL_ROLLBACK, JOURNAL_DOUBT_NONE);
    header.state = JOURNAL_DONE;
    write_journal("journals/x", &header);
    check_found("done", &search, JOURNAL_WHOLE, JOURNAL_DOUBT_NONE);
    write_file("journals/x", "", 0);
    check_found("empty", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_DAMAGED);
    host_remove("journals/x");
    end_edited(&mapping);
}

static void an_edit_whose_mark_is_gone_has_ended(void)
{
    struct mapping mapping;
    struct journal_header header = make_header(JOURNAL_HOT, IDENTITY);
    open_edited(&mapping);
    struct journal_search search = {.mapping = &mapping, .writable = true};
    bool marked = set_mark(&mapping, uuid, JOURNAL_UUID);
    CHECK(!marked || file_remove_mark(mapping.file, JOURNAL_MARK, NULL) == MARK_OK);
    for (int marks = JOURNAL_MARKS_NONE; marks <= JOURNAL_MARKS_PERHAPS; marks++) {
        bool ended = marked && marks == JOURNAL_MARKS_SURE;
        header.marks = (uint32_t)marks;
        write_journal(BESIDE, &header);
        check_found("committed", &search, ended ? JOURNAL_LEFTOVER : JOURNAL_FORWARD, 0);
        search.writable = false;
        check_found("a reader", &search, JOURNAL_FORWARD, 0);
        search.writable = true;
    }
    header.marks = JOURNAL_MARKS_SURE;
    header.state = JOURNAL_PRE;
    write_journal(BESIDE, &header);
    check_found("not begun", &search, marked ? JOURNAL_LEFTOVER : JOURNAL_ROLLBACK, 0);
    header.durable = true;
    write_journal(BESIDE, &header);
    check_found("not begun, durable", &search, JOURNAL_ROLLBACK, 0);
    host_remove(BESIDE);
    end_edited(&mapping);
}

/* By the mark, beside the file, and in the directory: the first that is doubted. */
static void of_several_places_the_first_doubt_is_told(void)
{
    struct mapping mapping;
    struct place *own;
    struct journal_header header = make_header(JOURNAL_HOT, IDENTITY);
    open_edited(&mapping);
    struct journal_search search = {.mapping = &mapping, .directory = "journals", .writable = true};
    if (!mark_with_path(&mapping, "journals/", "x")) {
        end_edited(&mapping);
        SKIP("files cannot be marked here");
    }
    CHECK(journal_place(&mapping, "journals", &own, NULL));
    write_file("journals/x", "damaged", 7);
    CHECK(mkdir(BESIDE, 0700) == 0);
    write_file(place_path(own), "damaged, too", 12);
    check_found("all", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_DAMAGED);
    host_remove("journals/x");
    check_found("beside, and the directory", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_NOT_A_FILE);
    CHECK(rmdir(BESIDE) == 0);
    check_found("the directory", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_DAMAGED);
    host_remove(place_path(own));
    memcpy(header.uuid, other_uuid, JOURNAL_UUID);
    write_journal(BESIDE, &header);
    CHECK(chmod(BESIDE, 0602) == 0);
    check_found("another edit's", &search, JOURNAL_DOUBTFUL, JOURNAL_DOUBT_MISSING);
    host_remove(BESIDE);
    place_free(own);
    end_edited(&mapping);
}

static void a_mark_of_a_script_is_read_or_refused(void)
{
    struct mapping mapping;
    struct undo_file undo = {0}, loaded;
    struct error error = {0};
    open_edited(&mapping);
    CHECK(!journal_load_marked_undo(mapping.file, &loaded, &error));
    if (!set_mark(&mapping, uuid, JOURNAL_UUID)) {
        end_edited(&mapping);
        SKIP("files cannot be marked here");
    }
    CHECK(!journal_load_marked_undo(mapping.file, &loaded, &error));
    CHECK_SAY(strstr(error.message, "is not one of mmtool's"), "%s", error.message);
    CHECK(journal_unmark_undo(mapping.file, &error));
    CHECK(!journal_load_marked_undo(mapping.file, &loaded, &error));
    CHECK_SAY(strstr(error.message, "is gone"), "%s", error.message);
    undo.number = 7;
    CHECK(place_of_name("back", &undo.place, NULL));
    CHECK(journal_mark_undo(mapping.file, &undo, &error));
    CHECK(journal_load_marked_undo(mapping.file, &loaded, &error) && loaded.number == 7);
    CHECK(!strcmp(place_path(loaded.place), place_path(undo.place)));
    undo_file_release(&loaded);
    undo_file_release(&undo);
    end_edited(&mapping);
}

/* ---- at a glance ----------------------------------------------------------------------------- */

/* Whether it is seen without a search that a file has no journal. */
static bool is_seen(struct mapping mapping)
{
    const struct journal_search search = {.mapping = &mapping};
    return journal_is_absent(&search);
}

static void it_is_seen_at_a_glance_that_there_is_no_journal(void)
{
    struct mapping mapping;
    struct journal resting = {0};
    open_edited(&mapping);
    CHECK(is_seen(mapping));
    struct mapping other = mapping;
    other.file = NULL;
    CHECK(!is_seen(other));
    other = mapping;
    other.is_held = true;
    CHECK(!is_seen(other));
    other = mapping;
    other.status.kind = FILE_BLOCK_DEVICE;
    CHECK(!is_seen(other));
    other = mapping;
    other.path = "-";
    CHECK(!is_seen(other));
    struct journal_search search = {.mapping = &mapping, .directory = "journals"};
    CHECK(!journal_is_absent(&search));
    search = (struct journal_search){.mapping = &mapping, .resting = &resting};
    CHECK(!journal_is_absent(&search));
    write_file(BESIDE, "", 0);
    CHECK(!is_seen(mapping));
    host_remove(BESIDE);
    CHECK(!set_mark(&mapping, uuid, 1) || !is_seen(mapping));
    CHECK(!set_mark(&mapping, uuid, JOURNAL_UUID) || !is_seen(mapping));
    end_edited(&mapping);
}

/* ---- renamed files --------------------------------------------------------------------------- */

/* Whether a file in the directory needs the journal that has the name BESIDE. */
static bool finds_renamed(const struct mapping *except)
{
    struct place *journal, *renamed;
    struct error error = {0};
    CHECK(place_of_name(BESIDE, &journal, &error));
    CHECK_SAY(journal_find_renamed(journal, except, &renamed, &error), "%s", error.message);
    bool found = renamed != NULL;
    CHECK(!found || !strcmp(place_name(renamed), "moved"));
    place_free(renamed);
    place_free(journal);
    return found;
}

static bool needs_journal(const struct journal_header *header)
{
    write_journal(BESIDE, header);
    return finds_renamed(NULL);
}

static void check_marked_renamed(const struct mapping *mapping, struct journal_header *header)
{
    if (!set_mark(mapping, uuid, JOURNAL_UUID))
        return;
    header->marks = JOURNAL_MARKS_SURE;
    CHECK(needs_journal(header));
    CHECK(set_mark(mapping, other_uuid, JOURNAL_UUID) && !needs_journal(header));
    CHECK(set_mark(mapping, uuid, 3) && !needs_journal(header));
    CHECK(file_remove_mark(mapping->file, JOURNAL_MARK, NULL) == MARK_OK);
    CHECK(!needs_journal(header)); /* its edit has ended */
    header->marks = JOURNAL_MARKS_NONE;
}

static void a_renamed_file_that_needs_its_journal_is_found(void)
{
    struct mapping mapping;
    open_edited(&mapping);
    CHECK(rename("file", "moved") == 0);
    struct file_status status;
    CHECK(file_get_status(mapping.file, &status, NULL));
    struct journal_header header = make_header(JOURNAL_HOT, status.identity);
    CHECK(needs_journal(&header));
    CHECK(!finds_renamed(&mapping));
    header.state = JOURNAL_DONE;
    CHECK(!needs_journal(&header));
    header.state = JOURNAL_PRE;
    CHECK(!needs_journal(&header));
    header.old_size = 5;
    CHECK(needs_journal(&header));
    header.birth = status.birth + 1;
    CHECK(status.birth == 0 || !needs_journal(&header));
    header.birth = 0;
    check_marked_renamed(&mapping, &header);
    header.identity = 1; /* no file's that is here */
    CHECK(!needs_journal(&header));
    write_file(BESIDE, "not a journal", 13);
    CHECK(!finds_renamed(NULL));
    host_remove(BESIDE);
    CHECK(!finds_renamed(NULL));
    end_edited(&mapping);
    host_remove("moved");
}

/* ---- journals that rest ---------------------------------------------------------------------- */

/* None of these may be found again, or be told from another. */
static void a_journal_rests_only_where_it_is_safe(void)
{
    const struct mapping named = {.status = {.links = 1}};
    struct journal journal = {.marked = true};
    journal.header.marks = JOURNAL_MARKS_SURE;
    struct mapping lockless = named, nameless = named;
    lockless.lockless = true;
    nameless.status.links = 0;
    CHECK(!journal_rest(&journal, &lockless) && !journal_rest(&journal, &nameless));
    journal.header.marks = JOURNAL_MARKS_NONE;
    CHECK(!journal_rest(&journal, &named));
    CHECK(!journal.resting && journal.marked);
}

/* ---- undo scripts ---------------------------------------------------------------------------- */

static void a_script_does_not_replace_its_own_file(void)
{
    struct mapping mapping;
    struct undo_file undo;
    struct error error = {0};
    open_edited(&mapping);
    CHECK(file_get_status(mapping.file, &mapping.status, NULL));
    CHECK(!undo_file_init(&undo, "file", &mapping, &error));
    CHECK_SAY(!strcmp(error.message, "--undo=file: it is the edited file itself"), "%s",
              error.message);
    write_file("back", "", 0);
    CHECK(undo_file_init(&undo, "back", &mapping, &error));
    undo_file_release(&undo);
    mapping.status.device++; /* the same number on another disk */
    CHECK(undo_file_init(&undo, "file", &mapping, &error));
    undo_file_release(&undo);
    host_remove("back");
    end_edited(&mapping);
}

static void a_long_name_leaves_no_room_in_the_temporary_one(void)
{
    struct undo_file undo;
    char name[250];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    CHECK(undo_file_init_left(&undo, name, 0xabc, 0, NULL));
    CHECK_SAY(!strcmp(place_name(undo.temporary), ".mmtool-undo-0000000000000abc"), "%s",
              place_name(undo.temporary));
    undo_file_release(&undo);
}

#define LEFT ".back.mmtool-undo-0000000000000007"

/* What becomes of the script that an edit of this user left. */
static bool publish_left(struct error *error)
{
    struct undo_file undo;
    *error = (struct error){0};
    CHECK(undo_file_init_left(&undo, "back", 7, platform_user(), NULL));
    bool done = undo_file_publish(&undo, false, error);
    undo_file_release(&undo);
    return done;
}

static void check_left_refused(const char *cause)
{
    struct error error;
    CHECK(!publish_left(&error));
    CHECK_SAY(strstr(error.message, "the undo script is left in ") && strstr(error.message, cause),
              "%s", error.message);
    CHECK(access("back", F_OK) != 0);
}

static void a_script_that_was_left_is_taken_if_it_is_ones_own(void)
{
    struct error error;
    CHECK(publish_left(&error)); /* there is none: it was renamed before */
    write_file(LEFT, "1 - x\n", 6);
    CHECK(publish_left(&error) && access(LEFT, F_OK) != 0 && access("back", F_OK) == 0);
    host_remove("back");
    write_file(LEFT, "1 - x\n", 6);
    CHECK(chmod(LEFT, 0620) == 0);
    check_left_refused("it is another user's");
    CHECK(chmod(LEFT, 0600) == 0 && link(LEFT, "other-name") == 0);
    check_left_refused("it is another user's");
    host_remove("other-name");
    host_remove(LEFT);
    CHECK(symlink("file", LEFT) == 0);
    check_left_refused("it is not a regular file");
    host_remove(LEFT);
    CHECK(mkdir(LEFT, 0700) == 0);
    check_left_refused("it is not a regular file");
    CHECK(rmdir(LEFT) == 0);
}

static void a_script_that_is_given_up_is_removed_if_it_is_ones_own(void)
{
    for (int others = 0; others < 2; others++) {
        struct undo_file undo;
        write_file(LEFT, "1 - x\n", 6);
        CHECK(chmod(LEFT, others ? 0602 : 0600) == 0);
        CHECK(undo_file_init_left(&undo, "back", 7, platform_user(), NULL));
        undo_file_drop(&undo);
        CHECK((access(LEFT, F_OK) == 0) == others);
        undo_file_release(&undo);
    }
    host_remove(LEFT);
}

/* Nor what has its name and is none, or belongs to an edit that has not made it. */
static void only_a_left_file_is_removed(void)
{
    struct undo_file undo;
    CHECK(symlink("file", LEFT) == 0);
    CHECK(undo_file_init_left(&undo, "back", 7, platform_user(), NULL));
    undo_file_drop(&undo);
    struct stat status;
    CHECK(lstat(LEFT, &status) == 0);
    host_remove(LEFT);
    write_file(LEFT, "1 - x\n", 6);
    undo.left = false;
    undo_file_drop(&undo);
    CHECK(access(LEFT, F_OK) == 0);
    undo_file_release(&undo);
    host_remove(LEFT);
}

/* ---- privileges ------------------------------------------------------------------------------ */

static void privileges_of_a_file_are_told(void)
{
    const struct file_privileges none = {.mode = 0755}, user = {.mode = 04755},
                                 group = {.mode = 02755}, capable = {.capability_length = 20};
    char text[PRIVILEGES_TEXT];
    CHECK(!privileges_any(&none) && privileges_any(&user) && privileges_any(&group) &&
          privileges_any(&capable));
    CHECK(!privileges_need_trust(&none) && !privileges_need_trust(&user) &&
          privileges_need_trust(&group) && privileges_need_trust(&capable));
    privileges_tell(0, text, sizeof text);
    CHECK(!*text);
    privileges_tell(7, text, sizeof text);
    CHECK(!strcmp(text, "the write took away its set-user-ID, set-group-ID, file capabilities, "
                        "which this user may not put back"));
}

static const struct unit_case cases[] = {
    {"a journal beside an unmarked file is believed by its state, sizes and bytes",
     a_journal_beside_an_unmarked_file},
    {"a journal that is done is removed unless it is another's",
     a_journal_that_is_done_is_removed_unless_it_is_anothers},
    {"an empty journal is removed unless it is another's",
     an_empty_journal_is_removed_unless_it_is_anothers},
    {"what is in the way is told if nothing is in the directory",
     what_is_in_the_way_is_told_if_nothing_is_in_the_directory},
    {"a file without a name has no journal of that name",
     a_file_without_a_name_has_no_journal_of_that_name},
    {"what others could write is not believed", what_others_could_write_is_not_believed},
    {"only a file that is open has a journal", only_a_file_that_is_open_has_a_journal},
    {"a journal that is cut to its header is damaged",
     a_journal_that_is_cut_to_its_header_is_damaged},
    {"a journal of another name is found by what it says",
     a_journal_of_another_name_is_found_by_what_it_says},
    {"a journal of its own name is found in the directory",
     a_journal_of_its_own_name_is_found_in_the_directory},
    {"of several journals none is believed", of_several_journals_none_is_believed},
    {"a mark leads to its journal", a_mark_leads_to_its_journal},
    {"a mark holds a path of 1024 bytes", a_mark_holds_a_path_of_1024_bytes},
    {"a mark leads to another directory", a_mark_leads_to_another_directory},
    {"an edit whose mark is gone has ended", an_edit_whose_mark_is_gone_has_ended},
    {"of several places the first doubt is told", of_several_places_the_first_doubt_is_told},
    {"a mark of an undo script is read or refused", a_mark_of_a_script_is_read_or_refused},
    {"it is seen at a glance that there is no journal",
     it_is_seen_at_a_glance_that_there_is_no_journal},
    {"a renamed file that needs its journal is found",
     a_renamed_file_that_needs_its_journal_is_found},
    {"a journal rests only where it is safe", a_journal_rests_only_where_it_is_safe},
    {"an undo script does not replace the edited file", a_script_does_not_replace_its_own_file},
    {"a long name leaves no room in the temporary one",
     a_long_name_leaves_no_room_in_the_temporary_one},
    {"a script that was left is taken if it is one's own",
     a_script_that_was_left_is_taken_if_it_is_ones_own},
    {"a script that is given up is removed if it is one's own",
     a_script_that_is_given_up_is_removed_if_it_is_ones_own},
    {"of what has a script's name only a file that was left is removed",
     only_a_left_file_is_removed},
    {"privileges of a file are told", privileges_of_a_file_are_told},
};

int main(void)
{
    platform_begin();
    scratch_enter();
    CHECK(mkdir("journals", 0700) == 0);
    int status = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return status;
}
