/// What restic prints, of a repository that somebody else may have written to.
#include "backup/restic.h"
#include "fuzz.h"

void fuzz::feed(std::string_view input) {
    (void)backup::parse_summary(input);
    (void)backup::parse_snapshots(input);
    (void)backup::parse_repository_id(input);
    (void)backup::parse_entry_count(input);
}
